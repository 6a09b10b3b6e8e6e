//! What is known of kinds without asking a cluster.
//!
//! kubernetes.io/docs/reference/kubernetes-api (1.31), read 2026-11-28.

/// Groups of built-in kinds and of those that the feeds read.
const GROUPS: [(&str, &[&str]); 14] = [
    (
        "apps",
        &[
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "ControllerRevision",
        ],
    ),
    ("batch", &["Job", "CronJob"]),
    ("autoscaling", &["HorizontalPodAutoscaler"]),
    ("policy", &["PodDisruptionBudget", "PodSecurityPolicy"]),
    (
        "networking.k8s.io",
        &["Ingress", "IngressClass", "NetworkPolicy"],
    ),
    (
        "rbac.authorization.k8s.io",
        &["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
    ),
    (
        "storage.k8s.io",
        &["StorageClass", "VolumeAttachment", "CSIDriver", "CSINode"],
    ),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
        ],
    ),
    (
        "argoproj.io",
        &["Application", "ApplicationSet", "AppProject", "Rollout"],
    ),
    ("kustomize.toolkit.fluxcd.io", &["Kustomization"]),
    ("helm.toolkit.fluxcd.io", &["HelmRelease"]),
    (
        "source.toolkit.fluxcd.io",
        &[
            "GitRepository",
            "HelmRepository",
            "HelmChart",
            "OCIRepository",
            "Bucket",
        ],
    ),
];

/// Built-in kinds that lie in no namespace.
const CLUSTER: [&str; 17] = [
    "Namespace",
    "Node",
    "PersistentVolume",
    "ClusterRole",
    "ClusterRoleBinding",
    "StorageClass",
    "IngressClass",
    "PriorityClass",
    "CustomResourceDefinition",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "PodSecurityPolicy",
    "APIService",
    "CSIDriver",
    "CSINode",
    "VolumeAttachment",
    "ClusterIssuer",
];

/// Kinds that run containers and are named like the service that they run.
const WORKLOADS: [&str; 7] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "CronJob",
    "Rollout",
    "Job",
    "ReplicationController",
];

/// Group of a kind that is told without one; empty for core and unknown kinds.
pub(crate) fn group(kind: &str) -> &'static str {
    let found = GROUPS
        .iter()
        .find(|(_, kinds)| kinds.iter().any(|one| one.eq_ignore_ascii_case(kind)));
    found.map_or("", |(group, _)| group)
}

/// Whether objects of the kind lie in no namespace, as far as that is known.
pub(crate) fn is_cluster_wide(kind: &str) -> bool {
    CLUSTER.iter().any(|one| one.eq_ignore_ascii_case(kind))
}

/// Whether the kind is one that people deploy to run containers.
pub(crate) fn is_workload(kind: &str) -> bool {
    WORKLOADS.contains(&kind)
}

/// Group of `group/version` or `version`.
pub(crate) fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}
