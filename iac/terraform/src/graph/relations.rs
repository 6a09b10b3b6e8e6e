//! What the instances of a document refer to, as relations.

use std::collections::BTreeSet;

use nepho_core::key::{self, Alias, AliasKind};
use nepho_core::tables::RelationKind;
use nepho_iac_common::edges::{is_action, is_scaling_policy, used_elsewhere};
use nepho_iac_common::variables;

use super::access::GrantsOfTypes;
use super::node::Node;
use super::rows::{Drawing, Shown};
use super::store::{ByNumber, Name};
use super::{Graph, Rows, Source, Target, last_key};
use crate::address;
use crate::identity::references::Link;
use crate::identity::{aliases, attributes, references};

/// Beyond so many instances of one dependency, only the one with the same key is taken:
/// `count` over thousands of both would else give millions of edges.
const MANY_INSTANCES: usize = 32;

/// Types of addresses, which a gateway or machine has.
const ADDRESSES: [&str; 4] = [
    "aws_eip",
    "azurerm_public_ip",
    "google_compute_address",
    "google_compute_global_address",
];

/// What each configured resource that others depend on needs itself, also through others.
type Needs = ByNumber<Name, BTreeSet<Name>>;

impl Graph {
    /// Tells of the relations, by resource in the order of the document.
    pub(crate) fn relations(&self, source: &Source<'_>, rows: &mut Rows<'_>) {
        let mut drawing = Drawing::new(source, rows, self.watched());
        let mut links = LinksOfTypes::default();
        let mut grants = GrantsOfTypes::default();
        for node in self.nodes() {
            let links = links.of(&node);
            self.references(&node, links, &mut drawing);
            self.links(&node, links, &mut drawing);
            self.grants(&node, grants.of(&node), &mut drawing);
            self.variables(&node, &mut drawing);
        }
        let needs = self.needs();
        for node in self.nodes() {
            self.dependencies(&node, &needs, &mut drawing);
        }
        let seen = drawing.seen();
        self.permits(&seen, source, rows);
    }

