//! The fields around `properties`, in all the names that exports give them.
//!
//! Sources (read 2026-11-21): learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema
//! (`time`, `resourceId`), .../platform/activity-log-schema (storage and REST shape), the
//! `AzureActivity` table (`OperationNameValue`). Keys compare without case, so each stands here
//! once.

use nepho_codec::table::{Field, Table, To};
use nepho_core::severity::Severity;
use nepho_core::tables::Column;

use super::{keep, parts, text};

pub(super) const CATEGORY: usize = 0;
pub(super) const OPERATION: usize = 1;
pub(super) const RESOURCE: usize = 2;
pub(super) const PROPERTIES: usize = 3;
pub(super) const LEVEL: usize = 4;
pub(super) const RESULT: usize = 5;
pub(super) const SIGNATURE: usize = 6;
pub(super) const DESCRIPTION: usize = 7;
pub(super) const METRIC: usize = 8;
pub(super) const READING: usize = 9;
pub(super) const ACTIVITY: usize = 10;
pub(super) const EVENT: usize = 11;
pub(super) const NAMESPACE: usize = 12;
pub(super) const IDENTITY: usize = 13;
pub(super) const BACKEND: usize = 14;
pub(super) const TABLE_NAME: usize = 15;
pub(super) const TENANT: usize = 16;
pub(super) const SIGNED_IN: usize = 17;
pub(super) const ROW_TIME: usize = 18;
pub(super) const LINE: usize = 19;
pub(super) const BESIDE_TENANT: usize = 20;
pub(super) const CALLER: usize = 21;

/// Where the one who called stands in an identity that is text, the surest first.
pub(super) const IDENTITY_NAMES: [&str; 12] = [
    "email",
    "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "claims.upn",
    "claims.name",
    "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/spn",
    "claims.appid",
    "claims.http://schemas.microsoft.com/identity/claims/objectidentifier",
    "claims.oid",
    "authorization.evidence.principalId",
    "requester.upn",
];

/// Levels by name and by number: 1 critical, 2 error, 3 warning, 4 informational, 5 verbose
/// (the levels of Event Tracing for Windows, which resource logs use; 0 is "always").
pub(crate) const LEVELS: &[(&str, Severity)] = &[
    ("Critical", Severity::FATAL),
    ("Fatal", Severity::FATAL),
    ("Error", Severity::ERROR),
    ("Warning", Severity::WARN),
    ("Warn", Severity::WARN),
    ("Informational", Severity::INFO),
    ("Information", Severity::INFO),
    ("Info", Severity::INFO),
    ("Verbose", Severity::DEBUG),
    ("Debug", Severity::DEBUG),
    ("Trace", Severity::TRACE),
    ("0", Severity::INFO),
    ("1", Severity::FATAL),
    ("2", Severity::ERROR),
    ("3", Severity::WARN),
    ("4", Severity::INFO),
    ("5", Severity::DEBUG),
];

