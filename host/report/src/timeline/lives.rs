//! What stood at an address of a tool one after the other, and what it was called before and after.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::Change;

use super::names::{Names, is_short_id};

/// Tool, scope and address.
type Place = (String, String, String);

/// What changes tell of the resources at each place: a resource that is deleted and created again
/// keeps its address and has another id, one that moves keeps its id.
#[derive(Debug, Default)]
pub(super) struct Lives {
    /// When something with a key stood at a place.
    keys: BTreeMap<Place, Vec<(Option<Timestamp>, String)>>,
    /// Places by the id of what stood there.
    places: HashMap<String, BTreeSet<Place>>,
    /// Places before and after moves, and when that was.
    moves: Vec<(Place, Place, Option<Timestamp>)>,
}

/// Places at times, and the ids of what stood there.
#[derive(Debug, Default)]
pub(super) struct Span {
    places: BTreeMap<Place, (Option<Timestamp>, Option<Timestamp>)>,
    ids: BTreeSet<String>,
}

impl Lives {
    /// What these changes tell. What is only planned tells of what there is as well.
    pub(super) fn of<'a>(changes: impl Iterator<Item = &'a Change>, names: &Names) -> Self {
        let mut lives = Self::default();
        for change in changes {
            let Some(place) = place(change) else {
                continue;
            };
            if let Some(before) = &change.previous_address {
                let before = (place.0.clone(), place.1.clone(), before.clone());
                lives.moves.push((before, place.clone(), time(change)));
            }
            if let Some(id) = &change.resource {
                let key = names.identity_in(change, id);
                let held = lives.places.entry(id_of(&key)).or_default();
                held.insert(place.clone());
                let stood = lives.keys.entry(place).or_default();
                stood.push((time(change), key));
            }
        }
        lives
    }

    /// Where all that ever stood at an address stood, under the names that it had there.
    pub(super) fn at(&self, address: &str) -> Span {
        let mut span = Span::default();
        let moved = self.moves.iter();
        let ends = moved.flat_map(|(before, after, _)| [before, after]);
        let named = self
            .keys
            .keys()
            .chain(ends)
            .filter(|place| place.2 == address);
        let mut open: Vec<(&Place, _)> = named.map(|place| (place, (None, None))).collect();
        while let Some((place, times)) = open.pop() {
            if span.places.contains_key(place) {
                continue;
            }
            span.places.insert(place.clone(), times);
            for (before, after, at) in self.moves.iter().filter(|(_, _, at)| is_in(*at, times)) {
                if before == place {
                    open.push((after, (*at, None)));
                } else if after == place {
                    open.push((before, (None, *at)));
                }
            }
        }
        for (place, times) in &span.places {
            let stood = self.keys.get(place).into_iter().flatten();
            let stood = stood.filter(|(at, _)| is_in(*at, *times));
            span.ids.extend(stood.map(|(_, key)| id_of(key)));
        }
        span
    }

    /// Keys of all that stood where one of these ever did.
    pub(super) fn kin(&self, keys: &BTreeSet<String>) -> BTreeSet<String> {
        let places = keys.iter().filter_map(|key| self.places.get(&id_of(key)));
        let stood = places
            .flatten()
            .filter_map(|place| self.keys.get(place))
            .flatten();
        stood.map(|(_, key)| key.clone()).collect()
    }
}

impl Span {
    /// Takes in what another one has.
    pub(super) fn extend(&mut self, other: Self) {
        self.ids.extend(other.ids);
        for (place, times) in other.places {
            self.places.entry(place).or_insert(times);
        }
    }

    /// Whether a change is of one of the places at its time, or one of the resources with these
    /// keys stood there.
    pub(super) fn has(&self, change: &Change, keys: &BTreeSet<String>) -> bool {
        let times = place(change).and_then(|place| self.places.get(&place).copied());
        times.is_some_and(|times| is_in(time(change), times))
            || !self.ids.is_empty() && keys.iter().any(|key| self.ids.contains(&id_of(key)))
    }
}

/// Where a tool has what a change is of; audit logs have no addresses.
fn place(change: &Change) -> Option<Place> {
    let is_of_tool = !change.id.starts_with("audit:");
    is_of_tool.then(|| {
        (
            change.tool.clone(),
            change.scope.clone(),
            change.address.clone(),
        )
    })
}

fn time(change: &Change) -> Option<Timestamp> {
    change.time.or(change.started)
}

fn is_in(at: Option<Timestamp>, (since, until): (Option<Timestamp>, Option<Timestamp>)) -> bool {
    at.is_none_or(|at| {
        since.is_none_or(|since| at >= since) && until.is_none_or(|until| at <= until)
    })
}

/// The short id in an ARN, which a document has alone: it is that of no other resource.
fn id_of(key: &str) -> String {
    let short = key::short_name(key);
    let is_alone = short == key || key.starts_with("arn:");
    match is_alone && is_short_id(short) {
        true => short.to_owned(),
        false => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "sg-0aaa1111";
    const NEW: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0bbb2222";

    fn change(minute: i64, address: &str, before: Option<&str>, id: Option<&str>) -> Change {
        Change {
            id: format!("terraform:{minute}"),
            time: Some(Timestamp(minute)),
            tool: "terraform".to_owned(),
            scope: "prod".to_owned(),
            address: address.to_owned(),
            previous_address: before.map(str::to_owned),
            resource: id.map(str::to_owned),
            ..Change::default()
        }
    }

    fn found(changes: &[Change], address: &str) -> Vec<i64> {
        let names = Names::default();
        let span = Lives::of(changes.iter(), &names).at(address);
        let times = changes
            .iter()
            .filter(|change| span.has(change, &names.of_change(change)));
        times.filter_map(|change| Some(change.time?.0)).collect()
    }

    #[test]
    fn what_is_created_again_keeps_its_address() {
        let mut call = change(1, "AuthorizeSecurityGroupIngress sg-0aaa1111", None, None);
        call.id = "audit:1".to_owned();
        call.resource = Some(NEW.replace("sg-0bbb2222", OLD));
        let all = [
            call,
            change(2, "sg.db", None, Some(OLD)),
            change(3, "sg.db", None, Some(NEW)),
            change(4, "sg.web", None, Some("sg-0ccc3333")),
        ];
        assert_eq!(found(&all, "sg.db"), [1, 2, 3]);
        assert_eq!(found(&all, "sg.web"), [4]);
        let lives = Lives::of(all.iter(), &Names::default());
        let kin = lives.kin(&BTreeSet::from([OLD.to_owned()]));
        assert_eq!(kin, BTreeSet::from([NEW.to_owned(), OLD.to_owned()]));
    }

    #[test]
    fn what_moves_is_found_by_both_addresses_and_the_next_at_the_old_one_by_that_alone() {
        let all = [
            change(1, "sg.old", None, None),
            change(2, "sg.db", Some("sg.old"), None),
            change(3, "sg.db", None, None),
            change(4, "sg.old", None, Some(OLD)),
        ];
        assert_eq!(found(&all, "sg.db"), [1, 2, 3]);
        assert_eq!(found(&all, "sg.old"), [1, 2, 3, 4]);
    }
}
