//! A message, cut into words.

/// Bytes of a message that are looked at.
const LONGEST: usize = 4096;
/// Signs between two words of a phrase at most.
const GAP: usize = 3;

/// Words of a message: letters and digits, whatever stands between them.
pub(super) struct Words<'a> {
    text: &'a str,
    ranges: Vec<(usize, usize)>,
}

impl<'a> Words<'a> {
    pub(super) fn of(message: &'a str) -> Self {
        let text = &message[..message.floor_char_boundary(LONGEST)];
        let mut ranges = Vec::new();
        let mut start = None;
        for (at, byte) in text.bytes().enumerate() {
            let is_letter = byte.is_ascii_alphanumeric() || !byte.is_ascii();
            match (start, is_letter) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    ranges.push((from, at));
                    start = None;
                }
                _ => {}
            }
        }
        ranges.extend(start.map(|from| (from, text.len())));
        Self { text, ranges }
    }

    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        let (start, end) = self.ranges.get(at)?;
        self.text.get(*start..*end)
    }

    /// Whether a word is one of these, in letters of any size.
    pub(super) fn is_one_of(&self, at: usize, known: &[&str]) -> bool {
        let is = |word: &str| known.iter().any(|known| known.eq_ignore_ascii_case(word));
        self.word(at).is_some_and(is)
    }

    /// What stands between a word and the next.
    pub(super) fn gap(&self, at: usize) -> Option<&'a str> {
        let ((_, end), (start, _)) = (self.ranges.get(at)?, self.ranges.get(at + 1)?);
        self.text.get(*end..*start)
    }

    /// What stands behind a word.
    pub(super) fn behind(&self, at: usize) -> &'a str {
        let end = self.ranges.get(at).map_or(self.text.len(), |(_, end)| *end);
        self.text.get(end..).unwrap_or_default()
    }

    /// The byte right before a word.
    pub(super) fn sign_before(&self, at: usize) -> Option<u8> {
        let (start, _) = self.ranges.get(at)?;
        let before = start.checked_sub(1)?;
        self.text.as_bytes().get(before).copied()
    }

    /// Whether a word and the next stand so near that they may be of one phrase.
    pub(super) fn are_near(&self, at: usize) -> bool {
        let is_near = |gap: &str| gap.len() <= GAP && !gap.contains('\n');
        self.gap(at).is_some_and(is_near)
    }

    /// Whether a word is the class of an error: `ConnectException`, `TypeError`, `Error`.
    pub(super) fn is_class(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| {
            let name = word.strip_suffix("Exception");
            let name = name.or_else(|| word.strip_suffix("Error"));
            let begins = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            name.is_some_and(|name| {
                name.is_empty()
                    || begins(name) && name.starts_with(|c: char| c.is_ascii_uppercase())
            })
        })
    }
}
