//! The place of a state in the history of its stack, and how two versions are compared.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::feed::{Document, Member, Snapshot};
use nepho_core::key::is_azure_id;
use nepho_iac_common::Rules;
use nepho_iac_common::fingerprint::Fingerprint;

use super::shape::Deployment;
use super::wire::Managed;
use crate::identity::{Known, is_logical};
use crate::urn::Urn;

/// Names under which a member has what is no input of it. No input can have them: names with two
/// underscores are left out. The first is a fingerprint, the times are nanoseconds since 1970, the
/// last is there or not.
const ID: &str = "__id";
pub(super) const CREATED: &str = "__created";
pub(super) const MODIFIED: &str = "__modified";
pub(super) const RETAINED: &str = "__retained";

/// What was declared, with its place in the history of the stack. `None` where no resource tells
/// which stack it is. Without the time of the manifest it is of no history.
pub(super) fn snapshot(
    document: &Document<'_>,
    deployment: &Deployment<'_>,
    resources: &[Managed<'_>],
    keys: &BTreeMap<String, String>,
    known: &Known,
) -> Option<Snapshot> {
    let scope = Urn::parse(&resources.first()?.urn)?.scope();
    let declared = resources.iter().filter(|managed| {
        managed.exists()
            && !managed.is_external
            && !managed.is_pending_delete
            && !is_logical(&managed.kind)
    });
    let members: BTreeMap<String, Member> = declared
        .map(|managed| (managed.urn.clone(), member(managed, keys, known)))
        .collect();
    let is_whole = deployment.resources.len() == resources.len() && !deployment.is_broken;
    let lineage = deployment.written.map(|_| format!("pulumi:{scope}"));
    Some(Snapshot {
        tool: "pulumi".to_owned(),
        scope,
        lineage: lineage.unwrap_or_default(),
        serial: deployment.written.map(milliseconds).unwrap_or_default(),
        time: deployment.written,
        digest: digest(&members),
        is_complete: is_whole,
        members,
        uri: document.uri.to_owned(),
    })
}

fn member(managed: &Managed<'_>, keys: &BTreeMap<String, String>, known: &Known) -> Member {
    let mut attributes = managed.prints.clone();
    let print = |text: &str| Fingerprint::default().with(text.as_bytes()).finish();
    attributes.insert(ID.to_owned(), print(&managed.id));
    for (name, time) in [(CREATED, managed.created), (MODIFIED, managed.modified)] {
        let nanos = time.and_then(|time| u64::try_from(time.0).ok());
        attributes.extend(nanos.map(|nanos| (name.to_owned(), nanos)));
    }
    if managed.is_retained {
        attributes.insert(RETAINED.to_owned(), 1);
    }
    Member {
        resource: managed.described().key(),
        resource_type: managed.kind.clone(),
        parent: managed.parent(keys, known),
        is_tainted: managed.is_tainted,
        schema_version: 0,
        attributes,
    }
}

/// Milliseconds since 1970; the engine counts no serial numbers.
fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.0 / 1_000_000).unwrap_or_default()
}

/// A number of what the state says. Not of its bytes: an export, a checkpoint and a backup of one
/// version are spelled differently.
fn digest(members: &BTreeMap<String, Member>) -> u64 {
    let mut print = Fingerprint::default();
    for (urn, member) in members {
        print = print.with(urn.as_bytes());
        for (name, value) in &member.attributes {
            print = print.with(name.as_bytes()).with(&value.to_le_bytes());
        }
    }
    print.finish()
}

/// Rules of Pulumi.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PulumiRules;

impl Rules for PulumiRules {
    fn tools(&self) -> &[&str] {
        &["pulumi"]
    }

    fn is_same_object(&self, before: &Member, after: &Member) -> bool {
        let is_other = |name: &str| {
            let pair = before.attributes.get(name).zip(after.attributes.get(name));
            pair.is_some_and(|(one, other)| one != other)
        };
        // An object with a chosen name keeps its id when it is replaced; its time tells.
        !is_other(ID) && !is_other(CREATED)
    }

    fn identity(&self, member: &Member) -> Option<String> {
        let id = member.attributes.get(ID)?;
        let kind = &member.resource_type;
        Some(match self.global_identity(member) {
            Some(identity) => identity,
            None => format!("{kind} {id:x}"),
        })
    }

    fn global_identity(&self, member: &Member) -> Option<String> {
        let key = member.resource.as_deref()?;
        let is_global = key.starts_with("arn:") || key.starts_with("//") || is_azure_id(key);
        is_global.then(|| format!("{} {key}", member.resource_type))
    }

    fn is_computed(&self, _resource_type: &str, attribute: &str) -> bool {
        [ID, CREATED, MODIFIED, RETAINED].contains(&attribute)
    }
}
