//! The feed over its fixtures.

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{
    ChangeAction, ChangeOutcome, RelationKind, Resource, RunOperation, RunStatus,
};

use super::*;

const SHOP: &str = include_str!("fixtures/shop.json");
const CLOUD: &str = include_str!("fixtures/cloud.yaml");
const GITOPS: &str = include_str!("fixtures/gitops.yaml");
const NETWORK: &str = include_str!("fixtures/network.yaml");
const WEB: &str = "k8s:///apps/deployment/shop/web";

fn read(text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "o.yaml",
        text,
        modified: None,
    };
    let result = Objects.read(&document, &mut out);
    assert!(result.is_ok(), "{:?}", result.err().map(|e| e.to_string()));
    assert!(!format!("{out:?}").contains("canary"), "{out:?}");
    out
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text)
}

fn resource<'a>(out: &'a FeedOutput, key: &str) -> Option<&'a Resource> {
    out.resources.iter().find(|row| row.key == key)
}

fn edges(out: &FeedOutput, from: &str) -> Vec<(RelationKind, String)> {
    let own = out.relations.iter().filter(|edge| edge.from == from);
    own.map(|edge| (edge.kind, edge.to.clone())).collect()
}

#[test]
fn a_rollout_that_failed_is_a_version_that_failed() {
    let check = |told: &str, expected: Option<(&str, ChangeOutcome, &str)>| {
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: web\n  \
             namespace: shop\nspec:\n  replicas: 3\nstatus:\n  phase: Degraded\n{told}"
        );
        let out = read(&text);
        let mut told = out.changes.iter().map(|change| {
            let time = change.time.map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some("2024-05-01T11:00:00Z"));
            let reason = change.reason.as_deref().unwrap_or_default();
            (change.run.as_str(), change.outcome, reason)
        });
        assert_eq!(told.next_back(), expected, "{text}");
    };
    let aborted = "Rollout aborted update to revision 3: Metric \"errors\" assessed Failed";
    check(
        &format!(
            "  abort: true\n  abortedAt: 2024-05-01T11:00:00Z\n  message: 'RolloutAborted: {aborted}'\n"
        ),
        Some(("revision 3", ChangeOutcome::RolledBack, aborted)),
    );
    let late = "ReplicaSet has timed out progressing to revision 4.";
    check(
        &format!(
            "  conditions:\n  - {{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, \
             message: {late}, lastUpdateTime: '2024-05-01T11:00:00Z'}}\n"
        ),
        Some(("revision 4", ChangeOutcome::Failed, late)),
    );
    check("  message: 'InvalidSpec: revision 4'\n", None);
}

#[test]
fn objects_are_resources_with_owner_manager_and_aliases() {
    assert_eq!(Objects.sniff("o.json", SHOP), Confidence::CERTAIN);
    let out = read(SHOP);
    let web = resource(&out, WEB);
    let told = web.map(|row| {
        let texts = [
            &row.service,
            &row.team,
            &row.environment,
            &row.tool,
            &row.scope,
        ];
        texts.map(|text| text.as_deref().unwrap_or_default())
    });
    let expected = ["web", "checkout", "production", "helm", "shop/shop"];
    assert_eq!(told, Some(expected));
    assert!(web.is_some_and(|row| {
        row.aliases
            .ends_with(&["shop/web".to_owned(), "web".to_owned()])
    }));
    let node = resource(&out, "k8s:////node//node-1");
    let zone = node.and_then(|node| node.zone.as_deref());
    assert_eq!(zone, Some("eu-west-1a"));
    let aliases = node.map(|row| row.aliases[1..].join(" "));
    assert_eq!(
        aliases.as_deref(),
        Some("node-1 i-0a1b2c3d4e5f60718 10.0.0.5")
    );
    let service = resource(&out, "k8s:////service/shop/web");
    let host = "abc-1.eu-west-1.elb.amazonaws.com".to_owned();
    assert!(service.is_some_and(|row| row.aliases.contains(&host)));
    // The line of the object in the list.
    assert_eq!(web.map(|row| row.line), Some(4));
    assert_eq!(out.rejects.len(), 1);
}

