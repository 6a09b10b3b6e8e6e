//! Execution logs of API Gateway: the steps of one request, as lines behind its id.

use nepho_codec::table::{Event, LineFormat, Lines, keep, text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.apigateway_execution",
    summary: "API Gateway execution logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const MESSAGE: usize = 0;
const STATUS: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.apigateway_execution",
    patterns: &[
        "({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Method completed with status: {status:int}",
        "({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) HTTP Method: {method:name}, Resource Path: {path}",
        "({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) Extended Request Id: {extended:word}",
        "({_:hex}-{_:hex}-{_:hex}-{_:hex}-{_:hex}) {message:rest}",
    ],
    confidence: 70,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        text(&["method"], Column::Method),
        text(&["path"], Column::Path),
        keep(&["message"], MESSAGE),
        keep(&["status"], STATUS),
    ],
    extras: &[("extended", "extended_request_id")],
    finish: Some(finish),
};

/// Lines that carry headers, parameters or bodies; only their beginning goes to a column.
const SENSITIVE: [&str; 4] = ["headers", "body", "query string", "request path"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let (id, message) = event.text.split_once(") ").unwrap_or(("", event.text));
    row.text(Column::RequestId, id.trim_start_matches('('));
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
    let message = event.kept(MESSAGE).unwrap_or_default();
    let has_failed = message.starts_with("Execution failed")
        || message.starts_with("Lambda execution failed")
        || message.contains("Lambda invocation failed");
    if has_failed {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    } else if message.starts_with("Successfully completed execution") {
        row.outcome(Outcome::Success);
    }
}
