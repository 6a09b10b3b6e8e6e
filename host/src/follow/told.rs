//! What was told before, so that it is not told again.

use std::collections::{HashSet, VecDeque};

/// Names of what was told, up to a limit: the oldest are forgotten.
pub(super) struct Told {
    limit: usize,
    names: HashSet<String>,
    /// In the order in which they were told.
    order: VecDeque<String>,
    /// How many were forgotten.
    pub(super) forgotten: u64,
}

impl Told {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            names: HashSet::new(),
            order: VecDeque::new(),
            forgotten: 0,
        }
    }

    /// Takes note of a name; says whether it is new.
    pub(super) fn note(&mut self, name: String) -> bool {
        if !self.names.insert(name.clone()) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.names.remove(&oldest);
            self.forgotten += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_names_are_forgotten_and_counted() {
        let mut told = Told::new(2);
        let mut note = |name: &str| (told.note(name.to_owned()), told.forgotten);
        assert_eq!(note("a"), (true, 0));
        assert_eq!(note("b"), (true, 0));
        assert_eq!(note("a"), (false, 0));
        assert_eq!(note("c"), (true, 1));
        assert_eq!(note("b"), (false, 1));
        assert_eq!(note("a"), (true, 2));
    }
}
