//! `nepho map --store` and what later runs make of it.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

const VPC: &str = r#"{"mode":"managed","type":"aws_vpc","name":"shop","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"vpc-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d4e5f60718","tags":{"Name":"shop"}}}]}"#;
const GROUP: &str = r#"{"mode":"managed","type":"aws_security_group","name":"db","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"sg-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718","name":"order-db","vpc_id":"vpc-0a1b2c3d4e5f60718"},"dependencies":["aws_vpc.shop"]}]}"#;
const DATABASE: &str = r#"{"mode":"managed","type":"aws_db_instance","name":"orders","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"db-ORDERS","arn":"arn:aws:rds:eu-west-1:111122223333:db:orders","identifier":"orders","password":"canary-password","vpc_security_group_ids":["sg-0a1b2c3d4e5f60718"],"tags":{"service":"orders"}},"dependencies":["aws_security_group.db"]}]}"#;

/// The group is deleted by hand.
const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"},"eventTime":"2026-05-12T15:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"DeleteSecurityGroup","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1","userAgent":"AWS Internal","requestParameters":{"groupId":"sg-0a1b2c3d4e5f60718"},"responseElements":{"_return":true},"requestID":"r-1","eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}]}"#;

const FIRST: &str = "2026-05-12T10:00:00Z";
const SECOND: &str = "2026-05-12T12:00:00Z";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Writes a version of the state over the one before, as Terraform does.
fn state(folder: &Path, serial: u64, resources: &[&str], hour: u64) {
    let path = folder.join("shop.tfstate");
    let text = format!(
        r#"{{"version":4,"terraform_version":"1.9.0","serial":{serial},"lineage":"l","resources":[{}]}}"#,
        resources.join(",\n")
    );
    fs::write(&path, text).expect("written");
    // 2026-05-12T00:00:00Z
    let time = UNIX_EPOCH + Duration::from_secs(1_778_544_000 + hour * 3_600);
    let file = File::options().write(true).open(path).expect("the state");
    file.set_modified(time).expect("a time");
}

fn nepho(folder: &Path, args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    let command = command.args(args.split(' ')).current_dir(folder);
    command.output().expect("the command runs")
}

/// Standard output and standard error of a run that succeeds.
fn run(folder: &Path, args: &str) -> (String, String) {
    let output = nepho(folder, args);
    let errors = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success(), "{args}: {errors}");
    (String::from_utf8(output.stdout).expect("text"), errors)
}

/// Names of resources, and edges, of a map.
fn shown(folder: &Path, args: &str) -> (Vec<String>, usize) {
    let (text, _) = run(folder, &format!("map --json {args}"));
    let map: Value = serde_json::from_str(&text).expect("JSON");
    let nodes = map["nodes"].as_array().expect("nodes").iter();
    let mut labels: Vec<String> = nodes
        .filter(|node| node["kind"] != "service")
        .map(|node| node["label"].as_str().unwrap_or_default().to_owned())
        .collect();
    labels.sort_unstable();
    let edges = map["edges"].as_array().map_or(0, Vec::len);
    (labels, edges)
}

/// All files of a store.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn what_two_runs_learned_is_one_map_with_its_times() {
    let folder = folder("store-times");
    state(&folder, 1, &[VPC, GROUP, DATABASE], 10);
    run(&folder, "map -q --store known shop.tfstate");
    state(&folder, 2, &[VPC, GROUP], 12);
    run(&folder, "map -q --store known shop.tfstate");
    fs::remove_file(folder.join("shop.tfstate")).expect("removed");
    let now = shown(&folder, "known");
    assert_eq!(now.0, ["order-db", "shop"]);
    let before = shown(&folder, "--at 2026-05-12T11:00:00Z known");
    assert_eq!(before.0, ["order-db", "orders", "shop"]);
    assert!(before.1 > now.1, "{} and {}", before.1, now.1);
    // Who looked between the two did not know of the end.
    let then = shown(
        &folder,
        "--at 2026-05-12T13:00:00Z --known 2026-05-12T11:00:00Z known",
    );
    assert_eq!(then, before);
    let after = shown(&folder, "--at 2026-05-12T13:00:00Z known");
    assert_eq!(after, now);
}

