//! How the decoding of a stream prints itself: by its stream.

use std::fmt;

use super::Decoding;

impl fmt::Debug for Decoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoding")
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
