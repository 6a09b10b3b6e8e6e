//! Table `CommonSecurityLog` of Log Analytics: events that firewalls and others send in the Common
//! Event Format (CEF).

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, peer_address, peer_port, resource,
    severity_of, source_address, source_port, text, time, url,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::parts;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_cef",
    summary: "Events of the Common Event Format as Azure Monitor has them: table CommonSecurityLog",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const HOST: usize = 0;
const ADDRESS: usize = 1;

static TABLE: Table = Table {
    name: "azure.agent_cef",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("DeviceVendor"),
        Need::Has("DeviceProduct"),
        Need::HasAny(&["DeviceEventClassID", "Activity", "LogSeverity"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        severity_of(&["LogSeverity"], SEVERITIES),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["DeviceName", "Computer"], Column::Host),
        text(&["DeviceProduct"], Column::Service),
        text(&["ProcessName"], Column::Process),
        text(
            &["DeviceAction", "Activity", "DeviceEventClassID"],
            Column::Action,
        ),
        text(
            &["SourceUserName", "SourceUserID", "DestinationUserName"],
            Column::Actor,
        ),
        source_address(&["SourceIP", "SourceIPv6"]),
        source_port(&["SourcePort"]),
        text(&["DestinationHostName"], Column::Peer),
        peer_address(&["DestinationIP", "DestinationIPv6"]),
        peer_port(&["DestinationPort"]),
        text(&["RequestMethod", "Protocol"], Column::Method),
        url(&["RequestURL"]),
        text(&["RequestClientApplication"], Column::UserAgent),
        text(&["ExternalID"], Column::RequestId),
        text(&["Message", "Activity"], Column::Body),
        outcome_of(&["EventOutcome", "DeviceAction"], OUTCOMES),
        resource(&["_ResourceId"]),
        keep(&["DestinationHostName"], HOST),
        keep(&["DestinationIP", "DestinationIPv6"], ADDRESS),
    ],
    extras: &[
        ("DeviceVendor", "vendor"),
        ("DeviceProduct", "product"),
        ("DeviceEventClassID", "rule"),
        ("DeviceEventCategory", "category"),
        ("ApplicationProtocol", "application"),
        ("Protocol", "protocol"),
        ("SentBytes", "bytes"),
        ("ReceivedBytes", "bytes_received"),
        ("FileName", "file"),
        ("FileHash", "file_hash"),
        ("Reason", "reason"),
    ],
    finish: Some(finish),
};

/// Severities of CEF: 0 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high.
///
/// Source: ArcSight Common Event Format, "Header Information", as of 2026-11-28.
const SEVERITIES: &[(&str, Severity)] = &[
    ("0", Severity::INFO),
    ("1", Severity::INFO),
    ("2", Severity::INFO),
    ("3", Severity::INFO),
    ("Low", Severity::INFO),
    ("4", Severity::WARN),
    ("5", Severity::WARN),
    ("6", Severity::WARN),
    ("Medium", Severity::WARN),
    ("7", Severity::ERROR),
    ("8", Severity::ERROR),
    ("High", Severity::ERROR),
    ("9", Severity::FATAL),
    ("10", Severity::FATAL),
    ("Very-High", Severity::FATAL),
];

/// What devices call what they did; most write one of these.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("allow", Outcome::Success),
    ("allowed", Outcome::Success),
    ("accept", Outcome::Success),
    ("permit", Outcome::Success),
    ("permitted", Outcome::Success),
    ("pass", Outcome::Success),
    ("deny", Outcome::Failure),
    ("denied", Outcome::Failure),
    ("drop", Outcome::Failure),
    ("dropped", Outcome::Failure),
    ("block", Outcome::Failure),
    ("blocked", Outcome::Failure),
    ("reject", Outcome::Failure),
    ("rejected", Outcome::Failure),
    ("reset-both", Outcome::Failure),
    ("reset-client", Outcome::Failure),
    ("reset-server", Outcome::Failure),
];

/// A destination that has an address keeps its name as a resource.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept_value(ADDRESS).is_some()
        && let Some(name) = event.kept(HOST)
    {
        row.resource(&name);
    }
}
