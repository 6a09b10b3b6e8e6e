//! Decodes mutants of inputs and expects that nothing of them is lost.

use std::sync::Arc;

use nepho_codec::detect::Formats;
use nepho_core::Timestamp;
use nepho_core::format::Stream;

use crate::account::{Account, Accountant, account};
use crate::inputs::{Input, fixtures};
use crate::mutate::Mutator;

/// Mutants of each fixture.
const PER_FIXTURE: usize = 200;
/// Bytes of an input that are mutated; more would only be more of the same.
const MAX_BYTES: usize = 6 << 10;

/// Accounts for every fixture of the crate in `folder`, and for its mutants.
///
/// # Panics
/// If a decoder does, or a byte is not accounted for.
pub fn of_fixtures(folder: &str) {
    let formats = Formats::linked();
    let inputs: Vec<Input> = fixtures(folder)
        .iter()
        .map(|path| Input {
            name: path.display().to_string(),
            text: std::fs::read(path).expect("a fixture"),
        })
        .collect();
    for input in &inputs {
        let told = account(&input.text, &stream(), &formats);
        let reason = told.err().map(|told| told.to_string());
        assert_eq!(reason, None, "{}", input.name);
    }
    check(&inputs, inputs.len() * PER_FIXTURE, 1, &formats);
}

/// Makes `count` mutants of the inputs from a seed and accounts for each; gives the sums.
///
/// # Panics
/// If a decoder does, a byte is not accounted for, or more comes out than can have been in it.
pub fn check(inputs: &[Input], count: usize, seed: u64, formats: &Arc<Formats>) -> Account {
    let mut mutator = Mutator::new(seed);
    let mut sum = Account::default();
    let mut accountant = Accountant::new(&stream(), formats);
    for number in 0..count {
        let (Some(input), Some(other)) = (
            inputs.get(number % inputs.len()),
            inputs.get(mutator.below(inputs.len())),
        ) else {
            return sum;
        };
        let text = part(&input.text, &mut mutator);
        let mutant = mutator.mutant(text, &other.text);
        let told = accountant.account(&mutant);
        let told = match told.and_then(|told| plausible(told, &mutant)) {
            Ok(told) => told,
            Err(reason) => fail(&input.name, seed, number, &mutant, &reason),
        };
        sum.bytes += told.bytes;
        sum.rows += told.rows;
        sum.rejects += told.rejects;
        sum.structure += told.structure;
    }
    sum
}

/// Decodes a text with these formats and accounts for it.
///
/// # Errors
/// What is lost, and what is invented.
pub fn told(text: &[u8], formats: &Arc<Formats>) -> Result<Account, String> {
    plausible(account(text, &stream(), formats)?, text)
}

#[expect(clippy::panic, reason = "helpers of tests may end them")]
fn fail(name: &str, seed: u64, number: usize, mutant: &[u8], reason: &str) -> ! {
    panic!(
        "mutant {number} of seed {seed}, of {name}: {reason}\n{}",
        mutant.escape_ascii()
    );
}

/// Checks that something was told of a mutant, and no more than its bytes can hold.
fn plausible(told: Account, mutant: &[u8]) -> Result<Account, String> {
    let parts = told.rows + told.rejects + told.structure;
    let is_blank = told.between_bytes == told.bytes;
    if parts == 0 && !is_blank && !mutant.trim_ascii().is_empty() {
        return Err("nothing is told of it".to_owned());
    }
    // Compressed wrappings hold more than they are long, but not much more in these inputs.
    match parts > 4 * told.bytes + 64 {
        true => Err(format!("{parts} records of {} bytes", told.bytes)),
        false => Ok(told),
    }
}

/// The input, or a part of a long one.
fn part<'a>(text: &'a [u8], mutator: &mut Mutator) -> &'a [u8] {
    if text.len() <= MAX_BYTES {
        return text;
    }
    // Half of them from the start, where the envelopes begin; others from the start of a line.
    let start = match mutator.below(2) {
        0 => 0,
        _ => {
            let at = mutator.below(text.len() - MAX_BYTES);
            let line = text[at..].iter().position(|byte| *byte == b'\n');
            line.map_or(at, |line| at + line + 1)
        }
    };
    &text[start..text.len().min(start + MAX_BYTES)]
}

/// A stream that tells the year of times without one.
fn stream() -> Stream {
    Stream {
        modified: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
        ..Stream::default()
    }
}
