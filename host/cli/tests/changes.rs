//! `nepho changes` as a user runs it.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 terraform-provider-aws/5.94.1";

/// A state, an apply in the night, and a trail with a click, a call of that apply and an agent.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "aws_security_group", "name": "db",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": {
                "id": "sg-0123abcd", "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd",
                "tags": {"service": "orders"}}}]}],
    });
    fs::write(folder.join("terraform.tfstate"), state.to_string()).expect("written");
    let hook = json!({"resource": {"addr": "aws_security_group.db", "module": "", "resource": "aws_security_group.db",
        "implied_provider": "aws", "resource_type": "aws_security_group", "resource_name": "db", "resource_key": null},
        "action": "update", "id_key": "id", "id_value": "sg-0123abcd"});
    let line = |time: &str, kind: &str, text: &str| {
        json!({"@level": "info", "@message": text, "@module": "terraform.ui", "@timestamp": time,
            "type": kind, "hook": hook, "terraform": "1.11.4", "ui": "1.2"})
        .to_string()
    };
    let log = [
        line("2026-05-13T02:00:00Z", "version", "Terraform 1.11.4"),
        line(
            "2026-05-13T02:00:05Z",
            "apply_start",
            "aws_security_group.db: Modifying...",
        ),
        line(
            "2026-05-13T02:00:08Z",
            "apply_complete",
            "aws_security_group.db: Modifications complete",
        ),
    ];
    fs::write(folder.join("apply.jsonl"), log.join("\n") + "\n").expect("written");
    let record = |id: &str, time: &str, name: &str, user: &str, agent: &str| {
        json!({"eventVersion": "1.09", "eventTime": time, "eventSource": "ec2.amazonaws.com", "eventName": name,
            "awsRegion": "eu-west-1", "userAgent": agent, "requestParameters": {"groupId": "sg-0123abcd"},
            "responseElements": null, "requestID": id, "eventID": id, "readOnly": false, "eventType": "AwsApiCall",
            "managementEvent": true, "recipientAccountId": "111122223333",
            "userIdentity": {"type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/{user}")}})
    };
    let trail = json!({"Records": [
        record("e-1", "2026-05-12T16:05:40Z", "AuthorizeSecurityGroupIngress", "ana", "Mozilla/5.0 (X11)"),
        record("e-2", "2026-05-13T02:00:07Z", "RevokeSecurityGroupIngress", "ci", TERRAFORM),
        record("e-3", "2026-05-12T17:00:00Z", "ModifySecurityGroupRules", "node", "aws-sdk-go/1.55 amazon-ssm-agent/3"),
    ]});
    fs::write(folder.join("trail.json"), trail.to_string()).expect("written");
    folder
}

