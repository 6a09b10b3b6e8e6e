//! What `docker compose up`, `docker compose logs` and `docker service logs` print: the name of a
//! container, a bar, and a line that it wrote.
//!
//! Source: docs.docker.com/reference/cli/docker/compose/logs, docs.docker.com/reference/cli/docker/
//! service/logs, as of 2026-11-27; Foreman and its relatives, whose lines look the same:
//! ddollar.github.io/foreman, as of 2026-12-01.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::logged::{is_logged, is_word};
use crate::message::Printed;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines as docker compose prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(Compose)),
});

const NAME: &str = "kubernetes.compose";

/// Reads what docker compose prints.
#[derive(Debug)]
pub struct Compose;

impl Format for Compose {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text).is_some() || ended(sample.text).is_some() {
            true => Confidence(60),
            false => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        match joined(record.text) {
            Cow::Borrowed(text) => parse(text)?.inside(record),
            Cow::Owned(text) => {
                let inside = parse(&text)?.inside(record)?;
                Some(Inside {
                    text: Cow::Owned(inside.text.into_owned()),
                    envelope: inside.envelope,
                })
            }
        }
    }

    fn marks(&self) -> Vec<Marks> {
        vec![
            Marks::beginning([true; 256]).with(&["|"]),
            Marks::beginning([true; 256]).with(&[EXITED]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ComposeDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = parse(raw) {
            found("container", line.container);
        } else if let Some((container, _)) = ended(raw) {
            found("container", container);
        }
    }
}

/// The lines of a stack trace as one: the name of the container stands before the first alone.
fn joined(text: &str) -> Cow<'_, str> {
    let (Some((first, others)), Some(bar)) = (text.split_once('\n'), text.find('|')) else {
        return Cow::Borrowed(text);
    };
    let name = text.get(..=bar).unwrap_or_default();
    let mut whole = first.trim_end_matches('\r').to_owned();
    for line in others.split('\n') {
        let line = line.trim_end_matches('\r');
        let message = line.strip_prefix(name).unwrap_or(line);
        whole.push('\n');
        whole.push_str(message.strip_prefix(' ').unwrap_or(message));
    }
    Cow::Owned(whole)
}

fn parse(text: &str) -> Option<Printed<'_>> {
    text.bytes().take(200).position(|byte| byte == b'|')?;
    let end = text.bytes().take(160).position(|byte| byte == b' ')?;
    let (container, rest) = text.split_at_checked(end)?;
    let (blanks, rest) = rest.split_once('|')?;
    blanks.bytes().all(|byte| byte == b' ').then_some(())?;
    let rest = match rest.strip_prefix(' ') {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return None,
    };
    if let Some((service, node)) = named(container) {
        return Some(Printed::new(service, container, node, rest));
    }
    // A table of a program has more bars.
    if blanks.len() > 1
        && !rest.contains(" | ")
        && let Some(service) = numbered(container)
    {
        return Some(Printed::new(service, container, "", rest));
    }
    // With `container_name` there is no number; only what is surely a line of a log tells then,
    // behind a name that is padded: all are one wider than the longest.
    (blanks.len() > 1 && is_own(container) && is_logged(rest))
        .then(|| Printed::new(container, container, "", rest))
}

/// Whether a name is one that `container_name` may give, and no level, user, address or file, as
/// stand before a bar and a time in tables.
fn is_own(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(is_part)
        && !is_word(name)
}

/// What stands between the name of a container and the status with which it ended.
const EXITED: &str = " exited with code ";

/// Container and status of `web-1 exited with code 137`, which `docker compose up` prints behind
/// its lines; newer ones tell as well that it is started again.
fn ended(text: &str) -> Option<(&str, i32)> {
    let (container, status) = text.trim_end().split_once(EXITED)?;
    let status = status.strip_suffix(" (restarting)").unwrap_or(status);
    named(container)?;
    Some((container, status.parse().ok()?))
}

