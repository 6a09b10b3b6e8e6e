//! What a revision of a release changed: its manifest beside that of the one before.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::{FeedOutput, Member, Snapshot};
use nepho_core::tables::{Change, ChangeAction};

use super::record::member_change;
use super::{release_change, run};

/// Adds the changes between the revisions of each release.
pub(super) fn compare(snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
    let told: BTreeMap<&str, &Change> = known
        .iter()
        .filter(|change| change.tool == "helm")
        .map(|change| (change.id.as_str(), change))
        .collect();
    let mut releases: BTreeMap<&str, BTreeMap<u64, &Snapshot>> = BTreeMap::new();
    for snapshot in snapshots.iter().filter(|one| one.tool == "helm") {
        let revisions = releases.entry(&snapshot.scope).or_default();
        revisions.entry(snapshot.serial).or_insert(snapshot);
    }
    for revisions in releases.values() {
        let pairs = revisions.values().zip(revisions.values().skip(1));
        for (before, after) in pairs {
            between(before, after, &told, out);
        }
    }
}

fn between(
    before: &Snapshot,
    after: &Snapshot,
    told: &BTreeMap<&str, &Change>,
    out: &mut FeedOutput,
) {
    let id = format!("helm:{}:v{}:release", after.scope, after.serial);
    let release = match told.get(id.as_str()) {
        Some(release) => (*release).clone(),
        None => release_change(&run(&after.scope, after.serial, ""), ChangeAction::Update),
    };
    let addresses: BTreeSet<&String> = before.members.keys().chain(after.members.keys()).collect();
    for address in addresses {
        let (old, new) = (before.members.get(address), after.members.get(address));
        let (action, attributes) = match (old, new) {
            // Of a manifest that was not read whole, nothing is concluded from what is missing.
            (None, Some(_)) if before.is_complete => (ChangeAction::Create, Vec::new()),
            (Some(_), None) if after.is_complete => (ChangeAction::Delete, Vec::new()),
            (Some(old), Some(new)) if old.attributes != new.attributes => {
                (ChangeAction::Update, differing(old, new))
            }
            _ => continue,
        };
        let Some(member) = new.or(old) else { continue };
        let mut change = member_change(
            &release,
            address,
            member.resource.clone(),
            &member.resource_type,
            action,
        );
        change.attributes = attributes;
        if before.serial + 1 < after.serial {
            // One of the revisions between may have made it.
            change.not_before = before.time;
        }
        if !told.contains_key(change.id.as_str()) {
            out.changes.push(change);
        }
    }
}

/// Names of the attributes that only one has, or that differ.
fn differing(old: &Member, new: &Member) -> Vec<String> {
    let names: BTreeSet<&String> = old.attributes.keys().chain(new.attributes.keys()).collect();
    let differ = |name: &&&String| old.attributes.get(**name) != new.attributes.get(**name);
    names
        .iter()
        .filter(differ)
        .map(|name| (*name).clone())
        .collect()
}
