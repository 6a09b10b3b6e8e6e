//! Activity of others than AWS, as integrations put it into a channel of CloudTrail Lake.
//!
//! Source (read 2026-11-29): docs.aws.amazon.com/awscloudtrail/latest/userguide/
//! query-integration-event-schema.html.

use nepho_codec::table::{Event, Need, Table, keep, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

const ERROR_CODE: usize = 0;
const ERROR_MESSAGE: usize = 1;

pub(super) static TABLE: Table = Table {
    name: "aws.cloudtrail",
    needs: &[
        Need::IsAny("eventCategory", &["ActivityAuditLog"]),
        Need::Has("eventData"),
        Need::HasAny(&["metadata.channelARN", "recipientAccountId", "awsRegion"]),
        // Events of GitHub, which `github.audit` reads with what they tell of repositories.
        Need::Lacks("eventData.additionalEventData._document_id"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["eventData.eventTime", "eventTime"]),
        text(
            &["recipientAccountId", "eventData.recipientAccountId"],
            Column::Account,
        ),
        text(&["awsRegion"], Column::Region),
        text(&["eventData.eventSource"], Column::Service),
        text(&["eventData.eventName"], Column::Action),
        text(&["eventData.userIdentity.principalId"], Column::Actor),
        source_address(&["eventData.sourceIPAddress"]),
        text(&["eventData.userAgent"], Column::UserAgent),
        text(&["eventData.UID", "eventID"], Column::RequestId),
        keep(&["eventData.errorCode"], ERROR_CODE),
        keep(&["eventData.errorMessage"], ERROR_MESSAGE),
    ],
    extras: &[
        ("metadata.channelARN", "channel"),
        ("eventData.userIdentity.type", "identity_type"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(ERROR_CODE).filter(|code| !code.is_empty());
    let message = event.kept(ERROR_MESSAGE).filter(|text| !text.is_empty());
    row.outcome(match code.is_some() || message.is_some() {
        true => Outcome::Failure,
        false => Outcome::Success,
    });
    match (code, message) {
        (Some(code), Some(message)) => row.text(Column::Body, &format!("{code}: {message}")),
        (Some(text), None) | (None, Some(text)) => row.text(Column::Body, &text),
        (None, None) => row,
    };
}
