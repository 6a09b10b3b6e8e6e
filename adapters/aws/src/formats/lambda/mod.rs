//! Lines that AWS Lambda and its runtimes write: start, end and report of an invocation, and the
//! lines of functions in Node.js, Python, Java and .NET.

use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, keep, part, severity, severity_of, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::uuid::is_uuid;

use super::lambda_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda",
    summary: "Lambda platform lines, and those of its Node.js, Python, Java and .NET runtimes",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const REPORTED: usize = 0;
const MESSAGE: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.lambda",
    patterns: &[
        "START RequestId: {request:name} Version: {version:word}{?{ }}",
        "END RequestId: {request:name}{?{ }}",
        concat!(
            "REPORT RequestId: {request:name}{ }Duration: {duration:number} ms{ }",
            "Billed Duration: {billed:number} ms{ }Memory Size: {memory:int} MB{ }",
            "Max Memory Used: {used:int} MB{?{ }Init Duration: {init:number} ms}",
            "{?{ }{reported:rest}}",
        ),
        "INIT_REPORT Init Duration: {duration:number} ms{ }{reported:rest}",
        "RESTORE_REPORT Restore Duration: {duration:number} ms{?{ }{reported:rest}}",
        "INIT_START Runtime Version: {runtime:word}{ }{_:rest}",
        "RESTORE_START Runtime Version: {runtime:word}{ }{_:rest}",
        "{time:time} {request:name} Task timed out after {seconds:number} seconds{?{_:rest}}",
        "{time:time}\t{request:name}\t{level:level}\t{message:rest}",
        "{time:time}\t{request:name}\t{word:trce|dbug|fail}\t{message:rest}",
        // Node.js before version 10 wrote no level.
        "{time:time}\t{request:name}\t{message:rest}",
        "{time:time} {request:name} {level:level}{ }{class:name}:{line:int} - {message:rest}",
        "[{level:level}]\t{time:time}\t{?{request:name}}\t{message:rest}",
        // Where tabs became blanks.
        "[{level:level}] {time:time} {request:name} {message:rest}",
        "RequestId: {request:name} {message:rest}",
        "EXTENSION\tName: {extension}\t{_:rest}",
        "LOGS\tName: {extension}\t{_:rest}",
        "TELEMETRY\tName: {extension}\t{_:rest}",
        "LAMBDA_WARNING: {message:rest}",
    ],
    confidence: 88,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        part(&["request"], Column::RequestId, known),
        severity(&["level"]),
        severity_of(&["word"], DOTNET),
        duration(&["duration"], 1e6),
        duration(&["seconds"], 1e9),
        text(&["message"], Column::Body),
        text(&["extension"], Column::Process),
        keep(&["reported"], REPORTED),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("version", "version"),
        ("billed", "billed_ms"),
        ("memory", "memory_mb"),
        ("used", "memory_used_mb"),
        ("init", "init_ms"),
        ("runtime", "runtime"),
        ("class", "source"),
        ("line", "source_line"),
    ],
    finish: Some(finish),
};

/// Levels of the runtime of .NET that no other program writes so; `info`, `warn` and `crit` are
/// level words.
///
/// Source: github.com/aws/aws-lambda-dotnet, `ConsoleLoggerWriter.cs`;
/// learn.microsoft.com/dotnet/core/extensions/console-log-formatter, as of 2026-11-28.
const DOTNET: &[(&str, Severity)] = &[
    ("trce", Severity::TRACE),
    ("dbug", Severity::DEBUG),
    ("fail", Severity::ERROR),
];

/// Id of an invocation; before the first one Node.js writes `undefined`.
fn known(id: &str) -> &str {
    match id {
        "undefined" => "",
        id => id,
    }
}

/// Lines of the platform, by their first word.
const PLATFORM: [&str; 10] = [
    "START",
    "END",
    "REPORT",
    "INIT_START",
    "INIT_REPORT",
    "RESTORE_START",
    "RESTORE_REPORT",
    "EXTENSION",
    "LOGS",
    "TELEMETRY",
];

