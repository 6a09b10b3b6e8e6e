//! Versions of histories in their order, and histories that were rewritten.

use std::collections::BTreeMap;

use nepho_core::feed::Snapshot;
use nepho_core::findings::{Details, Finding, FindingKind, StateRewritten, Urgency};

use crate::rules::Rules;

/// Versions of one history, the oldest first, one of each serial number.
pub type Versions<'a> = Vec<&'a Snapshot>;

/// Histories by lineage. Snapshots without a lineage are of none, and are passed over.
///
/// Of two versions with one serial number the later one of the input counts.
pub fn histories<'a>(
    rules: &dyn Rules,
    snapshots: &'a [Snapshot],
) -> BTreeMap<&'a str, Versions<'a>> {
    let mut by_lineage: BTreeMap<&str, BTreeMap<u64, &Snapshot>> = BTreeMap::new();
    for snapshot in of_rules(rules, snapshots) {
        by_lineage
            .entry(&snapshot.lineage)
            .or_default()
            .insert(snapshot.serial, snapshot);
    }
    by_lineage
        .into_iter()
        .map(|(lineage, versions)| (lineage, versions.into_values().collect()))
        .collect()
}

/// Snapshots of these tools that have a history.
fn of_rules<'a>(
    rules: &dyn Rules,
    snapshots: &'a [Snapshot],
) -> impl Iterator<Item = &'a Snapshot> {
    let tools = rules.tools().to_vec();
    snapshots
        .iter()
        .filter(move |snapshot| tools.contains(&snapshot.tool.as_str()))
        .filter(|snapshot| !snapshot.lineage.is_empty())
}

/// Histories that do not fit together: one serial number with several contents, or several lineages
/// at one place.
pub fn rewritten(rules: &dyn Rules, snapshots: &[Snapshot]) -> Vec<Finding> {
    let mut by_serial: BTreeMap<(&str, u64), Vec<&Snapshot>> = BTreeMap::new();
    let mut by_place: BTreeMap<String, Vec<&Snapshot>> = BTreeMap::new();
    for snapshot in of_rules(rules, snapshots) {
        let versions = by_serial.entry((&snapshot.lineage, snapshot.serial));
        versions.or_default().push(snapshot);
        let place = rules.place(&snapshot.uri).into_owned();
        by_place.entry(place).or_default().push(snapshot);
    }
    let mut findings = Vec::new();
    for ((_, serial), versions) in by_serial {
        let Some(first) = versions.first() else {
            continue;
        };
        if versions
            .iter()
            .any(|version| version.digest != first.digest)
        {
            let reason = format!(
                "Serial number {serial} of lineage {} was seen with different contents. A tool \
                 counts up whenever it writes, so somebody wrote this version by other means (a \
                 forced push, an edited or restored file), or two runs wrote at once.",
                first.lineage
            );
            findings.push(finding(&versions, serial, reason));
        }
    }
    for (place, versions) in by_place {
        let mut versions = versions;
        let Some(first) = versions.first().map(|first| first.lineage.clone()) else {
            continue;
        };
        let Some(other) = versions.iter().find(|version| version.lineage != first) else {
            continue;
        };
        let serial = other.serial;
        let reason = format!(
            "Versions of several lineages were seen at {place}. A tool gives a state its lineage once, so \
             another state was put in its place."
        );
        versions.dedup_by(|one, other| one.uri == other.uri && one.lineage == other.lineage);
        findings.push(finding(&versions, serial, reason));
    }
    findings
}

/// A version that was put over a newer one of its history, at the same place.
pub fn put_back(newer: &Snapshot, older: &Snapshot) -> Finding {
    let serial = older.serial;
    let reason = format!(
        "Serial number {serial} of lineage {} was written over number {}. A tool counts up \
         whenever it writes, so somebody put an older version back (a forced push, a restored \
         file).",
        older.lineage, newer.serial
    );
    finding(&[newer, older], serial, reason)
}

fn finding(versions: &[&Snapshot], serial: u64, explanation: String) -> Finding {
    let mut lineages: Vec<String> = Vec::new();
    let mut uris: Vec<String> = Vec::new();
    for version in versions {
        if !lineages.contains(&version.lineage) {
            lineages.push(version.lineage.clone());
        }
        if !uris.contains(&version.uri) {
            uris.push(version.uri.clone());
        }
    }
    let (tool, scope) = versions
        .first()
        .map(|first| (first.tool.clone(), first.scope.clone()))
        .unwrap_or_default();
    let times = || versions.iter().filter_map(|version| version.time);
    Finding {
        id: format!("state-rewritten-{scope}-{}-{serial}", lineages.join("-")),
        kind: FindingKind::StateRewritten,
        urgency: Urgency::Warning,
        start: times().min(),
        end: times().max(),
        services: Vec::new(),
        resources: Vec::new(),
        title: format!("the state of `{scope}` was rewritten at serial number {serial}"),
        explanation,
        confidence: 0.9,
        change: None,
        evidence: Vec::new(),
        details: Details::StateRewritten(StateRewritten {
            tool,
            scope,
            lineages,
            serial,
            uris,
        }),
    }
}
