//! What `kubectl logs --prefix` and Stern print: the pod and the container, and a line that it
//! wrote.
//!
//! Sources: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go` of github.com/kubernetes/kubernetes,
//! `addPrefixIfNeeded`, as of 2026-11-28; `cmd/cmd.go` of github.com/stern/stern (templates of
//! `--output default`), as of 2026-11-30.

use nepho_codec::message::{Describer, logfmt_like};
use nepho_codec::time;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use crate::message::Printed;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines as kubectl logs --prefix prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(Kubectl)),
});

const NAME: &str = "kubernetes.kubectl";

/// Reads what kubectl prints.
pub struct Kubectl;

impl Format for Kubectl {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match (bracketed(sample.text), stern(sample.text)) {
            (Some(_), _) => Confidence(85),
            (None, Some(_)) => Confidence(60),
            (None, None) => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        parse(record.text)?.inside(record)
    }

    fn marks(&self) -> Vec<Marks> {
        let name = b"abcdefghijklmnopqrstuvwxyz0123456789";
        vec![
            Marks::of_start("[pod/").with(&["] "]),
            Marks::beginning(bytes_of(name)).with(&["-", " "]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(KubectlDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(line) = parse(raw) {
            found("container", line.container);
        }
    }
}

fn parse(text: &str) -> Option<Printed<'_>> {
    bracketed(text).or_else(|| stern(text))
}

/// `web-7d9f8b6c5-x2x4z app message` of Stern. Any text may begin with two words, so the first
/// must be the name of a pod as controllers make them, and the message surely a line of a log.
fn stern(text: &str) -> Option<Printed<'_>> {
    let first = text.bytes().take(254).position(|byte| byte == b' ')?;
    let (pod, rest) = text.split_at_checked(first)?;
    if !is_generated(pod) {
        return None;
    }
    let (container, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let is_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_container = (1..64).contains(&container.len()) && container.bytes().all(is_label);
    (is_container && is_logged(rest)).then(|| Printed::new(container, container, pod, rest))
}

/// Whether a name ends with what a controller adds to its own, in letters that make no words
/// (`staging/src/k8s.io/apimachinery/pkg/util/rand`), or with the number that a stateful set adds.
fn is_generated(pod: &str) -> bool {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let Some((name, suffix)) = pod.rsplit_once('-') else {
        return false;
    };
    let is_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |byte: u8| is_label(byte) || matches!(byte, b'-' | b'.');
    let is_random = suffix.len() == 5 && suffix.bytes().all(|byte| LETTERS.contains(&byte));
    let is_number = suffix.len() <= 3 && suffix.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && name.bytes().all(is_part)
        && (is_random || is_number && !suffix.is_empty())
}

/// Whether a text is surely a line of a log: it begins with a time or as klog does, or it is
/// structured.
fn is_logged(text: &str) -> bool {
    let text = text.trim_end();
    let inner = text.strip_prefix('[').unwrap_or(text);
    let is_klog = matches!(
        text.as_bytes(),
        [
            b'I' | b'W' | b'E' | b'F',
            b'0'..=b'1',
            _,
            _,
            _,
            b' ',
            _,
            _,
            b':',
            ..
        ]
    );
    let is_object = || text.starts_with("{\"") && text.ends_with('}');
    is_klog || time::prefix(inner, Reference::ANY).is_some() || is_object() || logfmt_like(text)
}

/// `[pod/web-1/app] message`, with `--timestamps` a time before the message.
fn bracketed(text: &str) -> Option<Printed<'_>> {
    let rest = text.strip_prefix("[pod/")?;
    let end = rest.bytes().take(330).position(|byte| byte == b']')?;
    let (pod, container) = rest[..end].split_once('/')?;
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    let rest = rest[end + 1..].strip_prefix(' ')?;
    let line = Printed::new(container, container, pod, rest);
    (is_name(pod) && is_name(container)).then_some(line)
}

struct KubectlDecoder(Describer);

impl Decoder for KubectlDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = parse(record.text) else {
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
    fn the_pod_and_the_container_stand_in_brackets() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let found = parse(text).map(|line| (line.host, line.container, line.message));
            assert_eq!(found, expected, "{text}");
        };
        let full = Some(("web-1", "app", "hello"));
        check("[pod/web-1/app] hello", full);
        check("[pod/web-1/app] 2026-05-12T14:00:00.123456789Z hello", full);
        check("[pod/web-1/app] ", Some(("web-1", "app", "")));
        let stern = Some(("web-7d9f8b6c5-x2x4z", "app", "{\"msg\":\"hello\"}"));
        check("web-7d9f8b6c5-x2x4z app {\"msg\":\"hello\"}", stern);
        let klog = "E0512 14:00:00.678901       1 main.go:1] boom";
        check(&format!("db-0 proxy {klog}"), Some(("db-0", "proxy", klog)));
        check("web-7d9f8b6c5-x2x4z app was deleted", None);
        check("web-shop app {\"msg\":\"hello\"}", None);
        check("[pod/web-1] hello", None);
        check("[pod/web 1/app] hello", None);
        check("[pod/web-1/app]", None);
    }
}
