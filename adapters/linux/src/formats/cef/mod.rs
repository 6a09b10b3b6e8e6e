//! Events of security devices in the Common Event Format of ArcSight.
//!
//! Source: "CEF log message format" (opswat.com/docs/mdemail/operating/cef-syslog-message-format)
//! and the keys of elastic.co/docs/reference/beats/filebeat/exported-fields-cef, read 2026-11-28.

use std::borrow::Cow;

use nepho_core::format::bytes_of;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::device_events::{self, Head, Keys, Pairs};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Events of security devices (CEF)",
    permissions: &[],
    make: Make::Format(|| Box::new(Cef)),
});

const NAME: &str = "cef.event";

static KEYS: Keys = Keys {
    time: &["rt", "end", "start"],
    source: &["src", "c6a2"],
    source_port: &["spt"],
    peer: &["dst", "c6a3", "dhost"],
    peer_port: &["dpt"],
    actor: &["suser", "duser", "suid"],
    action: &["act"],
    outcome: &["outcome", "act"],
    method: &["requestMethod", "proto"],
    url: &["request"],
    user_agent: &["requestClientApplication"],
    request_id: &["externalId"],
    host: &["dvchost", "deviceHostName", "dvc"],
    process: &["deviceProcessName", "sproc"],
    body: &["msg", "message"],
    resource: &["filePath", "fname"],
};

const EXTRAS: &[(&str, &str)] = &[
    ("cat", "category"),
    ("reason", "reason"),
    ("in", "bytes_received"),
    ("out", "bytes"),
    ("app", "application"),
    ("shost", "source_host"),
    ("dhost", "peer_host"),
    ("duser", "target_user"),
    ("fileHash", "file_hash"),
];

/// Reads events in CEF.
#[derive(Debug)]
pub struct Cef;

impl Format for Cef {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(_) => Confidence(93),
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(b"C")).with(&["CEF:", "|"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CefDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some((head, extension)) = parse(raw) {
            device_events::extras(&head, &pairs(extension), EXTRAS, found);
        }
    }
}

/// Header and extension of an event.
fn parse(text: &str) -> Option<(Head<'_>, &str)> {
    let rest = text.strip_prefix("CEF:")?;
    let mut rest = rest.trim_start_matches(' ');
    let mut parts = [""; 7];
    for part in &mut parts {
        let end = bar(rest).unwrap_or(rest.len());
        *part = rest.get(..end)?;
        // The extension may be missing, the bars before it not.
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    let [format, vendor, product, version, class, name, severity] = parts.map(str::trim);
    let is_version = matches!(format, "0" | "1" | "0.1" | "1.0");
    (is_version && !product.is_empty() && !class.is_empty()).then(|| {
        let text = |part| -> Cow<'_, str> { unescaped(part, true) };
        let head = Head {
            vendor: text(vendor),
            product: text(product),
            version: text(version),
            class: text(class),
            name: text(name),
            severity: text(severity),
        };
        (head, rest)
    })
}

/// Position of the first bar that has no backslash before it.
fn bar(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'|' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Keys and values of an extension. Values may have blanks: they end before the last word that is
/// followed by an equals sign without a backslash.
fn pairs(text: &str) -> Pairs<'_> {
    let bytes = text.as_bytes();
    // Where keys begin, and their equals signs.
    let mut keys: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b' ' | b'\t' => start = at + 1,
            b'=' if is_key(text.get(start..at).unwrap_or_default()) => {
                keys.push((start, at));
                // A value may have equals signs that should have been escaped.
                start = bytes.len();
            }
            _ => {}
        }
        at += 1;
    }
    let ends = keys.iter().skip(1).map(|(start, _)| *start);
    let ends = ends.chain([text.len()]);
    let pair = |((start, equals), end): ((usize, usize), usize)| {
        let value = text.get(equals + 1..end).unwrap_or_default();
        let key = text.get(start..equals).unwrap_or_default();
        (key, unescaped(value.trim(), is_prose(key)))
    };
    keys.iter().copied().zip(ends).map(pair).collect()
}

fn is_key(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-[]:".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// Whether a field holds sentences. Names of others are often written without escapes:
/// `suser=CORP\nadia`.
fn is_prose(key: &str) -> bool {
    matches!(key, "msg" | "message" | "reason") || key.starts_with("cs")
}

/// Text without the backslashes before `|`, `=` and backslashes; `\n` and `\r` are line ends in
/// prose.
fn unescaped(text: &str, is_prose: bool) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match (c, next) {
            ('\\', Some(next @ ('\\' | '|' | '='))) => {
                plain.push(next);
                chars.next();
            }
            ('\\', Some('n' | 'r')) if is_prose => {
                plain.push('\n');
                chars.next();
            }
            (c, _) => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

struct CefDecoder;

impl Decoder for CefDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some((head, extension)) = parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        device_events::fill(&head, &pairs(extension), &KEYS, &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_before_the_next_key() {
        let text =
            r"src=10.0.0.7 msg=two words \= three act= cs1Label=a b request=/x?a=1&b=2 dpt=443";
        let expected = vec![
            ("src", "10.0.0.7"),
            ("msg", "two words = three"),
            ("act", ""),
            ("cs1Label", "a b"),
            ("request", "/x?a=1&b=2"),
            ("dpt", "443"),
        ];
        let found = pairs(text);
        let found: Vec<(&str, &str)> = found.iter().map(|(key, value)| (*key, &**value)).collect();
        assert_eq!(found, expected);
        assert_eq!(pairs(""), vec![]);
        assert_eq!(pairs("no key"), vec![]);
    }

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescaped(r"a\=b\|c\\d\n", true), "a=b|c\\d\n");
        assert_eq!(unescaped(r"CORP\nadia", is_prose("suser")), r"CORP\nadia");
        assert_eq!(unescaped(r"C:\temp\x\", true), r"C:\temp\x\");
    }

    #[test]
    fn bars_are_escaped_in_headers() {
        let (head, extension) = parse(r"CEF:0|Ex\|ample|Gate|1|7|a \\ b|3|src=1").expect("a head");
        assert_eq!((&*head.vendor, &*head.name), ("Ex|ample", r"a \ b"));
        assert_eq!(extension, "src=1");
        assert!(parse("CEF:0|a|b|c|d|e|3").is_some());
        assert!(parse("CEF:0|a").is_none());
        assert!(parse("CEF: see below").is_none());
    }
}
