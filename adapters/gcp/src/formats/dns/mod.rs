//! Query logs of Cloud DNS.

use nepho_codec::json::JsonFields;
use nepho_codec::table::{Event, JsonFormat, Need, Table, duration, keep, part, resource, text};
use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.dns",
    summary: "Google Cloud DNS queries",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(Dns)),
});

/// Reads queries that Cloud DNS answered.
pub struct Dns;

impl Format for Dns {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        JsonFormat(&TABLE).sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        JsonFormat(&TABLE).decoder(stream)
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
        let fields = JsonFields::parse(raw).ok();
        if let Some(name) = fields
            .as_ref()
            .and_then(|fields| fields.text("jsonPayload.queryName"))
        {
            found("dns_question", name.strip_suffix('.').unwrap_or(name));
        }
    }
}

const CODE: usize = 0;

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
    ],
    extras: &[
        ("jsonPayload.responseCode", "dns_response_code"),
        ("jsonPayload.rdata", "dns_answers"),
        ("jsonPayload.protocol", "protocol"),
    ],
    finish: Some(finish),
};

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
}
