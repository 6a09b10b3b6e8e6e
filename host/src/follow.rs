//! Follows documents of infrastructure tools and audit logs: looks again and again at where they
//! lie, and tells the changes of versions and the writes that are new.
//!
//! What older versions told is kept as far as it takes to compare the next one: a file may be
//! written over. Of log files those that are new are read, and what was added to others; a write is
//! told once, however late, as what it looks like by the documents that are there then.

mod held;
mod logs;
mod names;
mod told;
mod versions;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;

use nepho_core::feed::FeedOutput;
use nepho_core::findings::{Finding, WriteClass};
use nepho_core::registry::{Kind, Make, components};
use nepho_core::rejects::Rejects;
use nepho_core::tables::{Change, ChangeAction, Reject, Resource, Run};
use nepho_core::{Error, ErrorKind, Result};

use crate::analysis::Analysis;
use crate::clusters::ClusterName;
use crate::complete::{self, Evidence};
use crate::engine::{self, Analyzing, KEPT_REJECTS, Options};
use crate::feeds::{Feeds, LogFile, Sorted};
use crate::input::SkippedInput;
use crate::mark::Mark;
use crate::merge::merge;
use crate::pipeline::{self, Progress};
use crate::places::{self, Watched};
use crate::zone::Zone;
use held::{Extent, Held};
use logs::{Following, Recent};
use names::Names;
use told::Told;

/// Names of changes that are remembered, so that none is told twice.
const REMEMBERED: usize = 200_000;
/// Changes that new versions are compared with: what a run told is not told again by its state.
const COMPARED: usize = 10_000;
/// Runs that writes in logs are joined to.
const RUNS: usize = 10_000;
/// The analyzer that finds writes in audit logs.
const FINDS_WRITES: &str = "changes";
/// A log file and its name.
type Named = (String, LogFile);

/// Resources that a version of a document tells.
type Document = (String, Vec<Resource>, Extent);

/// What documents tell that are new or were written again.
#[derive(Debug, Default)]
pub struct News {
    /// Changes that were not told before.
    pub changes: Vec<Change>,
    /// Runs of these documents.
    pub runs: Vec<Run>,
    /// Resources of all documents, as their latest versions tell that could be read.
    pub resources: Vec<Resource>,
    /// What could not be looked at.
    pub skipped: Vec<SkippedInput>,
    /// Pieces of input that could not be read, at most 1,000 of them.
    pub rejects: Vec<Reject>,
    /// All of them, counted by reason.
    pub rejects_by_reason: Rejects,
    /// States that were rewritten by other means than the tool's, each once.
    pub rewritten: Vec<Finding>,
    /// Documents that were read.
    pub documents: u64,
    /// Log files that were read.
    pub logs: u64,
    /// Changes of all looks of which it was forgotten that they were told: what tells of them again
    /// as a whole, such as a compressed log that was added to, has them told again.
    pub forgotten: u64,
}

impl News {
    /// Counts rejects, and keeps them as far as there is room.
    fn reject(&mut self, rejects: Vec<Reject>) {
        for reject in &rejects {
            self.rejects_by_reason.add(reject);
        }
        self.keep(rejects);
    }

    fn keep(&mut self, rejects: Vec<Reject>) {
        let room = KEPT_REJECTS.saturating_sub(self.rejects.len());
        self.rejects.extend(rejects.into_iter().take(room));
    }
}

/// Looks at files, folders, globs and addresses of buckets again and again.
pub struct Follow {
    feeds: Feeds,
    watched: Watched,
    /// The newest version of each history, and changes and runs that documents told.
    held: FeedOutput,
    resources: Held,
    names: Names,
    /// Writes that logs told.
    writes: VecDeque<Change>,
    /// How far each log file was read.
    marks: HashMap<String, Mark>,
    recent: Recent,
    zones: Vec<Zone>,
    clusters: Vec<ClusterName>,
    workers: usize,
    told: Told,
}

impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").finish_non_exhaustive()
    }
}

impl Follow {
    /// Follows these paths, with settings of clouds from the environment.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidConfig`] for standard input and for addresses of APIs.
    pub fn new(paths: &[String]) -> Result<Self> {
        let settings = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::with_settings(paths, settings.collect())
    }

    /// As [`Follow::new`], with these names and values instead of those of the environment.
    ///
    /// # Errors
    /// As [`Follow::new`].
    pub fn with_settings(paths: &[String], settings: Vec<(String, String)>) -> Result<Self> {
        Ok(Self {
            feeds: Feeds::linked(),
            watched: Watched::new(paths, settings)?,
            held: FeedOutput::default(),
            resources: Held::default(),
            names: Names::default(),
            writes: VecDeque::new(),
            marks: HashMap::new(),
            recent: Recent::default(),
            zones: Vec::new(),
            clusters: Vec::new(),
            workers: 0,
            told: Told::new(REMEMBERED),
        })
    }

