//! Who was seen to send to whom: flow logs and access logs of load balancers, by address, and query
//! logs of resolvers, by the name that was asked for.
//!
//! Addresses are resolved at the end, when all resources are known, and as of the time of the
//! sighting, since addresses are used again. Connections that were refused tell nothing.

mod queries;

use std::collections::HashMap;
use std::net::IpAddr;

use nepho_core::Timestamp;
use nepho_core::role::Role;
use nepho_core::tables::{Column, LogsView, Outcome, Relation, RelationKind};
use nepho_core::words::Words;

use crate::graph::Interval;
use crate::lived::Lived;
use crate::merge::Merged;
use crate::resolve::Directory;

/// Pairs that are kept.
pub(crate) const MAX_PAIRS: usize = 40_000;
/// Of these, pairs of who asked and the name: most names are of nobody that is known.
const MAX_NAMES: usize = 10_000;
/// An address is that of a resource, unless somebody moved it meanwhile.
const CONFIDENCE: f64 = 0.8;
/// Whoever asks for a name need not call it.
const ASKED: f64 = 0.5;

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum End {
    Address(IpAddr),
    Id(Box<str>),
    /// A name that was asked for.
    Name(Box<str>),
}

struct Sighting {
    first: Timestamp,
    last: Timestamp,
    count: u64,
    port: Option<u16>,
    /// Number of the file.
    uri: u32,
    line: u32,
}

/// Connections that were seen.
#[derive(Default)]
pub(crate) struct Observed {
    // Numbers of the pairs. A map of the sightings would take twice the room while it grows.
    pairs: HashMap<(End, End), u32>,
    sightings: Vec<Sighting>,
    files: Words,
    /// How many of them are of names.
    names: usize,
    overlooked: u64,
}

impl Observed {
    /// Rows that were passed over because there are too many pairs.
    pub(crate) fn overlooked(&self) -> u64 {
        self.overlooked
    }

    /// Takes note of a batch.
    pub(crate) fn read(&mut self, rows: &LogsView<'_>) {
        let has_peers = !rows.is_empty_column(Column::Peer);
        let mut last: Option<(Option<&str>, Option<&str>, Role)> = None;
        for row in 0..rows.len() {
            let format = rows.text(Column::Format, row);
            if queries::are_queries(format) {
                self.query(rows, row);
                continue;
            }
            if !has_peers {
                continue;
            }
            let service = rows.text(Column::Service, row);
            let role = match last {
                Some((known, of, role)) if known == format && of == service => role,
                _ => Role::of(format, service),
            };
            last = Some((format, service, role));
            match role {
                Role::Flow if rows.outcome(row) != Some(Outcome::Failure) => self.flow(rows, row),
                Role::Access => self.access(rows, row),
                _ => {}
            }
        }
    }

    /// A flow, from the end with the higher port, which is that of the client.
    fn flow(&mut self, rows: &LogsView<'_>, row: usize) {
        let source = address(rows.text(Column::SourceIp, row));
        let peer = address(rows.text(Column::Peer, row));
        let (Some(source), Some(peer)) = (source, peer) else {
            return;
        };
        let (source_port, peer_port) = (rows.source_port(row), rows.peer_port(row));
        let is_answer = source_port
            .is_some_and(|port| peer_port.is_some_and(|other| port < other && port < 32_768));
        let (from, to, port) = match is_answer {
            true => (peer, source, source_port),
            false => (source, peer, peer_port),
        };
        self.note(rows, row, (End::Address(from), End::Address(to)), port);
    }

    /// A request that a load balancer sent on.
    fn access(&mut self, rows: &LogsView<'_>, row: usize) {
        let Some(target) = address(rows.text(Column::Peer, row)) else {
            return;
        };
        let mut ids = rows.resources(row);
        let balancer = ids.find(|id| id.starts_with("app/") || id.starts_with("net/"));
        if let Some(id) = balancer {
            let pair = (End::Id(id.into()), End::Address(target));
            self.note(rows, row, pair, rows.peer_port(row));
        }
    }

