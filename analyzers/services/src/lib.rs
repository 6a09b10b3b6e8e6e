//! Analyzer `services`: who calls whom.
//!
//! Evidence comes from five sources, each in its own module: traces ([`traces`]), access logs of
//! load balancers and proxies ([`access`]), flow logs ([`flows`]), peers that services name in
//! messages and in column `peer` ([`peers`], [`messages`]), and references of infrastructure code
//! ([`iac`]). While rows are read, observations are collected in bounded memory; at the end, when
//! all services and resources are known, [`directory`] says what each word and address stands for,
//! and [`conclude`] makes calls of them.
//!
//! Written are relations `calls` (to a service; to a resource where the callee is a database, queue
//! or the like without logs of its own), one for each call and source, and the finding
//! `service_map`. Rows of audit and flow logs and rows without a service are no services of the
//! map.

mod access;
mod conclude;
mod directory;
mod domains;
mod edges;
mod flows;
mod hosts;
mod iac;
mod kinds;
mod map;
mod messages;
mod nodes;
mod peers;
mod sighting;
mod tally;
#[cfg(test)]
mod tests;
mod told;
mod traces;

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::role::Role;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsView, Relation, Resource, Table};
use nepho_core::words::Words;
use nepho_core::{Result, Timestamp};

use access::Access;
use directory::Directory;
use flows::Flows;
use nodes::Nodes;
use peers::Peers;
use sighting::Files;
use told::Told;
use traces::Traces;

/// Pairs of provider and account that are told apart, and formats.
const MAX_SCOPES: usize = 4096;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "services",
    summary: "Who calls whom, from traces, access and flow logs, messages and infrastructure code",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(crate::Services::default())),
});

/// The analyzer. See the module for what it reads and writes.
#[derive(Default)]
pub struct Services {
    nodes: Nodes,
    /// Provider and account, with a line end between them.
    scopes: Words,
    formats: Words,
    /// What was worked out before, by a hash of the key.
    known: HashMap<u64, Common>,
    files: Files,
    traces: Traces,
    access: Access,
    flows: Flows,
    peers: Peers,
    told: Told,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}

/// Service, format, provider and account of a row.
type Key<'a> = (
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
);

/// What rows with the same [`Key`] have in common, as numbers.
#[derive(Clone, Copy)]
struct Common {
    role: Role,
    service: Option<u32>,
    format: u32,
    scope: u32,
}

/// Neighboring rows with the same [`Key`].
struct Run<'a> {
    key: Key<'a>,
    common: Common,
    rows: u64,
}

/// Columns that some row of a batch has.
struct Filled {
    traces: bool,
    clients: bool,
    peers: bool,
}

impl Services {
    fn read(&mut self, rows: &LogsView<'_>) {
        let filled = Filled {
            traces: !rows.is_empty_column(Column::TraceId),
            clients: !rows.is_empty_column(Column::SourceIp),
            peers: !rows.is_empty_column(Column::Peer),
        };
        let mut run: Option<Run<'_>> = None;
        for row in 0..rows.len() {
            let key = (
                rows.text(Column::Service, row),
                rows.text(Column::Format, row),
                rows.text(Column::Provider, row),
                rows.text(Column::Account, row),
            );
            if run.as_ref().is_some_and(|run| run.key != key) {
                self.close(run.take());
            }
            let current = run.get_or_insert_with(|| self.open(key));
            current.rows += 1;
            let common = current.common;
            match (common.role, common.service) {
                (Role::Flow, _) => self.flows.note(rows, row, common.scope, &mut self.files),
                (role, Some(service)) => {
                    let place = (service, common.scope, role);
                    self.read_row(rows, row, place, common.format, &filled);
                }
                _ => {}
            }
        }
        self.close(run);
    }

    /// What rows of this service, format, provider and account have in common, worked out once.
    fn open<'a>(&mut self, key: Key<'a>) -> Run<'a> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(common) = self.known.get(&hash) {
            return Run {
                key,
                common: *common,
                rows: 0,
            };
        }
        let (service, format, provider, account) = key;
        let role = Role::of(format, service);
        let named = service.filter(|name| role.names_a_service() && !name.trim().is_empty());
        let scope = format!(
            "{}\n{}",
            provider.unwrap_or_default(),
            account.unwrap_or_default()
        );
        let common = Common {
            role,
            service: named.and_then(|name| self.nodes.number(name)),
            format: self
                .formats
                .number(format.unwrap_or_default(), MAX_SCOPES)
                .unwrap_or(0),
            scope: self.scopes.number(&scope, MAX_SCOPES).unwrap_or(0),
        };
        if self.known.len() >= nodes::MAX_SERVICES {
            self.known.clear();
        }
        self.known.insert(hash, common);
        Run {
            key,
            common,
            rows: 0,
        }
    }

    fn close(&mut self, run: Option<Run<'_>>) {
        let Some(run) = run else { return };
        let (service, _, provider, _) = run.key;
        match (run.common.service, provider) {
            (Some(service), Some(provider)) => {
                self.nodes.count_provider(service, provider, run.rows)
            }
            (None, _) if service.is_some() && run.common.role.names_a_service() => {
                self.nodes.overlooked += run.rows
            }
            _ => {}
        }
    }

    #[inline]
    fn read_row(
        &mut self,
        rows: &LogsView<'_>,
        row: usize,
        place: (u32, u32, Role),
        format: u32,
        filled: &Filled,
    ) {
        let (service, scope, role) = place;
        let is_failure = rows.tells_failure(row);
        self.nodes.count(service, rows.time(row), is_failure);
        if filled.traces {
            self.traces
                .note(rows, row, (service, format), is_failure, &mut self.files);
        }
        if filled.clients {
            self.access
                .note_client(rows, row, place, is_failure, &mut self.files);
        }
        if filled.peers {
            self.peers
                .note_column(rows, row, place, is_failure, &mut self.files);
            if role == Role::Access {
                self.access
                    .note_target(rows, row, service, scope, &mut self.files);
            }
        }
        // The body of an access row is its request, whose URL is the writer's own.
        let may_complain = is_failure
            || rows
                .severity(row)
                .is_some_and(|severity| severity >= Severity::WARN);
        if may_complain && role == Role::Workload {
            self.peers
                .note_message(rows, row, (service, scope), is_failure, &mut self.files);
        }
    }

    /// Observations that were forgotten because a limit was reached.
    fn forgotten(&self) -> u64 {
        self.access.forgotten()
            + self.flows.0.forgotten()
            + self.peers.forgotten()
            + self.nodes.overlooked
    }
}

impl Analyzer for Services {
    fn reads(&self) -> &'static [Table] {
        &[Table::Logs, Table::Resources, Table::Relations]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Relations, Table::Findings]
    }

    fn waits_for(&self) -> &'static [&'static str] {
        &["resources"]
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => self.read(&LogsView::new(rows)?),
            Table::Resources => {
                for row in Resource::from_batch(rows)? {
                    self.told.resource(row);
                }
            }
            Table::Relations => {
                for row in Relation::from_batch(rows)? {
                    self.told.relation(row);
                }
            }
            Table::Changes | Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
    }

    /// Concludes at the end of the input; an earlier watermark changes nothing, since
    /// a later file may still tell who a peer is.
    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark != Timestamp::MAX {
            return Ok(());
        }
        let names = self.nodes.names.clone();
        let mut directory = Directory::new(names, &self.told);
        self.told.versions = Vec::new();
        let (edges, overlooked) = conclude::edges(self, &mut directory);
        map::write(self, &directory, &edges, overlooked, out);
        Ok(())
    }
}
