//! Where a stream of lines that grows at its end can be read on from.

use std::io::Read;
use std::sync::Arc;

use nepho_core::time::DateOrder;

use super::{BEGIN_BYTES, Framer, Shape};
use crate::csv;
use crate::group::{self, Grouping};

/// The beginning of the last record of a stream, with what the records before tell of it.
///
/// The last record may not be there to its end yet, so it is read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    offset: u64,
    line: u32,
    grouping: Grouping,
    columns: Option<Arc<csv::Header>>,
    header: Option<String>,
    date_order: DateOrder,
}

impl Place {
    /// Bytes in front of it.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}

impl<R: Read> Framer<R> {
    /// The framer of a stream that begins at this place of another one.
    #[must_use]
    pub fn resumed(self, place: &Place) -> Self {
        Self {
            offset: place.offset,
            line: place.line,
            shape: Some(Shape::Lines),
            grouping: place.grouping,
            columns: place.columns.clone(),
            named: place.header.clone(),
            date_order: place.date_order,
            ..self
        }
    }

    /// Where the stream can be read on from when it has grown, once it was read to its end. `None`
    /// for what is no lines of UTF-8, and for a stream that is too short to tell how lines make
    /// records.
    pub fn place(&self) -> Option<Place> {
        let (offset, line) = self.last?;
        let is_known = offset >= BEGIN_BYTES as u64 && !self.window.is_transcoded();
        is_known.then(|| Place {
            offset,
            line,
            grouping: self.grouping,
            columns: self.columns.clone(),
            header: self.named.clone(),
            date_order: self.date_order,
        })
    }

    /// Takes note of where the last record in the buffer begins.
    pub(super) fn note_last(&mut self) {
        let cut = group::cut(&self.window, self.grouping).unwrap_or(0);
        let before = self.window.get(..cut).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', before).count();
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        self.last = Some((self.offset + cut as u64, self.line.saturating_add(lines)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Piece;
    use super::*;

    /// Records with their lines and positions, and where to go on.
    fn read(mut framer: Framer<&[u8]>) -> (Vec<(u64, u32, String)>, Option<Place>) {
        let mut found = Vec::new();
        framer.header();
        while let Some(piece) = framer.next() {
            let Piece::Block(block) = piece else {
                continue;
            };
            let text = block.text.as_str();
            for (range, line) in group::lines(text, block.grouping, &|_| false) {
                let at = block.position(range.start);
                found.push((at, block.line + line, text[range].to_owned()));
            }
        }
        (found, framer.place())
    }

    /// What was read before and after is what is read at once, wherever the stream was cut.
    fn check(text: &str) {
        let (whole, _) = read(Framer::new(text.as_bytes()));
        for cut in (text.len() - 120)..=text.len() {
            let (mut records, place) = read(Framer::new(&text.as_bytes()[..cut]));
            let place = place.expect("a place");
            assert!(place.offset() + 200 > cut as u64, "{place:?}");
            records.retain(|(at, ..)| *at < place.offset());
            let rest = &text.as_bytes()[usize::try_from(place.offset()).expect("a place")..];
            records.extend(read(Framer::new(rest).resumed(&place)).0);
            assert_eq!(records.len(), whole.len(), "cut at {cut}");
            assert_eq!(records.last(), whole.last(), "cut at {cut}");
        }
    }

    #[test]
    fn a_stream_that_grew_is_read_on_from_its_last_record() {
        let repeated = |line: &str| line.repeat(90_000 / line.len());
        check(&repeated(
            "{\"id\":1,\"text\":\"something that happened\"}\n",
        ));
        check(&repeated(
            "2026-05-12 14:00:00 ERROR it broke\n\tat shop.Cart.add(Cart.java:7)\n",
        ));
        let rows = repeated("2026-05-12T14:00:00Z,\"a, b\nc\",200\n");
        check(&format!("time,path,status\n{rows}"));
    }

    #[test]
    fn what_tells_too_little_has_no_place() {
        let short = "2026-05-12T14:00:00Z one\n2026-05-12T14:00:01Z two\n";
        assert_eq!(read(Framer::new(short.as_bytes())).1, None);
        let values = format!("[{}{{}}]", "{\"a\":\n1},".repeat(20_000));
        assert_eq!(read(Framer::new(values.as_bytes())).1, None);
    }

    #[test]
    fn names_of_fields_stay_known() {
        let rows = "2026-05-12 14:00:00 GET /cart 200\n".repeat(3_000);
        let text = format!("#Fields: date time method path status\n{rows}");
        let (_, place) = read(Framer::new(text.as_bytes()));
        let rest = &b"2026-05-12 14:00:01 GET / 200\n"[..];
        let mut framer = Framer::new(rest).resumed(&place.expect("a place"));
        assert_eq!(
            framer.header().as_deref(),
            Some("#Fields: date time method path status")
        );
    }

    #[test]
    fn the_order_of_day_and_month_stays_known() {
        let check = |day: &str, expected: DateOrder| {
            let rows = "05/06/2026 14:00:00 ERROR no cart\n".repeat(3_000);
            let text = format!("{day} 14:00:00 INFO up\n{rows}");
            let mut framer = Framer::new(text.as_bytes());
            assert_eq!(framer.date_order(), expected, "{day}");
            let (_, place) = read(framer);
            for more in [
                "06/06/2026 14:00:00 INFO up\n",
                "06/13/2026 14:00:00 INFO up\n",
            ] {
                let mut framer = Framer::new(more.as_bytes()).resumed(place.as_ref().expect("one"));
                assert_eq!(framer.date_order(), expected, "{day} {more}");
            }
        };
        check("13/05/2026", DateOrder::DayFirst);
        check("05/13/2026", DateOrder::MonthFirst);
        check("05/06/2026", DateOrder::Untold);
    }

    #[test]
    fn the_order_of_day_and_month_is_known_of_wide_letters() {
        let text = "13/05/2026 14:00:00 INFO up";
        for mark in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            let bytes = units.flat_map(mark).collect::<Vec<_>>();
            assert_eq!(Framer::new(&bytes[..]).date_order(), DateOrder::DayFirst);
        }
    }
}
