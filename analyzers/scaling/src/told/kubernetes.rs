//! Horizontal pod autoscalers and deployments, as Kubernetes events tell of them.
//!
//! Sources (read 2026-11-21):
//! kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough (events) and
//! kubernetes.io/docs/reference/config-api/apiserver-audit.v1, and the messages of
//! `pkg/controller/podautoscaler` and `pkg/controller/deployment` of
//! github.com/kubernetes/kubernetes.

use nepho_core::key;
use nepho_core::tables::{Column, LogsView};
use serde_json::{Map, Value};

use super::{Ending, Told, json, text, told};

/// Words that events of Kubernetes carry when a log line has more than the message.
const WORDS: [&str; 6] = [
    "New size: ",
    "Scaled up replica set ",
    "Scaled down replica set ",
    "more than the maximum replica count",
    "unable to get metric",
    "unable to fetch metrics",
];

/// Beginnings of what a pod autoscaler says when it gets no metrics.
const BLIND: [&str; 4] = [
    "failed to get ",
    "invalid metrics (",
    "the HPA was unable to compute the replica count",
    "unable to ",
];

/// Whether rows of this format and service may hold events of Kubernetes anywhere in their message.
pub(super) fn is_told_by(format: &str, service: &str) -> bool {
    let is_event = format.starts_with("kubernetes.") && format.contains("event");
    let writes_events = ["event", "autoscal", "kube-controller", "hpa"]
        .iter()
        .any(|word| text::contains_word(service, word));
    is_event || writes_events
}

/// Whether a message has the words of one.
#[inline]
pub(super) fn may_tell(body: Option<&str>) -> bool {
    body.is_some_and(|body| {
        let body = text::head(body);
        body.contains("size: ")
            || body.contains("caled ")
            || body.contains("cale-up")
            || body.contains("maximum replica")
            || body.contains("unable to ")
    })
}

/// What a row tells.
pub(super) fn tell(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let body = text::head(rows.text(Column::Body, row)?);
    if !WORDS.iter().any(|words| body.contains(words)) {
        return None;
    }
    let mut told = told(rows, row);
    // The severity of the writer's line says nothing of how the scaling ended.
    told.ending = Ending::Done;
    let event = rows
        .text(Column::Raw, row)
        .filter(|raw| raw.starts_with('{'))
        .and_then(json::object);
    let named = rows.resources(row).next().map(key::short_name);
    let subject = event.as_ref().and_then(subject).or(named);
    if let Some(to) = text::number_after(body, "New size: ") {
        told.to = Some(to);
        "SuccessfulRescale".clone_into(&mut told.action);
        told.reason = body
            .split_once("reason: ")
            .map(|(_, reason)| reason.trim().to_owned());
        told.group = subject?.to_owned();
    } else if body.contains("more than the maximum replica count") {
        told.ending = Ending::AtMaximum;
        "TooManyReplicas".clone_into(&mut told.action);
        told.reason = Some(body.to_owned());
        told.group = subject?.to_owned();
    } else if body.contains("unable to get metric") || body.contains("unable to fetch metrics") {
        if !BLIND.iter().any(|words| body.starts_with(words)) {
            return None;
        }
        told.ending = Ending::Blind;
        "FailedGetResourceMetric".clone_into(&mut told.action);
        told.reason = Some(body.to_owned());
        told.group = subject?.to_owned();
    } else {
        replica_set(body, subject, &mut told)?;
    }
    Some(told)
}

/// `Scaled up replica set web-7d9 from 3 to 5`, before version 1.27
/// `Scaled up replica set web-7d9 to 5`.
fn replica_set(body: &str, subject: Option<&str>, told: &mut Told) -> Option<()> {
    let (_, rest) = body.split_once(" replica set ")?;
    let name = rest.split_ascii_whitespace().next()?;
    let up = body.contains("Scaled up ");
    "ScalingReplicaSet".clone_into(&mut told.action);
    match text::from_to(rest) {
        Some((from, to)) => (told.from, told.to) = (Some(from), Some(to)),
        None => told.to = text::number_after(rest, " to "),
    }
    told.to?;
    told.change = if up { 1 } else { -1 };
    told.member = Some(name.to_owned());
    let deployment = name
        .rsplit_once('-')
        .map_or(name, |(deployment, _)| deployment);
    subject.unwrap_or(deployment).clone_into(&mut told.group);
    Some(())
}

/// Name of the object that an event is about, whatever the event is wrapped in.
fn subject(event: &Map<String, Value>) -> Option<&str> {
    let paths: [&[&str]; 6] = [
        &["involvedObject", "name"],
        &["regarding", "name"],
        &["jsonPayload", "involvedObject", "name"],
        &["event", "involvedObject", "name"],
        &["object", "involvedObject", "name"],
        &["kubernetes", "event", "involved_object", "name"],
    ];
    paths.iter().find_map(|path| json::text(event, path))
}

/// Whether an audited request sets or reads a number of replicas.
#[inline]
pub(super) fn is_scale(path: Option<&str>) -> bool {
    path.is_some_and(|path| path.ends_with("/scale"))
}

/// A request that sets the number of replicas, as the audit log of the API server tells of it.
pub(super) fn scale(rows: &LogsView<'_>, row: usize) -> Option<Told> {
    let mut told = told(rows, row);
    if !matches!(told.action.as_str(), "patch" | "update") {
        return None;
    }
    let event = json::object(rows.text(Column::Raw, row)?)?;
    json::text(&event, &["objectRef", "name"])?.clone_into(&mut told.group);
    told.from = json::number(&event, &["responseObject", "status", "replicas"]);
    told.to = json::number(&event, &["responseObject", "spec", "replicas"])
        .or_else(|| json::number(&event, &["requestObject", "spec", "replicas"]));
    if told.from == told.to {
        told.from = None;
    }
    told.to?;
    told.action = format!("{} scale", told.action);
    told.reason = rows
        .text(Column::Actor, row)
        .map(|actor| format!("requested by {actor}"));
    Some(told)
}
