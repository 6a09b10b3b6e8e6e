//! Controllers that were installed into a cluster, by their service accounts. They act on what
//! others declared: an autoscaler sets a number of replicas, an injector a certificate.
//!
//! A service account is that of a controller where its namespace, or its own name, is one that a
//! well-known controller is installed with, or where its own name says that it is one. It is not
//! where a client of people uses its token.

/// Namespaces in which well-known controllers are installed, and nothing else, after the
/// instructions of each.
///
/// keda.sh/docs, cert-manager.io/docs, open-policy-agent.github.io/gatekeeper, kyverno.io/docs,
/// argo-rollouts.readthedocs.io, istio.io/docs, linkerd.io/docs, knative.dev/docs, tekton.dev/docs,
/// external-secrets.io, velero.io/docs, karpenter.sh/docs and their Helm charts (read 2026-11-29).
const NAMESPACES: [&str; 30] = [
    "argo-rollouts",
    "calico-system",
    "cert-manager",
    "cnpg-system",
    "elastic-system",
    "external-dns",
    "external-secrets",
    "flagger-system",
    "gatekeeper-system",
    "gmp-system",
    "gpu-operator",
    "ingress-nginx",
    "istio-system",
    "karpenter",
    "keda",
    "knative-eventing",
    "knative-operator",
    "knative-serving",
    "kruise-system",
    "kubevirt",
    "kyverno",
    "linkerd",
    "longhorn-system",
    "metallb-system",
    "olm",
    "rook-ceph",
    "strimzi",
    "tekton-pipelines",
    "tigera-operator",
    "velero",
];
/// Names of service accounts that well-known controllers have in whatever namespace.
const ACCOUNTS: [&str; 14] = [
    "argo-rollouts",
    "cluster-autoscaler",
    "descheduler",
    "external-dns",
    "external-secrets",
    "flagger",
    "istiod",
    "karpenter",
    "kured",
    "metrics-server",
    "reloader-reloader",
    "sealed-secrets",
    "velero",
    "vpa-updater",
];
/// Beginnings of namespaces that clouds and distributions keep to themselves.
///
/// docs.cloud.google.com/kubernetes-engine (`gke-`), learn.microsoft.com/azure/aks (`aks-`),
/// docs.redhat.com/openshift (`openshift-`), read 2026-11-29.
const OF_CLOUDS: [&str; 4] = ["gke-", "aks-", "openshift-", "kube-"];
/// Ends of names of service accounts that say what they are.
///
/// book.kubebuilder.io (`controller-manager`) and sdk.operatorframework.io (`-operator`), read
/// 2026-11-29.
const ENDS: [&str; 7] = [
    "autoscaler",
    "cainjector",
    "controller",
    "controller-manager",
    "controllers",
    "operator",
    "webhook",
];
/// Beginnings of user agents of people and of their scripts, in lower case.
const OF_PEOPLE: [&str; 11] = [
    "curl",
    "freelens",
    "headlamp",
    "k9s",
    "kubectl",
    "lens",
    "mozilla",
    "oc/",
    "openapi-generator",
    "python",
    "wget",
];

/// Name of the controller that a service account, `NAMESPACE:NAME`, is that of. `agent` is the user
/// agent in lower case.
pub(super) fn of_account<'a>(account: &'a str, agent: &str) -> Option<&'a str> {
    let (namespace, name) = account.split_once(':')?;
    if OF_PEOPLE.iter().any(|start| agent.starts_with(start)) {
        return None;
    }
    // Every namespace has an account `default`, with which any pod runs.
    let is_own = name != "default" && !name.is_empty();
    let says_so = ENDS.iter().any(|end| {
        let front = name.strip_suffix(end);
        front.is_some_and(|front| front.is_empty() || front.ends_with('-'))
    });
    let is_known = NAMESPACES.contains(&namespace)
        || ACCOUNTS.contains(&name)
        || OF_CLOUDS.iter().any(|start| namespace.starts_with(start))
        || says_so;
    (is_own && is_known).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_are_told_by_their_accounts_and_people_are_not() {
        let check = |account: &str, agent: &str, expected: Option<&str>| {
            assert_eq!(of_account(account, agent), expected, "{account} {agent}");
        };
        check("keda:keda-operator", "keda/v2", Some("keda-operator"));
        let injector = "cert-manager-cainjector";
        check(
            "cert-manager:cert-manager-cainjector",
            "cainjector/v1",
            Some(injector),
        );
        check(
            "argo-rollouts:argo-rollouts",
            "rollouts-controller/v1",
            Some("argo-rollouts"),
        );
        check(
            "gatekeeper-system:gatekeeper-admin",
            "gatekeeper/v3",
            Some("gatekeeper-admin"),
        );
        check(
            "orders-system:orders-controller-manager",
            "manager/v0",
            Some("orders-controller-manager"),
        );
        check("gke-managed-system:warden", "warden/v1", Some("warden"));
        // A person with the token of a controller, and accounts of pipelines.
        check("keda:keda-operator", "kubectl/v1.30.0", None);
        check("keda:default", "x/1", None);
        check("jenkins:default", "kubectl/v1.30.0", None);
        check("ci:deployer", "go-http-client/2.0", None);
        check("shop:microcontroller", "x/1", None);
    }
}