/// A call that gives an instance tags, and one that makes a queue with tags.
const TAGS: &str = r#"{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"},"eventTime":"2026-05-12T15:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"CreateTags","awsRegion":"eu-west-1","userAgent":"aws-cli/2.15.0","requestParameters":{"resourcesSet":{"items":[{"resourceId":"i-0a1b2c3d4e5f60718"}]},"tagSet":{"items":[{"key":"team","value":"checkout"},{"key":"env","value":"stage"}]}},"responseElements":{"_return":true},"requestID":"r-1","eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"},
{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/mona","accountId":"111122223333","userName":"mona"},"eventTime":"2026-05-12T15:01:00Z","eventSource":"sqs.amazonaws.com","eventName":"CreateQueue","awsRegion":"eu-west-1","userAgent":"aws-cli/2.15.0","requestParameters":{"queueName":"mails","tags":{"service":"mail","team":"post","environment":"prod"}},"responseElements":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/mails"},"requestID":"r-2","eventID":"e-2","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}]}"#;

#[test]
fn owners_that_calls_set_by_tags_are_kept() {
    let folder = folder("store-tags");
    fs::write(folder.join("trail.json"), TAGS).expect("written");
    run(&folder, "map -q --store known trail.json");
    let owners = |path: &str| {
        let (text, _) = run(&folder, &format!("map --json {path}"));
        let map: Value = serde_json::from_str(&text).expect("JSON");
        let nodes = map["nodes"].as_array().expect("nodes").iter();
        let owner = nodes.map(|node| {
            let words = ["id", "service", "team", "environment"].map(|name| node[name].as_str());
            words.map(|word| word.unwrap_or("-")).join(" ")
        });
        owner.collect::<Vec<_>>()
    };
    let told = owners("trail.json");
    let has = |words: &str| told.iter().any(|line| line.ends_with(words));
    assert!(
        has("- checkout stage") && has("mails mail post prod"),
        "{told:?}"
    );
    assert_eq!(owners("known"), told);
    let (_, again) = run(&folder, "map --store known trail.json");
    let nothing = "0 versions of resources and 0 of edges";
    assert!(again.contains(nothing), "{again}");
}

#[test]
fn a_store_tells_the_same_as_all_documents_at_once() {
    let folder = folder("store-same");
    state(&folder, 1, &[VPC, GROUP, DATABASE], 10);
    fs::copy(folder.join("shop.tfstate"), folder.join("old.tfstate")).expect("copied");
    let file = File::options().write(true).open(folder.join("old.tfstate"));
    let time = UNIX_EPOCH + Duration::from_secs(1_778_544_000 + 10 * 3_600);
    file.and_then(|file| file.set_modified(time))
        .expect("a time");
    run(&folder, "map -q --store known old.tfstate");
    state(&folder, 2, &[VPC, GROUP], 12);
    run(&folder, "map -q --store known shop.tfstate");
    fs::write(folder.join("trail.json"), TRAIL).expect("written");
    run(&folder, "map -q --store known trail.json");
    for time in [
        FIRST,
        SECOND,
        "2026-05-12T14:00:00Z",
        "2026-05-12T16:00:00Z",
    ] {
        for known in [
            "",
            "--known 2026-05-12T11:00:00Z ",
            "--known 2026-05-12T14:30:00Z ",
        ] {
            let stored = shown(&folder, &format!("--at {time} {known}known"));
            let whole = shown(
                &folder,
                &format!("--at {time} {known}old.tfstate shop.tfstate trail.json"),
            );
            assert_eq!(stored, whole, "at {time}, {known}");
        }
    }
    let last = shown(&folder, "known");
    assert_eq!(last.0, ["shop"], "the group was deleted by hand");
}

