//! Joins writes seen in audit logs to the runs of infrastructure tools.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::key::Arn;
use nepho_core::tables::{Change, ChangeOutcome, Outcome};
use nepho_core::time::NANOS;

use crate::event::Cloud;
use crate::known::Known;
use crate::store::Write;

/// A write and a change of the same resource belong together this close: 2 minutes.
const NEAR: i64 = 120 * NANOS;

/// Sets the class of each write to `iac` or `iac_unregistered`, and gives the changes of feeds that
/// a write tells more of: who did it, and when, where the feed knows no time.
pub(crate) fn join(
    writes: &mut [Write],
    changes: &BTreeMap<String, Change>,
    known: &Known,
) -> Vec<Change> {
    let mut by_resource: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    let mut windows: BTreeMap<(&str, &str, &str), (Timestamp, Timestamp)> = BTreeMap::new();
    for change in changes
        .values()
        .filter(|change| change.outcome != ChangeOutcome::Planned)
    {
        for id in known.touched(change) {
            by_resource.entry(id).or_default().push(change);
        }
        let (Some(end), start) = (
            change.time.or(change.started),
            change.started.or(change.time),
        ) else {
            continue;
        };
        let start = start.unwrap_or(end);
        let key = (
            family(&change.tool),
            change.scope.as_str(),
            change.run.as_str(),
        );
        let window = windows.entry(key).or_insert((start, end));
        *window = (window.0.min(start), window.1.max(end));
    }
    let mut told: BTreeMap<String, Change> = BTreeMap::new();
    let mut registered: BTreeSet<String> = BTreeSet::new();
    for write in writes.iter_mut() {
        let is_tool = write.event.means.class == WriteClass::Iac;
        // The Activity Log names no user agent, so that time and resource have to do.
        let may_be_tool =
            write.event.cloud == Cloud::Azure && write.event.means.class == WriteClass::Script;
        if !is_tool && !may_be_tool {
            continue;
        }
        let mut matching = matching(write, &by_resource, known);
        matching.extend(of_stack(write, changes));
        for change in &matching {
            tell(change, write, &mut told);
        }
        let in_window = is_tool && is_in_run(write, &windows);
        if !matching.is_empty() || in_window {
            write.event.means.class = WriteClass::Iac;
            registered.extend(
                write
                    .event
                    .id
                    .clone()
                    .filter(|_| write.event.cloud == Cloud::Azure),
            );
        } else if is_tool {
            write.event.means.class = WriteClass::IacUnregistered;
        }
    }
    // Azure's tools set one correlation id per run.
    for write in writes.iter_mut() {
        let class = write.event.means.class;
        let is_open = matches!(class, WriteClass::IacUnregistered | WriteClass::Script);
        if is_open
            && write
                .event
                .id
                .as_ref()
                .is_some_and(|id| registered.contains(id))
        {
            write.event.means.class = WriteClass::Iac;
        }
    }
    told.into_values().collect()
}

/// Tools that share a way to call the clouds.
pub(crate) fn family(tool: &str) -> &str {
    match tool {
        "opentofu" => "terraform",
        "cdk" => "cloudformation",
        other => other,
    }
}

fn matching<'a>(
    write: &Write,
    by_resource: &BTreeMap<String, Vec<&'a Change>>,
    known: &Known,
) -> Vec<&'a Change> {
    let Some(target) = &write.event.subject.target else {
        return Vec::new();
    };
    by_resource
        .get(&known.identity(target))
        .into_iter()
        .flatten()
        .filter(|change| is_near(write, change))
        .copied()
        .collect()
}

/// Changes of the runs of a stack that a call of CloudFormation itself began: a run may go on for
/// long after the call.
fn of_stack<'a>(write: &Write, changes: &'a BTreeMap<String, Change>) -> Vec<&'a Change> {
    let target = write.event.subject.target.as_deref().and_then(Arn::parse);
    let Some(target) = target.filter(|target| target.service == "cloudformation") else {
        return Vec::new();
    };
    // `stack/NAME` or `stack/NAME/ID`.
    let name = target.resource.split('/').nth(1);
    let of_stack = || {
        changes
            .values()
            .filter(|change| change.outcome != ChangeOutcome::Planned)
            .filter(|change| family(&change.tool) == "cloudformation")
            .filter(|change| Some(change.scope.as_str()) == name)
    };
    let runs: BTreeSet<&str> = of_stack()
        .filter(|change| is_near(write, change))
        .map(|change| change.run.as_str())
        .collect();
    of_stack()
        .filter(|change| runs.contains(change.run.as_str()))
        .collect()
}

fn is_near(write: &Write, change: &Change) -> bool {
    let is_tool = write.event.means.class != WriteClass::Iac
        || family(&change.tool) == family(&write.event.means.tool);
    let (Some(end), Some(start)) = (
        change.time.or(change.started),
        change.started.or(change.time),
    ) else {
        return is_tool && write.event.means.class == WriteClass::Iac;
    };
    is_tool && write.time >= start.plus(-NEAR) && write.time <= end.plus(NEAR)
}

fn is_in_run(
    write: &Write,
    windows: &BTreeMap<(&str, &str, &str), (Timestamp, Timestamp)>,
) -> bool {
    let family = family(&write.event.means.tool);
    windows.iter().any(|((tool, _, _), (start, end))| {
        *tool == family && write.time >= start.plus(-NEAR) && write.time <= end.plus(NEAR)
    })
}

/// Adds who did it, and when where the feed knows no time: the last success counts.
fn tell(change: &Change, write: &Write, told: &mut BTreeMap<String, Change>) {
    let is_success = write.event.outcome == Some(Outcome::Success);
    let lacks_time = change.time.is_none() && change.started.is_none();
    if change.actor.is_some() && !(lacks_time && is_success) {
        return;
    }
    let row = told
        .entry(change.id.clone())
        .or_insert_with(|| change.clone());
    if row.actor.is_none() && write.event.actor != "unknown" {
        row.actor = Some(write.event.actor.clone());
    }
    if lacks_time && is_success {
        row.time = row.time.max(Some(write.time));
    }
}
