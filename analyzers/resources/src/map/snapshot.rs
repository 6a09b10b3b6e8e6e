//! The map as of one moment.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;
use nepho_core::time::NANOS;

use super::ResourceMap;
use crate::graph::{Direction, EdgeVersion, Interval, NodeId, View};

/// How long after it was last seen something that was seen to happen is taken to go on: a quiet
/// hour is no end.
const GRACE: i64 = 3600 * NANOS;

/// As of when the map is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Time in the cloud; `None`: what has not ended.
    pub at: Option<Timestamp>,
    /// What was known by then; `None`: all that is known now.
    pub known: Option<Timestamp>,
}

impl Moment {
    fn view(&self) -> View {
        View {
            at: self.at.or(View::LATEST.at),
            known: self.known,
        }
    }

    /// Whether an interval holds.
    pub fn holds(&self, interval: &Interval) -> bool {
        interval.holds(&self.view())
    }

    /// Whether an edge version holds.
    pub fn holds_version(&self, version: &EdgeVersion) -> bool {
        let mut interval = version.interval;
        if version.is_observed() && !interval.is_open() {
            interval.to = match self.at {
                Some(_) => interval.to.plus(GRACE),
                None => Timestamp::MAX,
            };
        }
        self.holds(&interval)
    }
}

/// An edge of a snapshot; with facets folded, that of their parents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link<'a> {
    /// The dependent.
    pub from: NodeId,
    /// The dependency.
    pub to: NodeId,
    /// The version that stands behind it, the surest of several.
    pub version: &'a EdgeVersion,
}

/// Nodes and edges as of one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot<'a> {
    /// Nodes that exist, by number, each with its steps from where the selection began.
    pub nodes: BTreeMap<NodeId, u32>,
    /// Edges between them, by dependent, dependency and kind.
    pub links: Vec<Link<'a>>,
}

impl ResourceMap {
    /// The map as of a moment. With `fold`, facets and their edges are those of what they are a
    /// part of.
    pub fn snapshot(&self, moment: &Moment, fold: bool) -> Snapshot<'_> {
        let graph = self.graph();
        let exists = |node: NodeId| {
            let lives = graph.lifetimes(node);
            lives.is_empty() || lives.iter().any(|life| moment.holds(life))
        };
        let whole: HashMap<NodeId, NodeId> = match fold {
            true => graph.nodes().map(|node| (node, self.whole(node))).collect(),
            false => HashMap::new(),
        };
        let folded = |node: NodeId| whole.get(&node).copied().unwrap_or(node);
        let mut nodes = BTreeMap::new();
        for node in graph.nodes() {
            if folded(node) == node && exists(node) {
                nodes.insert(node, 0);
            }
        }
        let mut links: BTreeMap<(NodeId, NodeId, &str), Link<'_>> = BTreeMap::new();
        for version in graph.versions() {
            let (from, to) = (folded(version.from), folded(version.to));
            let is_shown = from != to && nodes.contains_key(&from) && nodes.contains_key(&to);
            if !is_shown || !moment.holds_version(version) {
                continue;
            }
            let link = Link { from, to, version };
            let held = links
                .entry((from, to, version.kind().as_str()))
                .or_insert(link);
            if held.version.confidence < version.confidence {
                *held = link;
            }
        }
        Snapshot {
            nodes,
            links: links.into_values().collect(),
        }
    }
}

impl<'a> Snapshot<'a> {
    /// The part within so many steps of `starts`: what they need, and what needs them, each way by
    /// itself. Edges between any two nodes of the part belong to it.
    #[must_use]
    pub fn around(&self, starts: &[NodeId], hops: u32) -> Self {
        let mut nodes = BTreeMap::new();
        for direction in [Direction::Needs, Direction::NeededBy] {
            for (node, distance) in self.reach(starts, hops, direction) {
                let held = nodes.entry(node).or_insert(distance);
                *held = distance.min(*held);
            }
        }
        let is_inside =
            |link: &&Link<'_>| nodes.contains_key(&link.from) && nodes.contains_key(&link.to);
        Self {
            links: self.links.iter().filter(is_inside).copied().collect(),
            nodes,
        }
    }

    /// Nodes within so many steps one way, with the number of steps.
    pub fn reach(
        &self,
        starts: &[NodeId],
        hops: u32,
        direction: Direction,
    ) -> BTreeMap<NodeId, u32> {
        let mut next: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        for link in &self.links {
            if direction != Direction::NeededBy {
                next.entry(link.from).or_default().push(link.to);
            }
            if direction != Direction::Needs {
                next.entry(link.to).or_default().push(link.from);
            }
        }
        let mut found = BTreeMap::new();
        let mut queue: VecDeque<(NodeId, u32)> = starts.iter().map(|start| (*start, 0)).collect();
        while let Some((node, distance)) = queue.pop_front() {
            if !self.nodes.contains_key(&node) || found.contains_key(&node) {
                continue;
            }
            found.insert(node, distance);
            if distance < hops {
                let near = next.get(&node).map_or(&[][..], Vec::as_slice);
                queue.extend(near.iter().map(|node| (*node, distance + 1)));
            }
        }
        found
    }

    /// Kinds of the edges of the part, each once.
    pub fn kinds(&self) -> BTreeSet<&'static str> {
        let kinds = self.links.iter().map(|link| link.version.kind());
        kinds.map(RelationKind::as_str).collect()
    }
}
