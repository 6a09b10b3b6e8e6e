//! Redis and Valkey of ElastiCache: slow commands and lines of the engine, as JSON or text.

mod lines;

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, duration, keep, resource, source_address, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.elasticache",
    summary: "ElastiCache slow and engine logs as JSON",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&SLOW, &ENGINE];

const LEVEL: usize = 0;

static SLOW: Table = Table {
    name: "aws.elasticache",
    needs: &[
        Need::Has("CacheClusterId"),
        Need::Has("Duration (us)"),
        Need::Has("Command"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Timestamp"]),
        text(&["CacheClusterId"], Column::Service),
        resource(&["CacheClusterId"]),
        duration(&["Duration (us)"], 1e3),
        text(&["Command"], Column::Body),
        source_address(&["ClientAddress"]),
    ],
    extras: &[
        ("CacheNodeId", "node"),
        ("ClientName", "client_name"),
        ("Id", "slow_log_id"),
    ],
    finish: None,
};

static ENGINE: Table = Table {
    name: "aws.elasticache",
    needs: &[
        Need::Has("CacheClusterId"),
        Need::Has("CacheNodeId"),
        Need::Has("LogLevel"),
        Need::Has("Message"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Time"]),
        text(&["CacheClusterId"], Column::Service),
        resource(&["CacheClusterId"]),
        text(&["Message"], Column::Body),
        keep(&["LogLevel"], LEVEL),
    ],
    extras: &[
        ("CacheNodeId", "node"),
        ("Role", "role"),
        ("LogLevel", "level"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(severity) = event.kept(LEVEL).and_then(|level| severity_of(&level)) {
        row.severity(severity);
    }
}

/// Severity of a level of the engine, by name or sign.
fn severity_of(level: &str) -> Option<Severity> {
    Some(match level {
        "DEBUG" | "." | "VERBOSE" | "-" => Severity::DEBUG,
        "NOTICE" | "*" => Severity::INFO,
        "WARNING" | "#" => Severity::WARN,
        _ => return None,
    })
}
