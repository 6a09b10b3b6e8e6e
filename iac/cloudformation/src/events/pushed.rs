//! Events that the service sends by itself: through EventBridge, and through a topic of SNS.
//!
//! Sources: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide,
//! `event-detail-stack-status-change`,
//! `event-detail-resource-status-change` and `event-detail-drift-detection-status-change`;
//! docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html; read 2026-11-28. The text
//! of the messages is that of `Key='Value'` lines with the names of `StackEvent`.

use std::collections::BTreeMap;

use nepho_core::feed::Document;
use nepho_iac_common::head::has_key;
use nepho_iac_common::lines::Lines;
use serde::Deserialize;

use super::event::StackEvent;
use crate::document::{Fields, Item, Items, item_at};
use crate::stack;
use crate::status::Status;
use crate::wire::{Bridged, STACK};

/// Line with which the text of a message begins.
const FIRST: &str = "StackId='";

/// Whether a document with this beginning holds such events, and no others as far as it shows.
pub(super) fn is_pushed(head: &str) -> bool {
    if head.starts_with(FIRST) {
        return head.contains("\nLogicalResourceId='");
    }
    if !head.starts_with(['{', '[']) {
        return false;
    }
    if has_key(head, "TopicArn") {
        let notifications = head.matches("\"TopicArn\"").count();
        return head.matches("\"StackId='arn:").count() >= notifications;
    }
    let sources = head.matches("\"detail-type\"").count();
    sources > 0 && head.matches("\"aws.cloudformation\"").count() >= sources
}

/// Whether an object is such an event; one of another service in between is not read, but not
/// passed over in silence either.
pub(super) fn is_item(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    (has("detail-type") && has("detail")) || (has("TopicArn") && has("Message"))
}

/// Texts of messages as they were delivered, one after the other; `None` where the document is
/// none.
pub(super) fn messages<'a>(document: &Document<'a>) -> Option<Items<'a>> {
    let body = document.text.trim_start_matches('\u{feff}');
    if !body.starts_with(FIRST) {
        return None;
    }
    let lines = Lines::of(document.text);
    let mut starts: Vec<usize> = body
        .match_indices(FIRST)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || body.get(..*at).is_some_and(|before| before.ends_with('\n')))
        .collect();
    starts.push(body.len());
    let found = starts
        .iter()
        .zip(starts.iter().skip(1))
        .filter_map(|(from, to)| body.get(*from..*to))
        .map(|text| item_at(&lines, text));
    Some(Items {
        found: found.collect(),
        rejects: Vec::new(),
        has_json: true,
    })
}

/// Reads an event in any of its forms: no event where it is about no change, `None` for an item
/// that was not pushed.
pub(super) fn read<'a>(item: &Item<'a>) -> Option<Result<Option<StackEvent<'a>>, String>> {
    if item.text.starts_with(FIRST) {
        return Some(message(item.text, item).map(Some));
    }
    if has_key(item.text, "detail-type") {
        return Some(bridged(item));
    }
    if !has_key(item.text, "TopicArn") {
        return None;
    }
    #[derive(Deserialize)]
    struct Notification {
        #[serde(rename = "Message")]
        message: String,
    }
    let read = serde_json::from_str::<Notification>(item.text);
    let told = match read {
        Ok(read) if read.message.starts_with(FIRST) => message(&read.message, item).map(Some),
        _ => Err("the notification is not one of CloudFormation".to_owned()),
    };
    Some(told)
}

fn bridged<'a>(item: &Item<'a>) -> Result<Option<StackEvent<'a>>, String> {
    let event: Bridged = serde_json::from_str(item.text)
        .map_err(|_| "the event has no `detail`, or one of another form than expected")?;
    if !event.is_own() {
        return Err("the event is of another service".to_owned());
    }
    let time = event.time();
    // What a detection of drift found is told by its results, not by its end.
    let kind = event.kind.unwrap_or_default();
    let is_of_stack = kind == "CloudFormation Stack Status Change";
    if !is_of_stack && kind != "CloudFormation Resource Status Change" {
        return Ok(None);
    }
    let missing = |field: &str| format!("the event has no `{field}`");
    let detail = event.detail;
    let stack_id = detail.stack_id.ok_or_else(|| missing("stack-id"))?;
    let details = detail
        .status_details
        .ok_or_else(|| missing("status-details"))?;
    let stack_name = stack::name_of(&stack_id).to_owned();
    let (logical, physical, kind) = match is_of_stack {
        true => (stack_name.clone(), stack_id.clone(), STACK.to_owned()),
        false => (
            detail
                .logical_resource_id
                .ok_or_else(|| missing("logical-resource-id"))?,
            detail.physical_resource_id.unwrap_or_default(),
            detail.resource_type.unwrap_or_default(),
        ),
    };
    Ok(Some(StackEvent {
        id: event.id.unwrap_or_default(),
        stack_id,
        stack_name,
        logical,
        physical,
        kind,
        status: Status::of(details.status.ok_or_else(|| missing("status"))?),
        reason: details.status_reason,
        time,
        token: detail.client_request_token,
        line: item.line,
        page: item.page,
        ..StackEvent::default()
    }))
}

