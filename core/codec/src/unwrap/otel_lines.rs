//! Which lines are what the exporter `debug` of the OpenTelemetry Collector printed under one
//! resource, and where each of its fields ends.
//!
//! Values are printed as they are, so that a text may hold any line. It ends where what is printed
//! behind it follows; where nothing of the kind does, it is taken to be cut off after its first
//! line.
//!
//! Source: `exporter/debugexporter/internal/otlptext` of
//! github.com/open-telemetry/opentelemetry-collector, and `exporter/internal/otlptext` of older
//! versions, read 2026-11-30.

use nepho_core::time::Reference;

use crate::bytes::find_near;
use crate::time;

/// What stands under one resource begins so, with a number behind it.
const EXPORTS: [&str; 3] = ["ResourceLog", "ResourceSpans", "ResourceMetrics"];
/// Scopes and items, and what the line behind each begins with: one that is printed after others
/// were cut off is read without its resource.
const INNER: [(&str, &str); 7] = [
    ("ScopeLogs", "ScopeLogs SchemaURL:"),
    ("ScopeSpans", "ScopeSpans SchemaURL:"),
    ("ScopeMetrics", "ScopeMetrics SchemaURL:"),
    ("LogRecord", "ObservedTimestamp: "),
    ("LogRecord", "Timestamp: "),
    ("Span", "    Trace ID       : "),
    ("Metric", "Descriptor:"),
];
/// What else has a number behind its name.
const NUMBERED: [&str; 10] = [
    "InstrumentationLibraryLogs",
    "InstrumentationLibrarySpans",
    "InstrumentationLibraryMetrics",
    "NumberDataPoints",
    "HistogramDataPoints",
    "ExponentialHistogramDataPoints",
    "SummaryDataPoints",
    "SpanEvent",
    "SpanLink",
    "Exemplar",
];
/// Lines that head others.
const HEADINGS: [&str; 9] = [
    "Resource attributes:",
    "Resource labels:",
    "Resource entity refs:",
    "InstrumentationScope attributes:",
    "Attributes:",
    "Data point attributes:",
    "Descriptor:",
    "Events:",
    "Links:",
];
/// Fields with a text.
const TEXTS: [&str; 7] = [
    "SeverityText",
    "Severity",
    "ShortName",
    "EventName",
    "Body",
    "Trace ID",
    "Span ID",
];
const NUMBERS: [&str; 10] = [
    "Flags",
    "DroppedAttributesCount",
    "Value",
    "Count",
    "Sum",
    "Min",
    "Max",
    "Scale",
    "ZeroCount",
    "ZeroThreshold",
];
/// Lines that begin an export are not longer: a time, a level, a file and the name.
const MAX_HEAD_BYTES: usize = 160;

/// Whether a text may begin with a time as the Collector writes it, and a tab.
#[inline]
pub(crate) fn has_tabbed_time(text: &[u8]) -> bool {
    // Behind seconds and `Z`, milliseconds, microseconds, those with an offset, nanoseconds.
    let mut ends = [20, 24, 27, 28, 30].iter();
    ends.any(|end| text.get(*end) == Some(&b'\t'))
}

/// Where an export begins in the first line of a text: behind the time and the level with which
/// the Collector logs, if any. `None` if the text begins with none.
pub(crate) fn start(text: &str) -> Option<usize> {
    let first = *text.as_bytes().first()?;
    if !matches!(first, b'R' | b'S' | b'L' | b'M' | b'0'..=b'9') {
        return None;
    }
    let head = text.as_bytes();
    if first.is_ascii_digit() && !has_tabbed_time(head) {
        return None;
    }
    let end = find_near(head.get(..MAX_HEAD_BYTES).unwrap_or(head), b'\n')?;
    if !matches!(head.get(..end), Some([.., b'0'..=b'9'] | [.., b'\r'])) {
        return None;
    }
    let (line, rest) = (text.get(..end)?, text.get(end + 1..)?);
    let at = match first {
        b'0'..=b'9' => line.rfind('\t')? + 1,
        _ => 0,
    };
    let name = numbered(line.get(at..)?)?;
    let is_inner = || {
        let mut inner = INNER.iter();
        at == 0 && inner.any(|(one, next)| *one == name && rest.starts_with(next))
    };
    (EXPORTS.contains(&name) || is_inner()).then_some(at)
}

