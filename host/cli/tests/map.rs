//! `nepho map` as a user runs it.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A database in a group, in a network.
const STATE: &str = r#"{"version":4,"terraform_version":"1.9.0","serial":3,"lineage":"l","resources":[
{"mode":"managed","type":"aws_vpc","name":"shop","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"vpc-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718","tags":{"Name":"shop"}}}]},
{"mode":"managed","type":"aws_security_group","name":"db","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"sg-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718","name":"order-db","vpc_id":"vpc-0a1b2c3d4e5f60718"}}]},
{"mode":"managed","type":"aws_db_instance","name":"orders","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"db-ORDERS","arn":"arn:aws:rds:eu-west-1:111122223333:db:orders","identifier":"orders","address":"orders.abc.eu-west-1.rds.amazonaws.com",
 "password":"canary-password","vpc_security_group_ids":["sg-0a1b2c3d4e5f60718"],"tags":{"service":"orders"}},"dependencies":["aws_security_group.db"]}]}]}"#;

/// The database is deleted by hand at 15:00.
const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"},"eventTime":"2026-05-12T15:00:00Z","eventSource":"rds.amazonaws.com","eventName":"DeleteDBInstance","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1","userAgent":"AWS Internal","requestParameters":{"dBInstanceIdentifier":"orders"},"responseElements":{"dBInstanceIdentifier":"orders","dBInstanceArn":"arn:aws:rds:eu-west-1:111122223333:db:orders"},"requestID":"r-1","eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}]}"#;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("shop.tfstate"), STATE).expect("written");
    fs::write(folder.join("trail.json"), TRAIL).expect("written");
    folder
}

