//! Hands on the rows of a graph, so that they need not all be held.

use nepho_core::feed::{FeedOutput, FeedSink};
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_core::{Error, Result};

use super::store::{Keys, Name, Numbers};
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
    keys: Keys,
    /// The key that the last edge came from: most come from the same as the one before.
    last: Option<Name>,
    /// Pairs of keys between which an edge stands already.
    drawn: Numbers<(Name, Name)>,
    /// How many keys, which are the first ones, are of groups and interfaces.
    watched: Name,
    /// The edges to these.
    seen: Vec<(Name, Name)>,
}

/// Edges to groups and interfaces, which tell who is a member of what.
pub(super) struct Seen {
    pub(super) keys: Keys,
    pub(super) edges: Vec<(Name, Name)>,
}

/// What shows an edge.
pub(super) struct Shown<'a> {
    pub(super) kind: RelationKind,
    /// Attribute; empty for a dependency that the configuration tells.
    pub(super) path: &'a str,
    pub(super) line: u64,
}

impl<'d, 's> Drawing<'d, 's> {
    /// Draws nothing yet. Edges to `watched` are looked at again.
    pub(super) fn new<'k>(
        source: &'d Source<'d>,
        rows: &'d mut Rows<'s>,
        watched: impl Iterator<Item = &'k str>,
    ) -> Self {
        let mut keys = Keys::default();
        let watched = watched.map(|key| keys.add(key) + 1).max();
        Self {
            source,
            rows,
            watched: watched.unwrap_or(0),
            keys,
            last: None,
            drawn: Numbers::default(),
            seen: Vec::new(),
        }
    }

    /// Ends the drawing.
    pub(super) fn seen(self) -> Seen {
        Seen {
            keys: self.keys,
            edges: self.seen,
        }
    }

    /// Whether an edge from one key to another stands already.
    pub(super) fn has(&mut self, from: &str, to: &str) -> bool {
        let pair = (self.keys.add(from), self.keys.add(to));
        self.drawn.contains(&pair)
    }

    /// Draws an edge from a key, which has a label, to a target.
    pub(super) fn draw(&mut self, from: (&str, &str), target: Target, shown: &Shown<'_>) {
        let (key, label) = from;
        if key == target.key {
            return;
        }
        let last = self.last.filter(|last| self.keys.text(*last) == key);
        let from = last.unwrap_or_else(|| self.keys.add(key));
        self.last = Some(from);
        let pair = (from, self.keys.add(&target.key));
        if !self.drawn.insert(pair) {
            return;
        }
        if pair.1 < self.watched {
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
