//! Objects of two clusters, as a user sees them.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A dump: the namespace that tells the cluster, and a workload that calls a service.
fn dump(cluster: u32) -> String {
    format!(
        r#"apiVersion: v1
kind: Namespace
metadata:
  name: kube-system
  uid: 6c1a2b3c-000{cluster}-4d5e-8f90-a1b2c3d4e5f6
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: checkout
  namespace: shop
  uid: 7d1a2b3c-000{cluster}-4d5e-8f90-a1b2c3d4e5f6
  creationTimestamp: "2026-05-01T10:00:00Z"
  managedFields:
  - manager: kubectl-edit
    operation: Update
    time: "2026-05-11T10:00:00Z"
    fieldsType: FieldsV1
    fieldsV1: {{"f:spec": {{"f:replicas": {{}}}}}}
spec:
  template:
    spec:
      containers:
      - name: app
        env:
        - name: PAYMENT_URL
          value: http://payment.shop.svc.cluster.local
---
apiVersion: v1
kind: Service
metadata: {{name: payment, namespace: shop}}
"#
    )
}

/// An audit event of the workload.
fn event(id: &str) -> Value {
    json!({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": id,
        "stage": "ResponseComplete", "verb": "patch",
        "requestURI": "/apis/apps/v1/namespaces/shop/deployments/checkout",
        "user": {"username": "mona@example.com"}, "userAgent": "kubectl/v1.30.0",
        "objectRef": {"resource": "deployments", "namespace": "shop", "name": "checkout", "apiGroup": "apps", "apiVersion": "v1"},
        "responseStatus": {"code": 200}, "requestReceivedTimestamp": "2026-05-12T14:00:00.000000Z"})
}

/// Two dumps; audit events of an EKS cluster `prod`, and one of which nobody tells the cluster.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for (part, cluster) in [("one", 1), ("other", 2)] {
        fs::create_dir_all(folder.join(part)).expect("a folder");
        fs::write(folder.join(part).join("dump.yaml"), dump(cluster)).expect("written");
    }
    let message = Value::String(event("a-1").to_string());
    let audit = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/eks/prod/cluster","logStream":"kube-apiserver-audit-0a1b","subscriptionFilters":["all"],"logEvents":[{{"id":"1","timestamp":1778594400000,"message":{message}}}]}}"#
    );
    fs::write(folder.join("eks.json"), audit).expect("written");
    fs::write(folder.join("plain.json"), event("a-2").to_string()).expect("written");
    folder
}

