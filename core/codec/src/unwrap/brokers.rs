//! Messages of brokers as the tools that read them write them: the event in one member, and the
//! place of the message beside it.
//!
//! | broker | as written by | payload |
//! |---|---|---|
//! | Kafka | `kcat -J`, `rpk topic consume`, REST proxies | `payload`, `value` |
//! | Pub/Sub | subscriptions of BigQuery, clients, Vector | `data`, `message` |
//! | Pub/Sub | functions of the first generation | `data.data` |
//! | other triggers of Google Cloud | functions of the first generation | `data` |
//! | Event Hubs | capture, the add-on of Splunk | `Body`, `body` |
//!
//! A message may be an object, the text of one, or lines; those of Pub/Sub are base64 as well.
//!
//! Sources (read 2026-11-30): github.com/edenhill/kcat, "README.md";
//! docs.redpanda.com/current/reference/rpk/rpk-topic/rpk-topic-consume;
//! cloud.google.com/pubsub/docs/bigquery, "Write metadata";
//! cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage;
//! cloud.google.com/functions/1stgendocs/writing/write-event-driven-functions;
//! learn.microsoft.com/azure/event-hubs/event-hubs-capture-overview.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope};

use super::base64_data::{decode, open_payload};
use super::{Inner, Opened, envelope, time};
use crate::json::fields::text_of;
use crate::json::{JsonFields, unescape};

/// How a message is written.
struct Message {
    /// Paths of which one has the payload.
    payload: &'static [&'static str],
    /// Members of which it has one of each.
    needs: &'static [&'static [&'static str]],
    /// Where its time stands.
    time: &'static [&'static str],
    /// Whether it may be base64.
    is_base64: bool,
}

const MESSAGES: [Message; 6] = [
    Message {
        payload: &["payload", "value"],
        needs: &[&["topic"], &["partition"], &["offset"]],
        time: &["ts", "timestamp"],
        is_base64: false,
    },
    Message {
        payload: &["data"],
        needs: &[
            &["message_id", "messageId"],
            &["publish_time", "publishTime", "attributes"],
        ],
        time: &["publish_time", "publishTime"],
        is_base64: true,
    },
    Message {
        payload: &["message"],
        needs: &[&["source_type"], &["message_id"], &["attributes"]],
        time: &["timestamp"],
        is_base64: false,
    },
    Message {
        payload: &["data.data"],
        needs: &[
            &["data.@type", "context.eventType"],
            &["data.attributes", "context.eventId"],
        ],
        time: &["context.timestamp"],
        is_base64: true,
    },
    Message {
        payload: &["data"],
        needs: &[
            &["context.eventType"],
            &["context.eventId"],
            &["context.resource.service"],
        ],
        time: &["context.timestamp"],
        is_base64: false,
    },
    Message {
        payload: &["Body", "body"],
        needs: &[&[
            "EnqueuedTimeUtc",
            "x-opt-enqueued-time",
            "x-opt-sequence-number",
        ]],
        time: &["EnqueuedTimeUtc", "x-opt-enqueued-time"],
        is_base64: false,
    },
];

/// What loggers of applications write: one that tells of a message is no message.
const OF_LOGGERS: [&str; 6] = ["level", "severity", "levelname", "logger", "msg", "log"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let has = |names: &&[&str]| names.iter().any(|name| fields.raw(name).is_some());
    let is_it = |message: &&Message| message.needs.iter().all(has) && has(&message.payload);
    let message = MESSAGES.iter().find(is_it);
    let Some(message) = message.filter(|_| !has(&&OF_LOGGERS[..])) else {
        return Opened::No;
    };
    let Some(raw) = message.payload.iter().find_map(|path| fields.raw(path)) else {
        return Opened::No;
    };
    let mut envelope = envelope(record);
    let told = message.time.iter().find_map(|path| time(fields, path));
    envelope.time = told.or(envelope.time);
    if fields.text("context.resource.service").is_some() && message.payload == ["data"] {
        envelope = triggered(envelope, fields);
    }
    let text = match raw.as_bytes() {
        [b'{' | b'[', ..] => Cow::Borrowed(raw),
        [b'"', ..] => unescape(text_of(raw).unwrap_or_default()),
        _ => return Opened::No,
    };
    let is_json = text.trim_start().starts_with(['{', '[']);
    if message.is_base64 && !is_json && decode(&text).is_ok() {
        return open_payload(&text, &envelope);
    }
    // A word alone is no event: an id, or what is no text in base64.
    if !is_json && !text.trim().contains([' ', '\t']) {
        return Opened::No;
    }
    Opened::Inside(vec![Inner { text, envelope }])
}

