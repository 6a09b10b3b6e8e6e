//! Messages of SNS and SQS: the payload stands as a string in `Message`, `Sns.Message` or `body`.
//! `aws sqs receive-message` gives several of them in `Messages`.
//!
//! Sources: docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, read 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with_arn};
use crate::json::fields::elements;
use crate::json::{JsonFields, unescape};

/// Where a kind of message keeps its payload, its time, and the name of its topic or queue.
struct Paths {
    payload: &'static str,
    time: &'static str,
    arn: &'static str,
}

const NOTIFICATION: Paths = Paths {
    payload: "Message",
    time: "Timestamp",
    arn: "TopicArn",
};
const LAMBDA_SNS: Paths = Paths {
    payload: "Sns.Message",
    time: "Sns.Timestamp",
    arn: "Sns.TopicArn",
};
const LAMBDA_SQS: Paths = Paths {
    payload: "body",
    time: "attributes.SentTimestamp",
    arn: "eventSourceARN",
};
const RECEIVED_SQS: Paths = Paths {
    payload: "Body",
    time: "Attributes.SentTimestamp",
    arn: "",
};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let paths = if fields.text("Type") == Some("Notification") && fields.text("TopicArn").is_some()
    {
        NOTIFICATION
    } else if fields.text("EventSource") == Some("aws:sns") {
        LAMBDA_SNS
    } else if fields.text("eventSource") == Some("aws:sqs") {
        LAMBDA_SQS
    } else if fields.text("ReceiptHandle").is_some() && fields.text("MD5OfBody").is_some() {
        RECEIVED_SQS
    } else if let Some(list) = fields.raw("Messages").filter(|list| is_received(list)) {
        let inside = elements(list).into_iter().map(|text| Inner {
            text: text.into(),
            envelope: envelope(record),
        });
        return Opened::Inside(inside.collect());
    } else {
        return Opened::No;
    };
    let Some(message) = fields.text(paths.payload) else {
        return Opened::Broken(format!("`{}` is missing", paths.payload));
    };
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, paths.time).or(envelope.time);
    let envelope = with_arn(envelope, fields.text(paths.arn));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}

/// Whether a list is one of messages of a queue.
fn is_received(list: &str) -> bool {
    list.starts_with('[') && list.contains("\"ReceiptHandle\"")
}