#[test]
fn states_that_are_called_alike_stay_two_across_runs() {
    let folder = folder("store-scopes");
    let monitor = r#"{"mode":"managed","type":"datadog_monitor","name":"m","provider":"provider[\"registry.terraform.io/datadog/datadog\"]","instances":[{"attributes":{"name":"m"}}]}"#;
    for (path, lineage) in [("net/prod", "a"), ("app/prod", "b")] {
        let path = folder.join(path);
        fs::create_dir_all(&path).expect("a folder");
        let text = format!(
            r#"{{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"{lineage}","resources":[{monitor}]}}"#
        );
        fs::write(path.join("terraform.tfstate"), text).expect("written");
    }
    run(&folder, "map -q --store known net");
    run(&folder, "map -q --store known app");
    let ids = |args: &str| {
        let (text, _) = run(&folder, &format!("map --json {args}"));
        let map: Value = serde_json::from_str(&text).expect("JSON");
        let nodes = map["nodes"].as_array().expect("nodes").iter();
        let ids = nodes.map(|node| node["id"].as_str().unwrap_or_default().to_owned());
        ids.collect::<Vec<String>>()
    };
    let both = [
        "terraform:app/prod:datadog_monitor.m",
        "terraform:net/prod:datadog_monitor.m",
    ];
    assert_eq!(ids("net app"), both);
    assert_eq!(ids("known"), both);
    assert_eq!(ids("known net"), both);
    run(&folder, "map -q --store known net app");
    let (_, errors) = run(&folder, "map --store known net app");
    assert!(errors.contains("0 versions of resources"), "{errors}");
    assert_eq!(ids("known app"), both);
}

#[test]
fn edges_follow_scopes_that_need_one_more_folder() {
    let folder = folder("store-folders");
    let resources = r#"{"mode":"managed","type":"datadog_monitor","name":"m","provider":"provider[\"registry.terraform.io/datadog/datadog\"]","instances":[{"attributes":{"name":"m"}}]},
 {"mode":"managed","type":"random_pet","name":"p","provider":"provider[\"registry.terraform.io/hashicorp/random\"]","instances":[{"attributes":{"id":"pet"},"dependencies":["datadog_monitor.m"]}]}"#;
    for (path, lineage) in [("a/net", "1"), ("a/app", "2"), ("b/us/net", "3")] {
        let path = folder.join(path).join("prod");
        fs::create_dir_all(&path).expect("a folder");
        let text = format!(
            r#"{{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"{lineage}","resources":[{resources}]}}"#
        );
        fs::write(path.join("terraform.tfstate"), text).expect("written");
    }
    run(&folder, "map -q --store known a");
    run(&folder, "map -q --store known b");
    let whole = shown(&folder, "a b");
    assert_eq!(whole.0.len(), 6, "{whole:?}");
    assert_eq!(shown(&folder, "known"), whole);
}

#[test]
fn lives_follow_scopes_that_need_one_more_folder() {
    let folder = folder("store-lives");
    let monitor = r#"{"mode":"managed","type":"datadog_monitor","name":"m","provider":"provider[\"registry.terraform.io/datadog/datadog\"]","instances":[{"attributes":{"name":"m"}}]}"#;
    // One is written anew and removed; the last two lie in one folder.
    let states = [
        ("a/net/prod/1.tfstate", 1, "1", "", 10),
        ("a/net/prod/2.tfstate", 2, "1", monitor, 12),
        ("a/net/prod/3.tfstate", 3, "1", "", 14),
        ("b/app/prod/terraform.tfstate", 1, "2", monitor, 10),
        ("c/env:/prod/eu.tfstate", 1, "3", monitor, 10),
        ("c/env:/prod/us.tfstate", 1, "4", monitor, 10),
    ];
    for (path, serial, lineage, resource, hour) in states {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = format!(
            r#"{{"version":4,"terraform_version":"1.9.0","serial":{serial},"lineage":"{lineage}","resources":[{resource}]}}"#
        );
        fs::write(&path, text).expect("written");
        let time = UNIX_EPOCH + Duration::from_secs(1_778_544_000 + hour * 3_600);
        let file = File::options().write(true).open(path);
        file.and_then(|file| file.set_modified(time))
            .expect("a time");
    }
    let ids = |args: &str| {
        let (text, _) = run(&folder, &format!("map --json {args}"));
        let map: Value = serde_json::from_str(&text).expect("JSON");
        let nodes = map["nodes"].as_array().expect("nodes").iter();
        let ids = nodes.map(|node| node["id"].as_str().unwrap_or_default().to_owned());
        ids.collect::<Vec<String>>()
    };
    // Of one scope at first, then of two, then of four.
    for path in ["a", "b", "c"] {
        run(&folder, &format!("map -q --store known {path}"));
    }
    let id = |scope: &str| format!("terraform:{scope}:datadog_monitor.m");
    let mut before = ["app/prod", "eu/prod", "net/prod", "us/prod"]
        .map(id)
        .to_vec();
    for files in ["a b c", "known", "known a b", "known c"] {
        assert_eq!(
            ids(&format!("--at 2026-05-12T13:00:00Z {files}")),
            before,
            "{files}"
        );
    }
    before.retain(|id| !id.contains("net/prod"));
    for files in ["a b c", "known", "known a b", "known c"] {
        assert_eq!(
            ids(&format!("--at 2026-05-12T15:00:00Z {files}")),
            before,
            "{files}"
        );
    }
    let (_, errors) = run(&folder, "map --store known a b c");
    let expected = "0 versions of resources and 0 of edges";
    assert!(errors.contains(expected), "{errors}");
}

