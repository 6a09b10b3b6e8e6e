//! Changes: resources of revisions, what a preview would change, what drifted, what failed.

use std::collections::{HashMap, HashSet};

use nepho_core::feed::FeedOutput;
use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Resource, Run, RunOperation};
use nepho_iac_common::address::resource_type;
use nepho_iac_common::reason::{error_code, fit};
use serde_json::Value;

use super::{TOOL, short};
use crate::objects::Place;
use crate::value::{at, list, name, names, text};

/// A resource of a revision, and what the revision did to it.
pub(super) fn resource(
    value: &Value,
    deployment: &str,
    revision: &str,
    place: Place<'_>,
    out: &mut FeedOutput,
) {
    let key = asset(value);
    let intent = text(value, &["intent"]).unwrap_or_default();
    let is_there = intent != "DELETE" && text(value, &["state"]) == Some("RECONCILED");
    if let (Some(key), true) = (&key, is_there) {
        out.resources.push(row(value, key, deployment, place));
    }
    let outcome = match text(value, &["state"]) {
        Some("RECONCILED") => ChangeOutcome::Applied,
        Some("FAILED") => ChangeOutcome::Failed,
        Some("PLANNED") => ChangeOutcome::Planned,
        _ => ChangeOutcome::Unknown,
    };
    let Some(action) = action(intent) else {
        return;
    };
    out.changes
        .extend(change(value, action, revision, place).map(|told| Change {
            scope: short(deployment).to_owned(),
            outcome,
            resource: key,
            ..told
        }));
}

/// A change that a preview tells.
pub(super) fn planned(value: &Value, preview: &str, place: Place<'_>) -> Option<Change> {
    let action = action(text(value, &["intent"])?)?;
    let is_partial = matches!(action, ChangeAction::Update | ChangeAction::Replace);
    let paths = names(list(value, &["propertyChanges"]), &["path"]);
    Some(Change {
        outcome: ChangeOutcome::Planned,
        attributes: if is_partial { paths } else { Vec::new() },
        ..change(value, action, preview, place)?
    })
}

/// A resource that is other than declared.
pub(super) fn drift(value: &Value, preview: &str, place: Place<'_>) -> Option<Change> {
    Some(Change {
        outcome: ChangeOutcome::Applied,
        class: None,
        attributes: names(list(value, &["propertyDrifts"]), &["path"]),
        ..change(value, ChangeAction::Drift, preview, place)?
    })
}

/// Changes that failed, by the errors of a revision.
pub(super) fn failed(value: &Value, run: &Run) -> Vec<Change> {
    let errors = list(value, &["tfErrors"]).iter();
    let mut has_root = false;
    let told = errors.filter_map(|error| {
        let address = name(error, &["resourceAddress"])?;
        let action = match (run.operation, text(value, &["action"])) {
            (RunOperation::Destroy, _) => ChangeAction::Delete,
            (_, Some("CREATE")) => ChangeAction::Create,
            _ => ChangeAction::Update,
        };
        let words = text(error, &["errorDescription"]);
        let code = words.and_then(error_code).or_else(|| {
            let status = at(error, &["httpResponseCode"])?.as_u64()?;
            (status > 0).then(|| status.to_string())
        });
        let is_root = !std::mem::replace(&mut has_root, true);
        Some(Change {
            id: format!("{TOOL}:{}:{address}:{action}", run.id),
            time: run.ended,
            not_before: run.started,
            tool: TOOL.to_owned(),
            scope: run.scope.clone(),
            run: run.id.clone(),
            action,
            outcome: ChangeOutcome::Failed,
            address: address.to_owned(),
            resource_type: resource_type(address),
            class: Some(WriteClass::Iac),
            reason: words.map(fit),
            error_code: code,
            is_root_failure: is_root,
            uri: run.uri.clone(),
            line: run.line,
            ..Change::default()
        })
    });
    told.collect()
}

