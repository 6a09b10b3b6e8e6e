//! Versions of one history in their order: what an older version of a state told and a newer one
//! does not tell any more has ended, and what a newer one tells has the last word.
//!
//! A version that does not hold all ends nothing. Files that were copied tell the time of the copy;
//! what ended between two of them is taken to have held until the newer one was written.

use std::collections::{BTreeMap, HashMap, HashSet};

use nepho_core::Timestamp;
use nepho_core::feed::Snapshot;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Relation, Resource};

use crate::store::StateVersion;

/// One version of a history.
struct Version {
    /// When it was written.
    time: Option<Timestamp>,
    /// When we learned of it; later than of the version before it.
    seen: Option<Timestamp>,
    is_complete: bool,
}

/// Number of a history, and of the version in it, the oldest first.
type Place = (usize, usize);

/// Histories, and which file holds which version.
#[derive(Default)]
struct Histories<'a> {
    versions: Vec<Vec<Version>>,
    places: HashMap<&'a str, Place>,
}

/// When something held.
struct Span {
    from: Option<Timestamp>,
    /// Since when we know of it.
    seen_from: Option<Timestamp>,
    /// When we learned of the version that tells it here.
    seen: Option<Timestamp>,
    end: End,
}

enum End {
    /// The newest version has it.
    Open,
    /// When it had ended, and since when we know.
    Ended(Timestamp, Option<Timestamp>),
    /// It has ended, and no version tells a time.
    Unknown,
}

/// Versions of histories that have a file of their own.
pub(crate) fn of(snapshots: &[Snapshot]) -> Vec<StateVersion> {
    let mut files: HashMap<&str, usize> = HashMap::new();
    for snapshot in snapshots {
        *files.entry(&snapshot.uri).or_default() += 1;
    }
    let is_own = |one: &&Snapshot| !one.lineage.is_empty() && files.get(&*one.uri) == Some(&1);
    let own = snapshots.iter().filter(is_own);
    own.map(StateVersion::of).collect()
}

/// Gives the rows of all versions the times in which they held, and puts the rows of older versions
/// before those of newer ones. Rows that have ended at a time of which nothing is known are taken
/// out.
pub(crate) fn settle(
    snapshots: &[Snapshot],
    changes: &[Change],
    resources: &mut Vec<Resource>,
    relations: &mut Vec<Relation>,
) {
    let histories = Histories::new(snapshots);
    if histories.places.is_empty() {
        return;
    }
    let place = |uri: &str| histories.places.get(uri).copied();
    if histories.versions.iter().any(|versions| versions.len() > 1) {
        let order = |uri: &str| place(uri).map_or(0, |(_, position)| position);
        resources.sort_by_cached_key(|row| order(&row.uri));
        relations.sort_by_cached_key(|row| order(&row.uri));
    }
    // What a tool let go of goes on to exist.
    let forgotten = changes.iter().filter(|change| {
        change.action == ChangeAction::Forget && change.outcome == ChangeOutcome::Applied
    });
    let forgotten: HashSet<&str> = forgotten
        .filter_map(|change| change.resource.as_deref())
        .collect();
    let keys = resources
        .iter()
        .map(|row| (place(&row.uri), row.key.as_str()));
    let spans = histories.spans(keys);
    // Unless another state has it now, whose row goes on for it.
    let held: HashSet<String> = resources
        .iter()
        .zip(&spans)
        .filter(|(row, span)| {
            let is_open = span
                .as_ref()
                .is_some_and(|span| matches!(span.end, End::Open));
            is_open && forgotten.contains(&*row.key)
        })
        .map(|(row, _)| row.key.clone())
        .collect();
    let mut spans = spans.into_iter();
    resources.retain_mut(|row| match spans.next().flatten() {
        Some(span) => {
            // By it the newer row has the last word.
            row.seen_from = row.seen_from.or(span.seen);
            // A data source that is gone says nothing of what it looked at.
            let is_let_go = forgotten.contains(&*row.key) && !held.contains(&row.key);
            let is_kept = row.tool.is_none() || is_let_go;
            row.valid_from = row.valid_from.or(span.from.filter(|_| row.tool.is_some()));
            is_kept || span.end.close(&mut row.valid_to, &mut row.seen_to)
        }
        None => true,
    });
    let edges = relations.iter().map(|row| {
        let edge = (&*row.from, &*row.to, row.kind, &*row.source);
        (place(&row.uri), edge)
    });
    let spans = histories.spans(edges);
    let mut spans = spans.into_iter();
    relations.retain_mut(|row| match spans.next().flatten() {
        Some(span) => {
            row.seen_from = row.seen_from.or(span.seen_from);
            row.valid_from = row.valid_from.or(span.from);
            span.end.close(&mut row.valid_to, &mut row.seen_to)
        }
        None => true,
    });
}

