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
    pub(super) fn take(&mut self, batches: Vec<RecordBatch>) {
        for batch in batches {
            self.bytes += batch.get_array_memory_size();
            self.batches.push_back(batch);
        }
        while self.bytes > KEPT_BYTES
            && let Some(oldest) = self.batches.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(oldest.get_array_memory_size());
        }
    }
}

/// Gives rows to an analysis, and keeps them.
pub(super) struct Following {
    pub(super) analyzing: Analyzing,
    pub(super) batches: Vec<RecordBatch>,
}

impl Receive for Following {
    fn rows(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        if batch.num_rows() > 0 {
            self.batches.push(batch.clone());
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