/// Whether a line is the first of what stands under one resource.
pub(crate) fn begins_export(line: &str) -> bool {
    numbered(line).is_some_and(|name| EXPORTS.contains(&name))
}

/// Whether `line`, of which more may follow, stands inside an export, where `previous` is the line
/// before it.
pub(crate) fn is_within(previous: &[u8], line: &[u8]) -> bool {
    let text = |line: &[u8]| {
        let line = line.split(|byte| *byte == b'\n').next();
        String::from_utf8_lossy(line.unwrap_or_default()).into_owned()
    };
    let is_candidate = matches!(line.first(), Some(b'A'..=b'Z' | b' '));
    let is_open = || {
        let previous = text(previous);
        value_of(&previous).is_some() && !previous.trim_end().ends_with(')')
    };
    let is_inner = || {
        let line = text(line);
        is_field(&line) && !begins_export(&line)
    };
    line.starts_with(b"\t{")
        || is_candidate && is_inner()
        || matches!(previous.first(), Some(b'B' | b' ')) && is_open()
}

/// Bytes of the export that a text begins with: one resource, up to `most` bytes, which end before
/// an item where possible.
pub(crate) fn extent(text: &str, most: usize) -> Option<usize> {
    let start = start(text)?;
    let text = text.get(start..)?;
    let mut fields = Fields::cut(text, most);
    let (mut end, mut item) = (0, 0);
    for (field_end, field) in fields.by_ref() {
        if end > 0 && begins_export(field) {
            return Some(start + end);
        }
        if end > 0 && begins_item(field) {
            item = end;
        }
        if end > 0 && field_end > most {
            return Some(start + if item > 0 { item } else { end });
        }
        end = field_end;
    }
    Some(start + end + closing(text.get(end..).unwrap_or_default()))
}

/// Bytes of the line of the exporter itself that a text begins with.
pub(super) fn closing(text: &str) -> usize {
    match is_closing(text) {
        true => line_end(text, 0).unwrap_or_default(),
        false => 0,
    }
}

fn is_closing(line: &str) -> bool {
    line.starts_with("\t{")
}

/// Name of a line that is nothing but a name and a number, `LogRecord` of `LogRecord #0`.
pub(super) fn numbered(line: &str) -> Option<&str> {
    let (name, number) = line.trim_end().split_once(" #")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = || name.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_number && is_name()).then_some(name)
}

/// Whether a line begins an item.
fn begins_item(line: &str) -> bool {
    numbered(line).is_some_and(|name| matches!(name, "LogRecord" | "Span" | "Metric"))
}

/// The fields of an export, each behind the place where it ends: lines, with those that a value
/// goes on in.
pub(super) struct Fields<'a> {
    text: &'a str,
    at: usize,
    /// Values are sought to this place.
    most: usize,
    /// Whether nothing but the export is in the text.
    is_whole: bool,
    /// Up to where no value of a kind ends, as was found before.
    unclosed: [usize; 3],
}

impl<'a> Fields<'a> {
    /// Fields of a text that may go on with other lines.
    fn cut(text: &'a str, most: usize) -> Self {
        Self {
            most,
            is_whole: false,
            ..Self::whole(text)
        }
    }

    /// Fields of a text.
    pub(super) fn whole(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            most: text.len(),
            is_whole: true,
            unclosed: [0; 3],
        }
    }

    /// What follows the fields that were read.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Where a value ends whose first line ends at a place.
    fn value_end(&mut self, value: Value, first_end: usize) -> usize {
        let kind = value as usize;
        if first_end < self.unclosed[kind] {
            return first_end;
        }
        let (mut start, mut end) = (self.at, first_end);
        loop {
            let next_end = line_end(self.text, end);
            let line = self.text.get(start..end).unwrap_or_default();
            let next = next_end.and_then(|next_end| self.text.get(end..next_end));
            if value.ends(line, next, self.is_whole || end == first_end) {
                return end;
            }
            match next_end.filter(|next_end| *next_end <= self.most) {
                Some(next_end) if !next.is_some_and(ends_values) => (start, end) = (end, next_end),
                _ => {
                    self.unclosed[kind] = end;
                    return first_end;
                }
            }
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let end = line_end(self.text, self.at)?;
        let line = self.text.get(self.at..end).filter(|line| is_field(line))?;
        let end = match value_of(line) {
            Some(value) => self.value_end(value, end),
            None => end,
        };
        let field = self.text.get(self.at..end)?;
        self.at = end;
        Some((end, field.trim_end_matches(['\n', '\r'])))
    }
}

