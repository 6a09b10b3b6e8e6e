//! Stories of who changes objects of clusters that Google runs.

use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{ChangeAction, Outcome, Table};
use nepho_core::{Result, Timestamp};
use serde_json::json;

use crate::Changes;
use crate::scenarios::rows;

const TIME: &str = "2024-05-01T10:00:00Z";

/// What one call in a cluster of Google becomes: class, tool and action.
fn told(
    method: &str,
    name: &str,
    actor: &str,
    agent: &str,
) -> Result<(WriteClass, String, ChangeAction)> {
    let labels = json!({"project_id": "shop", "cluster_name": "c1", "location": "europe-west1"});
    let raw = json!({"insertId": "i-1", "protoPayload": {"resourceName": name},
        "resource": {"type": "k8s_cluster", "labels": labels}});
    let columns = ["gcp.audit", "gcp", "k8s.io", method, actor, agent, ""];
    let logs = rows(&[(TIME, columns, Some(Outcome::Success), raw)]);
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &logs)?;
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out)?;
    let change = out.changes.remove(0);
    Ok((change.class.unwrap(), change.tool, change.action))
}

#[test]
fn tools_and_controllers_are_told_from_people_on_clusters_of_google() {
    let check = |actor: &str, agent: &str, class: WriteClass, tool: &str| {
        let method = "io.k8s.apps.v1.deployments.patch";
        let name = "apps/v1/namespaces/shop/deployments/web";
        let found = told(method, name, actor, agent).unwrap();
        assert_eq!((found.0, &*found.1), (class, tool), "{actor} {agent}");
    };
    let account = |of: &str| format!("system:serviceaccount:{of}");
    let by_tool = WriteClass::IacUnregistered;
    let argo = account("argocd:argocd-application-controller");
    check(&argo, "argocd-application-controller/v2", by_tool, "argocd");
    let flux = account("flux-system:kustomize-controller");
    check(&flux, "kustomize-controller/v1", by_tool, "flux");
    check("ci@shop.example", "Helm/3.14.0", by_tool, "helm");
    let ingress = account("kube-system:glbc");
    check(&ingress, "glbc/v1", WriteClass::Service, "glbc");
    let scaler = account("keda:keda-operator");
    check(&scaler, "keda/v2", WriteClass::Runtime, "keda-operator");
    let robot = "service-1@container-engine-robot.iam.gserviceaccount.com";
    check(robot, "gke/1", WriteClass::Service, "google");
    let person = "mona@shop.example";
    check(person, "kubectl/v1.29.0", WriteClass::Script, "kubectl");
}

#[test]
fn parts_of_objects_are_neither_made_nor_unmade() {
    let check = |method: &str, name: &str, expected: ChangeAction| {
        let found = told(method, name, "mona@shop.example", "kubectl/v1.29.0").unwrap();
        assert_eq!(found.2, expected, "{method}");
    };
    let pod = "core/v1/namespaces/shop/pods/web-1";
    check("io.k8s.core.v1.pods.create", pod, ChangeAction::Create);
    let evicted = format!("{pod}/eviction");
    check(
        "io.k8s.core.v1.pods.eviction.create",
        &evicted,
        ChangeAction::Delete,
    );
    let scaled = "apps/v1/namespaces/shop/deployments/web/scale";
    check(
        "io.k8s.apps.v1.deployments.scale.update",
        scaled,
        ChangeAction::Update,
    );
}

#[test]
fn writes_whose_records_are_too_long_are_counted() {
    let labels = json!({"project_id": "shop", "cluster_name": "c1", "location": "europe-west1"});
    let entry = |value: &str| {
        json!({"insertId": "i-1", "resource": {"type": "k8s_cluster", "labels": labels},
            "protoPayload": {"resourceName": "core/v1/namespaces/shop/configmaps/web",
                "request": {"data": {"a": value}}}})
    };
    let row = |verb: &'static str, size: usize| {
        let agent = "kubectl/v1.29.0";
        let columns = [
            "gcp.audit",
            "gcp",
            "k8s.io",
            verb,
            "mona@shop.example",
            agent,
            "",
        ];
        (
            TIME,
            columns,
            Some(Outcome::Success),
            entry(&"x".repeat(size)),
        )
    };
    let update = "io.k8s.core.v1.configmaps.update";
    let logs = rows(&[
        row(update, 1),
        row(update, 1 << 20),
        row("io.k8s.core.v1.configmaps.list", 1 << 20),
    ]);
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &logs).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let explanation = &out.findings[0].explanation;
    assert!(
        explanation.contains("too long to be read: 1."),
        "{explanation}"
    );
}
