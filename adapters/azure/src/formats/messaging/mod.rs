//! Namespaces of Service Bus, Event Hubs and Relay.
//!
//! Their logs are older than the common schema: most have no `operationName`, and their time is in
//! `EventTimeString`.

use nepho_codec::table::{Event, Table, keep, outcome_of, source_address, text, time};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::{Family, FamilyFormat, details, outcome};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Service Bus, Event Hubs and Relay: operations, archiving, scaling, access at run time",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.messaging";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &[
        "Microsoft.ServiceBus",
        "Microsoft.EventHub",
        "Microsoft.Relay",
    ],
    extras: &[
        ("EntityPath", "entity"),
        ("EntityName", "entity"),
        ("eventHub", "entity"),
        ("Protocol", "protocol"),
        ("AuthType", "authentication"),
        ("NetworkType", "network"),
        ("ClientIp", "client"),
        ("OperationResult", "error"),
        ("ErrorCount", "error_count"),
        ("failures", "failures"),
        ("durationInSeconds", "seconds"),
        ("Count", "count"),
        ("ScaleUnit", "scale_unit"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 27] = [
    "OperationalLogs",
    "ArchiveLogs",
    "AutoScaleLogs",
    "RuntimeAuditLogs",
    "ApplicationMetricsLogs",
    "VNetAndIPFilteringLogs",
    "ServiceBusVNetConnectionEvent",
    "EventHubVNetConnectionEvent",
    "VNetConnectionEvent",
    "KafkaCoordinatorLogs",
    "KafkaUserErrorLogs",
    "CustomerManagedKeyUserLogs",
    "DiagnosticErrorLogs",
    "HybridConnectionsEvent",
    "DataDRLogs",
    "AZMSOperationalLogs",
    "AZMSArchiveLogs",
    "AZMSAutoscaleLogs",
    "AZMSRunTimeAuditLogs",
    "AZMSRuntimeAuditLogs",
    "AZMSVnetConnectionEvents",
    "AZMSKafkaCoordinatorLogs",
    "AZMSKafkaUserErrorLogs",
    "AZMSCustomerManagedKeyUserLogs",
    "AZMSDiagnosticErrorLogs",
    "AZMSApplicationMetricLogs",
    "AZMSHybridConnectionsEvents",
];

const OPERATION_RESULT: usize = 20;
const TASK: usize = 21;

/// What became of a connection.
const DECISIONS: &[(&str, Outcome)] = &[
    ("Accept Connection", Outcome::Success),
    ("Deny Connection", Outcome::Failure),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        time(&[
            "time",
            "EventTimeString",
            "Timestamp",
            "startTime",
            "lastMessageTime",
        ]),
        text(&["Region"], Column::Region),
        text(
            &[
                "EventName",
                "ActivityName",
                "TaskName",
                "activityName",
                "ArchiveStep",
                "Operation",
            ],
            Column::Action,
        ),
        text(
            &["trackingId", "TrackingId", "ActivityId", "RequestId"],
            Column::RequestId,
        ),
        text(
            &["AuthKey", "AuthId", "Caller", "ClientId", "AppId"],
            Column::Actor,
        ),
        source_address(&["ClientIp", "IPAddress", "AddressIp", "networkAddress"]),
        text(&["Action"], Column::Action),
        outcome_of(&["Action"], DECISIONS),
        text(&["Provider"], Column::Process),
        keep(&["Status", "status"], details::RESULT),
        keep(&["OperationResult"], OPERATION_RESULT),
        keep(&["TaskName"], TASK),
        keep(
            &[
                "message",
                "errorMessage",
                "ErrorMessage",
                "Message",
                "Reason",
                "Msg",
            ],
            details::MESSAGE,
        ),
    ],
    extras: &[],
    finish: Some(finish),
};

/// Logs of errors tell what went wrong in one word (`Unauthorized`, `ServerBusy`,
/// `QuotaExceeded`), and archives in the name of the task (`EventHubArchiveUserError`).
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_error = event
        .kept(OPERATION_RESULT)
        .is_some_and(|word| outcome::of_word(&word) != Some(Outcome::Success));
    let is_user_error = event
        .kept(TASK)
        .is_some_and(|name| name.ends_with("UserError"));
    if is_error || is_user_error {
        row.outcome(Outcome::Failure);
    }
}
