//! Pods of workloads of which no document tells: what a tool synced, and what logs are of.

use std::collections::{BTreeSet, HashMap};

use nepho_core::key::{Home, KubernetesKey, cluster_name};

use crate::graph::Graph;

/// Names of the clusters that a graph knows.
pub(super) fn clusters(graph: &Graph) -> BTreeSet<String> {
    let homes = graph.nodes.iter().filter_map(|node| Home::of(&node.key));
    homes
        .filter_map(|home| match home {
            Home::Cluster(word, _) if !word.is_empty() => Some(cluster_name(&word).to_owned()),
            _ => None,
        })
        .collect()
}

/// Pods of the only cluster of the input.
#[derive(Debug, Default)]
pub(super) struct Pods {
    by_namespace: HashMap<String, Vec<(String, u32)>>,
}

impl Pods {
    /// Pods of a graph; none where it knows several clusters.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut pods = Self::default();
        if clusters(graph).len() != 1 {
            return pods;
        }
        for (number, node) in (0_u32..).zip(&graph.nodes) {
            if let Some(object) = KubernetesKey::parse(&node.key).filter(|one| one.kind == "pod") {
                let pods = pods.by_namespace.entry(object.namespace).or_default();
                pods.push((object.name, number));
            }
        }
        pods
    }

    /// Pods of the workload with this id, which tells no cluster, so that it is of the only one.
    ///
    /// kubernetes.io/docs/concepts/workloads/controllers (read 2026-11-29): pods are called like
    /// what they are of, a Deployment's with the hash of a template in between.
    pub(super) fn of_workload(&self, id: &str) -> Vec<u32> {
        let Some(object) = KubernetesKey::parse(id).filter(|one| one.cluster.is_empty()) else {
            return Vec::new();
        };
        let is_of = |pod: &str| {
            let rest = pod.strip_prefix(object.name.as_str());
            rest.and_then(|rest| rest.strip_prefix('-'))
                .is_some_and(|rest| is_suffix(&object.kind, rest))
        };
        let pods = self
            .by_namespace
            .get(&object.namespace)
            .into_iter()
            .flatten();
        pods.filter(|(pod, _)| is_of(pod))
            .map(|(_, node)| *node)
            .collect()
    }
}

/// Whether this stands behind the name of a workload of a kind in the names of its pods.
fn is_suffix(kind: &str, text: &str) -> bool {
    let is_random =
        |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_hash = |text: &str| {
        (5..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match kind {
        "deployment" | "rollout" => text
            .split_once('-')
            .is_some_and(|(hash, random)| is_hash(hash) && is_random(random)),
        "statefulset" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        "daemonset" | "replicaset" => is_random(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_suffix;

    #[test]
    fn pods_are_called_like_their_workload() {
        let check = |kind: &str, text: &str, expected: bool| {
            assert_eq!(is_suffix(kind, text), expected, "{kind} {text}");
        };
        check("deployment", "6c9d8f7b5-xk2zq", true);
        check("deployment", "worker-6c9d8f7b5-xk2zq", false);
        check("deployment", "xk2zq", false);
        check("statefulset", "0", true);
        check("statefulset", "old-0", false);
        check("daemonset", "xk2zq", true);
        check("configmap", "xk2zq", false);
    }
}
