//! Logs of the application server `WebSphere` in its basic format (`SystemOut.log`), and those of
//! Liberty (`messages.log`), which has the same.
//!
//! Source: ibm.com/docs, "JVM log interpretation" of version 8 ("basic format", "event types"),
//! openliberty.io/docs/latest/log-trace-configuration.html, as of 2026-11-30; "Diagnosing problems
//! with message logs" (ibm.com/docs/en/SSEQTP_9.0.5, `ttrb_mglogs.html`) and "IBM `WebSphere`
//! Application Server log format and field mapping" of Trellix, as of 2026-12-01.

use nepho_codec::table::{Event, LineFormat, Lines, keep, severity_of, text};
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "websphere.log",
    summary: "WebSphere SystemOut.log and Liberty messages.log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const FIRST: usize = 0;
const SECOND: usize = 1;
const YEAR: usize = 2;
const CLOCK: usize = 3;
const MESSAGE: usize = 4;
const ISO: usize = 5;

/// Event types. What a program writes to its standard output has no severity.
const TYPES: &[(&str, Severity)] = &[
    ("F", Severity::FATAL),
    ("E", Severity::ERROR),
    ("W", Severity::WARN),
    ("A", Severity::INFO),
    ("I", Severity::INFO),
    ("C", Severity::INFO),
    ("D", Severity::DEBUG),
    (">", Severity::TRACE),
    ("<", Severity::TRACE),
    ("1", Severity::DEBUG),
    ("2", Severity::DEBUG),
    ("3", Severity::TRACE),
];

static LINES: Lines = Lines {
    name: "websphere.log",
    patterns: &[
        "[{first:int}/{second:int}/{year:int}{?,} {clock}] {thread:hex} {name:word}{ }\
         {kind:F|E|W|A|I|C|D|O|R|Z|>|<|1|2|3}{ }{message:rest}",
        "[{iso:time}] {thread:hex} {name:word}{ }{kind:F|E|W|A|I|C|D|O|R|Z|>|<|1|2|3}{ }{message:rest}",
    ],
    confidence: 91,
    constants: &[],
    fields: &[
        severity_of(&["kind"], TYPES),
        text(&["name"], Column::Process),
        keep(&["first"], FIRST),
        keep(&["second"], SECOND),
        keep(&["year"], YEAR),
        keep(&["clock"], CLOCK),
        keep(&["message"], MESSAGE),
        keep(&["iso"], ISO),
    ],
    extras: &[("kind", "severity_text"), ("thread", "thread")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    row.text(Column::Body, kept(MESSAGE).trim());
    let reference = row.record().stream.reference();
    let written = match event.kept(ISO) {
        Some(iso) => Some(iso.into_owned()),
        None => rewritten([&kept(FIRST), &kept(SECOND), &kept(YEAR)], &kept(CLOCK)),
    };
    if let Some(time) = written.and_then(|text| time::parse_near(&text, reference)) {
        row.time(time);
    }
}

/// The time of `5/12/26 14:00:00:250 UTC` as one that is known: the month is first, as the locale
/// of the United States has it, unless it cannot be.
fn rewritten(date: [&str; 3], clock: &str) -> Option<String> {
    let number = |text: &str| text.parse::<u32>().ok();
    let [first, second, year] = date;
    let (mut month, mut day, year) = (number(first)?, number(second)?, number(year)?);
    if month > 12 {
        (month, day) = (day, month);
    }
    let year = if year < 100 { 2000 + year } else { year };
    let (time, rest) = clock.split_once(' ').unwrap_or((clock, ""));
    let (seconds, millis) = time.rsplit_once(':')?;
    Some(format!(
        "{year:04}-{month:02}-{day:02} {seconds:0>8}.{millis} {rest}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_is_first_unless_it_cannot_be() {
        let check = |date: [&str; 3], clock: &str, expected: &str| {
            assert_eq!(rewritten(date, clock).as_deref(), Some(expected));
        };
        check(
            ["5", "12", "26"],
            "14:00:00:250 UTC",
            "2026-05-12 14:00:00.250 UTC",
        );
        check(
            ["25", "12", "2026"],
            "9:00:00:250 CET",
            "2026-12-25 09:00:00.250 CET",
        );
        assert_eq!(rewritten(["x", "1", "1"], "14:00:00:250"), None);
    }
}
