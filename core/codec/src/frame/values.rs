//! Blocks of JSON values, and what stands between them and is none.

use std::io::Read;

use super::{BLOCK_BYTES, Framer, MAX_RECORD_BYTES, Piece, Skipped};
use crate::bytes::skip_space;
use crate::json::careful::STEP_BYTES;
use crate::values::{Array, array_start, values};

/// Values behind a broken one that are skipped with care: where lines are cut off there are more of
/// them, and to look for the end of each through the whole window would take long.
const CAREFUL_VALUES: usize = 1024;

impl<R: Read> Framer<R> {
    pub(super) fn next_values(&mut self) -> Option<Piece> {
        let mut wanted = BLOCK_BYTES;
        loop {
            self.window.fill(wanted);
            let space = skip_space(&self.window, 0);
            if space == self.window.len() && self.window.is_ended() {
                return self.cut_off_array();
            }
            let found = values(
                &self.window,
                self.window.is_ended(),
                &mut self.array,
                self.expected,
                &mut self.careful,
            );
            if !found.records.is_empty() {
                // Blocks of one stream hold about as many.
                self.expected = found.records.len() + found.records.len() / 8;
                return Some(Piece::Block(
                    self.take_block(found.end, Some(found.records)),
                ));
            }
            if found.end > 0 {
                // Only punctuation so far: `{"Records": [` or what follows the array.
                self.consume(found.end);
                continue;
            }
            if found.is_broken || self.window.is_ended() || self.window.len() >= MAX_RECORD_BYTES {
                return Some(Piece::Skipped(self.skip_broken_value(found.is_broken)));
            }
            wanted = (self.window.len() * 2).clamp(BLOCK_BYTES, MAX_RECORD_BYTES);
        }
    }

    /// What is wrong with a stream that ends between the elements of an array.
    fn cut_off_array(&mut self) -> Option<Piece> {
        let is_open = std::mem::take(&mut self.array) != Array::None;
        self.consume(self.window.len());
        is_open.then(|| {
            Piece::Skipped(Skipped {
                range: self.offset..self.offset,
                line: self.line,
                reason: "the file is cut off: its array has no end".to_owned(),
            })
        })
    }

