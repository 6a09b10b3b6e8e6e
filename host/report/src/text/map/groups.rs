//! The whole map as a list: by cloud, account and region, in it by network, in it by service.

use std::collections::{BTreeMap, BTreeSet};

use super::super::canvas::{Align, Canvas, Span, dim, plain, strong};
use crate::map::says::{backward, forward};
use crate::map::{Map, MapNode};
use crate::words;

/// Resources of one kind and service that are shown by name; of more, the first few.
const SHORT: usize = 6;
/// Names that a line lists.
const NAMES: usize = 4;
/// Subnets in networks in networks: deeper nesting than this is a loop in the input.
const DEEPEST: usize = 6;

/// The map with what every line needs.
struct Groups<'a> {
    map: &'a Map,
    depends_on: BTreeMap<&'a str, BTreeSet<&'a str>>,
    needed_by: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// What edges say that are no need, by node and words.
    others: BTreeMap<(&'a str, &'static str), BTreeSet<&'a str>>,
    /// Network that a resource lies in.
    networks: BTreeMap<&'a str, &'a str>,
    /// How many nodes have a label.
    labels: BTreeMap<&'a str, usize>,
    is_full: bool,
}

pub(super) fn write(map: &Map, is_full: bool, canvas: &mut Canvas) {
    let groups = Groups::new(map, is_full);
    let mut places: BTreeMap<(bool, String), Vec<&MapNode>> = BTreeMap::new();
    for node in map.nodes.iter().filter(|node| !node.is_service()) {
        let place = node.place();
        places
            .entry((place.is_empty(), place))
            .or_default()
            .push(node);
    }
    for ((is_nowhere, place), nodes) in &places {
        let title = if *is_nowhere { "Elsewhere" } else { place };
        let count = words::count(nodes.len() as u64, "resource", "resources");
        canvas.heading(title, &count);
        groups.place(nodes, canvas);
    }
    groups.services(canvas);
}

impl<'a> Groups<'a> {
    fn new(map: &'a Map, is_full: bool) -> Self {
        let mut groups = Self {
            map,
            depends_on: BTreeMap::new(),
            needed_by: BTreeMap::new(),
            others: BTreeMap::new(),
            networks: BTreeMap::new(),
            labels: BTreeMap::new(),
            is_full,
        };
        for node in &map.nodes {
            *groups.labels.entry(&node.label).or_default() += 1;
        }
        let mut within: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for edge in &map.edges {
            let (from, to) = (edge.from.as_str(), edge.to.as_str());
            // Who may reach or use another does not need it.
            if matches!(edge.kind.as_str(), "permits_net" | "permits_iam" | "peers") {
                let said = [
                    (from, forward(&edge.kind), to),
                    (to, backward(&edge.kind), from),
                ];
                for (node, words, other) in said {
                    groups
                        .others
                        .entry((node, words))
                        .or_default()
                        .insert(other);
                }
                continue;
            }
            groups.depends_on.entry(from).or_default().insert(to);
            groups.needed_by.entry(to).or_default().insert(from);
            if edge.kind == "contains" {
                within.entry(from).or_default().insert(to);
            }
        }
        for node in &map.nodes {
            if let Some(network) = network_of(map, &within, &node.id, DEEPEST) {
                groups.networks.insert(&node.id, network);
            }
        }
        groups
    }