    /// The same, with zones of clocks and clusters of log files.
    #[must_use]
    pub fn with_zones_and_clusters(mut self, zones: Vec<Zone>, clusters: Vec<ClusterName>) -> Self {
        self.names = Names::with_clusters(clusters.clone());
        (self.zones, self.clusters) = (zones, clusters);
        self
    }

    /// The same, with this many threads that read and decode; 0 for one per processor.
    #[must_use]
    pub fn with_workers(self, workers: usize) -> Self {
        Self { workers, ..self }
    }

    /// What is new since the last look; at the first look all that there is.
    ///
    /// # Errors
    /// Those of starting to read. What cannot be found or read is no error.
    pub fn look(&mut self) -> Result<News> {
        let mut news = News::default();
        let places = self.watched.look(&mut news.skipped)?;
        let progress = Progress::default().into();
        let mut read = FeedOutput::default();
        let (mut logs, mut documents) = (Vec::new(), Vec::new());
        for (source, partition) in places {
            let uri = partition.id.0.clone();
            let mut told = FeedOutput::default();
            let (mut extent, mut is_document) = (Extent::Whole, false);
            for sorted in self.feeds.sort(&source, partition, &progress, &mut told) {
                match sorted {
                    Sorted::Log(file) => logs.push((uri.clone(), file)),
                    Sorted::Feed(summary) => {
                        news.documents += 1;
                        is_document = true;
                        if summary.rejects > 0 {
                            extent = Extent::Part;
                        }
                    }
                    Sorted::Unreadable(skipped) => {
                        extent = Extent::Part;
                        self.watched.forget(&uri);
                        news.skipped.push(skipped);
                    }
                    Sorted::Skipped(skipped) => news.skipped.push(skipped),
                }
            }
            news.reject(std::mem::take(&mut told.rejects));
            let resources = std::mem::take(&mut told.resources);
            if is_document {
                documents.push((uri, resources, extent));
            }
            add(&mut read, told);
        }
        let gone = self.watched.gone();
        for name in &gone {
            self.marks.remove(name);
        }
        if news.documents > 0 || !gone.is_empty() {
            self.settle(documents, &gone, &mut read);
        }
        if news.documents > 0 {
            news.rewritten = self.compare(&mut read);
        }
        self.held.runs.extend(read.runs.iter().cloned());
        drop_oldest(&mut self.held.runs, RUNS);
        news.reject(std::mem::take(&mut read.rejects));
        let mut writes = Vec::new();
        if let Some(finds_writes) = Self::analysis()?.filter(|_| !logs.is_empty()) {
            news.logs = logs.len() as u64;
            writes = self.read_logs(finds_writes, logs, &mut read, &mut news)?;
        }
        news.rejects_by_reason.settle(0);
        news.changes = self.unknown(read.changes, writes);
        news.forgotten = self.told.forgotten;
        news.runs = read.runs;
        news.resources = self.resources.all().cloned().collect();
        Ok(news)
    }

    /// What finds writes in audit logs, if it is linked.
    fn analysis() -> Result<Option<Analysis>> {
        let found = components().into_iter().find_map(|one| match one.make {
            Make::Analyzer(make) if one.name == FINDS_WRITES => Some((one.name, make())),
            _ => None,
        });
        found.map(|one| Analysis::with(vec![one])).transpose()
    }

    /// Takes what documents tell, and gives it and what is held the names that all documents
    /// together tell.
    fn settle(&mut self, documents: Vec<Document>, gone: &[String], read: &mut FeedOutput) {
        for output in self.resources.documents() {
            self.names.take_back(output);
        }
        self.names.take_back(&mut self.held);
        for name in gone {
            self.resources.forget(name);
        }
        for (uri, resources, extent) in documents {
            self.resources.take(&uri, resources, extent);
        }
        let mut all: Vec<&mut FeedOutput> = self.resources.documents().collect();
        all.extend([&mut self.held, read]);
        self.names.settle(&mut all);
    }

