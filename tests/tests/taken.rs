//! A format does not take the records of another, though it was met just before them: of each
//! format some lines are given to all others, and what one of those would take is read behind
//! lines of that format.

#![expect(clippy::expect_used, reason = "a test")]

use std::collections::BTreeMap;

use nepho as _;
use nepho_codec::detect::{Formats, decode_text};
use nepho_conformance::inputs::all_fixtures;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

/// Lines of a format that are tried.
const LINES: usize = 2;
/// Longer lines are left out, for they take their time.
const MAX_BYTES: usize = 8_000;
/// Formats of this crate take anything.
const ANYTHING: &str = "generic.";

/// The line and the format of each row.
fn formats_of(text: &str, forced: Option<&str>) -> Vec<(u32, String)> {
    let mut out = LogsBuilder::new(Timestamp(0));
    decode_text(text.as_bytes(), Stream::default(), forced, &mut out).expect("decodes");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let format = |row| view.text(Column::Format, row).unwrap_or_default();
    let rows = (0..view.len()).map(|row| (view.line(row), format(row).to_owned()));
    rows.collect()
}

/// Lines that are one row of a format which does not take anything, by its name.
fn lines() -> BTreeMap<String, Vec<String>> {
    let mut lines = BTreeMap::<String, Vec<String>>::new();
    for input in all_fixtures() {
        let text = String::from_utf8_lossy(&input.text);
        let wanted = |line: &&str| !line.trim().is_empty() && line.len() < MAX_BYTES;
        for line in text.lines().filter(wanted) {
            if let [(1, format)] = &formats_of(line, None)[..]
                && !format.starts_with(ANYTHING)
            {
                let held = lines.entry(format.clone()).or_default();
                if held.len() < LINES {
                    held.push(line.to_owned());
                }
            }
        }
    }
    lines
}

#[test]
fn no_format_takes_what_is_anothers() {
    let lines = lines();
    assert!(lines.len() > 150, "only {} formats", lines.len());
    let formats = Formats::linked();
    let mut wrong = Vec::new();
    for (format, held) in &lines {
        for line in held {
            for other in formats.names().filter(|other| other != format) {
                let Some(before) = lines.get(other) else {
                    continue;
                };
                if formats_of(line, Some(other)).is_empty() {
                    continue;
                }
                let mut all = formats_of(&format!("{}\n{line}\n", before.join("\n")), None);
                let last = u32::try_from(before.len()).expect("a few lines") + 1;
                all.retain(|(line, _)| *line == last);
                if all != [(last, format.clone())] {
                    wrong.push(format!("{other} takes of {format}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
