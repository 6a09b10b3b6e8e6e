//! S3 event notifications: an object was created, removed, restored; and the one by which a topic
//! or a queue is tried.

use std::borrow::Cow;

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, resource_of, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.s3_event",
    summary: "S3 event notifications",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

/// Events that tell that something failed; the others tell that something was done.
///
/// Source: docs.aws.amazon.com/AmazonS3/latest/userguide,
/// `notification-how-to-event-types-and-destinations.html`, as of 2026-12-01.
const OUTCOMES: &[(&str, Outcome)] =
    &[("Replication:OperationFailedReplication", Outcome::Failure)];

const BUCKET: usize = 0;
const BUCKET_ARN: usize = 1;
const KEY: usize = 2;

static TABLES: [&Table; 2] = [&TABLE, &TEST];

/// What S3 sends when notifications are set up.
///
/// Source: docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html, read
/// 2026-11-30.
static TEST: Table = Table {
    name: "aws.s3_event",
    needs: &[
        Need::Is("Event", "s3:TestEvent"),
        Need::Has("Bucket"),
        Need::Has("Time"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "s3.amazonaws.com"),
    ],
    fields: &[
        time(&["Time"]),
        text(&["Event"], Column::Action),
        text(&["RequestId"], Column::RequestId),
        resource_of(&["Bucket"], "arn:aws:s3:::{}"),
    ],
    extras: &[],
    finish: None,
};

static TABLE: Table = Table {
    name: "aws.s3_event",
    needs: &[
        Need::Starts("eventSource", "aws:s3"),
        Need::Has("s3.bucket.name"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "s3.amazonaws.com"),
    ],
    fields: &[
        time(&["eventTime"]),
        text(&["awsRegion"], Column::Region),
        text(&["eventName"], Column::Action),
        outcome_of(&["eventName"], OUTCOMES),
        text(&["userIdentity.principalId"], Column::Actor),
        source_address(&["requestParameters.sourceIPAddress"]),
        text(&["responseElements.x-amz-request-id"], Column::RequestId),
        keep(&["s3.bucket.name"], BUCKET),
        keep(&["s3.bucket.arn"], BUCKET_ARN),
        keep(&["s3.object.key"], KEY),
    ],
    extras: &[
        ("s3.object.size", "bytes"),
        ("s3.object.versionId", "version"),
        ("s3.configurationId", "notification"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(bucket) = event.kept(BUCKET) else {
        return;
    };
    let arn = event.kept(BUCKET_ARN);
    let partition = arn
        .as_deref()
        .and_then(|arn| arn.split(':').nth(1))
        .unwrap_or("aws");
    if let Some(key) = event.kept(KEY) {
        row.resource(&format!(
            "arn:{partition}:s3:::{bucket}/{}",
            url_decoded(&key)
        ));
    }
    row.resource(&format!("arn:{partition}:s3:::{bucket}"));
}

/// Text of a key as the notification encodes it: `+` for a blank, `%20` for a byte.
fn url_decoded(key: &str) -> Cow<'_, str> {
    if !key.contains(['%', '+']) {
        return Cow::Borrowed(key);
    }
    let bytes = key.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = key
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                decoded.push(code);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        at += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_decoded() {
        let check = |key: &str, expected: &str| assert_eq!(url_decoded(key), expected);
        check("logs/2024/a.gz", "logs/2024/a.gz");
        check("Happy%20Face+1.jpg", "Happy Face 1.jpg");
        check("caf%C3%A9%", "caf\u{e9}%");
        check("%zz%4", "%zz%4");
    }
}
