//! The formats, one folder each.

pub mod activity;
pub mod alert;
pub mod gmail;
