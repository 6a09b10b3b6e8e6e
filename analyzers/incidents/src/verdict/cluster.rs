//! What serves a whole cluster of Kubernetes or a namespace of it: its names, and who may connect.
//!
//! kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers and
//! kubernetes.io/docs/concepts/services-networking/network-policies (read 2026-11-29).

use nepho_core::key::{Home, KubernetesKey};
use nepho_core::tables::{Change, RelationKind};

use super::pods;
use super::score::Tie;
use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;
use crate::place::Place;

/// Names in `kube-system` of what answers for the names of a cluster.
const NAMESERVERS: [&str; 5] = [
    "coredns",
    "coredns-custom",
    "kube-dns",
    "node-local-dns",
    "nodelocaldns",
];
/// Kinds of objects that it is made of.
const PARTS: [&str; 5] = [
    "configmap",
    "daemonset",
    "deployment",
    "networkpolicy",
    "service",
];

/// Whether a change is of what answers for the names of a cluster.
pub(super) fn serves_names(change: &Change) -> bool {
    let object = change.resource.as_deref().and_then(KubernetesKey::parse);
    object.is_some_and(|object| {
        object.namespace == "kube-system"
            && PARTS.contains(&&*object.kind)
            && NAMESERVERS.contains(&&*object.name)
    })
}

/// What ties a change of such an object to a failure, in words.
///
/// A cluster answers for the names that its services look up. A network policy is for pods of its
/// namespace, so that it may cut off a service in it, or one whose messages name something there;
/// for which pods its record does not tell.
pub(super) fn tie(scene: &Scene<'_>, burst: usize, change: &Change) -> Option<(String, Tie)> {
    let id = change.resource.as_deref()?;
    let object = KubernetesKey::parse(id)?;
    let failing = scene.places(scene.bursts.get(burst)?);
    if Place::of_cluster(&object.cluster).is_away_from_all(&failing) {
        return None;
    }
    let voice = scene.voices.get(burst)?;
    let (trouble, _) = voice.troubles.first()?;
    let mut texts = voice.messages.iter().map(|message| message.text.as_str());
    if serves_names(change) {
        let is_inner = texts.any(|text| text.contains(".svc.cluster.local"));
        let is_meant = *trouble == Trouble::NameResolution && (is_inner || is_within(scene, burst));
        // Of several clusters nobody tells which one it is.
        let tie = match object.cluster.is_empty() && pods::clusters(scene.graph).len() > 1 {
            true => Tie::Hint,
            false => Tie::Path,
        };
        return is_meant.then(|| ("its cluster looks up the names".to_owned(), tie));
    }
    let cuts = matches!(trouble, Trouble::Connection | Trouble::NameResolution);
    if !object.kind.ends_with("networkpolicy") || !cuts {
        return None;
    }
    let space = object.namespace.as_str();
    let end = format!(".{space}.svc");
    let is_named = |text: &str| {
        text.match_indices(&end).any(|(start, _)| {
            let after = text[start + end.len()..].chars().next();
            !after.is_some_and(|c| c.is_alphanumeric() || c == '-')
        })
    };
    if texts.any(is_named) {
        let what = format!("its messages name something in the namespace {space}");
        return Some((what, Tie::Hint));
    }
    let is_own = homes(scene, burst).any(|home| home.namespace == space);
    is_own.then(|| (format!("it runs in the namespace {space}"), Tie::Hint))
}

/// Objects that the service of a burst runs on.
fn homes<'a>(scene: &'a Scene<'_>, burst: usize) -> impl Iterator<Item = KubernetesKey> + 'a {
    let service = scene.nodes.get(burst).copied().unwrap_or(u32::MAX);
    let edges = scene.graph.forward.of(service).iter();
    let runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
    runs_on.filter_map(|edge| KubernetesKey::parse(&scene.graph.node(edge.node).key))
}

/// Whether the service of a burst runs in a cluster.
fn is_within(scene: &Scene<'_>, burst: usize) -> bool {
    let service = scene.nodes.get(burst).copied().unwrap_or(u32::MAX);
    let mut edges = scene.graph.forward.of(service).iter();
    edges.any(|edge| {
        let key = &scene.graph.node(edge.node).key;
        edge.kind == RelationKind::RunsOn && matches!(Home::of(key), Some(Home::Cluster(..)))
    })
}
