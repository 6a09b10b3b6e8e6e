//! Relations that a state tells: what a resource depends on, what it names by an id or in a
//! variable, and the cloud resource that it is grouped under.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_iac_common::edges::{self, Edge, Named, Naming};
use nepho_iac_common::variables::CONFIDENCE;

use super::stacks::Stacks;
use super::wire::Managed;
use crate::identity::Known;
use crate::urn::Urn;

/// What of a state the relations of one resource need.
pub(super) struct Around<'r> {
    /// Keys by URN; groups have none and are left out.
    pub(super) keys: &'r BTreeMap<String, String>,
    /// Resources by their ids.
    pub(super) known: &'r Known,
    /// Outputs of other stacks.
    pub(super) stacks: Stacks<'r>,
    /// Resources by their hosts and other words.
    pub(super) words: Words,
}

/// Keys by the aliases of resources; `None` for what several are called.
pub(super) struct Words(BTreeMap<String, Option<String>>);

impl Words {
    /// The words for these resources, if any of them has variables.
    pub(super) fn of(resources: &[Managed<'_>]) -> Self {
        let mut words: BTreeMap<String, Option<String>> = BTreeMap::new();
        let exist = || resources.iter().filter(|managed| managed.exists());
        if exist().all(|managed| managed.properties.variables().is_empty()) {
            return Self(words);
        }
        for resource in exist().filter_map(|managed| managed.described().resource("", 0)) {
            for alias in resource.aliases {
                let key = words
                    .entry(alias)
                    .or_insert_with(|| Some(resource.key.clone()));
                if key.as_ref() != Some(&resource.key) {
                    *key = None;
                }
            }
        }
        Self(words)
    }

    fn find(&self, word: &str) -> Option<&str> {
        self.0.get(word)?.as_deref()
    }
}

/// A resource that another names, and what shows it.
struct Found<'a> {
    path: String,
    is_whole: bool,
    key: &'a str,
    resource_type: &'a str,
    confidence: f64,
    evidence: String,
}

/// Adds the relations of one resource.
pub(super) fn relate(
    managed: &Managed<'_>,
    resource: &Resource,
    around: &Around<'_>,
    out: &mut FeedOutput,
) {
    let reasons = reasons(managed);
    let group = managed.group.as_deref();
    let group = group.filter(|group| !reasons.contains_key(group));
    let mut found = dependencies(&reasons, around);
    elsewhere(managed, around, &mut found);
    draw(managed, resource, &found, out);
    variables(managed, resource, around, &found, out);
    // A parent in Pulumi is a matter of taste; a cloud resource as parent mostly holds its
    // children.
    if let Some(key) = group.and_then(|group| around.keys.get(group)) {
        let ends = (resource.key.as_str(), key.as_str());
        let evidence = "parent of the state".to_owned();
        let kind = RelationKind::Contains;
        out.relations
            .extend(relation(resource, ends, kind, 0.5, evidence));
    }
}

/// URNs of what a resource depends on, with the properties by which it does.
fn reasons<'m>(managed: &'m Managed<'_>) -> BTreeMap<&'m str, BTreeSet<&'m str>> {
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for urn in &managed.dependencies {
        reasons.entry(urn).or_default();
    }
    for (property, urns) in &managed.property_dependencies {
        for urn in urns.iter().flatten() {
            reasons.entry(urn).or_default().insert(property);
        }
    }
    if let Some(with) = &managed.deleted_with {
        reasons.entry(with).or_default().insert("deletedWith");
    }
    reasons
}

/// What the state says that a resource depends on. Of a property its name alone is known, not what
/// of it depends.
fn dependencies<'a>(
    reasons: &BTreeMap<&'a str, BTreeSet<&str>>,
    around: &'a Around<'_>,
) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for (urn, properties) in reasons {
        let Some(key) = around.keys.get(*urn) else {
            continue;
        };
        let names: Vec<&str> = properties.iter().copied().collect();
        let evidence = match names.as_slice() {
            [] => "dependencies of the state".to_owned(),
            names => format!("property `{}`", names.join("`, `")),
        };
        let none = names.is_empty().then_some("");
        for path in names.into_iter().chain(none) {
            found.push(Found {
                path: path.to_owned(),
                is_whole: false,
                key,
                resource_type: Urn::parse(urn).map_or("", |urn| urn.kind),
                confidence: 1.0,
                evidence: evidence.clone(),
            });
        }
    }
    found
}

