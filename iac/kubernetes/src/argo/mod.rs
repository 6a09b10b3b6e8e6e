//! Applications of Argo CD: what was synced when by whom, and what is out of sync.
//!
//! argo-cd.readthedocs.io/en/stable (operator manual, application specification; types in
//! pkg/apis/application/v1alpha1), read 2026-11-28.

mod results;
mod runs;

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Run, RunOperation};
use serde_json::Value;

pub(crate) use self::results::word;
use self::results::{Named, drift, managed, result_of};
use self::runs::{operation, synced};
use crate::object::Object;
use crate::value::{list, text};

/// Whether the object is an application.
pub(crate) fn is_application(object: &Object<'_>) -> bool {
    object.group == "argoproj.io" && object.kind == "Application"
}

/// Adds the runs, changes and edges of an application.
pub(crate) fn application(object: &Object<'_>, out: &mut FeedOutput) {
    let mut runs: Vec<Run> = list(object.value, &["status", "history"])
        .iter()
        .filter_map(|entry| synced(object, entry))
        .collect();
    for at in 1..runs.len() {
        let (before, after) = runs.split_at_mut(at);
        if let (Some(last), Some(next)) = (before.last(), after.first_mut()) {
            next.serial_from = last.serial_to;
        }
    }
    if let Some(state) = object.at(&["status", "operationState"]) {
        let run = operation(object, state, &mut runs);
        for result in list(state, &["syncResult", "resources"]) {
            out.changes.extend(result_of(object, &run, result));
        }
    }
    drift(object, out);
    for resource in list(object.value, &["status", "resources"]) {
        if let Some(of) = Named::of(object, resource) {
            out.relations.push(managed(object, &of));
        }
    }
    out.runs.append(&mut runs);
}

fn scope(object: &Object<'_>) -> String {
    object.path()
}

/// Revision of a sync; of several sources the first.
fn revision(value: &Value) -> Option<String> {
    let single = text(value, &["revision"]);
    let several = list(value, &["revisions"]).iter().find_map(Value::as_str);
    single.or(several).map(str::to_owned)
}

fn repository(object: &Object<'_>, value: &Value) -> Option<String> {
    let of = |value: &Value| {
        let several = list(value, &["sources"]).first();
        let url = text(value, &["source", "repoURL"]);
        url.or_else(|| several.and_then(|source| text(source, &["repoURL"])))
            .map(without_user)
    };
    of(value).or_else(|| object.at(&["spec"]).and_then(of))
}

/// An address without user and password.
pub(crate) fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{}", rest.get(end..).unwrap_or_default())
}

fn run_of(object: &Object<'_>, id: String) -> Run {
    Run {
        id,
        tool: "argocd".to_owned(),
        scope: scope(object),
        operation: RunOperation::Sync,
        uri: object.place.uri.to_owned(),
        line: object.place.line,
        ..Run::default()
    }
}
