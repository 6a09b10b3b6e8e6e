//! Documents that are one object or a list of them.

use nepho_core::Result;
use nepho_core::feed::{Document, FeedOutput};
use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use serde_json::Value;

/// Where an object stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) uri: &'a str,
    pub(crate) line: u64,
}

/// Reads one object; `None` of one that is none of the tool.
pub(crate) type ReadOne = fn(&Value, Place<'_>, &mut FeedOutput) -> Option<()>;

/// Reads all objects of a document, which may stand in `lists`; those that `read` does not know
/// are rejects with the reason `unknown`.
///
/// # Errors
/// Where the first object stands and what is wrong with it, if none is known.
pub(crate) fn read_all(
    document: &Document<'_>,
    feed: &'static str,
    lists: &[&str],
    (read, unknown): (ReadOne, &str),
    out: &mut FeedOutput,
) -> Result<()> {
    let places = Places::of(document);
    let items = Items::of(document.text, lists);
    let before = out.rejects.len();
    let mut is_known = false;
    for item in &items.whole {
        let value: Value = serde_json::from_str(item.text).unwrap_or_default();
        let place = Place {
            uri: document.uri,
            line: places.line(item.start),
        };
        if read(&value, place, out).is_some() {
            is_known = true;
        } else {
            let end = item.start + item.text.len();
            out.rejects.push(places.reject(item.start, end, unknown));
        }
    }
    for (start, end) in &items.broken {
        let reason = "this is not valid JSON";
        out.rejects.push(places.reject(*start, *end, reason));
    }
    if is_known {
        return Ok(());
    }
    let own = out.rejects.iter().enumerate().skip(before);
    let first = own.min_by_key(|(_, reject)| reject.start);
    let first = first.map(|(place, _)| place);
    let reject = first.map(|place| out.rejects.remove(place));
    let (reason, start) = reject.map_or(("the document is empty".to_owned(), 0), |reject| {
        (reject.reason, reject.start)
    });
    Err(places.error(feed, reason, start as usize))
}