fn map(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    let command = command.arg("map").args(args).arg("--no-color");
    command
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

fn shown(folder: &Path, args: &[&str]) -> String {
    let output = map(folder, args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

fn refused(folder: &Path, args: &[&str]) -> String {
    let output = map(folder, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(folder: &Path, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&shown(folder, args)).expect("JSON")
}

#[test]
fn the_whole_map_stands_by_network_and_service() {
    let text = shown(&folder("map-tree"), &["shop.tfstate"]);
    for part in [
        "aws 111122223333 eu-west-1",
        "network shop",
        "firewall order-db",
        "database orders",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn what_needs_a_resource_is_found_by_any_word_for_it() {
    let folder = folder("map-around");
    let by_id = shown(
        &folder,
        &["--resource", "sg-0a1b2c3d4e5f60718", "shop.tfstate"],
    );
    assert!(by_id.contains("attached is database orders"), "{by_id}");
    let by_address = shown(
        &folder,
        &["--resource", "aws_security_group.db", "shop.tfstate"],
    );
    assert_eq!(by_id, by_address);
    let narrow = json(
        &folder,
        &[
            "--resource",
            "aws_vpc.shop",
            "--hops",
            "1",
            "--json",
            "shop.tfstate",
        ],
    );
    assert_eq!(narrow["nodes"].as_array().map(Vec::len), Some(2));
    assert_eq!(narrow["hops"], 1);
}

#[test]
fn a_wrong_word_is_answered_with_what_is_near() {
    let folder = folder("map-wrong");
    let text = refused(&folder, &["--resource", "ordesr", "shop.tfstate"]);
    assert!(
        text.contains("no resource is known as `ordesr`; near are orders"),
        "{text}"
    );
    let text = refused(&folder, &["--service", "nobody", "shop.tfstate"]);
    assert!(text.contains("there are orders"), "{text}");
    assert!(
        refused(&folder, &["--hops", "2", "shop.tfstate"]).contains("--service or a --resource")
    );
}

#[test]
fn a_deleted_resource_is_there_before_and_not_after() {
    let folder = folder("map-time");
    let nodes = |args: &[&str]| {
        let all = [args, &["--json", "shop.tfstate", "trail.json"]].concat();
        let map = json(&folder, &all);
        let nodes = map["nodes"].as_array().cloned().unwrap_or_default();
        nodes
            .iter()
            .filter(|node| node["id"] == "arn:aws:rds:eu-west-1:111122223333:db:orders")
            .count()
    };
    assert_eq!(nodes(&["--at", "2026-05-12T14:59:59Z"]), 1);
    assert_eq!(nodes(&["--at", "2026-05-12T15:00:00Z"]), 0);
    assert_eq!(
        nodes(&[
            "--at",
            "2026-05-12T16:00:00Z",
            "--known",
            "2026-05-12T14:00:00Z"
        ]),
        1
    );
    let args = [
        "--at",
        "2026-05-12T16:00:00Z",
        "--resource",
        "orders",
        "shop.tfstate",
        "trail.json",
    ];
    assert!(refused(&folder, &args).contains("did not exist at that time"));
}

#[test]
fn every_form_is_the_same_each_time_and_holds_no_value() {
    let folder = folder("map-forms");
    for (form, begins) in [
        ("tree", "3 resources"),
        ("dot", "digraph"),
        ("mermaid", "flowchart"),
        ("graphml", "<?xml"),
        ("json", "{\n  \"schema\": \"nepho.map/1\""),
    ] {
        let args = ["--format", form, "--facets", "shop.tfstate"];
        let text = shown(&folder, &args);
        assert!(text.starts_with(begins), "{text}");
        assert!(!text.contains("canary"), "{form}");
        assert_eq!(text, shown(&folder, &args));
    }
    let alias = shown(&folder, &["--json", "shop.tfstate"]);
    assert_eq!(alias, shown(&folder, &["--format", "json", "shop.tfstate"]));
}

#[test]
fn rules_tell_the_owner_and_their_mistakes_are_told_with_the_line() {
    let folder = folder("map-rules");
    let rules =
        "[[rule]]\nmatch = { kind = \"firewall\" }\nset = { service = \"edge\", team = \"net\" }\n";
    fs::write(folder.join("rules.toml"), rules).expect("written");
    let map = json(
        &folder,
        &[
            "--rules",
            "rules.toml",
            "--service",
            "edge",
            "--json",
            "shop.tfstate",
        ],
    );
    let group = map["nodes"].as_array().and_then(|nodes| {
        nodes
            .iter()
            .find(|node| node["kind"] == "firewall")
            .cloned()
    });
    assert_eq!(group.expect("the group")["team"], "net");
    fs::write(
        folder.join("rules.toml"),
        "\n[[rule]]\nmatch = { colour = \"red\" }\n",
    )
    .expect("written");
    let text = refused(&folder, &["--rules", "rules.toml", "shop.tfstate"]);
    assert!(
        text.contains("rules.toml, line 3") && text.contains("colour"),
        "{text}"
    );
    assert!(refused(&folder, &["--rules", "absent.toml", "shop.tfstate"]).contains("absent.toml"));
}

#[test]
fn nothing_to_read_is_a_failure() {
    assert_eq!(
        map(&folder("map-nothing"), &["absent.json"]).status.code(),
        Some(1)
    );
}

#[test]
fn a_stack_leads_from_its_load_balancer_to_what_answers() {
    let folder = folder("map-stack");
    let template = r"
Resources:
  Front: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Front
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Web:
    Type: AWS::ECS::Service
    Properties: {LoadBalancers: [{ContainerName: web, TargetGroupArn: !Ref Group}]}
";
    fs::write(folder.join("web.yaml"), template).expect("written");
    let args = [
        "--resource",
        "Front",
        "--hops",
        "3",
        "--facets",
        "--format",
        "json",
        "web.yaml",
    ];
    let found = json(&folder, &args);
    let edges = found["edges"].as_array().expect("edges");
    let end = |edge: &serde_json::Value, end: &str| {
        let key = edge[end].as_str().unwrap_or_default();
        key.rsplit(':').next().unwrap_or_default().to_owned()
    };
    let mut routes: Vec<String> = edges
        .iter()
        .filter(|edge| edge["kind"] == "routes")
        .map(|edge| format!("{} {}", end(edge, "from"), end(edge, "to")))
        .collect();
    routes.sort();
    assert_eq!(routes, ["Front Listener", "Group Web", "Listener Group"]);
}
