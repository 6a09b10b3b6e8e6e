//! Stack traces over several lines: which lines go on with the one before.

use super::{alone, stamp_of};

/// Whether a line goes on with a trace over several lines that are not indented: that of a
/// program in Go that dies (`panic: x`, an empty line, `goroutine 1 [running]:`, calls and their
/// places), the message of a panic of Rust, chained exceptions and the last line of a trace of
/// Python, and the message below the head that `java.util.logging.SimpleFormatter` writes
/// (`May 12, 2026 2:00:00 PM source`). `line` is all that follows.
///
/// Sources: runtime/panic.go and runtime/traceback.go of Go, read 2026-11-28; Lib/traceback.py of
/// Python and library/std/src/panicking.rs of Rust, as of 2026-11-28.
pub(super) fn is_trace(previous: &[u8], line: &[u8]) -> bool {
    match (line.first(), previous.first()) {
        (Some(b'\r' | b'\n'), Some(_)) => {
            let rest = line.strip_prefix(b"\r").unwrap_or(line);
            is_behind_blank(previous, rest.strip_prefix(b"\n").unwrap_or(rest))
        }
        (Some(b'g'), None | Some(b'\r' | b'\n')) => is_goroutine(line),
        (Some(b'N'), None | Some(b'\r' | b'\n')) => line.starts_with(b"Node.js v"),
        (Some(b'E'), None | Some(b'\r' | b'\n')) => line.starts_with(b"Error: "),
        (Some(b'g'), Some(b'0'..=b'9' | b'h')) => is_goroutine(line) && is_caught(previous),
        // The message of a panic of Rust stands below the place.
        (Some(_), Some(b't')) if is_panic(previous) => true,
        // What Lambda writes of a trace, below the report of an invocation.
        (Some(b'X'), Some(b'R')) => {
            line.starts_with(b"XRAY TraceId: ") && previous.starts_with(b"REPORT RequestId: ")
        }
        (Some(b'['), Some(b'p')) => {
            line.starts_with(b"[signal ") && previous.starts_with(b"panic: ")
        }
        (Some(b'e'), Some(b'\t')) => line.starts_with(b"exit status ") && is_place(previous),
        (Some(b'c'), Some(b's')) => is_coroutine(previous, line),
        (Some(b'a'..=b'z' | b'A'..=b'Z'), Some(b'g' | b'\t')) => {
            let is_in = previous.starts_with(b"goroutine ") || is_place(previous);
            is_in && is_call(line)
        }
        (Some(b'L'), Some(b' ' | b'*')) if line.starts_with(b"Last message") => {
            previous.starts_with(b"    (") || previous.starts_with(b"** (")
        }
        (Some(b'S'), Some(b'L')) => {
            line.starts_with(b"State: ") && previous.starts_with(b"Last message")
        }
        (
            Some(b'T' | b'D' | b'R' | b'H' | b'U' | b'E'),
            Some(b'A' | b'T' | b'D' | b'R' | b'H' | b'U'),
        ) if is_of_minio(previous, line) => true,
        (Some(b'a'..=b'z' | b'A'..=b'Z'), Some(b' ')) => {
            is_frame(previous) && is_last_of_python(line)
        }
        (Some(b'A'..=b'Z'), Some(b'A'..=b'Z')) => is_below_head(previous, line),
        _ => false,
    }
}

/// Whether the line behind an empty one goes on with `previous`, the line before that.
pub(super) fn is_behind_blank(previous: &[u8], line: &[u8]) -> bool {
    is_goroutine(line)
        || is_chain(line)
        || is_of_node(previous, line)
        || (is_chain(previous) && line.starts_with(b"Traceback (most recent call last)"))
}

/// Whether a line is the head of a coroutine in a trace of `OpenResty`, `coroutine 0:`
/// (`ngx_http_lua_util.c` of github.com/openresty/lua-nginx-module, as of 2026-12-01).
fn is_coroutine(previous: &[u8], line: &[u8]) -> bool {
    let rest = first_line(line).strip_prefix(b"coroutine ");
    let number = rest.and_then(|rest| rest.strip_suffix(b":"));
    first_line(previous) == b"stack traceback:"
        && number.is_some_and(|number| number.iter().all(u8::is_ascii_digit))
}

