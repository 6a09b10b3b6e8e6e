//! `nepho changes --follow` as a user runs it.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A process that ends with the test.
struct Following {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Following {
    /// Starts it, and waits until it has looked at what is there.
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_nepho"))
            .args(["changes", ".", "--follow", "--every", "100ms"])
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("standard error"));
        let mut line = String::new();
        said.read_line(&mut line).expect("a line");
        assert!(
            line.contains("to compare with, looking every 100ms"),
            "{line}"
        );
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        let lines = BufReader::new(child.stdout.take().expect("standard output"));
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("shop")).expect("a folder");
    folder
}

/// Writes a version of the state in one step, as Terraform does not: no half of it is seen.
fn write(folder: &Path, serial: u64, buckets: &[&str]) {
    let resource = |name: &&str| {
        json!({"mode": "managed", "type": "aws_s3_bucket", "name": name,
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 0, "attributes": {
                "id": name, "bucket": name, "arn": format!("arn:aws:s3:::{name}")}}]})
    };
    let resources: Vec<Value> = buckets.iter().map(resource).collect();
    let state = json!({"version": 4, "terraform_version": "1.11.4", "serial": serial,
        "lineage": "l", "outputs": {}, "resources": resources});
    let beside = folder.join(".new");
    fs::write(&beside, state.to_string()).expect("written");
    fs::rename(&beside, folder.join("shop/terraform.tfstate")).expect("put in place");
}

#[test]
fn changes_of_a_state_are_told_as_it_is_written() {
    let folder = folder("follow");
    write(&folder, 3, &["kept"]);
    let mut following = Following::start(&folder, &[]);
    write(&folder, 4, &["kept", "orders"]);
    let line = following.line();
    assert!(
        line.contains("create") && line.contains("aws_s3_bucket.orders terraform shop"),
        "{line}"
    );
    assert_eq!(line.lines().count(), 1);
    write(&folder, 6, &["orders"]);
    let line = following.line();
    assert!(
        line.contains("delete") && line.contains("aws_s3_bucket.kept"),
        "{line}"
    );
}

#[test]
fn a_state_that_is_rewritten_is_an_alarm() {
    let folder = folder("follow-rewritten");
    write(&folder, 3, &["kept"]);
    let mut following = Following::start(&folder, &[]);
    write(&folder, 3, &["other"]);
    let line = following.line();
    let expected = "alarm: the state of `shop` was rewritten at serial number 3.";
    assert!(line.starts_with(expected), "{line}");
    assert_eq!(line.lines().count(), 1);
    drop(following);
    let mut following = Following::start(&folder, &["--json"]);
    write(&folder, 2, &["kept"]);
    let told: Value = serde_json::from_str(&following.line()).expect("JSON");
    assert_eq!(told["schema"], "nepho.changes/1");
    assert_eq!(told["rewritten_state"]["details"]["serial"], 2);
}

#[test]
fn each_change_that_is_asked_for_is_one_object() {
    let folder = folder("follow-json");
    write(&folder, 3, &["kept"]);
    let mut following = Following::start(&folder, &["--json", "--resource", "orders"]);
    write(&folder, 4, &["kept", "media", "orders"]);
    let change: Value = serde_json::from_str(&following.line()).expect("JSON");
    assert_eq!(change["schema"], "nepho.changes/1");
    assert_eq!(change["resource"], "arn:aws:s3:::orders");
    assert_eq!(
        (&change["action"], &change["class"]),
        (&json!("create"), &json!("iac"))
    );
    assert_eq!(change["run"]["scope"], "shop");
    assert_eq!(change["run"]["counts"]["created"], 2);
    assert_eq!(change["run"]["time_precision"], "state_version");
}

