//! What stands in `properties`, or beside the envelope where a log has none.
//!
//! Hundreds of categories have their own names; these are the ones that mean the same in all of
//! them.
//! Source: learn.microsoft.com/azure/azure-monitor/reference/supported-logs/logs-index and the
//! schema pages of Application Gateway, Front Door, API Management, App Service, Functions,
//! Storage, Microsoft Entra; read 2026-11-21.

use nepho_codec::json::JsonFields;
use nepho_codec::message::json::url_path;
use nepho_codec::table::{Event, Field, Table, To, put_text};
use nepho_core::tables::{Column, Outcome, Row};

use super::common::LEVELS;
use super::{keep, parts, text};

pub(crate) const MESSAGE: usize = 0;
pub(crate) const APPLICATION: usize = 1;
pub(crate) const POD: usize = 2;
pub(crate) const RESULT: usize = 3;
pub(crate) const STATUS_MESSAGE: usize = 4;
pub(crate) const DESCRIPTION: usize = 5;
pub(crate) const TIME_TAKEN: usize = 6;
pub(crate) const BACKEND: usize = 7;
pub(crate) const ADDRESS: usize = 8;
const RESPONSE: usize = 9;
pub(crate) const STATUS: usize = 10;
const FAILED: usize = 11;
pub(crate) const REQUEST: usize = 12;
pub(crate) const POD_NAMESPACE: usize = 13;
const EXIT: usize = 14;
/// Whether it succeeded: a truth, or 1 and 0.
pub(crate) const SUCCEEDED: usize = 16;
/// The line that an application wrote, under the names of [`super::QuickLine`].
pub(crate) const LINE: usize = 15;

