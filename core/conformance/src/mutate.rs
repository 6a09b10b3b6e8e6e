//! Damages text as networks, disks, encodings and careless writers do, from a seed.

use crate::random::Random;

/// What one value of a JSON text is replaced by.
const VALUES: [&[u8]; 16] = [
    b"null",
    b"true",
    b"0",
    b"-1",
    b"\"\"",
    b"\"-\"",
    b"\"x y=z\"",
    b"[]",
    b"{}",
    b"[{}]",
    b"[null,1,\"a\"]",
    b"{\"a\":{\"b\":[]}}",
    b"1.5e3",
    b"\"2026-13-45T99:99:99Z\"",
    b"\"{\\\"a\\\":1}\"",
    b"\"\\u0000\\n\\t\"",
];

/// What a number is replaced by.
const NUMBERS: [&[u8]; 10] = [
    b"99999999999999999999999999999999",
    b"-99999999999999999999",
    b"1e999",
    b"-0",
    b"0.00000000000000000000000000001",
    b"18446744073709551616",
    b"9223372036854775808",
    b"00000000000000000001",
    b"253402300800",
    b"65536",
];

/// What is put somewhere.
const PIECES: [&[u8]; 16] = [
    b"\0",
    b"\0\0\0\0",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\ud83d",
    b"\\u",
    b"\\",
    b"\"",
    b"\xe9",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xf0\x9f\x98",
    b"\x1b[31m",
    b"\r",
    b"\xe2\x80\xa8",
];

/// Mutants of a set of inputs, the same ones for the same seed.
#[derive(Debug)]
pub struct Mutator {
    random: Random,
}