/// What stands around `properties`.
pub(super) static TABLE: Table = Table {
    name: "azure",
    needs: &[],
    constants: &[],
    fields: &[
        Field {
            from: &[
                "time",
                "timeStamp",
                "TimeGenerated",
                "eventTimestamp",
                "event_timestamp",
                "EventTimeString",
                "TimeCreated",
                "createdDateTime",
                "properties.eventTimestamp",
                "properties.activityDateTime",
                "properties.createdDateTime",
                "properties.timeGenerated",
                "submissionTimestamp",
                "submission_timestamp",
            ],
            to: To::Time,
        },
        Field {
            from: &[
                "resourceId",
                "resource_id",
                "_ResourceId",
                "flowLogResourceID",
                // The first versions of the REST API.
                "resourceUri",
                // Events that tell only what their caller was authorized for.
                "authorization.scope",
            ],
            to: To::ResourcePart(parts::resource_id),
        },
        Field {
            from: &[
                "resourceId",
                "resource_id",
                "_ResourceId",
                "flowLogResourceID",
                "authorization.scope",
                "identity.authorization.scope",
                "id",
                "properties.subscriptionId",
            ],
            to: To::Part(Column::Account, parts::subscription),
        },
        text(
            &["subscriptionId", "subscription_id", "_SubscriptionId"],
            Column::Account,
        ),
        Field {
            from: &["location", "region", "resourceLocation"],
            to: To::Part(Column::Region, region),
        },
        text(
            &[
                "correlationId",
                "correlation_id",
                "ActivityId",
                "operationId",
                "operation_id",
                "eventDataId",
                "event_data_id",
            ],
            Column::RequestId,
        ),
        text(
            &["traceId", "trace_id", "traceContext.traceId"],
            Column::TraceId,
        ),
        text(
            &["spanId", "span_id", "traceContext.spanId"],
            Column::SpanId,
        ),
        Field {
            from: &[
                "callerIpAddress",
                "httpRequest.clientIpAddress",
                "http_request.client_ip_address",
            ],
            to: To::Part(Column::SourceIp, parts::address),
        },
        Field {
            from: &[
                "caller",
                "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
                "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
                "identity_claims_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn",
                "identity.claims.upn",
                "identity.claims.name",
                "identity.claim.upn",
                "identity.claim.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
                "identity.requester.upn",
                "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
                "claims.name",
                "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/spn",
                "claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/spn",
                "identity.claims.appid",
                "identity.claim.appid",
                "identity.claim.oid",
                "identity.claims.http://schemas.microsoft.com/identity/claims/objectidentifier",
                "identity.claims.oid",
                "identity.authorization.evidence.principalId",
                "identity.requester.appId",
                "identity.requester.objectId",
                "claims.appid",
            ],
            to: To::Part(Column::Actor, parts::plain),
        },
        Field {
            from: &["durationMs"],
            to: To::Duration(1e6),
        },
        Field {
            from: &["statusCode"],
            to: To::Status,
        },
        text(&["userAgent", "userAgentHeader"], Column::UserAgent),
        text(
            &["httpRequest.method", "http_request.method"],
            Column::Method,
        ),
        keep(
            &["category.value", "category", "CategoryValue", "Type"],
            CATEGORY,
        ),
        keep(
            &[
                "operationName.value",
                "operation_name.value",
                "OperationNameValue",
                "operationName",
                "operation_name",
                "EventName",
            ],
            OPERATION,
        ),
        keep(
            &[
                "resourceId",
                "resource_id",
                "_ResourceId",
                "flowLogResourceID",
            ],
            RESOURCE,
        ),
        keep(&["properties", "property", "Properties_d"], PROPERTIES),
        keep(
            &[
                "level",
                "levelName",
                "LogLevel",
                "CustomLevel",
                "KubeEventType",
            ],
            LEVEL,
        ),
        keep(
            &[
                "resultType",
                "status.value",
                "ActivityStatusValue",
                "isRequestSuccess",
                "status",
                "statusText",
            ],
            RESULT,
        ),
        keep(
            &[
                "resultSignature",
                "subStatus.value",
                "sub_status.value",
                "ActivitySubstatusValue",
            ],
            SIGNATURE,
        ),
        keep(&["resultDescription", "description"], DESCRIPTION),
        keep(&["metricName"], METRIC),
        keep(
            &["average", "total", "count", "maximum", "minimum"],
            READING,
        ),
        keep(
            &[
                "eventDataId",
                "event_data_id",
                "identity.authorization",
                "authorization.scope",
                "OperationNameValue",
            ],
            ACTIVITY,
        ),
        keep(
            &[
                "properties",
                "time",
                "callerIpAddress",
                "durationMs",
                "TimeGenerated",
            ],
            EVENT,
        ),
        keep(
            &[
                "resourceProviderName.value",
                "resource_provider_name.value",
                "ResourceProviderValue",
            ],
            NAMESPACE,
        ),
        keep(&["identity"], IDENTITY),
        // Application Gateway tells the pool beside its properties.
        keep(&["backendPoolName"], BACKEND),
        keep(&["Type"], TABLE_NAME),
        // Not `tenantId`: in Log Analytics that is the workspace.
        keep(&["properties.tenantId", "AADTenantId"], TENANT),
        keep(&["tenantId"], BESIDE_TENANT),
        // Where the caller signed in from.
        keep(&["claims.ipaddr", "identity.claims.ipaddr"], SIGNED_IN),
        keep(&["TimeGenerated"], ROW_TIME),
        keep(&["RawData"], LINE),
        // Privileged Identity Management.
        keep(&["properties.CallerInfo"], CALLER),
    ],
    extras: &[],
    finish: None,
};

/// A region; not the name of a country that sign-ins have in its place.
pub(super) fn region(text: &str) -> &str {
    if text.len() > 2 { text } else { "" }
}
