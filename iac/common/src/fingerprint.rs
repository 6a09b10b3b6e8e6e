//! Numbers that differ where values differ. They are compared within one run of the program and
//! never stored or shown, so they need no key.

/// Odd constant with as many ones as zeros in no pattern: the fraction of the golden ratio.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// Another one, from the fraction of the square root of three.
const FACTOR: u64 = 0xbb67_ae85_84ca_a73b;

/// Fingerprint of what a JSON value says: `null`, an empty text, list or object has
/// [`NOTHING`].
pub const NOTHING: u64 = 0;

/// A fingerprint in the making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(SEED)
    }
}

impl Fingerprint {
    /// Takes in bytes. The borders between calls count: `ab`, `c` is not `a`, `bc`.
    #[must_use]
    pub fn with(self, bytes: &[u8]) -> Self {
        let mut state = self.0 ^ (bytes.len() as u64).wrapping_mul(FACTOR);
        let mut rest = bytes;
        if bytes.len() >= 16 {
            // Two at a time, of which neither waits for the other.
            let mut other = FACTOR;
            while let Some((pair, more)) = rest.split_first_chunk::<16>() {
                let both = u128::from_le_bytes(*pair);
                state = fold(state ^ low(both));
                other = fold(other ^ low(both >> 64));
                rest = more;
            }
            state ^= other.rotate_left(32);
        }
        if let Some((word, more)) = rest.split_first_chunk::<8>() {
            state = fold(state ^ u64::from_le_bytes(*word));
            rest = more;
        }
        Self(fold(state ^ few(rest)))
    }

    /// The number; never [`NOTHING`].
    pub fn finish(self) -> u64 {
        fold(self.0 ^ SEED).max(1)
    }
}

/// Fewer than eight bytes as a number. Of two texts of one length only the same have the same.
fn few(bytes: &[u8]) -> u64 {
    let byte = |at: usize| u64::from(bytes.get(at).copied().unwrap_or_default());
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => byte(0) | byte(1) << 8 | byte(2) << 16,
    }
}

/// The lower half.
#[expect(clippy::cast_possible_truncation, reason = "half of it is wanted")]
fn low(number: u128) -> u64 {
    number as u64
}

/// Both halves of the product: every bit of the state reaches every other.
fn fold(state: u64) -> u64 {
    let product = u128::from(state ^ SEED) * u128::from(FACTOR);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the two halves of the product"
    )]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded.wrapping_add(state.rotate_left(23))
}

/// Fingerprint of bytes as they are.
pub fn of_bytes(bytes: &[u8]) -> u64 {
    Fingerprint::default().with(bytes).finish()
}

/// Fingerprint of bytes that come in pieces, wherever these are cut. It is another number than that
/// of [`of_bytes`].
#[derive(Clone, Copy, Debug)]
pub struct Running {
    state: u64,
    /// Bytes that do not fill a word yet, and how many of them there are.
    rest: [u8; 8],
    held: usize,
    length: u64,
}

impl Default for Running {
    fn default() -> Self {
        Self {
            state: SEED,
            rest: [0; 8],
            held: 0,
            length: 0,
        }
    }
}

impl Running {
    /// Takes in what follows.
    pub fn add(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.held > 0 {
            let count = bytes.len().min(8 - self.held);
            let (first, behind) = bytes.split_at(count);
            for (to, from) in self.rest.iter_mut().skip(self.held).zip(first) {
                *to = *from;
            }
            self.held += count;
            bytes = behind;
            if self.held < 8 {
                return;
            }
            self.state = fold(self.state ^ u64::from_le_bytes(self.rest));
        }
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let mut eight = [0; 8];
            eight.copy_from_slice(word);
            self.state = fold(self.state ^ u64::from_le_bytes(eight));
        }
        self.rest = [0; 8];
        self.held = words.remainder().len();
        for (to, from) in self.rest.iter_mut().zip(words.remainder()) {
            *to = *from;
        }
    }

    /// The number; never [`NOTHING`].
    pub fn finish(self) -> u64 {
        let state = fold(self.state ^ u64::from_le_bytes(self.rest));
        fold(state ^ self.length.wrapping_mul(FACTOR)).max(1)
    }
}

