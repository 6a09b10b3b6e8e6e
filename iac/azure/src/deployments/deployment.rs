//! One deployment: a run, what it put, and what depends on what in it.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::key;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Relation, RelationKind, Run, RunOperation, RunStatus,
};
use serde_json::Value;

use super::complete;
use crate::error::{Values, failures};
use crate::resource::{self, Place, container, is_deployment};
use crate::run::{change, run_id, status};
use crate::time;
use crate::value::{at, is_list, list, properties, text};

/// Said of a change when nobody told whether the resource was there before.
pub(super) const UPSERT: &str = "the deployment puts the resource, new or not";

/// Adds what the deployment tells.
///
/// # Errors
/// What is missing, when it cannot be read.
pub(super) fn read(
    value: &Value,
    place: Place<'_>,
    out: &mut FeedOutput,
) -> Result<(), &'static str> {
    let id = text(value, &["id"]).ok_or("a deployment without an id")?;
    let properties = properties(value);
    let scope = key::canonical(id);
    let outputs: Vec<&str> = list(properties, &["outputResources"])
        .iter()
        .filter_map(|output| text(output, &["id"]))
        .collect();
    let values = Values::of(properties, &ids(properties, id));
    let run = run(value, &scope, !outputs.is_empty(), &values, place);
    let told = Told {
        id,
        scope: &scope,
        run: &run,
        place,
    };
    told.dependencies(properties, out);
    told.outputs(&outputs, resource::tags(value), out);
    told.failures(properties, &values, out);
    out.snapshots.push(snapshot(&run, properties, &outputs));
    out.runs.push(run);
    Ok(())
}

/// A deployment whose parts are told.
struct Told<'a> {
    /// Id as it was written.
    id: &'a str,
    /// The same as a canonical id.
    scope: &'a str,
    run: &'a Run,
    place: Place<'a>,
}

impl Told<'_> {
    fn relation(&self, ends: (&str, &str), kind: RelationKind, evidence: &str) -> Option<Relation> {
        let (from, to) = ends;
        resource::relation(from, kind, to, self.run.started, evidence, self.place)
    }

    /// Tells what depends on what.
    fn dependencies(&self, properties: &Value, out: &mut FeedOutput) {
        let evidence = "dependencies of the deployment";
        for dependency in list(properties, &["dependencies"]) {
            let Some(from) = text(dependency, &["id"]) else {
                continue;
            };
            let needed = list(dependency, &["dependsOn"]).iter();
            let needed = needed.filter_map(|needed| text(needed, &["id"]));
            let kind = RelationKind::DependsOn;
            out.relations
                .extend(needed.filter_map(|to| self.relation((from, to), kind, evidence)));
        }
    }

    /// Tells what it put: each resource, what that is managed by and lies in, and its change.
    fn outputs(&self, outputs: &[&str], tags: &Value, out: &mut FeedOutput) {
        for output in outputs {
            let row = resource::resource(output, self.scope, tags, self.place);
            let evidence = "resources of the deployment";
            out.relations.extend(self.relation(
                (output, self.id),
                RelationKind::ManagedBy,
                evidence,
            ));
            if let Some(container) = container(&row.key) {
                // A deployment puts what may have been there before.
                let kind = RelationKind::Contains;
                out.relations.extend(resource::relation(
                    output, kind, &container, None, "the id", self.place,
                ));
            }
            out.resources.push(row);
            out.changes.push(Change {
                reason: Some(UPSERT.to_owned()),
                ..self.change(output, ChangeOutcome::Applied)
            });
        }
    }

    /// Tells what it could not put.
    fn failures(&self, properties: &Value, values: &Values, out: &mut FeedOutput) {
        let Some(error) = at(properties, &["error"]).filter(|error| !error.is_null()) else {
            return;
        };
        let mut has_root = false;
        for failure in failures(error, values) {
            let Some(target) = &failure.target else {
                continue;
            };
            let mut failed = self.change(target, ChangeOutcome::Failed);
            if failure.is_consequence() {
                failed.outcome = ChangeOutcome::Cancelled;
            } else {
                failed.is_root_failure = !has_root && !is_deployment(target);
                has_root |= failed.is_root_failure;
            }
            failed.error_code = failure.code();
            failed.reason = Some(failure.reason);
            out.changes.push(failed);
        }
    }

    fn change(&self, target: &str, outcome: ChangeOutcome) -> Change {
        change(self.run, target, ChangeAction::Update, outcome, self.place)
    }
}

