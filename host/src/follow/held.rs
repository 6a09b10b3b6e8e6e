//! Resources that documents tell of, as far as the latest version of each could be read.

use std::collections::BTreeMap;
use std::mem;

use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::tables::Resource;

use crate::places;

/// How much of a document could be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What was told is there; what was not may be as well.
    Part,
}

/// Resources of each document.
#[derive(Default)]
pub(super) struct Held(BTreeMap<String, FeedOutput>);

impl Held {
    /// Takes what a version of a document tells. One that was not read to its end, such as one that
    /// is being written, takes nothing away.
    pub(super) fn take(&mut self, uri: &str, told: Vec<Resource>, extent: Extent) {
        let name = places::name_of(uri);
        if extent == Extent::Whole {
            match told.is_empty() {
                true => self.0.remove(name),
                false => self.0.insert(name.to_owned(), of(told)),
            };
            return;
        }
        if told.is_empty() {
            return;
        }
        let held = &mut self.0.entry(name.to_owned()).or_default().resources;
        let is_told = |one: &Resource| told.iter().any(|new| is_same(new, one));
        held.retain(|one| !is_told(one));
        held.extend(told);
    }

    /// Forgets a document that is no longer there.
    pub(super) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Resource> {
        self.0.values().flat_map(|one| &one.resources)
    }

    /// Rows by document.
    pub(super) fn documents(&mut self) -> impl Iterator<Item = &mut FeedOutput> {
        self.0.values_mut()
    }
}

fn of(resources: Vec<Resource>) -> FeedOutput {
    FeedOutput {
        resources,
        ..FeedOutput::default()
    }
}

fn is_same(one: &Resource, other: &Resource) -> bool {
    (&one.key, &one.tool, &one.scope, &one.address)
        == (&other.key, &other.tool, &other.scope, &other.address)
}

/// Keeps the newest version of each history, in an order that is the same in each run.
pub(super) fn keep_newest(snapshots: &mut Vec<Snapshot>) {
    let mut newest: BTreeMap<(String, String, String), Snapshot> = BTreeMap::new();
    for snapshot in mem::take(snapshots) {
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
    snapshots.extend(newest.into_values());
    // What one document tells stays in the order of the histories.
    snapshots.sort_by(|a, b| a.uri.cmp(&b.uri));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(held: &mut Held, uri: &str, keys: &[&str], extent: Extent) {
        let resource = |key: &&str| Resource {
            key: (*key).to_owned(),
            ..Resource::default()
        };
        held.take(uri, keys.iter().map(resource).collect(), extent);
    }

    fn keys(held: &Held) -> Vec<&str> {
        held.all().map(|one| one.key.as_str()).collect()
    }

    #[test]
    fn a_version_that_breaks_off_takes_nothing_away() {
        let mut held = Held::default();
        take(&mut held, "a.tfstate", &["db", "web"], Extent::Whole);
        take(&mut held, "a.tfstate", &[], Extent::Part);
        assert_eq!(keys(&held), ["db", "web"]);
        take(&mut held, "a.tfstate", &["db", "cache"], Extent::Part);
        assert_eq!(keys(&held), ["web", "db", "cache"]);
        take(&mut held, "a.tfstate", &["cache"], Extent::Whole);
        assert_eq!(keys(&held), ["cache"]);
    }

    #[test]
    fn versions_of_an_object_are_one_document() {
        let mut held = Held::default();
        let versions = ["?versionId=1", "?versionId=2", ""];
        for (version, key) in versions.into_iter().zip(["one", "two", "three"]) {
            let uri = format!("s3://states/a.tfstate{version}");
            take(&mut held, &uri, &[key], Extent::Whole);
        }
        assert_eq!(keys(&held), ["three"]);
        // What follows a question mark in the name of a file is of its name.
        take(&mut held, "a?1.tfstate", &["x"], Extent::Whole);
        take(&mut held, "a?2.tfstate", &["y"], Extent::Whole);
        assert_eq!(keys(&held), ["x", "y", "three"]);
        held.forget("s3://states/a.tfstate");
        assert_eq!(keys(&held), ["x", "y"]);
    }

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
