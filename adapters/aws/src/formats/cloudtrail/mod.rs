//! CloudTrail: who called which API of which service, and how it ended.

mod history;
mod lake;
mod resources;
mod target;

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, JsonFormat, Need, Table, TableDecoder};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudtrail",
    summary: "CloudTrail management and data events",
    permissions: &["s3:GetObject", "s3:ListBucket", "cloudtrail:LookupEvents"],
    make: Make::Format(|| Box::new(CloudTrail)),
});

const ERROR_CODE: usize = 0;
const ERROR_MESSAGE: usize = 1;
const SIGN_IN_RESULT: usize = 2;
const SERVICE: usize = 3;
const SERVICE_STATE: usize = 4;
const SERVICE_REASON: usize = 5;
const CALL: usize = 6;
const REQUEST: usize = 7;
const RESPONSE: usize = 8;
const READ_ONLY: usize = 9;
const SIGNED_IN: usize = 10;

/// How the words for a sign-in that was refused begin.
const FAIL: &str = "fail";

static TABLE: Table = Table {
    needs: &[
        Need::Has("eventName"),
        Need::Contains("eventSource", "amazonaws.com"),
        Need::HasAny(&[
            "eventVersion",
            "userIdentity",
            "awsRegion",
            "recipientAccountId",
            "requestParameters",
            // What the history says of an event beside the event itself.
            "Username",
        ]),
        Need::Lacks("insightDetails"),
        // Where it holds the event, that is told.
        Need::Lacks("CloudTrailEvent"),
    ],
    ..BASE
};

/// Records with keys in lower case, as queries of Athena give them.
static LOWER: Table = Table {
    needs: &[
        Need::Has("eventname"),
        Need::Contains("eventsource", "amazonaws.com"),
        Need::HasAny(&["eventversion", "useridentity", "awsregion"]),
        Need::Lacks("insightdetails"),
    ],
    ..BASE
};

/// Records that somebody shortened, without the service.
static SHORT: Table = Table {
    needs: &[
        Need::Has("eventName"),
        Need::IsAny(
            "eventType",
            &[
                "AwsApiCall",
                "AwsServiceEvent",
                "AwsConsoleAction",
                "AwsConsoleSignIn",
                "AwsVpceEvent",
            ],
        ),
        Need::HasAny(&["recipientAccountId", "userIdentity"]),
        Need::Lacks("insightDetails"),
    ],
    ..BASE
};

const BASE: Table = Table {
    name: "aws.cloudtrail",
    needs: &[],
    constants: &[(Column::Provider, "aws")],
    fields: &resources::FIELDS,
    extras: &[
        ("errorCode", "error_code"),
        ("eventType", "event_type"),
        ("readOnly", "read_only"),
        ("vpcEndpointId", "vpc_endpoint"),
        ("tlsDetails.tlsVersion", "tls_version"),
        ("eventCategory", "event_category"),
        ("sharedEventID", "shared_event_id"),
        ("userIdentity.type", "identity_type"),
        ("userIdentity.accessKeyId", "access_key_id"),
        ("additionalEventData.MFAUsed", "mfa_used"),
    ],
    finish: Some(finish),
};

/// The shapes of records.
const SHAPES: [JsonFormat; 5] = [
    JsonFormat(&TABLE),
    JsonFormat(&LOWER),
    JsonFormat(&SHORT),
    JsonFormat(&lake::TABLE),
    JsonFormat(&history::TABLE),
];

struct CloudTrail;

impl Format for CloudTrail {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let confidences = SHAPES.iter().map(|shape| shape.sniff(sample));
        confidences.max().unwrap_or(Confidence::NO)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        SHAPES.iter().any(|shape| shape.may_fit(has_key))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CloudTrailDecoder {
            whole: TableDecoder::new(&TABLE),
            short: TableDecoder::new(&SHORT),
            lake: TableDecoder::new(&lake::TABLE),
            history: TableDecoder::new(&history::TABLE),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
        JsonFormat(&lake::TABLE).extras(raw, stream, found);
        JsonFormat(&history::TABLE).extras(raw, stream, found);
    }
}

/// Decoders compare keys without case, so that the first reads those in lower case as well.
struct CloudTrailDecoder {
    whole: TableDecoder,
    short: TableDecoder,
    lake: TableDecoder,
    history: TableDecoder,
}

impl Decoder for CloudTrailDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        for decoder in [
            &mut self.whole,
            &mut self.short,
            &mut self.lake,
            &mut self.history,
        ] {
            match decoder.decode(record, out) {
                Verdict::NotMine => {}
                verdict => return verdict,
            }
        }
        Verdict::NotMine
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let code = event.kept(ERROR_CODE);
    let message = event.kept(ERROR_MESSAGE);
    let sign_in = event
        .kept(SIGN_IN_RESULT)
        .or_else(|| answer_of_sign_in(event));
    let state = event.kept(SERVICE_STATE);
    let has_failed = match sign_in.as_deref() {
        // `Failure`, and `Failed` of Identity Center.
        Some(result) => result
            .get(..FAIL.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(FAIL)),
        // The message is there if an error was returned; some events carry it without a code.
        None => code.is_some() || message.is_some(),
    };
    // Services tell later how a job ended, or the creation of an account.
    let has_failed =
        has_failed || matches!(state.as_deref(), Some("FAILED" | "ABORTED" | "EXPIRED"));
    row.outcome(if has_failed {
        Outcome::Failure
    } else {
        Outcome::Success
    });
    let message = message.or_else(|| event.kept(SERVICE_REASON));
    match (code, message) {
        (Some(code), Some(message)) => row.text_of(Column::Body, &[&code, ": ", &message]),
        (Some(text), None) | (None, Some(text)) => row.text(Column::Body, &text),
        (None, None) => row,
    };
    // Of a sign-in to Identity Center, the identity is Unknown, of the whole account.
    if let Some(user) = event.kept(SIGNED_IN)
        && is_sign_in(event)
        && user != "HIDDEN_DUE_TO_SECURITY_REASONS"
    {
        row.text(Column::Actor, &user);
    }
    if !row.has_resource() && event.kept(READ_ONLY).as_deref() != Some("true") {
        let call = event.kept(CALL).unwrap_or_default();
        let [request, response] = [REQUEST, RESPONSE].map(|kept| parameters(event, kept));
        target::put(&call, request.as_deref(), response.as_deref(), row);
    }
}

/// Parameters or answer of a call, which tables hold as text.
fn parameters<'a>(event: &Event<'a>, number: usize) -> Option<Cow<'a, str>> {
    match event.kept_container(number) {
        Some(object) => Some(Cow::Borrowed(object)),
        None => event.kept(number).filter(|text| text.starts_with('{')),
    }
}

/// What the service of sign-ins answers under the name of the call: `{"EmailUpdated":"Success"}`.
fn answer_of_sign_in<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    if !is_sign_in(event) {
        return None;
    }
    let answer = parameters(event, RESPONSE)?;
    let answer = JsonFields::parse(&answer).ok()?;
    let result = unescape(answer.text(&event.kept(CALL)?)?);
    Some(Cow::Owned(result.into_owned()))
}

fn is_sign_in(event: &Event<'_>) -> bool {
    event
        .kept(SERVICE)
        .is_some_and(|service| service.starts_with("signin."))
}
