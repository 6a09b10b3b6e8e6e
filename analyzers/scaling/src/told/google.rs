//! Managed instance groups, GKE cluster autoscaler and Cloud Run.
//!
//! Sources (read 2026-11-21): cloud.google.com/compute/docs/autoscaler/viewing-autoscaler-logs
//! (`oldSize`, `newSize`),
//! cloud.google.com/compute/docs/reference/rest/v1/instanceGroupManagers/resize (`size`), the
//! `statusDetails` of cloud.google.com/compute/docs/reference/rest/v1/autoscalers,
//! cloud.google.com/kubernetes-engine/docs/how-to/cluster-autoscaler-visibility,
//! cloud.google.com/run/docs/troubleshooting.

use nepho_core::role::is_api;
use nepho_core::tables::{Column, LogsView};
use serde_json::{Map, Value};

use super::{Ending, Told, json, text, told};

/// Whether a row tells of a call that resizes a group.
#[inline]
pub(super) fn may_tell(rows: &LogsView<'_>, row: usize) -> bool {
    rows.text(Column::Action, row).is_some_and(is_resize)
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
    let name = json::text(payload, &["instanceGroupName"])
        .or_else(|| {
            json::text(
                entry,
                &["resource", "labels", "instance_group_manager_name"],
            )
        })
        .or_else(|| json::text(payload, &["autoscalerName"]))
        .or_else(|| json::text(entry, &["resource", "labels", "autoscaler_name"]));
    name?.clone_into(&mut told.group);
    told.from = first_number(
        payload,
        &[&["oldSize"], &["resize", "oldSize"], &["currentSize"]],
    );
    told.to = first_number(
        payload,
        &[&["newSize"], &["resize", "newSize"], &["recommendedSize"]],
    );
    let reasons: [&[&str]; 5] = [
        &["reason"],
        &["details"],
        &["message"],
        &["resize", "reason"],
        &["newStatus", "details"],
    ];
    let reason = reasons.iter().find_map(|path| json::text(payload, path));
    told.reason = reason.map(str::to_owned);
    if told.action.is_empty() {
        "autoscaler".clone_into(&mut told.action);
    }
    if told.to.is_some() {
        return Some(told);
    }
    let status = json::at(payload, &["newStatus"])
        .map(Value::to_string)
        .unwrap_or_default();
    let says = |word: &str| text::contains_word(&status, word);
    told.ending = if says("CAPPED_AT_MAX") || says("reached the max") {
        Ending::AtMaximum
    } else if says("STOCKOUT") || says("quota") || says("does not have enough resources") {
        Ending::Failed
    } else {
        return None;
    };
    Some(told)
}

fn first_number(payload: &Map<String, Value>, paths: &[&[&str]]) -> Option<u64> {
    paths.iter().find_map(|path| json::number(payload, path))
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
            let mut failed = node(told, last_part(group), 0, message);
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

/// Name of a managed instance group of nodes; results of a decision name the same.
fn pool(mig: &Value) -> Option<&str> {
    let name = |key: &str| mig.get(key).and_then(Value::as_str);
    name("name").or_else(|| name("nodepool"))
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
        // Rows without a time are not asked.
        time: rows.time(row).unwrap_or_default(),
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
