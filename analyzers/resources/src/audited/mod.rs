//! Edges that calls make and break, as CloudTrail, the Activity Log and Cloud Audit Logs tell: a
//! target is registered, a volume detached, a role given to somebody. They hold from the one call
//! to the other.
//!
//! Which calls these are, and where their ends stand, tells a table ([`table`]). Kept is what it
//! names, at most 20,000 statements ([`limit`]), and beyond them 50,000 breaks of what documents
//! may declare ([`departed`]); of refused calls nothing.
//!
//! Two roles that one identity has on one resource, or two rules between two groups, are one edge,
//! which lasts until the last of them is taken away. What infrastructure code declares counts here
//! as well ([`declared`]).

mod declared;
mod departed;
mod devices;
mod limit;
mod paths;
mod record;
mod settle;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::tables::{Column, LogsView, Outcome, Relation, RelationKind};
use serde_json::Value;

use crate::identity::{is_full_id, is_short_id};
use crate::merge::Merged;
use crate::resolve::Directory;
use declared::Declared;
use departed::Departed;
use record::{Place, Record};
use table::{Call, Effect, Named};

/// Source of the relations.
pub(crate) const SOURCE: &str = "audit";
/// Longest record that is looked into: 1 MiB.
const LONGEST: usize = 1 << 20;
/// How sure a call makes of its edge.
const CONFIDENCE: f64 = 0.95;

/// Dependent, kind and dependency.
type Edge = (String, &'static str, String);

/// What happened to an edge, in order: when, what, and to which of the several things that make it.
type Happened = BTreeMap<(Timestamp, Effect, String), Told>;

/// Where something was told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    operation: String,
    uri: String,
    line: u64,
    /// Id of the operation that a call began, which may fail later.
    id: String,
}

/// A call after which only these edges are left at one end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Set {
    at: Timestamp,
    effect: Effect,
    kind: &'static str,
    end: String,
    /// Whether it decides of each of several edges between the same two.
    tells_apart: bool,
    /// The other ends, and what makes the edges to them.
    left: BTreeSet<(String, String)>,
    /// Types of other ends that it decides of although it names none of them.
    about: &'static str,
}

/// A call that breaks what a key stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Broken {
    at: Timestamp,
    key: String,
    kind: &'static str,
    /// The dependent, and the name of a device by which it knows the dependency, where the call
    /// tells them.
    from: Vec<String>,
    device: Option<String>,
    /// The dependency, where the call tells it.
    to: Vec<String>,
    /// What the edges to it are known by from then on, where the call replaced what it broke.
    next: Option<String>,
}

/// What calls did to edges.
#[derive(Default)]
pub(crate) struct Audited {
    kinds: BTreeMap<&'static str, RelationKind>,
    /// What happened to each edge. The same call may be told in several trails.
    edges: BTreeMap<Edge, Happened>,
    /// Edges by the key that they were made with, which of the things that make them, and when
    /// it did last.
    keys: BTreeMap<String, BTreeMap<(Edge, String), Timestamp>>,
    broken: BTreeMap<Broken, Told>,
    sets: BTreeMap<Set, Told>,
    /// Operations that failed after they were accepted, and when.
    failed: BTreeMap<String, Timestamp>,
    departed: Departed,
    /// Statements in these, each once, however often it was told.
    count: usize,
    overlooked: u64,
}

