//! Events that Pinpoint streams: messages of campaigns and journeys, and what came of them.
//!
//! Source: docs.aws.amazon.com/pinpoint/latest/developerguide/event-streams-data-sms.html,
//! `-email.html` and `-app.html`, read 2026-11-30.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, observed, resource_of, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.pinpoint_event",
    summary: "Pinpoint events: messages sent, delivered, refused",
    permissions: &["kinesis:GetRecords"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;

static TABLE: Table = Table {
    name: "aws.pinpoint_event",
    needs: &[
        Need::Has("event_type"),
        Need::Has("event_timestamp"),
        Need::Has("arrival_timestamp"),
        Need::Has("application.app_id"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "mobiletargeting.amazonaws.com"),
    ],
    fields: &[
        time(&["event_timestamp"]),
        observed(&["arrival_timestamp"]),
        text(&["awsAccountId"], Column::Account),
        text(&["event_type"], Column::Action),
        text(
            &[
                "attributes.message_id",
                "attributes.sender_request_id",
                "facets.email_channel.mail_event.mail.message_id",
            ],
            Column::RequestId,
        ),
        text(
            &[
                "attributes.record_status",
                "facets.email_channel.mail_event.bounce.bounce_sub_type",
                "facets.email_channel.mail_event.reject.reason",
                "attributes.campaign_send_status",
                "attributes.journey_send_status",
            ],
            Column::Body,
        ),
        resource_of(&["application.app_id"], "apps/{}"),
        keep(&["event_type"], TYPE),
    ],
    extras: &[
        ("attributes.campaign_id", "campaign"),
        ("attributes.journey_id", "journey"),
        ("attributes.iso_country_code", "country"),
        ("attributes.message_type", "message_type"),
        ("client.client_id", "endpoint"),
    ],
    finish: Some(finish),
};

/// The last word of a type says what came of a message; `_email.hardbounce`, `_SMS.FAILURE`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(TYPE).unwrap_or_default().to_ascii_lowercase();
    let word = kind.rsplit('.').next().unwrap_or_default();
    match word {
        "success" | "delivered" => row.outcome(Outcome::Success),
        "failure" | "hardbounce" | "softbounce" | "rejected" | "rendering_failure" => {
            row.outcome(Outcome::Failure)
        }
        _ => row,
    };
}
