//! Writes the calls as relations and as the service map.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::analyzer::Output;
use nepho_core::findings::{
    Details, Finding, FindingKind, MapEdge, MapNode, MapStatus, ServiceMap, Urgency,
};
use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind};

use crate::Services;
use crate::directory::{Directory, End};
use crate::edges::{Edges, Source, combined};
use crate::hosts;

/// A service counts as degraded from one failure in this many rows.
const DEGRADED_ONE_IN: u64 = 100;

/// Adds the relations and the finding to `out`.
pub(crate) fn write(
    from: &Services,
    directory: &Directory,
    edges: &Edges,
    overlooked: u64,
    out: &mut Output,
) {
    relations(directory, edges, out);
    let labels = labels(directory, edges);
    let mut nodes = nodes(from, directory, edges, &labels);
    nodes.retain(|node| node.status != MapStatus::Silent || !is_machine(&node.service));
    if nodes.is_empty() {
        return;
    }
    let mut map_edges = Vec::with_capacity(edges.edges.len());
    for ((caller, callee), witnesses) in &edges.edges {
        if is_machine(label(directory, &labels, *callee)) {
            continue;
        }
        map_edges.push(MapEdge {
            from: directory.services.name(*caller).to_owned(),
            to: label(directory, &labels, *callee).to_owned(),
            sources: witnesses
                .keys()
                .map(|source| source.name().to_owned())
                .collect(),
            count: witnesses
                .values()
                .fold(0, |sum, witness| sum.saturating_add(witness.count)),
            confidence: combined(witnesses),
            evidence: witnesses
                .values()
                .map(|witness| witness.evidence.clone())
                .collect(),
        });
    }
    map_edges.sort_by(|one, other| (&one.from, &one.to).cmp(&(&other.from, &other.to)));
    out.findings.push(finding(
        from,
        edges,
        overlooked,
        ServiceMap {
            nodes,
            edges: map_edges,
        },
    ));
}

