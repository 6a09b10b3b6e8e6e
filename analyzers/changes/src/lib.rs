//! Finds the writes in audit logs, joins them to the runs of infrastructure tools, and tells those
//! made outside.
//!
//! 1. [`event`] reads a row of CloudTrail, the Activity Log or Cloud Audit Logs: is it a write, of
//!    what, by whom, by what means. An event has a *target*, which it changes, and *references*,
//!    which it only names.
//! 2. [`store`] keeps each write once, in bounded memory.
//! 3. [`runs`] joins writes to the changes of feeds: a tool's write with a known run is `iac`,
//!    without one it is `iac_unregistered`. The feed's change learns who did it, and from its plan
//!    ([`plans`]) or from its calls ([`called`]) what of the resource changed, and of a put of
//!    Azure's whether it was new ([`puts`]).
//! 4. [`failures`] tells calls of tools that failed from those that were tried again; [`drift`]
//!    what was done by hand to managed resources, and when infrastructure code undid it; [`found`]
//!    who made the differences that tools found.
//! 5. [`objects`] keeps who wrote objects that are states, [`authors`] tells it to the changes
//!    between two versions of a state, which name nobody.
//!    [`starters`] finds who had a service start a run, [`nested`] which failure within a stack the
//!    others followed from.
//! 6. [`orphans`] lists what runs that failed made and lost sight of; [`owners`] tells whose
//!    resources are by the tags that calls gave them.
//!    [`fitting`] tells whether a call may be of a run by its time alone, [`unlisted`] the calls
//!    of runs that their documents do not list.
//! 7. [`outside`] tells of the rest, [`emit`] makes rows of table `changes` of it, so that it can
//!    be weighed as a cause. Writes by the cloud itself and by agents on the resource have rows as
//!    well, to be shown; they are never weighed.
//!
//! Refused writes change nothing: they are told apart and never become changes, but for those of a
//! tool that really failed, which make a run a partial one.

mod authors;
mod called;
mod drift;
mod emit;
mod event;
mod failures;
mod fitting;
mod found;
mod known;
mod names;
mod nested;
mod objects;
mod operations;
mod orphans;
mod outside;
mod overruled;
mod owners;
mod passing;
mod places;
mod plans;
mod puts;
mod resized;
mod runs;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod scenarios_authors;
#[cfg(test)]
mod scenarios_clusters;
#[cfg(test)]
mod scenarios_drift;
#[cfg(test)]
mod scenarios_effects;
#[cfg(test)]
mod scenarios_fitting;
#[cfg(test)]
mod scenarios_found;
#[cfg(test)]
mod scenarios_orphans;
#[cfg(test)]
mod scenarios_priorities;
#[cfg(test)]
mod scenarios_puts;
#[cfg(test)]
mod scenarios_runs;
#[cfg(test)]
mod scenarios_sizes;
#[cfg(test)]
mod scenarios_undo;
mod starters;
mod store;
mod unlisted;

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::{Drift, WriteClass};
use nepho_core::tables::{Change, ChangeAction, Column, LogsView, Resource, Run, Table};
use nepho_core::{Result, Timestamp};

use known::Known;
use store::{Store, Write};

/// Drift that writes opened, by their hashes.
type Drifts = BTreeMap<u64, Vec<Drift>>;
/// When writes were undone, by their hashes.
type Undone = BTreeMap<u64, Timestamp>;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "changes",
    summary: "Who changed what, by infrastructure code and outside of it",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(Changes::default())),
});

/// Changes of feeds held at most.
const CHANGES: usize = 200_000;
/// Runs held at most.
const RUNS: usize = 50_000;
/// Writes held at most, about 10 MB.
const WRITES: usize = 20_000;
/// Writes by the cloud itself and by agents held at most.
const BACKGROUND: usize = 5_000;