/// Values that may go on in further lines.
#[derive(Clone, Copy)]
enum Value {
    /// `Body: Str(...)`.
    Body,
    /// A body of older versions, without a type.
    UntypedBody,
    /// `     -> key: Str(...)`.
    Attribute,
}

impl Value {
    /// Whether a value ends with a line; `is_last` says that nothing may follow.
    fn ends(self, line: &str, next: Option<&str>, is_last: bool) -> bool {
        let is_closed = || line.trim_end().ends_with(')');
        match self {
            Self::UntypedBody => next.is_some_and(follows_body),
            Self::Body => next.is_some_and(follows_body) && is_closed(),
            Self::Attribute => {
                let follows = |next: &str| is_field(next) || is_closing(next);
                is_closed() && next.map_or(is_last, follows)
            }
        }
    }
}

/// Value that a line begins.
fn value_of(line: &str) -> Option<Value> {
    match line.strip_prefix("Body: ") {
        Some(value) if is_typed(value) => Some(Value::Body),
        Some(_) => Some(Value::UntypedBody),
        None => is_typed(attribute(line)?.1).then_some(Value::Attribute),
    }
}

/// Whether a line is what is printed behind a body.
fn follows_body(line: &str) -> bool {
    line.trim_end() == "Attributes:" || line.starts_with("Trace ID:")
}

/// Whether no value that was printed whole goes on to a line: it begins a resource, a scope or an
/// item, or is what the Collector logs next.
fn ends_values(line: &str) -> bool {
    let begins_inner =
        || numbered(line).is_some_and(|name| INNER.iter().any(|(inner, _)| *inner == name));
    begins_export(line) || begins_item(line) || begins_inner() || is_logged(line)
}

/// Whether a line begins with a time and a tab.
fn is_logged(line: &str) -> bool {
    let is_it = || {
        let head = line.as_bytes().iter().take(40);
        let end = head.enumerate().find(|(_, byte)| **byte == b'\t')?.0;
        let (_, length) = time::prefix(line.get(..end)?, Reference::ANY)?;
        Some(length == end)
    };
    line.as_bytes().first().is_some_and(u8::is_ascii_digit) && is_it() == Some(true)
}

/// Where the line that begins at a place ends, behind its line end.
fn line_end(text: &str, start: usize) -> Option<usize> {
    let rest = text
        .as_bytes()
        .get(start..)
        .filter(|rest| !rest.is_empty())?;
    Some(start + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1))
}

/// Whether a line begins a field of an export.
fn is_field(line: &str) -> bool {
    let line = line.trim_end();
    if line.starts_with("    ") {
        // Names are padded.
        return line.trim_start().starts_with("-> ")
            || line.get(19..20) == Some(":")
            || line.starts_with("    Dropped");
    }
    if let Some(name) = numbered(line) {
        return EXPORTS.contains(&name)
            || NUMBERED.contains(&name)
            || INNER.iter().any(|(one, _)| *one == name);
    }
    let Some((name, value)) = line.split_once(':') else {
        return line.starts_with("InstrumentationScope")
            || line.starts_with("InstrumentationLibrary")
            || is_bucket(line);
    };
    let value = value.strip_prefix(' ').unwrap_or(value);
    let is_time = || value.starts_with(|first: char| first.is_ascii_digit());
    match name {
        "Timestamp" | "ObservedTimestamp" | "StartTimestamp" => is_time(),
        "SeverityNumber" => value.ends_with(')') && value.contains('('),
        "Exemplars" => value.is_empty(),
        _ if TEXTS.contains(&name) => true,
        _ if NUMBERS.contains(&name) => value.parse::<f64>().is_ok(),
        _ => {
            HEADINGS.contains(&line)
                || name.ends_with(" SchemaURL")
                    && !name.trim_end_matches(" SchemaURL").contains(' ')
                || name.starts_with("InstrumentationScope ")
                || is_bucket(line)
        }
    }
}

/// Whether a line is a bucket, a bound or a quantile of a point.
fn is_bucket(line: &str) -> bool {
    let words = ["Bucket [", "Bucket (", "Buckets #"];
    words.iter().any(|word| line.starts_with(word)) && line.contains(", Count: ")
        || line.starts_with("ExplicitBounds #")
        || line.starts_with("QuantileValue #")
}

