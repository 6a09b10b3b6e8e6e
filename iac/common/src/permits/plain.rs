//! Rules as CloudFormation and Pulumi tell them: properties as a tree of JSON, in the spelling of
//! the tool.
//!
//! Names are compared by their letters alone. Where the properties of the cloud's own schema and of
//! Terraform's providers differ, both are read.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key;
use nepho_core::tables::{Relation, RelationKind};
use serde_json::Value;

use super::azure::{self, Peers, ports};
use super::google;
use super::{End, Look, Networks, Permit, Permits, Range, Side, Within};
use crate::edges::{letters, type_word};

/// A resource of a document.
#[derive(Clone, Copy, Debug)]
pub struct Thing<'a> {
    /// Its key.
    pub key: &'a str,
    /// What it is called in the document.
    pub label: &'a str,
    /// Its type, as any tool calls it.
    pub resource_type: &'a str,
    /// Key of what it is a part of.
    pub parent: Option<&'a str>,
    /// Its properties, as [`pick`] leaves them. Ids of other resources stand there as they are, or
    /// as keys.
    pub properties: &'a Value,
}

/// Types with ranges of their own, the properties that hold these, and the one that names the
/// network which they lie in; it is empty for what is one, or where no rule names one.
const NETWORKS: [(&str, &[&str], &str); 6] = [
    ("ec2subnet", &["cidrblock", "ipv6cidrblock"], "vpcid"),
    ("ec2vpc", &["cidrblock", "ipv6cidrblock"], ""),
    ("networksubnet", &["addressprefix", "addressprefixes"], ""),
    (
        "networkvirtualnetwork",
        &["addressspace.addressprefixes", "addressspaces"],
        "",
    ),
    ("computesubnetwork", &["ipcidrrange"], "network"),
    ("computesubnet", &["ipcidrrange"], "network"),
];

/// Properties that hold an address of a machine or an interface.
const ADDRESSES: [&str; 4] = [
    "privateip",
    "privateipaddress",
    "ipconfigurations.privateipaddress",
    "networkinterfaces.networkip",
];

/// Properties that are looked at, the outermost names.
const READ: [&str; 43] = [
    "access",
    "addressprefix",
    "addressprefixes",
    "addressspace",
    "addressspaces",
    "cidrblock",
    "cidrblocks",
    "cidrip",
    "cidripv4",
    "cidripv6",
    "denied",
    "denies",
    "destinationaddressprefix",
    "destinationaddressprefixes",
    "destinationapplicationsecuritygroupids",
    "destinationapplicationsecuritygroups",
    "destinationportrange",
    "destinationportranges",
    "destinationranges",
    "destinationsecuritygroupid",
    "direction",
    "disabled",
    "egress",
    "groupid",
    "ingress",
    "ipcidrrange",
    "ipconfigurations",
    "ipv6cidrblock",
    "ipv6cidrblocks",
    "network",
    "networkinterfaces",
    "priority",
    "privateip",
    "privateipaddress",
    "protocol",
    "referencedsecuritygroupid",
    "securitygroupegress",
    "securitygroupid",
    "securitygroupingress",
    "securityrules",
    "tags",
    "type",
    "vpcid",
];
/// The same, of names that begin so.
const READ_FRONTS: [&str; 3] = ["source", "target", "serviceaccount"];

/// Whether rules are told by resources of this type, or tell of it.
pub fn is_looked_at(resource_type: &str) -> bool {
    let word = type_word(resource_type);
    is_group(&word)
        || is_rule(&word)
        || is_nsg_rule(&word)
        || is_interface(&word)
        || matches!(
            &*word,
            "computefirewall" | "computeinstance" | "ec2instance"
        )
        || NETWORKS.iter().any(|(known, ..)| *known == word)
}

