//! Feeds of Google's deployment tools.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_iac_google as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::read(input));
