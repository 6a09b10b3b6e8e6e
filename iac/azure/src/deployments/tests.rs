//! The feed over its fixtures, alone and with what other documents tell.

use nepho_core::Timestamp;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RelationKind, RunOperation, RunStatus};

use super::*;

const LIST: &str = include_str!("fixtures/list.json");
const OPERATIONS: &str = include_str!("fixtures/operations.json");
const RUN: &str = "b9ddf6d835f27ca94999eee72f0a6fbc";

fn read(text: &str, out: &mut FeedOutput) {
    let document = Document {
        uri: "d.json",
        text,
        modified: None,
    };
    let result = Deployments.read(&document, out);
    assert!(result.is_ok(), "{:?}", result.err().map(|e| e.to_string()));
}

fn time(text: &str) -> Option<Timestamp> {
    let time = Timestamp::parse_rfc3339(text);
    assert!(time.is_some());
    time
}

/// Changes as the host holds them: the last of each id.
fn held(outs: &[&FeedOutput]) -> Vec<Change> {
    let mut held: Vec<Change> = Vec::new();
    for change in outs.iter().flat_map(|out| &out.changes) {
        match held.iter_mut().find(|one| one.id == change.id) {
            Some(one) => *one = change.clone(),
            None => held.push(change.clone()),
        }
    }
    held
}

fn told(changes: &[Change]) -> Vec<(&str, &str, ChangeAction, ChangeOutcome)> {
    changes
        .iter()
        .map(|change| {
            let name = nepho_core::key::short_name(&change.address);
            let run = change.run.get(..4).unwrap_or_default();
            (run, name, change.action, change.outcome)
        })
        .collect()
}

#[test]
fn only_a_list_of_what_was_validated_makes_a_validation() {
    let text = |validated: &str| {
        format!(
            r#"{{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Resources/deployments/main","name":"main","type":"Microsoft.Resources/deployments","properties":{{"correlationId":"b9ddf6d8-35f2-7ca9-4999-eee72f0a6fbc","provisioningState":"Succeeded","timestamp":"2024-05-01T10:00:10Z","duration":"PT10S","templateHash":"1","outputResources":[]{validated}}}}}"#
        )
    };
    for (validated, operation, id) in [
        (
            r#","validatedResources":null"#,
            RunOperation::Apply,
            RUN.to_owned(),
        ),
        ("", RunOperation::Apply, RUN.to_owned()),
        (
            r#","validatedResources":[]"#,
            RunOperation::Plan,
            format!("{RUN}:validation"),
        ),
    ] {
        let mut out = FeedOutput::default();
        read(&text(validated), &mut out);
        let run = &out.runs[0];
        assert_eq!((run.operation, &run.id), (operation, &id), "{validated}");
    }
}

#[test]
fn deployments_are_runs_with_their_start() {
    let mut out = FeedOutput::default();
    read(LIST, &mut out);
    let runs: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.status, run.operation, run.started, run.ended))
        .collect();
    let start = time("2024-05-01T10:00:00.1234567Z");
    assert_eq!(
        runs,
        [
            (RunStatus::Running, RunOperation::Apply, start, None),
            (
                RunStatus::Succeeded,
                RunOperation::Apply,
                start,
                time("2024-05-01T10:01:04.1234567Z")
            ),
            (
                RunStatus::Partial,
                RunOperation::Apply,
                time("2024-05-02T09:00:00Z"),
                time("2024-05-02T09:00:30Z")
            ),
            (
                RunStatus::Succeeded,
                RunOperation::Destroy,
                time("2024-05-03T09:00:00Z"),
                time("2024-05-03T09:00:00.5Z")
            ),
        ]
    );
    assert_eq!(
        (out.runs[0].id.as_str(), out.runs[1].id.as_str()),
        (RUN, RUN)
    );
    assert_eq!(out.rejects.len(), 1);
}

#[test]
fn what_a_deployment_put_is_told_with_its_edges() {
    let mut out = FeedOutput::default();
    read(LIST, &mut out);
    use ChangeAction::Update;
    use ChangeOutcome::{Applied, Cancelled, Failed};
    assert_eq!(
        told(&out.changes),
        [
            ("b9dd", "stshop", Update, Applied),
            (
                "b9dd",
                "7f24ecc4-6b4b-55c4-968d-c46470d08ae7",
                Update,
                Applied
            ),
            ("b9dd", "web-shop", Update, Applied),
            ("0a5c", "stshop", Update, Applied),
            ("0a5c", "sql-shop", Update, Failed),
            ("0a5c", "web-shop", Update, Cancelled),
        ]
    );
    assert_eq!(out.changes[0].request_id.as_deref(), Some(RUN));
    assert!(out.changes[4].is_root_failure && !out.changes[5].is_root_failure);
    let reason = "SkuNotAvailable: The requested size *** is not available; password=***";
    assert_eq!(out.changes[4].reason.as_deref(), Some(reason));
    assert_eq!(
        out.changes[4].error_code.as_deref(),
        Some("SkuNotAvailable")
    );
    let count = |kind| out.relations.iter().filter(|one| one.kind == kind).count();
    assert_eq!(count(RelationKind::DependsOn), 1);
    assert_eq!(count(RelationKind::ManagedBy), 4);
    // What was put may have been there before, and then it was there in its group.
    let since = |kind| {
        let mut edges = out.relations.iter().filter(move |one| one.kind == kind);
        edges.all(|edge| edge.valid_from.is_some())
    };
    assert!(since(RelationKind::ManagedBy) && since(RelationKind::DependsOn));
    let mut within = out
        .relations
        .iter()
        .filter(|one| one.kind == RelationKind::Contains);
    assert!(within.all(|edge| edge.valid_from.is_none()));
    assert_eq!(out.resources[0].environment.as_deref(), Some("production"));
    assert_eq!(
        out.resources[1].parent.as_deref(),
        Some(out.resources[0].key.as_str())
    );
}

