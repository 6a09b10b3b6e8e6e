//! Engine event log of `pulumi up` for the changes of a block.
//!
//! Source: `sdk/go/common/apitype/events.go` of github.com/pulumi/pulumi (read 2026-11-21).

use anyhow::{Context, Result, bail};
use nepho::core::Timestamp;
use nepho::core::time::NANOS;
use serde_json::{Map, Value, json};

use super::{Change, Ending};

const STACK: &str = "urn:pulumi:production::shop::";

/// The run. A planned change makes it a preview, which changes nothing.
pub(super) fn log(changes: &[Change]) -> Result<String> {
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
    let is_preview = changes
        .iter()
        .any(|change| change.ending == Ending::Planned);
    if is_preview
        && changes
            .iter()
            .any(|change| change.ending != Ending::Planned)
    {
        bail!("a run of Pulumi is a preview or not: put planned changes into a block of their own");
    }
    let mut events = vec![(
        first.plus(-10 * NANOS),
        "preludeEvent",
        json!({"config": {}}),
    )];
    for change in changes {
        steps(change, is_preview, &mut events)?;
    }
    let is_failed = changes.iter().any(|change| change.ending == Ending::Failed);
    let summary = json!({
        "maybeCorrupt": false, "durationSeconds": last.since(first) / NANOS, "resourceChanges": {"update": changes.len()},
        "PolicyPacks": {}, "isPreview": is_preview, "result": if is_failed { "failed" } else { "succeeded" },
    });
    events.push((last.plus(NANOS), "summaryEvent", summary));
    events.push((last.plus(NANOS), "cancelEvent", json!({})));
    events.sort_by_key(|(time, ..)| *time);
    let lines = events
        .into_iter()
        .enumerate()
        .map(|(sequence, (time, kind, body))| {
            let mut line = json!({"sequence": sequence, "timestamp": time.0.div_euclid(NANOS)});
            line[kind] = body;
            format!("{line}\n")
        });
    Ok(lines.collect())
}

fn steps(
    change: &Change,
    is_preview: bool,
    events: &mut Vec<(Timestamp, &str, Value)>,
) -> Result<()> {
    let (kind, name) = change
        .address
        .rsplit_once("::")
        .with_context(|| format!("`{}` is not TYPE::NAME", change.address))?;
    let mut pairs = change.pairs.clone();
    let id = pairs.take("id").unwrap_or_else(|| name.to_owned());
    let outputs = pairs
        .rest()
        .into_iter()
        .map(|(key, value)| (key, Value::from(value)));
    let urn = format!("{STACK}{kind}::{name}");
    let state = json!({
        "type": kind, "urn": urn, "custom": true, "id": id, "parent": format!("{STACK}pulumi:pulumi:Stack::shop-production"),
        "inputs": {}, "outputs": outputs.collect::<Map<_, _>>(), "provider": "",
    });
    let attributes: Vec<&str> = change
        .text
        .as_deref()
        .unwrap_or("")
        .split([',', ' '])
        .filter(|name| !name.is_empty())
        .collect();
    let difference: Map<String, Value> = attributes
        .iter()
        .map(|path| {
            (
                (*path).to_owned(),
                json!({"diffKind": "update", "inputDiff": false}),
            )
        })
        .collect();
    let operations: &[&str] = match change.action.as_str() {
        "replace" => &["create-replacement", "replace", "delete-replaced"],
        action => &[if action == "create" {
            "create"
        } else if action == "delete" {
            "delete"
        } else {
            "update"
        }],
    };
    for operation in operations {
        let old = if *operation == "create" {
            Value::Null
        } else {
            state.clone()
        };
        let new = if operation.starts_with("delete") {
            Value::Null
        } else {
            state.clone()
        };
        let metadata = json!({
            "op": operation, "urn": urn, "type": kind, "old": old, "new": new, "diffs": attributes, "detailedDiff": difference,
            "logical": true, "provider": "",
        });
        let body = json!({"metadata": metadata, "planning": is_preview});
        events.push((
            change.time.plus(-3 * NANOS),
            "resourcePreEvent",
            body.clone(),
        ));
        if change.ending == Ending::Failed {
            let message = json!({"urn": urn, "prefix": "error: ", "message": "the provider returned an error", "color": "raw", "severity": "error"});
            events.push((change.time, "diagnosticEvent", message));
            events.push((
                change.time,
                "resOpFailedEvent",
                json!({"metadata": body["metadata"], "status": 1, "steps": 1}),
            ));
            break;
        }
        events.push((change.time, "resOutputsEvent", body));
    }
    Ok(())
}
