//! Events of Windows as NXLog writes them (`im_msvistalog` and `to_json`).
//!
//! Source: docs.nxlog.co/refman/current/im/msvistalog.html, "Fields", as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, severity_of, source_address, source_port,
    text, time,
};
use nepho_codec::windows::{PROVIDER, Security, known, sentence};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.nxlog",
    summary: "Events of Windows as NXLog writes them",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ID: usize = 0;
const SOURCE: usize = 1;
const SUBJECT: usize = 2;
const TARGET: usize = 3;
const STATUS: usize = 4;
const TYPE: usize = 5;

/// `Severity` calls every failed audit an error: the type of the event is surer.
const TYPES: &[(&str, Severity)] = &[
    ("CRITICAL", Severity::CRITICAL),
    ("ERROR", Severity::ERROR),
    ("WARNING", Severity::WARN),
    ("INFO", Severity::INFO),
    ("VERBOSE", Severity::TRACE),
    ("AUDIT_SUCCESS", Severity::INFO),
    ("AUDIT_FAILURE", Severity::INFO),
];

const OUTCOMES: &[(&str, Outcome)] = &[
    ("AUDIT_SUCCESS", Outcome::Success),
    ("AUDIT_FAILURE", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "windows.nxlog",
    needs: &[
        Need::Has("EventTime"),
        Need::Has("EventID"),
        Need::Has("Hostname"),
        Need::Has("SourceName"),
        Need::HasAny(&["EventType", "Channel"]),
    ],
    constants: &[],
    fields: &[
        time(&["EventTime", "EventReceivedTime"]),
        severity_of(&["EventType"], TYPES),
        outcome_of(&["EventType"], OUTCOMES),
        text(&["Hostname"], Column::Host),
        text(&["SourceName"], Column::Process),
        text(&["Message"], Column::Body),
        source_address(&["IpAddress", "ClientAddress"]),
        source_port(&["IpPort"]),
        keep(&["EventID"], ID),
        keep(&["SourceName"], SOURCE),
        keep(&["SubjectUserName", "AccountName"], SUBJECT),
        keep(&["TargetUserName"], TARGET),
        keep(&["Status"], STATUS),
        keep(&["EventType"], TYPE),
    ],
    extras: &[
        ("EventID", "event_id"),
        ("Channel", "channel"),
        ("RecordNumber", "record"),
        ("LogonType", "logon_type"),
        ("WorkstationName", "workstation"),
        ("Status", "status"),
        ("SubStatus", "sub_status"),
        ("NewProcessName", "file_path"),
        ("CommandLine", "command"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let (id, subject) = (kept(ID), kept(SUBJECT));
    if kept(SOURCE) != PROVIDER {
        row.text(Column::Actor, known(&subject));
        return;
    }
    let security = Security {
        id: &id,
        subject: &subject,
        target: &kept(TARGET),
        status: &kept(STATUS),
        outcome: match &*kept(TYPE) {
            "AUDIT_SUCCESS" => Some(Outcome::Success),
            "AUDIT_FAILURE" => Some(Outcome::Failure),
            _ => None,
        },
    };
    security.fill(row);
    if !row.has(Column::Body)
        && let Some(sentence) = sentence(&id)
    {
        row.constant(Column::Body, sentence);
    }
}
