//! Query logs of Cloud DNS, and the threats that DNS Armor saw in them.

use nepho_codec::dns::dns_question;
use nepho_codec::json::JsonFields;
use nepho_codec::table::{
    Event, JsonFormatWith, Need, Table, duration, keep, part, resource, severity_of, text,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
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
const THREAT: usize = 3;

/// Where the name stands that was asked for.
pub(super) const NAMES: &[&str] = &["jsonPayload.queryName", "jsonPayload.dnsQuery.queryName"];
/// Where stands what an answer has, or what it was asked for.
pub(super) const ANSWERS: &[&str] = &[
    "jsonPayload.queryType",
    "jsonPayload.responseCode",
    "jsonPayload.dnsQuery.queryType",
    "jsonPayload.dnsQuery.responseCode",
];

static TABLE: Table = Table {
    name: "gcp.dns",
    needs: &[entry::NO_ROW, Need::HasAny(NAMES), Need::HasAny(ANSWERS)],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        severity_of(&["jsonPayload.threatInfo.severity"], RANKS),
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        part(&["logName"], Column::Service, api),
        text(
            &["jsonPayload.queryType", "jsonPayload.dnsQuery.queryType"],
            Column::Action,
        ),
        text(
            &["jsonPayload.sourceIP", "jsonPayload.dnsQuery.sourceIp"],
            Column::SourceIp,
        ),
        text(
            &[
                "jsonPayload.destinationIP",
                "jsonPayload.dnsQuery.destinationIp",
            ],
            Column::Peer,
        ),
        text(
            &["jsonPayload.protocol", "jsonPayload.dnsQuery.protocol"],
            Column::Method,
        ),
        text(&["jsonPayload.vmInstanceName"], Column::Host),
        duration(&["jsonPayload.serverLatency"], 1e6),
        resource(&[
            "jsonPayload.vmInstanceIdString",
            "jsonPayload.vmInstanceId",
            "jsonPayload.dnsQuery.vmInstanceId",
        ]),
        keep(
            &[
                "jsonPayload.responseCode",
                "jsonPayload.dnsQuery.responseCode",
            ],
            CODE,
        ),
        keep(NAMES, NAME),
        keep(
            &["jsonPayload.queryType", "jsonPayload.dnsQuery.queryType"],
            TYPE,
        ),
        keep(&["jsonPayload.threatInfo.threat"], THREAT),
    ],
    extras: &[
        ("jsonPayload.queryType", "dns_type"),
        ("jsonPayload.dnsQuery.queryType", "dns_type"),
        ("jsonPayload.responseCode", "dns_response_code"),
        ("jsonPayload.dnsQuery.responseCode", "dns_response_code"),
        ("jsonPayload.rdata", "dns_answers"),
        ("jsonPayload.dnsQuery.rdata", "dns_answers"),
        ("jsonPayload.protocol", "protocol"),
        ("jsonPayload.dnsQuery.protocol", "protocol"),
        ("jsonPayload.threatInfo.threatId", "rule"),
        ("jsonPayload.threatInfo.category", "category"),
        ("jsonPayload.threatInfo.type", "finding_type"),
        ("jsonPayload.threatInfo.confidence", "confidence"),
    ],
    finish: Some(finish),
};

/// The name that was asked for, without the full stop that stands for the root.
fn question(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    for path in NAMES {
        dns_question(fields, path, found);
    }
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
    let threat = event.kept(THREAT).unwrap_or_default();
    row.text(
        Column::Body,
        format!("{kind} {name} {code} {threat}").trim(),
    );
}