fn nepho(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn json_of(folder: &Path, args: &[&str]) -> Value {
    let (code, text) = nepho(folder, &[&["changes", "-q", "--json", "."], args].concat());
    assert_eq!(code, Some(0));
    serde_json::from_str(&text).expect("JSON")
}

fn addresses(timeline: &Value) -> Vec<String> {
    let entries = timeline["entries"].as_array().expect("entries");
    let changes = entries
        .iter()
        .flat_map(|entry| entry["changes"].as_array().expect("changes"));
    changes
        .map(|change| change["address"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_timeline_tells_the_click_and_the_apply_that_undid_it() {
    let folder = folder("changes-text");
    let (code, text) = nepho(&folder, &["changes", "-q", "."]);
    assert_eq!(code, Some(0));
    let parts = [
        "3 changes in 1 run: 1 by infrastructure code, 1 by hand in the console and 1 by agents on the resources.",
        "1 change by hand was undone by infrastructure code.",
        "Outside of any run",
        "16:05:40",
        "ana (in the console) AuthorizeSecurityGroupIngress",
        "opens drift of aws_security_group.db, which code manages; undone at 2026-05-13 02:00:08",
        "amazon-ssm-agent",
        "terraform",
        "by arn:aws:iam::111122223333:user/ci",
        "aws_security_group.db",
        "undoes what was done by hand at 2026-05-12 16:05:40 UTC",
    ];
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    for part in parts {
        let at = rest.find(part);
        assert!(
            at.is_some(),
            "`{part}` is missing or not in its place in\n{text}"
        );
        rest = &rest[at.unwrap_or_default() + part.len()..];
    }
}

#[test]
fn the_timeline_is_the_same_each_time_and_has_a_schema() {
    let folder = folder("changes-json");
    let first = json_of(&folder, &[]);
    assert_eq!(first, json_of(&folder, &[]));
    assert_eq!(first["schema"], "nepho.changes/1");
    let drift = &first["drift"][0];
    assert_eq!(drift["closed"], "2026-05-13T02:00:08Z");
    assert_eq!(first["entries"][1]["run"]["status"], "succeeded");
    assert_eq!(first["entries"][1]["run"]["is_known"], true);
    assert_eq!(first["entries"][1]["changes"][0]["class"], "iac");
    assert_eq!(
        first["entries"][1]["changes"][0]["services"],
        json!(["orders"])
    );
}

#[test]
fn what_is_asked_for_is_shown() {
    let folder = folder("changes-select");
    let check = |args: &[&str], expected: &[&str]| {
        assert_eq!(addresses(&json_of(&folder, args)), expected, "{args:?}");
    };
    let click = "AuthorizeSecurityGroupIngress sg-0123abcd";
    let agent = "ModifySecurityGroupRules sg-0123abcd";
    let apply = "aws_security_group.db";
    check(&[], &[click, agent, apply]);
    check(&["--class", "by-hand"], &[click]);
    check(&["--class", "runtime", "--class", "iac"], &[agent, apply]);
    check(&["--actor", "ANA"], &[click]);
    check(&["--tool", "terraform"], &[apply]);
    check(&["--resource", "sg-0123abcd"], &[click, agent, apply]);
    check(&["--resource", "sg-99999999"], &[]);
    check(&["--resource", apply], &[click, agent, apply]);
    check(&["--service", "orders", "--since", "2026-05-13"], &[apply]);
    check(&["--until", "2026-05-12T16:30:00Z"], &[click]);
    check(&["--failed"], &[]);
}

/// A state with a group and a rule of it, and the log of a run that changed the rule and a database
/// of which it knows the name alone.
fn rules(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let resource = |kind: &str, name: &str, attributes: Value| {
        json!({"mode": "managed", "type": kind, "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": attributes}]})
    };
    let resources = [
        resource(
            "aws_security_group",
            "db",
            json!({"id": "sg-0123abcd", "tags": {"service": "orders"},
                "arn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd"}),
        ),
        resource(
            "aws_security_group_rule",
            "in",
            json!({"id": "sgrule-99887766", "security_group_id": "sg-0123abcd", "type": "ingress"}),
        ),
        resource(
            "aws_db_instance",
            "main",
            json!({"id": "db-ABCDEFGHIJKLMNOP", "identifier": "ledger",
                "arn": "arn:aws:rds:eu-west-1:111122223333:db:ledger",
                "address": "ledger.abc123.eu-west-1.rds.amazonaws.com"}),
        ),
    ];
    let state = json!({"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l",
        "outputs": {}, "resources": resources});
    fs::write(folder.join("terraform.tfstate"), state.to_string()).expect("written");
    let done = |time: &str, kind: &str, name: &str, id: &str| {
        let address = format!("{kind}.{name}");
        json!({"@level": "info", "@message": "done", "@module": "terraform.ui", "@timestamp": time,
            "type": "apply_complete", "hook": {"resource": {"addr": address, "module": "",
                "resource": address, "implied_provider": "aws", "resource_type": kind,
                "resource_name": name, "resource_key": null},
            "action": "update", "id_key": "id", "id_value": id, "elapsed_seconds": 1}})
        .to_string()
    };
    let version = json!({"@level": "info", "@message": "Terraform 1.11.4", "type": "version",
        "@module": "terraform.ui", "@timestamp": "2026-05-13T02:00:00Z", "terraform": "1.11.4", "ui": "1.2"});
    let log = [
        version.to_string(),
        done(
            "2026-05-13T02:00:08Z",
            "aws_security_group_rule",
            "in",
            "sgrule-99887766",
        ),
        done(
            "2026-05-13T02:00:09Z",
            "aws_db_instance",
            "main",
            "db-ABCDEFGHIJKLMNOP",
        ),
    ];
    fs::write(folder.join("apply.jsonl"), log.join("\n") + "\n").expect("written");
    folder
}

#[test]
fn a_resource_is_found_by_any_word_and_with_what_only_the_state_knows_to_be_its_part() {
    let folder = rules("changes-words");
    let check = |args: &[&str], expected: &[&str]| {
        assert_eq!(addresses(&json_of(&folder, args)), expected, "{args:?}");
    };
    let (rule, database) = ("aws_security_group_rule.in", "aws_db_instance.main");
    check(&[], &[rule, database]);
    for word in [
        "sg-0123abcd",
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd",
        "aws_security_group.db",
        rule,
    ] {
        check(&["--resource", word], &[rule]);
    }
    check(&["--service", "orders"], &[rule]);
    for word in [
        "ledger",
        "arn:aws:rds:eu-west-1:111122223333:db:ledger",
        "Ledger.abc123.eu-west-1.rds.amazonaws.com",
        "db-ABCDEFGHIJKLMNOP",
    ] {
        check(&["--resource", word], &[database]);
    }
    let told = json_of(&folder, &["--resource", rule]);
    let parent = &told["entries"][0]["changes"][0]["parent"];
    assert_eq!(
        parent,
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd"
    );
}

#[test]
fn all_lives_of_an_address_are_found_and_are_of_the_service_of_the_last_one() {
    let folder = folder("changes-lives");
    let hook = |address: &str, action: &str, id: &str| {
        json!({"resource": {"addr": address, "module": "", "resource": address, "implied_provider": "aws",
            "resource_type": "aws_security_group", "resource_name": "db", "resource_key": null},
            "action": action, "id_key": "id", "id_value": id, "elapsed_seconds": 1})
    };
    // Two runs made the group of the state in place of another one.
    let address = "aws_security_group.db";
    let log = |day: &str, action: &str, id: &str| {
        let line = |time: &str, kind: &str, hook: Value| {
            json!({"@level": "info", "@message": "done", "@module": "terraform.ui", "type": kind,
                "@timestamp": format!("{day}T{time}Z"), "hook": hook, "terraform": "1.11.4", "ui": "1.2"})
            .to_string()
        };
        let done = line("02:00:05", "apply_complete", hook(address, action, id));
        let log = line("02:00:00", "version", Value::Null) + "\n" + &done + "\n";
        fs::write(folder.join(format!("{action}.jsonl")), log).expect("written");
    };
    log("2026-05-10", "delete", "sg-0fedcba9");
    log("2026-05-11", "create", "sg-0123abcd");
    let trail = fs::read_to_string(folder.join("trail.json")).expect("read");
    let trail = trail.replace("\"e-", "\"f-");
    let trail = trail.replace("2026-05-1", "2026-05-0");
    let trail = trail.replace("sg-0123abcd", "sg-0fedcba9");
    fs::write(folder.join("before.json"), trail).expect("written");
    let all = addresses(&json_of(&folder, &["--resource", address]));
    let click = "AuthorizeSecurityGroupIngress sg-0fedcba9".to_owned();
    assert!(all.contains(&click), "{all:?}");
    let last = "AuthorizeSecurityGroupIngress sg-0123abcd".to_owned();
    assert!(all.contains(&last), "{all:?}");
    assert_eq!(addresses(&json_of(&folder, &["--service", "orders"])), all);
    // An id is that of one life.
    let second = addresses(&json_of(&folder, &["--resource", "sg-0123abcd"]));
    assert!(second.contains(&last) && !second.contains(&click));
}

#[test]
fn a_word_that_stands_for_nothing_is_answered_with_what_is_like_it() {
    let folder = rules("changes-near");
    let summary = |args: &[&str]| json_of(&folder, args)["summary"].to_string();
    let near = summary(&["--resource", "legder"]);
    assert!(
        near.contains("No resource is known as `legder`; near are ledger"),
        "{near}"
    );
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(["changes", "--tool", "terrafrom", "."])
        .current_dir(&folder)
        .output()
        .expect("the command runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let meant = "--tool: no change was made by `terrafrom`; did you mean `terraform`?\n";
    assert!(said.contains(meant), "{said}");
    // It is known, and nothing was changed of it.
    let known = summary(&["--resource", "ledger", "--since", "2026-06-01"]);
    let lie =
        "The 2 changes of the input lie between 2026-05-13T02:00:08Z and 2026-05-13T02:00:09Z.";
    assert_eq!(known, format!("[\"No change was found.\",\"{lie}\"]"));
}

#[test]
fn exit_codes_tell_bad_usage_from_nothing_read() {
    let folder = folder("changes-codes");
    let code = |args: &[&str]| nepho(&folder, args).0;
    assert_eq!(code(&["changes"]), Some(2));
    assert_eq!(code(&["changes", "absent.json"]), Some(1));
    assert_eq!(code(&["changes", "--class", "magic", "."]), Some(2));
    assert_eq!(
        code(&[
            "changes",
            "--since",
            "2026-05-13",
            "--until",
            "2026-05-12",
            "."
        ]),
        Some(2)
    );
}

#[test]
fn what_a_release_of_helm_wrote_is_told_once() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes-helm");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let release = |version: u64, time: &str| {
        let manifest = format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: {version}\n"
        );
        let status = if version == 1 {
            "superseded"
        } else {
            "deployed"
        };
        let release = json!({"name": "web", "namespace": "shop", "version": version, "manifest": manifest,
            "info": {"first_deployed": "2024-05-01T08:00:00Z", "last_deployed": time, "description": "done", "status": status}});
        let name = format!("web-{version}.json");
        fs::write(folder.join(name), release.to_string()).expect("written");
    };
    release(1, "2024-05-01T08:00:00Z");
    release(2, "2024-05-02T09:00:00Z");
    let wrote = |manager: &str, time: &str| {
        json!({"manager": manager, "operation": "Update", "time": time,
            "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:replicas": {}}}})
    };
    let objects = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "creationTimestamp": "2024-05-01T08:00:02Z",
                "managedFields": [wrote("helm-controller", "2024-05-02T09:00:04Z"), wrote("kubectl-edit", "2024-05-03T10:00:00Z")]}},
        {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
            "metadata": {"name": "web", "namespace": "shop"},
            "status": {"history": [{"name": "web", "namespace": "shop", "version": 2, "status": "deployed",
                "lastDeployed": "2024-05-02T09:00:00Z"}]}}]});
    fs::write(folder.join("objects.json"), objects.to_string()).expect("written");
    let timeline = json_of(&folder, &[]);
    let entries = timeline["entries"].as_array().expect("entries");
    let told: Vec<(String, usize)> = entries
        .iter()
        .map(|entry| {
            let changes = entry["changes"].as_array().expect("changes");
            let of_web = changes
                .iter()
                .filter(|change| change["address"] == "apps/Deployment/shop/web");
            let run = entry["run"]["id"].as_str().unwrap_or("by hand");
            (run.to_owned(), of_web.count())
        })
        .collect();
    let expected = ["helm:shop/web:v1", "helm:shop/web:v2", "by hand"];
    assert_eq!(told, expected.map(|run| (run.to_owned(), 1)));
}

