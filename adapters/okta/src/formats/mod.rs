//! The formats, one folder each.

mod system_log;