impl Audited {
    /// Statements that were let go of because there are too many, and calls whose records are too
    /// long to be read.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked + self.departed.overlooked
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
            let calls = table::calls(api, operation);
            let raw = rows.text(Column::Raw, row).unwrap_or_default();
            let Some(time) = rows.time(row).filter(|_| !calls.is_empty()) else {
                continue;
            };
            if raw.len() > LONGEST {
                self.overlooked += 1;
                continue;
            }
            let Ok(json) = serde_json::from_str::<Value>(raw) else {
                continue;
            };
            let target = rows.resources(row).next().unwrap_or_default();
            let id = operation_id(&json, target);
            if rows.outcome(row) == Some(Outcome::Failure) {
                if !id.is_empty() {
                    self.note_failed(id, time);
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
                id,
            };
            let record = Record::new(&json, target, place);
            for call in calls {
                self.note(call, call.named(&record), time, &told);
            }
        }
    }

    fn note(&mut self, call: &Call, named: Vec<Named>, time: Timestamp, told: &Told) {
        let kind = call.kind.as_str();
        self.kinds.insert(kind, call.kind);
        if !matches!(
            call.effect,
            Effect::Breaks | Effect::Makes | Effect::Replaces
        ) {
            self.note_set(call, &named, time, told);
        }
        let effect = match call.effect {
            Effect::Breaks | Effect::Clears => Effect::Breaks,
            _ => Effect::Makes,
        };
        for one in named {
            if let (Effect::Breaks | Effect::Replaces, Some(key)) = (call.effect, &one.key) {
                self.make_room();
                let broken = Broken {
                    at: time,
                    key: key.clone(),
                    kind,
                    from: one.device.iter().flat_map(|_| one.from.clone()).collect(),
                    device: one.device.clone(),
                    to: one.to.clone(),
                    next: one.next.clone(),
                };
                let known = self.broken.insert(broken, told.clone());
                self.count += usize::from(known.is_none());
            }
            for from in &one.from {
                for to in &one.to {
                    let edge = (from.clone(), kind, to.clone());
                    let key = one.key.as_ref().filter(|_| effect == Effect::Makes);
                    self.note_edge(edge, (time, effect, one.by.clone()), key, told);
                }
            }
        }
    }

    /// Takes note of what happened to an edge, and what it is known by.
    fn note_edge(
        &mut self,
        edge: Edge,
        happened: (Timestamp, Effect, String),
        key: Option<&String>,
        told: &Told,
    ) {
        self.make_room();
        let (time, _, by) = &happened;
        if let Some(key) = key {
            let edges = self.keys.entry(key.clone()).or_default();
            let known = edges.insert((edge.clone(), by.clone()), *time);
            if let Some(made) = known {
                edges.insert((edge.clone(), by.clone()), made.max(*time));
            }
            self.count += usize::from(known.is_none());
        }
        let known = self
            .edges
            .entry(edge)
            .or_default()
            .insert(happened, told.clone());
        self.count += usize::from(known.is_none());
    }

    /// Takes note of an operation that failed after it was accepted.
    fn note_failed(&mut self, id: String, time: Timestamp) {
        self.make_room();
        let known = self.failed.insert(id.clone(), time);
        if let Some(at) = known {
            self.failed.insert(id, at.max(time));
        }
        self.count += usize::from(known.is_none());
    }

    /// Takes note of what a call leaves at one end.
    fn note_set(&mut self, call: &Call, named: &[Named], time: Timestamp, told: &Told) {
        let is_all = call.effect == Effect::Clears;
        let is_grant = is_grant(call.effect);
        let mut left: BTreeMap<&str, BTreeSet<(String, String)>> = BTreeMap::new();
        for one in named {
            let (ends, others) = match is_grant {
                true => (&one.to, &one.from),
                false => (&one.from, &one.to),
            };
            let is_told = is_all || one.is_whole || !others.is_empty();
            for end in ends.iter().filter(|_| is_told) {
                let others = others.iter().map(|other| (other.clone(), one.by.clone()));
                left.entry(end).or_default().extend(others);
            }
        }
        for (end, left) in left {
            self.make_room();
            let set = Set {
                at: time,
                effect: call.effect,
                kind: call.kind.as_str(),
                end: end.to_owned(),
                tells_apart: call.tells_apart(),
                left,
                about: call.about,
            };
            let known = self.sets.insert(set, told.clone());
            self.count += usize::from(known.is_none());
        }
    }

    /// Relations, one for each time that an edge held. Ends are words that the directory knows.
    ///
    /// `declared` are those of infrastructure code, with canonical ends.
    pub(crate) fn relations<'a>(
        mut self,
        directory: &'a Directory,
        merged: &'a [Merged],
        declared: impl Iterator<Item = &'a Relation>,
    ) -> Vec<Relation> {
        let is_empty = self.edges.is_empty() && self.broken.is_empty() && self.sets.is_empty();
        if is_empty && self.departed.is_empty() {
            return Vec::new();
        }
        self.recall_calls();
        let is_whole = |set: &&Set| !is_grant(set.effect) || set.effect == Effect::Moves;
        let ends = self.sets.keys().filter(is_whole);
        let broken = self.broken.keys().flat_map(|call| &call.from);
        let ends = ends
            .map(|set| &set.end)
            .chain(broken)
            .chain(self.departed_ends());
        let ends = ends.cloned().collect();
        let declared = Declared::new(directory, merged, declared, &ends);
        self.recall_breaks(&declared);
        self.settle(Timestamp::MAX, Some(&declared));
        let mut relations = Vec::new();
        for ((from, kind, to), happened) in &self.edges {
            // An address or a name of nothing that is known is no resource, nor is what a person
            // is reached at.
            let is_permit = *kind == RelationKind::PermitsIam.as_str();
            let is_known = |word: &str| {
                let is_identity = is_permit && is_identity(word);
                let is_own = is_full_id(word) || is_short_id(word) || is_identity;
                let is_one = !word.contains(['*', '?']);
                is_own && is_one || directory.only(word).is_some()
            };
            let Some(kind) = self
                .kinds
                .get(kind)
                .filter(|_| is_known(from) && is_known(to))
            else {
                continue;
            };
            let relation = |told: &Told, by: &str| Relation {
                from: from.clone(),
                to: to.clone(),
                kind: *kind,
                source: SOURCE.to_owned(),
                confidence: CONFIDENCE,
                observations: 1,
                uri: told.uri.clone(),
                line: told.line,
                evidence: evidence(told, by),
                ..Relation::default()
            };
            let has_other =
                |by: &str| is_permit && !by.is_empty() && declared.has_other(from, to, by);
            relations.extend(intervals(happened, has_other, relation));
        }
        relations
    }
}

