//! Records of several lines that tell their own end: what lies between is theirs, whatever it looks
//! like, and what follows is not, in any stream.

use super::{MAX_JOINED_BYTES, begins_like_record};
use crate::unwrap::{fluent_bit, otel_lines};

/// Bytes of the record of this kind that a text begins with; `knows` tells whether a format knows
/// a line.
#[inline]
pub(super) fn length(text: &str, knows: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    match text.as_bytes() {
        // Most lines in brackets begin with a date.
        [
            b'[',
            _,
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b'-' | b'/',
            ..,
        ] => None,
        [b'[', b'0'..=b'9', rest @ ..] if is_number(rest) => {
            fluent_bit::extent(text, MAX_JOINED_BYTES, &|line| {
                !is_rest(line) && (begins_like_record(line) || knows(line))
            })
        }
        [b'R' | b'S' | b'L' | b'M', ..] => otel_lines::extent(text, MAX_JOINED_BYTES),
        // The Collector writes a tab behind its time.
        [b'0'..=b'9', ..] if has_tabbed_time(text.as_bytes()) => {
            otel_lines::extent(text, MAX_JOINED_BYTES)
        }
        _ => None,
    }
}

/// Whether a bracket with a number in it is closed.
#[inline]
fn is_number(rest: &[u8]) -> bool {
    let mut behind = rest.iter().skip_while(|byte| byte.is_ascii_digit());
    behind.next() == Some(&b']')
}

/// Whether a text begins with a time of RFC 3339 and a tab.
#[inline]
fn has_tabbed_time(text: &[u8]) -> bool {
    let behind = || text.get(19..).unwrap_or_default().iter().take(17);
    text.get(10) == Some(&b'T') && behind().any(|byte| *byte == b'\t')
}

/// Whether such a record begins with a text that could otherwise go on with the line before it.
#[inline]
pub(super) fn begins(text: &str) -> bool {
    matches!(text.as_bytes(), [b'R' | b'S' | b'L' | b'M', ..]) && otel_lines::start(text).is_some()
}

/// Whether `line` surely stands inside such a record, where `previous` is the line before it.
pub(super) fn is_within(previous: &[u8], line: &[u8]) -> bool {
    let is_open = || {
        let is_whole = previous.trim_ascii_end().ends_with(b"}]");
        !is_whole && fluent_bit::begins_record(previous) && !fluent_bit::begins_record(line)
    };
    is_rest(line)
        || previous.first() == Some(&b'[') && is_open()
        || otel_lines::is_within(previous, line)
}

/// Whether a line can only be the rest of a record that Fluent Bit printed.
fn is_rest(line: &[u8]) -> bool {
    line.starts_with(b"\"}]") || line.starts_with(b"\", \"")
}
