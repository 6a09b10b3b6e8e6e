//! The engine over files: finds out what each file is, reads it, and hands the rows on.

use std::fs::Metadata;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow_array::RecordBatch;
use nepho_codec::detect::Formats;
use nepho_core::feed::{FeedOutput, FeedSink};
use nepho_core::findings::{Finding, FindingKind};
use nepho_core::format::Stream;
use nepho_core::rejects::Rejects;
use nepho_core::tables::Reject;
use nepho_core::{Error, ErrorKind, Result, Timestamp};

use crate::analysis::{Analysis, Conclusions};
use crate::clusters::ClusterName;
use crate::feeds::{Feeds, LogFile, Sorted};
use crate::input::{InputSummary, SkipKind, SkippedInput};
use crate::memory;
use crate::names::file_path;
use crate::output::Encoder;
use crate::pipeline::{self, Progress, Receive, Settings, TimeRange, default_workers};
use crate::places::{self, Place};
use crate::service_names::ServiceName;
use crate::store;
use crate::zone::Zone;

/// Rejects that are kept with their text; those beyond are counted.
pub(crate) const KEPT_REJECTS: usize = 1000;

/// What to read, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files, folders, globs, `-` for standard input, or stored maps ([`crate::save`]), which
    /// [`explain()`] takes for what earlier runs learned.
    pub paths: Vec<String>,
    /// Rows of this range of times are kept.
    pub range: TimeRange,
    /// Name of the one format to use instead of detection.
    pub format: Option<String>,
    /// Zones of clocks, for times that are written without one; the last that is for a file counts.
    pub zones: Vec<Zone>,
    /// Clusters of Kubernetes that files are of; the last that is for a file counts.
    pub clusters: Vec<ClusterName>,
    /// Services that files are of, where their records tell none; the last that is for a file
    /// counts. Standard input is called `-`.
    pub services: Vec<ServiceName>,
    /// Rules that say whose resources are, for [`explain()`]; they win over what tags, logs and
    /// names tell.
    #[cfg(feature = "analyzer-resources")]
    pub rules: analyzer_resources::rules::Rules,
    /// Files that are written meanwhile. Where they are found among the paths they are not read:
    /// what is written would come back without end.
    pub outputs: Vec<PathBuf>,
    /// Threads that read and decode; 0 for one per processor.
    pub workers: usize,
    /// Is updated while the run goes on.
    pub progress: Arc<Progress>,
}

/// What was read and what was concluded.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// One summary per file, documents of infrastructure tools first.
    pub inputs: Vec<InputSummary>,
    /// Paths that were not read.
    pub skipped: Vec<SkippedInput>,
    /// Pieces of input that could not be read, at most 1,000 of them; of [`parse`], which hands
    /// those of logs to the sink, only those of documents.
    pub rejects: Vec<Reject>,
    /// How many there were in all.
    pub reject_count: u64,
    /// All of them, counted by reason; of [`parse`] as [`Explanation::rejects`].
    pub rejects_by_reason: Rejects,
    /// What the analyzers concluded.
    pub conclusions: Conclusions,
}

/// Where rows go that are only parsed.
pub trait RowSink {
    /// Takes the rows of one batch.
    ///
    /// # Errors
    /// Those of writing.
    fn rows(&mut self, batch: &RecordBatch) -> Result<()>;
    /// Takes the rows of one batch, and what they were read from; does [`RowSink::rows`] unless it
    /// is written anew.
    ///
    /// # Errors
    /// Those of writing.
    fn rows_of(&mut self, batch: &RecordBatch, _stream: &Stream) -> Result<()> {
        self.rows(batch)
    }
    /// What makes the bytes that the sink writes of a batch, if they do not depend on the batches
    /// before it. It works in the decoding threads, and the sink gets the bytes, in the order of
    /// the input, instead of the rows.
    fn encoder(&self) -> Option<Arc<Encoder>> {
        None
    }
    /// Takes what the encoder made of one batch.
    ///
    /// # Errors
    /// Those of writing, and [`ErrorKind::Internal`] for a sink that has an encoder and does not
    /// take what it makes.
    fn encoded(&mut self, _bytes: &[u8]) -> Result<()> {
        Err(Error::new(
            ErrorKind::Internal,
            "write rows",
            "the sink has an encoder and does not take what it makes",
        ))
    }
    /// Takes a piece of input that could not be read.
    ///
    /// # Errors
    /// Those of writing.
    fn reject(&mut self, reject: &Reject) -> Result<()>;
}

