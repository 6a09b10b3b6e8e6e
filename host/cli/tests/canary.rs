//! Nothing that is secret in a document of an infrastructure tool comes out again: not in a report,
//! a page, a map, a timeline, a Parquet file or an error.
//!
//! The documents in `canary` are our own, after the pages of the vendors. Each secret in them has a
//! word that is searched for in everything that the program writes.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CANARY: &str = "CANARY";
/// What it looks like in base64, at each of the three places that it may begin at.
const IN_BASE64: [&str; 3] = ["Q0FOQVJZ", "NBTkFSW", "DQU5BUl"];

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/canary");
    let entries = fs::read_dir(&folder).expect("the documents");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn nepho(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    command.args(args).current_dir(folder);
    command.output().expect("the command runs")
}

/// Runs the command in a folder and gives what it wrote, by the place where it stands.
fn written(folder: &Path, args: &[&str]) -> Vec<(String, Vec<u8>)> {
    let called = args.join(" ");
    let output = nepho(folder, args);
    vec![
        (format!("standard output of `{called}`"), output.stdout),
        (format!("standard error of `{called}`"), output.stderr),
    ]
}

/// Canaries in a text, in whatever case, as keys are in lower case, and also those in base64.
fn canaries(bytes: &[u8]) -> Vec<String> {
    let written = String::from_utf8_lossy(bytes);
    let text = written.to_ascii_uppercase();
    let found = text.match_indices(CANARY).map(|(at, _)| {
        let rest = &text[at..];
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
        rest[..rest.find(is_end).unwrap_or(rest.len())].to_owned()
    });
    let mut found: Vec<String> = found.collect();
    if IN_BASE64.iter().any(|canary| written.contains(canary)) {
        found.push("a canary in base64".to_owned());
    }
    found.dedup();
    found
}

/// Everything that the command writes about a folder of documents.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let commands: &[&[&str]] = &[
        &["explain", "-v", "in"],
        &["explain", "--json", "--html", "page.html", "in"],
        &["changes", "-v", "in"],
        &["changes", "--json", "in"],
        &["map", "-v", "--facets", "in"],
        &["map", "--facets", "--format", "dot", "in"],
        &["map", "--facets", "--format", "mermaid", "in"],
        &["map", "--facets", "--format", "graphml", "in"],
        &["map", "--facets", "--json", "in"],
        &["parse", "--quiet", "in"],
        &[
            "parse",
            "--quiet",
            "--output",
            "parquet",
            "--to",
            "rows.parquet",
            "in",
        ],
    ];
    let mut all: Vec<(String, Vec<u8>)> = commands
        .iter()
        .flat_map(|args| written(folder, args))
        .collect();
    for file in ["page.html", "rows.parquet"] {
        let bytes = fs::read(folder.join(file)).expect("a file was written");
        all.push((file.to_owned(), bytes));
    }
    all
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("in")).expect("a folder");
    folder
}

#[test]
fn no_secret_of_a_document_comes_out() {
    let folder = folder("canary");
    for path in documents() {
        let name = path.file_name().expect("a name");
        let bytes = fs::read(&path).expect("a document");
        assert!(
            !canaries(&bytes).is_empty(),
            "{} has no canary",
            path.display()
        );
        fs::write(folder.join("in").join(name), bytes).expect("written");
    }
    for (place, bytes) in everything(&folder) {
        assert_eq!(canaries(&bytes), Vec::<String>::new(), "in {place}");
    }
    let report = nepho(&folder, &["explain", "--json", "in"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("a report");
    let files = report["inputs"]["files"].as_array().expect("files");
    assert_eq!(files.len(), documents().len(), "every document was read");
    let is_read = |file: &&serde_json::Value| file["rows"] == 0;
    assert_eq!(files.iter().filter(is_read).count(), files.len(), "as such");
}

/// A document that is cut off anywhere is told, and not quoted.
#[test]
fn no_secret_of_a_broken_document_comes_out() {
    for (number, path) in documents().into_iter().enumerate() {
        let folder = folder(&format!("canary-broken-{number}"));
        let bytes = fs::read(&path).expect("a document");
        let name = path.file_name().expect("a name").to_string_lossy();
        for (part, end) in [
            (1, bytes.len() / 3),
            (2, bytes.len() * 2 / 3),
            (3, bytes.len() - 3),
        ] {
            fs::write(
                folder.join("in").join(format!("{part}-{name}")),
                &bytes[..end],
            )
            .expect("written");
        }
        for args in [&["explain", "-v", "in"][..], &["explain", "--json", "in"]] {
            for (place, bytes) in written(&folder, args) {
                assert_eq!(canaries(&bytes), Vec::<String>::new(), "{name} in {place}");
            }
        }
    }
}
