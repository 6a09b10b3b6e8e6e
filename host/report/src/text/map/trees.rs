//! What is around a focus: what it is, what it depends on, what needs it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::canvas::{Canvas, Span, dim, plain, strong};
use super::name;
use crate::map::says::{backward, forward};
use crate::map::{Map, MapEdge, MapNode};
use crate::words;

/// Branches of one node that are shown; those beyond are counted.
const SHORT: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    DependsOn,
    NeededBy,
}

/// Edges by the node that a branch starts at.
struct Tree<'a> {
    map: &'a Map,
    way: Way,
    branches: BTreeMap<&'a str, Vec<&'a MapEdge>>,
    shown: BTreeSet<&'a str>,
    is_full: bool,
}

pub(super) fn write(map: &Map, is_full: bool, canvas: &mut Canvas) {
    let focus: Vec<&MapNode> = map.focus.iter().filter_map(|id| map.node(id)).collect();
    for node in focus.iter().take(if is_full { usize::MAX } else { SHORT }) {
        describe(node, canvas);
    }
    if focus.len() > SHORT && !is_full {
        let more = format!("and {} more", focus.len() - SHORT);
        canvas.paragraph(2, 4, &[dim(more)]);
    }
    let steps = words::count(u64::from(map.hops.unwrap_or_default()), "step", "steps");
    for (way, title) in [(Way::DependsOn, "Depends on"), (Way::NeededBy, "Needed by")] {
        let aside = match way {
            Way::DependsOn => format!("if one of these fails, so may it; {steps}"),
            Way::NeededBy => format!("if it fails, these may; {steps}"),
        };
        canvas.heading(title, &aside);
        let mut tree = Tree::new(map, way, is_full);
        let inside: BTreeSet<&str> = focus.iter().map(|node| node.id.as_str()).collect();
        tree.shown.extend(&inside);
        let before = tree.shown.len();
        for node in &focus {
            let indent = if focus.len() > 1 { 4 } else { 2 };
            if focus.len() > 1 && tree.has_branches(&node.id, &inside) {
                canvas.paragraph(2, 4, &name(node));
            }
            tree.branch(&node.id, indent, map.hops.unwrap_or(u32::MAX), canvas);
        }
        if tree.shown.len() == before {
            canvas.paragraph(2, 4, &[dim("nothing that is known")]);
        }
    }
}

/// Of what began nobody knows when.
const UNTOLD: &str = "nobody tells since when";

/// What a node is, and when it existed.
fn describe(node: &MapNode, canvas: &mut Canvas) {
    canvas.blank();
    canvas.paragraph(0, 2, &name(node));
    let mut line = |label: &str, text: String| {
        if !text.is_empty() {
            canvas.paragraph(2, 4, &[dim(label), plain(" "), plain(text)]);
        }
    };
    if node.id != node.label && !node.is_service() {
        line("id", node.id.clone());
    }
    line("in", node.place());
    let owner = [
        (
            "service",
            node.service.as_ref().filter(|_| !node.is_service()),
        ),
        ("team", node.team.as_ref()),
        ("environment", node.environment.as_ref()),
    ];
    let owners: Vec<String> = owner
        .iter()
        .filter_map(|(label, value)| value.map(|value| format!("{label} {value}")))
        .collect();
    line("of", owners.join(", "));
    if let (Some(tool), Some(address)) = (&node.tool, &node.address) {
        let scope = node.scope.as_ref().map(|scope| format!(" ({scope})"));
        line(
            "managed by",
            format!("{tool}: {address}{}", scope.unwrap_or_default()),
        );
    }
    if node.existed.is_empty() && !node.is_service() {
        line("exists", UNTOLD.to_owned());
    }
    for span in &node.existed {
        match (span.valid_from, span.valid_to) {
            (Some(from), Some(to)) => line("existed", format!("from {from} until {to}")),
            (None, Some(to)) => line("existed", format!("until {to}, {UNTOLD}")),
            (Some(from), None) => line("exists", format!("since {from}")),
            (None, None) => line("exists", UNTOLD.to_owned()),
        }
    }
}

