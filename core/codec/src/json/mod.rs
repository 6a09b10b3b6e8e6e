//! JSON without a tree: values are found and skipped in place.

pub(crate) mod careful;
pub mod fields;
mod paths;
pub mod quotes;
pub mod scan;
pub mod skip;
mod steps;
pub mod text;
mod value;
mod walk;

pub use fields::{JsonFields, elements};
pub use scan::{PathSet, Scanner, Value, ValueKind};
pub(crate) use text::unescape_string;
pub use text::{unescape, unescape_into};
