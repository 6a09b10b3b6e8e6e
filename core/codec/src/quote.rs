//! Writes strings of JSON.

/// Bytes that are written beside the output before they are added to it.
const ROOM: usize = 256;
/// The most that eight bytes become, six each, and a word that reaches over them.
const MOST: usize = 8 * 6 + 8;

/// Adds `text` as a string of JSON, in quotes.
pub fn push_quoted(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let (words, rest) = text.as_bytes().as_chunks();
    let mut room = Room::default();
    for word in words {
        room.add(u64::from_le_bytes(*word), 8, out);
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        for (place, byte) in last.iter_mut().zip(rest) {
            *place = *byte;
        }
        room.add(u64::from_le_bytes(last), rest.len(), out);
    }
    room.give(out);
    out.push(b'"');
}

/// Text that is escaped already. Most strings have an escape every few bytes, or none: words of a
/// fixed size are quicker to write than pieces of any length.
struct Room {
    bytes: [u8; ROOM],
    length: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            bytes: [0; ROOM],
            length: 0,
        }
    }
}

impl Room {
    /// Adds the first `count` bytes of a word, the lowest first; `out` takes what has no room.
    #[inline(always)]
    fn add(&mut self, word: u64, count: usize, out: &mut Vec<u8>) {
        if self.length > ROOM - MOST {
            self.give(out);
        }
        let (mut word, mut left) = (word, count);
        let mut escapes = to_escape(word) & (u64::MAX >> (64 - 8 * count));
        while escapes != 0 {
            let before = escapes.trailing_zeros() as usize / 8;
            self.write(word, before);
            word >>= 8 * before;
            self.escape(word as u8);
            // In two steps, since the byte may be the last one.
            word >>= 8;
            escapes = escapes >> (8 * before) >> 8;
            left -= before + 1;
        }
        self.write(word, left);
    }

    /// Writes a word of which `count` bytes count.
    #[inline(always)]
    fn write(&mut self, word: u64, count: usize) {
        let place = self.bytes.get_mut(self.length..self.length + 8);
        if let Some(place) = place {
            place.copy_from_slice(&word.to_le_bytes());
        }
        self.length += count;
    }

    /// Writes a byte that has to be escaped.
    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x08 => b'b',
            0x0c => b'f',
            control => {
                let digit = |nibble: u8| match nibble {
                    0..=9 => b'0' + nibble,
                    _ => b'a' + nibble - 10,
                };
                let (high, low) = (digit(control >> 4), digit(control & 15));
                let bytes = [b'\\', b'u', b'0', b'0', high, low, 0, 0];
                return self.write(u64::from_le_bytes(bytes), 6);
            }
        };
        self.write(u64::from(b'\\') | u64::from(short) << 8, 2);
    }

    fn give(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes.get(..self.length).unwrap_or_default());
        self.length = 0;
    }
}

/// The high bit of each byte of a word that a string of JSON has to escape.
#[inline(always)]
fn to_escape(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const LOW: u64 = ONES * 0x7f;
    // The high bit of each byte that is zero (Bit Twiddling Hacks,
    // graphics.stanford.edu/~seander/bithacks.html, "Determine if a word has a zero byte", exact).
    let zero = |word: u64| !(((word & LOW) + LOW) | word | LOW);
    let is = |byte: u8| zero(word ^ (ONES * u64::from(byte)));
    let is_control = zero(word & (ONES * 0xe0));
    is_control | is(b'"') | is(b'\\')
}

/// Adds a floating-point number; one that JSON has no number for is `null`.
pub fn push_float(value: f64, out: &mut Vec<u8>) {
    match value.is_finite() {
        true => out.extend_from_slice(format!("{value}").as_bytes()),
        false => out.extend_from_slice(b"null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_is_quoted_as_a_library_quotes_it() {
        for byte in 0..128_u8 {
            for length in 0..40 {
                for place in 0..length {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    text[length / 2] = byte;
                    let text = String::from_utf8(text).expect("ASCII");
                    let mut out = Vec::new();
                    push_quoted(&text, &mut out);
                    assert_eq!(
                        out,
                        serde_json::to_vec(&text).expect("a string"),
                        "{text:?}"
                    );
                }
            }
        }
        let text = "\"\u{1}\u{e9}\u{1f600}\\".repeat(200);
        let mut out = Vec::new();
        push_quoted(&text, &mut out);
        assert_eq!(out, serde_json::to_vec(&text).expect("a string"));
    }

    #[test]
    fn what_was_quoted_reads_as_it_was() {
        for text in [
            "",
            "plain",
            "a\"b\\c\n\r\t\u{1}\u{1f}\u{7f}",
            "gr\u{fc}n \u{1f600}",
        ] {
            let mut out = Vec::new();
            push_quoted(text, &mut out);
            let raw = String::from_utf8(out).expect("text");
            let inner = &raw[1..raw.len() - 1];
            assert_eq!(crate::json::unescape(inner), text, "{raw}");
            assert!(!inner.contains(char::is_control) || text.contains('\u{7f}'));
        }
    }
}
