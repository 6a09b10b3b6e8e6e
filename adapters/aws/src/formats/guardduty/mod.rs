//! GuardDuty findings, as exported to S3, as `GetFindings` gives them, and through EventBridge.

use nepho_codec::table::{
    Event, Need, Table, keep, peer_address, peer_port, resource, source_address, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::listed::Listed;
use crate::rules::put_title;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.guardduty",
    summary: "GuardDuty findings",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["Findings"],
    // Cut down, it may be missing.
    is_mine: Some(|event| {
        let severity = event.kept(SEVERITY);
        severity.is_none_or(|severity| severity.parse::<f64>().is_ok())
    }),
};

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;
const SEVERITY: usize = 2;
const DIRECTION: usize = 3;
const REMOTE: usize = 4;
const REMOTE_PORT: usize = 5;
const LOCAL: usize = 6;
const LOCAL_PORT: usize = 7;
const PARTITION: usize = 8;
const REGION: usize = 9;
const ACCOUNT: usize = 10;
const INSTANCE: usize = 11;
const ACTION: usize = 12;
const TYPE: usize = 13;
const EVENT: usize = 14;

static TABLE: Table = Table {
    name: "aws.guardduty",
    needs: &[
        Need::HasAny(&[
            "service.detectorId",
            "detail.service.detectorId",
            // Where somebody cut the rest off.
            "detail.service.action.actionType",
            "Service.DetectorId",
            "service.action.actionType",
            "service.serviceName",
            // Names that it alone gives the resources of a finding.
            "resource.instanceDetails",
            "resource.accessKeyDetails",
            "resource.s3BucketDetails",
            "resource.eksClusterDetails",
        ]),
        // Others have instances and keys too.
        Need::HasAny(&[
            "service.detectorId",
            "detail.service.detectorId",
            "detail.service.action.actionType",
            "Service.DetectorId",
            "service.action.actionType",
            "service.serviceName",
            "schemaVersion",
            "createdAt",
            "updatedAt",
        ]),
        Need::HasAny(&["severity", "detail.severity", "Severity", "partition"]),
        Need::HasAny(&["type", "detail.type", "Type"]),
        Need::HasAny(&["accountId", "detail.accountId", "AccountId", "partition"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "guardduty.amazonaws.com"),
    ],
    fields: &[
        time(&["time", "updatedAt", "createdAt", "detail.updatedAt"]),
        text(
            &["account", "accountId", "detail.accountId"],
            Column::Account,
        ),
        text(&["region", "detail.region"], Column::Region),
        text(&["source"], Column::Service),
        text(
            &[
                "resource.accessKeyDetails.principalId",
                "detail.resource.accessKeyDetails.principalId",
                "resource.accessKeyDetails.userName",
                "detail.resource.accessKeyDetails.userName",
                "resource.kubernetesDetails.kubernetesUserDetails.username",
                "detail.resource.kubernetesDetails.kubernetesUserDetails.username",
                "resource.rdsDbUserDetails.user",
                "detail.resource.rdsDbUserDetails.user",
            ],
            Column::Actor,
        ),
        text(&["detail.id", "id"], Column::RequestId),
        text(
            &[
                "service.action.kubernetesApiCallAction.userAgent",
                "detail.service.action.kubernetesApiCallAction.userAgent",
                "service.action.awsApiCallAction.userAgent",
                "detail.service.action.awsApiCallAction.userAgent",
            ],
            Column::UserAgent,
        ),
        text(
            &[
                "service.action.networkConnectionAction.protocol",
                "detail.service.action.networkConnectionAction.protocol",
                "service.action.dnsRequestAction.protocol",
                "detail.service.action.dnsRequestAction.protocol",
            ],
            Column::Method,
        ),
        text(
            &[
                "service.runtimeDetails.process.name",
                "detail.service.runtimeDetails.process.name",
            ],
            Column::Process,
        ),
        source_address(&[
            "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
            "service.action.awsApiCallAction.remoteIpDetails.ipAddressV6",
            "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
            "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV6",
            "service.action.kubernetesApiCallAction.sourceIPs[0]",
            "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
            "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV6",
            "service.action.portProbeAction.portProbeDetails[0].remoteIpDetails.ipAddressV4",
            "service.action.portProbeAction.portProbeDetails[0].remoteIpDetails.ipAddressV6",
            "detail.service.action.awsApiCallAction.remoteIpDetails.ipAddressV4",
            "detail.service.action.awsApiCallAction.remoteIpDetails.ipAddressV6",
            "detail.service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4",
            "detail.service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV6",
            "detail.service.action.kubernetesApiCallAction.sourceIPs[0]",
            "detail.service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
            "detail.service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV6",
            "detail.service.action.portProbeAction.portProbeDetails[0].remoteIpDetails.ipAddressV4",
            "detail.service.action.portProbeAction.portProbeDetails[0].remoteIpDetails.ipAddressV6",
        ]),
        peer_address(&[
            "service.action.portProbeAction.portProbeDetails[0].localIpDetails.ipAddressV4",
            "detail.service.action.portProbeAction.portProbeDetails[0].localIpDetails.ipAddressV4",
        ]),
        peer_port(&[
            "service.action.portProbeAction.portProbeDetails[0].localPortDetails.port",
            "detail.service.action.portProbeAction.portProbeDetails[0].localPortDetails.port",
        ]),
        // A call of an API is told by the type of the finding alone.
        keep(
            &[
                "service.action.actionType",
                "detail.service.action.actionType",
            ],
            ACTION,
        ),
        keep(&["type", "detail.type"], TYPE),
        keep(&["detail-type"], EVENT),
        keep(&["title", "detail.title"], TITLE),
        keep(&["description", "detail.description"], DESCRIPTION),
        keep(&["severity", "detail.severity"], SEVERITY),
        keep(
            &[
                "service.action.networkConnectionAction.connectionDirection",
                "detail.service.action.networkConnectionAction.connectionDirection",
            ],
            DIRECTION,
        ),
        keep(
            &[
                "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
                "service.action.networkConnectionAction.remoteIpDetails.ipAddressV6",
                "detail.service.action.networkConnectionAction.remoteIpDetails.ipAddressV4",
                "detail.service.action.networkConnectionAction.remoteIpDetails.ipAddressV6",
            ],
            REMOTE,
        ),
        keep(
            &[
                "service.action.networkConnectionAction.remotePortDetails.port",
                "detail.service.action.networkConnectionAction.remotePortDetails.port",
            ],
            REMOTE_PORT,
        ),
        keep(
            &[
                "service.action.networkConnectionAction.localIpDetails.ipAddressV4",
                "service.action.networkConnectionAction.localIpDetails.ipAddressV6",
                "detail.service.action.networkConnectionAction.localIpDetails.ipAddressV4",
                "detail.service.action.networkConnectionAction.localIpDetails.ipAddressV6",
            ],
            LOCAL,
        ),
        keep(
            &[
                "service.action.networkConnectionAction.localPortDetails.port",
                "detail.service.action.networkConnectionAction.localPortDetails.port",
            ],
            LOCAL_PORT,
        ),
        keep(&["partition", "detail.partition"], PARTITION),
        keep(&["region", "detail.region"], REGION),
        keep(&["detail.accountId", "accountId"], ACCOUNT),
        keep(
            &[
                "resource.instanceDetails.instanceId",
                "detail.resource.instanceDetails.instanceId",
            ],
            INSTANCE,
        ),
        resource(&[
            "resource.s3BucketDetails[].s3ObjectDetails[].objectArn",
            "detail.resource.s3BucketDetails[].s3ObjectDetails[].objectArn",
        ]),
        resource(&[
            "resource.s3BucketDetails[].arn",
            "detail.resource.s3BucketDetails[].arn",
        ]),
        resource(&[
            "resource.eksClusterDetails.arn",
            "detail.resource.eksClusterDetails.arn",
        ]),
        resource(&[
            "resource.ecsClusterDetails.arn",
            "detail.resource.ecsClusterDetails.arn",
        ]),
        resource(&[
            "resource.lambdaDetails.functionArn",
            "detail.resource.lambdaDetails.functionArn",
        ]),
        resource(&[
            "resource.rdsDbInstanceDetails.dbInstanceArn",
            "detail.resource.rdsDbInstanceDetails.dbInstanceArn",
        ]),
        resource(&[
            "resource.ebsVolumeDetails.scannedVolumeDetails[].volumeArn",
            "detail.resource.ebsVolumeDetails.scannedVolumeDetails[].volumeArn",
        ]),
        resource(&[
            "service.action.awsApiCallAction.affectedResources.AWS::IAM::Role",
            "detail.service.action.awsApiCallAction.affectedResources.AWS::IAM::Role",
        ]),
        resource(&[
            "service.action.awsApiCallAction.affectedResources.AWS::S3::Bucket",
            "detail.service.action.awsApiCallAction.affectedResources.AWS::S3::Bucket",
        ]),
        resource(&[
            "service.action.awsApiCallAction.affectedResources.AWS::CloudTrail::Trail",
            "detail.service.action.awsApiCallAction.affectedResources.AWS::CloudTrail::Trail",
        ]),
    ],
    extras: &[
        ("type", "rule"),
        ("detail.type", "rule"),
        ("Type", "rule"),
        ("service.action.dnsRequestAction.domain", "dns_question"),
        (
            "detail.service.action.dnsRequestAction.domain",
            "dns_question",
        ),
        ("Service.Action.DnsRequestAction.Domain", "dns_question"),
        ("service.action.awsApiCallAction.api", "api"),
        ("detail.service.action.awsApiCallAction.api", "api"),
        (
            "service.runtimeDetails.process.executablePath",
            "executable",
        ),
        (
            "detail.service.runtimeDetails.process.executablePath",
            "executable",
        ),
        ("service.count", "count"),
        ("detail.service.count", "count"),
        ("severity", "severity_text"),
        ("detail.severity", "severity_text"),
        ("resource.resourceType", "resource_type"),
        ("detail.resource.resourceType", "resource_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_action(event, row);
    let title = event.kept(TITLE);
    put_title(title.as_deref(), event.kept(DESCRIPTION).as_deref(), row);
    let severity = event.kept(SEVERITY).and_then(|score| severity(&score));
    if let Some(severity) = severity {
        row.severity(severity);
    }
    put_connection(event, row);
    if let Some(id) = event.kept(INSTANCE) {
        match (event.kept(REGION), event.kept(ACCOUNT)) {
            (Some(region), Some(account)) => {
                let partition = event.kept(PARTITION);
                let partition = partition.as_deref().unwrap_or("aws");
                row.resource(&format!(
                    "arn:{partition}:ec2:{region}:{account}:instance/{id}"
                ))
            }
            _ => row.resource(&id),
        };
    }
}

/// What EventBridge calls the event, what was done, or what was found.
fn put_action(event: &Event<'_>, row: &mut Row<'_>) {
    let done = event.kept(ACTION).filter(|action| action != "AWS_API_CALL");
    let action = event.kept(EVENT).or(done).or_else(|| event.kept(TYPE));
    row.text(Column::Action, &action.unwrap_or_default());
}

/// Puts the two ends of a connection: the one that opened it is the client.
fn put_connection(event: &Event<'_>, row: &mut Row<'_>) {
    let is_outbound = event
        .kept(DIRECTION)
        .is_some_and(|direction| direction == "OUTBOUND");
    let (client, server) = match is_outbound {
        true => ([LOCAL, LOCAL_PORT], [REMOTE, REMOTE_PORT]),
        false => ([REMOTE, REMOTE_PORT], [LOCAL, LOCAL_PORT]),
    };
    let [address, port] = client.map(|number| event.kept(number).unwrap_or_default());
    row.text(Column::SourceIp, &address);
    if let Ok(port) = port.parse() {
        row.source_port(port);
    }
    let [address, port] = server.map(|number| event.kept(number).unwrap_or_default());
    row.text(Column::Peer, &address);
    if let Ok(port) = port.parse() {
        row.peer_port(port);
    }
}

/// Severity of a score: up to 3.9 low, 6.9 medium, 8.9 high, beyond critical.
///
/// docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html, as of 2026-11-27.
fn severity(score: &str) -> Option<Severity> {
    let score: f64 = score.trim().parse().ok()?;
    match score {
        0.0..1.0 => Some(Severity::INFO),
        1.0..4.0 => Some(Severity::WARN),
        4.0..7.0 => Some(Severity::ERROR),
        7.0..9.0 => Some(Severity::FATAL),
        9.0..=10.0 => Some(Severity::GRAVE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_severities() {
        assert_eq!(severity("2"), Some(Severity::WARN));
        assert_eq!(severity("5.3"), Some(Severity::ERROR));
        assert_eq!(severity("8"), Some(Severity::FATAL));
        assert_eq!(severity("8.9"), Some(Severity::FATAL));
        assert_eq!(severity("9"), Some(Severity::GRAVE));
        assert_eq!(severity("nan"), None);
        assert_eq!(severity("11"), None);
    }
}
