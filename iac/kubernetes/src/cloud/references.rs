//! What an object of Config Connector refers to: `networkRef: {name: ...}`, `topicRef: {external:
//! ...}`.
//!
//! github.com/GoogleCloudPlatform/k8s-config-connector, docs/develop-resources/api-conventions
//! (resource reference), read 2026-11-28.

use std::collections::BTreeMap;

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::RelationKind::{DependsOn, Uses};
use serde_json::Value;

use super::google::full_name;
use crate::object::Object;
use crate::value::{members, text};

/// Objects of a document by namespace and name.
pub(super) type Named<'a, 'b> = BTreeMap<(&'a str, &'a str), Vec<&'b Object<'a>>>;

/// Fields within fields that are followed.
const DEEPEST: usize = 32;

/// Collections that tell the service of a name without one.
const SERVICES: [(&str, &str); 8] = [
    ("/networks/", "compute"),
    ("/subnetworks/", "compute"),
    ("/addresses/", "compute"),
    ("/cryptoKeys/", "cloudkms"),
    ("/topics/", "pubsub"),
    ("/serviceAccounts/", "iam"),
    ("/secrets/", "secretmanager"),
    ("/datasets/", "bigquery"),
];

/// Adds what `object` refers to.
pub(super) fn relate(object: &Object<'_>, named: &Named<'_, '_>, out: &mut FeedOutput) {
    if let Some(spec) = object.at(&["spec"]) {
        walk(object, spec, 0, named, out);
    }
}

fn walk(
    object: &Object<'_>,
    value: &Value,
    depth: usize,
    named: &Named<'_, '_>,
    out: &mut FeedOutput,
) {
    if depth > DEEPEST {
        return;
    }
    for element in value.as_array().into_iter().flatten() {
        walk(object, element, depth + 1, named, out);
    }
    for (name, inner) in members(value, &[]) {
        let several = name.strip_suffix("Refs").filter(|_| inner.is_array());
        match several.or(name.strip_suffix("Ref")) {
            Some("secretKey" | "secret") => {
                if let Some(secret) = text(inner, &["name"]) {
                    let to = object.neighbor("", "Secret", secret);
                    object.edge(Uses, &to, format!("field `{name}`"), out);
                }
            }
            Some(stem) => {
                let single = std::slice::from_ref(inner);
                for reference in inner.as_array().map_or(single, Vec::as_slice) {
                    if let Some(to) = target(object, stem, reference, named) {
                        object.edge(DependsOn, &to, format!("field `{name}`"), out);
                    }
                }
            }
            None => walk(object, inner, depth + 1, named, out),
        }
    }
}

/// Id of what is referred to: by its external name, or the one object of the document that has the
/// name and a kind that ends like the field.
fn target(
    object: &Object<'_>,
    stem: &str,
    reference: &Value,
    named: &Named<'_, '_>,
) -> Option<String> {
    if let Some(external) = text(reference, &["external"]) {
        if external.starts_with("https://") || external.starts_with("//") {
            // An address that is not the name of a resource is not kept.
            let name = key::canonical(external);
            return name.starts_with("//").then_some(name);
        }
        let (_, service) = SERVICES.iter().find(|(part, _)| external.contains(part))?;
        let is_name = external.starts_with("projects/") && !external.contains([' ', '?']);
        return is_name.then(|| key::canonical(&full_name(service, external)));
    }
    let name = text(reference, &["name"])?;
    let namespace = text(reference, &["namespace"]).unwrap_or(object.namespace);
    let end = text(reference, &["kind"])
        .unwrap_or(stem)
        .to_ascii_lowercase();
    let same = named.get(&(namespace, name))?.iter();
    let mut fitting = same.filter(|one| one.kind.to_ascii_lowercase().ends_with(&end));
    let found = fitting.next()?;
    fitting.next().is_none().then(|| found.key())
}
