//! Server and deprecation log of Elasticsearch and OpenSearch, as text.

use nepho_codec::table::{Event, GuardedLines, Lines, severity, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "elasticsearch.server_text",
    summary: "Elasticsearch and OpenSearch server and deprecation log as text",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_not_slow))),
});

static LINES: Lines = Lines {
    name: "elasticsearch.server_text",
    patterns: &[
        "[{time:time}][{level:TRACE|DEBUG|INFO|WARN|ERROR|FATAL|CRITICAL|DEPRECATION}{?{ }}]\
         [{component:name}{?{ }}] [{node}] {message:rest}",
        // Before the node has a name.
        "[{time:time}][{level:TRACE|DEBUG|INFO|WARN|ERROR|FATAL|CRITICAL|DEPRECATION}{?{ }}]\
         [{_:o.e.|o.o.|org.elasticsearch.|org.opensearch.}{component:name}{?{ }}] {message:rest}",
    ],
    confidence: 80,
    constants: &[(Column::Process, "elasticsearch")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        severity_of(&["level"], &[("DEPRECATION", Severity::WARN)]),
        text(&["node"], Column::Host),
        text(&["message"], Column::Body),
    ],
    extras: &[("component", "component")],
    finish: Some(finish),
};

/// Loggers of slow searches and of slow indexing, whose lines are `elasticsearch.slowlog_text`.
const SLOW: [&str; 4] = [
    "index.search.slowlog",
    "index.indexing.slowlog",
    "i.s.s.",
    "i.i.s.",
];

/// Whether a line `[time][level][logger] ...` is not of one of [`SLOW`].
fn is_not_slow(line: &str) -> bool {
    let logger = line.split('[').nth(3).unwrap_or_default();
    !SLOW.iter().any(|slow| logger.starts_with(slow))
}

fn finish(_event: &Event<'_>, row: &mut Row<'_>) {
    service::fill(row, "elasticsearch");
}