#[test]
fn who_wrote_which_fields_is_a_change() {
    let out = read(SHOP);
    let writes: Vec<_> = out
        .changes
        .iter()
        .filter(|change| change.resource.as_deref() == Some(WEB) && change.actor.is_some())
        .map(|change| {
            (
                change.tool.as_str(),
                change.action,
                change.class,
                change.time,
            )
        })
        .collect();
    assert_eq!(
        writes,
        [
            (
                "helm",
                ChangeAction::Create,
                None,
                time("2024-05-01T08:00:00Z")
            ),
            (
                "kubectl",
                ChangeAction::Update,
                Some(WriteClass::Script),
                time("2024-05-01T10:15:00Z")
            ),
        ]
    );
    let kubectl = out.changes.iter().find(|change| change.tool == "kubectl");
    let names = kubectl.map(|change| change.attributes.join(" "));
    let expected = "metadata.finalizers spec.template.spec.containers[web].env[DB_URL].value spec.template.spec.containers[web].image";
    assert_eq!(names.as_deref(), Some(expected));
    let cause = kubectl.and_then(|change| change.reason.as_deref());
    assert_eq!(cause, Some("deploy with token=***"));
}

#[test]
fn versions_of_a_deployment_are_changes_and_the_last_one_failed() {
    let out = read(SHOP);
    let versions: Vec<_> = out
        .changes
        .iter()
        .filter(|change| change.tool == "kubernetes")
        .map(|change| (change.id.as_str(), change.outcome, change.time))
        .collect();
    let started = out
        .changes
        .iter()
        .find(|change| change.tool == "kubernetes");
    let started = started.and_then(|change| change.started);
    assert_eq!(started, time("2024-05-01T10:15:01Z"));
    let second = "kubernetes:revision 2:apps/Deployment/shop/web";
    assert_eq!(
        versions,
        [
            (second, ChangeOutcome::Failed, time("2024-05-01T10:25:00Z")),
            (
                "kubernetes:revision 1:apps/Deployment/shop/web",
                ChangeOutcome::Applied,
                time("2024-05-01T08:00:01Z")
            ),
        ]
    );
}

#[test]
fn what_an_object_needs_is_an_edge() {
    let out = read(SHOP);
    use RelationKind::{Contains, DependsOn, ManagedBy, PermitsIam, Routes, Scales, Uses};
    let expected = [
        (Contains, "k8s:////namespace//shop"),
        (ManagedBy, "k8s:///helm.sh/release/shop/shop"),
        (Uses, "ghcr.io/example/web:1.4.2"),
        (DependsOn, "k8s:////service/shop/db"),
        (DependsOn, "arn:aws:sqs:eu-west-1:111122223333:jobs"),
        (Uses, "k8s:////secret/shop/db"),
        (Uses, "k8s:////configmap/shop/settings"),
        (Uses, "k8s:////persistentvolumeclaim/shop/web-data"),
        (Uses, "k8s:////secret/shop/web-tls"),
        (Uses, "k8s:////secret/shop/registry"),
        (Uses, "k8s:////serviceaccount/shop/web"),
    ];
    let expected: Vec<_> = expected.map(|(kind, to)| (kind, to.to_owned())).into();
    assert_eq!(edges(&out, WEB), expected);
    let check = |from: &str, kind: RelationKind, to: &str| {
        let found = edges(&out, from);
        assert!(found.contains(&(kind, to.to_owned())), "{from}: {found:?}");
    };
    check("k8s:////service/shop/web", Routes, WEB);
    check(
        "k8s:////service/shop/web",
        Routes,
        "k8s:////pod/shop/web-6d4-x1",
    );
    check(
        "k8s:///networking.k8s.io/ingress/shop/front",
        Routes,
        "k8s:////service/shop/web",
    );
    check(
        "k8s:///autoscaling/horizontalpodautoscaler/shop/web",
        Scales,
        WEB,
    );
    check(
        "k8s:////serviceaccount/shop/web",
        PermitsIam,
        "arn:aws:iam::111122223333:role/web",
    );
    check(
        "k8s:////pod/shop/web-6d4-x1",
        DependsOn,
        "k8s:////node//node-1",
    );
    check(
        "k8s:////pod/shop/web-6d4-x1",
        Contains,
        "k8s:///apps/replicaset/shop/web-6d4",
    );
    let image = format!("ghcr.io/example/web@sha256:{}", "ab".repeat(32));
    check("k8s:////pod/shop/web-6d4-x1", Uses, &image);
    check(
        "k8s:////configmap/shop/settings",
        DependsOn,
        "k8s:////service/other/cart",
    );
}

