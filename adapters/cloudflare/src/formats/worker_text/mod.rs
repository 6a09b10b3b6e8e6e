//! Runs of Cloudflare Workers as `wrangler tail` prints them: a line about the run, and below it
//! what the Worker logged and the exceptions that ended it.
//!
//! Source: `packages/wrangler/src/tail/printing.ts` of github.com/cloudflare/workers-sdk, as of
//! 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::stream::service;
use nepho_codec::table::{Event, GuardedLines, Lines, keep, outcome_of, text, time, url};
use nepho_codec::time as times;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::time::Reference;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.worker_text",
    summary: "Cloudflare Workers: runs as wrangler tail prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const LOGGED: usize = 0;
const ENDING: usize = 1;

/// How a run ended.
macro_rules! ending {
    () => {
        "{ending:Ok|Canceled|Exceeded CPU Limit|Exceeded Memory Limit|Exception Thrown|Unknown\
         |Response Stream Disconnected}"
    };
}

/// A time with slashes, of which only the capitals behind the clock of the United States tell that
/// the month is first: it is no time of the row.
macro_rules! slashed {
    () => {
        "{_:int}/{_:int}/{_:int}{?,} {_:int}:{_:int}:{_:int}{? {_:am|pm}}{?\u{202f}{_:am|pm}}"
    };
}

macro_rules! request {
    () => {
        "{method:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS} {url:word}"
    };
}

macro_rules! queue {
    () => {
        "Queue {_:word} ({_:int} message{?s})"
    };
}

/// The ending stands before the time or behind it, by the kind of the event.
static TABLE: Lines = Lines {
    name: "cloudflare.worker_text",
    patterns: &[
        concat!(
            request!(),
            " - ",
            ending!(),
            " @ ",
            slashed!(),
            "{?\n{logged:rest}}"
        ),
        concat!(
            request!(),
            " - ",
            ending!(),
            " @ {time:time}{?\n{logged:rest}}"
        ),
        concat!(
            queue!(),
            " - ",
            ending!(),
            " @ ",
            slashed!(),
            "{?\n{logged:rest}}"
        ),
        concat!(
            queue!(),
            " - ",
            ending!(),
            " @ {time:time}{?\n{logged:rest}}"
        ),
        concat!(
            "Unknown Event - ",
            ending!(),
            " @ ",
            slashed!(),
            "{?\n{logged:rest}}"
        ),
        concat!(
            "Unknown Event - ",
            ending!(),
            " @ {time:time}{?\n{logged:rest}}"
        ),
        concat!(
            "\"{_}\" @ ",
            slashed!(),
            " - ",
            ending!(),
            "{?\n{logged:rest}}"
        ),
        concat!("\"{_}\" @ {time:time} - ", ending!(), "{?\n{logged:rest}}"),
        concat!(
            "Alarm @ ",
            slashed!(),
            " - ",
            ending!(),
            "{?\n{logged:rest}}"
        ),
        concat!("Alarm @ {time:time} - ", ending!(), "{?\n{logged:rest}}"),
        concat!(
            "Email from:{_} @ ",
            slashed!(),
            " - ",
            ending!(),
            "{?\n{logged:rest}}"
        ),
        concat!(
            "Email from:{_} @ {time:time} - ",
            ending!(),
            "{?\n{logged:rest}}"
        ),
    ],
    confidence: 90,
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["time"]),
        text(&["method"], Column::Method),
        url(&["url"]),
        outcome_of(&["ending"], ENDINGS),
        keep(&["logged"], LOGGED),
        keep(&["ending"], ENDING),
    ],
    extras: &[("ending", "result")],
    finish: Some(finish),
};

/// How runs end.
const ENDINGS: &[(&str, Outcome)] = &[
    ("Ok", Outcome::Success),
    ("Exceeded CPU Limit", Outcome::Failure),
    ("Exceeded Memory Limit", Outcome::Failure),
    ("Exception Thrown", Outcome::Failure),
    ("Unknown", Outcome::Failure),
];

/// Whether the first line tells of a run, and nothing but what was logged stands below it.
fn is_mine(text: &str) -> bool {
    let mut lines = text.trim_end().lines();
    let is_run = lines.next().is_some_and(is_run);
    is_run && lines.all(|line| line.is_empty() || line.starts_with([' ', '\t']))
}

/// Whether a line is about a run: with an ending that runs have, and a time to its end or to the
/// ending.
fn is_run(line: &str) -> bool {
    let Some((head, tail)) = line.rsplit_once(" @ ") else {
        return false;
    };
    match tail.rsplit_once(" - ") {
        Some((time, ending)) => is_ending(ending) && is_time(time) && is_timed_event(head),
        None => head.rsplit_once(" - ").is_some_and(|(event, ending)| {
            let is_event = event == "Unknown Event" || is_request(event) || is_queue(event);
            is_ending(ending) && is_time(tail) && is_event
        }),
    }
}

