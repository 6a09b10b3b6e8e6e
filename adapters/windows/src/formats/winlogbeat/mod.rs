//! Events of Windows as Winlogbeat and the Elastic Agent write them.
//!
//! Source: elastic.co/guide/en/beats/winlogbeat/current/exported-fields-winlog.html, as of
//! 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, peer_address, peer_port, severity,
    source_address, source_port, text, time,
};
use nepho_codec::windows::{PROVIDER, Security, known, sentence};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.winlogbeat",
    summary: "Events of Windows as Winlogbeat and the Elastic Agent write them",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ID: usize = 0;
const PROVIDER_NAME: usize = 1;
const SUBJECT: usize = 2;
const TARGET: usize = 3;
const STATUS: usize = 4;
const OUTCOME: usize = 5;
const KEYWORDS: usize = 6;

const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("Audit Success", Outcome::Success),
    ("Audit Failure", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "windows.winlogbeat",
    needs: &[
        Need::Has("@timestamp"),
        Need::Has("winlog.event_id"),
        Need::HasAny(&["winlog.channel", "winlog.provider_name"]),
        Need::HasAny(&["winlog.computer_name", "host.name", "agent.type"]),
        Need::HasAny(&["winlog.record_id", "winlog.api", "event.code"]),
    ],
    constants: &[],
    fields: &[
        time(&["@timestamp"]),
        severity(&["log.level", "winlog.level"]),
        outcome_of(&["event.outcome", "winlog.keywords[0]"], OUTCOMES),
        text(&["event.action"], Column::Action),
        text(&["winlog.computer_name", "host.name"], Column::Host),
        text(&["winlog.provider_name", "event.provider"], Column::Process),
        text(&["message"], Column::Body),
        text(&["user.name"], Column::Actor),
        source_address(&[
            "source.ip",
            "winlog.event_data.IpAddress",
            "winlog.event_data.SourceIp",
        ]),
        source_port(&[
            "source.port",
            "winlog.event_data.IpPort",
            "winlog.event_data.SourcePort",
        ]),
        peer_address(&["destination.ip", "winlog.event_data.DestinationIp"]),
        peer_port(&["destination.port", "winlog.event_data.DestinationPort"]),
        keep(&["winlog.event_id"], ID),
        keep(&["winlog.provider_name", "event.provider"], PROVIDER_NAME),
        keep(&["winlog.event_data.SubjectUserName"], SUBJECT),
        keep(&["winlog.event_data.TargetUserName"], TARGET),
        keep(&["winlog.event_data.Status"], STATUS),
        keep(&["event.outcome"], OUTCOME),
        keep(&["winlog.keywords[0]"], KEYWORDS),
    ],
    extras: &[
        ("winlog.event_id", "event_id"),
        ("winlog.channel", "channel"),
        ("winlog.record_id", "record"),
        ("winlog.event_data.LogonType", "logon_type"),
        ("winlog.event_data.WorkstationName", "workstation"),
        ("winlog.event_data.Status", "status"),
        ("winlog.event_data.SubStatus", "sub_status"),
        ("process.executable", "file_path"),
        ("winlog.event_data.NewProcessName", "file_path"),
        ("process.command_line", "command"),
        ("winlog.event_data.ServiceName", "service_name"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let id = kept(ID);
    if kept(PROVIDER_NAME) != PROVIDER {
        return;
    }
    let word = |number| {
        let word = kept(number);
        let mut words = OUTCOMES.iter();
        let found = words.find(|(held, _)| held.eq_ignore_ascii_case(&word));
        found.map(|(_, outcome)| *outcome)
    };
    let (subject, target) = (kept(SUBJECT), kept(TARGET));
    let security = Security {
        id: &id,
        subject: known(&subject),
        target: known(&target),
        status: &kept(STATUS),
        outcome: word(OUTCOME).or_else(|| word(KEYWORDS)),
    };
    security.fill(row);
    if !row.has(Column::Body)
        && let Some(sentence) = sentence(&id)
    {
        row.constant(Column::Body, sentence);
    }
}
