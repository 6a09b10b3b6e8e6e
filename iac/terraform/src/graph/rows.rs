//! Hands on the rows of a graph, so that they need not all be held.

use nepho_core::feed::{FeedOutput, FeedSink};
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_core::{Error, Result};

use super::store::{Numbers, hash};
use super::{Source, Target};

/// Rows that are handed on at once.
const MOST: usize = 512;

/// Rows on their way to a sink.
pub(crate) struct Rows<'s> {
    sink: &'s mut dyn FeedSink,
    held: FeedOutput,
    failure: Option<Error>,
}

impl<'s> Rows<'s> {
    pub(crate) fn new(sink: &'s mut dyn FeedSink) -> Self {
        Self {
            sink,
            held: FeedOutput::default(),
            failure: None,
        }
    }

    pub(super) fn resource(&mut self, resource: Resource) {
        if self.held.resources.capacity() == 0 {
            self.held.resources.reserve(MOST);
        }
        self.held.resources.push(resource);
        self.pass_on(MOST);
    }

    pub(super) fn relation(&mut self, relation: Relation) {
        if self.held.relations.capacity() == 0 {
            self.held.relations.reserve(MOST);
        }
        self.held.relations.push(relation);
        self.pass_on(MOST);
    }

    /// Hands on what is held, if it is so much.
    fn pass_on(&mut self, least: usize) {
        if self.held.resources.len() + self.held.relations.len() < least {
            return;
        }
        let held = std::mem::take(&mut self.held);
        if self.failure.is_none() {
            self.failure = self.sink.take(held).err();
        }
    }

    /// Hands on the rest.
    ///
    /// # Errors
    /// The first one of the sink.
    pub(crate) fn end(mut self) -> Result<()> {
        self.pass_on(1);
        self.failure.map_or(Ok(()), Err)
    }
}

/// Draws edges, between two resources at most one.
pub(super) struct Drawing<'d, 's> {
    source: &'d Source<'d>,
    rows: &'d mut Rows<'s>,
    /// Pairs of keys between which an edge stands already, as numbers.
    drawn: Numbers<(u64, u64)>,
    /// Keys of groups and interfaces, as numbers, whose edges are looked at again.
    watched: Numbers<u64>,
    /// The edges to these.
    pub(super) seen: Vec<(u64, u64)>,
}

/// What shows an edge.
pub(super) struct Shown<'a> {
    pub(super) kind: RelationKind,
    /// Attribute; empty for a dependency that the configuration tells.
    pub(super) path: &'a str,
    pub(super) line: u64,
}

impl<'d, 's> Drawing<'d, 's> {
    pub(super) fn new(
        source: &'d Source<'d>,
        rows: &'d mut Rows<'s>,
        watched: Numbers<u64>,
    ) -> Self {
        Self {
            source,
            rows,
            drawn: Numbers::default(),
            watched,
            seen: Vec::new(),
        }
    }

    /// Draws an edge from a key, which has a label, to a target.
    pub(super) fn draw(&mut self, from: (&str, &str), target: Target, shown: &Shown<'_>) {
        let (key, label) = from;
        let pair = (hash(key), hash(&target.key));
        if key == target.key || !self.drawn.insert(pair) {
            return;
        }
        if self.watched.contains(&pair.1) {
            self.seen.push(pair);
        }
        let parts = match shown.path {
            "" => [label, " depends on ", &target.label, "", "", ""],
            path => [label, " references ", &target.label, " (", path, ")"],
        };
        let evidence = parts.concat();
        self.rows.relation(Relation {
            from_kind: NodeKind::Resource,
            from: key.to_owned(),
            to_kind: NodeKind::Resource,
            to: target.key,
            kind: shown.kind,
            source: self.source.tool.to_owned(),
            confidence: target.confidence,
            observations: 1,
            valid_from: None,
            valid_to: None,
            uri: self.source.uri.to_owned(),
            line: shown.line,
            evidence,
            ..Relation::default()
        });
    }
}
