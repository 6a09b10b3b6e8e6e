//! What `kubectl logs --prefix` and Stern print: the pod and the container, and a line that it
//! wrote.
//!
//! Sources: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go` of github.com/kubernetes/kubernetes,
//! `addPrefixIfNeeded`, as of 2026-11-28; `cmd/cmd.go` of github.com/stern/stern (templates of
//! `--output default`), as of 2026-11-30.

use nepho_codec::message::Describer;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict, bytes_of,
};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::logged::{is_logged, is_word};
use crate::message::Printed;
use crate::place::workload;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines as kubectl logs --prefix prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(Kubectl)),
});

const NAME: &str = "kubernetes.kubectl";

/// Reads what kubectl prints.
#[derive(Debug)]
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
        // Names that begin with a digit are rare, and times do.
        let name = b"abcdefghijklmnopqrstuvwxyz";
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
/// must be the name of a pod as controllers make them, the second none of prose, and the message
/// surely a line of a log. The pods of stateful sets have names as anything that is numbered.
fn stern(text: &str) -> Option<Printed<'_>> {
    let first = text.bytes().take(254).position(|byte| byte == b' ')?;
    let (pod, rest) = text.split_at_checked(first)?;
    if !is_generated(pod) {
        return None;
    }
    let (container, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let is_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_container = (1..64).contains(&container.len())
        && container.bytes().all(is_label)
        && container.starts_with(|first: char| first.is_ascii_lowercase())
        && !is_word(container);
    let is_line = is_container && is_logged(rest);
    is_line.then(|| Printed::new(workload(pod, container), container, pod, rest))
}

/// Whether a name ends with what a controller adds to its own, in letters that make no words
/// (`staging/src/k8s.io/apimachinery/pkg/util/rand`). Digits alone are a number of anything.
fn is_generated(pod: &str) -> bool {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let [name @ .., b'-', a, b, c, d, e] = pod.as_bytes() else {
        return false;
    };
    let suffix = [a, b, c, d, e];
    let is_random = suffix.iter().all(|byte| LETTERS.contains(byte))
        && suffix.iter().any(|byte| byte.is_ascii_lowercase());
    let is_label = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |byte: &u8| is_label(byte) || matches!(byte, b'-' | b'.');
    is_random && name.first().is_some_and(u8::is_ascii_lowercase) && name.iter().all(is_part)
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
    let line = Printed::new(workload(pod, container), container, pod, rest);
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
        let pod = "web-7d9f8b6c5-x2x4z";
        check(&format!("{pod} proxy {klog}"), Some((pod, "proxy", klog)));
        check("web-shop app {\"msg\":\"hello\"}", None);
        check("[pod/web-1] hello", None);
        check("[pod/web 1/app] hello", None);
        check("[pod/web-1/app]", None);
    }

    #[test]
    fn sentences_that_begin_with_a_name_are_left_alone() {
        for text in [
            "worker-3 error {\"level\":\"error\",\"msg\":\"boom\"}",
            "worker-3 app {\"level\":\"error\",\"msg\":\"boom\"}",
            "job-17 failed 2026-05-12T14:00:00Z x",
            "order-42 paid {\"amount\":7}",
            "order-24579 shop {\"level\":\"info\",\"msg\":\"x\"}",
            "sha-256 mismatch {\"file\":\"a\"}",
            "us-east-1 instance level=error msg=x",
            "restarting web-7d9f8b6c5-x2x4z because liveness probe failed",
            "pod web-7d9f8b6c5-x2x4z is unhealthy: 503",
            "web-7d9f8b6c5-x2x4z terminated with exit code 137",
            "web-7d9f8b6c5-x2x4z app was deleted",
            "web-7d9f8b6c5-x2x4z failed 2026-05-12T14:00:00Z x",
            "web-7d9f8b6c5-x2x4z app {\"amount\":7}",
            "web-7d9f8b6c5-x2x4z app a=1 b=2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
