//! Follows documents of infrastructure tools and audit logs: looks again and again at where they
//! lie, and tells the changes of versions and the writes that are new.
//!
//! What older versions told is kept as far as it takes to compare the next one: a file may be
//! written over. Of log files those that are new or were added to are read; a write is told once,
//! as what it looks like by the documents that are there then.

mod held;
mod names;

use std::collections::{HashMap, HashSet, VecDeque};

use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::findings::WriteClass;
use nepho_core::registry::{Kind, Make, components};
use nepho_core::tables::{Change, ChangeAction, Reject, Resource, Run};
use nepho_core::time::NANOS;
use nepho_core::{Error, ErrorKind, Result, Timestamp};

use crate::analysis::Analysis;
use crate::clusters::ClusterName;
use crate::complete::{self, Evidence};
use crate::engine::{self, Analyzing, Options};
use crate::feeds::{Feeds, LogFile, Sorted};
use crate::input::{InputSummary, SkippedInput};
use crate::merge::merge;
use crate::pipeline::{self, Progress};
use crate::places::{self, Watched};
use crate::zone::Zone;
use held::{Extent, Held};
use names::Names;

/// Names of changes that are remembered, so that none is told twice.
const REMEMBERED: usize = 200_000;
/// Changes that new versions are compared with: what a run told is not told again by its state.
const COMPARED: usize = 10_000;
/// Runs that writes in logs are joined to.
const RUNS: usize = 10_000;
/// The analyzer that finds writes in audit logs.
const FINDS_WRITES: &str = "changes";
/// Of a log file that was added to, rows are read from so long before its latest: one hour, since
/// the clouds deliver out of order.
const LATENESS: i64 = 3_600 * NANOS;

/// A log file and its name.
type Named = (String, LogFile);

/// Resources that a version of a document tells.
type Told = (String, Vec<Resource>, Extent);

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
    /// What could not be read.
    pub rejects: Vec<Reject>,
    /// Documents that were read.
    pub documents: u64,
    /// Log files that were read.
    pub logs: u64,
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
    /// Latest time in each log file.
    latest: HashMap<String, Timestamp>,
    zones: Vec<Zone>,
    clusters: Vec<ClusterName>,
    told: HashSet<String>,
    /// Names in the order in which they were told.
    order: VecDeque<String>,
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
            latest: HashMap::new(),
            zones: Vec::new(),
            clusters: Vec::new(),
            told: HashSet::new(),
            order: VecDeque::new(),
        })
    }

    /// The same, with zones of clocks and clusters of log files.
    #[must_use]
    pub fn with_zones_and_clusters(mut self, zones: Vec<Zone>, clusters: Vec<ClusterName>) -> Self {
        self.names = Names::with_clusters(clusters.clone());
        (self.zones, self.clusters) = (zones, clusters);
        self
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
            let resources = std::mem::take(&mut told.resources);
            if is_document {
                documents.push((uri, resources, extent));
            }
            add(&mut read, told);
        }
        let gone = self.watched.gone();
        if news.documents > 0 || !gone.is_empty() {
            self.settle(documents, &gone, &mut read);
        }
        if news.documents > 0 {
            self.compare(&mut read);
        }
        self.held.runs.extend(read.runs.iter().cloned());
        drop_oldest(&mut self.held.runs, RUNS);
        news.rejects = std::mem::take(&mut read.rejects);
        let mut writes = Vec::new();
        if let Some(finds_writes) = Self::analysis()?.filter(|_| !logs.is_empty()) {
            news.logs = logs.len() as u64;
            writes = self.read_logs(finds_writes, logs, &mut read, &mut news.rejects)?;
        }
        news.changes = self.unknown(read.changes, writes);
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
    fn settle(&mut self, documents: Vec<Told>, gone: &[String], read: &mut FeedOutput) {
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
        rejects: &mut Vec<Reject>,
    ) -> Result<Vec<Change>> {
        let mut receiver = Analyzing::new(analysis);
        let held = self.held.changes.iter().chain(&self.writes);
        receiver.analysis.feed_settled(FeedOutput {
            changes: held.chain(&read.changes).cloned().collect(),
            runs: self.held.runs.clone(),
            resources: self.resources.all().cloned().collect(),
            ..FeedOutput::default()
        })?;
        let is_known = |(uri, _): &Named| self.latest.contains_key(uri);
        let (longer, fresh): (Vec<_>, Vec<_>) = logs.into_iter().partition(is_known);
        let mut groups: Vec<(Option<Timestamp>, Vec<Named>)> = vec![(None, fresh)];
        for one in longer {
            let latest = self.latest.get(&one.0).copied();
            groups.push((latest.map(|latest| latest.plus(-LATENESS)), vec![one]));
        }
        for (since, files) in groups {
            let mut options = Options {
                zones: self.zones.clone(),
                clusters: self.clusters.clone(),
                ..Options::default()
            };
            options.range.since = since;
            let (uris, files): (Vec<String>, Vec<LogFile>) = files.into_iter().unzip();
            let summaries = pipeline::run(files, &engine::settings(&options)?, &mut receiver)?;
            for uri in uris {
                // Members of an archive are called after it.
                let is_of = |one: &&InputSummary| {
                    let rest = one.uri.strip_prefix(&uri);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("!/"))
                };
                let last = summaries.iter().filter(is_of);
                let last = last.filter_map(|one| one.last).max();
                if let Some(last) = last.max(self.latest.get(&uri).copied()) {
                    self.latest.insert(uri, last);
                }
            }
        }
        rejects.append(&mut receiver.rejects);
        let told = receiver.analysis.finish()?;
        let of_documents = self.held.changes.iter().chain(&read.changes);
        let of_documents: HashSet<String> = of_documents.map(|one| one.id.clone()).collect();
        let is_told = |one: &Change| of_documents.contains(&one.id);
        let (changes, writes) = told.changes.into_iter().partition(is_told);
        (read.changes, read.runs) = (changes, told.runs);
        Ok(writes)
    }

    /// Compares the new versions with those before them, and keeps the newest.
    fn compare(&mut self, read: &mut FeedOutput) {
        let mut evidence = Evidence::default();
        evidence.add(&read.changes, &read.runs);
        let snapshots = &mut self.held.snapshots;
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
        let mut newest: HashMap<(String, String, String), Snapshot> = HashMap::new();
        for snapshot in snapshots.drain(..) {
            let key = (
                snapshot.tool.clone(),
                snapshot.scope.clone(),
                snapshot.lineage.clone(),
            );
            match newest.get(&key) {
                Some(held) if held.serial > snapshot.serial => {}
                _ => {
                    newest.insert(key, snapshot);
                }
            }
        }
        snapshots.extend(newest.into_values());
        snapshots.sort_by(|a, b| a.uri.cmp(&b.uri));
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

    /// Takes note of a change by a name; whether it was not told before. How it ended is news.
    fn note(&mut self, name: &str, change: &Change) -> bool {
        let name = format!("{name} {}", change.outcome);
        if !self.told.insert(name.clone()) {
            return false;
        }
        self.order.push_back(name);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.told.remove(&oldest);
        }
        true
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