#[test]
fn the_same_documents_add_nothing() {
    let folder = folder("store-again");
    state(&folder, 1, &[VPC, GROUP, DATABASE], 10);
    fs::write(folder.join("trail.json"), TRAIL).expect("written");
    run(&folder, "map -q --store known shop.tfstate trail.json");
    let before = files(&folder.join("known"));
    let (_, errors) = run(&folder, "map --store known shop.tfstate trail.json");
    let expected = "0 versions of resources and 0 of edges are new in `known`";
    assert!(errors.contains(expected), "{errors}");
    assert_eq!(files(&folder.join("known")), before);
    run(&folder, "map -q --store known known");
    assert_eq!(files(&folder.join("known")), before);
}

#[test]
fn a_damaged_file_is_told_and_the_rest_is_read() {
    let folder = folder("store-damaged");
    state(&folder, 1, &[VPC, GROUP, DATABASE], 10);
    run(&folder, "map -q --store known shop.tfstate");
    state(&folder, 2, &[VPC, GROUP], 12);
    run(&folder, "map -q --store known shop.tfstate");
    let all = files(&folder.join("known"));
    let keyframe = all
        .iter()
        .find(|path| path.to_string_lossy().contains("keyframe"));
    let keyframe = keyframe.and_then(|path| path.parent()).expect("a keyframe");
    let nodes = keyframe.join("nodes.parquet");
    let bytes = fs::read(&nodes).expect("nodes");
    fs::write(&nodes, &bytes[..bytes.len() / 2]).expect("written");
    // The log tells all that the keyframe does.
    let (text, errors) = run(&folder, "map --at 2026-05-12T11:00:00Z known");
    assert!(text.contains("database orders"), "{text}");
    assert!(errors.contains("nodes.parquet"), "{errors}");
    // Of a damaged log what stands in other files goes on.
    fs::remove_dir_all(folder.join("known/keyframe")).expect("removed");
    let log = all
        .iter()
        .find(|path| path.ends_with("000002/nodes.parquet"));
    fs::write(log.expect("a log"), "PAR1 nothing PAR1").expect("written");
    let (text, errors) = run(&folder, "map --at 2026-05-12T11:00:00Z known");
    assert!(text.contains("database orders"), "{text}");
    assert!(errors.contains("000002/nodes.parquet"), "{errors}");
}

#[test]
fn a_damaged_log_is_told_until_it_is_repaired() {
    let folder = folder("store-repaired");
    state(&folder, 1, &[VPC], 10);
    run(&folder, "map -q --store known shop.tfstate");
    state(&folder, 2, &[VPC, DATABASE], 12);
    run(&folder, "map -q --store known shop.tfstate");
    // The runs before were on another day.
    for kind in ["log", "keyframe"] {
        let days = folder.join("known").join(kind);
        let day = fs::read_dir(&days).expect("days").flatten().next();
        let day = day.expect("a day").path();
        fs::rename(day, days.join("day=2026-05-12")).expect("renamed");
    }
    let log = folder.join("known/log/day=2026-05-12/000002/nodes.parquet");
    let bytes = fs::read(&log).expect("a log");
    fs::write(&log, &bytes[..bytes.len() / 2]).expect("written");
    state(&folder, 3, &[VPC], 14);
    for _ in 0..2 {
        let (_, errors) = run(&folder, "map --store known shop.tfstate");
        assert!(errors.contains("000002/nodes.parquet"), "{errors}");
    }
    fs::write(&log, &bytes).expect("written");
    let then = shown(&folder, "--at 2026-05-12T13:00:00Z known");
    assert_eq!(then.0, ["orders", "sg-0a1b2c3d4e5f60718", "shop"]);
    // The next run that adds something writes the keyframe.
    state(&folder, 4, &[VPC, GROUP], 16);
    run(&folder, "map -q --store known shop.tfstate");
    assert_eq!(shown(&folder, "known").0, ["order-db", "shop"]);
    let keyframe = |path: &PathBuf| path.to_string_lossy().contains("keyframe");
    let all = files(&folder.join("known"));
    let newest = all.iter().rfind(|path| keyframe(path));
    assert!(newest.is_some_and(|path| path.to_string_lossy().contains("000004")));
}

