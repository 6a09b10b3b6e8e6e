//! No byte is lost: each byte of every fixture, and of every file of the corpus that lies beside
//! the repository, is in a row, a reject, structure, or between records.

#![expect(
    clippy::print_stdout,
    reason = "a test tells what it measured or passed over"
)]

use nepho as _;
use nepho_codec::detect::Formats;
use nepho_conformance::account::{Account, account};
use nepho_conformance::inputs::{Input, all_fixtures, corpus_cases, corpus_files};
use nepho_core::Timestamp;
use nepho_core::format::Stream;

/// Accounts for each input; tells of all that are wrong at once.
fn check(inputs: &[Input]) -> Account {
    let formats = Formats::linked();
    let mut sum = Account::default();
    let mut wrong = Vec::new();
    for input in inputs {
        let stream = Stream {
            uri: input.name.clone(),
            modified: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z"),
            ..Stream::default()
        };
        match account(&input.text, &stream, &formats) {
            Ok(told) => {
                let bytes = told.record_bytes + told.skipped_bytes + told.between_bytes;
                let is_utf16 = input.text.starts_with(&[0xff, 0xfe]);
                if bytes != told.bytes && !is_utf16 {
                    wrong.push(format!("{}: {told:?}", input.name));
                }
                sum.bytes += told.bytes;
                sum.record_bytes += told.record_bytes;
                sum.skipped_bytes += told.skipped_bytes;
                sum.between_bytes += told.between_bytes;
                sum.rows += told.rows;
                sum.rejects += told.rejects;
                sum.structure += told.structure;
            }
            Err(reason) => wrong.push(format!("{}: {reason}", input.name)),
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
    sum
}

#[test]
fn every_byte_of_the_fixtures_is_accounted_for() {
    let sum = check(&all_fixtures());
    assert!(sum.rows > 0, "{sum:?}");
}

#[test]
fn every_byte_of_the_corpus_is_accounted_for() {
    let Some(files) = corpus_files() else {
        return;
    };
    let sum = check(&files);
    println!("{} files: {sum:?}", files.len());
}

#[test]
fn every_byte_of_the_cases_is_accounted_for() {
    let Some(cases) = corpus_cases() else {
        return;
    };
    let inputs: Vec<Input> = cases
        .iter()
        .filter(|case| case["context"]["encoding"].is_null())
        .map(|case| Input {
            name: case["id"].as_str().unwrap_or_default().to_owned(),
            text: case["input"].as_str().unwrap_or_default().into(),
        })
        .collect();
    check(&inputs);
}

#[test]
fn whole_objects_give_as_many_events_as_the_corpus_counts() {
    let Some(cases) = corpus_cases() else {
        return;
    };
    let formats = Formats::linked();
    let mut counted = 0;
    for case in cases {
        let Some(expected) = case["expected"]["event_count"].as_u64() else {
            continue;
        };
        if !case["context"]["encoding"].is_null() {
            continue;
        }
        let text = case["input"].as_str().unwrap_or_default();
        let told = account(text.as_bytes(), &Stream::default(), &formats);
        let id = &case["id"];
        assert_eq!(told.map(|told| told.rows), Ok(expected), "{id}");
        counted += 1;
    }
    assert!(counted > 50, "{counted}");
}
