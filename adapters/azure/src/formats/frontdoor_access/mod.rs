//! Requests that Azure Front Door and Azure CDN took for the origins behind them.

use nepho_codec::table::{
    Event, Table, duration, keep, part, peer_address, source_address, source_port, status, text,
    url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, Naming, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Requests that Azure Front Door (classic, Standard, Premium) and Azure CDN took",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.frontdoor_access";

/// The family.
pub(super) static FAMILY: Family = Family {
    naming: Naming::Backend,
    extras: &[
        ("responseBytes", "bytes"),
        ("requestBytes", "received_bytes"),
        ("routingRuleName", "routing_rule"),
        ("routeName", "routing_rule"),
        ("httpVersion", "http_version"),
        ("requestProtocol", "protocol"),
        ("securityProtocol", "tls_version"),
        ("hostName", "request_host"),
        ("endpoint", "endpoint"),
        ("pop", "pop"),
        ("cacheStatus", "cache_status"),
        ("errorInfo", "error"),
        ("httpStatusDetails", "status_details"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 2] = ["FrontDoorAccessLog", "AzureCdnAccessLog"];

const ERROR: usize = 20;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["httpMethod"], Column::Method),
        url(&["requestUri", "requestUrl"]),
        status(&["httpStatusCode"]),
        source_address(&["clientIp", "socketIp"]),
        source_port(&["clientPort"]),
        text(&["userAgent"], Column::UserAgent),
        part(
            &["originUrl", "backendHostname", "originName"],
            Column::Peer,
            parts::host,
        ),
        peer_address(&["originIp"]),
        text(&["trackingReference"], Column::RequestId),
        duration(&["timeTaken"], 1e9),
        keep(
            &["originName", "backendHostname", "originUrl", "originIp"],
            details::BACKEND,
        ),
        keep(&["errorInfo"], ERROR),
    ],
    extras: &[],
    finish: Some(finish),
};

/// A status of 0 is what is written where the origin did not answer in time, or the client did not
/// wait; the error tells which.
///
/// Source: learn.microsoft.com/azure/frontdoor/monitor-front-door, "Access log", and
/// learn.microsoft.com/azure/cdn/monitoring-and-access-log, "Raw logs properties", as of
/// 2026-11-30.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // The client went away by itself.
    const NONE: [&str; 5] = ["", "-", "N/A", "NoError", "ClientDisconnected"];
    let is_error = |error: &str| !NONE.iter().any(|none| error.eq_ignore_ascii_case(none));
    if row.status_so_far() == Some(0) && event.kept(ERROR).is_some_and(|error| is_error(&error)) {
        row.outcome(Outcome::Failure);
    }
}
