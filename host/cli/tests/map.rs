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
    // With the group there are its account, its region and the state.
    assert_eq!(narrow["nodes"].as_array().map(Vec::len), Some(5));
    assert_eq!(narrow["hops"], 1);
}

#[test]
fn accounts_and_states_are_shown_to_who_asks_for_them() {
    let folder = folder("map-holders");
    let whole = json(&folder, &["--json", "shop.tfstate"]);
    assert_eq!(whole["totals"]["resources"], 3);
    assert!(!whole.to_string().contains("state:terraform"), "{whole}");
    let account = shown(&folder, &["--resource", "111122223333", "shop.tfstate"]);
    for part in [
        "account 111122223333",
        "holds network shop",
        "holds firewall order-db",
    ] {
        assert!(account.contains(part), "{part}: {account}");
    }
    let state = shown(&folder, &["--resource", "terraform:shop", "shop.tfstate"]);
    for part in [
        "stack shop",
        "manages network shop",
        "manages database orders of orders",
    ] {
        assert!(state.contains(part), "{part}: {state}");
    }
    let database = shown(&folder, &["--resource", "orders", "shop.tfstate"]);
    for part in [
        "lies in account 111122223333",
        "lies in region eu-west-1",
        "is managed by stack shop",
    ] {
        assert!(database.contains(part), "{part}: {database}");
    }
    // The network is in the account and the state too, which is not what was asked.
    assert_eq!(
        database.matches("is managed by stack").count(),
        1,
        "{database}"
    );
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

/// A node on a machine, a service behind a balancer, and one that stands for a database.
const OBJECTS: &str = r#"{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-1"},"spec":{"providerID":"aws:///eu-west-1a/i-0a1b2c3d4e5f60718"}},
{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"}},"spec":{"nodeName":"node-1","containers":[]}},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"type":"LoadBalancer","selector":{"app":"web"}},
 "status":{"loadBalancer":{"ingress":[{"hostname":"web-1.eu-west-1.elb.amazonaws.com"}]}}},
{"apiVersion":"v1","kind":"Service","metadata":{"name":"db","namespace":"shop"},"spec":{"type":"ExternalName","externalName":"orders.abc.eu-west-1.rds.amazonaws.com"}}]}"#;

