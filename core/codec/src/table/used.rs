//! The tables that decoders of this process were made of, for the test that compares the engine
//! with a plain decoder. Not in release builds.

use std::sync::{Mutex, PoisonError};

use super::json::Table;

static USED: Mutex<Vec<&'static Table>> = Mutex::new(Vec::new());

/// Remembers a table.
pub(super) fn note(table: &'static Table) {
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    if !used.iter().any(|held| std::ptr::eq(*held, table)) {
        used.push(table);
    }
}

/// The tables, in the order in which they were used first.
pub fn tables() -> Vec<&'static Table> {
    USED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
