//! Relations that a state tells: what a resource depends on, and the cloud resource that it is
//! grouped under.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

use super::wire::Managed;

/// Properties that tell where messages go that nobody could take.
const FLOWS: [&str; 4] = [
    "redrivePolicy",
    "deadLetterConfig",
    "deadLetterPolicy",
    "destinationConfig",
];

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
    for (urn, properties) in reasons {
        let properties: Vec<&str> = properties.into_iter().collect();
        let evidence = match properties.as_slice() {
            [] => "dependencies of the state".to_owned(),
            properties => format!("property `{}`", properties.join("`, `")),
        };
        let kind = match properties.iter().any(|name| FLOWS.contains(name)) {
            true => RelationKind::DataFlow,
            false => RelationKind::DependsOn,
        };
        out.relations
            .extend(relation(resource, keys.get(urn), kind, 1.0, evidence));
    }
    // What another stack made is known by its ARN alone.
    for (property, arn) in managed.properties.references() {
        let drawn = out.relations.iter().rev();
        let mut own = drawn.take_while(|drawn| drawn.from == resource.key);
        if !own.any(|drawn| drawn.to == arn) {
            let evidence = format!("property `{property}`");
            let kind = RelationKind::DependsOn;
            out.relations
                .extend(relation(resource, Some(&arn), kind, 0.9, evidence));
        }
    }
    if let (Some(group), false) = (&managed.group, is_group_a_dependency) {
        // A parent in Pulumi is a matter of taste; a cloud resource as parent mostly holds its
        // children.
        let evidence = "parent of the state".to_owned();
        out.relations.extend(relation(
            resource,
            keys.get(group),
            RelationKind::Contains,
            0.5,
            evidence,
        ));
    }
}

fn relation(
    resource: &Resource,
    to: Option<&String>,
    kind: RelationKind,
    confidence: f64,
    evidence: String,
) -> Option<Relation> {
    let to = to.filter(|to| **to != resource.key)?;
    Some(Relation {
        from_kind: NodeKind::Resource,
        from: resource.key.clone(),
        to_kind: NodeKind::Resource,
        to: to.clone(),
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
