//! Events with which a Lambda function gets records of Kafka, of Amazon MSK or of a cluster of
//! one's own.
//!
//! `{"eventSource":"aws:kafka","eventSourceArn":...,"records":{"logs-0":[{"topic":"logs",
//! "partition":0,"offset":15,"timestamp":1545084650987,"value":"SGVsbG8="}]}}`
//!
//! Sources (read 2026-11-29): docs.aws.amazon.com/lambda/latest/dg/with-msk.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-kafka.html.

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::base64_data::decode;
use super::{Inner, Opened, envelope, time, with_arn};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let is_mine = matches!(
        fields.text("eventSource"),
        Some("aws:kafka" | "aws:SelfManagedKafka" | "SelfManagedKafka")
    );
    let records = fields.raw("records").filter(|raw| raw.starts_with('{'));
    let Some(Ok(partitions)) = records.filter(|_| is_mine).map(JsonFields::parse) else {
        return Opened::No;
    };
    let common = with_arn(
        envelope(record).with(Column::Provider, "aws"),
        fields.text("eventSourceArn"),
    );
    let lists = partitions.members().iter();
    let elements = lists.flat_map(|(_, list)| elements(list));
    Opened::Inside(elements.filter_map(|text| inner(text, &common)).collect())
}

/// What one record holds. One whose value is no text is handed out as it is; one without a value
/// says no more than that its key is gone.
fn inner<'a>(text: &'a str, common: &Envelope) -> Option<Inner<'a>> {
    let fields = JsonFields::parse(text).ok()?;
    let mut envelope = common.clone();
    envelope.time = time(&fields, "timestamp");
    let value = fields.raw("value").filter(|raw| raw.starts_with('"'))?;
    let text = match decode(value.trim_matches('"')) {
        Ok(value) => value.into(),
        Err(_) => text.into(),
    };
    Some(Inner { text, envelope })
}
