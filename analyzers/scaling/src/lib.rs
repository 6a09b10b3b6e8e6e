//! Analyzer `scaling`: what changed its size, whether that helped, and what should have.
//!
//! 1. [`told`] finds the few rows that tell of scaling (EC2 Auto Scaling, ECS, Azure autoscale,
//!    managed instance groups, GKE, Cloud Run, Kubernetes) and reads group, sizes, limits, reason
//!    and ending from them.
//! 2. [`groups`] collects that per group; [`health`] counts rows, failures and slow requests per
//!    service and minute, and CPU readings.
//! 3. At the end [`timeline`] joins replies to one decision, [`owners`] says which service runs on
//!    a group, [`symptoms`] judges, and [`report`] writes one finding `scaling` per group, or per
//!    service without one.
//!
//! Services that fare well and have no group give no finding. All state is bounded; what is not
//! kept is counted and told.

mod groups;
mod health;
mod owners;
mod report;
mod symptoms;
#[cfg(test)]
mod tests;
mod timeline;
mod told;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::role::Role;
use nepho_core::tables::{Column, LogsView, Resource, Table};
use nepho_core::{Result, Timestamp};

use groups::Groups;
use health::Health;
use health::cpu::Cpu;
use owners::Owners;
use told::Source;

/// Pairs of service and format of which it is remembered what they are.
const MAX_KNOWN: usize = 50_000;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "scaling",
    summary: "What changed its size, whether that helped, and what is short of capacity",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(crate::Scaling::default())),
});

/// The analyzer. See the module for what it reads and writes.
#[derive(Default)]
pub struct Scaling {
    groups: Groups,
    health: Health,
    cpu: Cpu,
    owners: Owners,
    /// What was worked out before, by a hash of service and format.
    known: HashMap<u64, Common>,
}

impl fmt::Debug for Scaling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scaling").finish_non_exhaustive()
    }
}

/// What rows of one service and format have in common.
#[derive(Clone, Copy)]
struct Common {
    source: Source,
    /// Number of the service, and of the format among those that tell of it, if it speaks for
    /// itself.
    service: Option<(u32, usize)>,
    is_beyond: bool,
}

/// Neighboring rows of one service, format and provider.
struct Run<'a> {
    key: (Option<&'a str>, Option<&'a str>),
    provider: Option<&'a str>,
    common: Common,
    rows: u64,
}

impl Scaling {
    fn read(&mut self, rows: &LogsView<'_>) {
        let has_metrics = !rows.is_empty_column(Column::Metric);
        let mut run: Option<Run<'_>> = None;
        for row in 0..rows.len() {
            let key = (
                rows.text(Column::Service, row),
                rows.text(Column::Format, row),
            );
            let provider = rows.text(Column::Provider, row);
            if run
                .as_ref()
                .is_some_and(|run| run.key != key || run.provider != provider)
            {
                self.close(run.take());
            }
            let current = match &mut run {
                Some(run) => run,
                None => run.insert(Run {
                    key,
                    provider,
                    common: self.open(key),
                    rows: 0,
                }),
            };
            let common = current.common;
            let time = rows.time(row);
            if let Some(time) = time.filter(|_| common.source.may_tell(rows, row)) {
                for told in common.source.tell(rows, row) {
                    self.groups.note(rows, (row, time), told);
                }
            }
            if has_metrics && rows.text(Column::Metric, row).is_some() {
                let service = key.0.filter(|_| common.service.is_some());
                self.cpu.note(rows, row, service);
                continue;
            }
            current.rows += 1;
            if let Some(service) = common.service {
                self.health.note(service, rows, row);
            }
        }
        self.close(run);
    }

    /// Adds the limits that documents tell to groups of which no row tells them.
    fn add_limits(&mut self) {
        for group in &mut self.groups.groups {
            let (minimum, maximum) = group.last_limits();
            let told = match maximum {
                None => self.owners.limits(group),
                Some(_) => None,
            };
            if let Some(told) = told {
                let limits = (minimum.or(told.0), told.1);
                group.limits.insert(Timestamp(i64::MIN), limits);
            }
        }
    }

    /// What rows of this service and format have in common, worked out once.
    fn open(&mut self, key: (Option<&str>, Option<&str>)) -> Common {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(common) = self.known.get(&hash) {
            return *common;
        }
        let (service, format) = key;
        let speaks = Role::of(format, service).names_a_service();
        let name = service.filter(|name| speaks && !name.trim().is_empty());
        let number = name.and_then(|name| self.health.number(name));
        let source = format.unwrap_or_default();
        let number = number.map(|number| (number, self.health.source(number, source)));
        let common = Common {
            source: Source::of(format, service),
            service: number,
            is_beyond: name.is_some() && number.is_none(),
        };
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(hash, common);
        common
    }

    fn close(&mut self, run: Option<Run<'_>>) {
        let Some(run) = run else { return };
        if let Some((service, _)) = run.common.service {
            self.health.count_provider(service, run.provider, run.rows);
        }
        if run.common.is_beyond {
            self.health.overlooked += run.rows;
        }
    }
}

impl Analyzer for Scaling {
    fn reads(&self) -> &'static [Table] {
        &[Table::Logs, Table::Resources]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Findings]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => self.read(&LogsView::new(rows)?),
            Table::Resources => {
                for resource in Resource::from_batch(rows)? {
                    self.owners.note(&resource);
                }
            }
            Table::Changes | Table::Relations | Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
    }

    /// Concludes at the end of the input; an earlier watermark changes nothing, since
    /// a later file may still tell of any group.
    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark == Timestamp::MAX {
            self.health.settle();
            self.add_limits();
            out.findings.extend(report::findings(self));
        }
        Ok(())
    }
}