    /// Edges from a resource to what its attributes name.
    fn references(&self, node: &Node<'_>, links: &[&'static Link], drawing: &mut Drawing<'_, '_>) {
        if !node.is_shown() {
            return;
        }
        let parent_path = node.parent().map_or("", |parent| parent.path);
        let is_linked = |path: &str| {
            links
                .iter()
                .any(|link| link.from == path || link.to == path)
        };
        // By the order of the table, and then by that of the document.
        let mut found: Vec<(u16, &str)> = Vec::new();
        for (path, value) in node.values() {
            found.extend(references::at(path).iter().map(|place| (*place, value)));
        }
        found.sort_by_key(|(place, _)| *place);
        for (place, value) in found {
            let Some(reference) = references::REFERENCES.get(usize::from(place)) else {
                continue;
            };
            if reference.path == parent_path || is_linked(reference.path) {
                continue;
            }
            if is_past(node, reference.path) {
                continue;
            }
            let value = match reference.kind {
                RelationKind::Routes => aliases::of_record(value),
                _ => value,
            };
            let mut targets = self.find(value, reference.names);
            if targets.is_empty()
                && let Some(key) = used_elsewhere(reference.path, value)
            {
                let known = self.find(&key, "");
                let other = known.is_empty().then(|| used(&key));
                targets.extend(known.into_iter().chain(other));
            }
            if targets.is_empty() && reference.names == references::SERVICE_ACCOUNT {
                targets.extend(service_account(value));
            }
            if targets.is_empty() && reference.kind == RelationKind::Routes {
                targets.extend(elsewhere(value));
            }
            let kind = match is_action(reference.path) && is_scaling_policy(value) {
                true => RelationKind::Scales,
                false => reference.kind,
            };
            for target in targets {
                let shown = Shown {
                    kind,
                    path: reference.path,
                    line: node.line(),
                };
                drawing.draw((node.key(), node.address()), target, &shown);
            }
        }
        // Of its network a subnet has the name, and its own id tells the rest.
        if node.kind() == "azurerm_subnet"
            && let Some(network) = key::azure_parent(node.key())
        {
            for target in self.find(network, "") {
                let shown = Shown {
                    kind: RelationKind::Contains,
                    path: "id",
                    line: node.line(),
                };
                drawing.draw((node.key(), node.address()), target, &shown);
            }
        }
    }

    /// Edges to what environment variables name. A host name is that of another document's resource
    /// where this one does not have it.
    fn variables(&self, node: &Node<'_>, drawing: &mut Drawing<'_, '_>) {
        for variable in node.variables() {
            let mut targets = self.find(&variable.key, variable.names);
            if variable.is_own {
                targets.retain(|target| self.with_key(&target.key).next().is_some());
            }
            if targets.is_empty() && !variable.is_own {
                targets.extend(match variable.is_image {
                    true => Some(used(&variable.key)),
                    false => elsewhere(&variable.key),
                });
            }
            let path = match variable.is_image {
                true => variable.name.clone(),
                false => format!("environment variable {}", variable.name),
            };
            for mut target in targets {
                if !variable.is_image {
                    target.confidence *= variables::CONFIDENCE;
                }
                let shown = Shown {
                    kind: RelationKind::Uses,
                    path: &path,
                    line: node.line(),
                };
                drawing.draw((node.key(), node.address()), target, &shown);
            }
        }
    }

    /// Edges that a resource draws between others.
    fn links(&self, node: &Node<'_>, links: &[&'static Link], drawing: &mut Drawing<'_, '_>) {
        let ends = |path: &str, names: &str| -> Vec<Target> {
            if path.is_empty() {
                return vec![Target {
                    key: node.key().to_owned(),
                    label: node.address().to_owned(),
                    confidence: 1.0,
                }];
            }
            let values = node.all(path);
            values.flat_map(|value| self.find(value, names)).collect()
        };
        for link in links.iter().filter(|_| !node.is_data()) {
            let mut targets = ends(link.to, link.names);
            if link.kind == RelationKind::Peers {
                if targets.is_empty() {
                    targets.extend(node.all(link.to).filter_map(elsewhere));
                }
                targets = self.without_addresses(targets);
            }
            for from in ends(link.from, link.names) {
                for target in &targets {
                    let shown = Shown {
                        kind: link.kind,
                        path: if link.to.is_empty() {
                            link.from
                        } else {
                            link.to
                        },
                        line: node.line(),
                    };
                    drawing.draw((&from.key, &from.label), target.clone(), &shown);
                }
            }
        }
    }

    /// Without the addresses of gateways that are there themselves, as both have them.
    fn without_addresses(&self, targets: Vec<Target>) -> Vec<Target> {
        let is_address = |target: &Target| {
            let mut nodes = self.nodes_of(self.by_id.get(&target.key));
            nodes.any(|node| node.key() == target.key && ADDRESSES.contains(&node.kind()))
        };
        let (addresses, others): (Vec<Target>, Vec<Target>) =
            targets.into_iter().partition(is_address);
        match others.is_empty() {
            true => addresses,
            false => others,
        }
    }

    /// What the document says each configured resource depends on, also through others, of those
    /// that others depend on.
    fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        for name in self.lists.iter().flat_map(|list| list.iter()) {
            if needs.contains_key(name) {
                continue;
            }
            let config = self.texts.get(self.names.span(*name));
            let mut needed = BTreeSet::new();
            let mut last = None;
            for node in self.configured(config) {
                let list = node.dependencies();
                // Instances of one resource need the same.
                if last != Some(list) {
                    needed.extend(list.iter().copied());
                    last = Some(list);
                }
            }
            needs.insert(*name, needed);
        }
        needs
    }

    /// Edges to configured dependencies that no attribute showed, neither the other way round, as
    /// of a network ACL that names its subnets. States list also what is needed only through
    /// others: those are left out.
    fn dependencies(&self, node: &Node<'_>, needs: &Needs, drawing: &mut Drawing<'_, '_>) {
        let all = node.dependencies();
        if all.is_empty() || !node.is_shown() {
            return;
        }
        let own = address::without_index(node.address());
        let own = self.names.number(&own, &self.texts);
        for dependency in all {
            if own == Some(*dependency) || is_indirect(*dependency, all, needs) {
                continue;
            }
            let config = self.texts.get(self.names.span(*dependency));
            let mut nodes: Vec<Node<'_>> =
                self.configured(config).take(MANY_INSTANCES + 1).collect();
            if nodes.len() > MANY_INSTANCES {
                let keyed = format!("{config}{}", last_key(node.address()));
                nodes = self.keyed(&keyed).take(MANY_INSTANCES).collect();
            }
            for other in nodes.into_iter().filter(Node::is_shown) {
                if drawing.has(other.key(), node.key()) {
                    continue;
                }
                let target = Target {
                    key: other.key().to_owned(),
                    label: other.address().to_owned(),
                    confidence: 0.7,
                };
                let shown = Shown {
                    kind: RelationKind::DependsOn,
                    path: "",
                    line: node.line(),
                };
                drawing.draw((node.key(), node.address()), target, &shown);
            }
        }
    }
}