/// Puts that a container ended into the row. 130 and 143 are what it ends with when it is stopped
/// (128 and the number of `SIGINT` or `SIGTERM`).
fn fill_end(container: &str, status: i32, text: &str, row: &mut Row<'_>) {
    let service = named(container).map_or(container, |(service, _)| service);
    row.text(Column::Service, service)
        .text(Column::Process, container)
        .text(Column::Body, text.trim_end());
    match status {
        0 => {
            row.outcome(Outcome::Success);
        }
        130 | 143 => {}
        _ => {
            row.outcome(Outcome::Failure).severity(Severity::ERROR);
        }
    }
}

fn is_name(container: &str) -> bool {
    container.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && container
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@'))
}

/// Service and node of `web-1`, `web_1`, `shop-web-1` and `shop_web.1.k2j4h5@node-1`.
fn named(container: &str) -> Option<(&str, &str)> {
    if !is_name(container) {
        return None;
    }
    let is_number = |text: &str| {
        (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some((task, node)) = container.split_once('@') {
        let mut parts = task.rsplitn(3, '.');
        let (_, number, service) = (parts.next()?, parts.next()?, parts.next()?);
        return is_number(number).then_some((service, node));
    }
    let (service, number) = container.rsplit_once(['-', '_'])?;
    (is_number(number) && !service.is_empty()).then_some((service, ""))
}

/// Type of a process as Foreman and Forego number them, `web.1`, before a bar that is padded.
/// Images that run several processes, as nginx-proxy, print them so.
fn numbered(name: &str) -> Option<&str> {
    let (process, number) = name.split_once('.')?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_');
    let is_type = process.len() > 1 && process.bytes().all(is_letter);
    (is_number && is_type).then_some(process)
}

struct ComposeDecoder(Describer);

impl Decoder for ComposeDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if let Some((container, status)) = ended(record.text) {
            let mut row = out.row(record);
            row.constant(Column::Format, NAME);
            fill_end(container, status, record.text, &mut row);
            row.commit();
            return Verdict::Rows;
        }
        let text = joined(record.text);
        let Some(line) = parse(&text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        line.fill(&mut self.0, &mut row);
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let found = parse(text).map(|line| (line.service, line.host, line.message));
            assert_eq!(found, expected, "{text}");
        };
        check("web-1  | hello | you", Some(("web", "", "hello | you")));
        check("shop_web_1    | hello", Some(("shop_web", "", "hello")));
        check("web-1  |", Some(("web", "", "")));
        check(
            "shop_web.1.k2j4h5@node-1    | hello",
            Some(("shop_web", "node-1", "hello")),
        );
        check(
            "web-1  | 2026-05-12T14:00:00.123456789Z hello",
            Some(("web", "", "hello")),
        );
        check(
            "shop-db  | 2026-05-12 14:00:00.123 UTC [1] LOG:  started",
            Some((
                "shop-db",
                "",
                "2026-05-12 14:00:00.123 UTC [1] LOG:  started",
            )),
        );
        check(
            "worker  | [2026-05-12 14:00:00,123: WARNING/Worker-1] x",
            Some((
                "worker",
                "",
                "[2026-05-12 14:00:00,123: WARNING/Worker-1] x",
            )),
        );
        for name in ["info", "200", "fail", "10.0.0.7", "anna@shop", "a.py"] {
            check(&format!("{name} | 2026-05-12 14:00:00 hello"), None);
        }
        check("nginx.1     | hello", Some(("nginx", "", "hello")));
        for name in [
            "v1.2",
            "python3.11",
            "a.1",
            "1.5",
            "x.y.1",
            "web.10203",
            "Web.1",
        ] {
            check(&format!("{name}    | hello"), None);
        }
        check("web.1 | hello", None);
        check("worker | 2026-05-12 14:00:00 | GET /x", None);
        check("basket | {\"id\":7}", None);
        check("worker  | hello", None);
        check("info  | hello", None);
        check("Step-1 | hello", None);
        check("web-1", None);
    }

    #[test]
    fn containers_end_with_a_status() {
        let check = |text: &str, expected: Option<(&str, i32)>| {
            assert_eq!(ended(text), expected, "{text}");
        };
        check("web-1 exited with code 137", Some(("web-1", 137)));
        check("web-1 exited with code 1 (restarting)", Some(("web-1", 1)));
        check("job exited with code 1", None);
        check("web-1 exited with code x", None);
    }
}
