//! Output of `terraform apply -json` for the changes of a block, all of one run.
//!
//! Source: developer.hashicorp.com/terraform/internals/machine-readable-ui (read 2026-11-21).

use anyhow::Result;
use nepho::core::Timestamp;
use nepho::core::time::NANOS;
use serde_json::{Value, json};

use super::{Change, Ending};
use crate::scenario::resources::{Resource, split_address};

/// Messages with their times; sorted before they are written.
type Messages = Vec<(Timestamp, Value)>;

/// The run: refresh, plan, work, summary. What a plan did not get to is in `planned_change` alone.
pub(super) fn log(changes: &[Change], resources: &[Resource]) -> Result<String> {
    let first = changes
        .iter()
        .map(|change| change.time)
        .min()
        .unwrap_or(Timestamp(0));
    let last = changes
        .iter()
        .map(|change| change.time)
        .max()
        .unwrap_or(Timestamp(0));
    let mut messages = Messages::new();
    let began = first.plus(-20 * NANOS);
    messages.push(message(
        began,
        "Terraform 1.11.4",
        "version",
        json!({"terraform": "1.11.4", "ui": "1.2"}),
    ));
    for change in changes {
        change.pairs.clone().end()?;
        let id = id_of(change, resources);
        if let Some(id) = id.filter(|_| change.action != "create") {
            let hook = json!({"hook": {"resource": resource(&change.address)?, "id_key": "id", "id_value": id}});
            let text = format!("{}: Refreshing state... [id={id}]", change.address);
            messages.push(message(began.plus(2 * NANOS), &text, "refresh_start", hook));
        }
        let planned =
            json!({"change": {"resource": resource(&change.address)?, "action": change.action}});
        let text = format!("{}: Plan to {}", change.address, change.action);
        messages.push(message(
            began.plus(6 * NANOS),
            &text,
            "planned_change",
            planned,
        ));
        if change.ending != Ending::Planned {
            apply(change, id, &mut messages)?;
        }
    }
    let is_applied = changes
        .iter()
        .any(|change| change.ending == Ending::Applied);
    let is_failed = changes.iter().any(|change| change.ending == Ending::Failed);
    let counts = |operation: &str| json!({"changes": {"add": 0, "change": 0, "import": 0, "remove": 0, "operation": operation}});
    messages.push(message(
        began.plus(7 * NANOS),
        "Plan",
        "change_summary",
        counts("plan"),
    ));
    if is_applied && !is_failed {
        messages.push(message(
            last.plus(NANOS),
            "Apply complete!",
            "change_summary",
            counts("apply"),
        ));
    }
    messages.sort_by_key(|(time, _)| *time);
    Ok(messages
        .into_iter()
        .map(|(_, message)| format!("{message}\n"))
        .collect())
}

/// Messages about the work on one resource, which ends at the time of the change.
fn apply(change: &Change, id: Option<&str>, messages: &mut Messages) -> Result<()> {
    let steps: &[(&str, i64, i64)] = match change.action.as_str() {
        "replace" => &[("delete", -4, -3), ("create", -3, 0)],
        "create" => &[("create", -2, 0)],
        "delete" => &[("delete", -2, 0)],
        _ => &[("update", -2, 0)],
    };
    for (action, start, end) in steps {
        let hook = |is_done: bool| -> Result<Value> {
            let mut hook = json!({"resource": resource(&change.address)?, "action": action});
            let has_id = if is_done {
                *action != "delete"
            } else {
                *action != "create"
            };
            if let Some(id) = id.filter(|_| has_id) {
                hook["id_key"] = json!("id");
                hook["id_value"] = json!(id);
            }
            if is_done {
                hook["elapsed_seconds"] = json!(end - start);
            }
            Ok(json!({"hook": hook}))
        };
        let (start, end) = (
            change.time.plus(start * NANOS),
            change.time.plus(end * NANOS),
        );
        let text = format!("{}: {action} begins", change.address);
        messages.push(message(start, &text, "apply_start", hook(false)?));
        let is_failure = change.ending == Ending::Failed && end == change.time;
        let (kind, text) = match is_failure {
            true => (
                "apply_errored",
                format!("{}: {action} errored", change.address),
            ),
            false => (
                "apply_complete",
                format!("{}: {action} complete", change.address),
            ),
        };
        messages.push(message(end, &text, kind, hook(true)?));
    }
    if change.ending == Ending::Failed {
        let summary = change
            .text
            .as_deref()
            .unwrap_or("the provider returned an error");
        let diagnostic = json!({"diagnostic": {"severity": "error", "summary": summary, "detail": "", "address": change.address}});
        let mut failure = message(
            change.time.plus(NANOS / 2),
            &format!("Error: {summary}"),
            "diagnostic",
            diagnostic,
        );
        failure.1["@level"] = json!("error");
        messages.push(failure);
    }
    Ok(())
}

fn id_of<'a>(change: &Change, resources: &'a [Resource]) -> Option<&'a str> {
    let found = resources
        .iter()
        .find(|resource| resource.address == change.address);
    found.map(|resource| resource.id.as_str())
}

fn resource(address: &str) -> Result<Value> {
    let (kind, name) = split_address(address)?;
    let provider = kind.split('_').next().unwrap_or(kind);
    Ok(json!({
        "addr": address, "module": "", "resource": address, "implied_provider": provider,
        "resource_type": kind, "resource_name": name, "resource_key": null,
    }))
}

fn message(time: Timestamp, text: &str, kind: &str, mut body: Value) -> (Timestamp, Value) {
    body["@level"] = json!("info");
    body["@message"] = json!(text);
    body["@module"] = json!("terraform.ui");
    body["@timestamp"] = json!(time);
    body["type"] = json!(kind);
    (time, body)
}
