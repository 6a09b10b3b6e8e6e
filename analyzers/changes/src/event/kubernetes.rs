//! Kubernetes audit events: which are writes, of what, and through which manager.
//!
//! kubernetes.io/docs/reference/config-api/apiserver-audit.v1 (read 2026-11-21). A request is told
//! by up to three rows (`RequestReceived`, `ResponseStarted`, `ResponseComplete`) that share their
//! `auditID`.

use std::borrow::Cow;

use super::json::Json;
use nepho_core::findings::WriteClass;
use nepho_core::key::{self, ObjectPath};
use nepho_core::tables::{Change, ChangeAction};

use super::{Means, Subject, controllers};

/// Kinds that are no resources: events, leases, tokens and reviews come and go by themselves.
const PASSING: [&str; 9] = [
    "events",
    "leases",
    "tokenreviews",
    "subjectaccessreviews",
    "selfsubjectaccessreviews",
    "selfsubjectrulesreviews",
    "localsubjectaccessreviews",
    "bindings",
    "endpointslices",
];

/// Parts of an object that its controllers keep up to date, or that are used and not changed.
const PARTS: [&str; 9] = [
    "status",
    "token",
    "exec",
    "attach",
    "portforward",
    "proxy",
    "binding",
    "log",
    "finalize",
];

/// Marks in user agents and names of managers, in lower case, with the tool.
const TOOLS: [(&str, &str); 9] = [
    ("argocd", "argocd"),
    ("helm", "helm"),
    ("kustomize-controller", "flux"),
    ("source-controller", "flux"),
    ("notification-controller", "flux"),
    ("terraform", "terraform"),
    ("opentofu", "opentofu"),
    ("pulumi", "pulumi"),
    ("crossplane", "crossplane"),
];

/// Members of an event that are read, and columns of the tables `AKSAudit`, `AKSAuditAdmin`,
/// `ArcK8sAudit` and `ArcK8sAuditAdmin` that hold them
/// (learn.microsoft.com/azure/azure-monitor/reference/tables/aksaudit, read 2026-11-29).
const COLUMNS: [(&str, &str); 6] = [
    ("auditID", "AuditId"),
    ("objectRef", "ObjectRef"),
    ("requestObject", "RequestObject"),
    ("requestURI", "RequestUri"),
    ("responseObject", "ResponseObject"),
    ("responseStatus", "ResponseStatus"),
];

/// The event within a row of Azure: text or an object in `log`, or the columns of a table.
pub(super) fn of_azure<'a>(row: &'a Json<'_>) -> Json<'a> {
    let log = [
        &row["properties"]["log"],
        &row["properties"]["log_s"],
        &row["log_s"],
    ];
    if let Some(log) = log.into_iter().find(|log| **log != Json::Null) {
        return parsed(log);
    }
    let fields = COLUMNS.iter().filter_map(|(name, column)| {
        let value = row.get(column).or_else(|| row["properties"].get(column))?;
        Some((Cow::Borrowed(*name), parsed(value)))
    });
    Json::Object(fields.collect())
}

/// A value, or what stands in it as text.
fn parsed<'a>(value: &'a Json<'_>) -> Json<'a> {
    match value {
        Json::Text(text) if text.starts_with('{') => Json::parse(text),
        value => value.clone(),
    }
}

/// Whether a verb, or the last word of a method of Google, may change an object.
pub(super) fn may_write(operation: &str) -> bool {
    key::is_kubernetes_write(operation.rsplit('.').next().unwrap_or(operation))
}

/// Whether an event changes an object.
pub(super) fn is_write(verb: &str, json: &Json<'_>) -> bool {
    let reference = &json["objectRef"];
    let resource = reference["resource"].as_str().unwrap_or_default();
    let part = reference["subresource"].as_str().unwrap_or_default();
    let body = &json["requestObject"];
    let is_dry = json["requestURI"]
        .as_str()
        .is_some_and(|uri| uri.contains("dryRun=All"))
        || [&body["dryRun"], &body["deleteOptions"]["dryRun"]]
            .into_iter()
            .any(|dry| matches!(dry, Json::List(of) if !of.is_empty()));
    key::is_kubernetes_write(verb)
        && !resource.is_empty()
        && !PASSING.contains(&resource)
        && !PARTS.contains(&part)
        && !is_dry
}

