//! Execution logs of API Gateway: the steps of one request, as lines behind its id.

use nepho_codec::table::{Event, LineFormat, Lines, duration, keep, status, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::uuid::is_uuid;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.apigateway_execution",
    summary: "API Gateway execution logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
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
        "{time:time} : {_:API Key |AWS Integration |Endpoint re|Execution failed|Lambda |\
         Method re|Sending request to |Successfully completed |Unauthorized request|\
         Verifying Usage Plan }{_:rest}",
    ],
    confidence: 70,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["request"], Column::RequestId),
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

/// Lines that carry headers, parameters or bodies; only their beginning goes to a column.
const SENSITIVE: [&str; 4] = ["headers", "body", "query string", "request path"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let id = event.text.split_once(") ").filter(|(head, _)| {
        let id = head.rsplit('(').next().unwrap_or_default();
        is_uuid(id)
    });
    let message = match id {
        Some((head, message)) => {
            row.text(Column::RequestId, head.rsplit('(').next().unwrap_or(head));
            message
        }
        None => {
            let behind = event.text.split_once(" : ");
            behind.map_or(event.text, |(_, message)| message)
        }
    };
    let label = message.split(": ").next().unwrap_or(message);
    let is_sensitive = SENSITIVE.iter().any(|word| label.contains(word));
    let shown = match label {
        _ if is_sensitive => label,
        // Queries carry tokens.
        "Endpoint request URI" => message.split('?').next().unwrap_or(message),
        _ => message,
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
