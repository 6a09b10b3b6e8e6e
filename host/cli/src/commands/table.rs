//! `nepho changes --table`

use std::io::{BufWriter, IsTerminal, Write};

use anyhow::{Result, bail};
use arrow_array::RecordBatch;
use nepho::Conclusions;
use nepho::output::{OutputFormat, write_table};
use nepho_core::secret;
use nepho_core::tables::{Change, Relation, Resource, Run};

use crate::args::{ChangesArgs, TableArg};
use crate::commands::outputs;

/// Writes the table that was asked for.
pub(crate) fn write(conclusions: &Conclusions, args: &ChangesArgs) -> Result<()> {
    let format: OutputFormat = args.output.unwrap_or_default().into();
    let (stream, pending): (Box<dyn Write + Send>, _) = match outputs::named(args.to.as_deref()) {
        Some(path) => {
            let (file, pending) = outputs::create(path)?;
            (Box::new(file), Some(pending))
        }
        None if format != OutputFormat::Ndjson && std::io::stdout().is_terminal() => {
            bail!("this output is binary: name a file with --to, or send it on to another program");
        }
        None => (Box::new(std::io::stdout()), None),
    };
    let batch = batch(conclusions, args.table.unwrap_or_default())?;
    write_table(BufWriter::new(stream), format, &batch)?;
    pending.map_or(Ok(()), outputs::Pending::keep)
}

fn batch(conclusions: &Conclusions, table: TableArg) -> nepho_core::Result<RecordBatch> {
    match table {
        TableArg::Changes => {
            let mut changes = conclusions.changes.clone();
            for change in &mut changes {
                let texts = [&mut change.actor, &mut change.reason, &mut change.revision];
                texts.into_iter().for_each(mask);
            }
            Change::to_batch(&changes)
        }
        TableArg::Runs => {
            let mut runs = conclusions.runs.clone();
            for run in &mut runs {
                let texts = [
                    &mut run.actor,
                    &mut run.message,
                    &mut run.repository,
                    &mut run.revision,
                    &mut run.url,
                    &mut run.user_agent,
                ];
                texts.into_iter().for_each(mask);
            }
            Run::to_batch(&runs)
        }
        TableArg::Resources => {
            // Behind the rows of documents stand those that all of them tell together.
            let told = conclusions.resources.get(conclusions.declared_resources..);
            Resource::to_batch(told.unwrap_or_default())
        }
        TableArg::Relations => Relation::to_batch(&conclusions.relations),
    }
}

fn mask(text: &mut Option<String>) {
    if let Some(held) = text {
        *held = secret::mask(held).into_owned();
    }
}
