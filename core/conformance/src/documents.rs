//! Documents of infrastructure tools that are damaged: no panic, and an error that says where.

use nepho_codec::encoding;
use nepho_core::Error;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::registry::{Make, components};

use crate::inputs::Input;
use crate::mutate::Mutator;

/// Bytes by which a document is recognised.
const HEAD_BYTES: usize = 64 << 10;

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
    let head = &text[..text.floor_char_boundary(HEAD_BYTES)];
    let keys = HeadKeys::of(head);
    let feeds = feeds
        .iter()
        .filter(|(_, feed)| may_fit(&**feed, name, keys.as_ref()));
    let sure = feeds.map(|feed| (feed.1.sniff(name, head), feed));
    let best = sure.max_by_key(|(confidence, _)| *confidence)?;
    (best.0 >= Confidence::LIKELY).then_some(best.1)
}

fn may_fit(feed: &dyn ChangeFeed, name: &str, keys: Option<&HeadKeys>) -> bool {
    keys.is_none_or(|keys| feed.may_fit(name, keys))
}

/// Checks that no feed knows a document of which it says that it cannot fit.
fn expect_to_fit(feeds: &[Feed], name: &str, text: &str) {
    let head = &text[..text.floor_char_boundary(HEAD_BYTES)];
    let keys = HeadKeys::of(head);
    for (feed_name, feed) in feeds {
        assert!(
            may_fit(&**feed, name, keys.as_ref()) || feed.sniff(name, head) < Confidence::LIKELY,
            "{feed_name} knows `{name}`, but says that it cannot fit"
        );
    }
}

/// What a feed told of a document.
#[derive(Debug)]
pub struct Told {
    /// All rows, also those that come of comparing the document with itself.
    pub output: FeedOutput,
    /// Why nothing of it could be read.
    pub error: Option<Error>,
}

impl Told {
    /// Everything that was told, as text, for whoever looks for what must not be in it.
    pub fn shown(&self) -> String {
        let error = self.error.as_ref();
        let error = error.map(|error| format!("{error} {error:?}"));
        format!("{:?} {}", self.output, error.unwrap_or_default())
    }

    /// The same without messages: what they quote is told from what they tell by the values of the
    /// document, and these may be lost with a part of it.
    pub fn without_messages(mut self) -> Self {
        self.output
            .changes
            .iter_mut()
            .for_each(|change| change.reason = None);
        self.output
            .runs
            .iter_mut()
            .for_each(|run| run.message = None);
        self
    }

    /// Whether there is any row.
    pub fn has_rows(&self) -> bool {
        rows(&self.output) > 0
    }
}

/// Reads a document, also by a feed that would not take it, and checks what is told of it.
///
/// # Errors
/// What is wrong: a reject that is empty or beyond the document, more rows than bytes, or an error
/// that does not tell document and line.
pub fn tell(feed: &Feed, name: &str, text: &str) -> Result<Told, String> {
    let document = Document {
        uri: name,
        text,
        modified: None,
    };
    let mut output = FeedOutput::default();
    let error = feed.1.read(&document, &mut output).err();
    let rows = rows(&output);
    if rows > text.len() {
        return Err(format!("{rows} rows of {} bytes", text.len()));
    }
    for reject in &output.rejects {
        let is_within = reject.start < reject.end && reject.end <= text.len() as u64;
        if reject.uri != name || !is_within || reject.line == 0 {
            return Err(format!("a reject at {reject:?} of {} bytes", text.len()));
        }
    }
    if let Some(error) = &error {
        let origin = error.origin().filter(|origin| origin.uri == name);
        if origin
            .and_then(|origin| origin.line)
            .is_none_or(|line| line == 0)
        {
            return Err(format!("an error that does not say where: {error}"));
        }
    }
    let snapshots = output.snapshots.clone();
    let known = output.changes.clone();
    feed.1.compare(&snapshots, &known, &mut output);
    Ok(Told { output, error })
}

fn rows(output: &FeedOutput) -> usize {
    output.changes.len() + output.resources.len() + output.runs.len()
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
            expect_to_fit(&feeds, &input.name, &text);
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
        match tell(feed, &input.name, &text) {
            Ok(told) if told.error.is_none() => sum.read += 1,
            Ok(_) => sum.refused += 1,
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
