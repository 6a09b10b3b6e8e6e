//! Suites that every component must pass.
//!
//! A crate of formats has one test file, `tests/golden.rs`:
//!
//! ```ignore
//! nepho_conformance::formats!(nepho_adapter_example);
//! ```
//!
//! It finds every file in folders `fixtures` and `wrappings` under `src`, decodes it as a file would
//! be, and compares the rows with the snapshot beside it; and it damages every fixture two hundred
//! times and expects rows or rejects, never a panic.

#![expect(clippy::expect_used, reason = "helpers of tests may end them")]

use std::path::{Path, PathBuf};

use nepho_codec::detect::{Formats, decode_text};
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};
use serde_json::{Map, Value, json};

/// Tests of the fixtures of a crate of formats.
#[macro_export]
macro_rules! formats {
    ($adapter:ident) => {
        use $adapter as _;

        #[test]
        fn fixtures_decode_as_their_snapshots_say() {
            $crate::snapshots(env!("CARGO_MANIFEST_DIR"));
        }

        #[test]
        fn damaged_fixtures_are_rows_or_rejects_and_never_a_panic() {
            $crate::damage(env!("CARGO_MANIFEST_DIR"));
        }
    };
}

/// Compares the rows of every fixture of the crate in `folder` with its snapshot.
///
/// # Panics
/// If a snapshot is missing or differs, or a format of the crate's names has no fixture.
pub fn snapshots(folder: &str) {
    let fixtures = fixtures(folder);
    assert!(!fixtures.is_empty(), "no fixtures under {folder}");
    for fixture in fixtures {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(fixture.parent().expect("a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = fixture
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        settings.bind(|| insta::assert_snapshot!(name, rows(&fixture)));
    }
}

/// Damages every fixture of the crate in `folder` and decodes it.
///
/// # Panics
/// If a decoder does, or nothing is told of a damaged fixture.
pub fn damage(folder: &str) {
    for fixture in fixtures(folder) {
        let text = std::fs::read(&fixture).expect("a fixture");
        for damage in 0..200 {
            let damaged = damage_text(&text, damage);
            let mut out = LogsBuilder::new(Timestamp(0));
            let counts =
                decode_text(&damaged, Stream::default(), None, &mut out).expect("decoding");
            let told = out.len() as u64 + counts.rejects + counts.structure;
            let is_blank = damaged.iter().all(u8::is_ascii_whitespace);
            assert!(
                is_blank || told > 0,
                "{} with damage {damage}",
                fixture.display()
            );
        }
    }
}

/// The text cut off at some place, and with one byte in eight of its latter part replaced in every
/// second round.
fn damage_text(text: &[u8], damage: usize) -> Vec<u8> {
    let mut damaged = text
        .get(..text.len() * (damage + 1) / 200)
        .unwrap_or(text)
        .to_vec();
    let replacements = b"\"{}[]:, -\\\xff\x009.";
    for place in (0..damaged.len()).rev().step_by(8).take((damage % 2) * 40) {
        if let Some(byte) = damaged.get_mut(place) {
            *byte = replacements[(place + damage) % replacements.len()];
        }
    }
    damaged
}

/// All fixtures in the order of their paths.
fn fixtures(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(folder).join("src");
    let mut fixtures = Vec::new();
    find(&root, &mut fixtures);
    fixtures.sort();
    fixtures
}

/// Files in folders `fixtures` and `wrappings`.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, found);
        } else if matches!(
            path.extension().and_then(|ending| ending.to_str()),
            Some("json" | "jsonl" | "log" | "csv" | "txt" | "ndjson" | "export")
        ) {
            found.push(path);
        }
    }
}

/// Rows of a file as JSON lines, without the columns that are empty, and below them what was
/// rejected.
fn rows(path: &Path) -> String {
    let text = std::fs::read(path).expect("a fixture");
    let stream = Stream {
        // The name of a container's log tells its pod.
        uri: path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned(),
        // Tells the year of times that have none.
        modified: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
        ..Stream::default()
    };
    let mut out = LogsBuilder::new(Timestamp(0));
    let counts = decode_text(&text, stream.clone(), None, &mut out).expect("decoding");
    let rejects = out.take_rejects();
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let formats = Formats::linked();
    let mut lines: Vec<String> = (0..view.len())
        .map(|row| line(&view, row, &formats, &stream))
        .collect();
    for reject in rejects {
        lines.push(format!(
            "rejected {}..{} line {}: {}",
            reject.start, reject.end, reject.line, reject.reason
        ));
    }
    if counts.structure > 0 {
        lines.push(format!("structure: {}", counts.structure));
    }
    lines.join("\n")
}

fn line(view: &LogsView<'_>, row: usize, formats: &Formats, stream: &Stream) -> String {
    let mut columns = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            columns.insert(name.to_owned(), value);
        }
    };
    add("time", view.time(row).to_string().into());
    for column in Column::ALL {
        if !matches!(column, Column::Raw | Column::Uri) {
            add(
                column.name(),
                view.text(column, row).map_or(Value::Null, Value::from),
            );
        }
    }
    add(
        "outcome",
        view.outcome(row).map(|outcome| outcome.name()).into(),
    );
    add(
        "severity",
        view.severity(row).map(|severity| severity.0).into(),
    );
    add("status", view.status(row).into());
    add("duration", view.duration(row).into());
    add("source_port", view.source_port(row).into());
    add("peer_port", view.peer_port(row).into());
    add("value", view.value(row).into());
    add("resources", view.resources(row).collect::<Vec<_>>().into());
    let raw = view.text(Column::Raw, row).unwrap_or_default();
    let mut extras = Map::new();
    if let Some(format) = view
        .text(Column::Format, row)
        .and_then(|name| formats.get(name))
    {
        format.extras(raw, stream, &mut |name, value| {
            extras.insert(name.to_owned(), value.into());
        });
    }
    add("extras", json!(extras));
    serde_json::to_string(&columns).expect("JSON")
}
