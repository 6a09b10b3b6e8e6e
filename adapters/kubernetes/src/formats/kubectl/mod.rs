//! What `kubectl logs --prefix` prints: the pod and the container, and a line that it wrote.
//!
//! Source: `staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go` of github.com/kubernetes/kubernetes,
//! `addPrefixIfNeeded`, as of 2026-11-28.

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
    summary: "Container log lines as kubectl logs --prefix prints them",
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
        vec![Marks::of_start("[pod/").with(&["] "])]
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
        check("[pod/web-1] hello", None);
        check("[pod/web 1/app] hello", None);
        check("[pod/web-1/app]", None);
    }
}
