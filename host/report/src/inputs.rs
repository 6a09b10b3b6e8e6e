//! What was read: files, formats, wrappings, rows, and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that was given to read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Inputs {
    /// Files that were read, by name.
    pub files: Vec<InputFile>,
    /// Files that were not read, with the reason.
    pub skipped: Vec<SkippedFile>,
    /// What the reader asked for; rows outside are read but not counted or analyzed.
    pub selection: Selection,
    /// Sums over all files. [`crate::Report::build`] computes them.
    pub totals: InputTotals,
}

/// One file that was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct InputFile {
    /// Path or object address; `-` is standard input.
    pub uri: String,
    /// Formats and feeds that read it, by name.
    pub formats: Vec<FormatCount>,
    /// What was undone before reading: `gzip`, `records`, `cloudwatch_subscription`, ...
    pub wrappings: Vec<WrappingCount>,
    /// Log rows.
    pub rows: u64,
    /// Changes of infrastructure code.
    pub changes: u64,
    /// Resources of infrastructure code.
    pub resources: u64,
    /// Pieces that could not be read.
    pub rejects: u64,
    /// Blocks (of at most half a megabyte or one record) in which bytes that are no UTF-8 were
    /// replaced.
    pub repaired: u64,
    /// Rows whose time could not be read.
    pub untimed: u64,
    /// Rows outside of the times that were asked for; they are not among `rows`.
    pub left_out: LeftOutRows,
    /// Size as stored.
    pub stored_bytes: u64,
    /// Size after decompression.
    pub bytes: u64,
    /// Time of the earliest row or change.
    pub first: Option<Timestamp>,
    /// Time of the latest row or change.
    pub last: Option<Timestamp>,
    /// Clouds that its rows are of.
    pub providers: Vec<String>,
}

/// Rows outside of the times that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LeftOutRows {
    /// How many.
    pub rows: u64,
    /// Time of the earliest.
    pub first: Option<Timestamp>,
    /// Time of the latest.
    pub last: Option<Timestamp>,
}

impl LeftOutRows {
    fn add(&mut self, other: &Self) {
        add(&mut self.rows, other.rows);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
    }
}

/// Rows by one format.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct FormatCount {
    /// Format or feed: `aws.cloudtrail`, `terraform.state`.
    pub name: String,
    /// Log rows, or changes and resources of a feed.
    pub rows: u64,
}

/// How often one wrapping was undone.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct WrappingCount {
    /// Name of the wrapping.
    pub name: String,
    /// Times.
    pub count: u64,
}

/// A file that was not read.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct SkippedFile {
    /// Path or object address.
    pub uri: String,
    /// Why.
    pub reason: String,
}

/// What the reader asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Selection {
    /// Earliest time.
    pub since: Option<Timestamp>,
    /// Latest time.
    pub until: Option<Timestamp>,
    /// Services; empty: all.
    pub services: Vec<String>,
}

impl Selection {
    /// Whether everything was asked for.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// Sums over all files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct InputTotals {
    /// Files that were read.
    pub files: u64,
    /// Files that were not.
    pub skipped: u64,
    /// Log rows.
    pub rows: u64,
    /// Services that have rows.
    pub services: u64,
    /// Changes of infrastructure code.
    pub changes: u64,
    /// Resources of infrastructure code.
    pub resources: u64,
    /// Pieces that could not be read.
    pub rejects: u64,
    /// Blocks in which bytes were replaced.
    pub repaired: u64,
    /// Rows whose time could not be read.
    pub untimed: u64,
    /// Rows outside of the times that were asked for.
    pub left_out: LeftOutRows,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Bytes after decompression.
    pub bytes: u64,
    /// Earliest time.
    pub first: Option<Timestamp>,
    /// Latest time.
    pub last: Option<Timestamp>,
    /// Clouds, by name.
    pub providers: Vec<String>,
    /// Formats and feeds, the one with most rows first.
    pub formats: Vec<FormatCount>,
    /// Wrappings, by name.
    pub wrappings: Vec<WrappingCount>,
}

impl Inputs {
    /// Brings everything into its order and sums it up. `services` is the number of services with
    /// rows.
    pub(crate) fn settle(&mut self, services: u64) {
        for file in &mut self.files {
            file.formats.sort();
            file.wrappings.sort();
            file.providers.sort();
            file.providers.dedup();
        }
        self.files.sort_by(|a, b| a.uri.cmp(&b.uri));
        self.skipped.sort();
        self.selection.services.sort();
        self.selection.services.dedup();
        self.totals = self.sum(services);
    }

    fn sum(&self, services: u64) -> InputTotals {
        let mut totals = InputTotals {
            files: self.files.len() as u64,
            skipped: self.skipped.len() as u64,
            services,
            ..InputTotals::default()
        };
        let mut providers = BTreeSet::new();
        let mut formats = BTreeMap::<&str, u64>::new();
        let mut wrappings = BTreeMap::<&str, u64>::new();
        for file in &self.files {
            add(&mut totals.rows, file.rows);
            add(&mut totals.changes, file.changes);
            add(&mut totals.resources, file.resources);
            add(&mut totals.rejects, file.rejects);
            add(&mut totals.repaired, file.repaired);
            add(&mut totals.untimed, file.untimed);
            totals.left_out.add(&file.left_out);
            add(&mut totals.stored_bytes, file.stored_bytes);
            add(&mut totals.bytes, file.bytes);
            totals.first = [totals.first, file.first].into_iter().flatten().min();
            totals.last = [totals.last, file.last].into_iter().flatten().max();
            providers.extend(&file.providers);
            for format in &file.formats {
                add(formats.entry(&format.name).or_default(), format.rows);
            }
            for wrapping in &file.wrappings {
                add(wrappings.entry(&wrapping.name).or_default(), wrapping.count);
            }
        }
        totals.providers = providers.into_iter().cloned().collect();
        for (name, rows) in formats {
            let name = name.to_owned();
            totals.formats.push(FormatCount { name, rows });
        }
        totals
            .formats
            .sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.name.cmp(&b.name)));
        for (name, count) in wrappings {
            let name = name.to_owned();
            totals.wrappings.push(WrappingCount { name, count });
        }
        totals
    }
}

fn add(sum: &mut u64, value: u64) {
    *sum = sum.saturating_add(value);
}