/// What an event does to its object, in this cluster.
pub(super) fn subject(cluster: &str, verb: &str, json: &Json<'_>) -> Subject {
    let reference = &json["objectRef"];
    let text = |name: &str| reference[name].as_str().unwrap_or_default();
    let resource = text("resource");
    let part = text("subresource");
    // Where the server makes up the name, only the object tells it.
    let name = match text("name") {
        "" => json["responseObject"]["metadata"]["name"]
            .as_str()
            .unwrap_or_default(),
        name => name,
    };
    let id = |name: &str| {
        let (group, namespace) = (text("apiGroup"), text("namespace"));
        let kind = key::kubernetes_kind(resource);
        key::kubernetes(cluster, group, &kind, namespace, name)
    };
    let mut attributes = Vec::new();
    if verb == "patch" {
        let fields = &json["requestObject"];
        let inner = fields.get("spec").filter(|spec| spec.as_object().is_some());
        match remarks_only(resource, fields) {
            Some(name) => attributes.push(name.to_owned()),
            None => attributes.extend(inner.unwrap_or(fields).keys().map(str::to_owned)),
        }
    }
    let mut subject = Subject {
        target: (!name.is_empty()).then(|| id(name)),
        resource_type: key::kubernetes_kind(resource),
        action: Some(match verb {
            "create" => ChangeAction::Create,
            "delete" | "deletecollection" => ChangeAction::Delete,
            _ => ChangeAction::Update,
        }),
        attributes,
        ..Subject::default()
    };
    on_part(part, &mut subject);
    let replicas = json["requestObject"]["spec"]["replicas"].as_u64();
    if replicas == Some(0) && (part == "scale" || verb == "patch") {
        subject.attributes.push(Change::TO_NONE.to_owned());
    }
    if resource == "networkpolicies" && matches!(verb, "create" | "update") {
        let shut = shut(&json["requestObject"]["spec"]);
        subject.attributes.extend(shut.map(str::to_owned));
    }
    subject
}

/// What a network policy that is for all pods of its namespace lets nobody do. Without types it is
/// for what comes in, and for what goes out where it has rules for that.
///
/// kubernetes.io/docs/concepts/services-networking/network-policies (read 2026-11-29).
fn shut<'a>(spec: &'a Json<'_>) -> impl Iterator<Item = &'static str> + use<'a> {
    let selector = &spec["podSelector"];
    let is_empty = |value: &Json<'_>| value.keys().next().is_none();
    let is_for_all = spec.get("podSelector").is_some()
        && selector.keys().all(|name| is_empty(&selector[name]))
        && selector.get("matchExpressions").is_none();
    let has_type = |name: &str| match &spec["policyTypes"] {
        Json::List(types) => types.iter().any(|kind| kind.as_str() == Some(name)),
        _ => name == "Ingress",
    };
    let lets_none = |rules: &str| match &spec[rules] {
        Json::List(rules) => rules.is_empty(),
        _ => true,
    };
    let sides = [
        ("Ingress", "ingress", Change::NOTHING_IN),
        ("Egress", "egress", Change::NOTHING_OUT),
    ];
    let shut = sides.map(|(kind, rules, word)| {
        (is_for_all && has_type(kind) && lets_none(rules)).then_some(word)
    });
    shut.into_iter().flatten()
}

/// Workloads, of which only a change of the template of their pods starts new ones
/// (kubernetes.io/docs/concepts/workloads/controllers/deployment, read 2026-11-29).
const WORKLOADS: [&str; 4] = ["daemonsets", "deployments", "replicasets", "statefulsets"];

