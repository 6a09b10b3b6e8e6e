//! The time that whoever prints or exports a log puts before each line, whatever the line is.
//!
//! | printed by | before the line |
//! |---|---|
//! | `kubectl logs --timestamps`, `docker logs -t`, GitHub Actions, exports of CloudWatch Logs | `2026-05-12T14:00:00.123Z ` |
//! | `aws logs tail --format short` | `2026-05-12T14:00:00 ` |
//! | `aws logs tail` | `2026-05-12T14:00:00.123000+00:00 stream ` |
//!
//! Many lines begin with a time of their own, so what is behind it counts only if a format knows
//! it.
//!
//! Sources (read 2026-11-30): kubernetes.io/docs/reference/kubectl/generated/kubectl_logs;
//! docs.docker.com/reference/cli/docker/container/logs;
//! docs.aws.amazon.com/cli/latest/reference/logs/tail.html;
//! docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Wrapped, envelope};
use crate::bytes::find_near;
use crate::time;

/// Length of `2026-05-12T14:00:00`, and of the longest time: nanoseconds and an offset.
const FEWEST_BYTES: usize = 19;
const MOST_BYTES: usize = 35;

/// Whether a text may be such a line, as a quick look tells.
#[inline]
pub(super) fn may_be(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, b'T', ..]
    )
}

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text;
    if !may_be(text) {
        return None;
    }
    let head = text
        .as_bytes()
        .get(FEWEST_BYTES..text.len().min(MOST_BYTES + 1))?;
    let end = FEWEST_BYTES + find_near(head, b' ')?;
    let (written, line) = (text.get(..end)?, text.get(end + 1..)?);
    let (time, length) = time::prefix(written, record.stream.reference())?;
    if length != end || line.trim().is_empty() {
        return None;
    }
    let mut around = envelope(record);
    around.time = Some(time);
    // As container runtimes write it: finer than seconds, and with a zone.
    let rest = written.get(FEWEST_BYTES..).unwrap_or_default();
    around.is_clock = rest.starts_with('.') && rest.contains(['Z', '+', '-']);
    let mut lines = vec![Inner {
        text: Cow::Borrowed(line.trim_start()),
        envelope: around.clone(),
    }];
    if written.ends_with("+00:00")
        && let Some((stream, line)) = line.split_once(' ')
        && !(stream.is_empty() || stream.ends_with(':') || line.trim().is_empty())
    {
        lines.push(Inner {
            text: Cow::Borrowed(line.trim_start()),
            envelope: around.with(Column::Host, stream),
        });
    }
    Some(Wrapped::OneOf(lines))
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
    }

    #[test]
    fn other_lines_stand_behind_none() {
        for text in [
            "",
            "2026-05-12T14:00:00Z",
            "2026-05-12T14:00:00Z ",
            "2026-05-12 14:00:00 a",
            "2026-05-12T14:00:00Zx a",
            "2026-05-12T14:00 a",
            "2026-05-12T14:00:00.123Z\ta",
            "2026-99-12T14:00:00Z a",
            "[2026-05-12T14:00:00Z] a",
        ] {
            assert!(opened(open, text).is_none(), "{text}");
        }
    }
}
