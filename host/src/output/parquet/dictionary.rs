//! Different texts of a column, by number.

use std::hash::BuildHasher;

use arrow_buffer::Buffer;
use foldhash::fast::FixedState;

/// Text of a dictionary. A reader keeps all of it.
const TEXT_LIMIT: usize = 1 << 20;
const ENTRY_LIMIT: usize = 1 << 16;

/// Values after which a dictionary must have paid.
const TRIAL: usize = 1024;

/// Places that are tried for a text. Only texts that were made to collide need more.
const PROBE_LIMIT: usize = 64;

/// Text of up to this many bytes stands in the view itself.
const INLINE: u32 = 12;

/// The texts of a column chunk, numbered in the order in which they came.
#[derive(Default)]
pub(super) struct Dictionary {
    text: Vec<u8>,
    /// Of each text the view, if it holds all of it, otherwise the half that tells length and
    /// prefix.
    heads: Vec<u128>,
    /// Where each text ends.
    ends: Vec<u32>,
    /// Upper half of the hash above the number of the entry plus one; zero is free. The length is
    /// a power of two.
    slots: Vec<u64>,
    /// Values so far.
    seen: usize,
    is_attacked: bool,
}

/// Length of the text of a view.
pub(super) fn length(view: u128) -> u32 {
    view as u32
}

/// Text of a view, if it is too long to stand in the view.
///
/// Empty if the view lies outside of the buffers, which an Arrow array excludes.
pub(super) fn long_text(view: u128, buffers: &[Buffer]) -> &[u8] {
    let buffer = (view >> 64) as u32 as usize;
    let start = (view >> 96) as u32 as usize;
    let end = start + length(view) as usize;
    let buffer = buffers.get(buffer).map_or(&[][..], Buffer::as_slice);
    buffer.get(start..end).unwrap_or_default()
}

/// Calls `with` with the text of a view.
pub(super) fn with_text(view: u128, buffers: &[Buffer], with: impl FnOnce(&[u8])) {
    if length(view) > INLINE {
        return with(long_text(view, buffers));
    }
    let bytes = view.to_le_bytes();
    with(bytes.get(4..4 + length(view) as usize).unwrap_or_default());
}

impl Dictionary {
    /// Counts values that had the same text as the ones before, and were not looked up.
    pub(super) fn skip(&mut self, values: usize) {
        self.seen += values;
    }

    /// Number of the text of a view.
    #[inline]
    pub(super) fn intern(&mut self, view: u128, buffers: &[Buffer]) -> u32 {
        self.seen += 1;
        if self.heads.len() * 2 >= self.slots.len() && !self.is_attacked {
            self.grow();
        }
        if length(view) <= INLINE {
            return self.find(hash_view(view), view, &[]);
        }
        let text = long_text(view, buffers);
        let head = view & u128::from(u64::MAX);
        self.find(FixedState::default().hash_one(text), head, text)
    }

    /// `long` is the text, if `view` does not hold it.
    #[inline]
    fn find(&mut self, hash: u64, view: u128, long: &[u8]) -> u32 {
        let mask = self.slots.len() - 1;
        let high = hash & 0xffff_ffff_0000_0000;
        let mut place = hash as usize & mask;
        for _ in 0..PROBE_LIMIT {
            let slot = self.slots[place];
            if slot == 0 {
                return self.insert(place, high, view, long);
            }
            let number = (slot as u32).wrapping_sub(1);
            if slot & 0xffff_ffff_0000_0000 == high && self.is_entry(number, view, long) {
                return number;
            }
            place = (place + 1) & mask;
        }
        self.is_attacked = true;
        let number = self.heads.len() as u32;
        self.add(view, long);
        number
    }

    fn insert(&mut self, place: usize, high: u64, view: u128, long: &[u8]) -> u32 {
        let number = self.heads.len() as u32;
        self.slots[place] = high | u64::from(number + 1);
        self.add(view, long);
        number
    }

    fn add(&mut self, view: u128, long: &[u8]) {
        if length(view) <= INLINE {
            with_text(view, &[], |text| self.text.extend_from_slice(text));
        } else {
            self.text.extend_from_slice(long);
        }
        self.heads.push(view);
        // A dictionary ends long before its text has so many bytes.
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    #[inline]
    fn is_entry(&self, number: u32, view: u128, long: &[u8]) -> bool {
        self.heads.get(number as usize) == Some(&view)
            && (long.is_empty() || self.text(number) == long)
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(256);
        let mut slots = vec![0; size];
        for number in 0..self.heads.len() as u32 {
            let view = self.heads[number as usize];
            let hash = if length(view) <= INLINE {
                hash_view(view)
            } else {
                FixedState::default().hash_one(self.text(number))
            };
            let mut place = hash as usize & (size - 1);
            while slots[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            slots[place] = hash & 0xffff_ffff_0000_0000 | u64::from(number + 1);
        }
        self.slots = slots;
    }

    /// Text with a number that was given.
    pub(super) fn text(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let before = number.checked_sub(1).and_then(|i| self.ends.get(i));
        let start = before.map_or(0, |end| *end);
        let end = self.ends.get(number).map_or(start, |end| *end);
        let range = start as usize..end as usize;
        self.text.get(range).unwrap_or_default()
    }

    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether the column is better written without: it is too large, or most texts stand once.
    pub(super) fn is_poor(&self) -> bool {
        self.is_attacked
            || self.text.len() > TEXT_LIMIT
            || self.len() > ENTRY_LIMIT
            || (self.seen >= TRIAL && self.len() * 2 > self.seen)
    }

    /// All texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len() as u32).map(|number| self.text(number))
    }

    /// Forgets all texts, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.heads.clear();
        self.ends.clear();
        self.slots.fill(0);
        self.seen = 0;
        self.is_attacked = false;
    }
}

/// Hash of a view that holds its text: a folded multiplication.
#[inline]
fn hash_view(view: u128) -> u64 {
    // The fraction of the golden ratio, and an odd number of the same kind.
    let low = view as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let high = (view >> 64) as u64 ^ 0xd6e8_feb8_6659_fd93;
    let product = u128::from(low) * u128::from(high);
    let folded = product as u64 ^ (product >> 64) as u64;
    folded ^ folded >> 32
}
