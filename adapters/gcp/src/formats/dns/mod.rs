//! Query logs of Cloud DNS.

use nepho_codec::dns::dns_question;
use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    Event, JsonFormatWith, Need, Table, duration, keep, part, resource, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.dns",
    summary: "Google Cloud DNS queries",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormatWith(&TABLE, question))),
});

const CODE: usize = 0;
const NAME: usize = 1;
const TYPE: usize = 2;

static TABLE: Table = Table {
    name: "gcp.dns",
    needs: &[
        Need::HasAny(&["jsonPayload.queryName"]),
        Need::HasAny(&["jsonPayload.queryType", "jsonPayload.responseCode"]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        part(&["logName"], Column::Service, api),
        text(&["jsonPayload.queryType"], Column::Action),
        text(&["jsonPayload.sourceIP"], Column::SourceIp),
        text(&["jsonPayload.destinationIP"], Column::Peer),
        text(&["jsonPayload.protocol"], Column::Method),
        text(&["jsonPayload.vmInstanceName"], Column::Host),
        duration(&["jsonPayload.serverLatency"], 1e6),
        resource(&["jsonPayload.vmInstanceIdString", "jsonPayload.vmInstanceId"]),
        keep(&["jsonPayload.responseCode"], CODE),
        keep(&["jsonPayload.queryName"], NAME),
        keep(&["jsonPayload.queryType"], TYPE),
    ],
    extras: &[
        ("jsonPayload.responseCode", "dns_response_code"),
        ("jsonPayload.rdata", "dns_answers"),
        ("jsonPayload.protocol", "protocol"),
    ],
    finish: Some(finish),
};

/// The name that was asked for, without the full stop that stands for the root.
fn question(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    dns_question(fields, "jsonPayload.queryName", found);
}

fn api(name: &str) -> &str {
    entry::log_api(name).unwrap_or("dns.googleapis.com")
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(code) = event.kept(CODE) {
        row.outcome(if code == "NOERROR" {
            Outcome::Success
        } else {
            Outcome::Failure
        });
    }
    let [kind, name, code] = [TYPE, NAME, CODE].map(|kept| event.kept(kept).unwrap_or_default());
    let name = name.trim_end_matches('.');
    row.text(Column::Body, format!("{kind} {name} {code}").trim());
}
