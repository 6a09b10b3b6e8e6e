//! Error log of MySQL and MariaDB.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::mysql::describe_user;
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.error",
    summary: "MySQL and MariaDB error log",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_of_server))),
});

const MESSAGE: usize = 0;
const CRASHED: usize = 1;

static LINES: Lines = Lines {
    name: "mysql.error",
    patterns: &[
        // MySQL from 8.0 on.
        "{time:time}{ }{thread:int} [{level:System|Error|ERROR|Warning|Note}] [{code:name}] \
         [{subsystem}] {message:rest}",
        // MySQL 5.6 and 5.7, MariaDB from 10.1 on.
        "{time:time}{ }{thread:int} [{level:System|Error|ERROR|Warning|Note}] {message:rest}",
        // The script that starts the container.
        "{time:time} [{level:ERROR|Warn|Note}] [Entrypoint]: {message:rest}",
        // Before, and what is told before there are threads.
        "{time:time}{ }[{level:Error|ERROR|Warning|Note}] {message:rest}",
        // The script that starts the server.
        "{time:time} {_:mysqld_safe|mariadbd-safe|mysqld_multi} {message:rest}",
        // InnoDB by itself, before it had levels.
        "{time:time}{ }{?{thread:hex}{ }}{subsystem:InnoDB|WSREP}: {message:rest}",
        // The server was ended by a signal.
        "{time:time}{? UTC} - {crashed:mysqld|mariadbd} got {message:rest}",
    ],
    confidence: 90,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time"]),
        severity_of(
            &["level"],
            &[
                ("System", Severity::INFO),
                ("Note", Severity::NOTICE),
                ("Warning", Severity::WARN),
                ("Warn", Severity::WARN),
                ("Error", Severity::ERROR),
            ],
        ),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
        keep(&["crashed"], CRASHED),
    ],
    extras: &[
        ("thread", "thread"),
        ("code", "error_code"),
        ("subsystem", "subsystem"),
        ("level", "severity_text"),
    ],
    finish: Some(finish),
};

/// What messages of the server begin with that name no thread.
const OWN: [&str; 6] = [
    "InnoDB: ",
    "WSREP: ",
    "mysqld: ",
    "mariadbd: ",
    "Plugin '",
    "[Entrypoint]: ",
];

/// Whether a line is not `2026-05-12 14:00:00,123 [ERROR] text`, as any application may write it.
///
/// Since the year has four digits, the server names the thread, and writes either no fractions of
/// seconds or microseconds behind a `T`.
fn is_of_server(text: &str) -> bool {
    let head = text.as_bytes();
    let head = &head[..head.len().min(64)];
    let Some(open) = head.iter().position(|byte| *byte == b'[') else {
        return true;
    };
    let before = head[..open].trim_ascii_end();
    let is_old = before
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
        == 6;
    let is_of_time = |byte: &u8| {
        byte.is_ascii_digit()
            || matches!(byte, b'-' | b':' | b'.' | b',' | b'+' | b' ' | b'T' | b'Z')
    };
    let after = text.get(open + 1..).unwrap_or_default();
    let Some((level, message)) = after.split_once("] ") else {
        return true;
    };
    if is_old
        || !before.iter().all(is_of_time)
        || !matches!(level, "ERROR" | "Error" | "Warning" | "Note")
    {
        return true;
    }
    if OWN.iter().any(|own| message.starts_with(own)) {
        return true;
    }
    let thread = before.rsplit(|byte| *byte == b' ').next();
    let has_thread = thread.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    has_thread && !before.contains(&b',') && has_microseconds_or_none(before)
}

/// Whether a time has no fraction of a second, or is `2026-05-12T14:00:00.123456`.
fn has_microseconds_or_none(time: &[u8]) -> bool {
    let Some(point) = time.iter().position(|byte| *byte == b'.') else {
        return true;
    };
    let decimals = time.iter().skip(point + 1);
    let decimals = decimals.take_while(|byte| byte.is_ascii_digit()).count();
    decimals == 6 && time.get(10) == Some(&b'T')
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(message) = event.kept(MESSAGE) {
        describe_user(&message, row);
    }
    if event.kept(CRASHED).is_some() {
        row.severity(Severity::FATAL);
        if let Some((_, message)) = event.text.split_once(" - ") {
            row.text(Column::Body, message);
        }
    }
    service::fill(row, "mysql");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_applications_are_left_alone() {
        let check = |line: &str, expected: bool| assert_eq!(is_of_server(line), expected, "{line}");
        check("2026-05-12 14:00:00,123 [ERROR] checkout failed", false);
        check("2026-05-12 14:00:00 [ERROR] checkout failed", false);
        check(
            "2026-05-12T14:00:00.123Z [ERROR] agent.client: failed",
            false,
        );
        check("2026-05-12T14:00:00.123Z 12 [ERROR] failed", false);
        check("2026-05-12 14:00:00,123 12 [Warning] slow", false);
        check("2026-05-12 14:00:00 +0000 [ERROR] failed", false);
        check("2026-05-12 14:00:00 12 [ERROR] Can't create thread", true);
        check("2026-05-12T14:00:00.123456Z 12 [ERROR] Aborting", true);
        check(
            "2026-05-12T14:00:00.123456+02:00 12 [ERROR] [MY-010119] [Server] Aborting",
            true,
        );
        check(
            "2026-05-12 14:00:00 [ERROR] InnoDB: Unable to lock ./ibdata1",
            true,
        );
        check(
            "2026-05-12 14:00:00+00:00 [Warn] [Entrypoint]: No password",
            true,
        );
        check("260512  9:00:00 [ERROR] Aborting", true);
        check(
            "2026-05-12 14:00:00 7f7a5c1c1720  InnoDB: page [page id: 3]",
            true,
        );
    }
}
