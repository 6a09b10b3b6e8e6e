//! The time that whoever prints or exports a log puts before each line, whatever the line is.
//!
//! | printed by | before the line |
//! |---|---|
//! | `kubectl logs --timestamps`, `docker logs -t`, GitHub Actions, exports of CloudWatch Logs | `2026-05-12T14:00:00.123Z ` |
//! | `aws logs tail --format short` | `2026-05-12T14:00:00 ` |
//! | `aws logs tail` | `2026-05-12T14:00:00.123000+00:00 stream ` |
//! | `logcli query` | `2026-05-12T14:00:00Z {app="shop", pod="shop-0"} ` |
//! | Grafana, what Explore saves as text | `2026-05-12T14:00:00.123Z`, a tab |
//! | the console of CloudWatch, rows copied | `2026-05-12T14:00:00.123Z \| ` |
//! | Docker Desktop, lines that are copied from it | `2026-05-12 14:00:00 `, in the zone of the desktop |
//! | jobs of GitLab | `2026-05-12T14:00:00.123456Z 00O `: number, stream, `+` |
//!
//! Many lines begin with a time of their own, so what is behind it counts only if a format knows
//! it.
//!
//! Sources (read 2026-11-30): kubernetes.io/docs/reference/kubectl/generated/kubectl_logs;
//! docs.docker.com/reference/cli/docker/container/logs;
//! docs.aws.amazon.com/cli/latest/reference/logs/tail.html;
//! docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html;
//! grafana.com/docs/loki/latest/query/logcli; grafana.com/docs/grafana/latest/explore;
//! docs.gitlab.com/runner/configuration/feature-flags, `FF_TIMESTAMPS`.

use std::borrow::Cow;

use nepho_core::Timestamp;
use nepho_core::format::Record;
use nepho_core::tables::Column;
use nepho_core::time::Reference;

use super::{Inner, Wrapped, envelope, fluentd, loki, otel_lines};
use crate::bytes::find_near;
use crate::time;

/// Length of `2026-05-12T14:00:00`, and of the longest time: nanoseconds and an offset.
const FEWEST_BYTES: usize = 19;
const MOST_BYTES: usize = 35;

/// Levels with which an application goes on behind its own time: no line of a format that has a
/// name begins so.
const LEVELS: [&str; 10] = [
    "INFO", "WARN", "WARNING", "ERROR", "DEBUG", "TRACE", "FATAL", "info", "warn", "error",
];

/// A line behind what is written as a time.
pub(crate) struct Printed<'a> {
    /// The time, which is read once the line is wanted.
    time: &'a str,
    /// Whether it is as fine as container runtimes write it, and has a zone.
    is_clock: bool,
    /// All behind the time.
    line: &'a str,
    /// The stream or the labels, if it is one, and what is behind it.
    stream: Option<(&'a str, &'a str)>,
}

impl<'a> Printed<'a> {
    /// Parts of a text; `None` if it begins with no such time.
    #[inline]
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        match text.as_bytes() {
            [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..] => Self::new(text),
            [b'0'..=b'9', ..] => Self::of_desktop(text),
            _ => None,
        }
    }

    /// A line of Docker Desktop. Most applications write their own time like that, so what is
    /// behind it must begin as logs do: with a time or a number, or as JSON or logfmt.
    fn of_desktop(text: &'a str) -> Option<Self> {
        let signs = [4, 7, 10, 13, 16, 19].map(|at| text.as_bytes().get(at).copied());
        let first = text.as_bytes().get(FEWEST_BYTES + 1)?;
        if signs != b"-- :: ".map(Some) || !b"0123456789[{<tl".contains(first) {
            return None;
        }
        let (time, line) = (text.get(..FEWEST_BYTES)?, text.get(FEWEST_BYTES + 1..)?);
        let is_word = line.starts_with(['t', 'l']);
        let is_pair = ["time=", "ts=", "t=", "level=", "lvl="]
            .iter()
            .any(|pair| line.starts_with(pair));
        (!is_word || is_pair).then_some(Self {
            time,
            is_clock: false,
            line,
            stream: None,
        })
    }

    fn new(text: &'a str) -> Option<Self> {
        let most = text.len().min(MOST_BYTES + 1);
        let head = text.as_bytes().get(FEWEST_BYTES..most)?;
        let is_behind = |byte: &u8| matches!(byte, b' ' | b'\t');
        let end = FEWEST_BYTES + head.iter().position(is_behind)?;
        let (time, line) = (text.get(..end)?, text.get(end + 1..)?.trim_start());
        // Rows that are copied from a table.
        let line = line.strip_prefix("| ").map_or(line, str::trim_start);
        let word = find_near(line.as_bytes(), b' ');
        let word = word.and_then(|end| line.get(..end));
        if line.is_empty() || word.is_some_and(|word| LEVELS.contains(&word)) {
            return None;
        }
        let behind = time.get(FEWEST_BYTES..)?;
        let stream = match behind.ends_with("+00:00") {
            true => line
                .split_once(' ')
                .filter(|(stream, line)| !stream.ends_with(':') && !line.trim().is_empty()),
            false => loki::labels_of(line),
        };
        Some(Self {
            time,
            is_clock: behind.starts_with('.') && behind.contains(['Z', '+', '-']),
            line,
            stream,
        })
    }

    /// The time, if it is one to its end.
    fn time(&self, reference: Reference) -> Option<Timestamp> {
        let (found, length) = time::prefix(self.time, reference)?;
        (length == self.time.len()).then_some(found)
    }

    /// Whether it is told by more than the time what stands behind it: labels, the tag of Fluentd,
    /// or what the Collector of OpenTelemetry prints of a resource.
    pub(crate) fn is_told(&self) -> bool {
        let mut tagged = self.line.split_once('\t').into_iter();
        self.has_labels()
            || behind_mark(self.time, self.line).is_some()
            || otel_lines::start(self.line.strip_prefix("info\t").unwrap_or_default()).is_some()
            || tagged.any(|(tag, held)| held.starts_with('{') && fluentd::is_tag(tag))
    }

    fn has_labels(&self) -> bool {
        self.line.starts_with('{') && self.stream.is_some()
    }

    /// Texts of which one may be the line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a str> {
        let behind = self.stream.map(|(_, line)| line.trim_start());
        std::iter::once(self.line).chain(behind)
    }
}

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let printed = Printed::of(record.text)?;
    let time = printed.time(record.stream.reference())?;
    let mut around = envelope(record);
    around.time = Some(time);
    around.is_clock = printed.is_clock;
    if let Some((labels, line)) = printed.stream.filter(|_| printed.has_labels()) {
        return Some(Wrapped::Records(vec![Inner {
            text: Cow::Borrowed(line),
            envelope: loki::with_written(around, labels),
        }]));
    }
    if let Some(line) = behind_mark(printed.time, printed.line) {
        return Some(Wrapped::Records(vec![Inner {
            text: Cow::Borrowed(line),
            envelope: around,
        }]));
    }
    let mut lines = Vec::with_capacity(2);
    for line in printed.lines() {
        let envelope = match (lines.is_empty(), printed.stream) {
            (false, Some((stream, _))) => around.clone().with(Column::Host, stream),
            _ => around.clone(),
        };
        lines.push(Inner {
            text: Cow::Borrowed(line),
            envelope,
        });
    }
    Some(Wrapped::OneOf(lines))
}

