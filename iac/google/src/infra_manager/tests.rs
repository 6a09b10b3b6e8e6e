//! Our own documents of Infrastructure Manager, after its REST reference.

use nepho_core::Timestamp;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::format::Confidence;
use nepho_core::tables::{RunOperation, RunStatus};

use super::InfraManager;

const REVISIONS: &str = include_str!("fixtures/revisions.json");
const CHANGES: &str = include_str!("fixtures/resource-changes.json");
const DEPLOYMENT: &str = include_str!("fixtures/deployment.json");

fn read(text: &str) -> FeedOutput {
    assert_eq!(InfraManager.sniff("x.json", text), Confidence::CERTAIN);
    let document = Document {
        uri: "x.json",
        text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    InfraManager.read(&document, &mut out).unwrap();
    assert_eq!(out.rejects, []);
    let all = format!("{out:?}");
    assert!(!all.contains("canary") && !all.contains("s3cr3t"), "{all}");
    out
}

fn told(out: &FeedOutput) -> Vec<String> {
    let changes = out.changes.iter().map(|change| {
        let code = change.error_code.as_deref().unwrap_or_default();
        let row = format!(
            "{} {} {} {code}",
            change.action, change.address, change.outcome
        );
        row.trim_end().to_owned()
    });
    changes.collect()
}

#[test]
fn a_revision_is_a_run_and_its_resources_are_changes() {
    let out = read(REVISIONS);
    let run = &out.runs[0];
    assert_eq!(
        (run.operation, run.status),
        (RunOperation::Apply, RunStatus::Partial)
    );
    assert_eq!(run.scope, "orders");
    assert_eq!(
        run.repository.as_deref(),
        Some("https://github.com/shop/infra")
    );
    assert_eq!(run.revision.as_deref(), Some("v1.4"));
    let account = Some("im@shop.iam.gserviceaccount.com");
    assert_eq!(run.actor.as_deref(), account);
    assert!(
        out.changes
            .iter()
            .all(|change| change.actor.as_deref() == account)
    );
    let expected = [
        "create google_pubsub_topic.orders applied",
        "replace google_sql_database_instance.orders failed forbidden",
        "delete random_password.db applied",
    ];
    assert_eq!(told(&out), expected);
    let (topic, database) = (&out.changes[0], &out.changes[1]);
    let key = "//pubsub.googleapis.com/projects/shop/topics/orders";
    assert_eq!(topic.resource.as_deref(), Some(key));
    assert_eq!(topic.run, run.id);
    assert_eq!(
        topic.time,
        Timestamp::parse_rfc3339("2026-05-12T14:03:00.200Z")
    );
    assert_eq!(
        topic.not_before,
        Timestamp::parse_rfc3339("2026-05-12T14:00:00.100Z")
    );
    assert!(database.is_root_failure);
    let reason = database.reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("Error 403") && reason.contains("password=***"),
        "{reason}"
    );
    let keys: Vec<_> = out.resources.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, [key, "//storage.googleapis.com/shop-media"]);
}

#[test]
fn the_value_that_a_provider_refuses_is_not_told() {
    let told = "The caller has no permission password=s3cr3t, forbidden";
    let refused = "expected length of pin to be 8, got canary-pin";
    assert!(REVISIONS.contains(told));
    let out = read(&REVISIONS.replace(told, refused));
    let failed = out
        .changes
        .iter()
        .find_map(|change| change.reason.as_deref());
    let expected = "googleapi: Error 403: expected length of pin to be 8, got ***";
    assert_eq!(failed, Some(expected));
}

#[test]
fn an_error_without_its_resource_is_a_failed_change() {
    let value: serde_json::Value = serde_json::from_str(REVISIONS).unwrap();
    let out = read(&value[0].to_string());
    assert_eq!(
        told(&out),
        ["update google_sql_database_instance.orders failed forbidden"]
    );
}

#[test]
fn what_a_preview_tells_is_planned() {
    let out = read(CHANGES);
    assert_eq!(told(&out), ["update google_pubsub_topic.orders planned"]);
    assert_eq!(out.changes[0].attributes, ["kms_key_name", "labels"]);
}

