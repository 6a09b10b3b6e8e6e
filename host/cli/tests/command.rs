//! The command as a user runs it: exit codes, outputs, messages.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const LOG: &str = "\
{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"service\":\"cart\",\"msg\":\"fine\"}
{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\",\"service\":\"cart\",\"msg
{\"time\":\"2026-05-12T14:00:02Z\",\"level\":\"warn\",\"service\":\"web\",\"msg\":\"slow\"}
";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("app.log"), LOG).expect("written");
    folder
}

fn nepho(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
    command
        .args(args)
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn exit_codes_tell_bad_usage_from_nothing_read() {
    let folder = folder("codes");
    let code = |args: &[&str]| nepho(&folder, args).status.code();
    assert_eq!(code(&["explain", "app.log"]), Some(0));
    assert_eq!(code(&["explain", "absent.log"]), Some(1));
    assert_eq!(code(&["explain", "absent.log", "app.log"]), Some(0));
    assert_eq!(code(&["explain"]), Some(2));
    assert_eq!(
        code(&["explain", "--since", "sometime", "app.log"]),
        Some(2)
    );
    assert_eq!(code(&["parse", "--format", "no.such", "app.log"]), Some(2));
    let reversed = [
        "explain",
        "--since",
        "2026-05-12",
        "--until",
        "2026-05-11",
        "app.log",
    ];
    assert_eq!(code(&reversed), Some(2));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn a_missing_file_is_named() {
    let output = nepho(&folder("missing"), &["explain", "absent.log"]);
    assert!(
        text(&output.stderr).contains("absent.log: there is no such file"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn every_command_says_that_nothing_could_be_read() {
    let folder = folder("nothing");
    for command in ["explain", "map", "changes", "parse"] {
        let output = nepho(&folder, &[command, "absent.log"]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = text(&output.stderr);
        assert!(said.contains("nothing could be read"), "{command}: {said}");
    }
}

#[test]
fn what_is_read_is_not_overwritten() {
    let folder = folder("overwritten");
    fs::write(folder.join("kept"), "kept").expect("written");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file");
    for args in [
        ["parse", "--to", "app.log", "app.log"],
        ["parse", "--rejects", "./app.log", "app.log"],
        ["changes", "--to", "app.log", "app.log"],
        ["explain", "--html", "app.log", "app.log"],
        ["parse", "--to=kept", "--format=no.such", "app.log"],
    ] {
        let code = nepho(&folder, &args).status.code();
        assert_eq!(code, Some(2), "{args:?}");
        assert_eq!(read("app.log"), LOG, "{args:?}");
        assert_eq!(read("kept"), "kept", "{args:?}");
    }
}

#[test]
fn what_is_written_below_a_folder_is_not_read_back() {
    let folder = folder("back");
    let output = nepho(&folder, &["parse", "--to", "z.ndjson", "."]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stderr);
    assert!(
        said.contains("z.ndjson.partial: the output is written to it"),
        "{said}"
    );
    let again = text(&nepho(&folder, &["parse", "--to", "z.ndjson", "."]).stderr);
    assert!(again.contains("z.ndjson, "), "{again}");
}

#[cfg(target_os = "linux")]
#[test]
fn completions_that_cannot_be_written_are_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(["completions", "bash"])
        .stdout(full.expect("a device without room"))
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
}

#[test]
fn the_report_is_the_same_each_time_and_is_json_when_asked() {
    let folder = folder("json");
    let first = nepho(&folder, &["explain", "--json", "app.log"]);
    let second = nepho(&folder, &["explain", "--json", "app.log"]);
    assert_eq!(first.stdout, second.stdout);
    let report: serde_json::Value = serde_json::from_slice(&first.stdout).expect("JSON");
    assert_eq!(report["schema"], "nepho.report/1");
    assert_eq!(report["inputs"]["totals"]["rows"], 2);
    assert_eq!(report["rejects"]["total"], 1);
}

#[test]
fn the_page_stands_by_itself() {
    let folder = folder("page");
    let output = nepho(&folder, &["explain", "--html", "page.html", "app.log"]);
    assert!(output.status.success());
    let page = fs::read_to_string(folder.join("page.html")).expect("a page");
    assert!(page.starts_with("<!doctype html>"));
    assert!(!page.contains("src=\"http"), "the page loads something");
    let output = nepho(
        &folder,
        &["explain", "--html", "absent/page.html", "app.log"],
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn rows_are_written_in_three_forms_and_rejects_apart() {
    let folder = folder("parse");
    let output = nepho(&folder, &["parse", "--rejects", "rejects.jsonl", "app.log"]);
    let rows: Vec<serde_json::Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["service"], "web");
    assert_eq!(rows[1]["line"], 3);
    let rejects = fs::read_to_string(folder.join("rejects.jsonl")).expect("rejects");
    let reject: serde_json::Value = serde_json::from_str(rejects.trim()).expect("one reject");
    assert_eq!(
        (reject["line"].as_u64(), reject["start"].as_u64()),
        (Some(2), Some(77))
    );
    for (form, magic) in [("parquet", &b"PAR1"[..]), ("arrow", b"ARROW1")] {
        let output = nepho(
            &folder,
            &["parse", "--output", form, "--to", "rows", "app.log"],
        );
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(
            fs::read(folder.join("rows"))
                .expect("rows")
                .starts_with(magic)
        );
    }
}

#[test]
fn rows_are_written_in_the_schemas_of_others() {
    let folder = folder("schemas");
    let rows = |schema: &str| -> Vec<serde_json::Value> {
        let output = nepho(&folder, &["parse", "--as", schema, "app.log"]);
        text(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let otlp = rows("otlp");
    assert_eq!(otlp.len(), 1);
    assert_eq!(
        otlp[0]["resourceLogs"][1]["scopeLogs"][0]["logRecords"][0]["severityNumber"],
        13
    );
    let ecs = rows("ecs");
    assert_eq!(ecs[1]["service"]["name"], "web");
    let ocsf = rows("ocsf");
    assert_eq!(ocsf[1]["message"], "slow");
    let output = nepho(
        &folder,
        &["parse", "--as", "ecs", "-o", "parquet", "app.log"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("leave out --output"));
}

#[test]
fn the_output_does_not_depend_on_the_threads() {
    let folder = folder("threads");
    fs::write(folder.join("many.log"), LOG.repeat(9000)).expect("written");
    let run = |args: &[&str]| {
        let output = nepho(&folder, args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            text(&output.stderr)
        );
        output.stdout
    };
    for command in ["parse", "changes", "map"] {
        let all = run(&[command, "many.log"]);
        for threads in ["-j1", "-j3", "--threads=0"] {
            let output = run(&[command, threads, "many.log"]);
            assert!(output == all, "{command} {threads}");
        }
    }
    run(&["explain", "-j", "2", "app.log"]);
    for threads in ["-jx", "--threads=100000"] {
        let refused = nepho(&folder, &["parse", threads, "app.log"]);
        assert_eq!(refused.status.code(), Some(2), "{threads}");
    }
}

#[test]
fn a_pipe_is_read_whole() {
    let folder = folder("pipe");
    let good = LOG.lines().next().expect("a line").to_owned() + "\n";
    fs::write(folder.join("many.log"), good.repeat(20_000)).expect("written");
    let mut command = Command::new("sh");
    let script = format!(
        "cat many.log | {} parse /dev/stdin",
        env!("CARGO_BIN_EXE_nepho")
    );
    let output = command
        .args(["-c", &script])
        .current_dir(&folder)
        .output()
        .expect("the command runs");
    assert_eq!(text(&output.stdout).lines().count(), 20_000);
}

#[test]
fn services_and_times_select_what_is_shown() {
    let folder = folder("select");
    let args = ["explain", "--json", "--service", "web", "app.log"];
    let report: serde_json::Value =
        serde_json::from_slice(&nepho(&folder, &args).stdout).expect("JSON");
    assert_eq!(report["cost"][0]["details"]["lines"][0]["rows"], 1);
    let args = [
        "explain",
        "--json",
        "--since",
        "2026-05-12T14:00:01Z",
        "app.log",
    ];
    let report: serde_json::Value =
        serde_json::from_slice(&nepho(&folder, &args).stdout).expect("JSON");
    assert_eq!(report["inputs"]["totals"]["rows"], 1);
}

#[test]
fn components_and_completions_are_listed() {
    let folder = folder("lists");
    let listed = text(&nepho(&folder, &["components"]).stdout);
    for name in ["aws.cloudtrail", "terraform.state", "incidents"] {
        assert!(listed.contains(name), "{listed}");
    }
    // Nothing here makes these calls.
    assert!(!listed.contains("live reading"), "{listed}");
    let export = "to export them takes: logs:FilterLogEvents";
    assert!(listed.contains(export), "{listed}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&nepho(&folder, &["completions", shell]).stdout).contains("nepho"));
    }
}

#[test]
fn pages_for_man_are_printed() {
    let folder = folder("man");
    let page = text(&nepho(&folder, &["man"]).stdout);
    assert!(
        page.contains(".TH nepho 1") && page.contains("explain"),
        "{page}"
    );
    let page = text(&nepho(&folder, &["man", "explain"]).stdout);
    assert!(
        page.contains(".TH nepho-explain 1") && page.contains("strict"),
        "{page}"
    );
    let refused = nepho(&folder, &["man", "nope"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn colors_are_printed_where_they_are_wanted() {
    let folder = folder("color");
    let is_colored = |args: &[&str], variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
            .args([&["explain", "app.log"], args].concat())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(variables.iter().copied())
            .current_dir(&folder)
            .output()
            .expect("the command runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        output.stdout.contains(&0x1b)
    };
    let (force, none) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
    assert!(!is_colored(&[], &[]));
    assert!(is_colored(&[], &[force]));
    assert!(!is_colored(&[], &[force, none]));
    assert!(is_colored(&["--color", "always"], &[none]));
    assert!(is_colored(&["--color=always"], &[]));
    assert!(!is_colored(&["--color=auto"], &[]));
    for never in ["--color=never", "--no-color"] {
        assert!(!is_colored(&[never], &[force]), "{never}");
    }
}

#[test]
fn the_version_tells_what_is_built_in() {
    let folder = folder("version");
    let short = text(&nepho(&folder, &["-V"]).stdout);
    assert_eq!(short, format!("nepho {}\n", env!("CARGO_PKG_VERSION")));
    let sign = if cfg!(feature = "live") { '+' } else { '-' };
    let long = text(&nepho(&folder, &["--version"]).stdout);
    assert_eq!(long, format!("{short}features: {sign}live\n"));
}

#[test]
fn switches_may_be_given_again() {
    let folder = folder("switches");
    for args in [
        ["explain", "-qq", "app.log"],
        ["explain", "-vvq", "app.log"],
        ["changes", "-vv", "app.log"],
        ["map", "-qqv", "app.log"],
        ["parse", "-qq", "app.log"],
    ] {
        let output = nepho(&folder, &args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn the_demo_names_the_change_and_where_the_page_lies() {
    let folder = folder("demo");
    let output = nepho(&folder, &["demo", "--folder", "shop"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    for part in [
        "checkout broke first",
        "aws_security_group_rule.orders_from_checkout",
        "report.html",
        "nepho explain",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(folder.join("shop/report.html").exists());
    let again = nepho(&folder, &["demo", "--folder", "shop"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    let refused = nepho(&folder, &["demo", "--folder", "."]);
    assert!(refused.status.success() || text(&refused.stderr).contains("other files"));
}

#[cfg(unix)]
#[test]
fn the_demo_makes_a_folder_of_its_own() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder("demo-own");
    // What another user laid out beforehand.
    let laid = folder.join("nepho-demo");
    fs::create_dir_all(&laid).expect("a folder");
    symlink("../app.log", laid.join("report.html")).expect("a link");
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .arg("demo")
        .env("TMPDIR", &folder)
        .current_dir(&folder)
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let held = fs::read_to_string(folder.join("app.log")).expect("a file");
    assert_eq!(held, LOG);
    let entries = fs::read_dir(&folder).expect("a folder").flatten();
    let mut made = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("nepho-demo-")
    });
    let made = made.next().expect("a folder of the demo");
    let mode = made.metadata().expect("a folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let page = made.path().join("report.html").display().to_string();
    assert!(text(&output.stdout).contains(&page), "{page}");
}

#[test]
fn times_without_a_zone_or_a_year_are_read_as_the_user_and_the_name_say() {
    let folder = folder("zones");
    let line = "2026-05-12 14:00:00 ERROR could not connect\n";
    fs::write(folder.join("local.log"), line).expect("written");
    let syslog = "May 12 14:00:00 web-1 cron[1]: done with the work of the day\n";
    fs::write(folder.join("messages-20190512"), syslog).expect("written");
    let time = |args: &[&str]| {
        let output = nepho(&folder, args);
        let row: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a row");
        row["time"].as_str().expect("a time").to_owned()
    };
    assert!(time(&["parse", "local.log"]).starts_with("2026-05-12T14:00:00"));
    let zone = [
        "parse",
        "--zone",
        "UTC",
        "--zone",
        "*.log=+02:00",
        "local.log",
    ];
    assert!(time(&zone).starts_with("2026-05-12T12:00:00"));
    assert!(time(&["parse", "messages-20190512"]).starts_with("2019-05-12T14:00:00"));
    let wrong = nepho(&folder, &["parse", "--zone", "Berlin", "local.log"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        text(&wrong.stderr).contains("+02:00"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn a_file_is_read_once_however_it_is_named() {
    let folder = folder("named_twice");
    fs::create_dir_all(folder.join("logs/below")).expect("a folder");
    fs::rename(folder.join("app.log"), folder.join("logs/below/app.log")).expect("moved");
    let rows = |paths: &[&str]| {
        let args: Vec<&str> = ["parse", "--quiet"].iter().chain(paths).copied().collect();
        text(&nepho(&folder, &args).stdout).lines().count()
    };
    assert_eq!(rows(&["logs"]), 2);
    assert_eq!(rows(&["logs", "./logs/below/app.log"]), 2);
    #[cfg(unix)]
    {
        let link = folder.join("logs/current.log");
        std::os::unix::fs::symlink(folder.join("logs/below/app.log"), link).expect("a link");
        assert_eq!(rows(&["logs"]), 2);
    }
    // A pattern that no shell resolved fits folders as well.
    for pattern in ["logs/*", "logs/**", "logs/**/*.log"] {
        assert_eq!(rows(&[pattern]), 2, "{pattern}");
    }
}

/// A resource of a service that writes no log.
const SILENT: &str = r#"{"version":4,"terraform_version":"1.9.0","serial":3,"lineage":"l","resources":[
{"mode":"managed","type":"aws_db_instance","name":"orders","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]",
 "instances":[{"attributes":{"id":"orders","arn":"arn:aws:rds:eu-west-1:111122223333:db:orders","identifier":"orders","tags":{"service":"orders"}}}]}]}"#;

#[test]
fn a_service_without_rows_is_told_of() {
    let folder = folder("silent_service");
    fs::write(folder.join("shop.tfstate"), SILENT).expect("written");
    let paths = ["app.log", "shop.tfstate"];
    let args = [&["explain", "--service", "orders"], &paths[..]].concat();
    let report = text(&nepho(&folder, &args).stdout);
    assert!(report.contains("None of 2 rows is of orders."), "{report}");
    let args = [&["explain", "--json", "--service", "orders"], &paths[..]].concat();
    let report: serde_json::Value =
        serde_json::from_slice(&nepho(&folder, &args).stdout).expect("JSON");
    assert_eq!(report["cost"], serde_json::json!([]));
}

#[test]
fn a_service_that_only_rows_are_of_has_an_empty_map() {
    let folder = folder("rows_only");
    let output = nepho(&folder, &["map", "--json", "--service", "cart", "app.log"]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("of service `cart` no resource and no call is known"),
        "{said}"
    );
    let map: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(map["nodes"], serde_json::json!([]));
}

#[test]
fn a_service_that_nothing_is_of_is_a_wrong_argument() {
    let folder = folder("no_such_service");
    fs::write(folder.join("shop.tfstate"), SILENT).expect("written");
    for command in [
        &["explain", "--html", "page.html"][..],
        &["changes"],
        &["map", "--store", "known"],
    ] {
        let more = ["--service", "nope", "app.log", "shop.tfstate"];
        let output = nepho(&folder, &[command, &more].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        assert!(
            said.contains("--service: nothing is of service `nope`; there are ")
                && said.contains("orders"),
            "{said}"
        );
        assert_eq!(text(&output.stdout), "", "{command:?}");
    }
    for absent in ["page.html", "known"] {
        assert!(!folder.join(absent).exists(), "{absent}");
    }
}
