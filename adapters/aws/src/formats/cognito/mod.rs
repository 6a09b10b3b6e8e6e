//! What user pools of Cognito log: messages that could not be sent, and what users did.

use nepho_codec::table::{
    JsonFormat, Need, Table, outcome_of, part, resource, severity, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cognito",
    summary: "Logs of Cognito user pools: user activity and messages",
    permissions: &["logs:FilterLogEvents", "s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// How what a user did ended.
const OUTCOMES: &[(&str, Outcome)] = &[("Pass", Outcome::Success), ("Fail", Outcome::Failure)];

static TABLE: Table = Table {
    name: "aws.cognito",
    needs: &[
        Need::Has("eventTimestamp"),
        Need::Has("eventSource"),
        Need::Has("logSourceId.userPoolId"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "cognito-idp.amazonaws.com"),
    ],
    fields: &[
        time(&["message.eventTimestamp", "eventTimestamp"]),
        part(&["logSourceId.userPoolId"], Column::Region, region_of_pool),
        text(&["message.eventType", "eventSource"], Column::Action),
        severity(&["logLevel"]),
        text(&["message.userName", "message.userSub"], Column::Actor),
        source_address(&["message.ipAddress"]),
        text(&["message.eventId"], Column::RequestId),
        outcome_of(&["message.eventResponse"], OUTCOMES),
        resource(&["logSourceId.userPoolId"]),
        text(&["message.details"], Column::Body),
    ],
    extras: &[
        ("eventSource", "category"),
        ("message.riskLevel", "risk"),
        ("message.riskDecision", "risk_decision"),
        ("message.clientId", "client"),
        ("message.userSub", "user_id"),
    ],
    finish: None,
};

/// Region of a user pool: `eu-west-1` of `eu-west-1_EXAMPLE`.
fn region_of_pool(id: &str) -> &str {
    id.split_once('_').map_or("", |(region, _)| region)
}
