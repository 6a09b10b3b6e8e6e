//! Evidence from infrastructure code: references between resources that run different services.
//!
//! Only references from what runs a service (instance, function, load balancer) to what can be
//! called count.
//! A security group that refers to another one allows calls in the opposite direction, so groups,
//! policies and networks are left out.

use nepho_core::findings::Evidence;
use nepho_core::tables::{NodeKind, Relation, RelationKind};

use crate::directory::{Directory, End};
use crate::edges::{Edges, Source};
use crate::kinds::Part;

/// Adds the calls that references tell of.
pub(crate) fn add(relations: &[Relation], directory: &Directory, edges: &mut Edges) {
    for relation in relations {
        let Some(confidence) = confidence(relation) else {
            continue;
        };
        let ends = (
            directory.resource(&relation.from),
            directory.resource(&relation.to),
        );
        let (Some(from), Some(to)) = ends else {
            continue;
        };
        let known = (
            directory.resources.get(from as usize),
            directory.resources.get(to as usize),
        );
        let (Some(from), Some(known_to)) = known else {
            continue;
        };
        // A resource that several services share calls on behalf of none of them.
        let &[(caller, owner_confidence)] = from.services.as_slice() else {
            continue;
        };
        if !matches!(from.part, Part::Host | Part::Unknown) {
            continue;
        }
        let callee = match (known_to.part, known_to.services.as_slice()) {
            (Part::Store, _) => End::Resource(to),
            (Part::Host, [(service, _)]) => End::Service(*service),
            _ => continue,
        };
        let evidence = || Evidence::new(&relation.uri, relation.line, None, &text_of(relation));
        let seen = (
            relation.observations.max(1),
            confidence * owner_confidence * relation.confidence.clamp(0.0, 1.0),
        );
        edges.add(caller, callee, Source::Iac, seen, evidence);
    }
}

/// How sure it is that a relation between resources is a call; `None` of one that is none.
pub(crate) fn confidence(relation: &Relation) -> Option<f64> {
    if relation.from_kind != NodeKind::Resource || relation.to_kind != NodeKind::Resource {
        return None;
    }
    match relation.kind {
        RelationKind::Calls | RelationKind::Routes => Some(0.6),
        RelationKind::DataFlow => Some(0.5),
        RelationKind::DependsOn => Some(0.45),
        RelationKind::RunsOn
        | RelationKind::Contains
        | RelationKind::Attached
        | RelationKind::Scales
        | RelationKind::PermitsNet
        | RelationKind::PermitsIam
        | RelationKind::Uses
        | RelationKind::ManagedBy
        | RelationKind::Peers => None,
    }
}

fn text_of(relation: &Relation) -> String {
    if relation.evidence.is_empty() {
        format!("{} refers to {}", relation.from, relation.to)
    } else {
        relation.evidence.clone()
    }
}
