//! What a user is told where something is amiss: with the input, the arguments, the outputs.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const GOOD: &str = "time=2026-05-12T14:00:00Z level=info service=checkout msg=\"order placed\"\n";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("amiss")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("app.log"), GOOD.repeat(3)).expect("written");
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

/// Runs a command that must say `expected` on standard error; gives its exit code.
fn says(folder: &Path, args: &[&str], expected: &str) -> Option<i32> {
    let output = nepho(folder, args);
    let said = text(&output.stderr);
    assert!(said.contains(expected), "{args:?}: {said}");
    output.status.code()
}

#[test]
fn a_range_that_leaves_out_every_row_is_told_where_the_rows_lie() {
    let folder = folder("range");
    let lines = GOOD.to_owned() + &GOOD.replace("14:00:00", "15:30:00");
    fs::write(folder.join("app.log"), lines).expect("written");
    let args = ["explain", "--since", "2027-01-01", "app.log"];
    let shown = text(&nepho(&folder, &args).stdout);
    let told =
        "All 2 log rows lie outside of the times asked for: 2026-05-12 14:00:00 to 15:30:00 UTC";
    assert!(shown.contains(told), "{shown}");
    let args = ["explain", "--since", "2026-05-12 15:00", "app.log"];
    let shown = text(&nepho(&folder, &args).stdout);
    assert!(
        shown.contains("left out 1 row, 2026-05-12 14:00:00 UTC"),
        "{shown}"
    );
    says(
        &folder,
        &["parse", "--until", "2026-01-01", "app.log"],
        "none of 2 rows lies in the times asked for: the first is of 2026-05-12T14:00:00Z, the \
         last of 2026-05-12T15:30:00Z",
    );
}

#[test]
fn rejects_are_counted_by_reason_however_many_there_are() {
    let folder = folder("many");
    let broken = "{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\"\n";
    let good = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"msg\":\"fine\"}\n";
    fs::write(
        folder.join("app.log"),
        (good.to_owned() + broken).repeat(3000),
    )
    .expect("written");
    let report = nepho(&folder, &["explain", "--json", "app.log"]).stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["rejects"]["total"], 3000);
    assert_eq!(report["rejects"]["by_reason"][0]["count"], 3000);
    let output = nepho(&folder, &["parse", "app.log"]);
    let said = text(&output.stderr);
    assert_eq!(said.lines().count(), 6, "{said}");
    assert!(
        said.contains("nepho: 2995 more like `broken JSON"),
        "{said}"
    );
    let args = ["parse", "--rejects", "rejects.jsonl", "app.log"];
    nepho(&folder, &args);
    let rejects = fs::read_to_string(folder.join("rejects.jsonl")).expect("rejects");
    assert_eq!(rejects.lines().count(), 3000);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_opened_and_any_name_is_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;

    let folder = folder("special");
    let logs = folder.join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let odd = logs.join(OsStr::from_bytes(b"caf\xe9.log"));
    fs::write(&odd, GOOD).expect("written");
    let made = Command::new("mkfifo").arg(logs.join("pipe.log")).status();
    assert!(made.expect("mkfifo runs").success());
    // The path of a socket may not be long.
    let _socket = UnixListener::bind(logs.join("s.log")).ok();
    std::os::unix::fs::symlink("/dev/zero", logs.join("zero.log")).expect("a link");
    for path in ["logs", "logs/*"] {
        let output = nepho(&folder, &["parse", path]);
        let said = text(&output.stderr);
        assert!(
            said.contains("logs/pipe.log: a named pipe is not read"),
            "{said}"
        );
        assert!(
            said.contains("logs/zero.log: a device is not read"),
            "{said}"
        );
        let row: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one row");
        assert_eq!(row["uri"], "logs/caf\\xE9.log", "{path}");
    }
    // By its bytes, and as it is told.
    let named = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .arg("parse")
        .arg(&odd)
        .output()
        .expect("the command runs");
    assert_eq!(text(&named.stdout).lines().count(), 1);
    let named = nepho(&folder, &["parse", "logs/caf\\xE9.log"]);
    assert_eq!(text(&named.stdout).lines().count(), 1);
}

#[test]
fn times_are_taken_as_other_tools_take_them() {
    let folder = folder("times");
    for time in [
        "1d12h",
        "2w",
        "-90m",
        "2h ago",
        "14:30",
        "yesterday",
        "now",
        "@1747058400",
    ] {
        let output = nepho(&folder, &["parse", "--since", time, "app.log"]);
        assert!(output.status.success(), "{time}: {}", text(&output.stderr));
    }
    let args = ["parse", "--since", "soon", "app.log"];
    assert_eq!(says(&folder, &args, "1d12h, 2w"), Some(2));
}
