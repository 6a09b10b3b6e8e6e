//! Requests that Application Gateway, API Management and the ingress of Spring Apps took for the
//! services behind them.

use nepho_codec::table::{
    Event, Table, To, duration, keep, part, peer_address, put_text, request, source_address,
    source_port, status, text, url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::{Family, FamilyFormat, Naming, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure gateway requests: Application Gateway (also for Containers), API Management, ingress of Spring Apps",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.gateway_access";

/// The family.
pub(super) static FAMILY: Family = Family {
    naming: Naming::Backend,
    extras: &[
        ("sentBytes", "bytes"),
        ("responseSize", "bytes"),
        ("BodyBytesSent", "bytes"),
        ("receivedBytes", "received_bytes"),
        ("requestSize", "received_bytes"),
        ("RequestLength", "received_bytes"),
        ("ruleName", "rule"),
        ("operationId", "operation"),
        ("httpVersion", "http_version"),
        ("clientProtocol", "http_version"),
        ("originalHost", "request_host"),
        ("hostName", "request_host"),
        ("host", "request_host"),
        ("sslProtocol", "tls_version"),
        ("serverStatus", "backend_status"),
        ("backendResponseCode", "backend_status"),
        ("serverResponseLatency", "backend_seconds"),
        ("backendTime", "backend_milliseconds"),
        ("WAFMode", "waf_mode"),
        ("lastError.reason", "error"),
        ("lastError_reason", "error"),
        ("error_info", "error"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 8] = [
    "ApplicationGatewayAccessLog",
    "AGWAccessLogs",
    "TrafficControllerAccessLog",
    "AGCAccessLogs",
    "GatewayLogs",
    "ApiManagementGatewayLogs",
    "IngressLogs",
    "AppPlatformIngressLogs",
];

const QUERY: usize = 20;
const CURRENT: usize = 21;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["httpMethod", "method"], Column::Method),
        url(&["originalRequestUriWithArgs", "requestUri", "url"]),
        request(&["Request"]),
        status(&["httpStatus", "httpStatusCode", "responseCode", "Status"]),
        source_address(&["clientIP", "callerIpAddress", "RemoteAddr"]),
        source_port(&["clientPort"]),
        text(&["userAgent", "HttpUserAgent"], Column::UserAgent),
        part(
            &["backendHost", "backendUrl", "serverRouted"],
            Column::Peer,
            parts::host,
        ),
        peer_address(&["serverRouted", "backendIp"]),
        text(&["instanceId"], Column::Host),
        text(
            &["transactionId", "trackingId", "correlationId", "ReqId"],
            Column::RequestId,
        ),
        part(
            &["userId", "apimSubscriptionId", "RemoteUser"],
            Column::Actor,
            parts::plain,
        ),
        duration(&["durationMs", "totalTime"], 1e6),
        duration(&["RequestTime"], 1e9),
        keep(
            &["backendPoolName", "backendHost", "apiId", "backendHostname"],
            details::BACKEND,
        ),
        keep(&["isRequestSuccess"], details::RESULT),
        keep(
            &[
                "lastError.message",
                "lastError_message",
                "lastErrorMessage",
                "error_info",
            ],
            details::MESSAGE,
        ),
        keep(&["timeTaken"], details::TIME_TAKEN),
        keep(&["requestQuery"], QUERY),
        keep(&["transactionId", "serverRouted"], CURRENT),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Gateways of the first version tell the request's id and the server in the query that they sent
/// on: `X-AzureApplicationGateway-LOG-ID=..&SERVER-ROUTED=10.0.0.4&SERVER-STATUS=404`.
///
/// The query of a client may have the same names. Theirs stand behind it, and gateways of the
/// second version, which have fields for both, add nothing to it.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    details::finish(event, row);
    if event.kept_value(CURRENT).is_some() {
        return;
    }
    let query = event.kept(QUERY).unwrap_or_default();
    for (name, value) in query.rsplit('&').filter_map(|part| part.split_once('=')) {
        match name {
            "X-AzureApplicationGateway-LOG-ID" if !row.has(Column::RequestId) => {
                row.text(Column::RequestId, value);
            }
            "SERVER-ROUTED" if !row.has(Column::Peer) => {
                put_text(value, To::PeerAddress, row);
            }
            _ => {}
        }
    }
}
