//! The formats, one folder each.

mod log;
mod metric;
mod span;
