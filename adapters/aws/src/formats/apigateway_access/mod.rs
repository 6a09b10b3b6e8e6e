//! Access logs of API Gateway, whose fields and shape people choose themselves.
//!
//! JSON is recognised by the usual `$context` variables, in any style of case. The other shapes are
//! those that the console offers: common log format with the request id behind it, XML, and CSV.

mod lines;
mod nested;

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, duration, http_status, keep, part, source_address, text, time,
    url,
};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::trace_root;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.apigateway_access",
    summary: "API Gateway access logs as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const API: usize = 0;
const STAGE: usize = 1;
const DOMAIN: usize = 2;
const RESOURCE_PATH: usize = 3;
const ROUTE: usize = 4;
const ERROR_TYPE: usize = 5;
const MILLISECOND: f64 = 1e6;

static TABLES: [&Table; 2] = [&TABLE, &nested::TABLE];

static TABLE: Table = Table {
    name: "aws.apigateway_access",
    needs: &[
        // What loggers of applications write has these.
        Need::Lacks("level"),
        Need::Lacks("msg"),
        Need::Lacks("severity"),
        Need::HasAny(&[
            "requestId",
            "RequestId",
            "request_id",
            "request-id",
            "extendedRequestId",
            "extended_request_id",
            "resourcePath",
            "routeKey",
        ]),
        Need::HasAny(&[
            "requestTime",
            "RequestTime",
            "request_time",
            "request-time",
            "requestTimeEpoch",
            "RequestTimeEpoch",
            "request_time_epoch",
            "resourcePath",
            "routeKey",
        ]),
        Need::HasAny(&[
            "resourcePath",
            "ResourcePath",
            "resource_path",
            "resource-path",
            "routeKey",
            "RouteKey",
            "route_key",
            "route-key",
            "apiId",
            "ApiId",
            "api_id",
            "api-id",
            "resourceId",
            "resource_id",
            "integrationLatency",
            "integration_latency",
            "integrationStatus",
            "integration_status",
            "integrationErrorMessage",
            "integration_error_message",
            "extendedRequestId",
            "extended_request_id",
            "responseLength",
            // Names that no other gateway gives its variables.
            "requestTimeEpoch",
            "request_time_epoch",
            "xrayTraceId",
            "xray_trace_id",
        ]),
        Need::HasAny(&["status", "Status", "protocol", "Protocol", "eventType"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&[
            "requestTimeEpoch",
            "request_time_epoch",
            "requestTime",
            "request_time",
            "request-time",
        ]),
        text(&["accountId", "account_id"], Column::Account),
        text(
            &["apiId", "api_id", "api-id", "domainName", "domain_name"],
            Column::Service,
        ),
        text(
            &[
                "routeKey",
                "route_key",
                "route-key",
                "eventType",
                "event_type",
            ],
            Column::Action,
        ),
        text(
            &[
                "caller",
                "userArn",
                "user_arn",
                "user",
                "principalId",
                "principal_id",
                "authorizer.principalId",
            ],
            Column::Actor,
        ),
        source_address(&[
            "ip",
            "sourceIp",
            "source_ip",
            "source-ip",
            "clientIp",
            "client_ip",
            "identity.sourceIp",
            "identitySourceIp",
            "identity_sourceIp",
            "identity_source_ip",
        ]),
        text(
            &[
                "userAgent",
                "user_agent",
                "user-agent",
                "identity.userAgent",
            ],
            Column::UserAgent,
        ),
        text(
            &["httpMethod", "http_method", "http-method", "method"],
            Column::Method,
        ),
        url(&["resourcePath", "resource_path", "resource-path"]),
        url(&["path", "uri"]),
        http_status(&["status"]),
        text(
            &[
                "requestId",
                "request_id",
                "request-id",
                "extendedRequestId",
                "extended_request_id",
            ],
            Column::RequestId,
        ),
        part(
            &["xrayTraceId", "xray_trace_id"],
            Column::TraceId,
            trace_root,
        ),
        duration(
            &[
                "responseLatency",
                "response_latency",
                "latency",
                "integrationLatency",
            ],
            MILLISECOND,
        ),
        text(
            &[
                "errorMessage",
                "error_message",
                "error.message",
                "integrationErrorMessage",
                "integration_error_message",
                "integrationError",
                "integration_error",
                "integration.error",
                "authorizerError",
                "authorizer.error",
            ],
            Column::Body,
        ),
        keep(&["apiId", "api_id", "api-id"], API),
        keep(&["stage"], STAGE),
        keep(&["domainName", "domain_name", "domain-name"], DOMAIN),
        keep(
            &["resourcePath", "resource_path", "resource-path"],
            RESOURCE_PATH,
        ),
        keep(&["routeKey", "route_key", "route-key"], ROUTE),
        keep(
            &[
                "errorResponseType",
                "error_response_type",
                "error.responseType",
            ],
            ERROR_TYPE,
        ),
    ],
    extras: &[
        ("responseLength", "bytes"),
        ("response_length", "bytes"),
        ("domainName", "domain"),
        ("domain_name", "domain"),
        ("stage", "stage"),
        ("protocol", "protocol"),
        ("connectionId", "connection"),
        ("integrationLatency", "integration_latency"),
        ("integrationStatus", "integration_status"),
        ("integration_status", "integration_status"),
        ("errorResponseType", "error_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Set only where the gateway itself answers: it refused, or could not reach what is behind it.
    if event.kept(ERROR_TYPE).is_some_and(|kind| kind != "-") {
        row.outcome(Outcome::Failure);
    }
    let route = event.kept(ROUTE).unwrap_or_default();
    // Routes of HTTP APIs are a method and a path: `GET /carts/{id}`; `$default` has neither.
    if let Some((method, path)) = route.split_once(' ') {
        if !row.has(Column::Method) {
            row.text(Column::Method, method);
        }
        if !row.has(Column::Path) {
            row.text(Column::Path, path);
        }
    }
    let domain = event.kept(DOMAIN).unwrap_or_default();
    let region = region(&domain).unwrap_or_default();
    row.text(Column::Region, region);
    if let (Some(api), false) = (event.kept(API), region.is_empty()) {
        // APIs of the first kind have resources, those of the second kind routes.
        let kind = match event.kept(RESOURCE_PATH) {
            Some(_) => "restapis",
            None => "apis",
        };
        let stage = event.kept(STAGE);
        let stage = stage
            .map(|stage| format!("/stages/{stage}"))
            .unwrap_or_default();
        row.resource(&format!(
            "arn:aws:apigateway:{region}::/{kind}/{api}{stage}"
        ));
    }
}

/// Region of the domain that AWS gives an API: `abcdef1234.execute-api.eu-west-1.amazonaws.com`.
fn region(domain: &str) -> Option<&str> {
    let (_, rest) = domain.split_once(".execute-api.")?;
    rest.split('.').next().filter(|region| !region.is_empty())
}

#[cfg(test)]
mod tests {
    use super::region;

    #[test]
    fn domains_of_aws_have_regions() {
        let domain = "abcdef1234.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(region(domain), Some("eu-west-1"));
        assert_eq!(region("api.example.com"), None);
    }
}
