//! Feed `cloudformation.events`: what `aws cloudformation describe-stack-events` lists. See
//! `README.md`.

mod event;
mod fold;
mod operation;
mod roster;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::tables::{Change, ChangeOutcome, Reject};

use self::event::StackEvent;
use self::fold::{Folded, fold};
use self::operation::Operation;
use self::roster::Roster;
use crate::document::{Fields, Item, has_key, items, nothing_found};
use crate::properties::Properties;
use crate::reason::redact;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.events",
    summary: "Stack events of CloudFormation (describe-stack-events): changes, failures, rollbacks",
    permissions: &["cloudformation:DescribeStackEvents"],
    make: Make::Feed(|| Box::new(StackEvents)),
});

/// Reads stack events.
pub struct StackEvents;

impl ChangeFeed for StackEvents {
    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let is_trail = has_key(head, "eventVersion") || has_key(head, "eventSource");
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
        let found = items(document, is_event);
        if found.found.is_empty() && !is_empty_list(document.text) {
            return Err(nothing_found(document, &found, "stack events"));
        }
        let mut events = Vec::with_capacity(found.found.len());
        for item in &found.found {
            match StackEvent::read(item) {
                Ok(event) => events.push(event),
                Err(reason) => out.rejects.push(reject(document, item, reason)),
            }
        }
        out.rejects.extend(found.rejects);
        let stacks = operation::by_stack(events);
        let roster = Roster::of(&stacks);
        for events in stacks.values() {
            let tool = tool_of(events);
            for operation in operation::operations(events) {
                read_operation(document, &operation, tool, &roster, out);
            }
        }
        roster.finish(document.uri, out);
        Ok(())
    }
}

fn is_event(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    has("EventId") && (has("ResourceStatus") || has("LogicalResourceId"))
}

fn is_empty_list(text: &str) -> bool {
    let text: String = text
        .trim_start_matches('\u{feff}')
        .split_whitespace()
        .collect();
    text.starts_with("{\"StackEvents\":[]")
}

fn reject(document: &Document<'_>, item: &Item<'_>, reason: String) -> Reject {
    let start = (item.text.as_ptr() as usize).saturating_sub(document.text.as_ptr() as usize);
    Reject {
        uri: document.uri.to_owned(),
        start: start as u64,
        end: (start + item.text.len()) as u64,
        line: item.line,
        reason,
    }
}

/// The CDK puts a resource of its own into every stack that it deploys.
fn tool_of(events: &[StackEvent<'_>]) -> &'static str {
    if events
        .iter()
        .any(|event| event.kind == "AWS::CDK::Metadata")
    {
        "cdk"
    } else {
        "cloudformation"
    }
}

/// Whether rows about this resource are no changes of the cloud: stacks within the stack, and notes
/// of the CDK.
fn is_grouping(event: &StackEvent<'_>) -> bool {
    event.is_stack() || event.is_nested_stack() || event.kind == "AWS::CDK::Metadata"
}

fn read_operation<'a, 'e>(
    document: &Document<'_>,
    operation: &Operation<'a, 'e>,
    tool: &'static str,
    roster: &Roster<'_, '_>,
    out: &mut FeedOutput,
) {
    let mut order: Vec<&str> = Vec::new();
    let mut resources: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (phase, event) in operation
        .rows
        .iter()
        .filter(|(_, event)| !is_grouping(event))
    {
        let rows = resources.entry(&event.logical).or_insert_with(|| {
            order.push(&event.logical);
            Vec::new()
        });
        rows.push((*phase, *event));
    }
    let root = root_failure(operation);
    for logical in order {
        let Some(rows) = resources.get(logical) else {
            continue;
        };
        let Some(folded) = fold(operation, rows) else {
            continue;
        };
        let is_root = root.is_some_and(|root| std::ptr::eq(root, folded.last));
        let reason = reason_of(&folded, rows.iter().map(|(_, row)| *row), is_root);
        out.changes
            .push(change(document, operation, tool, &folded, reason, roster));
    }
}

/// The first failure of a resource that is not the echo of another one.
///
/// Rule of the AWS CDK command line (`resource-errors.ts`, read 2026-11-21): resources that were
/// being made when another one failed are reported as failed too, with "cancelled" in the reason.
fn root_failure<'a, 'e>(operation: &Operation<'a, 'e>) -> Option<&'e StackEvent<'a>> {
    let mut rows = operation.rows.iter().map(|(_, event)| *event);
    rows.find(|event| {
        let reason = event
            .reason
            .as_deref()
            .unwrap_or_default()
            .to_ascii_lowercase();
        event.status.ends_with("_FAILED")
            && event.hook.is_none()
            && !is_grouping(event)
            && !reason.contains("cancelled")
            && !reason.contains("canceled")
    })
}

/// The reason that is kept: redacted, the root failure marked, the words of a failed hook added.
fn reason_of<'a: 'e, 'e>(
    folded: &Folded<'a, 'e>,
    rows: impl Iterator<Item = &'e StackEvent<'a>> + Clone,
    is_root: bool,
) -> Option<String> {
    let mut text = folded.reason?.to_owned();
    for hook in rows.clone().filter_map(|row| row.hook.as_ref()) {
        let explains = hook.status.ends_with("_FAILED") && text.contains(&hook.kind);
        if let (true, Some(reason)) = (explains, &hook.reason) {
            text = format!("{text}; {}: {reason}", hook.kind);
        }
    }
    let mut sensitive: Vec<String> = rows
        .filter_map(properties_of)
        .flat_map(|found| found.sensitive())
        .collect();
    sensitive.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let text = redact(&text, &sensitive);
    Some(if is_root && folded.outcome == ChangeOutcome::Failed {
        format!("root failure: {text}")
    } else {
        text
    })
}

fn properties_of(event: &StackEvent<'_>) -> Option<Properties> {
    let json: String = serde_json::from_str(event.properties?.get()).ok()?;
    Properties::parse(&json)
}

fn change<'a, 'e>(
    document: &Document<'_>,
    operation: &Operation<'a, 'e>,
    tool: &'static str,
    folded: &Folded<'a, 'e>,
    reason: Option<String>,
    roster: &Roster<'_, '_>,
) -> Change {
    let event = folded.last;
    let is_done = folded.outcome != ChangeOutcome::Unknown;
    Change {
        id: format!(
            "{tool}:{}:{}:{}:{}",
            event.stack_id, operation.run, event.logical, folded.action
        ),
        time: event.time.filter(|_| is_done),
        started: folded.first.time,
        tool: tool.to_owned(),
        scope: event.stack_name.clone(),
        run: operation.run.clone(),
        action: folded.action,
        outcome: folded.outcome,
        address: event.logical.clone(),
        parent: roster.parent_of(event),
        resource: roster::identity_of(event, folded.physical).map(|identity| identity.key),
        resource_type: event.kind.clone(),
        actor: None,
        revision: None,
        attributes: Vec::new(),
        reason,
        uri: document.uri.to_owned(),
        line: event.line,
        ..Change::default()
    }
}
