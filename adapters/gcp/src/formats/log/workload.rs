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
            "k8s_container" | "k8s_pod" | "gke_container" if !self.app.is_empty() => Some(self.app),
            "k8s_container" | "k8s_pod" | "gke_container" => {
                let by_pod = pod::workload(self.pod);
                let is_generated = by_pod.len() < self.pod.len() && !self.is_of_a_node();
                first(&[
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

    /// The resource that the entry is of; `None` if the labels name none.
    fn resource(&self, kind: &str) -> Option<Resource<'a>> {
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
            "gce_instance_group" => ("compute", location, "instanceGroups", self.machine),
            "workflows.googleapis.com/Workflow" => ("workflows", location, "workflows", service),
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
        let resource = Resource {
            api,
            project,
            place,
            collection,
            name,
        };
        (!name.is_empty()).then_some(resource)
    }

    /// Full name of the resource that the entry is of.
    pub(super) fn resource_name(&self, kind: &str) -> Option<String> {
        self.resource(kind)
            .map(|resource| resource.parts().concat())
    }

    /// Id of the pod that wrote the entry, in the cluster that its labels or the user name.
    pub(super) fn pod(&self, kind: &str, told: Option<&str>) -> Option<String> {
        if !self.has_pod(kind) {
            return None;
        }
        if let Some(cluster) = told {
            return Some(key::kubernetes(
                cluster,
                "",
                "pod",
                self.namespace,
                self.pod,
            ));
        }
        let cluster = self.resource_name(kind).unwrap_or_default();
        Some(self.pod_parts(&cluster).concat())
    }

    /// Whether a pod wrote the entry.
    pub(super) fn has_pod(&self, kind: &str) -> bool {
        !self.pod.is_empty() && !self.namespace.is_empty() && is_of_kubernetes(kind)
    }

    /// Parts of the id of the pod in the cluster with this full name: names of Google Cloud are in
    /// lower case.
    pub(super) fn pod_parts<'b>(&self, cluster: &'b str) -> [&'b str; 6]
    where
        'a: 'b,
    {
        ["k8s://", cluster, "//pod/", self.namespace, "/", self.pod]
    }
}

/// Resource that an entry is of.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Resource<'a> {
    api: &'static str,
    project: &'a str,
    place: &'a str,
    collection: &'static str,
    name: &'a str,
}

impl Resource<'_> {
    /// Parts of the full name.
    fn parts(&self) -> [&str; 12] {
        let (above, within) = match self.api {
            "appengine" => ("apps", ""),
            "cloudsql" => ("projects", ""),
            "compute" if is_region(self.place) => ("projects", "/regions/"),
            "compute" => ("projects", "/zones/"),
            "dataproc" => ("projects", "/regions/"),
            _ => ("projects", "/locations/"),
        };
        let Self {
            api,
            project,
            place,
            collection,
            name,
        } = *self;
        let host = ".googleapis.com/";
        [
            "//", api, host, above, "/", project, within, place, "/", collection, "/", name,
        ]
    }
}

/// Whether a place is a region, `europe-west1`, and no zone of one, `europe-west1-b`.
fn is_region(place: &str) -> bool {
    place.as_bytes().last().is_some_and(u8::is_ascii_digit)
}

/// Full names of the resources that entries were of lately: those of one stream are of few.
#[derive(Default)]
pub(super) struct Names([Name; NAMES]);

/// Resources whose names are remembered.
const NAMES: usize = 16;

/// Bytes of a name that may be remembered; longer ones share a place.
const MAX_BYTES: usize = 256;

/// Full name of a resource, and what it was made of.
#[derive(Default)]
struct Name {
    api: &'static str,
    collection: &'static str,
    project: String,
    place: String,
    name: String,
    full: String,
}

impl Names {
    /// Full name of the resource that an entry is of; empty if the labels name none.
    pub(super) fn of(&mut self, labels: &Labels<'_>, kind: &str) -> &str {
        let Some(resource) = labels.resource(kind) else {
            return "";
        };
        let last = resource.name.bytes().last().unwrap_or_default();
        let bytes = resource.project.len() + resource.place.len() + resource.name.len();
        let slot = match bytes {
            0..=MAX_BYTES => (resource.name.len() + usize::from(last)) % NAMES,
            _ => 0,
        };
        let Some(held) = self.0.get_mut(slot) else {
            return "";
        };
        if held.resource() != resource {
            held.learn(&resource);
        }
        &held.full
    }
}

impl Name {
    /// Makes the full name of a resource; memory is used again.
    fn learn(&mut self, resource: &Resource<'_>) {
        self.api = resource.api;
        self.collection = resource.collection;
        resource.project.clone_into(&mut self.project);
        resource.place.clone_into(&mut self.place);
        resource.name.clone_into(&mut self.name);
        self.full.clear();
        self.full.extend(resource.parts());
    }

    fn resource(&self) -> Resource<'_> {
        Resource {
            api: self.api,
            project: &self.project,
            place: &self.place,
            collection: self.collection,
            name: &self.name,
        }
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
        labels.resource_name(kind)
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
        assert_eq!(NONE.resource_name("cloud_run_revision"), None);
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
            "workflows.googleapis.com/Workflow",
            "//workflows.googleapis.com/projects/shop/locations/europe-west1/workflows/cart",
        );
        check(
            "gce_instance_group",
            "//compute.googleapis.com/projects/shop/regions/europe-west1/instanceGroups/vm-1",
        );
        check(
            "gae_app",
            "//appengine.googleapis.com/apps/shop/services/cart",
        );
        let zonal = Labels {
            location: "europe-west1-b",
            ..labels
        };
        assert_eq!(
            named(&zonal, "gce_instance").as_deref(),
            Some("//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/vm-1")
        );
        check(
            "k8s_container",
            "//container.googleapis.com/projects/shop/locations/europe-west1/clusters/shop-1",
        );
        check(
            "cloud_dataproc_cluster",
            "//dataproc.googleapis.com/projects/shop/regions/europe-west1/clusters/shop-1",
        );
        assert_eq!(labels.resource_name("redis_cluster"), None);
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

    #[test]
    fn names_that_are_remembered_are_those_that_are_made() {
        let mut names = Names::default();
        let long = "long".repeat(100);
        let services = ["cart", "part", "orders", "cart-2", "", &long, "cart"];
        for service in services.iter().flat_map(|service| [service, "cart"]) {
            for (project, location) in [("shop", "us-east1"), ("mall", "us-east1"), ("", "")] {
                let labels = Labels {
                    service,
                    project,
                    location,
                    cluster: service,
                    ..NONE
                };
                for kind in ["cloud_run_job", "cloud_run_revision", "k8s_pod", "x"] {
                    let made = labels.resource_name(kind).unwrap_or_default();
                    assert_eq!(names.of(&labels, kind), made);
                }
            }
        }
    }
}
