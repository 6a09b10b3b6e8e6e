//! Request logs of Cloud Load Balancing.

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, Need, Table, address, duration, http_status, keep, outcome_of, peer_address,
    source_address, text, url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;
use crate::exported::{self, Exported};

register!(Component {
    kind: Kind::Format,
    name: "gcp.http_lb",
    summary: "Google Cloud load balancer requests",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(Exported {
        table: &TABLE,
        extras: asked,
        payload: exported::BALANCER,
    })),
});

const BACKEND: usize = 0;
const PROJECT: usize = 1;
const REGION: usize = 2;

/// A request that Cloud Armor refused has failed; of what it let through, the status tells.
const DENIALS: &[(&str, Outcome)] = &[("DENY", Outcome::Failure), ("DENIED", Outcome::Failure)];

/// The same where the entry does not name the policy.
///
/// Source: cloud.google.com/load-balancing/docs/https/https-logging-monitoring, `statusDetails`,
/// as of 2026-11-30.
const REFUSALS: &[(&str, Outcome)] = &[
    ("denied_by_security_policy", Outcome::Failure),
    ("body_denied_by_security_policy", Outcome::Failure),
    ("banned_by_security_policy", Outcome::Failure),
    ("throttled_by_security_policy", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "gcp.http_lb",
    needs: &[
        entry::NO_ROW,
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
            "resource.labels.gateway_name",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
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
        text(
            &[
                "resource.labels.backend_service_name",
                "resource.labels.backend_target_name",
                "resource.labels.backend_name",
                "resource.labels.url_map_name",
                "resource.labels.forwarding_rule_name",
            ],
            Column::Service,
        ),
        text(&["httpRequest.requestMethod"], Column::Method),
        url(&["httpRequest.requestUrl"]),
        http_status(&["httpRequest.status"]),
        text(&["httpRequest.userAgent"], Column::UserAgent),
        source_address(&["httpRequest.remoteIp", "jsonPayload.remoteIp"]),
        peer_address(&["httpRequest.serverIp"]),
        duration(&["httpRequest.latency"], 1e9),
        outcome_of(
            &[
                "jsonPayload.enforcedSecurityPolicy.outcome",
                "jsonPayload.enforcedEdgeSecurityPolicy.outcome",
                // Secure Web Proxy.
                "jsonPayload.enforcedGatewaySecurityPolicy.matchedRules[0].action",
            ],
            DENIALS,
        ),
        outcome_of(&["jsonPayload.statusDetails"], REFUSALS),
        text(
            &["jsonPayload.statusDetails", "jsonPayload.proxyStatus"],
            Column::Body,
        ),
        keep(
            &[
                "resource.labels.backend_service_name",
                "resource.labels.backend_target_name",
            ],
            BACKEND,
        ),
        keep(&["resource.labels.region"], REGION),
        keep(&["resource.labels.project_id"], PROJECT),
    ],
    extras: &[
        ("httpRequest.responseSize", "bytes"),
        ("httpRequest.requestSize", "received_bytes"),
        ("httpRequest.protocol", "protocol"),
        ("httpRequest.referer", "referer"),
        ("resource.labels.forwarding_rule_name", "forwarding_rule"),
        ("resource.labels.url_map_name", "url_map"),
        // Cloud Armor: what its policies decided, at the edge and before the backend.
        ("jsonPayload.enforcedEdgeSecurityPolicy.name", "rule"),
        (
            "jsonPayload.enforcedEdgeSecurityPolicy.priority",
            "rule_priority",
        ),
        (
            "jsonPayload.enforcedEdgeSecurityPolicy.configuredAction",
            "rule_action",
        ),
        (
            "jsonPayload.enforcedEdgeSecurityPolicy.outcome",
            "rule_outcome",
        ),
        ("jsonPayload.enforcedSecurityPolicy.name", "rule"),
        (
            "jsonPayload.enforcedSecurityPolicy.priority",
            "rule_priority",
        ),
        (
            "jsonPayload.enforcedSecurityPolicy.configuredAction",
            "rule_action",
        ),
        ("jsonPayload.enforcedSecurityPolicy.outcome", "rule_outcome"),
        (
            "jsonPayload.enforcedSecurityPolicy.preconfiguredExprIds[0]",
            "rule_expression",
        ),
        ("jsonPayload.previewSecurityPolicy.name", "preview_rule"),
        (
            "jsonPayload.previewSecurityPolicy.priority",
            "preview_rule_priority",
        ),
        (
            "jsonPayload.previewSecurityPolicy.configuredAction",
            "preview_rule_action",
        ),
        (
            "jsonPayload.previewSecurityPolicy.outcome",
            "preview_rule_outcome",
        ),
        (
            "jsonPayload.enforcedGatewaySecurityPolicy.matchedRules[0].name",
            "rule",
        ),
        (
            "jsonPayload.enforcedGatewaySecurityPolicy.matchedRules[0].action",
            "rule_action",
        ),
        ("httpRequest.cacheHit", "cache_hit"),
    ],
    finish: Some(finish),
};

/// The address that the client asked for; column `peer` has the instance that answered.
fn asked(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    let url = ["httpRequest.requestUrl", "httprequest.requestUrl"]
        .iter()
        .find_map(|path| fields.text(path));
    let url = unescape(url.unwrap_or_default());
    let authority = url.split_once("://").map_or("", |(_, rest)| {
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    });
    let port = match address(authority) {
        Some((address, port)) => {
            found("dst_ip", address);
            port
        }
        None => authority
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok()),
    };
    if let Some(port) = port {
        found("dst_port", &port.to_string());
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(backend), Some(project)) = (event.kept(BACKEND), event.kept(PROJECT)) {
        let scope = match event.kept(REGION) {
            Some(region) => format!("regions/{region}"),
            None => "global".to_owned(),
        };
        row.resource(&format!(
            "//compute.googleapis.com/projects/{project}/{scope}/backendServices/{backend}"
        ));
    }
}
