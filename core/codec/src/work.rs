//! Counts the bytes that framing looks at and moves, for tests that it takes linear time.

use std::cell::Cell;

thread_local! {
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// Counts some more.
pub(crate) fn add(bytes: usize) {
    BYTES.set(BYTES.get() + bytes);
}

/// The count, which begins anew.
pub(crate) fn take() -> usize {
    BYTES.take()
}
