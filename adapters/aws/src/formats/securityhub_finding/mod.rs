//! Findings of Security Hub in the AWS Security Finding Format (ASFF).

use nepho_codec::table::{
    Event, Need, Table, keep, outcome_of, part, peer_address, peer_port, resource, severity_of,
    source_address, source_port, text, time, url,
};
use nepho_core::severity::{RANKS, Severity};
use nepho_core::tables::{Column, Outcome, Row};

use crate::listed::Listed;
use crate::rules::{put_title, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.securityhub_finding",
    summary: "Security Hub findings (ASFF)",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["detail.findings", "Findings", "findings"],
    is_mine: None,
};

/// Status of a control.
const COMPLIANCE: &[(&str, Outcome)] =
    &[("PASSED", Outcome::Success), ("FAILED", Outcome::Failure)];

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;
const NORMALIZED: usize = 2;
const DIRECTION: usize = 3;
const REMOTE: usize = 4;
const REMOTE_PORT: usize = 5;
const LOCAL_PORT: usize = 6;

static TABLE: Table = Table {
    name: "aws.securityhub_finding",
    needs: &[
        Need::HasAny(&["AwsAccountId", "GeneratorId"]),
        Need::HasAny(&["ProductArn", "GeneratorId"]),
        Need::HasAny(&["ProductArn", "RecordState", "FindingProviderFields"]),
        Need::HasAny(&["SchemaVersion", "FindingProviderFields", "Resources"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "securityhub.amazonaws.com"),
    ],
    fields: &[
        time(&["CreatedAt", "UpdatedAt", "FirstObservedAt"]),
        text(&["AwsAccountId"], Column::Account),
        part(&["ProductArn"], Column::Region, region_of),
        text(&["Region"], Column::Region),
        text(&["Action.ActionType"], Column::Action),
        text(&["Id"], Column::RequestId),
        text(&["Process.Name"], Column::Process),
        text(
            &[
                "Network.Protocol",
                "Action.NetworkConnectionAction.Protocol",
            ],
            Column::Method,
        ),
        url(&["SourceUrl"]),
        source_address(&[
            "Network.SourceIpV4",
            "Network.SourceIpV6",
            "Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4",
            "Action.PortProbeAction.PortProbeDetails[0].RemoteIpDetails.IpAddressV4",
        ]),
        source_port(&["Network.SourcePort"]),
        peer_address(&[
            "Network.DestinationIpV4",
            "Network.DestinationIpV6",
            "Action.PortProbeAction.PortProbeDetails[0].LocalIpDetails.IpAddressV4",
        ]),
        peer_port(&[
            "Network.DestinationPort",
            "Action.PortProbeAction.PortProbeDetails[0].LocalPortDetails.Port",
        ]),
        severity_of(
            &["Severity.Label", "FindingProviderFields.Severity.Label"],
            RANKS,
        ),
        outcome_of(&["Compliance.Status"], COMPLIANCE),
        resource(&["Resources[].Id"]),
        keep(&["Title"], TITLE),
        keep(&["Description"], DESCRIPTION),
        keep(&["Severity.Normalized"], NORMALIZED),
        keep(
            &["Action.NetworkConnectionAction.ConnectionDirection"],
            DIRECTION,
        ),
        keep(
            &["Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4"],
            REMOTE,
        ),
        keep(
            &["Action.NetworkConnectionAction.RemotePortDetails.Port"],
            REMOTE_PORT,
        ),
        keep(
            &["Action.NetworkConnectionAction.LocalPortDetails.Port"],
            LOCAL_PORT,
        ),
    ],
    extras: &[
        ("GeneratorId", "rule"),
        ("Compliance.SecurityControlId", "control"),
        ("ProductFields.ControlId", "control"),
        ("Compliance.Status", "compliance"),
        ("ProductName", "product"),
        ("CompanyName", "vendor"),
        ("Types[0]", "finding_type"),
        ("Workflow.Status", "state"),
        ("RecordState", "record_state"),
        ("Action.DnsRequestAction.Domain", "dns_question"),
        ("Action.AwsApiCallAction.Api", "api"),
        ("Vulnerabilities[0].Id", "vulnerability"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let title = event.kept(TITLE);
    put_title(title.as_deref(), event.kept(DESCRIPTION).as_deref(), row);
    let score = event.kept(NORMALIZED).and_then(|score| score.parse().ok());
    if let Some(severity) = score.and_then(severity).filter(|_| !row.has_severity()) {
        row.severity(severity);
    }
    put_connection(event, row);
}

/// The far end of a connection is its source, unless the resource itself opened it.
fn put_connection(event: &Event<'_>, row: &mut Row<'_>) {
    if row.has(Column::SourceIp) || row.has(Column::Peer) {
        return;
    }
    let port = |place: usize| event.kept(place).and_then(|port| port.parse::<u16>().ok());
    let is_outbound = event.kept(DIRECTION).as_deref() == Some("OUTBOUND");
    let (address, from, to) = match is_outbound {
        true => (Column::Peer, LOCAL_PORT, REMOTE_PORT),
        false => (Column::SourceIp, REMOTE_PORT, LOCAL_PORT),
    };
    row.text(address, &event.kept(REMOTE).unwrap_or_default());
    if let Some(port) = port(from) {
        row.source_port(port);
    }
    if let Some(port) = port(to) {
        row.peer_port(port);
    }
}

/// Severity of a normalized score: 0 informational, 1 to 39 low, 40 to 69 medium, 70 to 89 high,
/// 90 to 100 critical.
///
/// docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html, as of
/// 2026-11-27.
fn severity(score: u8) -> Option<Severity> {
    match score {
        0 => Some(Severity::INFO),
        1..40 => Some(Severity::WARN),
        40..70 => Some(Severity::ERROR),
        70..90 => Some(Severity::FATAL),
        90..=100 => Some(Severity::GRAVE),
        _ => None,
    }
}
