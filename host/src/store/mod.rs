//! The map on disk: what runs learned of resources and edges, kept for later runs.
//!
//! A store is a folder. A run appends what it learned that the store does not have yet to a log by
//! day, and with the first of a day it writes all that is known as a keyframe. Reading takes the
//! newest keyframe that can be read, and the log behind it. While a part of that log cannot be
//! read, no keyframe is written that would hide it. What ends is closed by a later row and nothing
//! is removed.
//!
//! | in the folder | holds |
//! |---|---|
//! | `nepho-map.json` | that it is a store, and the version of its form |
//! | `log/day=2026-05-12/000007/*.parquet` | rows that the seventh run added |
//! | `keyframe/day=2026-05-12/000007/*.parquet` | all rows after it |
//!
//! | file | rows |
//! |---|---|
//! | `nodes` | table `resources`: as documents declare them, and those that logs alone tell of |
//! | `edges` | table `relations`: likewise |
//! | `lives` | columns of table `changes` that tell when resources began and ended |
//! | `versions` | [`StateVersion`]: which states were read, so that what a later one lacks ends |
//!
//! Kept is what was told and not what was concluded of it, so that a run over the store and new
//! documents concludes the same as one over all documents. A row replaces the one before it of the
//! same place in the same document.

mod documents;
mod files;
mod learned;

use std::collections::HashMap;
use std::path::Path;

use nepho_core::feed::{FeedOutput, Snapshot};
use nepho_core::tables::{Change, Relation, Resource};
use nepho_core::{Result, Timestamp, row_struct};

use crate::analysis::Conclusions;
use crate::input::SkippedInput;
use documents::{own_id, own_scope};
pub use files::is_store;

row_struct! {
    table "versions";
    /// A version of a state, a checkpoint or a release that was read.
    #[derive(Clone, Debug, PartialEq, Default)]
    pub struct StateVersion {
        /// As in table `changes`.
        pub tool: String,
        /// As in table `changes`.
        pub scope: String,
        /// What all versions of one history share.
        pub lineage: String,
        /// Place in that history.
        pub serial: u64,
        /// When it was written.
        pub time: Option<Timestamp>,
        /// Whether it holds all that the tool manages in this scope.
        pub is_complete: bool,
        /// Name by which rows of it are known: the file, and the serial number behind `#`.
        pub uri: String,
    }
}

impl StateVersion {
    /// Version of a snapshot, by the name of its rows in a store.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mark = format!("#{}", snapshot.serial);
        let uri = match snapshot.uri.ends_with(&mark) {
            true => snapshot.uri.clone(),
            false => format!("{}{mark}", snapshot.uri),
        };
        Self {
            tool: snapshot.tool.clone(),
            scope: snapshot.scope.clone(),
            lineage: snapshot.lineage.clone(),
            serial: snapshot.serial,
            time: snapshot.time,
            is_complete: snapshot.is_complete,
            uri,
        }
    }

    /// The same as a snapshot, of which nothing is known but when it was.
    pub(crate) fn into_snapshot(self) -> Snapshot {
        Snapshot {
            tool: self.tool,
            scope: self.scope,
            lineage: self.lineage,
            serial: self.serial,
            time: self.time,
            is_complete: self.is_complete,
            uri: self.uri,
            ..Snapshot::default()
        }
    }
}

/// Rows of a store.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) nodes: Vec<Resource>,
    pub(crate) edges: Vec<Relation>,
    pub(crate) lives: Vec<Change>,
    pub(crate) versions: Vec<StateVersion>,
}

impl Rows {
    /// What the documents told, by document; their versions are snapshots without members.
    pub(crate) fn into_documents(self) -> Vec<FeedOutput> {
        documents::documents(self)
    }

    /// Beginnings and ends of resources, as the documents alone tell them.
    pub(crate) fn take_lives(&mut self) -> Vec<Change> {
        documents::lives(std::mem::take(&mut self.lives))
    }

    fn is_empty(&self) -> bool {
        let Self {
            nodes,
            edges,
            lives,
            versions,
        } = self;
        nodes.is_empty() && edges.is_empty() && lives.is_empty() && versions.is_empty()
    }

