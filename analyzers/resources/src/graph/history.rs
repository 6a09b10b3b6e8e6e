//! What was told of edges and nodes, folded into versions.
//!
//! Statements come in any order. Those of one edge by one source are folded: such as overlap make
//! one version, one that begins after the end of another reopens the edge. A version is cut to the
//! times in which both ends existed, so that what a deleted resource needed ends with it.

use std::cmp::Ordering;
use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;

use super::csr::Csr;
use super::lifetimes::Lifetimes;
use super::names::{Names, NodeId};
use super::view::Interval;
use super::{KINDS, ResourceGraph};

const FACET: u8 = 1;
const OBSERVED: u8 = 2;
const CLOSING: u8 = 4;
const SERVICE: u8 = 8;
const HOLDING: u8 = 16;

/// One version of one edge, from dependent to dependency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeVersion {
    /// The dependent.
    pub from: NodeId,
    /// The dependency.
    pub to: NodeId,
    /// When it holds, and when we know.
    pub interval: Interval,
    /// From 0 to 1.
    pub confidence: f32,
    pub(super) source: u16,
    pub(super) kind: u8,
    flags: u8,
}

impl EdgeVersion {
    /// What it says.
    pub fn kind(&self) -> RelationKind {
        KINDS
            .get(usize::from(self.kind))
            .copied()
            .unwrap_or_default()
    }

    /// Whether it leads from a facet (a rule, a policy) to the resource that it is a part of.
    pub fn is_facet(&self) -> bool {
        self.flags & FACET != 0
    }

    /// Whether it was seen to happen, as a connection is; its end is then the last time that it
    /// was seen.
    pub fn is_observed(&self) -> bool {
        self.flags & OBSERVED != 0
    }

    /// Whether the dependent is a service and no resource.
    pub fn is_of_service(&self) -> bool {
        self.flags & SERVICE != 0
    }

    /// Whether it leads to what only holds or manages the dependent (an account, a state): no
    /// failure travels along it.
    pub fn is_holding(&self) -> bool {
        self.flags & HOLDING != 0
    }

    /// The edge as one number, in the order of dependents and then of dependencies.
    fn edge(&self) -> u128 {
        u128::from(self.from.0) << 56
            | u128::from(self.to.0) << 24
            | u128::from(self.kind) << 16
            | u128::from(self.source)
    }

    fn order(&self, other: &Self) -> Ordering {
        let time = |version: &Self| {
            let interval = version.interval;
            (
                interval.from,
                interval.seen_from,
                interval.to,
                version.flags,
            )
        };
        let by_edge = self.edge().cmp(&other.edge());
        by_edge.then_with(|| time(self).cmp(&time(other)))
    }

    fn is_of_same_edge(&self, other: &Self) -> bool {
        self.edge() == other.edge()
    }
}

/// Something that a source says of an edge.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// The dependent.
    pub from: NodeId,
    /// The dependency.
    pub to: NodeId,
    /// What the edge says.
    pub kind: RelationKind,
    /// When it holds, and when we know.
    pub interval: Interval,
    /// From 0 to 1.
    pub confidence: f32,
    /// Whether the dependent is a facet of the dependency.
    pub is_facet: bool,
    /// Whether it was seen to happen.
    pub is_observed: bool,
    /// Whether the dependent is a service.
    pub is_of_service: bool,
}

impl Statement {
    /// A statement that an edge holds always, as far as is known.
    pub fn new(from: NodeId, to: NodeId, kind: RelationKind) -> Self {
        Self {
            from,
            to,
            kind,
            interval: Interval::ALWAYS,
            confidence: 1.0,
            is_facet: false,
            is_observed: false,
            is_of_service: false,
        }
    }
}

/// Collects what is told, and makes the graph of it.
#[derive(Debug, Default)]
pub struct Facts {
    names: Names,
    sources: Names,
    lifetimes: Lifetimes,
    told: Vec<EdgeVersion>,
    /// Edges that a call broke, with when that was, whoever told of them.
    broken: HashMap<(NodeId, NodeId, u8), Vec<Timestamp>>,
}