/// Adds what a resource names that the state does not say it depends on: what another stack made is
/// known by its id alone.
fn elsewhere<'a>(managed: &'a Managed<'_>, around: &'a Around<'_>, found: &mut Vec<Found<'a>>) {
    let mut named: BTreeSet<&str> = found.iter().map(|found| found.key).collect();
    let mut add = |path: &str, key: &'a str, evidence: String| {
        let key = around.known.find(key).unwrap_or(key);
        if named.insert(key) {
            found.push(Found {
                path: path.to_owned(),
                is_whole: true,
                key,
                resource_type: "",
                confidence: 0.9,
                evidence,
            });
        }
    };
    for taken in around.stacks.taken(managed) {
        let (output, stack) = (taken.output, taken.stack);
        let evidence = format!("property `{}`, output `{output}` of `{stack}`", taken.path);
        add(&taken.path, taken.key, evidence);
    }
    for (path, key) in managed.properties.references() {
        if edges::refers(&managed.kind, path) {
            let property = path.split('.').next().unwrap_or_default();
            add(path, key, format!("property `{property}`"));
        }
    }
}

/// Adds what the references of a resource mean.
fn draw(managed: &Managed<'_>, resource: &Resource, found: &[Found<'_>], out: &mut FeedOutput) {
    let named: Vec<Named<'_>> = found
        .iter()
        .map(|found| Named {
            path: &found.path,
            is_whole: found.is_whole,
            key: found.key,
            resource_type: found.resource_type,
        })
        .collect();
    let naming = Naming {
        key: &resource.key,
        resource_type: &managed.kind,
        parent: managed.described().parent_property(),
        parent_key: resource.parent.as_deref(),
    };
    // Of several properties that name one resource, one may tell more than that it is needed.
    let mut best: BTreeMap<(String, String), Edge> = BTreeMap::new();
    for edge in edges::edges(&naming, &named) {
        let ends = (edge.from.clone(), edge.to.clone());
        let known = best.entry(ends).or_insert_with(|| edge.clone());
        if known.kind == RelationKind::DependsOn {
            *known = edge;
        }
    }
    let mut drawn: Vec<Edge> = best.into_values().collect();
    drawn.sort_by_key(|edge| edge.place);
    for edge in drawn {
        let Some(found) = found.get(edge.place) else {
            continue;
        };
        let ends = (edge.from.as_str(), edge.to.as_str());
        let (confidence, evidence) = (found.confidence, found.evidence.clone());
        out.relations
            .extend(relation(resource, ends, edge.kind, confidence, evidence));
    }
}

/// Adds what environment variables and settings name, besides what is told already.
fn variables(
    managed: &Managed<'_>,
    resource: &Resource,
    around: &Around<'_>,
    found: &[Found<'_>],
    out: &mut FeedOutput,
) {
    let mut named: BTreeSet<&str> = found.iter().map(|found| found.key).collect();
    for variable in managed.properties.variables() {
        let key = around.known.find(&variable.key);
        let key = key.or_else(|| around.words.find(&variable.key));
        let elsewhere = Some(variable.key.as_str()).filter(|_| !variable.is_own);
        let Some(key) = key.or(elsewhere).filter(|key| named.insert(key)) else {
            continue;
        };
        let ends = (resource.key.as_str(), key);
        let evidence = format!("environment variable `{}`", variable.name);
        let kind = RelationKind::Uses;
        out.relations
            .extend(relation(resource, ends, kind, CONFIDENCE, evidence));
    }
}

fn relation(
    resource: &Resource,
    (from, to): (&str, &str),
    kind: RelationKind,
    confidence: f64,
    evidence: String,
) -> Option<Relation> {
    (from != to).then(|| Relation {
        from_kind: NodeKind::Resource,
        from: from.to_owned(),
        to_kind: NodeKind::Resource,
        to: to.to_owned(),
        kind,
        source: "pulumi".to_owned(),
        confidence,
        observations: 1,
        valid_from: resource.valid_from,
        valid_to: None,
        uri: resource.uri.clone(),
        line: resource.line,
        evidence,
        ..Relation::default()
    })
}
