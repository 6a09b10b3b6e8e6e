//! Text columns of views into blocks. The only module of the crate that contains `unsafe`.

#![expect(
    unsafe_code,
    reason = "string views are checked when they are made, not a second time for each batch"
)]

use std::sync::{Arc, LazyLock};

use arrow_array::StringViewArray;
use arrow_buffer::{Buffer, ScalarBuffer};

use super::room::{Memory, Part, Placed, Room, SHARED_ROWS, no_values};

/// Text of up to so many bytes stands in its view.
pub(super) const SHORT: usize = 12;

/// An arena that has grown to this many bytes is closed and another one begun; offsets are 32 bit.
const ARENA_LIMIT: usize = 1 << 30;

/// Text of a block from here on is copied; lengths and offsets are 32 bit, and Arrow's are signed.
const PLACE_LIMIT: usize = i32::MAX as usize;

/// Room for what is copied of a block of half a megabyte.
const COPIED_BYTES: usize = 256 << 10;

/// The same of text of single columns.
const JOINED_BYTES: usize = 32 << 10;

/// Buffers that the views of one batch point into: blocks of input, and arenas for text that
/// stands in no block.
pub(super) struct ViewSpace {
    /// Blocks and closed arenas. The place of the open arena holds an empty buffer.
    buffers: Vec<Buffer>,
    arena: Vec<u8>,
    arena_number: usize,
    /// Where text stands that need not be copied, by the number of its block; the first is empty.
    places: Vec<Place>,
}

/// Where the text of a block stands, and what views of it name.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// Address of the text, and its length, at most [`PLACE_LIMIT`].
    start: usize,
    length: usize,
    /// Number of the buffer, and the position in it at which the text begins.
    buffer: u32,
    base: u32,
    /// Whether the text was copied into an arena.
    is_copy: bool,
}

/// A view that was made by a [`ViewSpace`]; it is valid together with that space only.
#[derive(Clone, Copy, Default, PartialEq)]
#[repr(transparent)]
pub(super) struct View(u128);

impl Default for ViewSpace {
    fn default() -> Self {
        Self {
            buffers: vec![Buffer::default()],
            arena: Vec::new(),
            arena_number: 0,
            places: vec![Place::default()],
        }
    }
}

impl ViewSpace {
    /// Adds a block and gives its number.
    pub(super) fn attach(&mut self, block: Buffer) -> u32 {
        let place = Place {
            start: block.as_ptr() as usize,
            length: block.len().min(PLACE_LIMIT),
            buffer: u32::try_from(self.buffers.len()).unwrap_or(u32::MAX),
            base: 0,
            is_copy: false,
        };
        self.buffers.push(block);
        self.add(place)
    }

    /// Adds a copy of a text that may be gone before the views of it are; gives its number.
    pub(super) fn attach_copy(&mut self, text: &str) -> u32 {
        // What is as long as that is better copied part by part.
        if text.len() > ARENA_LIMIT {
            return 0;
        }
        self.open_arena(text.len().max(COPIED_BYTES));
        let place = Place {
            start: text.as_ptr() as usize,
            length: text.len(),
            buffer: u32::try_from(self.arena_number).unwrap_or(u32::MAX),
            base: u32::try_from(self.arena.len()).unwrap_or(u32::MAX),
            is_copy: true,
        };
        self.arena.extend_from_slice(text.as_bytes());
        self.add(place)
    }

    fn add(&mut self, place: Place) -> u32 {
        self.places.push(place);
        u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
    }

    /// Where the block with this number stands; that of no block is empty.
    #[inline]
    pub(super) fn place(&self, block: u32) -> Place {
        self.places.get(block as usize).copied().unwrap_or_default()
    }

    /// View of `text`: without a copy where it lies in this block.
    ///
    /// Invariant: a view other than an inline one names either a range of a block that was reached
    /// as a `&str`, so it is UTF-8 and blocks never change; or a range of an arena that was copied
    /// from a `&str`, or from several one behind the other; or a part of such a copy that begins
    /// and ends between characters.
    #[inline(always)]
    pub(super) fn view(&mut self, block: &Place, text: &str) -> View {
        if text.len() <= SHORT {
            return View(short(text.as_bytes()));
        }
        // What stands before the block is far behind its start this way.
        let offset = (text.as_ptr() as usize).wrapping_sub(block.start);
        if let Some(last) = block.length.checked_sub(text.len())
            && offset <= last
        {
            let offset = offset as u32;
            if !block.is_copy {
                return View(long(text.as_bytes(), block.buffer, offset));
            }
            if let Some(view) = self.copied(block, offset, text.len()) {
                return view;
            }
        }
        self.copy(text)
    }

