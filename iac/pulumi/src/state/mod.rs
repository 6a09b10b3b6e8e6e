//! Feed `pulumi.state`: what `pulumi stack export` prints and what file backends store. See
//! `README.md`.

mod graph;
mod history;
mod permits;
mod refine;
mod shape;
mod stacks;
mod wire;

#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod permits_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys, Snapshot};
use nepho_core::findings::WriteClass;
use nepho_core::format::Confidence;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use self::graph::{Around, Words};
use self::history::PulumiRules;
use self::stacks::Stacks;
use self::wire::{Managed, PendingOperation};
use nepho_iac_common::head::has_key;
use nepho_iac_common::place::Places;

use crate::identity::{Known, is_logical};
use crate::urn::Urn;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "pulumi.state",
    summary: "State of a Pulumi stack (stack export, checkpoint): resources and what they need",
    permissions: &[],
    make: Make::Feed(|| Box::new(State)),
});

/// Reads states.
#[derive(Debug)]
pub struct State;

impl ChangeFeed for State {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["urn", "magic"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has = |name: &str| has_key(head, name);
        let is_others =
            has("terraform_version") || has("lineage") || (has("sequence") && has("timestamp"));
        if !head.starts_with('{') || is_others {
            return Confidence::NO;
        }
        let is_wrapped = has("deployment") || has("checkpoint") || has("latest");
        let is_pulumi =
            (has("urn") && head.contains("\"urn:pulumi:")) || (has("manifest") && has("magic"));
        if is_wrapped && is_pulumi {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let deployment = shape::deployment(document.text, &places)?;
        let mut resources = Vec::with_capacity(deployment.resources.len());
        for text in &deployment.resources {
            match Managed::read(text) {
                Ok(managed) => resources.push(managed),
                Err(reason) => out.rejects.push(places.reject_part(text, reason)),
            }
        }
        let known = known(&resources);
        let keys = keys_by_urn(&resources);
        out.snapshots.extend(history::snapshot(
            document,
            &deployment,
            &resources,
            &keys,
            &known,
        ));
        let around = Around {
            keys: &keys,
            known: &known,
            stacks: Stacks::of(&resources),
            words: Words::of(&resources),
        };
        let told = out.relations.len();
        for managed in resources.iter().filter(|managed| managed.exists()) {
            let line = places.line_of(managed.text);
            let Some(mut resource) = managed.described().resource(document.uri, line) else {
                continue;
            };
            resource.parent = managed
                .parent(&keys, &known)
                .filter(|parent| *parent != resource.key);
            resource.valid_from = managed.created;
            if managed.is_external {
                resource.tool = None;
            }
            graph::relate(managed, &resource, &around, out);
            out.resources.push(resource);
        }
        permits::tell(&resources, &known, document.uri, told, out);
        for text in &deployment.pending_operations {
            match PendingOperation::read(text) {
                Ok(pending) => out.changes.extend(interrupted(
                    &pending,
                    &keys,
                    &known,
                    document.uri,
                    places.line_of(text),
                )),
                Err(reason) => out.rejects.push(places.reject_part(text, reason)),
            }
        }
        Ok(())
    }

    fn compare(&self, snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
        let told = out.changes.len();
        nepho_iac_common::compare(&PulumiRules, snapshots, known, out);
        refine::refine(snapshots, out.changes.iter_mut().skip(told));
    }
}

fn known(resources: &[Managed<'_>]) -> Known {
    let mut known = Known::default();
    for managed in resources.iter().filter(|managed| managed.exists()) {
        if let Some(key) = managed.described().key() {
            known.add(&managed.described(), &key);
        }
    }
    known
}

/// Keys of the resources that are current, by their URN.
fn keys_by_urn(resources: &[Managed<'_>]) -> BTreeMap<String, String> {
    let current = resources
        .iter()
        .filter(|managed| managed.exists() && !managed.is_pending_delete);
    current
        .filter_map(|managed| Some((managed.urn.clone(), managed.described().key()?)))
        .collect()
}

/// Change of an operation that began and whose end nobody recorded.
fn interrupted(
    pending: &PendingOperation<'_>,
    keys: &BTreeMap<String, String>,
    known: &Known,
    uri: &str,
    line: u64,
) -> Option<Change> {
    let action = match pending.kind.as_str() {
        "creating" => ChangeAction::Create,
        "updating" => ChangeAction::Update,
        "deleting" => ChangeAction::Delete,
        "importing" => ChangeAction::Import,
        _ => return None,
    };
    let managed = &pending.resource;
    let scope = Urn::parse(&managed.urn)?.scope();
    if !managed.is_custom || is_logical(&managed.kind) {
        return None;
    }
    let run = "pending".to_owned();
    Some(Change {
        id: format!("pulumi:{scope}:{run}:{}:{action}", managed.urn),
        tool: "pulumi".to_owned(),
        scope,
        run,
        action,
        outcome: ChangeOutcome::Unknown,
        address: managed.urn.clone(),
        resource: managed
            .described()
            .key()
            .or_else(|| keys.get(&managed.urn).cloned()),
        resource_type: managed.kind.clone(),
        parent: managed.parent(keys, known),
        class: Some(WriteClass::Iac),
        reason: Some("the run was interrupted".to_owned()),
        uri: uri.to_owned(),
        line,
        ..Change::default()
    })
}