/// Of properties those that are looked at; the values of all others are let go of.
pub fn pick(properties: Value) -> Value {
    let Value::Object(map) = properties else {
        return Value::Null;
    };
    let is_read = |name: &str| {
        let name = letters(name);
        READ.contains(&&*name) || READ_FRONTS.iter().any(|front| name.starts_with(front))
    };
    let kept = map.into_iter().filter(|(name, _)| is_read(name));
    // Tags of Google are a list, or a list of items; those of others name owners.
    let is_tag =
        |value: &Value| value.is_array() || value.get("items").is_some_and(Value::is_array);
    let kept = kept.filter(|(name, value)| letters(name) != "tags" || is_tag(value));
    Value::Object(kept.collect())
}

/// Adds what the rules of a document permit to its relations, which are those from number `told`
/// on. An edge between two groups of it gives way to those between their members.
pub fn relate(
    things: &[Thing<'_>],
    find: &dyn Fn(&str) -> Option<String>,
    (source, uri): (&str, &str),
    told: usize,
    relations: &mut Vec<Relation>,
) {
    let own = relations.get(told..).unwrap_or_default();
    let ends = own.iter().map(|edge| (edge.from.clone(), edge.to.clone()));
    let ends: Vec<(String, String)> = ends.collect();
    let edges: Vec<(&str, &str)> = ends.iter().map(|(from, to)| (&**from, &**to)).collect();
    let groups = things
        .iter()
        .filter(|one| is_group(&type_word(one.resource_type)));
    let groups: BTreeSet<&str> = groups.map(|one| one.key).collect();
    let mut place = 0;
    relations.retain(|edge| {
        place += 1;
        let is_between = [&edge.from, &edge.to]
            .iter()
            .all(|key| groups.contains(key.as_str()));
        place <= told || edge.kind != RelationKind::PermitsNet || !is_between
    });
    permits(things, &edges, find, uri, &mut |permit| {
        relations.push(Relation {
            from: permit.from.to_owned(),
            to: permit.to.to_owned(),
            kind: RelationKind::PermitsNet,
            source: source.to_owned(),
            confidence: permit.confidence,
            observations: 1,
            uri: uri.to_owned(),
            evidence: permit.evidence,
            ..Relation::default()
        });
    });
}

/// Tells what the rules of a document permit. `edges` are the relations between its resources, as
/// dependent and dependency; `find` gives the key that an id stands for.
fn permits<'a>(
    things: &'a [Thing<'a>],
    edges: &'a [(&'a str, &'a str)],
    find: &dyn Fn(&str) -> Option<String>,
    uri: &str,
    tell: &mut dyn FnMut(Permit<'a>),
) {
    let known = Known::of(things, find);
    let has_rules = |word: &String| {
        is_group(word) || is_rule(word) || is_nsg_rule(word) || word == "computefirewall"
    };
    if !known.words.iter().any(has_rules) {
        return;
    }
    let mut permits = Permits::default();
    known.members(edges, &mut permits);
    let mut rules: BTreeMap<String, Vec<azure::Rule<'a>>> = BTreeMap::new();
    for (thing, word) in things.iter().zip(&known.words) {
        known.groups(thing, word, &mut permits);
        known.rule(thing, word, &mut permits);
        let (group, told) = match () {
            () if is_nsg_rule(word) => (thing.parent, vec![thing.properties]),
            () if word.ends_with("networksecuritygroup") => {
                (Some(thing.key), blocks(thing.properties, "securityrules"))
            }
            () => continue,
        };
        if let Some(group) = group {
            let own = rules.entry(group.to_owned()).or_default();
            own.extend(
                told.into_iter()
                    .map(|rule| known.nsg_rule(rule, thing.label)),
            );
        }
    }
    azure::allow(rules, &mut permits, &|key| known.ranges_of(key));
    known.firewalls(&mut permits);
    let look = Looking {
        addresses: known.addresses(&permits),
        known: &known,
    };
    permits.draw(&look, uri, tell);
}

fn is_group(word: &str) -> bool {
    word.ends_with("securitygroup") && !word.contains("association")
}

