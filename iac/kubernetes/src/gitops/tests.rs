//! The feed over its fixtures.

use nepho_core::Timestamp;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunOperation, RunStatus};

use super::*;

const FLUX: &str = include_str!("fixtures/flux.jsonl");
const ARGO: &str = include_str!("fixtures/argo.json");

fn read(text: &str) -> FeedOutput {
    assert_eq!(Gitops.sniff("e.json", text), Confidence::CERTAIN);
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "e.json",
        text,
        modified: None,
    };
    assert!(Gitops.read(&document, &mut out).is_ok() && out.rejects.is_empty());
    assert!(!format!("{out:?}").contains("canary"), "{out:?}");
    out
}

fn told(out: &FeedOutput, tool: &str) -> Vec<(String, ChangeAction, ChangeOutcome)> {
    let changes = out.changes.iter().filter(|change| change.tool == tool);
    changes
        .map(|change| (change.address.clone(), change.action, change.outcome))
        .collect()
}

#[test]
fn events_of_flux_are_runs_of_revisions() {
    let out = read(FLUX);
    let time = Timestamp::parse_rfc3339;
    let flux: Vec<_> = out
        .runs
        .iter()
        .filter(|run| run.tool == "flux" && run.scope.starts_with("Kustomization"))
        .map(|run| (run.revision.as_deref(), run.status, run.started, run.ended))
        .collect();
    assert_eq!(
        flux,
        [
            (
                Some("731f7eaddfb6af01cb2173e18f0f75b0ba780ef1"),
                RunStatus::Succeeded,
                time("2024-05-01T10:00:01Z"),
                time("2024-05-01T10:00:04Z")
            ),
            (
                Some("222f7eaddfb6af01cb2173e18f0f75b0ba780ef1"),
                RunStatus::Failed,
                None,
                time("2024-05-01T11:00:00Z")
            ),
        ]
    );
    let helm = out.runs.iter().find(|run| run.tool == "helm");
    let helm = helm.map(|run| (run.id.as_str(), run.status));
    assert_eq!(helm, Some(("helm:shop/podinfo:v4", RunStatus::Failed)));
}

#[test]
fn objects_that_messages_name_are_changes() {
    let out = read(FLUX);
    let name = |text: &str| text.to_owned();
    use ChangeOutcome::{Applied, Failed};
    let mut found = told(&out, "flux");
    found.sort();
    let mut expected = [
        (name("Service/shop/cart"), ChangeAction::Create, Applied),
        (
            name("apps/Deployment/shop/podinfo"),
            ChangeAction::Drift,
            Applied,
        ),
        (
            name("apps/Deployment/shop/web"),
            ChangeAction::Update,
            Applied,
        ),
        (name("batch/Job/shop/old"), ChangeAction::Delete, Applied),
        (name("service/shop/bad"), ChangeAction::Update, Failed),
    ];
    expected.sort();
    assert_eq!(found, expected);
    let bad = out.changes.iter().find(|change| change.is_root_failure);
    let key = bad.and_then(|change| change.resource.as_deref());
    assert_eq!(key, Some("k8s:////service/shop/bad"));
}

#[test]
fn events_of_argo_cd_are_runs_and_drift() {
    let out = read(ARGO);
    let runs: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.actor.as_deref(), run.operation, run.status))
        .collect();
    use RunOperation::Sync;
    assert_eq!(
        runs,
        [
            (Some("ana"), Sync, RunStatus::Succeeded),
            (Some("argocd (automated)"), Sync, RunStatus::Failed),
        ]
    );
    assert_eq!(
        out.runs[0].started,
        Timestamp::parse_rfc3339("2024-05-01T10:00:00Z")
    );
    let commit = Some("731f7eaddfb6af01cb2173e18f0f75b0ba780ef1");
    assert_eq!(out.runs[0].revision.as_deref(), commit);
    let address = "argoproj.io/Application/argocd/shop".to_owned();
    assert_eq!(
        told(&out, "argocd"),
        [
            (address.clone(), ChangeAction::Drift, ChangeOutcome::Applied),
            (address, ChangeAction::DriftRepaired, ChangeOutcome::Applied),
        ]
    );
}

#[test]
fn a_rollout_is_taken_back_or_completed() {
    let out = read(ARGO);
    let outcomes: Vec<_> = told(&out, "argo-rollouts")
        .into_iter()
        .map(|one| one.2)
        .collect();
    assert_eq!(
        outcomes,
        [ChangeOutcome::RolledBack, ChangeOutcome::Applied]
    );
}

#[test]
fn events_of_the_rest_of_the_cluster_are_logs() {
    let mixed = ARGO.replacen("argoproj.io/v1alpha1", "v1", 1);
    for text in [
        mixed.as_str(),
        r#"{"involvedObject":{"apiVersion":"v1","kind":"Pod","name":"x"},"reason":"BackOff","message":"toolkit.fluxcd.io argoproj.io/ .toolkit.fluxcd.io"}"#,
        r#"{"reason":"x"}"#,
    ] {
        assert_eq!(Gitops.sniff("e.json", text), Confidence::NO, "{text}");
    }
    let document = Document {
        uri: "e",
        text: "\n{\"reason\":\"canary\"}",
        modified: None,
    };
    let error = Gitops.read(&document, &mut FeedOutput::default()).err();
    assert_eq!(error.and_then(|error| error.origin()?.line), Some(2));
}
