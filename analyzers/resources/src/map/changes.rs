//! When resources began and ended, as changes tell ([`crate::graph::lives`]). A tool that forgets a
//! resource no longer manages it, and the resource goes on. What lies in a resource that was
//! deleted ends with it ([`crate::graph::within`]).

use std::collections::HashSet;

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RelationKind, Resource};

use super::words::Words;
use crate::graph::lives::Life;
use crate::graph::within::Ordered;
use crate::graph::{Facts, NodeId};
use crate::identity::short_id_of;

/// Takes note of what changes tell of the lifetimes of nodes.
pub(super) fn apply(changes: &[Change], words: &Words, resources: &[Resource], facts: &mut Facts) {
    let managed: HashSet<&str> = resources
        .iter()
        .filter(|row| row.tool.is_some())
        .map(|row| row.key.as_str())
        .collect();
    let ordered = Ordered::new(facts.nodes(), |node| facts.name(node));
    for change in changes {
        if change.action == ChangeAction::Forget {
            forget(change, words, facts);
            continue;
        }
        for (id, life) in Life::told(change) {
            let node = node_of(id, words, facts);
            let id = node.map_or_else(|| key::canonical(id), |node| facts.name(node).to_owned());
            let inner = match life.is_end() {
                true => ordered.ended_by(&id, |node| facts.name(node)),
                false => Vec::new(),
            };
            for node in node.into_iter().chain(inner) {
                let id = facts.name(node).to_owned();
                life.note(node, &id, managed.contains(&*id), facts.lifetimes());
            }
        }
    }
}

/// The one node that an id is of. An audit log tells the ARN where others tell the id that EC2
/// made.
fn node_of(key: &str, words: &Words, facts: &Facts) -> Option<NodeId> {
    let only = |word: &str| match words.find(word) {
        [] => facts.known_node(word),
        [node] => Some(*node),
        _ => None,
    };
    let known = facts.known_node(key).or_else(|| only(key));
    known.or_else(|| only(short_id_of(key)?))
}

/// The tool lets go: what it says of the management of the resource by this state ends. Another
/// state may have taken the resource in.
fn forget(change: &Change, words: &Words, facts: &mut Facts) {
    if change.outcome != ChangeOutcome::Applied {
        return;
    }
    let resource = change.resource.as_deref();
    let Some(node) = resource.and_then(|id| node_of(id, words, facts)) else {
        return;
    };
    let Some(done): Option<Timestamp> = change.time.or(change.started).or(change.not_before) else {
        return;
    };
    let source = facts.source(&change.tool);
    let state = format!("state:{}:{}", change.tool, change.scope);
    for to in facts.told_of(source, node, RelationKind::ManagedBy) {
        let name = facts.name(to);
        if name.starts_with("state:") && name != state && !change.scope.is_empty() {
            continue;
        }
        facts.close(source, (node, to, RelationKind::ManagedBy), done, done);
    }
}