/// Whether two lines stand below each other in what `MinIO` prints of an error: names and values
/// of the call, the error, and its trace (`internal/logger/console.go`, from memory).
fn is_of_minio(previous: &[u8], line: &[u8]) -> bool {
    const NAMES: [&[u8]; 8] = [
        b"API: ",
        b"Time: ",
        b"DeploymentID: ",
        b"RequestID: ",
        b"RemoteHost: ",
        b"Host: ",
        b"UserAgent: ",
        b"Error: ",
    ];
    let place = |line: &[u8]| NAMES.iter().position(|name| line.starts_with(name));
    match (place(previous), place(line)) {
        // The call is always followed by the time, and that by an id.
        (Some(before @ 0..=1), Some(after)) => after == before + 1,
        (Some(before), Some(after)) => before < after,
        _ => false,
    }
}

/// Whether a line goes on with what Node.js writes of an error that nothing caught: the source
/// with a caret below it, the error, and behind its trace the version
/// (`lib/internal/process/execution.js` of github.com/nodejs/node, as of 2026-11-30).
fn is_of_node(previous: &[u8], line: &[u8]) -> bool {
    let is_caret = || previous.trim_ascii().iter().all(|byte| *byte == b'^');
    match line.first() {
        Some(b'N') => line.starts_with(b"Node.js v") && previous.starts_with(b"    at "),
        Some(b'A'..=b'Z') if previous.ends_with(b"^") && is_caret() => {
            line.starts_with(b"Error: ") || is_exception(line)
        }
        _ => false,
    }
}

/// Whether a line stands between two chained exceptions of Python.
fn is_chain(line: &[u8]) -> bool {
    match line.first() {
        Some(b'D') => line.starts_with(b"During handling of the above exception, another "),
        Some(b'T') => line.starts_with(b"The above exception was the direct cause of the "),
        _ => false,
    }
}

/// Whether a line begins the trace of a goroutine: `goroutine 1 [running]:`.
fn is_goroutine(line: &[u8]) -> bool {
    let number = line.strip_prefix(b"goroutine ");
    number.is_some_and(|number| number.first().is_some_and(u8::is_ascii_digit))
}

/// Whether a line is what the server of Go writes of a panic, with the trace behind it.
fn is_caught(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"http: panic serving ").is_some()
}

/// Whether a line is the head of a panic of Rust, with nothing but its place:
/// `thread 'main' panicked at src/main.rs:4:5:`.
fn is_panic(line: &[u8]) -> bool {
    line.starts_with(b"thread '")
        && line.trim_ascii_end().ends_with(b":")
        && memchr::memmem::find(line, b"' panicked at ").is_some()
}

/// Whether a line is a place of a trace of Go: `\t/src/main.go:5 +0x1d`.
fn is_place(line: &[u8]) -> bool {
    let ending = [&b".go:"[..], b".s:"];
    ending
        .iter()
        .any(|ending| memchr::memmem::find(line, ending).is_some())
}

/// Whether a line is a call of a trace of Go: `main.main()`, `created by main.start`.
fn is_call(line: &[u8]) -> bool {
    let line = first_line(line);
    let name = memchr::memchr2(b'(', b' ', line).unwrap_or(line.len());
    line.starts_with(b"created by ")
        || (line.starts_with(b"panic(") && line.ends_with(b")"))
        || (line.ends_with(b")") && line.get(name) == Some(&b'(') && line[..name].contains(&b'.'))
}

/// Whether a line is within a trace of Python: a place (`  File "a.py", line 1, in f`), or the code
/// there.
fn is_frame(line: &[u8]) -> bool {
    line.starts_with(b"  File \"") || (line.starts_with(b"    ") && line.get(4) != Some(&b' '))
}

/// Whether a line ends a trace of Python: the name of what was raised, alone or with what it says.
///
/// Names that end in `Error` or `Exception` are found anywhere. Others must have a module
/// (`botocore.errorfactory.NoSuchKey: ...`), or be the language's own.
fn is_last_of_python(line: &[u8]) -> bool {
    let line = first_line(line);
    let end = line.iter().take(120).position(|byte| *byte == b':');
    let name = &line[..end.unwrap_or(line.len()).min(120)];
    let is_followed = matches!(line.get(name.len()..name.len() + 2), None | Some(b": "));
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    if !is_followed || !name.iter().all(is_word) {
        return false;
    }
    let own = [&b"KeyboardInterrupt"[..], b"SystemExit", b"GeneratorExit"];
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    let has_module = last.len() < name.len() && !name.starts_with(b".");
    (has_module && last.first().is_some_and(u8::is_ascii_uppercase))
        || own.contains(&name)
        || name.starts_with(b"Stop") && name.ends_with(b"Iteration")
}