/// Reads files, and analyzes what is in them: logs and documents of infrastructure tools, in any
/// order.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] for an unknown format name. A
/// file that cannot be read is no error: it is in [`Explanation::skipped`] or
/// [`Explanation::rejects`].
pub fn explain(options: &Options) -> Result<Explanation> {
    #[cfg(feature = "analyzer-resources")]
    let mut analysis = Analysis::with_rules(&options.rules)?;
    #[cfg(not(feature = "analyzer-resources"))]
    let mut analysis = Analysis::new()?;
    analysis = analysis.with_clusters(options.clusters.clone());
    let mut explanation = Explanation::default();
    let is_store = |path: &&String| store::is_store(&file_path(path));
    let (stores, paths): (Vec<&String>, Vec<&String>) = options.paths.iter().partition(is_store);
    for folder in stores {
        remember(folder, &mut explanation, &mut analysis)?;
    }
    let paths: Vec<String> = paths.into_iter().cloned().collect();
    let files = sort(options, &paths, &mut explanation, Some(&mut analysis))?;
    let mut receiver = Analyzing::new(analysis);
    let summaries = pipeline::run(files, &settings(options)?, &mut receiver)?;
    explanation.inputs.extend(summaries);
    explanation.take_rejects(receiver.rejects, &receiver.counts);
    // The threads that decoded are gone; the conclusions are drawn on this one.
    memory::give_back();
    explanation.conclusions = receiver.analysis.finish()?;
    if let Some(since) = options.range.since {
        // Calls shortly before are weighed, and told by what they led to alone.
        let is_asked_for = |finding: &Finding| {
            finding.kind != FindingKind::OutsideChange || finding.end.is_none_or(|end| end >= since)
        };
        explanation.conclusions.findings.retain(is_asked_for);
    }
    Ok(explanation)
}

/// Takes what a stored map tells.
fn remember(folder: &str, explanation: &mut Explanation, analysis: &mut Analysis) -> Result<()> {
    let loaded = match store::load(&file_path(folder)) {
        Ok(loaded) => loaded,
        Err(error) => {
            let unread = SkippedInput::unread(folder, error.to_string());
            explanation.skipped.push(unread);
            return Ok(());
        }
    };
    let resources = loaded.rows.nodes.len() as u64;
    explanation.inputs.push(InputSummary {
        uri: folder.to_owned(),
        stored_bytes: loaded.bytes,
        bytes: loaded.bytes,
        formats: [("nepho.map".to_owned(), resources)].into(),
        resources,
        rejects: loaded.damaged.len() as u64,
        is_feed: true,
        ..InputSummary::default()
    });
    explanation.skipped.extend(loaded.damaged);
    analysis.remember(loaded.rows)
}

/// Reads the logs in files and hands their rows to `sink`. Documents of infrastructure tools are
/// not logs: they are told in the summaries and give no rows.
///
/// # Errors
/// As [`explain`], and those of the sink.
pub fn parse(options: &Options, sink: &mut dyn RowSink) -> Result<Explanation> {
    let mut explanation = Explanation::default();
    let files = sort(options, &options.paths, &mut explanation, None)?;
    for reject in &explanation.rejects {
        sink.reject(reject)?;
    }
    let mut receiver = Parsing { sink, rejects: 0 };
    let settings = Settings {
        encoder: receiver.sink.encoder(),
        ..settings(options)?
    };
    let summaries = pipeline::run(files, &settings, &mut receiver)?;
    explanation.reject_count += receiver.rejects;
    explanation.inputs.extend(summaries);
    Ok(explanation)
}

