//! Lines of labelled values between tabs.
//!
//! Source: the grammar of ltsv.org, as of 2026-12-01.

use std::net::IpAddr;

use nepho_codec::message::json::url_path;
use nepho_codec::table::put_status;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Row};
use nepho_core::time::Reference;

use super::DefaultService;

register!(Component {
    kind: Kind::Format,
    name: "generic.ltsv",
    summary: "Lines of label:value between tabs (LTSV)",
    permissions: &[],
    make: Make::Format(|| Box::new(Ltsv)),
});

/// What labels begin with.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Fewer values may be a text with tabs.
const FEWEST: usize = 3;

/// Takes lines of which all that stands between tabs is labelled.
#[derive(Debug)]
pub struct Ltsv;

impl Format for Ltsv {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_ltsv(sample.text) {
            true => Confidence(45),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning(bytes_of(LETTERS)).with(&["\t", ":"])]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LtsvDecoder {
            reference: stream.reference(),
            service: DefaultService::of(stream),
        })
    }
}

struct LtsvDecoder {
    reference: Reference,
    service: DefaultService,
}

impl Decoder for LtsvDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !is_ltsv(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "generic.ltsv");
        for (label, value) in values(record.text).flatten() {
            // `ERROR: no cart` is a message.
            if value.starts_with(' ')
                && label.bytes().all(|byte| byte.is_ascii_uppercase())
                && let Some(severity) = Severity::from_word(label)
            {
                row.severity(severity);
            }
            let value = value.trim_start_matches(' ');
            if !matches!(value, "" | "-" | "null" | "(null)") {
                put(label, value, self.reference, &mut row);
            }
        }
        self.service.fill(&mut row);
        if !row.has(Column::Body) {
            row.text(Column::Body, record.text);
        }
        row.commit();
        Verdict::Rows
    }
}

/// What stands between tabs, as label and value; `None` for what has no label.
fn values(text: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    text.split('\t').map(|part| {
        let (label, value) = part.split_once(':')?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let is_one = !label.is_empty() && label.bytes().all(is_part);
        is_one.then_some((label, value))
    })
}

/// Whether a value may stand in prose between tabs: `ERROR: no cart`, `14:04`.
fn may_be_prose((label, value): (&str, &str)) -> bool {
    value.starts_with(' ') || !label.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether a value is a time, and its label says so.
fn is_timed((label, value): (&str, &str)) -> bool {
    label == "time" && is_told((label, value))
}

fn is_ltsv(text: &str) -> bool {
    // `ERROR:root:lost` is what Python writes before a message.
    let first = text.split(':').next().unwrap_or_default();
    let is_level = first == "panic" || Severity::from_word(first).is_some();
    !text.contains('\n')
        && !is_level
        && values(text).all(|value| value.is_some())
        && values(text).count() >= FEWEST
        && values(text).flatten().any(is_told)
        && (!values(text).flatten().any(may_be_prose) || values(text).flatten().any(is_timed))
}

/// Whether a value is what its label says, where the label is one that only an event has: columns
/// of a table and parts of a message have others.
fn is_told((label, value): (&str, &str)) -> bool {
    match label {
        "time" | "timestamp" | "datetime" => time_of(value, Reference::ANY).is_some(),
        "level" | "severity" => Severity::from_word(value).is_some(),
        "status" => value.len() == 3 && value.parse::<u16>().is_ok(),
        "req" => value.trim_matches('"').split(' ').count() > 1,
        _ => false,
    }
}

fn time_of(value: &str, reference: Reference) -> Option<Timestamp> {
    let inner = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    time::parse_near(inner.unwrap_or(value), reference)
}

/// Puts a value where its label says: those of the page, and those that applications add.
fn put(label: &str, value: &str, reference: Reference, row: &mut Row<'_>) {
    let seconds = |unit: f64, row: &mut Row<'_>| {
        // Nanoseconds of a request are far from the limit.
        #[expect(clippy::cast_possible_truncation, reason = "a duration is no fraction")]
        if let Ok(number) = value.parse::<f64>()
            && (0.0..1e9).contains(&number)
        {
            row.duration((number * unit).round() as i64);
        }
    };
    match label {
        "time" | "timestamp" | "datetime" => {
            if let Some(time) = time_of(value, reference) {
                row.time(time);
            }
        }
        "level" | "severity" => {
            if let Some(severity) = Severity::from_word(value) {
                row.severity(severity);
            }
        }
        "message" | "msg" => put_text(row, Column::Body, value),
        "host" | "remote_addr" | "client_ip" => {
            // Of several, the first is the client.
            let first = value.split(',').next().unwrap_or_default().trim();
            if first.parse::<IpAddr>().is_ok() {
                put_text(row, Column::SourceIp, first);
            } else if label == "host" && !value.contains(':') {
                put_text(row, Column::Host, value);
            }
        }
        "user" => put_text(row, Column::Actor, value),
        "req" => {
            let mut words = value.trim_matches('"').split(' ');
            if let (Some(method), Some(target)) = (words.next(), words.next()) {
                row.text(Column::Method, method)
                    .text(Column::Path, url_path(target));
            }
        }
        "method" => put_text(row, Column::Method, value),
        "uri" => put_text(row, Column::Path, url_path(value)),
        "status" => {
            if let Ok(status) = value.parse() {
                put_status(status, row);
            }
        }
        "ua" => put_text(row, Column::UserAgent, value),
        "vhost" => put_text(row, Column::Service, value),
        "reqtime" => seconds(1e9, row),
        "reqtime_microsec" => seconds(1e3, row),
        "trace_id" => put_text(row, Column::TraceId, value),
        "request_id" | "reqid" => put_text(row, Column::RequestId, value),
        _ => {}
    }
}

fn put_text(row: &mut Row<'_>, column: Column, value: &str) {
    row.text(column, value);
}
