//! Our own documents of Deployment Manager, after its REST reference.

use nepho_core::Timestamp;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunOperation, RunStatus};

use super::DeploymentManager;

const OPERATIONS: &str = include_str!("fixtures/operations.json");
const DEPLOYMENT: &str = include_str!("fixtures/deployment.json");

fn read(text: &str) -> FeedOutput {
    assert_eq!(DeploymentManager.sniff("x.json", text), Confidence::CERTAIN);
    let document = Document {
        uri: "x.json",
        text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    DeploymentManager.read(&document, &mut out).unwrap();
    assert_eq!(out.rejects, []);
    let all = format!("{out:?}");
    assert!(!all.contains("canary") && !all.contains("s3cr3t"), "{all}");
    out
}

#[test]
fn an_operation_is_a_run_of_whoever_asked_for_it() {
    let out = read(OPERATIONS);
    use RunOperation::{Apply, Destroy};
    use RunStatus::{Partial, Running, Succeeded};
    let told: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.operation, run.status))
        .collect();
    assert_eq!(
        told,
        [(Apply, Succeeded), (Apply, Partial), (Destroy, Running)]
    );
    let run = &out.runs[0];
    assert_eq!(
        (run.id.as_str(), run.scope.as_str()),
        ("operation-1", "orders")
    );
    assert_eq!(run.actor.as_deref(), Some("maria@shop.example"));
    assert_eq!(
        run.started,
        Timestamp::parse_rfc3339("2026-05-12T14:00:00.100Z")
    );
    assert_eq!(
        run.ended,
        Timestamp::parse_rfc3339("2026-05-12T14:01:30.250Z")
    );
}

#[test]
fn errors_name_what_failed() {
    let out = read(OPERATIONS);
    let told = out.changes.iter().map(|change| {
        let code = change.error_code.as_deref().unwrap_or_default();
        (change.address.as_str(), code, change.is_root_failure)
    });
    let expected = [
        ("order-db", "RESOURCE_ERROR", true),
        ("order-user", "CONDITION_NOT_MET", false),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert!(
        out.changes
            .iter()
            .all(|change| change.outcome == ChangeOutcome::Failed)
    );
}

#[test]
fn a_deployment_has_its_last_operation_and_its_resources() {
    let out = read(DEPLOYMENT);
    assert_eq!(out.runs[0].id, "operation-4");
    let vm = &out.resources[0];
    let key = "//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/cart-vm";
    assert_eq!(vm.key, key);
    assert_eq!(
        (vm.scope.as_deref(), vm.address.as_deref()),
        (Some("cart"), Some("cart-vm"))
    );
}

#[test]
fn others_are_left_alone() {
    let other = OPERATIONS.replace("deploymentmanager#", "compute#");
    let other = other.replace("deploymentmanager/v2", "compute/v1");
    assert_eq!(DeploymentManager.sniff("x.json", &other), Confidence::NO);
    let document = Document {
        uri: "x.json",
        text: "[{\"name\": 1}]",
        modified: None,
    };
    let error = DeploymentManager.read(&document, &mut FeedOutput::default());
    assert!(error.is_err());
}

#[test]
fn logs_that_quote_an_object_are_left_alone() {
    let operation = r#"{"kind":"deploymentmanager#operation","name":"operation-1"}"#;
    let manifest = "https://www.googleapis.com/deploymentmanager/v2/projects/shop/global/deployments/orders/manifests/m";
    for log in [
        format!(r#"{{"message":"asked","answer":{operation}}}"#),
        format!(r#"[{{"protoPayload":{{"response":{operation}}},"insertId":"a"}}]"#),
        format!(r#"{{"protoPayload":{{"response":{{"manifest":"{manifest}"}}}},"insertId":"a"}}"#),
    ] {
        assert_eq!(
            DeploymentManager.sniff("x.json", &log),
            Confidence::NO,
            "{log}"
        );
    }
}

#[test]
fn every_shape_of_a_document_is_read() {
    let operations: serde_json::Value = serde_json::from_str(OPERATIONS).unwrap();
    let deployment: serde_json::Value = serde_json::from_str(DEPLOYMENT).unwrap();
    let resources = &deployment["resources"];
    let check = |text: String, runs: usize, resources: usize| {
        let out = read(&text);
        assert_eq!(
            (out.runs.len(), out.resources.len()),
            (runs, resources),
            "{text}"
        );
        let scopes = out.resources.iter().map(|row| row.scope.as_deref());
        assert!(scopes.eq(std::iter::repeat_n(Some("cart"), resources)));
    };
    // One by one, as lists, and as the answers of the API.
    check(operations[0].to_string(), 1, 0);
    check(operations.to_string(), 3, 0);
    check(format!(r#"{{"kind":"x","operations":{operations}}}"#), 3, 0);
    check(deployment.to_string(), 1, 1);
    check(format!("[{deployment},{deployment}]"), 2, 2);
    check(
        format!(r#"{{"deployments":[{deployment}],"nextPageToken":"t"}}"#),
        1,
        1,
    );
    check(resources[0].to_string(), 0, 1);
    check(resources.to_string(), 0, 1);
    check(format!(r#"{{"resources":{resources}}}"#), 0, 1);
}

#[test]
fn what_an_operation_was_to_do_is_the_action_of_what_failed() {
    let action = |kind: &str| {
        let text = OPERATIONS.replace(
            "\"operationType\": \"update\"",
            &format!("\"operationType\": \"{kind}\""),
        );
        read(&text).changes[0].action
    };
    assert_eq!(action("insert"), ChangeAction::Create);
    assert_eq!(action("update"), ChangeAction::Update);
    assert_eq!(action("delete"), ChangeAction::Delete);
}

#[test]
fn an_error_is_of_the_first_object() {
    let document = Document {
        uri: "x.json",
        text: "[{\"name\": 1},\n{\"name\": 2},\n{\"name\": }]",
        modified: None,
    };
    let mut out = FeedOutput::default();
    let error = DeploymentManager.read(&document, &mut out).unwrap_err();
    assert_eq!(error.origin().and_then(|origin| origin.line), Some(1));
    let lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [2, 3]);
}
