//! From objects to what a cloud has for them: machines, balancers, hosts outside.
//!
//! Their ends are words; what they stand for, the documents of the cloud tell.
//!
//! Sources: kubernetes.io/docs/reference/kubernetes-api, "Node", "Service" and "Ingress", as of
//! 2026-11-29.

use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind::{DependsOn, Routes};

use crate::object::Object;
use crate::objects::describe::{balancers, machine};
use crate::value::text;

/// Adds the edges that `object` tells of.
pub(super) fn relate(object: &Object<'_>, out: &mut FeedOutput) {
    match (object.group, object.kind) {
        ("", "Node") => {
            if let Some(machine) = machine(object) {
                object.edge(DependsOn, &machine, "machine of the node", out);
            }
        }
        ("", "Service") => {
            in_front(object, out);
            let is_name = text(object.value, &["spec", "type"]) == Some("ExternalName");
            let name = text(object.value, &["spec", "externalName"]).filter(|_| is_name);
            if let Some(name) = name {
                object.edge(Routes, name, "external name", out);
            }
        }
        ("networking.k8s.io" | "extensions", "Ingress") => in_front(object, out),
        _ => {}
    }
}

/// The balancers in front of an object send on to it.
fn in_front(object: &Object<'_>, out: &mut FeedOutput) {
    for balancer in balancers(object) {
        object.edge_of(&balancer, Routes, &object.key(), "load balancer", out);
    }
}
