//! Messages, traces and failures that Liberty writes as JSON.
//!
//! Source: openliberty.io/docs/latest/json-log-events-list.html and log-management.html, as of
//! 2026-11-30.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "liberty.log",
    summary: "Open Liberty and WebSphere Liberty messages, traces and failures as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const KIND: usize = 0;

/// Levels. What a program writes to its standard output has no severity.
const LEVELS: &[(&str, Severity)] = &[
    ("FATAL", Severity::FATAL),
    ("ERROR", Severity::ERROR),
    ("WARNING", Severity::WARN),
    ("AUDIT", Severity::INFO),
    ("INFO", Severity::INFO),
    ("CONFIG", Severity::INFO),
    ("DETAIL", Severity::DEBUG),
    ("EVENT", Severity::DEBUG),
    ("FINE", Severity::DEBUG),
    ("FINER", Severity::TRACE),
    ("ENTRY", Severity::TRACE),
    ("EXIT", Severity::TRACE),
    ("FINEST", Severity::TRACE),
];

static TABLE: Table = Table {
    name: "liberty.log",
    needs: &[
        Need::IsAny(
            "type",
            &["liberty_message", "liberty_trace", "liberty_ffdc"],
        ),
        Need::Has("ibm_datetime"),
    ],
    constants: &[],
    fields: &[
        time(&["ibm_datetime"]),
        severity_of(&["loglevel"], LEVELS),
        text(&["ibm_serverName"], Column::Service),
        text(&["host"], Column::Host),
        text(&["module", "ibm_className"], Column::Process),
        text(
            &["ibm_stackTrace", "ibm_exceptionName", "message"],
            Column::Body,
        ),
        text(&["message"], Column::Body),
        text(&["ext_trace_id", "ext_traceId"], Column::TraceId),
        keep(&["type"], KIND),
    ],
    extras: &[
        ("ibm_messageId", "message_id"),
        ("ibm_threadId", "thread"),
        ("ibm_exceptionName", "exception"),
        ("ibm_probeID", "probe"),
        ("loglevel", "severity_text"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(KIND).as_deref() == Some("liberty_ffdc") {
        row.severity(Severity::ERROR);
    }
}
