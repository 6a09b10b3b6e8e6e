//! The fields of a line, between blanks.

use nepho_codec::bytes::each_blank;

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
        self.line = line.trim_ascii();
        self.count = 0;
        let line = self.line.as_bytes();
        let Ok(length) = u16::try_from(line.len()) else {
            return;
        };
        let mut start = 0;
        each_blank(line, |at| {
            // Positions are below the length.
            let at = at as u16;
            self.push(start, at);
            start = at + 1;
        });
        self.push(start, length);
    }

    #[inline(always)]
    fn push(&mut self, start: u16, end: u16) {
        if start < end
            && let Some(place) = self.ranges.get_mut(self.count)
        {
            *place = (start, end);
            self.count += 1;
        }
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

    /// All fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.count).map(|place| self.get(place))
    }
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
}
