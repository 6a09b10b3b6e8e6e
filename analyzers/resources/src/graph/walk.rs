//! Neighborhoods as of a time.

use super::csr::Csr;
use super::names::NodeId;
use super::view::View;

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To what a node needs.
    Needs,
    /// To what needs a node; the way in which failure travels.
    NeededBy,
    /// Both ways at every step.
    Both,
}

/// A node that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The node.
    pub node: NodeId,
    /// Steps to it; zero for those where the walk began.
    pub distance: u32,
}

/// Answers many questions about one graph with the same memory.
#[derive(Debug)]
pub struct Walk<'a> {
    csr: &'a Csr,
    /// For each node the number of the last walk that saw it.
    seen: Vec<u32>,
    round: u32,
    steps: Vec<Step>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(csr: &'a Csr) -> Self {
        Self {
            csr,
            seen: vec![0; csr.nodes()],
            round: 0,
            steps: Vec::new(),
        }
    }

    /// Nodes within so many steps of `starts` as of a view, the nearest first; those where it
    /// begins come first of all. Within a distance the order is that of the edges.
    pub fn reach(
        &mut self,
        starts: &[NodeId],
        view: &View,
        steps: u32,
        direction: Direction,
    ) -> &[Step] {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.fill(0);
            self.round = 1;
        }
        self.steps.clear();
        for start in starts {
            self.note(*start, 0);
        }
        let mut next = 0;
        while let Some(step) = self.steps.get(next).copied() {
            next += 1;
            if step.distance >= steps {
                break;
            }
            let csr = self.csr;
            if direction != Direction::NeededBy {
                for version in csr.out_of(step.node) {
                    if version.interval.holds(view) {
                        self.note(version.to, step.distance + 1);
                    }
                }
            }
            if direction != Direction::Needs {
                for near in csr.incoming(step.node) {
                    if csr.holds(near, view) {
                        self.note(near.node, step.distance + 1);
                    }
                }
            }
        }
        &self.steps
    }

    fn note(&mut self, node: NodeId, distance: u32) {
        if let Some(seen) = self.seen.get_mut(node.0 as usize)
            && *seen != self.round
        {
            *seen = self.round;
            self.steps.push(Step { node, distance });
        }
    }
}
