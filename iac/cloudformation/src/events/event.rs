//! One stack event as the API tells it.

use nepho_core::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{Item, text, time, word};
use crate::stack;

/// Type of stacks, and of stacks within stacks.
pub(super) const STACK: &str = "AWS::CloudFormation::Stack";

/// One row of `describe-stack-events`. It has no `Debug`: the properties must not be printed.
#[derive(Default)]
pub(super) struct StackEvent<'a> {
    /// Unique id of the event, empty when it is missing.
    pub(super) id: String,
    /// ARN of the stack, or its name.
    pub(super) stack_id: String,
    /// Name of the stack.
    pub(super) stack_name: String,
    /// Name of the resource in the template.
    pub(super) logical: String,
    /// Id in the cloud; empty before it exists.
    pub(super) physical: String,
    /// `AWS::EC2::SecurityGroup`.
    pub(super) kind: String,
    /// `CREATE_IN_PROGRESS`.
    pub(super) status: String,
    /// Why, in the words of the service.
    pub(super) reason: Option<String>,
    /// When the status changed.
    pub(super) time: Option<Timestamp>,
    /// Token of the request that began the operation.
    pub(super) token: Option<String>,
    /// Id of the operation.
    pub(super) operation: Option<String>,
    /// Whether the operation only makes a change set.
    pub(super) is_preview: bool,
    /// When the operation began, where a row of the stack tells it.
    pub(super) began: Option<Timestamp>,
    /// Hook that the row is about; such a row says nothing of the resource itself.
    pub(super) hook: Option<Hook>,
    /// `ResourceProperties`, JSON text in a JSON string.
    pub(super) properties: Option<&'a RawValue>,
    /// The same as JSON text, of an event that was pushed.
    pub(super) pushed_properties: Option<String>,
    /// Line of the event in the document.
    pub(super) line: u64,
    /// Array of the document that it stood in.
    pub(super) page: usize,
}

/// What a hook said.
pub(super) struct Hook {
    /// Type name of the hook.
    pub(super) kind: String,
    /// `HOOK_COMPLETE_FAILED`.
    pub(super) status: String,
    /// Why.
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    #[serde(default, deserialize_with = "text")]
    event_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    stack_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    stack_name: Option<String>,
    #[serde(default, deserialize_with = "word")]
    logical_resource_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    physical_resource_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    resource_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    resource_status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    resource_status_reason: Option<String>,
    #[serde(default, borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "text")]
    client_request_token: Option<String>,
    #[serde(default, deserialize_with = "text")]
    operation_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    operation_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    operation_status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_type: Option<String>,
    #[serde(default, borrow)]
    start_time: Option<&'a RawValue>,
    #[serde(default, borrow)]
    end_time: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "text")]
    validation_status_reason: Option<String>,
    #[serde(default, deserialize_with = "text")]
    hook_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    hook_status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    hook_status_reason: Option<String>,
    #[serde(default, borrow)]
    resource_properties: Option<&'a RawValue>,
}

