//! When resources began and ended, as changes tell.
//!
//! | change | tells |
//! |---|---|
//! | create | the resource exists since then |
//! | import | it existed before, of which nothing is said |
//! | delete | it exists no more |
//! | replace | a name is gone and back again; see below for an id |
//! | forget | what the tool says of it ends, the resource does not |
//!
//! After a replacement an id that the cloud makes (`sg-0a1b`) is new if a tool has it now, and gone
//! otherwise.
//!
//! Only what was applied counts. Where the time is an interval, the resource is taken to exist
//! throughout.

use std::collections::HashSet;

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RelationKind, Resource};

use super::words::Words;
use crate::graph::{Facts, NodeId};
use crate::identity::is_short_id;
use nepho_core::key;

/// Takes note of what changes tell of the lifetimes of nodes.
pub(super) fn apply(changes: &[Change], words: &Words, resources: &[Resource], facts: &mut Facts) {
    let managed: HashSet<&str> = resources
        .iter()
        .filter(|row| row.tool.is_some())
        .map(|row| row.key.as_str())
        .collect();
    for change in changes {
        if change.outcome != ChangeOutcome::Applied {
            continue;
        }
        let Some(node) = node_of(change, words, facts) else {
            continue;
        };
        let Some(done) = change.time.or(change.started).or(change.not_before) else {
            continue;
        };
        // It cannot have been known before it happened.
        let seen = done;
        let earliest = change.not_before.unwrap_or(done);
        match change.action {
            ChangeAction::Create => facts.lifetimes().begins(node, earliest, seen),
            ChangeAction::Delete => facts.lifetimes().ends(node, done, seen),
            ChangeAction::Replace => {
                let is_managed = managed.contains(facts.name(node));
                replace(node, change, (earliest, done), is_managed, facts);
            }
            ChangeAction::Forget => forget(node, change, done, facts),
            _ => {}
        }
    }
}

/// The one node that a change is of.
fn node_of(change: &Change, words: &Words, facts: &Facts) -> Option<NodeId> {
    let key = change.resource.as_deref()?;
    facts.known_node(key).or_else(|| match words.find(key) {
        [node] => Some(*node),
        _ => None,
    })
}

fn replace(
    node: NodeId,
    change: &Change,
    (earliest, done): (Timestamp, Timestamp),
    is_managed: bool,
    facts: &mut Facts,
) {
    let begun = change.started.unwrap_or(earliest);
    let is_made_by_cloud = is_short_id(key::short_name(facts.name(node)));
    if is_made_by_cloud {
        match is_managed {
            true => facts.lifetimes().begins(node, earliest, done),
            false => facts.lifetimes().ends(node, done, done),
        }
    } else if begun < done {
        facts.lifetimes().ends(node, begun, done);
        facts.lifetimes().begins(node, done, done);
    }
}

/// The tool lets go: what it says of the management of the resource ends.
fn forget(node: NodeId, change: &Change, done: Timestamp, facts: &mut Facts) {
    let source = facts.source(&change.tool);
    for to in facts.told_of(source, node, RelationKind::ManagedBy) {
        facts.close(source, (node, to, RelationKind::ManagedBy), done, done);
    }
}
