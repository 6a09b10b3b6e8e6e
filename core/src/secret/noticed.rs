//! Which words that secrets tell by stand in a text: one look in place of a search for each.

use std::sync::LazyLock;

use super::{NAMES, SIGNED, shapes, unnamed};

/// What stands before the password in an address, and at the beginning of a key.
const MARKS: [&str; 2] = ["://", "-----BEGIN "];

/// The words, in the order of their bits.
const LISTS: [&[&str]; 5] = [&NAMES, &SIGNED, &shapes::NOTICED, &MARKS, &unnamed::NOTICED];

/// Words that were found somewhere in a text, whatever their case: a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Noticed(u128);

/// Three bytes with which a word begins: one bit for each three, of which the low five bits count,
/// so that case does not.
const BEGINNINGS: [u64; 512] = {
    let mut bits = [0; 512];
    let mut list = 0;
    while list < LISTS.len() {
        let mut word = 0;
        while word < LISTS[list].len() {
            let bytes = LISTS[list][word].as_bytes();
            let three = three(bytes[0], bytes[1], bytes[2]);
            bits[three / 64] |= 1 << (three % 64);
            word += 1;
        }
        list += 1;
    }
    bits
};

const fn three(first: u8, second: u8, third: u8) -> usize {
    ((first & 31) as usize) << 10 | ((second & 31) as usize) << 5 | (third & 31) as usize
}

/// Words and their bits, by the three bytes that they begin with.
static WORDS: LazyLock<Vec<(usize, &str, u128)>> = LazyLock::new(|| {
    let words = LISTS.iter().copied().flatten();
    let begun = words.enumerate().filter_map(|(bit, word)| {
        let [first, second, third] = word.as_bytes().first_chunk::<3>()?;
        Some((three(*first, *second, *third), *word, 1 << bit))
    });
    let mut begun: Vec<_> = begun.collect();
    begun.sort_unstable();
    begun
});

impl Noticed {
    /// Looks at a text. Most ids and names hold none of the words.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let begins = |at: usize, word: &str| {
            let here = bytes.get(at..at + word.len());
            here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
        };
        let mut found = 0;
        // What stands before the text counts as nothing, with which no word begins.
        let mut last = 0;
        for (at, byte) in bytes.iter().enumerate() {
            last = (last << 5 | (byte & 31) as usize) & 0x7fff;
            if BEGINNINGS[last / 64] & (1 << (last % 64)) == 0 || at < 2 {
                continue;
            }
            let first = WORDS.partition_point(|(begun, ..)| *begun < last);
            let alike = WORDS.iter().skip(first);
            for (_, word, bit) in alike.take_while(|(begun, ..)| *begun == last) {
                if found & bit == 0 && begins(at - 2, word) {
                    found |= bit;
                }
            }
        }
        Self(found)
    }

    /// Whether the text holds none of the words, and no secret then.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds the name of this number in [`NAMES`] and, behind them, in [`SIGNED`].
    pub(super) fn has_name(self, number: usize) -> bool {
        self.0 >> number & 1 != 0
    }

    /// Whether it holds a word of these numbers in [`shapes::NOTICED`].
    pub(super) fn has_shape(self, mut numbers: std::ops::Range<usize>) -> bool {
        numbers.any(|number| self.0 >> (NAMES.len() + SIGNED.len() + number) & 1 != 0)
    }

    /// Whether it holds the word of this number in [`unnamed::NOTICED`].
    pub(super) fn has_unnamed(self, number: usize) -> bool {
        let before = NAMES.len() + SIGNED.len() + shapes::NOTICED.len() + MARKS.len();
        self.0 >> (before + number) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spellings of a word within texts.
    fn texts(word: &str) -> [String; 4] {
        [
            word.to_owned(),
            format!("a{}z", word.to_ascii_uppercase()),
            format!("{word}{word}"),
            format!("\u{e4}{}", word.to_ascii_lowercase()),
        ]
    }

    #[test]
    fn each_word_is_noticed_in_any_case() {
        for (number, word) in NAMES.iter().chain(&SIGNED).enumerate() {
            for text in texts(word) {
                assert!(Noticed::of(&text).has_name(number), "{text}");
            }
        }
        for (number, word) in shapes::NOTICED.iter().enumerate() {
            for text in texts(word) {
                assert!(Noticed::of(&text).has_shape(number..number + 1), "{text}");
            }
        }
        for (number, word) in unnamed::NOTICED.iter().enumerate() {
            for text in texts(word) {
                assert!(Noticed::of(&text).has_unnamed(number), "{text}");
            }
        }
        for text in MARKS.iter().flat_map(|word| texts(word)) {
            assert!(!Noticed::of(&text).is_empty(), "{text}");
        }
        for text in [
            "",
            "p",
            "arn:aws:ec2:eu-west-1:1:security-group/sg-0a1b2c3d",
            "pas sword",
        ] {
            assert!(Noticed::of(text).is_empty(), "{text}");
        }
    }
}
