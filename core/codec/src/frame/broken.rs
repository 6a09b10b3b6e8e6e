//! The last line of a stream that broke off in the middle of it.

use std::io::Read;

use super::{Framer, Piece, Skipped};
use crate::bytes::skip_space;
use crate::csv;
use crate::group::Grouping;
use crate::json::skip::skip_value;

impl<R: Read> Framer<R> {
    /// The next piece of a stream of lines that could not be read to its end and broke within a
    /// line: first the whole lines, then what there is of the last one, which is no record, since
    /// half a word or number would be taken for all of it. `None` if nothing is cut off. The
    /// window holds all that is left.
    ///
    /// A last line without an end is whole where the stream ended as it should: many writers end
    /// it so.
    pub(super) fn broken_off(&mut self) -> Option<Piece> {
        if !self.window.has_failed() {
            return None;
        }
        let whole = match self.grouping {
            Grouping::Csv(delimiter) => csv::cut(&self.window, delimiter),
            _ => memchr::memrchr(b'\n', &self.window).map(|newline| newline + 1),
        };
        let whole = whole.unwrap_or(0);
        let rest = self.window.get(whole..).unwrap_or_default();
        if rest.is_empty() || is_whole_json(rest) {
            return None;
        }
        if whole > 0 {
            return Some(Piece::Block(self.take_block(whole, None)));
        }
        let (start, line) = (self.offset, self.line);
        self.consume(self.window.len());
        Some(Piece::Skipped(Skipped {
            range: start..self.offset,
            line,
            reason: "the last line is cut off: the file broke within it".to_owned(),
        }))
    }
}

/// Whether a line is one JSON object to its end.
fn is_whole_json(line: &[u8]) -> bool {
    let start = skip_space(line, 0);
    line.get(start) == Some(&b'{')
        && skip_value(line, start).is_ok_and(|end| skip_space(line, end) == line.len())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::group;

    /// A stream that breaks behind some bytes.
    struct Breaking<'a>(&'a [u8]);

    impl Read for Breaking<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("broken")),
                count => Ok(count),
            }
        }
    }

    /// Records, and what is skipped with its bytes and line.
    fn found<R: Read>(mut framer: Framer<R>) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(piece) = framer.next() {
            match piece {
                Piece::Block(block) => {
                    let text = block.text.as_str();
                    let lines = group::lines(text, block.grouping, &|_| false);
                    found.extend(lines.map(|(range, _)| text[range].to_owned()));
                }
                Piece::Skipped(skipped) => found.push(format!(
                    "{:?} line {} {}",
                    skipped.range, skipped.line, skipped.reason
                )),
            }
        }
        found
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(found(Framer::new(Breaking(text.as_bytes()))), expected);
    }

    #[test]
    fn the_line_within_which_a_stream_breaks_is_no_record() {
        let reason = "the last line is cut off: the file broke within it";
        let told = |place: &str| format!("{place} {reason}");
        check(
            "level=info service=cart\nlevel=info service=c",
            &["level=info service=cart", &told("24..44 line 2")],
        );
        check("level=in", &[&told("0..8 line 1")]);
        check(
            "ERROR it broke\n\tat shop.Cart.add\n\tat shop.Ca",
            &["ERROR it broke\n\tat shop.Cart.add", &told("33..44 line 3")],
        );
        check(
            "{\"a\":1}\n{\"a\":22",
            &["{\"a\":1}", &told("8..15 line 2")],
        );
        check(
            "time,level,message\n2026-05-12,info,ok\n2026-05-12,info,\"a\nb",
            &[
                "time,level,message",
                "2026-05-12,info,ok",
                &told("38..58 line 3"),
            ],
        );
    }

    #[test]
    fn what_is_whole_stays_a_record() {
        check("one\ntwo\n", &["one", "two"]);
        check("{\"a\":1}\n{\"a\":2}", &["{\"a\":1}", "{\"a\":2}"]);
        // Here nothing broke, and the last line has no end.
        let text = &b"one\ntw"[..];
        assert_eq!(found(Framer::new(text)), ["one", "tw"]);
    }
}
