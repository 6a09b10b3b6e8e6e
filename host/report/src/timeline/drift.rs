//! Drift: what was done by hand to managed resources, and what tools found to differ.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::{Details, Drift, Finding, WriteClass};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus};

use super::Maker;
use super::names::Names;

/// All drift by time: that of findings, and that of which nothing but the document of a tool tells.
pub(super) fn drift<'a>(
    findings: &[Finding],
    changes: impl Iterator<Item = &'a Change> + Clone,
    runs: &[Run],
    names: &Names,
) -> Vec<Drift> {
    let mut drift: Vec<Drift> = findings
        .iter()
        .filter_map(|finding| match &finding.details {
            Details::OutsideChange(outside) => Some(outside.drift.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    found(changes, runs, names, &mut drift);
    drift.sort_by(|a, b| (a.opened, &a.change, &a.address).cmp(&(b.opened, &b.change, &b.address)));
    drift.dedup();
    drift
}

/// Who made what a change tells to be found, by time.
pub(super) fn makers(
    change: &Change,
    drift: &[Drift],
    changes: &BTreeMap<String, (usize, Change)>,
) -> Vec<Maker> {
    if change.action != ChangeAction::Drift {
        return Vec::new();
    }
    let ids: BTreeSet<&String> = drift
        .iter()
        .filter(|one| one.change != change.id && one.found_by.contains(&change.id))
        .map(|one| &one.change)
        .collect();
    let writes = ids.into_iter().filter_map(|id| changes.get(id));
    let mut makers: Vec<Maker> = writes.map(|(_, write)| maker(write)).collect();
    makers.sort_by(|a, b| (a.time, &a.change).cmp(&(b.time, &b.change)));
    makers
}

fn maker(write: &Change) -> Maker {
    let operation = write.address.split(' ').next().unwrap_or_default();
    Maker {
        change: write.id.clone(),
        time: write.time,
        actor: write.actor.clone(),
        class: write.class,
        tool: write.tool.clone(),
        operation: operation.to_owned(),
    }
}

/// A place that a tool looks at: what it manages there, or the address.
type Place = (String, String, String);

/// Adds what tools found and no write is known to have made.
fn found<'a>(
    changes: impl Iterator<Item = &'a Change> + Clone,
    runs: &[Run],
    names: &Names,
    drift: &mut Vec<Drift>,
) {
    let known: BTreeSet<String> = drift.iter().flat_map(|one| one.found_by.clone()).collect();
    let is_finding = |change: &&Change| {
        change.action == ChangeAction::Drift && change.outcome != ChangeOutcome::Planned
    };
    let mut findings: Vec<&Change> = changes.clone().filter(is_finding).collect();
    findings.retain(|change| !known.contains(&change.id) && change.time.is_some());
    if findings.is_empty() {
        return;
    }
    findings.sort_by_key(|change| (change.time, &change.id));
    let mut sets: BTreeMap<Place, Vec<&Change>> = BTreeMap::new();
    for change in changes.filter(|change| sets_again(change)) {
        for place in places(change, names) {
            sets.entry(place).or_default().push(change);
        }
    }
    let mut open: BTreeMap<Place, Drift> = BTreeMap::new();
    for finding in findings {
        let (Some(time), places) = (finding.time, places(finding, names)) else {
            continue;
        };
        let Some(place) = places.first() else {
            continue;
        };
        // Each look finds again what is still there.
        if let Some(held) = open.get_mut(place)
            && held.closed.is_none_or(|closed| closed > time)
        {
            held.found_by.push(finding.id.clone());
            continue;
        }
        let after = places.iter().filter_map(|place| sets.get(place)).flatten();
        let closing = after
            .filter(|change| change.time > finding.time && is_alike(change, finding))
            .min_by_key(|change| (change.time, &change.id));
        let closing = closing.map(|change| (change.time, Some(change.id.clone())));
        let applied = applied(finding, time, runs).map(|time| (Some(time), None));
        let (closed, closed_by) = closing.into_iter().chain(applied).min().unwrap_or_default();
        let one = Drift {
            address: finding.address.clone(),
            resource: finding.resource.clone().unwrap_or_default(),
            change: finding.id.clone(),
            opened: time,
            closed,
            closed_by,
            found: Some(time),
            found_by: vec![finding.id.clone()],
        };
        drift.extend(open.insert(place.clone(), one));
    }
    drift.extend(open.into_values());
}

/// When the workspace that something in it was found to differ of was applied next: all of it is as
/// declared then.
fn applied(finding: &Change, time: Timestamp, runs: &[Run]) -> Option<Timestamp> {
    if finding.resource_type != Change::WORKSPACE {
        return None;
    }
    let ends = runs.iter().filter(|run| {
        (&run.tool, &run.scope) == (&finding.tool, &finding.scope)
            && matches!(run.operation, RunOperation::Apply | RunOperation::Destroy)
            && run.status == RunStatus::Succeeded
    });
    let ends = ends.filter_map(|run| run.ended);
    ends.filter(|end| *end > time).min()
}

/// Places that a change is of, the surest first.
fn places(change: &Change, names: &Names) -> Vec<Place> {
    let resource = change.resource.as_deref();
    let resource = resource.map(|id| names.identity_in(change, id));
    let own = resource.map(|id| (id, String::new(), String::new()));
    let (tool, scope) = (change.tool.clone(), change.scope.clone());
    let address = (tool, scope, change.address.clone());
    own.into_iter().chain([address]).collect()
}

/// Whether code set a resource as it is declared.
fn sets_again(change: &Change) -> bool {
    let sets = change.action.sets();
    let by_code = change.class.is_none()
        || matches!(
            change.class,
            Some(WriteClass::Iac | WriteClass::IacUnregistered)
        );
    sets && by_code && change.outcome == ChangeOutcome::Applied && change.time.is_some()
}

/// Whether a change sets what was found to differ, as far as both tell: the first names of paths
/// are compared, `ingress` of `ingress.0.cidr_blocks`.
fn is_alike(change: &Change, finding: &Change) -> bool {
    let first = |path: &String| {
        let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        path[..end.unwrap_or(path.len())].to_lowercase()
    };
    let is_whole = !matches!(
        change.action,
        ChangeAction::Update | ChangeAction::DriftRepaired
    );
    let set: BTreeSet<String> = change.attributes.iter().map(first).collect();
    let found: BTreeSet<String> = finding.attributes.iter().map(first).collect();
    is_whole || set.is_empty() || found.is_empty() || !set.is_disjoint(&found)
}
