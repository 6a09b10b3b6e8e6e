//! Objects of Kubernetes clusters as keys.

use std::fmt;

/// An object in a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesKey {
    /// The cluster: its uid, key in the cloud, or name; empty when no document names it.
    pub cluster: String,
    /// API group without version: `apps`; empty for the core group.
    pub group: String,
    /// Kind: `Deployment`.
    pub kind: String,
    /// Namespace; empty for objects of the whole cluster.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl KubernetesKey {
    /// Scheme of the text of such keys.
    const SCHEME: &'static str = "k8s://";

    /// Key from its text. The last four parts are group, kind, namespace and name; the cluster in
    /// front of them may contain slashes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(Self::SCHEME)?.rsplitn(5, '/');
        let mut next = || parts.next().map(str::to_owned);
        let (name, namespace, kind, group) = (next()?, next()?, next()?, next()?);
        let cluster = next()?;
        let is_whole = !name.is_empty() && !kind.is_empty();
        is_whole.then_some(Self {
            cluster,
            group,
            kind,
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
            && self.kind.eq_ignore_ascii_case(&other.kind)
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
        write!(
            f,
            "{}{cluster}/{group}/{kind}/{namespace}/{name}",
            Self::SCHEME
        )
    }
}
