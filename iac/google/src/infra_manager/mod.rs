//! Feed `google.infra_manager`: revisions of deployments, their resources, previews and drift. See
//! `README.md`.

mod changes;
mod runs;
#[cfg(test)]
mod tests;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_iac_common::outer;
use serde_json::Value;

use crate::objects::{Place, read_all};
use crate::value::name;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "google.infra_manager",
    summary: "Infrastructure Manager of Google Cloud: revisions, resources, previews, drift",
    permissions: &["config.revisions.list", "config.resources.list"],
    make: Make::Feed(|| Box::new(InfraManager)),
});

/// Word in column `tool`.
pub(crate) const TOOL: &str = "infra_manager";

/// Members of answers that hold the objects of a list.
const LISTS: [&str; 6] = [
    "deployments",
    "revisions",
    "resources",
    "previews",
    "resourceChanges",
    "resourceDrifts",
];

/// Members that objects of Infrastructure Manager alone have.
const OWN: [&str; 6] = [
    "terraformBlueprint",
    "terraformInfo",
    "latestRevision",
    "tfErrors",
    "applyResults",
    "tfVersion",
];

/// Outermost keys that are looked at.
const KEYS: usize = 64;

/// Reads objects of Infrastructure Manager.
#[derive(Debug)]
pub struct InfraManager;

/// What an object is, by the parts of its name.
enum Kind<'a> {
    Deployment,
    /// Name of the deployment.
    Revision(&'a str),
    /// Names of the deployment and of the revision.
    Resource(&'a str, &'a str),
    Preview,
    /// Name of the preview.
    Change(&'a str),
    Drift(&'a str),
}

impl ChangeFeed for InfraManager {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&OWN)
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        // Logs quote such objects, but within objects of their own.
        let first = outer::first(head, &LISTS, KEYS);
        let keys = outer::keys(first, KEYS);
        let is_named = outer::text(first, "name", KEYS).and_then(kind).is_some();
        match is_named && OWN.iter().any(|own| keys.contains(own)) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let unknown = "not an object of Infrastructure Manager";
        let lists = &LISTS;
        read_all(
            document,
            "google.infra_manager",
            lists,
            (read, unknown),
            out,
        )?;
        changes::tell_by_runs(out);
        Ok(())
    }
}

/// Adds what an object tells; `None` of one that is none of Infrastructure Manager.
fn read(value: &Value, place: Place<'_>, out: &mut FeedOutput) -> Option<()> {
    let own = name(value, &["name"])?;
    match kind(own)? {
        Kind::Deployment => out.runs.extend(runs::of_deployment(value, own, place)),
        Kind::Revision(deployment) => {
            let run = runs::of_revision(value, own, deployment, place);
            out.changes.extend(changes::failed(value, &run));
            out.runs.push(run);
        }
        Kind::Resource(deployment, revision) => {
            changes::resource(value, deployment, revision, place, out);
        }
        Kind::Preview => out.runs.push(runs::of_preview(value, own, place)),
        Kind::Change(preview) => out.changes.extend(changes::planned(value, preview, place)),
        Kind::Drift(preview) => out.changes.extend(changes::drift(value, preview, place)),
    }
    Some(())
}

/// `projects/P/locations/L/deployments/D/revisions/R/resources/X` and its beginnings.
fn kind(own: &str) -> Option<Kind<'_>> {
    let parts: Vec<&str> = own.split('/').collect();
    let front = |count: usize| -> Option<&str> {
        let parts = parts.get(..count)?;
        let length = parts.iter().map(|part| part.len() + 1).sum::<usize>();
        own.get(..length.saturating_sub(1))
    };
    match parts.as_slice() {
        ["projects", _, "locations", _, "deployments", _] => Some(Kind::Deployment),
        ["projects", _, "locations", _, "previews", _] => Some(Kind::Preview),
        [
            "projects",
            _,
            "locations",
            _,
            "deployments",
            _,
            "revisions",
            _,
        ] => Some(Kind::Revision(front(6)?)),
        [
            "projects",
            _,
            "locations",
            _,
            "previews",
            _,
            "resourceChanges",
            _,
        ] => Some(Kind::Change(front(6)?)),
        [
            "projects",
            _,
            "locations",
            _,
            "previews",
            _,
            "resourceDrifts",
            _,
        ] => Some(Kind::Drift(front(6)?)),
        [
            "projects",
            _,
            "locations",
            _,
            "deployments",
            _,
            "revisions",
            _,
            "resources",
            _,
        ] => Some(Kind::Resource(front(6)?, front(8)?)),
        _ => None,
    }
}

/// Name of a deployment or a preview, without where it lies.
pub(crate) fn short(full: &str) -> &str {
    full.rsplit('/').next().unwrap_or(full)
}