/// What the context of a function tells of the event that triggered it: its data is only the
/// object that it happened to.
fn triggered(envelope: Envelope, fields: &JsonFields<'_>) -> Envelope {
    let [kind, id, service, name] = [
        "context.eventType",
        "context.eventId",
        "context.resource.service",
        "context.resource.name",
    ]
    .map(|path| unescape(fields.text(path).unwrap_or_default()));
    let mut envelope = envelope
        .with(Column::Action, kind)
        .with(Column::RequestId, id)
        .with(Column::Service, service.as_ref());
    if service.ends_with(".googleapis.com") {
        envelope = envelope.with(Column::Provider, "gcp");
        if !name.is_empty() {
            envelope.resources.push(format!("//{service}/{name}"));
        }
    }
    envelope
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;
    use nepho_core::format::Stream;
    use nepho_core::tables::{Envelope, LogsBuilder};

    use super::*;
    use crate::encoding::Text;

    fn check(text: &str, expected: &[&str]) {
        let mut out = LogsBuilder::new(Timestamp(0));
        let (stream, envelope) = (Stream::default(), Envelope::default());
        let block = Text::from(text.to_owned());
        let record = Record {
            text,
            block: out.attach(block.buffer()),
            offset: 0,
            line: 1,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        };
        let fields = JsonFields::parse(text).expect("an object");
        let found = match open(&record, &fields) {
            Opened::Inside(found) => found,
            _ => Vec::new(),
        };
        let texts: Vec<&str> = found.iter().map(|inner| &*inner.text).collect();
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn messages_of_brokers_are_opened() {
        check(
            r#"{"topic":"t","partition":0,"offset":5,"ts":1,"key":null,"payload":"{\"a\":1}"}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"topic":"t","partition":0,"offset":5,"value":{"a":1}}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"message_id":"7","publish_time":"2026-05-12 14:00:02 UTC","data":"{\"a\":1}"}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"messageId":"7","publishTime":"2026-05-12T14:00:02Z","data":"eyJhIjoxfQ=="}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"data":{"@type":"PubsubMessage","data":"eyJhIjoxfQ=="},"context":{"eventId":"1"}}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"data":{"a":1},"context":{"eventId":"1","eventType":"google.storage.object.finalize","resource":{"service":"storage.googleapis.com"}}}"#,
            &[r#"{"a":1}"#],
        );
        check(
            r#"{"message":"a line","source_type":"gcp_pubsub","message_id":"7","attributes":{}}"#,
            &["a line"],
        );
        check(
            r#"{"topic":"t","partition":0,"offset":5,"value":"2026-05-12\t14:00:00\tGET"}"#,
            &["2026-05-12\t14:00:00\tGET"],
        );
        check(
            r#"{"body":{"records":[]},"x-opt-sequence-number":1}"#,
            &[r#"{"records":[]}"#],
        );
    }

    #[test]
    fn lines_that_tell_of_messages_are_none() {
        check(
            r#"{"level":"info","topic":"t","partition":0,"offset":5,"value":"x"}"#,
            &[],
        );
        check(r#"{"topic":"t","partition":0,"offset":5,"value":7}"#, &[]);
        check(r#"{"message":"x","message_id":"7","attributes":{}}"#, &[]);
        check(r#"{"topic":"t","partition":0,"value":"x"}"#, &[]);
        check(r#"{"body":"x"}"#, &[]);
        check(
            r#"{"topic":"t","partition":0,"offset":5,"value":"AAEC"}"#,
            &[],
        );
    }
}
