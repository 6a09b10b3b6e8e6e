//! Lengths of time as logs write them.

use super::{clock, trimmed};
use nepho_core::Timestamp;
use nepho_core::time::NANOS;

/// Duration in nanoseconds from text such as `12ms`, `1.5 s`, `2m3.5s`, `00:00:01.5`, or a number
/// of `unit` nanoseconds.
pub fn duration(text: &str, unit: f64) -> Option<i64> {
    let text = trimmed(text);
    if text.is_empty() {
        return None;
    }
    if let Some((number, behind)) = Decimal::parse(text)
        && let Some(unit) = match behind {
            "" => Some(unit),
            behind => scale_of(behind),
        }
    {
        return number.nanos(unit);
    }
    if let Ok(number) = text.parse::<f64>() {
        return nanos(number * unit);
    }
    if let Some(clock) = clock_duration(text) {
        return Some(clock);
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..number_end].parse().ok()?;
        let unit_text = rest[number_end..].trim_start();
        let unit_end = unit_text
            .find(|c: char| c.is_ascii_digit() || c == ' ')
            .unwrap_or(unit_text.len());
        total += number * scale_of(&unit_text[..unit_end])?;
        rest = unit_text[unit_end..].trim_start();
    }
    nanos(total)
}

/// Nanoseconds of a unit.
fn scale_of(unit: &str) -> Option<f64> {
    // By bytes, so that the length is looked at first.
    Some(match unit.as_bytes() {
        b"ns" | b"nanos" => 1.0,
        b"us" | b"micros" | [0xc2, 0xb5, b's'] | [0xce, 0xbc, b's'] => 1e3,
        b"ms" | b"msec" | b"millis" | b"milliseconds" => 1e6,
        b"s" | b"sec" | b"secs" | b"second" | b"seconds" => 1e9,
        b"m" | b"min" | b"minutes" => 60e9,
        b"h" | b"hours" => 3600e9,
        _ => return None,
    })
}

/// A number of up to 15 digits, of which so many are decimals that `scale` is 1 of it.
struct Decimal {
    digits: i64,
    scale: i64,
}

impl Decimal {
    /// Number at the start of `text`, with or without decimals, and what follows it.
    #[inline]
    fn parse(text: &str) -> Option<(Self, &str)> {
        let bytes = text.as_bytes();
        let (mut digits, mut scale, mut at) = (0_i64, 1_i64, 0);
        let digit_at = |at: usize| {
            let digit = bytes.get(at).map(|byte| byte.wrapping_sub(b'0'));
            digit.filter(|digit| *digit < 10)
        };
        while let Some(digit) = digit_at(at) {
            digits = digits.wrapping_mul(10).wrapping_add(i64::from(digit));
            at += 1;
        }
        let mut count = at;
        if bytes.get(at) == Some(&b'.') && digit_at(at + 1).is_some() {
            at += 1;
            while let Some(digit) = digit_at(at) {
                digits = digits.wrapping_mul(10).wrapping_add(i64::from(digit));
                scale = scale.wrapping_mul(10);
                at += 1;
            }
            count = at - 1;
        }
        let number = Self { digits, scale };
        (1..=15).contains(&count).then(|| (number, &text[at..]))
    }

    /// Nanoseconds of so many units.
    #[inline]
    fn nanos(&self, unit: f64) -> Option<i64> {
        /// Below it, the two steps of [`Decimal::nanos_of_fraction`] are wrong by less than a half
        /// together, so that an exact number is what they give.
        const EXACT: i64 = 1 << 50;
        let whole_unit = unit as i64;
        let part = match self.scale {
            1 => whole_unit,
            scale => whole_unit / scale,
        };
        if whole_unit as f64 == unit
            && part * self.scale == whole_unit
            && let Some(whole) = self.digits.checked_mul(part)
            && (0..EXACT).contains(&whole)
        {
            return Some(whole);
        }
        self.nanos_of_fraction(unit)
    }

    /// The same where digits are behind the nanosecond. Both parts of the division are exact, so it
    /// is what the standard library reads.
    #[inline(never)]
    fn nanos_of_fraction(&self, unit: f64) -> Option<i64> {
        nanos(self.digits as f64 / self.scale as f64 * unit)
    }
}

/// `00:00:01.5` or `1.00:00:01.5`, as .NET writes durations, with days in front.
fn clock_duration(text: &str) -> Option<i64> {
    let days = text
        .split_once(':')?
        .0
        .split_once('.')
        .map(|(days, _)| days);
    let text = text.get(days.map_or(0, |days| days.len() + 1)..)?;
    let days = days
        .map_or(Some(0), crate::bytes::whole_number)?
        .min(100_000) as i64;
    let mut civil = Timestamp(0).to_civil();
    let end = clock(text.as_bytes(), 0, &mut civil)?;
    (end == text.len()).then_some(())?;
    let seconds =
        i64::from(civil.hour) * 3600 + i64::from(civil.minute) * 60 + i64::from(civil.second);
    let seconds = days * 86_400 + seconds;
    Some(seconds * NANOS + i64::from(civil.nanos))
}

fn nanos(value: f64) -> Option<i64> {
    (value.is_finite() && (0.0..9e18).contains(&value)).then_some(value.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        assert_eq!(duration("12ms", 1.0), Some(12_000_000));
        assert_eq!(duration("1m1.5s", 1.0), Some(61_500_000_000));
        assert_eq!(duration("2.5", 1e6), Some(2_500_000));
        assert_eq!(duration("00:00:01.5", 1.0), Some(1_500_000_000));
        assert_eq!(duration("fast", 1.0), None);
        assert_eq!(duration("1.", 1e9), Some(NANOS));
        assert_eq!(duration("4.036", 1e9), Some(4_036_000_000));
        assert_eq!(duration("2.000123s", 1.0), Some(2_000_123_000));
        assert_eq!(duration("1e3", 1.0), Some(1000));
        for number in 0..2000_u64 {
            let text = format!("{}.{:03}", number * 7_919_111, number % 1000);
            let (value, behind) = Decimal::parse(&text).expect("a number");
            let value = value.digits as f64 / value.scale as f64;
            assert_eq!(Ok(value), text.parse::<f64>(), "{text}");
            assert_eq!(behind, "");
        }
        assert_eq!(duration("", 1.0), None);
    }

    #[test]
    fn exact_durations_are_those_of_the_standard_library() {
        for unit in [1.0, 1e3, 1e6, 1e9, 60e9, 3600e9, 0.5, 1.5e6] {
            for number in (0..2_000_000_u64).step_by(1117) {
                for text in [
                    format!("{number}"),
                    format!("{}.{:03}", number / 1000, number % 1000),
                    format!("{}.{:06}", number % 97, number),
                    format!("0.{:09}", number * 31),
                    format!("{}{:03}", number * 91_111_111, number % 1000),
                ] {
                    let value: f64 = text.parse().expect("a number");
                    assert_eq!(duration(&text, unit), nanos(value * unit), "{text}");
                }
            }
        }
    }
}
