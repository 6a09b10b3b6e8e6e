//! What the fuzz targets have in common.
//!
//! A target of formats decodes its input as a file would be, with the formats that it links, and
//! accounts for every byte: a panic, a lost byte or an invented row is a finding.
//!
//! A target of feeds reads its input by every feed that it links, also by those that would not take
//! it: a panic, a reject or an error without its place is a finding.

use std::sync::{Arc, LazyLock};

use nepho_codec::detect::Formats;
use nepho_codec::encoding;
use nepho_conformance::documents::{self, Feed, tell};
use nepho_conformance::mutants;

static FORMATS: LazyLock<Arc<Formats>> = LazyLock::new(Formats::linked);
static FEEDS: LazyLock<Vec<Feed>> = LazyLock::new(documents::feeds);

/// Decodes an input with all formats that are linked, and accounts for it.
///
/// # Panics
/// If something of it is lost or invented.
pub fn decode(input: &[u8]) {
    if let Err(reason) = mutants::told(input, &FORMATS) {
        panic!("{reason}");
    }
}

/// Reads an input by all feeds that are linked, and compares it with itself.
///
/// # Panics
/// If something of what is told has no place, or there is more of it than the input can hold.
pub fn read(input: &[u8]) {
    assert!(!FEEDS.is_empty(), "the target links no feed");
    let (text, _) = encoding::to_text(input);
    for feed in FEEDS.iter() {
        feed.1.sniff("input.json", &text);
        if let Err(reason) = tell(feed, "input.json", &text) {
            panic!("{}: {reason}", feed.0);
        }
    }
}