#[test]
fn what_a_failed_run_left_behind_is_listed() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes-orphans");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "aws_s3_bucket", "name": "kept",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 0, "attributes": {
                "id": "orders-kept", "bucket": "orders-kept", "arn": "arn:aws:s3:::orders-kept"}}]}],
    });
    fs::write(folder.join("terraform.tfstate"), state.to_string()).expect("written");
    let record = |second: u64, name: &str, bucket: &str, code: Option<&str>| {
        let mut record = json!({"eventVersion": "1.09", "eventTime": format!("2026-05-13T02:00:0{second}Z"),
            "eventSource": "s3.amazonaws.com", "eventName": name, "awsRegion": "eu-west-1",
            "userAgent": format!("[{TERRAFORM} nepho/run/gh-4711]"),
            "requestParameters": {"bucketName": bucket}, "responseElements": null,
            "requestID": second.to_string(), "eventID": second.to_string(), "readOnly": false,
            "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ci"}});
        if let Some(code) = code {
            record["errorCode"] = json!(code);
        }
        record
    };
    let trail = json!({"Records": [
        record(1, "CreateBucket", "orders-kept", None),
        record(2, "CreateBucket", "orders-lost", None),
        record(3, "CreateBucket", "orders-gone", None),
        record(4, "DeleteBucket", "orders-gone", None),
        record(5, "CreateBucket", "orders", Some("BucketAlreadyExists")),
    ]});
    fs::write(folder.join("trail.json"), trail.to_string()).expect("written");
    let timeline = json_of(&folder, &[]);
    let run = &timeline["entries"][0]["run"];
    assert_eq!(run["id"], "gh-4711");
    assert_eq!(run["status"], "partial");
    assert_eq!(run["is_known"], false, "only the audit log tells of it");
    assert_eq!(run["orphans"], json!(["arn:aws:s3:::orders-lost"]));
    let (_, text) = nepho(&folder, &["changes", "-q", "."]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let left = "left behind, and no longer managed: arn:aws:s3:::orders-lost";
    assert!(words.contains(left), "{text}");
}