    /// A query that was answered.
    fn query(&mut self, rows: &LogsView<'_>, row: usize) {
        if rows.outcome(row) != Some(Outcome::Success) {
            return;
        }
        let body = rows.text(Column::Body, row).unwrap_or_default();
        let by_id = rows.resources(row).next().map(|id| End::Id(id.into()));
        let source = || address(rows.text(Column::SourceIp, row)).map(End::Address);
        let (Some(from), Some(name)) = (by_id.or_else(source), queries::question(body)) else {
            return;
        };
        let pair = (from, End::Name(name.to_ascii_lowercase().into()));
        if !self.pairs.contains_key(&pair) {
            if self.names >= MAX_NAMES {
                self.overlooked += 1;
                return;
            }
            self.names += 1;
        }
        self.note(rows, row, pair, None);
    }

    fn note(&mut self, rows: &LogsView<'_>, row: usize, pair: (End, End), port: Option<u16>) {
        let Some(time) = rows.time(row) else {
            return;
        };
        let number = self.pairs.get(&pair).map(|number| *number as usize);
        if let Some(held) = number.and_then(|number| self.sightings.get_mut(number)) {
            held.first = held.first.min(time);
            held.last = held.last.max(time);
            held.count += 1;
            return;
        }
        if self.pairs.len() >= MAX_PAIRS {
            self.overlooked += 1;
            return;
        }
        let uri = rows.text(Column::Uri, row).unwrap_or_default();
        self.pairs.insert(pair, self.sightings.len() as u32);
        self.sightings.push(Sighting {
            first: time,
            last: time,
            count: 1,
            port,
            uri: self.files.number(uri, MAX_PAIRS).unwrap_or(u32::MAX),
            line: rows.line(row),
        });
    }

    /// Relations between the resources at the ends. An address of none tells nothing; one that
    /// several had at the same time is shared between them, and one that went from one to the next
    /// is of each in its time.
    pub(crate) fn relations(
        &self,
        merged: &[Merged],
        directory: &Directory,
        lived: &Lived,
    ) -> Vec<Relation> {
        let all = (merged, directory, lived);
        let mut pairs: Vec<_> = self.pairs.iter().collect();
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        let mut relations = Vec::new();
        for (pair, number) in pairs {
            let Some(sighting) = self.sightings.get(*number as usize) else {
                continue;
            };
            let (from, to) = pair;
            let froms = owners_of(from, sighting, all);
            let tos = owners_of(to, sighting, all);
            let confidence = match to {
                End::Name(_) => ASKED,
                _ => CONFIDENCE,
            };
            for from in &froms {
                for to in tos.iter().filter(|to| to.key != from.key) {
                    let (first, last) = (from.first.max(to.first), from.last.min(to.last));
                    if first > last {
                        continue;
                    }
                    relations.push(Relation {
                        from: from.key.to_owned(),
                        to: to.key.to_owned(),
                        confidence: confidence * share(from, &froms) * share(to, &tos),
                        valid_from: Some(first),
                        valid_to: Some(last),
                        seen_from: Some(first),
                        seen_to: Some(last),
                        ..self.relation(pair, sighting)
                    });
                }
            }
        }
        relations
    }

    /// What a sighting of a pair says.
    fn relation(&self, pair: &(End, End), sighting: &Sighting) -> Relation {
        let (kind, source, does) = match pair {
            (_, End::Name(_)) => (RelationKind::Calls, "dns", "queries"),
            (End::Id(_), _) => (RelationKind::Routes, "load_balancer", "requests"),
            _ => (RelationKind::Calls, "flow", "connections"),
        };
        let behind = match (&pair.1, sighting.port) {
            (End::Name(name), _) => format!(" for {name}"),
            (_, Some(port)) => format!(" to port {port}"),
            _ => String::new(),
        };
        Relation {
            kind,
            source: source.to_owned(),
            observations: sighting.count,
            uri: self.files.name(sighting.uri).to_owned(),
            line: u64::from(sighting.line),
            evidence: format!("{} {does}{behind}", sighting.count),
            ..Relation::default()
        }
    }
}

/// A resource that had an address, or has an id, in a part of the time of a sighting.
struct Owner<'a> {
    key: &'a str,
    first: Timestamp,
    last: Timestamp,
}