/// Rules of AWS that stand for themselves.
fn is_rule(word: &str) -> bool {
    [
        "ec2securitygroupingress",
        "ec2securitygroupegress",
        "ec2securitygrouprule",
        "vpcsecuritygroupingressrule",
        "vpcsecuritygroupegressrule",
    ]
    .contains(&word)
}

fn is_nsg_rule(word: &str) -> bool {
    word == "networksecurityrule" || word == "networknetworksecurityrule"
}

fn is_interface(word: &str) -> bool {
    word.ends_with("networkinterface")
}

/// The things of a document by what rules know them by.
struct Known<'a, 'f> {
    things: &'a [Thing<'a>],
    /// Types, in the order of the things.
    words: Vec<String>,
    by_key: BTreeMap<&'a str, usize>,
    networks: Networks<End<'a>>,
    find: &'f dyn Fn(&str) -> Option<String>,
}

impl<'a, 'f> Known<'a, 'f> {
    fn of(things: &'a [Thing<'a>], find: &'f dyn Fn(&str) -> Option<String>) -> Self {
        let words: Vec<String> = things
            .iter()
            .map(|one| type_word(one.resource_type))
            .collect();
        let by_key = things.iter().enumerate().map(|(at, thing)| (thing.key, at));
        let mut known = Self {
            things,
            by_key: by_key.collect(),
            networks: Networks::default(),
            words,
            find,
        };
        for (thing, word) in things.iter().zip(&known.words) {
            let Some((_, paths, network)) = NETWORKS.iter().find(|(one, ..)| one == word) else {
                continue;
            };
            let network = match *network {
                "" => Some(thing.key.to_owned()),
                path => texts(thing.properties, path)
                    .first()
                    .map(|id| known.key(id)),
            };
            let values = paths.iter().flat_map(|path| texts(thing.properties, path));
            for range in values.filter_map(Range::parse) {
                known.networks.add(range, network.clone(), end(thing));
            }
        }
        known
    }

    fn key(&self, id: &str) -> String {
        match self.by_key.contains_key(id) {
            true => id.to_owned(),
            false => (self.find)(id).unwrap_or_else(|| key::canonical(id)),
        }
    }

    fn at(&self, key: &str) -> Option<(&'a Thing<'a>, &str)> {
        let at = *self.by_key.get(key)?;
        Some((self.things.get(at)?, self.words.get(at)?))
    }

    /// Who is in which group, also by an interface.
    fn members(&self, edges: &[(&'a str, &'a str)], permits: &mut Permits<'a>) {
        let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in edges {
            let (Some((one, kind)), Some((_, other))) = (self.at(from), self.at(to)) else {
                continue;
            };
            let is_tie = kind.contains("association") || kind.ends_with("attachment");
            if is_tie || is_rule(kind) || is_nsg_rule(kind) || is_group(kind) {
                continue;
            }
            if is_group(other) {
                direct.entry(one.key).or_default().insert(to);
            }
            // In Azure balancers refer to interfaces as well.
            if is_interface(other) && kind != "networkloadbalancer" {
                permits.owners.entry(to).or_default().insert(end(one));
            }
        }
        for (member, groups) in direct {
            let Some((thing, kind)) = self.at(member) else {
                continue;
            };
            let owners = permits.owners.get(member).filter(|_| is_interface(kind));
            let owners = owners
                .cloned()
                .unwrap_or_else(|| BTreeSet::from([end(thing)]));
            for group in groups {
                let members = permits.members.entry(group.to_owned()).or_default();
                members.extend(&owners);
            }
        }
    }

    /// What a group of AWS lets in and out by itself.
    fn groups(&self, thing: &Thing<'a>, word: &str, permits: &mut Permits<'a>) {
        if word != "ec2securitygroup" {
            return;
        }
        let network = texts(thing.properties, "vpcid")
            .first()
            .map(|id| self.key(id));
        for (is_egress, paths) in [
            (false, ["ingress", "securitygroupingress"]),
            (true, ["egress", "securitygroupegress"]),
        ] {
            for block in paths.iter().flat_map(|path| blocks(thing.properties, path)) {
                let others = self.others(block, network.as_deref());
                let own = Side::Group(thing.key.to_owned());
                admit(permits, &own, others, is_egress, thing.label);
            }
        }
    }

    /// What a rule of AWS that stands for itself permits.
    fn rule(&self, thing: &Thing<'a>, word: &str, permits: &mut Permits<'a>) {
        if !is_rule(word) {
            return;
        }
        let own = ["securitygroupid", "groupid"];
        let mut own = own.iter().flat_map(|path| texts(thing.properties, path));
        let Some(own) = own.next().map(|id| self.key(id)) else {
            return;
        };
        let group = self.at(&own).map(|(group, _)| group.properties);
        let network = group.and_then(|group| texts(group, "vpcid").first().copied());
        let network = network.map(|id| self.key(id));
        let told = texts(thing.properties, "type");
        let is_egress =
            word.contains("egress") || told.iter().any(|told| told.eq_ignore_ascii_case("egress"));
        let others = self.others(thing.properties, network.as_deref());
        admit(permits, &Side::Group(own), others, is_egress, thing.label);
    }

    /// Groups and ranges that a block of a rule names.
    fn others(&self, block: &Value, network: Option<&str>) -> Vec<Side> {
        let groups = [
            "securitygroups",
            "sourcesecuritygroupid",
            "destinationsecuritygroupid",
            "referencedsecuritygroupid",
        ];
        let groups = groups.iter().flat_map(|path| texts(block, path));
        let mut others: Vec<Side> = groups.map(|id| Side::Group(self.key(id))).collect();
        let ranges = [
            "cidrblocks",
            "ipv6cidrblocks",
            "cidrip",
            "cidripv4",
            "cidripv6",
        ];
        let ranges = ranges.iter().flat_map(|path| texts(block, path));
        others.extend(ranges.filter_map(|text| Side::range(text, network)));
        others
    }

    /// A rule of a network security group.
    fn nsg_rule(&self, rule: &Value, by: &'a str) -> azure::Rule<'a> {
        let first = |path: &str| texts(rule, path).first().copied();
        let is = |path: &str, word: &str| first(path).map(|text| text.eq_ignore_ascii_case(word));
        let priority = at_path(rule, "priority")
            .first()
            .and_then(|value| value.as_u64());
        azure::Rule {
            priority: priority
                .and_then(|number| u32::try_from(number).ok())
                .unwrap_or(u32::MAX),
            is_allow: is("access", "Allow"),
            is_egress: is("direction", "Outbound").unwrap_or(false),
            protocol: first("protocol").unwrap_or_default().to_ascii_lowercase(),
            from: self.peers(rule, "source"),
            to: self.peers(rule, "destination"),
            by,
        }
    }

    fn peers(&self, rule: &Value, side: &str) -> Peers {
        let mut peers = Peers::default();
        for path in [
            "applicationsecuritygroupids",
            "applicationsecuritygroups.id",
        ] {
            let ids = texts(rule, &format!("{side}{path}")).into_iter();
            peers.groups.extend(ids.map(|id| self.key(id)));
        }
        for path in ["addressprefix", "addressprefixes"] {
            let found = texts(rule, &format!("{side}{path}"));
            found
                .iter()
                .filter(|text| !text.is_empty())
                .for_each(|text| peers.prefix(text));
        }
        for path in ["portrange", "portranges"] {
            let found = texts(rule, &format!("{side}{path}"));
            peers.ports.extend(found.into_iter().filter_map(ports));
        }
        peers
    }

    /// Ranges and addresses of a member of a network security group.
    fn ranges_of(&self, key: &str) -> Vec<Range> {
        let Some((thing, word)) = self.at(key) else {
            return Vec::new();
        };
        let network = NETWORKS.iter().find(|(known, ..)| *known == word);
        let paths = network.map_or(&ADDRESSES[..], |(_, paths, _)| *paths);
        let values = paths.iter().flat_map(|path| texts(thing.properties, path));
        values.filter_map(Range::parse).collect()
    }

    /// Lets the sources of the firewall rules of Google reach their targets.
    fn firewalls(&self, permits: &mut Permits<'a>) {
        let of = |word: &'static str| {
            let things = self.things.iter().zip(&self.words);
            things
                .filter(move |(_, known)| *known == word)
                .map(|(thing, _)| thing)
        };
        let is_disabled = |thing: &&Thing<'a>| {
            let told = at_path(thing.properties, "disabled");
            told.first().and_then(|told| told.as_bool()) == Some(true)
        };
        let rules: Vec<(&Thing<'a>, google::Rule<'a>, bool)> = of("computefirewall")
            .filter(|thing| !is_disabled(thing))
            .map(|thing| {
                let denied = [("denies", "protocol"), ("denied", "ipprotocol")];
                let denied = denied.iter().flat_map(|(block, path)| {
                    let blocks = blocks(thing.properties, block);
                    blocks
                        .into_iter()
                        .map(|block| texts(block, path).contains(&"all"))
                });
                let denied: Vec<bool> = denied.collect();
                (thing, self.firewall(thing), denied)
            })
            .filter(|(_, _, denied)| denied.is_empty() || denied.contains(&true))
            .map(|(thing, rule, denied)| (thing, rule, !denied.is_empty()))
            .collect();
        let instances: Vec<&Thing<'a>> = of("computeinstance").collect();
        for (thing, rule, _) in rules.iter().filter(|(.., is_denying)| !is_denying) {
            let mut denying = rules.iter().filter(|(.., is_denying)| *is_denying);
            if denying.any(|(_, other, _)| other.denies(rule)) {
                continue;
            }
            let names = |names: &[Vec<&str>; 2], instance: &Thing<'a>| {
                let own = [tags_of(instance), accounts_of(instance)];
                let mut pairs = names.iter().zip(&own);
                pairs.any(|(names, own)| names.iter().any(|name| own.contains(name)))
            };
            let names_some = rule.targets.iter().any(|names| !names.is_empty());
            let is_target = |instance: &&&Thing<'a>| match names_some {
                true => names(&rule.targets, instance),
                false => self.is_in(instance, rule.network.as_deref()),
            };
            let targets = instances.iter().filter(is_target);
            let targets = permits.first_of(targets.map(|instance| end(instance)), thing.label);
            if targets.is_empty() {
                continue;
            }
            let own = format!("targets:{}", thing.key);
            permits.members.insert(own.clone(), targets);
            let sources = instances
                .iter()
                .filter(|instance| names(&rule.sources, instance));
            let sources = permits.first_of(sources.map(|instance| end(instance)), thing.label);
            let mut others = Vec::new();
            if !sources.is_empty() {
                let group = format!("sources:{}", thing.key);
                permits.members.insert(group.clone(), sources);
                others.push(Side::Group(group));
            }
            let ranges = rule.ranges.iter();
            others.extend(ranges.filter_map(|text| Side::range(text, rule.network.as_deref())));
            admit(
                permits,
                &Side::Group(own),
                others,
                rule.is_egress,
                thing.label,
            );
        }
    }

    fn firewall(&self, thing: &Thing<'a>) -> google::Rule<'a> {
        let all = |path: &str| texts(thing.properties, path);
        let told = all("direction");
        let is_egress = told.iter().any(|told| told.eq_ignore_ascii_case("egress"));
        let priority = at_path(thing.properties, "priority")
            .first()
            .and_then(|it| it.as_u64());
        let priority = priority.and_then(|number| u32::try_from(number).ok());
        google::Rule {
            priority: priority.unwrap_or(google::USUAL_PRIORITY),
            is_egress,
            network: all("network").first().map(|id| self.key(id)),
            targets: ["targettags", "targetserviceaccounts"].map(all),
            sources: match is_egress {
                true => <[Vec<&str>; 2]>::default(),
                false => ["sourcetags", "sourceserviceaccounts"].map(all),
            },
            ranges: all(match is_egress {
                true => "destinationranges",
                false => "sourceranges",
            }),
        }
    }

    fn is_in(&self, instance: &Thing<'a>, network: Option<&str>) -> bool {
        let own = texts(instance.properties, "networkinterfaces.network");
        network.is_some_and(|network| own.iter().any(|id| self.key(id) == network))
    }

    /// Machines by their addresses; of an interface whoever has it.
    fn addresses(&self, permits: &Permits<'a>) -> BTreeMap<String, BTreeSet<End<'a>>> {
        let mut found: BTreeMap<String, BTreeSet<End<'a>>> = BTreeMap::new();
        for (thing, word) in self.things.iter().zip(&self.words) {
            let owners = permits.owners.get(thing.key).filter(|_| is_interface(word));
            for address in ADDRESSES
                .iter()
                .flat_map(|path| texts(thing.properties, path))
            {
                let ends = found.entry(address.to_owned()).or_default();
                match owners {
                    Some(owners) => ends.extend(owners),
                    None => drop(ends.insert(end(thing))),
                }
            }
        }
        found
    }
}

struct Looking<'k, 'a, 'f> {
    known: &'k Known<'a, 'f>,
    addresses: BTreeMap<String, BTreeSet<End<'a>>>,
}

