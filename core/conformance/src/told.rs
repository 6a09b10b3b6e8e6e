//! Rows as texts, to compare what was read from one input with what was read from another.

use std::borrow::Cow;

use nepho_codec::detect::decode_text;
use nepho_codec::json::JsonFields;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Format, Sample, Stream};
use nepho_core::tables::{Column, LogsBuilder, LogsView};
use serde_json::Value;

/// A row as a text, and the line that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Line of the record, from 1.
    pub line: u32,
    /// What its columns hold.
    pub text: String,
}

/// The rows of a stream, each as text of what its columns hold; columns in `but` are left out. The
/// resources stand in the order of their names, a value that is JSON as the same of one writing.
///
/// # Panics
/// If the stream cannot be decoded.
pub fn told(text: &[u8], but: &[Column]) -> Vec<Told> {
    let mut out = LogsBuilder::new(Timestamp(0));
    decode_text(text, Stream::default(), None, &mut out).expect("decodes");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let rows = (0..view.len()).map(|row| Told {
        line: view.line(row),
        text: row_text(&view, row, but),
    });
    rows.collect()
}

/// Whether a format takes a JSON object for one of its records.
///
/// # Panics
/// If the text is no JSON object.
pub fn knows(format: &dyn Format, text: &str) -> bool {
    let fields = JsonFields::parse(text).expect("an object");
    let sample = Sample {
        text,
        json: Some(&fields),
        stream: &Stream::default(),
    };
    format.sniff(&sample) != Confidence::NO
}

fn row_text(view: &LogsView<'_>, row: usize, but: &[Column]) -> String {
    let wanted = Column::ALL.iter().filter(|column| !but.contains(column));
    let columns = wanted.filter_map(|column| {
        let value = one_writing(view.text(*column, row)?);
        Some(format!("{}={value}", column.name()))
    });
    let columns: Vec<String> = columns.collect();
    let mut resources: Vec<_> = view.resources(row).collect();
    resources.sort_unstable();
    format!(
        "{} {columns:?} {:?} {:?} {:?} {:?} {resources:?}",
        view.time(row).unwrap_or(view.observed(row)),
        view.outcome(row),
        view.severity(row),
        view.status(row),
        view.duration(row),
    )
}

fn one_writing(value: &str) -> Cow<'_, str> {
    let is_json = value.starts_with(['{', '[']);
    let json = is_json.then(|| serde_json::from_str::<Value>(value).ok());
    match json.flatten() {
        Some(json) => json.to_string().into(),
        None => value.into(),
    }
}
