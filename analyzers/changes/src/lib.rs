//! Finds the writes in audit logs, joins them to the runs of infrastructure tools, and tells those
//! made outside.
//!
//! 1. [`event`] reads a row of CloudTrail, the Activity Log or Cloud Audit Logs: is it a write, of
//!    what, by whom, by what means. An event has a *target*, which it changes, and *references*,
//!    which it only names.
//! 2. [`store`] keeps each write once, in bounded memory.
//! 3. [`runs`] joins writes to the changes of feeds: a tool's write with a known run is `iac`,
//!    without one it is `iac_unregistered`. The feed's change learns who did it, and from its plan
//!    ([`plans`]) what of the resource changed.
//! 4. [`outside`] tells of the rest, [`emit`] makes rows of table `changes` of it, so that it can
//!    be weighed as a cause.
//!
//! Writes by the cloud itself and by agents on the resource are counted, not told. Refused writes
//! change nothing: they are told apart and never become changes.

mod emit;
mod event;
mod known;
mod outside;
mod plans;
mod runs;
#[cfg(test)]
mod scenarios;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, Column, LogsView, Resource, Table};
use nepho_core::{Result, Timestamp};

use known::Known;
use store::Store;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "changes",
    summary: "Who changed what, by infrastructure code and outside of it",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(Changes::default())),
});

/// Changes of feeds held at most.
const CHANGES: usize = 200_000;

/// Analyzer that writes changes seen only in audit logs, and findings `outside_change`.
///
/// It concludes once, when the input has ended: the run that a write belongs to may be told last.
#[derive(Debug, Default)]
pub struct Changes {
    store: Store,
    known: Known,
    changes: BTreeMap<String, Change>,
    by_service: u64,
    by_agents: u64,
}

impl Analyzer for Changes {
    fn reads(&self) -> &'static [Table] {
        &[Table::Logs, Table::Changes, Table::Resources]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Changes, Table::Findings]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => self.read(rows)?,
            Table::Changes => {
                for change in Change::from_batch(rows)? {
                    if self.changes.len() < CHANGES {
                        self.changes.insert(change.id.clone(), change);
                    }
                }
            }
            Table::Resources => Resource::from_batch(rows)?
                .iter()
                .for_each(|row| self.known.add(row)),
            Table::Relations | Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
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
        for row in (0..view.len()).filter(|row| view.is_timed(*row)) {
            let Some(event) = event::read(&view, row) else {
                continue;
            };
            match event.means.class {
                WriteClass::Service => self.by_service += 1,
                WriteClass::Runtime => self.by_agents += 1,
                _ => {
                    let uri = view.text(Column::Uri, row).unwrap_or_default();
                    self.store
                        .add(event, view.time(row), uri, u64::from(view.line(row)));
                }
            }
        }
        Ok(())
    }

    fn conclude(&mut self, out: &mut Output) {
        let store = std::mem::take(&mut self.store);
        let beyond = store.beyond;
        let mut writes = store.into_sorted();
        let planned = plans::tell(&mut self.changes);
        let joined = runs::join(&mut writes, &self.changes, &self.known);
        let ids: BTreeSet<&String> = joined.iter().map(|change| &change.id).collect();
        let others = planned.iter().filter(|id| !ids.contains(id));
        out.changes
            .extend(others.filter_map(|id| self.changes.get(id)).cloned());
        out.changes.extend(joined);
        let (changes, unwritten) = emit::changes(&writes, &self.known);
        out.changes.extend(changes);
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
            "Writes that were too many to be weighed as causes",
            unwritten,
        );
        out.findings
            .extend(outside::findings(&writes, &self.known, &counted));
    }
}
