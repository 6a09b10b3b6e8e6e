//! Contracts of Nephoscope: everything the author of a component may depend on.
//!
//! The crate holds the tables that flow between components ([`tables`]), the traits a component
//! implements ([`format`](mod@format), [`feed`], [`analyzer`], [`source`]), the registry
//! through which it is found ([`registry`]), and the errors it returns ([`error`]). It contains no
//! runtime, no cloud SDK and no query engine, and performs no I/O.

pub mod analyzer;
pub mod error;
pub mod feed;
pub mod findings;
pub mod format;
pub mod hash;
mod head_keys;
pub mod key;
pub mod owner;
pub mod range;
pub mod registry;
pub mod rejects;
pub mod role;
pub mod run_id;
pub mod secret;
pub mod setting;
pub mod severity;
pub mod source;
pub mod tables;
pub mod time;
pub mod uuid;
pub mod wording;
pub mod words;

#[doc(hidden)]
pub use inventory;

pub use error::{Error, ErrorKind, Origin, Result};
pub use time::Timestamp;