/// Whether an attribute names what a database of Azure was once made from: only a replica goes on
/// from its source, until it is promoted.
///
/// registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/postgresql_flexible_server
/// and .../mssql_database, read 2026-11-29.
fn is_past(node: &Node<'_>, path: &str) -> bool {
    let sources = [
        "source_server_id",
        "creation_source_server_id",
        "creation_source_database_id",
    ];
    if !sources.contains(&path) {
        return false;
    }
    let [mode, role] = attributes::numbers(["create_mode", "replication_role"]);
    let told = |number: u16| {
        let mut values = node.values();
        values.find_map(|(path, value)| (path == number).then_some(value))
    };
    let is_replica = matches!(
        told(mode),
        Some("Replica" | "Secondary" | "OnlineSecondary")
    );
    !is_replica || told(role) == Some("None")
}

/// Links that resources of a type draw, looked up once for each type.
#[derive(Default)]
struct LinksOfTypes(ByNumber<Name, Vec<&'static Link>>);

impl LinksOfTypes {
    fn of(&mut self, node: &Node<'_>) -> &[&'static Link] {
        let found = self.0.entry(node.kind_number());
        found.or_insert_with(|| references::links(node.kind()).collect())
    }
}

/// Whether `dependency` is needed through another of `all`. Beyond a thousand nothing is left out,
/// for the sake of time.
fn is_indirect(dependency: Name, all: &[Name], needs: &Needs) -> bool {
    let needs = |name: Name, what: Name| {
        needs
            .get(&name)
            .is_some_and(|needed| needed.contains(&what))
    };
    let through = |other: &Name| {
        *other != dependency && needs(*other, dependency) && !needs(dependency, *other)
    };
    all.len() <= 1000 && all.iter().any(through)
}

/// The service account of this address of mail, which no resource of the document is:
/// `NAME@PROJECT.iam.gserviceaccount.com`.
pub(super) fn service_account(value: &str) -> Option<Target> {
    let email = value.rsplit('/').next()?;
    let key = key::google_service_account(email)?;
    Some(Target {
        key,
        label: email.to_owned(),
        confidence: 0.9,
    })
}

/// A registry or vault that may be of another document.
fn used(key: &str) -> Target {
    Target {
        key: key.to_owned(),
        label: key.to_owned(),
        confidence: 0.9,
    }
}

/// The host or public address that a value names, which no resource of the document has: one of
/// another document, of another cloud, or outside.
fn elsewhere(value: &str) -> Option<Target> {
    let host = aliases::host_of(value)?;
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_public = || {
        let alias = Alias::of(&host);
        alias.is_some_and(|alias| alias.kind == AliasKind::PublicAddress)
    };
    (is_name || is_public()).then(|| Target {
        key: host.clone(),
        label: host,
        confidence: 0.9,
    })
}
