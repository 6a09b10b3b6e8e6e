//! CloudTrail: which events are writes of the control plane.
//!
//! docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//! (read 2026-11-21).

use std::sync::LazyLock;

use memchr::memmem::Finder;

use nepho_core::key;

use super::json::Json;

/// First words of operations that change nothing.
const READS: [&str; 30] = [
    "Get", "List", "Describe", "Head", "Lookup", "Search", "Select", "Scan", "Query", "BatchGet",
    "Assume", "Decrypt", "Encrypt", "Generate", "Test", "Check", "Preview", "Simulate", "Estimate",
    "View", "Download", "Filter", "Verify", "Validate", "Console", "Detect", "Discover", "Poll",
    "Receive", "Count",
];

/// Operations that use what is there: data, messages, metrics, sessions. Some trails have them.
const USES: [&str; 52] = [
    "Authenticate",
    "CheckMfa",
    "CompleteLayerUpload",
    "ConsoleLogin",
    "ExecuteCommand",
    "Federate",
    "InitiateLayerUpload",
    "PutCredentials",
    "SendSSHPublicKey",
    "SendSerialConsoleSSHPublicKey",
    "UploadLayerPart",
    "UserAuthentication",
    "PutObject",
    "DeleteObject",
    "DeleteObjects",
    "CopyObject",
    "CreateMultipartUpload",
    "UploadPart",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "SendMessage",
    "SendMessageBatch",
    "DeleteMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility",
    "Publish",
    "PublishBatch",
    "PutRecord",
    "PutRecords",
    "PutEvents",
    "Invoke",
    "InvokeExecution",
    "InvokeModel",
    "PutMetricData",
    "PutLogEvents",
    "CreateLogStream",
    "SendHeartbeat",
    "StartSession",
    "ResumeSession",
    "TerminateSession",
    "GetFederationToken",
    "GetSessionToken",
    "ReportTaskProgress",
    "SignIn",
    "SwitchRole",
    "StartQuery",
    "Sign",
];

/// APIs by which people sign in, open a shell or ask for help.
///
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
/// (read 2026-11-29).
const OF_PEOPLE: [&str; 4] = [
    "cloudshell.amazonaws.com",
    "health.amazonaws.com",
    "signin.amazonaws.com",
    "support.amazonaws.com",
];

/// Whether a call only asks whether it would be allowed: Lambda checks the request and does
/// nothing (docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html, `DryRun`).
pub(super) fn is_dry(event: &Json<'_>) -> bool {
    let dry = &event["requestParameters"]["dryRun"];
    *dry == true || *dry == "true"
}

/// Whether an operation of an API changes a resource. `raw` tells by `readOnly` and
/// `managementEvent` where it has them.
pub(super) fn is_write(api: &str, operation: &str, raw: &str) -> bool {
    static READ_ONLY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("readOnly"));
    static MANAGEMENT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("managementEvent"));
    // Most events are reads: what tells them comes first.
    let is_change = match flag(raw, &READ_ONLY) {
        Some(read_only) => !read_only,
        None => !READS.iter().any(|verb| operation.starts_with(verb)),
    };
    let is_use = USES.contains(&operation) || OF_PEOPLE.contains(&api);
    is_change && !is_use && flag(raw, &MANAGEMENT) != Some(false)
}

/// Value of a flag anywhere in JSON text, without parsing it.
fn flag(raw: &str, name: &Finder<'_>) -> Option<bool> {
    let at = name.find(raw.as_bytes())?;
    let before = raw.get(..at)?;
    let after = raw.get(at + name.needle().len()..)?;
    if !before.ends_with('"') && !before.ends_with("\\\"") {
        return None;
    }
    let value = after.trim_start_matches(['"', '\\', ':', ' ', '\t', '\n', '\r']);
    if value.starts_with("true") {
        Some(true)
    } else {
        value.starts_with("false").then_some(false)
    }
}

