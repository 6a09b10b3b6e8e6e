//! One webhook of Pulumi Cloud.
//!
//! Source: pulumi.com/docs/pulumi-cloud/webhooks, payload examples, read 2026-11-28. They come in
//! any order and tell no time.

use std::collections::BTreeMap;

use nepho_core::tables::{Run, RunOperation};
use serde::Deserialize;

use super::history::Person;
use super::words::{count, operation, plain, status};

/// Fields of which every payload has one.
pub(super) const MARKS: [&str; 6] = [
    "updateUrl",
    "deploymentUrl",
    "driftRunId",
    "driftDetected",
    "referenceUrl",
    "action",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    project_name: Option<String>,
    stack_name: String,
    user: Option<Person>,
    update_url: Option<String>,
    reference_url: Option<String>,
    kind: Option<String>,
    result: Option<String>,
    status: Option<String>,
    drift_run_id: Option<String>,
    resource_changes: Option<BTreeMap<String, u64>>,
    #[serde(default)]
    is_preview: bool,
}

/// The run that a payload tells of; none for a stack that was made or deleted, and for a
/// deployment, whose update has a webhook of its own.
pub(super) fn read(text: &str) -> Result<Option<Run>, &'static str> {
    let payload: Payload = serde_json::from_str(text)
        .map_err(|_| "the webhook names no stack, or has a field of another type than expected")?;
    let scope = match &payload.project_name {
        Some(project) => format!("{project}/{}", payload.stack_name),
        None => payload.stack_name.clone(),
    };
    let changes = payload.resource_changes.unwrap_or_default();
    let (url, name, operation) = match (&payload.update_url, &payload.reference_url) {
        (Some(url), _) => {
            let kind = payload.kind.as_deref().unwrap_or_default();
            let Some(operation) = operation(kind).ok_or("the update is of an unknown `kind`")?
            else {
                return Ok(None);
            };
            // Older payloads tell a preview by its address alone.
            let is_preview = payload.is_preview || url.contains("/previews/");
            let operation = match is_preview {
                true => RunOperation::Plan,
                false => operation,
            };
            (url, last(url), operation)
        }
        (None, Some(url)) => match payload.drift_run_id.as_deref() {
            Some(run) => (url, run, RunOperation::Refresh),
            None => (url, last(url), RunOperation::Apply),
        },
        (None, None) => return Ok(None),
    };
    let result = payload.result.or(payload.status);
    let version = last(url).parse::<u64>().ok();
    let version = version.filter(|version| *version > 0 && payload.update_url.is_some());
    Ok(Some(Run {
        id: format!("{scope}#{name}"),
        operation,
        status: status(result.as_deref().unwrap_or_default(), &changes),
        created: count(&changes, "create"),
        updated: count(&changes, "update"),
        replaced: count(&changes, "replace"),
        deleted: count(&changes, "delete"),
        actor: payload.user.as_ref().and_then(Person::word),
        url: plain(Some(url)),
        serial_from: version.map(|version| version - 1),
        serial_to: version,
        scope,
        ..Run::default()
    }))
}

/// Last part of an address.
fn last(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}