/// Whether a line is the platform's, or has the id of an invocation where a runtime puts it. Other
/// programs have ids as well, so all around it must be as the runtime writes it.
fn is_mine(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let word = line.split([' ', '\t']).next().unwrap_or_default();
    if PLATFORM.contains(&word) || word == "LAMBDA_WARNING:" {
        return true;
    }
    let field = |position| line.splitn(4, '\t').nth(position);
    let is_id = |text: Option<&str>| text.is_some_and(|id| is_uuid(id) || id == "undefined");
    match line.as_bytes().first() {
        // Lines before the first invocation have no id.
        Some(b'[') => {
            let mut words = line.split(' ').skip(1);
            field(2).is_some_and(|id| id.is_empty() || is_uuid(id))
                || (words.next().is_some_and(is_runtime_time) && words.next().is_some_and(is_uuid))
        }
        // Without a level there is nothing but the message behind the id.
        Some(b'0'..=b'9') if is_id(field(1)) => match field(3) {
            Some(_) => field(2).is_some_and(is_level),
            None => field(1).is_some_and(is_uuid) && field(0).is_some_and(is_runtime_time),
        },
        Some(b'0'..=b'9') => is_timeout(line) || names_line(line),
        _ => {
            let id = line.strip_prefix("RequestId: ");
            is_id(id.and_then(|rest| rest.split(' ').next()))
        }
    }
}

/// Whether a text has the shape of `2026-05-12T14:00:00.123Z`, the time of Node.js and Python.
fn is_runtime_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, like): (u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        like => byte == *like,
    };
    text.len() == shape.len() && text.bytes().zip(shape).all(fits)
}

/// Whether a line is `2026-05-12T14:00:03.000Z 9f507cfc-... Task timed out after 3.00 seconds`.
fn is_timeout(line: &str) -> bool {
    let mut parts = line.splitn(3, ' ').skip(1);
    parts.next().is_some_and(is_uuid)
        && parts
            .next()
            .is_some_and(|rest| rest.starts_with("Task timed out after "))
}

/// Whether a word is a level as the runtimes of Node.js and .NET write it.
fn is_level(word: &str) -> bool {
    Severity::from_word(word).is_some() || DOTNET.iter().any(|(known, _)| *known == word)
}

/// Whether a line is of log4j as AWS sets it up, `%d{yyyy-MM-dd HH:mm:ss} %X{AWSRequestId} %-5p
/// %c{1}:%L - %m`: `2026-05-12 14:00:00 8f507cfc-... INFO  Handler:25 - paid`.
fn names_line(line: &str) -> bool {
    let Some((head, _)) = line.split_once(" - ") else {
        return false;
    };
    let words: Vec<&str> = head.split_ascii_whitespace().collect();
    let [date, clock, id, level, place] = words.as_slice() else {
        return false;
    };
    let number = place.rsplit_once(':').map(|(_, number)| number);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    date.len() == 10
        && clock.len() == 8
        && is_uuid(id)
        && is_level(level)
        && number.is_some_and(is_number)
}