#[test]
fn operations_tell_what_was_new_and_when() {
    let (mut list, mut operations) = (FeedOutput::default(), FeedOutput::default());
    read(LIST, &mut list);
    read(OPERATIONS, &mut operations);
    // In whatever order the two come.
    for outs in [[&list, &operations], [&operations, &list]] {
        let known = held(&outs);
        let snapshots: Vec<Snapshot> = outs.iter().flat_map(|out| out.snapshots.clone()).collect();
        let mut compared = FeedOutput::default();
        Deployments.compare(&snapshots, &known, &mut compared);
        assert!(
            compared
                .runs
                .iter()
                .all(|run| run.scope != list.runs[0].scope)
        );
        let mut all = held(&[outs[0], outs[1], &compared]);
        all.retain(|change| change.run == RUN);
        all.sort_by(|a, b| a.address.cmp(&b.address));
        let got: Vec<_> = all.iter().map(|one| (one.action, one.started)).collect();
        assert_eq!(
            got,
            [
                (ChangeAction::Create, time("2024-05-01T10:00:05Z")),
                (ChangeAction::Update, time("2024-05-01T10:00:00.1234567Z")),
                (ChangeAction::Update, time("2024-05-01T10:00:22Z")),
            ]
        );
    }
}

#[test]
fn operations_alone_are_a_run_of_their_deployment() {
    let mut out = FeedOutput::default();
    read(OPERATIONS, &mut out);
    assert!(out.runs.is_empty(), "a deployment may tell of them");
    let mut compared = FeedOutput::default();
    Deployments.compare(&out.snapshots, &held(&[&out]), &mut compared);
    let statuses: Vec<_> = compared.runs.iter().map(|run| run.status).collect();
    assert_eq!(statuses, [RunStatus::Succeeded, RunStatus::Failed]);
    let all = held(&[&out, &compared]);
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|change| change.run == change.scope));
    let root: Vec<_> = all.iter().filter(|change| change.is_root_failure).collect();
    assert_eq!(root.len(), 1);
    let reason = "SkuNotAvailable: no capacity; token=***";
    assert_eq!(root[0].reason.as_deref(), Some(reason));
}

#[test]
fn others_are_not_claimed_and_damage_is_refused_with_its_place() {
    for text in [
        r#"{"value":[]}"#,
        r#"{"status":"Succeeded"}"#,
        r#"{"operationName":"x","provisioningState":"y","id":"z","type":"Microsoft.Resources/deployments"}"#,
        r#"{"$schema":"x","provisioningState":"y","id":"z","type":"Microsoft.Resources/deployments"}"#,
    ] {
        assert_eq!(Deployments.sniff("x.json", text), Confidence::NO, "{text}");
    }
    assert_eq!(Deployments.sniff("x.json", LIST), Confidence::CERTAIN);
    assert_eq!(Deployments.sniff("x.json", OPERATIONS), Confidence::CERTAIN);
    let mut out = FeedOutput::default();
    for (text, line) in [
        ("\n{\"status\":\"canary\"}", 2),
        ("\n\n{\"a\":", 3),
        ("x", 1),
    ] {
        let document = Document {
            uri: "d",
            text,
            modified: None,
        };
        let error = Deployments.read(&document, &mut out).err();
        let told = error.as_ref().and_then(|error| error.origin()?.line);
        assert_eq!(told, Some(line), "{text}");
        assert!(!format!("{error:?}").contains("canary"));
    }
    // The first of two is whole.
    let cut = LIST.find("shop-18").unwrap_or_default();
    read(&LIST[..cut], &mut out);
    assert_eq!((out.runs.len(), out.rejects.len()), (2, 1));
}

#[test]
fn a_template_is_refused_with_what_to_run() {
    let text = "resource plan 'Microsoft.Web/serverfarms@2022-03-01' = {\n  name: 'plan1'\n}\n";
    assert_eq!(Deployments.sniff("main.bicep", text), Confidence::LIKELY);
    let document = Document {
        uri: "infra/main.bicep",
        text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    let error = Deployments.read(&document, &mut out).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.to_string().contains("az deployment group show"),
        "{error}"
    );
    assert!(out.runs.is_empty() && out.resources.is_empty());
}