impl<'a> Histories<'a> {
    fn new(snapshots: &'a [Snapshot]) -> Self {
        type History<'a> = BTreeMap<u64, Vec<&'a Snapshot>>;
        let mut by_lineage: BTreeMap<(&str, &str), History<'_>> = BTreeMap::new();
        let mut files: HashMap<&str, usize> = HashMap::new();
        for snapshot in snapshots {
            *files.entry(&snapshot.uri).or_default() += 1;
            // Names of releases are unique in their scope, other lineages everywhere.
            let scope = match &*snapshot.tool {
                "helm" => &*snapshot.scope,
                _ => "",
            };
            let history = by_lineage.entry((scope, &snapshot.lineage)).or_default();
            history.entry(snapshot.serial).or_default().push(snapshot);
        }
        let mut found = Self::default();
        for ((_, lineage), history) in by_lineage {
            // Which version a row of a file with several snapshots is of, nothing tells.
            let mut all = history.values().flatten();
            if lineage.is_empty() || all.any(|one| files.get(&*one.uri) != Some(&1)) {
                continue;
            }
            found.add(history.into_values());
        }
        found
    }

    /// Adds a history: files that hold the same version, the oldest version first.
    fn add(&mut self, history: impl Iterator<Item = Vec<&'a Snapshot>>) {
        let mut versions: Vec<Version> = Vec::new();
        for (position, copies) in history.enumerate() {
            for copy in &copies {
                self.places
                    .insert(&copy.uri, (self.versions.len(), position));
            }
            let time = copies.last().and_then(|last| last.time);
            let before = versions.last().and_then(|before| before.seen);
            versions.push(Version {
                time,
                seen: time.map(|time| before.map_or(time, |before| time.max(before.plus(1)))),
                is_complete: copies.iter().any(|copy| copy.is_complete),
            });
        }
        self.versions.push(versions);
    }

    /// When each of these held, by the place of the file that tells it; `None` for those of files
    /// that are no version.
    fn spans<K: std::hash::Hash + Eq + Copy>(
        &self,
        told: impl Iterator<Item = (Option<Place>, K)>,
    ) -> Vec<Option<Span>> {
        let told: Vec<(Option<Place>, K)> = told.collect();
        // The rows stand in the order of the versions.
        let mut held: HashMap<(usize, K), Vec<usize>> = HashMap::new();
        for (place, key) in &told {
            if let Some((history, position)) = *place
                && self.versions.get(history).is_some_and(|all| all.len() > 1)
            {
                let positions = held.entry((history, *key)).or_default();
                if positions.last() != Some(&position) {
                    positions.push(position);
                }
            }
        }
        let span = |(place, key): (Option<Place>, K)| {
            let (history, position) = place?;
            let versions = self.versions.get(history)?;
            Some(match held.get(&(history, key)) {
                Some(positions) => Span::new(versions, positions, position),
                None => Span {
                    from: None,
                    seen_from: versions.first().and_then(|only| only.seen),
                    seen: versions.first().and_then(|only| only.seen),
                    end: End::Open,
                },
            })
        };
        told.into_iter().map(span).collect()
    }
}

impl Span {
    /// When what stands in the versions at `positions`, which are in order, held around the one at
    /// `position`.
    fn new(versions: &[Version], positions: &[usize], position: usize) -> Self {
        let lacks = |at: usize| {
            let version = versions.get(at);
            let is_complete = version.is_some_and(|version| version.is_complete);
            is_complete && positions.binary_search(&at).is_err()
        };
        let before = (0..position).rev().find(|at| lacks(*at));
        let after = (position..versions.len()).find(|at| lacks(*at));
        let first = positions
            .iter()
            .find(|at| before.is_none_or(|before| **at > before));
        let first = first.and_then(|at| versions.get(*at));
        let before = before.and_then(|at| versions.get(at));
        Self {
            // It may have begun as soon as the version before was written.
            from: before
                .and_then(|before| before.time)
                .filter(|before| first.and_then(|first| first.time) > Some(*before)),
            seen_from: first.and_then(|first| first.seen),
            seen: versions.get(position).and_then(|own| own.seen),
            end: match after.and_then(|at| versions.get(at)) {
                None => End::Open,
                Some(version) => version
                    .time
                    .map_or(End::Unknown, |time| End::Ended(time, version.seen)),
            },
        }
    }
}

