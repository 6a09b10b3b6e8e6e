//! Rows of table `logs` as `nepho parse` writes them: lines of JSON, or rows of a Parquet file.
//!
//! What was written comes back with all its columns: the format, the severity in its scale and the
//! event as it was first received. The place is that of what is read now.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: "generic.rows",
    summary: "Rows that nepho parse wrote, as NDJSON or Parquet",
    permissions: &[],
    make: Make::Format(|| Box::new(Rows)),
});

/// Columns that every row has. No other program writes these four beside each other.
const ALWAYS: [&str; 4] = ["observed_time", "offset", "line", "format"];

/// Most that a severity can be.
const MOST_SEVERE: u8 = 24;

/// Takes what `nepho parse` wrote.
#[derive(Debug)]
pub struct Rows;

impl Format for Rows {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let json = sample.json;
        let is_one = json.is_some_and(|json| is_row(&|key| json.get(key)));
        match is_one {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RowsDecoder)
    }
}

/// Whether an object, of which `get` gives the texts of members, is a row.
fn is_row<'a>(get: &dyn Fn(&str) -> Option<&'a str>) -> bool {
    let [observed, offset, line, format] = ALWAYS.map(get);
    let is_number = |text: Option<&str>| text.is_some_and(|text| text.parse::<u64>().is_ok());
    let is_time = observed.is_some_and(|text| Timestamp::parse_rfc3339(text).is_some());
    // `aws.cloudtrail`: a vendor or kind, and a name.
    let is_name = |text: &str| {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let mut parts = text.split('.');
        parts.clone().count() == 2
            && parts.all(|part| !part.is_empty() && part.bytes().all(is_part))
    };
    is_time && is_number(offset) && is_number(line) && format.is_some_and(is_name)
}

struct RowsDecoder;

impl Decoder for RowsDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Ok(fields) = JsonFields::parse(record.text) else {
            return Verdict::NotMine;
        };
        if !is_row(&|key| fields.text(key)) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.complete();
        for (key, value) in fields.members() {
            fill(&mut row, key, value);
        }
        row.commit();
        Verdict::Rows
    }
}

/// Sets the column of a member.
fn fill(row: &mut Row<'_>, key: &str, value: &str) {
    let text = text_of(value).unwrap_or_default();
    match key {
        "time" => {
            if let Some(time) = Timestamp::parse_rfc3339(text) {
                row.time(time);
            }
        }
        "observed_time" => {
            if let Some(time) = Timestamp::parse_rfc3339(text) {
                row.observed(time);
            }
        }
        "resources" => {
            for id in elements(value).into_iter().filter_map(text_of) {
                row.resource(&unescape(id));
            }
        }
        "outcome" => {
            let outcomes = [Outcome::Success, Outcome::Failure];
            // A word in lines of JSON, the number of the table in Parquet.
            let is_told = |one: &Outcome| one.name() == text || (*one as u8).to_string() == text;
            let told = outcomes.into_iter().find(is_told);
            if let Some(outcome) = told {
                row.outcome(outcome);
            }
        }
        _ if fill_number(row, key, text) => {}
        _ => {
            let mut columns = Column::ALL.into_iter();
            // Where the row stands is told by what is read now.
            let column = columns.find(|column| *column != Column::Uri && column.name() == key);
            if let Some(column) = column {
                row.text(column, &unescape(text));
            }
        }
    }
}

/// Sets the column of a number, if the key is of one.
fn fill_number(row: &mut Row<'_>, key: &str, text: &str) -> bool {
    match key {
        "severity" => {
            let number = text.parse().ok();
            if let Some(number) = number.filter(|number| (1..=MOST_SEVERE).contains(number)) {
                row.severity(Severity(number));
            }
        }
        "status" => {
            if let Ok(status) = text.parse() {
                row.status(status);
            }
        }
        "duration" => {
            if let Ok(nanos) = text.parse() {
                row.duration(nanos);
            }
        }
        "source_port" => {
            if let Ok(port) = text.parse() {
                row.source_port(port);
            }
        }
        "peer_port" => {
            if let Ok(port) = text.parse() {
                row.peer_port(port);
            }
        }
        "value" => {
            if let Ok(value) = text.parse() {
                row.value(value);
            }
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one(text: &str) -> bool {
        let fields = JsonFields::parse(text).expect("JSON");
        is_row(&|key| fields.text(key))
    }

    #[test]
    fn a_row_is_told_by_what_every_row_has() {
        assert!(is_one(
            r#"{"observed_time":"2026-05-12T14:00:00Z","offset":0,"line":1,"format":"generic.json"}"#
        ));
        for other in [
            r#"{"observed_time":"2026-05-12T14:00:00Z","offset":0,"line":1}"#,
            r#"{"observed_time":"2026-05-12T14:00:00Z","offset":0,"line":1,"format":"json"}"#,
            r#"{"observed_time":"today","offset":0,"line":1,"format":"generic.json"}"#,
            r#"{"observed_time":"2026-05-12T14:00:00Z","offset":"a","line":1,"format":"a.b"}"#,
        ] {
            assert!(!is_one(other), "{other}");
        }
    }
}
