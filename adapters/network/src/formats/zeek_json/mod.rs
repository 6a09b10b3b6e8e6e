//! Logs of Zeek as JSON.
//!
//! Source: docs.zeek.org/en/master/log-formats.html and docs.zeek.org/en/master/logs/index.html, as
//! of 2026-11-28; .../en/v8.1.0/scripts/base/protocols/krb/main.zeek.html (`KRB::Info`) and
//! .../en/v4.0.9/scripts/base/protocols/ntlm/main.zeek.html (`NTLM::Info`), as of 2026-12-01.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, outcome_of, peer_address,
    peer_port, source_address, source_port, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "zeek.json",
    summary: "Logs of Zeek as JSON: connections, DNS, HTTP, TLS and others",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// How a connection ended: `SF` as it should; the others never came about. Source:
/// docs.zeek.org/en/master/logs/conn.html, "conn_state".
pub(crate) const STATES: &[(&str, Outcome)] = &[
    ("SF", Outcome::Success),
    ("S0", Outcome::Failure),
    ("REJ", Outcome::Failure),
    ("RSTOS0", Outcome::Failure),
    ("RSTRH", Outcome::Failure),
    ("SH", Outcome::Failure),
    ("SHR", Outcome::Failure),
];

/// Names of values that have no column.
pub(crate) const EXTRAS: &[(&str, &str)] = &[
    ("proto", "protocol"),
    ("service", "app_protocol"),
    ("conn_state", "state"),
    ("orig_bytes", "bytes"),
    ("resp_bytes", "bytes_received"),
    ("orig_pkts", "packets"),
    ("query", "dns_question"),
    ("rcode_name", "dns_answer_code"),
    ("server_name", "domain"),
    ("host", "domain"),
];

/// Whether an authentication went well.
const RESULTS: &[(&str, Outcome)] = &[("true", Outcome::Success), ("false", Outcome::Failure)];

/// What `result` of `radius.log` tells. Source: docs.zeek.org, "RADIUS::Info".
pub(crate) const RADIUS: &[(&str, Outcome)] =
    &[("success", Outcome::Success), ("failed", Outcome::Failure)];

const NOTE: usize = 0;
const TICKET: usize = 1;
const CLIENT: usize = 2;

static TABLE: Table = Table {
    name: "zeek.json",
    needs: &[
        Need::Has("ts"),
        Need::Has("id.orig_h"),
        Need::Has("id.resp_h"),
        Need::HasAny(&["uid", "note", "_path"]),
    ],
    constants: &[],
    fields: &[
        time(&["ts"]),
        text(&["_system_name"], Column::Host),
        text(&["note", "_path"], Column::Action),
        outcome_of(&["conn_state"], STATES),
        outcome_of(&["result"], RADIUS),
        outcome_of(&["auth_success", "success"], RESULTS),
        source_address(&["id.orig_h"]),
        source_port(&["id.orig_p"]),
        peer_address(&["id.resp_h"]),
        peer_port(&["id.resp_p"]),
        text(&["method", "proto"], Column::Method),
        url(&["uri"]),
        http_status(&["status_code"]),
        text(&["user_agent"], Column::UserAgent),
        text(&["username", "user"], Column::Actor),
        text(&["msg", "error_msg"], Column::Body),
        text(&["uid"], Column::RequestId),
        duration(&["duration", "rtt"], 1e9),
        keep(&["note"], NOTE),
        keep(&["request_type"], TICKET),
        keep(&["client"], CLIENT),
    ],
    extras: EXTRAS,
    finish: Some(finish),
};

/// What Zeek takes note of is worth a look. Who asked Kerberos for a ticket has the name that
/// `ssh.log` has for a program.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(TICKET).is_some()
        && let Some(client) = event.kept(CLIENT)
    {
        row.text(Column::Actor, &client);
    }
    if event.kept(NOTE).is_some() {
        row.severity(nepho_core::severity::Severity::WARN);
    }
}
