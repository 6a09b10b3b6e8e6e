//! Resources of the timeline that have one name and are two: services of two clusters, functions of
//! two regions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::timeline::TimelineChange;

/// What resources are called that others have the name of, by their ids.
#[derive(Default)]
pub(super) struct Namesakes<'a>(HashMap<&'a str, &'a str>);

impl<'a> Namesakes<'a> {
    /// Those among changes that audit logs tell of.
    pub(super) fn new(changes: impl Iterator<Item = &'a TimelineChange>) -> Self {
        let mut named: BTreeMap<(&str, Option<&str>), BTreeSet<&'a str>> = BTreeMap::new();
        for change in changes.filter(|one| one.id.starts_with("audit:")) {
            let name = change.address.split_once(' ').map(|(_, name)| name);
            if let (Some(name), Some(id)) = (name, change.resource.as_deref())
                && is_end(id, name)
            {
                let ids = named.entry((name, change.cluster.as_deref()));
                ids.or_default().insert(id);
            }
        }
        let several = named.into_values().filter(|ids| ids.len() > 1);
        Self(several.flat_map(told_apart).collect())
    }

    /// What an operation was done to: `checkout`, or `shop/checkout` where another is called so.
    pub(super) fn name(&self, change: &'a TimelineChange) -> Option<&'a str> {
        let (_, name) = change.address.split_once(' ')?;
        let id = change.resource.as_deref().filter(|id| is_end(id, name));
        Some(id.and_then(|id| self.0.get(id).copied()).unwrap_or(name))
    }
}

/// Whether an id ends with a name as its last part.
fn is_end(id: &str, name: &str) -> bool {
    let front = id.strip_suffix(name);
    front.is_some_and(|front| front.ends_with(['/', ':']))
}

/// Ids with the shortest ends of them that differ.
fn told_apart(ids: BTreeSet<&str>) -> Vec<(&str, &str)> {
    let most = ids.iter().map(|id| id.matches(['/', ':']).count());
    for parts in 2..=most.max().unwrap_or(0) {
        let ends: Vec<&str> = ids.iter().map(|id| end(id, parts)).collect();
        let different: BTreeSet<&&str> = ends.iter().collect();
        if different.len() == ids.len() {
            return ids.into_iter().zip(ends).collect();
        }
    }
    ids.into_iter().map(|id| (id, id)).collect()
}

/// The last parts of an id.
fn end(id: &str, parts: usize) -> &str {
    let mut breaks = id.rmatch_indices(['/', ':']);
    let at = breaks.nth(parts.saturating_sub(1)).map(|(at, _)| at);
    at.and_then(|at| id.get(at + 1..)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ids: &[&str], expected: &[&str]) {
        let found = told_apart(ids.iter().copied().collect());
        let ends: Vec<&str> = found.into_iter().map(|(_, end)| end).collect();
        assert_eq!(ends, expected);
    }

    #[test]
    fn the_shortest_end_tells_apart() {
        let own = "arn:aws:ecs:eu-west-1:111122223333:service";
        let (shop, stage) = (
            format!("{own}/shop/checkout"),
            format!("{own}/stage/checkout"),
        );
        check(&[&shop, &stage], &["shop/checkout", "stage/checkout"]);
        let of = |region: &str| format!("arn:aws:lambda:{region}:111122223333:function:pay");
        let behind = "111122223333:function:pay";
        check(
            &[&of("eu-west-1"), &of("us-east-1")],
            &[
                &format!("eu-west-1:{behind}"),
                &format!("us-east-1:{behind}"),
            ],
        );
    }

    #[test]
    fn a_name_is_a_whole_part() {
        assert!(is_end("a/b/checkout", "checkout"));
        assert!(!is_end("a/b/pre-checkout", "checkout"));
        assert!(!is_end("checkout", "checkout"));
    }
}
