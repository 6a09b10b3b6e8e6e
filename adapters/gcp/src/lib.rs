//! Log formats of Google Cloud.
//!
//! All are kinds of one envelope, the `LogEntry` of Cloud Logging; [`entry`] holds what they have
//! in common. Pub/Sub and other wrappings are undone before, by `nepho_codec`.

mod entry;
mod exported;
pub mod formats;
mod threat;
