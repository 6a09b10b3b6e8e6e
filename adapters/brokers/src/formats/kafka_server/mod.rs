//! Logs of Kafka brokers, controllers, connectors and their ZooKeeper:
//! `[time] LEVEL message (class)`.

mod authorizer;

use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Marks, Record, Sample, Stream, TimeMark, Verdict,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "kafka.server",
    summary: "Kafka logs of brokers, controllers and connectors",
    permissions: &[],
    make: Make::Format(|| Box::new(KafkaServer)),
});

/// Beginnings of the names of classes and loggers that Kafka and what it ships with have.
const OWN: [&str; 6] = [
    "kafka.",
    "org.apache.kafka.",
    "org.apache.zookeeper.",
    "state.change.logger",
    "io.confluent.",
    "org.I0Itec.",
];

struct KafkaServer;

impl Format for KafkaServer {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match Line::parse(sample.text, Reference::ANY) {
            Some(line) if line.is_own() => Confidence::CERTAIN,
            Some(_) => Confidence::LIKELY,
            None => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        let first = nepho_core::format::bytes_of(b"[");
        vec![Marks {
            time: Some(TimeMark::between("[", "] ")),
            ..Marks::beginning(first).with(&["(", ")"])
        }]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(KafkaServerDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(component) = Line::parse(raw, Reference::ANY).and_then(|line| line.component())
        {
            found("component", component);
        }
    }
}

struct KafkaServerDecoder;

impl Decoder for KafkaServerDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = Line::parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, "kafka.server")
            .time(line.time)
            .severity(line.severity)
            .text(Column::Process, line.class);
        match line.trace {
            "" => row.text(Column::Body, line.message),
            trace => row.text(Column::Body, &format!("{}\n{trace}", line.message)),
        };
        if line.class == "kafka.authorizer.logger" {
            authorizer::describe(line.message, &mut row);
        }
        service::fill(&mut row, line.is_own().then_some("kafka"));
        row.commit();
        Verdict::Rows
    }
}

/// A record, taken apart.
struct Line<'a> {
    time: Timestamp,
    severity: Severity,
    message: &'a str,
    class: &'a str,
    /// Lines behind the first.
    trace: &'a str,
}

impl<'a> Line<'a> {
    /// `None` for text that is no line of this log.
    fn parse(text: &'a str, reference: Reference) -> Option<Self> {
        let inside = text.strip_prefix('[')?;
        let (time, length) = time::prefix(inside, reference)?;
        let rest = inside.get(length..)?.strip_prefix("] ")?;
        let (word, rest) = rest.split_once(' ')?;
        let is_level = word.bytes().all(|byte| byte.is_ascii_uppercase());
        let severity = Severity::from_word(word).filter(|_| is_level)?;
        let rest = rest.trim_end();
        let (message, class, trace) = split_class(rest.trim_start())?;
        Some(Self {
            time,
            severity,
            message,
            class,
            trace,
        })
    }

    /// Whether the class is one that Kafka ships with. Connectors have classes of others.
    fn is_own(&self) -> bool {
        OWN.iter().any(|start| self.class.starts_with(start))
    }

    /// Text of `[Controller id=10]` at the start of the message.
    fn component(&self) -> Option<&'a str> {
        let (component, _) = self.message.strip_prefix('[')?.split_once(']')?;
        Some(component)
    }
}

/// Message, class, and what stands behind: the class ends the first line on which there is one, as
/// messages may have line ends of their own.
fn split_class(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(200) {
        let bare = line.trim_end();
        if let Some(open) = bare.rfind(" (")
            && let Some(class) = bare.get(open + 2..).and_then(|rest| rest.strip_suffix(')'))
            && is_class(class)
        {
            let message = text.get(..at + open)?.trim_end();
            let trace = text.get(at + line.len()..)?.trim_end();
            return Some((message, without_line(class), trace));
        }
        at += line.len();
    }
    None
}

/// Whether text is the name of a class or of a logger of Kafka, with a line number or not:
/// `kafka.server.KafkaServer`, `org.apache.kafka.connect.runtime.Worker:123`. Classes of others are
/// those with a capital letter in a package of two parts, as modules of other languages look alike.
fn is_class(text: &str) -> bool {
    let name = without_line(text);
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'))
    };
    let is_own = OWN.iter().any(|start| name.starts_with(start));
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_java = name.split('.').count() > 2 && last.starts_with(|c: char| c.is_ascii_uppercase());
    (is_own || is_java) && name.split('.').all(is_part)
}

fn without_line(class: &str) -> &str {
    match class.rsplit_once(':') {
        Some((name, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_ends_the_message() {
        let check = |text, expected| assert_eq!(split_class(text), expected, "{text}");
        check("up (kafka.A)", Some(("up", "kafka.A", "")));
        check(
            "up (now) (a.b.C$D:12)\njava.x: y\n\tat z",
            Some(("up (now)", "a.b.C$D", "java.x: y\n\tat z")),
        );
        check(
            "values:\n\ta = 1\n (kafka.A)",
            Some(("values:\n\ta = 1", "kafka.A", "")),
        );
        check("up (now)", None);
        check("took (1.5)", None);
        check("", None);
    }

    #[test]
    fn other_lines_in_brackets_are_left_alone() {
        for text in [
            "[2024-05-01 10:00:00,123] INFO up",
            "[2024-05-01 10:00:00,123] info up (kafka.A)",
            "[2024-05-01 10:00:00,123]INFO up (kafka.A)",
            "[soon] INFO up (kafka.A)",
            "[2024-05-01 10:00:00,123] INFO in app: up (shop.views)",
        ] {
            assert!(Line::parse(text, Reference::default()).is_none(), "{text}");
        }
    }
}