/// What stands behind the mark of GitLab, `00O ` or `01E+`, which follows microseconds.
fn behind_mark<'a>(time: &str, line: &'a str) -> Option<&'a str> {
    let is_micros = time.len() == "2026-05-12T14:00:00.123456Z".len() && time.ends_with('Z');
    match line.as_bytes() {
        [
            b'0'..=b'9' | b'a'..=b'f',
            b'0'..=b'9' | b'a'..=b'f',
            b'O' | b'E',
            b' ' | b'+',
            ..,
        ] if is_micros => line.get(4..).filter(|line| !line.trim().is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::opened;

    #[test]
    fn a_line_stands_behind_a_time_and_a_stream() {
        let check = |text: &str, time: &str, expected: &[&str]| {
            let (_, inside) = opened(open, text).expect("a line");
            let texts: Vec<_> = inside.iter().map(|inner| &*inner.text).collect();
            assert_eq!(texts, expected, "{text}");
            let told = inside.iter().filter_map(|inner| inner.envelope.time);
            assert!(told.eq(std::iter::repeat_n(
                nepho_core::Timestamp::parse_rfc3339(time).expect("a time"),
                inside.len()
            )));
        };
        let millis = "2026-05-12T14:00:00.123Z";
        check(&format!("{millis} a b"), millis, &["a b"]);
        let nanos = "2026-05-12T14:00:00.123456789+02:00";
        check(&format!("{nanos} a b"), nanos, &["a b"]);
        check("2026-05-12T14:00:00 a", "2026-05-12T14:00:00Z", &["a"]);
        let micros = "2026-05-12T14:00:00.123000+00:00";
        check(&format!("{micros} s-1 a b"), millis, &["s-1 a b", "a b"]);
        check(&format!("{micros} a[1]: b"), millis, &["a[1]: b"]);
        check(&format!("{micros} a"), millis, &["a"]);
        check(&format!("{millis}\ta b"), millis, &["a b"]);
        check(&format!("{millis} | a b"), millis, &["a b"]);
        check(&format!("{millis} {{app=\"a\"}} b c"), millis, &["b c"]);
        let (desktop, second) = ("2026-05-12 14:00:00", "2026-05-12T14:00:00Z");
        for line in ["1:M x", "[error] x", "{\"a\":1}", "time=\"x\" level=info"] {
            check(&format!("{desktop} {line}"), second, &[line]);
        }
    }

    #[test]
    fn the_mark_of_gitlab_stands_behind_microseconds() {
        let check = |text: &str, expected: &str| {
            let (_, inside) = opened(open, text).expect("a line");
            let texts: Vec<_> = inside.iter().map(|inner| &*inner.text).collect();
            assert_eq!(texts, [expected], "{text}");
        };
        check("2026-05-12T14:00:00.123456Z 00O a b", "a b");
        check("2026-05-12T14:00:00.123456Z 1fE+a b", "a b");
        check("2026-05-12T14:00:00Z CEO approved", "CEO approved");
        check("2026-05-12T14:00:00.123456Z CEO approved", "CEO approved");
        check("2026-05-12T14:00:00.123Z 00O a", "00O a");
    }

    #[test]
    fn other_lines_stand_behind_none() {
        for text in [
            "",
            "2026-05-12T14:00:00Z",
            "2026-05-12T14:00:00Z ",
            "2026-05-12 14:00:00 a",
            "2026-05-12 14:00:00 time is up",
            "2026-05-12 14:00:00,123 [a] b",
            "2026-05-12T14:00:00Zx a",
            "2026-05-12T14:00 a",
            "2026-99-12T14:00:00Z a",
            "[2026-05-12T14:00:00Z] a",
            "2026-05-12T14:00:00Z INFO a",
        ] {
            assert!(opened(open, text).is_none(), "{text}");
        }
    }
}
