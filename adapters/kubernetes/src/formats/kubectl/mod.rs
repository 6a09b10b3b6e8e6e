//! What `kubectl logs --prefix` and stern print: the pod and the container, and a line that it
//! wrote.
//!
//! Sources: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go` of github.com/kubernetes/kubernetes,
//! `addPrefixIfNeeded`, as of 2026-11-28; README of github.com/stern/stern, `--template`, as of
//! 2026-11-30.

use nepho_codec::message::Describer;
use nepho_codec::pod::workload;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::message::Printed;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines as kubectl logs --prefix and stern print them",
    permissions: &[],
    make: Make::Format(|| Box::new(Kubectl)),
});

const NAME: &str = "kubernetes.kubectl";

/// Reads what kubectl prints.
pub struct Kubectl;

impl Format for Kubectl {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match parse(sample.text) {
            Some(_) => Confidence(85),
            None => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        parse(record.text)?.inside(record)
    }

    fn marks(&self) -> Vec<Marks> {
        let names = bytes_of(b"abcdefghijklmnopqrstuvwxyz");
        vec![
            Marks::of_start("[pod/").with(&["] "]),
            Marks::beginning(names).with(&["-", " "]),
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

/// `[pod/web-1/app] message`, with `--timestamps` a time before the message.
fn parse(text: &str) -> Option<Printed<'_>> {
    let Some(rest) = text.strip_prefix("[pod/") else {
        return parse_stern(text);
    };
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

/// Longest name of a pod or a container, and of a namespace.
const NAME_BYTES: usize = 253;

/// `web-7d9f8b6c5-x2x4z app message`, with `--all-namespaces` the namespace before it. Only the name
/// that a replica set gives its pods tells such a line from others.
fn parse_stern(text: &str) -> Option<Printed<'_>> {
    let (first, rest) = word(text)?;
    let (pod, rest) = match is_replica(first) {
        true => (first, rest),
        false => word(rest).filter(|(second, _)| is_replica(second))?,
    };
    let (container, line) = word(rest)?;
    Some(Printed::new(container, container, pod, line))
}

/// The first word, if it is a name as Kubernetes has them, and what is behind the blank.
fn word(text: &str) -> Option<(&str, &str)> {
    let is_in_name =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let bytes = text.as_bytes();
    let end = bytes
        .iter()
        .take(NAME_BYTES + 1)
        .position(|byte| !is_in_name(byte))?;
    let name = text.get(..end).filter(|name| !name.is_empty())?;
    (bytes[end] == b' ' && bytes[0] != b'-').then(|| (name, &text[end + 1..]))
}

/// Whether a name is that of a pod of a replica set: with its hash and five characters more.
fn is_replica(name: &str) -> bool {
    let Some(suffix) = name.strip_prefix(workload(name)) else {
        return false;
    };
    suffix.matches('-').count() == 2 && suffix.len() > 10
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
        check("[pod/web-1] hello", None);
        check("[pod/web 1/app] hello", None);
        check("[pod/web-1/app]", None);
    }

    #[test]
    fn stern_prints_the_pod_and_the_container() {
        let check = |text: &str, expected: Option<(&str, &str, &str)>| {
            let found = parse(text).map(|line| (line.host, line.container, line.message));
            assert_eq!(found, expected, "{text}");
        };
        let pod = "web-7d9f8b6c5-x2x4z";
        let full = Some((pod, "app", "hello"));
        check("web-7d9f8b6c5-x2x4z app hello", full);
        check("shop web-7d9f8b6c5-x2x4z app hello", full);
        check(
            "web-7d9f8b6c5-x2x4z app 2026-05-12T14:00:00.123456789Z hello",
            full,
        );
        check("web-7d9f8b6c5-x2x4z app: hello", None);
        check("web-x2x4z app hello", None);
        check("web-1 app hello", None);
        check("web-7d9f8b6c5-x2x4z", None);
    }
}
