//! Roles of a cluster of Kubernetes and who is bound to them.
//!
//! Who is bound to what tell the bindings that calls send, and the reason that the API server gives
//! for each call it allows. kubernetes.io/docs/reference/access-authn-authz/rbac and
//! kubernetes.io/docs/reference/labels-annotations-taints/audit-annotations (read 2026-11-29).

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::key::{self, ObjectPath};
use nepho_core::tables::LogsView;
use serde_json::Value;

use super::document::{Statement, texts};
use super::{Deed, Whom};

/// API group of roles and bindings, and of users and groups, which are no objects.
const GROUP: &str = "rbac.authorization.k8s.io";
/// Annotation with the reason of a decision.
const REASON: &str = "authorization.k8s.io/reason";
/// Bindings that are remembered, and reasons.
const BINDINGS: usize = 10_000;

/// A role or binding, or another object, that a call is on.
#[derive(Debug, Default)]
pub(super) struct Object<'a> {
    cluster: &'a str,
    verb: String,
    resource: String,
    namespace: String,
    name: String,
    request: Value,
}

/// Roles of bindings and their subjects.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    known: BTreeMap<String, Binding>,
    /// Principals and reasons that were read.
    read: BTreeSet<(String, String)>,
    /// Subjects of all bindings by their roles, once all are known.
    roles: BTreeMap<String, BTreeSet<String>>,
    /// Records of bindings that there was no room for.
    pub beyond: u64,
}

#[derive(Debug, Default)]
struct Binding {
    role: String,
    subjects: BTreeSet<String>,
}

/// Whether a row is of an API server.
pub(crate) fn is_of_cluster(api: &str, format: Option<&str>) -> bool {
    matches!(api, "kube-apiserver" | "k8s.io") || format == Some("azure.kube_audit")
}

/// Whether a verb, or the last word of a method of Google, changes objects.
pub(super) fn is_write(operation: &str) -> bool {
    let verb = operation.rsplit('.').next().unwrap_or(operation);
    key::is_kubernetes_write(verb)
}

/// Whether a record may be one on roles or bindings.
pub(super) fn may_tell(raw: &str) -> bool {
    raw.contains(GROUP)
}

/// The cluster that a row is of, as its ids tell it.
pub(crate) fn cluster(view: &LogsView<'_>, row: usize) -> String {
    let told = |id: &str| key::kubernetes_cluster(id).map(|(cluster, _)| cluster.to_owned());
    let managed = |id: &str| {
        let lower = id.to_ascii_lowercase();
        lower.contains("/managedclusters/").then_some(lower)
    };
    let mut ids = view.resources(row);
    ids.find_map(|id| told(id).or_else(|| managed(id)))
        .unwrap_or_default()
}

/// Id of whoever a user name of a cluster is.
pub(crate) fn subject(cluster: &str, name: &str) -> String {
    let account = name.strip_prefix("system:serviceaccount:");
    match account.and_then(|account| account.split_once(':')) {
        Some((namespace, name)) => key::kubernetes(cluster, "", "serviceaccount", namespace, name),
        None => key::kubernetes(cluster, GROUP, "user", "", name),
    }
}

/// Id of a group of a cluster.
pub(crate) fn group(cluster: &str, name: &str) -> String {
    key::kubernetes(cluster, GROUP, "group", "", name)
}

/// What the event in a record is on: an audit event, one within a row of Azure, or an entry of
/// Google.
pub(super) fn object<'a>(json: &Value, cluster: &'a str, operation: &str) -> Option<Object<'a>> {
    if let Some(path) = json["protoPayload"]["resourceName"].as_str() {
        // `rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/orders`
        let object = ObjectPath::parse(path).filter(|object| object.group == GROUP)?;
        if object.name.is_empty() || !object.part.is_empty() {
            return None;
        }
        return Some(Object {
            cluster,
            verb: operation.rsplit('.').next()?.to_owned(),
            resource: object.resource.to_owned(),
            namespace: object.namespace.to_owned(),
            name: object.name.to_owned(),
            request: json["protoPayload"]["request"].clone(),
        });
    }
    let inner = ["log", "log_s"].into_iter().find_map(|name| {
        let log = json["properties"].get(name).or_else(|| json.get(name))?;
        Some(match log {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            log => log.clone(),
        })
    });
    let event = inner.as_ref().unwrap_or(json);
    let reference = &event["objectRef"];
    let text = |name: &str| reference[name].as_str().unwrap_or_default().to_owned();
    (text("apiGroup") == GROUP).then(|| Object {
        cluster,
        verb: operation.to_owned(),
        resource: text("resource"),
        namespace: text("namespace"),
        name: text("name"),
        request: event["requestObject"].clone(),
    })
}

