//! Gmail logs as Workspace exports them to BigQuery: what was done with each mail.
//!
//! Source: support.google.com/a/answer/12384955 ("Schema for Gmail logs in BigQuery"), read
//! 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, outcome_of, part, resource, source_address,
    text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: "workspace.gmail",
    summary: "Gmail logs of Google Workspace in BigQuery",
    permissions: &["bigquery.tables.getData"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

const SUCCESS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

/// Types of events by number, as far as the page tells them in few words.
const TYPES: [(&str, &str); 6] = [
    ("1", "sent"),
    ("2", "received"),
    ("3", "classified by user"),
    ("4", "flagged as spam"),
    ("5", "quarantined"),
    ("6", "released"),
];

static TABLE: Table = Table {
    name: "workspace.gmail",
    needs: &[
        Need::HasAny(&[
            "event_info.timestamp_usec",
            "gmail.event_info.timestamp_usec",
        ]),
        Need::HasAny(&["message_info", "gmail.message_info"]),
    ],
    constants: &[(Column::Provider, "workspace"), (Column::Service, "gmail")],
    fields: &[
        time(&[
            "event_info.timestamp_usec",
            "gmail.event_info.timestamp_usec",
        ]),
        text(
            &[
                "message_info.source.address",
                "gmail.message_info.source.address",
                "message_info.source.from_header_address",
                "gmail.message_info.source.from_header_address",
            ],
            Column::Actor,
        ),
        source_address(&[
            "message_info.connection_info.client_ip",
            "gmail.message_info.connection_info.client_ip",
        ]),
        resource(&[
            "message_info.destination[].address",
            "gmail.message_info.destination[].address",
        ]),
        part(
            &[
                "message_info.rfc2822_message_id",
                "gmail.message_info.rfc2822_message_id",
            ],
            Column::RequestId,
            str::trim,
        ),
        text(
            &["message_info.subject", "gmail.message_info.subject"],
            Column::Body,
        ),
        outcome_of(&["event_info.success", "gmail.event_info.success"], SUCCESS),
        duration(
            &[
                "event_info.elapsed_time_usec",
                "gmail.event_info.elapsed_time_usec",
            ],
            1e3,
        ),
        keep(
            &[
                "event_info.mail_event_type",
                "gmail.event_info.mail_event_type",
            ],
            TYPE,
        ),
    ],
    extras: &[
        ("message_info.payload_size", "bytes"),
        ("message_info.is_spam", "is_spam"),
        ("message_info.source.service", "source"),
        ("message_info.num_message_attachments", "attachments"),
        ("message_info.action_type", "action_type"),
        ("event_info.mail_event_type", "event_type"),
    ],
    finish: Some(finish),
};

/// What was done with the mail, which a number tells.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let number = event.kept(TYPE).unwrap_or_default();
    if let Some((_, name)) = TYPES.iter().find(|(held, _)| *held == number) {
        row.text(Column::Action, name);
    }
}
