//! Findings of Security Command Center: as a notification, as the API lists them, or alone.
//!
//! Sources: pages `how-to-api-filter-notifications` and
//! `reference/rest/v1/organizations.sources.findings` in
//! cloud.google.com/security-command-center/docs, as of 2026-11-27.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, peer_address, peer_port, resource, severity_of,
    source_address, source_port, text, time,
};
use nepho_core::register;
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.scc_finding",
    summary: "Google Cloud Security Command Center findings",
    permissions: &["securitycenter.findings.list"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const CATEGORY: usize = 0;

static TABLES: [&Table; 4] = [&DATED, &NOTIFIED, &NAMED, &LOGGED];

const BASE: Table = Table {
    name: "gcp.scc_finding",
    needs: &[],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "securitycenter.googleapis.com"),
    ],
    fields: &[
        time(&[
            "finding.eventTime",
            "eventTime",
            "finding.event_time",
            "event_time",
            "finding.createTime",
            "createTime",
        ]),
        severity_of(
            &[
                "finding.severity",
                "severity",
                // Findings of Security Health Analytics without one of their own.
                "finding.sourceProperties.SeverityLevel",
                "sourceProperties.SeverityLevel",
            ],
            RANKS,
        ),
        part(
            &[
                "finding.canonicalName",
                "finding.name",
                "canonicalName",
                "name",
            ],
            Column::Account,
            entry::owner,
        ),
        part(
            &["finding.resourceName", "resourceName"],
            Column::Account,
            entry::project,
        ),
        part(
            &[
                "resource.gcpMetadata.project",
                "resource.projectName",
                "resource.project",
                "resource.project_name",
            ],
            Column::Account,
            entry::last_segment,
        ),
        text(
            &[
                "resource.awsMetadata.account.id",
                "resource.azureMetadata.subscription.id",
            ],
            Column::Account,
        ),
        part(&["resource.location"], Column::Region, entry::region),
        text(&["finding.category", "category"], Column::Action),
        text(
            &[
                "finding.access.principalEmail",
                "finding.access.principalSubject",
                "finding.access.userName",
                "access.principalEmail",
                "access.principalSubject",
                "finding.sourceProperties.properties.principalEmail",
                "finding.iamBindings[0].member",
                "iamBindings[0].member",
            ],
            Column::Actor,
        ),
        source_address(&[
            "finding.access.callerIp",
            "access.callerIp",
            "finding.connections[0].sourceIp",
            "connections[0].sourceIp",
            "finding.indicator.ipAddresses[0]",
            "indicator.ipAddresses[0]",
        ]),
        source_port(&[
            "finding.connections[0].sourcePort",
            "connections[0].sourcePort",
        ]),
        peer_address(&[
            "finding.connections[0].destinationIp",
            "connections[0].destinationIp",
        ]),
        peer_port(&[
            "finding.connections[0].destinationPort",
            "connections[0].destinationPort",
        ]),
        text(
            &[
                "finding.access.userAgent",
                "access.userAgent",
                "finding.access.userAgentFamily",
            ],
            Column::UserAgent,
        ),
        text(
            &["finding.processes[0].name", "processes[0].name"],
            Column::Process,
        ),
        part(
            &[
                "finding.canonicalName",
                "finding.name",
                "canonicalName",
                "name",
            ],
            Column::RequestId,
            entry::last_segment,
        ),
        text(
            &[
                "finding.description",
                "description",
                "finding.sourceProperties.Explanation",
                "finding.sourceProperties.summary_message",
                "finding.sourceProperties.SummaryMessage",
                "sourceProperties.Explanation",
                "sourceProperties.summary_message",
                "finding.sourceProperties.Recommendation",
                "finding.nextSteps",
            ],
            Column::Body,
        ),
        resource(&[
            "finding.resourceName",
            "resourceName",
            "finding.resource_name",
            "resource.name",
        ]),
        resource(&["finding.name", "name"]),
        keep(&["finding.category", "category"], CATEGORY),
    ],
    extras: &[
        ("finding.state", "state"),
        ("state", "state"),
        ("finding.findingClass", "finding_class"),
        ("findingClass", "finding_class"),
        ("finding.mute", "mute"),
        ("resource.type", "resource_type"),
        ("finding.parentDisplayName", "source"),
        ("finding.access.methodName", "method"),
        ("finding.vulnerability.cve.id", "cve"),
        ("vulnerability.cve.id", "cve"),
        ("finding.mitreAttack.primaryTactic", "tactic"),
        ("finding.externalUri", "link"),
        ("externalUri", "link"),
        ("resource.projectDisplayName", "project_name"),
        ("notificationConfigName", "notification"),
    ],
    finish: Some(finish),
};

