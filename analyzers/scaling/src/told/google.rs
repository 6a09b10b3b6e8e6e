//! Managed instance groups, GKE cluster autoscaler and Cloud Run.
//!
//! Sources (read 2026-11-21): cloud.google.com/compute/docs/autoscaler/viewing-autoscaler-logs (`oldSize`, `newSize`),
//! cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/resize (`size`), the `statusDetails` of
//! cloud.google.com/compute/docs/reference/rest/v1/autoscalers, cloud.google.com/kubernetes-engine/docs/how-to/cluster-autoscaler-visibility,
//! cloud.google.com/run/docs/troubleshooting.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use nepho_core::role::is_api;
use nepho_core::tables::{Column, LogsView};
use serde_json::{Map, Value};

use super::{Ending, Told, json, text, told};

/// Bytes of an entry in which its log name and resource are looked for.
const LOOKED_AT: usize = 8192;

static AUTOSCALER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("utoscaler"));

/// Whether a row may tell of a group of instances or nodes.
#[inline]
pub(super) fn may_tell(rows: &LogsView<'_>, row: usize) -> bool {
    if let Some(action) = rows.text(Column::Action, row) {
        return is_resize(action);
    }
    let Some(raw) = rows.text(Column::Raw, row) else {
        return false;
    };
    let head = raw.as_bytes().get(..LOOKED_AT).unwrap_or(raw.as_bytes());
    AUTOSCALER.find(head).is_some()
}

/// `v1.compute.instanceGroupManagers.resize`, `beta.compute.regionInstanceGroupManagers.resize`.
fn is_resize(action: &str) -> bool {
    action.ends_with("nstanceGroupManagers.resize")
}