impl Facts {
    /// No facts, with room for so many statements.
    pub fn with_capacity(statements: usize) -> Self {
        Self {
            told: Vec::with_capacity(statements),
            ..Self::default()
        }
    }

    /// Number of the node with this canonical id or name.
    pub fn node(&mut self, key: &str) -> NodeId {
        self.names.intern(key)
    }

    /// Number of the node, if something was told of it.
    pub fn known_node(&self, key: &str) -> Option<NodeId> {
        self.names.find(key)
    }

    /// Canonical id or name of a node.
    pub fn name(&self, node: NodeId) -> &str {
        self.names.name(node)
    }

    /// Dependencies of a node that a source told of.
    pub fn told_of(&self, source: u16, from: NodeId, kind: RelationKind) -> Vec<NodeId> {
        let told = self.told.iter();
        told.filter(|told| told.source == source && told.from == from && told.kind() == kind)
            .map(|told| told.to)
            .collect()
    }

    /// Number of a source, for [`Facts::tell`]; all beyond 65,535 are one.
    pub fn source(&mut self, name: &str) -> u16 {
        u16::try_from(self.sources.intern(name).0).unwrap_or(u16::MAX)
    }

    /// Takes note that an edge holds.
    pub fn tell(&mut self, source: u16, statement: &Statement) {
        let flags = [
            (statement.is_facet, FACET),
            (statement.is_observed, OBSERVED),
            (statement.is_of_service, SERVICE),
        ];
        let flags = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| *flag);
        self.push(source, statement, flags.sum());
    }

    /// Takes note of an edge to what only holds or manages the dependent.
    pub fn hold(&mut self, source: u16, statement: &Statement) {
        self.push(source, statement, HOLDING);
    }

    /// Canonical ids and names of all nodes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.ids().map(|node| self.names.name(node))
    }

    /// All nodes of which something was told.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.names.ids()
    }

    /// What was told to lie in something, and in what.
    pub fn contained(&self) -> impl Iterator<Item = (NodeId, NodeId)> {
        let inner = |told: &&EdgeVersion| told.kind() == RelationKind::Contains;
        self.told
            .iter()
            .filter(inner)
            .map(|told| (told.from, told.to))
    }

    /// Takes note that an edge of a source ended at `at`, of which we know since `seen`.
    pub fn close(
        &mut self,
        source: u16,
        (from, to, kind): (NodeId, NodeId, RelationKind),
        at: Timestamp,
        seen: Timestamp,
    ) {
        let interval = Interval {
            from: at,
            to: at,
            seen_from: seen,
            seen_to: seen,
        };
        let statement = Statement {
            interval,
            ..Statement::new(from, to, kind)
        };
        self.push(source, &statement, CLOSING);
    }

    fn push(&mut self, source: u16, statement: &Statement, flags: u8) {
        self.told.push(EdgeVersion {
            from: statement.from,
            to: statement.to,
            interval: statement.interval,
            confidence: statement.confidence,
            source,
            kind: number_of(statement.kind),
            flags,
        });
    }

    /// Takes note that a call broke an edge at `at`: it ends for every source that declares it.
    pub fn breaks(&mut self, (from, to, kind): (NodeId, NodeId, RelationKind), at: Timestamp) {
        let ends = self.broken.entry((from, to, number_of(kind))).or_default();
        ends.push(at);
    }

    /// Ends what was broken. What was seen to happen has its own end.
    fn end_broken(&mut self) {
        if self.broken.is_empty() {
            return;
        }
        let mut ends: Vec<(u16, NodeId, NodeId, RelationKind, Timestamp)> = Vec::new();
        for told in &self.told {
            let edge = (told.from, told.to, told.kind);
            let is_declared = told.flags & (FACET | OBSERVED | CLOSING | SERVICE) == 0;
            let broken = self.broken.get(&edge).filter(|_| is_declared);
            for at in broken.into_iter().flatten() {
                ends.push((told.source, told.from, told.to, told.kind(), *at));
            }
        }
        ends.sort_unstable_by_key(|(source, from, to, kind, at)| {
            (*source, *from, *to, kind.as_str(), *at)
        });
        ends.dedup();
        for (source, from, to, kind, at) in ends {
            self.close(source, (from, to, kind), at, at);
        }
    }

    /// Lifetimes of the nodes, to add to.
    pub fn lifetimes(&mut self) -> &mut Lifetimes {
        &mut self.lifetimes
    }

    /// The graph of all that was told.
    pub fn build(mut self) -> ResourceGraph {
        self.end_broken();
        let Self {
            names,
            sources,
            mut lifetimes,
            mut told,
            broken: _,
        } = self;
        lifetimes.settle(names.len());
        told.sort_unstable_by(EdgeVersion::order);
        let versions = fold(told, &lifetimes);
        ResourceGraph {
            csr: Csr::new(names.len(), versions),
            names,
            sources,
            lifetimes,
        }
    }
}

