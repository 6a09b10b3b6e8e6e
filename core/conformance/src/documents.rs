//! Documents of infrastructure tools that are damaged: no panic, and an error that says where.

use nepho_codec::encoding;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::registry::{Make, components};

use crate::inputs::Input;
use crate::mutate::Mutator;

/// A feed and its name.
pub type Feed = (&'static str, Box<dyn ChangeFeed>);

/// The feeds that are linked.
pub fn feeds() -> Vec<Feed> {
    let feeds = components()
        .into_iter()
        .filter_map(|component| match component.make {
            Make::Feed(make) => Some((component.name, make())),
            _ => None,
        });
    feeds.collect()
}

/// What became of some documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Documents that were read, in part at least.
    pub read: u64,
    /// Documents of which nothing could be read, with an error.
    pub refused: u64,
    /// Documents that no feed takes for its own.
    pub passed_over: u64,
}

/// The feed that takes a document for its own.
pub fn recognise<'a>(feeds: &'a [Feed], name: &str, text: &str) -> Option<&'a Feed> {
    let head = &text[..text.floor_char_boundary(64 << 10)];
    let sure = feeds.iter().map(|feed| (feed.1.sniff(name, head), feed));
    let best = sure.max_by_key(|(confidence, _)| *confidence)?;
    (best.0 >= Confidence::LIKELY).then_some(best.1)
}

/// Reads a document, also by a feed that would not take it, and checks what is told of it.
///
/// # Errors
/// What is wrong: a reject beyond the document, more rows than bytes, or an error that does not
/// name the document.
pub fn told(feed: &Feed, name: &str, text: &str) -> Result<bool, String> {
    let document = Document {
        uri: name,
        text,
        modified: None,
    };
    let mut output = FeedOutput::default();
    let outcome = feed.1.read(&document, &mut output);
    let rows = output.changes.len() + output.resources.len() + output.runs.len();
    if rows > text.len() {
        return Err(format!("{rows} rows of {} bytes", text.len()));
    }
    for reject in &output.rejects {
        if reject.uri != name || reject.end > text.len() as u64 || reject.start > reject.end {
            return Err(format!("a reject at {reject:?} of {} bytes", text.len()));
        }
    }
    if let Err(error) = &outcome
        && !error.to_string().contains(name)
        && error.origin().is_none_or(|origin| origin.uri != name)
    {
        return Err(format!("an error that does not say where: {error}"));
    }
    let snapshots = output.snapshots.clone();
    let known = output.changes.clone();
    feed.1.compare(&snapshots, &known, &mut output);
    Ok(outcome.is_ok())
}

/// Reads `count` mutants of the documents among `inputs`.
///
/// # Panics
/// If something is wrong with what is told of one, with the seed and the mutant.
#[expect(clippy::panic, reason = "a suite ends the test that it fails in")]
pub fn check(inputs: &[Input], count: usize, seed: u64) -> Sum {
    let feeds = feeds();
    let documents: Vec<(&Input, &Feed)> = inputs
        .iter()
        .filter_map(|input| {
            let (text, _) = encoding::to_text(&input.text);
            Some((input, recognise(&feeds, &input.name, &text)?))
        })
        .collect();
    assert!(!documents.is_empty(), "no feed knows any of the documents");
    let mut mutator = Mutator::new(seed);
    let mut sum = Sum::default();
    for number in 0..count {
        let (input, feed) = documents[mutator.below(documents.len())];
        let (other, _) = documents[mutator.below(documents.len())];
        let mutant = mutator.mutant(&input.text, &other.text);
        let (text, _) = encoding::to_text(&mutant);
        if recognise(&feeds, &input.name, &text).is_none() {
            sum.passed_over += 1;
        }
        match told(feed, &input.name, &text) {
            Ok(true) => sum.read += 1,
            Ok(false) => sum.refused += 1,
            Err(reason) => panic!(
                "mutant {number} of seed {seed}, of {} by {}: {reason}\n{}",
                input.name,
                feed.0,
                text.chars().take(2_000).collect::<String>()
            ),
        }
    }
    sum
}
