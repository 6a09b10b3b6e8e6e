//! Events with which a Lambda function gets messages of Amazon MQ, of `ActiveMQ` and `RabbitMQ`.
//!
//! `{"eventSource":"aws:mq","eventSourceArn":...,"messages":[{"messageID":...,"timestamp":...,
//! "data":"SGVsbG8="}]}` and `{"eventSource":"aws:rmq","eventSourceArn":...,
//! "rmqMessagesByQueue":{"queue::/":[{"basicProperties":{...},"data":"SGVsbG8="}]}}`
//!
//! Source: docs.aws.amazon.com/lambda/latest/dg/with-mq.html, read 2026-11-30.

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::base64_data::decode;
use super::{Inner, Opened, envelope, time, with_arn};
use crate::json::JsonFields;
use crate::json::fields::elements;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let messages: Vec<&str> = match fields.text("eventSource") {
        Some("aws:mq") => elements(fields.raw("messages").unwrap_or_default()),
        Some("aws:rmq") => match fields.raw("rmqMessagesByQueue").map(JsonFields::parse) {
            Some(Ok(queues)) => {
                let lists = queues.members().iter();
                lists.flat_map(|(_, list)| elements(list)).collect()
            }
            _ => return Opened::No,
        },
        _ => return Opened::No,
    };
    let common = with_arn(
        envelope(record).with(Column::Provider, "aws"),
        fields.text("eventSourceArn"),
    );
    let messages = messages.into_iter();
    Opened::Inside(messages.map(|text| inner(text, &common)).collect())
}

/// What a message holds; one whose payload is no text is handed out as it is.
fn inner<'a>(text: &'a str, common: &Envelope) -> Inner<'a> {
    let mut envelope = common.clone();
    let mut inside = None;
    if let Ok(fields) = JsonFields::parse(text) {
        envelope.time = time(&fields, "timestamp");
        inside = fields.text("data").and_then(|data| decode(data).ok());
    }
    Inner {
        text: inside.map_or_else(|| text.into(), Into::into),
        envelope,
    }
}
