//! What became of mails that Amazon SES sent: events that it publishes to SNS and Firehose, and the
//! older notifications; and what it received.

use nepho_codec::table::{
    JsonFormats, Need, Table, duration, outcome_of, part, peer_address, resource, source_address,
    text, time, url,
};
use nepho_core::tables::{Column, Outcome};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.ses_event",
    summary: "SES events and notifications: deliveries, bounces, complaints, clicks",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

/// Kinds of events; a delay may still end well.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("Send", Outcome::Success),
    ("Delivery", Outcome::Success),
    ("Open", Outcome::Success),
    ("Click", Outcome::Success),
    ("Bounce", Outcome::Failure),
    ("Complaint", Outcome::Failure),
    ("Reject", Outcome::Failure),
    ("Rendering Failure", Outcome::Failure),
];

static TABLES: [&Table; 2] = [&TABLE, &RECEIVED];

/// Mail that was received, of which a rule told a topic.
///
/// Source: docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html, as of
/// 2026-12-01.
static RECEIVED: Table = Table {
    name: "aws.ses_event",
    needs: &[
        Need::Is("notificationType", "Received"),
        Need::Has("mail.messageId"),
        Need::Has("receipt.timestamp"),
        Need::Has("receipt.action"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "ses.amazonaws.com"),
        (Column::Action, "Received"),
    ],
    fields: &[
        time(&["receipt.timestamp", "mail.timestamp"]),
        part(&["mail.source"], Column::Actor, address),
        text(&["mail.messageId"], Column::RequestId),
        duration(&["receipt.processingTimeMillis"], 1e6),
        part(
            &[
                "receipt.action.functionArn",
                "receipt.action.topicArn",
                "receipt.action.organizationArn",
            ],
            Column::Region,
            region_of,
        ),
        part(
            &["receipt.action.functionArn", "receipt.action.topicArn"],
            Column::Account,
            account_of,
        ),
    ],
    extras: &[
        ("receipt.recipients[0]", "recipient"),
        ("receipt.spamVerdict.status", "spam_verdict"),
        ("receipt.virusVerdict.status", "virus_verdict"),
        ("receipt.spfVerdict.status", "spf_verdict"),
        ("receipt.dkimVerdict.status", "dkim_verdict"),
        ("receipt.dmarcVerdict.status", "dmarc_verdict"),
        ("receipt.action.type", "action_type"),
    ],
    finish: None,
};

static TABLE: Table = Table {
    name: "aws.ses_event",
    needs: &[
        Need::HasAny(&["eventType", "notificationType"]),
        Need::Has("mail.messageId"),
        Need::HasAny(&["mail.source", "mail.destination"]),
        // Mail that was received, with all of its text.
        Need::Lacks("receipt"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "ses.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "bounce.timestamp",
            "complaint.timestamp",
            "delivery.timestamp",
            "deliveryDelay.timestamp",
            "open.timestamp",
            "click.timestamp",
            "subscription.timestamp",
            "mail.timestamp",
        ]),
        text(&["eventType", "notificationType"], Column::Action),
        outcome_of(&["eventType", "notificationType"], OUTCOMES),
        text(&["mail.sendingAccountId"], Column::Account),
        part(&["mail.sourceArn"], Column::Region, region_of),
        part(&["mail.source"], Column::Actor, address),
        text(&["mail.messageId"], Column::RequestId),
        source_address(&["click.ipAddress", "open.ipAddress", "mail.sourceIp"]),
        text(&["click.userAgent", "open.userAgent"], Column::UserAgent),
        url(&["click.link"]),
        peer_address(&["delivery.remoteMtaIp", "bounce.remoteMtaIp"]),
        duration(&["delivery.processingTimeMillis"], 1e6),
        text(
            &[
                "bounce.bouncedRecipients[0].diagnosticCode",
                "deliveryDelay.delayedRecipients[0].diagnosticCode",
                "delivery.smtpResponse",
                "reject.reason",
                "failure.errorMessage",
                "complaint.complaintFeedbackType",
            ],
            Column::Body,
        ),
        resource(&["mail.sourceArn"]),
    ],
    extras: &[
        ("mail.destination[0]", "recipient"),
        ("delivery.reportingMTA", "reporting_mta"),
        ("bounce.reportingMTA", "reporting_mta"),
        ("bounce.bounceType", "bounce_type"),
        ("bounce.bounceSubType", "bounce_sub_type"),
        ("bounce.bouncedRecipients[0].status", "status"),
        ("complaint.complaintFeedbackType", "complaint_type"),
        ("deliveryDelay.delayType", "reason"),
        ("failure.templateName", "template"),
        ("mail.tags.ses:configuration-set[0]", "configuration_set"),
    ],
    finish: None,
};

/// Address of `Shop <orders@example.com>`.
fn address(source: &str) -> &str {
    let named = source.rsplit_once('<');
    let inner = named.and_then(|(_, rest)| rest.trim_end().strip_suffix('>'));
    inner.unwrap_or(source)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn senders_are_their_addresses() {
        let check = |source: &str, expected: &str| assert_eq!(address(source), expected);
        check("Shop <orders@example.com>", "orders@example.com");
        check("\"a < b\" <orders@example.com>", "orders@example.com");
        check("orders@example.com", "orders@example.com");
        check("<", "<");
    }
}
