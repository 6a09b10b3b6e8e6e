//! SNS: whether a message reached who had subscribed to its topic.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, outcome_of, part, resource, status, text, time,
};
use nepho_core::key::Arn;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.sns_delivery",
    summary: "SNS delivery status logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DESTINATION: usize = 0;
const STATUS: usize = 1;

static TABLE: Table = Table {
    name: "aws.sns_delivery",
    needs: &[
        Need::Has("notification.messageId"),
        Need::HasAny(&["delivery.destination", "delivery.providerResponse"]),
        Need::IsAny("status", &["SUCCESS", "FAILURE"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["notification.timestamp"]),
        part(&["notification.topicArn"], Column::Account, account_of),
        part(&["notification.topicArn"], Column::Region, region_of),
        part(&["notification.topicArn"], Column::Service, topic_of),
        text(&["notification.messageId"], Column::RequestId),
        resource(&["notification.topicArn"]),
        outcome_of(
            &["status"],
            &[("SUCCESS", Outcome::Success), ("FAILURE", Outcome::Failure)],
        ),
        keep(&["status"], STATUS),
        status(&["delivery.statusCode"]),
        duration(&["delivery.dwellTimeMs"], 1e6),
        text(&["delivery.providerResponse"], Column::Body),
        keep(&["delivery.destination"], DESTINATION),
    ],
    extras: &[
        ("delivery.attempts", "attempts"),
        ("delivery.deliveryId", "delivery"),
        ("delivery.smsType", "sms_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(STATUS).as_deref() == Some("FAILURE") {
        row.severity(Severity::ERROR);
    }
    // Other destinations are numbers of telephones, addresses of people, and tokens in URLs.
    if let Some(destination) = event.kept(DESTINATION).filter(|id| id.starts_with("arn:")) {
        row.resource(&destination);
    }
}

fn topic_of(arn: &str) -> &str {
    Arn::parse(arn).map_or("", |arn| arn.resource)
}
