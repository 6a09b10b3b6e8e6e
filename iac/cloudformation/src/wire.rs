//! What CloudFormation calls the fields of what it tells, in each of the ways in which it tells it.
//!
//! | way | form |
//! |---|---|
//! | answers of the API | [`Row`], names like `StackId` |
//! | messages of a topic of SNS | [`Row`], as lines `StackId='...'` |
//! | EventBridge | [`Bridged`], names like `stack-id` |
//!
//! What their statuses mean stands in [`crate::status`].

use nepho_core::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::document::{text, time, word};
use crate::status::{Status, of_operation};

/// Type of stacks, and of stacks within stacks.
pub(crate) const STACK: &str = "AWS::CloudFormation::Stack";
/// Type of the resource that the CDK puts into every stack that it deploys.
pub(crate) const CDK_METADATA: &str = "AWS::CDK::Metadata";

/// What is told of one resource of a stack, or of the stack itself: `StackEvent`,
/// `OperationEvent`, `StackResource`, `StackResourceSummary` and `StackResourceDrift`. Each has
/// some of the fields. It has no `Debug`: the properties must not be printed.
///
/// docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, read 2026-11-29.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Row<'a> {
    /// Unique id of an event.
    #[serde(default, deserialize_with = "text")]
    pub(crate) event_id: Option<String>,
    /// ARN of the stack, or its name.
    #[serde(default, deserialize_with = "word")]
    pub(crate) stack_id: Option<String>,
    /// Name of the stack.
    #[serde(default, deserialize_with = "word")]
    pub(crate) stack_name: Option<String>,
    /// Name of the resource in the template.
    #[serde(default, deserialize_with = "word")]
    pub(crate) logical_resource_id: Option<String>,
    /// Id in the cloud.
    #[serde(default, deserialize_with = "word")]
    pub(crate) physical_resource_id: Option<String>,
    /// `AWS::EC2::SecurityGroup`.
    #[serde(default, deserialize_with = "word")]
    pub(crate) resource_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    resource_status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    resource_status_reason: Option<String>,
    #[serde(default, borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(default, borrow)]
    last_updated_timestamp: Option<&'a RawValue>,
    /// Token of the request that began the operation.
    #[serde(default, deserialize_with = "text")]
    pub(crate) client_request_token: Option<String>,
    /// Id of the operation.
    #[serde(default, deserialize_with = "text")]
    pub(crate) operation_id: Option<String>,
    /// What the operation does: `CREATE_STACK`, `CREATE_CHANGESET`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) operation_type: Option<String>,
    /// How far the operation is, in a row of the stack.
    #[serde(default, deserialize_with = "text")]
    pub(crate) operation_status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_type: Option<String>,
    #[serde(default, borrow)]
    start_time: Option<&'a RawValue>,
    #[serde(default, borrow)]
    end_time: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "text")]
    validation_status_reason: Option<String>,
    /// Type name of the hook that an event is about.
    #[serde(default, deserialize_with = "text")]
    pub(crate) hook_type: Option<String>,
    /// `HOOK_COMPLETE_FAILED`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) hook_status: Option<String>,
    /// Why, in the words of the hook.
    #[serde(default, deserialize_with = "text")]
    pub(crate) hook_status_reason: Option<String>,
    /// JSON text in a JSON string.
    #[serde(default, borrow)]
    pub(crate) resource_properties: Option<&'a RawValue>,
    /// `MODIFIED`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) stack_resource_drift_status: Option<String>,
    /// List of [`PropertyDifference`].
    #[serde(default, borrow)]
    pub(crate) property_differences: Option<&'a RawValue>,
}

/// What of a resource drifted. Expected and actual value are not read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PropertyDifference {
    /// `/Tags/0`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) property_path: Option<String>,
}

impl Row<'_> {
    /// Status of the resource or stack; the list by operation tells that of rows of the stack, and
    /// of failed checks, in words of its own.
    pub(crate) fn status(&self) -> Option<Status> {
        match &self.resource_status {
            Some(status) => Some(Status::of(status.clone())),
            None => of_operation(
                self.operation_type.as_deref()?,
                self.operation_status.as_deref(),
                self.event_type.as_deref()?,
                self.logical_resource_id.is_some(),
            ),
        }
    }

    /// Why it has the status, in the words of the service.
    pub(crate) fn reason(&self) -> Option<String> {
        let reason = self.resource_status_reason.as_ref();
        reason.or(self.validation_status_reason.as_ref()).cloned()
    }

    /// When the status changed.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let told = [self.timestamp, self.last_updated_timestamp, self.end_time];
        told.into_iter().flatten().find_map(|raw| time(raw.get()))
    }

    /// When the operation began, where a row of the stack tells it.
    pub(crate) fn began(&self) -> Option<Timestamp> {
        time(self.start_time?.get())
    }
}

/// An event of EventBridge about a stack, a resource of it, or a stack set.
#[derive(Deserialize)]
pub(crate) struct Bridged {
    /// Unique id of the event.
    #[serde(default, deserialize_with = "text")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    source: Option<String>,
    /// `CloudFormation Stack Status Change`.
    #[serde(rename = "detail-type", default, deserialize_with = "text")]
    pub(crate) kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    time: Option<String>,
    /// What happened to what.
    pub(crate) detail: Detail,
}

/// What an event of EventBridge is about. Each has some of the fields.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Detail {
    /// ARN of the stack.
    #[serde(default, deserialize_with = "word")]
    pub(crate) stack_id: Option<String>,
    /// Name of the resource in the template.
    #[serde(default, deserialize_with = "word")]
    pub(crate) logical_resource_id: Option<String>,
    /// Id in the cloud.
    #[serde(default, deserialize_with = "word")]
    pub(crate) physical_resource_id: Option<String>,
    /// `AWS::EC2::SecurityGroup`.
    #[serde(default, deserialize_with = "word")]
    pub(crate) resource_type: Option<String>,
    /// Token of the request that began the operation.
    #[serde(default, deserialize_with = "text")]
    pub(crate) client_request_token: Option<String>,
    /// ARN of the stack set.
    #[serde(default, deserialize_with = "text")]
    pub(crate) stack_set_arn: Option<String>,
    /// Operation on the stack set.
    #[serde(default, deserialize_with = "text")]
    pub(crate) stack_set_operation_id: Option<String>,
    /// What that operation does: `UPDATE`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) action: Option<String>,
    /// How far it is.
    pub(crate) status_details: Option<StatusDetails>,
}

/// How far something is, and why.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct StatusDetails {
    /// `CREATE_COMPLETE`; of an operation on a stack set `SUCCEEDED`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) status: Option<String>,
    /// Why, in the words of the service.
    #[serde(default, deserialize_with = "text")]
    pub(crate) status_reason: Option<String>,
    /// Of a stack of a set: `CANCELLED`.
    #[serde(default, deserialize_with = "text")]
    pub(crate) detailed_status: Option<String>,
}

impl Bridged {
    /// Whether the event is one of CloudFormation.
    pub(crate) fn is_own(&self) -> bool {
        self.source.as_deref() == Some("aws.cloudformation")
    }

    /// When it happened.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        Timestamp::parse_rfc3339(self.time.as_deref()?)
    }
}
