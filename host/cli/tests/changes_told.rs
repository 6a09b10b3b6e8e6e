//! What `nepho changes` tells besides the changes.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A folder with these files.
fn folder(name: &str, files: &[(&str, String)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        let parent = path.parent().expect("a folder");
        fs::create_dir_all(parent).expect("a folder");
        fs::write(path, text).expect("written");
    }
    folder
}

fn nepho(folder: &Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What was written, each line break and what stands in front of the next line a blank.
fn text_of(folder: &Path, args: &[&str]) -> String {
    let text = nepho(folder, &[&["changes", "-q", "."], args].concat());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json_of(folder: &Path) -> Value {
    let text = nepho(folder, &["changes", "-q", "--json", "."]);
    serde_json::from_str(&text).expect("JSON")
}

fn state(cidr: &str) -> String {
    let attributes = json!({"id": "vpc-0123abcd", "cidr_block": cidr});
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 4, "lineage": "0a1b2c3d-4444-5555-6666-777788889999",
        "outputs": {},
        "resources": [{
            "mode": "managed", "type": "aws_vpc", "name": "main",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": attributes}]}],
    })
    .to_string()
}

/// A trail of calls on a security group: time, session, operation, user agent.
fn trail(calls: &[(&str, &str, &str, &str)]) -> (&'static str, String) {
    let record =
        |(number, (time, session, operation, agent)): (usize, &(&str, &str, &str, &str))| {
            json!({"eventVersion": "1.09", "eventTime": time, "eventSource": "ec2.amazonaws.com",
            "eventName": operation, "awsRegion": "eu-west-1", "userAgent": agent,
            "requestParameters": {"groupId": "sg-0123abcd"}, "responseElements": null,
            "requestID": number.to_string(), "eventID": number.to_string(), "readOnly": false,
            "eventType": "AwsApiCall", "managementEvent": true,
            "recipientAccountId": "111122223333",
            "userIdentity": {"type": "AssumedRole",
                "arn": format!("arn:aws:sts::111122223333:assumed-role/ops/{session}")}})
        };
    let records: Vec<Value> = calls.iter().enumerate().map(record).collect();
    ("trail.json", json!({"Records": records}).to_string())
}

#[test]
fn what_agents_did_stands_at_its_time() {
    let (browser, agent) = ("Mozilla/5.0 (X11)", "aws-sdk-go/1.55 amazon-ssm-agent/3");
    let calls = [
        (
            "2026-05-12T14:10:00Z",
            "ana",
            "RevokeSecurityGroupIngress",
            browser,
        ),
        (
            "2026-05-12T14:27:00Z",
            "node",
            "ModifySecurityGroupRules",
            agent,
        ),
        (
            "2026-05-12T14:40:00Z",
            "ana",
            "AuthorizeSecurityGroupEgress",
            browser,
        ),
        (
            "2026-05-12T14:50:00Z",
            "node",
            "UpdateInstanceInformation",
            agent,
        ),
    ];
    let text = text_of(&folder("in-order", &[trail(&calls)]), &[]);
    let places = [
        "14:10:00 update",
        "14:27:00",
        "14:40:00 update",
        "14:50:00 amazon",
    ];
    let found: Vec<_> = places.iter().map(|word| text.rfind(word)).collect();
    assert!(
        found.iter().all(Option::is_some) && found.is_sorted(),
        "{text}"
    );
}

#[test]
fn callers_of_a_run_are_named() {
    let agent =
        "APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) nepho/run/gh-71.1";
    let calls = [
        (
            "2026-05-12T14:10:00Z",
            "ci",
            "RevokeSecurityGroupIngress",
            agent,
        ),
        (
            "2026-05-12T14:11:00Z",
            "mona",
            "AuthorizeSecurityGroupEgress",
            agent,
        ),
    ];
    let folder = folder("callers", &[trail(&calls)]);
    let text = text_of(&folder, &[]);
    assert!(text.contains("run gh-71.1, by ci and mona"), "{text}");
    let text = text_of(&folder, &["-v"]);
    assert!(
        text.contains("AuthorizeSecurityGroupEgress sg-0123abcd by mona"),
        "{text}"
    );
}

#[test]
fn a_move_between_states_stands_under_the_run_of_each() {
    let resource = |address: &str| {
        json!({"mode": "managed", "type": "aws_vpc", "name": address,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": {"id": format!("vpc-0123{address}"),
                "arn": format!("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0123{address}")}}]})
    };
    let state = |serial: u8, lineage: &str, names: &[&str]| {
        let resources: Vec<Value> = names.iter().map(|name| resource(name)).collect();
        let lineage = format!("0a1b2c3d-4444-5555-6666-77778888{lineage}");
        json!({"version": 4, "terraform_version": "1.11.4", "serial": serial, "lineage": lineage,
            "outputs": {}, "resources": resources})
        .to_string()
    };
    let files = [
        (
            "one/terraform.tfstate.backup",
            state(5, "0001", &["aaaa", "bbbb"]),
        ),
        ("one/terraform.tfstate", state(6, "0001", &["aaaa"])),
        ("two/terraform.tfstate.backup", state(8, "0002", &["cccc"])),
        ("two/terraform.tfstate", state(9, "0002", &["cccc", "bbbb"])),
    ];
    let told = json_of(&folder("moved", &files));
    let entries = told["entries"].as_array().expect("entries");
    let rows: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| {
            let scope = entry["run"]["scope"].as_str().expect("a scope");
            let action = entry["changes"][0]["action"].as_str();
            (scope, action.expect("an action"))
        })
        .collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.contains(&("one", "forget")), "{rows:?}");
    assert!(rows.contains(&("two", "move")), "{rows:?}");
}

