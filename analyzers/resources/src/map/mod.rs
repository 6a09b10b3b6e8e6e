//! The map: all resources and services of one body of input, as a graph that can be looked at as of
//! a time.
//!
//! [`ResourceMap::new`] takes what the analyzers concluded. Nodes are resources, by canonical id,
//! services, by `service:NAME`, and what lies outside and is only named.

mod changes;
mod facets;
mod holders;
mod snapshot;
mod words;

use std::collections::HashMap;

use nepho_core::tables::{Change, NodeKind, Relation, Resource, Run};

use crate::describe;
use crate::graph::{EdgeVersion, Facts, NodeId, ResourceGraph};
use crate::kinds::BaseKind;
use crate::rules::Rules;
pub use snapshot::{Link, Moment, Snapshot};
use words::Words;

/// What nodes of services are called: `service:checkout`.
pub const SERVICE_PREFIX: &str = "service:";

/// What the map is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tables<'a> {
    /// Rows of resources as the tools declared them, which know addresses.
    pub declared: &'a [Resource],
    /// One row per resource, as this crate's analyzer writes them.
    pub resources: &'a [Resource],
    /// Relations as the tools declared them. Those whose ends are no canonical ids are passed over:
    /// `relations` holds them with canonical ends.
    pub declared_relations: &'a [Relation],
    /// Relations that analyzers wrote.
    pub relations: &'a [Relation],
    /// Changes, which tell when resources began and ended.
    pub changes: &'a [Change],
    /// Runs, which tell what repositories they were started from.
    pub runs: &'a [Run],
}

/// Resources and services with their edges.
#[derive(Debug, Default)]
pub struct ResourceMap {
    graph: ResourceGraph,
    /// By node.
    rows: Vec<Resource>,
    kinds: Vec<BaseKind>,
    /// One relation for each edge, as evidence.
    evidence: HashMap<(NodeId, NodeId, &'static str, String), Relation>,
    words: Words,
    /// Nodes from this number on only hold or manage others.
    holders: NodeId,
}

impl ResourceMap {
    /// Map of these tables.
    pub fn new(tables: &Tables<'_>) -> Self {
        Self::with_rules(tables, &Rules::default())
    }

    /// Map of these tables, with the owners that rules tell.
    pub fn with_rules(tables: &Tables<'_>, rules: &Rules) -> Self {
        let mut rows = tables.resources.to_vec();
        let told = rules.apply(&mut rows);
        let mut map = Self::of(
            &Tables {
                resources: &rows,
                ..*tables
            },
            &told,
        );
        map.own_services();
        map
    }

    fn of(tables: &Tables<'_>, told: &[Relation]) -> Self {
        let mut facts = Facts::with_capacity(tables.relations.len() + tables.resources.len());
        for row in tables.resources {
            facts.resource(row);
        }
        let mut words = Words::default();
        for row in tables.resources {
            if let Some(node) = facts.known_node(&row.key) {
                words.add_resource(node, row);
            }
        }
        for row in tables.declared {
            if let (Some(address), [node]) = (&row.address, words.find(&row.key)) {
                words.add_address(*node, row.tool.as_deref(), row.scope.as_deref(), address);
            }
        }
        let mut map = Self {
            words,
            ..Self::default()
        };
        let declared = tables.declared_relations.iter().map(|row| (row, true));
        let written = tables.relations.iter().chain(told).map(|row| (row, false));
        for (relation, is_declared) in declared.chain(written) {
            map.relate(&mut facts, relation, is_declared);
        }
        map.holders = NodeId(u32::try_from(facts.names().count()).unwrap_or(u32::MAX));
        let holders = holders::tell(tables, &map.words, &mut facts);
        for row in &holders {
            if let Some(node) = facts.known_node(&row.key) {
                map.words.add_aliases(node, row);
            }
        }
        changes::apply(tables.changes, &map.words, tables.resources, &mut facts);
        map.graph = facts.build();
        map.describe(tables.resources.iter().chain(&holders));
        map
    }

    /// Takes note of an edge, unless its ends are words that stand for other nodes.
    fn relate(&mut self, facts: &mut Facts, relation: &Relation, is_declared: bool) {
        let from = self.end(facts, relation.from_kind, &relation.from, is_declared);
        let to = self.end(facts, relation.to_kind, &relation.to, is_declared);
        let (Some(from), Some(to)) = (from, to) else {
            return;
        };
        facts.relation(relation, &from, &to);
        let edge = (
            facts.node(&from),
            facts.node(&to),
            relation.kind.as_str(),
            relation.source.clone(),
        );
        let held = self
            .evidence
            .entry(edge)
            .or_insert_with(|| relation.clone());
        if held.observations < relation.observations {
            *held = relation.clone();
        }
    }

