//! Events of a CloudWatch Logs subscription:
//! `[{"id":"...","timestamp":1714557600123,"message":"..."},...]`.
//!
//! AWS writes all of them alike, so that is what is looked for first, and the text of a message is
//! written while its end is searched. Any other event is read as any JSON object.

use std::sync::Arc;

use nepho_core::tables::Envelope;

use super::{Events, Part, PartText, Room};
use crate::bytes::{skip_space, string_end};
use crate::json::fields::{pick_at, text_of};
use crate::json::skip::skip_value;
use crate::json::{unescape, unescape_string};
use crate::time;

/// Events that are being read.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Text of messages, as far as `written`.
    fresh: Vec<u8>,
    written: usize,
    parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    /// Reads events that stand in `text`, into memory that was used before.
    pub(super) fn new(text: &'a str, room: &mut Room) -> Self {
        let mut fresh = std::mem::take(&mut room.fresh);
        // As wide as what is written at once.
        let size = text.len() + 64;
        if fresh.len() < size {
            fresh.resize(size, 0);
        }
        Self {
            text,
            fresh,
            written: 0,
            parts: std::mem::take(&mut room.parts),
        }
    }

    /// Reads the array at `start`, which was found to be balanced.
    pub(super) fn array(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            at = skip_space(bytes, at);
            let end = self.usual(at).or_else(|| self.any(at));
            at = match end {
                Some(end) => skip_space(bytes, end),
                None => return,
            };
            if bytes.get(at) != Some(&b',') {
                return;
            }
            at += 1;
        }
    }

    /// Reads the array at `start`; gives the position after it, or `None` if an event is not
    /// written as CloudWatch Logs writes them, or the array has no end.
    pub(super) fn usual_array(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = behind(bytes, start, b"[")?;
        loop {
            at = self.usual(at)?;
            match bytes.get(at)? {
                b',' => at += 1,
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// Whether there is no event.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The events, with what the wrapping tells of them.
    pub(super) fn end(self, common: Arc<Envelope>) -> Events<'a> {
        Events {
            text: self.text,
            fresh: self.fresh,
            written: self.written,
            parts: self.parts,
            common,
        }
    }

    /// Reads the event at `at`; gives the position after it, or `None` if it is not written as
    /// CloudWatch Logs writes them.
    fn usual(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let id = behind(bytes, at, b"{\"id\":\"")?;
        let (id_end, _) = string_end(bytes, id)?;
        let digits = behind(bytes, id_end, b"\",\"timestamp\":")?;
        // Milliseconds, of 13 digits until the year 2286.
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        let count = match bytes.get(digits + 13) {
            Some(b',') => 13,
            _ => bytes.get(digits..)?.iter().take_while(is_digit).count(),
        };
        let message = behind(bytes, digits + count, b",\"message\":\"")?;
        let time = time::from_number(self.text.get(digits..digits + count)?)?;
        let (end, written) = unescape_string(self.text, message, &mut self.fresh, self.written)?;
        let after = behind(bytes, end, b"\"}")?;
        let text = match written - self.written == end - message {
            // It has no escapes.
            true => PartText::Record(message..end),
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
        let picked = pick_at(self.text, at, ["timestamp", "message"]);
        let ([time, message], end) = match picked {
            Some(picked) => picked,
            None => ([None; 2], skip_value(self.text.as_bytes(), at).ok()?),
        };
        let message = message.filter(|message| message.starts_with('"'));
        let text = match message.and_then(text_of) {
            // Without a message, the element stands for itself.
            None => PartText::Record(at..end),
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
pub(super) fn behind(bytes: &[u8], at: usize, expected: &[u8]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    rest.starts_with(expected).then(|| at + expected.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times and texts of the events of an array.
    fn texts(array: &str) -> Vec<(Option<i64>, String)> {
        let mut reader = Reader::new(array, &mut Room::default());
        reader.array(0);
        let events = reader.end(Arc::default());
        let times = events.parts.iter();
        let times = times.map(|part| part.time.map(|time| time.0 / 1_000_000));
        times.zip(events.texts().map(str::to_owned)).collect()
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
        let mut reader = Reader::new(plain, &mut Room::default());
        assert_eq!(reader.usual_array(0), None);
        let two = format!("[{usual},{plain}]x");
        let mut reader = Reader::new(&two, &mut Room::default());
        assert_eq!(reader.usual_array(0), Some(two.len() - 1));
        for array in [
            format!("[{usual},{more}]"),
            format!("[{usual}"),
            "[]".to_owned(),
        ] {
            let mut reader = Reader::new(&array, &mut Room::default());
            assert_eq!(reader.usual_array(0), None, "{array}");
        }
        check("[]", &[]);
        check(&format!("[{plain},]"), &[(second, "d")]);
    }
}
