//! Groups of nodes, as the cluster autoscaler and Karpenter tell of them in their own logs, and the
//! cluster autoscaler in events.
//!
//! Sources (read 2026-11-30): `core/scaleup/orchestrator` and `clusterstate` of cluster-autoscaler
//! (github.com/kubernetes/autoscaler), `pkg/controllers/nodeclaim/lifecycle` and
//! `pkg/controllers/provisioning/scheduling` of github.com/kubernetes-sigs/karpenter.
//!
//! `Skipping node group x - max size reached` is not counted: it is written of every full group
//! whenever a pod waits, whether that group could have taken it or not.

use nepho_core::tables::{Column, LogsView};
use serde_json::{Map, Value};

use super::{Ending, Told, json, text, told};

const PLAN: &str = "Final scale-up plan: [";
/// What the autoscaler writes of one group, which is named behind it.
const OF_GROUP: [&str; 5] = [
    "Scale-up: setting group ",
    "Scale-up: group ",
    "Scale-up failed for group ",
    "Scale-up timed out for node group ",
    "Disabling scale-up for node group ",
];
/// What Karpenter writes.
const OF_KARPENTER: [&str; 4] = [
    "launched nodeclaim",
    "deleted nodeclaim",
    "failed launching nodeclaim",
    "could not schedule pod",
];

/// Whether a message begins like those of the two.
#[inline]
pub(super) fn begins(body: &str) -> bool {
    match body.as_bytes().first() {
        Some(b'F') => body.starts_with(PLAN),
        Some(b'S' | b'D') => OF_GROUP.iter().any(|words| body.starts_with(words)),
        Some(b'l' | b'd' | b'f' | b'c') => OF_KARPENTER.iter().any(|words| body.starts_with(words)),
        _ => false,
    }
}

/// What a row tells.
pub(super) fn tell(rows: &LogsView<'_>, row: usize) -> Vec<Told> {
    let Some(body) = rows.text(Column::Body, row).map(text::head) else {
        return Vec::new();
    };
    let body = event(body);
    if !begins(body) {
        return Vec::new();
    }
    let mut told = told(rows, row);
    told.ending = Ending::Done;
    "scale-up".clone_into(&mut told.action);
    if let Some(plan) = body.strip_prefix(PLAN) {
        return planned(plan, &told);
    }
    let of_group = OF_GROUP.iter().find_map(|words| body.strip_prefix(words));
    match of_group {
        Some(rest) => group(body, rest, told).into_iter().collect(),
        None => node(rows, row, body, told).into_iter().collect(),
    }
}

/// The message of an event that the autoscaler logs as it records it: `Event(...): type: 'Normal'
/// reason: 'ScaledUpGroup' Scale-up: ...`.
fn event(body: &str) -> &str {
    let message = || {
        let (_, rest) = body.split_once("): type: '")?.1.split_once("' reason: '")?;
        Some(rest.split_once("' ")?.1)
    };
    match body.starts_with("Event(") {
        true => message().unwrap_or(body),
        false => body,
    }
}

/// Groups of a plan, `{web 3->5 (max: 10)} {db 0->1 (max: 3)}]`.
fn planned(plan: &str, told: &Told) -> Vec<Told> {
    let read = |part: &str| {
        let (name, rest) = part.split_once(' ')?;
        let (from, rest) = rest.split_once("->")?;
        let (to, _) = rest.split_once(' ')?;
        Some(Told {
            group: short(name),
            from: from.trim().parse().ok(),
            to: Some(to.parse().ok()?),
            maximum: text::number_after(rest, "(max: "),
            ..told.clone()
        })
    };
    plan.split('{').skip(1).filter_map(read).collect()
}

/// A size that is set, or a failure; `rest` begins with the name of the group.
fn group(body: &str, rest: &str, mut told: Told) -> Option<Told> {
    // Names may be addresses, which have colons in them.
    let name = rest.split(' ').next()?;
    let name = name.strip_suffix(':').unwrap_or(name);
    told.group = short(name);
    if body.starts_with("Scale-up: ") {
        told.to =
            text::number_after(rest, " size to ").or(text::number_after(rest, " size set to "));
        told.from = text::number_after(rest, " instead of ");
        told.maximum = text::number_after(rest, "(max: ");
        return told.to.is_some().then_some(told);
    }
    // Every failure is followed by that; where the cloud has no capacity, nothing else tells.
    if body.starts_with("Disabling") && !rest.contains("errorClass=OutOfResource") {
        return None;
    }
    told.ending = Ending::Failed;
    told.reason = Some(body.to_owned());
    Some(told)
}

/// Nodes of Karpenter, which has pools without a size.
fn node(rows: &LogsView<'_>, row: usize, body: &str, mut told: Told) -> Option<Told> {
    let line = rows.text(Column::Raw, row).and_then(json::object)?;
    let error = json::text(&line, &["error"]).or(body.split_once(": ").map(|(_, error)| error));
    if body.starts_with("could not schedule pod") {
        let (_, pool) = error?.split_once("exceed limits for nodepool")?;
        let pool = pool.trim_start_matches([':', ' ', '"', '(', '\\']);
        let pool = pool.strip_prefix("NodePool=").unwrap_or(pool);
        let end = pool
            .find(['"', ')', '\\', ';', ',', ' '])
            .unwrap_or(pool.len());
        pool.get(..end)?.clone_into(&mut told.group);
        told.ending = Ending::AtMaximum;
        told.reason = error.map(str::to_owned);
        return Some(told);
    }
    told.group = pool_of(&line)?;
    if body.starts_with("failed") {
        told.ending = Ending::Failed;
        told.reason = error.map(str::to_owned);
    } else if body.starts_with("launched") {
        told.change = 1;
    } else {
        // One that never was a machine has none to take away.
        json::text(&line, &["provider-id"]).or(json::text(&line, &["node"]))?;
        "scale-down".clone_into(&mut told.action);
        told.change = -1;
    }
    Some(told)
}

/// Pool of a node: `default` of `default-sfpsl`.
fn pool_of(line: &Map<String, Value>) -> Option<String> {
    let named = json::text(line, &["NodePool", "name"]).or(json::text(line, &["nodepool"]));
    if let Some(name) = named {
        return Some(name.to_owned());
    }
    let claim = json::text(line, &["NodeClaim", "name"]).or(json::text(line, &["nodeclaim"]))?;
    let (pool, _) = claim.rsplit_once('-')?;
    Some(pool.to_owned())
}

/// Name of a group without the path that some clouds put before it.
fn short(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}
