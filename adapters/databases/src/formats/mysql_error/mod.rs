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
        "{time:time}{ }0x{thread:hex}{ }{subsystem:InnoDB|WSREP}: {message:rest}",
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
fn is_of_server(text: &str) -> bool {
    let head = text.as_bytes();
    let head = &head[..head.len().min(64)];
    let Some(open) = head.iter().position(|byte| *byte == b'[') else {
        return true;
    };
    let after = text.get(open + 1..).unwrap_or_default();
    let Some((level, message)) = after.split_once("] ") else {
        return true;
    };
    if !matches!(level, "ERROR" | "Error" | "Warning" | "Note") {
        return true;
    }
    let before = head[..open].trim_ascii_end();
    is_old(before) || is_threaded(before) || OWN.iter().any(|own| message.starts_with(own))
}

/// Whether this is `260512 14:00:00`, as the server wrote it before the year had four digits.
fn is_old(before: &[u8]) -> bool {
    let digits = before.iter().take_while(|byte| byte.is_ascii_digit());
    digits.count() == 6 && before.get(6) == Some(&b' ')
}

/// Whether this is a time as the server has written it since, and the number of a thread:
/// `2026-05-12 14:00:00 12`, or with microseconds and a zone behind a `T`.
fn is_threaded(before: &[u8]) -> bool {
    // MariaDB writes the hour with a blank in front.
    let (time, rest) = match (fits(before, b"0000-00-00T00:00:00.000000"), before.get(26)) {
        (true, Some(b'Z')) => before.split_at(27),
        (true, Some(b'+' | b'-')) => before.split_at(before.len().min(32)),
        (true, _) => return false,
        _ => before.split_at(before.len().min(19)),
    };
    let is_time =
        time.len() > 19 || fits(time, b"0000-00-00 00:00:00") || fits(time, b"0000-00-00  0:00:00");
    let thread = rest.trim_ascii_start();
    let is_number = !thread.is_empty() && thread.iter().all(u8::is_ascii_digit);
    is_time && is_number && thread.len() < rest.len()
}

/// Whether `text` begins like `shape`, in which `0` stands for any digit.
fn fits(text: &[u8], shape: &[u8]) -> bool {
    let mut pairs = text.iter().zip(shape);
    let is_like = |(byte, like): (&u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        _ => byte == like,
    };
    text.len() >= shape.len() && pairs.all(is_like)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(message) = event.kept(MESSAGE) {
        describe_user(&message, row);
    }
    // InnoDB and the library of Galera stand before what they tell, with or without a level.
    if !row.has_severity()
        && let Some(behind) = behind_time(event.text)
    {
        row.text(Column::Body, behind);
        if let Some(severity) = severity_of_innodb(behind) {
            row.severity(severity);
        }
    }
    if event.kept(CRASHED).is_some() {
        row.severity(Severity::FATAL);
        if let Some((_, message)) = event.text.split_once(" - ") {
            row.text(Column::Body, message);
        }
    }
    service::fill(row, "mysql");
}

/// `InnoDB: text` and `WSREP: text` of a line that has no level.
fn behind_time(text: &str) -> Option<&str> {
    let places = ["InnoDB: ", "WSREP: "].map(|name| text.find(name));
    let place = places.into_iter().flatten().min()?;
    let is_first = text
        .get(..place)?
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || b" :-TZ.+x".contains(&byte));
    text.get(place..).filter(|_| is_first)
}

/// How InnoDB called its lines before it had levels: `InnoDB: Error: text` (`ib_logf` of
/// `storage/innobase/ut/ut0ut.cc` in MySQL 5.6, and its callers in 5.5).
fn severity_of_innodb(text: &str) -> Option<Severity> {
    let told = text.strip_prefix("InnoDB: ")?;
    match told.split([' ', ':', '!']).next()? {
        "Error" | "ERROR" => Some(Severity::ERROR),
        "Warning" | "WARNING" => Some(Severity::WARN),
        _ => None,
    }
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
        for time in [
            "2026/05/12 14:00:00",
            "2026/05/12 14:00:00.123456",
            "May 12 14:00:00",
            "Tue May 12 14:00:00 2026",
            "2026-05-12 14:00:00 UTC",
            "2026-05-12 14:00:00 EDT",
            "12/May/2026:14:00:00 +0000",
            "12-May-2026 14:00:00.123",
            "05/12/2026 02:00:00 PM",
            "2026-05-12T14:00:00.123456Z",
            "2026-05-12T14:00:00.123456+02:00",
            "2026-05-12T14:00:00.123456 12",
        ] {
            check(&format!("{time} [ERROR] connect failed"), false);
        }
        check("2026-05-12  9:00:00 12 [Note] ready", true);
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