/// A plan that finds a group other than declared, and the click that made it so.
fn found(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let group = |rules: Value| json!({"id": "sg-0a1b2c3d", "ingress": rules});
    let plan = json!({"format_version": "1.2", "terraform_version": "1.11.4",
        "timestamp": "2026-05-12T15:00:00Z", "resource_changes": [],
        "resource_drift": [{"address": "aws_security_group.db", "mode": "managed",
            "type": "aws_security_group", "name": "db",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["update"], "before": group(json!([])),
                "after": group(json!([{"from_port": 22}]))}}]});
    fs::write(folder.join("plan.json"), plan.to_string()).expect("written");
    let trail = json!({"Records": [{"eventVersion": "1.09", "eventTime": "2026-05-12T14:10:00Z",
        "eventSource": "ec2.amazonaws.com", "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1", "userAgent": "Mozilla/5.0 (X11)",
        "requestParameters": {"groupId": "sg-0a1b2c3d"}, "responseElements": null,
        "requestID": "r-1", "eventID": "e-1", "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "111122223333",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/eve"}}]});
    fs::write(folder.join("trail.json"), trail.to_string()).expect("written");
    let drifts = json!({"StackResourceDrifts": [{
        "StackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b2c3d-0000-1111-2222-333344445555",
        "LogicalResourceId": "Jobs", "PhysicalResourceId": "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
        "ResourceType": "AWS::SQS::Queue", "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [{"PropertyPath": "/VisibilityTimeout", "ExpectedValue": "30",
            "ActualValue": "5", "DifferenceType": "NOT_EQUAL"}],
        "Timestamp": "2026-05-12T16:00:00Z"}]});
    fs::write(folder.join("drifts.json"), drifts.to_string()).expect("written");
    folder
}

