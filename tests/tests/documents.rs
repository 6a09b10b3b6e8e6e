//! The examples that the documents quote: they are quoted as they are, and they do what is said of
//! them.
#![cfg(feature = "full")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of a test may end it"
)]

use std::path::{Path, PathBuf};

use nepho_core::findings::FindingKind;
use nepho_core::registry::components;

#[path = "../../host/examples/embed.rs"]
#[expect(dead_code, reason = "an example has a `main` of its own")]
mod embed;

#[path = "../../host/examples/files.rs"]
#[expect(dead_code, reason = "an example has a `main` of its own")]
mod files;

#[path = "../../host/examples/own_format.rs"]
#[expect(dead_code, reason = "an example has a `main` of its own")]
mod own_format;

fn read(path: &str) -> String {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fenced blocks of Rust in a document.
fn blocks(document: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = document;
    while let Some((_, begin)) = rest.split_once("\n```rust\n") {
        let (block, after) = begin.split_once("```\n").expect("a fence that ends");
        blocks.push(block.to_owned());
        rest = after;
    }
    blocks
}

#[test]
fn the_document_on_embedding_quotes_the_examples() {
    let document = read("docs/embedding.md");
    assert!(!document.contains("```rust,"), "a block is not compiled");
    let blocks = blocks(&document);
    for path in ["host/examples/embed.rs", "host/examples/own_format.rs"] {
        let example = read(path);
        assert!(
            blocks.contains(&example),
            "docs/embedding.md does not quote {path} as it is"
        );
    }
    let trimmed = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let all = ["embed", "own_format", "files"].map(|name| {
        let example = read(&format!("host/examples/{name}.rs"));
        trimmed(&example)
    });
    for block in blocks {
        let quoted = trimmed(&block);
        let is_quoted = all.iter().any(|example| example.contains(&quoted));
        assert!(is_quoted, "no example has {block}");
    }
}

#[test]
fn the_example_of_embedding_is_short_and_finds_the_change() {
    assert!(read("host/examples/embed.rs").lines().count() < 40);
    let told = embed::explain().expect("conclusions");
    let lines = told.findings.iter();
    let lines = lines.map(|finding| format!("{}: {}\n", finding.kind, finding.title));
    let document = read("docs/embedding.md");
    let shown = document
        .split_once("\n$ cargo run -q -p nepho --example embed\n")
        .and_then(|(_, shown)| shown.split_once("```\n"))
        .expect("what the example prints");
    assert_eq!(shown.0, lines.collect::<String>());
    let incidents = told
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Incident);
    let incidents: Vec<_> = incidents.collect();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].services, ["checkout"]);
    let change = incidents[0].change.as_deref().unwrap_or_default();
    assert!(change.contains("aws_lambda_function.checkout"), "{change}");
    let evidence = &incidents[0].evidence[0];
    assert_eq!((evidence.uri.as_str(), evidence.line), ("checkout.log", 31));
}

#[test]
fn the_example_of_a_format_is_found_by_content() {
    let passages = own_format::passages(own_format::INPUT).expect("rows");
    let expected = [
        ["example.gate", "K 12", "in"],
        ["example.gate", "b-7", "out"],
    ];
    assert_eq!(passages, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn the_list_of_components_names_each_and_the_readme_leads_to_it() {
    let readme = read("README.md");
    let chapter = readme.split_once("## What it reads").expect("the chapter");
    let chapter = chapter.1.split_once("\n## ").expect("another chapter").0;
    assert!(chapter.contains("(docs/reference/components.md)"));
    assert!(chapter.lines().all(|line| line.len() < 500), "{chapter}");
    let page = read("docs/reference/components.md");
    let tables = page
        .split_once("\n## Wrappings")
        .expect("the last chapter")
        .0;
    let rows = tables.lines().filter(|line| line.starts_with("| "));
    let names = rows.filter_map(|row| row.split('`').nth(1));
    let mut named: Vec<&str> = names.collect();
    named.sort_unstable();
    let linked = components().into_iter().map(|component| component.name);
    let mut linked: Vec<&str> = linked
        .filter(|name| !name.starts_with("example."))
        .collect();
    linked.sort_unstable();
    assert_eq!(named, linked);
}
