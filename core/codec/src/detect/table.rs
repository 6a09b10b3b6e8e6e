//! Rows of a table with a header, which become JSON objects where no format reads them as they are.

use std::sync::Arc;

use nepho_core::format::Record;
use nepho_core::tables::{BlockId, LogsBuilder};

use super::Decoding;
use crate::csv;
use crate::encoding::Text;
use crate::frame::Block;
use crate::group;

impl Decoding {
    /// Whether no format reads the rows of the table itself, so that they become JSON.
    pub(super) fn is_unknown(&self, header: &csv::Header) -> bool {
        let forced = self
            .forced
            .and_then(|position| self.formats.formats.get(position));
        match forced {
            Some((_, format)) => !format.reads_text(),
            None => !self.formats.know(header.line().as_bytes(), &self.stream),
        }
    }

    /// Adds the rows of a block of a table, as JSON objects.
    pub(super) fn table(&mut self, block: &Block, header: &csv::Header, out: &mut LogsBuilder) {
        let before = out.len();
        let text = block.text.as_str();
        let stream = Arc::clone(&self.stream);
        let envelope = stream.envelope.clone();
        let record = |range: &std::ops::Range<usize>, line: u32| Record {
            text: "",
            block: BlockId::default(),
            offset: block.position(range.start),
            line: block.line.saturating_add(line),
            bytes: u32::try_from(block.position(range.end) - block.position(range.start))
                .unwrap_or(u32::MAX),
            envelope: &envelope,
            stream: &stream,
        };
        let mut objects = Vec::new();
        let mut rows = Vec::new();
        for (range, line) in group::lines(text, block.grouping, &|_| false) {
            let start = objects.len();
            let row = &text[range.clone()];
            let is_before = block.position(0) == 0 && rows.is_empty() && csv::is_before(row);
            if is_before || row == header.line() {
                self.counts.structure += 1;
            } else if let Err(reason) = header.push_object(row, &mut objects) {
                self.reject(&record(&range, line), out, reason);
            } else {
                rows.push((range, line, start..objects.len()));
            }
        }
        // Text with text put into it is text.
        let objects = Text::new(objects).unwrap_or_default();
        let id = out.attach(objects.buffer());
        for (range, line, object) in rows {
            let row = Record {
                text: objects.as_str().get(object).unwrap_or_default(),
                block: id,
                ..record(&range, line)
            };
            self.record(&row, out, 0);
        }
        self.last_rows = out.len() - before;
    }
}
