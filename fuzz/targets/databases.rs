//! Formats of databases and message brokers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_adapter_brokers as _;
use nepho_adapter_databases as _;
use nepho_adapter_generic as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::decode(input));
