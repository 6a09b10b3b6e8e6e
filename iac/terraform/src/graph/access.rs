//! Who may act as whom and on what, as edges `permits_iam`.

use nepho_core::key::Arn;
use nepho_core::tables::RelationKind;

use super::node::Node;
use super::relations::service_account;
use super::rows::{Drawing, Shown};
use super::store::{ByNumber, Name};
use super::{Graph, Target};
use crate::identity::grants::{self, Grant, PARENT, Who};
use crate::identity::{keys, references};

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
        let words = words.filter(|word| grants::account_of(word).is_none_or(|other| other != own));
        words.flat_map(|word| self.identities(&word)).collect()
    }

    /// Identities that a word means: those of the document, or the word itself.
    fn identities(&self, word: &str) -> Vec<Target> {
        let known: Vec<Target> = self.called(word).map(|node| of_node(&node)).collect();
        if !known.is_empty() {
            return known;
        }
        let found = match word.contains('@') {
            true => self.find(word, references::SERVICE_ACCOUNT),
            false => self.find(word, ""),
        };
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
                values.flat_map(|value| self.find(value, "")).collect()
            }
        }
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
    let role = node.first("role").filter(|_| grant.who == Who::Member);
    let path = match grant.from {
        "" => "id",
        path => path,
    };
    format!("{} in {}", role.unwrap_or(path), node.address())
}

fn of_node(node: &Node<'_>) -> Target {
    Target {
        key: node.key().to_owned(),
        label: node.address().to_owned(),
        confidence: 1.0,
    }
}