/// The function, where neither a log group nor the message names it: an export tells it in the
/// names of its folders at most.
fn fill_function(row: &mut Row<'_>) {
    let record = row.record();
    let stream = record.stream;
    let Some(name) = stream.service.as_ref().or(stream.stand_in.as_ref()) else {
        return;
    };
    if !row.has(Column::Service) && record.envelope.get(Column::Service).is_none() {
        row.repeated(Column::Service, name);
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    fill_function(row);
    if let Some(message) = event.kept(MESSAGE) {
        lambda_request::describe(&message, row);
    }
    let line = event.text.trim_end();
    let word = line.split([' ', '\t']).next().unwrap_or_default();
    if PLATFORM.contains(&word) {
        row.text(Column::Action, word);
    }
    if !row.has(Column::Body) {
        let timeout = line.find("Task timed out after ");
        row.text(
            Column::Body,
            line.get(timeout.unwrap_or(0)..).unwrap_or(line),
        );
    }
    match word {
        "REPORT" | "INIT_REPORT" | "RESTORE_REPORT" => {
            put_report(&event.kept(REPORTED).unwrap_or_default(), row);
        }
        "RequestId:" => put_failure(row),
        _ if line.contains(" Task timed out after ") && !line.contains('\t') => put_failure(row),
        _ => {}
    }
}

/// Reads what stands at the end of a report: `Status: timeout`, `XRAY TraceId: 1-...`.
fn put_report(reported: &str, row: &mut Row<'_>) {
    let part = |name: &str| {
        let (_, rest) = reported.split_once(name)?;
        rest.split(['\t', '\n', ' ']).next()
    };
    row.text(Column::TraceId, part("XRAY TraceId: ").unwrap_or_default());
    row.text(Column::SpanId, part("SegmentId: ").unwrap_or_default());
    match part("Status: ") {
        None | Some("success") => {
            row.outcome(Outcome::Success);
        }
        Some(_) => put_failure(row),
    }
}

fn put_failure(row: &mut Row<'_>) {
    row.outcome(Outcome::Failure).severity(Severity::ERROR);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_invocations_tell_lambda_from_others() {
        let id = "8f507cfc-1234-4697-b07a-ac58fc914c95";
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        check(&format!("START RequestId: {id} Version: $LATEST"), true);
        check(&format!("2024-05-01T10:00:00.000Z\t{id}\tINFO\tpaid"), true);
        check("2024-05-01T10:00:00.000Z\tundefined\tINFO\tloaded", true);
        check(
            &format!("[INFO]\t2024-05-01T10:00:00.000Z\t{id}\tpaid"),
            true,
        );
        check(
            &format!("2024-05-01T10:00:00.000Z {id} Task timed out after 3.00 seconds"),
            true,
        );
        check(&format!("RequestId: {id} Error: Runtime exited"), true);
        check(
            &format!("2024-05-01 10:00:00 {id} INFO  Handler:25 - paid"),
            true,
        );
        check(&format!("[INFO] 2024-05-01T10:00:00.000Z {id} paid"), true);
        check(
            &format!("2024-05-01T10:00:00.000Z\t{id}\tgot {{\n\t\"a\":\t7\n}}"),
            true,
        );
        check("[INFO] 2024-05-01T10:00:00.000Z checkout paid", false);
        check("2024-05-01T10:00:00.000Z\tcheckout\tINFO\tpaid", false);
        check(&format!("2024-05-01T10:00:00.000Z\t{id}\tpaid"), true);
        check(&format!("2024-05-01T10:00:00.000Z\t{id}\tGET\t/pay"), false);
        check(
            &format!("2024-05-01 10:00:00,123 {id} INFO  c.e.Payments - paid"),
            false,
        );
        check(
            &format!("2024-05-01 10:00:00,123 {id} INFO on 0.0.0.0:8080 - ready"),
            false,
        );
        check(
            &format!("2024-05-01 10:00:00,123 {id} INFO Handler:25 - paid"),
            false,
        );
        check(
            &format!("2024-05-01 10:00:00 {id} INFO on 0.0.0.0:8080 - ready"),
            false,
        );
        check(&format!("2024-05-01T10:00:00.123Z {id} INFO paid"), false);
        check(&format!("[INFO] 2024-05-01T10:00:00Z {id} paid"), false);
        check(&format!("[INFO] 2024-05-01 10:00:00,123 {id} paid"), false);
        check(&format!("2024-05-01T10:00:00Z\t{id}\t17"), false);
        check("2024-05-01T10:00:00.000Z\tundefined\t17", false);
        check("[INFO]\tpaid", false);
        check("RequestId: 7 Error: x", false);
        assert!(!is_uuid("8f507cfc-1234-4697-b07a-ac58fc914c9x"));
    }
}