    /// Passes over what is no JSON value, up to the next line that begins like one. One that is not
    /// broken goes on to the end of the window, and is longer than the limit or the last one.
    fn skip_broken_value(&mut self, is_broken: bool) -> Skipped {
        self.consume(skip_space(&self.window, 0));
        let start = self.offset;
        let line = self.line;
        let is_cut_off =
            !is_broken && self.window.is_ended() && self.window.len() < MAX_RECORD_BYTES;
        if is_cut_off {
            // That the array has no end either is told with it.
            self.array = Array::None;
        }
        let reason = match (is_broken, is_cut_off) {
            (true, _) => "broken JSON".to_owned(),
            (_, true) => "the last JSON value is cut off".to_owned(),
            _ => format!("a JSON value is longer than the limit of {MAX_RECORD_BYTES} bytes"),
        };
        if is_broken {
            self.careful = CAREFUL_VALUES;
        }
        let mut at = 0;
        loop {
            match memchr::memchr(b'\n', &self.window[at..]) {
                Some(newline) => {
                    at += newline + 1;
                    // Only a value at the start of a line, or an element one step in, begins anew.
                    let next = skip_space(&self.window, at);
                    if matches!(self.window.get(next), Some(b'{')) && next - at <= STEP_BYTES {
                        self.consume(at);
                        if array_start(&self.window, skip_space(&self.window, 0)).is_some() {
                            // The next document, and no element of what broke off.
                            self.array = Array::None;
                        }
                        break;
                    }
                }
                None => {
                    self.consume(self.window.len());
                    at = 0;
                    self.window.fill(BLOCK_BYTES);
                    if self.window.is_empty() {
                        break;
                    }
                }
            }
        }
        Skipped {
            range: start..self.offset,
            line,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use arrow_buffer::Buffer;

    use super::*;
    use crate::work;

    /// What is skipped, and the number of records.
    fn read<R: Read>(mut framer: Framer<R>) -> (Vec<Skipped>, usize) {
        let (mut skipped, mut records) = (Vec::new(), 0);
        while let Some(piece) = framer.next() {
            match piece {
                Piece::Block(block) => records += block.records.map_or(0, |found| found.len()),
                Piece::Skipped(one) => skipped.push(one),
            }
        }
        (skipped, records)
    }

    /// Text of `bytes` bytes or a few more that begins with `head`, whose lines these are.
    fn text(head: &str, lines: &[String], bytes: usize) -> String {
        let mut text = head.to_owned();
        for line in lines.iter().cycle() {
            if text.len() >= bytes {
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    fn each_line_is_skipped_in_linear_time(head: &str, lines: &[String]) {
        // A window of the largest size would show what grows with it.
        for bytes in [1 << 20, 4 << 20] {
            let text = text(head, lines, bytes);
            let whole = text.lines().filter(|line| line.ends_with('}')).count();
            let stream = || Framer::new(text.as_bytes());
            let memory = || Framer::<io::Empty>::in_memory(Buffer::from(text.as_bytes()));
            for is_stream in [true, false] {
                work::take();
                let (skipped, records) = match is_stream {
                    true => read(stream()),
                    false => read(memory()),
                };
                let work = work::take();
                assert!(
                    work < 32 * text.len(),
                    "{work} for {} of {head}",
                    text.len()
                );
                assert_eq!(records, whole, "{head}");
                assert_eq!(skipped.len(), text.lines().count() - whole, "{head}");
                for one in &skipped {
                    let is_true = !one.reason.contains("longer");
                    assert!(is_true, "{}: {:?}", one.reason, one.range);
                }
            }
        }
    }

    #[test]
    fn elements_may_stand_without_their_array() {
        let check = |text: &str, expected: (usize, usize)| {
            let buffer = Buffer::from(text.as_bytes());
            let (skipped, records) = read(Framer::<io::Empty>::in_memory(buffer));
            assert_eq!((records, skipped.len()), expected, "{text}");
        };
        check("{\"a\":1},\n{\"a\":2},\n", (2, 0));
        check("{\"a\":1} , {\"a\":2}", (2, 0));
        check("{\"a\":1},\n\n", (1, 0));
        check("{\"a\":1},,\n{\"a\":2}", (2, 1));
        check("{\"a\":1}, x\n{\"a\":2}", (2, 1));
    }

    #[test]
    fn lines_that_are_cut_off_are_skipped_one_by_one_in_linear_time() {
        let long = "x".repeat(16 << 10);
        let check = |head: &str, lines: &[String]| each_line_is_skipped_in_linear_time(head, lines);
        check("", &[format!(r#"{{"a":"{long}"#)]);
        check(
            "",
            &[r#"{"time":"2026-05-12T10:00:00Z","msg":"x"#.to_owned()],
        );
        check("", &[format!("{{'a': '{}", &long[..2000])]);
        check("", &[r#"{"a":{"b":[1,2],"c":17"#.to_owned()]);
        check("", &[format!(r#"{{"a":"{}","b":["#, &long[..200])]);
    }

    #[test]
    fn whole_values_between_lines_that_are_cut_off_are_read() {
        let cut = r#"{"a":{"b":1},"c":"x"#.to_owned();
        let whole = r#"{"a":{"b":1},"c":"x"}"#.to_owned();
        let lines = [cut.clone(), cut.clone(), whole.clone(), cut.clone()];
        each_line_is_skipped_in_linear_time("", &lines);
    }

    #[test]
    fn elements_that_are_cut_off_do_not_spoil_those_after_them() {
        let text = "{\"Records\":[\n{\"a\":\"x\n{\"a\":1},\n  {\"a\":2,\n  {\"a\":3}\n]}\n";
        let (skipped, records) = read(Framer::new(text.as_bytes()));
        let places: Vec<_> = skipped.iter().map(|one| (one.line, &*one.reason)).collect();
        assert_eq!(places, [(2, "broken JSON"), (4, "broken JSON")]);
        assert_eq!(records, 2);
    }

    #[test]
    fn a_value_over_many_lines_is_read_behind_one_that_is_broken() {
        let value = "{\n  \"a\": [\n    {\n      \"b\": \"x\"\n    },\n    {}\n  ]\n}\n";
        let text = format!("{{\n  \"a\": 1\n{value}{value}");
        let (skipped, records) = read(Framer::new(text.as_bytes()));
        assert_eq!((skipped.len(), records), (1, 2));
    }
}
