//! Follows documents of infrastructure tools and audit logs: looks again and again at where they
//! lie, and tells the changes of versions and the writes that are new.
//!
//! What older versions told is kept as far as it takes to compare the next one: a file may be
//! written over. Of log files those that are new or were added to are read; a write is told once,
//! as what it looks like by the documents that are there then.

mod held;

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
use crate::places::Watched;
use crate::zone::Zone;
use held::{Extent, Held};

/// Changes that are remembered, so that none is told twice.
const REMEMBERED: usize = 100_000;
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
    /// The newest version of each history.
    snapshots: Vec<Snapshot>,
    resources: Held,
    known: VecDeque<Change>,
    runs: VecDeque<Run>,
    /// Latest time in each log file.
    latest: HashMap<String, Timestamp>,
    zones: Vec<Zone>,
    clusters: Vec<ClusterName>,
    told: HashSet<String>,
    /// Ids in the order in which they were told.
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
            snapshots: Vec::new(),
            resources: Held::default(),
            known: VecDeque::new(),
            runs: VecDeque::new(),
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
        for name in self.watched.gone() {
            self.resources.forget(&name);
        }
        let progress = Progress::default().into();
        let mut read = FeedOutput::default();
        let mut logs = Vec::new();
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
                self.resources.take(&uri, resources, extent);
            }
            add(&mut read, told);
        }
        if news.documents > 0 {
            self.compare(&mut read);
        }
        self.runs.extend(read.runs.iter().cloned());
        let more = self.runs.len().saturating_sub(RUNS);
        self.runs.drain(..more);
        news.rejects = std::mem::take(&mut read.rejects);
        if let Some(finds_writes) = Self::analysis()?.filter(|_| !logs.is_empty()) {
            news.logs = logs.len() as u64;
            self.read_logs(finds_writes, logs, &mut read, &mut news.rejects)?;
        }
        news.changes = self.unknown(read.changes);
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

    /// Finds writes in log files, and joins them to what documents tell.
    fn read_logs(
        &mut self,
        analysis: Analysis,
        logs: Vec<Named>,
        read: &mut FeedOutput,
        rejects: &mut Vec<Reject>,
    ) -> Result<()> {
        let mut receiver = Analyzing::new(analysis.with_clusters(self.clusters.clone()));
        let held = self.known.iter().chain(&read.changes).cloned();
        receiver.analysis.feed(FeedOutput {
            changes: held.collect(),
            runs: self.runs.iter().cloned().collect(),
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
        (read.changes, read.runs) = (told.changes, told.runs);
        Ok(())
    }

    /// Compares the new versions with those before them, and keeps the newest.
    fn compare(&mut self, read: &mut FeedOutput) {
        let mut evidence = Evidence::default();
        evidence.add(&read.changes, &read.runs);
        self.snapshots.append(&mut read.snapshots);
        let known: Vec<Change> = self.known.iter().chain(&read.changes).cloned().collect();
        let mut compared = FeedOutput::default();
        for component in components() {
            if let (Kind::Feed, Make::Feed(make)) = (component.kind, component.make) {
                make().compare(&self.snapshots, &known, &mut compared);
            }
        }
        evidence.add(&compared.changes, &compared.runs);
        add(read, compared);
        let held: Vec<Change> = self.known.iter().cloned().collect();
        merge(&mut read.changes, &held, &read.runs);
        for change in &mut read.changes {
            complete::change(change);
            if change.action != ChangeAction::Drift {
                change.class.get_or_insert(WriteClass::Iac);
            }
        }
        complete::runs(&mut read.runs, &read.changes, &evidence);
        let mut newest: HashMap<(String, String, String), Snapshot> = HashMap::new();
        for snapshot in self.snapshots.drain(..) {
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
        self.snapshots = newest.into_values().collect();
        self.snapshots.sort_by(|a, b| a.uri.cmp(&b.uri));
    }

    /// Changes that were not told before, in the order of time.
    fn unknown(&mut self, changes: Vec<Change>) -> Vec<Change> {
        let mut fresh = Vec::new();
        for change in changes {
            // How a change ended is news.
            let name = format!("{} {}", change.id, change.outcome);
            if self.told.insert(name.clone()) {
                self.order.push_back(name);
                self.known.push_back(change.clone());
                fresh.push(change);
            }
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.told.remove(&oldest);
            }
        }
        let more = self.known.len().saturating_sub(COMPARED);
        self.known.drain(..more);
        fresh.sort_by_key(|change| {
            let time = change.time.or(change.started);
            (time.is_none(), time)
        });
        fresh
    }
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
