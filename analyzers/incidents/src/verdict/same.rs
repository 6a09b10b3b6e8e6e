//! Records that are set to what they were.

use nepho_core::key;
use nepho_core::tables::{Change, RelationKind};
use nepho_core::time::NANOS;

use super::candidates::Candidate;
use super::class;
use crate::blame::scene::Scene;

/// Whether a record leads after a change to just those things of the map to which it led before:
/// only how long others may keep it can have changed.
pub(super) fn leads_as_before(scene: &Scene<'_>, candidate: &Candidate<'_>) -> bool {
    let change = candidate.change;
    let names = change.attributes.iter();
    let hosts = names.filter_map(|name| name.strip_prefix(Change::LEADS_TO));
    let hosts: Vec<&str> = hosts.collect();
    let id = change.resource.as_deref().map(key::canonical);
    let Some(record) = id.and_then(|id| scene.graph.resource(&id)) else {
        return false;
    };
    if hosts.is_empty() || !class::is_record(&change.resource_type) {
        return false;
    }
    let before = candidate.started.saturating_sub(NANOS);
    let edges = scene.graph.forward.of(record).iter();
    let led: Vec<u32> = edges
        .filter(|edge| edge.kind == RelationKind::Routes)
        .map(|edge| edge.node)
        .filter(|to| {
            let kind = RelationKind::Routes;
            scene.graph.holds(record, *to, kind, before, before)
        })
        .collect();
    let is_of = |node: u32, host: &str| {
        let mut names = scene.graph.node(node).names.iter();
        names.any(|name| **name == *host)
    };
    !led.is_empty()
        && hosts
            .iter()
            .all(|host| led.iter().any(|to| is_of(*to, host)))
        && led
            .iter()
            .all(|to| hosts.iter().any(|host| is_of(*to, host)))
}
