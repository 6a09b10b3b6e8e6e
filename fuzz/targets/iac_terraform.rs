//! Feeds of Terraform and OpenTofu, and the reader of states that come as a stream.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_core::feed::FeedOutput;
use nepho_iac_terraform::state::declared_from;

fuzz_target!(|input: &[u8]| {
    nepho_fuzz::read(input);
    let mut out = FeedOutput::default();
    let mut text = input;
    if let Err(error) = declared_from(&mut text, "input.json", &mut out, &mut |_| {}) {
        assert!(error.origin().is_some_and(|origin| origin.line.is_some()));
    }
});
