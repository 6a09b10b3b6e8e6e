//! Configuration items of AWS Config, from their rows to the map.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nepho_analyzer_resources::Resources;
use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::format::{Record, Stream};
use nepho_core::tables::{BlockId, Column, Envelope, LogsBuilder, Table};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let mut builder = LogsBuilder::new(Timestamp(0));
    let (stream, envelope) = (Stream::default(), Envelope::default());
    for (line, text) in (1_u32..).zip(text.lines()) {
        let record = Record {
            text,
            block: BlockId::default(),
            offset: 0,
            line,
            bytes: 0,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&record);
        row.constant(Column::Format, "aws.config_item");
        row.commit();
    }
    let batch = builder.finish().expect("a batch");
    let mut analyzer = Resources::default();
    analyzer.update(Table::Logs, &batch).expect("rows are read");
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).expect("conclusions");
    assert!(out.resources.iter().all(|row| !row.key.is_empty()));
});
