//! Entries as a sink to BigQuery writes them: the payload stands under the name of its type, and
//! its parts that have no schema of their own as text. Here they get back the names and shapes that
//! the vendor's API gives them.
//!
//! Source: cloud.google.com/logging/docs/export/bigquery, "Fields with the @type specifier" and
//! "Exceptions: audit logs", as of 2026-11-28.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Extras, JsonFormat, JsonFormatWith, Table, TableDecoder};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder};

/// Audit logs.
pub(crate) const AUDIT: &str = "protopayload_auditlog";
/// Requests of load balancers.
pub(crate) const BALANCER: &str = "jsonpayload_type_loadbalancerlogentry";

static PAYLOAD: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("payload_"));

/// Parts of an audit log that are text of JSON, and what they are called elsewhere.
const PARTS: [(&str, &str); 5] = [
    ("metadataJson", "metadata"),
    ("requestJson", "request"),
    ("responseJson", "response"),
    ("servicedata_v1_bigquery", "serviceData"),
    ("servicedata_v1_iam", "serviceData"),
];

/// The entry as the API gives it; as it is, if it was not exported like this.
pub(crate) fn undone(record: &str) -> Cow<'_, str> {
    let has_payload = PAYLOAD.find(record.as_bytes()).is_some();
    let fields = has_payload
        .then(|| JsonFields::parse(record).ok())
        .flatten();
    let Some(fields) = fields.filter(is_exported) else {
        return record.into();
    };
    let mut text = String::with_capacity(record.len());
    for (key, value) in fields.members() {
        match *key {
            AUDIT => add(&mut text, "protoPayload", &audit(value)),
            BALANCER => add(&mut text, "jsonPayload", value),
            key => add(&mut text, key, value),
        }
    }
    closed(text)
}

fn is_exported(fields: &JsonFields<'_>) -> bool {
    let mut members = fields.members().iter();
    members.any(|(key, value)| matches!(*key, AUDIT | BALANCER) && value.starts_with('{'))
}

/// An audit log with its parts as objects.
fn audit(payload: &str) -> Cow<'_, str> {
    let Ok(fields) = JsonFields::parse(payload) else {
        return payload.into();
    };
    let mut text = String::with_capacity(payload.len());
    for (key, value) in fields.members() {
        match PARTS.iter().find(|(held, _)| held == key) {
            Some((_, name)) => add(&mut text, name, &opened(value)),
            None => add(&mut text, key, value),
        }
    }
    closed(text)
}

/// Columns of the views of Log Analytics that queries give as text of JSON.
///
/// Source: cloud.google.com/logging/docs/analyze/query-and-view, "Schema", as of 2026-11-30.
const COLUMNS: [&str; 6] = [
    "resource",
    "json_payload",
    "labels",
    "http_request",
    "operation",
    "source_location",
];

/// A row of Log Analytics with objects in place of the texts of its columns; `None` if it has no
/// such text.
pub(crate) fn opened_row(record: &str) -> Option<String> {
    let fields = JsonFields::parse(record).ok()?;
    let mut is_changed = false;
    let mut text = String::with_capacity(record.len());
    for (key, value) in fields.members() {
        let value = match COLUMNS.contains(key) {
            true if *key == "resource" => with_labels(value),
            true => opened(value),
            false => Cow::Borrowed(*value),
        };
        is_changed |= matches!(value, Cow::Owned(_));
        add(&mut text, key, &value);
    }
    is_changed.then(|| closed(text).into_owned())
}

/// A resource of which the labels are an object.
fn with_labels(resource: &str) -> Cow<'_, str> {
    let resource = opened(resource);
    let Ok(fields) = JsonFields::parse(&resource) else {
        return resource;
    };
    let labels = fields.raw("labels").map(opened);
    let Some(Cow::Owned(labels)) = labels else {
        return resource;
    };
    let mut text = String::with_capacity(resource.len());
    for (key, value) in fields.members() {
        let value = if *key == "labels" { &labels } else { *value };
        add(&mut text, key, value);
    }
    closed(text)
}

/// The text of an object, of which the members were added.
fn closed(mut text: String) -> Cow<'static, str> {
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    text.into()
}

/// The object that a text holds, or the value as it is.
fn opened(value: &str) -> Cow<'_, str> {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .map(unescape)
        .filter(|text| JsonFields::parse(text).is_ok());
    inner.unwrap_or_else(|| value.into())
}

fn add(text: &mut String, key: &str, value: &str) {
    text.push(if text.is_empty() { '{' } else { ',' });
    text.push('"');
    text.push_str(key);
    text.push_str("\":");
    text.push_str(value);
}

/// A format of a table whose entries come from BigQuery as well, with more extras.
pub(crate) struct Exported {
    /// The table.
    pub(crate) table: &'static Table,
    /// What it tells besides.
    pub(crate) extras: Extras,
    /// Name that BigQuery has for the payload.
    pub(crate) payload: &'static str,
}

impl Format for Exported {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let format = JsonFormat(self.table);
        if fields.get(self.payload).is_none() {
            return format.sniff(sample);
        }
        let text = undone(sample.text);
        let fields = JsonFields::parse(&text).ok();
        format.sniff(&Sample {
            text: &text,
            json: fields
                .as_ref()
                .map(|fields| fields as &dyn nepho_core::format::Fields),
            stream: sample.stream,
        })
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        has_key(self.payload) || JsonFormat(self.table).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ExportedDecoder {
            name: self.table.name,
            table: TableDecoder::new(self.table),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormatWith(self.table, self.extras).extras(&undone(raw), stream, found);
    }
}

struct ExportedDecoder {
    name: &'static str,
    table: TableDecoder,
}

impl Decoder for ExportedDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let text = match undone(record.text) {
            Cow::Borrowed(_) => return self.table.decode(record, out),
            Cow::Owned(text) => text,
        };
        if !self.table.scan(&text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, self.name);
        self.table.fill(&text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::undone;

    #[test]
    fn parts_get_back_their_names_and_shapes() {
        let check = |record: &str, expected: &str| assert_eq!(undone(record), expected);
        check(
            r#"{"a":1,"protopayload_auditlog":{"methodName":"m","metadataJson":"{\"b\":\"c\"}","requestJson":"x"}}"#,
            r#"{"a":1,"protoPayload":{"methodName":"m","metadata":{"b":"c"},"request":"x"}}"#,
        );
        check(
            r#"{"jsonpayload_type_loadbalancerlogentry":{"statusdetails":"x"}}"#,
            r#"{"jsonPayload":{"statusdetails":"x"}}"#,
        );
        check(
            r#"{"protopayload_auditlog":null}"#,
            r#"{"protopayload_auditlog":null}"#,
        );
        check(r#"{"protopayload_auditlog":{}}"#, r#"{"protoPayload":{}}"#);
        check("protopayload_auditlog", "protopayload_auditlog");
    }
}
