//! Access logs that keep the variables in an object of their name, as the module of Terraform for
//! HTTP APIs sets them up.
//!
//! Source: github.com/terraform-aws-modules/terraform-aws-apigateway-v2, `access_log_settings`, as
//! of 2026-12-01.

use nepho_codec::table::{
    Need, Table, duration, http_status, keep, source_address, text, time, url,
};
use nepho_core::tables::Column;

use super::{API, DOMAIN, ERROR_TYPE, MILLISECOND, RESOURCE_PATH, ROUTE, STAGE, finish};

pub(super) static TABLE: Table = Table {
    name: "aws.apigateway_access",
    needs: &[
        Need::HasAny(&["context.requestId", "context.extendedRequestId"]),
        Need::HasAny(&["context.requestTime", "context.requestTimeEpoch"]),
        Need::HasAny(&["context.routeKey", "context.resourcePath", "context.apiId"]),
        Need::Has("context.status"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["context.requestTimeEpoch", "context.requestTime"]),
        text(&["context.accountId"], Column::Account),
        text(&["context.apiId", "context.domainName"], Column::Service),
        text(&["context.routeKey", "context.eventType"], Column::Action),
        text(
            &[
                "context.identity.caller",
                "context.identity.userArn",
                "context.identity.user",
                "context.authorizer.principalId",
            ],
            Column::Actor,
        ),
        source_address(&["context.identity.sourceIp"]),
        text(&["context.identity.userAgent"], Column::UserAgent),
        text(&["context.httpMethod"], Column::Method),
        url(&["context.resourcePath"]),
        url(&["context.path"]),
        http_status(&["context.status"]),
        text(
            &["context.requestId", "context.extendedRequestId"],
            Column::RequestId,
        ),
        duration(&["context.responseLatency"], MILLISECOND),
        text(
            &[
                "context.error.message",
                "context.integrationErrorMessage",
                "context.integration.error",
                "context.authorizer.error",
            ],
            Column::Body,
        ),
        keep(&["context.apiId"], API),
        keep(&["context.stage"], STAGE),
        keep(&["context.domainName"], DOMAIN),
        keep(&["context.resourcePath"], RESOURCE_PATH),
        keep(&["context.routeKey"], ROUTE),
        keep(&["context.error.responseType"], ERROR_TYPE),
    ],
    extras: &[
        ("context.responseLength", "bytes"),
        ("context.domainName", "domain"),
        ("context.stage", "stage"),
        ("context.protocol", "protocol"),
        (
            "context.integration.integrationStatus",
            "integration_status",
        ),
        ("context.error.responseType", "error_type"),
    ],
    finish: Some(finish),
};
