//! From bytes to rows: decompression, framing, unwrapping, detection, and the engine under
//! table-driven formats.
//!
//! The way of a record: [`decompress`] -> [`frame`] (blocks, cut at record boundaries) ->
//! [`detect`] (tries the formats that fitted lately, then [`unwrap`]s, then asks every format) -> a
//! decoder, most often one that is a [`table::Table`] run by [`json::scan`].

mod ansi;
pub mod avro;
pub mod bytes;
pub mod csv;
pub mod decompress;
pub mod detect;
pub mod dns;
pub mod encoding;
pub mod frame;
pub mod group;
mod inflate;
pub mod ip;
pub mod json;
mod look;
pub mod message;
pub mod notes;
pub mod otlp;
pub mod pod;
pub mod quote;
mod regions;
pub mod table;
pub mod time;
pub mod unwrap;
pub mod values;
pub mod windows;
mod wire;
#[cfg(test)]
mod work;
mod zones;
