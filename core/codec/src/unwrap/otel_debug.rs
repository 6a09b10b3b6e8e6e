//! What the exporter `debug` of the OpenTelemetry Collector (`logging` before) prints of log
//! records, spans and data points where its verbosity is `detailed`: one field a line, from
//! `ResourceLog #0` to a line of the exporter itself. Behind the first line's time and level, or as
//! the message of a JSON object, as the Collector logs.
//!
//! What is printed is written anew as an export request ([`super::otlp`]), one for each resource.
//! Events and links of spans, buckets and quantiles are left out, as they have no column.
//!
//! Source: `exporter/debugexporter/internal/otlptext` of
//! github.com/open-telemetry/opentelemetry-collector, and `exporter/internal/otlptext` of older
//! versions, which write `STRING(x)` or values without a type; read 2026-11-30.

use std::borrow::Cow;

use nepho_core::Timestamp;
use nepho_core::format::Record;
use nepho_core::tables::Envelope;
use nepho_core::time::Reference;

use super::otel_lines::{Fields, attribute, begins_export, closing, is_type, numbered, start};
use super::{Inner, Opened, Wrapped, envelope};
use crate::json::fields::{elements, text_of};
use crate::json::{JsonFields, unescape};
use crate::quote::push_quoted;
use crate::time;

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let start = start(record.text)?;
    let mut around = envelope(record);
    if let Some((found, _)) = time::prefix(record.text, record.stream.reference()) {
        around.time = Some(found);
    }
    let inside = requests(record.text.get(start..)?, &around);
    (!inside.is_empty()).then_some(Wrapped::Records(inside))
}

/// The same in what the Collector logs as JSON, `{"level":"info","msg":"ResourceLog #0\n..."}`.
pub(super) fn open_json<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    // The text is escaped.
    let is_export = |text: &&str| text.split("\\n").next().is_some_and(begins_export);
    let Some(message) = fields.text("msg").filter(is_export) else {
        return Opened::No;
    };
    let mut around = envelope(record);
    around.time = super::time(fields, "ts").or(around.time);
    let inside = requests(&unescape(message), &around);
    match inside.is_empty() {
        true => Opened::No,
        false => Opened::Inside(inside),
    }
}

/// Kinds of telemetry: keys of resources, scopes and items.
#[derive(Clone, Copy, PartialEq)]
enum Signal {
    Logs,
    Spans,
    Metrics,
}

impl Signal {
    fn keys(self) -> [&'static str; 3] {
        match self {
            Self::Logs => ["resourceLogs", "scopeLogs", "logRecords"],
            Self::Spans => ["resourceSpans", "scopeSpans", "spans"],
            Self::Metrics => ["resourceMetrics", "scopeMetrics", "metrics"],
        }
    }
}

/// Whose attributes are being told.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Resource,
    Item,
    /// Those of scopes, events, links and exemplars.
    Other,
}

/// What was read so far.
struct Reader<'a> {
    around: &'a Envelope,
    signal: Signal,
    owner: Owner,
    /// Attributes of the resource as JSON, separated by commas.
    resource: Vec<u8>,
    scope: &'a str,
    /// Name and kind of the metric whose points are read.
    metric: &'a str,
    kind: &'a str,
    /// Scopes of the resource and items of the scope as JSON, separated by commas.
    scopes: Vec<u8>,
    items: Vec<u8>,
    /// Members of the item that is being read, and its attributes.
    item: Option<(Vec<u8>, Vec<u8>)>,
    has_time: bool,
    inside: Vec<Inner<'static>>,
}

/// The requests that a text prints.
fn requests(text: &str, around: &Envelope) -> Vec<Inner<'static>> {
    let mut reader = Reader {
        around,
        signal: Signal::Logs,
        owner: Owner::Other,
        resource: Vec::new(),
        scope: "",
        metric: "",
        kind: "gauge",
        scopes: Vec::new(),
        items: Vec::new(),
        item: None,
        has_time: false,
        inside: Vec::new(),
    };
    let mut fields = Fields::whole(text);
    for (_, field) in fields.by_ref() {
        reader.read(field);
    }
    reader.end_resource();
    if reader.inside.is_empty() {
        return Vec::new();
    }
    // Lines that are none of the exporter's are told as they stand.
    let rest = fields.rest();
    let rest = rest.get(closing(rest)..).unwrap_or_default();
    if !rest.trim().is_empty() {
        reader.inside.push(Inner {
            text: Cow::Owned(rest.trim_end().to_owned()),
            envelope: around.clone(),
        });
    }
    reader.inside
}

