//! Workload and resource of an entry, from the labels of its monitored resource.
//!
//! Source: cloud.google.com/monitoring/api/resources, read 2026-11-21.

use nepho_codec::pod;
use nepho_core::key;

/// Labels that tell who wrote the entry; empty text for those it does not have.
pub(super) struct Labels<'a> {
    pub(super) project: &'a str,
    pub(super) location: &'a str,
    /// `service_name`, `job_name`, `function_name` or `module_id`.
    pub(super) service: &'a str,
    pub(super) container: &'a str,
    pub(super) pod: &'a str,
    /// Namespace of the pod.
    pub(super) namespace: &'a str,
    /// Label `app` of a pod or a machine.
    pub(super) app: &'a str,
    pub(super) cluster: &'a str,
    pub(super) database: &'a str,
    pub(super) instance: &'a str,
    /// Name of the machine, which `instance` only numbers.
    pub(super) machine: &'a str,
}

impl<'a> Labels<'a> {
    /// Name of the workload; `None` where the labels only name a resource.
    ///
    /// The containers of all pods of a shop may be called `server`, so the workload of the pod
    /// comes before the container; system pods (`kube-proxy-node-1`) are called by their container.
    pub(super) fn workload(&self, kind: &str) -> Option<&'a str> {
        let first = |names: &[&'a str]| names.iter().copied().find(|name| !name.is_empty());
        match kind {
            "k8s_container" | "k8s_pod" | "gke_container" => {
                let by_pod = pod::workload(self.pod);
                let is_generated = by_pod.len() < self.pod.len() && !self.is_of_a_node();
                first(&[
                    self.app,
                    if is_generated { by_pod } else { "" },
                    self.container,
                    self.pod,
                ])
            }
            "cloudsql_database" => None,
            "cloud_dataproc_cluster" | "cloud_dataproc_job" => first(&[self.cluster]),
            _ => first(&[self.service, self.app]),
        }
    }

    /// Name of the database instance: `orders` of `shop:orders`.
    pub(super) fn database(&self) -> Option<&'a str> {
        let name = self.database.rsplit(':').next();
        name.filter(|name| !name.is_empty())
    }

    /// Whether the pod is called by its container and a node, which may end in a number:
    /// `kube-proxy-node-1`.
    fn is_of_a_node(&self) -> bool {
        let is_numbered =
            self.pod.ends_with(|c: char| c.is_ascii_digit()) && !self.container.is_empty();
        let rest = self
            .pod
            .strip_prefix(self.container)
            .and_then(|rest| rest.strip_prefix('-'));
        is_numbered
            && rest.is_some_and(|rest| {
                rest.contains('-') && pod::workload(self.pod).len() > self.container.len()
            })
    }

    /// Parts of the full name of the resource that the entry is of.
    pub(super) fn resource(&self, kind: &str) -> Option<[&'a str; 12]> {
        let Self {
            project,
            location,
            service,
            ..
        } = *self;
        if project.is_empty() {
            return None;
        }
        let machine = if self.machine.is_empty() {
            self.instance
        } else {
            self.machine
        };
        let (api, place, collection, name) = match kind {
            "cloud_run_revision" => ("run", location, "services", service),
            "cloud_run_job" => ("run", location, "jobs", service),
            "cloud_function" => ("cloudfunctions", location, "functions", service),
            "dataflow_step" => ("dataflow", location, "jobs", service),
            "gce_instance" => ("compute", location, "instances", machine),
            "cloudsql_database" => {
                let name = self.database().unwrap_or_default();
                ("cloudsql", "", "instances", name)
            }
            "cloud_dataproc_cluster" | "cloud_dataproc_job" => {
                ("dataproc", location, "clusters", self.cluster)
            }
            "gae_app" => ("appengine", "", "services", service),
            _ if is_of_kubernetes(kind) => ("container", location, "clusters", self.cluster),
            _ => return None,
        };
        let (above, within) = match api {
            "appengine" => ("apps", ""),
            "cloudsql" => ("projects", ""),
            "compute" => ("projects", "/zones/"),
            "dataproc" => ("projects", "/regions/"),
            _ => ("projects", "/locations/"),
        };
        let parts = [
            "//",
            api,
            ".googleapis.com/",
            above,
            "/",
            project,
            within,
            place,
            "/",
            collection,
            "/",
            name,
        ];
        (!name.is_empty()).then_some(parts)
    }

    /// Id of the pod that wrote the entry, in the cluster that its labels or the user name.
    pub(super) fn pod(&self, kind: &str, cluster: Option<&str>) -> Option<String> {
        let parts = self.pod_parts(kind)?;
        Some(match cluster {
            Some(cluster) => key::kubernetes(cluster, "", "pod", self.namespace, self.pod),
            None => parts.concat(),
        })
    }

    /// The same in the cluster of the labels, in parts: names of Google Cloud are in lower case.
    pub(super) fn pod_parts(&self, kind: &str) -> Option<[&'a str; 17]> {
        if self.pod.is_empty() || self.namespace.is_empty() || !is_of_kubernetes(kind) {
            return None;
        }
        let mut parts = [""; 17];
        let (start, rest) = parts.split_at_mut(1);
        let (cluster, object) = rest.split_at_mut(12);
        start.copy_from_slice(&["k8s://"]);
        cluster.copy_from_slice(&self.resource(kind).unwrap_or([""; 12]));
        object.copy_from_slice(&["//pod/", self.namespace, "/", self.pod]);
        Some(parts)
    }
}

