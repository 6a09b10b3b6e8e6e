//! A rule for what comes in that closed the port which messages tell of, where nothing is known of
//! what it is for: an audit log tells the id of a group, and not what is in it. Logs of flows may
//! tell that it was for what was lost, also of a rule of which no port is known, as one that was
//! deleted by its name.

use std::net::Ipv4Addr;

use nepho_core::tables::{Change, ChangeAction, RelationKind};
use nepho_core::time::NANOS;

use super::candidates::Candidate;
use super::outside;
use super::ports;
use super::reach::first_trouble;
use super::stranger;
use crate::account::Account;
use crate::blame::mention;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;
use crate::observe::flows::Refused;
use crate::place::Place;
use crate::words;

/// How long flows are gathered before they are told of, at most: 10 minutes.
///
/// docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html (read 2026-12-01).
const GATHERED: i64 = 600 * NANOS;

/// What messages name that was lost, if a change closed its port, or may have done so where flows
/// tell that one did, and nothing tells whose rule that was.
pub(super) fn lost<'a>(
    scene: &'a Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
) -> Option<&'a str> {
    let lost = scene.lost.get(burst).copied().flatten()?;
    let is_meant = lost.is_named && !scene.is_known(lost.node);
    let is_lost = is_meant && first_trouble(scene, burst) == Some(Trouble::Connection);
    let node = scene.graph.node(lost.node);
    let name = node.key.to_lowercase();
    (is_lost
        && is_inside(name.split(':').next().unwrap_or_default())
        && !is_attached(scene, candidate)
        && !is_elsewhere(scene, burst, candidate.change)
        && match tells_ports(candidate.change) {
            true => {
                stranger::is_incoming(scene, candidate)
                    && !lost_ports(scene, burst, candidate.change, &name).is_empty()
            }
            false => may_refuse(candidate.change) && refused(scene, burst, candidate).is_some(),
        })
    .then_some(node.label.as_str())
}

/// Types, without case and signs, of what lets flows through or refuses them. A route, a listener
/// or a gateway refuses none.
const DOORS: [&str; 6] = [
    "computefirewall",
    "firewallpolic",
    "firewallrule",
    "networkacl",
    "securitygroup",
    "securityrule",
];
/// Ends of those that hold rules: one that was made just now is of nothing yet.
const HOLDERS: [&str; 5] = [
    "firewallpolicies",
    "firewallpolicy",
    "networkacl",
    "securitygroup",
    "securitygroups",
];

/// Whether a change of this kind can lead to flows that are refused.
fn may_refuse(change: &Change) -> bool {
    let letters = change
        .resource_type
        .chars()
        .filter(char::is_ascii_alphanumeric);
    let kind: String = letters.collect::<String>().to_ascii_lowercase();
    let is_empty =
        change.action == ChangeAction::Create && HOLDERS.iter().any(|end| kind.ends_with(end));
    DOORS.iter().any(|part| kind.contains(part)) && !is_empty
}

/// Whether it is known which ports a change closed.
fn tells_ports(change: &Change) -> bool {
    let mut names = change.attributes.iter();
    names.any(|name| name.starts_with(Change::CLOSED_PORT))
}

/// What ties such a change to what was lost, in words.
pub(super) fn path(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
) -> Option<Vec<String>> {
    let name = lost(scene, burst, candidate)?;
    let closed = match tells_ports(candidate.change) {
        true => format!("it closed the port of {name}, which its messages name"),
        false => format!("its messages name {name}"),
    };
    let seen = refused(scene, burst, candidate).map(|end| {
        format!(
            "flows reached {}:{} before, and were refused from {} on",
            end.address,
            end.port,
            words::clock(end.since)
        )
    });
    Some(std::iter::once(closed).chain(seen).collect())
}

/// The end of such a port which flows reached before a change, and were refused from then on.
pub(super) fn refused(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
) -> Option<Refused> {
    let lost = scene.lost.get(burst).copied().flatten()?;
    let name = scene.graph.node(lost.node).key.to_lowercase();
    let ports = lost_ports(scene, burst, candidate.change, &name);
    let onset = scene.bursts.get(burst)?.onset;
    let latest = match tells_ports(candidate.change) {
        true => onset,
        false => onset.min(candidate.time),
    };
    let times = candidate.started..=latest.saturating_add(GATHERED);
    scene.observer.flows.refused(&ports, &times)
}

/// Whether what has this name or address may lie in a network of one's own.
fn is_inside(host: &str) -> bool {
    match host.parse::<Ipv4Addr>() {
        Ok(address) => address.is_private(),
        Err(_) => !outside::is_public(host),
    }
}

/// Whether a change is of another account or place than the failing rows.
fn is_elsewhere(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let (Some(burst), Some(id)) = (scene.bursts.get(burst), &change.resource) else {
        return false;
    };
    let account = Account::of_id(id);
    account.is_some_and(|account| account.is_away(&scene.homes(burst)))
        || Place::of_id(id).is_away_from_all(&scene.places(burst))
}

/// Whether the map knows anything that a change of a rule is for. Whom it lets in is none.
fn is_attached(scene: &Scene<'_>, candidate: &Candidate<'_>) -> bool {
    candidate.touches(|node| {
        let (forward, backward) = (&scene.graph.forward, &scene.graph.backward);
        let mut edges = forward.of(node).iter().chain(backward.of(node));
        edges.any(|edge| edge.kind != RelationKind::PermitsNet)
    })
}

/// Ports that messages tell of which name what was lost; where it is known which ports a change
/// closed, those of them.
fn lost_ports(scene: &Scene<'_>, burst: usize, change: &Change, name: &str) -> Vec<u16> {
    let voice = scene.voices.get(burst);
    let messages = voice.into_iter().flat_map(|voice| &voice.messages);
    let texts = messages.map(|message| message.text.as_str());
    let texts = texts.filter(|text| mention::mentions(text, name));
    let is_known = tells_ports(change);
    let found = texts.flat_map(|text| match is_known {
        true => ports::closed(change, text),
        false => ports::told(text),
    });
    found.collect()
}
