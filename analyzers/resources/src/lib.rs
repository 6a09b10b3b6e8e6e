//! Analyzer `resources`: which cloud resources there are, and which service runs on which.
//!
//! It reads the resources and relations that infrastructure code declares and the resource ids,
//! hosts and addresses that log rows name, and writes
//!
//! - one consolidated row of table `resources` per resource: all words for it, and its service,
//!   team and environment as far as tags, the parent, log rows or the name tell;
//! - relations `runs_on` from a service to a resource, each with source (`tag`, `parent`, `log`,
//!   `name`), confidence and evidence;
//! - the relations of infrastructure code whose ends were addresses or aliases, with both ends as
//!   canonical ids. Relations whose ends are canonical already are not written a second time;
//! - relations `contains` to the account, project or resource group that documents tell of, from
//!   what lies in nothing nearer.
//!
//! What it keeps of logs is bounded ([`learned`]): at most 40,000 ids, 20,000 services and 40,000
//! pairs of the two. A resource that only logs name is written if it tells something: an owner, a
//! parent, another word for it, an edge, or a write to it. What comes beyond is counted
//! ([`Resources::overlooked`]) and told once as a warning at the end. What it keeps of
//! infrastructure code grows with the distinct versions of resources, not with log rows.

mod accounts;
mod attribute;
mod audited;
mod clusters;
mod config_item;
mod describe;
pub mod graph;
mod identity;
pub mod kinds;
pub mod learned;
mod lived;
pub mod map;
mod merge;
mod names;
mod observed;
mod parts;
mod projects;
mod resolve;
pub mod rules;
mod seen;
#[cfg(test)]
mod tests;
mod touched;

use std::collections::{HashMap, HashSet};
use std::fmt;

use arrow_array::RecordBatch;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, LogsView, Relation, Resource, Table};
use nepho_core::{Result, Timestamp};

use audited::Audited;
use config_item::ConfigItems;
use graph::ResourceGraph;
use learned::Learned;
use lived::Lives;
use observed::Observed;
use resolve::Directory;
use rules::Rules;
use seen::Seen;
use touched::Touched;

nepho_core::register!(Component {
    kind: Kind::Analyzer,
    name: "resources",
    summary: "Cloud resources from infrastructure code and logs, and the services that run on them",
    permissions: &[],
    make: Make::Analyzer(|| Box::new(crate::Resources::default())),
});

/// The analyzer. See the module for what it reads and writes.
#[derive(Default)]
pub struct Resources {
    declared: Vec<Resource>,
    /// By key: the last row of it.
    last_rows: HashMap<u64, u64>,
    relations: Vec<Relation>,
    learned: Learned,
    config: ConfigItems,
    audited: Audited,
    observed: Observed,
    lives: Lives,
    touched: Touched,
    /// What tags tell that calls gave resources.
    tagged: Vec<Resource>,
    /// What the parts overlooked that were let go of.
    overlooked_before: u64,
    graph: ResourceGraph,
    rules: Rules,
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resources").finish_non_exhaustive()
    }
}

impl Resources {
    /// The analyzer, with rules that say whose resources are. They win over what it finds out.
    pub fn with_rules(rules: Rules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Ids, services and pairs of log rows that were not kept because a limit was reached.
    pub fn overlooked(&self) -> u64 {
        let held = self.learned.overlooked() + self.observed.overlooked() + self.lives.overlooked();
        let told = self.config.overlooked() + self.audited.overlooked();
        told + held + self.touched.overlooked() + self.overlooked_before
    }

    /// The resources and edges as a graph, once the input has ended.
    pub fn graph(&self) -> &ResourceGraph {
        &self.graph
    }

    /// When what logs name was first named.
    fn seen(&self) -> Seen {
        let mut seen = Seen::default();
        self.learned.tell_seen(&mut seen);
        self.touched.tell_seen(&mut seen);
        seen
    }

    /// All rows that were told, and how many of them, the first, are of documents.
    fn told(&mut self) -> (Vec<Resource>, usize) {
        let mut rows = std::mem::take(&mut self.declared);
        self.last_rows.clear();
        let declared = rows.len();
        let known = self.known_words(&rows);
        let is_known = |id: &str| known.contains(&config_item::number(id));
        rows.extend(self.learned.resources(is_known));
        rows.extend(self.config.resources());
        rows.extend(self.touched.resources());
        let tagged = std::mem::take(&mut self.tagged);
        rows.extend(touched::tagged(tagged, &rows));
        projects::settle(&mut rows);
        parts::settle(&mut rows, declared);
        (rows, declared)
    }

    /// Numbers of the words that documents have for resources.
    fn known_words(&self, declared: &[Resource]) -> HashSet<u64> {
        let words = declared
            .iter()
            .flat_map(|row| row.aliases.iter().chain([&row.key]));
        let ends = self.relations.iter().flat_map(|row| [&row.from, &row.to]);
        words
            .chain(ends)
            .map(|word| config_item::number(word))
            .collect()
    }

    /// Keeps a row unless it says the same as the one before of its key, as when a state is read in
    /// many versions.
    fn declare(&mut self, row: Resource) {
        let (key, says) = identity::fingerprints(&row);
        if self.last_rows.insert(key, says) != Some(says) {
            self.declared.push(row);
        }
    }
}

/// Canonical ids at the ends of relations.
fn ends<'a>(relations: impl Iterator<Item = &'a Relation>) -> HashSet<&'a str> {
    let ends = relations.flat_map(|relation| [&relation.from, &relation.to]);
    ends.map(String::as_str).collect()
}

