//! What a user is told where something is amiss: with the input, the arguments, the outputs.

#![expect(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
fn the_line_within_which_a_file_broke_is_a_reject() {
    let folder = folder("broken");
    let mut zipped = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip runs");
    let mut stdin = zipped.stdin.take().expect("a pipe");
    // Lines that differ, so that half of the file holds some of them.
    let lines: String = (0..2000_u32)
        .map(|n| GOOD.replace("placed", &format!("{}", n.wrapping_mul(2_654_435_761))))
        .collect();
    stdin.write_all(lines.as_bytes()).expect("written");
    drop(stdin);
    let stored = zipped.wait_with_output().expect("zipped").stdout;
    let half = &stored[..stored.len() / 2];
    fs::write(folder.join("half.log.gz"), half).expect("written");
    let args = ["parse", "--rejects", "rejects.jsonl", "half.log.gz"];
    let output = nepho(&folder, &args);
    let rows: Vec<serde_json::Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["service"] == "checkout"));
    let rejects = fs::read_to_string(folder.join("rejects.jsonl")).expect("rejects");
    let rejects: Vec<serde_json::Value> = rejects
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let last = rows.last().expect("a row");
    let behind = last["offset"].as_u64().zip(last["bytes"].as_u64());
    let behind = behind.map(|(offset, bytes)| offset + bytes + 1);
    let [cut_off, broken] = rejects.as_slice() else {
        panic!("{rejects:?}");
    };
    assert_eq!(cut_off["start"].as_u64(), behind, "{cut_off} {last}");
    assert_eq!(cut_off["end"], broken["start"], "{rejects:?}");
    assert_eq!(cut_off["line"], rows.len() as u64 + 1);
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
fn a_pattern_that_fits_no_file_is_told() {
    let folder = folder("pattern");
    let zone = "nope/*=+02:00";
    let told = "nepho: --zone: no file fits the pattern `nope/*`";
    for command in ["parse", "explain", "changes"] {
        says(&folder, &[command, "--zone", zone, "app.log"], told);
    }
    let told = "nepho: --cluster: no file fits the pattern `nope/*`";
    for command in ["parse", "explain", "changes", "map"] {
        says(
            &folder,
            &[command, "--cluster", "nope/*=prod", "app.log"],
            told,
        );
    }
    let output = nepho(&folder, &["parse", "--zone", "*.log=+02:00", "app.log"]);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn paths_that_are_skipped_for_one_reason_are_told_together() {
    let folder = folder("skipped");
    for number in 0..7 {
        fs::write(folder.join(format!("{number}.md")), "# notes").expect("written");
    }
    let output = nepho(&folder, &["parse", "."]);
    let said = text(&output.stderr);
    let told = "nepho: ./0.md, ./1.md, ./2.md and 4 more: a `.md` file holds no logs";
    assert!(
        said.starts_with(told) && said.lines().count() == 1,
        "{said}"
    );
    let shown = text(&nepho(&folder, &["explain", "."]).stdout);
    assert!(shown.contains("2.md and 4 more: a `.md` file"), "{shown}");
}

#[cfg(unix)]
#[test]
fn reasons_that_quote_names_are_told_together_in_a_report() {
    let folder = folder("dangling");
    for n in 0..5 {
        let link = folder.join(format!("{n}.log"));
        std::os::unix::fs::symlink("nowhere", link).expect("a link");
    }
    let shown = text(&nepho(&folder, &["explain", "."]).stdout);
    assert!(shown.contains("2.log and 2 more: "), "{shown}");
    let shown = text(&nepho(&folder, &["explain", "-v", "."]).stdout);
    assert_eq!(shown.matches("Not read: ").count(), 5, "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pattern_fits_names_of_any_bytes_as_they_are_shown() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = folder("odd");
    for path in [
        &b"g/caf\xe9.log"[..],
        b"g/sub/caf\xe9.log",
        b"h\xe9/app.log",
    ] {
        let path = folder.join(OsStr::from_bytes(path));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, GOOD).expect("written");
    }
    for (pattern, rows) in [
        ("g/**/*.log", 2),
        ("g/*.log", 1),
        ("h*/*.log", 1),
        ("h\\xE9/*.log", 1),
        ("**/*.log", 6),
        ("h*", 1),
        ("*/app.log", 1),
        ("./g/**/caf*", 2),
    ] {
        let output = nepho(&folder, &["parse", pattern]);
        let lines = text(&output.stdout).lines().count();
        assert_eq!(lines, rows, "{pattern}: {}", text(&output.stderr));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn folders_of_any_name_are_written_and_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = folder("odd-folders");
    let odd = |bytes: &'static [u8]| OsStr::from_bytes(bytes);
    let run = |args: &[&OsStr]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"));
        let output = command.args(args).current_dir(&folder).output();
        let output = output.expect("the command runs");
        let said = text(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        said
    };
    let store = odd(b"st\xe9");
    let [map, option, log] = ["map", "--store", "app.log"].map(OsStr::new);
    let said = run(&[map, option, store, log]);
    assert!(said.contains("are new in `st\\xE9`"), "{said}");
    assert!(!run(&[map, store]).contains("stored map"));
    let again = run(&[map, option, store, log]);
    assert!(again.contains("nepho: 0 versions"), "{again}");
    let named = run(&[map, option, store, store]);
    assert!(named.contains("nepho: 0 versions"), "{named}");
    run(&[OsStr::new("demo"), OsStr::new("--folder"), odd(b"d\xe9mo")]);
    fs::write(folder.join(odd(b"caf\xe9.log")), GOOD).expect("written");
    let args = [OsStr::new("parse"), OsStr::new("--to")];
    let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(args)
        .args([odd(b"caf\xe9.log"), odd(b"caf\xe9.log")])
        .current_dir(&folder)
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn a_file_gets_its_name_once_it_is_whole() {
    let folder = folder("whole");
    let held = |name: &str| fs::read_to_string(folder.join(name)).ok();
    fs::write(folder.join("rows"), "earlier").expect("written");
    // Nothing is read, so nothing is written.
    let args = ["parse", "--to", "rows", "absent.log"];
    assert_eq!(says(&folder, &args, "nothing could be read"), Some(1));
    assert_eq!(held("rows").as_deref(), Some("earlier"));
    // While rows come in, they stand beside.
    let mut command = Command::new(env!("CARGO_BIN_EXE_nepho"))
        .args(["parse", "--to", "rows", "-"])
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut stdin = command.stdin.take().expect("a pipe");
    stdin
        .write_all(GOOD.repeat(30_000).as_bytes())
        .expect("written");
    assert_eq!(held("rows").as_deref(), Some("earlier"));
    assert!(folder.join("rows.partial").exists());
    command.kill().expect("stopped");
    command.wait().expect("stopped");
    assert_eq!(held("rows").as_deref(), Some("earlier"));
    assert!(
        nepho(&folder, &["parse", "--to", "rows", "app.log"])
            .status
            .success()
    );
    assert_eq!(held("rows").map(|rows| rows.lines().count()), Some(3));
    // What is left of the run that was stopped is not this run's to remove.
    assert!(folder.join("rows.partial").exists());
    let names = fs::read_dir(&folder).expect("a folder");
    assert_eq!(names.count(), 3);
}

#[test]
fn a_file_of_another_that_is_called_like_one_that_is_not_whole_stays() {
    let folder = folder("partial");
    let held = |name: &str| fs::read_to_string(folder.join(name)).ok();
    fs::write(folder.join("rows.partial"), GOOD).expect("written");
    let args = ["parse", "--to", "rows", "rows.partial"];
    assert_eq!(says(&folder, &args, "`rows.partial` is read"), Some(2));
    assert_eq!(held("rows.partial").as_deref(), Some(GOOD));
    let args = ["parse", "--to", "rows", "app.log"];
    assert!(nepho(&folder, &args).status.success());
    assert_eq!(held("rows.partial").as_deref(), Some(GOOD));
    assert_eq!(held("rows").map(|rows| rows.lines().count()), Some(3));
}

#[test]
fn what_was_lost_is_a_failure_where_it_is_asked_for() {
    let folder = folder("strict");
    let good = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"msg\":\"fine\"}\n";
    let broken = "{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\"\n";
    fs::create_dir_all(folder.join("whole")).expect("a folder");
    fs::write(folder.join("whole/app.log"), good).expect("written");
    // It is passed over.
    fs::write(folder.join("whole/notes.md"), "# notes").expect("written");
    fs::write(folder.join("part.log"), good.to_owned() + broken).expect("written");
    for command in ["parse", "explain", "changes", "map"] {
        let code = |args: &[&str]| nepho(&folder, &[&[command], args].concat()).status.code();
        assert_eq!(code(&["--strict", "whole"]), Some(0), "{command}");
        assert_eq!(code(&["part.log", "absent.log"]), Some(0), "{command}");
        let record = [command, "--strict", "part.log"];
        let told = "nepho: --strict: 1 record could not be read";
        assert_eq!(says(&folder, &record, told), Some(1), "{command}");
        let path = [command, "--strict", "whole", "absent.log", "none/*"];
        let told = "nepho: --strict: 2 paths could not be read";
        assert_eq!(says(&folder, &path, told), Some(1), "{command}");
    }
    let args = ["parse", "--strict", "--to", "rows", "part.log"];
    assert_eq!(nepho(&folder, &args).status.code(), Some(1));
    let rows = fs::read_to_string(folder.join("rows")).expect("rows");
    assert_eq!(rows.lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn names_of_files_cannot_command_the_terminal() {
    let folder = folder("escapes");
    let name = "x\u{1b}]0;pwned\u{7}a.log";
    let broken = "{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\"\n";
    fs::write(folder.join(name), broken.repeat(3)).expect("written");
    let absent = "absent\u{1b}c.log";
    for command in ["parse", "explain", "changes", "map"] {
        let output = nepho(&folder, &[command, name, absent]);
        assert!(!output.stderr.contains(&0x1b), "{command}");
        assert!(!output.stderr.contains(&0x07), "{command}");
    }
    says(&folder, &["parse", name], "x\\x1b]0;pwned\\x07a.log:1:");
    says(&folder, &["map", absent], "absent\\x1bc.log: there is no");
    let args = ["explain", "--rules", absent, "app.log"];
    says(&folder, &args, "read `absent\\x1bc.log`");
}

#[test]
fn one_function_alone_writes_to_standard_error() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let calls = fs::read_to_string(&path).expect("source");
            let calls = calls.matches("eprintln!").count();
            let expected = usize::from(path.ends_with("commands/told.rs"));
            assert_eq!(calls, expected, "{}", path.display());
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn why_an_output_cannot_be_written_is_told_once() {
    let folder = folder("full");
    let broken = "{\"time\":\"2026-05-12T14:00:01Z\",\"level\":\"info\"\n";
    let good = "{\"time\":\"2026-05-12T14:00:00Z\",\"level\":\"info\",\"msg\":\"fine\"}\n";
    fs::write(folder.join("app.log"), good.to_owned() + broken).expect("written");
    let to_full = ["parse", "app.log", "--to", "/dev/full"];
    for more in [
        &[][..],
        &["--as", "ecs"],
        &["--as", "otlp"],
        &["--output", "parquet"],
        &["--output", "arrow"],
    ] {
        let args = [&to_full[..], more].concat();
        let output = nepho(&folder, &args);
        let said = text(&output.stderr);
        assert_eq!(said.matches("No space left").count(), 1, "{args:?}: {said}");
        assert!(said.contains("write rows: "), "{args:?}: {said}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
    let args = ["parse", "app.log", "--rejects", "/dev/full"];
    let said = text(&nepho(&folder, &args).stderr);
    assert_eq!(said.matches("No space left").count(), 1, "{said}");
    assert!(said.contains("write the rejects: "), "{said}");
}

#[test]
fn two_outputs_do_not_go_to_one_file() {
    let folder = folder("equal");
    fs::write(folder.join("same"), "earlier").expect("written");
    let goes = "is where --to goes";
    for rejects in ["same", "./same", "same.partial"] {
        let args = ["parse", "--to", "same", "--rejects", rejects, "app.log"];
        assert_eq!(says(&folder, &args, goes), Some(2), "{rejects}");
    }
    let args = ["parse", "--to", "new", "--rejects", "./new", "app.log"];
    assert_eq!(says(&folder, &args, goes), Some(2));
    let held = fs::read_to_string(folder.join("same"));
    assert_eq!(held.expect("a file"), "earlier");
}

#[cfg(target_os = "linux")]
#[test]
fn what_standard_output_goes_to_is_not_written_by_an_option() {
    let folder = folder("standard");
    for args in [
        ["parse", "--rejects", "out", "app.log"],
        ["explain", "--html", "out", "app.log"],
    ] {
        let out = fs::File::create(folder.join("out")).expect("a file");
        let output = Command::new(env!("CARGO_BIN_EXE_nepho"))
            .args(args)
            .current_dir(&folder)
            .stdout(out)
            .output()
            .expect("the command runs");
        let said = text(&output.stderr);
        assert!(said.contains("is where standard output goes"), "{said}");
    }
    let null = "/dev/null";
    let args = ["parse", "--to", null, "--rejects", null, "app.log"];
    assert!(nepho(&folder, &args).status.success());
}

#[cfg(unix)]
#[test]
fn a_file_that_is_written_keeps_its_other_names() {
    let folder = folder("linked");
    let at = |name: &str| folder.join(name);
    let held = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
    fs::write(at("rows"), "earlier").expect("written");
    fs::hard_link(at("rows"), at("other")).expect("a link");
    let args = ["parse", "--to", "rows", "absent.log"];
    assert_eq!(says(&folder, &args, "nothing could be read"), Some(1));
    assert_eq!(held("other"), "earlier");
    assert!(
        nepho(&folder, &["parse", "--to", "rows", "app.log"])
            .status
            .success()
    );
    assert_eq!(held("rows").lines().count(), 3);
    assert_eq!(held("other"), held("rows"));
    assert!(!at("rows.partial").exists());
    // Under its other name it is an output as well.
    let args = ["parse", "--to", "rows", "other"];
    assert_eq!(says(&folder, &args, "`rows` is read"), Some(2));
    let args = ["parse", "--to", "rows", "."];
    says(
        &folder,
        &args,
        "./other, ./rows, ./rows.partial: the output is",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("replaced");
    let rows = folder.join("rows");
    fs::write(&rows, "earlier").expect("written");
    fs::set_permissions(&rows, PermissionsExt::from_mode(0o640)).expect("a mode");
    assert!(
        nepho(&folder, &["parse", "--to", "rows", "app.log"])
            .status
            .success()
    );
    let mode = rows.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    // What may not be written stays; for whom all may be written there is nothing to see.
    fs::write(&rows, "earlier").expect("written");
    fs::set_permissions(&rows, PermissionsExt::from_mode(0o444)).expect("a mode");
    if fs::OpenOptions::new().write(true).open(&rows).is_err() {
        let args = ["parse", "--to", "rows", "app.log"];
        assert_eq!(says(&folder, &args, "`rows` cannot be written"), Some(2));
        assert_eq!(fs::read_to_string(&rows).expect("a file"), "earlier");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_as_a_stream() {
    let folder = folder("streams");
    let written = nepho(&folder, &["parse", "--to", "/dev/stdout", "app.log"]);
    assert_eq!(text(&written.stdout).lines().count(), 3);
    for args in [
        ["parse", "--to", "-", "app.log"],
        ["changes", "--to", "-", "app.log"],
    ] {
        assert!(nepho(&folder, &args).status.success(), "{args:?}");
        assert!(!folder.join("-").exists(), "{args:?}");
    }
    says(
        &folder,
        &["explain", "--html", "-", "app.log"],
        "`-` is standard output",
    );
    let script = format!(
        "mkfifo pipe && (cat pipe > copy &) && {} parse --to pipe app.log && sleep 0.2",
        env!("CARGO_BIN_EXE_nepho")
    );
    let mut shell = Command::new("sh");
    let ran = shell.args(["-c", &script]).current_dir(&folder).status();
    assert!(ran.expect("the shell runs").success());
    let copy = fs::read_to_string(folder.join("copy")).expect("a copy");
    assert_eq!(copy.lines().count(), 3);
    // A link stays one.
    fs::write(folder.join("behind"), "").expect("written");
    std::os::unix::fs::symlink("behind", folder.join("link")).expect("a link");
    assert!(
        nepho(&folder, &["parse", "--to", "link", "app.log"])
            .status
            .success()
    );
    assert!(folder.join("link").is_symlink());
    let rows = fs::read_to_string(folder.join("behind")).expect("rows");
    assert_eq!(rows.lines().count(), 3);
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_read() {
    let folder = folder("places");
    let absent = "there is no folder `absent` for `absent/x`";
    for args in [
        ["parse", "--to", "absent/x", "app.log"],
        ["parse", "--rejects", "absent/x", "app.log"],
        ["explain", "--html", "absent/x", "app.log"],
        ["changes", "--to", "absent/x", "app.log"],
        ["demo", "--folder", "demo", "--html=absent/x"],
    ] {
        assert_eq!(says(&folder, &args, absent), Some(2), "{args:?}");
    }
    fs::create_dir(folder.join("there")).expect("a folder");
    let args = ["explain", "--html", "there", "app.log"];
    assert_eq!(says(&folder, &args, "`there` is a folder"), Some(2));
}

#[test]
fn what_is_compressed_in_another_way_is_named() {
    let folder = folder("compressed");
    fs::write(
        folder.join("a.lz4"),
        b"\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0",
    )
    .expect("written");
    fs::write(
        folder.join("a.br"),
        b"\x1b\x0f\0\xf8\x25\xc2\xa2\x8c\xc0\0\x62",
    )
    .expect("written");
    says(
        &folder,
        &["parse", "a.lz4"],
        "not text: lz4 compressed (unpack it first)",
    );
    says(
        &folder,
        &["parse", "a.br"],
        "by its name brotli compressed (unpack it first)",
    );
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

#[test]
fn a_format_that_there_is_none_of_is_answered_with_those_like_it() {
    let folder = folder("formats");
    let args = ["parse", "--format", "json", "app.log"];
    assert_eq!(says(&folder, &args, "near are generic.json, "), Some(2));
    let args = ["parse", "--format", "aws.cloudtrial", "app.log"];
    let meant = "did you mean `aws.cloudtrail`? `nepho components` lists all";
    assert_eq!(says(&folder, &args, meant), Some(2));
}

#[test]
fn a_name_that_is_mistyped_is_answered_with_the_one_that_is_meant() {
    let folder = folder("mistyped");
    for args in [
        ["explain", "--service", "chekcout", "app.log"],
        ["map", "--service", "chekcout", "app.log"],
    ] {
        let meant = "nothing is of service `chekcout`; did you mean `checkout`? there are ";
        assert_eq!(says(&folder, &args, meant), Some(2), "{args:?}");
    }
    let args = ["explain", "--service", "payments", "app.log"];
    let there = "nothing is of service `payments`; there are ";
    assert_eq!(says(&folder, &args, there), Some(2));
    let meant = "there is no command `explian`; did you mean `explain`? `nepho help`";
    assert_eq!(says(&folder, &["man", "explian"], meant), Some(2));
}

#[test]
fn a_name_that_says_another_form_and_an_empty_word_are_refused() {
    let folder = folder("words");
    for command in ["parse", "changes"] {
        let args = [command, "--to", "rows.parquet", "app.log"];
        let told = "`rows.parquet` would hold lines of JSON: say --output parquet";
        assert_eq!(says(&folder, &args, told), Some(2));
    }
    for args in [
        ["explain", "--service", "", "app.log"],
        ["changes", "--tool", "", "app.log"],
        ["map", "--resource", "", "app.log"],
    ] {
        assert_eq!(
            says(&folder, &args, "a value is required"),
            Some(2),
            "{args:?}"
        );
    }
}