/// Analyzer that writes changes seen only in audit logs, and findings `outside_change`.
///
/// It concludes once, when the input has ended: the run that a write belongs to may be told last.
#[derive(Debug)]
pub struct Changes {
    reader: event::Reader,
    store: Store,
    background: Store,
    objects: objects::Objects,
    known: Known,
    changes: BTreeMap<String, Change>,
    runs: Vec<Run>,
    by_service: u64,
    by_agents: u64,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            reader: event::Reader::default(),
            store: Store::new(WRITES),
            background: Store::new(BACKGROUND),
            objects: objects::Objects::default(),
            known: Known::default(),
            changes: BTreeMap::new(),
            runs: Vec::new(),
            by_service: 0,
            by_agents: 0,
        }
    }
}

impl Analyzer for Changes {
    fn reads(&self) -> &'static [Table] {
        &[Table::Logs, Table::Changes, Table::Runs, Table::Resources]
    }

    /// Events are told from each other by what is managed.
    fn reads_first(&self) -> &'static [Table] {
        &[Table::Resources]
    }

    fn writes(&self) -> &'static [Table] {
        &[
            Table::Changes,
            Table::Runs,
            Table::Findings,
            Table::Resources,
        ]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => self.read(rows)?,
            Table::Changes => {
                for change in Change::from_batch(rows)? {
                    if let Some(resource) = &change.resource {
                        self.known.add_changed(resource);
                    }
                    if self.changes.len() < CHANGES {
                        self.changes.insert(change.id.clone(), change);
                    }
                }
            }
            Table::Resources => {
                for row in &Resource::from_batch(rows)? {
                    self.known.add(row);
                    self.objects.add_document(&row.uri);
                }
            }
            Table::Runs => {
                let room = RUNS.saturating_sub(self.runs.len());
                self.runs
                    .extend(Run::from_batch(rows)?.into_iter().take(room));
            }
            Table::Relations | Table::Findings | Table::Rejects => {}
        }
        Ok(())
    }

    fn update_before(&mut self, rows: &RecordBatch) -> Result<()> {
        self.read(rows)
    }

    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark == Timestamp::MAX {
            self.conclude(out);
        }
        Ok(())
    }
}

impl Changes {
    fn read(&mut self, rows: &RecordBatch) -> Result<()> {
        let view = LogsView::new(rows)?;
        let timed = (0..view.len()).filter_map(|row| Some((row, view.time(row)?)));
        for (row, time) in timed {
            self.objects.read(&view, row);
            let Some(event) = self.reader.read(&view, row) else {
                continue;
            };
            let store = match event.means.class {
                WriteClass::Service => {
                    self.by_service += 1;
                    &mut self.background
                }
                WriteClass::Runtime => {
                    self.by_agents += 1;
                    &mut self.background
                }
                _ => &mut self.store,
            };
            let uri = view.text(Column::Uri, row).unwrap_or_default();
            store.add(event, time, uri, view.line(row));
        }
        Ok(())
    }

    /// Drift that each write opened, and when each was undone, by the hash of the write. What tools
    /// found to differ learns who made it.
    fn drifts(&mut self, writes: &[Write], background: &[Write]) -> (Drifts, Undone) {
        let settings = drift::settings(writes, &self.changes, &self.known);
        let mut drifts = drift::drifts(writes, &settings, &self.known);
        let undone = drift::undone(writes, &settings, &self.known, &drifts);
        let found = found::found(writes, background, &self.changes, &settings, &self.known);
        let told = found::tell(&found, &mut drifts);
        for (id, actor, request) in told {
            if let Some(change) = self.changes.get_mut(&id) {
                change.actor = change.actor.take().or(actor);
                change.request_id = change.request_id.take().or(request);
            }
        }
        (drifts, undone)
    }

    /// Tells all changes by the best words for the clusters of their objects.
    fn settle_clusters(&mut self) {
        self.known.settle_clusters();
        for change in self.changes.values_mut() {
            for id in [&mut change.resource, &mut change.parent] {
                if let Some(better) = id.as_deref().and_then(|id| self.known.in_cluster(id)) {
                    *id = Some(better);
                }
            }
        }
    }

    /// Tells changes by the full ids of what their logs only name.
    fn complete_ids(&mut self) {
        for change in self.changes.values_mut() {
            if let Some(id) = self.known.full_id(change) {
                change.resource = Some(id.to_string());
            }
        }
    }

