//! The formats, one folder each.