impl<'a> Reader<'a> {
    fn read(&mut self, field: &'a str) {
        if let Some((key, value)) = attribute(field) {
            return self.attribute(key, value, field);
        }
        if field.starts_with("Resource") {
            return self.resource(field);
        }
        if let Some(scope) = field.strip_prefix("InstrumentationScope ") {
            if scope.trim_end() != "attributes:" {
                self.scope = scope.split(' ').next().unwrap_or_default();
            }
            self.owner = Owner::Other;
            return;
        }
        if let Some(name) = numbered(field) {
            return self.head(name);
        }
        match field.trim_end() {
            "Attributes:" | "Data point attributes:" => self.owner = Owner::Item,
            "Events:" | "Links:" | "Exemplars:" => self.owner = Owner::Other,
            _ => self.member(field),
        }
    }

    /// Reads a line with a number, `LogRecord #0`.
    fn head(&mut self, name: &str) {
        match name {
            "LogRecord" => self.begin(Signal::Logs),
            "Span" => self.begin(Signal::Spans),
            "Metric" => {
                self.end_item();
                self.turn_to(Signal::Metrics);
                (self.metric, self.kind) = ("", "gauge");
            }
            _ if name.ends_with("DataPoints") => self.begin(Signal::Metrics),
            _ if name.starts_with("Scope") || name.starts_with("InstrumentationLibrary") => {
                self.end_scope();
                self.scope = "";
            }
            _ => {}
        }
    }

    fn resource(&mut self, field: &str) {
        if begins_export(field) {
            self.end_resource();
            self.resource.clear();
            self.scope = "";
        }
        self.owner = match field.trim_end() {
            "Resource attributes:" | "Resource labels:" => Owner::Resource,
            _ => Owner::Other,
        };
    }

    /// Items of another kind than those before stand in a request of their own.
    fn turn_to(&mut self, signal: Signal) {
        if signal != self.signal {
            self.end_resource();
            self.signal = signal;
        }
    }

    fn begin(&mut self, signal: Signal) {
        self.end_item();
        self.turn_to(signal);
        self.item = Some((Vec::new(), Vec::new()));
        self.has_time = false;
        self.owner = Owner::Other;
    }

    fn attribute(&mut self, key: &'a str, value: &'a str, field: &str) {
        // What a metric is stands behind arrows as well.
        if matches!(self.signal, Signal::Metrics) && self.item.is_none() {
            match key {
                "Name" => self.metric = value,
                "DataType" => self.kind = kind_of(value),
                _ => {}
            }
        }
        // Those of events and links are indented more.
        if !field.starts_with("     -> ") {
            return;
        }
        match (self.owner, &mut self.item) {
            (Owner::Resource, _) => push_attribute(key, value, &mut self.resource),
            (Owner::Item, Some((_, attributes))) => push_attribute(key, value, attributes),
            _ => {}
        }
    }

