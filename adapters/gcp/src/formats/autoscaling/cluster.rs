//! Events of the cluster autoscaler of GKE: decisions, their results, and why there was no
//! decision.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_core::tables::{Column, Outcome, Row};

use super::Place;

/// Sets action, body, outcome and resources of an event.
pub(super) fn describe(payload: &JsonFields<'_>, place: &Place, row: &mut Row<'_>) {
    if payload.raw("decision.scaleUp").is_some() {
        scale_up(payload, place, row);
    } else if payload.raw("decision.scaleDown").is_some() {
        scale_down(payload, place, row);
    } else if payload.raw("resultInfo").is_some() {
        results(payload, row);
    } else if let Some(reason) = payload.raw("noDecisionStatus.noScaleUp") {
        no_scale(reason, "noScaleUp", row);
    } else if let Some(reason) = payload.raw("noDecisionStatus.noScaleDown") {
        no_scale(reason, "noScaleDown", row);
    } else if let Some(pool) = payload
        .raw("decision.nodePoolCreated")
        .or_else(|| payload.raw("decision.nodePoolDeleted"))
    {
        let is_new = payload.raw("decision.nodePoolCreated").is_some();
        row.constant(
            Column::Action,
            if is_new {
                "nodePoolCreated"
            } else {
                "nodePoolDeleted"
            },
        );
        row.text(Column::Body, pool);
    } else {
        row.constant(Column::Action, "status");
    }
    if let Some(id) = payload.text("decision.eventId") {
        row.text(Column::RequestId, id);
    }
}

fn scale_up(payload: &JsonFields<'_>, place: &Place, row: &mut Row<'_>) {
    row.constant(Column::Action, "scaleUp");
    let groups: Vec<String> = parsed(payload.raw("decision.scaleUp.increasedMigs"))
        .iter()
        .map(|increase| {
            let name = group(increase, "mig", place, row);
            format!(
                "{name} by {} nodes",
                increase.text("requestedNodes").unwrap_or("?")
            )
        })
        .collect();
    let pods = parsed(payload.raw("decision.scaleUp.triggeringPods"));
    let pods: Vec<String> = pods.iter().map(pod).collect();
    let mut body = format!("scale up {}", groups.join(", "));
    match payload.text("decision.scaleUp.triggeringPodsTotalCount") {
        Some(count) => body += &format!("; triggered by {count} pods"),
        None if !pods.is_empty() => body += "; triggered by pods",
        None => {}
    }
    if !pods.is_empty() {
        body += &format!(": {}", pods.join(", "));
    }
    row.text(Column::Body, &body);
}

fn scale_down(payload: &JsonFields<'_>, place: &Place, row: &mut Row<'_>) {
    row.constant(Column::Action, "scaleDown");
    let nodes: Vec<String> = parsed(payload.raw("decision.scaleDown.nodesToBeRemoved"))
        .iter()
        .map(|removed| {
            group(removed, "node.mig", place, row);
            removed.text("node.name").unwrap_or("?").to_owned()
        })
        .collect();
    row.text(
        Column::Body,
        &format!(
            "scale down: remove {} nodes: {}",
            nodes.len(),
            nodes.join(", ")
        ),
    );
}

/// Results of decisions: an error by its message id (`scale.up.error.out.of.resources`) and
/// parameters.
fn results(payload: &JsonFields<'_>, row: &mut Row<'_>) {
    row.constant(Column::Action, "eventResult")
        .outcome(Outcome::Success);
    let results = parsed(payload.raw("resultInfo.results"));
    // The decision carries the same id, so the two join.
    let mut events: Vec<&str> = results
        .iter()
        .filter_map(|result| result.text("eventId"))
        .collect();
    events.dedup();
    if let [event] = events[..] {
        row.text(Column::RequestId, event);
    }
    let errors: Vec<String> = results
        .iter()
        .filter_map(|result| Some(message(result.raw("errorMsg")?)))
        .collect();
    if !errors.is_empty() {
        row.outcome(Outcome::Failure)
            .text(Column::Body, &errors.join("; "));
    }
}

/// Why the number of nodes stays as it is.
fn no_scale(status: &str, action: &'static str, row: &mut Row<'_>) {
    row.constant(Column::Action, action);
    let Ok(status) = JsonFields::parse(status) else {
        return;
    };
    let mut reasons: Vec<String> = status.raw("reason").map(message).into_iter().collect();
    for unhandled in parsed(status.raw("unhandledPodGroups")) {
        reasons.extend(
            unhandled
                .raw("napFailureReasons")
                .map(message_list)
                .unwrap_or_default(),
        );
        for rejected in parsed(unhandled.raw("rejectedMigs")) {
            reasons.extend(rejected.raw("reason").map(message));
        }
    }
    for rejected in parsed(status.raw("skippedMigs")) {
        reasons.extend(rejected.raw("reason").map(message));
    }
    reasons.sort();
    reasons.dedup();
    row.text(Column::Body, &reasons.join("; "));
}

/// Message id and parameters: `no.scale.up.mig.failing.predicate (NodeAffinity)`.
fn message(text: &str) -> String {
    let Ok(fields) = JsonFields::parse(text) else {
        return text.to_owned();
    };
    let id = unescape(fields.text("messageId").unwrap_or_default()).into_owned();
    let parameters: Vec<_> = elements(fields.raw("parameters").unwrap_or_default())
        .into_iter()
        .map(|parameter| unescape(parameter.trim_matches('"')))
        .collect();
    if parameters.is_empty() {
        id
    } else {
        format!("{id} ({})", parameters.join(", "))
    }
}

fn message_list(text: &str) -> Vec<String> {
    elements(text).into_iter().map(message).collect()
}

/// Adds the instance group at `path` as a resource and gives its name.
fn group(fields: &JsonFields<'_>, path: &str, place: &Place, row: &mut Row<'_>) -> String {
    let name = fields
        .text(&format!("{path}.name"))
        .unwrap_or("?")
        .to_owned();
    let zone = fields
        .text(&format!("{path}.zone"))
        .unwrap_or(&place.location);
    row.resource(&place.group(zone, &name));
    name
}

fn pod(fields: &JsonFields<'_>) -> String {
    format!(
        "{}/{}",
        fields.text("namespace").unwrap_or("?"),
        fields.text("name").unwrap_or("?")
    )
}

/// Objects of a JSON array; none if there is no array.
fn parsed(array: Option<&str>) -> Vec<JsonFields<'_>> {
    elements(array.unwrap_or_default())
        .into_iter()
        .filter_map(|text| JsonFields::parse(text).ok())
        .collect()
}