#[test]
fn policies_let_pods_reach_pods() {
    let out = read(NETWORK);
    let permits = |edge: &&nepho_core::tables::Relation| edge.kind == RelationKind::PermitsNet;
    let mut found: Vec<_> = out
        .relations
        .iter()
        .filter(permits)
        .map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.evidence.as_str()))
        .collect();
    found.sort_unstable();
    let db = "k8s:///apps/statefulset/shop/db";
    let evidence = "ingress of network policy `db`";
    let expected = [
        ("k8s:////pod/ops/scraper-1", db, evidence),
        (
            WEB,
            "k8s:///apps/deployment/test/other",
            "egress of network policy `web`",
        ),
        (WEB, db, evidence),
        ("k8s:///batch/cronjob/shop/backup", db, evidence),
    ];
    assert_eq!(found, expected);
    let edge = out.relations.iter().find(permits);
    let told = edge.map(|edge| (edge.confidence, edge.valid_from));
    assert_eq!(told, Some((0.8, time("2024-05-01T08:00:00Z"))));
}

#[test]
fn objects_stand_for_resources_of_the_clouds() {
    assert_eq!(Objects.sniff("o.yaml", CLOUD), Confidence::CERTAIN);
    let out = read(CLOUD);
    let keys: Vec<_> = out
        .resources
        .iter()
        .filter(|row| row.provider.as_deref() != Some("kubernetes"))
        .map(|row| row.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "//storage.googleapis.com/shop-media",
            "arn:aws:s3:::shop-logs",
            "arn:aws:rds:eu-west-1:111122223333:db:orders-x1",
        ]
    );
    let told: Vec<_> = out
        .changes
        .iter()
        .map(|one| (one.tool.as_str(), one.action, one.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (
                "config_connector",
                ChangeAction::Update,
                ChangeOutcome::Applied
            ),
            (
                "config_connector",
                ChangeAction::Create,
                ChangeOutcome::Failed
            ),
            ("ack", ChangeAction::Update, ChangeOutcome::Applied),
        ]
    );
    let media = &out.changes[0].resource;
    assert_eq!(
        media.as_deref(),
        Some("//storage.googleapis.com/shop-media")
    );
    assert_eq!(out.runs[0].serial_to, Some(2));
    let sql = "k8s:///sql.cnrm.cloud.google.com/sqlinstance/shop/orders";
    let mut needs: Vec<_> = edges(&out, sql).into_iter().map(|edge| edge.1).collect();
    needs.sort();
    assert_eq!(
        needs,
        [
            "//compute.googleapis.com/projects/shop-prod/global/networks/main",
            "k8s:////namespace//shop",
            "k8s:////secret/shop/root",
            "k8s:///storage.cnrm.cloud.google.com/storagebucket/shop/media",
        ]
    );
    // The broken document, by the line on which that shows.
    let line = CLOUD.lines().count() as u64;
    assert_eq!(out.rejects.len(), 1);
    assert!(
        (line - 1..=line).contains(&out.rejects[0].line),
        "{:?}",
        out.rejects
    );
    // The element of a list, by its own line.
    let bucket = resource(&out, "arn:aws:s3:::shop-logs").map(|row| row.line);
    let expected = CLOUD
        .lines()
        .position(|line| line.contains("s3.services"))
        .map(|at| at as u64 + 1);
    assert_eq!(bucket, expected);
}

