//! Feed `cloudformation.events`: what `aws cloudformation describe-stack-events` lists, and what
//! the service sends by itself. See `README.md`.

mod change;
mod event;
mod failure;
mod fold;
mod operation;
mod order;
mod pushed;
mod roster;
mod run;

#[cfg(test)]
mod pushed_tests;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tests;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;

use self::change::Telling;
use self::event::StackEvent;
use self::failure::Failures;
use self::operation::Operation;
use self::roster::Roster;
use nepho_iac_common::head::has_key;

use crate::document::{Fields, items, nothing_found, reject};
use crate::properties::Properties;
use crate::stacksets::Pushed;
use crate::wire::CDK_METADATA;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.events",
    summary: "Stack events of CloudFormation (describe-stack-events): changes, failures, rollbacks",
    permissions: &["cloudformation:DescribeStackEvents"],
    make: Make::Feed(|| Box::new(StackEvents)),
});

/// Reads stack events.
#[derive(Debug)]
pub struct StackEvents;

impl ChangeFeed for StackEvents {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        let events = [
            "ResourceStatus",
            "StackEvents",
            "OperationEvents",
            "TopicArn",
            "detail-type",
        ];
        keys.has_any(&events)
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let is_trail = has_key(head, "eventVersion") || has_key(head, "eventSource");
        if pushed::is_pushed(head) && !is_trail {
            return Confidence::CERTAIN;
        }
        if !head.starts_with(['{', '[']) || is_trail {
            return Confidence::NO;
        }
        let has_events = has_key(head, "ResourceStatus") && has_key(head, "LogicalResourceId");
        let has_list = has_key(head, "StackEvents") || has_key(head, "OperationEvents");
        match (
            has_list,
            has_events && has_key(head, "EventId") && has_key(head, "StackId"),
        ) {
            (true, _) => Confidence::CERTAIN,
            (false, true) => Confidence(80),
            _ => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let found = pushed::messages(document).unwrap_or_else(|| items(document, is_event));
        if found.found.is_empty() && !is_empty_list(document.text) {
            return Err(nothing_found(document, &found, "stack events"));
        }
        let mut events = Vec::with_capacity(found.found.len());
        let mut sets = Pushed::default();
        for item in &found.found {
            if let Some(read) = sets.read(item) {
                let refused = read.err().map(|reason| reject(document, item, reason));
                out.rejects.extend(refused);
                continue;
            }
            let read = pushed::read(item).unwrap_or_else(|| StackEvent::read(item).map(Some));
            match read {
                Ok(event) => events.extend(event),
                Err(reason) => out.rejects.push(reject(document, item, reason)),
            }
        }
        out.rejects.extend(found.rejects);
        let stacks = operation::by_stack(events);
        let roster = Roster::of(&stacks);
        let operations: Vec<Operation<'_, '_>> = stacks
            .values()
            .flat_map(|events| operation::operations(events))
            .collect();
        let failures = Failures::of(&operations);
        for operation in &operations {
            let telling = Telling {
                document,
                operation,
                roster: &roster,
                failures: &failures,
            };
            let before = out.changes.len();
            telling.changes(out);
            let changes = out.changes.get(before..).unwrap_or_default();
            out.runs.extend(run::run(document, operation, changes));
        }
        roster.finish(document.uri, out);
        sets.tell(document, out);
        Ok(())
    }
}

fn is_event(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    let is_listed = has("EventId")
        && (has("ResourceStatus") || has("LogicalResourceId") || has("OperationStatus"));
    is_listed || pushed::is_item(fields)
}

fn is_empty_list(text: &str) -> bool {
    let text: String = text
        .trim_start_matches('\u{feff}')
        .split_whitespace()
        .collect();
    text.starts_with("{\"StackEvents\":[]")
}

/// The CDK puts a resource of its own into every stack that it deploys.
fn tool_of(events: &[StackEvent<'_>]) -> &'static str {
    if events.iter().any(|event| event.kind == CDK_METADATA) {
        "cdk"
    } else {
        "cloudformation"
    }
}

/// Whether rows about this resource are no changes of the cloud: stacks within the stack, and notes
/// of the CDK.
fn is_grouping(event: &StackEvent<'_>) -> bool {
    event.is_stack() || event.is_nested_stack() || event.kind == CDK_METADATA
}

fn properties_of(event: &StackEvent<'_>) -> Option<Properties> {
    if let Some(json) = &event.pushed_properties {
        return Properties::parse(json);
    }
    let json: String = serde_json::from_str(event.properties?.get()).ok()?;
    Properties::parse(&json)
}
