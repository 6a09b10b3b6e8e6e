//! Analyzer `cost`: how much is logged, by whom, and what that costs at list price.
//!
//! [`ledger`] counts rows and bytes by owner and price and by minute, [`labels`] learns teams and
//! environments from resources, [`prices`] knows what the clouds charge, [`spikes`] finds services
//! that logged much more than before, [`culprits`] the change that came right before, and
//! [`report`] writes the one finding `cost`. Every byte of every row is in exactly one line; what
//! nobody owns is shown as such.

mod culprits;
mod labels;
mod ledger;
mod minutes;
mod prices;
mod report;
mod spikes;
#[cfg(test)]
mod tests;

use std::fmt;

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, LogsView, Resource, Table};
use nepho_core::{Result, Timestamp};

use culprits::Culprits;
use labels::Labels;
use ledger::Ledger;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "cost",
    summary: "Volume and list price of the logs by service, team and environment, and what rose",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(crate::Cost::default())),
});

/// The analyzer. See the module for what it reads and writes.
#[derive(Default)]
pub struct Cost {
    ledger: Ledger,
    labels: Labels,
    culprits: Culprits,
}

impl fmt::Debug for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cost").finish_non_exhaustive()
    }
}

impl Analyzer for Cost {
    fn reads(&self) -> &'static [Table] {
        &[Table::Logs, Table::Resources, Table::Changes]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Findings]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => self.ledger.read(&LogsView::new(rows)?),
            Table::Resources => {
                for resource in Resource::from_batch(rows)? {
                    self.labels.note(&resource);
                    self.culprits.note(&resource);
                }
            }
            Table::Changes => {
                for change in Change::from_batch(rows)? {
                    self.culprits.add(change);
                }
            }
            Table::Relations | Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
    }

    /// Concludes at the end of the input; an earlier watermark changes nothing, since
    /// a later file may still tell of any time and owner.
    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark == Timestamp::MAX {
            out.findings.extend(report::finding(
                &mut self.ledger,
                &self.labels,
                &self.culprits,
            ));
        }
        Ok(())
    }
}
