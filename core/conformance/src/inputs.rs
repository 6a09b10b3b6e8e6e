//! Where inputs for tests lie: the fixtures of crates, and a corpus beside the repository.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// An input of a test.
#[derive(Clone, Debug)]
pub struct Input {
    /// What it is called in messages.
    pub name: String,
    /// Its bytes, decompressed.
    pub text: Vec<u8>,
}

/// All fixtures of the crate in `folder`, in the order of their paths.
///
/// # Panics
/// If a folder cannot be read.
pub fn fixtures(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(folder).join("src");
    let mut fixtures = Vec::new();
    find(&root, &is_fixture, &mut fixtures);
    fixtures.sort();
    fixtures
}

/// The documents of infrastructure tools among the fixtures of the crate in `folder`, whatever
/// their names end with.
///
/// # Panics
/// If one cannot be read, or there is none.
pub fn documents(folder: &str) -> Vec<Input> {
    let mut paths = Vec::new();
    let is_document = |path: &Path| {
        let folder = path.parent();
        folder.is_some_and(|folder| folder.ends_with("fixtures"))
    };
    find(&Path::new(folder).join("src"), &is_document, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{folder} has no fixtures");
    paths.iter().map(|path| read(path)).collect()
}

/// The documents in these folders of `../shared/iac`, beside the repository; none, with a line that
/// says so, if there is no such folder.
///
/// # Panics
/// If one cannot be read.
pub fn documents_beside(folders: &[&str]) -> Vec<Input> {
    let Some(shared) = root().parent().map(|parent| parent.join("shared/iac")) else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    for folder in folders.iter().map(|folder| shared.join(folder)) {
        match folder.is_dir() {
            true => find(&folder, &|_| true, &mut paths),
            false => say(&format!("{} is not there: skipped", folder.display())),
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// The fixtures of all crates of formats.
///
/// # Panics
/// If one cannot be read.
pub fn all_fixtures() -> Vec<Input> {
    let root = root();
    let mut paths = Vec::new();
    for folder in ["adapters", "core", "iac"] {
        let found = fixtures_under(&root.join(folder));
        paths.extend(found);
    }
    paths.iter().map(|path| read(path)).collect()
}

fn fixtures_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    find(folder, &is_fixture, &mut found);
    found.retain(|path| {
        let mut parts = path.components();
        parts.any(|part| matches!(part.as_os_str().to_str(), Some("fixtures" | "wrappings")))
    });
    found.sort();
    found
}

/// The files of the corpus that lies beside the repository, each decompressed; `None`, with a line
/// that says so, if there is no corpus.
///
/// # Panics
/// If a file cannot be read.
pub fn corpus_files() -> Option<Vec<Input>> {
    let corpus = corpus()?;
    let mut paths = Vec::new();
    find(&corpus, &|_| true, &mut paths);
    paths.retain(|path| path.parent() != Some(corpus.as_path()));
    paths.sort();
    Some(paths.iter().map(|path| read(path)).collect())
}

/// The cases of the corpus that lies beside the repository; `None`, with a line that says so, if
/// there is no corpus.
///
/// # Panics
/// If a case is no JSON.
pub fn corpus_cases() -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(corpus()?.join("cases.jsonl")).expect("cases");
    let cases = text.lines().map(serde_json::from_str);
    Some(cases.collect::<Result<_, _>>().expect("JSON"))
}

/// Folder of the corpus that lies beside the repository, `../shared/corpus`.
pub fn corpus() -> Option<PathBuf> {
    let folder = root().parent()?.join("shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    say("../shared/corpus is not there: what needs it is skipped");
    None
}

#[expect(clippy::print_stderr, reason = "a test says what it skips")]
fn say(line: &str) {
    eprintln!("{line}");
}

/// Root of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

fn is_fixture(path: &Path) -> bool {
    matches!(
        path.extension().and_then(|ending| ending.to_str()),
        Some("json" | "jsonl" | "log" | "csv" | "txt" | "ndjson" | "export")
    )
}

/// Files below a folder.
fn find(folder: &Path, is_wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, is_wanted, found);
        } else if is_wanted(&path) {
            found.push(path);
        }
    }
}

/// A file, decompressed as far as that is possible.
fn read(path: &Path) -> Input {
    let bytes = std::fs::read(path).expect("a file");
    let mut text = Vec::new();
    let source = std::io::Cursor::new(bytes);
    let (mut source, _) = nepho_codec::decompress::open(Box::new(source)).expect("a stream");
    // What is cut off is read up to there.
    let _ = source.read_to_end(&mut text);
    Input {
        name: path.display().to_string(),
        text,
    }
}