impl Object<'_> {
    /// Whether it is a role or a binding.
    pub(super) fn is_of_rights(&self) -> bool {
        let kinds = [
            "roles",
            "clusterroles",
            "rolebindings",
            "clusterrolebindings",
        ];
        kinds.contains(&&*self.resource) && !self.name.is_empty()
    }

    /// Canonical id of the object.
    pub(super) fn id(&self) -> String {
        let kind = key::kubernetes_kind(&self.resource);
        key::kubernetes(self.cluster, GROUP, &kind, &self.namespace, &self.name)
    }

    /// Subjects that the call tells; `None` where it tells none.
    fn subjects(&self) -> Option<Vec<String>> {
        let list = self.request["subjects"].as_array()?;
        let subjects = list.iter().filter_map(|one| {
            let name = one["name"].as_str()?;
            let namespace = one["namespace"].as_str().unwrap_or(&self.namespace);
            Some(match one["kind"].as_str()? {
                "ServiceAccount" => {
                    key::kubernetes(self.cluster, "", "serviceaccount", namespace, name)
                }
                "Group" => group(self.cluster, name),
                _ => key::kubernetes(self.cluster, GROUP, "user", "", name),
            })
        });
        Some(subjects.collect())
    }

    /// What the rules that the call tells permit on all objects: `list:pods`.
    fn rules(&self) -> Vec<Statement> {
        let rules = self.request["rules"].as_array().into_iter().flatten();
        let rules = rules.filter(|rule| rule["resourceNames"].is_null());
        let permitted = rules.map(|rule| {
            let resources = texts(&rule["resources"]);
            let verbs = texts(&rule["verbs"]).into_iter();
            let of_verb = |verb: String| {
                let of_resource = |resource: &String| format!("{verb}:{resource}");
                resources.iter().map(of_resource).collect::<Vec<String>>()
            };
            Statement {
                actions: verbs.flat_map(of_verb).collect(),
                is_but: false,
            }
        });
        permitted.collect()
    }
}

/// What a call on a role or binding does.
pub(super) fn read(bindings: &mut Bindings, object: &Object<'_>, time: i64) -> Option<Deed> {
    let id = object.id();
    let told = object.subjects();
    let is_binding = object.resource.ends_with("bindings");
    if let (true, Some(subjects)) = (is_binding, &told) {
        let role = &object.request["roleRef"];
        let role = role["name"].as_str().map(|name| {
            let kind = role["kind"].as_str().unwrap_or("Role");
            role_id(object.cluster, kind, &object.namespace, name)
        });
        bindings.add(&id, role, subjects);
    }
    (object.verb != "create").then(|| Deed {
        takes: true,
        keeps: object.rules(),
        but: told.unwrap_or_default(),
        ..Deed::new(
            time,
            match is_binding {
                true => Whom::Bound(id),
                false => Whom::OfRole(id),
            },
        )
    })
}

/// Id of a role that a binding in a namespace refers to.
fn role_id(cluster: &str, kind: &str, namespace: &str, name: &str) -> String {
    let namespace = match kind {
        "ClusterRole" => "",
        _ => namespace,
    };
    key::kubernetes(cluster, GROUP, kind, namespace, name)
}

impl Bindings {
    /// Takes note of why a call was allowed: a binding of whoever made it.
    pub(crate) fn note(&mut self, cluster: &str, principal: &str, raw: &str) {
        let Some(reason) = reason(raw) else {
            return;
        };
        let read = (principal.to_owned(), reason);
        if self.read.contains(&read) {
            return;
        }
        let Some((id, role)) = binding(cluster, &read.1) else {
            return;
        };
        if self.read.len() >= BINDINGS {
            self.beyond += 1;
            return;
        }
        self.read.insert(read);
        self.add(&id, Some(role), &[principal.to_owned()]);
    }

    fn add(&mut self, id: &str, role: Option<String>, subjects: &[String]) {
        if self.known.len() >= BINDINGS && !self.known.contains_key(id) {
            self.beyond += 1;
            return;
        }
        let binding = self.known.entry(id.to_owned()).or_default();
        if let Some(role) = role {
            binding.role = role;
        }
        binding.subjects.extend(subjects.iter().cloned());
    }

    /// Finds out, once all calls are known, who is bound to each role.
    pub(super) fn settle(&mut self) {
        self.roles.clear();
        for binding in self.known.values().filter(|one| !one.role.is_empty()) {
            let subjects = self.roles.entry(binding.role.clone()).or_default();
            subjects.extend(binding.subjects.iter().cloned());
        }
    }

    /// Subjects of a binding, as far as they are told.
    pub(super) fn subjects(&self, id: &str) -> Option<&BTreeSet<String>> {
        self.known.get(id).map(|binding| &binding.subjects)
    }

    /// Subjects of all bindings of a role that were known when it was settled.
    pub(super) fn of_role(&self, role: &str) -> Option<&BTreeSet<String>> {
        self.roles.get(role)
    }
}