#[test]
fn an_application_tells_its_syncs_and_what_drifted() {
    let out = read(GITOPS);
    let runs: Vec<_> = out
        .runs
        .iter()
        .filter(|run| run.tool == "argocd")
        .map(|run| {
            (
                run.id.as_str(),
                run.status,
                run.actor.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        runs,
        [
            ("argocd:argocd/shop#6", RunStatus::Succeeded, "ana"),
            (
                "argocd:argocd/shop#7",
                RunStatus::Succeeded,
                "argocd (automated)"
            ),
        ]
    );
    let told: Vec<_> = out
        .changes
        .iter()
        .filter(|one| one.tool == "argocd")
        .map(|one| (one.address.as_str(), one.action, one.outcome))
        .collect();
    use ChangeOutcome::{Applied, Failed};
    assert_eq!(
        told,
        [
            ("apps/Deployment/shop/web", ChangeAction::Update, Applied),
            ("ConfigMap/shop/new", ChangeAction::Create, Applied),
            ("batch/Job/shop/old", ChangeAction::Delete, Applied),
            ("Service/shop/bad", ChangeAction::Update, Failed),
            ("apps/Deployment/shop/web", ChangeAction::Drift, Applied),
        ]
    );
    assert_eq!(out.changes[0].started, time("2024-05-01T10:00:00Z"));
    let failed = out.changes[3].reason.as_deref();
    let reason = "Service \"bad\" is invalid: spec.type: Unsupported value: ***";
    assert_eq!(failed, Some(reason));
    assert!(edges(&out, WEB).contains(&(
        RelationKind::ManagedBy,
        "k8s:///argoproj.io/application/argocd/shop".to_owned()
    )));
}

#[test]
fn objects_of_flux_and_rollouts_tell_their_runs() {
    let out = read(GITOPS);
    let flux = out.runs.iter().find(|run| run.tool == "flux");
    let told = flux.map(|run| {
        (
            run.revision.as_deref(),
            run.repository.as_deref(),
            run.status,
        )
    });
    let expected = (
        Some("222f7eaddfb6af01cb2173e18f0f75b0ba780ef1"),
        Some("ssh://github.com/example/fleet"),
        RunStatus::Succeeded,
    );
    assert_eq!(told, Some(expected));
    let kustomization = "k8s:///kustomize.toolkit.fluxcd.io/kustomization/flux-system/apps";
    for from in [
        WEB,
        "k8s:///rbac.authorization.k8s.io/clusterrole//system:reader",
    ] {
        let edge = (RelationKind::ManagedBy, kustomization.to_owned());
        assert!(edges(&out, from).contains(&edge), "{from}");
    }
    let helm: Vec<_> = out
        .runs
        .iter()
        .filter(|run| run.tool == "helm")
        .map(|run| (run.id.as_str(), run.operation, run.revision.as_deref()))
        .collect();
    assert_eq!(
        helm,
        [
            (
                "helm:shop/podinfo:v3",
                RunOperation::Apply,
                Some("podinfo-6.3.5")
            ),
            (
                "helm:shop/podinfo:v2",
                RunOperation::Apply,
                Some("podinfo-6.3.4")
            ),
        ]
    );
    let cart = out
        .changes
        .iter()
        .find(|change| change.tool == "argo-rollouts");
    assert_eq!(
        cart.map(|change| change.outcome),
        Some(ChangeOutcome::RolledBack)
    );
}

#[test]
fn logs_and_templates_are_not_claimed() {
    for text in [
        r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x","metadata":{}}"#,
        r#"{"apiVersion":"v1","items":[{"apiVersion":"v1","kind":"Event","metadata":{"name":"x"},"involvedObject":{}}],"kind":"List"}"#,
        r#"{"apiVersion":"v1","items":[],"kind":"List"}"#,
        r#"{"level":"info","kind":"Pod","apiVersion":"v1"}"#,
        r#"{"type":"ADDED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}}"#,
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n",
        "2024-05-01 apiVersion: v1 kind: Pod metadata: x",
        "version: 2\nservices: {}\n",
    ] {
        assert_eq!(Objects.sniff("x", text), Confidence::NO, "{text}");
    }
}

#[test]
fn events_beside_other_objects_are_read_with_them() {
    let kustomization = r#"{"apiVersion":"kustomize.toolkit.fluxcd.io/v1","kind":"Kustomization","metadata":{"name":"shop","namespace":"flux-system"},"status":{"lastAppliedRevision":"main@sha1:aaa","conditions":[{"type":"Ready","status":"True","reason":"ReconciliationSucceeded","message":"ok","lastTransitionTime":"2026-05-12T14:31:10Z"}]}}"#;
    let event = |kind: &str, version: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"Event","metadata":{{"name":"x","namespace":"flux-system"}},"involvedObject":{{"kind":"{kind}","name":"shop","namespace":"flux-system","apiVersion":"{version}"}},"reason":"Progressing","message":"Deployment/shop/web configured","type":"Normal","lastTimestamp":"2026-05-12T14:26:00Z"}}"#
        )
    };
    let of_flux = event("Kustomization", "kustomize.toolkit.fluxcd.io/v1");
    let of_pod = event("Pod", "v1");
    let list = |items: &[&str]| {
        format!(
            r#"{{"apiVersion":"v1","items":[{}],"kind":"List"}}"#,
            items.join(",")
        )
    };
    let mixed = list(&[kustomization, &of_flux, &of_pod]);
    assert_eq!(Objects.sniff("x", &mixed), Confidence::CERTAIN);
    let out = read(&mixed);
    let told = (out.runs.len(), out.changes.len(), out.rejects.len());
    assert_eq!(told, (2, 1, 1));
    // Whoever sees only events at first reads the objects behind them as well.
    let begun = list(&[&of_flux, kustomization]);
    let document = Document {
        uri: "x",
        text: &begun,
        modified: None,
    };
    let mut out = FeedOutput::default();
    let read = crate::gitops::Gitops.read(&document, &mut out);
    assert!(read.is_ok() && out.runs.len() == 2 && out.resources.len() == 1);
    let yaml = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Event\n  involvedObject:\n    kind: Pod\n";
    assert_eq!(
        Objects.sniff("x", &format!("{yaml}kind: List\n")),
        Confidence::NO
    );
    let mixed =
        format!("{yaml}- apiVersion: v1\n  kind: Node\n  metadata: {{name: n}}\nkind: List\n");
    assert_eq!(Objects.sniff("x", &mixed), Confidence::CERTAIN);
}

