//! Envelopes of Loggregator, the log system of Cloud Foundry, as JSON: what `cf log-stream`,
//! `cf tail --json`, Log Cache and the gateway of the log stream give, alone or in a batch:
//! `{"timestamp":"1778594400123456789","source_id":"...","log":{"payload":"aGk=","type":"OUT"}}`.
//!
//! Envelopes of metrics hold no event: they stay what they are, in a batch or not.
//!
//! Source: `v2/envelope.proto` and README.md of github.com/cloudfoundry/loggregator-api, as of
//! 2026-11-30; names may be in camel case, and what is zero may be left out.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, base64_data, envelope, time, with};
use crate::json::fields::elements;
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if let [("batch", batch)] = fields.members() {
        return open_batch(record, batch);
    }
    let source = fields.text("source_id").or(fields.text("sourceId"));
    let (Some(payload), Some(_)) = (fields.text("log.payload"), source) else {
        return Opened::No;
    };
    let payload = unescape(payload);
    // Whoever prints them may have decoded the payload already.
    let text = base64_data::decode(&payload).ok();
    let text = text.filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
    let text = text.unwrap_or_else(|| payload.into_owned());
    let mut envelope = envelope(record);
    envelope.time = time(fields, "timestamp").or(envelope.time);
    let app = fields.text("tags.app_name");
    let app = app.or_else(|| fields.text("deprecated_tags.app_name.text"));
    envelope = with(envelope, Column::Service, app);
    let source = fields.text("tags.source_type").map(|kind| {
        match fields.text("instance_id").or(fields.text("instanceId")) {
            Some(instance) => format!("{kind}/{instance}"),
            None => kind.to_owned(),
        }
    });
    Opened::Inside(vec![Inner {
        text: text.into(),
        envelope: with(envelope, Column::Process, source.as_deref()),
    }])
}

/// The envelopes of a batch.
fn open_batch<'a>(record: &Record<'a>, batch: &'a str) -> Opened<'a> {
    let is_envelope = |text: &&str| {
        text.starts_with('{') && (text.contains("\"source_id\"") || text.contains("\"sourceId\""))
    };
    let envelopes = elements(batch);
    if envelopes.is_empty() || !envelopes.iter().all(is_envelope) {
        return Opened::No;
    }
    let inside = envelopes.into_iter().map(|text| Inner {
        text: text.into(),
        envelope: envelope(record),
    });
    Opened::Inside(inside.collect())
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::Column;

    use super::open;
    use crate::unwrap::tests::inside;

    #[test]
    fn the_payload_of_a_log_is_an_event() {
        let check = |text: &str, expected: &str, service: Option<&str>, process: Option<&str>| {
            let found = inside(open, text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].text, expected);
            assert_eq!(found[0].envelope.get(Column::Service), service);
            assert_eq!(found[0].envelope.get(Column::Process), process);
            let time = nepho_core::Timestamp(1_778_594_400_123_456_789);
            assert_eq!(found[0].envelope.time, Some(time));
        };
        check(
            r#"{"timestamp":"1778594400123456789","source_id":"9534d542","instance_id":"1","deprecated_tags":{},"tags":{"app_name":"shop","source_type":"APP/PROC/WEB"},"log":{"payload":"b3JkZXIgdGFrZW4=","type":"OUT"}}"#,
            "order taken",
            Some("shop"),
            Some("APP/PROC/WEB/1"),
        );
        check(
            r#"{"timestamp":"1778594400123456789","sourceId":"9534d542","log":{"payload":"b3JkZXIgdGFrZW4="}}"#,
            "order taken",
            None,
            None,
        );
        check(
            r#"{"timestamp":"1778594400123456789","source_id":"9534d542","log":{"payload":"accepted"}}"#,
            "accepted",
            None,
            None,
        );
        check(
            r#"{"timestamp":"1778594400123456789","source_id":"9534d542","tags":{"source_type":"API"},"log":{"payload":"accepted"}}"#,
            "accepted",
            None,
            Some("API"),
        );
    }

    #[test]
    fn a_batch_holds_envelopes() {
        let counter = r#"{"source_id":"doppler","counter":{"name":"a","total":"3"}}"#;
        let found = inside(open, &format!(r#"{{"batch":[{counter},{counter}]}}"#));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text, counter);
        assert!(inside(open, counter).is_empty());
        assert!(inside(open, r#"{"batch":[{"a":1}]}"#).is_empty());
        assert!(inside(open, r#"{"batch":[]}"#).is_empty());
    }
}
