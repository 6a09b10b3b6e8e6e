//! Formats of OpenTelemetry: log records, spans and data points of its protocol as JSON.
//!
//! Export requests are taken apart before, by `nepho_codec::unwrap`.

mod attributes;
mod formats;
