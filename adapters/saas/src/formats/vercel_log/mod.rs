//! Logs of deployments that Vercel drains: what functions wrote, builds, and requests.
//!
//! Source: vercel.com/docs/drains/reference/logs, as of 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, put_status, severity, source_address, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "vercel.log",
    summary: "Logs of deployments that Vercel drains",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const STATUS: usize = 0;
const PROXY_STATUS: usize = 1;
const PROJECT: usize = 2;

static TABLE: Table = Table {
    name: "vercel.log",
    needs: &[
        Need::Has("deploymentId"),
        Need::Has("projectId"),
        Need::IsAny(
            "source",
            &[
                "build", "edge", "lambda", "static", "external", "firewall", "redirect",
            ],
        ),
        Need::Has("timestamp"),
    ],
    constants: &[(Column::Provider, "vercel")],
    fields: &[
        time(&["timestamp"]),
        severity(&["level"]),
        text(&["message"], Column::Body),
        text(&["projectName"], Column::Service),
        text(&["entrypoint"], Column::Process),
        text(&["environment"], Column::Environment),
        text(&["executionRegion", "proxy.region"], Column::Region),
        text(&["proxy.method"], Column::Method),
        url(&["proxy.path", "path"]),
        source_address(&["proxy.clientIp"]),
        text(
            &["proxy.userAgent[0]", "proxy.userAgent"],
            Column::UserAgent,
        ),
        text(&["requestId"], Column::RequestId),
        text(&["traceId", "trace.id"], Column::TraceId),
        text(&["spanId", "span.id"], Column::SpanId),
        keep(&["statusCode"], STATUS),
        keep(&["proxy.statusCode"], PROXY_STATUS),
        keep(&["projectId"], PROJECT),
    ],
    extras: &[
        ("deploymentId", "deployment"),
        ("projectId", "project_id"),
        ("source", "source"),
        ("host", "domain"),
        ("branch", "branch"),
        ("proxy.vercelCache", "cache"),
    ],
    finish: Some(finish),
};

/// The status -1 of a function says that it crashed without an answer; that of the proxy, that a
/// page was made anew in the background.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let status = |number| event.kept(number)?.parse::<i32>().ok();
    let of_function = status(STATUS);
    let answers = [of_function, status(PROXY_STATUS)].into_iter().flatten();
    let mut answers = answers.filter(|status| (100..600).contains(status));
    if of_function == Some(-1) {
        row.outcome(Outcome::Failure);
    } else if let Some(status) = answers.next() {
        put_status(status, row);
    }
    if let Some(project) = event.kept(PROJECT) {
        row.resource(&format!("vercel://project/{project}"));
    }
}
