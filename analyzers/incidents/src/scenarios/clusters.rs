//! Refused calls in a cluster of Kubernetes.

use nepho_core::findings::incident::ChangeVerdict;

use super::*;
use crate::testing::Call;

const GROUP: &str = "rbac.authorization.k8s.io";
const HOME: &str = "kubernetes/shop";

/// A service account lists pods for an hour, is told why it may, and is refused after ten.
fn lists(actor: &str, reason: &str) -> Story {
    lists_in("shop", Story::default(), actor, reason)
}

/// The same in a cluster, after other rows.
fn lists_in(cluster: &str, story: Story, actor: &str, reason: &str) -> Story {
    let list = Call {
        format: "kubernetes.audit",
        api: "kube-apiserver",
        action: "list".to_owned(),
        actor: actor.to_owned(),
        resource: format!("k8s://{cluster}//namespace//shop"),
        path: "/api/v1/namespaces/shop/pods".to_owned(),
        raw: format!(
            r#"{{"user": {{"groups": ["developers"]}}, "annotations": {{"authorization.k8s.io/reason": "{reason}"}}}}"#
        ),
    };
    let refused = Call {
        raw: "{}".to_owned(),
        ..list.clone()
    };
    let message = format!(
        "pods is forbidden: User \"{actor}\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\""
    );
    story
        .calls_of(HOME, "2024-05-01T09:00:00Z", 300, &list, None)
        .calls_of(HOME, "2024-05-01T10:00:20Z", 40, &refused, Some(&message))
}

/// What somebody does to a role or binding at ten.
fn deed(story: Story, verb: &str, resource: &str, name: &str, request: &str) -> Story {
    let namespace = if resource.starts_with("cluster") {
        ""
    } else {
        "shop"
    };
    let kind = nepho_core::key::kubernetes_kind(resource);
    let call = Call {
        format: "kubernetes.audit",
        api: "kube-apiserver",
        action: verb.to_owned(),
        actor: "eve@shop.example".to_owned(),
        resource: kind.clone(),
        raw: format!(
            r#"{{"objectRef": {{"apiGroup": "{GROUP}", "resource": "{resource}", "namespace": "{namespace}", "name": "{name}"}}, "requestObject": {request}}}"#
        ),
        ..Call::default()
    };
    // Rows of one log tell the cluster of all.
    let call = Call {
        resource: format!("k8s://shop/{GROUP}/{kind}/{namespace}/{name}"),
        ..call
    };
    let id = call.resource.clone();
    let mut story = story.deed(HOME, "2024-05-01T10:00:00Z", &call, &id);
    if let Some(change) = story.changes.last_mut() {
        change.resource_type = kind;
    }
    story
}

const ACCOUNT: &str = "system:serviceaccount:shop:web";
const BY_BINDING: &str = r#"RBAC: allowed by RoleBinding \"read/shop\" of Role \"reader\" to ServiceAccount \"web/shop\""#;

#[test]
fn who_loses_a_binding_is_refused() {
    let check = |resource: &str, name: &str, request: &str, expected: usize| {
        let story = deed(
            lists(ACCOUNT, BY_BINDING),
            "delete",
            resource,
            name,
            request,
        );
        assert_eq!(story.findings().len(), expected, "{resource} {name}");
    };
    check("rolebindings", "read", "null", 1);
    check("rolebindings", "write", "null", 0);
    check("roles", "reader", "null", 1);
    check("roles", "writer", "null", 0);
    check("clusterroles", "reader", "null", 0);
}

#[test]
fn accounts_of_one_name_in_two_clusters_are_two() {
    let check = |cluster: &str, expected: usize| {
        let mut first = lists(ACCOUNT, BY_BINDING);
        first.rows.truncate(60);
        let story = lists_in(cluster, first, ACCOUNT, BY_BINDING);
        let found = deed(story, "delete", "rolebindings", "read", "null").findings();
        assert_eq!(found.len(), expected, "{cluster} {found:?}");
        let account = "k8s://shop//serviceaccount/shop/web".to_owned();
        assert!(found.iter().all(|one| one.resources.contains(&account)));
    };
    check("shop", 1);
    // The binding of one cluster is none of the other.
    check("stage", 0);
}

