//! One gzip member at a time through libdeflate, which wants both ends in memory and is about twice
//! as fast as a streaming decoder.

#![expect(
    unsafe_code,
    reason = "libdeflate is C, and only its own interface tells where a member ends"
)]

use std::ptr::NonNull;

use libdeflate_sys::{
    libdeflate_alloc_decompressor, libdeflate_decompressor, libdeflate_free_decompressor,
    libdeflate_gzip_decompress_ex, libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE,
    libdeflate_result_LIBDEFLATE_SUCCESS,
};

/// What became of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inflated {
    /// It was inflated and its checksum is right: bytes that were read, and bytes that were
    /// written.
    Member {
        /// Bytes of the member, with header and trailer.
        read: usize,
        /// Bytes of its text.
        written: usize,
    },
    /// The room is too small.
    TooSmall,
    /// It is no gzip member, is cut off, or is damaged.
    Broken,
}

/// Inflates gzip members.
pub(crate) struct Inflater {
    /// Invariant: made by `libdeflate_alloc_decompressor`, not freed before the drop, and used by
    /// one thread at a time (no method takes `&self`).
    state: NonNull<libdeflate_decompressor>,
}

// SAFETY: the state is plain memory of the C heap that no thread holds on to.
unsafe impl Send for Inflater {}

impl Inflater {
    /// A new one, or `None` if there is no memory for it.
    pub(crate) fn new() -> Option<Self> {
        // SAFETY: the function has no preconditions.
        let state = unsafe { libdeflate_alloc_decompressor() };
        NonNull::new(state).map(|state| Self { state })
    }

    /// Inflates the member at the beginning of `stored` into `room`.
    pub(crate) fn member(&mut self, stored: &[u8], room: &mut [u8]) -> Inflated {
        let (mut read, mut written) = (0_usize, 0_usize);
        // SAFETY: the state is valid (see its invariant); both buffers are as long as is said and
        // stay borrowed during the call; the two counts live on this frame.
        let result = unsafe {
            libdeflate_gzip_decompress_ex(
                self.state.as_ptr(),
                stored.as_ptr().cast(),
                stored.len(),
                room.as_mut_ptr().cast(),
                room.len(),
                &mut read,
                &mut written,
            )
        };
        #[expect(
            non_upper_case_globals,
            reason = "the constants have the names of the C header"
        )]
        match result {
            libdeflate_result_LIBDEFLATE_SUCCESS => Inflated::Member { read, written },
            libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Inflated::TooSmall,
            _ => Inflated::Broken,
        }
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: the state was allocated by the library and is freed once.
        unsafe { libdeflate_free_decompressor(self.state.as_ptr()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_member_tells_where_it_ends_and_keeps_within_its_room() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&[b'a'; 1000]).expect("compressed");
        let member = encoder.finish().expect("compressed");
        let mut stored = member.clone();
        stored.extend_from_slice(b"more");
        let mut inflater = Inflater::new().expect("memory");
        let mut room = [b'.'; 1001];
        let read = member.len();
        assert_eq!(
            inflater.member(&stored, &mut room),
            Inflated::Member {
                read,
                written: 1000
            }
        );
        assert_eq!((room[999], room[1000]), (b'a', b'.'));
        let mut small = [b'.'; 1000];
        assert_eq!(
            inflater.member(&stored, &mut small[..999]),
            Inflated::TooSmall
        );
        assert_eq!(small[999], b'.', "nothing is written behind the room");
        for end in 0..member.len() {
            assert_eq!(
                inflater.member(&member[..end], &mut room),
                Inflated::Broken,
                "{end}"
            );
        }
    }
}
