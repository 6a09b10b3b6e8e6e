//! Every wrapping by itself: what it hands out lies in the record or in the text that it made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_adapter_generic as _;
use nepho_codec::json::JsonFields;
use nepho_codec::unwrap::{self, Opened, PartText};
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Envelope};

fuzz_target!(|input: &[u8]| {
    nepho_fuzz::decode(input);
    let text = String::from_utf8_lossy(input);
    for line in text.lines() {
        open(line);
    }
    open(&text);
});

fn open(text: &str) {
    let Ok(fields) = JsonFields::parse(text) else {
        return;
    };
    let (envelope, stream) = (Envelope::default(), Stream::default());
    let record = Record {
        text,
        block: BlockId::default(),
        offset: 0,
        line: 1,
        bytes: u32::try_from(text.len()).unwrap_or(u32::MAX),
        envelope: &envelope,
        stream: &stream,
    };
    if let Some((name, Opened::Events(events))) = unwrap::open(&record, &fields) {
        assert_eq!(events.texts().count(), events.parts.len(), "{name}");
        for part in &events.parts {
            let is_there = match &part.text {
                PartText::Record(range) => events.text.get(range.clone()).is_some(),
                PartText::Fresh(range) => events.fresh().get(range.clone()).is_some(),
            };
            assert!(is_there, "{name}");
        }
    }
}