    /// Adds a field of an item.
    fn member(&mut self, field: &str) {
        let Some((name, value)) = field.split_once(':') else {
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        let Some((members, _)) = &mut self.item else {
            return;
        };
        let of_time = |key| Some((key, nanos(value)?));
        let text = |key| Some((key, quoted(value)));
        let member = match (self.signal, name) {
            (_, "Timestamp") => of_time("timeUnixNano"),
            (_, "ObservedTimestamp") => of_time("observedTimeUnixNano"),
            (_, "StartTimestamp" | "Start time") => of_time("startTimeUnixNano"),
            (_, "End time") => of_time("endTimeUnixNano"),
            _ if value.is_empty() => None,
            (_, "Body") => Some(("body", any_value(value, true))),
            (_, "SeverityText" | "Severity") => text("severityText"),
            (_, "SeverityNumber") => number_of(value).map(|number| ("severityNumber", number)),
            (_, "EventName") => text("eventName"),
            (_, "Trace ID") => text("traceId"),
            (_, "Span ID") | (Signal::Spans, "ID") => text("spanId"),
            (_, "Parent ID") => text("parentSpanId"),
            (Signal::Spans, "Name") => text("name"),
            (_, "Kind") => Some(("kind", span_kind(value).to_owned())),
            (_, "Status code") => Some(("status", status(value).to_owned())),
            // Follows the code, whose object it closes.
            (_, "Status message") => return add_status_message(members, value),
            (_, "Value") => text("asDouble"),
            (Signal::Metrics, "Count") => text("count"),
            (Signal::Metrics, "Sum") => text("sum"),
            (Signal::Metrics, "Min") => text("min"),
            (Signal::Metrics, "Max") => text("max"),
            _ => None,
        };
        if let Some((key, json)) = member {
            self.has_time |= key.ends_with("imeUnixNano") && key != "startTimeUnixNano";
            push_member(key, &json, members);
        }
    }

    fn end_item(&mut self) {
        let Some((mut members, attributes)) = self.item.take() else {
            return;
        };
        // When the exporter wrote it is the best time of a record without one.
        if !self.has_time && !matches!(self.signal, Signal::Spans) {
            let told = self.around.time.map_or(0, |time| time.0);
            push_member("observedTimeUnixNano", &format!("\"{told}\""), &mut members);
        }
        if !attributes.is_empty() {
            let mut list = vec![b'['];
            list.extend(attributes);
            list.push(b']');
            push_member("attributes", &String::from_utf8_lossy(&list), &mut members);
        }
        if !self.items.is_empty() {
            self.items.push(b',');
        }
        let (before, after) = match self.signal {
            Signal::Metrics => (
                format!(
                    "{{\"name\":{},\"{}\":{{\"dataPoints\":[{{",
                    quoted(self.metric),
                    self.kind
                ),
                "}]}}",
            ),
            Signal::Logs | Signal::Spans => ("{".to_owned(), "}"),
        };
        self.items.extend(before.into_bytes());
        self.items.extend(members);
        self.items.extend(after.bytes());
    }

    fn end_scope(&mut self) {
        self.end_item();
        if self.items.is_empty() {
            return;
        }
        let [_, _, items] = self.signal.keys();
        if !self.scopes.is_empty() {
            self.scopes.push(b',');
        }
        self.scopes.extend(b"{\"scope\":{\"name\":");
        push_quoted(self.scope, &mut self.scopes);
        self.scopes.extend(format!("}},\"{items}\":[").bytes());
        self.scopes.append(&mut self.items);
        self.scopes.extend(b"]}");
    }

    fn end_resource(&mut self) {
        self.end_scope();
        if self.scopes.is_empty() {
            return;
        }
        let [resources, scopes, _] = self.signal.keys();
        let text = format!(
            "{{\"{resources}\":[{{\"resource\":{{\"attributes\":[{}]}},\"{scopes}\":[{}]}}]}}",
            String::from_utf8_lossy(&self.resource),
            String::from_utf8_lossy(&self.scopes),
        );
        self.scopes.clear();
        self.inside.push(Inner {
            text: Cow::Owned(text),
            envelope: self.around.clone(),
        });
    }
}

/// Key of the points of a metric of this type.
fn kind_of(data_type: &str) -> &'static str {
    match data_type {
        "Sum" => "sum",
        "Histogram" => "histogram",
        "ExponentialHistogram" => "exponentialHistogram",
        "Summary" => "summary",
        _ => "gauge",
    }
}

fn span_kind(kind: &str) -> &'static str {
    match kind {
        "Internal" => "1",
        "Server" => "2",
        "Client" => "3",
        "Producer" => "4",
        "Consumer" => "5",
        _ => "0",
    }
}

fn status(code: &str) -> &'static str {
    match code {
        "Ok" => r#"{"code":1}"#,
        "Error" => r#"{"code":2}"#,
        _ => r#"{"code":0}"#,
    }
}

fn add_status_message(members: &mut Vec<u8>, message: &str) {
    if members.pop_if(|last| *last == b'}').is_some() {
        members.extend(b",\"message\":");
        push_quoted(message, members);
        members.push(b'}');
    }
}

/// Nanoseconds of a time as Go prints it, `2026-05-12 14:00:00.25 +0000 UTC`, in quotes; `None` for
/// the zero that stands for no time.
fn nanos(text: &str) -> Option<String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let found = match is_number {
        true => text.parse().ok().map(Timestamp),
        false => time::prefix(text, Reference::ANY).map(|(found, _)| found),
    };
    let found = found.filter(|found| found.0 != 0)?;
    Some(format!("\"{}\"", found.0))
}

/// The number in `Error(17)`.
fn number_of(text: &str) -> Option<String> {
    let (_, number) = text.strip_suffix(')')?.rsplit_once('(')?;
    let number: u8 = number.parse().ok()?;
    (number > 0).then(|| number.to_string())
}