    /// Resources of one account and region: those in networks, then the others.
    fn place(&self, nodes: &[&'a MapNode], canvas: &mut Canvas) {
        let mut networks: BTreeMap<Option<&str>, Vec<&MapNode>> = BTreeMap::new();
        for node in nodes {
            let network = self.networks.get(node.id.as_str()).copied();
            // A network stands as the title of what lies in it.
            if node.kind != "network" || network.is_some() {
                networks.entry(network).or_default().push(node);
            } else {
                networks.entry(Some(&node.id)).or_default();
            }
        }
        let outside = networks.remove(&None);
        let has_networks = !networks.is_empty();
        for (network, nodes) in &networks {
            let network = network.unwrap_or_default();
            let label = self.map.node(network).map_or(network, |node| &node.label);
            let title = [dim("network"), plain(" "), strong(label)];
            canvas.paragraph(2, 4, &title);
            self.owners(nodes, 4, canvas);
        }
        if let Some(nodes) = outside {
            if has_networks {
                canvas.paragraph(2, 4, &[dim("in no network")]);
            }
            self.owners(&nodes, if has_networks { 4 } else { 2 }, canvas);
        }
    }

    /// Resources by service.
    fn owners(&self, nodes: &[&'a MapNode], indent: usize, canvas: &mut Canvas) {
        let mut services: BTreeMap<Option<&str>, Vec<&MapNode>> = BTreeMap::new();
        for node in nodes {
            services
                .entry(node.service.as_deref())
                .or_default()
                .push(node);
        }
        let unowned = services.remove(&None);
        let has_owners = !services.is_empty();
        for (service, nodes) in &services {
            let mut title = vec![
                dim("service"),
                plain(" "),
                strong(service.unwrap_or_default()),
            ];
            let teams: BTreeSet<&str> = nodes
                .iter()
                .filter_map(|node| node.team.as_deref())
                .collect();
            if !teams.is_empty() {
                let teams: Vec<&str> = teams.into_iter().collect();
                title.push(dim(format!(" (team {})", teams.join(", "))));
            }
            canvas.paragraph(indent, indent + 2, &title);
            self.kinds(nodes, indent + 2, canvas);
        }
        if let Some(nodes) = unowned {
            if has_owners {
                canvas.paragraph(indent, indent + 2, &[dim("of no known service")]);
            }
            self.kinds(&nodes, indent + if has_owners { 2 } else { 0 }, canvas);
        }
    }

    /// Resources by kind, each on a line, with what it needs and what needs it below.
    fn kinds(&self, nodes: &[&'a MapNode], indent: usize, canvas: &mut Canvas) {
        let mut kinds: BTreeMap<&str, Vec<&MapNode>> = BTreeMap::new();
        for node in nodes {
            kinds.entry(&node.kind).or_default().push(node);
        }
        for (_, mut nodes) in kinds {
            nodes.sort_by(|one, other| (&one.label, &one.id).cmp(&(&other.label, &other.id)));
            let most = if self.is_full { usize::MAX } else { SHORT };
            for node in nodes.iter().take(most) {
                canvas.paragraph(indent, indent + 4, &super::name(node));
                let edges = self.edges(node);
                if !edges.is_empty() {
                    canvas.paragraph(indent + 2, indent + 4, &[dim(edges)]);
                }
            }
            if let (Some(more @ 1..), Some(node)) = (nodes.len().checked_sub(most), nodes.first()) {
                let more = format!(
                    "and {} more of kind {}; --verbose shows all",
                    words::number(more as u64),
                    node.title()
                );
                canvas.paragraph(indent, indent + 4, &[dim(more)]);
            }
        }
    }

    /// `depends on a, b; needed by c`, without what the place on the page tells.
    fn edges(&self, node: &MapNode) -> String {
        let id = node.id.as_str();
        let network = self.networks.get(id).copied();
        let owner = node
            .service
            .as_ref()
            .map(|service| format!("service:{service}"));
        let depends_on = self.names(self.depends_on.get(id), network);
        let needed_by = self.names(self.needed_by.get(id), owner.as_deref());
        let mut parts = vec![("depends on", depends_on), ("needed by", needed_by)];
        let others = self.others.range((id, "")..);
        let others = others.take_while(|((node, _), _)| *node == id);
        parts.extend(others.map(|((_, words), ids)| (*words, self.names(Some(ids), None))));
        let told: Vec<String> = parts
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let most = if self.is_full { usize::MAX } else { NAMES };
                format!("{word} {}", words::list(&names, most))
            })
            .collect();
        told.join("; ")
    }

    /// Names of nodes, each with what it is where several have the same.
    fn names(&self, ids: Option<&BTreeSet<&'a str>>, except: Option<&str>) -> BTreeSet<String> {
        let ids = ids.into_iter().flatten().copied();
        ids.filter(|id| Some(*id) != except)
            .filter_map(|id| self.map.node(id))
            .map(|node| match self.labels.get(node.label.as_str()) {
                Some(2..) => format!("{} {}", node.title(), node.label),
                _ => node.label.clone(),
            })
            .collect()
    }

    fn services(&self, canvas: &mut Canvas) {
        let services: Vec<&MapNode> = self
            .map
            .nodes
            .iter()
            .filter(|node| node.is_service())
            .collect();
        if services.is_empty() {
            return;
        }
        let count = words::count(services.len() as u64, "service", "services");
        canvas.heading("Services", &count);
        let rows: Vec<Vec<Span>> = services
            .iter()
            .map(|node| vec![strong(&node.label), plain(self.edges(node))])
            .collect();
        canvas.table(2, &[Align::Left, Align::Left], &rows);
    }
}

/// The network that a node lies in, through subnets and the like.
fn network_of<'a>(
    map: &'a Map,
    within: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    id: &str,
    deepest: usize,
) -> Option<&'a str> {
    let outer = within.get(id)?;
    let is_network = |id: &&&str| map.node(id).is_some_and(|node| node.kind == "network");
    outer.iter().find(is_network).copied().or_else(|| {
        let deeper = deepest.checked_sub(1)?;
        let mut found = outer
            .iter()
            .filter_map(|id| network_of(map, within, id, deeper));
        found.next()
    })
}
