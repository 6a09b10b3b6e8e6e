//! What every crate of feeds must pass: its documents whole, cut, damaged and nested without end.

use nepho_codec::encoding;

use crate::documents::{Feed, Told, feeds, tell};
use crate::inputs::{Input, documents};
use crate::mutate::Mutator;

/// Mutants of each fixture.
const PER_FIXTURE: usize = 150;
/// Places at which each fixture is cut.
const CUTS: usize = 100;
/// What fixtures have in every place whose value must not be kept.
const PLANTED: &str = "canary";

/// Reads mutants of the fixtures of the crate in `folder` by every linked feed. Nothing that is
/// told of them, but for messages, holds what begins with `planted`.
///
/// # Panics
/// If a feed does, if one of the mutants is told of in a way that [`tell`] finds wrong, or if
/// nothing is told of most of them.
pub fn survive_damage(folder: &str, planted: &str) {
    let mut with_rows = 0;
    let count = mutants(folder, 1, &mut |name, text| {
        let told = by_all(name, text);
        with_rows += usize::from(told.iter().any(Told::has_rows));
        let told = told.into_iter().map(Told::without_messages);
        told.for_each(|told| expect_none(name, &told, planted));
    });
    // Most damage leaves something to read.
    assert!(
        with_rows > count / 4,
        "{with_rows} of {count} mutants tell something"
    );
}

/// Calls `read` with the name and the text of mutants of the fixtures of a crate, from a seed, and
/// gives their number.
///
/// # Panics
/// If the crate has no fixtures.
pub fn mutants(folder: &str, seed: u64, read: &mut dyn FnMut(&str, &str)) -> usize {
    let fixtures = documents(folder);
    let mut mutator = Mutator::new(seed);
    let count = fixtures.len() * PER_FIXTURE;
    for number in 0..count {
        let input = &fixtures[number % fixtures.len()];
        let other = &fixtures[mutator.below(fixtures.len())];
        let mutant = mutator.mutant(&input.text, &other.text);
        let (text, _) = encoding::to_text(&mutant);
        read(&input.name, &text);
    }
    count
}

/// Reads every fixture of a crate by every linked feed, whole, and cut in many places: nothing that
/// is told of it holds a planted value. Of cut documents, in which what marks a value as secret may
/// be lost, those count that begin with `planted`.
///
/// # Panics
/// If a planted value is told, or most fixtures plant none.
pub fn keep_secrets(folder: &str, planted: &str) {
    let fixtures = documents(folder);
    let texts = fixtures.iter().map(text_of);
    let planting = texts.filter(|text| text.contains(PLANTED)).count();
    assert!(
        planting * 2 > fixtures.len(),
        "too few fixtures plant values"
    );
    for input in &fixtures {
        let (name, text) = (&input.name, text_of(input));
        let check = |part: &str, planted: &str| {
            let told = by_all(name, part);
            told.iter()
                .for_each(|told| expect_none(name, told, planted));
        };
        check(&text, PLANTED);
        for cut in (0..text.len()).step_by((text.len() / CUTS).max(31)) {
            let (head, tail) = text.split_at(text.floor_char_boundary(cut));
            check(head, planted);
            check(tail, planted);
            // A sign too many in the name of a property may hide that its value is a secret.
            by_all(name, &format!("{head}[{tail}"));
            by_all(name, &format!("{head}\"{tail}"));
        }
    }
}

/// Reads brackets without end by every linked feed: there are no resources and changes in them.
///
/// # Panics
/// If a feed does, or tells any.
pub fn survive_nesting() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
    ] {
        let told = by_all("nested.json", &text);
        for output in told.iter().map(|told| &told.output) {
            assert!(output.changes.is_empty() && output.resources.is_empty());
        }
    }
}

/// Reads documents by every linked feed, and gives what each feed told of each of them, with its
/// text.
///
/// # Panics
/// If a feed does, or tells something in a way that [`tell`] finds wrong.
pub fn read_all(documents: &[Input], read: &mut dyn FnMut(&str, &str, &Feed, Told)) {
    let feeds = feeds();
    assert!(!feeds.is_empty(), "no feed is linked");
    for input in documents {
        let text = text_of(input);
        for feed in &feeds {
            read(&input.name, &text, feed, told(feed, &input.name, &text));
        }
    }
}

fn by_all(name: &str, text: &str) -> Vec<Told> {
    let feeds = feeds();
    assert!(!feeds.is_empty(), "no feed is linked");
    feeds.iter().map(|feed| told(feed, name, text)).collect()
}

#[expect(clippy::panic, reason = "a suite ends the test that it fails in")]
fn told(feed: &Feed, name: &str, text: &str) -> Told {
    feed.1.sniff(name, text);
    match tell(feed, name, text) {
        Ok(told) => told,
        Err(reason) => panic!(
            "{name} by {}: {reason}\n{}",
            feed.0,
            text.chars().take(4_000).collect::<String>()
        ),
    }
}

fn expect_none(name: &str, told: &Told, planted: &str) {
    let shown = told.shown();
    let found = shown.find(planted).map(|at| {
        let start = shown.floor_char_boundary(at.saturating_sub(200));
        &shown[start..shown.ceil_char_boundary((at + 40).min(shown.len()))]
    });
    assert_eq!(found, None, "{name}");
}

fn text_of(input: &Input) -> String {
    encoding::to_text(&input.text).0.to_string()
}
