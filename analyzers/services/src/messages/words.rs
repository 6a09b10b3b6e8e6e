//! Cuts a message into words: at blanks, quotes, commas and brackets, and at `=` behind a key.

use super::context::{self, Cues};

/// Bytes of a message that are looked at.
const MAX_BYTES: usize = 2048;
/// Words of a message that are looked at.
const MAX_WORDS: usize = 300;

/// One word with its trailing punctuation taken off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) cues: Cues,
    /// Whether `:` or `=` follows, so that it is the key of what comes next.
    pub(crate) is_key: bool,
    /// Whether an arrow follows: it is the near end of a connection.
    pub(crate) is_near_end: bool,
    /// Whether an arrow stands before it: it is the far end.
    pub(crate) is_far_end: bool,
}

/// Cuts `text` into `words`, which is cleared first.
pub(crate) fn cut<'a>(text: &'a str, words: &mut Vec<Word<'a>>) {
    words.clear();
    let text = &text[..floor(text, MAX_BYTES)];
    for piece in text.split(is_blank) {
        if words.len() >= MAX_WORDS {
            return;
        }
        if !piece.is_empty() {
            push_piece(piece, words);
        }
    }
}

/// The last boundary of a character at or before byte `limit`.
fn floor(text: &str, limit: usize) -> usize {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '{' | '}' | '<' | '\\'
        )
}

fn push_piece<'a>(piece: &'a str, words: &mut Vec<Word<'a>>) {
    if matches!(piece, ":" | "=" | ":=" | "=>") {
        if let Some(last) = words.last_mut() {
            last.is_key = true;
        }
        return;
    }
    if let (Some(rest), Some(last)) = (piece.strip_prefix(':'), words.last_mut()) {
        last.is_key = true;
        push(rest, words, |_| {});
        return;
    }
    // `10.0.0.1:43210->10.0.1.5:5432`: the far end of a connection is the peer.
    if let Some((near, far)) = piece.split_once("->") {
        push(near, words, |word| word.is_near_end = true);
        push(far, words, |word| word.is_far_end = true);
        return;
    }
    if piece.contains("://") {
        push(piece, words, |_| {});
        return;
    }
    if let Some((key, value)) = piece.split_once('=') {
        push(key, words, |word| word.is_key = true);
        push(value, words, |_| {});
        return;
    }
    // `upstream:checkout` is a key with its value, `checkout:8080` a host with its port.
    if let Some((key, value)) = piece.split_once(':') {
        let is_pair = value.starts_with(|c: char| c.is_alphabetic()) && context::cues(key).is_key();
        if is_pair {
            push(key, words, |word| word.is_key = true);
            push(value, words, |_| {});
            return;
        }
    }
    push(piece, words, |_| {});
}

fn push<'a>(piece: &'a str, words: &mut Vec<Word<'a>>, mark: impl FnOnce(&mut Word<'a>)) {
    let is_key = piece.ends_with([':', '=']);
    let keeps = |c: char| c.is_alphanumeric() || c == '_' || c == '/' || c == '%';
    let text = piece
        .trim_end_matches(|c: char| !keeps(c) && c != ']')
        .trim_start_matches(|c: char| !keeps(c) && c != '[');
    // Brackets stay on addresses of version 6 only.
    let text = if text.contains("]:") {
        text
    } else {
        text.trim_matches(['[', ']'])
    };
    if text.is_empty() {
        return;
    }
    let mut word = Word {
        text,
        cues: context::cues(text),
        is_key,
        is_near_end: false,
        is_far_end: false,
    };
    mark(&mut word);
    words.push(word);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut words = Vec::new();
        cut(text, &mut words);
        let found: Vec<String> = words
            .iter()
            .map(|word| format!("{}{}", word.text, if word.is_key { "=" } else { "" }))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_message_is_cut_into_words_and_keys() {
        check(
            "could not connect to order-db:5432: timed out",
            &[
                "could",
                "not",
                "connect",
                "to",
                "order-db:5432=",
                "timed",
                "out",
            ],
        );
        check(
            "host=order-db port = 5432",
            &["host=", "order-db", "port=", "5432"],
        );
        check(
            r#"{"upstream":"cart","n":1}"#,
            &["upstream=", "cart", "n=", "1"],
        );
        check("upstream:cart", &["upstream=", "cart"]);
        check(
            "read tcp 10.0.0.1:43210->10.0.1.5:5432: reset",
            &["read", "tcp", "10.0.0.1:43210", "10.0.1.5:5432=", "reset"],
        );
        check(
            "[error] dial [fd00::1]:443.",
            &["error", "dial", "[fd00::1]:443"],
        );
    }
}
