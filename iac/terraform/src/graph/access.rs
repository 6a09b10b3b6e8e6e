//! Who may act as whom and on what, as edges `permits_iam`.

use nepho_core::key::Arn;
use nepho_core::tables::RelationKind;

use super::node::Node;
use super::relations::service_account;
use super::rows::{Drawing, Shown};
use super::store::{ByNumber, Name};
use super::{Graph, Target};
use crate::identity::grants::{self, Grant, PARENT, Who};
use crate::identity::{keys, pattern, references};

/// Resources that one pattern names; one that more fit names none of them.
const MOST_FITTING: usize = 32;
/// ARNs that one pattern is compared with.
const MOST_COMPARED: usize = 4096;

/// Permissions that resources of a type give, looked up once for each type.
#[derive(Default)]
pub(super) struct GrantsOfTypes(ByNumber<Name, Vec<&'static Grant>>);

impl GrantsOfTypes {
    pub(super) fn of(&mut self, node: &Node<'_>) -> &[&'static Grant] {
        let found = self.0.entry(node.kind_number());
        found.or_insert_with(|| grants::of_type(node.kind()).collect())
    }
}

impl Graph {
    /// Edges from whoever a resource permits something to what is permitted.
    pub(super) fn grants(
        &self,
        node: &Node<'_>,
        grants: &[&'static Grant],
        drawing: &mut Drawing<'_, '_>,
    ) {
        for grant in grants.iter().filter(|_| !node.is_data()) {
            let who = self.permitted(node, grant);
            if who.is_empty() {
                continue;
            }
            let evidence = evidence(node, grant);
            for target in self.granted(node, grant) {
                for from in &who {
                    let shown = Shown {
                        kind: RelationKind::PermitsIam,
                        path: &evidence,
                        line: node.line(),
                    };
                    drawing.draw((&from.key, &from.label), target.clone(), &shown);
                }
            }
        }
    }

    /// Who is permitted. An account whose own principals are meant says nothing.
    fn permitted(&self, node: &Node<'_>, grant: &Grant) -> Vec<Target> {
        if grant.who == Who::Itself {
            return vec![of_node(node)];
        }
        let own = Arn::parse(node.key()).map_or("", |arn| arn.account);
        let words = node
            .all(grant.from)
            .filter_map(|value| grant.who.word(value));
        let words = words.filter(|word| match grants::account_of(word) {
            // Of a resource without an account in its id nobody tells which one is its own.
            Some(other) if grant.who == Who::Principal => !own.is_empty() && other != own,
            _ => true,
        });
        let names = match grant.who {
            Who::Named(names) => return words.flat_map(|word| self.find(&word, names)).collect(),
            Who::Member => references::SERVICE_ACCOUNT,
            _ => "",
        };
        words
            .flat_map(|word| self.identities(&word, names))
            .collect()
    }

    /// Identities that a word means: those of the document, or the word itself.
    fn identities(&self, word: &str, names: &str) -> Vec<Target> {
        let known: Vec<Target> = self.called(word).map(|node| of_node(&node)).collect();
        if !known.is_empty() {
            return known;
        }
        let found = self.find(word, names);
        if !found.is_empty() {
            return found;
        }
        let elsewhere = match word.contains('@') {
            true => service_account(word),
            false => Some(Target {
                key: word.to_owned(),
                label: word.to_owned(),
                confidence: 0.9,
            }),
        };
        elsewhere.into_iter().collect()
    }

    /// What may be used.
    fn granted(&self, node: &Node<'_>, grant: &Grant) -> Vec<Target> {
        match grant.to {
            "" => vec![of_node(node)],
            PARENT => self.whole_of(node).into_iter().collect(),
            path => {
                let values = node.all(path);
                let targets = values.flat_map(|value| match value.contains(['*', '?']) {
                    true => self.matching(value),
                    false => self.find(value, ""),
                });
                targets.collect()
            }
        }
    }

    /// Resources of the document whose ARN fits a pattern; none if too many do.
    fn matching(&self, pattern: &str) -> Vec<Target> {
        let start = pattern.split(['*', '?']).next().unwrap_or_default();
        let arns = self.arns.get_or_init(|| self.arns_in_order());
        let key = |place: &usize| self.node(*place).map_or("", |node| node.key());
        let first = arns.partition_point(|place| key(place) < start);
        let near = arns.iter().skip(first).take(MOST_COMPARED);
        let nodes = near.filter_map(|place| self.node(*place));
        let nodes = nodes.take_while(|node| node.key().starts_with(start));
        let found: Vec<Target> = nodes
            .filter(|node| pattern::fits(pattern, node.key()))
            .map(|node| of_node(&node))
            .take(MOST_FITTING + 1)
            .collect();
        match found.len() > MOST_FITTING {
            true => Vec::new(),
            false => found,
        }
    }

    /// Places of the nodes that have an ARN, by this, each ARN once.
    fn arns_in_order(&self) -> Vec<usize> {
        let nodes = self.nodes().filter(Node::is_shown);
        let nodes = nodes.filter(|node| node.key().starts_with("arn:"));
        let mut arns: Vec<(&str, usize)> = nodes.map(|node| (node.key(), node.place)).collect();
        arns.sort_unstable();
        arns.dedup_by_key(|(key, _)| *key);
        arns.into_iter().map(|(_, place)| place).collect()
    }

    /// What a resource is a part of: of a provider the pool that its id tells, else its parent.
    fn whole_of(&self, node: &Node<'_>) -> Option<Target> {
        let key = match node.key().split_once("/providers/") {
            Some((pool, _)) if pool.starts_with("//") => pool.to_owned(),
            _ => self.parent_key(node.parent()?),
        };
        let known = self.find(&key, "").into_iter().next();
        known.or_else(|| {
            keys::is_global(&key).then(|| Target {
                label: key.clone(),
                key,
                confidence: 1.0,
            })
        })
    }
}

/// What shows a permission: the attribute, or the role that it gives, and the resource.
fn evidence(node: &Node<'_>, grant: &Grant) -> String {
    let role = grant.role().and_then(|path| node.first(path));
    // Where the resource itself, or the one it is for, is permitted, what it may use tells more.
    let is_own = matches!(grant.who, Who::Itself | Who::Named(_));
    let path = match grant.to {
        "" | PARENT => grant.from,
        to if is_own => to,
        _ => grant.from,
    };
    let path = if path.is_empty() { "id" } else { path };
    format!("{} in {}", role.unwrap_or(path), node.address())
}

fn of_node(node: &Node<'_>) -> Target {
    Target {
        key: node.key().to_owned(),
        label: node.address().to_owned(),
        confidence: 1.0,
    }
}
