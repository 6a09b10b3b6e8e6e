//! Requests that Azure Front Door and Azure CDN took for the origins behind them.

use nepho_codec::table::{
    Table, duration, keep, part, peer_address, source_address, source_port, status, text, url,
};
use nepho_core::register;
use nepho_core::tables::Column;

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
        ("routingRuleName", "rule"),
        ("routeName", "rule"),
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
    ],
    extras: &[],
    finish: None,
};
