//! Numbers for names, up to a limit.

use std::collections::HashMap;

/// Names that were numbered in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Names {
    numbers: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
}

impl Names {
    /// Number of `name`, a new one while fewer than `limit` are held.
    pub(crate) fn number(&mut self, name: &str, limit: usize) -> Option<u32> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        let number = u32::try_from(self.names.len())
            .ok()
            .filter(|_| self.names.len() < limit)?;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    /// Name with this number; empty for a number that was never given.
    pub(crate) fn name(&self, number: u32) -> &str {
        self.names
            .get(number as usize)
            .map(AsRef::as_ref)
            .unwrap_or_default()
    }

    /// All names, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0_u32..).zip(self.names.iter().map(AsRef::as_ref))
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}
