//! Formats of Kubernetes, hosts and networks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_adapter_generic as _;
use nepho_adapter_kubernetes as _;
use nepho_adapter_linux as _;
use nepho_adapter_network as _;
use nepho_adapter_windows as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::decode(input));
