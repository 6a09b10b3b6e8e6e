//! The fields of a line, between blanks.

/// More fields than the vendor's table has.
const MAX_TOKENS: usize = 64;

/// Fields of one line; a run of blanks separates like a single one.
pub(super) struct Tokens<'a> {
    texts: [&'a str; MAX_TOKENS],
    count: usize,
}

impl<'a> Tokens<'a> {
    /// Fields of `line`. Those beyond the sixty-fourth are counted as one.
    pub(super) fn split(line: &'a str) -> Self {
        let line = line.trim_ascii();
        let mut tokens = Self {
            texts: [""; MAX_TOKENS],
            count: 0,
        };
        let mut start = 0;
        // Fields are short, so a step for each byte is quicker than a search for each blank.
        for (at, byte) in line.bytes().enumerate() {
            if byte == b' ' {
                if at > start {
                    tokens.push(line.get(start..at).unwrap_or_default());
                }
                start = at + 1;
            }
        }
        if start < line.len() {
            tokens.push(line.get(start..).unwrap_or_default());
        }
        tokens
    }

    #[inline]
    fn push(&mut self, text: &'a str) {
        if let Some(place) = self.texts.get_mut(self.count) {
            *place = text;
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
        self.texts.get(place).copied().unwrap_or_default()
    }

    /// All fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.texts.iter().take(self.count).copied()
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
