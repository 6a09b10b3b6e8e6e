//! Relations that a state tells: what a resource depends on, and the cloud resource that it is
//! grouped under.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};
use nepho_iac_common::edges::{Edge, Named, Naming, edges};

use super::wire::Managed;
use crate::urn::Urn;

/// Adds the relations of one resource. `keys` are the keys by URN; groups have none and are left
/// out.
pub(super) fn relate(
    managed: &Managed<'_>,
    resource: &Resource,
    keys: &BTreeMap<String, String>,
    out: &mut FeedOutput,
) {
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
        let reasons = reasons.entry(with).or_default();
        reasons.insert("deletedWith");
    }
    let is_group_a_dependency = managed
        .group
        .as_deref()
        .is_some_and(|group| reasons.contains_key(group));
    let before = out.relations.len();
    draw(managed, resource, keys, reasons, out);
    // What another stack made is known by its ARN alone.
    for (property, arn) in managed.properties.references() {
        let mut drawn = out.relations.iter().skip(before);
        if !drawn.any(|drawn| drawn.to == arn || drawn.from == arn) {
            let evidence = format!("property `{property}`");
            let kind = RelationKind::DependsOn;
            let ends = (resource.key.as_str(), arn.as_str());
            out.relations
                .extend(relation(resource, ends, kind, 0.9, evidence));
        }
    }
    if let (Some(group), false) = (&managed.group, is_group_a_dependency) {
        // A parent in Pulumi is a matter of taste; a cloud resource as parent mostly holds its
        // children.
        let evidence = "parent of the state".to_owned();
        let ends = keys
            .get(group)
            .map(|group| (resource.key.as_str(), group.as_str()));
        let kind = RelationKind::Contains;
        out.relations
            .extend(ends.and_then(|ends| relation(resource, ends, kind, 0.5, evidence)));
    }
}

/// Adds what the dependencies mean: `reasons` are properties by the URN that they depend on. Of a
/// property its name alone is known, not what of it depends.
fn draw(
    managed: &Managed<'_>,
    resource: &Resource,
    keys: &BTreeMap<String, String>,
    reasons: BTreeMap<&str, BTreeSet<&str>>,
    out: &mut FeedOutput,
) {
    let mut named: Vec<Named<'_>> = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    for (urn, properties) in &reasons {
        let Some(key) = keys.get(*urn) else { continue };
        let told = match properties.len() {
            0 => "dependencies of the state".to_owned(),
            _ => {
                let properties: Vec<&str> = properties.iter().copied().collect();
                format!("property `{}`", properties.join("`, `"))
            }
        };
        let none = properties.is_empty().then_some("");
        for path in properties.iter().copied().chain(none) {
            named.push(Named {
                path,
                key,
                resource_type: Urn::parse(urn).map_or("", |urn| urn.kind),
            });
            evidence.push(told.clone());
        }
    }
    let described = managed.described();
    let naming = Naming {
        key: &resource.key,
        resource_type: &managed.kind,
        parent: described.parent_property(),
        are_whole: false,
    };
    // Of several properties that name one resource, one may tell more than that it is needed.
    let mut best: BTreeMap<(String, String), Edge> = BTreeMap::new();
    for edge in edges(&naming, &named) {
        let ends = (edge.from.clone(), edge.to.clone());
        let known = best.entry(ends).or_insert_with(|| edge.clone());
        if known.kind == RelationKind::DependsOn {
            *known = edge;
        }
    }
    let mut drawn: Vec<Edge> = best.into_values().collect();
    drawn.sort_by_key(|edge| edge.place);
    for edge in drawn {
        let evidence = evidence.get(edge.place).cloned().unwrap_or_default();
        let ends = (edge.from.as_str(), edge.to.as_str());
        out.relations
            .extend(relation(resource, ends, edge.kind, 1.0, evidence));
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