impl Explanation {
    /// Takes rejects that were kept, and the counts of all.
    fn take_rejects(&mut self, kept: Vec<Reject>, counts: &Rejects) {
        self.reject_count += counts.total;
        self.rejects_by_reason.merge(counts);
        let room = KEPT_REJECTS.saturating_sub(self.rejects.len());
        self.rejects.extend(kept.into_iter().take(room));
    }
}

#[expect(clippy::disallowed_methods, reason = "rows say when they were read")]
pub(crate) fn settings(options: &Options) -> Result<Settings> {
    let formats = Formats::linked();
    if let Some(name) = &options.format {
        formats.position(name)?;
    }
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(Settings {
        formats,
        forced: options.format.clone(),
        encoder: None,
        range: options.range,
        zones: options.zones.clone(),
        clusters: options.clusters.clone(),
        services: options.services.clone(),
        workers: if options.workers == 0 {
            default_workers()
        } else {
            options.workers
        },
        now: Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)),
        progress: Arc::clone(&options.progress),
    })
}

/// Finds the files, reads the documents of infrastructure tools, and gives the log files.
///
/// With a forced format every file is a log file.
fn sort(
    options: &Options,
    paths: &[String],
    explanation: &mut Explanation,
    analysis: Option<&mut Analysis>,
) -> Result<Vec<LogFile>> {
    let mut partitions = places::find(paths, &mut explanation.skipped)?;
    pass_over_outputs(&options.outputs, &mut partitions, &mut explanation.skipped);
    // Where one has no size, as a pipe, no total is known.
    let sizes = partitions.iter().map(|(_, partition)| partition.size);
    let total = sizes.sum::<Option<u64>>().unwrap_or_default();
    options.progress.total_bytes.store(total, Ordering::Relaxed);
    options
        .progress
        .total_files
        .store(partitions.len() as u64, Ordering::Relaxed);
    let feeds = if options.format.is_some() {
        Feeds::none()
    } else {
        Feeds::linked()
    };
    let mut logs = Vec::new();
    let mut documents = Documents {
        until: options.range.until,
        analysis,
        rejects: Vec::new(),
        counts: Rejects::default(),
        failure: None,
    };
    for (source, partition) in partitions {
        for sorted in feeds.sort(&source, partition, &options.progress, &mut documents) {
            match sorted {
                Sorted::Log(file) => logs.push(file),
                Sorted::Unreadable(skipped) | Sorted::Skipped(skipped) => {
                    explanation.skipped.push(skipped);
                }
                Sorted::Feed(summary) => explanation.inputs.push(*summary),
            }
        }
        if let Some(failure) = documents.failure.take() {
            return Err(failure);
        }
    }
    explanation.take_rejects(documents.rejects, &documents.counts);
    Ok(logs)
}

/// Takes out the files that are written.
fn pass_over_outputs(
    outputs: &[PathBuf],
    places: &mut Vec<Place>,
    skipped: &mut Vec<SkippedInput>,
) {
    let linked = linked(outputs);
    let mut written = Vec::new();
    let mut is_kept = |uri: &String| {
        let is_output = is_output(uri, outputs, &linked);
        if is_output {
            written.push(uri.clone());
        }
        !is_output
    };
    places.retain(|(_, partition)| is_kept(&partition.id.0));
    // What is not whole is passed over anyway, but of this run's own the reason is known.
    skipped.retain(|one| one.kind == SkipKind::Unread || is_kept(&one.uri));
    let reason = "the output is written to it";
    let written = written.into_iter();
    skipped.extend(written.map(|uri| SkippedInput::passed_over(uri, reason)));
}

