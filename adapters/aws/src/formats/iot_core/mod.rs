//! IoT Core: what devices did at the broker, and what rules made of their messages.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, part, resource, resource_of, severity, source_address,
    source_port, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.iot_core",
    summary: "IoT Core broker, shadow, rule and job logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "aws.iot_core",
    needs: &[
        Need::Has("logLevel"),
        Need::IsAny("eventType", EVENTS),
        Need::Has("traceId"),
        Need::IsAny("status", &["Success", "Failure"]),
        Need::HasAny(&[
            "accountId",
            "clientId",
            "principalId",
            "ruleName",
            "topicName",
        ]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "iot.amazonaws.com"),
    ],
    fields: &[
        time(&["timestamp"]),
        text(&["accountId"], Column::Account),
        text(&["eventType"], Column::Action),
        severity(&["logLevel"]),
        outcome_of(
            &["status"],
            &[("Success", Outcome::Success), ("Failure", Outcome::Failure)],
        ),
        part(&["clientId", "principalId"], Column::Actor, told),
        source_address(&["sourceIp"]),
        source_port(&["sourcePort"]),
        text(&["traceId"], Column::RequestId),
        text(&["details", "reason", "disconnectReason"], Column::Body),
        resource_of(&["deviceShadowName"], "thing/{}"),
        resource_of(&["ruleName"], "rule/{}"),
        resource(&["jobId"]),
    ],
    extras: &[
        ("protocol", "protocol"),
        ("topicName", "topic"),
        ("principalId", "principal"),
        ("ruleAction", "rule_action"),
        ("reason", "reason"),
        ("disconnectReason", "reason"),
    ],
    finish: None,
};

/// Kinds of events that the vendor's page lists; others have these names as well.
const EVENTS: &[&str] = &[
    "Connect",
    "Disconnect",
    "Subscribe",
    "Unsubscribe",
    "Publish-In",
    "Publish-Out",
    "Queued",
    "Ping",
    "Keep-Alive",
    "DeleteThingShadow",
    "GetThingShadow",
    "UpdateThingShadow",
    "ListNamedShadowsForThing",
    "FunctionExecution",
    "RuleExecution",
    "RuleExecutionThrottled",
    "RuleMatch",
    "RuleNotFound",
    "StartingRuleExecution",
    "DescribeJobExecution",
    "GetPendingJobExecution",
    "ReportFinalJobExecutionCount",
    "StartNextPendingJobExecution",
    "UpdateJobExecution",
    "GetDeviceCredentials",
    "ProvisionDevice",
    "CertificateProvider",
    "RegisterDevice",
    "Create-Certificate",
    "CreateCertificate",
    "CreateCertificateFromCsr",
    "DynamicGroupMembershipUpdate",
    "OverrideDynamicGroups",
    "GetRetainedMessage",
    "ListRetainedMessages",
    "PublishRetainedMessage",
    "RetainedMessage",
    "GetCredentials",
];

/// A value, unless it is `N/A`, which stands for none.
fn told(value: &str) -> &str {
    match value {
        "N/A" => "",
        value => value,
    }
}