impl<'a> StackEvent<'a> {
    /// Reads an event, or says what of it is missing.
    pub(super) fn read(item: &Item<'a>) -> Result<Self, String> {
        let Ok(wire) = serde_json::from_str::<Wire<'a>>(item.text) else {
            return Err("the event names a field twice".to_owned());
        };
        let missing = |field: &str| format!("the event has no `{field}`");
        let stack_id = wire.stack_id.clone().or_else(|| wire.stack_name.clone());
        let stack_id = stack_id.ok_or_else(|| missing("StackId"))?;
        let name = wire.stack_name.clone();
        let name = name.unwrap_or_else(|| stack::name_of(&stack_id).to_owned());
        let status = wire.status();
        // Rows of the stack in the list by operation name neither a resource nor its status.
        let is_of_stack = wire.logical_resource_id.is_none() && wire.operation_status.is_some();
        let time = |raw: Option<&RawValue>| raw.and_then(|raw| time(raw.get()));
        let (began, ended) = (time(wire.start_time), time(wire.end_time));
        let (logical, physical, kind) = if is_of_stack {
            (name.clone(), stack_id.clone(), STACK.to_owned())
        } else {
            let logical = wire.logical_resource_id;
            (
                logical.ok_or_else(|| missing("LogicalResourceId"))?,
                wire.physical_resource_id.unwrap_or_default(),
                wire.resource_type.unwrap_or_default(),
            )
        };
        Ok(Self {
            id: wire.event_id.unwrap_or_default(),
            stack_name: name,
            stack_id,
            logical,
            physical,
            kind,
            status: status.ok_or_else(|| missing("ResourceStatus"))?,
            reason: wire
                .resource_status_reason
                .or(wire.validation_status_reason),
            time: time(wire.timestamp).or(ended),
            token: wire.client_request_token,
            operation: wire.operation_id,
            is_preview: wire.operation_type.as_deref() == Some("CREATE_CHANGESET"),
            began: began.filter(|_| is_of_stack),
            hook: wire.hook_type.map(|kind| Hook {
                kind,
                status: wire.hook_status.unwrap_or_default(),
                reason: wire.hook_status_reason,
            }),
            properties: wire.resource_properties,
            pushed_properties: None,
            line: item.line,
            page: item.page,
        })
    }

    /// Whether the row is about the stack itself.
    pub(super) fn is_stack(&self) -> bool {
        self.kind == STACK
            && (self.physical == self.stack_id
                || (self.physical.is_empty() && self.logical == self.stack_name))
    }

    /// Whether the row is about a stack within the stack.
    pub(super) fn is_nested_stack(&self) -> bool {
        self.kind == STACK && !self.is_stack()
    }

    /// Whether the row says that something went wrong by itself, and not because of something else.
    ///
    /// Rule of the AWS CDK command line (`resource-errors.ts`, read 2026-11-28): resources that
    /// were under way when another one failed are reported as failed too, with "cancelled" in the
    /// reason.
    pub(super) fn is_failure(&self) -> bool {
        self.status.ends_with("_FAILED") && self.hook.is_none() && !self.is_cancelled()
    }

    /// Whether the row says that work was stopped because something else failed.
    pub(super) fn is_cancelled(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        let reason = reason.to_ascii_lowercase();
        reason.contains("cancelled") || reason.contains("canceled")
    }

    /// What is done: `CREATE` of `CREATE_IN_PROGRESS`.
    pub(super) fn verb(&self) -> &str {
        self.status.split('_').next().unwrap_or_default()
    }

    /// What ties the row to its operation, where the event tells it.
    pub(super) fn handle(&self) -> Option<&str> {
        self.operation.as_deref().or(self.token.as_deref())
    }
}

impl Wire<'_> {
    /// Status of the resource, as the list by operation tells it too.
    fn status(&self) -> Option<String> {
        if self.resource_status.is_some() {
            return self.resource_status.clone();
        }
        let verb = match self.operation_type.as_deref()? {
            "CREATE_STACK" => "CREATE",
            "UPDATE_STACK" => "UPDATE",
            "DELETE_STACK" => "DELETE",
            "ROLLBACK" | "CONTINUE_ROLLBACK" => "UPDATE_ROLLBACK",
            "CREATE_CHANGESET" => "CHANGESET",
            _ => return None,
        };
        let is_error = self.event_type.as_deref()?.ends_with("_ERROR");
        let end = match self.operation_status.as_deref() {
            _ if is_error && self.logical_resource_id.is_some() => "FAILED",
            Some("SUCCEEDED") => "COMPLETE",
            Some("FAILED") => "FAILED",
            Some("IN_PROGRESS") => "IN_PROGRESS",
            _ => return None,
        };
        Some(format!("{verb}_{end}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<StackEvent<'_>, String> {
        StackEvent::read(&Item {
            text,
            line: 3,
            page: 1,
        })
    }

    #[test]
    fn an_event_is_read_also_with_fields_of_other_types() {
        let event = read(
            r#"{"EventId":7,"StackId":"arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1","LogicalResourceId":"Db","ResourceStatus":"CREATE_COMPLETE","Timestamp":1714557600.5,"Extra":{}}"#,
        );
        let event = event.unwrap_or_default();
        assert_eq!(event.id, "");
        assert_eq!(event.stack_name, "shop");
        assert_eq!(event.time, Timestamp::from_millis(1_714_557_600_500));
        assert_eq!(event.line, 3);
    }

    #[test]
    fn an_event_without_what_it_is_about_says_so() {
        let error =
            read(r#"{"EventId":"e","StackId":"s","ResourceStatus":"CREATE_COMPLETE"}"#).err();
        assert_eq!(
            error.as_deref(),
            Some("the event has no `LogicalResourceId`")
        );
        assert!(read(r#"{"StackId":"s","StackId":"t"}"#).is_err());
    }

    #[test]
    fn times_out_of_range_are_no_times() {
        assert_eq!(time("1e300"), None);
        assert_eq!(time("\"timestamp\""), None);
        assert_eq!(time("null"), None);
        assert_eq!(
            time("\"2024-05-01T10:00:00.250000+00:00\""),
            Timestamp::from_millis(1_714_557_600_250)
        );
    }
}