fn is_ending(word: &str) -> bool {
    let is_other = matches!(word, "Canceled" | "Response Stream Disconnected");
    is_other || ENDINGS.iter().any(|(known, _)| *known == word)
}

/// Whether an event is of those before a time: an alarm, a cron trigger or a mail.
fn is_timed_event(event: &str) -> bool {
    let cron = event
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    // Minute, hour, day, month and weekday.
    let is_cron = |cron: &str| cron.split(' ').count() == 5;
    event == "Alarm" || event.starts_with("Email from:") || cron.is_some_and(is_cron)
}

fn is_request(event: &str) -> bool {
    let url = event.split_once(' ').map_or("", |(_, url)| url);
    url.starts_with("http://") || url.starts_with("https://")
}

fn is_queue(event: &str) -> bool {
    event.starts_with("Queue ") && event.ends_with([')'])
}

/// Whether a text is a time as the language of whoever looks has it.
fn is_time(text: &str) -> bool {
    let is_of_slashed =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'/' | b',' | b' ' | b':');
    let bare = text.trim_end_matches(['a', 'p', 'm', ' ', '\u{202f}']);
    let is_slashed = bare.matches('/').count() == 2 && bare.bytes().all(is_of_slashed);
    let found = times::prefix(text, Reference::default());
    is_slashed || found.is_some_and(|(_, length)| length == text.len())
}

/// The message is what was logged, else the line about the run without a query.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let logged = event.kept(LOGGED).unwrap_or_default();
    let lines = || {
        logged
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let ending = event.kept(ENDING).unwrap_or_default();
    // Lines do not name the worker.
    if let Some(worker) = service(row.record().stream) {
        row.repeated(Column::Service, worker);
    }
    let body: Vec<&str> = lines().collect();
    match body.is_empty() {
        true => row.text(Column::Body, &told(event.text.trim_end(), &ending)),
        false => row.text(Column::Body, &body.join("\n")),
    };
    let is_failure =
        |(known, outcome): &(&str, Outcome)| *known == ending && *outcome == Outcome::Failure;
    let has = |level: &str| lines().any(|line| line.starts_with(level));
    if ENDINGS.iter().any(is_failure) || has("(error)") {
        row.severity(Severity::ERROR);
    } else if has("(warn") {
        row.severity(Severity::WARN);
    }
}

/// What the line of a run tells: of a request method, URL and ending. Queries carry tokens.
fn told<'a>(line: &'a str, ending: &str) -> Cow<'a, str> {
    let mut words = line.split(' ');
    match (words.next(), words.next()) {
        (Some(method), Some(url)) if url.starts_with("http") => {
            let url = url.split(['?', '#']).next().unwrap_or(url);
            format!("{method} {url} - {ending}").into()
        }
        _ => line.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_of_a_run() {
        let check = |text: &str, expected: bool| assert_eq!(is_mine(text), expected, "{text}");
        let time = "5/12/2026, 2:00:03 PM";
        check(&format!("GET https://a.example/ - Ok @ {time}"), true);
        check(
            &format!("GET https://a.example/ - Ok @ {time}\n  (log) a"),
            true,
        );
        check(&format!("\"* * * * *\" @ {time} - Ok"), true);
        check("Alarm @ 12.5.2026, 14:00:03 - Unknown", true);
        check("Alarm @ 13/05/2026, 2:00:03\u{202f}pm - Ok", true);
        check(&format!("GET https://a.example/ - Ok @ {time}\nb"), false);
        check(&format!("GET https://a.example/ - Ok @ {time} b"), false);
        check("GET /health - Ok @ 2026-05-12 14:00:00 from probe", false);
        check("GET /health - Ok @ 2026-05-12 14:00:00", false);
        check(
            "Alarm zone 3 @ 2026-05-12 14:00:00 triggered by motion",
            false,
        );
        check("Alarm zone 3 @ 2026-05-12 14:00:00 - Ok", false);
        check("Alarm @ 2026-05-12 14:00:00 - Off", false);
        check(
            "\"checkout\" @ 2026-05-12 14:00:00 connection refused",
            false,
        );
        check("\"checkout\" @ 2026-05-12 14:00:00 - Ok", false);
        check("Queue depth 17 @ 2026-05-12T14:00:00Z", false);
        check("Alarm @ 2026-05-12, 2:00:03 p.m. - Ok", false);
    }
}
