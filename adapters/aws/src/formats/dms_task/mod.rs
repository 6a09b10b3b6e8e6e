//! Logs of replication tasks of Database Migration Service.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, part, severity_of, text, time};
use nepho_codec::time::parse;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.dms_task",
    summary: "Replication tasks of Database Migration Service",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

/// Levels: error, warning, information, debug, trace, verbose.
const LEVELS: &[(&str, Severity)] = &[
    ("E", Severity::ERROR),
    ("W", Severity::WARN),
    ("I", Severity::INFO),
    ("D", Severity::DEBUG),
    ("T", Severity::TRACE),
    ("V", Severity::TRACE),
];

const SECONDS: usize = 0;
const MICROS: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.dms_task",
    patterns: &[
        "{time:time}{?:{micros:int}} [{component}]{level:E|W|I|D|T|V}:{ }{message:rest}",
        concat!(
            "{number:int}: {time:time}{?:{micros:int}} ",
            "[{component}]{level:E|W|I|D|T|V}:{ }{message:rest}",
        ),
    ],
    confidence: 90,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        severity_of(&["level"], LEVELS),
        part(&["component"], Column::Process, str::trim_end),
        text(&["message"], Column::Body),
        keep(&["time"], SECONDS),
        keep(&["micros"], MICROS),
    ],
    extras: &[("number", "thread")],
    finish: Some(finish),
};

/// Whether a line has a component, padded with blanks, and the letter of a level behind it:
/// `[TASK_MANAGER    ]I: `.
fn is_mine(line: &str) -> bool {
    let mut opens = memchr::memchr_iter(b'[', line.as_bytes());
    let open = opens.find(|open| line[..*open].ends_with(' '));
    let rest = open.and_then(|open| line.get(open + 1..));
    let Some((component, rest)) = rest.and_then(|rest| rest.split_once(']')) else {
        return false;
    };
    let is_part = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b' ' | b'0'..=b'9');
    let is_level = matches!(
        rest.as_bytes(),
        [b'E' | b'W' | b'I' | b'D' | b'T' | b'V', b':', b' ', ..]
    );
    is_level && component.len() >= 4 && component.bytes().all(is_part)
}

/// Newer versions write microseconds behind another colon: `2026-05-12T14:00:00:123456`.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(seconds), Some(micros)) = (event.kept(SECONDS), event.kept(MICROS))
        && let Some(time) = parse(&format!("{seconds}.{micros}"))
    {
        row.time(time);
    }
}
