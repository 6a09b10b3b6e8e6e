//! What `fly logs` prints: the time, what of Fly.io wrote a line, where, the level, and the line:
//! `2026-05-12T14:00:00Z app[6e82932a759e18] fra [info]listening on 8080`.
//!
//! Source: fly.io/docs/monitoring/logging-overview and `logs` of github.com/superfly/flyctl, read
//! 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_codec::message::stream::service;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, TimeMark, Verdict, bytes_of,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of machines and of Fly.io as fly logs prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(Fly)),
});

const NAME: &str = "fly.log";

/// Reads what `fly logs` prints.
struct Fly;

impl Format for Fly {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text, sample.stream.reference()) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = parse(record.text, record.stream.reference())?;
        if line.source != APP || line.message.trim().is_empty() {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope.time = Some(line.time);
        Some(Inside {
            text: Cow::Borrowed(line.message),
            envelope: envelope
                .with(Column::Provider, PROVIDER)
                .with(Column::Host, line.machine)
                .with(Column::Region, line.region),
        })
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks {
            time: Some(TimeMark::between("", " ")),
            ..Marks::beginning(bytes_of(b"0123456789")).with(&["[", "] ", " ["])
        }]
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FlyDecoder {
            describer: Describer::default(),
            app: service(stream).map(str::to_owned),
        })
    }
}

const PROVIDER: &str = "fly";
/// What the app itself wrote.
const APP: &str = "app";
/// What writes lines, of Fly.io and of the app.
const SOURCES: [&str; 4] = [APP, "proxy", "runner", "health"];

/// A line, taken apart.
struct Line<'a> {
    time: Timestamp,
    /// What wrote it: `app`, `proxy`, `runner`, `health`.
    source: &'a str,
    /// Id of the machine.
    machine: &'a str,
    region: &'a str,
    severity: Severity,
    message: &'a str,
}

fn parse(text: &str, reference: Reference) -> Option<Line<'_>> {
    let text = text.trim_start_matches(' ');
    let (time, end) = time::prefix(text, reference)?;
    let rest = text.get(end..)?.strip_prefix(' ')?;
    let (source, rest) = rest.split_once('[')?;
    let (machine, rest) = rest.split_once("] ")?;
    let (region, rest) = rest.split_once(" [")?;
    let (level, message) = rest.split_once(']')?;
    let is_of = |text: &str, may_be: fn(&u8) -> bool| text.as_bytes().iter().all(may_be);
    let is_it = SOURCES.contains(&source)
        && (8..=14).contains(&machine.len())
        && is_of(machine, u8::is_ascii_hexdigit)
        && region.len() == 3
        && is_of(region, u8::is_ascii_lowercase);
    let severity = Severity::from_word(level).filter(|_| is_it)?;
    Some(Line {
        time,
        source,
        machine,
        region,
        severity,
        message: message.strip_prefix(' ').unwrap_or(message),
    })
}

/// Status with which the program of a machine ended.
fn exit_status(message: &str) -> Option<i32> {
    let (_, status) = message.split_once("Main child exited normally with code: ")?;
    status.trim().parse().ok()
}

struct FlyDecoder {
    describer: Describer,
    /// The app, which is told by the address of the stream alone.
    app: Option<String>,
}

impl Decoder for FlyDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .constant(Column::Provider, PROVIDER);
        // What an app writes to its output is informational for Fly.io, whatever it says.
        match line.source {
            APP => {
                self.describer.describe(line.message, &mut row);
                if !row.has_severity() {
                    row.severity(line.severity);
                }
            }
            _ => drop(row.text(Column::Body, line.message).severity(line.severity)),
        }
        if let Some(app) = self.app.as_deref().filter(|_| !row.has(Column::Service)) {
            row.repeated(Column::Service, app);
        }
        row.text(Column::Process, line.source)
            .text(Column::Host, line.machine)
            .text(Column::Region, line.region)
            .time(line.time);
        fill_end(&line, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Puts that the program ended into the row.
fn fill_end(line: &Line<'_>, row: &mut Row<'_>) {
    match exit_status(line.message) {
        Some(0) => drop(row.outcome(Outcome::Success)),
        Some(_) => drop(row.severity(Severity::ERROR).outcome(Outcome::Failure)),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_machine_region_and_level_stand_before_a_message() {
        let check = |text: &str, expected: Option<(&str, &str, &str, &str)>| {
            let found = parse(text, Reference::ANY);
            let found = found.map(|line| (line.source, line.machine, line.region, line.message));
            assert_eq!(found, expected, "{text}");
        };
        let time = "2026-05-12T14:00:00Z";
        let machine = "6e82932a759e18";
        let expected = |message| Some((APP, machine, "fra", message));
        check(
            &format!("{time} app[{machine}] fra [info] a"),
            expected("a"),
        );
        check(
            &format!("{time} app[{machine}] fra [info][b] a"),
            expected("[b] a"),
        );
        check(
            &format!("2026-05-12T14:00:00.25 app[{machine}] fra [error]  a"),
            expected(" a"),
        );
        check(&format!("{time} gateway[3f2a9c1d] api [info] a"), None);
        check(&format!("{time} app[{machine}] frankfurt [info] a"), None);
        check(&format!("{time} app[{machine}] fra [one] a"), None);
        check(&format!("{time} app[1] fra [info] a"), None);
        check(&format!("{time} web-1 app[12]: fra [info] a"), None);
    }
}
