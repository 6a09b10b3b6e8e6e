//! The map of the engine, in the words of the report.

use nepho::resources::graph::{Interval, NodeId};
use nepho::resources::map::{Link, Moment, ResourceMap, Snapshot};
use nepho_core::{Timestamp, key};
use nepho_report::{MAP_SCHEMA, Map, MapEdge, MapNode, MapSpan, MapTotals};

/// What is shown around, and how far.
pub(crate) struct Focus {
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) hops: u32,
}

/// The map as of a moment, or the part of it around a focus.
pub(crate) fn map(
    resources: &ResourceMap,
    moment: Moment,
    facets: bool,
    focus: Option<&Focus>,
) -> Map {
    let all = resources.whole_snapshot(&moment, !facets);
    let whole = all.clone().without_holders(resources);
    let is_service = |node: &&NodeId| resources.kind(**node).as_str() == "service";
    let services = whole.nodes.keys().filter(is_service).count() as u64;
    let totals = MapTotals {
        resources: whole.nodes.len() as u64 - services,
        services,
        edges: whole.links.len() as u64,
    };
    let part = match focus {
        Some(focus) => all.around(&focus.nodes, focus.hops),
        None => whole,
    };
    let mut focused: Vec<String> = focus
        .iter()
        .flat_map(|focus| &focus.nodes)
        .filter(|node| part.nodes.contains_key(node))
        .map(|node| resources.graph().key(*node).to_owned())
        .collect();
    focused.sort_unstable();
    Map {
        schema: MAP_SCHEMA.to_owned(),
        generated_by: format!("nepho {}", env!("CARGO_PKG_VERSION")),
        at: moment.at,
        known: moment.known,
        facets,
        focus: focused,
        hops: focus.map(|focus| focus.hops),
        totals,
        nodes: nodes(resources, &part),
        edges: edges(resources, &part),
    }
}

fn nodes(resources: &ResourceMap, part: &Snapshot<'_>) -> Vec<MapNode> {
    let mut nodes: Vec<MapNode> = part
        .nodes
        .iter()
        .filter_map(|(node, distance)| {
            let row = resources.row(*node)?.clone();
            let lives = resources.graph().lifetimes(*node);
            Some(MapNode {
                kind: resources.kind(*node).as_str().to_owned(),
                label: label(row.name.as_deref(), row.address.as_deref(), &row.key),
                id: row.key,
                resource_type: row.resource_type,
                provider: row.provider,
                account: row.account,
                region: row.region,
                zone: row.zone,
                service: row.service,
                team: row.team,
                environment: row.environment,
                tool: row.tool,
                scope: row.scope,
                address: row.address,
                parent: row.parent,
                aliases: row.aliases,
                existed: lives.iter().map(span).collect(),
                distance: *distance,
            })
        })
        .collect();
    nodes.sort_by(|one, other| one.id.cmp(&other.id));
    nodes
}

/// What a person would call it: its name, else its address in the tool, else the end of its id.
fn label(name: Option<&str>, address: Option<&str>, id: &str) -> String {
    let short = key::short_name(id);
    let name = name.filter(|name| !name.is_empty()).or(address);
    name.unwrap_or(short).to_owned()
}

fn edges(resources: &ResourceMap, part: &Snapshot<'_>) -> Vec<MapEdge> {
    let mut edges: Vec<MapEdge> = part
        .links
        .iter()
        .map(|link| edge(resources, link))
        .collect();
    edges.sort_by(|one, other| {
        (&one.from, &one.to, &one.kind).cmp(&(&other.from, &other.to, &other.kind))
    });
    edges
}

fn edge(resources: &ResourceMap, link: &Link<'_>) -> MapEdge {
    let graph = resources.graph();
    let evidence = resources.evidence(link.version);
    // What the row of a resource says is the evidence of its account and its state.
    let held = resources.row(link.version.from);
    let held = held.filter(|_| link.version.is_holding());
    let (uri, line) = match (evidence, held) {
        (Some(row), _) => (row.uri.clone(), row.line),
        (None, Some(row)) => (row.uri.clone(), row.line),
        _ => (String::new(), 0),
    };
    let told = held.and_then(|row| row.address.clone());
    MapEdge {
        from: graph.key(link.from).to_owned(),
        to: graph.key(link.to).to_owned(),
        kind: link.version.kind().as_str().to_owned(),
        source: graph.source(link.version).to_owned(),
        confidence: (f64::from(link.version.confidence) * 100.0).round() / 100.0,
        holds: span(&link.version.interval),
        observations: evidence.map_or(u64::from(held.is_some()), |row| row.observations),
        evidence: evidence.map_or(told.unwrap_or_default(), |row| row.evidence.clone()),
        uri,
        line,
    }
}

fn span(interval: &Interval) -> MapSpan {
    let known =
        |time: Timestamp| (time != Timestamp::MIN && time != Timestamp::MAX).then_some(time);
    MapSpan {
        valid_from: known(interval.from),
        valid_to: known(interval.to),
        seen_from: known(interval.seen_from),
        seen_to: known(interval.seen_to),
    }
}