/// What these are in the cloud, besides the database of [`STATE`].
const CLOUD: &str = r#"{"version":4,"terraform_version":"1.9.0","serial":3,"lineage":"cloud","resources":[
{"mode":"managed","type":"aws_instance","name":"node","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"i-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718"}}]},
{"mode":"managed","type":"aws_lb","name":"web","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/web/50dc6c495c0c9188","arn":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/web/50dc6c495c0c9188","name":"web","dns_name":"web-1.eu-west-1.elb.amazonaws.com"}}]}]}"#;

#[test]
fn objects_of_a_cluster_stand_on_what_the_cloud_has() {
    let folder = folder("map-cluster");
    fs::write(folder.join("objects.json"), OBJECTS).expect("written");
    fs::write(folder.join("cloud.tfstate"), CLOUD).expect("written");
    let map = json(
        &folder,
        &["objects.json", "cloud.tfstate", "shop.tfstate", "--json"],
    );
    let edges = map["edges"].as_array().expect("edges");
    let has = |from: &str, kind: &str, to: &str| {
        let found = edges.iter().any(|edge| {
            let is =
                |name: &str, end: &str| edge[name].as_str().is_some_and(|key| key.ends_with(end));
            is("from", from) && edge["kind"] == kind && is("to", to) && edge["confidence"] == 1.0
        });
        assert!(found, "{from} {kind} {to}: {edges:#?}");
    };
    has(
        "loadbalancer/net/web/50dc6c495c0c9188",
        "routes",
        "service/shop/web",
    );
    has("service/shop/web", "routes", "pod/shop/web-1");
    has("pod/shop/web-1", "depends_on", "node//node-1");
    has("node//node-1", "depends_on", "instance/i-0a1b2c3d4e5f60718");
    has("service/shop/db", "routes", "db:orders");
}

#[test]
fn who_asks_for_the_name_of_a_database_calls_it() {
    let folder = folder("map-queries");
    let query = r#"{"version":"1.100000","account_id":"111122223333","region":"eu-west-1","vpc_id":"vpc-0a","query_timestamp":"2026-05-12T14:00:00Z","query_name":"orders.abc.eu-west-1.rds.amazonaws.com.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{"Rdata":"10.0.5.9","Type":"A","Class":"IN"}],"srcaddr":"10.0.1.5","srcport":"4242","transport":"UDP","srcids":{"instance":"i-0a1b2c3d4e5f60718"}}"#;
    fs::write(folder.join("queries.jsonl"), query).expect("written");
    fs::write(folder.join("cloud.tfstate"), CLOUD).expect("written");
    let files = ["queries.jsonl", "cloud.tfstate", "shop.tfstate"];
    let args = [&files[..], &["--at", "2026-05-12T14:00:00Z", "--json"]].concat();
    let map = json(&folder, &args);
    let edges = map["edges"].as_array().expect("edges");
    let edge = edges.iter().find(|edge| edge["source"] == "dns");
    let edge = edge.unwrap_or_else(|| panic!("no edge of a query: {edges:#?}"));
    let from = edge["from"].as_str().unwrap_or_default();
    assert!(from.ends_with("instance/i-0a1b2c3d4e5f60718"), "{from}");
    assert!(
        edge["to"]
            .as_str()
            .is_some_and(|to| to.ends_with("db:orders"))
    );
    assert_eq!(edge["kind"], "calls");
    let evidence = "1 queries for orders.abc.eu-west-1.rds.amazonaws.com";
    assert_eq!(edge["evidence"], evidence);
}

/// A state of a web server in a group, with the time of the file.
fn write_state(folder: &Path, name: &str, hour: u64, serial: u64, group: &str, service: &str) {
    let address = format!("10.0.0.{serial}");
    let instance = |kind: &str, id: &str, more: &str| {
        format!(
            r#"{{"mode":"managed","type":"{kind}","name":"{serial}","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{{"attributes":{{"id":"{id}","arn":"arn:aws:ec2:eu-west-1:111122223333:x/{id}"{more}}}}}]}}"#
        )
    };
    let web = format!(
        r#","private_ip":"{address}","vpc_security_group_ids":["{group}"],"tags":{{"service":"{service}"}}"#
    );
    let resources = [
        instance("aws_instance", "i-0a1b2c3d4e5f60718", &web),
        instance("aws_security_group", group, ""),
    ];
    let state = format!(
        r#"{{"version":4,"terraform_version":"1.9.0","serial":{serial},"lineage":"web","resources":[{}]}}"#,
        resources.join(",")
    );
    let path = folder.join(name);
    fs::write(&path, state).expect("written");
    let file = fs::File::options().write(true).open(&path).expect("opened");
    // 12 May 2026.
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_778_544_000 + hour * 3600);
    file.set_modified(time).expect("a time");
}

#[test]
fn of_versions_of_a_state_the_newest_counts_and_older_edges_have_ended() {
    let folder = folder("map-versions");
    let (old, new) = ("sg-0000000000000000a", "sg-0000000000000000b");
    write_state(&folder, "web.tfstate.backup", 10, 8, old, "old-shop");
    write_state(&folder, "web.tfstate", 12, 9, new, "shop");
    let files = ["web.tfstate", "web.tfstate.backup"];
    let groups = |args: &[&str]| {
        let args = [&files[..], &["--resource", "i-0a1b2c3d4e5f60718"], args].concat();
        let text = shown(&folder, &args);
        let is_attached = |serial: u64| text.contains(&format!("aws_security_group.{serial}\n"));
        (is_attached(8), is_attached(9), text)
    };
    let (has_old, has_new, text) = groups(&[]);
    assert_eq!((has_old, has_new), (false, true), "{text}");
    assert!(
        text.contains("shop") && !text.contains("old-shop"),
        "{text}"
    );
    let (has_old, has_new, text) = groups(&["--at", "2026-05-12T09:00:00Z"]);
    assert_eq!((has_old, has_new), (true, false), "{text}");
    let (has_old, has_new, text) = groups(&["--at", "2026-05-12T13:00:00Z"]);
    assert_eq!((has_old, has_new), (false, true), "{text}");
    // At eleven the newer version had not been written.
    let known = [
        "--at",
        "2026-05-12T13:00:00Z",
        "--known",
        "2026-05-12T11:00:00Z",
    ];
    let (has_old, has_new, text) = groups(&known);
    assert_eq!((has_old, has_new), (true, false), "{text}");
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

/// A state in which an instance has the address 10.0.1.5, and another asks it.
fn state_with(serial: u32, database: &str) -> String {
    let instance = |name: &str, id: &str, address: &str| {
        format!(
            r#"{{"mode":"managed","type":"aws_instance","name":"{name}","instances":[{{"attributes":{{"id":"{id}","arn":"arn:aws:ec2:eu-west-1:111122223333:instance/{id}","private_ip":"{address}"}}}}]}}"#
        )
    };
    let all = [
        instance("db", database, "10.0.1.5"),
        instance("web", "i-0c1b2c3d4e5f60718", "10.0.2.7"),
    ];
    format!(
        r#"{{"version":4,"terraform_version":"1.9.0","serial":{serial},"lineage":"l","resources":[{}]}}"#,
        all.join(",")
    )
}

#[test]
fn an_address_that_was_used_again_is_that_of_who_existed() {
    let folder = folder("map-reused");
    let (dead, living) = ("i-0dead00000000000d", "i-0a1b2c3d4e5f60718");
    fs::write(folder.join("v3.tfstate"), state_with(3, dead)).expect("written");
    fs::write(folder.join("v4.tfstate"), state_with(4, living)).expect("written");
    let call = |name: &str, time: &str, id: &str, part: &str| {
        format!(
            r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"}},"eventTime":"2026-05-12T{time}Z","eventSource":"ec2.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1","userAgent":"aws-cli/2.15","requestParameters":{{"instancesSet":{{"items":[{{"instanceId":"{id}"}}]}}}},"responseElements":{{"instancesSet":{{"items":[{{"instanceId":"{id}"{part}}}]}}}},"requestID":"{name}","eventID":"{name}","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
        )
    };
    let trail = [
        call("TerminateInstances", "15:00:00", dead, ""),
        call(
            "RunInstances",
            "15:01:00",
            living,
            r#","privateIpAddress":"10.0.1.5""#,
        ),
    ];
    let trail = format!(r#"{{"Records":[{}]}}"#, trail.join(","));
    fs::write(folder.join("calls.json"), trail).expect("written");
    // At 14:00 and at 16:00.
    let flow = |start: u64| {
        format!(
            "2 111122223333 eni-0c1b2c3d4e5f60718 10.0.2.7 10.0.1.5 40000 5432 6 10 840 {start} {} ACCEPT OK\n",
            start + 60
        )
    };
    let calls = |flows: &str, with: &[&str]| -> Vec<(String, f64)> {
        fs::write(folder.join("flow.log"), flows).expect("written");
        let args = [&["--json", "v3.tfstate", "v4.tfstate", "flow.log"], with].concat();
        let args = [&["--at", "2026-05-12T14:01:30Z"], &args[..]].concat();
        let map = json(&folder, &args);
        let edges = map["edges"].as_array().cloned().unwrap_or_default();
        let flows = edges.iter().filter(|edge| edge["source"] == "flow");
        let ends = flows.map(|edge| {
            let to = edge["to"].as_str().unwrap_or_default();
            let to = to.rsplit('/').next().unwrap_or_default().to_owned();
            (to, edge["confidence"].as_f64().unwrap_or_default())
        });
        ends.collect()
    };
    let (before, after) = (flow(1_778_594_400), flow(1_778_601_600));
    assert_eq!(calls(&before, &["calls.json"]), [(dead.to_owned(), 0.8)]);
    assert_eq!(calls(&after, &["calls.json"]), []);
    assert_eq!(
        calls(&(before.clone() + &after), &["calls.json"]),
        [(dead.to_owned(), 0.8)]
    );
}
