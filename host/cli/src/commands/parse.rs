//! `nepho parse`

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use arrow_array::RecordBatch;
use nepho::codec::detect::Formats;
use nepho::output::schemas::SchemaWriter;
use nepho::output::{Encoder, RawColumn, RowWriter};
use nepho::{Explanation, Options, Progress, RowSink};
use nepho_core::format::Stream;
use nepho_core::rejects::general_reason;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind};

use crate::args::{OutputArg, ParseArgs};
use crate::commands::outputs::{self, Pending};
use crate::commands::{outcome, told};
use crate::near;
use crate::progress::{Bar, Shown};

/// Names of formats that a message proposes.
const NEAR: usize = 8;

pub(crate) fn run(args: &ParseArgs) -> Result<ExitCode> {
    if args.schema.is_some() && args.output != OutputArg::Ndjson {
        return Err(Error::new(
            ErrorKind::InvalidConfig,
            "--as and --output",
            "a schema is written as lines of JSON: leave out --output, or say ndjson",
        )
        .into());
    }
    // What is wrong with the arguments is told before a file is overwritten.
    let range = args.selection.range()?;
    if let Some(name) = &args.format {
        known(name)?;
    }
    let to = outputs::named(args.to.as_deref());
    for (option, file) in [("--to", to), ("--rejects", args.rejects.as_deref())] {
        if let Some(file) = file {
            outputs::refuse(option, file, &args.input.paths)?;
        }
    }
    let standard = outputs::standard();
    let rows = to.map_or(("standard output", standard.as_deref()), |to| {
        ("--to", Some(to))
    });
    outputs::apart(&[rows, ("--rejects", args.rejects.as_deref())])?;
    if let Some(file) = to {
        outputs::fits(file, args.output.into())?;
    }
    let (stdout, rows_file) = output(args)?;
    let (rejects, rejects_file) = rejects(args)?;
    let progress = Arc::new(Progress::default());
    let options = Options {
        paths: args.input.paths.clone(),
        range,
        format: args.format.clone(),
        zones: args.selection.zone.clone(),
        clusters: args.input.cluster.clone(),
        services: args.input.services(),
        outputs: written(args, [&rows_file, &rejects_file]),
        workers: args.input.threads.into(),
        progress: progress.clone(),
        ..Options::default()
    };
    let stdout = BufWriter::with_capacity(256 << 10, stdout);
    // Rows on a terminal or before another program that writes to one leave no line for it.
    let is_hidden = to.is_none() && outputs::standard().is_none();
    let bar = Bar::start(&progress, args.quiet || is_hidden);
    let mut sink = Writing {
        rows: match args.schema {
            Some(schema) => Rows::Others(SchemaWriter::with_raw(stdout, schema.into(), raw(args))),
            None => Rows::Own(RowWriter::with_threads(
                stdout,
                args.output.into(),
                raw(args),
                threads(args),
            )?),
        },
        rejects,
        shown: bar.shown(),
    };
    nepho::keep_blocks();
    let read = nepho::parse(&options, &mut sink)?;
    drop(bar);
    sink.rows.finish()?;
    sink.rejects.finish()?;
    tell(args, &read);
    rejects_file.map_or(Ok(()), Pending::keep)?;
    if outcome::is_nothing(&read.inputs, &[]) {
        return Ok(ExitCode::FAILURE);
    }
    // What was there before is worth more than a file without a row.
    if outcome::is_any_whole(&read.inputs) {
        rows_file.map_or(Ok(()), Pending::keep)?;
    }
    Ok(outcome::code(&args.input, &read))
}

/// Refuses the name of a format that there is none of; tells which are like it.
fn known(name: &str) -> nepho_core::Result<()> {
    let formats = Formats::linked();
    if formats.get(name).is_some() {
        return Ok(());
    }
    let word = name.to_ascii_lowercase();
    let parts: Vec<&str> = word.split('.').filter(|part| part.len() >= 3).collect();
    let is_near = |held: &&str| parts.iter().any(|part| held.contains(part));
    let mut near: Vec<&str> = formats.names().filter(is_near).collect();
    // First those that begin alike, then those that have the word as a part of their own.
    near.sort_by_key(|held| {
        let pairs = held.bytes().zip(word.bytes());
        let alike = pairs.take_while(|(one, other)| one == other).count();
        let is_part = held.split('.').any(|part| parts.contains(&part));
        (Reverse(alike), !is_part)
    });
    near.truncate(NEAR);
    let near = match near::closest(name, formats.names()) {
        Some(meant) => format!("did you mean `{meant}`? "),
        None if near.is_empty() => String::new(),
        None => format!("near are {}; ", near.join(", ")),
    };
    Err(Error::new(
        ErrorKind::InvalidConfig,
        "--format",
        format!("no format is called `{name}`; {near}`nepho components` lists all"),
    ))
}

/// Tells what was not read, and what the arguments have to do with it.
fn tell(args: &ParseArgs, read: &Explanation) {
    told::skipped(&read.skipped);
    for input in read.inputs.iter().filter(|input| input.is_feed) {
        told::say(&format!(
            "nepho: {}: a document of an infrastructure tool, no logs; see nepho explain",
            input.uri
        ));
    }
    told::left_out(&read.inputs);
    let selection = Some(&args.selection);
    told::unfit(&args.input, selection, &read.inputs, &read.skipped);
}

/// A stream that is written to, and the file that it is, where it is one.
type Output<W> = (W, Option<Pending>);

