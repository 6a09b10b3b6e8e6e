//! Execution logs of API Gateway: the steps of one request, as lines behind its id.

use nepho_codec::table::{Event, GuardedLines, Lines, duration, keep, part, status, text, time};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::time::Reference;
use nepho_core::uuid::is_uuid;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.apigateway_execution",
    summary: "API Gateway execution logs",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const STATUS: usize = 0;

/// Lines of CloudWatch Logs have no time of their own; copies of them in files begin with one.
/// What `TestInvokeMethod` answers and the console shows of a test has a time and no id. There
/// only the words that the service writes tell that a line is of it.
static TABLE: Lines = Lines {
    name: "aws.apigateway_execution",
    patterns: &[
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Method completed with status: \
         {status:int}",
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) HTTP Method: {method:name}, \
         Resource Path: {path}",
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Extended Request Id: \
         {extended:word}",
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Received response. Status: \
         {answer:int}, Integration latency: {took:int} ms{_:rest}",
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Gateway response type: \
         {refusal:name} with status code: {status:int}{_:rest}",
        "{?{time:time} }({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) X-ray Tracing ID : {trace:word}",
        "({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) {message:rest}",
        "{time:time} ({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) {_:API Key |AWS Integration |\
         Endpoint re|Execution failed|Gateway response |Lambda |Method re|Received response|\
         Sending request to |Starting |Successfully |Unauthorized request|Verifying }{_:rest}",
        "Execution log for request {request:name}",
        "{time:time} : Method completed with status: {status:int}",
        "{time:time} : HTTP Method: {method:name}, Resource Path: {path}",
        "{time:time} : Received response. Status: {answer:int}, Integration latency: {took:int} \
         ms{_:rest}",
        "{time:time} : Gateway response type: {refusal:name} with status code: \
         {status:int}{_:rest}",
        "{time:time} : Starting execution for request: {request:name}",
        "{time:time} : {_:API Key |AWS Integration |Endpoint request |Endpoint response |\
         Execution failed due to |Lambda execution failed|Lambda invocation failed|\
         Method request |Method response |Sending request to |Successfully completed execution|\
         Unauthorized request: |Verifying Usage Plan for request: }{_:rest}",
    ],
    confidence: 70,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        part(&["request"], Column::RequestId, known),
        text(&["method"], Column::Method),
        text(&["path"], Column::Path),
        status(&["answer"]),
        duration(&["took"], 1e6),
        text(&["trace"], Column::TraceId),
        keep(&["status"], STATUS),
    ],
    extras: &[
        ("extended", "extended_request_id"),
        ("refusal", "response_type"),
    ],
    finish: Some(finish),
};

/// Id of a request; one of a test may be `test-invoke-request`, which all of them share.
fn known(id: &str) -> &str {
    match is_uuid(id) {
        true => id,
        false => "",
    }
}

/// Bytes of the time before each step of a test: `Tue May 12 14:00:00 UTC 2026`.
const TEST_TIME_BYTES: usize = 28;
/// What stands between that time and the step.
const TEST_MARK: &str = " : ";
/// Before the key of a caller, with the stage behind it.
const KEY: &str = ". API Key:";

/// Whether a line begins as those of the service do: any words may stand behind another time.
fn is_mine(line: &str) -> bool {
    line.starts_with("Execution log for request ")
        || of_request(line).is_some()
        || of_test(line).is_some()
}

/// Id and message of a line: the id stands at its beginning, or behind a time and nothing else.
fn of_request(line: &str) -> Option<(&str, &str)> {
    let (head, rest) = line.split_once('(')?;
    let (id, message) = rest.split_once(") ")?;
    let is_time = |head: &str| {
        let time = times::prefix(head, Reference::ANY);
        time.is_some_and(|(_, length)| head.get(length..) == Some(" "))
    };
    (is_uuid(id) && (head.is_empty() || is_time(head))).then_some((id, message))
}

/// Message of a line of a test: the one shape of time that the service writes stands before it.
fn of_test(line: &str) -> Option<&str> {
    let (time, rest) = line.split_at_checked(TEST_TIME_BYTES)?;
    let message = rest.strip_prefix(TEST_MARK)?;
    let (_, length) = times::prefix(time, Reference::default())?;
    let has_zone = time.get(19..24) == Some(" UTC ");
    (has_zone && length == TEST_TIME_BYTES).then_some(message)
}

/// Lines that carry headers, parameters or bodies; only their beginning goes to a column.
const SENSITIVE: [&str; 4] = ["headers", "body", "query string", "request path"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = match of_request(event.text) {
        Some((id, message)) => {
            row.text(Column::RequestId, id);
            message
        }
        None => of_test(event.text).unwrap_or(event.text),
    };
    let label = message.split([':', '\n']).next().unwrap_or(message);
    let is_sensitive = SENSITIVE.iter().any(|word| label.contains(word));
    let shown = match label {
        _ if is_sensitive => label,
        // Queries carry tokens.
        _ if label == "Endpoint request URI" || label.starts_with("Sending request to ") => {
            message.split('?').next().unwrap_or(message)
        }
        _ => message.split(KEY).next().unwrap_or(message),
    };
    row.text(Column::Body, shown);
    if let Some(status) = event.kept(STATUS).and_then(|status| status.parse().ok()) {
        nepho_codec::table::put_status(status, row);
    }
    if let Some((_, function)) = message.split_once("/functions/arn:")
        && message.starts_with("Sending request to ")
    {
        let function = function.split('/').next().unwrap_or(function);
        row.resource(&format!("arn:{function}"));
    }
    let has_failed = message.starts_with("Execution failed")
        || message.starts_with("Lambda execution failed")
        || message.contains("Lambda invocation failed");
    if has_failed {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    } else if message.starts_with("Unauthorized request") {
        row.outcome(Outcome::Failure);
    } else if message.starts_with("Successfully completed execution") {
        row.outcome(Outcome::Success);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_begin_as_those_of_the_service() {
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        let id = "(0f1e2d3c-0000-4000-8000-000000000001)";
        check(&format!("{id} Method completed with status: 200"), true);
        check(&format!("2026-05-12T14:00:00.123Z {id} Method x"), true);
        check("Tue May 12 14:00:00 UTC 2026 : Method x", true);
        check(&format!("2026-05-12 14:00:00 web {id} Starting x"), false);
        check("2026-05-12 14:00:00 : Method request returned null", false);
        check("2026-05-12T14:00:00Z : Execution failed for job 7", false);
        check("Tue May 12 14:00:00 CET 2026 : Method request x", false);
        check("Tue May 12 14:00:00 UTC 2026: Method request x", false);
    }

    #[test]
    fn an_id_stands_before_the_message() {
        let id = "0f1e2d3c-0000-4000-8000-000000000001";
        let check = |line: String, expected: Option<(&str, &str)>| {
            assert_eq!(of_request(&line), expected, "{line}");
        };
        check(format!("({id}) a"), Some((id, "a")));
        check(format!("2026-05-12T14:00:00Z ({id}) a"), Some((id, "a")));
        let test = "Tue May 12 14:00:00 UTC 2026 : Method request headers: {User-Agent=a";
        check(format!("{test} ({id}) ios, Authorization=canary}}"), None);
        check(format!("Execution log for request ({id}) a"), None);
    }
}
