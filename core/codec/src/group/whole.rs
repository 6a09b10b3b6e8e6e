//! Records of several lines that tell their own end: what lies between is theirs, whatever it looks
//! like, and what follows is not, in any stream.

use super::{MAX_JOINED_BYTES, begins_like_record};
use crate::unwrap::{fluent_bit, otel_lines};

/// Whether a text may begin such a record; of most, the first bytes tell that it does not.
#[inline]
pub(super) fn may_begin(text: &[u8]) -> bool {
    match text {
        // Most lines in brackets begin with a date.
        [
            b'[',
            _,
            b'0'..=b'9',
            b'0'..=b'9',
            b'0'..=b'9',
            b'-' | b'/',
            ..,
        ] => false,
        [b'[', b'0'..=b'9', ..] => true,
        [b'0'..=b'9', ..] => otel_lines::has_tabbed_time(text),
        _ => may_be_named(text),
    }
}

/// Whether a text begins as the names of what an export holds do.
#[inline]
pub(super) fn may_be_named(text: &[u8]) -> bool {
    matches!(text, [b'R' | b'S' | b'L' | b'M', ..])
}

/// Bytes of the record of this kind that a text begins with; `knows` tells whether a format knows
/// a line.
pub(super) fn length(text: &str, knows: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    match text.as_bytes() {
        [b'[', ..] => fluent_bit::extent(text, MAX_JOINED_BYTES, &|line| {
            !is_rest(line) && (begins_like_record(line) || knows(line))
        }),
        _ => otel_lines::extent(text, MAX_JOINED_BYTES),
    }
}

/// Whether such a record begins with a text that could otherwise go on with the line before it.
pub(super) fn begins(text: &str) -> bool {
    otel_lines::start(text).is_some()
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
