//! Root failures of stacks within stacks. Their events lie in other documents: where those tell
//! what failed within, the stack around did not fail by itself.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::tables::Change;
use nepho_core::time::NANOS;
use nepho_core::{Timestamp, key};

/// Type of a stack within a stack.
const STACK: &str = "AWS::CloudFormation::Stack";

/// How long before its failure work on a stack began at most, where no row tells: an hour.
const UNTOLD: i64 = 3600 * NANOS;

/// Takes the root failure from stacks in which something failed meanwhile that is one as well.
pub(crate) fn settle(changes: &mut BTreeMap<String, Change>) {
    let of_stacks = |change: &&Change| change.is_root_failure && change.resource_type == STACK;
    let outer: Vec<&Change> = changes.values().filter(of_stacks).collect();
    if outer.is_empty() {
        return;
    }
    let mut roots: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for change in changes.values().filter(|change| change.is_root_failure) {
        if let (Some(stack), Some(time)) = (stack_of(change), change.time) {
            roots.entry(stack).or_default().push(time);
        }
    }
    let has_inner = |change: &&&Change| {
        let inner = change.resource.as_deref().and_then(|id| roots.get(id));
        let Some(to) = change.time else {
            return false;
        };
        let begun = change.started.filter(|begun| *begun < to);
        let from = begun.unwrap_or(to.plus(-UNTOLD));
        let mut inner = inner.into_iter().flatten();
        inner.any(|time| from <= *time && *time <= to)
    };
    let outer: BTreeSet<String> = outer
        .iter()
        .filter(has_inner)
        .map(|change| change.id.clone())
        .collect();
    for id in outer {
        if let Some(change) = changes.get_mut(&id) {
            change.is_root_failure = false;
        }
    }
}

/// Id of the stack that a change is of, with which ids of changes of CloudFormation begin.
fn stack_of(change: &Change) -> Option<String> {
    let (_, rest) = change.id.split_once(':')?;
    let mut parts = rest.match_indices(':').map(|(at, _)| at);
    let end = parts.nth(5)?;
    let arn = rest.get(..end).filter(|arn| arn.starts_with("arn:"))?;
    Some(key::canonical(arn))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1-a";
    const INNER: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-Db/2-b";

    fn failed(stack: &str, logical: &str, resource: &str, kind: &str, second: i64) -> Change {
        Change {
            id: format!("cloudformation:{stack}:op-1:{logical}:update"),
            resource: Some(resource.to_owned()),
            resource_type: kind.to_owned(),
            started: Some(Timestamp(second - 5)),
            time: Some(Timestamp(second)),
            is_root_failure: true,
            ..Change::default()
        }
    }

    fn roots(changes: &[Change]) -> Vec<String> {
        let mut held = changes.iter().cloned();
        let mut held: BTreeMap<String, Change> = held
            .by_ref()
            .map(|change| (change.id.clone(), change))
            .collect();
        settle(&mut held);
        let roots = held.into_values().filter(|change| change.is_root_failure);
        roots.filter_map(|change| change.resource).collect()
    }

    #[test]
    fn what_failed_within_a_stack_is_the_root() {
        let outer = failed(OUTER, "Db", INNER, STACK, 20);
        let inner = failed(INNER, "Inst", "orders", "AWS::RDS::DBInstance", 18);
        let earlier = failed(INNER, "Inst", "orders", "AWS::RDS::DBInstance", 10);
        assert_eq!(roots(&[outer.clone(), inner]), ["orders"]);
        // Without its events, and by another operation, the stack is all that is known.
        assert_eq!(roots(std::slice::from_ref(&outer)), [INNER]);
        assert_eq!(roots(&[outer.clone(), earlier]).len(), 2);
        // No row tells when work on the stack began.
        let inner = failed(INNER, "Inst", "orders", "AWS::RDS::DBInstance", 18);
        let ended = Change {
            started: outer.time,
            ..outer
        };
        assert_eq!(roots(&[ended, inner]), ["orders"]);
    }
}