#[test]
fn a_typed_list_and_a_cut_one_are_read() {
    let typed = r#"{"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{},"items":[{"metadata":{"name":"web","namespace":"shop"}}]}"#;
    assert_eq!(Objects.sniff("x", typed), Confidence::CERTAIN);
    assert!(resource(&read(typed), WEB).is_some());
    let cut = SHOP.find("\"kind\": \"Node\"").unwrap_or_default();
    let out = read(&SHOP[..cut]);
    assert_eq!((out.resources.len(), out.rejects.len()), (4, 1));
    let broken = SHOP.replacen("\"nodeName\": \"node-1\"", "\"nodeName\": !", 1);
    let out = read(&broken);
    assert_eq!((out.resources.len(), out.rejects.len()), (11, 2));
}

#[test]
fn a_list_whose_items_are_none_is_rejected() {
    let node = "---\napiVersion: v1\nkind: Node\nmetadata: {name: n}\n";
    let read = |items: &str| read(&format!("kind: PodList\n{items}\n{node}"));
    for (items, rejects) in [
        ("items: {a: 1}", 1),
        ("items: []", 0),
        ("items:", 0),
        ("", 0),
    ] {
        let out = read(items);
        let told = (out.resources.len(), out.rejects.len());
        assert_eq!(told, (1, rejects), "{items}");
    }
}

#[test]
fn an_image_is_from_the_repository_of_its_registry() {
    let out = read(
        r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers:
        - {name: web, image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1"}
        - {name: proxy, image: "envoyproxy/envoy:v1"}
"#,
    );
    let uses = out.relations.iter();
    let uses = uses.filter(|edge| edge.kind == RelationKind::Uses);
    let uses: Vec<&str> = uses.map(|edge| edge.to.as_str()).collect();
    assert_eq!(
        uses,
        [
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1",
            "arn:aws:ecr:eu-west-1:111122223333:repository/shop/web",
            "envoyproxy/envoy:v1",
        ]
    );
}

#[test]
fn what_a_sync_says_of_a_secret_is_not_told() {
    let out = read(
        r#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"shop","namespace":"argocd"},"status":{"operationState":{"phase":"Failed","startedAt":"2026-05-12T14:00:00Z","finishedAt":"2026-05-12T14:00:09Z","message":"one object failed: the webhook refused canary-a","syncResult":{"revision":"f1","resources":[
            {"group":"","version":"v1","kind":"Secret","namespace":"shop","name":"db","status":"SyncFailed","message":"the webhook refused canary-a"},
            {"group":"","version":"v1","kind":"ConfigMap","namespace":"shop","name":"web","status":"SyncFailed","message":"the quota is used up"}]}}}}"#,
    );
    let reasons: Vec<_> = out
        .changes
        .iter()
        .map(|row| row.reason.as_deref())
        .collect();
    assert_eq!(reasons, [None, Some("the quota is used up")]);
    let messages: Vec<_> = out.runs.iter().map(|run| run.message.as_deref()).collect();
    assert_eq!(messages, [Some("one object failed: ***")]);
}
