//! Edges that calls make and break, as CloudTrail tells: a target is registered, a volume detached,
//! a policy attached to a role. They hold from the one call to the other.
//!
//! Which calls these are, and where their ends stand, tells a table ([`table`]). Kept is what it
//! names, of at most 20,000 edges and calls; of refused calls nothing.

mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView, Outcome, Relation, RelationKind};
use serde_json::Value;

use crate::identity::{is_full_id, is_short_id};
use crate::resolve::Directory;
use table::{Call, Effect, Place};

/// Source of the relations.
pub(crate) const SOURCE: &str = "audit";
/// Statements that are kept.
const MAX_STATEMENTS: usize = 20_000;
/// Longest record that is looked into: 1 MiB.
const LONGEST: usize = 1 << 20;
/// How sure a call makes of its edge.
const CONFIDENCE: f64 = 0.95;

/// Dependent, kind and dependency.
type Edge = (String, &'static str, String);

/// Where something was told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    operation: String,
    uri: String,
    line: u64,
    /// Id of the operation that a call of Google began, which may fail later.
    id: String,
}

/// What calls did to edges.
#[derive(Default)]
pub(crate) struct Audited {
    kinds: BTreeMap<&'static str, RelationKind>,
    /// What happened to each edge. The same call may be told in several trails.
    edges: BTreeMap<Edge, BTreeMap<(Timestamp, Effect), Told>>,
    /// Edges by the key that they were made with.
    keys: BTreeMap<String, BTreeSet<Edge>>,
    /// Calls that break what a key stands for.
    broken: BTreeMap<(String, Timestamp), Told>,
    /// Calls after which only these dependencies of a dependent are left.
    sets: BTreeMap<(String, &'static str, Timestamp), (BTreeSet<String>, Told)>,
    /// Operations that failed after they were accepted.
    failed: BTreeSet<String>,
    count: usize,
    overlooked: u64,
}

impl Audited {
    /// Statements that were not kept because there are too many.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Takes note of the calls in a batch.
    pub(crate) fn read(&mut self, rows: &LogsView<'_>) {
        if rows.is_empty_column(Column::Raw) || rows.is_empty_column(Column::Action) {
            return;
        }
        for row in 0..rows.len() {
            let Some(operation) = rows.text(Column::Action, row) else {
                continue;
            };
            let api = rows.text(Column::Service, row).unwrap_or_default();
            let Some(call) = table::call(api, operation) else {
                continue;
            };
            let raw = rows.text(Column::Raw, row).unwrap_or_default();
            if !rows.is_timed(row) || raw.len() > LONGEST {
                continue;
            }
            let Ok(record) = serde_json::from_str::<Value>(raw) else {
                continue;
            };
            let id = record["operation"]["id"].as_str().unwrap_or_default();
            if rows.outcome(row) == Some(Outcome::Failure) {
                if !id.is_empty() && self.has_room() {
                    self.failed.insert(id.to_owned());
                }
                continue;
            }
            let place = Place {
                account: rows.text(Column::Account, row).unwrap_or_default(),
                region: rows.text(Column::Region, row).unwrap_or_default(),
            };
            let told = Told {
                operation: operation.to_owned(),
                uri: rows.text(Column::Uri, row).unwrap_or_default().to_owned(),
                line: u64::from(rows.line(row)),
                id: id.to_owned(),
            };
            self.note(call, &record, &place, rows.time(row), &told);
        }
    }

