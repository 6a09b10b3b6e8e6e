//! Times and durations of Azure.

use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Nanoseconds of an ISO 8601 duration such as `PT1M3.9913627S` or `P1DT2H`.
///
/// Years and months have no fixed length: such a duration is `None`.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let mut sum = 0_i64;
    for (part, units) in [
        (days, &[('W', 604_800), ('D', 86_400)][..]),
        (times, &[('H', 3600), ('M', 60), ('S', 1)][..]),
    ] {
        let mut part = part;
        while !part.is_empty() {
            let end = part.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let unit = part[end..].chars().next()?;
            let (_, seconds) = units.iter().find(|(name, _)| *name == unit)?;
            let nanos = decimal(&part[..end])?;
            sum = sum.checked_add(nanos.checked_mul(*seconds)?)?;
            part = &part[end + unit.len_utf8()..];
        }
    }
    (text.len() > 2).then_some(sum)
}

/// Decimal number of seconds in nanoseconds; more than nine decimals are cut.
fn decimal(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut nanos: i64 = 0;
    for at in 0..9 {
        let digit = match fraction.as_bytes().get(at) {
            Some(byte) if byte.is_ascii_digit() => i64::from(byte - b'0'),
            Some(_) => return None,
            None => 0,
        };
        nanos = nanos * 10 + digit;
    }
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(NANOS)?
        .checked_add(nanos)
}

/// Start of what ended at `end` after `length`.
pub(crate) fn start(end: Option<Timestamp>, length: Option<&str>) -> Option<Timestamp> {
    let nanos = duration(length?)?;
    Some(end?.plus(nanos.saturating_neg()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact() {
        let check = |text: &str, expected| assert_eq!(duration(text), expected, "{text}");
        check("PT1M3.9913627S", Some(63_991_362_700));
        check("PT0.0004326S", Some(432_600));
        check("P1DT2H", Some(93_600 * NANOS));
        check("PT0S", Some(0));
        for text in [
            "",
            "P",
            "PT",
            "1M",
            "P1M",
            "PTxS",
            "PT1",
            "PT1.2.3S",
            "P99999999999999W",
        ] {
            check(text, None);
        }
    }
}