impl<'a> Tree<'a> {
    fn new(map: &'a Map, way: Way, is_full: bool) -> Self {
        let mut branches: BTreeMap<&str, Vec<&MapEdge>> = BTreeMap::new();
        for edge in &map.edges {
            let start = match way {
                Way::DependsOn => &edge.from,
                Way::NeededBy => &edge.to,
            };
            branches.entry(start).or_default().push(edge);
        }
        Self {
            map,
            way,
            branches,
            shown: BTreeSet::new(),
            is_full,
        }
    }

    fn end(&self, edge: &'a MapEdge) -> &'a str {
        match self.way {
            Way::DependsOn => &edge.to,
            Way::NeededBy => &edge.from,
        }
    }

    fn has_branches(&self, id: &str, inside: &BTreeSet<&str>) -> bool {
        let edges = self.branches.get(id).into_iter().flatten();
        edges
            .into_iter()
            .any(|edge| !inside.contains(self.end(edge)))
    }

    /// Branches of a node, each with its own below it. A node that was shown is not shown again.
    fn branch(&mut self, id: &str, indent: usize, steps: u32, canvas: &mut Canvas) {
        if steps == 0 {
            return;
        }
        let mut ends: BTreeMap<&str, Vec<&MapEdge>> = BTreeMap::new();
        for edge in self.branches.get(id).into_iter().flatten() {
            ends.entry(self.end(edge)).or_default().push(edge);
        }
        ends.retain(|end, _| !self.shown.contains(end));
        let most = if self.is_full { usize::MAX } else { SHORT };
        let fresh: Vec<&str> = ends.keys().copied().collect();
        // All of one level are marked first, so that each stands as near to the focus as it is.
        self.shown.extend(&fresh);
        for (end, edges) in ends.iter().take(most) {
            if let Some(node) = self.map.node(end) {
                canvas.paragraph(indent, indent + 4, &self.line(node, edges));
                if self.is_full {
                    for edge in edges {
                        self.evidence(edge, indent + 4, canvas);
                    }
                }
                self.branch(end, indent + 2, steps - 1, canvas);
            }
        }
        if let Some(more @ 1..) = ends.len().checked_sub(most) {
            let more = format!("and {more} more; --verbose shows all");
            canvas.paragraph(indent, indent + 4, &[dim(more)]);
        }
    }

    /// `called by service checkout`.
    fn line(&self, node: &MapNode, edges: &[&MapEdge]) -> Vec<Span> {
        let words: BTreeSet<&str> = edges
            .iter()
            .map(|edge| match self.way {
                Way::DependsOn => forward(&edge.kind),
                Way::NeededBy => backward(&edge.kind),
            })
            .collect();
        let words: Vec<&str> = words.into_iter().collect();
        let mut spans = vec![plain(words.join(", ")), plain(" ")];
        spans.extend(name(node));
        let surest = edges.iter().map(|edge| edge.confidence).fold(0.0, f64::max);
        if surest < 0.5 && surest > 0.0 {
            spans.push(dim(" (uncertain)"));
        }
        if let Some(service) = node.service.as_ref().filter(|_| !node.is_service()) {
            spans.push(dim(format!(" of {service}")));
        }
        spans
    }

    fn evidence(&self, edge: &MapEdge, indent: usize, canvas: &mut Canvas) {
        let mut spans = vec![dim(&edge.source)];
        if !edge.evidence.is_empty() {
            spans.extend([dim(": "), plain(&edge.evidence)]);
        }
        spans.push(dim(format!(" ({:.2})", edge.confidence)));
        if let Some(from) = edge.holds.valid_from {
            spans.push(dim(format!(" since {from}")));
        }
        if let Some(to) = edge.holds.valid_to {
            spans.push(dim(format!(" until {to}")));
        }
        if spans.len() > 1 {
            canvas.paragraph(indent, indent + 2, &spans);
        } else {
            canvas.paragraph(indent, indent + 2, &[strong(&edge.kind)]);
        }
    }
}