fn run(value: &Value, scope: &str, has_outputs: bool, values: &Values, place: Place<'_>) -> Run {
    let properties = properties(value);
    let state = text(properties, &["provisioningState"]).unwrap_or_default();
    let told = text(properties, &["timestamp"]).and_then(Timestamp::parse_rfc3339);
    // A deployment that was only accepted tells when that was; what it calls its duration is the
    // time that the request took. All others tell when they ended, or what they last did.
    let is_accepted = state.eq_ignore_ascii_case("Accepted");
    let started = if is_accepted {
        told
    } else {
        time::start(told, text(properties, &["duration"]))
    };
    let mut status = status(state);
    if status == RunStatus::Failed && has_outputs {
        status = RunStatus::Partial;
    }
    let is_over = !matches!(status, RunStatus::Running | RunStatus::Unknown);
    let error = at(properties, &["error"]).filter(|error| !error.is_null());
    let message = error.and_then(|error| failures(error, values).into_iter().next());
    let generator = text(properties, &["template", "metadata", "_generator", "name"]);
    let is_validation = is_list(properties, &["validatedResources"]);
    let tags = resource::tags(value);
    let operation = if is_validation {
        RunOperation::Plan
    } else if text(tags, &["azd-deploy-reason"]) == Some("down") {
        // Deletes nothing: it marks that `azd down` deleted what was deployed before.
        RunOperation::Destroy
    } else {
        RunOperation::Apply
    };
    Run {
        id: run_id(properties, scope, operation),
        tool: match generator {
            Some("bicep") => "bicep".to_owned(),
            _ => "arm".to_owned(),
        },
        scope: scope.to_owned(),
        operation,
        status,
        started,
        ended: told.filter(|_| is_over),
        actor: text(value, &["systemData", "createdBy"]).map(str::to_owned),
        revision: text(properties, &["templateHash"]).map(str::to_owned),
        message: message.map(|failure| failure.reason),
        uri: place.uri.to_owned(),
        line: place.line,
        ..Run::default()
    }
}

/// Ids that the deployment names.
fn ids<'a>(properties: &'a Value, id: &'a str) -> Vec<&'a str> {
    let mut ids = vec![id];
    for dependency in list(properties, &["dependencies"]) {
        ids.extend(text(dependency, &["id"]));
        ids.extend(
            list(dependency, &["dependsOn"])
                .iter()
                .filter_map(|needed| text(needed, &["id"])),
        );
    }
    for name in ["outputResources", "validatedResources"] {
        ids.extend(
            list(properties, &[name])
                .iter()
                .filter_map(|output| text(output, &["id"])),
        );
    }
    ids
}

/// The deployment as [`super::compare`] needs it. It holds all that its group has if it succeeded
/// in mode `Complete`.
fn snapshot(run: &Run, properties: &Value, outputs: &[&str]) -> Snapshot {
    let mode = text(properties, &["mode"]).unwrap_or_default();
    let is_complete = mode.eq_ignore_ascii_case("Complete") && run.status == RunStatus::Succeeded;
    let mut dependencies: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for dependency in list(properties, &["dependencies"]) {
        let from = text(dependency, &["id"]).unwrap_or_default();
        let needed = list(dependency, &["dependsOn"]).iter();
        let needed = needed.filter_map(|needed| text(needed, &["id"]));
        let own = dependencies.entry(key::canonical(from)).or_default();
        own.extend(needed.map(|to| (key::canonical(to), 1)));
    }
    Snapshot {
        tool: "arm".to_owned(),
        scope: run.scope.clone(),
        lineage: run.id.clone(),
        time: run.started,
        is_complete: is_complete && run.operation != RunOperation::Plan,
        members: complete::members(&run.scope, run.ended, outputs, dependencies),
        uri: run.uri.clone(),
        ..Snapshot::default()
    }
}