/// Whether a name is the id of a network interface or an instance: a machine that no service is
/// known to run on. It stays in the relations; on a map of services it says nothing.
fn is_machine(name: &str) -> bool {
    let id = name
        .strip_prefix("eni-")
        .or_else(|| name.strip_prefix("i-"));
    id.is_some_and(|id| id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn relations(directory: &Directory, edges: &Edges, out: &mut Output) {
    for ((caller, callee), witnesses) in &edges.edges {
        let (to_kind, to) = match callee {
            End::Service(number) => (NodeKind::Service, directory.services.name(*number)),
            End::Resource(number) => match directory.resources.get(*number as usize) {
                Some(resource) => (NodeKind::Resource, resource.key.as_str()),
                None => continue,
            },
        };
        for (source, witness) in witnesses {
            out.relations.push(Relation {
                from_kind: NodeKind::Service,
                from: directory.services.name(*caller).to_owned(),
                to_kind,
                to: to.to_owned(),
                kind: RelationKind::Calls,
                source: source.name().to_owned(),
                confidence: witness.confidence,
                observations: witness.count,
                // When a call was first seen is not when it was first made.
                valid_from: None,
                valid_to: None,
                uri: witness.evidence.uri.clone(),
                line: witness.evidence.line,
                evidence: witness.evidence.text.clone(),
                ..Relation::default()
            });
        }
    }
}

/// Names of called resources on the map: their own name, or the key where another node has that
/// name.
fn labels(directory: &Directory, edges: &Edges) -> HashMap<u32, String> {
    let mut taken: BTreeSet<&str> = directory.services.iter().map(|(_, name)| name).collect();
    let called: BTreeSet<u32> = edges
        .edges
        .keys()
        .filter_map(|(_, callee)| match callee {
            End::Resource(number) => Some(*number),
            End::Service(_) => None,
        })
        .collect();
    let mut labels = HashMap::new();
    for number in called {
        let Some(resource) = directory.resources.get(number as usize) else {
            continue;
        };
        let name = resource
            .name
            .as_deref()
            .unwrap_or_else(|| key::short_name(&resource.key));
        let label = if taken.insert(name) {
            name
        } else {
            resource.key.as_str()
        };
        labels.insert(number, label.to_owned());
    }
    labels
}

fn label<'a>(directory: &'a Directory, labels: &'a HashMap<u32, String>, end: End) -> &'a str {
    match end {
        End::Service(number) => directory.services.name(number),
        End::Resource(number) => labels.get(&number).map(String::as_str).unwrap_or_default(),
    }
}

fn nodes(
    from: &Services,
    directory: &Directory,
    edges: &Edges,
    labels: &HashMap<u32, String>,
) -> Vec<MapNode> {
    let mut nodes: BTreeMap<String, MapNode> = BTreeMap::new();
    let clouds = clouds(directory);
    let mut ends: BTreeSet<End> = from
        .nodes
        .names
        .iter()
        .map(|(number, _)| End::Service(number))
        .collect();
    for (caller, callee) in edges.edges.keys() {
        ends.extend([End::Service(*caller), *callee]);
    }
    for end in ends {
        let name = label(directory, labels, end).to_owned();
        let counts = match end {
            End::Service(number) => from.nodes.counts.get(number as usize),
            End::Resource(_) => None,
        };
        let (rows, errors) = counts.map_or((0, 0), |counts| (counts.rows, counts.errors));
        let provider = match end {
            End::Service(number) => {
                let cloud = from
                    .nodes
                    .provider(number)
                    .or_else(|| clouds.get(&number).copied());
                cloud
                    .or_else(|| hosts::provider_of(&name))
                    .map(str::to_owned)
            }
            End::Resource(number) => directory
                .resources
                .get(number as usize)
                .and_then(|one| one.provider.clone()),
        };
        let status = if rows == 0 {
            MapStatus::Silent
        } else if errors > 0 && errors.saturating_mul(DEGRADED_ONE_IN) >= rows {
            MapStatus::Degraded
        } else {
            MapStatus::Healthy
        };
        nodes.insert(
            name.clone(),
            MapNode {
                service: name,
                provider,
                rows,
                errors,
                status,
            },
        );
    }
    nodes.into_values().collect()
}

/// The cloud of most resources of each service.
fn clouds(directory: &Directory) -> HashMap<u32, &str> {
    let mut counts: BTreeMap<(u32, &str), u64> = BTreeMap::new();
    for resource in &directory.resources {
        for (service, _) in &resource.services {
            if let Some(provider) = &resource.provider {
                *counts.entry((*service, provider)).or_default() += 1;
            }
        }
    }
    let mut best: HashMap<u32, (u64, &str)> = HashMap::new();
    for ((service, provider), count) in counts {
        let held = best.entry(service).or_insert((count, provider));
        if count > held.0 {
            *held = (count, provider);
        }
    }
    best.into_iter()
        .map(|(service, (_, provider))| (service, provider))
        .collect()
}

fn finding(from: &Services, edges: &Edges, overlooked: u64, map: ServiceMap) -> Finding {
    let spoken = map
        .nodes
        .iter()
        .filter(|node| node.status != MapStatus::Silent)
        .count();
    let mut per_source: BTreeMap<Source, usize> = BTreeMap::new();
    for source in edges.edges.values().flat_map(BTreeMap::keys) {
        *per_source.entry(*source).or_default() += 1;
    }
    let told: Vec<String> = per_source
        .iter()
        .map(|(source, count)| format!("{count} by {}", source.name()))
        .collect();
    let mut explanation = format!(
        "{spoken} services with logs, {} named by others only. Calls told of: {}.",
        map.nodes.len() - spoken,
        if told.is_empty() {
            "none".to_owned()
        } else {
            told.join(", ")
        }
    );
    if from.traces.one_in() > 1 {
        explanation.push_str(&format!(
            " One in {} traces was looked at.",
            from.traces.one_in()
        ));
    }
    let lost = overlooked.saturating_add(from.forgotten());
    if lost > 0 {
        explanation.push_str(&format!(
            " {lost} observations of rare peers or services were beyond what is kept in memory."
        ));
    }
    let confidence = if map.edges.is_empty() {
        1.0
    } else {
        #[expect(clippy::cast_precision_loss, reason = "a mean")]
        let count = map.edges.len() as f64;
        map.edges.iter().map(|edge| edge.confidence).sum::<f64>() / count
    };
    let has_rows = from.nodes.first <= from.nodes.last;
    Finding {
        id: "service-map".to_owned(),
        kind: FindingKind::ServiceMap,
        urgency: Urgency::Info,
        start: has_rows.then_some(from.nodes.first),
        end: has_rows.then_some(from.nodes.last),
        services: map.nodes.iter().map(|node| node.service.clone()).collect(),
        resources: Vec::new(),
        title: format!(
            "{} services, {} calls between them",
            map.nodes.len(),
            map.edges.len()
        ),
        explanation,
        confidence,
        change: None,
        evidence: Vec::new(),
        details: Details::ServiceMap(map),
    }
}
