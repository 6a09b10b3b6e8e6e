//! The Activity Log as the portal downloads it: a table of values with commas between.

use std::borrow::Cow;

use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Row};

use nepho_codec::table::{To, put_text};

use crate::record::{LEVELS, outcome};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Activity Log as the portal downloads it (CSV)",
    permissions: &["Microsoft.Insights/eventtypes/values/Read"],
    make: Make::Format(|| Box::new(ActivityCsv)),
});

const NAME: &str = "azure.activity_csv";

/// Names of columns that no other table has together.
const MARKS: [&str; 3] = ["Correlation id", "Operation name", "Event initiated by"];

/// Reads tables of the portal.
struct ActivityCsv;

impl Format for ActivityCsv {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let header = sample.stream.header.as_deref().unwrap_or_default();
        match sample.json.is_none() && (is_header(header) || is_header(sample.text)) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning([true; 256]).with(&[","])]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        let header = stream.header.as_deref().filter(|header| is_header(header));
        Box::new(CsvDecoder(names(header.unwrap_or_default())))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let names = names(stream.header.as_deref().unwrap_or_default());
        for (name, value) in names.iter().zip(values(raw)) {
            let word = match name.as_str() {
                "Event category" => "category",
                "Resource type" => "resource_kind",
                "Resource group" => "resource_group",
                "Status" => "state",
                _ => continue,
            };
            found(word, &value);
        }
    }
}

/// Decoder that knows the names of the columns.
struct CsvDecoder(Vec<String>);

impl Decoder for CsvDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if is_header(record.text) {
            return Verdict::Structure;
        }
        let values = values(record.text);
        if self.0.is_empty() || values.len() != self.0.len() {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, "azure");
        for (name, value) in self.0.iter().zip(&values) {
            put(name, value, &mut row);
        }
        row.commit();
        Verdict::Rows
    }
}

fn put(name: &str, value: &str, row: &mut Row<'_>) {
    match name {
        "Correlation id" => {
            row.text(Column::RequestId, value);
        }
        "Operation name" => {
            row.text(Column::Action, value);
        }
        "Status" => {
            if let Some(outcome) = outcome::of_word(value) {
                row.outcome(outcome);
            }
        }
        "Level" => {
            put_text(value, To::SeverityOf(LEVELS), row);
        }
        "Time" => {
            if let Some(time) = time::parse(value).or_else(|| date(value)) {
                row.time(time);
            }
        }
        "Subscription" => {
            row.text(Column::Account, value);
        }
        "Event initiated by" => {
            row.text(Column::Actor, value);
        }
        "Resource type" => {
            let namespace = value.split('/').next().unwrap_or_default();
            row.text(Column::Service, namespace);
        }
        "Resource" => {
            row.resource(value);
        }
        _ => {}
    }
}

/// Time as browsers write it: `Tue May 12 2026 14:03:20 GMT+0200 (Central European Time)`.
fn date(text: &str) -> Option<nepho_core::Timestamp> {
    let mut words = text.split_whitespace().skip(1);
    let (month, day) = (words.next()?, words.next()?);
    let (year, clock) = (words.next()?, words.next()?);
    let zone = words.next()?.strip_prefix("GMT")?;
    time::parse(&format!("{day} {month} {year} {clock} {zone}"))
}

fn is_header(line: &str) -> bool {
    MARKS.iter().all(|mark| line.contains(mark))
}

fn names(header: &str) -> Vec<String> {
    if !is_header(header) {
        return Vec::new();
    }
    let names = values(header.trim_start_matches('\u{feff}'));
    names.into_iter().map(Cow::into_owned).collect()
}

/// Values of a line; a quoted one may hold commas, and two quotes for one.
fn values(line: &str) -> Vec<Cow<'_, str>> {
    let mut values = Vec::new();
    let mut rest = line.trim_end_matches(['\r', '\n']);
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => match rest.split_once(',') {
                Some((value, after)) => (value.trim().into(), Some(after)),
                None => (rest.trim().into(), None),
            },
        };
        values.push(value);
        match after {
            Some(after) => rest = after,
            None => return values,
        }
    }
}

fn quoted_value(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let mut quotes = text.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.next_if(|next| *next == at + 1).is_some() {
            continue;
        }
        let (value, after) = text.split_at(at);
        let value = match value.contains("\"\"") {
            true => value.replace("\"\"", "\"").into(),
            false => value.into(),
        };
        return (
            value,
            after
                .trim_start_matches('"')
                .split_once(',')
                .map(|(_, rest)| rest),
        );
    }
    (text.into(), None)
}

#[cfg(test)]
mod tests {
    use super::{date, values};

    #[test]
    fn quoted_values_hold_commas() {
        assert_eq!(values(r#"a,"b, ""c""",,d"#), ["a", "b, \"c\"", "", "d"]);
        assert_eq!(values(r#""a"#), ["a"]);
    }

    #[test]
    fn browsers_write_times_in_words() {
        let time = date("Tue May 12 2026 14:03:20 GMT+0200 (Central European Time)");
        assert_eq!(
            time.map(|time| time.to_string()).as_deref(),
            Some("2026-05-12T12:03:20Z")
        );
    }
}
