//! Versions that the next ones are compared with.

use std::collections::{BTreeMap, HashMap};

use nepho_core::feed::Snapshot;
use nepho_core::findings::Finding;
use nepho_iac_common::history;

use crate::places::name_of;
use crate::scopes::is_terraform;

/// Takes out of `read` the versions that were put over a newer one which is held, and holds them in
/// its place: what they lack was not changed by anybody. Gives a finding for each.
pub(super) fn put_back(held: &mut [Snapshot], read: &mut Vec<Snapshot>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in held.iter_mut().filter(|one| is_terraform(&one.tool)) {
        let is_of_it =
            |other: &Snapshot| name_of(&other.uri) == name_of(&one.uri) && is_same(other, one);
        let newest = read.iter().filter(|other| is_of_it(other));
        let newest = newest.max_by_key(|other| other.serial);
        // An older version may be read late.
        let Some(newest) = newest.filter(|newest| {
            let times = newest.time.zip(one.time);
            newest.serial < one.serial && times.is_none_or(|(newest, held)| newest > held)
        }) else {
            continue;
        };
        let newest = newest.clone();
        findings.push(history::put_back(one, &newest));
        read.retain(|other| !is_of_it(other));
        *one = newest;
    }
    findings
}

/// Whether two versions are of one history.
fn is_same(one: &Snapshot, other: &Snapshot) -> bool {
    (&one.tool, &one.lineage) == (&other.tool, &other.lineage)
}

/// Keeps the newest version of each history; of the states that were put at one place the history
/// that was read last, so that what was put in its place is told once.
pub(super) fn keep_newest(snapshots: &mut Vec<Snapshot>) {
    let mut newest: BTreeMap<(String, String, String), Snapshot> = BTreeMap::new();
    let mut last: HashMap<String, String> = HashMap::new();
    for snapshot in snapshots.drain(..) {
        if is_terraform(&snapshot.tool) {
            last.insert(name_of(&snapshot.uri).to_owned(), snapshot.lineage.clone());
        }
        let key = (
            snapshot.tool.clone(),
            snapshot.scope.clone(),
            snapshot.lineage.clone(),
        );
        match newest.get(&key) {
            Some(held) if held.serial > snapshot.serial => {}
            _ => {
                newest.insert(key, snapshot);
            }
        }
    }
    let is_last = |one: &Snapshot| {
        let last = last
            .get(name_of(&one.uri))
            .filter(|_| is_terraform(&one.tool));
        last.is_none_or(|lineage| *lineage == one.lineage)
    };
    snapshots.extend(newest.into_values().filter(is_last));
    // What one document tells stays in the order of the histories.
    snapshots.sort_by(|a, b| a.uri.cmp(&b.uri));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_versions_are_in_the_same_order_in_each_run() {
        let version = |uri: &str, scope: &str, serial| Snapshot {
            uri: uri.to_owned(),
            scope: scope.to_owned(),
            serial,
            ..Snapshot::default()
        };
        let mut snapshots: Vec<Snapshot> = (b'a'..=b'p')
            .rev()
            .map(|scope| version("helm.json", &char::from(scope).to_string(), 2))
            .collect();
        snapshots.extend([version("helm.json", "a", 1), version("b.json", "z", 1)]);
        keep_newest(&mut snapshots);
        let told: String = snapshots.iter().map(|one| one.scope.as_str()).collect();
        assert_eq!(told, "zabcdefghijklmnop");
        assert_eq!(snapshots.get(1).map(|one| one.serial), Some(2));
    }
}
