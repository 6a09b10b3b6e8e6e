//! Rows of log files that are followed: those that are new, and some of those before, since what a
//! call is shows by the calls around it.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use nepho_core::Result;
use nepho_core::format::Stream;
use nepho_core::tables::Reject;

use crate::analysis::Analysis;
use crate::engine::Analyzing;
use crate::pipeline::Receive;

/// Bytes of rows that are kept.
const KEPT_BYTES: usize = 16 << 20;

/// The latest rows that were read.
#[derive(Default)]
pub(super) struct Recent {
    batches: VecDeque<RecordBatch>,
    bytes: usize,
}

impl Recent {
    /// Gives all rows to an analysis.
    pub(super) fn tell(&self, analysis: &mut Analysis) -> Result<()> {
        let mut batches = self.batches.iter();
        batches.try_for_each(|batch| analysis.logs(batch))
    }

    /// Takes rows in; the oldest go where there is no room.
    fn take(&mut self, batch: RecordBatch) {
        self.bytes += batch.get_array_memory_size();
        self.batches.push_back(batch);
        while self.bytes > KEPT_BYTES
            && let Some(oldest) = self.batches.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.get_array_memory_size());
        }
    }
}

/// Gives rows to an analysis, and keeps the latest.
pub(super) struct Following {
    pub(super) analyzing: Analyzing,
    pub(super) recent: Recent,
}

impl Receive for Following {
    fn rows(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        if batch.num_rows() > 0 {
            self.recent.take(batch.clone());
        }
        self.analyzing.rows(batch, stream)
    }

    fn encoded(&mut self, bytes: &[u8]) -> Result<()> {
        self.analyzing.encoded(bytes)
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.analyzing.reject(reject)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, UInt8Array};

    use super::*;

    #[test]
    fn the_rows_of_one_look_are_kept_up_to_a_limit() {
        let values: ArrayRef = Arc::new(UInt8Array::from(vec![0; 5 << 20]));
        let batch = RecordBatch::try_from_iter([("values", values)]).unwrap();
        let analysis = Analysis::with(Vec::new()).unwrap();
        let mut following = Following {
            analyzing: Analyzing::new(analysis),
            recent: Recent::default(),
        };
        for number in 1..9 {
            following.rows(&batch, &Stream::default()).unwrap();
            assert_eq!(following.recent.batches.len(), number.min(3));
            assert!(following.recent.bytes <= KEPT_BYTES);
        }
    }
}
