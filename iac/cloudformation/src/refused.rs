//! Answers of the API that tell no change: what is to be given in their place.
//!
//! They hold values of parameters and outputs, so that nobody should take them for a log. Source:
//! docs.aws.amazon.com/AWSCloudFormation/latest/APIReference (`DescribeStacks`, `ListStacks`,
//! `DescribeStackSet`, `ListStackSets`, `DescribeStackDriftDetectionStatus`, `ListChangeSets`,
//! `ListHookResults`, `ListExports`, `GetTemplateSummary`), read 2026-11-29.

use nepho_core::feed::{Document, HeadKeys};
use nepho_core::{Error, ErrorKind, Origin};
use nepho_iac_common::head::has_key;
use nepho_iac_common::outer;

use crate::document::json_head;

/// Outermost keys that are looked at.
const KEYS: usize = 24;

const STACKS: &str = "this tells what the stacks are, and not what changed; run `aws cloudformation describe-stack-events` for the changes, `describe-stack-resources` for the resources and `get-template` for what they depend on, and read these files";
const STACK_SETS: &str = "this tells what the stack sets are, and not what changed; run `aws cloudformation list-stack-set-operations`, `list-stack-set-operation-results` and `list-stack-instances`, and read these files";
const DRIFT: &str = "this tells how far the detection is, and not what drifted; run `aws cloudformation describe-stack-resource-drifts`, and read that file";
const CHANGE_SETS: &str = "this lists change sets, and not what they change; run `aws cloudformation describe-change-set` for each, and read these files";
const HOOKS: &str = "this tells what hooks said, and not what changed; run `aws cloudformation describe-stack-events`, which tells the failures of hooks as well, and read that file";
const TEMPLATES: &str = "this tells values of stacks, and not what depends on them; run `aws cloudformation get-template` for each stack, and read these files";

/// Keys of which each of these documents has one.
const MARKS: [&str; 9] = [
    "StackId",
    "StackName",
    "StackSetName",
    "StackSetId",
    "ChangeSetId",
    "HookResults",
    "ResourceTypes",
    "StackDriftDetectionId",
    "ExportingStackId",
];

/// Whether a document with these keys can be one that is refused.
pub(crate) fn may_fit(keys: &HeadKeys) -> bool {
    keys.has_any(&MARKS)
}

/// What to do with a document that begins like this; `None` of any other document.
pub(crate) fn advice(head: &str) -> Option<&'static str> {
    let head = json_head(head)?;
    let object = outer::first(head, &[], KEYS);
    let keys = outer::keys(object, KEYS);
    let has = |key: &str| keys.contains(&key);
    let holds = |key: &str| has_key(object, key);
    if (has("Stacks") || has("StackSummaries")) && (holds("StackId") || holds("StackName")) {
        return Some(STACKS);
    }
    // As `--query` gives it.
    if has("StackId") && has("StackName") && has("CreationTime") && has("StackStatus") {
        return Some(STACKS);
    }
    let is_set = has("StackSet") && (holds("StackSetName") || holds("StackSetId"));
    // What is told of a set in an account is read.
    let is_list = has("Summaries") && holds("StackSetName") && !holds("Account");
    if is_set || (is_list && !holds("OperationId")) {
        return Some(STACK_SETS);
    }
    if has("StackDriftDetectionId") && (has("DetectionStatus") || has("StackId")) {
        return Some(DRIFT);
    }
    if has("Summaries") && holds("ChangeSetId") {
        return Some(CHANGE_SETS);
    }
    if has("HookResults") && (holds("InvocationPoint") || holds("TypeName")) {
        return Some(HOOKS);
    }
    let is_exports = has("Exports") && holds("ExportingStackId");
    let is_summary = has("Parameters") && holds("ParameterKey") && has("ResourceTypes");
    (is_exports || is_summary).then_some(TEMPLATES)
}

/// The document as an error that tells what to give in its place.
pub(crate) fn error(document: &Document<'_>, advice: &str) -> Error {
    let operation = "cloudformation: read the document";
    Error::new(ErrorKind::Unsupported, operation, advice).at(Origin {
        uri: document.uri.to_owned(),
        bytes: Some((0, document.text.len() as u64)),
        line: Some(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_tell_no_change_have_advice() {
        let check =
            |head: &str, expected: Option<&str>| assert_eq!(advice(head), expected, "{head}");
        check(
            r#"{"Stacks":[{"StackId":"arn:x","StackName":"shop","Para"#,
            Some(STACKS),
        );
        check(r#"{"StackSummaries":[{"StackName":"shop"}]}"#, Some(STACKS));
        check(
            r#"[{"StackId":"x","StackName":"shop","CreationTime":"x","StackStatus":"UPDATE_COMPLETE"}]"#,
            Some(STACKS),
        );
        check(r#"{"StackSet":{"StackSetName":"base"}}"#, Some(STACK_SETS));
        check(
            r#"{"Summaries":[{"StackSetName":"base","Status":"ACTIVE"}]}"#,
            Some(STACK_SETS),
        );
        check(
            r#"{"StackId":"x","StackDriftDetectionId":"b7","DetectionStatus":"DETECTION_COMPLETE"}"#,
            Some(DRIFT),
        );
        check(
            r#"{"Summaries":[{"ChangeSetId":"x","Status":"FAILED"}]}"#,
            Some(CHANGE_SETS),
        );
        check(
            r#"{"HookResults":[{"InvocationPoint":"PRE_PROVISION"}]}"#,
            Some(HOOKS),
        );
        check(
            r#"{"Exports":[{"ExportingStackId":"x","Value":"y"}]}"#,
            Some(TEMPLATES),
        );
        check(
            r#"{"Parameters":[{"ParameterKey":"P"}],"ResourceTypes":["AWS::SQS::Queue"]}"#,
            Some(TEMPLATES),
        );
    }

    #[test]
    fn what_is_read_and_what_quotes_an_answer_has_none() {
        for head in [
            r#"{"StackEvents":[{"StackId":"x","StackName":"shop","ResourceStatus":"CREATE_COMPLETE"}]}"#,
            r#"{"ChangeSetName":"c","StackId":"x","StackName":"shop","CreationTime":"x","Parameters":[{"ParameterKey":"P"}]}"#,
            r#"{"Summaries":[{"StackSetId":"base:1","Account":"1","Region":"eu-west-1","StackId":"x"}]}"#,
            r#"{"Summaries":[{"OperationId":"op-1","Action":"UPDATE"}]}"#,
            r#"{"level":"info","response":{"Stacks":[{"StackId":"x","StackName":"shop"}]}}"#,
            r#"{"Parameters":{"P":{"Type":"String"}},"Resources":{}}"#,
            "describe-stacks",
        ] {
            assert_eq!(advice(head), None, "{head}");
        }
    }
}
