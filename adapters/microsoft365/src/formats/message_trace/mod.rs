//! Message traces of Exchange Online: what became of each mail.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, peer_address, resource, source_address,
    text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "microsoft365.message_trace",
    summary: "Message traces of Exchange Online: commands, reporting service, downloads (CSV)",
    permissions: &["Message Tracking"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&SUMMARY, &REPORT];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "microsoft365"),
    (Column::Service, "Exchange"),
];

const RECIPIENTS: usize = 0;

/// What became of a mail; the rest (`Pending`, `GettingStatus`) is not known yet.
const STATUSES: &[(&str, Outcome)] = &[
    ("Delivered", Outcome::Success),
    ("Expanded", Outcome::Success),
    ("Resolved", Outcome::Success),
    ("Failed", Outcome::Failure),
    ("FilteredAsSpam", Outcome::Failure),
    ("Filtered as spam", Outcome::Failure),
    ("Quarantined", Outcome::Failure),
    ("Rejected", Outcome::Failure),
];

/// `Get-MessageTrace`, `Get-MessageTraceV2`, and the summary that is downloaded.
static SUMMARY: Table = Table {
    name: "microsoft365.message_trace",
    needs: &[
        Need::Has("SenderAddress"),
        Need::Has("RecipientAddress"),
        Need::Has("Status"),
        Need::HasAny(&["MessageTraceId", "MessageId"]),
        Need::HasAny(&["Received", "FromIP", "ToIP"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["Received"]),
        text(&["Status"], Column::Action),
        outcome_of(&["Status"], STATUSES),
        text(&["SenderAddress"], Column::Actor),
        source_address(&["FromIP"]),
        peer_address(&["ToIP"]),
        resource(&["RecipientAddress"]),
        text(&["MessageTraceId", "MessageId"], Column::RequestId),
        text(&["Subject"], Column::Body),
    ],
    extras: &[("MessageId", "message_id"), ("Size", "bytes")],
    finish: None,
};

/// The extended report that is downloaded.
static REPORT: Table = Table {
    name: "microsoft365.message_trace",
    needs: &[
        Need::Has("origin_timestamp_utc"),
        Need::Has("sender_address"),
        Need::Has("recipient_status"),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["origin_timestamp_utc"]),
        text(&["sender_address"], Column::Actor),
        source_address(&["original_client_ip"]),
        text(&["network_message_id", "message_id"], Column::RequestId),
        text(&["message_subject"], Column::Body),
        keep(&["recipient_status"], RECIPIENTS),
    ],
    extras: &[
        ("message_id", "message_id"),
        ("total_bytes", "bytes"),
        ("directionality", "direction"),
        ("connector_id", "connector"),
    ],
    finish: Some(finish),
};

/// Recipients, with what became of each: `a@example.com##Receive, Deliver;b@example.com##Fail`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let recipients = event.kept(RECIPIENTS).unwrap_or_default();
    let mut has_failed = false;
    let mut is_delivered = false;
    for recipient in recipients.split(';') {
        let (address, states) = recipient.split_once("##").unwrap_or((recipient, ""));
        row.resource(address.trim());
        let last = states.rsplit(',').next().unwrap_or_default().trim();
        has_failed |= matches!(last, "Fail" | "Failed" | "Quarantine" | "FilteredAsSpam");
        is_delivered |= matches!(last, "Deliver" | "Delivered" | "Send" | "Expand");
    }
    if has_failed {
        row.outcome(Outcome::Failure);
    } else if is_delivered {
        row.outcome(Outcome::Success);
    }
}
