//! A rule for what comes in that closed the port which messages tell of, where nothing is known of
//! what it is for: an audit log tells the id of a group, and not what is in it.

use std::net::Ipv4Addr;

use nepho_core::tables::{Change, RelationKind};

use super::candidates::Candidate;
use super::outside;
use super::ports;
use super::reach::first_trouble;
use super::stranger;
use crate::blame::mention;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;

/// What messages name that was lost, if a change closed its port and nothing tells whose rule that
/// was.
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
        && stranger::is_incoming(scene, candidate)
        && !is_attached(scene, candidate)
        && tells_port(scene, burst, candidate.change, &name))
    .then_some(node.label.as_str())
}

/// Whether what has this name or address may lie in a network of one's own.
fn is_inside(host: &str) -> bool {
    match host.parse::<Ipv4Addr>() {
        Ok(address) => address.is_private(),
        Err(_) => !outside::is_public(host),
    }
}

/// Whether the map knows anything that a change of a rule is for. Whom it lets in is none.
fn is_attached(scene: &Scene<'_>, candidate: &Candidate<'_>) -> bool {
    candidate.touches(|node| {
        let (forward, backward) = (&scene.graph.forward, &scene.graph.backward);
        let mut edges = forward.of(node).iter().chain(backward.of(node));
        edges.any(|edge| edge.kind != RelationKind::PermitsNet)
    })
}

fn tells_port(scene: &Scene<'_>, burst: usize, change: &Change, name: &str) -> bool {
    let voice = scene.voices.get(burst);
    let messages = voice.into_iter().flat_map(|voice| &voice.messages);
    let mut texts = messages.map(|message| message.text.as_str());
    texts.any(|text| mention::mentions(text, name) && ports::are_closed(change, text))
}
