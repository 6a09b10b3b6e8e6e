//! Firewalls of Google.
//!
//! cloud.google.com/firewall/docs/firewalls, read 2026-11-29: sources of a rule are tags, service
//! accounts or ranges, any of which is enough; a rule without targets is for all of its network;
//! the rule with the lowest number counts. Of rules that deny only those that deny everything are
//! looked at.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key;
use nepho_core::tables::RelationKind;

use nepho_iac_common::permits::google::{Rule, USUAL_PRIORITY};
use nepho_iac_common::permits::{End, MOST_EDGES, MOST_MEMBERS, Permits, Side};

use super::{named, relation};
use crate::graph::node::Node;
use crate::graph::{Graph, Rows, Source};

/// Rules that deny everything and are looked at.
const MOST_DENYING: usize = 1_000;
const PRIORITY: &str = "priority";
const DISABLED: &str = "disabled";
const TARGETS: [&str; 2] = ["target_tags", "target_service_accounts"];

/// Attributes that are read for this.
pub(super) const PATHS: [&str; 10] = [
    PRIORITY,
    DISABLED,
    "tags",
    "source_tags",
    TARGETS[0],
    "source_service_accounts",
    TARGETS[1],
    "source_ranges",
    "destination_ranges",
    "deny.protocol",
];

/// Instances by what rules name: tags, service accounts, and networks.
#[derive(Default)]
pub(super) struct Instances<'a> {
    of_tag: BTreeMap<&'a str, BTreeSet<End<'a>>>,
    of_account: BTreeMap<&'a str, BTreeSet<End<'a>>>,
    of_network: BTreeMap<String, BTreeSet<End<'a>>>,
}

impl Graph {
    /// Firewall rules of Google are attached to the instances that have a tag or service account
    /// which they name; to all of the network where they name none, or to the network itself where
    /// those are too many. Those that allow something let their sources reach these.
    pub(super) fn firewalls<'a>(
        &'a self,
        instances: &'a Instances<'a>,
        permits: &mut Permits<'a>,
        source: &Source<'_>,
        rows: &mut Rows<'_>,
    ) {
        let denying = self.nodes().filter(is_firewall);
        let denying = denying.filter(|rule| !is_disabled(*rule));
        let denying = denying.filter(|rule| rule.all("deny.protocol").any(|one| one == "all"));
        let denying: Vec<Rule<'a>> = denying.take(MOST_DENYING).map(rule_of).collect();
        let mut drawn = 0;
        for rule in self.nodes().filter(is_firewall) {
            let most = MOST_EDGES.saturating_sub(drawn).max(MOST_MEMBERS);
            let targets = targets(rule, instances, most);
            for (member, address) in &targets {
                drawn += 1;
                if drawn > MOST_EDGES {
                    permits.cut(rule.address());
                    break;
                }
                let evidence = format!("{} is a rule for {address}", rule.address());
                let kind = RelationKind::Attached;
                rows.relation(relation(member, rule.key(), kind, evidence, source));
            }
            // Whoever enables a rule changes what reaches its targets, so these stay attached.
            let is_allowing = rule.first("deny.protocol").is_none() && !rule.is_data();
            let is_allowing = is_allowing && !is_disabled(rule);
            let own = rule_of(rule);
            if is_allowing && !denying.iter().any(|other| other.denies(&own)) {
                allow(rule, &targets, instances, permits);
            }
        }
    }

    /// Instances that firewall rules may be for; none where the document has no such rule.
    pub(super) fn instances(&self) -> Instances<'_> {
        let mut found = Instances::default();
        if !self.nodes().any(|node| is_firewall(&node)) {
            return found;
        }
        let instances = self
            .nodes()
            .filter(|node| node.kind().starts_with("google_compute_instance"))
            .filter(|node| node.kind() != "google_compute_instance_group");
        for instance in instances {
            let end = named(instance);
            for tag in instance.all("tags") {
                found.of_tag.entry(tag).or_default().insert(end);
            }
            for network in instance.all("network_interface.network") {
                let network = found.of_network.entry(key::canonical(network));
                network.or_default().insert(end);
            }
            for account in instance.all("service_account.email") {
                found.of_account.entry(account).or_default().insert(end);
            }
        }
        found
    }
}

