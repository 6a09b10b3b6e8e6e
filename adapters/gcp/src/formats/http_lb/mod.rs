//! Request logs of Cloud Load Balancing.

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::json::url_path;
use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To};
use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry::{self, keep, text};

register!(Component {
    kind: Kind::Format,
    name: "gcp.http_lb",
    summary: "Google Cloud load balancer requests",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(HttpLoadBalancer)),
});

/// Reads requests that a load balancer took.
pub struct HttpLoadBalancer;

impl Format for HttpLoadBalancer {
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
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        // The address that the client asked for; column `peer` has the instance that answered.
        let url = ["httpRequest.requestUrl", "httprequest.requestUrl"]
            .iter()
            .find_map(|path| fields.text(path));
        let url = unescape(url.unwrap_or_default());
        let authority = url.split_once("://").map_or("", |(_, rest)| {
            rest.split(['/', '?', '#']).next().unwrap_or(rest)
        });
        let address = entry::address(authority);
        if !address.is_empty() {
            found("dst_ip", address);
        }
        if let Some(port) = entry::port(authority) {
            found("dst_port", &port.to_string());
        }
    }
}

const BACKEND: usize = 0;
const PROJECT: usize = 1;
const REMOTE: usize = 2;
const SERVER: usize = 3;

static TABLE: Table = Table {
    name: "gcp.http_lb",
    needs: &[
        Need::HasAny(&[
            "httpRequest.requestUrl",
            "httprequest.requestUrl",
            "httpRequest.status",
            "httprequest.status",
        ]),
        Need::HasAny(&[
            "resource.labels.forwarding_rule_name",
            "resource.labels.url_map_name",
            "resource.labels.backend_service_name",
        ]),
    ],
    constants: &[],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::TRACE,
        entry::SPAN,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        Field {
            from: &[
                "resource.labels.backend_service_name",
                "resource.labels.backend_name",
                "resource.labels.url_map_name",
                "resource.labels.forwarding_rule_name",
            ],
            to: To::Text(Column::Service),
        },
        text(&["httpRequest.requestMethod"], Column::Method),
        Field {
            from: &["httpRequest.requestUrl"],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &["httpRequest.status"],
            to: To::Status,
        },
        text(&["httpRequest.userAgent"], Column::UserAgent),
        Field {
            from: &["httpRequest.remoteIp", "jsonPayload.remoteIp"],
            to: To::Part(Column::SourceIp, entry::address),
        },
        Field {
            from: &["httpRequest.serverIp"],
            to: To::Part(Column::Peer, entry::address),
        },
        Field {
            from: &["httpRequest.latency"],
            to: To::Duration(1e9),
        },
        text(&["jsonPayload.statusDetails"], Column::Body),
        keep(&["resource.labels.backend_service_name"], BACKEND),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(&["httpRequest.remoteIp"], REMOTE),
        keep(&["httpRequest.serverIp"], SERVER),
    ],
    extras: &[
        ("httpRequest.responseSize", "bytes"),
        ("httpRequest.requestSize", "received_bytes"),
        ("httpRequest.protocol", "protocol"),
        ("httpRequest.referer", "referer"),
        ("resource.labels.forwarding_rule_name", "forwarding_rule"),
        ("resource.labels.url_map_name", "url_map"),
        ("jsonPayload.enforcedSecurityPolicy.name", "rule"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.constant(Column::Provider, "gcp");
    if let Some(port) = event.kept(REMOTE).as_deref().and_then(entry::port) {
        row.source_port(port);
    }
    if let Some(port) = event.kept(SERVER).as_deref().and_then(entry::port) {
        row.peer_port(port);
    }
    if let (Some(backend), Some(project)) = (event.kept(BACKEND), event.kept(PROJECT)) {
        row.resource(&format!(
            "//compute.googleapis.com/projects/{project}/global/backendServices/{backend}"
        ));
    }
    // A 4xx is most often the fault of the client.
    match row.status_so_far() {
        Some(100..=399) => row.outcome(Outcome::Success),
        Some(500..) => row.outcome(Outcome::Failure),
        _ => row,
    };
}
