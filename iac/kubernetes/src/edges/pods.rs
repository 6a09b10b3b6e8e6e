//! What pods use: images, secrets, configuration, volumes, and what their environment names.

use std::collections::BTreeSet;

use nepho_core::feed::FeedOutput;
use nepho_core::tables::RelationKind;
use nepho_iac_common::images;
use serde_json::Value;

use super::environment;
use crate::object::Object;
use crate::value::{list, members, text};

/// Adds the edges of an object that is a pod or makes pods, and of a ConfigMap.
pub(super) fn relate(object: &Object<'_>, services: &BTreeSet<String>, out: &mut FeedOutput) {
    if object.kind == "ConfigMap" {
        for (name, value) in members(object.value, &["data"]) {
            let value = value.as_str().unwrap_or_default();
            for to in environment::targets(name, value, object.namespace, services) {
                let evidence = format!("key `{name}`");
                object.edge(RelationKind::DependsOn, &to, evidence, out);
            }
        }
    }
    let Some(spec) = spec(object) else {
        return;
    };
    for group in ["containers", "initContainers", "ephemeralContainers"] {
        for container in list(spec, &[group]) {
            of_container(object, container, services, out);
        }
    }
    for status in ["containerStatuses", "initContainerStatuses"] {
        for container in list(object.value, &["status", status]) {
            let id = text(container, &["imageID"]).unwrap_or_default();
            let id = id.rsplit("://").next().unwrap_or_default();
            if id.contains("@sha256:") {
                object.edge(RelationKind::Uses, id, "image that runs", out);
            }
        }
    }
    for volume in list(spec, &["volumes"]) {
        of_volume(object, volume, out);
    }
    let mut uses = |kind: &str, name: Option<&str>, evidence: &str| {
        if let Some(name) = name {
            let to = object.neighbor("", kind, name);
            object.edge(RelationKind::Uses, &to, evidence, out);
        }
    };
    for secret in list(spec, &["imagePullSecrets"]) {
        uses("Secret", text(secret, &["name"]), "image pull secret");
    }
    let account = text(spec, &["serviceAccountName"]);
    uses("ServiceAccount", account, "service account");
    if let (Some(node), "Pod") = (text(spec, &["nodeName"]), object.kind) {
        let to = object.neighbor("", "Node", node);
        object.edge(RelationKind::DependsOn, &to, "node of the pod", out);
    }
}

/// Specification of the pods.
fn spec<'a>(object: &Object<'a>) -> Option<&'a Value> {
    let path: &[&str] = match object.kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    object.at(path).filter(|spec| spec.is_object())
}

fn of_container(
    object: &Object<'_>,
    container: &Value,
    services: &BTreeSet<String>,
    out: &mut FeedOutput,
) {
    if let Some(image) = text(container, &["image"]).filter(|image| is_image(image)) {
        object.edge(RelationKind::Uses, image, "image", out);
        if let Some(registry) = images::registry(image) {
            object.edge(RelationKind::Uses, &registry, "image", out);
        }
    }
    for variable in list(container, &["env"]) {
        let name = text(variable, &["name"]).unwrap_or_default();
        for (reference, kind) in [("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")] {
            if let Some(used) = text(variable, &["valueFrom", reference, "name"]) {
                let key = text(variable, &["valueFrom", reference, "key"]).unwrap_or_default();
                let evidence = format!("environment variable `{name}`, key `{key}`");
                let to = object.neighbor("", kind, used);
                object.edge(RelationKind::Uses, &to, evidence, out);
            }
        }
        let value = text(variable, &["value"]).unwrap_or_default();
        for to in environment::targets(name, value, object.namespace, services) {
            let evidence = format!("environment variable `{name}`");
            object.edge(RelationKind::DependsOn, &to, evidence, out);
        }
    }
    for from in list(container, &["envFrom"]) {
        for (reference, kind) in [("secretRef", "Secret"), ("configMapRef", "ConfigMap")] {
            if let Some(used) = text(from, &[reference, "name"]) {
                let to = object.neighbor("", kind, used);
                object.edge(RelationKind::Uses, &to, "environment", out);
            }
        }
    }
}

fn of_volume(object: &Object<'_>, volume: &Value, out: &mut FeedOutput) {
    let name = text(volume, &["name"]).unwrap_or_default();
    let mut uses = |kind: &str, used: Option<&str>| {
        if let Some(used) = used {
            let to = object.neighbor("", kind, used);
            object.edge(RelationKind::Uses, &to, format!("volume `{name}`"), out);
        }
    };
    uses("Secret", text(volume, &["secret", "secretName"]));
    uses("ConfigMap", text(volume, &["configMap", "name"]));
    let claim = text(volume, &["persistentVolumeClaim", "claimName"]);
    uses("PersistentVolumeClaim", claim);
    for source in list(volume, &["projected", "sources"]) {
        uses("Secret", text(source, &["secret", "name"]));
        uses("ConfigMap", text(source, &["configMap", "name"]));
    }
}

/// Whether it is the name of an image and nothing else.
fn is_image(image: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"./:@-_".contains(&byte);
    image.len() <= 512 && image.bytes().all(fits)
}