/// Whether `WARNING: message` stands below `May 12, 2026 2:00:00 PM source`.
fn is_below_head(previous: &[u8], line: &[u8]) -> bool {
    let is_head = matches!(previous.get(6..9), Some([b',', b' ', _] | [_, b',', b' ']))
        || matches!(previous.get(5..7), Some(b", "));
    let level = line
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_uppercase());
    let levels = [
        &b"SEVERE"[..],
        b"WARNING",
        b"INFO",
        b"CONFIG",
        b"FINE",
        b"FINER",
        b"FINEST",
    ];
    let length = level.count();
    is_head
        && line.get(length..length + 2) == Some(b": ")
        && levels.contains(&&line[..length])
        && stamp_of(previous).is_some()
}

/// Whether a line says that a program dies: what Go, Rust, Java and .NET write. It belongs to no
/// line before it.
pub(super) fn is_death(line: &[u8]) -> bool {
    match line.first() {
        Some(b'p') => line.starts_with(b"panic: "),
        Some(b'f') => line.starts_with(b"fatal error: "),
        Some(b't') => {
            line.starts_with(b"thread '") && memchr::memmem::find(line, b"' panicked at ").is_some()
        }
        Some(b'E') => line.starts_with(b"Exception in thread \""),
        Some(b'U') => line.starts_with(b"Unhandled exception. "),
        _ => false,
    }
}

/// Whether a line goes on with `previous`, as [`is_continuation`] tells it; but a trace of Python
/// is none of a line whose level says that all is well: nothing caught what it tells of. Nor is an
/// exception of a line that tells of no trouble: programs print one with its trace alone.
pub(super) fn continues(previous: &[u8], line: &[u8]) -> bool {
    is_continuation(line)
        && match line.first() {
            Some(b'T') if is_traceback(line) => !is_calm(previous),
            Some(b'a'..=b'z' | b'A'..=b'Z') if is_exception(line) => alone::leads_to(previous),
            _ => true,
        }
}

/// Whether a line is the head of a trace of Python.
pub(super) fn is_traceback(line: &[u8]) -> bool {
    line.starts_with(b"Traceback (most recent call last)")
}

/// Whether a line has a level below that of a warning among its first words, and no other.
fn is_calm(line: &[u8]) -> bool {
    let head = &line[..line.len().min(100)];
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    let others = [&b"WARN"[..], b"ERROR", b"CRITICAL", b"FATAL"];
    (has(b"INFO") || has(b"DEBUG")) && !others.iter().any(|word| has(word))
}

/// Whether a line goes on with the record before it: stack traces and what is indented.
pub fn is_continuation(line: &[u8]) -> bool {
    match line.first() {
        Some(b' ') if is_padded_level(&line[1..]) => false,
        Some(b' ') if is_of_cloud_foundry(line) || is_of_gcloud(line) => false,
        Some(b' ') if is_of_tracing(line) || is_of_zabbix(line) || is_of_next(line) => false,
        Some(b' ' | b'\t') => {
            let first = line.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
            !matches!(first, Some(b'{') | None)
        }
        // Lambda indents the traces of Python with blanks that do not break.
        Some(0xc2) => line.starts_with(b"\xc2\xa0"),
        Some(b'C') if line.starts_with(b"Caused by: ") => true,
        Some(b'.') => line.starts_with(b"... "),
        Some(b'T' | b'D') if is_chain(line) => true,
        Some(b'T') if is_traceback(line) => true,
        // klog: the steps of a slow request.
        Some(b'T') if line.starts_with(b"Trace[") => is_step(line),
        // PHP, and the end of a context that Monolog writes.
        Some(b'S') if line.starts_with(b"Stack trace:") => first_line(line).len() == 12,
        Some(b'#') => is_frame_of_php(line),
        Some(b'[') => [&b"[stacktrace]"[..], b"[previous exception] "]
            .iter()
            .any(|word| line.starts_with(word)),
        Some(b'"') => matches!(first_line(line), b"\"}" | b"\"} []"),
        // Rust.
        Some(b'n') if line.starts_with(b"note: ") => {
            line.starts_with(b"note: run with `RUST_BACKTRACE=")
                || line.starts_with(b"note: Some details are omitted, run with `RUST_BACKTRACE=")
        }
        Some(b's') if line.starts_with(b"stack backtrace:") => true,
        // Lua.
        Some(b's') if first_line(line) == b"stack traceback:" => true,
        Some(b')' | b'}') => matches!(line.get(1), None | Some(b'\n' | b'\r' | b')' | b';' | b',')),
        // Elixir names an exception below the message that it is of.
        Some(b'*') => line.starts_with(b"** ("),
        // The end of an event of Windows that stands on several lines.
        Some(b'<') => first_line(line) == b"</Event>",
        // What .NET writes between two traces.
        Some(b'-') => {
            line.starts_with(b"--- End of stack trace")
                || line.starts_with(b"--- End of inner exception")
        }
        Some(b'/') => is_place_of_ruby(line),
        Some(b'a'..=b'z' | b'A'..=b'Z') => is_exception(line),
        _ => false,
    }
}