/// Fingerprint of a JSON text, whatever blanks stand outside of its strings.
///
/// The text is taken as it was written: `1` and `1.0`, or an escaped and a plain letter, differ.
pub fn of_json(json: &str) -> u64 {
    let json = json.trim();
    if is_nothing(json) {
        return NOTHING;
    }
    let bytes = json.as_bytes();
    if !json.starts_with(['{', '[']) {
        return of_bytes(bytes);
    }
    // Where blanks stand differs between formatters: the pieces between them must not count.
    let mut fingerprint = Running::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => string_end(bytes, at + 1),
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => run_end(bytes, at + 1),
        };
        fingerprint.add(bytes.get(at..end).unwrap_or_default());
        at = end;
    }
    fingerprint.finish()
}

/// Whether a JSON value says nothing: tools turn `null` into an empty value and back at will.
pub fn is_nothing(json: &str) -> bool {
    let is_empty = |inner: &str| inner.trim().is_empty();
    let inside = |open: char, close: char| json.strip_prefix(open)?.strip_suffix(close);
    json == "null"
        || json == "\"\""
        || inside('[', ']').is_some_and(is_empty)
        || inside('{', '}').is_some_and(is_empty)
}

/// Position behind the quote that closes the string whose content starts at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Position of the first blank or quote from `at` on.
fn run_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest
        .iter()
        .position(|byte| *byte == b'"' || byte.is_ascii_whitespace());
    length.map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_between_tokens_do_not_count_and_blanks_in_texts_do() {
        let same = |one: &str, other: &str| of_json(one) == of_json(other);
        assert!(same(
            r#"{"a":[1, 2], "b":"x y"}"#,
            "{ \"a\" :[1,\n 2],\t\"b\":\"x y\"}"
        ));
        assert!(same(r#"[{"a":[[]]}]"#, "[\n  { \"a\": [ [ ] ] }\n]"));
        assert!(!same(r#"{"b":"x y"}"#, r#"{"b":"xy"}"#));
        assert!(!same(r#"["a","b"]"#, r#"["ab"]"#));
        assert!(!same(r#"["\" ","b"]"#, r#"["\"","b"]"#));
        assert!(!same("1", "2") && !same("\"1\"", "1"));
    }

    #[test]
    fn empty_values_say_nothing() {
        for json in ["null", "\"\"", "[]", "{ }", "[\n]"] {
            assert_eq!(of_json(json), NOTHING, "{json}");
        }
        for json in ["0", "false", "[null]", "\" \"", "[\"\"]"] {
            assert_ne!(of_json(json), NOTHING, "{json}");
        }
    }

    #[test]
    fn pieces_add_up_wherever_they_are_cut() {
        let of = |pieces: &[&[u8]]| {
            let mut running = Running::default();
            pieces.iter().for_each(|piece| running.add(piece));
            running.finish()
        };
        let text: Vec<u8> = (0..60).collect();
        for first in 0..text.len() {
            for second in first..text.len() {
                let pieces = [&text[..first], &text[first..second], &text[second..]];
                assert_eq!(of(&pieces), of(&[&text]));
            }
            assert_ne!(of(&[&text[..first]]), of(&[&text]));
        }
        assert_ne!(of(&[b"ab"]), of(&[b"ab\0"]));
    }

    #[test]
    fn every_byte_counts() {
        let text = "The quick brown fox jumps over the lazy dog.".repeat(3);
        let mut seen = std::collections::HashSet::new();
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                assert!(seen.insert(of_bytes(&bytes)), "{at} {bit}");
            }
        }
        assert_ne!(of_bytes(b""), of_bytes(b"\0"));
        assert_ne!(of_bytes(b"12345678"), of_bytes(b"12345678\0"));
    }
}
