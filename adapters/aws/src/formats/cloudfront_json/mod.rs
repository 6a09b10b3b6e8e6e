//! Logs of CloudFront as JSON: standard logs (v2), and real-time logs that were given names.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, peer_address, resource,
    resource_of, source_address, source_port, text, time, url,
};
use nepho_core::Timestamp;
use nepho_core::tables::{Column, Outcome, Row};

use crate::url::decoded;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudfront_json",
    summary: "CloudFront standard and real-time logs as JSON",
    permissions: &["s3:GetObject", "s3:ListBucket", "logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DATE: usize = 0;
const CLOCK: usize = 1;
const USER_AGENT: usize = 2;
const RESULT: usize = 3;

/// A name that CloudFront alone gives, or this one.
macro_rules! edge_or {
    ($other:literal) => {
        Need::HasAny(&[
            "x-edge-request-id",
            "x_edge_request_id",
            "x-edge-location",
            "x_edge_location",
            $other,
        ])
    };
}

static TABLE: Table = Table {
    name: "aws.cloudfront_json",
    needs: &[
        // The first table of Athena has names of its own. Only together do they tell.
        edge_or!("result_type"),
        edge_or!("request_ip"),
        edge_or!("query_string"),
        Need::HasAny(&[
            "c-ip",
            "c_ip",
            "cs-uri-stem",
            "cs_uri_stem",
            "sc-status",
            "sc_status",
            "request_ip",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp(ms)", "timestamp_ms", "timestamp"]),
        source_address(&["c-ip", "c_ip", "request_ip"]),
        source_port(&["c-port", "c_port"]),
        peer_address(&["s-ip", "s_ip"]),
        text(&["cs-method", "cs_method", "method"], Column::Method),
        url(&["cs-uri-stem", "cs_uri_stem", "uri"]),
        http_status(&["sc-status", "sc_status", "status"]),
        duration(&["time-taken", "time_taken"], 1e9),
        text(
            &["x-edge-request-id", "x_edge_request_id", "request_id"],
            Column::RequestId,
        ),
        text(
            &[
                "x-host-header",
                "x_host_header",
                "host_header",
                "cs(Host)",
                "cs-host",
                "cs_host",
            ],
            Column::Service,
        ),
        resource(&[
            "DistributionId",
            "distributionid",
            "primary-distribution-id",
        ]),
        resource(&["cs(Host)", "cs-host", "cs_host", "host"]),
        resource_of(&["distribution-tenant-id"], "distribution-tenant/{}"),
        keep(&["date"], DATE),
        keep(&["time"], CLOCK),
        keep(
            &[
                "cs(User-Agent)",
                "cs-user-agent",
                "cs_user_agent",
                "user_agent",
            ],
            USER_AGENT,
        ),
        keep(
            &["x-edge-result-type", "x_edge_result_type", "result_type"],
            RESULT,
        ),
    ],
    extras: &[
        ("cs(Host)", "host"),
        ("cs-host", "host"),
        ("cs_host", "host"),
        ("host", "host"),
        ("sc-bytes", "bytes"),
        ("sc_bytes", "bytes"),
        ("cs-bytes", "bytes_received"),
        ("cs_bytes", "bytes_received"),
        ("x-edge-location", "edge_location"),
        ("x_edge_location", "edge_location"),
        ("x-edge-result-type", "result_type"),
        ("x_edge_result_type", "result_type"),
        ("x-edge-detailed-result-type", "detailed_result_type"),
        ("x_edge_detailed_result_type", "detailed_result_type"),
        ("c-country", "country"),
        ("c_country", "country"),
        ("cs-protocol", "protocol"),
        ("cs_protocol", "protocol"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(date), Some(clock)) = (event.kept(DATE), event.kept(CLOCK))
        && let Some(time) = Timestamp::parse_rfc3339(&format!("{date}T{clock}Z"))
        && !row.has_time()
    {
        row.time(time);
    }
    let agent = event.kept(USER_AGENT).unwrap_or_default();
    row.text(Column::UserAgent, &decoded(&agent));
    // 000 is a viewer that went away; 4xx may be CloudFront's own, which the result tells.
    let is_own = event.kept(RESULT).as_deref() == Some("Error");
    match row.status_so_far() {
        Some(0) => row.outcome(Outcome::Failure),
        Some(400..) if is_own => row.outcome(Outcome::Failure),
        _ => row,
    };
}
