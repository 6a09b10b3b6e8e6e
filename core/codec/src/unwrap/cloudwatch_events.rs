//! Events of a CloudWatch Logs subscription:
//! `[{"id":"...","timestamp":1714557600123,"message":"..."},...]`.
//!
//! AWS writes all of them alike, so that is what is looked for first, and the text of a message is
//! written while its end is searched. Any other event is read as any JSON object.

use std::sync::Arc;

use nepho_core::tables::Envelope;

use super::{Events, Part, PartText};
use crate::bytes::{skip_space, string_end};
use crate::json::fields::{pick_at, text_of};
use crate::json::skip::skip_value;
use crate::json::{unescape, unescape_string};
use crate::time;

/// Reads the events of an array that was found to be balanced.
pub(super) fn read(array: &str, common: Arc<Envelope>) -> Events<'_> {
    let mut reader = Reader {
        array,
        // As wide as what is written at once.
        fresh: vec![0; array.len() + 64],
        written: 0,
        parts: Vec::with_capacity(array.len() / 256),
    };
    let bytes = array.as_bytes();
    let mut at = 1;
    loop {
        at = skip_space(bytes, at);
        let end = reader.usual(at).or_else(|| reader.any(at));
        at = match end {
            Some(end) => skip_space(bytes, end),
            None => break,
        };
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at += 1;
    }
    reader.fresh.truncate(reader.written);
    Events {
        fresh: reader.fresh,
        parts: reader.parts,
        common,
    }
}

struct Reader<'a> {
    array: &'a str,
    /// Text of messages, as far as `written`.
    fresh: Vec<u8>,
    written: usize,
    parts: Vec<Part<'a>>,
}

impl Reader<'_> {
    /// Reads the event at `at`; gives the position after it, or `None` if it is not written as
    /// CloudWatch Logs writes them.
    fn usual(&mut self, at: usize) -> Option<usize> {
        let bytes = self.array.as_bytes();
        let id = behind(bytes, at, b"{\"id\":\"")?;
        let (id_end, _) = string_end(bytes, id)?;
        let digits = behind(bytes, id_end, b"\",\"timestamp\":")?;
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        let count = bytes.get(digits..)?.iter().take_while(is_digit).count();
        let message = behind(bytes, digits + count, b",\"message\":\"")?;
        let time = time::from_number(self.array.get(digits..digits + count)?)?;
        let (end, written) = unescape_string(self.array, message, &mut self.fresh, self.written)?;
        let after = behind(bytes, end, b"\"}")?;
        let text = match written - self.written == end - message {
            // It has no escapes.
            true => PartText::Record(self.array.get(message..end)?),
            false => {
                let start = std::mem::replace(&mut self.written, written);
                PartText::Fresh(start..written)
            }
        };
        let time = Some(time);
        self.parts.push(Part { text, time });
        Some(after)
    }

    /// Reads the event at `at`, whatever it is; gives the position after it, or `None` if there is
    /// no value.
    fn any(&mut self, at: usize) -> Option<usize> {
        let picked = pick_at(self.array, at, ["timestamp", "message"]);
        let ([time, message], end) = match picked {
            Some(picked) => picked,
            None => ([None; 2], skip_value(self.array.as_bytes(), at).ok()?),
        };
        let message = message.filter(|message| message.starts_with('"'));
        let text = match message.and_then(text_of) {
            // Without a message, the element stands for itself.
            None => PartText::Record(self.array.get(at..end).unwrap_or_default()),
            Some(text) if memchr::memchr(b'\\', text.as_bytes()).is_none() => {
                PartText::Record(text)
            }
            Some(text) => {
                let text = unescape(text);
                let (start, written) = (self.written, self.written + text.len());
                self.fresh
                    .get_mut(start..written)?
                    .copy_from_slice(text.as_bytes());
                self.written = written;
                PartText::Fresh(start..written)
            }
        };
        let time = time.filter(|_| message.is_some()).and_then(text_of);
        let time = time.and_then(time::parse);
        self.parts.push(Part { text, time });
        Some(end)
    }
}

/// Position behind `expected`, if that stands at `at`.
fn behind(bytes: &[u8], at: usize, expected: &[u8]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    rest.starts_with(expected).then(|| at + expected.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times and texts of the events of an array.
    fn texts(array: &str) -> Vec<(Option<i64>, String)> {
        let events = read(array, Arc::default());
        let text = |part: &Part<'_>| match &part.text {
            PartText::Record(text) => (*text).to_owned(),
            PartText::Fresh(range) => {
                let fresh = events.fresh.get(range.clone()).unwrap_or_default();
                String::from_utf8_lossy(fresh).into_owned()
            }
        };
        let time = |part: &Part<'_>| part.time.map(|time| time.0 / 1_000_000);
        let parts = events.parts.iter();
        parts.map(|part| (time(part), text(part))).collect()
    }

    #[test]
    fn events_are_read_however_they_are_written() {
        let second = Some(1_714_557_600_123);
        let check = |array: &str, expected: &[(Option<i64>, &str)]| {
            let found = texts(array);
            let found = found.iter().map(|(time, text)| (*time, text.as_str()));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{array}");
        };
        let usual = r#"{"id":"37","timestamp":1714557600123,"message":"a\tb \u00e9 \"c\""}"#;
        let plain = r#"{"id":"3\"7","timestamp":1714557600123,"message":"d"}"#;
        let other = r#"{ "message":"e\n", "id":"38","timestamp":1714557600123 }"#;
        let more = r#"{"id":"39","timestamp":1714557600123,"message":"f\"","extracted":{}}"#;
        let both = r#"{"id":"40","timestamp":1714557600123,"message":"g","message":"h"}"#;
        let none = r#"{"id":"41","timestamp":1714557600123}"#;
        let empty = r#"{"id":"42","timestamp":1714557600123,"message":""}"#;
        let number = r#"{"id":"43","timestamp":7,"message":"i"}"#;
        let all = [usual, plain, other, more, both, none, empty, number, "7"];
        check(
            &format!("[{}]", all.join(",")),
            &[
                (second, "a\tb \u{e9} \"c\""),
                (second, "d"),
                (second, "e\n"),
                (second, "f\""),
                (second, "h"),
                (None, none),
                (second, ""),
                (None, "i"),
                (None, "7"),
            ],
        );
        check(
            &format!("[ {usual} , {plain} ]"),
            &[(second, "a\tb \u{e9} \"c\""), (second, "d")],
        );
        check("[]", &[]);
        check(&format!("[{plain},]"), &[(second, "d")]);
    }
}