/// Whether a line is behind the blank that fills a level of four letters up to five.
fn is_padded_level(line: &[u8]) -> bool {
    line.starts_with(b"INFO ") || line.starts_with(b"WARN ")
}

/// Whether a line is a record that `cf logs` prints behind three blanks:
/// `   2026-05-12T14:00:00.25+0000 [APP/PROC/WEB/0] OUT order taken`
/// (`util/ui/log_message.go` of github.com/cloudfoundry/cli, as of 2026-11-30).
fn is_of_cloud_foundry(line: &[u8]) -> bool {
    let Some(line) = line.strip_prefix(b"   ") else {
        return false;
    };
    let is_date = matches!(
        line,
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..]
    );
    let line = first_line(line);
    let head = line.get(..40).unwrap_or(line);
    let source = memchr::memmem::find(head, b" [").and_then(|at| line.get(at + 2..));
    // `[API/0] OUT`; old ones pad: `[DEA]     OUT`.
    let stream = source.and_then(|source| {
        let end = memchr::memchr(b']', source)?;
        // An instance of something, or what never had a number; others write a thread there.
        let (name, rest) = source.split_at_checked(end)?;
        let is_source = name.contains(&b'/') || name.iter().all(u8::is_ascii_uppercase);
        let rest = rest.strip_prefix(b"]").filter(|_| is_source)?;
        let rest = rest.trim_ascii_start();
        rest.strip_prefix(b"OUT").or(rest.strip_prefix(b"ERR"))
    });
    is_date && stream.is_some_and(|rest| matches!(rest.first(), None | Some(b' ')))
}

/// Whether a line is the first of an event that `tracing` of Rust prints over several lines, all of
/// them indented: `  2026-05-12T14:00:00.250250Z  WARN shop::orders: no stock`
/// (`fmt/format/pretty.rs` of github.com/tokio-rs/tracing, as of 2026-11-30).
fn is_of_tracing(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"  ").unwrap_or_default();
    let line = line.get(..48).unwrap_or(line);
    let is_date = matches!(
        line,
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..]
    );
    let levels = [&b"ERROR"[..], b"WARN", b"INFO", b"DEBUG", b"TRACE"];
    let behind = memchr::memchr(b' ', line).filter(|_| is_date);
    let behind = behind.map(|blank| line[blank..].trim_ascii_start());
    behind.is_some_and(|rest| levels.iter().any(|level| rest.starts_with(level)))
}

/// Whether a line begins with the process, padded to six bytes, and the time of Zabbix:
/// `    64:20260512:140400.123 message`.
fn is_of_zabbix(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let number = line.iter().take(6).take_while(|byte| byte.is_ascii_digit());
    let stamp = line.get(number.count()..).unwrap_or_default();
    match stamp.get(..20) {
        Some([b':', date @ .., b'.', _, _, _]) => {
            date.get(8) == Some(&b':')
                && date.iter().filter(|byte| byte.is_ascii_digit()).count() == 14
        }
        _ => false,
    }
}

/// Whether a line is one that Next.js prints behind a blank: with a mark before it, or a request
/// (`packages/next/src/build/output/log.ts`, from memory).
fn is_of_next(line: &[u8]) -> bool {
    let marks = ["\u{2713} ", "\u{2a2f} ", "\u{26a0} ", "\u{25cb} "];
    let line = first_line(&line[1..]);
    match line.first() {
        Some(0xe2) => marks.iter().any(|mark| line.starts_with(mark.as_bytes())),
        Some(b'A'..=b'Z') => {
            let methods = [
                &b"GET /"[..],
                b"POST /",
                b"PUT /",
                b"PATCH /",
                b"DELETE /",
                b"HEAD /",
            ];
            let is_timed = line.ends_with(b"s") || line.ends_with(b")");
            methods.iter().any(|method| line.starts_with(method))
                && is_timed
                && memchr::memmem::find(line, b" in ").is_some()
        }
        _ => false,
    }
}

/// Whether a record is an event of Windows that `line` goes on with: events stand on several lines,
/// which are not always indented.
pub(super) fn is_more_of_event(record: &[u8], previous: &[u8], line: &[u8]) -> bool {
    if !matches!(line.first(), Some(b'<' | b'-')) || !is_in_event(line) {
        return false;
    }
    let record = record.strip_prefix(b"- ").unwrap_or(record);
    let behind = record.strip_prefix(b"<Event");
    let is_event = matches!(behind, Some([b' ' | b'>' | b'\r' | b'\n', ..]));
    is_event && !first_line(previous).ends_with(b"</Event>")
}

