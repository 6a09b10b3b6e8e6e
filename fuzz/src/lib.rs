//! What the fuzz targets have in common.
//!
//! A target of formats decodes its input as a file would be, with the formats that it links, and
//! accounts for every byte: a panic, a lost byte or an invented row is a finding.

use std::sync::{Arc, LazyLock};

use nepho_codec::detect::Formats;
use nepho_conformance::mutants;

static FORMATS: LazyLock<Arc<Formats>> = LazyLock::new(Formats::linked);

/// Decodes an input with all formats that are linked, and accounts for it.
///
/// # Panics
/// If something of it is lost or invented.
pub fn decode(input: &[u8]) {
    if let Err(reason) = mutants::told(input, &FORMATS) {
        panic!("{reason}");
    }
}
