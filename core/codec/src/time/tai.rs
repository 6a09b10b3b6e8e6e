//! Labels of time as daemontools and runit put them before each line: TAI64N, and TAI64 to the
//! second.

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Seconds of the label of 1970-01-01 00:00:00 UTC: 2^62, and the 10 that the scale was ahead of
/// UTC then. These programs count no leap seconds since (`taia_now`). Machines whose clock does, as
/// that of the vendor's example, and s6 write labels that look the same and are as many seconds
/// late.
const EPOCH: i64 = (1 << 62) + 10;

/// Bytes of a label: `@`, 16 digits of seconds, and 8 of nanoseconds or none.
const LENGTHS: [usize; 2] = [25, 17];

/// Time of `@4000000037c219bf2ef02e94` or `@4000000037c219bf`, and the bytes that it takes.
///
/// Source: cr.yp.to/libtai/tai64.html and cr.yp.to/daemontools/tai64n.html, as of 2026-11-29.
pub(super) fn parse(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    let digits = bytes.iter().skip(1);
    let length = 1 + digits.take_while(|byte| byte.is_ascii_hexdigit()).count();
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
    (LENGTHS.contains(&length) && bytes.get(length).is_none_or(is_end)).then_some(())?;
    let (seconds, nanos) = bytes.get(1..length)?.split_at_checked(16)?;
    let seconds = hex(seconds)?.checked_sub(EPOCH)?;
    let nanos = match nanos {
        [] => 0,
        nanos => hex(nanos).filter(|nanos| *nanos < NANOS)?,
    };
    let time = seconds.checked_mul(NANOS)?.checked_add(nanos)?;
    Some((Timestamp(time), length))
}

/// Number in hexadecimal digits.
fn hex(digits: &[u8]) -> Option<i64> {
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
        check("@400000006a033272", Some("2026-05-12T14:00:08Z"));
        check("@400000006a0332723ade", None);
        check("@400000006a033272 ", Some("2026-05-12T14:00:08Z"));
        check("@4000000037c219bf2ef02e94a", None);
        check("@4000000037c219bfffffffff", None);
        check("@ffffffffffffffff2ef02e94", None);
        check("@0000000000000000000000ff", None);
        check("@400000003+c219bf2ef02e94", None);
        let line = prefix("@4000000037c219bf2ef02e94 tick", Reference::default());
        assert_eq!(line.map(|(_, length)| length), Some(25));
    }
}
