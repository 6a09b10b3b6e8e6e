//! Wrappings that carry their payload in base64, often compressed: Lambda's `awslogs`, Kinesis,
//! Firehose, Pub/Sub.
//!
//! Sources (read 2026-11-21): docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html,
//! docs.aws.amazon.com/firehose/latest/dev/data-transformation.html,
//! docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html,
//! docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html,
//! cloud.google.com/pubsub/docs/push. A payload that is compressed is gzip (RFC 1952) or zlib
//! (RFC 1950).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::{Inner, Opened, envelope, kpl, time, with, with_arn};
use crate::decompress::{gunzip, inflate_zlib};
use crate::group::{self, Grouping};
use crate::json::{JsonFields, unescape};

/// Decompressed payloads beyond this are refused: the vendors' own limits are 1 to 10 MB.
const MAX_PAYLOAD_BYTES: u64 = 64 << 20;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// `{"awslogs":{"data":"H4sI..."}}`
pub(super) fn open_awslogs<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    match fields.text("awslogs.data") {
        Some(data) => open_payload(data, &envelope(record).with(Column::Provider, "aws")),
        None => Opened::No,
    }
}

/// One element of Lambda's Kinesis event; of the batch of a pipe, in which it is flat; or of the
/// answer of `aws kinesis get-records`.
pub(super) fn open_kinesis<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let is_flat = fields.text("eventSource") == Some("aws:kinesis");
    let flat = is_flat.then(|| fields.text("data")).flatten();
    let (data, arrival) = match (fields.text("kinesis.data"), flat) {
        (Some(data), _) => (data, "kinesis.approximateArrivalTimestamp"),
        (None, Some(data)) => (data, "approximateArrivalTimestamp"),
        (None, None) => return open_read(record, fields),
    };
    let envelope = with_arn(envelope(record), fields.text("eventSourceARN"));
    let mut envelope = with(
        envelope.with(Column::Provider, "aws"),
        Column::Region,
        fields.text("awsRegion"),
    );
    envelope.time = time(fields, arrival);
    open_streamed(data, &envelope)
}

/// One record of the answer of `aws kinesis get-records`.
fn open_read<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(data), Some(_), Some(_)) = (
        fields.text("Data"),
        fields.text("SequenceNumber"),
        fields.text("PartitionKey"),
    ) else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "ApproximateArrivalTimestamp");
    open_streamed(data, &envelope)
}

/// What a record of a stream holds: one payload, or those that its writer put together.
fn open_streamed<'a>(data: &str, envelope: &Envelope) -> Opened<'a> {
    let data = unescape(data);
    kpl::open(&data, envelope).unwrap_or_else(|| open_payload(&data, envelope))
}

/// One record that Firehose could not deliver or transform, as it puts it into the bucket for
/// errors: `{"attemptsMade":...,"arrivalTimestamp":...,"errorCode":...,"rawData":"..."}`.
pub(super) fn open_failed<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(data), Some(_), Some(_)) = (
        fields.text("rawData"),
        fields.text("errorCode"),
        fields.text("arrivalTimestamp"),
    ) else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "arrivalTimestamp");
    open_payload(data, &envelope)
}

/// One element of Firehose's transformation event.
pub(super) fn open_firehose<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(data), Some(_), Some(_)) = (
        fields.text("data"),
        fields.text("recordId"),
        fields.text("approximateArrivalTimestamp"),
    ) else {
        return Opened::No;
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "approximateArrivalTimestamp");
    open_payload(data, &envelope)
}

/// `{"message":{"data":"...","messageId":...,"publishTime":...},"subscription":...}`, as Pub/Sub
/// pushes it; the elements that are pulled have `ackId` instead of `subscription`.
pub(super) fn open_pubsub<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let id = ["message.messageId", "message.message_id"]
        .iter()
        .find_map(|path| fields.text(path));
    let (Some(data), Some(_)) = (fields.text("message.data"), id) else {
        return Opened::No;
    };
    let mut envelope = envelope(record);
    envelope.time =
        time(fields, "message.publishTime").or_else(|| time(fields, "message.publish_time"));
    // Notifications of Cloud Storage tell only here what happened to the object.
    envelope = with(
        envelope,
        Column::Action,
        fields.text("message.attributes.eventType"),
    );
    open_payload(data, &envelope)
}