/// What a row tells.
pub(super) fn tell(rows: &LogsView<'_>, row: usize) -> Vec<Told> {
    let told = told(rows, row);
    let Some(entry) = rows.text(Column::Raw, row).and_then(json::object) else {
        return Vec::new();
    };
    if is_resize(&told.action) {
        return resize(&entry, told).into_iter().collect();
    }
    let log = json::text(&entry, &["logName"]).unwrap_or_default();
    let payload = json::at(&entry, &["jsonPayload"]).and_then(Value::as_object);
    match payload {
        Some(payload) if log.contains("cluster-autoscaler-visibility") => nodes(payload, &told),
        Some(payload) if text::contains_word(log, "autoscaler") => {
            instances(&entry, payload, told).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// A call that resizes a group.
fn resize(entry: &Map<String, Value>, mut told: Told) -> Option<Told> {
    let resource = json::text(entry, &["protoPayload", "resourceName"])?;
    last_part(resource).clone_into(&mut told.group);
    told.id = Some(format!("//compute.googleapis.com/{resource}"));
    told.to = json::number(entry, &["protoPayload", "request", "size"]);
    let by = json::text(
        entry,
        &["protoPayload", "authenticationInfo", "principalEmail"],
    );
    told.reason = by.map(|actor| format!("requested by {actor}"));
    if told.ending == Ending::Failed {
        let message = json::text(entry, &["protoPayload", "status", "message"]);
        told.reason = message.map(str::to_owned).or(told.reason);
    }
    // The entry that ends a long operation repeats the call without its request.
    (told.to.is_some() || told.ending == Ending::Failed).then_some(told)
}

/// A decision or a status of the autoscaler of a group.
fn instances(
    entry: &Map<String, Value>,
    payload: &Map<String, Value>,
    mut told: Told,
) -> Option<Told> {
    let label = |key: &str| json::text(entry, &["resource", "labels", key]);
    let names = [
        "instance_group_manager_name",
        "instance_group_name",
        "autoscaler_name",
    ];
    let name = names.iter().find_map(|key| label(key))?;
    name.clone_into(&mut told.group);
    told.from = first_number(payload, &["oldSize", "old_size"]);
    told.to = first_number(payload, &["newSize", "new_size"]);
    let message = json::text(payload, &["message"]).or_else(|| json::text(payload, &["reason"]));
    told.reason = message.map(str::to_owned);
    if told.to.is_some() {
        "autoscaler resize".clone_into(&mut told.action);
        return Some(told);
    }
    let status = Value::Object(payload.clone()).to_string();
    let (ending, reason) = if status.contains("CAPPED_AT_MAX_NUM_REPLICAS") {
        (Ending::AtMaximum, "CAPPED_AT_MAX_NUM_REPLICAS")
    } else if status.contains("RESOURCE_STOCKOUT") {
        (
            Ending::Failed,
            "the zone or region has no such machines left (RESOURCE_STOCKOUT)",
        )
    } else {
        return None;
    };
    told.ending = ending;
    "autoscaler status change".clone_into(&mut told.action);
    told.reason = told.reason.or_else(|| Some(reason.to_owned()));
    Some(told)
}

fn first_number(payload: &Map<String, Value>, keys: &[&str]) -> Option<u64> {
    keys.iter().find_map(|key| json::number(payload, &[key]))
}

/// What the cluster autoscaler decided on its node pools.
fn nodes(payload: &Map<String, Value>, told: &Told) -> Vec<Told> {
    let list = |path: &[&str]| json::at(payload, path).and_then(Value::as_array);
    let mut found = Vec::new();
    for increased in list(&["decision", "scaleUp", "increasedMigs"])
        .into_iter()
        .flatten()
    {
        let count = increased.get("requestedNodes").and_then(json::as_number);
        if let Some(group) = increased.get("mig").and_then(pool) {
            let change = i64::try_from(count.unwrap_or(1)).unwrap_or(1);
            found.push(node(told, group, change, "scaleUp"));
        }
    }
    for removed in list(&["decision", "scaleDown", "nodesToBeRemoved"])
        .into_iter()
        .flatten()
    {
        if let Some(group) = removed.pointer("/node/mig").and_then(pool) {
            found.push(node(told, group, -1, "scaleDown"));
        }
    }
    for result in list(&["resultInfo", "results"]).into_iter().flatten() {
        let message = result
            .pointer("/errorMsg/messageId")
            .and_then(Value::as_str);
        let group = result
            .pointer("/errorMsg/parameters/0")
            .and_then(Value::as_str);
        if let (Some(message), Some(group)) = (message, group) {
            let mut failed = node(told, pool_of(group), 0, message);
            failed.ending = Ending::Failed;
            failed.reason = Some(message.to_owned());
            found.push(failed);
        }
    }
    let skipped = list(&["noDecisionStatus", "noScaleUp", "skippedMigs"])
        .into_iter()
        .flatten();
    for refused in skipped {
        let reason = refused
            .pointer("/reason/parameters/0")
            .and_then(Value::as_str);
        let at_maximum = reason.filter(|reason| text::contains_word(reason, "max"));
        if let (Some(group), Some(reason)) = (refused.get("mig").and_then(pool), at_maximum) {
            let mut wish = node(told, group, 0, "noScaleUp");
            wish.ending = Ending::AtMaximum;
            wish.reason = Some(reason.to_owned());
            found.push(wish);
        }
    }
    found
}

fn node(told: &Told, group: &str, change: i64, action: &str) -> Told {
    Told {
        group: group.to_owned(),
        change,
        action: action.to_owned(),
        ..told.clone()
    }
}

/// Node pool of a managed instance group, as the autoscaler names it.
fn pool(mig: &Value) -> Option<&str> {
    let name = |key: &str| mig.get(key).and_then(Value::as_str);
    name("nodepool").or_else(|| name("name"))
}

/// `default-pool` of `gke-shop-default-pool-a0c72690-grp` cannot be told from the cluster's name: the whole stays.
fn pool_of(mig: &str) -> &str {
    last_part(mig)
}

fn last_part(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// A message of Cloud Run on instances of a service.
pub(super) fn cloud_run(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let body = rows.text(Column::Body, row)?;
    let service = rows
        .text(Column::Service, row)
        .filter(|service| !is_api(service))?;
    let mut told = Told {
        group: service.to_owned(),
        service: Some(service.to_owned()),
        time: rows.time(row),
        ..Told::default()
    };
    if let Some(reason) = body.strip_prefix("Starting new instance. Reason: ") {
        // Instances that replace others after a deployment do not change the size.
        if !reason.starts_with("AUTOSCALING") {
            return None;
        }
        "Starting new instance".clone_into(&mut told.action);
        told.change = 1;
        told.reason = Some(reason.to_owned());
    } else if body.starts_with("The request was aborted because there was no available instance") {
        "no available instance".clone_into(&mut told.action);
        told.ending = Ending::AtMaximum;
        told.reason = Some(body.to_owned());
    } else {
        return None;
    }
    Some(told)
}