static DATED: Table = Table {
    needs: &[
        Need::HasAny(&["finding.category", "category"]),
        Need::HasAny(&["finding.resourceName", "resourceName"]),
        Need::HasAny(&[
            "finding.eventTime",
            "finding.createTime",
            "eventTime",
            "createTime",
        ]),
        Need::HasAny(&[
            "finding.state",
            "finding.severity",
            "finding.findingClass",
            "finding.canonicalName",
            "findingClass",
            "canonicalName",
            "sourceProperties",
            "securityMarks",
            "externalUri",
            "state",
        ]),
    ],
    ..BASE
};

/// Findings without a time, by their name: `organizations/1/sources/2/findings/3`.
static NOTIFIED: Table = Table {
    needs: &[
        Need::Contains("finding.name", "/findings/"),
        Need::Has("finding.category"),
    ],
    ..BASE
};

/// The same without a notification around them.
static NAMED: Table = Table {
    needs: &[
        Need::Contains("name", "/findings/"),
        Need::Has("category"),
        Need::Has("resourceName"),
    ],
    ..BASE
};

/// What Event Threat Detection writes to Cloud Logging: what a finding keeps as the properties of
/// its source.
///
/// Google's page on findings in Cloud Logging could not be opened (2026-12-01): the fields are
/// those that github.com/GoogleCloudPlatform/security-response-automation reads (`providers/etd`;
/// tests with `iam_anomalous_grant` and `bad_ip`).
static LOGGED: Table = Table {
    name: "gcp.scc_finding",
    needs: &[
        entry::NO_ROW,
        Need::Contains("logName", "/threatdetection.googleapis.com"),
        Need::HasAny(&[
            "jsonPayload.detectionCategory",
            "jsonPayload.detectionPriority",
        ]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "securitycenter.googleapis.com"),
    ],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        severity_of(&["jsonPayload.detectionPriority"], RANKS),
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        part(
            &[
                "jsonPayload.properties.location",
                "jsonPayload.properties.network.location",
            ],
            Column::Region,
            entry::region,
        ),
        text(
            &[
                "jsonPayload.detectionCategory.ruleName",
                "jsonPayload.detectionCategory.technique",
            ],
            Column::Action,
        ),
        text(
            &[
                "jsonPayload.detectionCategory.subRuleName",
                "jsonPayload.detectionCategory.ruleName",
            ],
            Column::Body,
        ),
        text(
            &[
                "jsonPayload.properties.principalEmail",
                "jsonPayload.properties.sensitiveRoleGrant.principalEmail",
            ],
            Column::Actor,
        ),
        source_address(&["jsonPayload.properties.ipConnection.srcIp"]),
        source_port(&["jsonPayload.properties.ipConnection.srcPort"]),
        peer_address(&["jsonPayload.properties.ipConnection.destIp"]),
        peer_port(&["jsonPayload.properties.ipConnection.destPort"]),
        resource(&["jsonPayload.affectedResources[].gcpResourceName"]),
    ],
    extras: &[
        ("jsonPayload.detectionCategory.ruleName", "rule"),
        ("jsonPayload.detectionCategory.technique", "tactic"),
        ("jsonPayload.detectionCategory.indicator", "source"),
        ("jsonPayload.findingId", "finding"),
    ],
    finish: None,
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has(Column::Body)
        && let Some(category) = event.kept(CATEGORY)
    {
        row.text(Column::Body, &category);
    }
}