#[test]
fn a_rewritten_state_is_an_alarm() {
    let files = [
        ("net/terraform.tfstate", state("10.0.0.0/16")),
        ("net/terraform.tfstate.backup", state("10.1.0.0/16")),
    ];
    let folder = folder("rewritten", &files);
    let states = &json_of(&folder)["rewritten_states"];
    assert_eq!(states[0]["details"]["serial"], 4);
    let text = text_of(&folder, &[]);
    assert!(text.contains("1 state was rewritten"), "{text}");
    assert!(text.contains("rewritten at serial number 4"), "{text}");
}

#[test]
fn rejects_are_told_in_full_and_counted() {
    let object = |kind: &str| {
        format!("apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata:\n  namespace: argocd\n")
    };
    let files: Vec<(&str, String)> = vec![("k8s/v1/unnamed.yaml", object("Application"))];
    let folder = folder("rejected", &files);
    let text = text_of(&folder, &[]);
    assert!(text.contains("k8s/v1/unnamed.yaml:1"), "{text}");
    assert!(!text.contains("kNs"), "{text}");
}

/// A policy is taken from a role, whose calls are refused a minute later.
fn refused() -> String {
    let record = |time: String, api: &str, name: &str, rest: Value| {
        let mut record = json!({"eventVersion": "1.09", "eventTime": time, "eventSource": format!("{api}.amazonaws.com"),
            "eventName": name, "awsRegion": "eu-west-1", "userAgent": "aws-sdk-go-v2/1.32.5",
            "responseElements": null, "requestID": format!("{name} {time}"), "eventID": format!("{name} {time}"),
            "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/amit"}});
        for (key, value) in rest.as_object().expect("an object") {
            record[key] = value.clone();
        }
        record
    };
    let role = json!({"requestParameters": {"roleName": "orders", "policyArn": "arn:aws:iam::111122223333:policy/q"}});
    let mut records = vec![record(
        "2026-05-12T14:00:00Z".to_owned(),
        "iam",
        "DetachRolePolicy",
        role,
    )];
    for second in 10..22 {
        let message = "User: arn:aws:sts::111122223333:assumed-role/orders/i-1 is not authorized to perform: sqs:SendMessage";
        let rest = json!({"errorCode": "AccessDenied", "errorMessage": message, "requestParameters": null,
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/orders/i-1"}});
        records.push(record(
            format!("2026-05-12T14:01:{second}Z"),
            "sqs",
            "SendMessage",
            rest,
        ));
    }
    json!({"Records": records}).to_string()
}

#[test]
fn a_change_is_told_with_the_calls_that_failed_after_it() {
    let folder = folder("refused", &[("trail.json", refused())]);
    let text = text_of(&folder, &[]);
    let then = "then at 14:01:10: 12 calls of role/orders failed";
    assert!(text.contains(then), "{text}");
    let timeline = json_of(&folder);
    let incident = &timeline["entries"][0]["changes"][0]["followed_by"][0];
    assert_eq!(incident["services"], json!(["role/orders"]));
}

#[test]
fn a_run_is_told_by_the_id_that_people_gave_it() {
    let hook = json!({"resource": {"addr": "aws_vpc.main", "module": "", "resource": "aws_vpc.main",
        "implied_provider": "aws", "resource_type": "aws_vpc", "resource_name": "main", "resource_key": null},
        "action": "update", "id_key": "id", "id_value": "vpc-0123abcd"});
    let line = |time: &str, kind: &str| {
        json!({"@level": "info", "@message": "x", "@module": "terraform.ui", "@timestamp": time,
            "type": kind, "hook": hook, "terraform": "1.11.4", "ui": "1.2"})
        .to_string()
    };
    let log = [
        line("2026-05-13T02:00:00Z", "version"),
        line("2026-05-13T02:00:05Z", "apply_start"),
        line("2026-05-13T02:00:08Z", "apply_complete"),
    ];
    let files = [("apply-gh-4711.2.jsonl", log.join("\n") + "\n")];
    let folder = folder("run_id", &files);
    let text = text_of(&folder, &[]);
    assert!(text.contains("run gh-4711.2"), "{text}");
    assert_eq!(
        json_of(&folder)["entries"][0]["run"]["told_id"],
        "gh-4711.2"
    );
}

#[test]
fn a_log_without_times_has_that_of_the_state_beside_it() {
    let urn = "urn:pulumi:dev::shop::aws:sns/topic:Topic::a";
    let state = json!({"urn": urn, "custom": true, "id": "arn:aws:sns:eu-west-1:111122223333:a",
        "type": "aws:sns/topic:Topic", "inputs": {}, "outputs": {}});
    let metadata = json!({"op": "create", "urn": urn, "type": "aws:sns/topic:Topic", "old": null,
        "new": state, "detailedDiff": null});
    let log = [
        json!({"sequence": 0, "timestamp": 0, "preludeEvent": {"config": {}}}),
        json!({"sequence": 1, "timestamp": 0, "resOutputsEvent": {"metadata": metadata}}),
        json!({"sequence": 2, "timestamp": 0, "cancelEvent": {}}),
    ];
    let log: Vec<String> = log.iter().map(ToString::to_string).collect();
    let checkpoint = json!({"version": 3, "deployment": {
        "manifest": {"time": "2026-05-12T14:00:00Z", "magic": "x", "version": "v3.120.0"},
        "resources": [state]}});
    let files = [
        ("up.jsonl", log.join("\n") + "\n"),
        ("state.json", checkpoint.to_string()),
    ];
    let timeline = json_of(&folder("untimed", &files));
    let change = &timeline["entries"][0]["changes"][0];
    assert_eq!(change["time"], "2026-05-12T14:00:00Z");
}

#[test]
fn a_workspace_is_told_by_its_name_and_an_assessment_finds_drift() {
    let workspace = "ws-XdeUVMWShTesDMME";
    let run = json!({"data": {"id": "run-CZcmD7eagjhyX0vN", "type": "runs",
        "attributes": {"created-at": "2026-05-12T14:10:00Z", "status": "applied",
            "status-timestamps": {"applying-at": "2026-05-12T14:11:00Z", "applied-at": "2026-05-12T14:12:00Z"}},
        "relationships": {"workspace": {"data": {"id": workspace, "type": "workspaces"}}}}});
    let found = json!({"payload_version": "2", "notification_configuration_id": "nc-1",
        "trigger_scope": "assessment", "trigger": "assessment:drifted", "message": "Drift Detected",
        "details": {"new_assessment_result": {"id": "asmtres-1", "succeeded": true, "drifted": true,
            "resources_drifted": 4, "created_at": "2026-05-12T14:20:00Z"},
            "workspace_id": workspace, "workspace_name": "shop"}});
    let files = [
        ("run.json", run.to_string()),
        ("found.json", found.to_string()),
    ];
    let folder = folder("workspaces", &files);
    let timeline = json_of(&folder);
    let runs: Vec<String> = timeline["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| format!("{} {}", entry["run"]["operation"], entry["run"]["scope"]))
        .collect();
    assert_eq!(runs, [r#""apply" "shop""#, r#""refresh" "shop""#]);
    let text = text_of(&folder, &[]);
    assert!(
        text.contains("4 resources drifted")
            && text.contains("1 difference that tools found on managed resources is still there"),
        "{text}"
    );
}

#[test]
fn a_tool_or_an_actor_that_is_not_there_is_answered_with_those_that_are() {
    let folder = folder("choices", &[("trail.json", refused())]);
    let text = text_of(&folder, &["--actor", "nobody"]);
    let actors = "The actors of changes are arn:aws:iam::111122223333:user/amit.";
    assert!(text.contains(actors), "{text}");
    assert!(!text.contains("0 changes"), "{text}");
    let text = text_of(&folder, &["--tool", "pulumi"]);
    assert!(text.contains("The tools of changes are"), "{text}");
    let text = text_of(&folder, &["--actor", "amit"]);
    assert!(!text.contains("of changes are"), "{text}");
}

#[test]
fn namesakes_in_two_clusters_are_told_apart() {
    let update = |minute: u32, place: &str, set: Value| {
        let time = format!("2026-05-12T14:{minute:02}:00Z");
        let (cluster, name) = place.split_once('/').expect("a cluster and a name");
        let mut request = json!({"cluster": cluster, "service": name});
        for (key, value) in set.as_object().expect("an object") {
            request[key] = value.clone();
        }
        let arn = format!("arn:aws:ecs:eu-west-1:111122223333:service/{place}");
        json!({"eventVersion": "1.09", "eventTime": time, "eventSource": "ecs.amazonaws.com",
            "eventName": "UpdateService", "awsRegion": "eu-west-1", "readOnly": false,
            "userAgent": "aws-cli/2.15.0", "requestParameters": request,
            "responseElements": {"service": {"serviceArn": arn}}, "requestID": time,
            "eventID": time, "eventType": "AwsApiCall", "managementEvent": true,
            "recipientAccountId": "111122223333",
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mona"}})
    };
    let (count, again) = (
        json!({"desiredCount": 0}),
        json!({"forceNewDeployment": true}),
    );
    let records = [
        update(1, "stage/checkout", count.clone()),
        update(2, "shop/checkout", count),
        update(3, "shop/checkout", again.clone()),
        update(4, "shop/cart", again),
    ];
    let file = ("ct.json", json!({"Records": records}).to_string());
    let text = text_of(&folder("namesakes", &[file]), &[]);
    for part in [
        "UpdateService 2 times stage/checkout and shop/checkout",
        // It set something else, and nothing else is called cart.
        "UpdateService 2 times shop/checkout and cart",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