/// JSON of a value such as `Str(x)`; a map is an object where `is_body`, else its text.
fn any_value(text: &str, is_body: bool) -> String {
    let (name, held) = match text.split_once('(') {
        Some((name, held)) if is_type(name) => (name, held.strip_suffix(')').unwrap_or(held)),
        _ => ("Str", text),
    };
    let is_map = |held: &str| held.starts_with('{') && JsonFields::parse(held).is_ok();
    let key = match name {
        "Empty" | "EMPTY" => return "{}".to_owned(),
        "Map" | "MAP" if is_body && is_map(held) => return held.to_owned(),
        "Slice" | "SLICE" | "ARRAY" => return array_value(held),
        "Int" | "INT" => "intValue",
        "Double" | "DOUBLE" => "doubleValue",
        "Bool" | "BOOL" => "boolValue",
        _ => "stringValue",
    };
    format!("{{\"{key}\":{}}}", quoted(held))
}

fn array_value(held: &str) -> String {
    let texts = elements(held).into_iter().filter_map(text_of);
    let values: Vec<_> = texts
        .map(|text| format!("{{\"stringValue\":{}}}", quoted(&unescape(text))))
        .collect();
    format!("{{\"arrayValue\":{{\"values\":[{}]}}}}", values.join(","))
}

fn push_attribute(key: &str, value: &str, out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b',');
    }
    out.extend(b"{\"key\":");
    push_quoted(key, out);
    out.extend(b",\"value\":");
    out.extend(any_value(value, false).into_bytes());
    out.push(b'}');
}

fn push_member(key: &str, json: &str, out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b',');
    }
    push_quoted(key, out);
    out.push(b':');
    out.extend(json.bytes());
}

fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    push_quoted(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;

    use super::{open, open_json};
    use crate::unwrap::tests::{inside, opened};

    const EXPORT: &str = "ResourceLog #0
Resource SchemaURL: 
Resource attributes:
     -> service.name: Str(checkout)
Resource entity refs:
     -> Entity ref #0:
          -> Type: service
ScopeLogs #0
ScopeLogs SchemaURL: 
InstrumentationScope shop.pay 1.2.0
InstrumentationScope attributes:
     -> a: Str(b)
LogRecord #0
ObservedTimestamp: 2026-05-12 14:00:00.5 +0000 UTC
Timestamp: 2026-05-12 14:00:00.25 +0000 UTC
SeverityText: ERROR
SeverityNumber: Error(17)
EventName: pay
Body: Str(no stock
Attributes: none
\tat shop.Cart (Cart.java:12))
Attributes:
     -> http.response.status_code: Int(500)
     -> tags: Slice([\"x\",\"y\"])
     -> user: Map({\"id\":7})
    Trace ID       : 0af7651916cd43dd8448eb211c80319c
Span ID: 
Flags: 1
LogRecord #1
ObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC
SeverityText: 
SeverityNumber: Unspecified(0)
Body: Map({\"message\":\"b\"})
Trace ID: 
Span ID: 
Flags: 0
";

    const REQUEST: &str = concat!(
        r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":"#,
        r#"{"stringValue":"checkout"}}]},"scopeLogs":[{"scope":{"name":"shop.pay"},"logRecords":["#,
        r#"{"observedTimeUnixNano":"1778594400500000000","timeUnixNano":"1778594400250000000","#,
        r#""severityText":"ERROR","severityNumber":17,"eventName":"pay","body":{"stringValue":"#,
        r#""no stock\nAttributes: none\n\tat shop.Cart (Cart.java:12)"},"#,
        r#""traceId":"0af7651916cd43dd8448eb211c80319c","attributes":["#,
        r#"{"key":"http.response.status_code","value":{"intValue":"500"}},"#,
        r#"{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"x"},"#,
        r#"{"stringValue":"y"}]}}},{"key":"user","value":{"stringValue":"{\"id\":7}"}}]},"#,
        r#"{"body":{"message":"b"},"observedTimeUnixNano":"1778594401000000000"}]}]}]}"#,
    );

    #[test]
    fn what_is_printed_of_a_scope_is_a_request() {
        let head = "2026-05-12T14:00:01.000Z\tinfo\t";
        let own = "\t{\"kind\": \"exporter\", \"data_type\": \"logs\", \"name\": \"debug\"}";
        let (_, found) = opened(open, &format!("{head}{EXPORT}{own}")).expect("an export");
        let texts: Vec<_> = found.iter().map(|inner| &*inner.text).collect();
        assert_eq!(texts, [REQUEST]);
        assert_eq!(
            found[0].envelope.time,
            Some(Timestamp(1_778_594_401_000_000_000))
        );
        let mut message = Vec::new();
        crate::quote::push_quoted(EXPORT, &mut message);
        let message = String::from_utf8(message).expect("text");
        let object = format!(r#"{{"level":"info","ts":1778594401.0,"msg":{message}}}"#);
        let found = inside(open_json, &object);
        assert_eq!(found[0].text, REQUEST);
        assert!(inside(open_json, r#"{"msg":"Resource exhausted"}"#).is_empty());
    }

    #[test]
    fn each_scope_has_the_attributes_of_its_resource() {
        let again = EXPORT.replace("ResourceLog #0", "ResourceLog #1");
        let again = again.replace("checkout", "cart");
        let (_, found) = opened(open, &format!("{EXPORT}{again}")).expect("an export");
        assert_eq!(found.len(), 2);
        assert!(found[0].text.contains("checkout") && !found[0].text.contains("cart"));
        assert!(found[1].text.contains("cart") && !found[1].text.contains("checkout"));
    }

    #[test]
    fn spans_and_points_are_items_too() {
        let check = |text: &str, expected: &str| {
            let (_, found) = opened(open, text).expect("an export");
            assert!(found[0].text.contains(expected), "{}", found[0].text);
        };
        check(
            "ResourceSpans #0\nScopeSpans #0\nInstrumentationScope  \nSpan #0\n    \
             Trace ID       : 0af7\n    Parent ID      : \n    ID             : b7ad\n    \
             Name           : GET /cart\n    Kind           : Server\n    \
             Start time     : 2026-05-12 14:00:00 +0000 UTC\n    \
             End time       : 2026-05-12 14:00:00.5 +0000 UTC\n    \
             Status code    : Error\n    Status message : no stock\nAttributes:\n     \
             -> a: Str(b)\nEvents:\nSpanEvent #0\n     -> Name: c\n",
            r#""spans":[{"traceId":"0af7","spanId":"b7ad","name":"GET /cart","kind":2,"startTimeUnixNano":"1778594400000000000","endTimeUnixNano":"1778594400500000000","status":{"code":2,"message":"no stock"},"attributes":[{"key":"a","value":{"stringValue":"b"}}]}]"#,
        );
        check(
            "ResourceMetrics #0\nScopeMetrics #0\nMetric #0\nDescriptor:\n     -> Name: m\n     \
             -> DataType: Sum\nNumberDataPoints #0\nData point attributes:\n     -> a: Str(b)\n\
             StartTimestamp: 1970-01-01 00:00:00 +0000 UTC\n\
             Timestamp: 2026-05-12 14:00:00 +0000 UTC\nValue: 1.500000\n",
            r#""metrics":[{"name":"m","sum":{"dataPoints":[{"timeUnixNano":"1778594400000000000","asDouble":"1.500000","attributes":[{"key":"a","value":{"stringValue":"b"}}]}]}}]"#,
        );
    }

    #[test]
    fn a_resource_is_told_once_for_all_its_scopes() {
        let (resource, scope) = EXPORT.split_at(EXPORT.find("ScopeLogs #0").expect("a scope"));
        let text = format!("{resource}{}", scope.repeat(3));
        let (_, found) = opened(open, &text).expect("an export");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text.matches("checkout").count(), 1);
        assert_eq!(found[0].text.matches("shop.pay").count(), 3);
        assert!(crate::json::JsonFields::parse(&found[0].text).is_ok());
    }

    #[test]
    fn other_lines_are_told_as_they_are() {
        let text = format!("{EXPORT}INFO order 1\nLogRecord #9 failed\n");
        let (_, found) = opened(open, &text).expect("an export");
        assert_eq!(found[0].text, REQUEST.replace("1778594401000000000", "0"));
        assert_eq!(found[1].text, "INFO order 1\nLogRecord #9 failed");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn items_without_their_resource_are_told() {
        let rest = EXPORT.split_once("LogRecord #1\n").expect("two records").1;
        let (_, found) = opened(open, &format!("LogRecord #1\n{rest}")).expect("an export");
        assert!(found[0].text.contains(r#""message":"b""#));
        assert!(opened(open, "Resource exhausted\nat a").is_none());
        assert!(opened(open, "ResourceLog #1 lost\nat a").is_none());
        assert!(opened(open, "ResourceLog #0\nResource SchemaURL: ").is_none());
    }
}