impl<'a> Look<'a> for Looking<'_, 'a, '_> {
    fn in_range(&self, within: &Within) -> Vec<(End<'a>, f64)> {
        let Some(address) = within.0.address() else {
            return self.known.networks.within(within);
        };
        let found = self.addresses.get(&address.to_string());
        let share = found.map_or(0.0, |found| {
            1.0 / u32::try_from(found.len()).map_or(f64::MAX, f64::from)
        });
        found
            .into_iter()
            .flatten()
            .map(|end| (*end, share))
            .collect()
    }

    fn group(&self, key: &str) -> Option<End<'a>> {
        self.known.at(key).map(|(thing, _)| end(thing))
    }
}

fn end<'a>(thing: &Thing<'a>) -> End<'a> {
    (thing.key, thing.label)
}

fn tags_of<'a>(instance: &Thing<'a>) -> Vec<&'a str> {
    let mut tags = texts(instance.properties, "tags");
    tags.extend(texts(instance.properties, "tags.items"));
    tags
}

fn accounts_of<'a>(instance: &Thing<'a>) -> Vec<&'a str> {
    let mut accounts = texts(instance.properties, "serviceaccount.email");
    accounts.extend(texts(instance.properties, "serviceaccounts.email"));
    accounts
}

/// Admits others to a group, or the other way round.
fn admit<'a>(
    permits: &mut Permits<'a>,
    own: &Side,
    others: Vec<Side>,
    is_egress: bool,
    by: &'a str,
) {
    for other in others {
        match is_egress {
            true => permits.admit(own.clone(), other, by),
            false => permits.admit(other, own.clone(), by),
        }
    }
}

/// Blocks of a property: the elements of a list, or the object alone.
fn blocks<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    at_path(value, path)
}

/// Texts at a path, also in lists.
fn texts<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    at_path(value, path)
        .into_iter()
        .filter_map(Value::as_str)
        .collect()
}

/// Values at a path of names in letters alone, the elements of lists one by one.
fn at_path<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for wanted in path.split('.') {
        let inner = found.into_iter().filter_map(Value::as_object);
        let named = inner.flat_map(|map| map.iter().filter(|(name, _)| letters(name) == wanted));
        found = named.flat_map(|(_, value)| elements(value)).collect();
    }
    found
}

fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().flat_map(elements).collect(),
        value => vec![value],
    }
}
