//! What serves a whole cluster of Kubernetes or a namespace of it: its names, who may connect, and
//! what is called by a name of the cluster.
//!
//! kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers and
//! kubernetes.io/docs/concepts/services-networking/network-policies (read 2026-11-29).

use nepho_core::key::{Home, KubernetesKey};
use nepho_core::tables::{Change, ChangeAction, RelationKind};

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

/// Kinds of workloads that answer behind a Service.
const WORKLOADS: [&str; 3] = ["deployment", "rollout", "statefulset"];

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
/// namespace, so that it may cut off a service in it, or one whose messages name something there:
/// it does where it is for all pods and lets nothing through; else its record does not tell for
/// which pods it is.
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
    let clusters = || pods::clusters(scene.graph).len();
    if serves_names(change) {
        let is_inner = texts.any(|text| text.contains(".svc.cluster.local"));
        let is_meant = *trouble == Trouble::NameResolution && (is_inner || is_within(scene, burst));
        // Of several clusters nobody tells which one it is.
        let tie = match object.cluster.is_empty() && clusters() > 1 {
            true => Tie::Hint,
            false => Tie::Path,
        };
        return is_meant.then(|| ("its cluster looks up the names".to_owned(), tie));
    }
    if takes_away(&object, change) && texts.clone().any(|text| names(text, &object)) {
        let what = format!("its messages name {}.{}.svc", object.name, object.namespace);
        let is_unclear = object.cluster.is_empty() && clusters() > 1;
        return Some((what, if is_unclear { Tie::Hint } else { Tie::Path }));
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
    let is_unclear = object.cluster.is_empty() && clusters() > 1;
    let tie = |word: &str| match change.attributes.iter().any(|name| name == word) {
        true if !is_unclear => Tie::Path,
        _ => Tie::Hint,
    };
    if texts.any(is_named) {
        let what = format!("its messages name something in the namespace {space}");
        return Some((what, tie(Change::NOTHING_IN)));
    }
    let what = || format!("it runs in the namespace {space}");
    is_in(scene, burst, space).then(|| (what(), tie(Change::NOTHING_OUT)))
}

/// Whether the service of a burst runs in a namespace; agents name pods by namespace and name.
fn is_in(scene: &Scene<'_>, burst: usize, space: &str) -> bool {
    let service = scene.nodes.get(burst).copied().unwrap_or(u32::MAX);
    let edges = scene.graph.forward.of(service).iter();
    let mut runs_on = edges.filter(|edge| edge.kind == RelationKind::RunsOn);
    let is_pod = |key: &str| {
        let parts = key.split_once('/').filter(|_| !key.contains(':'));
        parts.is_some_and(|(own, pod)| own == space && !pod.contains('/'))
    };
    let is_home = |key: &str| KubernetesKey::parse(key).is_some_and(|key| key.namespace == space);
    runs_on.any(|edge| {
        let key = &*scene.graph.node(edge.node).key;
        is_home(key) || is_pod(key)
    })
}

/// Whether a change takes away what answers for the name of a Service: the Service, or the workload
/// of its name, which most have.
fn takes_away(object: &KubernetesKey, change: &Change) -> bool {
    let is_gone = change.action == ChangeAction::Delete;
    let is_stopped = change.attributes.iter().any(|name| name == Change::TO_NONE);
    match object.kind.as_str() {
        "service" => is_gone && object.group.is_empty(),
        kind => WORKLOADS.contains(&kind) && (is_gone || is_stopped),
    }
}

/// Whether a change takes away what messages name by its name in the cluster.
pub(super) fn is_named(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let object = change.resource.as_deref().and_then(KubernetesKey::parse);
    let messages = scene.voices.get(burst).map(|voice| &voice.messages);
    let mut messages = messages.into_iter().flatten();
    object.is_some_and(|object| {
        takes_away(&object, change) && messages.any(|message| names(&message.text, &object))
    })
}

/// Whether a text, in lower case, has the name that a cluster gives to a Service, with or without
/// the host of one of its pods in front: `payments.pay.svc`, `db-0.db.shop.svc.cluster.local`.
///
/// kubernetes.io/docs/concepts/services-networking/dns-pod-service (read 2026-11-29).
fn names(text: &str, object: &KubernetesKey) -> bool {
    let host = format!("{}.{}.svc", object.name, object.namespace).to_lowercase();
    let is_letter = |c: char| c.is_alphanumeric() || c == '-';
    text.match_indices(&host).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + host.len()..].chars().next();
        !before.is_some_and(is_letter) && !after.is_some_and(is_letter)
    })
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
