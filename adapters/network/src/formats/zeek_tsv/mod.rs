//! Logs of Zeek as tables: lines of values between tabs, whose names a line `#fields` gives.
//!
//! Source: docs.zeek.org/en/master/log-formats.html, "Zeek TSV Format Logs", as of 2026-11-28.

use nepho_codec::ip::is_ip;
use nepho_codec::table::{To, put_status, put_text};
use nepho_codec::time;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use super::zeek_json::{EXTRAS, RADIUS, STATES};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Logs of Zeek as tables: connections, DNS, HTTP, TLS and others",
    permissions: &[],
    make: Make::Format(|| Box::new(Zeek)),
});

const NAME: &str = "zeek.tsv";

/// What lines about the table begin with.
const DIRECTIVES: [&str; 9] = [
    "#separator ",
    "#set_separator\t",
    "#empty_field\t",
    "#unset_field\t",
    "#path\t",
    "#open\t",
    "#close\t",
    "#fields\t",
    "#types\t",
];

/// What every log of connections begins with, where the names are not known.
const COMMON: [&str; 6] = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
];

/// Tables that a decoder remembers.
const MAX_LAYOUTS: usize = 8;

/// Reads the tables.
struct Zeek;

impl Format for Zeek {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let text = sample.text;
        match is_directive(text) || is_row(text) {
            true => Confidence(90),
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![
            Marks::beginning(bytes_of(b"#")),
            Marks::beginning(bytes_of(b"0123456789")).with(&["\t", "."]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ZeekDecoder {
            layouts: Vec::new(),
        })
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        // The names stand elsewhere; a log of connections is known by its number of values.
        let names = usual(raw);
        for (name, value) in names.iter().zip(raw.split('\t')) {
            let extra = EXTRAS.iter().find(|(held, _)| held == name);
            if let Some((_, extra)) = extra
                && is_set(value)
            {
                found(extra, value);
            }
        }
    }
}

fn is_directive(text: &str) -> bool {
    text.starts_with('#') && DIRECTIVES.iter().any(|start| text.starts_with(start))
}

/// Whether a line is one of a connection: `1778594400.123456`, an id, and two ends.
fn is_row(text: &str) -> bool {
    let mut values = text.split('\t');
    let (Some(ts), Some(uid), Some(source), Some(_), Some(peer)) = (
        values.next(),
        values.next(),
        values.next(),
        values.next(),
        values.next(),
    ) else {
        return false;
    };
    let is_time = ts.split_once('.').is_some_and(|(seconds, micros)| {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        seconds.len() == 10 && micros.len() == 6 && is_number(seconds) && is_number(micros)
    });
    let is_id = |text: &str| {
        (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    is_time && (is_id(uid) || uid == "-") && is_ip(source) && is_ip(peer)
}

fn is_set(value: &str) -> bool {
    !matches!(value, "" | "-" | "(empty)")
}

/// Names of the values of a line, where no line of the same file gave them: those of a log of
/// connections, or what all logs begin with.
fn usual(line: &str) -> &'static [&'static str] {
    const CONNECTIONS: [&str; 12] = [
        "ts",
        "uid",
        "id.orig_h",
        "id.orig_p",
        "id.resp_h",
        "id.resp_p",
        "proto",
        "service",
        "duration",
        "orig_bytes",
        "resp_bytes",
        "conn_state",
    ];
    let state = line.split('\t').nth(11);
    let is_connection = state
        .is_some_and(|state| state == "OTH" || state.starts_with(['S', 'R']) && state.len() <= 6);
    if is_connection { &CONNECTIONS } else { &COMMON }
}

struct ZeekDecoder {
    /// Names of the tables seen so far, the latest first.
    layouts: Vec<Vec<String>>,
}

impl Decoder for ZeekDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let line = record.text.trim_end_matches(['\r', '\n']);
        if is_directive(line) {
            if let Some(names) = line.strip_prefix("#fields\t") {
                let names: Vec<String> = names.split('\t').map(str::to_owned).collect();
                self.layouts.retain(|held| *held != names);
                self.layouts.insert(0, names);
                self.layouts.truncate(MAX_LAYOUTS);
            }
            return Verdict::Structure;
        }
        if !is_row(line) {
            return Verdict::NotMine;
        }
        let count = line.split('\t').count();
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        match self.layouts.iter().find(|names| names.len() == count) {
            Some(names) => fill(
                names.iter().map(String::as_str).zip(line.split('\t')),
                &mut row,
            ),
            None => fill(usual(line).iter().copied().zip(line.split('\t')), &mut row),
        }
        row.commit();
        Verdict::Rows
    }
}

fn fill<'a>(values: impl Iterator<Item = (&'a str, &'a str)>, row: &mut Row<'_>) {
    // Behind it `client` is who asked Kerberos for a ticket; in `ssh.log` it is a program.
    let mut is_ticket = false;
    for (name, value) in values.filter(|(_, value)| is_set(value)) {
        match name {
            "ts" => {
                if let Some(time) = time::from_number(value) {
                    row.time(time);
                }
            }
            "uid" => {
                row.text(Column::RequestId, value);
            }
            "id.orig_h" => {
                put_text(value, To::SourceAddress, row);
            }
            "id.orig_p" => {
                put_text(value, To::SourcePort, row);
            }
            "id.resp_h" => {
                put_text(value, To::PeerAddress, row);
            }
            "id.resp_p" => {
                put_text(value, To::PeerPort, row);
            }
            "proto" | "method" => {
                row.text(Column::Method, value);
            }
            "duration" | "rtt" => {
                put_text(value, To::Duration(1e9), row);
            }
            "conn_state" => {
                put_text(value, To::OutcomeOf(STATES), row);
            }
            "result" => {
                put_text(value, To::OutcomeOf(RADIUS), row);
            }
            "auth_success" | "success" => {
                let outcome = if value == "T" {
                    Outcome::Success
                } else {
                    Outcome::Failure
                };
                row.outcome(outcome);
            }
            "uri" => {
                put_text(value, To::Url, row);
            }
            "status_code" => {
                if let Ok(status) = value.parse() {
                    put_status(status, row);
                }
            }
            "user_agent" => {
                row.text(Column::UserAgent, value);
            }
            "username" | "user" => {
                row.text(Column::Actor, value);
            }
            "note" => {
                row.text(Column::Action, value).severity(Severity::WARN);
            }
            "request_type" => is_ticket = true,
            "client" if is_ticket => {
                row.text(Column::Actor, value);
            }
            "msg" | "error_msg" => {
                row.text(Column::Body, value);
            }
            _ => {}
        }
    }
}
