//! CloudTrail: who called which API of which service, and how it ended.

mod resources;

use nepho_codec::table::{Event, JsonFormat, Need, Table};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudtrail",
    summary: "CloudTrail management and data events",
    permissions: &["s3:GetObject", "s3:ListBucket", "cloudtrail:LookupEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ERROR_CODE: usize = 0;
const ERROR_MESSAGE: usize = 1;
const SIGN_IN_RESULT: usize = 2;
const SERVICE: usize = 3;

static TABLE: Table = Table {
    name: "aws.cloudtrail",
    needs: &[
        Need::Has("eventName"),
        Need::Contains("eventSource", "amazonaws.com"),
        Need::HasAny(&[
            "eventVersion",
            "userIdentity",
            "awsRegion",
            "recipientAccountId",
            "requestParameters",
        ]),
        Need::Lacks("insightDetails"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &resources::FIELDS,
    extras: &[
        ("errorCode", "error_code"),
        ("eventType", "event_type"),
        ("readOnly", "read_only"),
        ("vpcEndpointId", "vpc_endpoint"),
        ("tlsDetails.tlsVersion", "tls_version"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(ERROR_CODE);
    let message = event.kept(ERROR_MESSAGE);
    let sign_in = event.kept(SIGN_IN_RESULT);
    let has_failed = match sign_in.as_deref() {
        Some(result) => result.eq_ignore_ascii_case("failure"),
        // Some sign-in events carry the message alone.
        None => code.is_some() || (message.is_some() && is_sign_in(event)),
    };
    row.outcome(if has_failed {
        Outcome::Failure
    } else {
        Outcome::Success
    });
    match (code, message) {
        (Some(code), Some(message)) => row.text(Column::Body, &format!("{code}: {message}")),
        (Some(text), None) | (None, Some(text)) => row.text(Column::Body, &text),
        (None, None) => row,
    };
}

fn is_sign_in(event: &Event<'_>) -> bool {
    event
        .kept(SERVICE)
        .is_some_and(|service| service.starts_with("signin."))
}
