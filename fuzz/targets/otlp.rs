//! Formats of OpenTelemetry and other schemas.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_adapter_generic as _;
use nepho_adapter_otlp as _;
use nepho_adapter_schemas as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::decode(input));