    /// Gives the writes in log files, which are joined to what documents tell.
    fn read_logs(
        &mut self,
        analysis: Analysis,
        logs: Vec<Named>,
        read: &mut FeedOutput,
        news: &mut News,
    ) -> Result<Vec<Change>> {
        let mut analyzing = Analyzing::new(analysis);
        let held = self.held.changes.iter().chain(&self.writes);
        analyzing.analysis.feed_settled(FeedOutput {
            changes: held.chain(&read.changes).cloned().collect(),
            runs: self.held.runs.clone(),
            resources: self.resources.all().cloned().collect(),
            ..FeedOutput::default()
        })?;
        self.recent.tell(&mut analyzing.analysis)?;
        let options = Options {
            zones: self.zones.clone(),
            clusters: self.clusters.clone(),
            workers: self.workers,
            ..Options::default()
        };
        let (mut files, mut marks) = (Vec::new(), Vec::new());
        for (uri, mut file) in logs {
            let name = places::name_of(&uri).to_owned();
            marks.push((file.follow(self.marks.get(&name)), name));
            files.push(file);
        }
        let settings = engine::settings(&options)?;
        let mut receiver = Following {
            analyzing,
            recent: std::mem::take(&mut self.recent),
        };
        let ran = pipeline::run(files, &settings, &mut receiver);
        let Following { analyzing, recent } = receiver;
        self.recent = recent;
        ran?;
        let read_to = marks.into_iter().map(|(mark, name)| (name, mark.get()));
        self.marks.extend(read_to);
        news.rejects_by_reason.merge(&analyzing.counts);
        news.keep(analyzing.rejects);
        let told = analyzing.analysis.finish()?;
        let of_documents = self.held.changes.iter().chain(&read.changes);
        let of_documents: HashSet<String> = of_documents.map(|one| one.id.clone()).collect();
        let is_told = |one: &Change| of_documents.contains(&one.id);
        let (changes, writes) = told.changes.into_iter().partition(is_told);
        (read.changes, read.runs) = (changes, told.runs);
        Ok(writes)
    }

    /// Compares the new versions with those before them, and keeps the newest; gives the histories
    /// that do not fit together.
    fn compare(&mut self, read: &mut FeedOutput) -> Vec<Finding> {
        let mut evidence = Evidence::default();
        evidence.add(&read.changes, &read.runs);
        let snapshots = &mut self.held.snapshots;
        let mut rewritten = versions::put_back(snapshots, &mut read.snapshots);
        snapshots.append(&mut read.snapshots);
        let known = self.held.changes.iter().chain(&read.changes);
        let known: Vec<Change> = known.chain(&self.writes).cloned().collect();
        let mut compared = FeedOutput::default();
        for component in components() {
            if let (Kind::Feed, Make::Feed(make)) = (component.kind, component.make) {
                make().compare(snapshots, &known, &mut compared);
            }
        }
        self.names.settle_compared(&mut compared);
        rewritten.append(&mut compared.findings);
        evidence.add(&compared.changes, &compared.runs);
        add(read, compared);
        merge(&mut read.changes, &self.held.changes, &read.runs);
        for change in &mut read.changes {
            complete::change(change);
            if change.action != ChangeAction::Drift {
                change.class.get_or_insert(WriteClass::Iac);
            }
        }
        complete::runs(&mut read.runs, &read.changes, &evidence);
        versions::keep_newest(snapshots);
        rewritten
    }

    /// Changes of documents and writes that were not told before, in the order of time.
    fn unknown(&mut self, changes: Vec<Change>, writes: Vec<Change>) -> Vec<Change> {
        let mut fresh = Vec::new();
        for (own, change) in self.names.own_ids(&changes).into_iter().zip(changes) {
            // What a document tells again may be called otherwise since.
            let own = format!("{}: {own}", places::name_of(&change.uri));
            let is_told = !self.note(&own, &change);
            if self.note(&change.id, &change) && !is_told {
                self.held.changes.push(change.clone());
                fresh.push(change);
            }
        }
        for write in writes {
            if self.note(&write.id, &write) {
                self.writes.push_back(write.clone());
                fresh.push(write);
            }
        }
        drop_oldest(&mut self.held.changes, COMPARED);
        let more = self.writes.len().saturating_sub(COMPARED);
        self.writes.drain(..more);
        fresh.sort_by_key(|change| {
            let time = change.time.or(change.started);
            (time.is_none(), time)
        });
        fresh
    }

    /// Takes note of a change by a name; says whether it was not told before. How it ended is news.
    fn note(&mut self, name: &str, change: &Change) -> bool {
        self.told.note(format!("{name} {}", change.outcome))
    }
}

fn drop_oldest<R>(rows: &mut Vec<R>, kept: usize) {
    let more = rows.len().saturating_sub(kept);
    rows.drain(..more);
}

fn add(all: &mut FeedOutput, told: FeedOutput) {
    all.changes.extend(told.changes);
    all.runs.extend(told.runs);
    all.snapshots.extend(told.snapshots);
    all.rejects.extend(told.rejects);
}

/// Error for a path that cannot be followed.
pub(crate) fn unfit(path: &str, why: &str) -> Error {
    Error::new(ErrorKind::InvalidConfig, format!("follow `{path}`"), why)
}
