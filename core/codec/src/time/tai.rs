//! Labels of time as daemontools and runit put them before each line: TAI64N.

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Seconds of the label of 1970-01-01 00:00:00 UTC: 2^62, and the 10 that the scale was ahead of
/// UTC then. These programs count no leap seconds since (`taia_now`). Machines whose clock does, as
/// that of the vendor's example, and s6 write labels that look the same and are as many seconds
/// late.
const EPOCH: i64 = (1 << 62) + 10;

/// Bytes of a label: `@`, 16 digits of seconds and 8 of nanoseconds.
const LENGTH: usize = 25;

/// Time of `@4000000037c219bf2ef02e94`, and the bytes that it takes.
///
/// Source: cr.yp.to/libtai/tai64.html and cr.yp.to/daemontools/tai64n.html, as of 2026-11-29.
pub(super) fn parse(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    let label = bytes.get(1..LENGTH)?;
    if bytes.get(LENGTH).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (seconds, nanos) = label.split_at_checked(16)?;
    let seconds = hex(seconds)?.checked_sub(EPOCH)?;
    let nanos = hex(nanos).filter(|nanos| *nanos < NANOS)?;
    let time = seconds.checked_mul(NANOS)?.checked_add(nanos)?;
    Some((Timestamp(time), LENGTH))
}

/// Number in hexadecimal digits and nothing else.
fn hex(digits: &[u8]) -> Option<i64> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    i64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{parse, prefix};
    use nepho_core::time::Reference;

    #[test]
    fn labels_of_daemontools_are_times() {
        let check = |text: &str, expected: Option<&str>| {
            let found = parse(text).map(|time| time.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        let second = Some("2026-05-12T14:00:08.987654321Z");
        check("@400000006a0332723ade68b1", second);
        check("@400000006A0332723ADE68B1", second);
        check("@400000000000000a00000000", Some("1970-01-01T00:00:00Z"));
        check("@4000000037c219bf", None);
        check("@4000000037c219bf2ef02e94a", None);
        check("@4000000037c219bfffffffff", None);
        check("@ffffffffffffffff2ef02e94", None);
        check("@0000000000000000000000ff", None);
        check("@400000003+c219bf2ef02e94", None);
        let line = prefix("@4000000037c219bf2ef02e94 tick", Reference::default());
        assert_eq!(line.map(|(_, length)| length), Some(25));
    }
}
