//! What `cf logs` prints: the time, what of Cloud Foundry wrote a line, and the line:
//! `   2026-05-12T14:00:00.25+0000 [APP/PROC/WEB/0] OUT order taken`.
//!
//! Source: `util/ui/log_message.go` of github.com/cloudfoundry/cli, and
//! docs.cloudfoundry.org/devguide/deploy-apps/streaming-logs.html, as of 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};
use nepho_core::time::Reference;

use crate::message::describe;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of apps and of Cloud Foundry as cf logs prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(CloudFoundry)),
});

const NAME: &str = "cloudfoundry.log";

/// Reads what `cf logs` prints.
#[derive(Debug)]
pub struct CloudFoundry;

impl Format for CloudFoundry {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text, sample.stream.reference()) {
            Some(_) => Confidence::CERTAIN,
            None => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = parse(record.text, record.stream.reference())?;
        if line.message.trim().is_empty() || ended_badly(line.message) {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope.time = Some(line.time);
        Some(Inside {
            text: Cow::Borrowed(line.message),
            envelope: envelope.with(Column::Process, line.source),
        })
    }

    fn marks(&self) -> Vec<Marks> {
        vec![Marks::beginning([true; 256]).with(&["T", "[", "] "])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(CloudFoundryDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = parse(raw, stream.reference()) {
            found("stream", line.stream);
        }
    }
}

/// A line, taken apart.
struct Line<'a> {
    time: Timestamp,
    /// What wrote it, with the number of the instance: `APP/PROC/WEB/0`, `RTR/1`, `CELL/0`.
    source: &'a str,
    /// `OUT` or `ERR`.
    stream: &'a str,
    message: &'a str,
}

fn parse(text: &str, reference: Reference) -> Option<Line<'_>> {
    let text = text.trim_start_matches(' ');
    if text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let (time, end) = time::prefix(text, reference)?;
    let rest = text.get(end..)?.strip_prefix(" [")?;
    let (source, rest) = rest.split_once("] ")?;
    // Old ones pad the source.
    let rest = rest.trim_start_matches(' ');
    let (stream, message) = ["OUT", "ERR"]
        .iter()
        .find_map(|stream| Some((*stream, rest.strip_prefix(stream)?)))?;
    let message = match message.strip_prefix(' ') {
        Some(message) => message,
        None if message.trim().is_empty() => "",
        None => return None,
    };
    is_source(source).then_some(Line {
        time,
        source,
        stream,
        message,
    })
}

/// Whether a text is a component, what it runs, and the number of an instance: `APP/PROC/WEB/0`,
/// `APP/TASK/migrate/0`, `CELL/SSHD/0`, `App/0` of old ones. Without a number, only components that
/// never had one: other programs write their own name and a level like this.
fn is_source(text: &str) -> bool {
    let Some((component, number)) = text.rsplit_once('/') else {
        return matches!(text, "DEA" | "LGR" | "API" | "STG" | "RTR");
    };
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    component.starts_with(|first: char| first.is_ascii_uppercase())
        && component.bytes().all(is_of_name)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the platform tells that an app has ended and should not.
fn ended_badly(message: &str) -> bool {
    message.starts_with("App instance exited ") && message.contains("\"reason\"=>\"CRASHED\"")
        || message.starts_with("Process has crashed with type: ")
}

/// Status with which a process ended, of `Exit status 1`; not that of `SIGTERM`, which stops one.
fn exit_status(message: &str) -> Option<i32> {
    let status = message.strip_prefix("Exit status ")?;
    let status = status.split(' ').next()?.parse().ok()?;
    (status != 143).then_some(status)
}

struct CloudFoundryDecoder(Describer);

impl Decoder for CloudFoundryDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        describe(&mut self.0, line.message, &mut row);
        row.text(Column::Process, line.source).time(line.time);
        fill_end(&line, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Puts that a process ended into the row.
fn fill_end(line: &Line<'_>, row: &mut Row<'_>) {
    // The proxy beside an app is killed whenever the app ends.
    let is_of_app = line.source.starts_with("APP/");
    let status = exit_status(line.message).filter(|_| is_of_app);
    let is_unhealthy = line.source.starts_with("HEALTH/") && line.stream == "ERR";
    if ended_badly(line.message) || is_unhealthy || status.is_some_and(|status| status != 0) {
        row.severity(Severity::ERROR).outcome(Outcome::Failure);
    } else if status == Some(0) {
        row.outcome(Outcome::Success);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_and_the_stream_stand_before_a_message() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let found = parse(text, Reference::ANY);
            let found = found.map(|line| (line.source, line.stream, line.message));
            assert_eq!(found, expected, "{text}");
        };
        let app = "APP/PROC/WEB/0";
        let time = "2026-05-12T14:00:00.25+0200";
        check(
            &format!("   {time} [{app}] OUT a [b] c"),
            Some((app, "OUT", "a [b] c")),
        );
        check(
            &format!("{time} [RTR/1] ERR a"),
            Some(("RTR/1", "ERR", "a")),
        );
        check(&format!("   {time} [{app}] OUT"), Some((app, "OUT", "")));
        check(
            "2026-05-12T14:00:00.25Z [DEA] OUT a",
            Some(("DEA", "OUT", "a")),
        );
        for source in ["App/0", "DEA", "RTR"] {
            let text = format!("   {time} [{source}]     OUT  a");
            check(&text, Some((source, "OUT", " a")));
        }
        check(&format!("{time} [{app}] OUTER a"), None);
        check(&format!("{time} [main] OUT a"), None);
        check(&format!("{time} [Main] ERR a"), None);
        check(&format!("{time} [Pool/worker] ERR a"), None);
        check(&format!("{time} [12] ERR a"), None);
        check(&format!("[{app}] OUT a"), None);
    }
}