/// Labels or annotations, if a patch sets nothing but them, of an object that nothing chooses by
/// them: pods, nodes and namespaces are chosen by their labels, and what runs by those of its
/// template. By annotations alone others than workloads may be steered.
fn remarks_only(resource: &str, fields: &Json<'_>) -> Option<&'static str> {
    let metadata = &fields["metadata"];
    let is_chosen = ["pods", "nodes", "namespaces"].contains(&resource);
    let mut inner = metadata.keys();
    let is_remark = !is_chosen
        && fields.keys().all(|name| name == "metadata")
        && inner.all(|name| ["labels", "annotations"].contains(&name));
    let has = |name: &str| is_remark && metadata.get(name).is_some();
    match (has("labels"), has("annotations")) {
        (true, _) => Some("metadata.labels"),
        (false, true) if WORKLOADS.contains(&resource) => Some("metadata.annotations"),
        _ => None,
    }
}

/// What a write to a part of an object does to the object, where there is a part: the number of its
/// replicas is changed. The API takes an eviction as a new part of the pod, and deletes the pod.
///
/// kubernetes.io/docs/concepts/scheduling-eviction/api-eviction (read 2026-11-29).
pub(super) fn on_part(part: &str, subject: &mut Subject) {
    match part {
        "" => {}
        "eviction" => subject.action = Some(ChangeAction::Delete),
        part => {
            subject.action = Some(ChangeAction::Update);
            subject.attributes.insert(0, part.to_owned());
        }
    }
}

/// Object that an audit entry of Google names, in the cluster that wrote it:
/// `apps/v1/namespaces/shop/deployments/web`, `core/v1/nodes/n1`; and the part of it that it names.
/// `None` for what is none, passes by itself, or is kept up to date by controllers.
pub(super) fn of_google<'a>(
    name: &'a str,
    project: &str,
    json: &Json<'_>,
) -> Option<(String, &'a str)> {
    let object = ObjectPath::parse(name)?;
    if PASSING.contains(&object.resource) || PARTS.contains(&object.part) {
        return None;
    }
    let label = |name: &str| json["resource"]["labels"][name].as_str();
    let cluster = label("cluster_name").map(|cluster| {
        let place = label("location").unwrap_or_default();
        let project = label("project_id").unwrap_or(project);
        format!(
            "//container.googleapis.com/projects/{project}/locations/{place}/clusters/{cluster}"
        )
    });
    let id = object.id(&cluster.unwrap_or_default())?;
    Some((id, object.part))
}

