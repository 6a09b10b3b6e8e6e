//! What network rules of a state let reach what.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_iac_common::permits::plain::{self, Thing};
use serde_json::Value;

use super::wire::Managed;
use crate::identity::Known;
use crate::urn::Urn;

/// Adds the relations; those from number `told` on are of this state. An edge between two groups of
/// it gives way to those between their members.
pub(super) fn tell(
    resources: &[Managed<'_>],
    known: &Known,
    uri: &str,
    told: usize,
    out: &mut FeedOutput,
) {
    let described = resources.iter().filter(|managed| managed.exists());
    let described: Vec<(&Managed<'_>, String)> = described
        .filter_map(|managed| Some((managed, managed.described().key()?)))
        .collect();
    let parents: Vec<Option<String>> = described
        .iter()
        .map(|(managed, _)| managed.described().parent(known))
        .collect();
    let things: Vec<Thing<'_>> = described
        .iter()
        .zip(&parents)
        .map(|((managed, key), parent)| Thing {
            key,
            label: Urn::parse(&managed.urn).map_or("", |urn| urn.name),
            resource_type: &managed.kind,
            parent: parent.as_deref(),
            properties: managed.rules.as_ref().unwrap_or(&Value::Null),
        })
        .collect();
    let find = |id: &str| {
        let found = known.find(&key::canonical(id)).or_else(|| known.find(id));
        found.map(str::to_owned)
    };
    let place = ("pulumi", uri);
    plain::relate(&things, &find, place, told, &mut out.relations);
}
