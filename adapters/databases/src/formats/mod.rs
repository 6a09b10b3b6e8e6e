//! The formats, one folder each.

mod postgresql_csv;
mod postgresql_json;
mod postgresql_log;
