//! Contract of a sink: rows out of Nephoscope.

use arrow_array::RecordBatch;
use async_trait::async_trait;

use crate::Result;
use crate::tables::Table;

/// A place that rows go to.
#[async_trait]
pub trait Sink: Send {
    /// Whether the sink can be written to; called once before the first write.
    async fn check(&mut self) -> Result<()>;

    /// Writes rows. When it returns, they may still be buffered.
    async fn write(&mut self, table: Table, rows: &RecordBatch) -> Result<()>;

    /// Returns when everything written so far is durable.
    async fn flush(&mut self) -> Result<()>;
}