/// What a payload holds: one text if it is JSON, otherwise a text for each of its records.
pub(super) fn open_payload<'a>(data: &str, envelope: &Envelope) -> Opened<'a> {
    match decode(&unescape(data)) {
        Ok(text) => Opened::Inside(records(text, envelope)),
        Err(reason) => Opened::Broken(reason),
    }
}

/// Records of a text: one if it is JSON, otherwise those that its lines make.
pub(super) fn records<'a>(text: String, envelope: &Envelope) -> Vec<Inner<'a>> {
    let inner = |text: String| Inner {
        text: Cow::Owned(text),
        envelope: envelope.clone(),
    };
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json || !text.trim_end().contains('\n') {
        return vec![inner(text)];
    }
    let grouping = Grouping::of(text.as_bytes());
    let lines = group::lines(&text, grouping, &|_| false);
    lines
        .map(|(range, _)| inner(text[range].to_owned()))
        .collect()
}

/// Text of a base64 payload, decompressed if it is gzip or zlib.
pub(super) fn decode(data: &str) -> Result<String, String> {
    let Payload { bytes, .. } = payload(data)?;
    if is_binary(&bytes) {
        return Err("the payload is binary".to_owned());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

/// Whether bytes are no text. Entries of a journal are, though their values may be anything.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.contains(&0) && !group::is_journal(bytes)
}

/// What base64 stood for.
pub(super) struct Payload {
    /// The bytes, decompressed.
    pub(super) bytes: Vec<u8>,
    /// Whether they were compressed.
    pub(super) is_packed: bool,
}

/// Bytes of a base64 payload, decompressed if they are gzip or zlib.
pub(super) fn payload(data: &str) -> Result<Payload, String> {
    let bytes = BASE64
        .decode(data.trim().as_bytes())
        .map_err(|error| format!("the payload is no base64: {error}"))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let bytes = gunzip(&bytes, MAX_PAYLOAD_BYTES)
            .map_err(|error| format!("the gzip payload cannot be read: {error}"))?;
        return Ok(Payload {
            bytes,
            is_packed: true,
        });
    }
    // Text may begin with the same two bytes.
    let inflated = inflate_zlib(&bytes, MAX_PAYLOAD_BYTES);
    let is_packed = inflated.is_some();
    Ok(Payload {
        bytes: inflated.unwrap_or(bytes),
        is_packed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_journal_are_text_whatever_their_values() {
        let entry = b"__CURSOR=1\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\n_PID=1";
        let text = String::from_utf8_lossy(entry).into_owned();
        assert_eq!(decode(&BASE64.encode(entry)), Ok(text));
        assert!(decode(&BASE64.encode(b"a\0b")).is_err());
    }

    #[test]
    fn records_over_several_lines_stay_whole() {
        let check = |expected: &[&str]| {
            let found = records(expected.join("\n"), &Envelope::default());
            let texts: Vec<_> = found.iter().map(|inner| &*inner.text).collect();
            assert_eq!(texts, expected);
        };
        check(&[
            "2026-05-12 14:00:00 ERROR boom\njava.lang.Error: boom\n\tat a.B.c(B.java:1)",
            "2026-05-12 14:00:01 INFO up",
        ]);
        check(&[
            "# Time: 2026-05-12T14:00:00.1Z\n# User@Host: shop[shop] @ [10.0.0.7]\n# Query_time: 2.1\nSELECT 1;",
            "# Time: 2026-05-12T14:00:01.1Z\n# User@Host: shop[shop] @ [10.0.0.7]\n# Query_time: 2.2\nSELECT\n2;",
        ]);
        let entry = "__CURSOR=1\n__REALTIME_TIMESTAMP=1\nMESSAGE=a";
        let both = records(format!("{entry}\n\n{entry}\n"), &Envelope::default());
        assert!(both.iter().map(|inner| &*inner.text).eq([entry, entry]));
        check(&["{\"a\":1}\n{\"a\":2}"]);
    }
}
