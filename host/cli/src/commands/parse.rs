//! `nepho parse`

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use arrow_array::RecordBatch;
use nepho::output::{RawColumn, RowWriter};
use nepho::{Options, Progress, RowSink};
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind};

use crate::args::{OutputArg, ParseArgs};
use crate::progress::Bar;

pub(crate) fn run(args: &ParseArgs) -> Result<ExitCode> {
    let stdout: Box<dyn Write + Send> = match &args.to {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("create `{}`", path.display()))?)
        }
        None if args.output != OutputArg::Ndjson && std::io::stdout().is_terminal() => {
            bail!("this output is binary: name a file with --to, or send it on to another program");
        }
        None => Box::new(std::io::stdout()),
    };
    let progress = std::sync::Arc::new(Progress::default());
    let options = Options {
        paths: args.paths.clone(),
        range: args.selection.range()?,
        format: args.format.clone(),
        workers: 0,
        progress: progress.clone(),
    };
    let mut sink = Writing {
        rows: RowWriter::with_raw(
            BufWriter::with_capacity(256 << 10, stdout),
            args.output.into(),
            if args.without_raw {
                RawColumn::LeftOut
            } else {
                RawColumn::Kept
            },
        )?,
        rejects: rejects(args)?,
    };
    let bar = Bar::start(&progress, args.quiet || args.to.is_none());
    let read = nepho::parse(&options, &mut sink)?;
    drop(bar);
    sink.rows.finish()?;
    sink.rejects.flush().context("write the rejects")?;
    for skipped in &read.skipped {
        anstream::eprintln!("nepho: {}: {}", skipped.uri, skipped.reason);
    }
    for input in read.inputs.iter().filter(|input| input.is_feed) {
        anstream::eprintln!(
            "nepho: {}: a document of an infrastructure tool, no logs; see nepho explain",
            input.uri
        );
    }
    let is_all_broken = read.inputs.iter().all(nepho::InputSummary::is_all_broken);
    Ok(if is_all_broken {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

struct Writing<W: Write + Send> {
    rows: RowWriter<W>,
    rejects: Rejects,
}

/// Where rejects go.
enum Rejects {
    /// As JSON lines to a file.
    File(BufWriter<File>),
    /// As text to standard error.
    Text,
}

fn rejects(args: &ParseArgs) -> Result<Rejects> {
    Ok(match &args.rejects {
        Some(path) => {
            let file =
                File::create(path).with_context(|| format!("create `{}`", path.display()))?;
            Rejects::File(BufWriter::new(file))
        }
        None => Rejects::Text,
    })
}

impl Rejects {
    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Text => Ok(()),
        }
    }
}

impl<W: Write + Send> RowSink for Writing<W> {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        self.rows.write(batch)
    }

    fn reject(&mut self, reject: &Reject) -> nepho_core::Result<()> {
        let failed = |error: std::io::Error| {
            Error::new(
                ErrorKind::Unavailable,
                "write the rejects",
                error.to_string(),
            )
            .because(error)
        };
        match &mut self.rejects {
            Rejects::File(file) => {
                serde_json::to_writer(&mut *file, reject).map_err(|error| failed(error.into()))?;
                file.write_all(b"\n").map_err(failed)
            }
            Rejects::Text => {
                let Reject {
                    uri,
                    start,
                    end,
                    line,
                    reason,
                } = reject;
                anstream::eprintln!("{uri}:{line}: bytes {start}..{end}: {reason}");
                Ok(())
            }
        }
    }
}
