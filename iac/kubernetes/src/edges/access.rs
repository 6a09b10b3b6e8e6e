//! What objects lie in, belong to, scale, and may act as.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::RelationKind::{Contains, DependsOn, ManagedBy, PermitsIam, Scales, Uses};

use crate::kinds;
use crate::object::Object;
use crate::owner::Manager;
use crate::value::{list, text};

/// Adds the edges of one object.
pub(super) fn relate(object: &Object<'_>, out: &mut FeedOutput) {
    let owners = list(object.value, &["metadata", "ownerReferences"]);
    for owner in owners {
        let (Some(kind), Some(name)) = (text(owner, &["kind"]), text(owner, &["name"])) else {
            continue;
        };
        let group = kinds::group_of(text(owner, &["apiVersion"]).unwrap_or_default());
        let to = object.neighbor(group, kind, name);
        object.edge(Contains, &to, "owner reference", out);
    }
    if owners.is_empty() && !object.namespace.is_empty() {
        let to = object.neighbor("", "Namespace", object.namespace);
        object.edge(Contains, &to, "namespace", out);
    }
    if let Some(manager) = Manager::of(object) {
        object.edge(ManagedBy, &manager.key, manager.evidence, out);
    }
    let path = |path: &[&str]| text(object.value, path);
    match object.kind {
        "HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler" => {
            let reference = ["scaleTargetRef", "targetRef"]
                .iter()
                .find_map(|name| object.at(&["spec", name]));
            if let Some((reference, name)) =
                reference.and_then(|one| Some((one, text(one, &["name"])?)))
            {
                let kind = text(reference, &["kind"]).unwrap_or("Deployment");
                let group = match text(reference, &["apiVersion"]) {
                    Some(version) => kinds::group_of(version),
                    None => kinds::group(kind),
                };
                let to = object.neighbor(group, kind, name);
                object.edge(Scales, &to, "scale target", out);
            }
        }
        "PersistentVolumeClaim" => {
            if let Some(name) = path(&["spec", "volumeName"]) {
                let to = object.neighbor("", "PersistentVolume", name);
                object.edge(Uses, &to, "volume of the claim", out);
            }
            storage_class(object, out);
        }
        "PersistentVolume" => {
            storage_class(object, out);
            let ids: [&[&str]; 3] = [
                &["spec", "csi", "volumeHandle"],
                &["spec", "awsElasticBlockStore", "volumeID"],
                &["spec", "azureDisk", "diskURI"],
            ];
            if let Some(id) = ids.into_iter().find_map(path) {
                // `aws://eu-west-1a/vol-...` and `projects/p/zones/z/disks/d`.
                let id = match id.rsplit_once('/') {
                    Some((_, volume)) if volume.starts_with("vol-") => volume.to_owned(),
                    _ if id.starts_with("projects/") => format!("//compute.googleapis.com/{id}"),
                    _ => key::canonical(id),
                };
                object.edge(Uses, &id, "volume in the cloud", out);
            }
        }
        "RoleBinding" | "ClusterRoleBinding" => binding(object, out),
        "ServiceAccount" => account(object, out),
        _ => {}
    }
}

fn storage_class(object: &Object<'_>, out: &mut FeedOutput) {
    if let Some(name) = text(object.value, &["spec", "storageClassName"]) {
        let to = object.neighbor("storage.k8s.io", "StorageClass", name);
        object.edge(DependsOn, &to, "storage class", out);
    }
}

/// Service accounts of a binding to its role.
fn binding(object: &Object<'_>, out: &mut FeedOutput) {
    let Some(role) = text(object.value, &["roleRef", "name"]) else {
        return;
    };
    let kind = text(object.value, &["roleRef", "kind"]).unwrap_or("Role");
    let to = object.neighbor("rbac.authorization.k8s.io", kind, role);
    for subject in list(object.value, &["subjects"]) {
        if text(subject, &["kind"]) != Some("ServiceAccount") {
            continue;
        }
        if let Some(name) = text(subject, &["name"]) {
            let namespace = text(subject, &["namespace"]).unwrap_or(object.namespace);
            let from = key::kubernetes("", "", "ServiceAccount", namespace, name);
            object.edge_of(
                &from,
                PermitsIam,
                &to,
                format!("binding `{}`", object.name),
                out,
            );
        }
    }
}

/// Identities of the clouds that a service account may act as.
fn account(object: &Object<'_>, out: &mut FeedOutput) {
    if let Some(role) = object.annotation("eks.amazonaws.com/role-arn") {
        let evidence = "annotation `eks.amazonaws.com/role-arn`";
        object.edge(PermitsIam, &key::canonical(role), evidence, out);
    }
    if let Some(email) = object.annotation("iam.gke.io/gcp-service-account") {
        let project = email
            .split('@')
            .nth(1)
            .and_then(|host| host.split('.').next());
        let project = project.unwrap_or("-");
        let to = format!("//iam.googleapis.com/projects/{project}/serviceAccounts/{email}");
        let evidence = "annotation `iam.gke.io/gcp-service-account`";
        object.edge(PermitsIam, &to, evidence, out);
    }
    if let Some(client) = object.annotation("azure.workload.identity/client-id") {
        let evidence = "annotation `azure.workload.identity/client-id`";
        object.edge(PermitsIam, client, evidence, out);
    }
}
