//! Rows of table `resources` from objects.

use nepho_core::tables::Resource;

use crate::object::Object;
use crate::owner::{Manager, Owner};
use crate::value::{list, text};

/// Row of an object.
pub(crate) fn row(object: &Object<'_>) -> Resource {
    let owner = Owner::of(object);
    let manager = Manager::of(object);
    let namespace = Some(object.namespace).filter(|namespace| !namespace.is_empty());
    Resource {
        key: object.key(),
        aliases: aliases(object),
        resource_type: object.kind.to_owned(),
        name: Some(object.name.to_owned()),
        provider: Some("kubernetes".to_owned()),
        account: None,
        region: object
            .label("topology.kubernetes.io/region")
            .map(str::to_owned),
        zone: object
            .label("topology.kubernetes.io/zone")
            .map(str::to_owned),
        service: owner.service,
        team: owner.team,
        environment: owner.environment,
        scope: manager
            .as_ref()
            .map(|manager| manager.scope.clone())
            .or_else(|| namespace.map(str::to_owned)),
        tool: manager.map(|manager| manager.tool.to_owned()),
        address: Some(object.address()),
        valid_from: object.created(),
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Resource::default()
    }
}

/// Other words for the object in logs: its uid, `namespace/name` and name, host names and
/// addresses.
fn aliases(object: &Object<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    found.extend(text(object.value, &["metadata", "uid"]).map(str::to_owned));
    found.push(object.path());
    if !object.namespace.is_empty() {
        found.push(object.name.to_owned());
    }
    let at = |path: &[&str]| text(object.value, path).map(str::to_owned);
    match (object.group, object.kind) {
        ("", "Pod") => found.extend(at(&["status", "podIP"])),
        ("", "Service") => {
            let (name, namespace) = (object.name, object.namespace);
            found.push(format!("{name}.{namespace}.svc.cluster.local"));
            found.push(format!("{name}.{namespace}.svc"));
            found.extend(at(&["spec", "clusterIP"]).filter(|address| address != "None"));
            found.extend(at(&["spec", "externalName"]));
            found.extend(balancers(object));
        }
        ("networking.k8s.io" | "extensions", "Ingress") => found.extend(balancers(object)),
        ("", "Node") => {
            found.extend(machine(object));
            for address in list(object.value, &["status", "addresses"]) {
                found.extend(text(address, &["address"]).map(str::to_owned));
            }
        }
        _ => {}
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|alias| !alias.is_empty() && seen.insert(alias.clone()));
    found
}

/// The machine of a node, by its id in the cloud: `aws:///eu-west-1a/i-0abc`,
/// `gce://project/zone/name`, `azure:///subscriptions/...`.
pub(crate) fn machine(node: &Object<'_>) -> Option<String> {
    let id = text(node.value, &["spec", "providerID"])?;
    if let Some(azure) = id.strip_prefix("azure://") {
        return Some(nepho_core::key::canonical(azure));
    }
    if id.starts_with("aws:") {
        return id.rsplit('/').next().map(str::to_owned);
    }
    let mut words = id.strip_prefix("gce://")?.splitn(3, '/');
    let (project, zone, name) = (words.next()?, words.next()?, words.next()?);
    Some(format!(
        "//compute.googleapis.com/projects/{project}/zones/{zone}/instances/{name}"
    ))
}

/// Host names and addresses of the balancers in front of an object.
pub(crate) fn balancers(object: &Object<'_>) -> Vec<String> {
    list(object.value, &["status", "loadBalancer", "ingress"])
        .iter()
        .flat_map(|one| [text(one, &["hostname"]), text(one, &["ip"])])
        .flatten()
        .map(str::to_owned)
        .collect()
}