/// Where rows go.
fn output(args: &ParseArgs) -> Result<Output<Box<dyn Write + Send>>> {
    Ok(match outputs::named(args.to.as_deref()) {
        Some(path) => {
            let (file, pending) = outputs::create(path)?;
            (Box::new(file), Some(pending))
        }
        None if args.output != OutputArg::Ndjson && std::io::stdout().is_terminal() => {
            bail!("this output is binary: name a file with --to, or send it on to another program");
        }
        None => (Box::new(std::io::stdout()), None),
    })
}

/// Files that are written, and those that are taken for an earlier run's.
fn written(args: &ParseArgs, pending: [&Option<Pending>; 2]) -> Vec<PathBuf> {
    let to = outputs::named(args.to.as_deref()).map(Path::to_owned);
    let rows = to.or_else(outputs::standard);
    let files: Vec<PathBuf> = rows.into_iter().chain(args.rejects.clone()).collect();
    let partial = files.iter().filter_map(|file| outputs::partial(file));
    let pending = pending.into_iter().flatten().filter_map(Pending::partial);
    let pending = pending.map(Path::to_owned);
    partial.chain(pending).chain(files.clone()).collect()
}

struct Writing<W: Write + Send> {
    rows: Rows<W>,
    rejects: Rejects,
    /// What else stands on the terminal.
    shown: Shown,
}

/// How rows are written.
enum Rows<W: Write + Send> {
    /// In the product's own schema.
    Own(RowWriter<W>),
    /// In a schema of others.
    Others(SchemaWriter<W>),
}

impl<W: Write + Send> Rows<W> {
    fn finish(self) -> nepho_core::Result<()> {
        match self {
            Self::Own(writer) => writer.finish(),
            Self::Others(writer) => writer.finish(),
        }
    }
}

/// Threads that encode Parquet.
fn threads(args: &ParseArgs) -> usize {
    match args.input.threads {
        0 => nepho::default_workers(),
        threads => threads.into(),
    }
}

/// Whether the events are written as they were received.
fn raw(args: &ParseArgs) -> RawColumn {
    match args.without_raw {
        true => RawColumn::LeftOut,
        false => RawColumn::Kept,
    }
}

/// Rejects of one reason that are told as text.
const TOLD: u64 = 5;
/// Reasons that are counted; those beyond are rare, and told each time.
const REASONS: usize = 1000;

/// Where rejects go.
enum Rejects {
    /// As JSON lines to a file.
    File(BufWriter<File>),
    /// As text to standard error, where those of one reason are counted.
    Text(BTreeMap<String, u64>),
}

fn rejects(args: &ParseArgs) -> Result<Output<Rejects>> {
    Ok(match &args.rejects {
        Some(path) => {
            let (file, pending) = outputs::create(path)?;
            (Rejects::File(BufWriter::new(file)), Some(pending))
        }
        None => (Rejects::Text(BTreeMap::new()), None),
    })
}

impl Rejects {
    /// Writes what is left to write, and tells how many were not told.
    fn finish(self) -> Result<()> {
        match self {
            Self::File(mut file) => file.flush().context("write the rejects"),
            Self::Text(counts) => {
                for (reason, count) in counts {
                    if let Some(more @ 1..) = count.checked_sub(TOLD) {
                        told::say(&format!(
                            "nepho: {more} more like `{reason}` (--rejects FILE has all)"
                        ));
                    }
                }
                Ok(())
            }
        }
    }
}

/// Whether another reject of this reason is told as text.
fn is_told(counts: &mut BTreeMap<String, u64>, reason: &str) -> bool {
    let reason = general_reason(reason);
    if counts.len() >= REASONS && !counts.contains_key(&reason) {
        return true;
    }
    let count = counts.entry(reason).or_default();
    *count += 1;
    *count <= TOLD
}

impl<W: Write + Send> RowSink for Writing<W> {
    fn rows(&mut self, batch: &RecordBatch) -> nepho_core::Result<()> {
        self.rows_of(batch, &Stream::default())
    }

    fn rows_of(&mut self, batch: &RecordBatch, stream: &Stream) -> nepho_core::Result<()> {
        match &mut self.rows {
            Rows::Own(writer) => writer.write(batch),
            Rows::Others(writer) => writer.write(batch, stream),
        }
    }

    fn encoder(&self) -> Option<Arc<Encoder>> {
        match &self.rows {
            Rows::Own(writer) => writer.encoder(),
            Rows::Others(writer) => Some(writer.encoder()),
        }
    }

    fn encoded(&mut self, bytes: &[u8]) -> nepho_core::Result<()> {
        match &mut self.rows {
            Rows::Own(writer) => writer.write_encoded(bytes),
            Rows::Others(writer) => writer.write_encoded(bytes),
        }
    }

    fn reject(&mut self, reject: &Reject) -> nepho_core::Result<()> {
        let failed = |error: std::io::Error| {
            let what = "the file cannot be written to";
            Error::new(ErrorKind::Unavailable, "write the rejects", what).because(error)
        };
        match &mut self.rejects {
            Rejects::File(file) => {
                serde_json::to_writer(&mut *file, reject).map_err(|error| failed(error.into()))?;
                file.write_all(b"\n").map_err(failed)
            }
            Rejects::Text(counts) => {
                if !is_told(counts, &reject.reason) {
                    return Ok(());
                }
                let Reject {
                    uri,
                    start,
                    end,
                    line,
                    reason,
                } = reject;
                self.shown.aside(|| {
                    told::say(&format!("{uri}:{line}: bytes {start}..{end}: {reason}"));
                });
                Ok(())
            }
        }
    }
}