/// The record itself, out of an EventBridge envelope.
pub(crate) fn event<'a, 'e>(json: &'e Json<'a>) -> &'e Json<'a> {
    match json.get("detail") {
        Some(detail) if detail.get("eventName").is_some() => detail,
        _ => json,
    }
}

/// Parameters with the new name of what a call renames, as CloudTrail writes them.
const NEW_NAMES: [&str; 6] = [
    "newClusterIdentifier",
    "newDBClusterIdentifier",
    "newDBInstanceIdentifier",
    "newGlobalClusterIdentifier",
    "newGroupName",
    "newUserName",
];

/// Id that a call gives its target by another name.
pub(super) fn renamed(target: &str, event: &Json<'_>) -> Option<String> {
    let request = &event["requestParameters"];
    let mut names = NEW_NAMES.iter();
    let (parameter, name) = names.find_map(|parameter| {
        let name = request.get(parameter)?.as_str()?;
        Some((parameter, name))
    })?;
    // Databases are renamed with all that waits for the next window, unless they shall not wait.
    // What did not wait has the new name in the answer.
    let waits = parameter.starts_with("newDB");
    if waits && request["applyImmediately"] != true && !is_answered(event, name) {
        return None;
    }
    let front = target.strip_suffix(key::short_name(target))?;
    let is_renamed = target.starts_with("arn:") && !name.is_empty();
    let renamed = is_renamed.then(|| match front.contains(":iam:") {
        true => format!("{front}{name}"),
        // Databases have their names in lower case.
        false => format!("{front}{}", name.to_ascii_lowercase()),
    })?;
    (renamed != target).then_some(renamed)
}

/// Whether a database has a name in the answer to a call that renames it: in its ARN, in any case
/// of letters. While it waits, the name stands among the values that are pending.
fn is_answered(event: &Json<'_>, name: &str) -> bool {
    let answer = &event["responseElements"];
    let arns = [&answer["dBInstanceArn"], &answer["dBClusterArn"]];
    let mut told = arns.into_iter().filter_map(Json::as_str);
    told.any(|arn| key::short_name(arn).eq_ignore_ascii_case(name))
}

/// Unique id of the call, to see records of it twice only once: the accounts of the caller and of
/// the owner each have one with its own `eventID`, and share the other id.
pub(super) fn id(event: &Json<'_>) -> Option<String> {
    let text = |name: &str| event.get(name).and_then(Json::as_str);
    let shared = text("sharedEventID").filter(|id| !id.is_empty());
    shared.or_else(|| text("eventID")).map(str::to_owned)
}

/// Code of the error, of a call that was refused or failed.
pub(super) fn error(event: &Json<'_>) -> Option<String> {
    let code = event.get("errorCode")?.as_str()?;
    (!code.is_empty()).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_tells_better_than_the_verb() {
        assert!(is_write(
            "ec2.amazonaws.com",
            "AuthorizeSecurityGroupIngress",
            ""
        ));
        assert!(!is_write(
            "ec2.amazonaws.com",
            "DescribeInstances",
            "not json"
        ));
        assert!(!is_write(
            "ec2.amazonaws.com",
            "CreateThing",
            r#"{"readOnly": true}"#
        ));
        assert!(is_write(
            "ec2.amazonaws.com",
            "GetAndChange",
            r#"{"readOnly":false}"#
        ));
        assert!(!is_write(
            "ec2.amazonaws.com",
            "PutObject",
            r#"{"readOnly":false}"#
        ));
        assert!(!is_write("signin.amazonaws.com", "ConsoleLogin", ""));
        assert!(!is_write("support.amazonaws.com", "CreateCase", ""));
        assert!(!is_write("ecs.amazonaws.com", "ExecuteCommand", ""));
        let dry = Json::parse(r#"{"requestParameters":{"functionName":"f","dryRun":true}}"#);
        assert!(is_dry(&dry));
        assert!(!is_dry(&Json::parse(
            r#"{"requestParameters":{"dryRun":false}}"#
        )));
        assert!(!is_write(
            "ec2.amazonaws.com",
            "UpdateThing",
            r#"{"managementEvent":false}"#
        ));
    }
}