fn shown(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    let output = command.args(args).current_dir(folder).output();
    let output = output.expect("the command runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

fn json(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&shown(folder, &[args, &["--json"]].concat())).expect("JSON")
}

fn checkout(cluster: &str) -> String {
    format!("k8s://{cluster}/apps/deployment/shop/checkout")
}

const ONE: &str = "6c1a2b3c-0001-4d5e-8f90-a1b2c3d4e5f6";
const OTHER: &str = "6c1a2b3c-0002-4d5e-8f90-a1b2c3d4e5f6";

/// Ids of the workloads on the map.
fn workloads(map: &Value) -> Vec<String> {
    let nodes = map["nodes"].as_array().into_iter().flatten();
    let ids = nodes.filter_map(|node| node["id"].as_str());
    let ids = ids.filter(|id| id.ends_with("/deployment/shop/checkout"));
    ids.map(str::to_owned).collect()
}

/// Resource and cluster of the changes, by time.
fn changes(timeline: &Value) -> Vec<(String, Option<String>)> {
    let entries = timeline["entries"].as_array().into_iter().flatten();
    let changes = entries.flat_map(|entry| entry["changes"].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    changes
        .map(|change| {
            (
                text(&change["resource"]).unwrap_or_default(),
                text(&change["cluster"]),
            )
        })
        .collect()
}

#[test]
fn two_dumps_are_two_clusters() {
    let folder = folder("clusters-two");
    let map = json(&folder, &["map", "one", "other"]);
    assert_eq!(workloads(&map), [checkout(ONE), checkout(OTHER)]);
    let edges = map["edges"].as_array().into_iter().flatten();
    let calls: Vec<(&str, &str)> = edges
        .filter_map(|edge| Some((edge["from"].as_str()?, edge["to"].as_str()?)))
        .filter(|(_, to)| to.ends_with("/service/shop/payment"))
        .collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    for (from, to) in calls {
        assert_eq!(from.split('/').nth(2), to.split('/').nth(2));
    }
    let told = changes(&json(&folder, &["changes", "one", "other"]));
    let expected = [ONE, OTHER].map(|uid| (checkout(uid), Some(uid.to_owned())));
    assert_eq!(told, expected);
    let text = shown(&folder, &["map", "one", "other"]);
    assert!(text.contains(&format!("kubernetes {OTHER}")), "{text}");
}

#[test]
fn a_dump_and_the_audit_log_of_its_cluster_join() {
    let folder = folder("clusters-one");
    assert_eq!(
        workloads(&json(&folder, &["map", "one", "eks.json"])),
        [checkout(ONE)]
    );
    let told = changes(&json(
        &folder,
        &["changes", "one", "eks.json", "plain.json"],
    ));
    let expected = (checkout(ONE), Some("prod".to_owned()));
    assert_eq!(told, [expected.clone(), expected.clone(), expected]);
    let text = shown(&folder, &["changes", "one", "eks.json"]);
    assert!(text.contains("patch deployment checkout in prod"), "{text}");
}

#[test]
fn of_several_clusters_none_is_picked_unless_the_user_tells() {
    let folder = folder("clusters-told");
    let told = changes(&json(&folder, &["changes", "one", "other", "eks.json"]));
    assert_eq!(
        told.last(),
        Some(&(checkout("prod"), Some("prod".to_owned())))
    );
    let told = changes(&json(&folder, &["changes", "one", "other", "plain.json"]));
    assert_eq!(told.last(), Some(&(checkout(""), None)));
    let names = [
        "--cluster",
        "other/*=prod",
        "--cluster",
        "plain.json=stage",
        "--cluster",
        "one/*=stage",
    ];
    let args = [&["changes", "one", "other", "eks.json"][..], &names].concat();
    let told = changes(&json(&folder, &args));
    assert_eq!(
        told.last(),
        Some(&(checkout(OTHER), Some("prod".to_owned())))
    );
    let args = [&["changes", "one", "other", "plain.json"][..], &names].concat();
    let told = changes(&json(&folder, &args));
    assert_eq!(
        told.last(),
        Some(&(checkout(ONE), Some("stage".to_owned())))
    );
}

#[test]
fn managed_clusters_are_told_by_their_ids() {
    let folder = folder("clusters-managed");
    let aks = "/subscriptions/11112222-3333-4444-5555-666677778888/resourcegroups/shop/providers/microsoft.containerservice/managedclusters/prod";
    let record = json!({"time": "2026-05-12T14:05:03Z", "category": "kube-audit-admin",
        "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "resourceId": aks.to_uppercase(), "properties": {"pod": "kube-apiserver-1", "log": event("a-3").to_string()}});
    fs::write(folder.join("aks.json"), record.to_string()).expect("written");
    let told = changes(&json(&folder, &["changes", "aks.json"]));
    assert_eq!(told, [(checkout(aks), Some("prod".to_owned()))]);
    // The same as columns of a table, and another write by a tool.
    let row = |id: &str, agent: &str| {
        let event = event(id);
        json!({"TenantId": "w", "TimeGenerated": "2026-05-12T14:05:03Z", "AuditId": id, "Verb": "patch",
            "Level": "Metadata", "Stage": "ResponseComplete", "RequestUri": event["requestURI"],
            "User": event["user"].to_string(), "UserAgent": agent, "SourceIps": "[\"10.0.0.4\"]",
            "ObjectRef": event["objectRef"], "ResponseStatus": event["responseStatus"].to_string(),
            "PodName": "kube-apiserver-1", "_ResourceId": aks, "Type": "AKSAuditAdmin"})
        .to_string()
    };
    let rows = [row("a-3", "kubectl/v1.30.0"), row("a-4", "Helm/3.15.0")].join("\n");
    fs::write(folder.join("columns.json"), rows).expect("written");
    let timeline = json(&folder, &["changes", "columns.json"]);
    let both = [
        (checkout(aks), Some("prod".to_owned())),
        (checkout(aks), Some("prod".to_owned())),
    ];
    assert_eq!(changes(&timeline), both);
    let entries = timeline["entries"].as_array().expect("entries").iter();
    let mut told: Vec<String> = entries
        .flat_map(|entry| entry["changes"].as_array().expect("changes"))
        .map(|change| {
            let text = |name: &str| change[name].as_str().unwrap_or_default();
            [
                text("action"),
                text("class"),
                text("tool"),
                text("actor"),
                text("outcome"),
            ]
            .join(" ")
        })
        .collect();
    told.sort_unstable();
    let expected = [
        "update iac_unregistered helm mona@example.com applied",
        "update script kubectl mona@example.com applied",
    ];
    assert_eq!(told, expected);
    // Both forms of one event are one write.
    let told = changes(&json(&folder, &["changes", "aks.json", "columns.json"]));
    assert_eq!(told.len(), 2, "{told:?}");
    let entry = json!({"insertId": "i-1", "logName": "projects/shop/logs/cloudaudit.googleapis.com%2Factivity",
        "timestamp": "2026-05-12T14:06:00Z",
        "resource": {"type": "k8s_cluster", "labels": {"cluster_name": "web", "location": "europe-west1", "project_id": "shop"}},
        "protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "k8s.io",
            "methodName": "io.k8s.apps.v1.deployments.patch",
            "resourceName": "apps/v1/namespaces/shop/deployments/checkout",
            "authenticationInfo": {"principalEmail": "mona@example.com"}, "requestMetadata": {"callerSuppliedUserAgent": "kubectl/v1.30.0"}}});
    fs::write(folder.join("gke.json"), entry.to_string()).expect("written");
    let gke = "//container.googleapis.com/projects/shop/locations/europe-west1/clusters/web";
    let told = changes(&json(&folder, &["changes", "gke.json"]));
    assert_eq!(told, [(checkout(gke), Some("web".to_owned()))]);
}

#[test]
fn two_clusters_of_one_name_stay_two() {
    let folder = folder("clusters-same");
    let names = ["--cluster", "one/*=shop", "--cluster", "other/*=shop"];
    let args = [&["map", "one", "other"][..], &names].concat();
    assert_eq!(
        workloads(&json(&folder, &args)),
        [checkout(ONE), checkout(OTHER)]
    );
    let args = [&["changes", "one", "other"][..], &names].concat();
    let told = changes(&json(&folder, &args));
    let expected = [ONE, OTHER].map(|uid| (checkout(uid), Some("shop".to_owned())));
    assert_eq!(told, expected);
}
