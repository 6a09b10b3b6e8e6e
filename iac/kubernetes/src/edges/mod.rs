//! Edges that objects tell of, from dependent to dependency.

mod access;
mod cloud;
mod environment;
mod permits;
mod pods;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use serde_json::Value;

use crate::object::Object;
use crate::value::list;

/// Adds the edges of all objects of a document.
pub(crate) fn relate(objects: &[Object<'_>], out: &mut FeedOutput) {
    let services: BTreeSet<String> = objects
        .iter()
        .filter(|object| object.kind == "Service" && object.group.is_empty())
        .map(Object::key)
        .collect();
    let mut workloads: Workloads<'_, '_> = BTreeMap::new();
    for object in objects {
        // A set of replicas has the pods of its deployment.
        let is_owned = !list(object.value, &["metadata", "ownerReferences"]).is_empty();
        let labels = pod_labels(object).filter(|_| !is_owned || object.kind != "ReplicaSet");
        if let Some(labels) = labels {
            let of_namespace = workloads.entry(object.namespace).or_default();
            of_namespace.push((object, labels));
        }
    }
    for object in objects {
        access::relate(object, out);
        cloud::relate(object, out);
        pods::relate(object, &services, out);
        routes::relate(object, &workloads, out);
    }
    permits::relate(objects, &workloads, out);
}

/// Objects that are or make pods, with the labels of these, by namespace.
type Workloads<'a, 'b> = BTreeMap<&'a str, Vec<(&'b Object<'a>, &'a Value)>>;

/// Labels of the pods that an object is or makes.
fn pod_labels<'a>(object: &Object<'a>) -> Option<&'a Value> {
    object.at(match object.kind {
        "Pod" => &["metadata", "labels"],
        "CronJob" => &[
            "spec",
            "jobTemplate",
            "spec",
            "template",
            "metadata",
            "labels",
        ],
        _ => &["spec", "template", "metadata", "labels"],
    })
}
