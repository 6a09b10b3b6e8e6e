//! Log of PostgreSQL on Amazon RDS, which has a line prefix of its own.

use nepho_codec::table::{
    Event, LineFormat, Lines, keep, severity, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rds_postgresql",
    summary: "PostgreSQL log of Amazon RDS and Aurora",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const LEVEL: usize = 0;

static TABLE: Lines = Lines {
    name: "aws.rds_postgresql",
    patterns: &[concat!(
        "{time:time}:{?{client:ip}({port:int})}{?{client_name:name}({port:int})}{?[local]}:",
        "{user}@{database}:[{pid:int}]:{level:name}:{ }{message:rest}",
    )],
    confidence: 92,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        source_port(&["port"]),
        text(&["user"], Column::Actor),
        severity(&["level"]),
        text(&["message"], Column::Body),
        keep(&["level"], LEVEL),
    ],
    extras: &[
        ("database", "database"),
        ("pid", "pid"),
        ("client_name", "client"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some("ERROR" | "FATAL" | "PANIC") = event.kept(LEVEL).as_deref() {
        row.outcome(Outcome::Failure);
    }
}