/// Whether a file is one of those that are written.
fn is_output(uri: &str, outputs: &[PathBuf], linked: &[(u64, u64)]) -> bool {
    let path = file_path(uri);
    if !linked.is_empty()
        && path
            .metadata()
            .is_ok_and(|held| linked.contains(&identity(&held)))
    {
        return true;
    }
    // Most files differ by name, and the rest of their path is not looked up.
    let mut alike = outputs
        .iter()
        .filter(|output| output.file_name() == path.file_name());
    alike.any(
        |output| match (output.canonicalize(), path.canonicalize()) {
            (Ok(output), Ok(path)) => output == path,
            _ => false,
        },
    )
}

/// Outputs that have several names, under any of which they are written.
#[cfg(unix)]
fn linked(outputs: &[PathBuf]) -> Vec<(u64, u64)> {
    let held = outputs.iter().filter_map(|output| output.metadata().ok());
    let linked = held.filter(|held| held.is_file() && MetadataExt::nlink(held) > 1);
    linked.map(|held| identity(&held)).collect()
}

#[cfg(not(unix))]
fn linked(_outputs: &[PathBuf]) -> Vec<(u64, u64)> {
    Vec::new()
}

/// What tells one file from all others, whatever it is called.
#[cfg(unix)]
fn identity(held: &Metadata) -> (u64, u64) {
    (held.dev(), held.ino())
}

#[cfg(not(unix))]
fn identity(_held: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Takes what documents of infrastructure tools tell.
struct Documents<'a> {
    until: Option<Timestamp>,
    analysis: Option<&'a mut Analysis>,
    rejects: Vec<Reject>,
    counts: Rejects,
    /// An error that is none of the document.
    failure: Option<Error>,
}

impl FeedSink for Documents<'_> {
    fn take(&mut self, mut told: FeedOutput) -> Result<()> {
        told.changes.retain(|change| {
            let time = change.time.or(change.started);
            // A change shortly before the range may have caused what is in it.
            time.is_none_or(|time| self.until.is_none_or(|until| time < until))
        });
        for reject in &told.rejects {
            self.counts.add(reject);
        }
        let room = KEPT_REJECTS.saturating_sub(self.rejects.len());
        self.rejects.extend(told.rejects.drain(..).take(room));
        let fed = match &mut self.analysis {
            Some(analysis) => analysis.feed(told),
            None => Ok(()),
        };
        fed.map_err(|error| {
            let message = error.to_string();
            self.failure.get_or_insert(error);
            Error::new(ErrorKind::Internal, "analyze a document", message)
        })
    }

    fn wants_snapshots(&self) -> bool {
        self.analysis.is_some()
    }
}

/// Gives rows to an analysis.
pub(crate) struct Analyzing {
    pub(crate) analysis: Analysis,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) counts: Rejects,
}

impl Analyzing {
    pub(crate) fn new(analysis: Analysis) -> Self {
        Self {
            analysis,
            rejects: Vec::new(),
            counts: Rejects::default(),
        }
    }
}

impl Receive for Analyzing {
    fn rows(&mut self, batch: &RecordBatch, _stream: &Stream) -> Result<()> {
        self.analysis.logs(batch)
    }

    fn before(&mut self, batch: &RecordBatch) -> Result<()> {
        self.analysis.calls_before(batch)
    }

    fn encoded(&mut self, _bytes: &[u8]) -> Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.counts.add(&reject);
        if self.rejects.len() < KEPT_REJECTS {
            self.rejects.push(reject);
        }
        Ok(())
    }
}

struct Parsing<'a> {
    sink: &'a mut dyn RowSink,
    /// How many there were.
    rejects: u64,
}

impl Receive for Parsing<'_> {
    fn rows(&mut self, batch: &RecordBatch, stream: &Stream) -> Result<()> {
        self.sink.rows_of(batch, stream)
    }

    fn encoded(&mut self, bytes: &[u8]) -> Result<()> {
        self.sink.encoded(bytes)
    }

    fn reject(&mut self, reject: Reject) -> Result<()> {
        self.rejects += 1;
        self.sink.reject(&reject)
    }
}