    /// View of a part of a text that was copied, more than 12 bytes. What stood at the addresses of
    /// the text may have changed since, so where characters begin is looked at in the copy.
    #[inline]
    fn copied(&self, block: &Place, offset: u32, length: usize) -> Option<View> {
        let number = block.buffer as usize;
        let buffer = match number == self.arena_number {
            true => &self.arena[..],
            false => self.buffers.get(number)?.as_slice(),
        };
        let start = block.base.checked_add(offset)?;
        let end = (start as usize).checked_add(length)?;
        let bytes = buffer.get(start as usize..end)?;
        let is_start = |byte: Option<&u8>| byte.is_none_or(|byte| !matches!(byte, 0x80..0xC0));
        (is_start(bytes.first()) && is_start(buffer.get(end)))
            .then(|| View(long(bytes, block.buffer, start)))
    }

    /// View of a copy of `text` in the arena; text beyond 2 GiB is cut to what a view can tell.
    #[inline(never)]
    fn copy(&mut self, text: &str) -> View {
        self.open_arena(JOINED_BYTES);
        let text = &text[..text.floor_char_boundary(ARENA_LIMIT)];
        let start = self.arena.len();
        self.arena.extend_from_slice(text.as_bytes());
        self.in_arena(start)
    }

    /// View of the text that `parts` are together.
    pub(super) fn join(&mut self, parts: &[&str]) -> View {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length <= SHORT || length > ARENA_LIMIT {
            return self.view(&Place::default(), &parts.concat());
        }
        self.open_arena(JOINED_BYTES);
        let start = self.arena.len();
        for part in parts {
            self.arena.extend_from_slice(part.as_bytes());
        }
        self.in_arena(start)
    }

    /// View of the text that stands in the arena from `start` on, more than 12 bytes.
    fn in_arena(&self, start: usize) -> View {
        // Both fit: a buffer is reached by `attach`'s 32-bit number, an offset stays below the
        // limit.
        let number = u32::try_from(self.arena_number).unwrap_or(u32::MAX);
        let offset = u32::try_from(start).unwrap_or(u32::MAX);
        View(long(&self.arena[start..], number, offset))
    }

    /// Closes an arena that is full, and makes room for so many bytes in one that is empty.
    #[inline]
    fn open_arena(&mut self, bytes: usize) {
        if self.arena.len() >= ARENA_LIMIT {
            self.close_arena();
        }
        if self.arena.is_empty() {
            self.arena.reserve(bytes);
        }
    }

    fn close_arena(&mut self) {
        let arena = std::mem::take(&mut self.arena);
        self.buffers[self.arena_number] = Buffer::from_vec(arena);
        self.arena_number = self.buffers.len();
        self.buffers.push(Buffer::default());
    }

    /// The buffers that the views name by number; the space is empty again.
    pub(super) fn take_buffers(&mut self) -> Arc<[Buffer]> {
        let size = self.arena.len();
        self.close_arena();
        let buffers = self.buffers.drain(..).collect();
        self.buffers.push(Buffer::default());
        self.arena_number = 0;
        self.places.truncate(1);
        // The next batch copies about as much; memory that nothing is written to costs nothing, and
        // an arena that grows is copied.
        self.arena.reserve(size + size / 8);
        buffers
    }
}

/// View of at most 12 bytes, which stand in the view itself behind their length (Arrow columnar
/// format, "Variable-size Binary View Layout"). Loads of a fixed size that overlap are quicker than
/// a copy of any length.
#[inline]
fn short(bytes: &[u8]) -> u128 {
    let length = bytes.len();
    // The first four bytes, and the up to eight behind them.
    let (head, rest) = if let (Some(first), Some(last)) =
        (bytes.first_chunk::<4>(), bytes.last_chunk::<8>())
    {
        let last = u64::from_le_bytes(*last);
        (u32::from_le_bytes(*first), last >> (8 * (12 - length)))
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u64::from(u32::from_le_bytes(*last));
        (u32::from_le_bytes(*first), last >> (8 * (8 - length)))
    } else {
        let [first, second, third] = match *bytes {
            [first, second, third] => [first, second, third],
            [first, second] => [first, second, 0],
            [first] => [first, 0, 0],
            _ => [0; 3],
        };
        (u32::from_le_bytes([first, second, third, 0]), 0)
    };
    joined(length as u32, head, rest)
}

/// View of more than 12 bytes, which begin at `offset` of the buffer with this number.
#[inline]
fn long(bytes: &[u8], buffer: u32, offset: u32) -> u128 {
    let prefix = bytes
        .first_chunk::<4>()
        .map_or(0, |prefix| u32::from_le_bytes(*prefix));
    // Callers have made sure that the length fits.
    joined(
        bytes.len() as u32,
        prefix,
        u64::from(buffer) | u64::from(offset) << 32,
    )
}

