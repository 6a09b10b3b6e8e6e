//! A stream that can be read from its beginning again, as far as it was read.

use std::io::{self, BufRead, Cursor, Read};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::containers::Bytes;

/// The first reader of a stream.
pub(super) struct Replay {
    shared: Arc<Mutex<Shared>>,
}

/// The second reader of a [`Replay`].
#[derive(Clone)]
pub(super) struct Rewound {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    /// What was read, where it is to be read again.
    kept: Option<Vec<u8>>,
    stream: Option<Bytes<'static>>,
}

impl Replay {
    pub(super) fn split(stream: Bytes<'static>) -> (Self, Rewound) {
        let shared = Arc::new(Mutex::new(Shared {
            kept: Some(Vec::new()),
            stream: Some(stream),
        }));
        let first = Self {
            shared: Arc::clone(&shared),
        };
        (first, Rewound { shared })
    }
}

impl Read for Replay {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut shared = lock(&self.shared);
        // Once it was handed over, nothing is left for the first reader.
        let read = match &mut shared.stream {
            Some(stream) => stream.read(buffer)?,
            None => 0,
        };
        if let Some(kept) = &mut shared.kept {
            kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

impl Rewound {
    /// The stream from its beginning; nothing is left for the first reader.
    pub(super) fn rewind(self) -> impl BufRead + Send {
        let mut shared = lock(&self.shared);
        let kept = shared.kept.take().unwrap_or_default();
        let stream = shared.stream.take();
        drop(shared);
        Cursor::new(kept).chain(stream.unwrap_or_else(|| Box::new(io::empty())))
    }

    /// Keeps nothing of the stream any more: the first reader alone reads it.
    pub(super) fn forget(&self) {
        mem::take(&mut lock(&self.shared).kept);
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mut from: impl Read) -> String {
        let mut text = String::new();
        let _ = from.read_to_string(&mut text);
        text
    }

    #[test]
    fn what_was_looked_at_is_read_again() {
        let (first, second) = Replay::split(Box::new(Cursor::new("abcdef")));
        assert_eq!(text(first.take(2)), "ab");
        assert_eq!(text(second.rewind()), "abcdef");
    }

    #[test]
    fn what_is_read_in_earnest_is_not_kept() {
        let (mut first, second) = Replay::split(Box::new(Cursor::new("abcdef")));
        assert_eq!(text(first.by_ref().take(2)), "ab");
        second.forget();
        assert!(lock(&second.shared).kept.is_none());
        assert_eq!(text(first), "cdef");
        assert!(lock(&second.shared).kept.is_none());
    }
}
