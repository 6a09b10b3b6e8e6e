//! Rules that say whose resources are, as a user gives them to `nepho explain` and `nepho changes`.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A database whose tags name another service than the one that fails when it is changed.
const RULES: &str = "\
[[rule]]
match = { kind = \"database\", service = \"ledger\" }
set = { service = \"checkout\", team = \"payments\" }
";

/// A state, an apply that changes the database at 14:30, and the logs of two services, of which
/// `checkout` fails from then on.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "l", "outputs": {},
        "resources": [{
            "mode": "managed", "type": "aws_db_instance", "name": "main",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{"schema_version": 1, "attributes": {
                "id": "db-7", "identifier": "m7", "arn": "arn:aws:rds:eu-west-1:111122223333:db:m7",
                "tags": {"service": "ledger"}}}]}],
    });
    write("terraform.tfstate", &state.to_string());
    let hook = json!({"resource": {"addr": "aws_db_instance.main", "module": "", "resource": "aws_db_instance.main",
        "implied_provider": "aws", "resource_type": "aws_db_instance", "resource_name": "main", "resource_key": null},
        "action": "update", "id_key": "id", "id_value": "db-7"});
    let mut log = String::new();
    for (time, kind) in [
        ("2026-05-12T14:29:50Z", "version"),
        ("2026-05-12T14:29:55Z", "apply_start"),
        ("2026-05-12T14:30:00Z", "apply_complete"),
    ] {
        let line = json!({"@level": "info", "@message": kind, "@module": "terraform.ui", "@timestamp": time,
            "type": kind, "hook": hook, "terraform": "1.11.4", "ui": "1.2"});
        let _ = writeln!(log, "{line}");
    }
    write("apply.jsonl", &log);
    let mut rows = String::new();
    for second in 0..3600 {
        let time = format!("2026-05-12T14:{:02}:{:02}Z", second / 60, second % 60);
        let mut say = |level: &str, service: &str, message: &str| {
            let row = json!({"time": time, "level": level, "service": service, "msg": message});
            let _ = writeln!(rows, "{row}");
        };
        say("info", "catalog", "page shown");
        match second < 1810 {
            true => say("info", "checkout", "order paid"),
            false => say(
                "error",
                "checkout",
                "could not save the order: connection refused",
            ),
        }
    }
    write("app.log", &rows);
    write("rules.toml", RULES);
    write("broken.toml", "\n[[rule]]\nmatch = { colour = \"red\" }\n");
    folder
}

fn nepho(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

fn json_of(folder: &Path, command: &str, args: &[&str]) -> Value {
    let files = [
        "-q",
        "--json",
        "terraform.tfstate",
        "apply.jsonl",
        "app.log",
    ];
    let output = nepho(folder, &[&[command], &files[..], args].concat());
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What the report says first, and the change that it names as the cause, if it does.
fn verdict(report: &Value) -> (&str, bool) {
    let verdict = report["verdict"][0].as_str().expect("a verdict");
    (verdict, report["incidents"][0]["change"].is_string())
}

#[test]
fn explain_blames_by_the_rules() {
    let folder = folder("rules-explain");
    let report = json_of(&folder, "explain", &[]);
    let (said, is_blamed) = verdict(&report);
    assert!(
        said.contains("checkout broke first") && !is_blamed,
        "{said}"
    );
    let report = json_of(&folder, "explain", &["--rules", "rules.toml"]);
    let (said, is_blamed) = verdict(&report);
    assert!(
        is_blamed && said.contains("because aws_db_instance.main"),
        "{said}"
    );
}

#[test]
fn changes_are_of_the_services_that_rules_tell() {
    let folder = folder("rules-changes");
    let services = |args: &[&str]| {
        let timeline = json_of(&folder, "changes", args);
        timeline["entries"][0]["changes"][0]["services"].clone()
    };
    assert_eq!(services(&[]), json!(["ledger"]));
    let rules = ["--rules", "rules.toml"];
    assert_eq!(services(&rules), json!(["checkout"]));
    let of = |service| [&rules[..], &["--service", service]].concat();
    assert_eq!(services(&of("checkout")), json!(["checkout"]));
    // Nothing is of it any more.
    let output = nepho(&folder, &[&["changes", "."], &of("ledger")[..]].concat());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn mistakes_in_rules_are_told_with_the_line() {
    let folder = folder("rules-broken");
    for command in ["explain", "changes"] {
        let refused = |file: &str| {
            let output = nepho(&folder, &[command, "--rules", file, "app.log"]);
            assert!(!output.status.success() && output.stdout.is_empty());
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        let text = refused("broken.toml");
        assert!(text.contains("broken.toml, line 3") && text.contains("colour"));
        assert!(refused("absent.toml").contains("absent.toml"));
    }
}
