//! What the instances of a document refer to, as relations.

use std::collections::{BTreeSet, HashMap, HashSet};

use nepho_core::tables::{NodeKind, Relation, RelationKind};

use super::node::Node;
use super::{Graph, Source, Target, last_key};
use crate::address;
use crate::identity::{aliases, references};

/// Beyond so many instances of one dependency, only the one with the same key is taken:
/// `count` over thousands of both would else give millions of edges.
const MANY_INSTANCES: usize = 32;

/// How sure a reference in an environment variable is: it may be left from long ago.
const IN_VARIABLE: f64 = 0.7;

impl Graph {
    /// Relations, by resource in the order of the document.
    pub(crate) fn relations(&self, source: &Source<'_>) -> Vec<Relation> {
        let mut relations = Vec::new();
        let mut drawn = HashSet::new();
        for node in &self.nodes {
            self.references(node, source, &mut drawn, &mut relations);
            self.links(node, source, &mut drawn, &mut relations);
            self.variables(node, source, &mut drawn, &mut relations);
        }
        let indirect = self.dependencies_by_config();
        for node in &self.nodes {
            self.dependencies(node, &indirect, source, &mut drawn, &mut relations);
        }
        let permits = self.permits(&relations, source);
        relations.extend(permits);
        relations
    }

    /// Edges from a resource to what its attributes name.
    fn references(
        &self,
        node: &Node,
        source: &Source<'_>,
        drawn: &mut Drawn,
        out: &mut Vec<Relation>,
    ) {
        if !node.is_shown() {
            return;
        }
        let instance = &node.instance;
        let parent_path = node.parent.as_ref().map_or("", |parent| parent.path);
        let is_linked = |path: &str| {
            references::links(&instance.resource_type)
                .any(|link| link.from == path || link.to == path)
        };
        for reference in &references::REFERENCES {
            if reference.path == parent_path || is_linked(reference.path) {
                continue;
            }
            for value in instance.attributes.all(reference.path) {
                let mut targets = self.find(value, reference.names);
                if targets.is_empty() && reference.kind == RelationKind::Routes {
                    targets.extend(elsewhere(value));
                }
                for target in targets {
                    let from = (node.key.as_str(), instance.address.as_str());
                    draw(
                        from,
                        &target,
                        reference.kind,
                        reference.path,
                        instance.line,
                        source,
                        drawn,
                        out,
                    );
                }
            }
        }
    }

    /// Edges to what environment variables name. A host name is that of another document's resource
    /// where this one does not have it.
    fn variables(
        &self,
        node: &Node,
        source: &Source<'_>,
        drawn: &mut Drawn,
        out: &mut Vec<Relation>,
    ) {
        let instance = &node.instance;
        for variable in instance.attributes.variables() {
            let mut targets = self.find(&variable.key, "");
            if targets.is_empty() {
                targets.extend(elsewhere(&variable.key));
            }
            for mut target in targets {
                target.confidence *= IN_VARIABLE;
                let path = format!("environment variable {}", variable.name);
                let from = (node.key.as_str(), instance.address.as_str());
                draw(
                    from,
                    &target,
                    RelationKind::Uses,
                    &path,
                    instance.line,
                    source,
                    drawn,
                    out,
                );
            }
        }
    }

    /// Edges that a resource draws between others.
    fn links(&self, node: &Node, source: &Source<'_>, drawn: &mut Drawn, out: &mut Vec<Relation>) {
        let instance = &node.instance;
        let ends = |path: &str, names: &str| -> Vec<Target> {
            if path.is_empty() {
                let label = instance.address.clone();
                return vec![Target {
                    key: node.key.clone(),
                    label,
                    confidence: 1.0,
                }];
            }
            instance
                .attributes
                .all(path)
                .flat_map(|value| self.find(value, names))
                .collect()
        };
        for link in references::links(&instance.resource_type).filter(|_| !instance.is_data) {
            let targets = ends(link.to, link.names);
            for from in ends(link.from, link.names) {
                for target in &targets {
                    let path = if link.to.is_empty() {
                        link.from
                    } else {
                        link.to
                    };
                    let from = (from.key.as_str(), from.label.as_str());
                    draw(
                        from,
                        target,
                        link.kind,
                        path,
                        instance.line,
                        source,
                        drawn,
                        out,
                    );
                }
            }
        }
    }