impl Mutator {
    /// Mutator for a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
        }
    }

    /// A number below `limit`, for whoever chooses the inputs.
    pub fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    /// `text` with one to three kinds of damage; `other` is an input that it may be mixed with.
    pub fn mutant(&mut self, text: &[u8], other: &[u8]) -> Vec<u8> {
        let mut mutant = text.to_vec();
        for _ in 0..=self.random.below(3) {
            self.damage(&mut mutant, other);
        }
        mutant
    }

    fn damage(&mut self, text: &mut Vec<u8>, other: &[u8]) {
        match self.random.below(16) {
            0 => text.truncate(self.random.below(text.len() + 1)),
            1 => {
                let range = self.range(text.len(), 64);
                text.drain(range);
            }
            2 => self.flip(text),
            3 => self.structural(text),
            4 | 5 => self.insert(text),
            6 => self.replace_value(text),
            7 => self.nest(text),
            8 => self.drop_field(text),
            9 => self.double_field(text),
            10 => self.huge_number(text),
            11 => self.line_ends(text),
            12 => self.encoding(text),
            13 => self.mix(text, other),
            14 => self.repeat(text),
            _ => self.change_case(text),
        }
    }

    /// A range within `length` of at most `most` bytes.
    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.random.below(length + 1);
        let count = self.random.below(most.min(length - start) + 1);
        start..start + count
    }

    fn flip(&mut self, text: &mut [u8]) {
        for _ in 0..=self.random.below(4) {
            let place = self.random.below(text.len());
            let bit = self.random.below(8);
            if let Some(byte) = text.get_mut(place) {
                *byte ^= 1 << bit;
            }
        }
    }

    fn structural(&mut self, text: &mut [u8]) {
        for _ in 0..=self.random.below(6) {
            let place = self.random.below(text.len());
            let fresh = self.random.pick(b"\"{}[]:, -\\\n\t=|<>#09.");
            if let (Some(byte), Some(fresh)) = (text.get_mut(place), fresh) {
                *byte = fresh;
            }
        }
    }

    fn insert(&mut self, text: &mut Vec<u8>) {
        for _ in 0..=self.random.below(3) {
            let place = self.random.below(text.len() + 1);
            let piece = self.random.pick(&PIECES).unwrap_or_default();
            text.splice(place..place, piece.iter().copied());
        }
    }

    /// Another type for the value of a JSON member; other text instead of a word.
    fn replace_value(&mut self, text: &mut Vec<u8>) {
        let range = match self.member(text) {
            Some(member) => member.value,
            None => self.word(text),
        };
        let value = self.random.pick(&VALUES).unwrap_or_default();
        text.splice(range, value.iter().copied());
    }

    /// A value within many arrays or objects, which are closed or not.
    fn nest(&mut self, text: &mut Vec<u8>) {
        let range = match self.member(text) {
            Some(member) => member.value,
            None => self.word(text),
        };
        let depth = self.random.pick(&[1, 2, 9, 130, 511, 513, 2000]);
        let depth = depth.unwrap_or_default();
        let (open, close): (&[u8], &[u8]) = match self.random.below(2) {
            0 => (b"[", b"]"),
            _ => (b"{\"a\":", b"}"),
        };
        let mut nested = open.repeat(depth);
        nested.extend_from_slice(&text[range.clone()]);
        if self.random.below(4) > 0 {
            nested.extend(close.repeat(depth));
        }
        text.splice(range, nested);
    }

    fn drop_field(&mut self, text: &mut Vec<u8>) {
        let range = match self.member(text) {
            Some(member) => member.whole,
            None => self.word(text),
        };
        text.drain(range);
    }

    /// A field that stands there twice, the second time perhaps with another value.
    fn double_field(&mut self, text: &mut Vec<u8>) {
        let (range, is_json) = match self.member(text) {
            Some(member) => (member.key..member.value.end, true),
            None => (self.word(text), false),
        };
        let mut again = match is_json {
            true => b",".to_vec(),
            false => b" ".to_vec(),
        };
        again.extend_from_slice(&text[range.clone()]);
        text.splice(range.end..range.end, again);
    }

    fn huge_number(&mut self, text: &mut Vec<u8>) {
        let from = self.random.below(text.len());
        let Some(start) = text[from..].iter().position(u8::is_ascii_digit) else {
            return;
        };
        let start = from + start;
        let digits = text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let end = start + digits.count();
        let number = self.random.pick(&NUMBERS).unwrap_or_default();
        text.splice(start..end, number.iter().copied());
    }

    fn line_ends(&mut self, text: &mut Vec<u8>) {
        let fresh: &[u8] = self
            .random
            .pick(&[&b""[..], b"\n\n", b"\r\n", b"\r", b"\n \n", b"\\n"])
            .unwrap_or_default();
        let every = self.random.below(2) == 0;
        let mut changed = Vec::with_capacity(text.len());
        for byte in text.iter() {
            match byte {
                b'\n' if every || self.random.below(3) == 0 => changed.extend_from_slice(fresh),
                byte => changed.push(*byte),
            }
        }
        *text = changed;
    }

    /// The text, or a part of it, in another encoding.
    fn encoding(&mut self, text: &mut Vec<u8>) {
        let units =
            |text: &[u8]| -> Vec<u16> { String::from_utf8_lossy(text).encode_utf16().collect() };
        match self.random.below(4) {
            0 => {
                let mut wide = vec![0xff, 0xfe];
                wide.extend(units(text).into_iter().flat_map(u16::to_le_bytes));
                *text = wide;
            }
            1 => {
                let mut wide = vec![0xfe, 0xff];
                wide.extend(units(text).into_iter().flat_map(u16::to_be_bytes));
                *text = wide;
            }
            2 => {
                let range = self.range(text.len(), 40);
                let wide = units(&text[range.clone()]);
                text.splice(range, wide.into_iter().flat_map(u16::to_le_bytes));
            }
            _ => {
                let range = self.range(text.len(), 20);
                let high = text[range.clone()].iter().map(|byte| byte | 0x80);
                let high: Vec<u8> = high.collect();
                text.splice(range, high);
            }
        }
    }

    /// A part of another input, behind, before or within this one.
    fn mix(&mut self, text: &mut Vec<u8>, other: &[u8]) {
        let part = other[self.range(other.len(), 4096)].to_vec();
        let places = [0, text.len(), self.random.below(text.len() + 1)];
        let place = self.random.pick(&places).unwrap_or_default();
        text.splice(place..place, part);
    }

    /// A part that stands there several times.
    fn repeat(&mut self, text: &mut Vec<u8>) {
        let range = self.range(text.len(), 200);
        let part = text[range.clone()].repeat(1 + self.random.below(8));
        text.splice(range.end..range.end, part);
    }

    fn change_case(&mut self, text: &mut [u8]) {
        let range = self.range(text.len(), 40);
        for byte in text[range]
            .iter_mut()
            .filter(|byte| byte.is_ascii_alphabetic())
        {
            *byte ^= 0x20;
        }
    }

    /// A word of the text.
    fn word(&mut self, text: &[u8]) -> std::ops::Range<usize> {
        let at = self.random.below(text.len() + 1);
        let is_end = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b',' | b'"' | b'|');
        let before = text[..at].iter().rev().take_while(|byte| !is_end(byte));
        let after = text[at..].iter().take_while(|byte| !is_end(byte));
        at - before.count()..at + after.count()
    }

    /// A member of a JSON object.
    fn member(&mut self, text: &[u8]) -> Option<Member> {
        let places: Vec<usize> = memchr_all(text, b"\":");
        let colon = self.random.pick(&places)? + 1;
        let key = text[..colon - 1].iter().rposition(|byte| *byte == b'"')?;
        let blanks = text[colon + 1..].iter().take_while(|byte| **byte == b' ');
        let start = colon + 1 + blanks.count();
        let end = value_end(text, start)?;
        let whole = match text.get(end) {
            Some(b',') => key..end + 1,
            _ => key..end,
        };
        Some(Member {
            key,
            value: start..end,
            whole,
        })
    }
}