/// Owners of an end in the time of a sighting: what existed then, as documents and changes tell.
fn owners_of<'a>(
    end: &End,
    sighting: &Sighting,
    (merged, directory, lived): (&'a [Merged], &Directory, &Lived),
) -> Vec<Owner<'a>> {
    let word = match end {
        End::Address(address) => address.to_string(),
        End::Id(word) | End::Name(word) => word.to_string(),
    };
    let mut owners = Vec::new();
    for number in directory.find(&word) {
        let Some(row) = merged.get(*number as usize).map(|one| &*one.row) else {
            continue;
        };
        let always = [Interval::ALWAYS];
        let told = Interval::of(row.valid_from, row.valid_to, None, None);
        let lives = lived.of(*number).unwrap_or(&always);
        // An address goes from one to the next at one moment.
        let parts = lives
            .iter()
            .map(|life| (told.from.max(life.from), told.to.min(life.to)))
            .filter(|(from, to)| from < to && *from <= sighting.last && *to > sighting.first);
        owners.extend(parts.map(|(from, to)| Owner {
            key: &row.key,
            first: sighting.first.max(from),
            last: sighting.last.min(to),
        }));
    }
    owners
}

/// Share of one among the owners that had the same word at the same time.
fn share(one: &Owner<'_>, owners: &[Owner<'_>]) -> f64 {
    let is_with = |other: &&Owner<'_>| {
        other.key == one.key
            || (other.first < one.last && one.first < other.last)
            || (other.first, other.last) == (one.first, one.last)
    };
    let mut keys: Vec<&str> = owners
        .iter()
        .filter(is_with)
        .map(|other| other.key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    #[expect(clippy::cast_precision_loss, reason = "at most 20")]
    let share = 1.0 / keys.len().max(1) as f64;
    share
}

fn address(text: Option<&str>) -> Option<IpAddr> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge;
    use nepho_core::tables::Resource;

    fn at(key: &str, from: Option<i64>, to: Option<i64>) -> Resource {
        Resource {
            key: key.to_owned(),
            aliases: vec!["10.0.1.5".to_owned()],
            valid_from: from.map(Timestamp),
            valid_to: to.map(Timestamp),
            tool: Some("terraform".to_owned()),
            address: Some(key.to_owned()),
            ..Resource::default()
        }
    }

    fn observed(first: i64, last: i64) -> Observed {
        let pair = (
            End::Id("app/shop/50dc6c495c0c9188".into()),
            End::Address(IpAddr::from([10, 0, 1, 5])),
        );
        let sighting = Sighting {
            first: Timestamp(first),
            last: Timestamp(last),
            count: 7,
            port: Some(8080),
            uri: 0,
            line: 3,
        };
        Observed {
            pairs: HashMap::from([(pair, 0)]),
            sightings: vec![sighting],
            ..Observed::default()
        }
    }

    fn routes(observed: &Observed, rows: &[Resource]) -> Vec<(String, f64)> {
        let balancer = Resource {
            key: "app/shop/50dc6c495c0c9188".to_owned(),
            ..Resource::default()
        };
        let merged = merge::merge(rows.iter().cloned().chain([balancer]).collect());
        let directory = Directory::new(&merged);
        let relations = observed.relations(&merged, &directory, &Lived::default());
        assert!(
            relations
                .iter()
                .all(|edge| edge.kind == RelationKind::Routes)
        );
        let found = relations.into_iter();
        found.map(|edge| (edge.to, edge.confidence)).collect()
    }

    #[test]
    fn an_address_is_of_whoever_had_it_at_that_time() {
        let rows = [
            at("i-0a1b2c3d4e5f60718", None, Some(100)),
            at("i-0a1b2c3d4e5f60719", Some(100), None),
        ];
        let early = routes(&observed(10, 20), &rows);
        assert_eq!(early, [("i-0a1b2c3d4e5f60718".to_owned(), 0.8)]);
        let late = routes(&observed(110, 120), &rows);
        assert_eq!(late, [("i-0a1b2c3d4e5f60719".to_owned(), 0.8)]);
        let both: Vec<f64> = routes(&observed(90, 110), &rows)
            .iter()
            .map(|edge| edge.1)
            .collect();
        assert_eq!(both, [0.8, 0.8]);
    }

    #[test]
    fn an_address_of_nobody_tells_nothing() {
        assert_eq!(routes(&observed(1, 2), &[]), []);
    }
}