/// Whether a call decides who is at the other end of a dependency.
fn is_grant(effect: Effect) -> bool {
    matches!(effect, Effect::Grants | Effect::Moves | Effect::Clears)
}

/// Id of the operation that a record is of, as far as it has several records.
fn operation_id(json: &Value, target: &str) -> String {
    let google = json["operation"]["id"].as_str().map(str::to_owned);
    let names = [
        "operationId",
        "operation_id",
        "OperationId",
        "correlationId",
        "correlation_id",
        "CorrelationId",
    ];
    // Calls of one run of a tool have one correlation id in Azure.
    let azure = || {
        let id = names.iter().find_map(|name| json[name].as_str())?;
        Some(format!("{id} {}", target.to_ascii_lowercase()))
    };
    google.or_else(azure).unwrap_or_default()
}

/// Whether a word is the id of an identity of Azure: eight, four, four, four and twelve digits.
fn is_identity(word: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && word.split('-').all(is_hex)
}

fn evidence(told: &Told, by: &str) -> String {
    let role = by.split('\n').next().unwrap_or_default();
    match role.contains("roles/") {
        true => format!("`{}` in the audit log: {role}", told.operation),
        false => format!("`{}` in the audit log", told.operation),
    }
}

/// One relation for each time in which at least one of the things that make an edge was there.
fn intervals(
    happened: &Happened,
    has_other: impl Fn(&str) -> bool,
    relation: impl Fn(&Told, &str) -> Relation,
) -> Vec<Relation> {
    let mut relations: Vec<Relation> = Vec::new();
    // What was broken first held before, nobody knows since when.
    let mut held: BTreeSet<&str> = BTreeSet::new();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut open: Option<Relation> = None;
    for ((_, effect, by), told) in happened {
        if met.insert(by) && *effect == Effect::Breaks {
            held.insert(by);
            open.get_or_insert_with(|| relation(told, by));
        }
    }
    for ((time, effect, by), told) in happened {
        match effect {
            Effect::Breaks => {
                held.remove(by.as_str());
                // A call that replaces something may have named the same again.
                let makes = (*time, Effect::Makes, String::new());
                let next = happened.range(makes..).next();
                let is_again = next.is_some_and(|((at, _, _), _)| at == time);
                let is_last = held.is_empty() && !is_again && !has_other(by);
                relations.extend(open.take_if(|_| is_last).map(|held| Relation {
                    valid_to: Some(*time),
                    seen_to: Some(*time),
                    ..held
                }));
            }
            _ => {
                held.insert(by);
                open.get_or_insert_with(|| Relation {
                    valid_from: Some(*time),
                    seen_from: Some(*time),
                    ..relation(told, by)
                });
            }
        }
    }
    relations.extend(open);
    relations
}