#[test]
fn an_interrupted_run_leaves_what_was_there() {
    let folder = folder("store-interrupted");
    state(&folder, 1, &[VPC, GROUP], 10);
    run(&folder, "map -q --store known shop.tfstate");
    let before = shown(&folder, "known");
    let log = files(&folder.join("known"));
    let day = log
        .iter()
        .find(|path| path.ends_with("000001/nodes.parquet"));
    let day = day.and_then(|path| path.parent()?.parent()).expect("a day");
    let half = day.join(".000002-1");
    fs::create_dir_all(&half).expect("a folder");
    fs::write(half.join("nodes.parquet"), "PAR1").expect("written");
    let (_, errors) = run(&folder, "map known");
    assert_eq!(errors, "");
    assert_eq!(shown(&folder, "known"), before);
    state(&folder, 2, &[VPC], 12);
    run(&folder, "map -q --store known shop.tfstate");
    assert_eq!(shown(&folder, "known").0, ["shop"]);
}

#[test]
fn what_is_known_is_evidence_for_explain_and_changes() {
    let folder = folder("store-evidence");
    state(&folder, 1, &[VPC, GROUP], 10);
    run(&folder, "map -q --store known shop.tfstate");
    fs::write(folder.join("trail.json"), TRAIL).expect("written");
    let (text, _) = run(
        &folder,
        "changes --resource order-db --json known trail.json",
    );
    assert!(
        text.contains("DeleteSecurityGroup") || text.contains("\"delete\""),
        "{text}"
    );
    assert!(text.contains("aws_security_group.db"), "{text}");
    let (text, _) = run(&folder, "explain --json known trail.json");
    assert!(text.contains("nepho.map"), "{text}");
    // A folder around it is read without it, and what is no store is not made one.
    let (_, errors) = run(&folder, "map .");
    assert!(errors.contains("a stored map"), "{errors}");
    let output = nepho(&folder, "map --store . shop.tfstate");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn whose_a_resource_is_by_logs_is_remembered() {
    let folder = folder("store-owners");
    let instance = r#"{"mode":"managed","type":"aws_instance","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"i-0a1b2c3d4e5f60718","arn":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d4e5f60718"}}]}"#;
    state(&folder, 1, &[VPC, instance], 10);
    let line = r#"{"timestamp":"2026-05-12T10:00:00Z","level":"info","service":"checkout","host":"i-0a1b2c3d4e5f60718","message":"started"}"#;
    fs::write(folder.join("app.ndjson"), format!("{line}\n{line}\n")).expect("written");
    run(&folder, "map -q --store known shop.tfstate app.ndjson");
    for file in ["shop.tfstate app.ndjson", "known"] {
        let (text, _) = run(&folder, &format!("map --json {file}"));
        let map: Value = serde_json::from_str(&text).expect("JSON");
        let nodes = map["nodes"].as_array().expect("nodes");
        let found = nodes.iter().find(|node| node["kind"] == "instance");
        assert_eq!(found.expect("an instance")["service"], "checkout", "{file}");
    }
}

#[test]
fn no_value_of_an_attribute_is_stored() {
    let folder = folder("store-secret");
    state(&folder, 1, &[VPC, GROUP, DATABASE], 10);
    run(&folder, "map -q --store known shop.tfstate");
    let (text, _) = run(&folder, "changes --table resources known");
    let (edges, _) = run(&folder, "changes --table relations known");
    assert!(text.contains("orders"), "{text}");
    assert!(
        !text.contains("canary") && !edges.contains("canary"),
        "{text}{edges}"
    );
}
