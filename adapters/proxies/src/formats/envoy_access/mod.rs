//! Access log of Envoy: its default text, that of Istio, and JSON as Istio, Envoy Gateway and
//! Contour write it.

use nepho_codec::table::{
    Either, Event, Lines, Need, Table, duration, keep, part, put_status, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::ends::{put_client, put_peer, service_of};
use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "envoy.access",
    summary: "Envoy access logs, those of Istio, Contour and Envoy Gateway too",
    permissions: &[],
    make: Make::Format(|| Box::new(Either::new(&TABLE, &LINES))),
});

const STATUS: usize = 0;
const FLAGS: usize = 1;
const REQUEST: usize = 2;
const CLIENT: usize = 3;
const UPSTREAM: usize = 4;
const CLUSTER: usize = 5;
const SERVER_NAME: usize = 6;

static LINES: Lines = Lines {
    name: "envoy.access",
    patterns: &[
        // Istio from 1.9 on.
        concat!(
            r#"[{time:time}] "{request:quoted}" {status:word} {flags:word} {details} {_:word} "#,
            r#""{failure:quoted}" {received:int} {sent:int} {duration:int} {_:word} "#,
            r#""{forwarded:quoted}" "{agent:quoted}" "{request_id:quoted}" "{authority:quoted}" "#,
            r#""{upstream:quoted}" {cluster:word} {_:word} {local:word} {remote:word} "#,
            "{server_name:word} {route:word}{?{ }{_:rest}}"
        ),
        // Istio before: the status of its mixer, and fewer names at the end.
        concat!(
            r#"[{time:time}] "{request:quoted}" {status:word} {flags:word} {?"{_:quoted}" }"#,
            r#"{?"{failure:quoted}" }{received:int} {sent:int} {duration:int} {_:word} "#,
            r#""{forwarded:quoted}" "{agent:quoted}" "{request_id:quoted}" "{authority:quoted}" "#,
            r#""{upstream:quoted}" {cluster:word} {_:word} {local:word} {remote:word} "#,
            "{server_name:word}{?{ }{route:word}}{?{ }{_:rest}}"
        ),
        // Envoy's own.
        concat!(
            r#"{?ACCESS }[{time:time}] "{request:quoted}" {status:word} {flags:word} "#,
            r#"{received:int} {sent:int} {duration:int} {_:word} "{forwarded:quoted}" "#,
            r#""{agent:quoted}" "{request_id:quoted}" "{authority:quoted}" "{upstream:quoted}""#,
            "{?{ }{_:rest}}"
        ),
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        keep(&["request"], REQUEST),
        keep(&["status"], STATUS),
        keep(&["flags"], FLAGS),
        duration(&["duration"], 1e6),
        keep(&["remote", "forwarded"], CLIENT),
        text(&["agent"], Column::UserAgent),
        text(&["request_id"], Column::RequestId),
        part(&["authority"], Column::Service, service_of),
        keep(&["upstream"], UPSTREAM),
        keep(&["cluster"], CLUSTER),
        keep(&["server_name"], SERVER_NAME),
    ],
    extras: &[
        ("sent", "bytes"),
        ("received", "bytes_received"),
        ("flags", "response_flags"),
        ("details", "response_details"),
        ("failure", "upstream_failure"),
        ("forwarded", "x_forwarded_for"),
        ("cluster", "upstream_cluster"),
        ("route", "route"),
        ("authority", "domain"),
    ],
    finish: Some(finish),
};

