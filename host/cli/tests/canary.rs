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

/// Ways in which the command tells of a folder of documents. A word that nothing is called brings
/// up what is called almost so.
const COMMANDS: [&str; 29] = [
    "explain -v in",
    "explain --json --html page.html in",
    "explain --quiet --service cartx in",
    "changes -v in",
    "changes --json in",
    "changes --resource cartx in",
    "changes --table changes in",
    "changes --table runs in",
    "changes --table resources --output arrow --to resources.arrow in",
    "changes --table relations in",
    "map -v in",
    "map -v --facets in",
    "map --facets --format dot in",
    "map --facets --format mermaid in",
    "map --facets --format graphml in",
    "map --facets --json in",
    "map --resource cartx in",
    "map -q --store known in",
    "map --facets --json known",
    "changes --table changes known",
    "changes --table resources known",
    "changes --table relations known",
    "explain --json known",
    "parse in",
    "parse --rejects rejects.jsonl in",
    "parse --as otlp in",
    "parse --as ecs in",
    "parse --output parquet --to rows.parquet in",
    "parse --output arrow --to rows.arrow in",
];

/// The command that writes rows as JSON.
const ROWS: &str = "parse in";

/// Everything that the command writes about a folder of documents. Parquet is compressed: that it
/// has no canary shows by the rows as JSON, which are the same, also of the stored map.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut has_rows = false;
    for line in COMMANDS {
        let told = written(folder, &line.split(' ').collect::<Vec<_>>());
        has_rows |= line == ROWS && told.iter().any(|(_, bytes)| bytes.starts_with(b"{"));
        all.extend(told);
    }
    for file in ["page.html", "rejects.jsonl", "resources.arrow"] {
        let bytes = fs::read(folder.join(file));
        all.push((file.to_owned(), bytes.expect("a file was written")));
    }
    for file in ["rows.parquet", "rows.arrow"] {
        match fs::read(folder.join(file)) {
            // Of what is all broken there are no rows.
            Err(_) if !has_rows => {}
            bytes => all.push((file.to_owned(), bytes.expect("a file was written"))),
        }
    }
    all
}

/// Fails if a canary or a panic stands in anything that the command writes about a folder.
fn check(folder: &Path, about: &str) {
    for (place, bytes) in everything(folder) {
        let none = Vec::<String>::new();
        assert_eq!(canaries(&bytes), none, "of {about} in {place}");
        let is_panic = String::from_utf8_lossy(&bytes).contains("panicked at");
        assert!(!is_panic, "{about}: a panic in {place}");
    }
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
    check(&folder, "all documents");
    let report = nepho(&folder, &["explain", "--json", "in"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("a report");
    let files = report["inputs"]["files"].as_array().expect("files");
    assert_eq!(files.len(), documents().len(), "every document was read");
    for file in files {
        let name = file["uri"].as_str().expect("a name");
        assert_eq!(file["rows"], 0, "{name} was read as a log");
        // Rows of locks that are broken, a state that nobody can read without the key, and what
        // tells no change.
        let is_refused = name.contains("cfn-refused-") || name.ends_with("encrypted.tfstate");
        let is_odd = name.ends_with("locks.json") || is_refused;
        assert_eq!(file["rejects"] != 0, is_odd, "{name} was read as a whole");
    }
}

/// A document that is cut off anywhere, or has a quote too much, is told, and not quoted.
#[test]
fn no_secret_of_a_broken_document_comes_out() {
    for (number, path) in documents().into_iter().enumerate() {
        let folder = folder(&format!("canary-broken-{number}"));
        let bytes = fs::read(&path).expect("a document");
        let name = path.file_name().expect("a name").to_string_lossy();
        let end = bytes.len();
        let parts = [end / 3, end / 2, end * 2 / 3, end * 5 / 6, end - 3];
        for (part, end) in parts.into_iter().enumerate() {
            let part = folder.join("in").join(format!("{part}-{name}"));
            fs::write(part, &bytes[..end]).expect("written");
        }
        for at in [end * 2 / 5, end * 4 / 5] {
            let mut spoiled = bytes.clone();
            spoiled[at] = b'"';
            let spoiled_name = folder.join("in").join(format!("{at}-spoiled-{name}"));
            fs::write(spoiled_name, spoiled).expect("written");
        }
        check(&folder, &name);
    }
}
