//! Who last wrote which fields of an object, and when: `metadata.managedFields`.
//!
//! kubernetes.io/docs/reference/using-api/server-side-apply (field management), read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{ChangeAction, ChangeOutcome};
use nepho_core::time::NANOS;
use serde_json::Value;

use crate::object::Object;
use crate::reason::redact;
use crate::value::{list, text, time};

/// Names of attributes kept of one write.
const ATTRIBUTES: usize = 200;
/// Fields within fields that are followed.
const DEEPEST: usize = 64;

/// Words in the names of managers that are tools, what they are called, and the class of a write by
/// them where it is settled: whether a run of an infrastructure tool is known, others find out.
const TOOLS: [(&str, &str, Option<WriteClass>); 17] = [
    ("kubectl", "kubectl", Some(WriteClass::Script)),
    ("argocd", "argocd", None),
    ("kustomize-controller", "flux", None),
    ("helm-controller", "flux", None),
    ("flux", "flux", None),
    ("helm", "helm", None),
    ("terraform", "terraform", None),
    ("hashicorp", "terraform", None),
    ("opentofu", "opentofu", None),
    ("pulumi", "pulumi", None),
    ("crossplane", "crossplane", None),
    ("cnrm-controller", "config_connector", None),
    ("mozilla", "dashboard", Some(WriteClass::Console)),
    ("dashboard", "dashboard", Some(WriteClass::Console)),
    ("rancher", "rancher", Some(WriteClass::Console)),
    ("k9s", "k9s", Some(WriteClass::Script)),
    ("lens", "lens", Some(WriteClass::Script)),
];

/// Words in the names of managers that are parts of the cluster: what they write follows from what
/// others wrote.
const RUNTIME: [&str; 9] = [
    "controller",
    "operator",
    "kube-",
    "kubelet",
    "autoscaler",
    "cainjector",
    "scheduler",
    "before-first-apply",
    "webhook",
];

/// Tool and class of a manager; `None` for parts of the cluster.
fn tool(manager: &str) -> Option<(String, Option<WriteClass>)> {
    let lower = manager.to_ascii_lowercase();
    if let Some((_, tool, class)) = TOOLS.iter().find(|(word, ..)| lower.contains(word)) {
        return Some(((*tool).to_owned(), *class));
    }
    if RUNTIME.iter().any(|word| lower.contains(word)) {
        return None;
    }
    Some((lower, Some(WriteClass::Script)))
}

/// Adds the writes that the object remembers, and that it is being deleted.
pub(crate) fn writes(object: &Object<'_>, out: &mut FeedOutput) {
    for entry in list(object.value, &["metadata", "managedFields"]) {
        let (Some(manager), Some(at)) = (text(entry, &["manager"]), time(entry, &["time"])) else {
            continue;
        };
        let Some((tool, class)) = tool(manager) else {
            continue;
        };
        if text(entry, &["subresource"]) == Some("status") {
            continue;
        }
        let is_new = object
            .created()
            .is_some_and(|created| at.since(created).abs() <= NANOS);
        let action = if is_new {
            ChangeAction::Create
        } else {
            ChangeAction::Update
        };
        let run = format!("{manager}@{at}");
        let mut change = object.change(&tool, &run, action, ChangeOutcome::Applied, Some(at));
        change.actor = Some(manager.to_owned());
        change.class = class;
        change.reason = object
            .annotation("kubernetes.io/change-cause")
            .map(|cause| redact(cause, &[]));
        if let Some(fields) = entry.get("fieldsV1").or_else(|| entry.get("fields")) {
            names(fields, "", 0, &mut change.attributes);
        }
        out.changes.push(change);
    }
    if let Some(at) = time(object.value, &["metadata", "deletionTimestamp"]) {
        let outcome = ChangeOutcome::Unknown;
        let mut change = object.change(
            "kubernetes",
            "deletion",
            ChangeAction::Delete,
            outcome,
            Some(at),
        );
        change.reason = Some("it was asked to be deleted and waits for its finalizers".to_owned());
        out.changes.push(change);
    }
}

/// Names of the fields in a set: `f:spec` is a field, `k:{...}` an element by its key, `v:...` an
/// element by its value, which is not kept.
fn names(fields: &Value, within: &str, depth: usize, found: &mut Vec<String>) {
    let members = fields.as_object().into_iter().flatten();
    let mut is_leaf = true;
    for (name, inner) in members {
        if depth >= DEEPEST || found.len() >= ATTRIBUTES {
            return;
        }
        let path = match name.split_once(':') {
            Some(("f", field)) if within.is_empty() => field.to_owned(),
            Some(("f", field)) => format!("{within}.{field}"),
            Some(("k", key)) => format!("{within}[{}]", element(key)),
            _ => continue,
        };
        is_leaf = false;
        names(inner, &path, depth + 1, found);
    }
    if is_leaf && !within.is_empty() && found.len() < ATTRIBUTES {
        found.push(within.to_owned());
    }
}

/// Name of an element of a list, if its key has one: other keys are values.
fn element(key: &str) -> String {
    let key: Value = serde_json::from_str(key).unwrap_or_default();
    let name = text(&key, &["name"]).filter(|name| {
        name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    });
    name.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_told_from_parts_of_the_cluster() {
        let name = |manager| tool(manager).map(|(tool, _)| tool);
        assert_eq!(
            name("kubectl-client-side-apply").as_deref(),
            Some("kubectl")
        );
        assert_eq!(
            name("argocd-application-controller").as_deref(),
            Some("argocd")
        );
        assert_eq!(name("kube-controller-manager"), None);
        assert_eq!(name("cluster-autoscaler"), None);
        assert_eq!(name("deploy.py").as_deref(), Some("deploy.py"));
    }

    #[test]
    fn fields_are_told_by_name_alone() {
        let fields = serde_json::json!({"f:metadata": {"f:finalizers": {".": {}, "v:\"canary\"": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:image": {}}},
            "f:ports": {"k:{\"port\":80}": {"f:port": {}}}}});
        let mut found = Vec::new();
        names(&fields, "", 0, &mut found);
        assert_eq!(
            found,
            [
                "metadata.finalizers",
                "spec.containers[web].image",
                "spec.ports[].port"
            ]
        );
    }
}