/// Fields whose values may hold quotes and go on for several lines.
const LONG: [&str; 2] = [PROPERTIES, "ResourceStatusReason"];
/// Properties of the resource, as JSON text.
const PROPERTIES: &str = "ResourceProperties";

/// Reads the text of a message: its fields are those of the object that the API tells.
fn message<'a>(text: &str, item: &Item<'a>) -> Result<StackEvent<'a>, String> {
    let mut fields = fields(text);
    // Of a damaged message one field may run on into the properties.
    fields.retain(|name, value| LONG.contains(name) || !value.contains(['\n', '\'']));
    let properties = fields.remove(PROPERTIES).filter(|text| !text.is_empty());
    let unreadable = |_| "the message is none of CloudFormation".to_owned();
    let object = serde_json::to_string(&fields).map_err(unreadable)?;
    let row = serde_json::from_str(&object).map_err(unreadable)?;
    Ok(StackEvent {
        pushed_properties: properties,
        ..StackEvent::of(row, "message", item)?
    })
}

/// Fields of `Key='Value'` lines. Properties go on to the next line that begins a field: they hold
/// line breaks and quotes. A reason goes on until its quote is closed; any other value has one
/// line, so that no property gets into it where the line that begins them is damaged.
fn fields(text: &str) -> BTreeMap<&str, String> {
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    let mut current: Option<&str> = None;
    for line in text.lines() {
        let field = line.split_once("='").filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        match (field, current) {
            (Some((name, value)), _) => {
                current = Some(name);
                found.entry(name).or_insert_with(|| value.to_owned());
            }
            (None, Some(name)) => {
                let value = found.entry(name).or_default();
                let goes_on = match name {
                    "ResourceProperties" => true,
                    "ResourceStatusReason" => !value.trim_end().ends_with('\''),
                    _ => false,
                };
                if goes_on {
                    value.push('\n');
                    value.push_str(line);
                }
            }
            (None, None) => {}
        }
    }
    for value in found.values_mut() {
        let end = value.trim_end();
        *value = end.strip_suffix('\'').unwrap_or(end).trim_end().to_owned();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_line_puts_no_property_elsewhere() {
        let item = Item {
            text: "",
            line: 1,
            page: 0,
        };
        let text = "StackId='arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1'\n\
            LogicalResourceId='Db'\nResourceStatus='CREATE_COMPLETE'\n\
            ResourceType='AWS::RDS::DBInstance'\nSta\\\":{\"MasterPassword\":\"canary\"}\n'\n";
        let event = message(text, &item).unwrap_or_default();
        assert_eq!(
            (event.logical.as_str(), event.kind.as_str()),
            ("Db", "AWS::RDS::DBInstance")
        );
    }

    #[test]
    fn a_value_goes_on_to_the_next_field() {
        let found = fields(
            "StackId='a'\nResourceProperties='{\"x\":\"it's\n b\"}\n'\nResourceStatusReason=''\nEventId='c'\n",
        );
        let get = |name: &str| found.get(name).map(String::as_str);
        assert_eq!(get("ResourceProperties"), Some("{\"x\":\"it's\n b\"}"));
        assert_eq!(get("ResourceStatusReason"), Some(""));
        assert_eq!((get("StackId"), get("EventId")), (Some("a"), Some("c")));
        let found = fields("ResourceType='t'\nReso\"secret\"\nEventId='c\n\"secret\"");
        let kept = found.values().map(String::as_str);
        assert_eq!(kept.collect::<Vec<_>>(), ["c", "t"]);
    }
}