    fn note(
        &mut self,
        call: &Call,
        record: &Value,
        place: &Place<'_>,
        time: Timestamp,
        told: &Told,
    ) {
        let kind = call.kind.as_str();
        self.kinds.insert(kind, call.kind);
        let key = call.key(record, place);
        let (from, to) = (call.from(record, place), call.to(record, place));
        if let (Effect::Breaks, Some(key)) = (call.effect, &key)
            && self.has_room()
        {
            self.broken.insert((key.clone(), time), told.clone());
        }
        if call.effect == Effect::Sets && !to.is_empty() {
            for from in &from {
                if self.has_room() {
                    let left = to.iter().cloned().collect();
                    let place = (from.clone(), kind, time);
                    self.sets.insert(place, (left, told.clone()));
                }
            }
        }
        let effect = match call.effect {
            Effect::Breaks => Effect::Breaks,
            Effect::Makes | Effect::Sets => Effect::Makes,
        };
        for from in &from {
            for to in &to {
                if !self.has_room() {
                    continue;
                }
                let edge = (from.clone(), kind, to.clone());
                if let (Effect::Makes, Some(key)) = (effect, &key) {
                    self.keys
                        .entry(key.clone())
                        .or_default()
                        .insert(edge.clone());
                }
                let happened = self.edges.entry(edge).or_default();
                happened.insert((time, effect), told.clone());
            }
        }
    }

    fn has_room(&mut self) -> bool {
        let has_room = self.count < MAX_STATEMENTS;
        self.count += usize::from(has_room);
        self.overlooked += u64::from(!has_room);
        has_room
    }

    /// Relations, one for each time that an edge held. Ends are words that the directory knows.
    pub(crate) fn relations(mut self, directory: &Directory) -> Vec<Relation> {
        self.settle();
        let mut relations = Vec::new();
        for ((from, kind, to), happened) in &self.edges {
            // An address or a name of nothing that is known is no resource, nor is what a person
            // is reached at.
            let is_known = |word: &str| {
                is_full_id(word) || is_short_id(word) || directory.only(word).is_some()
            };
            let Some(kind) = self
                .kinds
                .get(kind)
                .filter(|_| is_known(from) && is_known(to))
            else {
                continue;
            };
            let relation = |told: &Told| Relation {
                from: from.clone(),
                to: to.clone(),
                kind: *kind,
                source: SOURCE.to_owned(),
                confidence: CONFIDENCE,
                observations: 1,
                uri: told.uri.clone(),
                line: told.line,
                evidence: format!("`{}` in the audit log", told.operation),
                ..Relation::default()
            };
            relations.extend(intervals(happened, relation));
        }
        relations
    }

    /// Breaks what calls broke by key, and what they left out of a list that they set.
    fn settle(&mut self) {
        for happened in self.edges.values_mut() {
            happened.retain(|_, told| !self.failed.contains(&told.id));
        }
        for ((key, time), told) in &self.broken {
            for edge in self.keys.get(key).into_iter().flatten() {
                let happened = self.edges.entry(edge.clone()).or_default();
                happened.insert((*time, Effect::Breaks), told.clone());
            }
        }
        for ((from, kind, time), (left, told)) in &self.sets {
            let others = self
                .edges
                .iter_mut()
                .filter(|((other, held, to), happened)| {
                    let is_before = happened.keys().any(|(at, _)| at < time);
                    (other, held) == (from, kind) && is_before && !left.contains(to)
                });
            for (_, happened) in others {
                happened.insert((*time, Effect::Breaks), told.clone());
            }
        }
    }
}

/// One relation for each time between a call that made an edge and the one that broke it.
fn intervals(
    happened: &BTreeMap<(Timestamp, Effect), Told>,
    relation: impl Fn(&Told) -> Relation,
) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    let mut open: Option<Relation> = None;
    for ((time, effect), told) in happened {
        match effect {
            Effect::Makes | Effect::Sets => {
                open.get_or_insert_with(|| Relation {
                    valid_from: Some(*time),
                    seen_from: Some(*time),
                    ..relation(told)
                });
            }
            Effect::Breaks => {
                // What was broken first held before, nobody knows since when.
                let is_first = relations.is_empty();
                let held = open.take().or_else(|| is_first.then(|| relation(told)));
                relations.extend(held.map(|held| Relation {
                    valid_to: Some(*time),
                    seen_to: Some(*time),
                    ..held
                }));
            }
        }
    }
    relations.extend(open);
    relations
}
