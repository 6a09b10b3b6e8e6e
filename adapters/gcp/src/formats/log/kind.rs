//! Kinds of monitored resources that entries are of.
//!
//! Source: cloud.google.com/monitoring/api/resources, read 2026-11-21.

/// Kind of a monitored resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Run,
    RunJob,
    Function,
    Dataflow,
    Machine,
    MachineGroup,
    Workflow,
    Database,
    Dataproc,
    Engine,
    /// A pod of Kubernetes, or a container of one.
    Pod,
    /// Anything else of a cluster of Kubernetes.
    Cluster,
    Other,
}

impl Kind {
    /// Kind by its name.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "k8s_container" | "k8s_pod" | "gke_container" => Self::Pod,
            "cloud_run_revision" => Self::Run,
            "cloud_run_job" => Self::RunJob,
            "cloud_function" => Self::Function,
            "dataflow_step" => Self::Dataflow,
            "gce_instance" => Self::Machine,
            "gce_instance_group" => Self::MachineGroup,
            "workflows.googleapis.com/Workflow" => Self::Workflow,
            "cloudsql_database" => Self::Database,
            "cloud_dataproc_cluster" | "cloud_dataproc_job" => Self::Dataproc,
            "gae_app" => Self::Engine,
            // The kind of the first logs of the agent.
            "container" => Self::Cluster,
            // Other services have clusters too.
            _ if ["k8s_", "gke_", "knative_"]
                .iter()
                .any(|start| name.starts_with(start)) =>
            {
                Self::Cluster
            }
            _ => Self::Other,
        }
    }

    /// Whether it is of a cluster of Kubernetes.
    pub(super) fn is_of_kubernetes(self) -> bool {
        matches!(self, Self::Pod | Self::Cluster)
    }
}
