//! Lines of the routers of Cloud Foundry (Gorouter), one for each request.
//!
//! Source: docs.cloudfoundry.org/devguide/deploy-apps/streaming-logs.html ("Router"), and
//! `accesslog/schema/access_log_record.go` of github.com/cloudfoundry/gorouter, as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, duration, http_status, keep, part};
use nepho_codec::table::{request, text, time};
use nepho_core::tables::{Column, Row};

use crate::ends::{client_of, put_client, put_peer, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudfoundry.router_access",
    summary: "Requests that the routers of Cloud Foundry passed on or refused",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const FORWARDED: usize = 0;
const REMOTE: usize = 1;
const BACKEND: usize = 2;

static LINES: Lines = Lines {
    name: "cloudfoundry.router_access",
    patterns: &[concat!(
        r#"{host:word} - [{time:time}] "{request:quoted}" {status:word} {received:word} {sent:word} "#,
        r#""{_:quoted}" "{agent:quoted}" {remote:word} {backend:word} "#,
        r#"x_forwarded_for:"{forwarded:quoted}"{_}vcap_request_id:"{id:quoted}" "#,
        r#"response_time:{took:word}{?{_} app_id:"{app:quoted}"}{?{_} app_index:"{index:quoted}"}"#,
        r#"{?{_} x_cf_routererror:"{error:quoted}"}{?{_} x_b3_traceid:"{trace:quoted}"}{_:rest}"#,
    )],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        request(&["request"]),
        http_status(&["status"]),
        part(&["host"], Column::Service, service_of),
        text(&["agent"], Column::UserAgent),
        text(&["id"], Column::RequestId),
        text(&["trace"], Column::TraceId),
        duration(&["took"], 1e9),
        text(&["error"], Column::Body),
        keep(&["forwarded"], FORWARDED),
        keep(&["remote"], REMOTE),
        keep(&["backend"], BACKEND),
    ],
    extras: &[
        ("host", "domain"),
        ("received", "bytes_received"),
        ("sent", "bytes"),
        ("app", "app_id"),
        ("index", "instance"),
        ("error", "router_error"),
    ],
    finish: Some(finish),
};

/// The client of a list that may be `-`, else whoever is connected; the app where the wrapping
/// names it, which is the better name for the service.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let around = row.record().envelope;
    let is_of_app = around
        .get(Column::Process)
        .is_some_and(|process| process.starts_with("RTR/"));
    if let Some(app) = around.get(Column::Service).filter(|_| is_of_app) {
        row.text(Column::Service, app);
    }
    let forwarded = event.kept(FORWARDED);
    let forwarded = forwarded.filter(|list| client_of(list).is_some());
    if let Some(list) = forwarded.or_else(|| event.kept(REMOTE)) {
        put_client(&list, row);
    }
    // Older ones write addresses without quotes.
    let backend = event.kept(BACKEND).unwrap_or_default();
    let backend = backend.trim_matches('"');
    if !matches!(backend, "" | "-") {
        put_peer(backend, row);
    }
}