#[test]
fn what_a_tool_found_to_differ_is_told_with_who_made_it() {
    let folder = found("changes-found");
    let timeline = json_of(&folder, &[]);
    let drift = timeline["drift"].as_array().expect("drift");
    let told: Vec<(&str, &str, bool)> = drift
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default();
            let is_write = text("change").starts_with("audit:");
            (text("address"), text("found"), is_write)
        })
        .collect();
    let expected = [
        ("aws_security_group.db", "2026-05-12T15:00:00Z", true),
        ("Jobs", "2026-05-12T16:00:00Z", false),
    ];
    assert_eq!(told, expected, "{timeline:#}");
    assert_eq!(drift[0]["opened"], "2026-05-12T14:10:00Z");
    let entries = timeline["entries"].as_array().expect("entries");
    let changes = entries
        .iter()
        .flat_map(|entry| entry["changes"].as_array().expect("changes"));
    let finding = changes
        .clone()
        .find(|change| change["address"] == "aws_security_group.db");
    let finding = finding.expect("what the plan found");
    assert_eq!(finding["actor"], "arn:aws:iam::111122223333:user/eve");
    assert_eq!(
        finding["made_by"][0]["operation"],
        "AuthorizeSecurityGroupIngress"
    );
    assert_eq!(finding["made_by"][0]["class"], "console");
    let run = entries
        .iter()
        .find(|entry| entry["run"]["tool"] == "terraform");
    assert_eq!(run.expect("the plan")["run"]["actor"], Value::Null);
    let (code, text) = nepho(&folder, &["changes", "-q", "."]);
    assert_eq!(code, Some(0));
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "2 changes in 2 runs: 1 of unknown origin and 1 by hand in the console.",
        "1 change by hand on managed resources is still there.",
        "1 difference that tools found on managed resources is still there.",
        "opens drift of aws_security_group.db, which code manages; still there",
        "made by eve (in the console) with AuthorizeSecurityGroupIngress at 14:10:00",
        "who made it is not known; still there",
    ] {
        assert!(words.contains(part), "`{part}` is missing in\n{text}");
    }
}

