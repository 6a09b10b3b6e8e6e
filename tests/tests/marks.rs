//! A format is asked about every text that it knows: its marks leave none out.

#![expect(clippy::print_stderr, reason = "a test tells what it passes over")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nepho::codec::detect::Formats;
use nepho::core::format::{Confidence, Sample, Stream};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// Texts to try: the fixtures as a whole, line by line, and in pieces of several lines.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    files(&root.join("adapters"), &mut paths);
    let is_fixture = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "fixtures");
    let mut texts: Vec<String> = paths
        .iter()
        .filter(|path| is_fixture(path))
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    let corpus = root.join("../shared/corpus/cases.jsonl");
    match fs::read_to_string(&corpus) {
        Ok(cases) => texts.extend(cases.lines().filter_map(|case| {
            let case: serde_json::Value = serde_json::from_str(case).ok()?;
            Some(case["input"].as_str()?.to_owned())
        })),
        Err(_) => eprintln!(
            "{}: not there, so the fixtures alone are tried",
            corpus.display()
        ),
    }
    texts
}

#[test]
fn no_format_is_kept_from_what_it_knows() {
    let formats = Formats::linked();
    let stream = Stream::default();
    let mut known = 0;
    let mut missed = BTreeMap::new();
    let mut check = |text: &str| {
        if text.is_empty() || text.trim_start().starts_with('{') {
            return;
        }
        let asked = formats.asked(text);
        for name in formats.names() {
            let Some(format) = formats.get(name).filter(|format| format.reads_text()) else {
                continue;
            };
            let sample = Sample {
                text,
                json: None,
                stream: &stream,
            };
            if format.sniff(&sample) > Confidence::NO {
                known += 1;
                if !asked.contains(&name) {
                    missed.entry(name).or_insert_with(|| text.to_owned());
                }
            }
        }
    };
    for text in texts() {
        check(text.trim_end());
        let lines: Vec<&str> = text.lines().collect();
        for line in &lines {
            check(line);
        }
        for some in lines.chunks(3) {
            check(&some.join("\n"));
        }
    }
    assert_eq!(
        missed,
        BTreeMap::new(),
        "not asked about texts that they know"
    );
    assert!(known > 1_000, "{known} texts were known");
}