/// Whether a resource is declared, or tells more than that some log row named it.
fn tells_something(row: &Resource, ends: &HashSet<&str>) -> bool {
    let has_other_name = row.aliases.iter().any(|alias| *alias != row.key);
    let has_owner = row.service.is_some() || row.team.is_some() || row.parent.is_some();
    let is_end_point = identity::is_public_host(&row.key);
    row.tool.is_some() || has_owner || has_other_name || is_end_point || ends.contains(&*row.key)
}

impl Analyzer for Resources {
    fn reads(&self) -> &'static [Table] {
        &[
            Table::Logs,
            Table::Resources,
            Table::Relations,
            Table::Changes,
        ]
    }

    fn writes(&self) -> &'static [Table] {
        &[Table::Resources, Table::Relations]
    }

    /// Changes tell when resources began and ended.
    fn waits_for(&self) -> &'static [&'static str] {
        &["changes"]
    }

    /// Items of AWS Config, which know more words for a resource than others do.
    fn early_resources(&mut self) -> Vec<Resource> {
        self.config.resources()
    }

    fn update(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        match table {
            Table::Logs => {
                let rows = LogsView::new(rows)?;
                self.learned.read(&rows);
                self.config.read(&rows);
                self.audited.read(&rows);
                self.observed.read(&rows);
            }
            Table::Resources => {
                for row in Resource::from_batch(rows)? {
                    match touched::is_tagged(&row) {
                        true => self.tagged.push(row),
                        false => self.declare(row),
                    }
                }
            }
            Table::Relations => self.relations.extend(Relation::from_batch(rows)?),
            Table::Changes => {
                let changes = Change::from_batch(rows)?;
                for change in &changes {
                    self.lives.read(change);
                    self.touched.read(change);
                }
            }
            Table::Findings | Table::Rejects | Table::Runs => {}
        }
        Ok(())
    }

    /// Concludes at the end of the input; an earlier watermark changes nothing, since
    /// a later file may still tell of any resource.
    fn advance(&mut self, watermark: Timestamp, out: &mut Output) -> Result<()> {
        if watermark != Timestamp::MAX {
            return Ok(());
        }
        if self.overlooked() > 0 {
            tracing::warn!(
                overlooked = self.overlooked(),
                "log rows name more resources than are kept"
            );
        }
        let (mut rows, declared) = self.told();
        let seen = self.seen();
        self.learned.forget_mentions();
        let clusters = clusters::settle(&mut rows, declared, &self.relations);
        let mut merged = merge::merge(rows);
        seen.tell(&mut merged);
        drop(seen);
        clusters::name(merged.iter_mut().map(|one| &mut *one.row), &clusters);
        let directory = Directory::new(&merged);
        directory.resolve_parents(&mut merged);
        let relations = std::mem::take(&mut self.relations);
        let mut resolved = directory.resolve_relations(&merged, &relations);
        let mut own = self.config.relations(&directory);
        // Each part is let go of once it told what it knows.
        let audited = std::mem::take(&mut self.audited);
        self.overlooked_before += audited.overlooked();
        let declared = relations.iter().chain(&resolved);
        own.extend(audited.relations(&directory, &merged, declared));
        let observed = std::mem::take(&mut self.observed);
        self.overlooked_before += observed.overlooked();
        let lives = std::mem::take(&mut self.lives);
        self.overlooked_before += lives.overlooked();
        let lived = lives.settled(&merged, &directory);
        own.extend(observed.relations(&merged, &directory, &lived));
        lived.tell(&mut merged);
        drop((observed, lived));
        resolved.extend(directory.resolve_relations(&merged, &own));
        own.retain(|relation| directory.is_settled(&merged, relation));
        resolved.append(&mut own);
        let contained = accounts::contained(&merged, relations.iter().chain(&resolved));
        resolved.extend(contained);
        self.graph = ResourceGraph::new(
            merged.iter().map(|one| &*one.row),
            relations.iter().chain(&resolved),
        );
        let remembered = attribute::remembered(&relations);
        drop(relations);
        out.relations.extend(resolved);
        let mut owned = attribute::attribute(
            &mut merged,
            &self.graph,
            &directory,
            &self.learned,
            &remembered,
        );
        drop(directory);
        self.overlooked_before += std::mem::take(&mut self.learned).overlooked();
        let touched = std::mem::take(&mut self.touched);
        self.overlooked_before += touched.overlooked();
        let has_rules = !self.rules.is_empty();
        let ends_now = ends(out.relations.iter().chain(&owned));
        let tells_now = |row: &Resource| tells_something(row, &ends_now) || touched.has(row);
        // Rules may tell something of any of them.
        merged.retain(|one| has_rules || tells_now(&one.row));
        let mut rows: Vec<Resource> = merged.into_iter().map(|one| *one.row).collect();
        self.rules.overrule(&mut rows, &mut owned);
        out.relations.append(&mut owned);
        let ends = ends(out.relations.iter());
        rows.retain(|row| tells_something(row, &ends) || touched.has(row));
        out.resources.append(&mut rows);
        Ok(())
    }
}
