//! Alerts of Snort and Suricata, a line each.
//!
//! Source: `alert_fast` of Snort 2 and 3 (`src/loggers/alert_fast.cc`), `fast.log` of Suricata
//! (`src/alert-fastlog.c`), as of 2026-11-30.

use nepho_codec::table::{
    Event, LineFormat, Lines, keep, peer_address, peer_port, severity_of, source_address,
    source_port, text,
};
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "snort.alert",
    summary: "Alerts of Snort and Suricata, a line each",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const TIME: usize = 0;
const DROP: usize = 1;

/// As in `suricata.eve`.
const PRIORITIES: &[(&str, Severity)] = &[
    ("1", Severity::FATAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
];

static LINES: Lines = Lines {
    name: "snort.alert",
    patterns: &[
        "{stamp:word}{ }{?[{drop:Drop|wDrop}] }[**] [{rule:name}:{sid:int}:{_:int}] {message} [**] {?[Classification: {class}] }{?[Priority: {priority:int}] }{_:word} {source:address} -> {peer:address}",
    ],
    confidence: 95,
    constants: &[],
    fields: &[
        keep(&["stamp"], TIME),
        keep(&["drop"], DROP),
        text(&["message"], Column::Body),
        severity_of(&["priority"], PRIORITIES),
        source_address(&["source"]),
        source_port(&["source"]),
        peer_address(&["peer"]),
        peer_port(&["peer"]),
    ],
    extras: &[
        ("sid", "rule"),
        ("class", "classification"),
        ("priority", "priority"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let reference = row.record().stream.reference();
    let stamp = event.kept(TIME).unwrap_or_default();
    // `05/12/2026-14:04:00.123456`
    if let Some((date, clock)) = stamp.split_once('-')
        && let Some(time) = time::parse_near(&format!("{date} {clock}"), reference)
    {
        row.time(time);
    }
    match event.kept(DROP).as_deref() {
        Some("Drop") => row
            .outcome(Outcome::Failure)
            .constant(Column::Action, "drop"),
        _ => row.constant(Column::Action, "alert"),
    };
}
