//! Keys at the beginning of a document.

/// Longer words are no keys that a feed asks for.
const LONGEST: usize = 48;
/// Bits, of which a document with hundreds of keys sets a few in a hundred.
const BITS: usize = 1 << 14;

/// Keys that stand in the beginning of a JSON document, also within its objects.
///
/// Found once for all feeds: most documents that feeds are asked about are logs, and a log may be
/// delivered in thousands of small objects. A key is held as one bit, so that a few that are not
/// there seem to be.
#[derive(Debug)]
pub struct HeadKeys(Box<[u64; BITS / 64]>);

impl HeadKeys {
    /// The keys of `head`; `None` where that does not begin as JSON does.
    pub fn of(head: &str) -> Option<Self> {
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let list = head.strip_prefix('[').map(str::trim_start);
        let is_list = list.is_some_and(|list| list.starts_with(['{', '[', '"', ']']));
        if !head.starts_with('{') && !is_list {
            return None;
        }
        let bytes = head.as_bytes();
        let mut keys = Self(Box::new([0; BITS / 64]));
        let mut start = bytes.len();
        quotes(bytes, |quote| {
            let word = bytes.get(start..quote).unwrap_or_default();
            start = quote + 1;
            if word.len() <= LONGEST && is_key(bytes.get(start..).unwrap_or_default()) {
                let (place, bit) = place(word);
                keys.0[place] |= bit;
            }
        });
        Some(keys)
    }

    /// Whether this key may be there; surely not, if this says so.
    pub fn has(&self, key: &str) -> bool {
        let (place, bit) = place(key.as_bytes());
        self.0[place] & bit != 0
    }

    /// Whether one of these keys may be there.
    pub fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    /// Whether all of these keys may be there.
    pub fn has_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }
}

/// Whether what stands before `rest` is a key: what comes behind a value is a comma or the end of
/// what it is in.
fn is_key(rest: &[u8]) -> bool {
    let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    !matches!(next, Some(b',' | b'}' | b']'))
}

/// Place of the bit of a word: by its length, its first and its last bytes.
fn place(word: &[u8]) -> (usize, u64) {
    let ends = match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
        }
        _ => word
            .iter()
            .fold(0, |ends, byte| (ends << 8) | u64::from(*byte)),
    };
    // The multiplier is that of Fibonacci hashing (Knuth, volume 3, 6.4).
    let number = (ends ^ word.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
    ((number / 64) as usize % (BITS / 64), 1 << (number % 64))
}

/// Calls `found` with the place of each quote, eight bytes at a time.
fn quotes(bytes: &[u8], mut found: impl FnMut(usize)) {
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (number, chunk) in chunks.iter().enumerate() {
        let other = u64::from_le_bytes(*chunk) ^ u64::from_le_bytes([b'"'; 8]);
        // The highest bit of each byte that is zero.
        let mut zeros = !(((other & LOW) + LOW) | other | LOW);
        while zeros != 0 {
            found(number * 8 + zeros.trailing_zeros() as usize / 8);
            zeros &= zeros - 1;
        }
    }
    let start = bytes.len() - rest.len();
    let quotes = rest.iter().enumerate().filter(|(_, byte)| **byte == b'"');
    quotes.for_each(|(at, _)| found(start + at));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_and_values_are_not() {
        let text = "\u{feff} {\"a b\" : {\"c\":[\"a value\", \"d\"]},\"e_rather_long_key\" :1,\"f";
        let keys = HeadKeys::of(text).expect("begins as JSON");
        assert!(keys.has_all(&["a b", "c", "e_rather_long_key"]));
        assert!(keys.has_any(&["x", "c"]));
        assert!(!keys.has_any(&["a value", "d", "f", "e_rather_lang_key", "cc"]));
    }

    #[test]
    fn what_is_no_json_has_no_keys() {
        assert!(HeadKeys::of("a: {\"b\":1}").is_none());
        assert!(HeadKeys::of("[12:00] \"b\"").is_none());
        assert!(HeadKeys::of("[ {\"b\":1}]").is_some());
    }

    #[test]
    fn quotes_are_found_wherever_they_stand() {
        let mut bytes = [b'#'; 37];
        for at in 0..bytes.len() {
            for other in [b'!', b'#', 0xa2, 0, b'"'] {
                bytes = [other.wrapping_add(1); 37];
                bytes[at] = b'"';
                let mut found = Vec::new();
                quotes(&bytes, |place| found.push(place));
                let all = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'"');
                assert_eq!(found, all.map(|(at, _)| at).collect::<Vec<_>>());
            }
        }
    }
}
