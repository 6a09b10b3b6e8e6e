//! The formats, one folder each.

pub mod audit;
pub mod auth;
pub mod cef;
pub mod cisco_firewall;
pub mod firewall;
pub mod journal_export;
pub mod journal_json;
pub mod journal_verbose;
pub mod kernel;
pub mod leef;
pub mod osquery_result;
pub mod sudo_audit;
pub mod syslog;