/// Records of CloudTrail, one a line: calls by these users at these minutes of 14:00.
fn trail(folder: &Path, calls: &[(u32, &str, &str)]) {
    let record = |(minute, user, agent): &(u32, &str, &str)| {
        let record = json!({"eventVersion": "1.09", "eventTime": format!("2026-05-12T14:{minute:02}:00Z"),
            "eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy", "awsRegion": "eu-west-1",
            "userAgent": agent, "requestParameters": {"bucketName": "kept"}, "responseElements": null,
            "requestID": format!("r-{minute}"), "eventID": format!("e-{minute}"), "readOnly": false,
            "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333",
            "resources": [{"accountId": "111122223333", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::kept"}],
            "userIdentity": {"type": "IAMUser", "arn": format!("arn:aws:iam::111122223333:user/{user}"),
                "accountId": "111122223333", "userName": user}});
        format!("{record}\n")
    };
    let lines: String = calls.iter().map(record).collect();
    let beside = folder.join(".trail");
    fs::write(&beside, lines).expect("written");
    fs::rename(&beside, folder.join("trail.ndjson")).expect("put in place");
}

const BROWSER: &str =
    "[Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36]";

#[test]
fn writes_in_audit_logs_are_told_once() {
    let folder = folder("follow-trail");
    write(&folder, 3, &["kept"]);
    trail(&folder, &[(1, "ana", BROWSER)]);
    let mut following = Following::start(&folder, &["--json"]);
    trail(&folder, &[(1, "ana", BROWSER), (2, "ben", BROWSER)]);
    let told: Value = serde_json::from_str(&following.line()).expect("JSON");
    assert_eq!(told["actor"], "arn:aws:iam::111122223333:user/ben");
    assert_eq!(told["resource"], "arn:aws:s3:::kept");
    assert_eq!(told["class"], "console");
    // The next line is the next write, and none of those before.
    let all = [
        (1, "ana", BROWSER),
        (2, "ben", BROWSER),
        (3, "eve", "aws-cli/2.15.0"),
    ];
    trail(&folder, &all);
    let told: Value = serde_json::from_str(&following.line()).expect("JSON");
    assert_eq!(told["actor"], "arn:aws:iam::111122223333:user/eve");
    assert_eq!(told["class"], "script");
    write(&folder, 4, &["kept", "orders"]);
    let told: Value = serde_json::from_str(&following.line()).expect("JSON");
    assert_eq!(
        (&told["action"], &told["class"]),
        (&json!("create"), &json!("iac"))
    );
}

#[test]
fn what_happened_since_a_time_is_told_first() {
    let folder = folder("follow-since");
    write(&folder, 3, &["kept"]);
    trail(
        &folder,
        &[
            (1, "ana", BROWSER),
            (2, "ben", BROWSER),
            (5, "ana", BROWSER),
        ],
    );
    let since = [
        "--since",
        "2026-05-12T14:02:00Z",
        "--actor",
        "ana",
        "--resource",
        "kept",
    ];
    let mut following = Following::start(&folder, &since);
    let line = following.line();
    assert!(
        line.contains("14:05:00") && line.contains(" ana "),
        "{line}"
    );
    trail(&folder, &[(6, "ben", BROWSER), (7, "ana", BROWSER)]);
    let line = following.line();
    assert!(
        line.contains("14:07:00") && line.contains(" ana "),
        "{line}"
    );
}

#[test]
fn what_cannot_be_read_is_counted_and_told_once() {
    let folder = folder("follow-rejects");
    let good = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"msg\":\"fine\"}\n";
    let broken = "{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\"\n";
    let lines = format!("{good}{broken}");
    fs::write(folder.join("app.log"), lines.repeat(1500)).expect("written");
    write(&folder, 3, &["kept"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(["changes", ".", "--follow", "--every", "100ms"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = BufReader::new(child.stderr.take().expect("standard error"));
    let lines_of = BufReader::new(child.stdout.take().expect("standard output"));
    let mut following = Following {
        child,
        lines: lines_of,
    };
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    assert!(
        line.starts_with("nepho: ./app.log:2: broken JSON")
            && line.ends_with("(and 1499 more like it)\n"),
        "{line}"
    );
    line.clear();
    said.read_line(&mut line).expect("a line");
    assert!(line.contains("to compare with"), "{line}");
    // More of the same is not told again; the change of the state comes behind it.
    fs::write(folder.join("app.log"), lines.repeat(1600)).expect("written");
    write(&folder, 4, &["kept", "orders"]);
    let told = following.line();
    assert!(told.contains("aws_s3_bucket.orders"), "{told}");
    following.child.kill().expect("stopped");
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("text");
    assert_eq!(rest, "");
}

#[cfg(unix)]
#[test]
fn it_stops_when_it_is_interrupted() {
    use std::os::unix::process::ExitStatusExt;

    let folder = folder("follow-stop");
    write(&folder, 3, &["kept"]);
    let mut following = Following::start(&folder, &[]);
    let process = following.child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &process]).status();
    assert!(kill.expect("a status").success());
    let status = following.child.wait().expect("it ends");
    assert_eq!((status.code(), status.signal()), (None, Some(2)));
    assert_eq!(following.line(), "");
}

#[test]
fn what_cannot_be_followed_is_wrong_usage() {
    let folder = folder("follow-usage");
    let code = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
            .arg("changes")
            .args(args)
            .current_dir(&folder)
            .output()
            .expect("the command runs");
        output.status.code()
    };
    assert_eq!(code(&["-", "--follow"]), Some(2));
    assert_eq!(code(&[".", "--follow", "--until", "1h"]), Some(2));
    assert_eq!(code(&[".", "--every", "1s"]), Some(2));
}
