//! The versions of edges as arrays, by dependent and by dependency.
//!
//! Compressed sparse rows: for each node the place where its edges begin. By dependent that is the
//! array of versions itself; by dependency it is an array of what a walk looks at, so that it reads
//! memory in one direction.

use super::history::EdgeVersion;
use super::names::NodeId;
use super::view::{Interval, View};

/// What a walk looks at of a version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// Node at the other end.
    pub node: NodeId,
    /// Place of the version.
    pub version: u32,
    from: nepho_core::Timestamp,
    to: nepho_core::Timestamp,
}

/// The arrays.
#[derive(Debug, Default)]
pub(super) struct Csr {
    versions: Vec<EdgeVersion>,
    out_starts: Vec<u32>,
    into: Vec<Near>,
    into_starts: Vec<u32>,
}

impl Csr {
    /// Arrays of versions that are sorted by dependent.
    pub(super) fn new(nodes: usize, versions: Vec<EdgeVersion>) -> Self {
        let out_starts = starts(nodes, versions.iter().map(|version| version.from));
        let into_starts = starts(nodes, versions.iter().map(|version| version.to));
        let nothing = Near {
            node: NodeId(0),
            version: 0,
            from: nepho_core::Timestamp::MIN,
            to: nepho_core::Timestamp::MIN,
        };
        let mut into = vec![nothing; versions.len()];
        let mut next = into_starts.clone();
        for (place, version) in (0_u32..).zip(&versions) {
            let Some(slot) = next.get_mut(version.to.0 as usize) else {
                continue;
            };
            if let Some(near) = into.get_mut(*slot as usize) {
                *near = Near {
                    node: version.from,
                    version: place,
                    from: version.interval.from,
                    to: version.interval.to,
                };
            }
            *slot += 1;
        }
        Self {
            versions,
            out_starts,
            into,
            into_starts,
        }
    }

    pub(super) fn versions(&self) -> &[EdgeVersion] {
        &self.versions
    }

    pub(super) fn nodes(&self) -> usize {
        self.out_starts.len().saturating_sub(1)
    }

    /// Versions of which a node is the dependent.
    pub(super) fn out_of(&self, node: NodeId) -> &[EdgeVersion] {
        slice(&self.versions, &self.out_starts, node)
    }

    /// Versions of which a node is the dependency.
    pub(super) fn incoming(&self, node: NodeId) -> &[Near] {
        slice(&self.into, &self.into_starts, node)
    }

    /// Whether the version of a near node holds.
    pub(super) fn holds(&self, near: &Near, view: &View) -> bool {
        if view.known.is_some() {
            let version = self.versions.get(near.version as usize);
            return version.is_some_and(|version| version.interval.holds(view));
        }
        let interval = Interval {
            from: near.from,
            to: near.to,
            ..Interval::ALWAYS
        };
        view.at
            .is_none_or(|at| interval.from <= at && at < interval.to)
    }
}

/// For each node the number of edges that stand before its own.
fn starts(nodes: usize, ends: impl Iterator<Item = NodeId>) -> Vec<u32> {
    let mut starts = vec![0_u32; nodes + 1];
    for node in ends {
        if let Some(count) = starts.get_mut(node.0 as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

fn slice<'a, T>(all: &'a [T], starts: &[u32], node: NodeId) -> &'a [T] {
    let node = node.0 as usize;
    match (starts.get(node), starts.get(node + 1)) {
        (Some(start), Some(end)) => all.get(*start as usize..*end as usize).unwrap_or_default(),
        _ => &[],
    }
}
