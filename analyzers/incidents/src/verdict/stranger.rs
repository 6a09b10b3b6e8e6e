//! An address that messages name and of which nothing else is known: what a rule for what comes in
//! is for may have it.

use std::net::Ipv4Addr;

use nepho_core::tables::Change;

use super::candidates::Candidate;
use super::outside;
use super::ports;
use super::reach::{Reach, first_trouble};
use crate::blame::mention;
use crate::blame::scene::{Scene, is_host};
use crate::blame::texture::Trouble;

/// What a change of a rule closed of what messages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The port.
    Port,
    /// Nothing tells which ports.
    Unknown,
}

/// Whether a change is of a rule for what comes in.
pub(super) fn is_incoming(scene: &Scene<'_>, candidate: &Candidate<'_>) -> bool {
    let mut touched = candidate.nodes.iter();
    let direction = touched.find_map(|(node, _)| scene.graph.node(*node).is_incoming);
    ports::is_incoming(candidate.change, direction)
}

/// What a change of a rule may have closed of an address of a private network, or of a name in it,
/// of which the map knows nothing; `way` leads from the rule to the service. What stands before
/// the service itself has not that address.
pub(super) fn closed(
    scene: &Scene<'_>,
    burst: usize,
    change: &Change,
    way: &[u32],
) -> Option<Closed> {
    let lost = scene.lost.get(burst).copied().flatten()?;
    let name = scene.graph.node(lost.node).key.to_lowercase();
    let host = name.split(':').next().unwrap_or_default();
    let address = host.parse::<Ipv4Addr>().ok();
    let is_public = outside::is_public(host)
        || address.is_some_and(|address| !address.is_private())
        || scene.is_known(lost.node);
    let is_host = |node: &u32| is_host(&scene.graph.node(*node).key);
    let is_for_own = way.get(1).is_none_or(is_host);
    if is_public || is_for_own || first_trouble(scene, burst) != Some(Trouble::Connection) {
        return None;
    }
    let messages = scene.voices.get(burst)?.messages.iter();
    let mut texts = messages.map(|message| message.text.as_str());
    let mut names = change.attributes.iter();
    if !names.any(|name| name.starts_with(Change::CLOSED_PORT)) {
        return address.is_some().then_some(Closed::Unknown);
    }
    let is_told = |text: &str| mention::mentions(text, &name) && ports::are_closed(change, text);
    texts.any(is_told).then_some(Closed::Port)
}

/// In words, that a change closed the port of an address, where nothing else ties it to that.
pub(super) fn told(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
    node: u32,
) -> Option<String> {
    let lost = scene.lost.get(burst).copied().flatten()?;
    let is_meant = lost.is_named && reach.is_side(node) && is_incoming(scene, candidate);
    let way = reach.way(node);
    let closed = closed(scene, burst, candidate.change, &way).filter(|_| is_meant);
    let name = &scene.graph.node(lost.node).label;
    (closed == Some(Closed::Port))
        .then(|| format!("its messages name {name}, and the port is one that was closed"))
}

/// Whether nothing tells which ports a change closed that may have closed those of an address.
pub(super) fn is_unclear(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> bool {
    let lost = scene.lost.get(burst).copied().flatten();
    let names_loss = lost.is_some_and(|lost| lost.is_named);
    let is_unclear = |node: u32| {
        let way = reach.way(node);
        reach.is_side(node) && closed(scene, burst, candidate.change, &way) == Some(Closed::Unknown)
    };
    names_loss && is_incoming(scene, candidate) && candidate.touches(is_unclear)
}
