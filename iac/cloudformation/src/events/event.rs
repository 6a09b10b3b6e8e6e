//! One stack event as the API tells it.

use nepho_core::Timestamp;
use serde_json::value::RawValue;

use crate::document::Item;
use crate::stack;
use crate::status::Status;
use crate::wire::{Row, STACK};

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
    pub(super) status: Status,
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
    pub(super) status: Status,
    /// Why.
    pub(super) reason: Option<String>,
}

impl<'a> StackEvent<'a> {
    /// Reads an event, or says what of it is missing.
    pub(super) fn read(item: &Item<'a>) -> Result<Self, String> {
        let Ok(row) = serde_json::from_str::<Row<'a>>(item.text) else {
            return Err("the event names a field twice".to_owned());
        };
        let properties = row.resource_properties;
        Ok(Self {
            properties,
            ..Self::of(row, "event", item)?
        })
    }

    /// The event of this row, but for its properties. `teller` is what messages call it.
    pub(super) fn of(row: Row<'_>, teller: &str, item: &Item<'_>) -> Result<Self, String> {
        let missing = |field: &str| format!("the {teller} has no `{field}`");
        let (status, reason, time) = (row.status(), row.reason(), row.time());
        let began = row.began();
        let stack_id = row.stack_id.as_ref().or(row.stack_name.as_ref()).cloned();
        let stack_id = stack_id.ok_or_else(|| missing("StackId"))?;
        let name = row.stack_name;
        let name = name.unwrap_or_else(|| stack::name_of(&stack_id).to_owned());
        // Rows of the stack in the list by operation name neither a resource nor its status.
        let is_of_stack = row.logical_resource_id.is_none() && row.operation_status.is_some();
        let (logical, physical, kind) = if is_of_stack {
            (name.clone(), stack_id.clone(), STACK.to_owned())
        } else {
            let logical = row.logical_resource_id;
            (
                logical.ok_or_else(|| missing("LogicalResourceId"))?,
                row.physical_resource_id.unwrap_or_default(),
                row.resource_type.unwrap_or_default(),
            )
        };
        Ok(Self {
            id: row.event_id.unwrap_or_default(),
            stack_name: name,
            stack_id,
            logical,
            physical,
            kind,
            status: status.ok_or_else(|| missing("ResourceStatus"))?,
            reason,
            time,
            token: row.client_request_token,
            operation: row.operation_id,
            is_preview: row.operation_type.as_deref() == Some("CREATE_CHANGESET"),
            began: began.filter(|_| is_of_stack),
            hook: row.hook_type.map(|kind| Hook {
                kind,
                status: Status::of(row.hook_status.unwrap_or_default()),
                reason: row.hook_status_reason,
            }),
            line: item.line,
            page: item.page,
            ..Self::default()
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
        self.status.is_failed() && self.hook.is_none() && !self.is_cancelled()
    }

    /// Whether the row says that work was stopped because something else failed.
    pub(super) fn is_cancelled(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        let reason = reason.to_ascii_lowercase();
        reason.contains("cancelled") || reason.contains("canceled")
    }

    /// What is done: `CREATE` of `CREATE_IN_PROGRESS`.
    pub(super) fn verb(&self) -> &str {
        self.status.verb()
    }

    /// What ties the row to its operation, where the event tells it.
    pub(super) fn handle(&self) -> Option<&str> {
        self.operation.as_deref().or(self.token.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::time;

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