/// What `properties` may tell.
pub(crate) static TABLE: Table = Table {
    name: "azure",
    needs: &[],
    constants: &[],
    fields: &[
        Field {
            from: &[
                "targetResourceId",
                "resourceName",
                "resourceUri",
                "targetResourceUri",
            ],
            to: To::ResourcePart(parts::resource_id),
        },
        Field {
            from: &[
                "level",
                "logLevel",
                "severity",
                "errorLevel",
                // What runbooks of Automation write; `Output` and `Progress` are no levels.
                "streamType_s",
                "StreamType",
            ],
            to: To::SeverityOf(LEVELS),
        },
        Field {
            from: &[
                "httpStatusCode",
                "httpStatus",
                "ScStatus",
                "responseCode",
                "statusCode",
                "backendResponseCode",
            ],
            to: To::Status,
        },
        text(
            &["httpMethod", "CsMethod", "requestMethod", "method"],
            Column::Method,
        ),
        Field {
            from: &["requestUri", "CsUriStem", "requestUrl", "uri", "url"],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &[
                "clientIP",
                "CIp",
                "socketIp",
                "ipAddress",
                "callerIpAddress",
                "UserAddress",
                "clientIpAddress",
                "sourceIp",
                "sourceIPAddress",
                "sourcePublicIpAddress",
                "ip",
                "initiatedBy.user.ipAddress",
                // Azure Virtual Desktop.
                "ClientSideIPAddress",
                // Audits of Automation.
                "clientInfo.ipAddress",
                "clientInfo_IpAddress",
            ],
            to: To::Part(Column::SourceIp, parts::address),
        },
        Field {
            from: &["clientPort", "sourcePort"],
            to: To::SourcePort,
        },
        text(
            &["userAgent", "CsUserAgent", "userAgentHeader"],
            Column::UserAgent,
        ),
        Field {
            from: &[
                "backendHostname",
                "serverRouted",
                "originUrl",
                "originIp",
                "backendUrl",
                "destinationIp",
                "targetUrl",
                "Fqdn",
                "targetVMIPAddress",
                "remoteIP",
                "destPublicIpAddress",
                // Global Secure Access.
                "destinationFqdn",
            ],
            to: To::Part(Column::Peer, parts::authority),
        },
        Field {
            from: &["destinationPort", "destPort"],
            to: To::PeerPort,
        },
        // Workflows of Logic Apps.
        Field {
            from: &["resource.location", "resource_location"],
            to: To::Part(Column::Region, region_of),
        },
        text(
            &[
                "trackingReference",
                "transactionId",
                "functionInvocationId",
                "requestId",
                "clientRequestId",
                "correlationId",
                "activityId",
                // Workflows of Logic Apps, which have none of the others.
                "correlation.clientTrackingId",
                "correlation_clientTrackingId",
                "clientTrackingId",
            ],
            Column::RequestId,
        ),
        Field {
            from: &[
                "initiatedBy.user.userPrincipalName",
                "initiatedBy.app.displayName",
                "initiatedBy.user.displayName",
                "userPrincipalName",
                "servicePrincipalName",
                "userDisplayName",
                "caller",
                "user",
                "userId",
                "identity",
                "userEmail",
                "AADEmail",
                "userName",
                "clientInfo.principalName",
                "clientInfo_PrincipalName",
                "appDisplayName",
                "appId",
            ],
            to: To::Part(Column::Actor, parts::plain),
        },
        text(
            &[
                "PodName",
                "InstanceName",
                "roleInstance",
                "ReplicaName",
                "ContainerGroupName",
                "pod",
                "ComputerName",
                "Computer",
                "instanceId",
                "Host",
                "hostInstanceId",
                "SessionHostName",
            ],
            Column::Host,
        ),
        text(
            &["functionName", "ContainerName", "CustomDimensions.Category"],
            Column::Process,
        ),
        Field {
            from: &["durationMs", "backendTime", "ResponseDurationMs"],
            to: To::Duration(1e6),
        },
        keep(
            &[
                "message",
                "msg",
                "Log",
                "LogMessage",
                "LogEntry",
                "Log_s",
                "resultDescription",
                "errorMessage",
                "resultMessage",
                "error.message",
                "error_message",
                "details.message",
                "sql_text",
                // Machine Learning.
                "JobErrorMessage",
                // Builds of Spring Apps.
                "BuildLog",
            ],
            MESSAGE,
        ),
        keep(
            &[
                "ContainerAppName",
                "ContainerAppName_s",
                "appName",
                "JobName",
                "SiteName",
            ],
            APPLICATION,
        ),
        keep(&["PodName"], POD),
        keep(
            &[
                "result",
                "status.errorCode",
                "resultType",
                "statusText",
                "ScaleActionOperationStatus",
                "resultCode",
                "JobStatus",
                "error_code",
                // Event Grid, network security perimeters, Data Explorer, Global Secure Access.
                "operationResult",
                "ResultAction",
                "State",
                "action",
                // Communication Services, Connection Monitor.
                "DeliveryStatus",
                "TestResult",
            ],
            RESULT,
        ),
        keep(&["isRequestSuccess", "success"], SUCCEEDED),
        keep(&["status"], STATUS),
        keep(&["statusMessage"], STATUS_MESSAGE),
        keep(
            &[
                // That of a rule says less than what became of it.
                "ScaleActionMessage",
                "description",
                "title",
                // Of the Activity Log: Resource Health, autoscale, Defender, Advisor.
                "eventProperties.title",
                "eventProperties.description",
                "alertName",
                "recommendationName",
                "eventDescription",
                "stateChangeReason",
                // What Defender for Cloud found, in the Activity Log.
                "eventName",
                "failureInfo.message",
                "executionInfo.failureInfo.message",
            ],
            DESCRIPTION,
        ),
        keep(&["timeTaken"], TIME_TAKEN),
        keep(&["response"], RESPONSE),
        // Tasks of Batch.
        keep(
            &[
                "failureInfo.code",
                "failureInfo.category",
                "executionInfo.failureInfo.code",
            ],
            FAILED,
        ),
        keep(&["executionInfo.exitCode"], EXIT),
        keep(
            &[
                "backendPoolName",
                "backendName",
                "originGroupName",
                "backendHostname",
                "originName",
                "apiId",
            ],
            BACKEND,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

/// A region, `westeurope` or `West Europe`; empty for other locations. All regions but those of
/// the government have a direction in their names.
///
/// Source: learn.microsoft.com/azure/reliability/regions-list, as of 2026-11-30.
fn region_of(text: &str) -> &str {
    const PARTS: [&str; 6] = ["east", "west", "north", "south", "central", "usgov"];
    let text = parts::trimmed(text);
    let is_name = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    let lower = text.to_ascii_lowercase();
    let has_part = PARTS.iter().any(|part| lower.contains(part)) || lower.starts_with("us gov");
    let has_length = (6..=24).contains(&text.len());
    if is_name && has_length && has_part {
        text
    } else {
        ""
    }
}

/// Address of the client, where the envelope has none.
pub(crate) fn address(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(address) = event.kept(ADDRESS).filter(|_| !row.has(Column::SourceIp)) {
        row.text(Column::SourceIp, parts::address(&address));
    }
}

/// Id of the request, where the envelope has none.
pub(crate) fn request(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(id) = event.kept(REQUEST).filter(|_| !row.has(Column::RequestId)) {
        row.text(Column::RequestId, &id);
    }
}

/// Time taken: of gateways in seconds with a fraction, of App Service in whole milliseconds; and
/// the status that the text of a response tells.
pub(crate) fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(taken) = event.kept(TIME_TAKEN) {
        let unit = if taken.contains('.') { 1e9 } else { 1e6 };
        if let Some(nanos) = nepho_codec::time::duration(&taken, unit) {
            row.duration(nanos);
        }
    }
    if event.kept(FAILED).is_some_and(|word| !word.is_empty()) {
        row.outcome(Outcome::Failure);
    } else if let Some(code) = event.kept(EXIT).and_then(|code| code.parse::<i64>().ok()) {
        row.outcome(match code {
            0 => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
    if let Some(response) = event
        .kept(RESPONSE)
        .filter(|_| row.status_so_far().is_none())
        && let Ok(fields) = JsonFields::parse(&response)
        && let Some(status) = fields.text("statusCode")
    {
        put_text(status, To::Status, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_regions_by_their_names() {
        let check = |text: &str, expected: &str| assert_eq!(region_of(text), expected, "{text}");
        check("westeurope", "westeurope");
        check("West US 2", "West US 2");
        check("usgovvirginia", "usgovvirginia");
        check("global", "");
        check("Berlin, east side", "");
        check("shelf 7/3", "");
        check("warehouse", "");
        check("", "");
    }
}
