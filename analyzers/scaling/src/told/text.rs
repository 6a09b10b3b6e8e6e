//! Finds sizes in the sentences of the clouds.

/// Bytes of a message that are looked at; sentences on scaling are short.
const LOOKED_AT: usize = 4096;
/// Bytes that may stand between the two sizes of a change: `from 3 instances count to 2`.
const BETWEEN: usize = 32;

/// The part of a message that is looked at.
pub(super) fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(LOOKED_AT)]
}

/// The whole number that `text` begins with, and what follows it.
pub(super) fn leading_number(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    // `10.0.0.1`, `3-7` and `2nd` are no sizes; `12.` at the end of a sentence is one.
    let mut after = rest.chars();
    let ends_well = match (after.next(), after.next()) {
        (Some('.' | ','), Some(next)) => !next.is_ascii_digit(),
        (Some(c), _) => !c.is_alphanumeric() && c != '-' && c != ':',
        (None, _) => true,
    };
    let number = digits.parse().ok()?;
    ends_well.then_some((number, rest))
}

/// The number that follows the first `words` with one behind it.
pub(super) fn number_after(text: &str, words: &str) -> Option<u64> {
    head(text).match_indices(words).find_map(|(at, found)| {
        let rest = text.get(at + found.len()..)?;
        leading_number(rest).map(|(number, _)| number)
    })
}

/// Sizes before and after of `... from 4 to 6 ...`. A change of the desired capacity, which is the
/// decision, goes before the change of the capacity that follows from it.
pub(super) fn from_to(text: &str) -> Option<(u64, u64)> {
    let text = head(text);
    let mut first = None;
    for (at, found) in text.match_indices("from ") {
        let Some(sizes) = text.get(at + found.len()..).and_then(sizes) else {
            continue;
        };
        if text
            .get(..at)
            .is_some_and(|before| before.ends_with("desired capacity "))
        {
            return Some(sizes);
        }
        first = first.or(Some(sizes));
    }
    first
}

fn sizes(text: &str) -> Option<(u64, u64)> {
    let (from, rest) = leading_number(text)?;
    let window = &rest[..rest.floor_char_boundary(BETWEEN)];
    let at = window.find(" to ")?;
    if rest.get(..at)?.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (to, _) = leading_number(rest.get(at + 4..)?)?;
    Some((from, to))
}

/// Whether `text` contains `word`, which is in lower case, in any case.
pub(super) fn contains_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    text.windows(word.len().max(1))
        .any(|window| window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_found_in_sentences() {
        let check = |text: &str, expected: Option<(u64, u64)>| {
            assert_eq!(from_to(text), expected, "{text}");
        };
        check("increasing the capacity from 4 to 6.", Some((4, 6)));
        check("from 3 instances count to 2 instances count.", Some((3, 2)));
        check("Scaled up replica set web-7d9 from 3 to 5", Some((3, 5)));
        check(
            "shrinking the capacity from 9 to 8.  At 10:00 changing the desired capacity from 9 to 7.",
            Some((9, 7)),
        );
        check("a request from 10.0.0.1 to 10.0.0.2", None);
        check("moved from 3 of 7 to 9", None);
        check("from 99999999999999999999999 to 1", None);
        check("from 5 to", None);
        check("von 3 auf 5", None);
    }

    #[test]
    fn numbers_behind_words_are_found() {
        assert_eq!(
            number_after("New size: 5; reason: cpu", "New size: "),
            Some(5)
        );
        assert_eq!(number_after("min: x, min: 2, max: 12", "min: "), Some(2));
        assert_eq!(
            number_after("is above max value 12 for the group", "max value "),
            Some(12)
        );
        assert_eq!(number_after("max value 12.5", "max value "), None);
        assert_eq!(number_after("size: ", "size: "), None);
    }
}
