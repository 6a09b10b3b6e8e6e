//! The engine under format tables gives the same rows as a plain decoder over `serde_json`: on all
//! fixtures, on the corpus that lies beside the repository, and on mutants of both.

#![expect(
    clippy::print_stdout,
    reason = "a test tells what it measured or passed over"
)]
#![cfg(debug_assertions)]

use nepho as _;
use nepho_conformance::differential::Differential;
use nepho_conformance::inputs::{Input, all_fixtures, corpus_cases, corpus_files};
use nepho_conformance::mutate::Mutator;

/// Mutants that are compared.
const MUTANTS: usize = 8_000;

fn check(inputs: &[Input]) -> Differential {
    let mut differential = Differential::linked();
    let mut wrong = Vec::new();
    for input in inputs {
        if let Err(difference) = differential.stream(&input.text) {
            wrong.push(format!("{}: {difference}", input.name));
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
    println!(
        "{} tables, {} records, {} compared rows",
        differential.tables(),
        differential.records,
        differential.rows
    );
    differential
}

#[test]
fn engine_and_plain_decoder_agree_on_all_fixtures() {
    let differential = check(&all_fixtures());
    assert!(differential.tables() > 40, "{}", differential.tables());
    assert!(differential.rows > 100, "{}", differential.rows);
}

#[test]
fn engine_and_plain_decoder_agree_on_the_corpus() {
    if let Some(files) = corpus_files() {
        check(&files);
    }
}

#[test]
fn engine_and_plain_decoder_agree_on_mutants() {
    let mut inputs = all_fixtures();
    for case in corpus_cases().unwrap_or_default() {
        inputs.push(Input {
            name: case["id"].as_str().unwrap_or_default().to_owned(),
            text: case["input"].as_str().unwrap_or_default().into(),
        });
    }
    inputs.retain(|input| input.text.contains(&b'{'));
    let mut mutator = Mutator::new(9);
    let mutants = (0..MUTANTS).map(|number| {
        let input = &inputs[number % inputs.len()];
        let other = &inputs[mutator.below(inputs.len())];
        let text = &input.text[..input.text.len().min(8 << 10)];
        Input {
            name: format!("mutant {number} of {}", input.name),
            text: mutator.mutant(text, &other.text),
        }
    });
    check(&mutants.collect::<Vec<_>>());
}