#[test]
fn what_a_tool_found_to_differ_is_closed_by_what_sets_it() {
    let folder = found("changes-found-closed");
    fs::remove_file(folder.join("trail.json")).expect("removed");
    let line = |time: &str, kind: &str| {
        json!({"@level": "info", "@message": "-", "@module": "terraform.ui", "@timestamp": time,
            "type": kind, "terraform": "1.11.4", "ui": "1.2", "hook": {"resource": {
                "addr": "aws_security_group.db", "module": "", "resource": "aws_security_group.db",
                "implied_provider": "aws", "resource_type": "aws_security_group",
                "resource_name": "db", "resource_key": null},
            "action": "update", "id_key": "id", "id_value": "sg-0a1b2c3d"}})
        .to_string()
    };
    let log = [
        line("2026-05-13T02:00:00Z", "version"),
        line("2026-05-13T02:00:05Z", "apply_start"),
        line("2026-05-13T02:00:08Z", "apply_complete"),
    ];
    fs::write(folder.join("apply.jsonl"), log.join("\n") + "\n").expect("written");
    let timeline = json_of(&folder, &[]);
    assert_eq!(timeline["drift"][0]["closed"], "2026-05-13T02:00:08Z");
    assert_eq!(timeline["drift"][1]["closed"], Value::Null);
    let (_, text) = nepho(&folder, &["changes", "-q", "."]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let part = "undoes what was found other than declared at 2026-05-12 15:00:00 UTC";
    assert!(words.contains(part), "{text}");
}

#[test]
fn drift_of_a_workspace_lasts_until_it_is_applied() {
    let folder = folder("changes-assessed");
    fs::remove_dir_all(&folder).expect("removed");
    fs::create_dir_all(&folder).expect("made");
    let assessed = json!({"payload_version": "2", "notification_configuration_id": "nc-1",
        "trigger_scope": "assessment", "trigger": "assessment:drifted", "message": "Drift Detected",
        "details": {"workspace_id": "ws-1", "workspace_name": "orders", "organization_name": "shop",
            "new_assessment_result": {"id": "asmtres-1", "succeeded": true, "drifted": true,
                "resources_drifted": 4, "created_at": "2026-05-12T15:04:05Z"}}});
    fs::write(folder.join("drift.json"), assessed.to_string()).expect("written");
    let timeline = json_of(&folder, &[]);
    assert_eq!(timeline["drift"][0]["opened"], "2026-05-12T15:04:05Z");
    assert_eq!(timeline["drift"][0]["closed"], Value::Null);
    let (_, text) = nepho(&folder, &["changes", "-q", "."]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("4 resources drifted"), "{text}");
    let applied = json!({"payload_version": 1, "notification_configuration_id": "nc-1",
        "run_id": "run-1", "run_created_at": "2026-05-13T09:00:00Z", "workspace_id": "ws-1",
        "workspace_name": "orders", "organization_name": "shop", "notifications": [
            {"trigger": "run:completed", "run_status": "applied",
                "run_updated_at": "2026-05-13T09:02:00Z"}]});
    fs::write(folder.join("applied.json"), applied.to_string()).expect("written");
    let timeline = json_of(&folder, &[]);
    assert_eq!(timeline["drift"][0]["closed"], "2026-05-13T09:02:00Z");
}

#[test]
fn tables_are_written_with_all_rows() {
    let folder = folder("changes-tables");
    let rows = |table: &str| {
        let (code, text) = nepho(&folder, &["changes", "-q", "--table", table, "."]);
        assert_eq!(code, Some(0));
        let rows = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        rows.collect::<Vec<Value>>()
    };
    let changes = rows("changes");
    assert_eq!(changes.len(), 3);
    let applied = changes.iter().find(|row| row["class"] == "iac");
    let applied = applied.expect("the change of the apply");
    assert_eq!(applied["key_confidence"], 0.9, "a short id");
    assert_eq!(
        (&applied["provider"], &applied["action"]),
        (&json!("aws"), &json!("update"))
    );
    let runs = rows("runs");
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (&runs[0]["updated"], &runs[0]["via"]),
        (&json!(1), &json!("ci"))
    );
    assert_eq!(
        runs[0]["evidence"],
        json!(["./apply.jsonl", "./trail.json"])
    );
    let group = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123abcd";
    assert_eq!(rows("resources")[0]["key"], group);
    let args = [
        "changes",
        "-q",
        ".",
        "--output",
        "parquet",
        "--to",
        "changes.parquet",
    ];
    assert_eq!(nepho(&folder, &args), (Some(0), String::new()));
    let bytes = fs::read(folder.join("changes.parquet")).expect("a file");
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let narrowed = ["changes", ".", "--table", "runs", "--failed"];
    assert_eq!(
        nepho(&folder, &narrowed).0,
        Some(2),
        "all rows or a timeline"
    );
}

