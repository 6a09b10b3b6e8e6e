//! What `docker compose up`, `docker compose logs` and `docker service logs` print: the name of a
//! container, a bar, and a line that it wrote.
//!
//! Source: docs.docker.com/reference/cli/docker/compose/logs, docs.docker.com/reference/cli/docker/
//! service/logs, as of 2026-11-27.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

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
pub struct Compose;

impl Format for Compose {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(_) => Confidence(60),
            None => Confidence::NO,
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
        vec![Marks::beginning([true; 256]).with(&["|"])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ComposeDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = parse(raw) {
            found("container", line.container);
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
    let rest = rest.trim_start_matches(' ').strip_prefix('|')?;
    let rest = match rest.strip_prefix(' ') {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return None,
    };
    let (service, node) = named(container)?;
    Some(Printed::new(service, container, node, rest))
}

/// Service and node of `web-1`, `web_1`, `shop-web-1` and `shop_web.1.k2j4h5@node-1`.
fn named(container: &str) -> Option<(&str, &str)> {
    let is_name = container.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && container
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@'));
    if !is_name {
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

struct ComposeDecoder(Describer);

impl Decoder for ComposeDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
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
        check("info  | hello", None);
        check("Step-1 | hello", None);
        check("web-1", None);
    }
}
