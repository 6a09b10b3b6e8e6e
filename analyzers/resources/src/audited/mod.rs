//! Edges that calls make and break, as CloudTrail, the Activity Log and Cloud Audit Logs tell: a
//! target is registered, a volume detached, a role given to somebody. They hold from the one call
//! to the other.
//!
//! Which calls these are, and where their ends stand, tells a table ([`table`]). Kept is what it
//! names, of at most 20,000 edges and calls; of refused calls nothing.
//!
//! Two roles that one identity has on one resource, or two rules between two groups, are one edge,
//! which lasts until the last of them is taken away. What infrastructure code declares counts here
//! as well ([`declared`]).

mod declared;
mod record;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::tables::{Column, LogsView, Outcome, Relation, RelationKind};
use nepho_core::{Timestamp, key};
use serde_json::Value;

use crate::describe;
use crate::identity::{is_full_id, is_short_id};
use crate::merge::Merged;
use crate::resolve::Directory;
use declared::Declared;
use record::{Place, Record};
use table::{Call, Effect, Named};

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
struct Set {
    effect: Effect,
    kind: &'static str,
    end: String,
    at: Timestamp,
    /// The other ends, and what makes the edges to them.
    left: BTreeSet<(String, String)>,
    told: Told,
}

/// A call that breaks what a key stands for.
struct Broken {
    key: String,
    kind: &'static str,
    /// The dependency, where the call tells it.
    to: Vec<String>,
    /// What the edges to it are known by from then on, where the call replaced what it broke.
    next: Option<String>,
    at: Timestamp,
    told: Told,
}

