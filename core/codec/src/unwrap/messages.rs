//! Messages of SNS and SQS: the payload stands as a string in `Message`, `Sns.Message` or `body`.
//!
//! Sources: docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, read 2026-11-21.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope, time};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut envelope = envelope(record);
    let message = if fields.text("Type") == Some("Notification") && fields.text("TopicArn").is_some() {
        envelope.time = time(fields, "Timestamp");
        fields.text("Message")
    } else if fields.text("EventSource") == Some("aws:sns") {
        envelope.time = time(fields, "Sns.Timestamp");
        fields.text("Sns.Message")
    } else if fields.text("eventSource") == Some("aws:sqs") {
        envelope.time = time(fields, "attributes.SentTimestamp");
        fields.text("body")
    } else {
        return Opened::No;
    };
    match message {
        Some(message) => Opened::Inside(vec![Inner { text: unescape(message), envelope }]),
        None => Opened::Broken("the message of the notification is missing".to_owned()),
    }
}