/// A view of its three parts, the first lowest.
#[inline]
fn joined(length: u32, head: u32, rest: u64) -> u128 {
    u128::from(u64::from(length) | u64::from(head) << 32) | u128::from(rest) << 64
}

/// A column of views that was put into a [`Room`].
pub(super) struct PlacedViews(Placed);

/// Puts the views of a column into `room`; an empty view stands for null, of which a column that
/// `is_full` has none.
pub(super) fn place(views: &mut Vec<View>, is_full: bool, room: &mut Room) -> PlacedViews {
    let valid = match is_full {
        true => None,
        false => place_valid(views, room),
    };
    let values = match room.copy(numbers(views)) {
        Some(part) => {
            views.clear();
            part
        }
        None => {
            let views = std::mem::take(views).into_iter().map(|view| view.0);
            Part::Own(Buffer::from_vec(views.collect()))
        }
    };
    PlacedViews(Placed { values, valid })
}

/// Puts a bit for each view into `room`; `None` if none is empty.
fn place_valid(views: &[View], room: &mut Room) -> Option<Part> {
    let mut valid = std::mem::take(&mut room.bits);
    valid.clear();
    valid.reserve_exact(views.len().div_ceil(64));
    let mut filled = 0;
    for rows in views.chunks(64) {
        let mut word = 0_u64;
        let (eights, rest) = rows.as_chunks::<8>();
        for (place, eight) in eights.iter().enumerate() {
            word |= bits(eight) << (8 * place);
        }
        for (place, view) in (8 * eights.len()..).zip(rest) {
            word |= u64::from(view.0 as u32 != 0) << place;
        }
        filled += word.count_ones() as usize;
        valid.push(word);
    }
    let has_nulls = filled < views.len();
    let placed = has_nulls.then(|| room.put(&mut valid));
    room.bits = valid;
    placed
}