/// Where a member of a JSON object stands.
struct Member {
    /// First byte of its key.
    key: usize,
    value: std::ops::Range<usize>,
    /// Key, value and the comma behind it.
    whole: std::ops::Range<usize>,
}

fn memchr_all(text: &[u8], wanted: &[u8; 2]) -> Vec<usize> {
    let pairs = text.windows(2).enumerate();
    pairs
        .filter(|(_, pair)| *pair == wanted)
        .map(|(at, _)| at)
        .collect()
}

/// Position after the JSON value that begins at `start`.
fn value_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate().skip(start) {
        let was_escaped = std::mem::take(&mut is_escaped);
        match byte {
            b'\\' if in_string => is_escaped = !was_escaped,
            b'"' if !was_escaped => {
                in_string = !in_string;
                if !in_string && depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' | b'\n' if depth == 0 => return (at > start).then_some(at),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_mutants() {
        let text = br#"{"a":{"b":"c"},"d":[1,2]}"#;
        let mutants = |seed| -> Vec<Vec<u8>> {
            let mut mutator = Mutator::new(seed);
            (0..500).map(|_| mutator.mutant(text, b"other\n")).collect()
        };
        assert_eq!(mutants(1), mutants(1));
        let distinct: std::collections::HashSet<_> = mutants(2).into_iter().collect();
        assert!(distinct.len() > 400, "{}", distinct.len());
    }

    #[test]
    fn nothing_is_too_short_to_be_damaged() {
        let mut mutator = Mutator::new(3);
        for text in [&b""[..], b"\n", b"\":", b"{\"a\":"] {
            for _ in 0..2000 {
                mutator.mutant(text, text);
            }
        }
    }

    #[test]
    fn values_end_where_they_do() {
        let check = |text: &str, end| assert_eq!(value_end(text.as_bytes(), 0), end, "{text}");
        check(r#""a\"b",1"#, Some(6));
        check(r#"{"a":["}"]},"#, Some(11));
        check("12}", Some(2));
        check("}", None);
        check("[1", None);
    }
}