    /// Name of the node at an end of a relation.
    fn end(&self, facts: &Facts, kind: NodeKind, word: &str, is_declared: bool) -> Option<String> {
        if kind == NodeKind::Service {
            return Some(format!("{SERVICE_PREFIX}{word}"));
        }
        if facts.known_node(word).is_some() {
            return Some(word.to_owned());
        }
        match self.words.find(word) {
            [] => Some(word.to_owned()),
            [node] if !is_declared => Some(facts.name(*node).to_owned()),
            _ => None,
        }
    }

    /// Fills in rows and kinds for all nodes.
    fn describe<'a>(&mut self, resources: impl Iterator<Item = &'a Resource>) {
        self.rows = self
            .graph
            .nodes()
            .map(
                |node| match self.graph.key(node).strip_prefix(SERVICE_PREFIX) {
                    Some(service) => Resource {
                        key: self.graph.key(node).to_owned(),
                        name: Some(service.to_owned()),
                        service: Some(service.to_owned()),
                        ..Resource::default()
                    },
                    None => describe::describe(self.graph.key(node)),
                },
            )
            .collect();
        for row in resources {
            let node = self.graph.node(&row.key);
            if let Some(place) = node.and_then(|node| self.rows.get_mut(node.0 as usize)) {
                *place = row.clone();
            }
        }
        self.kinds = self.rows.iter().map(kind_of).collect();
    }

    /// Team and environment of services are those of what they run on, where these agree.
    fn own_services(&mut self) {
        for node in self.graph.nodes() {
            let Some(row) = self.rows.get(node.0 as usize) else {
                continue;
            };
            if !row.key.starts_with(SERVICE_PREFIX) {
                continue;
            }
            let hosts = self.graph.needs(node).iter().filter_map(|edge| {
                let host = self.rows.get(edge.to.0 as usize)?;
                (host.service == row.service).then_some(host)
            });
            let (mut teams, mut environments) = (Vec::new(), Vec::new());
            for host in hosts {
                teams.extend(host.team.clone());
                environments.extend(host.environment.clone());
            }
            let (team, environment) = (only(teams), only(environments));
            if let Some(row) = self.rows.get_mut(node.0 as usize) {
                (row.team, row.environment) = (team, environment);
            }
        }
    }

    /// The graph below the map.
    pub fn graph(&self) -> &ResourceGraph {
        &self.graph
    }

    /// What is known of a node.
    pub fn row(&self, node: NodeId) -> Option<&Resource> {
        self.rows.get(node.0 as usize)
    }

    /// What a node is.
    pub fn kind(&self, node: NodeId) -> BaseKind {
        let kind = self.kinds.get(node.0 as usize);
        kind.copied().unwrap_or(BaseKind::Other)
    }

    /// One relation that an edge version was told by.
    pub fn evidence(&self, version: &EdgeVersion) -> Option<&Relation> {
        let source = self.graph.source(version).to_owned();
        let edge = (version.from, version.to, version.kind().as_str(), source);
        self.evidence.get(&edge)
    }

    /// Nodes that a word may stand for: a canonical id, an alias, a name, an address of a tool, or
    /// the end of an id. Several for a word that is used again.
    pub fn find(&self, word: &str) -> Vec<NodeId> {
        if let Some(node) = self.graph.node(word) {
            return vec![node];
        }
        match self.words.find(word) {
            [] => self.words.find_end(word),
            found => found.to_vec(),
        }
    }

    /// The node of a service.
    pub fn service(&self, name: &str) -> Option<NodeId> {
        let exact = self.graph.node(&format!("{SERVICE_PREFIX}{name}"));
        exact.or_else(|| {
            let is_it = |node: &NodeId| {
                let key = self.graph.key(*node).strip_prefix(SERVICE_PREFIX);
                key.is_some_and(|key| key.eq_ignore_ascii_case(name))
            };
            self.graph.nodes().find(is_it)
        })
    }

    /// Words for resources that are like `word`, the nearest first, at most so many.
    pub fn near_misses(&self, word: &str, most: usize) -> Vec<String> {
        self.words.near(word, most)
    }

    /// Names of all services, sorted.
    pub fn services(&self) -> Vec<&str> {
        let nodes = self.graph.nodes();
        let mut names: Vec<&str> = nodes
            .filter_map(|node| self.graph.key(node).strip_prefix(SERVICE_PREFIX))
            .collect();
        names.sort_unstable();
        names
    }
}

/// The one word that all say.
fn only(mut words: Vec<String>) -> Option<String> {
    words.sort_unstable();
    words.dedup();
    match words.len() {
        1 => words.pop(),
        _ => None,
    }
}

fn kind_of(row: &Resource) -> BaseKind {
    if row.key.starts_with(SERVICE_PREFIX) {
        return BaseKind::LogicalService;
    }
    match BaseKind::of(&row.resource_type) {
        BaseKind::Other if row.tool.is_none() && row.resource_type.is_empty() => BaseKind::External,
        kind => kind,
    }
}

#[cfg(test)]
mod holders_tests;
#[cfg(test)]
mod tests;
