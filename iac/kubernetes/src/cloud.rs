//! Cloud resources that controllers in the cluster manage: Config Connector, ACK, Azure Service
//! Operator and Crossplane.
//!
//! github.com/GoogleCloudPlatform/k8s-config-connector (docs/develop-resources/api-conventions,
//! external-reference), aws-controllers-k8s.github.io, azure.github.io/azure-service-operator and
//! docs.crossplane.io/latest/managed-resources, read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{
    ChangeAction, ChangeOutcome, NodeKind, Relation, RelationKind, Resource, Run, RunOperation,
    RunStatus,
};

use crate::object::Object;
use crate::owner::Owner;
use crate::reason::redact;
use crate::value::{at, condition, text, time};

/// End of the API groups of Config Connector.
const CONFIG_CONNECTOR: &str = ".cnrm.cloud.google.com";

/// Services of Google whose name in full names is not the one of the group.
///
/// cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-28.
const SERVICES: [(&str, &str); 10] = [
    ("resourcemanager", "cloudresourcemanager"),
    ("sql", "cloudsql"),
    ("kms", "cloudkms"),
    ("filestore", "file"),
    ("identityplatform", "identitytoolkit"),
    ("configcontroller", "krmapihosting"),
    ("vertexai", "aiplatform"),
    ("billing", "cloudbilling"),
    ("tags", "cloudresourcemanager"),
    ("asset", "cloudasset"),
];

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

/// Full name of the Google resource of a Config Connector object: by the link to itself, by the
/// external reference, else by the project where the kind alone tells the rest.
fn google(object: &Object<'_>) -> Option<String> {
    let service = object.group.strip_suffix(CONFIG_CONNECTOR)?;
    let service = SERVICES
        .iter()
        .find(|(group, _)| *group == service)
        .map_or(service, |(_, service)| service);
    let told = ["selfLink", "externalRef"];
    let name = told
        .iter()
        .find_map(|name| text(object.value, &["status", name]));
    if let Some(name) = name {
        return Some(full_name(service, name));
    }
    let named = text(object.value, &["spec", "resourceID"]).unwrap_or(object.name);
    (object.kind == "StorageBucket").then(|| format!("//storage.googleapis.com/{named}"))
}

fn full_name(service: &str, name: &str) -> String {
    if name.starts_with("//") {
        return name.to_owned();
    }
    let path = name
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or(name, |(_, path)| path);
    if !name.contains("://") {
        return format!(
            "//{service}.googleapis.com/{}",
            path.trim_start_matches('/')
        );
    }
    // `storage/v1/b/bucket`, `sql/v1beta4/projects/...`, `compute/v1/projects/...`
    let mut segments: Vec<&str> = path.split('/').collect();
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v');
        digits.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            || matches!(word, "beta" | "alpha")
    };
    if let Some(at) = segments.iter().take(3).position(|word| is_version(word)) {
        segments.drain(..=at);
    }
    let rest = segments.join("/");
    match rest.strip_prefix("b/") {
        Some(bucket) if service == "storage" => format!("//storage.googleapis.com/{bucket}"),
        _ => format!("//{service}.googleapis.com/{rest}"),
    }
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

/// How the controller last brought the resource in line, as the condition `Ready` (`Synced` and
/// `ACK.ResourceSynced` for others) tells it.
fn reconciled(object: &Object<'_>, tool: &str, managed: Option<&Managed>, out: &mut FeedOutput) {
    let names = ["Synced", "ACK.ResourceSynced", "Ready"];
    let found = names.iter().find_map(|name| condition(object.value, name));
    let Some(found) = found else { return };
    let Some(when) = time(found, &["lastTransitionTime"]) else {
        return;
    };
    let is_ready = text(found, &["status"]) == Some("True");
    let reason = text(found, &["reason"]).unwrap_or_default();
    let is_new = at(object.value, &["metadata", "generation"])
        .and_then(serde_json::Value::as_u64)
        .is_some_and(|generation| generation <= 1);
    let (action, outcome, status) = meaning(reason, is_ready);
    let action = match action {
        ChangeAction::Update if is_new => ChangeAction::Create,
        action => action,
    };
    let generation = at(object.value, &["status", "observedGeneration"])
        .or_else(|| at(object.value, &["metadata", "generation"]))
        .and_then(serde_json::Value::as_u64);
    let run = match generation {
        Some(generation) => format!("{} generation {generation}", object.path()),
        None => format!("{} {when}", object.path()),
    };
    let mut change = object.change(tool, &run, action, outcome, Some(when));
    if let Some(managed) = managed {
        change.resource = Some(managed.key.clone());
    }
    let message = text(found, &["message"]).map(|message| redact(message, &[]));
    change.reason = match (outcome, message) {
        (ChangeOutcome::Applied, _) | (_, None) => Some(reason.to_owned()),
        (_, Some(message)) => Some(format!("{reason}: {message}")),
    };
    out.runs.push(Run {
        id: run,
        tool: tool.to_owned(),
        scope: object.namespace.to_owned(),
        operation: RunOperation::Sync,
        status,
        ended: Some(when).filter(|_| status != RunStatus::Running),
        serial_to: generation,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Run::default()
    });
    out.changes.push(change);
}

/// What a controller did, by the reason of the condition.
fn meaning(reason: &str, is_ready: bool) -> (ChangeAction, ChangeOutcome, RunStatus) {
    match reason {
        "DeletionFailed" | "DeleteFailed" => (
            ChangeAction::Delete,
            ChangeOutcome::Failed,
            RunStatus::Failed,
        ),
        "Deleting" => (
            ChangeAction::Delete,
            ChangeOutcome::Unknown,
            RunStatus::Running,
        ),
        "Deleted" => (
            ChangeAction::Delete,
            ChangeOutcome::Applied,
            RunStatus::Succeeded,
        ),
        // Nothing is begun before what it needs is there.
        "DependencyNotReady" | "DependencyNotFound" | "DependencyInvalid" => (
            ChangeAction::Update,
            ChangeOutcome::Cancelled,
            RunStatus::Running,
        ),
        "Updating" | "Creating" | "ReconcileInProgress" => (
            ChangeAction::Update,
            ChangeOutcome::Unknown,
            RunStatus::Running,
        ),
        _ if is_ready => (
            ChangeAction::Update,
            ChangeOutcome::Applied,
            RunStatus::Succeeded,
        ),
        _ => (
            ChangeAction::Update,
            ChangeOutcome::Failed,
            RunStatus::Failed,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_full_names() {
        let check = |service: &str, name: &str, expected: &str| {
            assert_eq!(full_name(service, name), expected);
        };
        check(
            "storage",
            "https://www.googleapis.com/storage/v1/b/media",
            "//storage.googleapis.com/media",
        );
        check(
            "cloudsql",
            "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//cloudsql.googleapis.com/projects/p/instances/i",
        );
        check(
            "compute",
            "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
            "//compute.googleapis.com/projects/p/global/networks/n",
        );
        check(
            "container",
            "https://container.googleapis.com/v1beta1/projects/p/zones/z/clusters/c",
            "//container.googleapis.com/projects/p/zones/z/clusters/c",
        );
        check(
            "bigqueryconnection",
            "projects/p/locations/l/connections/c",
            "//bigqueryconnection.googleapis.com/projects/p/locations/l/connections/c",
        );
        check(
            "x",
            "//y.googleapis.com/projects/p",
            "//y.googleapis.com/projects/p",
        );
    }
}