/// Number of a kind of edge.
fn number_of(kind: RelationKind) -> u8 {
    let place = KINDS.iter().position(|held| *held == kind);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(0)
}

/// Versions of sorted statements, in their order. Uses the memory of the statements where nothing
/// has to be split.
fn fold(mut told: Vec<EdgeVersion>, lifetimes: &Lifetimes) -> Vec<EdgeVersion> {
    let mut kept = 0;
    let mut split = Vec::new();
    let (mut group, mut parts) = (Vec::new(), Vec::new());
    let mut start = 0;
    while let Some(first) = told.get(start).copied() {
        let rest = told.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|other| other.is_of_same_edge(&first))
            .count();
        versions_of(rest.get(..length).unwrap_or_default(), &mut group);
        start += length;
        for version in group.drain(..) {
            lifetimes.cut(&version.interval, version.from, version.to, &mut parts);
            for interval in parts.drain(..) {
                let part = EdgeVersion {
                    interval,
                    ..version
                };
                // Places before `start` have been read, and are free.
                match told.get_mut(kept).filter(|_| kept < start) {
                    Some(place) => {
                        *place = part;
                        kept += 1;
                    }
                    None => split.push(part),
                }
            }
        }
    }
    told.truncate(kept);
    if !split.is_empty() {
        told.append(&mut split);
        told.sort_unstable_by(EdgeVersion::order);
    }
    told
}

/// Versions of the statements of one edge, in order of time.
fn versions_of(statements: &[EdgeVersion], out: &mut Vec<EdgeVersion>) {
    let mut current: Option<EdgeVersion> = None;
    // When we last heard that the edge lasts.
    let mut heard = Timestamp::MIN;
    for statement in statements {
        let is_closing = statement.flags & CLOSING != 0;
        let Some(held) = current.as_mut() else {
            current = (!is_closing).then_some(*statement);
            heard = statement.interval.seen_from;
            continue;
        };
        let next = &statement.interval;
        if is_closing {
            let was_open = held.interval.is_open();
            held.interval.close(next.from, next.seen_from);
            // It was heard of again after the end was known, so that it must have come back.
            if was_open && heard > next.seen_from && heard > next.from {
                let mut again = *held;
                again.interval = Interval {
                    from: heard,
                    seen_from: heard,
                    ..Interval::ALWAYS
                };
                out.extend(current.replace(again));
            }
        } else if next.from >= held.interval.to {
            out.extend(current.replace(*statement));
            heard = next.seen_from;
        } else {
            held.confidence = held.confidence.max(statement.confidence);
            held.flags |= statement.flags;
            held.interval.seen_from = held.interval.seen_from.min(next.seen_from);
            let is_longer = match (held.interval.is_open(), next.is_open()) {
                (true, true) => {
                    heard = heard.max(next.seen_from);
                    false
                }
                // Who tells of an end knows more, but for one that was heard of later.
                (true, false) => heard <= next.seen_to,
                (false, true) => next.seen_from > held.interval.seen_to,
                (false, false) => next.to > held.interval.to,
            };
            if is_longer {
                (held.interval.to, held.interval.seen_to) = (next.to, next.seen_to);
                heard = heard.max(next.seen_from);
            }
        }
    }
    out.extend(current);
}
