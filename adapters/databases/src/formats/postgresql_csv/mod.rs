//! CSV log of PostgreSQL (`log_destination = csvlog`).

use std::borrow::Cow;

use nepho_codec::table::{To, address, put_text};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder};

use crate::postgresql::{describe, severity};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "postgresql.csv",
    summary: "PostgreSQL server log as CSV",
    permissions: &[],
    make: Make::Format(|| Box::new(PostgresqlCsv)),
});

/// Positions of the fields (page as in the README of this folder).
mod field {
    pub(super) const TIME: usize = 0;
    pub(super) const USER: usize = 1;
    pub(super) const DATABASE: usize = 2;
    pub(super) const PROCESS_ID: usize = 3;
    pub(super) const CLIENT: usize = 4;
    pub(super) const SESSION: usize = 5;
    pub(super) const COMMAND: usize = 7;
    pub(super) const SEVERITY: usize = 11;
    pub(super) const STATE: usize = 12;
    pub(super) const MESSAGE: usize = 13;
    pub(super) const DETAIL: usize = 14;
    pub(super) const HINT: usize = 15;
    pub(super) const CONTEXT: usize = 18;
    pub(super) const QUERY: usize = 19;
    pub(super) const APPLICATION: usize = 22;
    pub(super) const BACKEND: usize = 23;
    pub(super) const QUERY_ID: usize = 25;
}

/// Fields of version 8.4, the first that counts; version 14 has 26.
const FEWEST_FIELDS: usize = 22;

/// Fields of a record, with their quotes.
type Fields<'a> = Vec<&'a str>;

struct PostgresqlCsv;

impl Format for PostgresqlCsv {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match begins_right(sample.text) && has_shape(&split(sample.text)) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let first = nepho_core::format::bytes_of(b"12");
        vec![Marks::beginning(first).with(&[",", ":"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(PostgresqlCsvDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let fields = split(raw);
        for (position, name) in [
            (field::DATABASE, "database"),
            (field::PROCESS_ID, "pid"),
            (field::SEVERITY, "severity_text"),
            (field::STATE, "sql_state"),
            (field::DETAIL, "detail"),
            (field::HINT, "hint"),
            (field::CONTEXT, "context"),
            (field::QUERY, "statement"),
            (field::APPLICATION, "application"),
            (field::BACKEND, "backend_type"),
            (field::QUERY_ID, "query_id"),
        ] {
            let value = value(&fields, position);
            if !value.is_empty() {
                found(name, &value);
            }
        }
    }
}

struct PostgresqlCsvDecoder;

impl Decoder for PostgresqlCsvDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !begins_right(record.text) {
            return Verdict::NotMine;
        }
        let fields = split(record.text);
        if !has_shape(&fields) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "postgresql.csv");
        put_text(&value(&fields, field::TIME), To::Time, &mut row);
        describe(
            &value(&fields, field::SEVERITY),
            &value(&fields, field::MESSAGE),
            &mut row,
        );
        row.text(Column::Actor, &value(&fields, field::USER));
        if let Some((address, port)) = address(&value(&fields, field::CLIENT)) {
            row.text(Column::SourceIp, address);
            if let Some(port) = port {
                row.source_port(port);
            }
        }
        // Before there is a command, the state of the session stands in its place: `idle`.
        let command = value(&fields, field::COMMAND);
        if !row.has(Column::Action) && command.starts_with(|c: char| c.is_ascii_uppercase()) {
            row.text(Column::Action, &command);
        }
        row.commit();
        Verdict::Rows
    }
}

/// Whether text begins with `2024-05-01 10:`.
fn begins_right(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(4) == Some(&b'-') && bytes.get(10) == Some(&b' ') && bytes.get(13) == Some(&b':')
}

fn has_shape(fields: &Fields<'_>) -> bool {
    let state = value(fields, field::STATE);
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let session = value(fields, field::SESSION);
    fields.len() >= FEWEST_FIELDS
        && severity(&value(fields, field::SEVERITY)).is_some()
        && state.len() == 5
        && state.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && session
            .split_once('.')
            .is_some_and(|(start, process)| is_hex(start) && is_hex(process))
}

/// Fields of a line of CSV. Those in quotes may hold commas, line ends, and quotes that are
/// doubled.
fn split(text: &str) -> Fields<'_> {
    let mut fields = Vec::with_capacity(26);
    let mut start = 0;
    let mut in_quotes = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b',' if !in_quotes => {
                fields.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(text.get(start..).unwrap_or_default());
    fields
}

/// A field without its quotes; empty if there is none.
fn value<'a>(fields: &Fields<'a>, position: usize) -> Cow<'a, str> {
    let field = fields.get(position).map_or("", |field| field.trim());
    let Some(inner) = field.strip_prefix('"') else {
        return Cow::Borrowed(field);
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    match inner.contains("\"\"") {
        true => Cow::Owned(inner.replace("\"\"", "\"")),
        false => Cow::Borrowed(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_commas_and_line_ends() {
        let fields = split("a,\"b, \"\"c\"\"\nd\",,\"\"");
        assert_eq!(fields.len(), 4);
        assert_eq!(value(&fields, 1), "b, \"c\"\nd");
        assert_eq!(value(&fields, 3), "");
        assert_eq!(value(&fields, 9), "");
    }
}
