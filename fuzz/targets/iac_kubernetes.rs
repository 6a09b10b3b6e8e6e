//! Feeds of Kubernetes, Helm, Argo and Flux.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_iac_kubernetes as _;

fuzz_target!(|input: &[u8]| nepho_fuzz::read(input));
