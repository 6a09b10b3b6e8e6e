//! Feed `azure.stacks`: deployment stacks, which own their resources. See `README.md`.

#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::key;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RelationKind, Run, RunOperation, RunStatus};
use nepho_core::{Result, Timestamp};
use nepho_iac_common::head::{contains, has_key};
use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use serde_json::Value;

use crate::error::{Failure, Values, failures};
use crate::resource::{self, Place, container, type_of};
use crate::run::{change, run_id, status};
use crate::time;
use crate::value::{at, is_list, list, properties, text};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "azure.stacks",
    summary: "Deployment stacks of Azure: what they manage, deleted and let go of",
    permissions: &["Microsoft.Resources/deploymentStacks/read"],
    make: Make::Feed(|| Box::new(Stacks)),
});

/// Reads deployment stacks.
#[derive(Debug)]
pub struct Stacks;

impl ChangeFeed for Stacks {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["actionOnUnmanage", "denySettings"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let is_stack = (has_key(head, "actionOnUnmanage") || has_key(head, "denySettings"))
            && contains(head, "microsoft.resources/deploymentstacks");
        if head.starts_with(['{', '[']) && is_stack && !has_key(head, "operationName") {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let items = Items::of(document.text, &["value"]);
        let mut is_known = false;
        for item in &items.whole {
            let place = Place {
                uri: document.uri,
                line: places.line(item.start),
            };
            let value: Value = serde_json::from_str(item.text).unwrap_or_default();
            match text(&value, &["id"]).filter(|id| is_stack(id, &value)) {
                Some(id) => {
                    stack(id, &value, place, out);
                    is_known = true;
                }
                None => {
                    let end = item.start + item.text.len();
                    let reason = "not a deployment stack";
                    out.rejects.push(places.reject(item.start, end, reason));
                }
            }
        }
        let reason = "this is not valid JSON";
        for (start, end) in &items.broken {
            out.rejects.push(places.reject(*start, *end, reason));
        }
        match out.rejects.first() {
            Some(reject) if !is_known => {
                let error = places.error(
                    "azure.stacks",
                    reject.reason.as_str(),
                    reject.start as usize,
                );
                out.rejects.clear();
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

fn is_stack(id: &str, value: &Value) -> bool {
    type_of(id).eq_ignore_ascii_case("Microsoft.Resources/deploymentStacks")
        && (at(properties(value), &["provisioningState"]).is_some()
            || is_list(properties(value), &["validatedResources"]))
}

/// Adds what one stack tells.
fn stack(id: &str, value: &Value, place: Place<'_>, out: &mut FeedOutput) {
    let properties = properties(value);
    let ids = |name: &str| -> Vec<&str> {
        let elements = list(properties, &[name]).iter();
        // The command line gives plain ids in some versions.
        elements
            .filter_map(|one| text(one, &["id"]).or_else(|| one.as_str()))
            .collect()
    };
    let (managed, deleted, detached) = (
        ids("resources"),
        ids("deletedResources"),
        ids("detachedResources"),
    );
    let mut named = vec![id];
    for list in [&managed, &deleted, &detached, &ids("failedResources")] {
        named.extend(list);
    }
    let values = Values::of(properties, &named);
    let run = run(id, value, &values, place);
    let tags = resource::tags(value);
    let is_over = !matches!(run.status, RunStatus::Running | RunStatus::Unknown);
    for managed in &managed {
        let row = resource::resource(managed, &run.scope, tags, place);
        let (kind, evidence) = (RelationKind::ManagedBy, "resources of the stack");
        let by = resource::relation(managed, kind, id, run.started, evidence, place);
        out.relations.extend(by);
        // The stack may have taken over what was there before.
        let kind = RelationKind::Contains;
        let container = container(&row.key);
        let within = container.and_then(|container| {
            resource::relation(managed, kind, &container, None, "the id", place)
        });
        out.relations.extend(within);
        out.resources.push(row);
    }
    if !is_over || run.operation == RunOperation::Plan {
        out.runs.push(run);
        return;
    }
    let ids = [managed, deleted, detached];
    changes(&run, ids, properties, &values, place, out);
    out.runs.push(run);
}

/// Adds what the run of a stack did: to what it manages, what it deleted and let go of, and what
/// failed.
fn changes(
    run: &Run,
    [managed, deleted, detached]: [Vec<&str>; 3],
    properties: &Value,
    values: &Values,
    place: Place<'_>,
    out: &mut FeedOutput,
) {
    let done = [
        (
            &managed,
            ChangeAction::Update,
            "the stack puts the resource, new or not",
        ),
        (
            &deleted,
            ChangeAction::Delete,
            "no longer in the template of the stack",
        ),
        (
            &detached,
            ChangeAction::Forget,
            "no longer in the template of the stack",
        ),
    ];
    for (ids, action, reason) in done {
        for id in ids {
            let mut change = change(run, id, action, ChangeOutcome::Applied, place);
            change.reason = Some(reason.to_owned());
            out.changes.push(change);
        }
    }
    let mut has_root = false;
    for failed in list(properties, &["failedResources"]) {
        let Some(id) = text(failed, &["id"]) else {
            continue;
        };
        let mut change = change(run, id, ChangeAction::Update, ChangeOutcome::Failed, place);
        let error = at(failed, &["error"]).filter(|error| !error.is_null());
        let told = error.and_then(|error| failures(error, values).into_iter().next());
        change.is_root_failure = !has_root;
        has_root = true;
        change.error_code = told.as_ref().and_then(Failure::code);
        change.reason = told.map(|failure| failure.reason);
        out.changes.push(change);
    }
}

fn run(id: &str, value: &Value, values: &Values, place: Place<'_>) -> Run {
    let properties = properties(value);
    let scope = key::canonical(id);
    let told = |name: &str| text(value, &["systemData", name]).and_then(Timestamp::parse_rfc3339);
    let started = told("lastModifiedAt");
    let state = text(properties, &["provisioningState"]).unwrap_or_default();
    let mut status = status(state);
    let has_resources = !list(properties, &["resources"]).is_empty();
    if status == RunStatus::Failed && has_resources {
        status = RunStatus::Partial;
    }
    let length = text(properties, &["duration"]).and_then(time::duration);
    let error = at(properties, &["error"]).filter(|error| !error.is_null());
    let message = error.and_then(|error| failures(error, values).into_iter().next());
    let operation = if is_list(properties, &["validatedResources"]) {
        RunOperation::Plan
    } else if state.to_ascii_lowercase().starts_with("delet") && state.len() < 9 {
        RunOperation::Destroy
    } else {
        RunOperation::Apply
    };
    let is_over = !matches!(status, RunStatus::Running | RunStatus::Unknown);
    Run {
        id: run_id(properties, &scope, operation),
        tool: "arm".to_owned(),
        scope,
        operation,
        status,
        started,
        ended: started
            .zip(length)
            .map(|(start, length)| start.plus(length))
            .filter(|_| is_over),
        actor: text(value, &["systemData", "lastModifiedBy"]).map(str::to_owned),
        message: message.map(|failure| failure.reason),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Run::default()
    }
}
