//! Contract of a change feed: a document of an infrastructure tool in, changes and resources out.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use crate::findings::Finding;
use crate::format::Confidence;
pub use crate::head_keys::HeadKeys;
use crate::tables::{Change, Reject, Relation, Resource, Run};
use crate::{Error, ErrorKind, Result, Timestamp};

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

/// A document that is read from front to back and need not be held.
pub struct Stream<'a> {
    /// File path or object address.
    pub uri: &'a str,
    /// The document, decompressed: UTF-8 without a byte order mark.
    pub bytes: &'a mut dyn Read,
    /// When it was last modified, where that is known.
    pub modified: Option<Timestamp>,
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

/// Takes what a feed tells of a document, in pieces.
pub trait FeedSink {
    /// Takes a piece: what is in it follows what was in the pieces before.
    ///
    /// # Errors
    /// Those of whoever works with it. A feed gives up and passes them on.
    fn take(&mut self, told: FeedOutput) -> Result<()>;

    /// Whether snapshots are of use. Where nothing is compared, they are only work.
    fn wants_snapshots(&self) -> bool {
        true
    }
}

impl FeedSink for FeedOutput {
    fn take(&mut self, told: FeedOutput) -> Result<()> {
        self.changes.extend(told.changes);
        self.runs.extend(told.runs);
        self.snapshots.extend(told.snapshots);
        self.findings.extend(told.findings);
        self.resources.extend(told.resources);
        self.relations.extend(told.relations);
        self.scope_names.extend(told.scope_names);
        self.stacks.extend(told.stacks);
        self.rejects.extend(told.rejects);
        Ok(())
    }
}

/// What a document told.
///
/// Attribute values are never held, but for those that identify a resource or name its owner.
#[derive(Clone, Debug, Default)]
pub struct FeedOutput {
    /// Changes, in the order of the document.
    pub changes: Vec<Change>,
    /// Runs that made them.
    pub runs: Vec<Run>,
    /// What was declared at one moment, to be compared with other moments.
    pub snapshots: Vec<Snapshot>,
    /// Conclusions that need no other input, such as a state that was rewritten.
    pub findings: Vec<Finding>,
    /// Resources that the tool manages.
    pub resources: Vec<Resource>,
    /// Edges between them.
    pub relations: Vec<Relation>,
    /// What scopes are called that other documents name by an id.
    pub scope_names: Vec<ScopeName>,
    /// Stacks of templates that do not tell them.
    pub stacks: Vec<StackOfTemplate>,
    /// Parts of the document that could not be read.
    pub rejects: Vec<Reject>,
}

/// Name of a scope that some documents know by an id only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeName {
    /// Id that is the scope of rows where the name is not told: `ws-XdeUVMWShTesDMME`.
    pub id: String,
    /// What it is called, the scope of all its rows.
    pub name: String,
}

/// Stack of CloudFormation that a template is of, as the manifest beside it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackOfTemplate {
    /// Address of the template: `cdk.out/Shop.template.json`.
    pub template: String,
    /// Name of the stack: `shop-prod`.
    pub stack: String,
}

/// Reads the documents of one infrastructure tool.
pub trait ChangeFeed: Send + Sync {
    /// Whether a JSON document of this name, with these keys in its beginning, can be one of the
    /// feed's own. A feed that says no is not asked to [sniff](ChangeFeed::sniff).
    fn may_fit(&self, _name: &str, _keys: &HeadKeys) -> bool {
        true
    }

    /// How sure the feed is that a document with this beginning is one of its own.
    ///
    /// `head` holds at least the first 64 KiB, or the whole document if it is smaller.
    fn sniff(&self, name: &str, head: &str) -> Confidence;

    /// Adds what the document tells to `out`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] when nothing of it can be read,
    /// [`ErrorKind::Unsupported`] for a version or an encryption
    /// that cannot be read. A part that cannot be read goes to `out.rejects`, and the rest is read.
    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()>;

    /// Whether a document with this beginning is read by [`ChangeFeed::read_stream`].
    fn streams(&self, _head: &str) -> bool {
        false
    }

    /// Tells what a document tells that may be larger than what should be held, piece by piece.
    /// Only for documents that the feed [streams](ChangeFeed::streams).
    ///
    /// # Errors
    /// As [`ChangeFeed::read`], and those of `out`. What was told before an error counts.
    fn read_stream(&self, stream: Stream<'_>, _out: &mut dyn FeedSink) -> Result<()> {
        Err(Error::new(
            ErrorKind::Unsupported,
            format!("read `{}`", stream.uri),
            "the feed reads whole documents only",
        ))
    }

    /// Adds to `out` what only several documents tell together: the changes between two states of
    /// one lineage, a resource that moved from one state to another.
    ///
    /// `snapshots` are all of one body of input, in its order, also those of other tools, which a
    /// feed passes over. `known` is what documents told already: it is not told again.
    fn compare(&self, _snapshots: &[Snapshot], _known: &[Change], _out: &mut FeedOutput) {}
}

/// What a tool declared at one moment: a state, a checkpoint, a revision of a release.
///
/// Values of attributes are not in it, only numbers that differ where they differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Tool, as in column `tool` of table `changes`.
    pub tool: String,
    /// Workspace, stack, release or state file, as in column `scope`.
    pub scope: String,
    /// What all versions of one history share: the lineage of a state, the name of a release.
    pub lineage: String,
    /// Place in that history; higher is newer.
    pub serial: u64,
    /// When it was written, where that is known.
    pub time: Option<Timestamp>,
    /// Number that differs where the bytes of two documents differ.
    pub digest: u64,
    /// Whether it holds all that the tool manages in this scope. Of one that does not, nothing is
    /// concluded from what is missing.
    pub is_complete: bool,
    /// What is declared, by address.
    pub members: BTreeMap<String, Member>,
    /// File that it stands in.
    pub uri: String,
}

/// One resource of a [`Snapshot`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// Canonical id, when the snapshot tells it.
    pub resource: Option<String>,
    /// Type in the tool's own words.
    pub resource_type: String,
    /// Canonical id of the resource that it is a facet of.
    pub parent: Option<String>,
    /// Whether the tool holds it for broken.
    pub is_tainted: bool,
    /// Version of the schema of its attributes; another version changes attributes by itself.
    pub schema_version: u64,
    /// For each attribute a number that differs where the values differ.
    pub attributes: BTreeMap<String, u64>,
}
