//! What is compiled from a table: once, for all decoders of it. A folder of small objects has a
//! decoder for each, so that making one must cost next to nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Things compiled from tables of one kind, by the address of the table.
pub(super) struct Shared<T>(Mutex<BTreeMap<usize, Arc<T>>>);

impl<T> Shared<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// What `compile` made of the table when it was asked for first.
    pub(super) fn get<K>(&self, table: &'static K, compile: impl FnOnce() -> T) -> Arc<T> {
        // Tables live as long as the program, so that their addresses stay theirs.
        let address = std::ptr::from_ref(table).addr();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = held.entry(address);
        Arc::clone(made.or_insert_with(|| Arc::new(compile())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_compiled_once() {
        static TABLES: [u8; 2] = [1, 2];
        let shared = Shared::new();
        let double = |table: &'static u8| shared.get(table, || table * 2);
        let first = double(&TABLES[0]);
        assert_eq!((*first, *double(&TABLES[1])), (2, 4));
        assert!(Arc::ptr_eq(&first, &double(&TABLES[0])));
    }
}
