//! Output of `aws cloudformation describe-stack-events` for the changes of a block, all of one
//! update of a stack.
//!
//! Source: docs.aws.amazon.com/cli/latest/reference/cloudformation/describe-stack-events.html (read
//! 2026-11-21).

use anyhow::{Result, bail};
use nepho::core::Timestamp;
use nepho::core::time::NANOS;
use serde_json::{Value, json};

use super::{Change, Ending};
use crate::scenario::resources::{ACCOUNT, REGION};

const STACK: &str = "shop";

/// The events, the newest first as the API gives them.
pub(super) fn events(changes: &[Change]) -> Result<String> {
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
    let is_failed = changes.iter().any(|change| change.ending == Ending::Failed);
    let stack_id = format!(
        "arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/2b7e1516-28ae-11f0-9c3d-0a2c4e6f8b1d"
    );
    let event = |time: Timestamp,
                 (logical, kind, physical): (&str, &str, &str),
                 status: &str,
                 reason: Option<&str>| {
        let mut event = json!({
            "StackId": stack_id, "EventId": format!("{logical}-{status}-{time}"), "StackName": STACK,
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind,
            "Timestamp": time, "ResourceStatus": status, "ClientRequestToken": format!("update-{}", first.0 / NANOS),
        });
        if let Some(reason) = reason {
            event["ResourceStatusReason"] = json!(reason);
        }
        (time, event)
    };
    let stack = (STACK, "AWS::CloudFormation::Stack", stack_id.as_str());
    let mut events: Vec<(Timestamp, Value)> = vec![event(
        first.plus(-20 * NANOS),
        stack,
        "UPDATE_IN_PROGRESS",
        Some("User Initiated"),
    )];
    for change in changes {
        let mut pairs = change.pairs.clone();
        let kind = pairs.need("type")?;
        let id = pairs.take("id").unwrap_or_default();
        pairs.end()?;
        let doing = match (change.ending, change.action.as_str()) {
            (Ending::Planned, _) => bail!("stack events tell of nothing that is only planned"),
            (_, "replace") => bail!("write a replacement of CloudFormation as a `file`"),
            (_, "create") => "CREATE",
            (_, "delete") => "DELETE",
            _ => "UPDATE",
        };
        let resource = (change.address.as_str(), kind.as_str(), id.as_str());
        let end = if change.ending == Ending::Failed {
            "FAILED"
        } else {
            "COMPLETE"
        };
        events.push(event(
            change.time.plus(-5 * NANOS),
            resource,
            &format!("{doing}_IN_PROGRESS"),
            None,
        ));
        events.push(event(
            change.time,
            resource,
            &format!("{doing}_{end}"),
            change.text.as_deref(),
        ));
    }
    let end = if is_failed {
        "UPDATE_FAILED"
    } else {
        "UPDATE_COMPLETE"
    };
    events.push(event(last.plus(2 * NANOS), stack, end, None));
    events.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    let events: Vec<Value> = events.into_iter().map(|(_, event)| event).collect();
    Ok(format!("{:#}\n", json!({"StackEvents": events})))
}
