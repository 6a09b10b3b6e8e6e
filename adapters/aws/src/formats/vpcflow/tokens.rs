//! The fields of a line, between blanks.

use nepho_codec::bytes::{each_blank, whole_number};
use nepho_core::time::eight_digits;

/// More fields than the vendor's table has.
const MAX_TOKENS: usize = 64;

/// Fields of one line; a run of blanks separates like a single one.
pub(super) struct Tokens<'a> {
    line: &'a str,
    ranges: [(u16, u16); MAX_TOKENS],
    count: usize,
}

impl Default for Tokens<'_> {
    /// No fields.
    fn default() -> Self {
        Self {
            line: "",
            ranges: [(0, 0); MAX_TOKENS],
            count: 0,
        }
    }
}

impl<'a> Tokens<'a> {
    /// Fields of `line`. Those beyond the sixty-fourth do not count, and a line of more than 64
    /// KiB, which is no record of a flow, has none.
    pub(super) fn split(line: &'a str) -> Self {
        let mut tokens = Self::default();
        tokens.find(line);
        tokens
    }

    /// Replaces the fields by those of `line`, as [`Tokens::split`] finds them, without a copy.
    #[inline]
    pub(super) fn find(&mut self, line: &'a str) {
        self.line = match line.as_bytes() {
            [b'!'..=b'~', .., b'!'..=b'~'] => line,
            _ => line.trim_ascii(),
        };
        self.count = 0;
        let line = self.line.as_bytes();
        if line.len() > usize::from(u16::MAX) {
            return;
        }
        let ranges = &mut self.ranges;
        let (mut start, mut count) = (0, 0);
        // Positions are not beyond the length.
        let mut end_at = |end: usize| {
            let Some(place) = ranges.get_mut(count) else {
                return;
            };
            *place = (start as u16, end as u16);
            // What is empty is written over.
            count += usize::from(start < end);
            start = end + 1;
        };
        each_blank(line, &mut end_at);
        end_at(line.len());
        self.count = count;
    }

    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Field at a position from zero; empty beyond the last one.
    #[inline]
    pub(super) fn get(&self, place: usize) -> &'a str {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        let range = usize::from(start)..usize::from(end);
        self.line.get(range).unwrap_or_default()
    }

    /// As [`Tokens::get`], which characters need not be looked at for.
    #[inline]
    pub(super) fn bytes(&self, place: usize) -> &'a [u8] {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        let range = usize::from(start)..usize::from(end);
        self.line.as_bytes().get(range).unwrap_or_default()
    }

    /// Number that the field at a position is, as [`whole_number`] reads it.
    #[inline]
    pub(super) fn number(&self, place: usize) -> Option<u64> {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        let before = self.line.as_bytes().get(..usize::from(end));
        let last = before.and_then(|before| before.last_chunk::<8>());
        match (last, end.saturating_sub(start)) {
            (Some(last), count @ 1..=8) => last_digits(*last, u32::from(count)),
            _ => self.other_number(place),
        }
    }

    #[cold]
    fn other_number(&self, place: usize) -> Option<u64> {
        whole_number(self.get(place))
    }

    /// All fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.count).map(|place| self.get(place))
    }
}

/// Number that the last `count` of these bytes are, at least one, if all of them are digits:
/// without a loop whose end cannot be foreseen.
#[inline]
fn last_digits(bytes: [u8; 8], count: u32) -> Option<u64> {
    let used = u64::MAX << (64 - 8 * count.clamp(1, 8));
    let zeros = u64::from_le_bytes([b'0'; 8]);
    let digits = u64::from_le_bytes(bytes) & used | zeros & !used;
    eight_digits(&digits.to_le_bytes()).map(u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_between_blanks() {
        let tokens = |line: &'static str| Tokens::split(line).iter().collect::<Vec<_>>();
        assert_eq!(tokens("2 a  b "), ["2", "a", "b"]);
        assert_eq!(tokens(""), Vec::<&str>::new());
        assert_eq!(tokens("one"), ["one"]);
        assert_eq!(Tokens::split(&"x ".repeat(100)).len(), MAX_TOKENS);
    }
    #[test]
    fn numbers_are_those_that_are_read_digit_by_digit() {
        let fields = [
            "0",
            "7",
            "443",
            "65535",
            "00000001",
            "12345678",
            "99999999",
            "123456789",
            "1778590860",
            "999999999999999999",
            "1000000000000000000",
            "-",
            "4:3",
            "4/3",
            "-1",
            "+1",
            "1.5",
            "44x",
            "x44",
            "\u{fc}",
            "1\u{fc}1",
            "\u{7f}1",
            "1\u{ff19}",
        ];
        // With much and with little before and behind them.
        for line in [
            fields.join(" "),
            format!("some text {}", fields.join(" ")),
            "3 4".to_owned(),
        ] {
            let tokens = Tokens::split(&line);
            for place in 0..=tokens.len() {
                let text = tokens.get(place);
                assert_eq!(tokens.number(place), whole_number(text), "{text} of {line}");
            }
        }
        let mut seed = 7_u64;
        for _ in 0..10_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = seed >> (seed >> 58);
            let line = format!("2 111122223333 {number} x");
            assert_eq!(
                Tokens::split(&line).number(2),
                whole_number(&number.to_string())
            );
        }
    }
}
