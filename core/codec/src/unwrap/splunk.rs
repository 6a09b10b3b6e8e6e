//! Events that Splunk and Sumo Logic export, as rows of a table or as JSON: the event as it came
//! stands in `_raw`, and beside it whatever was found in it.
//!
//! What Docker and the collector of OpenTelemetry send to Splunk tells the container as well:
//! `{"event":{"line":"...","source":"stdout","tag":"shop"},"time":"1778594400.5","host":"web"}`,
//! `{"event":"...","fields":{"k8s.pod.name":"shop-0"},"sourcetype":"kube:container:shop"}`.
//!
//! Sources, read 2026-11-30: docs.splunk.com/Documentation/Splunk/latest/Search/
//! Exportdatausingsplunkweb; docs.docker.com/engine/logging/drivers/splunk;
//! github.com/signalfx/splunk-otel-collector-chart.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::fields::{pick, text_of};
use crate::json::{JsonFields, unescape};
use crate::pod;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (mut raw, mut event) = (None, None);
    let mut is_splunk = false;
    for (key, value) in fields.members() {
        match *key {
            "_raw" => {
                raw = value
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'))
            }
            "_time" | "_indextime" | "sourcetype" | "_messagetime" => is_splunk = true,
            "event" if value.starts_with(['"', '{']) => event = Some(*value),
            "result" if value.starts_with('{') && fields.raw("preview").is_some() => {
                return open_result(record, value);
            }
            _ => {}
        }
    }
    // What was found in an event may be called so, too.
    let Some(raw) = raw.filter(|raw| is_splunk && !raw.trim().is_empty()) else {
        return event.map_or(Opened::No, |event| open_sent(record, fields, event));
    };
    let mut envelope = envelope(record);
    let time = time(fields, "_time").or_else(|| time(fields, "_messagetime"));
    envelope.time = time.or(envelope.time);
    let host = fields.text("host").or_else(|| fields.text("_sourcehost"));
    Opened::Inside(vec![Inner {
        text: unescape(raw),
        envelope: with(envelope, Column::Host, host),
    }])
}

/// A row of a search through the API, `{"preview":false,"result":{"_raw":"...","_time":"..."}}`.
fn open_result<'a>(record: &Record<'a>, result: &'a str) -> Opened<'a> {
    match JsonFields::parse(result) {
        Ok(fields) if fields.raw("result").is_none() => open(record, &fields),
        _ => Opened::No,
    }
}

/// Whether a text is the short id of a container.
fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A line of a container as it is sent to the collector of events.
fn open_sent<'a>(record: &Record<'a>, fields: &JsonFields<'a>, event: &'a str) -> Opened<'a> {
    let mut envelope = envelope(record);
    let text = |raw: Option<&'a str>| raw.and_then(text_of).unwrap_or_default();
    let line = if event.starts_with('{') {
        let Some([Some(line), source, tag]) = pick(event, ["line", "source", "tag"]) else {
            return Opened::No;
        };
        if !matches!(text(source), "stdout" | "stderr") || !line.starts_with(['"', '{']) {
            return Opened::No;
        }
        // The tag is the id of the container, unless the driver was told another one.
        let tag = tag.and_then(text_of).filter(|tag| !is_id(tag));
        envelope = with(envelope, Column::Service, tag);
        line
    } else {
        let keys = ["k8s.pod.name", "k8s.namespace.name", "k8s.container.name"];
        let told = fields.raw("fields").and_then(|fields| pick(fields, keys));
        let Some([Some(pod), namespace, container]) = told else {
            return Opened::No;
        };
        let (pod, namespace) = (text(Some(pod)), text(namespace));
        if !namespace.is_empty() {
            envelope.resources.push(format!("{namespace}/{pod}"));
        }
        envelope = with(envelope, Column::Provider, Some("kubernetes"));
        envelope = with(envelope, Column::Service, Some(pod::workload(pod)));
        envelope = with(envelope, Column::Host, Some(pod));
        envelope = with(envelope, Column::Process, Some(text(container)));
        event
    };
    envelope.time = time(fields, "time").or(envelope.time);
    if !envelope
        .values
        .iter()
        .any(|(held, _)| *held == Column::Host)
    {
        envelope = with(envelope, Column::Host, fields.text("host"));
    }
    // Lines that are JSON stand as objects, if the driver was told so.
    Opened::Inside(vec![Inner {
        text: match line.starts_with('"') {
            true => unescape(text(Some(line))),
            false => line.into(),
        },
        envelope,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwrap::tests::inside;

    fn check(text: &str, expected: &[&str], resources: &[&str]) {
        let inside = inside(open, text);
        let texts: Vec<_> = inside.iter().map(|inner| &*inner.text).collect();
        assert_eq!(texts, expected, "{text}");
        let found = inside.iter().flat_map(|inner| &inner.envelope.resources);
        assert!(found.eq(resources), "{text}");
    }

    #[test]
    fn an_event_is_what_came() {
        let row = r#"{"_raw":"a b","event":"login","_time":"1778594400"}"#;
        check(row, &["a b"], &[]);
        let row = r#"{"event":"login","_raw":"a b","_time":"1778594400"}"#;
        check(row, &["a b"], &[]);
        check(r#"{"event":"login","_raw":"a b"}"#, &[], &[]);
    }

    #[test]
    fn lines_of_containers_are_taken_out() {
        let sent = |line: &str| {
            format!(r#"{{"event":{{"line":{line},"source":"stdout","tag":"t"}},"time":"1"}}"#)
        };
        check(&sent("\"a\""), &["a"], &[]);
        check(&sent("{\"b\":1}"), &["{\"b\":1}"], &[]);
        check(&sent("null"), &[], &[]);
        check(&sent("7"), &[], &[]);
        let pod = r#"{"event":"a","fields":{"k8s.pod.name":"shop-0"}}"#;
        check(pod, &["a"], &[]);
        let pod = r#"{"event":"a","fields":{"k8s.pod.name":"p","k8s.namespace.name":"n"}}"#;
        check(pod, &["a"], &["n/p"]);
    }
}
