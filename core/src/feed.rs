//! Contract of a change feed: a document of an infrastructure tool in, changes and resources out.

use crate::format::Confidence;
use crate::tables::{Change, Reject, Relation, Resource};
use crate::{Result, Timestamp};

/// A document of an infrastructure tool: a state, a plan, a run log, a list of stack events.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// File path or object address.
    pub uri: &'a str,
    /// The whole document, decompressed.
    pub text: &'a str,
    /// When it was last modified, where that is known.
    pub modified: Option<Timestamp>,
}

/// What a document told.
///
/// Attribute values are never held, but for those that identify a resource or name its owner.
#[derive(Clone, Debug, Default)]
pub struct FeedOutput {
    /// Changes, in the order of the document.
    pub changes: Vec<Change>,
    /// Resources that the tool manages.
    pub resources: Vec<Resource>,
    /// Edges between them.
    pub relations: Vec<Relation>,
    /// Parts of the document that could not be read.
    pub rejects: Vec<Reject>,
}

/// Reads the documents of one infrastructure tool.
pub trait ChangeFeed: Send + Sync {
    /// How sure the feed is that a document with this beginning is one of its own.
    ///
    /// `head` holds at least the first 64 KiB, or the whole document if it is smaller.
    fn sniff(&self, name: &str, head: &str) -> Confidence;

    /// Adds what the document tells to `out`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`](crate::ErrorKind::InvalidData) when nothing of it can be read,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a version or an encryption
    /// that cannot be read. A part that cannot be read goes to `out.rejects`, and the rest is read.
    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()>;
}