    /// Takes these rows in the place of those of the same places; gives those that say something
    /// new. What a later run calls by more folders is the same.
    fn take(&mut self, told: Self) -> Self {
        Self {
            nodes: replace(&mut self.nodes, told.nodes, |row| {
                let scope = row.scope.as_deref().unwrap_or_default();
                let tool = row.tool.as_deref().unwrap_or_default();
                let scope = own_scope(tool, scope, &row.uri).to_owned();
                let address = (row.tool.clone(), scope, row.address.clone());
                let key = own_id(&row.key, &row.uri);
                (key, address, row.uri.clone(), row.line)
            }),
            edges: replace(&mut self.edges, told.edges, |row| {
                let ends = [&row.from, &row.to].map(|id| own_id(id, &row.uri));
                let kind = (row.kind.as_str(), row.source.clone());
                // What a call made again is another version.
                (ends, kind, row.valid_from, row.uri.clone(), row.line)
            }),
            lives: replace(&mut self.lives, told.lives, |row| own_id(&row.id, &row.uri)),
            versions: replace(&mut self.versions, told.versions, |row| {
                let scope = own_scope(&row.tool, &row.scope, &row.uri).to_owned();
                let history = (row.tool.clone(), scope, row.lineage.clone());
                (history, row.serial, row.uri.clone())
            }),
        }
    }
}

/// Puts rows in the places of those that have the same name, or behind all; gives those that
/// differ from what was there.
fn replace<R: Clone + PartialEq, N: Eq + std::hash::Hash>(
    held: &mut Vec<R>,
    told: Vec<R>,
    name: impl Fn(&R) -> N,
) -> Vec<R> {
    let places = held.iter().enumerate();
    let mut places: HashMap<N, usize> = places.map(|(place, row)| (name(row), place)).collect();
    let mut fresh: Vec<R> = Vec::new();
    let mut latest: HashMap<N, R> = HashMap::new();
    let mut order: Vec<R> = Vec::new();
    for row in told {
        if latest.insert(name(&row), row.clone()).is_none() {
            order.push(row);
        }
    }
    for first in order {
        let Some(row) = latest.remove(&name(&first)) else {
            continue;
        };
        let next = held.len();
        match held.get_mut(*places.entry(name(&row)).or_insert(next)) {
            Some(place) if *place == row => continue,
            Some(place) => *place = row.clone(),
            None => held.push(row.clone()),
        }
        fresh.push(row);
    }
    fresh
}

/// What was read of a store.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) rows: Rows,
    /// Files that could not be read.
    pub(crate) damaged: Vec<SkippedInput>,
    /// Whether rows are missing: a file of the log behind the keyframe could not be read.
    has_gap: bool,
    pub(crate) bytes: u64,
}

/// Reads a store: the newest keyframe that can be read, and the log behind it.
///
/// # Errors
/// [`nepho_core::ErrorKind::Unsupported`] if the store has a newer form. A file that cannot be read
/// is no error: it is in [`Loaded::damaged`].
pub(crate) fn load(folder: &Path) -> Result<Loaded> {
    files::check(folder)?;
    let segments = files::segments(folder)?;
    let mut loaded = Loaded::default();
    let mut base = 0;
    for keyframe in segments.keyframes.iter().rev() {
        let before = loaded.damaged.len();
        let rows = keyframe.read(&mut loaded);
        if loaded.damaged.len() == before {
            (loaded.rows, base) = (rows, keyframe.number);
            break;
        }
    }
    let before = loaded.damaged.len();
    for segment in segments.log.iter().filter(|one| one.number > base) {
        let rows = segment.read(&mut loaded);
        loaded.rows.take(rows);
    }
    loaded.has_gap = loaded.damaged.len() > before;
    Ok(loaded)
}

/// How much a run added to a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Versions of resources.
    pub nodes: usize,
    /// Versions of edges.
    pub edges: usize,
    /// Beginnings and ends of resources.
    pub lives: usize,
}

/// Adds what a run learned of resources and edges to the store in `folder`, which is made if it is
/// not there; the day of the log is that of `now`.
///
/// The run should have read the store as well ([`crate::Options::paths`]), so that what ended is
/// known. Each addition appears as a whole or not at all.
///
/// # Errors
/// [`nepho_core::ErrorKind::InvalidConfig`] for a folder that holds something else,
/// [`nepho_core::ErrorKind::Unavailable`] if it cannot be written to, or if another run added to it
/// at the same time.
pub fn save(folder: &Path, conclusions: &Conclusions, now: Timestamp) -> Result<Saved> {
    files::prepare(folder)?;
    let Loaded {
        mut rows, has_gap, ..
    } = load(folder)?;
    let fresh = rows.take(learned::learned(conclusions));
    let saved = Saved {
        nodes: fresh.nodes.len(),
        edges: fresh.edges.len(),
        lives: fresh.lives.len(),
    };
    if fresh.is_empty() {
        return Ok(saved);
    }
    let segments = files::segments(folder)?;
    let day = now.to_string().chars().take(10).collect::<String>();
    let number = segments.last() + 1;
    files::write(folder, "log", &day, number, &fresh)?;
    let mut keyframes = segments.keyframes.iter();
    let is_first = keyframes.all(|keyframe| keyframe.day != day);
    if is_first && !has_gap {
        files::write(folder, "keyframe", &day, number, &rows)?;
    }
    Ok(saved)
}