impl End {
    /// Ends a row that has no end yet; gives whether it is to be kept.
    fn close(&self, valid_to: &mut Option<Timestamp>, seen_to: &mut Option<Timestamp>) -> bool {
        match self {
            Self::Open => true,
            Self::Unknown => valid_to.is_some(),
            Self::Ended(time, seen) => {
                if valid_to.is_none() {
                    (*valid_to, *seen_to) = (Some(*time), *seen);
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(serial: u64, time: Option<i64>, is_complete: bool) -> Snapshot {
        Snapshot {
            tool: "terraform".to_owned(),
            lineage: "l".to_owned(),
            serial,
            time: time.map(Timestamp),
            uri: format!("{serial}.tfstate"),
            is_complete,
            ..Snapshot::default()
        }
    }

    fn edge(serial: u64) -> Relation {
        Relation {
            from: "a".to_owned(),
            to: "b".to_owned(),
            uri: format!("{serial}.tfstate"),
            ..Relation::default()
        }
    }

    /// Beginnings and ends of the edge, of which rows stand in files with these serial numbers.
    fn settled(snapshots: &[Snapshot], serials: &[u64]) -> Vec<(Option<i64>, Option<i64>)> {
        let mut relations: Vec<Relation> = serials.iter().map(|serial| edge(*serial)).collect();
        settle(snapshots, &[], &mut Vec::new(), &mut relations);
        let nanos = |time: Option<Timestamp>| time.map(|time| time.0);
        let times = |row: &Relation| (nanos(row.valid_from), nanos(row.valid_to));
        relations.iter().map(times).collect()
    }

    #[test]
    fn what_a_newer_version_does_not_tell_has_ended() {
        let all = [1, 2, 3, 4].map(|serial| snapshot(serial, Some(serial as i64 * 10), true));
        assert_eq!(settled(&all, &[1, 2]), [(None, Some(30)); 2]);
        assert_eq!(settled(&all, &[3, 4]), [(Some(20), None); 2]);
        assert_eq!(settled(&all, &[1, 4]), [(None, Some(20)), (Some(30), None)]);
        // Files come in any order.
        assert_eq!(settled(&all, &[2, 1, 3, 4]), [(None, None); 4]);
    }

    #[test]
    fn a_version_that_does_not_hold_all_ends_nothing() {
        let all = [
            snapshot(1, Some(10), true),
            snapshot(2, Some(20), false),
            snapshot(3, Some(30), true),
        ];
        assert_eq!(settled(&all, &[1, 3]), [(None, None); 2]);
        assert_eq!(settled(&all, &[1]), [(None, Some(30))]);
    }

    #[test]
    fn copied_files_tell_no_beginning() {
        let all = [1, 2, 3].map(|serial| snapshot(serial, Some(50), true));
        assert_eq!(settled(&all, &[2]), [(None, Some(50))]);
        // Without any time nothing is known of when it held.
        let all = [1, 2].map(|serial| snapshot(serial, None, true));
        assert_eq!(settled(&all, &[1]), []);
        assert_eq!(settled(&all, &[1, 2]), [(None, None); 2]);
    }

    #[test]
    fn a_later_version_is_known_later() {
        let all = [snapshot(1, Some(50), true), snapshot(2, Some(50), true)];
        let mut rows: Vec<Resource> = [2, 1]
            .map(|serial| Resource {
                key: "a".to_owned(),
                tool: Some("terraform".to_owned()),
                uri: format!("{serial}.tfstate"),
                ..Resource::default()
            })
            .into();
        rows[0].service = Some("new".to_owned());
        settle(&all, &[], &mut rows, &mut Vec::new());
        assert_eq!(rows[1].service.as_deref(), Some("new"));
        let seen: Vec<_> = rows.iter().map(|row| row.seen_from).collect();
        assert_eq!(seen, [Some(Timestamp(50)), Some(Timestamp(51))]);
        assert!(rows.iter().all(|row| row.valid_to.is_none()));
    }

    #[test]
    fn what_another_state_took_in_goes_on_there() {
        let mut all = [1, 2, 3].map(|serial| snapshot(serial, Some(serial as i64), true));
        all[2].lineage = "other".to_owned();
        let mut rows: Vec<Resource> = [1, 3]
            .map(|serial| Resource {
                key: "moved".to_owned(),
                tool: Some("terraform".to_owned()),
                uri: format!("{serial}.tfstate"),
                ..Resource::default()
            })
            .into();
        let forget = Change {
            action: ChangeAction::Forget,
            outcome: ChangeOutcome::Applied,
            resource: Some("moved".to_owned()),
            ..Change::default()
        };
        settle(&all, &[forget], &mut rows, &mut Vec::new());
        let ends: Vec<_> = rows.iter().map(|row| (&*row.uri, row.valid_to)).collect();
        assert!(
            ends.contains(&("1.tfstate", Some(Timestamp(2)))),
            "{ends:?}"
        );
        assert!(ends.contains(&("3.tfstate", None)), "{ends:?}");
    }

    #[test]
    fn what_was_forgotten_and_data_sources_go_on() {
        let all = [1, 2].map(|serial| snapshot(serial, Some(serial as i64), true));
        let row = |key: &str, tool: Option<&str>| Resource {
            key: key.to_owned(),
            tool: tool.map(str::to_owned),
            uri: "1.tfstate".to_owned(),
            ..Resource::default()
        };
        let tool = Some("terraform");
        let mut rows = vec![row("gone", tool), row("let go", tool), row("data", None)];
        let forget = Change {
            action: ChangeAction::Forget,
            outcome: ChangeOutcome::Applied,
            resource: Some("let go".to_owned()),
            ..Change::default()
        };
        settle(&all, &[forget], &mut rows, &mut Vec::new());
        let ends: Vec<_> = rows.iter().map(|row| row.valid_to).collect();
        assert_eq!(ends, [Some(Timestamp(2)), None, None]);
    }
}
