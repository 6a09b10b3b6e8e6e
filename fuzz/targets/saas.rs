//! Formats of hosted services.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_adapter_cloudflare as _;
use nepho_adapter_generic as _;
use nepho_adapter_github as _;
use nepho_adapter_microsoft365 as _;
use nepho_adapter_okta as _;
use nepho_adapter_saas as _;
use nepho_adapter_vault as _;
use nepho_adapter_workspace as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::decode(input));