/// What calls did to edges.
#[derive(Default)]
pub(crate) struct Audited {
    kinds: BTreeMap<&'static str, RelationKind>,
    /// What happened to each edge. The same call may be told in several trails.
    edges: BTreeMap<Edge, Happened>,
    /// Edges by the key that they were made with, and which of the things that make them.
    keys: BTreeMap<String, BTreeSet<(Edge, String)>>,
    broken: Vec<Broken>,
    sets: Vec<Set>,
    /// Operations that failed after they were accepted, and when.
    failed: BTreeMap<String, Timestamp>,
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
            let calls = table::calls(api, operation);
            let raw = rows.text(Column::Raw, row).unwrap_or_default();
            if calls.is_empty() || !rows.is_timed(row) || raw.len() > LONGEST {
                continue;
            }
            let Ok(json) = serde_json::from_str::<Value>(raw) else {
                continue;
            };
            let target = rows.resources(row).next().unwrap_or_default();
            let (id, time) = (operation_id(&json, target), rows.time(row));
            if rows.outcome(row) == Some(Outcome::Failure) {
                if !id.is_empty() && self.has_room() {
                    let at = self.failed.entry(id).or_insert(time);
                    *at = time.max(*at);
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
            if let (Effect::Breaks | Effect::Replaces, Some(key)) = (call.effect, &one.key)
                && self.has_room()
            {
                self.broken.push(Broken {
                    key: key.clone(),
                    kind,
                    to: one.to.clone(),
                    next: one.next.clone(),
                    at: time,
                    told: told.clone(),
                });
            }
            for from in &one.from {
                for to in &one.to {
                    if !self.has_room() {
                        continue;
                    }
                    let edge = (from.clone(), kind, to.clone());
                    if let (Effect::Makes, Some(key)) = (effect, &one.key) {
                        let edges = self.keys.entry(key.clone()).or_default();
                        edges.insert((edge.clone(), one.by.clone()));
                    }
                    let happened = self.edges.entry(edge).or_default();
                    happened.insert((time, effect, one.by.clone()), told.clone());
                }
            }
        }
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
            for end in ends.iter().filter(|_| is_all || !others.is_empty()) {
                let others = others.iter().map(|other| (other.clone(), one.by.clone()));
                left.entry(end).or_default().extend(others);
            }
        }
        for (end, left) in left {
            if self.has_room() {
                self.sets.push(Set {
                    effect: call.effect,
                    kind: call.kind.as_str(),
                    end: end.to_owned(),
                    at: time,
                    left,
                    told: told.clone(),
                });
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
    ///
    /// `declared` are those of infrastructure code, with canonical ends.
    pub(crate) fn relations<'a>(
        mut self,
        directory: &'a Directory,
        merged: &'a [Merged],
        declared: impl Iterator<Item = &'a Relation>,
    ) -> Vec<Relation> {
        if self.edges.is_empty() && self.broken.is_empty() {
            return Vec::new();
        }
        let is_whole = |set: &&Set| !is_grant(set.effect) || set.effect == Effect::Moves;
        let ends = self.sets.iter().filter(is_whole);
        let ends = ends.map(|set| set.end.clone()).collect();
        let declared = Declared::new(directory, merged, declared, &ends);
        self.settle(&declared);
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

    /// Breaks what calls broke by key, and what they left out of a list that they set.
    fn settle(&mut self, declared: &Declared<'_>) {
        let has_failed = |told: &Told, at: Timestamp| {
            let failed = self.failed.get(&told.id);
            failed.is_some_and(|failed| at <= *failed)
        };
        for happened in self.edges.values_mut() {
            happened.retain(|(at, _, _), told| !has_failed(told, *at));
        }
        self.broken.retain(|call| !has_failed(&call.told, call.at));
        self.sets.retain(|call| !has_failed(&call.told, call.at));
        // What one call replaced may be what the next one replaces.
        let mut broken = std::mem::take(&mut self.broken);
        broken.sort_by_key(|call| call.at);
        for call in &broken {
            let edges = self.keys.get(&call.key).cloned();
            for (edge, by) in edges.iter().flatten() {
                let happened = self.edges.entry(edge.clone()).or_default();
                if is_made(happened, by, call.at) {
                    let place = (call.at, Effect::Breaks, by.clone());
                    happened.insert(place, call.told.clone());
                    self.make_next(call, &edge.0, by);
                }
            }
            // An assignment that somebody declares.
            for to in call.to.iter().filter(|_| edges.is_none()) {
                for from in declared.permitted(to, &call.key) {
                    let edge = (from, call.kind, to.clone());
                    let place = (call.at, Effect::Breaks, call.key.clone());
                    let happened = self.edges.entry(edge).or_default();
                    happened.insert(place, call.told.clone());
                }
            }
        }
        self.settle_sets(declared);
    }

    /// Makes the edges from a dependent that take the place of one that a call broke.
    fn make_next(&mut self, call: &Broken, from: &str, by: &str) {
        let Some(next) = &call.next else {
            return;
        };
        for to in &call.to {
            let edge = (from.to_owned(), call.kind, to.clone());
            let known = self.keys.entry(next.clone()).or_default();
            known.insert((edge.clone(), by.to_owned()));
            let place = (call.at, Effect::Makes, by.to_owned());
            let happened = self.edges.entry(edge).or_default();
            happened.insert(place, call.told.clone());
        }
    }

    fn settle_sets(&mut self, declared: &Declared<'_>) {
        let mut ends: HashMap<(bool, &'static str, String), Vec<Edge>> = HashMap::new();
        for edge in self.edges.keys().filter(|_| !self.sets.is_empty()) {
            for (is_to, end) in [(false, &edge.0), (true, &edge.2)] {
                let place = (is_to, edge.1, end.clone());
                ends.entry(place).or_default().push(edge.clone());
            }
        }
        for set in std::mem::take(&mut self.sets) {
            let is_grant = is_grant(set.effect);
            let edges = ends.get(&(is_grant, set.kind, set.end.clone()));
            for edge in edges.into_iter().flatten() {
                let other = if is_grant { &edge.0 } else { &edge.2 };
                let Some(happened) = self.edges.get_mut(edge).filter(|_| set.is_about(other))
                else {
                    continue;
                };
                let made: BTreeSet<String> = happened
                    .keys()
                    .filter(|(at, _, by)| *at < set.at && set.is_by(by))
                    .map(|(_, _, by)| by.clone())
                    .collect();
                for by in made {
                    if !set.left.contains(&(other.clone(), by.clone())) {
                        happened.insert((set.at, Effect::Breaks, by), set.told.clone());
                    }
                }
            }
            // What somebody declares, under the same ids.
            let left: Vec<&str> = set.left.iter().map(|(other, _)| &**other).collect();
            let declared = match set.effect {
                Effect::Grants | Effect::Clears => Vec::new(),
                Effect::Moves => declared.holders(&set.end, set.kind, &left, set.at),
                _ => declared.besides(&set.end, set.kind, &left, set.at),
            };
            for (from, to) in declared {
                if set.is_about(&to) {
                    let happened = self.edges.entry((from, set.kind, to)).or_default();
                    let place = (set.at, Effect::Breaks, String::new());
                    happened.insert(place, set.told.clone());
                }
            }
        }
    }
}

impl Set {
    /// Whether the call decides of the edge to this other end.
    fn is_about(&self, other: &str) -> bool {
        let mut left = self.left.iter();
        self.effect != Effect::Sets || left.any(|(named, _)| type_of(named) == type_of(other))
    }

    /// Whether the call decides of edges that are told apart like this.
    fn is_by(&self, by: &str) -> bool {
        let mut left = self.left.iter();
        by.is_empty() || self.effect == Effect::Moves || left.any(|(_, own)| !own.is_empty())
    }
}

/// Whether a call decides who is at the other end of a dependency.
fn is_grant(effect: Effect) -> bool {
    matches!(effect, Effect::Grants | Effect::Moves | Effect::Clears)
}

/// What an id is of: the prefix of a short id, service and type of others.
fn type_of(id: &str) -> String {
    let short = key::short_name(id);
    if is_short_id(short) {
        return short.split('-').next().unwrap_or_default().to_owned();
    }
    describe::describe(id).resource_type
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

/// Whether something made an edge before this time.
fn is_made(happened: &Happened, by: &str, before: Timestamp) -> bool {
    let mut made = happened
        .keys()
        .filter(|(_, effect, _)| *effect == Effect::Makes);
    made.any(|(at, _, other)| *at < before && other == by)
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
