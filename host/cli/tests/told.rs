//! What is told of arguments, paths and outputs that do not do what they were meant to, and how
//! what the command wrote is read back.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const LINE: &str = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"notice\",\"service\":\"checkout\",\
                    \"msg\":\"order placed\",\"cloud.provider\":\"aws\"}\n";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("told")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("app.log"), LINE.repeat(3)).expect("written");
    folder
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    command.args(args).current_dir(folder);
    command
}

fn nepho(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Standard error of a command, and its exit code.
fn said(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let output = nepho(folder, args);
    (text(&output.stderr), output.status.code())
}

fn rows(folder: &Path, args: &[&str]) -> Vec<Value> {
    let output = text(&nepho(folder, args).stdout);
    let lines = output.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn a_path_that_is_not_there_is_told_on_standard_error() {
    let folder = folder("absent");
    for command in ["explain", "changes", "parse", "map"] {
        let (said, code) = said(&folder, &[command, "app.log", "absent.log"]);
        let told = "nepho: absent.log: there is no such file or folder\n";
        assert_eq!(said.matches(told).count(), 1, "{command}: {said}");
        assert_eq!(code, Some(0), "{command}");
    }
    // What a folder holds besides is told in the report.
    fs::write(folder.join("notes.md"), "# notes").expect("written");
    assert_eq!(said(&folder, &["explain", "-q", "."]).0, "");
}

#[test]
fn the_event_is_left_out_of_the_schemas_of_others_as_well() {
    let folder = folder("raw");
    let names = [
        "log.record.original",
        "event\":{\"original",
        "raw_data",
        "original",
    ];
    for schema in ["otlp", "ecs", "ocsf"] {
        let args = ["parse", "--as", schema, "app.log"];
        let whole = text(&nepho(&folder, &args).stdout);
        assert!(names.iter().any(|name| whole.contains(name)), "{whole}");
        assert!(whole.contains("cloud.provider\\\""), "{whole}");
        let args = ["parse", "--as", schema, "--without-raw", "app.log"];
        let short = text(&nepho(&folder, &args).stdout);
        assert!(!short.contains("cloud.provider\\\""), "{short}");
        assert!(!short.contains("raw_data"), "{short}");
        assert!(short.contains("order placed"), "{short}");
    }
}

#[test]
fn what_a_run_that_was_stopped_left_is_passed_over_in_folders() {
    let folder = folder("partial");
    fs::write(folder.join("rows.ndjson.17.partial"), LINE).expect("written");
    assert_eq!(rows(&folder, &["parse", "."]).len(), 3);
    let (said, _) = said(&folder, &["parse", "."]);
    assert!(
        said.contains("rows.ndjson.17.partial: a `.partial` file is not whole"),
        "{said}"
    );
    assert_eq!(rows(&folder, &["parse", "rows.ndjson.17.partial"]).len(), 1);
}

#[test]
fn filters_and_rules_that_fit_nothing_are_told() {
    let folder = folder("filters");
    let state = r#"{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"a","resources":[
        {"mode":"managed","type":"aws_s3_bucket","name":"images","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances":[{"attributes":{"id":"images","arn":"arn:aws:s3:::images","bucket":"images"}}]}]}"#;
    fs::write(folder.join("terraform.tfstate"), state).expect("written");
    let args = [
        "changes",
        "--tool",
        "terrafrom",
        "--actor",
        "nobody",
        "--resource",
        "image5",
        ".",
    ];
    let (told, code) = said(&folder, &args);
    for part in [
        "--tool: no change was made by `terrafrom`",
        "--actor: nobody with `nobody` in the name made a change",
        "--resource: No resource is known as `image5`",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(code, Some(0));
    let rules = "[[rule]]\nmatch = { kind = \"bucket\" }\nset = { service = \"media\" }\n";
    let unfit = "\n[[rule]]\nmatch = { name = \"imagse*\" }\nset = { team = \"media\" }\n";
    fs::write(folder.join("good.toml"), rules).expect("written");
    fs::write(folder.join("bad.toml"), rules.to_owned() + unfit).expect("written");
    for command in ["explain", "changes", "map"] {
        let args = [command, "-q", "--rules", "good.toml", "."];
        let (told, _) = said(&folder, &args);
        assert!(!told.contains("--rules"), "{command}: {told}");
        let (told, _) = said(&folder, &[command, "-q", "--rules", "bad.toml", "."]);
        let line = "nepho: --rules: bad.toml, line 5: the rule fits no resource";
        assert!(told.contains(line), "{command}: {told}");
    }
}

#[test]
fn wrong_words_are_answered_with_those_that_are_right() {
    let folder = folder("words");
    let (told, code) = said(&folder, &["explain", "-j", "many", "app.log"]);
    assert!(told.contains("no whole number from 0 to 1024"), "{told}");
    assert_eq!(code, Some(2));
    let (told, _) = said(
        &folder,
        &["map", "--service", "x", "--hops", "far", "app.log"],
    );
    assert!(told.contains("no whole number"), "{told}");
    for args in [&["exlpain"][..], &["help", "exlpain"]] {
        let (told, code) = said(&folder, args);
        assert!(
            told.contains("The commands are explain, map, changes"),
            "{told}"
        );
        assert_eq!(code, Some(2));
    }
    let help = text(&nepho(&folder, &["--help"]).stdout);
    for part in [
        "Examples:\n",
        "Exit codes:\n",
        "| nepho explain --stdin-name",
    ] {
        assert!(help.contains(part), "{help}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_what_was_to_be_written() {
    let folder = folder("full");
    let told = |args: &[&str]| {
        let full = File::options().write(true).open("/dev/full");
        let mut command = command(&folder, args);
        command.stdout(Stdio::from(full.expect("/dev/full")));
        let output = command.output().expect("the command runs");
        (text(&output.stderr), output.status.code())
    };
    let full = "write to standard output: No space left on device";
    for args in [
        &["explain", "-q", "app.log"][..],
        &["--help"],
        &["explain", "-h"],
    ] {
        let (said, code) = told(args);
        assert!(said.contains(full), "{args:?}: {said}");
        assert_eq!(code, Some(1), "{args:?}");
    }
    let (_, code) = told(&["explain", "-q", "--html", "page.html", "app.log"]);
    assert_eq!(code, Some(1));
    assert!(folder.join("page.html").is_file());
    let (said, _) = told(&["parse", "-q", "--output", "parquet", "app.log"]);
    assert!(said.contains("written to: No space left"), "{said}");
}

#[test]
fn the_page_is_written_where_nobody_reads_the_report() {
    let folder = folder("unread");
    let run = |args: &[&str]| {
        let _ = fs::remove_file(folder.join("page.html"));
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = command(&folder, args);
        let output = command.stdout(writer).output().expect("the command runs");
        assert!(folder.join("page.html").is_file(), "{args:?}");
        (text(&output.stderr), output.status.code())
    };
    let quiet = (String::new(), Some(0));
    let args = ["explain", "-q", "--html", "page.html", "app.log"];
    assert_eq!(run(&args), quiet);
    let json = ["explain", "-q", "--json", "--html", "page.html", "app.log"];
    assert_eq!(run(&json), quiet);
    // What was lost is lost whoever reads of it.
    let strict = [&args[..], &["--strict", "absent.log"]].concat();
    assert_eq!(run(&strict).1, Some(1));
}

#[test]
fn standard_input_is_of_the_service_that_is_named() {
    let folder = folder("stdin");
    let read = |args: &[&str]| {
        let mut command = command(&folder, args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the command runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let lines = "2026-05-12T14:00:00Z ERROR no stock\n".to_owned() + LINE;
        stdin.write_all(lines.as_bytes()).expect("written");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let rows = text(&output.stdout);
        let rows = rows.lines().map(|line| {
            let row: Value = serde_json::from_str(line).expect("JSON");
            row["service"].as_str().unwrap_or_default().to_owned()
        });
        rows.collect::<Vec<_>>()
    };
    assert_eq!(read(&["parse", "-"]), ["stdin", "checkout"]);
    let args = ["parse", "--stdin-name", "orders", "-"];
    assert_eq!(read(&args), ["orders", "checkout"]);
}

#[test]
fn a_wrong_checksum_is_told_as_one() {
    let folder = folder("checksum");
    let mut child = Command::new("gzip")
        .arg("-c")
        .stdin(File::open(folder.join("app.log")).expect("a file"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip runs");
    let mut stored = Vec::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    std::io::Read::read_to_end(stdout, &mut stored).expect("zipped");
    assert!(child.wait().expect("it ends").success());
    let checksum = stored.len() - 8;
    stored[checksum] ^= 1;
    fs::write(folder.join("app.log.gz"), stored).expect("written");
    let (said, _) = said(&folder, &["parse", "-q", "app.log.gz"]);
    let told = "the checksum is wrong, so what was read may be wrong";
    assert!(said.contains(told), "{said}");
    assert!(!said.contains("beyond this point"), "{said}");
}

#[test]
fn rows_that_were_written_are_read_back_as_they_were() {
    let folder = folder("rows");
    let request = "{\"time\":\"2026-05-12T14:00:01.000000001Z\",\"http.method\":\"GET\",\
                   \"http.response.status_code\":503,\"duration_ms\":21,\"peer.service\":\"db\",\
                   \"src_ip\":\"10.0.0.7\",\"src_port\":50123,\"metric\":\"load\",\"value\":0.5}\n";
    fs::write(folder.join("app.log"), LINE.repeat(3) + request).expect("written");
    let args = ["parse", "-q", "--output"];
    for (form, file) in [("ndjson", "rows.ndjson"), ("parquet", "rows.parquet")] {
        let args = [&args[..], &[form, "--to", file, "app.log"]].concat();
        assert!(nepho(&folder, &args).status.success());
        let place = ["uri", "offset", "line", "bytes"];
        let without_place = |mut rows: Vec<Value>| {
            for row in &mut rows {
                let row = row.as_object_mut().expect("an object");
                row.retain(|key, _| !place.contains(&key.as_str()));
            }
            rows
        };
        let before = without_place(rows(&folder, &["parse", "app.log"]));
        assert_eq!(before[3]["outcome"], "failure");
        assert_eq!(before[3]["duration"], 21_000_000);
        let after = without_place(rows(&folder, &["parse", file]));
        assert_eq!(before.len(), 4);
        assert_eq!(before[0]["severity"], 10);
        assert_eq!(before, after, "{form}");
    }
}