/// Whether a line begins with an element within an event of Windows, or with the end of one; the
/// Event Viewer shows a sign before some
/// (<https://learn.microsoft.com/windows/win32/wes/eventschema-schema>, as of 2026-11-30).
pub(super) fn is_in_event(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"- ").unwrap_or(line);
    let name = line.strip_prefix(b"<").unwrap_or_default();
    if name.starts_with(b"/Event>") {
        return true;
    }
    let name = name.strip_prefix(b"/").unwrap_or(name);
    let end = name
        .iter()
        .take(20)
        .position(|byte| !byte.is_ascii_alphabetic());
    let names = [
        &b"System"[..],
        b"Provider",
        b"EventID",
        b"Version",
        b"Level",
        b"Task",
        b"Opcode",
        b"Keywords",
        b"TimeCreated",
        b"EventRecordID",
        b"Correlation",
        b"Execution",
        b"Channel",
        b"Computer",
        b"Security",
        b"EventData",
        b"UserData",
        b"Data",
        b"Binary",
        b"RenderingInfo",
    ];
    end.is_some_and(|end| names.contains(&&name[..end]))
}

/// Whether a line is a row of `gcloud functions logs read` of an entry without a severity, of which
/// the first column is blank: `       checkout  abcd1234  2026-05-12 14:00:00.123  order taken`
/// (`api_lib/functions/v1/logs.py` of the Google Cloud SDK, as of 2026-11-30).
fn is_of_gcloud(line: &[u8]) -> bool {
    // Width of `LEVEL`, and two blanks.
    let Some(row) = line.strip_prefix(b"       ") else {
        return false;
    };
    let row = first_line(row.get(..200).unwrap_or(row));
    let words = row.split(|byte| *byte == b' ');
    let mut words = words.filter(|word| !word.is_empty()).skip(1);
    let is_date = |word: &[u8]| matches!(word, [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _]);
    let mut dates = words.by_ref().take(2);
    dates.any(is_date)
        && matches!(
            words.next(),
            Some([b'0'..=b'9', _, b':', _, _, b':', _, _, b'.', ..])
        )
}

/// Whether a line is a frame of a trace of PHP: `#0 /app/a.php(12): f()`, `#1 {main}`. Others
/// number the steps of a build alike.
fn is_frame_of_php(line: &[u8]) -> bool {
    let line = first_line(&line[1..]);
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = line[digits..].strip_prefix(b" ").unwrap_or_default();
    digits > 0
        && (rest.starts_with(b"/")
            || rest.starts_with(b"{main}")
            || rest.starts_with(b"[internal function]: ")
            || memchr::memmem::find(rest, b".php(").is_some())
}

/// Whether a line is a step of klog's traces: `Trace[123]: [500ms] [500ms] END`.
fn is_step(line: &[u8]) -> bool {
    let number = line.get(6..).unwrap_or_default();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
    let digits = digits.count();
    digits > 0 && number[digits..].starts_with(b"]: ")
}

/// Whether a line is a place of a trace of Ruby: ``/app/a.rb:1:in `f'``.
fn is_place_of_ruby(line: &[u8]) -> bool {
    let line = first_line(line);
    let in_place = memchr::memmem::find(line, b":in ").and_then(|at| {
        let quote = matches!(line.get(at + 4), Some(b'`' | b'\''));
        quote.then_some(&line[..at])
    });
    in_place
        .is_some_and(|place| place.last().is_some_and(u8::is_ascii_digit) && !place.contains(&b' '))
}

/// Whether a line begins with the name of an exception: `java.io.IOException: reset`, `ValueError`.
pub(crate) fn is_exception(line: &[u8]) -> bool {
    let end = line
        .iter()
        .take(120)
        .position(|byte| matches!(byte, b':' | b' ' | b'\n' | b'\r' | b'=' | b'['));
    let name = &line[..end.unwrap_or(line.len().min(120))];
    let is_named = |ending: &[u8]| name.len() > ending.len() && name.ends_with(ending);
    (is_named(b"Exception") || is_named(b"Error"))
        && !matches!(line.get(name.len()), Some(b' ' | b'=' | b'['))
}

/// The first line of a text, without the line end and blanks before it.
fn first_line(text: &[u8]) -> &[u8] {
    text[..memchr::memchr(b'\n', text).unwrap_or(text.len())].trim_ascii_end()
}
