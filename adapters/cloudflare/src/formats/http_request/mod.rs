//! HTTP requests at the edge of Cloudflare (Logpush `http_requests`, Logpull, Instant Logs).

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, outcome_of, peer_address, source_address,
    source_port, text, time, url,
};
use nepho_codec::time;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.http_request",
    summary: "Cloudflare HTTP requests: Logpush, Logpull, Instant Logs",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// Actions of the firewall that refuse a request; after the others the status tells.
const REFUSALS: &[(&str, Outcome)] = &[
    ("block", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("connection_close", Outcome::Failure),
    ("connectionClose", Outcome::Failure),
];

const START: usize = 0;
const END: usize = 1;
const FIRST_BYTE: usize = 2;

static TABLE: Table = Table {
    name: "cloudflare.http_request",
    needs: &[
        Need::HasAny(&[
            "ClientRequestMethod",
            "ClientRequestHost",
            "ClientRequestURI",
            "ClientRequestPath",
            "ClientIP",
        ]),
        Need::HasAny(&[
            "EdgeStartTimestamp",
            "EdgeEndTimestamp",
            "EdgeResponseBytes",
            "EdgeTimeToFirstByteMs",
            "EdgePathingStatus",
            "CacheCacheStatus",
            "CacheStatus",
        ]),
        Need::HasAny(&[
            "RayID",
            "EdgeResponseStatus",
            "EdgeColoCode",
            "EdgeColoID",
            "EdgeRequestHost",
            "ZoneName",
            "ZoneID",
        ]),
        Need::Lacks("Datetime"),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["EdgeStartTimestamp", "EdgeEndTimestamp"]),
        text(
            &["ClientRequestHost", "EdgeRequestHost", "ZoneName"],
            Column::Service,
        ),
        source_address(&["ClientIP"]),
        peer_address(&["OriginIP"]),
        text(&["ClientRequestMethod"], Column::Method),
        url(&["ClientRequestURI", "ClientRequestPath"]),
        text(&["ClientRequestUserAgent"], Column::UserAgent),
        text(&["RayID"], Column::RequestId),
        text(&["EdgeColoCode"], Column::Region),
        http_status(&["EdgeResponseStatus", "OriginResponseStatus"]),
        outcome_of(&["SecurityAction", "WAFAction"], REFUSALS),
        keep(&["EdgeStartTimestamp"], START),
        keep(&["EdgeEndTimestamp"], END),
        keep(&["EdgeTimeToFirstByteMs"], FIRST_BYTE),
        source_port(&["ClientSrcPort"]),
    ],
    extras: &[
        ("ZoneName", "zone"),
        ("EdgeResponseBytes", "bytes"),
        ("ClientRequestBytes", "request_bytes"),
        ("ClientRequestProtocol", "protocol"),
        ("ClientCountry", "country"),
        ("CacheCacheStatus", "cache"),
        ("CacheStatus", "cache"),
        ("OriginResponseStatus", "origin_status"),
        ("ParentRayID", "parent_request_id"),
        ("SecurityAction", "security_action"),
        ("SecurityRuleID", "rule"),
        ("WorkerStatus", "worker_status"),
        ("BotScore", "bot_score"),
    ],
    finish: Some(finish),
};

/// Duration from start to end where both are finer than a second, else to the first byte.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let at = |number| event.kept(number).and_then(|text| time::parse(&text));
    if let (Some(start), Some(end)) = (at(START), at(END)) {
        let is_fine = start.0 % 1_000_000_000 != 0 || end.0 % 1_000_000_000 != 0;
        if let Some(nanos) = end.0.checked_sub(start.0).filter(|nanos| *nanos >= 0)
            && is_fine
        {
            row.duration(nanos);
            return;
        }
    }
    let first = event.kept(FIRST_BYTE);
    if let Some(nanos) = first.and_then(|text| time::duration(&text, 1e6)) {
        row.duration(nanos);
    }
}
