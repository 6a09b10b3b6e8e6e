//! Counts what was seen, in bounded memory: when it is full, what was seen least is forgotten.
//!
//! After Manku and Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002, section
//! 4.2 (lossy counting), with the limit given instead of the error. What is seen often is never
//! lost, and what is forgotten depends on counts alone.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::sighting::Sighting;

/// One thing that was seen.
#[derive(Debug)]
pub(crate) struct Seen<T> {
    pub(crate) what: T,
    pub(crate) count: u64,
    /// Failures among them.
    pub(crate) failures: u64,
    pub(crate) first: Sighting,
    /// Of what it is.
    hash: u64,
}

/// Things seen, by a hash of what they are.
pub(crate) struct Tally<T> {
    // One after the other: a map of them would take twice the room while it grows.
    seen: Vec<Seen<T>>,
    places: HashMap<u64, u32>,
    limit: usize,
    shrinks: u32,
    forgotten: u64,
}

impl<T> Tally<T> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            seen: Vec::new(),
            places: HashMap::new(),
            limit,
            shrinks: 0,
            forgotten: 0,
        }
    }

    /// Counts one more of the thing with this key; `make` and `sight` are called when it is new.
    pub(crate) fn note(
        &mut self,
        key: impl Hash,
        is_failure: bool,
        make: impl FnOnce() -> T,
        sight: impl FnOnce() -> Sighting,
    ) {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let hash = hasher.finish();
        let place = self.places.get(&hash).map(|place| *place as usize);
        if let Some(seen) = place.and_then(|place| self.seen.get_mut(place)) {
            seen.count += 1;
            seen.failures += u64::from(is_failure);
            return;
        }
        if self.seen.len() >= self.limit {
            self.shrink();
        }
        self.places.insert(hash, self.seen.len() as u32);
        self.seen.push(Seen {
            what: make(),
            count: 1,
            failures: u64::from(is_failure),
            first: sight(),
            hash,
        });
    }

    /// Forgets half of what was seen least: by a bit of the hash, another one each time.
    fn shrink(&mut self) {
        let mut counts: Vec<u64> = self.seen.iter().map(|seen| seen.count).collect();
        let middle = counts.len() / 2;
        let (_, floor, _) = counts.select_nth_unstable(middle);
        let floor = *floor;
        let bit = 1_u64 << (self.shrinks % 64);
        self.shrinks += 1;
        let before = self.seen.len();
        self.forget(|hash, count| count <= floor && hash & bit != 0);
        if self.seen.len() == before {
            self.forget(|_, count| count <= floor);
        }
        self.places.clear();
        let places = (0_u32..).zip(&self.seen);
        self.places
            .extend(places.map(|(place, seen)| (seen.hash, place)));
    }

    fn forget(&mut self, goes: impl Fn(u64, u64) -> bool) {
        let mut forgotten = 0;
        self.seen.retain(|seen| {
            let goes = goes(seen.hash, seen.count);
            forgotten += if goes { seen.count } else { 0 };
            !goes
        });
        self.forgotten += forgotten;
    }

    /// Observations that were forgotten.
    pub(crate) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// All that is remembered, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Seen<T>> {
        self.seen.iter()
    }
}

impl<T: Ord> Tally<T> {
    /// All that is remembered, in the order of what it is.
    pub(crate) fn sorted(&self) -> Vec<&Seen<T>> {
        let mut all: Vec<&Seen<T>> = self.iter().collect();
        all.sort_unstable_by(|one, other| one.what.cmp(&other.what));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nowhere() -> Sighting {
        Sighting {
            time: None,
            text: Box::default(),
            place: crate::sighting::RowPlace { file: 0, line: 0 },
        }
    }

    #[test]
    fn the_frequent_stays_and_the_rest_is_counted() {
        let mut tally = Tally::new(100);
        for number in 0..10_000_u32 {
            tally.note(number, false, || number, nowhere);
            tally.note("often", true, || u32::MAX, nowhere);
        }
        assert!(tally.len() <= 100);
        let often = tally
            .iter()
            .find(|seen| seen.what == u32::MAX)
            .map(|seen| (seen.count, seen.failures));
        assert_eq!(often, Some((10_000, 10_000)));
        let kept: u64 = tally.iter().map(|seen| seen.count).sum();
        assert_eq!(kept + tally.forgotten(), 20_000);
    }
}