/// Ids of the binding that a reason tells of, and of its role.
///
/// `RBAC: allowed by RoleBinding "orders/shop" of Role "orders" to Group "shop"`; names stand in
/// front of namespaces.
fn binding(cluster: &str, reason: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = reason.split('"').collect();
    let [front, binding, of, role, _, _, ..] = parts.as_slice() else {
        return None;
    };
    let kind = front.trim_end().rsplit(' ').next().unwrap_or_default();
    let (name, namespace) = match kind {
        "RoleBinding" => binding.rsplit_once('/').unwrap_or((binding, "")),
        "ClusterRoleBinding" => (*binding, ""),
        _ => return None,
    };
    let id = key::kubernetes(cluster, GROUP, kind, namespace, name);
    let kind = of.trim().rsplit(' ').next().unwrap_or_default();
    Some((id, role_id(cluster, kind, namespace, role)))
}

/// The reason in a record, which may be text within text.
fn reason(raw: &str) -> Option<String> {
    if let Some((_, rest)) = raw.split_once(&format!("\"{REASON}\"")) {
        let rest = rest.trim_start().strip_prefix(':')?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        return values.next()?.ok().filter(|reason| !reason.is_empty());
    }
    if !raw.contains(REASON) {
        return None;
    }
    let json: Value = serde_json::from_str(raw).ok()?;
    let log = json["properties"]["log"]
        .as_str()
        .or(json["log_s"].as_str())?;
    reason(log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LIST: &str = r#"{"annotations": {"authorization.k8s.io/reason":
        "RBAC: allowed by RoleBinding \"orders-read/shop\" of Role \"orders\" to ServiceAccount \"web/shop\""}}"#;
    const ACCOUNT: &str = "k8s://prod//serviceaccount/shop/web";

    #[test]
    fn allowed_calls_tell_bindings() {
        let mut bindings = Bindings::default();
        bindings.note("prod", ACCOUNT, LIST);
        let row = json!({"properties": {"log": LIST}}).to_string();
        bindings.note("prod", "k8s://prod//serviceaccount/shop/mailer", &row);
        let binding = "k8s://prod/rbac.authorization.k8s.io/rolebinding/shop/orders-read";
        assert_eq!(bindings.subjects(binding).unwrap().len(), 2);
        bindings.settle();
        let role = "k8s://prod/rbac.authorization.k8s.io/role/shop/orders";
        assert_eq!(bindings.of_role(role).unwrap().len(), 2);
        assert_eq!(bindings.of_role("k8s://prod//role/shop/other"), None);
    }

    #[test]
    fn calls_on_bindings_tell_who_keeps_them() {
        let event = json!({"objectRef": {"apiGroup": GROUP, "resource": "clusterrolebindings", "name": "read"},
            "requestObject": {"roleRef": {"kind": "ClusterRole", "name": "view"}, "subjects": [
                {"kind": "Group", "name": "shop"}, {"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]}});
        let object = object(&event, "prod", "update").unwrap();
        let mut bindings = Bindings::default();
        let deed = read(&mut bindings, &object, 1).unwrap();
        assert_eq!(deed.but, [group("prod", "shop"), ACCOUNT.to_owned()]);
        let role = "k8s://prod/rbac.authorization.k8s.io/clusterrole//view";
        bindings.settle();
        assert_eq!(bindings.of_role(role).unwrap().len(), 2);
    }

    #[test]
    fn bindings_that_there_is_no_room_for_are_counted() {
        let mut bindings = Bindings::default();
        for number in 0..BINDINGS {
            bindings.note("prod", &format!("user-{number}"), LIST);
        }
        assert_eq!(bindings.beyond, 0);
        bindings.note("prod", "user-x", LIST);
        bindings.note("prod", "user-x", "{}");
        // Neither what is held nor what tells of no binding is left out.
        bindings.note("prod", "user-7", LIST);
        let other = r#"{"authorization.k8s.io/reason": "allowed by a webhook"}"#;
        bindings.note("prod", "user-x", other);
        assert_eq!(bindings.beyond, 1);
        for number in 0..BINDINGS {
            bindings.add(&format!("binding-{number}"), None, &[]);
        }
        // One was known by its reason.
        assert_eq!(bindings.beyond, 2);
    }

    #[test]
    fn entries_of_google_name_roles() {
        let entry = json!({"protoPayload": {
            "resourceName": "rbac.authorization.k8s.io/v1/namespaces/shop/roles/orders",
            "request": {"rules": [{"verbs": ["get", "list"], "resources": ["pods"]}]}}});
        let method = "io.k8s.authorization.rbac.v1.roles.update";
        let object = object(&entry, "prod", method).unwrap();
        let role = "k8s://prod/rbac.authorization.k8s.io/role/shop/orders";
        assert_eq!(
            (object.id().as_str(), object.verb.as_str()),
            (role, "update")
        );
        assert_eq!(object.rules()[0].actions, ["get:pods", "list:pods"]);
    }
}
