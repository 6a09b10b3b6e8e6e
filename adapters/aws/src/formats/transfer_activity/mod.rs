//! Transfer Family: sessions at a server, and files that connectors moved.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, part, resource, source_address, text, time,
};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.transfer_activity",
    summary: "Transfer Family server and connector logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&SERVER, &CONNECTOR];

const START: usize = 0;
const END: usize = 1;
const ACTIVITY: usize = 2;
const STATUS: usize = 3;

/// What a session does that has gone wrong.
const FAILURES: &[(&str, Outcome)] = &[
    ("AUTH_FAILURE", Outcome::Failure),
    ("KEX_FAILURE", Outcome::Failure),
    ("TLS_RESUME_FAILURE", Outcome::Failure),
    ("CONNECTION_REJECTED", Outcome::Failure),
    ("ERROR", Outcome::Failure),
    // A file that was not written to its end.
    ("PARTIAL_CLOSE", Outcome::Failure),
    ("CONNECTED", Outcome::Success),
];

static SERVER: Table = Table {
    name: "aws.transfer_activity",
    needs: &[
        Need::Has("activity-type"),
        Need::Contains("resource-arn", ":transfer:"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "transfer.amazonaws.com"),
    ],
    fields: &[
        part(&["resource-arn"], Column::Account, account_of),
        part(&["resource-arn"], Column::Region, region_of),
        text(&["activity-type"], Column::Action),
        text(&["user"], Column::Actor),
        source_address(&["source-ip"]),
        text(&["client"], Column::UserAgent),
        text(&["session-id"], Column::RequestId),
        resource(&["resource-arn"]),
        resource(&["role"]),
        text(&["message"], Column::Body),
        outcome_of(&["activity-type"], FAILURES),
        keep(&["activity-type"], ACTIVITY),
    ],
    extras: &[
        ("path", "file"),
        ("mode", "mode"),
        ("method", "auth_method"),
        ("bytes-in", "bytes_received"),
        ("bytes-out", "bytes"),
        ("home-dir", "home"),
        ("ssh-public-key-fingerprint", "key_fingerprint"),
    ],
    finish: Some(finish_session),
};

static CONNECTOR: Table = Table {
    name: "aws.transfer_activity",
    needs: &[
        Need::Has("operation"),
        Need::Contains("connector-arn", ":transfer:"),
        Need::Has("transfer-id"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "transfer.amazonaws.com"),
    ],
    fields: &[
        time(&["timestamp"]),
        part(&["connector-arn"], Column::Region, region_of),
        text(&["account-id"], Column::Account),
        text(&["operation"], Column::Action),
        text(&["file-transfer-id", "transfer-id"], Column::RequestId),
        resource(&["connector-arn"]),
        resource(&["vpc-lattice-resource-configuration-arn"]),
        text(&["failure-message", "failure-code"], Column::Body),
        outcome_of(
            &["status-code"],
            &[
                ("COMPLETED", Outcome::Success),
                ("FAILED", Outcome::Failure),
            ],
        ),
        keep(&["status-code"], STATUS),
        part(&["url"], Column::Peer, host_of),
        keep(&["start-time"], START),
        keep(&["end-time"], END),
    ],
    extras: &[
        ("file-path", "file"),
        ("bytes", "bytes"),
        ("failure-code", "error_code"),
        ("egress-type", "egress"),
    ],
    finish: Some(finish),
};

/// Anybody can fail to sign in; an error is one of the server.
fn finish_session(event: &Event<'_>, row: &mut Row<'_>) {
    match &*event.kept(ACTIVITY).unwrap_or_default() {
        "ERROR" => row.severity(Severity::ERROR),
        "CONNECTION_REJECTED" => row.severity(Severity::WARN),
        activity if activity.ends_with("_FAILURE") => row.severity(Severity::WARN),
        _ => row,
    };
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(STATUS).as_deref() == Some("FAILED") {
        row.severity(Severity::ERROR);
    }
    let at = |number| event.kept(number).and_then(|text| times::parse(&text));
    if let (Some(start), Some(end)) = (at(START), at(END))
        && end >= start
    {
        row.duration(end.since(start));
    }
}

/// Host of `sftp://host:22/path`, without a name of a user.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    match host.split_once(':') {
        // Of an IPv6 address the colon is no end.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
