//! 100,000 mutants of all fixtures, and of the corpus that lies beside the repository where it is
//! there: no panic, nothing lost in silence, nothing invented without bound. In parts, so that they
//! run at the same time.

#![expect(
    clippy::print_stdout,
    reason = "a test tells what it measured or passed over"
)]

use nepho as _;
use nepho_codec::detect::Formats;
use nepho_conformance::inputs::{Input, all_fixtures, corpus_cases};
use nepho_conformance::mutants;

/// Mutants of each part.
const MUTANTS: usize = 25_000;

/// Fixtures and, where there are any, the inputs of the cases of the corpus.
fn inputs() -> Vec<Input> {
    let mut inputs = all_fixtures();
    for case in corpus_cases().unwrap_or_default() {
        inputs.push(Input {
            name: case["id"].as_str().unwrap_or_default().to_owned(),
            text: case["input"].as_str().unwrap_or_default().into(),
        });
    }
    inputs
}

fn check(seed: u64) {
    let mut inputs = inputs();
    // Each part begins with other inputs.
    let places = inputs.len();
    inputs.rotate_left(places / 4 * (seed as usize % 4));
    let sum = mutants::check(&inputs, MUTANTS, seed, &Formats::linked());
    println!("{MUTANTS} mutants of seed {seed}: {sum:?}");
    assert!(sum.rows > 0 && sum.rejects > 0, "{sum:?}");
}

#[test]
fn mutants_of_the_first_seed_are_rows_or_rejects() {
    check(1);
}

#[test]
fn mutants_of_the_second_seed_are_rows_or_rejects() {
    check(2);
}

#[test]
fn mutants_of_the_third_seed_are_rows_or_rejects() {
    check(3);
}

#[test]
fn mutants_of_the_fourth_seed_are_rows_or_rejects() {
    check(4);
}