static TABLE: Table = Table {
    name: "envoy.access",
    needs: &[
        // What loggers of applications write has these.
        Need::Lacks("level"),
        Need::Lacks("msg"),
        Need::Lacks("severity"),
        Need::HasAny(&[
            "response_flags",
            "response_code_details",
            "upstream_cluster",
        ]),
        Need::HasAny(&[
            "start_time",
            "@timestamp",
            "timestamp",
            "time",
            "response_flags",
        ]),
        Need::HasAny(&["response_code", "bytes_sent", "duration"]),
        Need::HasAny(&[
            "downstream_local_address",
            "downstream_remote_address",
            "upstream_cluster",
            "upstream_host",
            "x_forwarded_for",
            "x-forwarded-for",
            "authority",
        ]),
    ],
    constants: &[],
    fields: &[
        time(&["start_time", "@timestamp", "timestamp", "time"]),
        text(&["method"], Column::Method),
        url(&[
            "path",
            "x-envoy-origin-path",
            "x_envoy_original_path",
            "uri_path",
        ]),
        keep(&["response_code"], STATUS),
        keep(&["response_flags"], FLAGS),
        duration(&["duration"], 1e6),
        keep(
            &[
                "downstream_remote_address",
                "x_forwarded_for",
                "x-forwarded-for",
            ],
            CLIENT,
        ),
        text(&["user_agent", "user-agent"], Column::UserAgent),
        text(
            &["request_id", "x-request-id", "x_request_id"],
            Column::RequestId,
        ),
        text(
            &["trace_id", "traceID", "x_b3_traceid", "x-b3-traceid"],
            Column::TraceId,
        ),
        part(&["authority", ":authority"], Column::Service, service_of),
        keep(&["upstream_host"], UPSTREAM),
        keep(&["upstream_cluster"], CLUSTER),
        keep(&["requested_server_name"], SERVER_NAME),
    ],
    extras: &[
        ("bytes_sent", "bytes"),
        ("bytes_received", "bytes_received"),
        ("response_flags", "response_flags"),
        ("response_code_details", "response_details"),
        ("upstream_transport_failure_reason", "upstream_failure"),
        ("x_forwarded_for", "x_forwarded_for"),
        ("upstream_cluster", "upstream_cluster"),
        ("route_name", "route"),
        ("authority", "domain"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(request) = event.kept(REQUEST)
        && request != "- - -"
    {
        put_request(&request, row);
    }
    put_outcome(event, row);
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
    if let Some(upstream) = event.kept(UPSTREAM)
        && upstream != "-"
    {
        put_peer(&upstream, row);
    }
    let name = |number: usize| event.kept(number).unwrap_or_default();
    row.text(Column::Service, istio_service(&name(SERVER_NAME)))
        .text(Column::Service, istio_service(&name(CLUSTER)));
}

fn put_outcome(event: &Event<'_>, row: &mut Row<'_>) {
    // Connections, and requests without an answer, have status 0.
    let status = event.kept(STATUS).and_then(|status| status.parse().ok());
    if let Some(status) = status.filter(|status| *status > 0) {
        put_status(status, row);
    }
    let flags = event.kept(FLAGS).unwrap_or_default();
    if flags.split(',').any(|flag| FAILURES.contains(&flag)) {
        row.outcome(Outcome::Failure);
    }
}

/// Response flags that say that the request or connection came to nothing. `DC` (the client went
/// away), `DI` (a delay was injected) and those of caches do not.
///
/// Source: envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage,
/// `RESPONSE_FLAGS`, as of 2026-11-27.
static FAILURES: &[&str] = &[
    "DF", "DPE", "DO", "DT", "FI", "IH", "LH", "LR", "NC", "NFCF", "NR", "OM", "RL", "RLSE", "SI",
    "UAEX", "UC", "UF", "UH", "UMSDR", "UO", "UPE", "UR", "URX", "UT", "UDO",
];

/// Service of Istio's names of clusters and servers:
/// `outbound|9080||reviews.shop.svc.cluster.local` and
/// `outbound_.9080_._.reviews.shop.svc.cluster.local`; empty for others.
fn istio_service(name: &str) -> &str {
    if let Some((_, host)) = name.split_once("||") {
        return service_of(host);
    }
    match name
        .split_once("_.")
        .and_then(|(_, rest)| rest.split_once("_._."))
    {
        Some((_, host)) => service_of(host),
        None => match name.split('|').collect::<Vec<_>>().as_slice() {
            // With a subset: `outbound|9080|v2|reviews...`.
            [_, _, _, host] => service_of(host),
            _ => "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::istio_service;

    #[test]
    fn clusters_name_services() {
        let check =
            |name: &str, expected: &str| assert_eq!(istio_service(name), expected, "{name}");
        check("outbound|9080||reviews.shop.svc.cluster.local", "reviews");
        check("outbound|9080|v2|reviews.shop.svc.cluster.local", "reviews");
        check(
            "outbound_.9080_._.reviews.shop.svc.cluster.local",
            "reviews",
        );
        check("outbound|443||api.example.com", "api.example.com");
        check("inbound|9080||", "");
        check("PassthroughCluster", "");
        check("-", "");
    }
}
