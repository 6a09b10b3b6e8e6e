//! Compares what fixtures decode to with the snapshots beside them.

use std::path::Path;

use nepho_codec::detect::{Formats, decode_text};
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};
use serde_json::{Map, Value, json};

use crate::inputs::fixtures;

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
    let time = view.time(row).unwrap_or(view.observed(row));
    add("time", time.to_string().into());
    for column in Column::ALL {
        if !column.is_original() && column != Column::Uri {
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
    let outer = view.text(Column::Outer, row);
    let format = view.text(Column::Format, row).unwrap_or_default();
    formats.extras(format, raw, outer, stream, &mut |name, value| {
        extras.insert(name.to_owned(), value.into());
    });
    add("extras", json!(extras));
    serde_json::to_string(&columns).expect("JSON")
}
