//! Feed `google.deployment_manager`: operations of Deployment Manager, and what it manages. See
//! `README.md`.

#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::findings::WriteClass;
use nepho_core::format::Confidence;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Resource, Run, RunOperation, RunStatus,
};
use nepho_core::{Result, key};
use nepho_iac_common::outer;
use nepho_iac_common::reason::redact;
use serde_json::Value;

use crate::objects::{Place, read_all};
use crate::value::{at, list, name, text, time};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "google.deployment_manager",
    summary: "Deployment Manager of Google Cloud: operations, and the resources of deployments",
    permissions: &[
        "deploymentmanager.operations.list",
        "deploymentmanager.resources.list"
    ],
    make: Make::Feed(|| Box::new(DeploymentManager)),
});

/// Word in column `tool`.
const TOOL: &str = "deployment_manager";

/// Kind of an operation; those of other services have the same fields and other kinds.
const OPERATION: &str = "deploymentmanager#operation";

/// Members of answers that hold the objects of a list. A deployment, which has a name, has
/// resources as well.
const LISTS: [&str; 3] = ["operations", "deployments", "resources"];

/// Outermost keys that are looked at.
const KEYS: usize = 64;

/// Reads operations, deployments and resources.
#[derive(Debug)]
pub struct DeploymentManager;

impl ChangeFeed for DeploymentManager {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["kind", "manifest"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        // Logs quote such objects, but within objects of their own.
        let first = outer::first(head, lists(head), KEYS);
        let told = |name: &str| outer::text(first, name, KEYS);
        let last = outer::value(first, "operation", KEYS).unwrap_or_default();
        let is_operation =
            told("kind") == Some(OPERATION) || outer::text(last, "kind", KEYS) == Some(OPERATION);
        let is_managed = told("manifest").and_then(deployment_of).is_some();
        match is_operation || is_managed {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let unknown = "not an operation, a deployment or a resource";
        let lists = lists(document.text);
        read_all(
            document,
            "google.deployment_manager",
            lists,
            (read, unknown),
            out,
        )
    }
}

/// Members that hold the objects of this document, if it is an answer.
fn lists(text: &str) -> &'static [&'static str] {
    let object = outer::first(text, &[], KEYS);
    match outer::keys(object, KEYS).contains(&"name") {
        true => &[],
        false => &LISTS,
    }
}

/// Adds what an object tells; `None` of one that is none of Deployment Manager.
fn read(value: &Value, place: Place<'_>, out: &mut FeedOutput) -> Option<()> {
    if text(value, &["kind"]) == Some(OPERATION) {
        return operation(value, place, out);
    }
    let deployment = name(value, &["manifest"]).and_then(deployment_of);
    if let (Some(deployment), true) = (deployment, at(value, &["url"]).is_some()) {
        out.resources.extend(resource(value, deployment, place));
        return Some(());
    }
    // A deployment: its own name, and its last operation.
    let own = name(value, &["name"])?;
    let last = at(value, &["operation"])?;
    if text(last, &["kind"]) == Some(OPERATION) {
        operation(last, place, out);
    }
    for one in list(value, &["resources"]) {
        out.resources.extend(resource(one, own, place));
    }
    Some(())
}

fn operation(value: &Value, place: Place<'_>, out: &mut FeedOutput) -> Option<()> {
    let id = name(value, &["name"])?;
    let target = name(value, &["targetLink"])?;
    let Some(deployment) = deployment_of(target) else {
        // One of a type provider, which changes nothing of a deployment.
        return Some(());
    };
    let errors = list(value, &["error", "errors"]);
    let kind = text(value, &["operationType"])?;
    let operation = match kind {
        "delete" => RunOperation::Destroy,
        "cancelPreview" | "preview" => RunOperation::Plan,
        _ => RunOperation::Apply,
    };
    let ended = time(value, &["endTime"]);
    let run = Run {
        id: id.to_owned(),
        tool: TOOL.to_owned(),
        scope: deployment.to_owned(),
        operation,
        status: match text(value, &["status"]) {
            // What was made before the error stays.
            Some("DONE") if !errors.is_empty() => RunStatus::Partial,
            Some("DONE") => RunStatus::Succeeded,
            Some("PENDING" | "RUNNING") => RunStatus::Running,
            _ => RunStatus::Unknown,
        },
        started: time(value, &["startTime"]).or_else(|| time(value, &["insertTime"])),
        ended,
        actor: name(value, &["user"]).map(str::to_owned),
        message: text(value, &["description"]).map(|words| redact(words, &[])),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Run::default()
    };
    let mut has_root = false;
    for error in errors {
        if let Some(mut change) = failed(error, kind, &run) {
            change.is_root_failure = !std::mem::replace(&mut has_root, true);
            out.changes.push(change);
        }
    }
    out.runs.push(run);
    Some(())
}

/// A change that failed in an operation of this kind, by an error that names its resource:
/// `/deployments/D/resources/R`.
fn failed(error: &Value, kind: &str, run: &Run) -> Option<Change> {
    let (_, resource) = name(error, &["location"])?.split_once("/resources/")?;
    let address = resource.split('/').next()?;
    let action = match kind {
        "insert" => ChangeAction::Create,
        "delete" => ChangeAction::Delete,
        _ => ChangeAction::Update,
    };
    Some(Change {
        id: format!("{TOOL}:{}:{}:{address}:{action}", run.scope, run.id),
        time: run.ended,
        not_before: run.started,
        tool: TOOL.to_owned(),
        scope: run.scope.clone(),
        run: run.id.clone(),
        action,
        outcome: ChangeOutcome::Failed,
        address: address.to_owned(),
        actor: run.actor.clone(),
        class: Some(WriteClass::Iac),
        reason: text(error, &["message"]).map(|words| redact(words, &[])),
        error_code: name(error, &["code"])
            .filter(|code| redact(code, &[]) == *code)
            .map(str::to_owned),
        provider: Some("gcp".to_owned()),
        uri: run.uri.clone(),
        line: run.line,
        ..Change::default()
    })
}

fn resource(value: &Value, deployment: &str, place: Place<'_>) -> Option<Resource> {
    let key = key::canonical(name(value, &["url"])?);
    let own = |text: &str| Some(text.to_owned());
    Some(Resource {
        resource_type: name(value, &["type"]).unwrap_or_default().to_owned(),
        name: own(key::short_name(&key)),
        provider: own("gcp"),
        account: key::google_project(&key).map(str::to_owned),
        tool: own(TOOL),
        scope: own(deployment),
        address: name(value, &["name"]).map(str::to_owned),
        valid_from: time(value, &["insertTime"]),
        uri: place.uri.to_owned(),
        line: place.line,
        key,
        ..Resource::default()
    })
}

/// Name of the deployment that an address is of or in.
fn deployment_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("/global/deployments/")?;
    rest.split('/').next().filter(|name| !name.is_empty())
}
