//! The map as of one moment.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

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
    /// Whether a node is known only as what holds or manages others: an account, a state.
    pub fn is_holder(&self, node: NodeId) -> bool {
        node >= self.holders
    }

    /// The map as of a moment. With `fold`, facets and their edges are those of what they are a
    /// part of.
    ///
    /// What only holds or manages others is left out: each resource has an account and a state, and
    /// its row says which. [`ResourceMap::whole_snapshot`] has them.
    pub fn snapshot(&self, moment: &Moment, fold: bool) -> Snapshot<'_> {
        self.whole_snapshot(moment, fold).without_holders(self)
    }

    /// The map as of a moment with accounts, regions, states and the like, and what they hold.
    pub fn whole_snapshot(&self, moment: &Moment, fold: bool) -> Snapshot<'_> {
        let graph = self.graph();
        let unknown = self.unknown(moment);
        let exists = |node: NodeId| {
            let lives = graph.lifetimes(node);
            let is_alive = lives.is_empty() || lives.iter().any(|life| moment.holds(life));
            is_alive && !unknown.contains(&node)
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
        let mut direct = HashSet::new();
        let mut links: BTreeMap<(NodeId, NodeId, &str), Link<'_>> = BTreeMap::new();
        for version in graph.versions() {
            let (from, to) = (folded(version.from), folded(version.to));
            let is_shown = from != to && nodes.contains_key(&from) && nodes.contains_key(&to);
            if !is_shown || !moment.holds_version(version) {
                continue;
            }
            if (from, to) == (version.from, version.to) {
                direct.insert((from, to));
            }
            let link = Link { from, to, version };
            let held = links
                .entry((from, to, version.kind().as_str()))
                .or_insert(link);
            if held.version.confidence < version.confidence {
                *held = link;
            }
        }
        // What attaches a subnet to a route table refers to both and is a part of the table, which
        // does not depend on the subnet for that.
        let is_turned = |link: &Link<'_>| {
            let is_of_facet = link.version.from != link.from;
            let is_reference = link.version.kind() == RelationKind::DependsOn;
            is_of_facet && is_reference && direct.contains(&(link.to, link.from))
        };
        let links = links
            .into_values()
            .filter(|link| !is_turned(link))
            .collect();
        Snapshot { nodes, links }
    }
}

impl ResourceMap {
    /// Nodes that were learned of after the moment: by their rows, or, of services and of what is
    /// only named, by all that they are connected with.
    fn unknown(&self, moment: &Moment) -> HashSet<NodeId> {
        let Some(known) = moment.known else {
            return HashSet::new();
        };
        let graph = self.graph();
        let row = |node: NodeId| self.row(node).filter(|row| !row.uri.is_empty());
        // Of what a document holds it is told when the document was written, and not when somebody
        // could have known.
        let is_later = |node: &NodeId| {
            let of_logs = row(*node).filter(|row| row.tool.is_none());
            let seen = of_logs.and_then(|row| row.seen_from);
            seen.is_some_and(|seen| seen > known)
        };
        let mut unknown: HashSet<NodeId> = graph.nodes().filter(is_later).collect();
        // By number: of the versions of a node that has no row, whether one was known.
        let mut told: HashMap<NodeId, bool> = HashMap::new();
        for version in graph.versions() {
            let (from, to) = (version.from, version.to);
            let is_known = version.interval.seen_from <= known
                && !unknown.contains(&from)
                && !unknown.contains(&to);
            for node in [from, to].into_iter().filter(|node| row(*node).is_none()) {
                *told.entry(node).or_default() |= is_known;
            }
        }
        unknown.extend(
            told.iter()
                .filter(|(_, known)| !**known)
                .map(|(node, _)| *node),
        );
        unknown
    }
}

impl<'a> Snapshot<'a> {
    /// The same without what only holds or manages others.
    #[must_use]
    pub fn without_holders(mut self, map: &ResourceMap) -> Self {
        self.nodes.retain(|node, _| !map.is_holder(*node));
        self.links.retain(|link| !link.version.is_holding());
        self
    }

    /// The part within so many steps of `starts`: what they need, and what needs them, each way by
    /// itself. Edges between any two nodes of the part belong to it.
    ///
    /// What holds and manages a resource is shown of the one node of `starts` alone, and so is what
    /// that holds.
    #[must_use]
    pub fn around(&self, starts: &[NodeId], hops: u32) -> Self {
        let mut nodes = BTreeMap::new();
        let mut opened = HashSet::new();
        for direction in [Direction::Needs, Direction::NeededBy] {
            let (found, links) = self.walk(starts, hops, direction);
            opened.extend(links);
            for (node, distance) in found {
                let held = nodes.entry(node).or_insert(distance);
                *held = distance.min(*held);
            }
        }
        let is_inside = |(place, link): &(usize, &Link<'a>)| match link.version.is_holding() {
            true => opened.contains(place),
            false => nodes.contains_key(&link.from) && nodes.contains_key(&link.to),
        };
        let links = self.links.iter().enumerate().filter(is_inside);
        Self {
            links: links.map(|(_, link)| *link).collect(),
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
        self.walk(starts, hops, direction).0
    }

    /// Nodes within so many steps one way, and places of the links to what holds or manages others
    /// that the walk took.
    ///
    /// Such a link is taken where the walk began, if that is one node, and beyond that only from
    /// one holder to the next: up from a state to its repository, down from a repository to its
    /// states and what these manage.
    fn walk(
        &self,
        starts: &[NodeId],
        hops: u32,
        direction: Direction,
    ) -> (BTreeMap<NodeId, u32>, Vec<usize>) {
        let mut next: HashMap<NodeId, Vec<(NodeId, usize)>> = HashMap::new();
        for (place, link) in self.links.iter().enumerate() {
            if direction != Direction::NeededBy {
                next.entry(link.from).or_default().push((link.to, place));
            }
            if direction != Direction::Needs {
                next.entry(link.to).or_default().push((link.from, place));
            }
        }
        let is_holding = |place: usize| {
            let link = self.links.get(place);
            link.is_some_and(|link| link.version.is_holding())
        };
        let (mut found, mut opened) = (BTreeMap::new(), Vec::new());
        // Nodes with their steps, and whether only links to holders led to them.
        let is_one = starts.len() == 1;
        let starts = starts.iter().map(|start| (*start, 0, is_one));
        let mut queue: VecDeque<(NodeId, u32, bool)> = starts.collect();
        while let Some((node, distance, is_holder)) = queue.pop_front() {
            if !self.nodes.contains_key(&node) || found.contains_key(&node) {
                continue;
            }
            found.insert(node, distance);
            if distance >= hops {
                continue;
            }
            for (near, place) in next.get(&node).map_or(&[][..], Vec::as_slice) {
                let is_holding = is_holding(*place);
                if is_holding && is_holder {
                    opened.push(*place);
                } else if is_holding {
                    continue;
                }
                queue.push_back((*near, distance + 1, is_holding));
            }
        }
        (found, opened)
    }

    /// Kinds of the edges of the part, each once.
    pub fn kinds(&self) -> BTreeSet<&'static str> {
        let kinds = self.links.iter().map(|link| link.version.kind());
        kinds.map(RelationKind::as_str).collect()
    }
}
