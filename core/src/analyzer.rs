//! Contract of an analyzer: reads tables, writes tables; pure and deterministic.

use arrow_array::RecordBatch;

use crate::findings::Finding;
use crate::tables::{Change, Relation, Resource, Run, Table};
use crate::{Result, Timestamp};

/// What an analyzer concluded.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// Changes that it learned of (writes seen only in audit logs), and changes of a feed to which
    /// it adds something (who did it). A row replaces an earlier one with the same id.
    pub changes: Vec<Change>,
    /// Runs that it learned of, or of which it knows more orphans than the feed that told of them.
    pub runs: Vec<Run>,
    /// Resources that it learned of.
    pub resources: Vec<Resource>,
    /// Edges that it learned of.
    pub relations: Vec<Relation>,
    /// Conclusions.
    pub findings: Vec<Finding>,
}

/// Answers one question about the tables.
///
/// The host feeds every batch of the tables it reads, in any order of time (files come one after
/// the other), and then advances the watermark. Rows that another analyzer writes arrive before the
/// watermark does. An analyzer does no I/O, reads no clock and no environment, and gives the same
/// answer for the same rows in whatever batches they come. What it keeps is bounded: it does not
/// grow with the number of rows.
pub trait Analyzer: Send {
    /// Tables it wants to see.
    fn reads(&self) -> &'static [Table];

    /// Of the tables it reads, those whose rows it needs before the first row of logs, as far as
    /// documents of infrastructure tools tell them. Resources and relations come to all others
    /// before the watermark only, when it is known what all documents tell together.
    fn reads_first(&self) -> &'static [Table] {
        &[]
    }

    /// Tables it adds to. Analyzers that read one of them are advanced later, but for those that
    /// this one [waits for](Analyzer::waits_for).
    fn writes(&self) -> &'static [Table];

    /// Names of the analyzers that are advanced before it. Of two that each read what the other
    /// writes one has to name the other, which then concludes without what this one writes.
    fn waits_for(&self) -> &'static [&'static str] {
        &[]
    }

    /// Resources that the logs tell of by themselves, asked for once, when the input has ended and
    /// before anybody is advanced. They are given to those that read resources and are advanced
    /// before this one.
    fn early_resources(&mut self) -> Vec<Resource> {
        Vec::new()
    }

    /// Takes note of rows.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`](crate::ErrorKind::InvalidData) if the batch does not have the
    /// schema of its table.
    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()>;

    /// Takes note of rows of logs that tell of calls which somebody made shortly before the times
    /// that were asked for: what they changed may have led to what is looked at. They are told
    /// nowhere else, and most analyzers pass them over.
    ///
    /// # Errors
    /// As [`Analyzer::update`].
    fn update_before(&mut self, _rows: &RecordBatch) -> Result<()> {
        Ok(())
    }

    /// Concludes what can be concluded when no row before `watermark` will come any more;
    /// [`Timestamp::MAX`] says that the input has ended.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`](crate::ErrorKind::Internal) for a bug.
    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()>;
}
