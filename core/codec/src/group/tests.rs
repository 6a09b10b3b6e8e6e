//! How lines become records.

use super::*;

fn check(text: &str, expected: &[&str]) {
    let ends = |line: &[u8]| split(line).next().unwrap_or_default().ends_with(b" known");
    let knows = |line: &[u8]| line.starts_with(b"known ") || ends(line);
    let grouping = Grouping::of(text.as_bytes());
    let found: Vec<_> = lines(text, grouping, &knows)
        .map(|(range, _)| &text[range])
        .collect();
    assert_eq!(found, expected, "{grouping:?}");
    // A block that is cut after any of its records holds whole records.
    for end in 0..text.len() {
        if let Some(cut) = cut(&text.as_bytes()[..end], grouping)
            && text[..cut].lines().count() > 3
        {
            let joined = text[..cut].trim_end();
            let whole = found.iter().any(|record| joined.ends_with(record));
            assert!(whole, "{joined:?}");
        }
    }
}

#[test]
fn lines_that_are_surely_records_are_what_the_long_way_finds() {
    let parts = [
        "",
        "1 a",
        "2 b\r",
        "\r",
        " 3 c",
        "\u{e4} d",
        "x",
        "{\"a\":1}",
        "thread 'main' panicked at a.rs:1:1:",
        "\tat a.B.c(B.java:1)",
        "=INFO REPORT==== 12-May-2026::10:00:00 ===",
        "2026-05-12T10:00:00.1Z stdout P a",
        "2026-05-12T10:00:00.2Z stdout F b",
    ];
    for [first, second, third] in parts.iter().flat_map(|first| {
        let pairs = parts.iter().flat_map(|a| parts.iter().map(move |b| [a, b]));
        pairs.map(move |[second, third]| [first, second, third])
    }) {
        for end in ["", "\n", "\r\n"] {
            let text = format!("{first}\n{second}\n{third}{end}");
            let found: Vec<_> = lines(&text, Grouping::Plain, &|_| false).collect();
            let mut long = Lines::of(&text, Grouping::Plain, &|_| false);
            let mut next = || long.next_line().and_then(|line| long.record(line));
            let expected: Vec<_> = std::iter::from_fn(&mut next).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}

#[test]
fn stamped_lines_are_told_apart_as_the_long_way_does() {
    let lines = [
        "",
        "\n2026-05-12 10:00:00 a",
        "x",
        "  c",
        "{\"a\":1}",
        "2026-05-12 10:00:00 a",
        "2026-05-12T10:00:00 a",
        "2026-05-12T10:00:00Z stdout P a",
        "2026-05-12T10:00:00Z stdout F \tat a.B.c(B.java:1)",
        "2026-99-99 a",
        "[2026-05-12 10:00:00] a",
        "[signal SIGSEGV: segmentation violation",
        "panic: a",
        "thread 'main' panicked at a.rs:1:1:",
        "=INFO REPORT==== 12-May-2026::10:00:00 ===",
    ];
    let stamps = lines.map(|line| stamp_of(line.as_bytes()));
    for stamp in stamps.into_iter().flatten() {
        let grouping = Grouping::Stamped(stamp);
        for (previous, line) in lines.iter().flat_map(|a| lines.iter().map(move |b| (a, b))) {
            let (previous, line) = (previous.as_bytes(), line.as_bytes());
            let expected = grouping.may_go_on(previous, line, &|_| false);
            let found = grouping.goes_on(previous, line, &|_| false);
            assert_eq!(found, expected, "{previous:?} {line:?}");
        }
    }
}

#[test]
fn lines_without_a_time_go_on_where_all_others_have_one() {
    check(
        "2026-05-12 10:00:00 LOG: statement: select a,\nb\nfrom c\n2026-05-12 10:00:01 LOG: done\n",
        &[
            "2026-05-12 10:00:00 LOG: statement: select a,\nb\nfrom c",
            "2026-05-12 10:00:01 LOG: done",
        ],
    );
    check(
        "[Tue May 12 10:00:00 2026] one\n{\n \"a\": 1\n}\n[Tue May 12 10:00:01 2026] two\n[Tue May 12 10:00:01 2026] 3\n[Tue May 12 10:00:01 2026] 4\nknown line\n{\"b\":1}\n",
        &[
            "[Tue May 12 10:00:00 2026] one\n{\n \"a\": 1\n}",
            "[Tue May 12 10:00:01 2026] two",
            "[Tue May 12 10:00:01 2026] 3",
            "[Tue May 12 10:00:01 2026] 4",
            "known line",
            "{\"b\":1}",
        ],
    );
}

#[test]
fn a_mixed_stream_is_split_line_by_line() {
    check(
        "2026-05-12 10:00:00 one\nplain\n10.0.0.1 - - x\nMay 12 10:00:00 host y\n",
        &[
            "2026-05-12 10:00:00 one",
            "plain",
            "10.0.0.1 - - x",
            "May 12 10:00:00 host y",
        ],
    );
    check("one\n two\nthree\n", &["one\n two", "three"]);
}

#[test]
fn lines_that_cf_prints_behind_blanks_are_records() {
    let line = |text: &str| format!("   2026-05-12T14:00:00.25+0000 [APP/PROC/WEB/0] {text}");
    let (one, two) = (line("OUT one"), line("ERR two"));
    check(&format!("{one}\n{two}\n"), &[&one, &two]);
    for source in ["[main] INFO", "[main] ERR"] {
        let other = format!("x\n   2026-05-12T14:00:00.25+0000 {source} two");
        check(&format!("{other}\n"), &[&other]);
    }
}

#[test]
fn a_trace_of_lua_is_one_record() {
    let lua = "lua: a.lua:1: boom\nstack traceback:\n\t[C]: in function 'error'\n\t[C]: in ?";
    check(&format!("up\n{lua}\ndone\n"), &["up", lua, "done"]);
    let resty = "lua entry thread aborted: boom\nstack traceback:\ncoroutine 0:\n\t[C]: in ?";
    check(&format!("up\n{resty}\ndone\n"), &["up", resty, "done"]);
    // No trace.
    check(
        "up\ncoroutine 0: started\n",
        &["up", "coroutine 0: started"],
    );
}

#[test]
fn a_trace_of_go_is_one_record() {
    let trace = "panic: no disk\n[signal SIGSEGV: segmentation violation]\n\n\
                 goroutine 1 [running]:\nmain.(*a).b(0x1)\n\t/src/a.go:5 +0x1d\n\
                 main.main()\n\t/src/a.go:9 +0x1d\n\ngoroutine 7 [select]:\n\
                 main.run()\n\t/src/b.go:5\ncreated by main.main in goroutine 1\n\
                 \t/src/a.go:8 +0x1\nexit status 2";
    check(&format!("up\n{trace}\ndone\n"), &["up", trace, "done"]);
    let stamped = |text: &str| format!("2026-05-12 10:00:00 {text}");
    let (first, second) = (stamped("up"), stamped("up again"));
    check(
        &format!("{first}\n{first}\n{trace}\n{second}\n"),
        &[&first, &first, trace, &second],
    );
    check("a\n\nb\n", &["a", "b"]);
    let caught = "2026/05/12 14:00:03 http: panic serving 10.0.0.1:5: boom\n\
                  goroutine 5 [running]:\nnet/http.(*conn).serve.func1()\n\t/src/server.go:5\n\
                  panic({0x1?, 0x2?})\n\t/src/panic.go:770 +0x132\nmain.x()\n\t/src/a.go:5";
    let next = "2026/05/12 14:00:04 up";
    check(&format!("{caught}\n{next}\n"), &[caught, next]);
    check(
        &format!("{next}\n{next}\n{caught}\n"),
        &[next, next, caught],
    );
}

#[test]
fn traces_of_other_languages_are_one_record() {
    let stamped = |text: &str| format!("2026-05-12 10:00:00 {text}");
    let (first, second) = (stamped("INFO up"), stamped("INFO up again"));
    let python = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\n\
                  KeyError: 'a'\n\nDuring handling of the above exception, another exception \
                  occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\n\
                  botocore.errorfactory.NoSuchKey: gone";
    check(
        &format!("up\nERROR:root:failed\n{python}\ndone\n"),
        &["up", &format!("ERROR:root:failed\n{python}"), "done"],
    );
    let calm = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: x";
    check(
        &format!("INFO: up\n{calm}\ndone\n"),
        &["INFO: up", calm, "done"],
    );
    check(
        &format!("{first}\n{calm}\n{second}\n{second}\n"),
        &[&first, calm, &second, &second],
    );
    let rust = "thread 'main' panicked at src/main.rs:4:5:\nno disk\n\
                stack backtrace:\n   0: main\nnote: run with `RUST_BACKTRACE=1` environment \
                variable to display a backtrace";
    check(
        &format!("{first}\n{first}\n{rust}\n{second}\n"),
        &[&first, &first, rust, &second],
    );
    check(&format!("up\n{rust}\ndone\n"), &["up", rust, "done"]);
    let java = "Exception in thread \"main\" a.B: x\n\tat a.B.c(B.java:1)";
    check(
        &format!("{first}\n{first}\n{java}\n{second}\n"),
        &[&first, &first, java, &second],
    );
    let php = "[12-May-2026 10:00:00 UTC] PHP Fatal error:  Uncaught Error: x\nStack trace:\n\
               #0 /app/a.php(3): f()\n#1 {main}\n  thrown in /app/a.php on line 3";
    check(&format!("up\n{php}\ndone\n"), &["up", php, "done"]);
    let ruby = "F, [2026-05-12T10:00:00.123456 #1] FATAL -- : \n[a-1] Gone (x):\n\
                [a-1] app/a.rb:1:in 'f'\n/app/b.rb:2:in `g'";
    check(&format!("{ruby}\n{ruby}\n"), &[ruby, ruby]);
    let klog = "I0512 10:00:00.123456       1 trace.go:236] Trace[7]: \"List\" (5s):\n\
                Trace[7]: ---\"Listing\" 5s\nTrace[7]: [5s] [5s] END";
    check(&format!("{klog}\n{klog}\n"), &[klog, klog]);
    let elixir = "12:00:00.123 [error] GenServer A terminating\n** (RuntimeError) x\n    \
                  (a 0.1.0) lib/a.ex:3: A.f/0";
    check(&format!("up\n{elixir}\ndone\n"), &["up", elixir, "done"]);
    let node = "/app/a.js:3\n    throw new Error(\"x\");\n    ^\n\nError: x\n    at a (/app/a.js:3:9)\n\n\
                Node.js v20.11.0";
    check(&format!("up\n{node}\ndone\n"), &["up", node, "done"]);
    let event = "<Event xmlns='a'>\n  <System/>\n</Event>";
    check(&format!("{event}\n{event}\n"), &[event, event]);
    check(
        "#5 [internal] load\n#5 DONE 0.1s\n",
        &["#5 [internal] load", "#5 DONE 0.1s"],
    );
}

#[test]
fn traces_within_lines_of_container_runtimes_are_one_record() {
    let line = |text: &str| match text {
        "" => "2026-05-12T10:00:00.1Z stderr F \n".to_owned(),
        text => format!("2026-05-12T10:00:00.1Z stderr F {text}\n"),
    };
    let lines = |text: &str| text.split('\n').map(line).collect::<String>();
    let trace = "a.B: x\n\tat a.B.c(B.java:1)\nCaused by: a.C: y\n\t... 3 more";
    let go = "panic: no disk\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/a.go:5 +0x1d";
    let text = lines("up") + &lines(trace) + &lines("up") + &lines(go) + &lines("up");
    let up = lines("up");
    let (trace, go) = (lines(trace), lines(go));
    check(
        &text,
        &[
            up.trim_end(),
            trace.trim_end(),
            up.trim_end(),
            go.trim_end(),
            up.trim_end(),
        ],
    );
    let line = |text: &str| {
        format!(r#"{{"log":"{text}\n","stream":"stderr","time":"2026-05-12T10:00:00.1Z"}}"#) + "\n"
    };
    let lines = |text: &str| text.split('|').map(line).collect::<String>();
    let trace = lines("a.B: x|\\tat a.B.c(B.java:1)|Caused by: a.C: y");
    let go = lines("panic: no disk||goroutine 1 [running]:|main.main()|\\t/src/a.go:5 +0x1d");
    let up = lines("up");
    check(
        &format!("{up}{trace}{up}{go}{up}"),
        &[
            up.trim_end(),
            trace.trim_end(),
            up.trim_end(),
            go.trim_end(),
            up.trim_end(),
        ],
    );
}

#[test]
fn what_lambda_writes_over_several_lines_is_one_record() {
    let report = "REPORT RequestId: 8f507cfc\tDuration: 2 ms\t\nXRAY TraceId: 1-a\tSampled: true";
    let trace = "[ERROR] KeyError: 'a'\nTraceback (most recent call last):\n\
                 \u{a0}\u{a0}File \"/var/task/a.py\", line 7, in f\n\u{a0}\u{a0}\u{a0}\u{a0}g()";
    let end = "END RequestId: 8f507cfc";
    check(
        &format!("{trace}\n{end}\n{report}\n{end}\n"),
        &[trace, end, report, end],
    );
}

#[test]
fn a_line_before_one_without_an_end_is_whole() {
    let mut text = b"2026-05-12 10:00:00 one\n".to_vec();
    let whole = text.len();
    text.resize(whole + HEAD_BYTES, b'x');
    assert_eq!(cut(&text, Grouping::Plain), Some(whole));
    text.pop();
    assert_eq!(cut(&text, Grouping::Plain), None);
}

#[test]
fn a_message_stands_below_its_head() {
    let (one, two) = (
        "May 12, 2026 2:00:00 PM org.Foo start\nINFO: up",
        "Nov 2, 2026 12:00:00 PM org.Foo stop\nSEVERE: down",
    );
    check(&format!("{one}\n{two}\n{one}\n"), &[one, two, one]);
}

#[test]
fn parts_of_lines_of_container_runtimes_are_one_record() {
    let line = |stream: &str, text: &str| format!("2026-05-12T10:00:00.1Z {stream} {text}\n");
    let split = line("stdout", "P one") + &line("stdout", "P two") + &line("stdout", "F three");
    let text = line("stdout", "F a") + &split + &line("stderr", "P b") + &line("stdout", "F c");
    check(
        &text,
        &[
            line("stdout", "F a").trim_end(),
            split.trim_end(),
            line("stderr", "P b").trim_end(),
            line("stdout", "F c").trim_end(),
        ],
    );
}

#[test]
fn a_comment_makes_no_slow_queries() {
    check(
        "# Time: 5 s\n2026-05-12 10:00:00 one\n2026-05-12 10:00:01 two\n",
        &[
            "# Time: 5 s",
            "2026-05-12 10:00:00 one",
            "2026-05-12 10:00:01 two",
        ],
    );
    check(
        "2026-05-12 10:00:00 one\n# Time: 2026-05-12\n2026-05-12 10:00:01 two\n",
        &[
            "2026-05-12 10:00:00 one\n# Time: 2026-05-12",
            "2026-05-12 10:00:01 two",
        ],
    );
}

#[test]
fn slow_queries_reports_and_journal_entries_are_one_record() {
    check(
        "# Time: 260512\n# User@Host: a\nselect 1;\n# User@Host: b\nselect\n2;\n",
        &[
            "# Time: 260512\n# User@Host: a\nselect 1;",
            "# User@Host: b\nselect\n2;",
        ],
    );
    check(
        "=INFO REPORT==== 12-May-2026::10:00:00 ===\nup\n\n=ERROR REPORT==== 12-May-2026::10:00:01 ===\ndown\n",
        &[
            "=INFO REPORT==== 12-May-2026::10:00:00 ===\nup",
            "=ERROR REPORT==== 12-May-2026::10:00:01 ===\ndown",
        ],
    );
    check(
        "2026-05-12 10:00:00.1 [info] <0.1.0> one\n=ERROR REPORT==== 12-May-2026::10:00:01 ===\ndown\n\n\
         =INFO REPORT==== 12-May-2026::10:00:02 ===\n10 up\nother\n",
        &[
            "2026-05-12 10:00:00.1 [info] <0.1.0> one",
            "=ERROR REPORT==== 12-May-2026::10:00:01 ===\ndown",
            "=INFO REPORT==== 12-May-2026::10:00:02 ===\n10 up\nother",
        ],
    );
    check(
        "started\n=INFO REPORT==== 12-May-2026::10:00:00 ===\n10 up:\n{timeout,header}\n\nother\n",
        &[
            "started",
            "=INFO REPORT==== 12-May-2026::10:00:00 ===\n10 up:\n{timeout,header}",
            "other",
        ],
    );
    check(
        "__CURSOR=a\nMESSAGE=one\n\n__CURSOR=b\nMESSAGE=two\n",
        &["__CURSOR=a\nMESSAGE=one", "__CURSOR=b\nMESSAGE=two"],
    );
}

#[test]
fn entries_begin_with_a_line_of_their_shape() {
    check(
        "2026-05-12T14:00:00.250000+00:00\nORA-00600: internal error code\nErrors in file /a.trc:\n\
         2026-05-12T14:00:01.250000+00:00\nThread 1 advanced\n\n  Current log# 1\n\
         Tue May 12 14:00:02 2026\nALTER DATABASE OPEN\n2026-05-12 14:00:03 INFO other\nx\n",
        &[
            "2026-05-12T14:00:00.250000+00:00\nORA-00600: internal error code\nErrors in file /a.trc:",
            "2026-05-12T14:00:01.250000+00:00\nThread 1 advanced\n\n  Current log# 1",
            "Tue May 12 14:00:02 2026\nALTER DATABASE OPEN",
            "2026-05-12 14:00:03 INFO other\nx",
        ],
    );
    check(
        "2026-05-12-14.00.00.250000+000 I1E2            LEVEL: Error\nPID     : 42\n\nDATA\n\n\
         2026-05-12-14.00.01.250000+000 I3E4            LEVEL: Info\nPID     : 42\n",
        &[
            "2026-05-12-14.00.00.250000+000 I1E2            LEVEL: Error\nPID     : 42\n\nDATA",
            "2026-05-12-14.00.01.250000+000 I3E4            LEVEL: Info\nPID     : 42",
        ],
    );
    check(
        "Time: 05/12/26 14:00:00.2, usecs:1\nOpcode : A\n\nTime: 05/12/26 14:00:01.2, usecs:2\nb\n",
        &[
            "Time: 05/12/26 14:00:00.2, usecs:1\nOpcode : A",
            "Time: 05/12/26 14:00:01.2, usecs:2\nb",
        ],
    );
    check(
        "Event[0]:\n  Log Name: System\n  Description: \nIt failed.\n\nTwice.\n\nEvent[1]:\n  Level: Error\n",
        &[
            "Event[0]:\n  Log Name: System\n  Description: \nIt failed.\n\nTwice.",
            "Event[1]:\n  Level: Error",
        ],
    );
    check(
        "\n\nTimeCreated  : 5/12/2026 2:00:00 PM\nId           : 1\n\nTimeCreated  : x\nMessage : y\n",
        &[
            "TimeCreated  : 5/12/2026 2:00:00 PM\nId           : 1",
            "TimeCreated  : x\nMessage : y",
        ],
    );
    check(
        "####<May 12> <Error> <it failed\njava.lang.X: y\n> \n####<May 12> <Info> <ok> \n",
        &[
            "####<May 12> <Error> <it failed\njava.lang.X: y\n> ",
            "####<May 12> <Info> <ok> ",
        ],
    );
    check(
        "####<May 12> <Info> <ok> \nknown line\n2026-05-12 10:00:00 x\n\
         2026-05-12 10:00:00 known\nx\n####<May 12> <Info> <ok> \nat y\n",
        &[
            "####<May 12> <Info> <ok> \nknown line\n2026-05-12 10:00:00 x",
            "2026-05-12 10:00:00 known\nx",
            "####<May 12> <Info> <ok> \nat y",
        ],
    );
    check(
        "Tue May 12 14:00:00 2026 x\nb\n",
        &["Tue May 12 14:00:00 2026 x\nb"],
    );
}

#[test]
fn lists_of_windows_are_cut_where_their_first_property_stands_again() {
    let first = "Id           : 1\nProviderName : disk\nMessage      : It failed.\n\n               \
                 TimeCreated : no\n\nTimeCreated  : x";
    let second = "Id           : 2\nProviderName : disk\nId           : 3";
    check(&format!("\n\n{first}\n\n{second}\n"), &[first, second]);
    // A line like a head in a log of other lines tells nothing.
    for head in [
        "TimeCreated  : 5/12/2026 2:00:00 PM",
        "Event[0]:",
        "Log Name:      System",
    ] {
        check(
            &format!("starting up\n{head}\nready\ndone\n"),
            &["starting up", head, "ready", "done"],
        );
    }
    check(
        "Message : ready\nstarted\n",
        &["Message : ready", "started"],
    );
}

#[test]
fn lines_of_cloud_foundry_are_records_of_their_own() {
    let time = "   2026-05-12T14:00:00.25+0000";
    let lines = [
        format!("{time} [APP/TASK/migrate-the-orders-of-all-shops-to-the-new-layout/0] OUT a"),
        format!("{time} [API] OUT b"),
        format!("{time} [DEA]     ERR c"),
        format!("{time} [App/0]   OUT"),
    ];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    check(&lines.join("\n"), &lines);
    check(
        "started\n   2026-05-12T14:00:00 [main] OUTER x\n",
        &["started\n   2026-05-12T14:00:00 [main] OUTER x"],
    );
}

#[test]
fn rows_of_gcloud_without_a_level_are_records_of_their_own() {
    let lines = [
        "LEVEL    NAME      EXECUTION_ID  TIME_UTC                 LOG",
        "         checkout  abcd1234      2026-05-12 14:00:00.123  started",
        "         checkout                2026-05-12 14:00:01.123  done",
        "WARNING  checkout  abcd1234      2026-05-12 14:00:02.123  slow\n         on 2026-05-12",
    ];
    check(&lines.join("\n"), &lines);
}

#[test]
fn lines_of_spark_have_a_time() {
    check(
        "26/05/12 14:00:00 INFO Master: up\n26/05/12 14:00:01 INFO Master: \n====\nenv:\n  A -> b\n\n\
         command:\n26/05/12 14:00:02 INFO Client: x",
        &[
            "26/05/12 14:00:00 INFO Master: up",
            "26/05/12 14:00:01 INFO Master: \n====\nenv:\n  A -> b\n\ncommand:",
            "26/05/12 14:00:02 INFO Client: x",
        ],
    );
}

#[test]
fn elements_go_on_with_an_event_of_windows_alone() {
    let event = "<Event xmlns='a'>\n<System>\n<EventID>7</EventID>\n</System>\n</Event>";
    let viewed = "- <Event xmlns='a'>\n- <System>\n  <EventID>7</EventID>\n  </System>\n  </Event>";
    let task = "<Task id=\"1\" state=\"failed\"/>";
    let text = format!("{event}\n{viewed}\n{task}\n{event}\n{task}\nx\n{task}\n");
    check(&text, &[event, viewed, task, event, task, "x", task]);
}

#[test]
fn lines_that_end_something_are_of_their_own() {
    let trace = "System.Exception: x\n   at A.B() in /a.cs:line 1";
    let ended = format!("{trace}\n--- End of stack trace from previous location ---\n   at A.C()");
    let report = "--- End of day report 2026-05-12: ERROR 5 orders failed";
    let backup = "--- End of backup, status=failed";
    let text = format!("{ended}\norders are counted\n{report}\n{backup}\n");
    check(&text, &[&*ended, "orders are counted", report, backup]);
}

#[test]
fn texts_that_fluent_bit_prints_hold_line_ends() {
    check(
        "[2026/05/12 14:00:00] [ info] [sp] started\n\
         [0] a: [[1778594400.25, {}], {\"log\"=>\"b\n\", \"stream\"=>\"stdout\"}]\n\
         [1] a: [[1778594401.25, {}], {\"log\"=>\"c\nd\n\"}]\n\
         [2026/05/12 14:00:02] [ info] stopped\n",
        &[
            "[2026/05/12 14:00:00] [ info] [sp] started",
            "[0] a: [[1778594400.25, {}], {\"log\"=>\"b\n\", \"stream\"=>\"stdout\"}]",
            "[1] a: [[1778594401.25, {}], {\"log\"=>\"c\nd\n\"}]",
            "[2026/05/12 14:00:02] [ info] stopped",
        ],
    );
}

#[test]
fn traces_that_pm2_prints_are_one_record() {
    check(
        "0|web      | ready\n0|web      | TypeError: x\n0|web      |     at a (/b.js:1:2)\n\
         1|api      |     at c\n0|web      | 2026-05-12T14:00:00: Error: y\n\
         0|web      | 2026-05-12T14:00:00:     at d (/b.js:1:2)\n10|db  | one\n\
         10|db  |     at e\n4| GET | /x\n4| GET |     at f\n",
        &[
            "0|web      | ready",
            "0|web      | TypeError: x\n0|web      |     at a (/b.js:1:2)",
            "1|api      |     at c",
            "0|web      | 2026-05-12T14:00:00: Error: y\n\
             0|web      | 2026-05-12T14:00:00:     at d (/b.js:1:2)",
            "10|db  | one\n10|db  |     at e",
            "4| GET | /x",
            "4| GET |     at f",
        ],
    );
}

#[test]
fn what_a_collector_prints_of_a_resource_is_one_record() {
    check(
        "2026-05-12T14:00:00Z\tinfo\tstarted\nResourceLog #0\nLogRecord #0\nBody: Str(a\nb)\n\
         Trace ID: 1\nResourceLog #1\nLogRecord #0\nTrace ID: 1\n\
         2026-05-12T14:00:01Z\tinfo\tResourceLog #0\nLogRecord #0\n\t{\"name\": \"debug\"}\n\
         panic: runtime error\n2026-05-12T14:00:02Z\tinfo\tbye\n",
        &[
            "2026-05-12T14:00:00Z\tinfo\tstarted",
            "ResourceLog #0\nLogRecord #0\nBody: Str(a\nb)\nTrace ID: 1",
            "ResourceLog #1\nLogRecord #0\nTrace ID: 1",
            "2026-05-12T14:00:01Z\tinfo\tResourceLog #0\nLogRecord #0\n\t{\"name\": \"debug\"}",
            "panic: runtime error",
            "2026-05-12T14:00:02Z\tinfo\tbye",
        ],
    );
    check(
        "ResourceSpans #0\nSpan #0\n    Trace ID       : 0af7\nINFO order 1\nsome text\n{\"a\":1}\n",
        &[
            "ResourceSpans #0\nSpan #0\n    Trace ID       : 0af7",
            "INFO order 1",
            "some text",
            "{\"a\":1}",
        ],
    );
}

#[test]
fn a_line_about_resources_is_a_line() {
    let lines = [
        "INFO app started",
        "ResourceMetrics #1 flushed",
        "INFO order 1",
        "ERROR order 2",
        "ResourceLog #1",
        "WARN order 3",
    ];
    check(&lines.join("\n"), &lines);
}

#[test]
fn a_record_of_fluent_bit_that_was_cut_takes_no_other_line() {
    let head = "[0] app.web: [[1778594400.25, {}], {";
    check(
        &format!(
            "{head}\"log\"=>\"starting\", \"stre\nFluent Bit v3.0.1\n\
             [2026/05/12 14:00:02] [error] no\n{head}\"log\"=>\"a\"}}]\n"
        ),
        &[
            &format!("{head}\"log\"=>\"starting\", \"stre"),
            "Fluent Bit v3.0.1",
            "[2026/05/12 14:00:02] [error] no",
            &format!("{head}\"log\"=>\"a\"}}]"),
        ],
    );
    // Texts may begin lines with digits, and end them as records do.
    let record = format!("{head}\"log\"=>\"a [{{1}}]\n2 b\n3 c\n\", \"stream\"=>\"stdout\"}}]");
    check(&format!("{record}\nend\n"), &[&record, "end"]);
}

#[test]
fn an_exception_that_is_printed_alone_is_a_record() {
    check(
        "Server listening on 3000\nTypeError: no x\n    at foo (/app/a.js:1:2)\nGET / 500\n",
        &[
            "Server listening on 3000",
            "TypeError: no x\n    at foo (/app/a.js:1:2)",
            "GET / 500",
        ],
    );
    check(
        "could not take the order\nValueError: no x\norder 7 paid\n",
        &["could not take the order\nValueError: no x", "order 7 paid"],
    );
}

#[test]
fn lines_with_the_time_of_day_stand_alone_among_those_with_a_date() {
    let dated = "2026-05-12 14:00:00,123 INFO supervisord started";
    let others = [
        "14:00:00.200 [info] GET /",
        "[14:00:00 ERR] An unhandled exception",
        "fail: Shop.Orders[13]\n      no stock",
        "E260512 14:00:00.250250 12 server/node.go:1 boom",
    ];
    for other in others {
        check(
            &format!("{dated}\n{other}\n{dated}\n"),
            &[dated, other, dated],
        );
    }
    let more = format!("{dated}\n14:00:00 up 5 days, 2 users");
    check(&format!("{more}\n{dated}\n"), &[&more, dated]);
}

#[test]
fn records_may_begin_with_blanks() {
    check(
        "    64:20260512:140400.123 agent #0 started\n    65:20260512:140400.123 agent #1 started\n",
        &[
            "    64:20260512:140400.123 agent #0 started",
            "    65:20260512:140400.123 agent #1 started",
        ],
    );
    check(
        " \u{2713} Ready in 1200ms\n GET /cart 500 in 12ms\n \u{2a2f} Error: boom\n    at f (a.js:1:2)\n",
        &[
            " \u{2713} Ready in 1200ms",
            " GET /cart 500 in 12ms",
            " \u{2a2f} Error: boom\n    at f (a.js:1:2)",
        ],
    );
    check(
        "cart:\n 64:20 is the ratio\n GET it in time\n \u{2022} 3 items\n",
        &["cart:\n 64:20 is the ratio\n GET it in time\n \u{2022} 3 items"],
    );
}

#[test]
fn what_minio_and_elixir_tell_of_an_error_is_one_record() {
    let text = "API: PutObject(bucket=a)\nTime: 14:04:00 UTC 05/12/2026\nDeploymentID: 5\n\
                RequestID: 1\nError: no space\n       4: cmd/a.go:1:cmd.f()";
    check(&format!("up\n{text}\nup\n"), &["up", text, "up"]);
    check("Time: 1\nError: x\n", &["Time: 1", "Error: x"]);
    let text = "10:30:45.123 [error] GenServer Shop.Worker terminating\n** (RuntimeError) boom\n    \
                (shop 0.1.0) lib/shop.ex:12: Shop.f/2\nLast message: :tick\nState: %{}";
    let next = "10:30:46.123 [info] next";
    check(&format!("{text}\n{next}\n"), &[text, next]);
    check(
        "Last message: 3\nState: open\n",
        &["Last message: 3\nState: open"],
    );
}