#[test]
fn a_role_that_permits_it_still_is_not_to_blame() {
    let check = |rules: &str, expected: usize| {
        let request = format!(r#"{{"rules": [{rules}]}}"#);
        let story = deed(
            lists(ACCOUNT, BY_BINDING),
            "update",
            "roles",
            "reader",
            &request,
        );
        assert_eq!(story.findings().len(), expected, "{rules}");
    };
    check(
        r#"{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}"#,
        1,
    );
    check(
        r#"{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}"#,
        0,
    );
    check(
        r#"{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}"#,
        0,
    );
}

#[test]
fn a_binding_takes_from_those_whom_it_leaves_out() {
    let check = |subjects: &str, expected: usize| {
        let request = format!(r#"{{"subjects": [{subjects}]}}"#);
        let story = deed(
            lists(ACCOUNT, BY_BINDING),
            "update",
            "rolebindings",
            "read",
            &request,
        );
        assert_eq!(story.findings().len(), expected, "{subjects}");
    };
    let web = r#"{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}"#;
    let mailer = r#"{"kind": "ServiceAccount", "name": "mailer", "namespace": "shop"}"#;
    check(mailer, 1);
    check(&format!("{mailer}, {web}"), 0);
}

#[test]
fn groups_and_users_are_subjects_as_well() {
    let check = |reason: &str, expected: usize| {
        let story = deed(
            lists("mona@shop.example", reason),
            "delete",
            "clusterrolebindings",
            "devs",
            "null",
        );
        assert_eq!(story.findings().len(), expected, "{reason}");
    };
    let by = |subject: &str| {
        format!(
            r#"RBAC: allowed by ClusterRoleBinding \"devs\" of ClusterRole \"view\" to {subject}"#
        )
    };
    check(&by(r#"Group \"developers\""#), 1);
    check(&by(r#"User \"mona@shop.example\""#), 1);
    check("", 0);
}

#[test]
fn a_binding_that_was_made_before_tells_its_groups() {
    let check = |group: &str, expected: usize| {
        let request = format!(
            r#"{{"roleRef": {{"kind": "ClusterRole", "name": "view"}}, "subjects": [{{"kind": "Group", "name": "{group}"}}]}}"#
        );
        let story = lists("mona@shop.example", "");
        let made = deed(story, "create", "clusterrolebindings", "devs", &request);
        let story = deed(made, "delete", "clusterrolebindings", "devs", "null");
        assert_eq!(story.findings().len(), expected, "{group}");
    };
    check("developers", 1);
    check("auditors", 0);
}

#[test]
fn a_sync_is_of_the_pods_in_the_only_cluster() {
    let check = |synced: &str, other: &str, expected: &str| {
        let mut sync = change(synced, "2024-05-01T10:00:00Z", "Deployment", &["template"]);
        sync.id = "argo:1".to_owned();
        sync.tool = "argocd".to_owned();
        sync.resource = Some(format!("k8s:///{synced}"));
        let pod = "k8s://prod//pod/shop/web-6c9d8f7b5-xk2zq";
        let story = Story::default()
            .every(
                "kubernetes/1",
                "2024-05-01T09:00:00Z",
                4,
                900,
                "web INFO answered",
            )
            .every(
                "kubernetes/1",
                "2024-05-01T10:00:20Z",
                4,
                60,
                "web ERROR panic: missing config",
            )
            .resource(pod, "pod", &[])
            .resource(other, "pod", &[])
            .edge("web", RelationKind::RunsOn, pod)
            .change(sync);
        assert_eq!(
            story.verdicts(),
            [format!("web <  | {expected}")],
            "{synced}"
        );
    };
    let near = "k8s://prod//pod/shop/cart-6c9d8f7b5-xk2zq";
    check("apps/deployment/shop/web", near, "argo:1");
    check("apps/deployment/stage/web", near, "none");
    check("apps/deployment/shop/cart", near, "none");
    // Of two clusters nobody tells which one it is.
    let stage = "k8s://stage//pod/shop/web-5f6d7c8b9-abcde";
    check("apps/deployment/shop/web", stage, "none");
}

/// Web complains from ten on after an object of its cluster was changed.
fn complains(message: &str, object: &str) -> (Option<String>, ChangeVerdict) {
    let pod = "k8s://prod//pod/shop/web-6c9d8f7b5-xk2zq";
    let key = nepho_core::key::KubernetesKey::parse(object).unwrap();
    let mut changed = change("update x", "2024-05-01T10:00:00Z", &key.kind, &[]);
    changed.id = "audit:1".to_owned();
    changed.resource = Some(object.to_owned());
    let story = Story::default()
        .every(
            "kubernetes/1",
            "2024-05-01T09:00:00Z",
            4,
            900,
            "web INFO answered",
        )
        .every(
            "kubernetes/1",
            "2024-05-01T10:00:20Z",
            4,
            60,
            &format!("web ERROR {message}"),
        )
        .in_place("", pod)
        .resource(pod, "pod", &[])
        .edge("web", RelationKind::RunsOn, pod)
        .change(changed);
    let incident = story.incidents().remove(0);
    (incident.cause, incident.considered[0].verdict)
}

#[test]
fn the_name_server_of_a_cluster_is_a_cause_where_names_are_not_found() {
    let check = |message: &str, object: &str, expected: bool| {
        let (cause, _) = complains(message, object);
        assert_eq!(cause.is_some(), expected, "{message} {object}");
    };
    let dns = "k8s://prod//configmap/kube-system/coredns";
    let lookup = "dial tcp: lookup payments.pay.svc.cluster.local: i/o timeout";
    check(lookup, dns, true);
    check("dial tcp: lookup api.pay.example: i/o timeout", dns, true);
    check("dial tcp 10.1.2.3:8080: i/o timeout", dns, false);
    check(lookup, "k8s://stage//configmap/kube-system/coredns", false);
    check(lookup, "k8s://prod//configmap/shop/coredns", false);
    check(lookup, "k8s://prod//configmap/kube-system/other", false);
}

#[test]
fn a_network_policy_may_cut_off_what_its_namespace_holds() {
    let check = |message: &str, object: &str, expected: ChangeVerdict| {
        let (cause, verdict) = complains(message, &format!("k8s://{object}"));
        assert_eq!(cause, None, "{message} {object}");
        assert_eq!(verdict, expected, "{message} {object}");
    };
    let lost = "dial tcp 10.96.3.2:8080: i/o timeout calling payments.pay.svc.cluster.local";
    let (possible, cleared) = (ChangeVerdict::Possible, ChangeVerdict::Cleared);
    let group = "networking.k8s.io/networkpolicy";
    check(lost, &format!("prod/{group}/pay/deny-all"), possible);
    check(lost, &format!("prod/{group}/shop/deny-all"), possible);
    check(lost, &format!("prod/{group}/other/deny-all"), cleared);
    check(lost, &format!("stage/{group}/pay/deny-all"), cleared);
    check(
        "panic: nil map",
        &format!("prod/{group}/shop/deny-all"),
        cleared,
    );
}

#[test]
fn a_policy_for_all_pods_that_lets_nothing_through_is_the_cause() {
    let lost = "i/o timeout calling http://payments.pay.svc.cluster.local:8080/charge";
    let check = |space: &str, word: &str, expected: bool| {
        let object = format!("prod/networking.k8s.io/networkpolicy/{space}/deny-all");
        let found = taken(&object, Some(word), lost);
        assert_eq!(found.is_some(), expected, "{space} {word}");
    };
    check("pay", Change::NOTHING_IN, true);
    check("pay", Change::NOTHING_OUT, false);
    check("shop", Change::NOTHING_OUT, true);
    check("shop", Change::NOTHING_IN, false);
    check("other", Change::NOTHING_IN, false);
    check("pay", "spec", false);
}

#[test]
fn what_answers_for_a_name_is_the_cause_where_it_is_taken_away() {
    let check = |object: &str, word: Option<&str>, message: &str, expected: bool| {
        let found = taken(object, word, message);
        assert_eq!(found.is_some(), expected, "{object} {word:?} {message}");
    };
    let lost = "i/o timeout calling http://payments.pay.svc.cluster.local:8080/charge";
    let (service, workload) = ("prod//service", "prod/apps/deployment");
    let none = Some(Change::TO_NONE);
    check(&format!("{service}/pay/payments"), None, lost, true);
    check("//service/pay/payments", None, lost, true);
    check(
        &format!("{service}/pay/payments"),
        Some("ports"),
        lost,
        false,
    );
    check(&format!("{service}/stage/payments"), None, lost, false);
    check(&format!("{service}/pay/pay"), None, lost, false);
    check("stage//service/pay/payments", None, lost, false);
    check(&format!("{workload}/pay/payments"), none, lost, true);
    check(
        &format!("{workload}/pay/payments"),
        Some("replicas"),
        lost,
        false,
    );
    check(&format!("{workload}/pay/mail"), none, lost, false);
    let other = "i/o timeout calling http://api.payments.pay.svc.example/charge";
    let short = "connection refused: payments.pay.svc:8080";
    check(&format!("{service}/pay/api"), None, other, false);
    check(&format!("{service}/pay/payments"), None, short, true);
}

/// What is blamed where web complains after an object of a cluster was deleted, or one of its
/// attributes changed.
fn taken(object: &str, attribute: Option<&str>, message: &str) -> Option<String> {
    let pod = "k8s://prod//pod/shop/web-6c9d8f7b5-xk2zq";
    let object = format!("k8s://{object}");
    let kind = nepho_core::key::KubernetesKey::parse(&object).unwrap().kind;
    let words: Vec<&str> = attribute.into_iter().collect();
    let mut changed = change("x", "2024-05-01T10:00:00Z", &kind, &words);
    changed.id = "audit:1".to_owned();
    changed.resource = Some(object);
    if attribute.is_none() {
        changed.action = ChangeAction::Delete;
    }
    let home = "kubernetes/1";
    let failing = format!("web ERROR {message}");
    let story = Story::default()
        .every(home, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
        .every(home, "2024-05-01T10:00:20Z", 4, 60, &failing)
        .in_place("", pod)
        .resource(pod, "pod", &[])
        .edge("web", RelationKind::RunsOn, pod)
        .change(changed);
    story.incidents().remove(0).cause
}