    /// Tells what failed runs left behind, and the calls of runs that their documents do not list;
    /// gives the number of those that there was no room for.
    fn tell_lost(
        &self,
        writes: &[Write],
        joined: &runs::Joined,
        failures: &BTreeMap<u64, failures::Failure>,
        out: &mut Output,
    ) -> u64 {
        let told = orphans::Told {
            joined: &joined.runs,
            changes: &self.changes,
            runs: &self.runs,
            failures,
            known: &self.known,
        };
        let mut lost: BTreeSet<String> = BTreeSet::new();
        for left in orphans::left(writes, &told) {
            out.runs.push(left.run);
            lost.extend(left.changes.iter().map(|change| change.id.clone()));
            out.changes.extend(left.changes);
        }
        let documents = (&self.changes, self.runs.as_slice());
        let (rows, beyond) = unlisted::changes(writes, &joined.unlisted, documents, &self.known);
        let rows = rows.into_iter();
        out.changes
            .extend(rows.filter(|row| !lost.contains(&row.id)));
        beyond
    }

    fn conclude(&mut self, out: &mut Output) {
        let beyond = self.store.beyond;
        self.store.tell_seen(&mut self.known);
        self.background.tell_seen(&mut self.known);
        self.settle_clusters();
        self.known.settle_projects();
        self.known.settle_parts();
        self.complete_ids();
        let mut writes = std::mem::take(&mut self.store).into_sorted(&self.known);
        let background = std::mem::take(&mut self.background).into_sorted(&self.known);
        plans::tell(&mut self.changes);
        resized::tell(&mut writes, &background);
        overruled::tell(&mut writes);
        let puts_of_states = std::mem::take(&mut self.objects).into_sorted();
        let authors = authors::tell(&mut self.changes, &self.runs, &puts_of_states);
        out.runs.extend(authors);
        let puts = puts::settled(&writes, &self.changes, &self.known);
        let mut joined = runs::join(&mut writes, &self.changes, &self.runs, &self.known);
        for change in std::mem::take(&mut joined.told) {
            self.changes.insert(change.id.clone(), change);
        }
        for put in puts {
            if let Some(change) = self.changes.get_mut(&put.id) {
                change.action = put.action;
                change.reason = Some(put.reason.to_owned());
            }
        }
        emit::tell_made(&writes, &mut self.known);
        out.runs
            .extend(runs::learned(&writes, &joined.runs, &self.runs));
        nested::settle(&mut self.changes);
        let failures = failures::failures(&writes);
        let (drifts, undone) = self.drifts(&writes, &background);
        let beyond_unlisted = self.tell_lost(&writes, &joined, &failures, out);
        let (changes, unwritten) = emit::changes(&writes, &failures, &undone, &self.known);
        for mut change in std::mem::take(&mut self.changes).into_values() {
            // Whoever made a drift is not told by the tool that found it.
            if change.action != ChangeAction::Drift {
                change.class.get_or_insert(WriteClass::Iac);
            }
            joined.called.tell(&mut change);
            out.changes.push(change);
        }
        out.changes.extend(changes);
        out.changes
            .extend(emit::background(&background, &self.known));
        let tagged = background.iter().chain(&writes);
        out.resources.extend(owners::told(tagged));
        let mut counted = Vec::new();
        let mut count = |text: &str, number: u64| {
            if number > 0 {
                counted.push(format!("{text}: {number}."));
            }
        };
        count(
            "Rows that tell of writes by the cloud itself, which come from nobody outside",
            self.by_service,
        );
        count(
            "Rows that tell of writes by agents on the resources, which come from nobody outside",
            self.by_agents,
        );
        count("Writes that were too many to be looked at", beyond);
        count(
            "Writes to clusters whose records were too long to be read",
            self.reader.too_long,
        );
        count(
            "Writes that were too many to be weighed as causes",
            unwritten + beyond_unlisted,
        );
        out.findings.extend(outside::findings(
            &writes,
            &self.known,
            &failures,
            &drifts,
            &counted,
        ));
    }
}
