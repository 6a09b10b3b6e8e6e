//! Ordinary lines of programs that have no format of their own: whatever rules are added for the
//! lines of others, they stay what they are. Each line is read alone; the snapshot has those that
//! are more than a text.
#![cfg(feature = "full")]
#![expect(clippy::expect_used, reason = "a test")]

use std::fmt::Write as _;
use std::path::Path;

use nepho as _;
use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// What a row holds of its line, but that it is a text.
fn row(view: &LogsView<'_>, row: usize, line: &str) -> String {
    let is_plain = |column: Column, value: &str| match column {
        Column::Format => value == "generic.text",
        Column::Body | Column::Raw => value == line,
        _ => false,
    };
    let mut text = String::new();
    if let Some(time) = view.time(row) {
        write!(text, " time={time}").expect("a string takes all");
    }
    for column in Column::ALL {
        if let Some(value) = view.text(column, row)
            && !is_plain(column, value)
        {
            write!(text, " {}={value:?}", column.name()).expect("a string takes all");
        }
    }
    for resource in view.resources(row) {
        write!(text, " resource={resource:?}").expect("a string takes all");
    }
    if let Some(severity) = view.severity(row) {
        write!(text, " {severity:?}").expect("a string takes all");
    }
    if let Some(outcome) = view.outcome(row) {
        write!(text, " {outcome:?}").expect("a string takes all");
    }
    if let Some(status) = view.status(row) {
        write!(text, " status={status}").expect("a string takes all");
    }
    if let Some(duration) = view.duration(row) {
        write!(text, " duration={duration}").expect("a string takes all");
    }
    text
}

#[test]
fn ordinary_lines_stay_what_they_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ordinary.log");
    let lines = std::fs::read_to_string(path).expect("the lines");
    let mut told = String::new();
    for line in lines.lines() {
        let mut out = LogsBuilder::new(Timestamp(0));
        decode_text(line.as_bytes(), Stream::default(), None, &mut out).expect("decodes");
        let batch = out.finish().expect("a batch");
        let view = LogsView::new(&batch).expect("a view");
        assert_eq!(view.len(), 1, "one row of `{line}`");
        let row = row(&view, 0, line);
        if !row.is_empty() {
            writeln!(told, "{line}\n   {row}").expect("a string takes all");
        }
    }
    insta::assert_snapshot!(told);
}