/// Gives changes the times and the accounts of their revisions and the scopes of their previews,
/// where the document has these.
pub(super) fn tell_by_runs(out: &mut FeedOutput) {
    let previews: HashMap<&str, &str> = out
        .runs
        .iter()
        .filter(|run| run.operation == RunOperation::Plan)
        .map(|run| (run.id.as_str(), run.scope.as_str()))
        .collect();
    for change in &mut out.changes {
        if let Some(scope) = previews.get(change.run.as_str()) {
            (*scope).clone_into(&mut change.scope);
        }
    }
    let runs: HashMap<&str, &Run> = out
        .runs
        .iter()
        .filter(|run| run.operation != RunOperation::Plan)
        .map(|run| (run.id.as_str(), run))
        .collect();
    for change in &mut out.changes {
        let run = runs.get(change.run.as_str());
        let Some(run) = run.filter(|_| change.outcome != ChangeOutcome::Planned) else {
            continue;
        };
        if change.time.is_none() {
            (change.not_before, change.time) = (run.started, run.ended);
        }
        if change.action != ChangeAction::Drift {
            change.actor = change.actor.take().or_else(|| run.actor.clone());
        }
    }
    join(&mut out.changes);
}

/// Joins an error to the resource that it is of, which tells the change better.
fn join(changes: &mut Vec<Change>) {
    let is_error = |change: &Change| change.resource.is_none() && change.reason.is_some();
    let place = |change: &Change| (change.run.clone(), change.address.clone());
    let errors: HashMap<(String, String), Change> = changes
        .iter()
        .filter(|change| is_error(change))
        .map(|change| (place(change), change.clone()))
        .collect();
    let mut joined: HashSet<(String, String)> = HashSet::new();
    for change in changes.iter_mut().filter(|change| !is_error(change)) {
        let place = place(change);
        let Some(error) = errors.get(&place) else {
            continue;
        };
        if change.outcome == ChangeOutcome::Failed {
            change.reason.clone_from(&error.reason);
            change.error_code.clone_from(&error.error_code);
            change.is_root_failure = error.is_root_failure;
            joined.insert(place);
        }
    }
    let is_joined = |change: &Change| is_error(change) && joined.contains(&place(change));
    changes.retain(|change| !is_joined(change));
}

fn change(value: &Value, action: ChangeAction, run: &str, place: Place<'_>) -> Option<Change> {
    let address = name(value, &["terraformInfo", "address"])?;
    let told = name(value, &["terraformInfo", "type"]);
    Some(Change {
        id: format!("{TOOL}:{run}:{address}:{action}"),
        tool: TOOL.to_owned(),
        scope: short(run).to_owned(),
        run: run.to_owned(),
        action,
        address: address.to_owned(),
        resource_type: told.map_or_else(|| resource_type(address), str::to_owned),
        class: Some(WriteClass::Iac),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Change::default()
    })
}

fn row(value: &Value, key: &str, deployment: &str, place: Place<'_>) -> Resource {
    let id = name(value, &["terraformInfo", "id"]);
    let own = |text: &str| Some(text.to_owned());
    Resource {
        key: key.to_owned(),
        aliases: id.map(str::to_owned).into_iter().collect(),
        resource_type: name(value, &["terraformInfo", "type"])
            .unwrap_or_default()
            .to_owned(),
        name: own(key::short_name(key)),
        provider: own("gcp"),
        account: key::google_project(key).map(str::to_owned),
        tool: own(TOOL),
        scope: own(short(deployment)),
        address: name(value, &["terraformInfo", "address"]).map(str::to_owned),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Resource::default()
    }
}

/// Full name of the resource in Cloud Asset Inventory, where it is one asset.
fn asset(value: &Value) -> Option<String> {
    let assets = at(value, &["caiAssets"])?.as_object()?;
    let mut names = assets
        .values()
        .filter_map(|asset| name(asset, &["fullResourceName"]));
    let first = names.next()?;
    names.next().is_none().then(|| key::canonical(first))
}

fn action(intent: &str) -> Option<ChangeAction> {
    Some(match intent {
        "CREATE" => ChangeAction::Create,
        "UPDATE" => ChangeAction::Update,
        "DELETE" => ChangeAction::Delete,
        "RECREATE" => ChangeAction::Replace,
        _ => return None,
    })
}
