//! Who sends requests on to whom: services, ingresses and routes.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::RelationKind::{self, Routes, Uses};
use serde_json::Value;

use super::Workloads;
use crate::object::Object;
use crate::value::{list, members, text};

/// Adds the routes that `object` tells of.
pub(super) fn relate(object: &Object<'_>, workloads: &Workloads<'_, '_>, out: &mut FeedOutput) {
    match (object.group, object.kind) {
        ("", "Service") => service(object, workloads, out),
        ("networking.k8s.io" | "extensions", "Ingress") => ingress(object, out),
        ("", "Endpoints") => {
            let from = object.neighbor("", "Service", object.name);
            for subset in list(object.value, &["subsets"]) {
                endpoints(object, &from, list(subset, &["addresses"]), out);
            }
        }
        ("discovery.k8s.io", "EndpointSlice") => {
            if let Some(name) = object.label("kubernetes.io/service-name") {
                let from = object.neighbor("", "Service", name);
                endpoints(object, &from, list(object.value, &["endpoints"]), out);
            }
        }
        ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => route(object, out),
        ("networking.istio.io", "VirtualService") => virtual_service(object, out),
        _ => {}
    }
}

/// A service to everything whose pods its selector selects.
fn service(object: &Object<'_>, workloads: &Workloads<'_, '_>, out: &mut FeedOutput) {
    let selector: Vec<(&str, &Value)> = members(object.value, &["spec", "selector"]).collect();
    if selector.is_empty() {
        return;
    }
    for (other, labels) in workloads.get(object.namespace).into_iter().flatten() {
        if selector
            .iter()
            .all(|(name, value)| labels.get(*name) == Some(*value))
        {
            object.edge(Routes, &other.key(), "selector", out);
        }
    }
}

fn ingress(object: &Object<'_>, out: &mut FeedOutput) {
    let mut to_service = |backend: &Value, evidence: &str| {
        let name = text(backend, &["service", "name"]).or_else(|| text(backend, &["serviceName"]));
        if let Some(name) = name {
            let to = object.neighbor("", "Service", name);
            object.edge(Routes, &to, evidence, out);
        }
    };
    for name in ["defaultBackend", "backend"] {
        if let Some(backend) = object.at(&["spec", name]) {
            to_service(backend, "default backend");
        }
    }
    for rule in list(object.value, &["spec", "rules"]) {
        let host = text(rule, &["host"]).unwrap_or("*");
        for path in list(rule, &["http", "paths"]) {
            if let Some(backend) = path.get("backend") {
                to_service(backend, &format!("rule for `{host}`"));
            }
        }
    }
    for tls in list(object.value, &["spec", "tls"]) {
        if let Some(name) = text(tls, &["secretName"]) {
            let to = object.neighbor("", "Secret", name);
            object.edge(Uses, &to, "certificate", out);
        }
    }
    if let Some(class) = text(object.value, &["spec", "ingressClassName"]) {
        let to = object.neighbor("networking.k8s.io", "IngressClass", class);
        object.edge(RelationKind::DependsOn, &to, "class of the ingress", out);
    }
}

fn endpoints(object: &Object<'_>, from: &str, addresses: &[Value], out: &mut FeedOutput) {
    for address in addresses {
        let Some(name) = text(address, &["targetRef", "name"]) else {
            continue;
        };
        let kind = text(address, &["targetRef", "kind"]).unwrap_or("Pod");
        let to = object.neighbor("", kind, name);
        object.edge_of(from, Routes, &to, "endpoints", out);
    }
}

/// A route of the Gateway API: its gateways send on to it, it to its backends.
fn route(object: &Object<'_>, out: &mut FeedOutput) {
    let reference = |value: &Value, group: &str, kind: &str| {
        let name = text(value, &["name"])?;
        let namespace = text(value, &["namespace"]).unwrap_or(object.namespace);
        let group = value.get("group").and_then(Value::as_str).unwrap_or(group);
        let kind = text(value, &["kind"]).unwrap_or(kind);
        Some(key::kubernetes("", group, kind, namespace, name))
    };
    for parent in list(object.value, &["spec", "parentRefs"]) {
        if let Some(from) = reference(parent, object.group, "Gateway") {
            object.edge_of(&from, Routes, &object.key(), "parent of the route", out);
        }
    }
    for rule in list(object.value, &["spec", "rules"]) {
        for backend in list(rule, &["backendRefs"]) {
            if let Some(to) = reference(backend, "", "Service") {
                object.edge(Routes, &to, "backend of the route", out);
            }
        }
    }
}

fn virtual_service(object: &Object<'_>, out: &mut FeedOutput) {
    for protocol in ["http", "tcp", "tls"] {
        for rule in list(object.value, &["spec", protocol]) {
            for route in list(rule, &["route"]) {
                let host = text(route, &["destination", "host"]).unwrap_or_default();
                let mut labels = host.split('.');
                if let Some(name) = labels.next().filter(|name| !name.is_empty()) {
                    let namespace = labels.next().unwrap_or(object.namespace);
                    let to = key::kubernetes("", "", "Service", namespace, name);
                    object.edge(Routes, &to, "destination", out);
                }
            }
        }
    }
}