fn is_firewall(node: &Node<'_>) -> bool {
    node.kind() == "google_compute_firewall"
}

/// Whether the attribute is a truth value that is read.
pub(super) fn is_truth(path: &str) -> bool {
    path == DISABLED
}

fn is_disabled(rule: Node<'_>) -> bool {
    rule.first(DISABLED) == Some("true")
}

/// What a rule is for: of each that it names the first ones.
fn targets<'a>(rule: Node<'a>, instances: &'a Instances<'a>, most: usize) -> BTreeSet<End<'a>> {
    let [tags, accounts] = TARGETS;
    let mut found: BTreeSet<End<'a>> = BTreeSet::new();
    let of_tags = rule.all(tags);
    let of_tags = of_tags.filter_map(|tag| instances.of_tag.get(tag));
    found.extend(of_tags.flatten().take(most).copied());
    let of_accounts = rule.all(accounts);
    let of_accounts = of_accounts.filter_map(|account| instances.of_account.get(account));
    found.extend(of_accounts.flatten().take(most).copied());
    let names_some = rule.first(tags).is_some() || rule.first(accounts).is_some();
    let network = rule.first("network").filter(|_| !names_some);
    let network = network.map(key::canonical);
    let of_network = network.and_then(|network| instances.of_network.get_key_value(&network));
    if let Some((network, all)) = of_network {
        if all.len() > MOST_MEMBERS {
            found.insert((network, key::short_name(network)));
        } else {
            found.extend(all);
        }
    }
    found
}

fn is_egress(rule: Node<'_>) -> bool {
    let direction = rule.first("direction");
    direction.is_some_and(|direction| direction.eq_ignore_ascii_case("egress"))
}

/// What decides which of two rules counts.
fn rule_of<'a>(rule: Node<'a>) -> Rule<'a> {
    let is_egress = is_egress(rule);
    let all = |path: &str| rule.all(path).collect::<Vec<&'a str>>();
    let number = rule.first(PRIORITY).and_then(|number| number.parse().ok());
    Rule {
        priority: number.unwrap_or(USUAL_PRIORITY),
        is_egress,
        network: rule.first("network").map(key::canonical),
        targets: TARGETS.map(all),
        sources: match is_egress {
            true => Default::default(),
            false => ["source_tags", "source_service_accounts"].map(all),
        },
        ranges: all(match is_egress {
            true => "destination_ranges",
            false => "source_ranges",
        }),
    }
}

/// Lets the sources of a rule reach its targets, or these its destinations.
fn allow<'a>(
    rule: Node<'a>,
    targets: &BTreeSet<End<'a>>,
    instances: &Instances<'a>,
    permits: &mut Permits<'a>,
) {
    let is_egress = is_egress(rule);
    let network = rule.first("network");
    let own = Side::Group(format!("targets:{}", rule.key()));
    let mut others = Vec::new();
    let ranges = match is_egress {
        true => "destination_ranges",
        false => "source_ranges",
    };
    let ranges = rule.all(ranges);
    others.extend(ranges.filter_map(|range| Side::range(range, network)));
    if !is_egress {
        let named = [
            ("tag", "source_tags", &instances.of_tag),
            ("account", "source_service_accounts", &instances.of_account),
        ];
        for (what, path, known) in named {
            for name in rule.all(path) {
                let group = format!("{what}:{name}");
                if let Some(found) = known.get(name) {
                    let first = permits.first_of(found.iter().copied(), rule.address());
                    permits.members.insert(group.clone(), first);
                }
                others.push(Side::Group(group));
            }
        }
    }
    if others.is_empty() || targets.is_empty() {
        return;
    }
    if let Side::Group(own) = &own {
        let first = permits.first_of(targets.iter().copied(), rule.address());
        permits.members.insert(own.clone(), first);
    }
    for other in others {
        match is_egress {
            true => permits.admit(own.clone(), other, rule.address()),
            false => permits.admit(other, own.clone(), rule.address()),
        }
    }
}
