//! 100,000 mutants of documents of infrastructure tools: of the fixtures, and of the data beside
//! the repository where they are there. No panic, and every error says where.

#![expect(
    clippy::print_stdout,
    reason = "a test tells what it measured or passed over"
)]

use std::fs;
use std::path::{Path, PathBuf};

use nepho as _;
use nepho_conformance::documents;
use nepho_conformance::inputs::{Input, all_fixtures};

/// Mutants of each part.
const MUTANTS: usize = 25_000;
/// Larger documents are left out: a mutant of them takes as long as a hundred others.
const LARGEST: u64 = 40_000;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

fn inputs() -> Vec<Input> {
    let mut inputs = all_fixtures();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/iac");
    if !beside.exists() {
        println!(
            "{}: not there, so the fixtures alone are damaged",
            beside.display()
        );
    }
    let mut paths = Vec::new();
    files(&beside, &mut paths);
    paths.sort();
    paths.retain(|path| fs::metadata(path).is_ok_and(|metadata| metadata.len() < LARGEST));
    inputs.extend(paths.iter().filter_map(|path| {
        Some(Input {
            name: path.file_name()?.to_string_lossy().into_owned(),
            text: fs::read(path).ok()?,
        })
    }));
    inputs
}

fn check(seed: u64) {
    let sum = documents::check(&inputs(), MUTANTS, seed);
    println!("{MUTANTS} mutants of seed {seed}: {sum:?}");
    assert!(sum.read > 0 && sum.refused > 0, "{sum:?}");
}

#[test]
fn documents_of_the_first_seed_are_read_or_refused() {
    check(1);
}

#[test]
fn documents_of_the_second_seed_are_read_or_refused() {
    check(2);
}

#[test]
fn documents_of_the_third_seed_are_read_or_refused() {
    check(3);
}

#[test]
fn documents_of_the_fourth_seed_are_read_or_refused() {
    check(4);
}
