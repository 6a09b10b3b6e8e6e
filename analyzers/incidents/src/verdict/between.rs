//! What can lie between a service and the thing that its messages name as lost.

use std::collections::HashSet;

use nepho_core::tables::{Change, RelationKind};

use super::class::{self, Class, is_identity};
use super::reach::first_trouble;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;

/// Words in the types of what holds settings and code of the service itself, without case and `_`.
const SETTINGS: [&str; 9] = [
    "appconfig",
    "configmap",
    "definition",
    "image",
    "launch",
    "layer",
    "parameter",
    "serverfarm",
    "serviceplan",
];

/// The way from a service to what it lost, on the side of the service.
///
/// What the service uses besides lies beside the way, whatever happens to it: a queue has nothing
/// to do with the database that does not answer. On the way are the networks that the service lies
/// in with what is attached to them, its own settings, and what stands before the lost thing.
pub(super) struct Way<'a> {
    scene: &'a Scene<'a>,
    /// The lost thing, and what stands before it: a balancer, a record, a proxy.
    leading: HashSet<u32>,
    /// Whether rights, keys and secrets can have to do with it.
    is_of_rights: bool,
}

impl<'a> Way<'a> {
    /// The way of the service of a burst to `lost`.
    pub(super) fn of(scene: &'a Scene<'_>, burst: usize, lost: &[u32]) -> Self {
        let edges = lost.iter().flat_map(|node| scene.graph.backward.of(*node));
        let before = edges.filter(|edge| is_passing(edge.kind));
        let before = before.map(|edge| edge.node);
        Self {
            scene,
            leading: before.chain(lost.iter().copied()).collect(),
            is_of_rights: !matches!(
                first_trouble(scene, burst),
                Some(Trouble::Connection | Trouble::NameResolution)
            ),
        }
    }

    /// Whether a node is the lost thing, or stands before it.
    pub(super) fn leads(&self, node: u32) -> bool {
        self.leading.contains(&node)
    }

    /// Whether a step on the side of the service goes along the way.
    pub(super) fn has(&self, kind: RelationKind, to: u32) -> bool {
        let node = self.scene.graph.node(to);
        let classes = || {
            class::of_change(&Change {
                resource_type: node.resource_type.clone(),
                ..Change::default()
            })
        };
        let is_right =
            || is_identity(&node.resource_type, &node.key) || classes().contains(&Class::Access);
        let is_setting = || {
            let kind = node.resource_type.replace('_', "").to_ascii_lowercase();
            SETTINGS.iter().any(|word| kind.contains(word))
        };
        match kind {
            RelationKind::RunsOn
            | RelationKind::Contains
            | RelationKind::Attached
            | RelationKind::Peers
            | RelationKind::ManagedBy
            | RelationKind::Scales => true,
            RelationKind::Routes => classes().contains(&Class::Network),
            RelationKind::DependsOn => match is_right() {
                true => self.is_of_rights,
                false => is_setting() || !classes().contains(&Class::Data),
            },
            RelationKind::Uses => is_setting() || self.is_of_rights && is_right(),
            RelationKind::PermitsIam => self.is_of_rights,
            RelationKind::Calls | RelationKind::DataFlow | RelationKind::PermitsNet => false,
        }
    }
}

/// Whether requests pass along an edge of this kind.
fn is_passing(kind: RelationKind) -> bool {
    matches!(
        kind,
        RelationKind::Routes
            | RelationKind::DataFlow
            | RelationKind::Calls
            | RelationKind::DependsOn
            | RelationKind::Attached
            | RelationKind::Peers
    )
}