/// Key and value of a line `     -> key: Str(value)`.
pub(super) fn attribute(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim_start().strip_prefix("-> ")?.split_once(": ")?;
    Some((key, value))
}

/// Whether a value is written as `Str(...)`.
fn is_typed(value: &str) -> bool {
    let name = value.split('(').next().unwrap_or_default();
    name.len() < value.len() && is_type(name)
}

/// Whether a word is the type of a value.
pub(super) fn is_type(name: &str) -> bool {
    matches!(
        name,
        "Str" | "Int" | "Double" | "Bool" | "Map" | "Slice" | "Bytes" | "Empty"
    ) || matches!(
        name,
        "STRING" | "INT" | "DOUBLE" | "BOOL" | "MAP" | "SLICE" | "ARRAY" | "BYTES" | "EMPTY"
    )
}

#[cfg(test)]
mod tests {
    use super::{Fields, extent, start};

    #[test]
    fn an_export_begins_with_lines_of_its_own() {
        let check =
            |text: &str, expected: Option<usize>| assert_eq!(start(text), expected, "{text}");
        check("ResourceLog #0\nResource SchemaURL: ", Some(0));
        check(
            "2026-05-12T14:00:00Z\tinfo\tResourceSpans #0\r\na",
            Some(26),
        );
        check("LogRecord #3\nObservedTimestamp: 2026", Some(0));
        check("LogRecord #3\nis lost", None);
        check("LogRecord #3 failed\nObservedTimestamp: 2026", None);
        check("ResourceMetrics #1 flushed\nINFO a", None);
        check("ResourceLog #1 lost)\na", None);
        check("Resource exhausted\na", None);
        check("ResourceLog #0", None);
    }

    #[test]
    fn other_lines_end_an_export() {
        let export = "ResourceSpans #0\nSpan #0\n    Trace ID       : 0af7\nAttributes:\n     \
                      -> a: Str(b)\n";
        for rest in [
            "INFO order 1\nERROR order (2)\n",
            "panic: a (b)\n",
            "{\"a\":1}\n",
            "Resource exhausted: cpu\n",
            "Sum: 17 EUR\n",
            "LogRecord #9 failed\n",
            "ResourceSpans #1\nSpan #0\n",
        ] {
            let text = format!("{export}{rest}");
            assert_eq!(extent(&text, 1000), Some(export.len()), "{text}");
        }
        let closing = "\t{\"kind\": \"exporter\"}\n";
        let text = format!("{export}{closing}INFO a\n");
        assert_eq!(extent(&text, 1000), Some(export.len() + closing.len()));
    }

    #[test]
    fn a_large_export_ends_before_an_item() {
        let item = "LogRecord #0\nObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC\nTrace ID: \n";
        let text = format!("ResourceLog #0\n{item}{item}{item}");
        assert_eq!(
            extent(&text, 15 + item.len() * 2 + 1),
            Some(15 + item.len() * 2)
        );
        assert_eq!(extent(&text, 10), Some(15));
    }

    #[test]
    fn values_end_where_what_is_behind_them_follows() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<_> = Fields::cut(text, 1000).map(|(_, field)| field).collect();
            assert_eq!(found, expected);
        };
        check(
            "Body: Str(quota check failed (429)\nResource exhausted: cpu\nSum: 17\nLogRecord #9 failed\n\
             ERROR a)\nAttributes:\n     -> a: Str(b (c)\nd)\nTrace ID: \nfoo\n",
            &[
                "Body: Str(quota check failed (429)\nResource exhausted: cpu\nSum: 17\n\
                 LogRecord #9 failed\nERROR a)",
                "Attributes:",
                "     -> a: Str(b (c)\nd)",
                "Trace ID: ",
            ],
        );
        check(
            "Body: text\nof old\nTrace ID: \n",
            &["Body: text\nof old", "Trace ID: "],
        );
        // One that was cut off takes no other line.
        check("Body: Str(a\nINFO b\nERROR c)\n", &["Body: Str(a"]);
        check(
            "Body: Str(a\nLogRecord #1\nBody: Str(b)\nTrace ID: \n",
            &["Body: Str(a", "LogRecord #1", "Body: Str(b)", "Trace ID: "],
        );
        check(
            "     -> a: Str(b\nINFO c (d)\nINFO e\n",
            &["     -> a: Str(b"],
        );
    }
}
