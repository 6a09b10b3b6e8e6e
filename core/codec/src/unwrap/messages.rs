//! Messages of SNS and SQS: the payload stands as a string in `Message`, `Sns.Message` or `body`.
//! `aws sqs receive-message` gives several of them in `Messages`.
//!
//! Sources: docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html,
//! docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, read 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with_arn};
use crate::json::fields::{elements, pick};
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
    // A topic also tells that it shall be subscribed to; what it says of that stands there too.
    let is_posted = matches!(
        fields.text("Type"),
        Some("Notification" | "SubscriptionConfirmation" | "UnsubscribeConfirmation")
    );
    let paths = if is_posted && fields.text("TopicArn").is_some() {
        NOTIFICATION
    } else if fields.text("EventSource") == Some("aws:sns") {
        LAMBDA_SNS
    } else if fields.text("eventSource") == Some("aws:sqs") {
        LAMBDA_SQS
    } else if fields.text("ReceiptHandle").is_some() && fields.text("MD5OfBody").is_some() {
        RECEIVED_SQS
    } else if let Some(received) = received(fields) {
        let inside = received.into_iter().map(|text| Inner {
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

/// Messages of an answer of a queue (AWS CLI, `sqs receive-message`, read 2026-11-27). It has no
/// other members: an event of an application that holds messages is one event.
fn received<'a>(fields: &JsonFields<'a>) -> Option<Vec<&'a str>> {
    let mut members = fields.members().iter();
    if !members.all(|(key, _)| matches!(*key, "Messages" | "ResponseMetadata")) {
        return None;
    }
    let messages = elements(fields.raw("Messages")?);
    let is_message = |text: &&str| {
        let found = pick(text, ["ReceiptHandle", "MD5OfBody"]);
        matches!(found, Some([Some(_), Some(_)]))
    };
    (!messages.is_empty() && messages.iter().all(is_message)).then_some(messages)
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn topics_tell_of_subscriptions() {
        let check = |text: &str, expected: Option<&str>| {
            let found = inside(open, text);
            let message = found.first().map(|inner| inner.text.as_ref());
            assert_eq!(message, expected, "{text}");
            for inner in found {
                let region = inner.envelope.get(Column::Region);
                assert_eq!(region, Some("eu-west-1"), "{text}");
            }
        };
        let topic =
            r#""TopicArn":"arn:aws:sns:eu-west-1:111122223333:x","Message":"hello","Token":"a""#;
        for kind in [
            "Notification",
            "SubscriptionConfirmation",
            "UnsubscribeConfirmation",
        ] {
            check(&format!(r#"{{"Type":"{kind}",{topic}}}"#), Some("hello"));
        }
        check(&format!(r#"{{"Type":"Confirmation",{topic}}}"#), None);
        check(
            r#"{"Type":"SubscriptionConfirmation","Message":"hello"}"#,
            None,
        );
    }

    #[test]
    fn only_answers_of_a_queue_are_opened() {
        let check = |text: &str, expected: Option<usize>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(
                received(&fields).map(|found| found.len()),
                expected,
                "{text}"
            );
        };
        let message = r#"{"ReceiptHandle":"AQEB","MD5OfBody":"0cc1","Body":"a"}"#;
        check(&format!(r#"{{"Messages":[{message},{message}]}}"#), Some(2));
        check(
            &format!(r#"{{"Messages":[{message}],"ResponseMetadata":{{"HTTPStatusCode":200}}}}"#),
            Some(1),
        );
        check(
            &format!(r#"{{"level":"error","message":"x","Messages":[{message}]}}"#),
            None,
        );
        check(
            r#"{"Messages":[{"ReceiptHandle":"AQEB","Body":"a"}]}"#,
            None,
        );
        check(
            &format!(r#"{{"Messages":[{message},"ReceiptHandle"]}}"#),
            None,
        );
        check(r#"{"Messages":[]}"#, None);
        check(
            r#"{"Messages":{"ReceiptHandle":"a","MD5OfBody":"b"}}"#,
            None,
        );
    }
}