/// A bit for each view that is not empty, the first lowest.
#[inline]
fn bits(views: &[View; 8]) -> u64 {
    let bytes = views.map(|view| u8::from(view.0 as u32 != 0));
    // Each byte of ones and zeros comes to the top at a place of its own, and none meets another.
    u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The numbers that views are.
fn numbers(views: &[View]) -> &[u128] {
    // SAFETY: a view is nothing but its number (`repr(transparent)`), so as many numbers stand in
    // the same memory, which stays borrowed.
    unsafe { std::slice::from_raw_parts(views.as_ptr().cast::<u128>(), views.len()) }
}

/// Array of views over the buffers of the space that they were made by.
pub(super) fn array(
    views: PlacedViews,
    rows: usize,
    memory: &Memory,
    buffers: &Arc<[Buffer]>,
) -> StringViewArray {
    let (views, nulls) = memory.column(views.0, rows);
    // SAFETY: every view was made by `ViewSpace::view` of the space that `buffers` comes from (the
    // module offers no other way to make one, but for the empty default), so by the invariant
    // stated there each names a range of valid UTF-8 in a buffer that exists, with the right
    // prefix. A room gives back what was put into it.
    unsafe { StringViewArray::new_unchecked(views, Arc::clone(buffers), nulls) }
}

/// Array of `rows` nulls that shares its memory with all others.
pub(super) fn nulls(rows: usize) -> StringViewArray {
    /// Arrow looks at every view of an array that is made.
    static SHARED: LazyLock<StringViewArray> = LazyLock::new(|| made(SHARED_ROWS));
    fn made(rows: usize) -> StringViewArray {
        let (views, nulls) = no_values(rows);
        let buffers: Arc<[Buffer]> = Arc::default();
        StringViewArray::new(ScalarBuffer::new(views, 0, rows), buffers, Some(nulls))
    }
    match rows {
        0..=SHARED_ROWS => SHARED.slice(0, rows),
        _ => made(rows),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;
    use arrow_array::builder::make_view;

    use super::*;

    fn made(mut views: Vec<View>, space: &mut ViewSpace) -> StringViewArray {
        let rows = views.len();
        let mut room = Room::new(rows, rows * size_of::<View>());
        let placed = place(&mut views, false, &mut room);
        array(placed, rows, &room.close(), &space.take_buffers())
    }

    /// A number from a seed (Marsaglia's xorshift64).
    fn next(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 20) as usize
    }

    #[test]
    fn every_view_names_text_that_is_there() {
        // Text of every kind from several blocks, in any order, also with the addresses of a block
        // that it does not stand in, and arenas that are closed in between.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..200 {
            let mut space = ViewSpace::default();
            let blocks: Vec<String> = (0..1 + round % 4)
                .map(|block| "gr\u{fc}n \u{1f600} text ".repeat(1 + block * 7))
                .collect();
            let attached: Vec<(u32, Buffer)> = blocks
                .iter()
                .map(|text| {
                    let buffer = Buffer::from_vec(text.clone().into_bytes());
                    (space.attach(buffer.clone()), buffer)
                })
                .collect();
            let (mut views, mut expected) = (Vec::new(), Vec::new());
            // Few rows and many, which are put into memory in different ways.
            for _ in 0..if round % 8 == 0 { 1500 } else { 300 } {
                let (number, _) = attached[next(&mut state) % attached.len()];
                let (_, buffer) = &attached[next(&mut state) % attached.len()];
                let whole = std::str::from_utf8(buffer.as_slice()).unwrap_or_default();
                let start = whole.floor_char_boundary(next(&mut state) % (whole.len() + 1));
                let end = start + next(&mut state) % (whole.len() - start + 1);
                let part = &whole[start..whole.floor_char_boundary(end).max(start)];
                let own = part.to_owned();
                let text = if next(&mut state).is_multiple_of(3) {
                    own.as_str()
                } else {
                    part
                };
                let place = space.place(number);
                views.push(space.view(&place, text));
                expected.push(own);
                if next(&mut state).is_multiple_of(5) {
                    views.push(space.join(&[part, "gr\u{fc}n ", part]));
                    expected.push([part, "gr\u{fc}n ", part].concat());
                }
                if next(&mut state).is_multiple_of(50) {
                    space.close_arena();
                }
            }
            let array = made(views, &mut space);
            assert!(array.to_data().validate_full().is_ok());
            for (row, text) in expected.iter().enumerate() {
                assert_eq!(array.is_null(row), text.is_empty());
                assert!(text.is_empty() || array.value(row) == text);
            }
        }
    }

    #[test]
    fn views_are_those_of_arrow() {
        let text = "0123456789abcdefgh";
        for length in 0..=text.len() {
            let bytes = &text.as_bytes()[..length];
            let view = if length <= 12 {
                short(bytes)
            } else {
                long(bytes, 7, 9)
            };
            assert_eq!(view, make_view(bytes, 7, 9), "{length}");
        }
    }

    #[test]
    fn text_in_a_block_is_not_copied_and_other_text_is() {
        let block = Buffer::from_vec(b"a long enough piece of text in a block".to_vec());
        let mut space = ViewSpace::default();
        let number = space.attach(block.clone());
        let place = space.place(number);
        let inside = std::str::from_utf8(&block.as_slice()[2..20]).unwrap_or_default();
        let views = vec![
            space.view(&place, inside),
            space.view(&place, "another piece of text, not in the block"),
            space.view(&place, "short"),
        ];
        assert_eq!(space.arena.len(), 39);
        let array = made(views, &mut space);
        assert_eq!(array.value(0), "long enough piece ");
        assert_eq!(array.value(1), "another piece of text, not in the block");
        assert_eq!(array.value(2), "short");
        assert!(array.to_data().validate_full().is_ok());
    }

    #[test]
    fn parts_of_a_copied_text_are_not_copied_again() {
        let text = "a long enough piece of gr\u{fc}n text".to_owned();
        let mut space = ViewSpace::default();
        let first = space.view(&Place::default(), "something else that is copied");
        let number = space.attach_copy(&text);
        let place = space.place(number);
        let part = space.view(&place, &text[2..28]);
        space.close_arena();
        let later = space.view(&place, &text[7..]);
        assert_eq!(space.arena.len(), 0);
        let array = made(vec![first, part, later], &mut space);
        assert_eq!(array.value(0), "something else that is copied");
        assert_eq!(array.value(1), &text[2..28]);
        assert_eq!(array.value(2), &text[7..]);
        assert!(array.to_data().validate_full().is_ok());
    }

    #[test]
    fn a_copy_is_not_cut_within_a_character_whatever_stands_at_its_addresses() {
        // The same memory holds characters of two bytes first, and of one byte then.
        let mut memory = "\u{fc}".repeat(40).into_bytes();
        let mut space = ViewSpace::default();
        let number = space.attach_copy(std::str::from_utf8(&memory).unwrap_or_default());
        let place = space.place(number);
        memory.fill(b'x');
        let text = std::str::from_utf8(&memory).unwrap_or_default();
        let mut views = Vec::new();
        for start in 0..=text.len() {
            for end in start..=text.len() {
                views.push(space.view(&place, &text[start..end]));
            }
        }
        let array = made(views, &mut space);
        assert!(array.to_data().validate_full().is_ok());
    }
}
