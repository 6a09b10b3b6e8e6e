//! Answers of APIs in XML: what is read is JSON that can be written, and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    if let Ok(value) = nepho_apis::xml_to_json(input) {
        let text = value.to_string();
        let again: Value = serde_json::from_str(&text).expect("what was written is read");
        assert_eq!(value, again);
    }
});