/// Who makes the write: a tool by its user agent, its service account or the manager that it gives
/// for fields; a controller of the cluster; or a person.
pub(super) fn means(json: &Json<'_>, agent: &str, actor: &str) -> Means {
    let means = |class, tool: &str| Means {
        class,
        tool: tool.to_owned(),
    };
    let agent = agent.to_lowercase();
    let manager = json["requestURI"]
        .as_str()
        .and_then(|uri| uri.split_once("fieldManager="))
        .map(|(_, rest)| rest.split('&').next().unwrap_or(rest).to_lowercase())
        .unwrap_or_default();
    let account = actor
        .strip_prefix("system:serviceaccount:")
        .unwrap_or_default();
    let tool = TOOLS
        .iter()
        .find(|(mark, _)| agent.contains(mark) || manager.contains(mark) || account.contains(mark));
    if let Some((_, tool)) = tool {
        // Flux's helm-controller is Helm only in name.
        let is_flux = agent.contains("helm-controller") || account.starts_with("flux-system:");
        return means(WriteClass::Iac, if is_flux { "flux" } else { tool });
    }
    if account.starts_with("flux-system:") {
        return means(WriteClass::Iac, "flux");
    }
    if actor.starts_with("system:node:") || agent.starts_with("kubelet") {
        return means(WriteClass::Runtime, "kubelet");
    }
    // EKS acts as users `eks:addon-manager` and the like, AKS as `aksService`
    // (docs.aws.amazon.com/eks/latest/userguide/default-roles-users.html, read 2026-11-29).
    if actor.starts_with("eks:") || actor == "aksService" {
        return means(WriteClass::Service, actor);
    }
    // Controllers act on what others declared: a new pod of a deployment is no change of its own.
    if actor.starts_with("system:") && account.is_empty() || account.starts_with("kube-system:") {
        let name = agent.split(['/', ' ']).next().unwrap_or_default();
        return means(
            WriteClass::Service,
            if name.is_empty() { "kubernetes" } else { name },
        );
    }
    if let Some(controller) = controllers::of_account(account, &agent) {
        return means(WriteClass::Runtime, controller);
    }
    if agent.starts_with("mozilla/") {
        return means(WriteClass::Console, "console");
    }
    let first = agent.split(['/', ' ']).next().unwrap_or_default();
    means(
        WriteClass::Script,
        match first {
            "" => "unknown",
            word if word.starts_with("kubectl") => "kubectl",
            word => word,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn objects_are_changed_and_their_status_is_not() {
        let of = |resource: &str, part: &str| json!({"objectRef": {"resource": resource, "subresource": part}});
        assert!(is_write("patch", &of("deployments", "")));
        assert!(is_write("update", &of("deployments", "scale")));
        assert!(!is_write("get", &of("deployments", "")));
        assert!(!is_write("patch", &of("pods", "status")));
        assert!(!is_write("create", &of("events", "")));
        assert!(!is_write(
            "create",
            &json!({"objectRef": {"resource": "pods"}, "requestURI": "/api/v1/pods?dryRun=All"})
        ));
    }

    #[test]
    fn a_patch_tells_what_it_sets() {
        let event = json!({
            "objectRef": {"resource": "deployments", "apiGroup": "apps", "namespace": "web", "name": "checkout"},
            "requestObject": {"spec": {"replicas": 0, "template": {}}}});
        let subject = subject("prod", "patch", &event);
        assert_eq!(
            subject.target.as_deref(),
            Some("k8s://prod/apps/deployment/web/checkout")
        );
        assert_eq!(
            subject.attributes,
            ["replicas", "template", Change::TO_NONE]
        );
        assert_eq!(subject.action, Some(ChangeAction::Update));
    }

    #[test]
    fn annotations_of_a_workload_start_nothing() {
        let check = |resource: &str, fields: serde_json::Value, expected: &str| {
            let event = json!({"objectRef": {"resource": resource, "name": "checkout"},
                "requestObject": fields});
            let found = subject("prod", "patch", &event);
            assert_eq!(found.attributes, [expected], "{resource}");
        };
        let noted = serde_json::json!({"metadata": {"annotations": {"team": "shop"}}});
        check("deployments", noted.clone(), "metadata.annotations");
        check("ingresses", noted, "metadata");
        let restarted = serde_json::json!({"spec": {"template": {"metadata": {"annotations":
            {"kubectl.kubernetes.io/restartedAt": "2024-05-01T10:00:00Z"}}}}});
        check("deployments", restarted, "template");
    }

    #[test]
    fn an_eviction_ends_the_pod_and_another_part_changes_the_object() {
        let of = |resource: &str, part: &str| {
            let event = json!({"objectRef": {"resource": resource, "subresource": part,
                "name": "web-1"}});
            subject("prod", "create", &event)
        };
        assert_eq!(of("pods", "").action, Some(ChangeAction::Create));
        let evicted = of("pods", "eviction");
        assert_eq!(evicted.action, Some(ChangeAction::Delete));
        assert!(evicted.attributes.is_empty());
        let scaled = of("deployments", "scale");
        assert_eq!(scaled.action, Some(ChangeAction::Update));
        assert_eq!(scaled.attributes, ["scale"]);
        let dry = json!({"objectRef": {"resource": "pods", "subresource": "eviction"},
            "requestObject": {"deleteOptions": {"dryRun": ["All"]}}});
        assert!(!is_write("create", &dry));
    }

    #[test]
    fn rows_of_azure_hold_the_event_as_text_an_object_or_columns() {
        let object = json!({"resource": "deployments", "name": "web", "apiGroup": "apps"});
        let check = |row: Json<'_>| {
            let event = of_azure(&row);
            assert_eq!(event["auditID"], "a-1");
            assert_eq!(event["objectRef"], object);
            assert!(is_write("patch", &event));
        };
        let text = r#"{"auditID":"a-1","objectRef":{"resource":"deployments","name":"web","apiGroup":"apps"}}"#;
        let reference = r#"{"resource":"deployments","name":"web","apiGroup":"apps"}"#;
        check(json!({"properties": {"log": text}}));
        check(json!({"log_s": text}));
        check(json!({"AuditId": "a-1", "ObjectRef": reference, "Verb": "patch"}));
        check(
            json!({"AuditId": "a-1", "ObjectRef": {"resource": "deployments", "name": "web",
            "apiGroup": "apps"}, "RequestObject": "skipped-too-big-size-object"}),
        );
        let dry = json!({"ObjectRef": reference, "RequestUri": "/apis/apps/v1/x?dryRun=All"});
        assert!(!is_write("patch", &of_azure(&dry)));
    }

    #[test]
    fn entries_of_google_name_objects_and_their_cluster() {
        let labels = json!({"resource": {"labels": {
            "cluster_name": "shop", "location": "europe-west1", "project_id": "p"}}});
        let cluster = "//container.googleapis.com/projects/p/locations/europe-west1/clusters/shop";
        let check = |name: &str, expected: Option<&str>| {
            let expected = expected.map(|rest| format!("k8s://{cluster}/{rest}"));
            let found = of_google(name, "p", &labels);
            assert_eq!(found.map(|(id, _)| id), expected, "{name}");
        };
        let web = "apps/v1/namespaces/shop/deployments/web";
        check(web, Some("apps/deployment/shop/web"));
        check(&format!("{web}/scale"), Some("apps/deployment/shop/web"));
        check(&format!("{web}/status"), None);
        let part = format!("{web}/scale");
        let (_, part) = of_google(&part, "p", &labels).unwrap();
        assert_eq!(part, "scale");
        check("core/v1/nodes/n1", Some("/node//n1"));
        check("core/v1/namespaces/shop", Some("/namespace//shop"));
        check("coordination.k8s.io/v1/namespaces/a/leases/b", None);
        check("projects/p/zones/z/clusters/shop", None);
    }

    #[test]
    fn managers_are_told_from_people_and_controllers() {
        let check = |uri: &str, agent: &str, actor: &str, class: WriteClass, tool: &str| {
            let found = means(&json!({"requestURI": uri}), agent, actor);
            assert_eq!(
                (found.class, found.tool.as_str()),
                (class, tool),
                "{agent} {actor}"
            );
        };
        let uri = "/apis/apps/v1/namespaces/web/deployments/checkout";
        check(
            uri,
            "kubectl/v1.30.0 (linux/amd64)",
            "mona@example.com",
            WriteClass::Script,
            "kubectl",
        );
        check(
            uri,
            "Helm/3.15.0",
            "ci@example.com",
            WriteClass::Iac,
            "helm",
        );
        check(
            uri,
            "argocd-application-controller/v0.0.0",
            "system:serviceaccount:argocd:argocd-application-controller",
            WriteClass::Iac,
            "argocd",
        );
        check(
            uri,
            "helm-controller/v1.0.0",
            "system:serviceaccount:flux-system:helm-controller",
            WriteClass::Iac,
            "flux",
        );
        check(
            uri,
            "kustomize-controller/v1",
            "system:serviceaccount:flux-system:kustomize-controller",
            WriteClass::Iac,
            "flux",
        );
        check(
            "/x?fieldManager=Terraform&force=true",
            "Go-http-client/2.0",
            "ci",
            WriteClass::Iac,
            "terraform",
        );
        check(
            uri,
            "kubelet/v1.30.0",
            "system:node:n1",
            WriteClass::Runtime,
            "kubelet",
        );
        check(
            uri,
            "kube-controller-manager/v1.30",
            "system:serviceaccount:kube-system:replicaset-controller",
            WriteClass::Service,
            "kube-controller-manager",
        );
    }

    #[test]
    fn controllers_are_told_from_pipelines() {
        let uri = "/apis/apps/v1/namespaces/web/deployments/checkout";
        let check = |uri: &str, agent: &str, actor: &str, class: WriteClass, tool: &str| {
            let found = means(&json!({"requestURI": uri}), agent, actor);
            assert_eq!((found.class, found.tool.as_str()), (class, tool), "{actor}");
        };
        check(
            uri,
            "keda/v2.14",
            "system:serviceaccount:keda:keda-operator",
            WriteClass::Runtime,
            "keda-operator",
        );
        check(
            uri,
            "kubectl/v1.30.0",
            "system:serviceaccount:jenkins:default",
            WriteClass::Script,
            "kubectl",
        );
        let managed = "eks:addon-manager";
        check(
            uri,
            "Go-http-client/2.0",
            managed,
            WriteClass::Service,
            managed,
        );
    }

    #[test]
    fn labels_of_what_is_not_chosen_by_them_are_told_as_such() {
        let check = |resource: &str, patch: Json<'static>, expected: &[&str]| {
            let reference = json!({"resource": resource, "name": "web"});
            let event = Json::Object(vec![
                ("objectRef".into(), reference),
                ("requestObject".into(), patch),
            ]);
            assert_eq!(subject("prod", "patch", &event).attributes, expected);
        };
        let labels = json!({"metadata": {"labels": {"team": "shop"}}});
        check("deployments", labels.clone(), &["metadata.labels"]);
        check("pods", labels, &["metadata"]);
        let other = json!({"metadata": {"labels": {}, "finalizers": []}});
        check("deployments", other, &["metadata"]);
        let spec = json!({"metadata": {"labels": {}}, "spec": {"template": {}}});
        check("deployments", spec, &["template"]);
    }
}
