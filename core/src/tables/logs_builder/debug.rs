//! How a builder and a row print themselves: without the text of logs.

use std::fmt;

use super::{LogsBuilder, Row};

impl fmt::Debug for LogsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogsBuilder")
            .field("rows", &self.times.len())
            .field("rejects", &self.rejects.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.out.row.number)
            .field("line", &self.record.line)
            .field("bytes", &self.record.bytes)
            .finish_non_exhaustive()
    }
}
