//! Wrappings that carry their payload in base64, often compressed: Lambda's `awslogs`, Kinesis, Firehose, Pub/Sub.
//!
//! Sources (read 2026-11-21): docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html, docs.aws.amazon.com/firehose/latest/dev/data-transformation.html,
//! cloud.google.com/pubsub/docs/push.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::decompress::gunzip;
use crate::json::{JsonFields, unescape};

/// Decompressed payloads beyond this are refused: the vendors' own limits are 1 to 10 MB.
const MAX_PAYLOAD_BYTES: u64 = 64 << 20;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// `{"awslogs":{"data":"H4sI..."}}`
pub(super) fn open_awslogs<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    match fields.text("awslogs.data") {
        Some(data) => payload(data, record, |envelope| envelope),
        None => Opened::No,
    }
}

/// One element of Lambda's Kinesis event.
pub(super) fn open_kinesis<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let Some(data) = fields.text("kinesis.data") else {
        return Opened::No;
    };
    let region = fields.text("awsRegion");
    let arrival = time(fields, "kinesis.approximateArrivalTimestamp");
    payload(data, record, |mut envelope| {
        envelope.time = arrival;
        with(envelope.with(Column::Provider, "aws"), Column::Region, region)
    })
}

/// One element of Firehose's transformation event.
pub(super) fn open_firehose<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(data), Some(_), Some(_)) =
        (fields.text("data"), fields.text("recordId"), fields.text("approximateArrivalTimestamp"))
    else {
        return Opened::No;
    };
    let arrival = time(fields, "approximateArrivalTimestamp");
    payload(data, record, |mut envelope| {
        envelope.time = arrival;
        envelope.with(Column::Provider, "aws")
    })
}

/// `{"message":{"data":"...","messageId":...,"publishTime":...},"subscription":...}`
pub(super) fn open_pubsub<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let id = ["message.messageId", "message.message_id"].iter().find_map(|path| fields.text(path));
    let (Some(data), Some(_)) = (fields.text("message.data"), id) else {
        return Opened::No;
    };
    let published = time(fields, "message.publishTime").or_else(|| time(fields, "message.publish_time"));
    payload(data, record, |mut envelope| {
        envelope.time = published;
        envelope
    })
}

fn payload<'a>(
    data: &'a str,
    record: &Record<'a>,
    add: impl FnOnce(nepho_core::tables::Envelope) -> nepho_core::tables::Envelope,
) -> Opened<'a> {
    match decode(&unescape(data)) {
        Ok(text) => Opened::Inside(vec![Inner { text: Cow::Owned(text), envelope: add(envelope(record)) }]),
        Err(reason) => Opened::Broken(reason),
    }
}

/// Text of a base64 payload, decompressed if it is gzip.
fn decode(data: &str) -> Result<String, String> {
    let bytes = BASE64
        .decode(data.trim().as_bytes())
        .map_err(|error| format!("the payload is no base64: {error}"))?;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        gunzip(&bytes, MAX_PAYLOAD_BYTES).map_err(|error| format!("the gzip payload cannot be read: {error}"))?
    } else {
        bytes
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if error.as_bytes().contains(&0) => Err("the payload is binary".to_owned()),
        Err(error) => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}
