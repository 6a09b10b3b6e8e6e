//! Paths in, findings and rows out: what the command does, within a program of one's own.
#![expect(clippy::print_stdout, reason = "the example shows what it found")]

use arrow_array::RecordBatch;
use nepho::core::{Result, format::Stream, tables::Reject};
use nepho::output::schemas::{Schema, SchemaWriter};
use nepho::{Explanation, Options, RowSink};

/// Reads logs and documents of infrastructure tools, and explains them.
pub(crate) fn explain() -> Result<Explanation> {
    let options = Options {
        paths: vec!["logs/".to_owned()],
        ..Options::default()
    };
    let explanation = nepho::explain(&options)?;
    Ok(explanation)
}

/// Writes rows in the Elastic Common Schema.
pub(crate) fn write(batch: &RecordBatch, stream: &Stream) -> Result<()> {
    let mut writer = SchemaWriter::new(std::io::stdout(), Schema::Ecs);
    writer.write(batch, stream)?; // once per batch
    writer.finish()?;
    Ok(())
}

/// Takes rows as they are read.
struct Rows;

impl RowSink for Rows {
    fn rows(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows_of(batch, &Stream::default())
    }

    fn rows_of(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        write(batch, stream)
    }

    fn reject(&mut self, reject: &Reject) -> Result<()> {
        println!("{}:{}: {}", reject.uri, reject.line, reject.reason);
        Ok(())
    }
}

fn main() -> Result<()> {
    for finding in explain()?.conclusions.findings {
        println!("{}: {}", finding.kind, finding.title);
    }
    let options = Options {
        paths: vec!["logs/".to_owned()],
        ..Options::default()
    };
    nepho::parse(&options, &mut Rows)?;
    Ok(())
}
