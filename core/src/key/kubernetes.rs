//! Objects of Kubernetes clusters as keys.

use std::fmt;

/// Canonical id of a Kubernetes object: `k8s://cluster/group/kind/namespace/name`.
///
/// Cluster and `kind` are compared without case, and stand in lower case. What is not told is
/// empty: the cluster where nobody tells it ([`Clusters`](super::Clusters)), the group
/// of the core objects (`k8s:////pod/shop/web`), the namespace of what lies in none. The version is
/// left out, for an object has several at once. Its uid, `namespace/name` and name are aliases.
pub fn kubernetes(cluster: &str, group: &str, kind: &str, namespace: &str, name: &str) -> String {
    let (cluster, kind) = (cluster.to_ascii_lowercase(), kind.to_ascii_lowercase());
    format!("k8s://{cluster}/{group}/{kind}/{namespace}/{name}")
}

/// Parts of a namespace, which stand where the resources in it do otherwise.
const PARTS_OF_NAMESPACE: [&str; 2] = ["status", "finalize"];

/// An object, or all of a kind, as a path of the API names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObjectPath<'a> {
    /// API group without version; empty for the core group.
    pub group: &'a str,
    /// Namespace; empty for objects of the whole cluster.
    pub namespace: &'a str,
    /// Resource: `deployments`.
    pub resource: &'a str,
    /// Name; empty where all of a kind are meant.
    pub name: &'a str,
    /// Part of the object: `scale`; empty for the object itself.
    pub part: &'a str,
}

impl<'a> ObjectPath<'a> {
    /// Reads a path as Cloud Audit Logs write it (`apps/v1/namespaces/shop/deployments/web`,
    /// `core/v1/nodes/n1`), or as the API has it (`/apis/apps/v1/deployments`,
    /// `/api/v1/namespaces/shop/pods/web/exec?command=sh`).
    pub fn parse(path: &'a str) -> Option<Self> {
        let path = path.split('?').next()?;
        let path = path.strip_prefix("/apis/").unwrap_or(path);
        let (group, path) = match path.strip_prefix("/api/") {
            Some(rest) => ("", rest),
            None => path.split_once('/')?,
        };
        let mut steps = path.split('/');
        steps.next().filter(|version| version.starts_with('v'))?;
        let resource = steps.next().filter(|resource| !resource.is_empty())?;
        let name = steps.next().unwrap_or_default();
        let of_cluster = Self {
            group: if group == "core" { "" } else { group },
            namespace: "",
            resource,
            name,
            part: steps.next().unwrap_or_default(),
        };
        let inner = of_cluster.part;
        if resource != "namespaces" || inner.is_empty() || PARTS_OF_NAMESPACE.contains(&inner) {
            return Some(of_cluster);
        }
        Some(Self {
            namespace: name,
            resource: inner,
            name: steps.next().unwrap_or_default(),
            part: steps.next().unwrap_or_default(),
            ..of_cluster
        })
    }

    /// Id of the object in this cluster; `None` where the path names none.
    pub fn id(&self, cluster: &str) -> Option<String> {
        let kind = kubernetes_kind(self.resource);
        let id = || kubernetes(cluster, self.group, &kind, self.namespace, self.name);
        (!self.name.is_empty()).then(id)
    }
}

/// Whether a verb of the API changes objects.
pub fn is_kubernetes_write(verb: &str) -> bool {
    let verbs = [
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
        "apply",
    ];
    verbs.contains(&verb)
}

/// Kind in lower case of a resource as the paths and audit events of Kubernetes write it:
/// `deployment` of `deployments`, `ingress` of `ingresses`, `networkpolicy` of `networkpolicies`.
///
/// Kinds and resources are tied by convention only; the names of kinds that end in `s` and were
/// not thought of here keep it or lose it wrongly.
pub fn kubernetes_kind(resource: &str) -> String {
    let resource = resource.to_ascii_lowercase();
    if resource == "endpoints" {
        return resource;
    }
    if let Some(stem) = resource.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let has_es = ["sses", "shes", "ches", "xes", "statuses", "prometheuses"]
        .iter()
        .any(|end| resource.ends_with(end));
    let stem = if has_es {
        resource.strip_suffix("es")
    } else {
        resource.strip_suffix('s')
    };
    stem.unwrap_or(&resource).to_owned()
}

/// An object in a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesKey {
    /// The cluster: its uid, key in the cloud, or name; empty when no document names it.
    pub cluster: String,
    /// API group without version: `apps`; empty for the core group.
    pub group: String,
    /// Kind in lower case: `deployment`.
    pub kind: String,
    /// Namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl KubernetesKey {
    /// Key from its text. The last four parts are group, kind, namespace and name; the cluster in
    /// front of them may contain slashes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("k8s://")?.rsplitn(5, '/');
        let mut next = || parts.next().map(str::to_owned);
        let (name, namespace, kind, group) = (next()?, next()?, next()?, next()?);
        let cluster = next()?;
        let is_whole = !name.is_empty() && !kind.is_empty();
        is_whole.then_some(Self {
            cluster,
            group,
            kind: kind.to_ascii_lowercase(),
            namespace,
            name,
        })
    }

    /// Whether both may be the same object: everything is equal, the cluster as far as both know
    /// it.
    pub fn may_be(&self, other: &Self) -> bool {
        let is_cluster_open = self.cluster.is_empty() || other.cluster.is_empty();
        (is_cluster_open || self.cluster == other.cluster)
            && self.group == other.group
            && self.kind == other.kind
            && self.namespace == other.namespace
            && self.name == other.name
    }
}

impl fmt::Display for KubernetesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cluster,
            group,
            kind,
            namespace,
            name,
        } = self;
        f.write_str(&kubernetes(cluster, group, kind, namespace, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_objects() {
        let check = |path: &str, expected: Option<&str>| {
            let id = ObjectPath::parse(path).and_then(|object| object.id("c"));
            assert_eq!(id.as_deref(), expected, "{path}");
        };
        check(
            "apps/v1/namespaces/shop/deployments/web",
            Some("k8s://c/apps/deployment/shop/web"),
        );
        check("core/v1/nodes/n1", Some("k8s://c//node//n1"));
        check("core/v1/namespaces/shop", Some("k8s://c//namespace//shop"));
        check(
            "core/v1/namespaces/shop/finalize",
            Some("k8s://c//namespace//shop"),
        );
        check("core/v1/namespaces/shop/pods", None);
        check(
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
            Some("k8s://c/apps/deployment/shop/web"),
        );
        check("/api/v1/nodes/n1?limit=5", Some("k8s://c//node//n1"));
        let part = |path| ObjectPath::parse(path).map(|object| object.part);
        assert_eq!(part("/api/v1/namespaces/shop/status"), Some("status"));
        assert_eq!(part("apps/v1/deployments"), Some(""));
        check(
            "core/v1/namespaces/shop/pods/web-1/exec",
            Some("k8s://c//pod/shop/web-1"),
        );
        check("apps/v1/namespaces/shop/deployments", None);
        check("projects/shop/zones/a", None);
    }
}
