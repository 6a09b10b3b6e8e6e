//! Log formats that belong to no vendor: JSON lines, logfmt, and text with a time.
//!
//! They take what no other format knows, so that nothing that was read is lost.

pub mod formats;