/// Whether a kind of resource is of a cluster of Kubernetes: other services have clusters too.
fn is_of_kubernetes(kind: &str) -> bool {
    ["k8s_", "gke_", "knative_"]
        .iter()
        .any(|start| kind.starts_with(start))
        // The kind of the first logs of the agent.
        || kind == "container"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(labels: &Labels<'_>, kind: &str) -> Option<String> {
        labels.resource(kind).map(|parts| parts.concat())
    }

    const NONE: Labels<'_> = Labels {
        project: "shop",
        location: "europe-west1",
        service: "",
        container: "",
        pod: "",
        namespace: "",
        app: "",
        cluster: "",
        database: "",
        instance: "",
        machine: "",
    };

    #[test]
    fn labels_name_the_workload() {
        let check = |kind: &str, labels: Labels<'_>, expected: Option<&str>| {
            assert_eq!(labels.workload(kind), expected, "{kind}")
        };
        check(
            "cloud_run_revision",
            Labels {
                service: "checkout",
                ..NONE
            },
            Some("checkout"),
        );
        check(
            "k8s_container",
            Labels {
                container: "server",
                pod: "cart-7d9f8b6c5-x2x4z",
                ..NONE
            },
            Some("cart"),
        );
        check(
            "k8s_container",
            Labels {
                container: "kube-proxy",
                pod: "kube-proxy-gke-node-1",
                ..NONE
            },
            Some("kube-proxy"),
        );
        check(
            "k8s_container",
            Labels {
                app: "web",
                container: "server",
                pod: "a-b",
                ..NONE
            },
            Some("web"),
        );
        check("cloudsql_database", Labels { app: "x", ..NONE }, None);
    }

    #[test]
    fn labels_name_the_resource() {
        let labels = Labels {
            database: "shop:orders",
            ..NONE
        };
        assert_eq!(
            named(&labels, "cloudsql_database").as_deref(),
            Some("//cloudsql.googleapis.com/projects/shop/instances/orders")
        );
        assert_eq!(NONE.resource("cloud_run_revision"), None);
        let labels = Labels {
            service: "cart",
            cluster: "shop-1",
            machine: "vm-1",
            ..NONE
        };
        let check = |kind: &str, expected: &str| {
            assert_eq!(named(&labels, kind).as_deref(), Some(expected), "{kind}");
        };
        check(
            "cloud_run_revision",
            "//run.googleapis.com/projects/shop/locations/europe-west1/services/cart",
        );
        check(
            "gae_app",
            "//appengine.googleapis.com/apps/shop/services/cart",
        );
        check(
            "gce_instance",
            "//compute.googleapis.com/projects/shop/zones/europe-west1/instances/vm-1",
        );
        check(
            "k8s_container",
            "//container.googleapis.com/projects/shop/locations/europe-west1/clusters/shop-1",
        );
        check(
            "cloud_dataproc_cluster",
            "//dataproc.googleapis.com/projects/shop/regions/europe-west1/clusters/shop-1",
        );
        assert_eq!(labels.resource("redis_cluster"), None);
        assert_eq!(labels.pod("k8s_container", None), None);
        let labels = Labels {
            pod: "cart-7d9f8b6c5-x2x4z",
            namespace: "mall",
            ..labels
        };
        let cluster = "//container.googleapis.com/projects/shop/locations/europe-west1/clusters";
        let check = |kind: &str, told: Option<&str>, expected: Option<String>| {
            assert_eq!(labels.pod(kind, told), expected, "{kind}");
        };
        let pod = "pod/mall/cart-7d9f8b6c5-x2x4z";
        check(
            "k8s_container",
            None,
            Some(format!("k8s://{cluster}/shop-1//{pod}")),
        );
        check("k8s_pod", Some("main"), Some(format!("k8s://main//{pod}")));
        check("gce_instance", None, None);
    }
}