#[test]
fn a_deployment_tells_its_end() {
    let out = read(DEPLOYMENT);
    let run = &out.runs[0];
    assert_eq!(
        (run.operation, run.status),
        (RunOperation::Destroy, RunStatus::Succeeded)
    );
    assert_eq!(run.ended, Timestamp::parse_rfc3339("2026-05-12T16:00:00Z"));
    let active = DEPLOYMENT
        .replace("DELETED", "ACTIVE")
        .replace("deleteBuild", "x");
    let run = &read(&active).runs[0];
    assert!(run.id.ends_with("/revisions/r-3"), "{}", run.id);
    assert_eq!(
        (run.operation, run.status),
        (RunOperation::Apply, RunStatus::Succeeded)
    );
}

#[test]
fn drift_is_told_with_the_names_of_what_differs() {
    let text = CHANGES
        .replace("resourceChanges", "resourceDrifts")
        .replace("propertyChanges", "propertyDrifts");
    let out = read(&text);
    let expected = [
        "drift google_pubsub_topic.orders applied",
        "drift google_storage_bucket.media applied",
    ];
    assert_eq!(told(&out), expected);
    assert_eq!(out.changes[0].attributes, ["kms_key_name", "labels"]);
    assert_eq!(out.changes[0].class, None);
}

#[test]
fn others_are_left_alone() {
    let cloud_run = r#"{"name": "projects/shop/locations/europe-west1/services/web"}"#;
    assert_eq!(InfraManager.sniff("x.json", cloud_run), Confidence::NO);
    let document = Document {
        uri: "x.json",
        text: cloud_run,
        modified: None,
    };
    let error = InfraManager.read(&document, &mut FeedOutput::default());
    assert!(error.is_err());
}

#[test]
fn logs_that_quote_an_object_are_left_alone() {
    let name = "projects/shop/locations/europe-west1/deployments/orders";
    let audit = format!(
        r#"{{"protoPayload":{{"serviceName":"config.googleapis.com","methodName":"google.cloud.config.v1.Config.CreateDeployment","resourceName":"{name}","request":{{"deployment":{{"name":"{name}","terraformBlueprint":{{}}}}}}}},"insertId":"a","logName":"projects/shop/logs/cloudaudit.googleapis.com%2Factivity"}}"#
    );
    let other = r#"{"protoPayload":{"methodName":"storage.buckets.delete"},"insertId":"b"}"#;
    for log in [
        format!("{audit}\n{other}\n"),
        format!("[{audit},{other}]"),
        format!(
            r#"{{"name":"worker","message":"x","deployment":{{"name":"{name}","tfVersion":"1"}}}}"#
        ),
    ] {
        assert_eq!(InfraManager.sniff("x.json", &log), Confidence::NO, "{log}");
    }
}

#[test]
fn a_list_of_the_api_is_known_by_its_first_object() {
    let list = format!(r#"{{"nextPageToken":"t","revisions":{REVISIONS}}}"#);
    assert_eq!(told(&read(&list)), told(&read(REVISIONS)));
}

#[test]
fn changes_are_of_the_scope_of_their_preview() {
    let preview = r#"{"name":"projects/shop/locations/europe-west1/previews/p-1","deployment":"projects/shop/locations/europe-west1/deployments/orders","terraformBlueprint":{},"state":"SUCCEEDED"}"#;
    let drifts = CHANGES
        .replace("resourceChanges", "resourceDrifts")
        .replace("propertyChanges", "propertyDrifts");
    let out = read(&[preview, CHANGES, &drifts].join("\n"));
    assert_eq!((out.runs.len(), out.changes.len()), (1, 3));
    let run = (&out.runs[0].id, "orders");
    for change in &out.changes {
        assert_eq!((&change.run, &*change.scope), run, "{}", change.id);
    }
    // Of a preview that nobody shows the deployment is unknown.
    assert_eq!(read(CHANGES).changes[0].scope, "p-1");
}

#[test]
fn dots_in_the_key_of_an_instance_are_none_of_the_address() {
    let address = r#"module.dns[\"a.b\"].google_dns_record_set.r[\"www.shop.example\"]"#;
    let text = REVISIONS.replace("google_sql_database_instance.orders", address);
    let text = text.replace("\"type\": \"google_sql_database_instance\",", "");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for text in [text, value[0].to_string()] {
        let out = read(&text);
        let found = out.changes.iter().find(|row| row.address.contains("www"));
        let kind = found.map(|row| row.resource_type.as_str());
        assert_eq!(kind, Some("google_dns_record_set"));
    }
}
