//! The formats, one folder each.

mod audit;
mod webhook;
