//! Numbers of the lines that records of a block begin in.

/// Counts the ends of lines before one place after the other.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u32,
    /// Where lines are long: the next of their ends, or where the text ends.
    next: Option<usize>,
}

/// Lines of more bytes are found one by one, which costs less than to count the ends of many.
const LONG_LINE: usize = 256;

impl<'a> Lines<'a> {
    /// Counter of a text that has so many ends of lines.
    pub(crate) fn of(bytes: &'a [u8], newlines: usize) -> Self {
        let is_long = newlines < bytes.len() / LONG_LINE;
        let end = || memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        Self {
            bytes,
            counted: 0,
            line: 0,
            next: is_long.then(end),
        }
    }

    /// Number of ends before `at`, which is not before the place that was asked about last.
    pub(crate) fn before(&mut self, at: usize) -> u32 {
        let Some(next) = &mut self.next else {
            let part = self.bytes.get(self.counted..at).unwrap_or_default();
            let newlines = memchr::memchr_iter(b'\n', part).count();
            self.line = self
                .line
                .saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
            self.counted = at;
            return self.line;
        };
        while *next < at {
            self.line = self.line.saturating_add(1);
            let rest = self.bytes.get(*next + 1..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            *next += 1 + length;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_alike_whether_they_are_long_or_short() {
        let texts = ["", "\n", "a\nb\n\nc", "no end", &"a line\n".repeat(40)];
        for text in texts {
            let expected = |at: usize| text[..at].matches('\n').count();
            for newlines in [0, usize::MAX] {
                // Few and many ends are said to be there.
                let long = "x".repeat(LONG_LINE);
                let text = format!("{text}{long}");
                let mut lines = Lines::of(text.as_bytes(), newlines);
                for at in 0..text.len().min(300) {
                    let found = lines.before(at) as usize;
                    let end = at.min(text.len() - LONG_LINE);
                    assert_eq!(found, expected(end), "{at} of {text:?}");
                }
            }
        }
    }
}
