//! docs/guides/new-format.md is true: its Rust is compiled here word for word, its samples are
//! decoded to what it says, and what `cargo xtask new format` makes works as it is.

#![expect(clippy::expect_used, reason = "helpers of a test may end it")]

use nepho_codec::detect::decode_text;
use nepho_core::Timestamp;
use nepho_core::format::Stream;
use nepho_core::tables::{Column, LogsBuilder, LogsView};

#[path = "../guide/access.rs"]
mod access;
#[path = "../guide/audit.rs"]
mod audit;
#[path = "../../xtask/templates/json/mod.rs"]
mod json;
#[path = "../../xtask/templates/lines/mod.rs"]
mod lines;

const GUIDE: &str = include_str!("../../docs/guides/new-format.md");

/// Blocks of the guide in this language, as it stands behind the fence.
fn blocks(language: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut rest = GUIDE;
    while let Some((_, begun)) = rest.split_once("\n```") {
        let Some((block, after)) = begun.split_once("\n```") else {
            break;
        };
        if let Some((info, text)) = block.split_once('\n')
            && info == language
        {
            found.push(text);
        }
        rest = after;
    }
    found
}

/// Rows of a text, each as format, time, and some columns.
fn rows(text: &str) -> Vec<String> {
    let mut out = LogsBuilder::new(Timestamp(0));
    let counts = decode_text(text.as_bytes(), Stream::default(), None, &mut out).expect("decoding");
    assert_eq!(counts.rejects, 0, "{text}");
    let batch = out.finish().expect("a batch");
    let view = LogsView::new(&batch).expect("a view");
    let told = |row| {
        let mut parts = vec![format!("time={}", view.time(row).unwrap_or_default())];
        let columns = [
            Column::Format,
            Column::Action,
            Column::Actor,
            Column::SourceIp,
            Column::Method,
            Column::Path,
            Column::RequestId,
        ];
        for column in columns {
            let value = view.text(column, row);
            parts.extend(value.map(|value| format!("{}={value}", column.name())));
        }
        parts.extend(view.status(row).map(|status| format!("status={status}")));
        let outcome = view.outcome(row).map(|outcome| outcome.name());
        parts.extend(outcome.map(|outcome| format!("outcome={outcome}")));
        parts.extend(view.resources(row).map(|id| format!("resource={id}")));
        parts.join(" ")
    };
    (0..view.len()).map(told).collect()
}

#[test]
fn the_rust_of_the_guide_is_what_is_compiled_here() {
    let compiled = [
        include_str!("../guide/audit.rs"),
        include_str!("../guide/access.rs"),
    ];
    let blocks = blocks("rust,ignore");
    assert!(blocks.len() >= 3, "{}", blocks.len());
    for block in blocks {
        let is_compiled = compiled.iter().any(|code| code.contains(block.trim()));
        assert!(is_compiled, "not in tests/guide:\n{block}");
    }
}

#[test]
fn the_samples_of_the_guide_become_the_rows_that_it_tells() {
    let samples = [blocks("json"), blocks("log")].concat();
    let expected = blocks("rows");
    assert_eq!((samples.len(), expected.len()), (2, 2));
    for (sample, expected) in samples.into_iter().zip(expected) {
        assert_eq!(rows(sample), expected.lines().collect::<Vec<_>>());
    }
}

#[test]
fn what_is_made_for_a_new_format_works_as_it_is() {
    let made = [
        (
            include_str!("../../xtask/templates/json/fixture.jsonl"),
            "template.json",
        ),
        (
            include_str!("../../xtask/templates/lines/fixture.log"),
            "template.lines",
        ),
    ];
    for (fixture, format) in made {
        let rows = rows(fixture);
        assert_eq!(rows.len(), 2);
        for row in rows {
            assert!(row.contains(&format!("format={format} action=")), "{row}");
            assert!(row.starts_with("time=2026-05-12T14:00:0"), "{row}");
        }
    }
}
