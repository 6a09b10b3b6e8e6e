//! Workload and resource of an entry, from the labels of its monitored resource.
//!
//! Source: cloud.google.com/monitoring/api/resources, read 2026-11-21.

use nepho_codec::pod;
use nepho_core::key;

use super::kind::Kind;

/// Labels that an application is called by.
pub(super) const APP_PATHS: &[&str] = &[
    "labels.k8s-pod/app_kubernetes_io/name",
    "labels.k8s-pod/app",
    "labels.k8s-pod/k8s-app",
    "labels.service",
    "labels.app",
    "metadata.userLabels.app",
];
/// Labels that name the cluster.
pub(super) const CLUSTER_PATHS: &[&str] = &[
    "resource.labels.cluster_name",
    "labels.dataproc.googleapis.com/cluster_name",
];

/// Labels that name the machine, or the group of machines whose health was checked.
pub(super) const MACHINE_PATHS: &[&str] = &[
    "labels.compute.googleapis.com/resource_name",
    "resource.labels.instance_group_name",
];

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
    pub(super) fn workload(&self, kind: Kind) -> Option<&'a str> {
        let first = |names: &[&'a str]| names.iter().copied().find(|name| !name.is_empty());
        match kind {
            Kind::Pod if !self.app.is_empty() => Some(self.app),
            Kind::Pod => {
                let by_pod = pod::workload(self.pod);
                let is_generated = by_pod.len() < self.pod.len() && !self.is_of_a_node();
                first(&[
                    if is_generated { by_pod } else { "" },
                    self.container,
                    self.pod,
                ])
            }
            Kind::Database => None,
            Kind::Dataproc => first(&[self.cluster]),
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
    fn resource(&self, kind: Kind) -> Option<Resource<'a>> {
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
            Kind::Run => ("run", location, "services", service),
            Kind::RunJob => ("run", location, "jobs", service),
            Kind::Function => ("cloudfunctions", location, "functions", service),
            Kind::Dataflow => ("dataflow", location, "jobs", service),
            Kind::Machine => ("compute", location, "instances", machine),
            Kind::MachineGroup => ("compute", location, "instanceGroups", self.machine),
            Kind::Workflow => ("workflows", location, "workflows", service),
            Kind::Database => {
                let name = self.database().unwrap_or_default();
                ("cloudsql", "", "instances", name)
            }
            Kind::Dataproc => ("dataproc", location, "clusters", self.cluster),
            Kind::Engine => ("appengine", "", "services", service),
            Kind::Pod | Kind::Cluster => ("container", location, "clusters", self.cluster),
            Kind::Other => return None,
        };
        let resource = Resource {
            kind,
            api,
            project,
            place,
            collection,
            name,
        };
        (!name.is_empty()).then_some(resource)
    }

    /// Full name of the resource that the entry is of.
    pub(super) fn resource_name(&self, kind: Kind) -> Option<String> {
        self.resource(kind)
            .map(|resource| resource.parts().concat())
    }

    /// Id of the pod that wrote the entry, in the cluster that its labels or the user name.
    pub(super) fn pod(&self, kind: Kind, told: Option<&str>) -> Option<String> {
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
    pub(super) fn has_pod(&self, kind: Kind) -> bool {
        !self.pod.is_empty() && !self.namespace.is_empty() && kind.is_of_kubernetes()
    }

    /// Parts of the id of the pod in the cluster with this full name: names of Google Cloud are in
    /// lower case.
    fn pod_parts<'b>(&self, cluster: &'b str) -> [&'b str; 6]
    where
        'a: 'b,
    {
        ["k8s://", cluster, "//pod/", self.namespace, "/", self.pod]
    }
}

/// Resource that an entry is of.
#[derive(Clone, Copy)]
struct Resource<'a> {
    kind: Kind,
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
            ..
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
pub(super) struct Name {
    /// `None` where nothing is known yet.
    kind: Option<Kind>,
    project: String,
    place: String,
    name: String,
    full: String,
    /// Namespace of the last pod, and what the ids of its pods begin with.
    namespace: String,
    pods: String,
}

impl Names {
    /// Name of the resource that an entry is of; `None` if the labels name none.
    pub(super) fn of(&mut self, labels: &Labels<'_>, kind: Kind) -> Option<&mut Name> {
        let resource = labels.resource(kind)?;
        let last = resource.name.bytes().last().unwrap_or_default();
        let bytes = resource.project.len() + resource.place.len() + resource.name.len();
        let slot = match bytes {
            0..=MAX_BYTES => (resource.name.len() + usize::from(last)) % NAMES,
            _ => 0,
        };
        let held = self.0.get_mut(slot)?;
        if !held.is_of(&resource) {
            held.learn(&resource);
        }
        Some(held)
    }
}

impl Name {
    /// The full name.
    pub(super) fn full(&self) -> &str {
        &self.full
    }

    /// What the ids of the pods in a namespace of the cluster of this name begin with.
    pub(super) fn pods(&mut self, labels: &Labels<'_>) -> &str {
        if self.pods.is_empty() || self.namespace != labels.namespace {
            labels.namespace.clone_into(&mut self.namespace);
            let [parts @ .., _] = labels.pod_parts(&self.full);
            self.pods.clear();
            self.pods.extend(parts);
        }
        &self.pods
    }

    fn is_of(&self, resource: &Resource<'_>) -> bool {
        self.kind == Some(resource.kind)
            && self.name == resource.name
            && self.project == resource.project
            && self.place == resource.place
    }

    /// Makes the full name of a resource; memory is used again.
    fn learn(&mut self, resource: &Resource<'_>) {
        self.kind = Some(resource.kind);
        resource.project.clone_into(&mut self.project);
        resource.place.clone_into(&mut self.place);
        resource.name.clone_into(&mut self.name);
        self.full.clear();
        self.full.extend(resource.parts());
        self.pods.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(labels: &Labels<'_>, kind: &str) -> Option<String> {
        labels.resource_name(Kind::of(kind))
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
            assert_eq!(labels.workload(Kind::of(kind)), expected, "{kind}")
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
        assert_eq!(named(&NONE, "cloud_run_revision"), None);
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
        assert_eq!(named(&labels, "redis_cluster"), None);
        assert_eq!(labels.pod(Kind::Pod, None), None);
        let labels = Labels {
            pod: "cart-7d9f8b6c5-x2x4z",
            namespace: "mall",
            ..labels
        };
        let cluster = "//container.googleapis.com/projects/shop/locations/europe-west1/clusters";
        let check = |kind: &str, told: Option<&str>, expected: Option<String>| {
            assert_eq!(labels.pod(Kind::of(kind), told), expected, "{kind}");
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
                    let kind = Kind::of(kind);
                    let name = names.of(&labels, kind);
                    let full = name.as_ref().map(|name| name.full().to_owned());
                    assert_eq!(full, labels.resource_name(kind));
                    for namespace in ["mall", "shop", "shop"] {
                        let pod = "cart-7d9f8b6c5-x2x4z";
                        let labels = Labels {
                            namespace,
                            pod,
                            ..labels
                        };
                        let held = names.of(&labels, kind).map(|name| name.pods(&labels));
                        let held = held.map(|pods| format!("{pods}{pod}"));
                        let made = labels.pod(kind, None).filter(|_| full.is_some());
                        assert_eq!(held.filter(|_| kind == Kind::Pod), made);
                    }
                }
            }
        }
    }
}
