//! Times and durations in any shape.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::time::Reference;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let references = [
        Reference::ANY,
        Reference {
            near: Timestamp::parse_rfc3339("2024-02-29T23:59:59Z"),
            zone_seconds: -3600 * 5,
            ..Reference::default()
        },
    ];
    for reference in references {
        if let Some((_, length)) = time::prefix(text, reference) {
            assert!(text.is_char_boundary(length), "{length}");
        }
        if let Some(read) = time::parse_near(text, reference) {
            // What is read can be written, and read again.
            assert_eq!(Timestamp::parse_rfc3339(&read.to_string()), Some(read));
        }
    }
    time::parse(text);
    time::from_number(text);
    time::duration(text, 1e9);
});
