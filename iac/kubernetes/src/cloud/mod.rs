//! Cloud resources that controllers in the cluster manage: Config Connector, ACK, Azure Service
//! Operator and Crossplane.
//!
//! github.com/GoogleCloudPlatform/k8s-config-connector (docs/develop-resources/api-conventions,
//! external-reference), aws-controllers-k8s.github.io, azure.github.io/azure-service-operator and
//! docs.crossplane.io/latest/managed-resources, read 2026-11-28.

mod google;
mod reconciled;
mod references;

use std::collections::BTreeMap;

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{NodeKind, Relation, RelationKind, Resource};

use self::google::google;
use self::reconciled::reconciled;
use crate::object::Object;
use crate::owner::Owner;
use crate::value::{at, text};

/// End of the API groups of Config Connector.
const CONFIG_CONNECTOR: &str = ".cnrm.cloud.google.com";

/// The resource in a cloud that an object stands for.
struct Managed {
    tool: &'static str,
    provider: &'static str,
    key: String,
    account: Option<String>,
}

/// Adds the cloud resource that the object stands for, and how its last change went.
pub(crate) fn managed(object: &Object<'_>, out: &mut FeedOutput) {
    let Some(tool) = tool(object) else { return };
    let found = resource(object);
    if let Some(managed) = &found {
        out.resources.push(row(object, managed));
        out.relations.push(Relation {
            from_kind: NodeKind::Resource,
            from: managed.key.clone(),
            to_kind: NodeKind::Resource,
            to: object.key(),
            kind: RelationKind::ManagedBy,
            source: tool.to_owned(),
            confidence: 1.0,
            observations: 1,
            valid_from: object.created(),
            uri: object.place.uri.to_owned(),
            line: object.place.line,
            evidence: "the object stands for it".to_owned(),
            ..Relation::default()
        });
    }
    reconciled(object, tool, found.as_ref(), out);
}

fn tool(object: &Object<'_>) -> Option<&'static str> {
    let group = object.group;
    if group.ends_with(CONFIG_CONNECTOR) && !group.starts_with("core.") {
        return Some("config_connector");
    }
    if group.ends_with(".services.k8s.aws") && at(object.value, &["status"]).is_some() {
        return Some("ack");
    }
    if group.ends_with(".azure.com") && text(object.value, &["status", "id"]).is_some() {
        return Some("azure_service_operator");
    }
    let is_crossplane = at(object.value, &["status", "atProvider"]).is_some()
        || object.annotation("crossplane.io/external-name").is_some();
    is_crossplane.then_some("crossplane")
}

fn resource(object: &Object<'_>) -> Option<Managed> {
    let path = |path: &[&str]| text(object.value, path);
    let tool = tool(object)?;
    let (provider, key) = match tool {
        "config_connector" => ("gcp", google(object)?),
        "ack" => (
            "aws",
            path(&["status", "ackResourceMetadata", "arn"]).map(key::canonical)?,
        ),
        "azure_service_operator" => ("azure", path(&["status", "id"]).map(key::canonical)?),
        _ => {
            let arn = path(&["status", "atProvider", "arn"]);
            let link = path(&["status", "atProvider", "selfLink"]);
            let id = path(&["status", "atProvider", "id"])
                .filter(|id| key::is_azure_id(id) || id.starts_with("arn:"));
            let key = key::canonical(arn.or(link).or(id)?);
            let provider = match key.as_str() {
                key if key.starts_with("arn:") => "aws",
                key if key::is_azure_id(key) => "azure",
                _ => "gcp",
            };
            (provider, key)
        }
    };
    let account = match provider {
        "aws" => key::Arn::parse(&key).map(|arn| arn.account.to_owned()),
        "azure" => key::azure_subscription(&key).map(str::to_owned),
        _ => key::google_project(&key).map(str::to_owned).or_else(|| {
            object
                .annotation("cnrm.cloud.google.com/project-id")
                .map(str::to_owned)
        }),
    };
    Some(Managed {
        tool,
        provider,
        key,
        account: account.filter(|account| !account.is_empty()),
    })
}

fn row(object: &Object<'_>, managed: &Managed) -> Resource {
    let short = key::short_name(&managed.key).to_owned();
    let mut aliases = vec![short.clone(), object.key()];
    if let Some(name) = object.annotation("crossplane.io/external-name") {
        aliases.push(name.to_owned());
    }
    aliases.dedup();
    let owner = Owner::of(object);
    Resource {
        key: managed.key.clone(),
        aliases,
        resource_type: object.kind.to_owned(),
        name: Some(short),
        provider: Some(managed.provider.to_owned()),
        account: managed.account.clone(),
        region: ["region", "location"]
            .iter()
            .find_map(|name| text(object.value, &["spec", name]))
            .or_else(|| text(object.value, &["spec", "forProvider", "region"]))
            .map(str::to_owned),
        zone: [
            &["spec", "zone"][..],
            &["spec", "availabilityZone"],
            &["spec", "forProvider", "zone"],
            &["spec", "forProvider", "availabilityZone"],
        ]
        .iter()
        .find_map(|path| text(object.value, path))
        .map(str::to_owned),
        service: owner.service,
        team: owner.team,
        environment: owner.environment,
        tool: Some(managed.tool.to_owned()),
        scope: Some(object.namespace.to_owned()),
        address: Some(object.address()),
        valid_from: object.created(),
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Resource::default()
    }
}

/// Adds what the objects of Config Connector refer to.
pub(crate) fn relate(objects: &[Object<'_>], out: &mut FeedOutput) {
    let mut named: references::Named<'_, '_> = BTreeMap::new();
    for object in objects {
        let same = named.entry((object.namespace, object.name)).or_default();
        same.push(object);
    }
    for object in objects {
        if object.group.ends_with(CONFIG_CONNECTOR) {
            references::relate(object, &named, out);
        }
    }
}