#[test]
fn states_of_terragrunt_are_found_wherever_they_lie() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changes-terragrunt");
    let _ = fs::remove_dir_all(&folder);
    for (unit, bucket) in [
        ("live/prod/orders", "orders"),
        ("live/prod/eu/cart", "cart"),
    ] {
        // Where Terragrunt runs Terraform, and keeps a local state.
        let place = folder.join(unit).join(".terragrunt-cache/Xa1/Yb2");
        fs::create_dir_all(&place).expect("a folder");
        let state = json!({
            "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": bucket, "outputs": {},
            "resources": [{"mode": "managed", "type": "aws_s3_bucket", "name": bucket,
                "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
                "instances": [{"schema_version": 0, "attributes": {
                    "id": bucket, "bucket": bucket, "arn": format!("arn:aws:s3:::{bucket}")}}]}],
        });
        fs::write(place.join("terraform.tfstate"), state.to_string()).expect("written");
        fs::write(folder.join(unit).join("terragrunt.hcl"), "inputs = {}\n").expect("written");
    }
    let (code, text) = nepho(
        &folder,
        &["changes", "-q", "--table", "resources", "**/*.tfstate"],
    );
    assert_eq!(code, Some(0));
    let rows = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let found: Vec<(String, String)> = rows
        .map(|row: Value| (row["key"].to_string(), row["scope"].to_string()))
        .collect();
    let expected = [
        ("arn:aws:s3:::cart", "cart"),
        ("arn:aws:s3:::orders", "orders"),
    ];
    let expected = expected.map(|(key, scope)| (format!("\"{key}\""), format!("\"{scope}\"")));
    assert_eq!(found, expected);
}
