//! What `pm2 logs` prints: number and name of a process, a bar, and a line that it wrote; and
//! what PM2 itself writes: `PM2        | App [web:0] exited with code [1] via signal [SIGINT]`.
//!
//! Source: pm2.keymetrics.io/docs/usage/log-management, and `lib/API/Log.js` and `lib/God.js` of
//! github.com/Unitech/pm2, read 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

use crate::message::describe;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of processes as pm2 logs prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(Pm2)),
});

const NAME: &str = "pm2.log";
/// What PM2 calls itself.
const ITSELF: &str = "PM2";

/// Reads what `pm2 logs` prints.
struct Pm2;

impl Format for Pm2 {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let is_it = is_heading(sample.text) || parse(sample.text, Reference::ANY).is_some();
        match is_it {
            true => Confidence(75),
            false => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = parse(record.text, record.stream.reference())?;
        if line.name == ITSELF || line.message.trim().is_empty() || record.text.contains('\n') {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope.time = line.time.or(envelope.time);
        Some(Inside {
            text: Cow::Borrowed(line.message),
            envelope: envelope.with(Column::Service, line.name),
        })
    }

    fn marks(&self) -> Vec<Marks> {
        vec![
            Marks::beginning(bytes_of(b"0123456789P")).with(&["|", " | "]),
            Marks::of_start("[TAILING] "),
            Marks::beginning(bytes_of(b"/ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
                .with(&[".log", " last ", " lines:"]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(Pm2Decoder(Describer::default()))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let line = parse(raw, stream.reference()).filter(|line| !line.number.is_empty());
        if let Some(line) = line {
            found("instance", line.number);
        }
    }
}

/// Whether a line tells whose lines follow: `/root/.pm2/logs/web-out.log last 15 lines:`.
fn is_heading(text: &str) -> bool {
    let text = text.trim_end();
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = |file: &str| {
        let is_absolute = file.starts_with('/')
            || matches!(file.as_bytes(), [b'A'..=b'Z', b':', b'\\' | b'/', ..]);
        is_absolute && file.ends_with(".log") && !file.contains(char::is_whitespace)
    };
    let of_file = || {
        let (file, rest) = text.split_once(" last ")?;
        Some(is_path(file) && is_count(rest.strip_suffix(" lines:")?))
    };
    let of_all = || {
        let rest = text.strip_prefix("[TAILING] Tailing last ")?;
        let (count, _) = rest.split_once(" lines for [")?;
        Some(is_count(count))
    };
    of_all().or_else(of_file) == Some(true)
}

/// A line, taken apart.
struct Line<'a> {
    /// Number of the process; empty for PM2 itself.
    number: &'a str,
    /// Its name, of lines from files cut to eight characters.
    name: &'a str,
    /// With `--time` or a format of dates.
    time: Option<Timestamp>,
    message: &'a str,
}

fn parse(text: &str, reference: Reference) -> Option<Line<'_>> {
    let (first, _) = text.split_once('\n').unwrap_or((text, ""));
    let bar = first.find(" | ").or_else(|| {
        let end = first.trim_end();
        end.ends_with(" |").then(|| end.len() - 2)
    })?;
    let padded = first.get(..bar)?;
    let head = padded.trim_end();
    // Of files it is made ten wide, of processes that write one wider than it is.
    let is_padded = match padded.chars().count() {
        10 => true,
        width => width == head.chars().count() + 1,
    };
    if !is_padded {
        return None;
    }
    let (number, name) = match head.split_once('|') {
        Some((number, name)) => (number, name),
        None => ("", head),
    };
    let is_number =
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_it = match number {
        "" => name == ITSELF,
        _ => is_number && is_name(name),
    };
    if !is_it {
        return None;
    }
    let message = text.get(bar + 2..)?;
    let message = message.strip_prefix(' ').unwrap_or(message);
    let (time, message) = timed(message, reference);
    Some(Line {
        number,
        name,
        time,
        message,
    })
}

/// Whether a word is the name of a process. Columns between bars hold levels, outcomes and methods.
fn is_name(word: &str) -> bool {
    const OTHERS: [&str; 22] = [
        "get", "put", "post", "head", "patch", "delete", "options", "connect", "ok", "success",
        "failure", "failed", "fail", "passed", "pass", "denied", "allowed", "accepted", "rejected",
        "true", "false", "null",
    ];
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:@/".contains(&byte);
    let lower = word.to_ascii_lowercase();
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(is_letter)
        && !OTHERS.contains(&&*lower)
        && Severity::from_word(word).is_none()
}

/// Takes the time from a message, `2026-05-12T14:00:00: message`.
fn timed(message: &str, reference: Reference) -> (Option<Timestamp>, &str) {
    let found = time::prefix(message, reference).and_then(|(time, end)| {
        let rest = message.get(end..)?.strip_prefix(": ")?;
        Some((Some(time), rest))
    });
    found.unwrap_or((None, message))
}

/// The lines of a stack trace as one, without what stands before each but the first.
fn joined<'a>(text: &'a str, message: &'a str) -> Cow<'a, str> {
    let Some((first, others)) = message.split_once('\n') else {
        return Cow::Borrowed(message);
    };
    let bar = text.find(" | ").map_or(0, |bar| bar + 3);
    let head = text.get(..bar).unwrap_or_default();
    let mut whole = first.trim_end_matches('\r').to_owned();
    for line in others.split('\n') {
        let line = line.strip_prefix(head).unwrap_or(line);
        let (_, line) = timed(line, Reference::ANY);
        whole.push('\n');
        whole.push_str(line.trim_end_matches('\r'));
    }
    Cow::Owned(whole)
}

struct Pm2Decoder(Describer);

impl Decoder for Pm2Decoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if is_heading(record.text) {
            return Verdict::Structure;
        }
        let Some(line) = parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        if line.name == ITSELF {
            fill_own(line.message, &mut row);
        } else {
            describe(&mut self.0, &joined(record.text, line.message), &mut row);
            if !row.has(Column::Service) {
                row.text(Column::Service, line.name);
            }
        }
        if let Some(time) = line.time {
            row.time(time);
        }
        row.commit();
        Verdict::Rows
    }
}

/// What PM2 tells of its processes: `PM2 log: App [web:0] exited with code [1] via signal
/// [SIGINT]`.
fn fill_own(message: &str, row: &mut Row<'_>) {
    let (severity, message) = match message.split_once(": ") {
        Some(("PM2 log", rest)) => (Severity::INFO, rest),
        Some(("PM2 error", rest)) => (Severity::ERROR, rest),
        _ => (Severity::INFO, message),
    };
    row.severity(severity)
        .constant(Column::Process, "pm2")
        .text(Column::Body, message.trim_end());
    let app = message
        .strip_prefix("App [")
        .and_then(|rest| rest.split_once(']'));
    let Some((app, rest)) = app else {
        row.constant(Column::Service, "pm2");
        return;
    };
    row.text(Column::Service, app.split(':').next().unwrap_or(app));
    let code = rest.split_once("exited with code [");
    let code = code.and_then(|(_, rest)| rest.split_once(']'));
    match code.map(|(code, _)| code) {
        // 130 and 143 are what a process ends with when it is stopped.
        Some("0") => drop(row.outcome(Outcome::Success)),
        Some("130" | "143") | None => {}
        Some(_) => drop(row.severity(Severity::ERROR).outcome(Outcome::Failure)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_name_stand_before_a_line() {
        let check = |text: &str, expected: Option<(&str, &str, bool, &str)>| {
            let found = parse(text, Reference::ANY);
            let found =
                found.map(|line| (line.number, line.name, line.time.is_some(), line.message));
            assert_eq!(found, expected, "{text}");
        };
        check("0|web      | a | b", Some(("0", "web", false, "a | b")));
        check("11|web  | a", Some(("11", "web", false, "a")));
        check("1|api-serv | a", Some(("1", "api-serv", false, "a")));
        check("0|web      | ", Some(("0", "web", false, "")));
        check(
            "0|web      | 2026-05-12T14:00:00: a",
            Some(("0", "web", true, "a")),
        );
        check(
            "0|web      | 2026-05-12 14:00:00 +02:00: a",
            Some(("0", "web", true, "a")),
        );
        check("PM2        | a", Some(("", "PM2", false, "a")));
        for text in [
            "web        | a",
            "1 | 2 | 3",
            "0|a b      | c",
            "1778594400|checkout | order failed",
            "4| GET | /x",
            "4|GET      | /x",
            "2|error | order failed",
            "2|error    | order failed",
            "7|alice | 2026-05-12 | paid",
            "PM2 | a",
        ] {
            check(text, None);
        }
        check("", None);
    }

    #[test]
    fn files_head_their_lines() {
        for text in [
            "[TAILING] Tailing last 15 lines for [all] processes (change the value)",
            "/root/.pm2/logs/web-error.log last 15 lines:",
            "C:\\Users\\mona\\.pm2\\logs\\web-out.log last 15 lines:",
        ] {
            assert!(is_heading(text), "{text}");
        }
        for text in [
            "a.log last seen",
            "ERROR cannot read app.log last 10 lines:",
            "app.log last 10 lines:",
            "/var/log/my app.log last 10 lines:",
            "/var/log/app.log last  lines:",
            "[TAILING] Tailing last orders",
        ] {
            assert!(!is_heading(text), "{text}");
        }
    }
}
