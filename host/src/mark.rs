//! How far a log file was read that may grow, and whether a file still begins with what was read.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, PoisonError};

use nepho_codec::decompress::read_held;
use nepho_codec::frame::Place;

/// Bytes at the beginning and at the end of what was read, by which it is known again.
const KNOWN_BYTES: usize = 4 << 10;

/// What was read of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark {
    head: Vec<u8>,
    tail: Vec<u8>,
    /// Position behind the tail.
    end: u64,
    place: Option<Place>,
}

/// A mark that is set while a file is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedMark(Arc<Mutex<Mark>>);

impl Mark {
    /// Where to go on in a file, if it begins with what was read of it. `open` gives its bytes from
    /// a position on.
    pub(crate) fn place_in<S: Read>(&self, open: impl Fn(u64) -> Option<S>) -> Option<&Place> {
        let place = self.place.as_ref()?;
        let begins = |known: &[u8], at: u64| {
            let mut found = Vec::new();
            let stream = open(at)?;
            stream
                .take(known.len() as u64)
                .read_to_end(&mut found)
                .ok()?;
            (found == known).then_some(())
        };
        begins(&self.head, 0)?;
        begins(&self.tail, self.end - self.tail.len() as u64)?;
        Some(place)
    }

    /// The mark of a file that is read on from a place.
    pub(crate) fn before(&self, place: &Place) -> Self {
        Self {
            head: self.head.clone(),
            end: place.offset(),
            ..Self::default()
        }
    }

    fn read(&mut self, bytes: &[u8]) {
        let room = match self.end < KNOWN_BYTES as u64 {
            true => KNOWN_BYTES - self.head.len(),
            false => 0,
        };
        self.head.extend(bytes.iter().take(room));
        let kept = bytes.len().min(KNOWN_BYTES);
        let more = (self.tail.len() + kept).saturating_sub(KNOWN_BYTES);
        self.tail.drain(..more);
        self.tail.extend_from_slice(&bytes[bytes.len() - kept..]);
        self.end += bytes.len() as u64;
    }
}

impl SharedMark {
    pub(crate) fn new(mark: Mark) -> Self {
        Self(Arc::new(Mutex::new(mark)))
    }

    /// Takes note of where the file can be read on from.
    pub(crate) fn set(&self, place: Option<Place>) {
        self.with(|mark| mark.place = place);
    }

    /// What was read so far.
    pub(crate) fn get(&self) -> Mark {
        self.with(|mark| mark.clone())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Mark) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes note of what passes through it.
pub(crate) struct Noting<R> {
    pub(crate) inner: R,
    pub(crate) mark: SharedMark,
}

impl<R: BufRead> Read for Noting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_held(self, buffer)
    }
}

impl<R: BufRead> BufRead for Noting<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // These bytes lie at hand, so that nothing is read and nothing can fail.
        if let Ok(held) = self.inner.fill_buf() {
            let read = held.get(..count).unwrap_or_default();
            self.mark.with(|mark| mark.read(read));
        }
        self.inner.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use nepho_codec::frame::Framer;

    use super::*;

    fn mark(text: &[u8]) -> Mark {
        let mark = SharedMark::default();
        let mut framer = Framer::new(Noting {
            inner: text,
            mark: mark.clone(),
        });
        while framer.next().is_some() {}
        mark.set(framer.place());
        mark.get()
    }

    fn at(file: &[u8], from: u64) -> Option<Cursor<Vec<u8>>> {
        let from = usize::try_from(from).ok()?;
        Some(Cursor::new(file.get(from..)?.to_vec()))
    }

    #[test]
    fn a_file_that_is_longer_begins_with_what_was_read() {
        let line = |number: u32| format!("2026-05-12T14:00:00Z call {number} was made\n");
        let text: String = (0..3_000).map(line).collect();
        let mark = mark(text.as_bytes());
        let is_known = |file: &str| mark.place_in(|from| at(file.as_bytes(), from)).is_some();
        assert!(is_known(&text) && is_known(&(text.clone() + &line(1))));
        // Shorter, with another beginning, and with another end of what was read.
        assert!(!is_known(&text[..text.len() - 1]) && !is_known(""));
        assert!(!is_known(&text.replacen("call 7 ", "call 8 ", 1)));
        assert!(!is_known(&text.replacen("call 2990 ", "call 2991 ", 1)));
        let more = line(1);
        let place = mark.place_in(|from| at(text.as_bytes(), from));
        let mut next = mark.before(place.expect("a place"));
        let rest = &text.as_bytes()[usize::try_from(next.end).expect("a position")..];
        next.read(rest);
        next.read(more.as_bytes());
        assert_eq!(next.end, (text.len() + more.len()) as u64);
        assert_eq!(next.head, mark.head);
    }
}