    /// What the document says each configured resource depends on, also through others.
    fn dependencies_by_config(&self) -> HashMap<&str, BTreeSet<&str>> {
        let mut dependencies: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (config, positions) in &self.by_config {
            let nodes = positions
                .iter()
                .filter_map(|position| self.nodes.get(*position));
            let names =
                nodes.flat_map(|node| node.instance.dependencies.iter().map(String::as_str));
            dependencies.entry(config).or_default().extend(names);
        }
        dependencies
    }

    /// Edges to configured dependencies that no attribute showed. States list also what is needed
    /// only through others: those are left out.
    fn dependencies(
        &self,
        node: &Node,
        by_config: &HashMap<&str, BTreeSet<&str>>,
        source: &Source<'_>,
        drawn: &mut Drawn,
        out: &mut Vec<Relation>,
    ) {
        let instance = &node.instance;
        let own = address::without_index(&instance.address);
        for dependency in instance.dependencies.iter().filter(|_| node.is_shown()) {
            if *dependency == own || is_indirect(dependency, &instance.dependencies, by_config) {
                continue;
            }
            let mut positions = self
                .by_config
                .get(dependency)
                .map_or(&[][..], Vec::as_slice);
            if positions.len() > MANY_INSTANCES {
                let keyed = format!("{dependency}{}", last_key(&instance.address));
                positions = self.by_last_key.get(&keyed).map_or(&[][..], Vec::as_slice);
            }
            let nodes = positions
                .iter()
                .take(MANY_INSTANCES)
                .filter_map(|position| self.nodes.get(*position));
            for other in nodes.filter(|other| other.is_shown()) {
                let label = other.instance.address.clone();
                let target = Target {
                    key: other.key.clone(),
                    label,
                    confidence: 0.7,
                };
                let from = (node.key.as_str(), instance.address.as_str());
                draw(
                    from,
                    &target,
                    RelationKind::DependsOn,
                    "",
                    instance.line,
                    source,
                    drawn,
                    out,
                );
            }
        }
    }
}

/// Whether `dependency` is needed through another of `all`. Beyond a thousand nothing is left out,
/// for the sake of time.
fn is_indirect(
    dependency: &str,
    all: &[String],
    by_config: &HashMap<&str, BTreeSet<&str>>,
) -> bool {
    let needs = |name: &str, what: &str| {
        by_config
            .get(name)
            .is_some_and(|needed| needed.contains(what))
    };
    let through = |other: &String| {
        other != dependency && needs(other, dependency) && !needs(dependency, other)
    };
    all.len() <= 1000 && all.iter().any(through)
}

/// The host that a value names, which no resource of the document has: one of another document, of
/// another cloud, or outside.
fn elsewhere(value: &str) -> Option<Target> {
    let host = aliases::host_of(value)?;
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name.then(|| Target {
        key: host.clone(),
        label: host,
        confidence: 0.9,
    })
}

/// Pairs of keys between which an edge stands already.
type Drawn = HashSet<(String, String)>;

#[expect(clippy::too_many_arguments, reason = "the parts of one row")]
fn draw(
    from: (&str, &str),
    target: &Target,
    kind: RelationKind,
    path: &str,
    line: u64,
    source: &Source<'_>,
    drawn: &mut Drawn,
    out: &mut Vec<Relation>,
) {
    let (key, label) = from;
    if key == target.key || !drawn.insert((key.to_owned(), target.key.clone())) {
        return;
    }
    let evidence = match path {
        "" => format!("{label} depends on {}", target.label),
        path => format!("{label} references {} ({path})", target.label),
    };
    out.push(Relation {
        from_kind: NodeKind::Resource,
        from: key.to_owned(),
        to_kind: NodeKind::Resource,
        to: target.key.clone(),
        kind,
        source: source.tool.to_owned(),
        confidence: target.confidence,
        observations: 1,
        valid_from: None,
        valid_to: None,
        uri: source.uri.to_owned(),
        line,
        evidence,
        ..Relation::default()
    });
}
