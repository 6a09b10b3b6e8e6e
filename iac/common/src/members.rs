//! Two sets of members to the differences between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nepho_core::feed::{Member, Snapshot};
use nepho_core::tables::ChangeAction;

use crate::fingerprint::{self, NOTHING};
use crate::rules::Rules;

/// Members by address.
pub type Members = BTreeMap<String, Member>;

/// What became of one member.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'a> {
    /// What was done.
    pub action: ChangeAction,
    /// Address after it, or the last one of what is gone.
    pub address: &'a str,
    /// Address before it, where that was another one.
    pub previous_address: Option<&'a str>,
    /// As it was; `None` of what is new.
    pub before: Option<&'a Member>,
    /// As it is; `None` of what is gone.
    pub after: Option<&'a Member>,
    /// Names of the attributes that differ, sorted, without those that nobody declares.
    pub attributes: Vec<&'a str>,
    /// Whether the object that it replaces is still there.
    pub leaves_remainder: bool,
}

impl<'a> Difference<'a> {
    /// The member as it is, or as it was if it is gone.
    pub fn member(&self) -> Option<&'a Member> {
        self.after.or(self.before)
    }
}

/// Differences between two versions of one history, by address.
///
/// A resource that has the same identity at another address was moved. One change is told for a
/// resource that was moved and changed as well: an update with a previous address. Of a version
/// that is not complete nothing is concluded from what is missing.
pub fn differences<'a>(
    rules: &dyn Rules,
    before: &'a Snapshot,
    after: &'a Snapshot,
) -> Vec<Difference<'a>> {
    let pairs = Pairs::find(rules, &before.members, &after.members);
    let mut found = Vec::new();
    for (address, new) in &after.members {
        let base = rules.remainder_of(address);
        let old_address = pairs.sources.get(address.as_str()).copied();
        let old = old_address.and_then(|address| Some((address, before.members.get(address)?)));
        match old {
            Some((old_address, old)) => {
                let pair = Pair {
                    address,
                    old_address,
                    old,
                    new,
                    is_left: pairs.left.contains(address.as_str()),
                };
                pair.compare(rules, &mut found);
            }
            // What was replaced and could not be deleted: the replacement is told already.
            None if base.is_some() => {}
            None if before.is_complete => found.push(Difference {
                action: ChangeAction::Create,
                address,
                previous_address: None,
                before: None,
                after: Some(new),
                attributes: Vec::new(),
                leaves_remainder: false,
            }),
            None => {}
        }
    }
    if after.is_complete {
        let gone = before
            .members
            .iter()
            .filter(|(address, _)| !pairs.used.contains(address.as_str()));
        found.extend(gone.map(|(address, old)| Difference {
            action: ChangeAction::Delete,
            address,
            previous_address: None,
            before: Some(old),
            after: None,
            attributes: Vec::new(),
            leaves_remainder: false,
        }));
    }
    found.sort_by_key(|difference| difference.address);
    found
}

/// Which member was which.
#[derive(Default)]
struct Pairs<'a> {
    /// Address before, by address after.
    sources: HashMap<&'a str, &'a str>,
    /// Addresses before that are in `sources`.
    used: BTreeSet<&'a str>,
    /// Addresses after whose former object is left beside them.
    left: BTreeSet<&'a str>,
}

impl<'a> Pairs<'a> {
    fn find(rules: &dyn Rules, before: &'a Members, after: &'a Members) -> Self {
        let mut pairs = Self::default();
        for (address, new) in after {
            if let Some(old) = before.get(address)
                && rules.is_same_object(old, new)
            {
                pairs.join(address, address);
            }
        }
        pairs.find_moves(rules, before, after);
        // What is at an address of which nothing moved away took the place of what was there.
        for address in after.keys() {
            let is_open = !pairs.sources.contains_key(address.as_str());
            if is_open && before.contains_key(address) && !pairs.used.contains(address.as_str()) {
                pairs.join(address, address);
            }
        }
        pairs
    }

    fn find_moves(&mut self, rules: &dyn Rules, before: &'a Members, after: &'a Members) {
        let open_before = before
            .iter()
            .filter(|(address, _)| !self.used.contains(address.as_str()));
        let mut sources = by_identity(rules, open_before);
        let open_after = after
            .iter()
            .filter(|(address, _)| !self.sources.contains_key(address.as_str()));
        for (identity, target) in by_identity(rules, open_after) {
            let (Some(target), Some(Some(source))) = (target, sources.remove(&identity)) else {
                continue;
            };
            match rules.remainder_of(target) {
                Some(base) if base == source => {
                    self.left.insert(base);
                }
                _ => self.join(source, target),
            }
        }
    }

    fn join(&mut self, old: &'a str, new: &'a str) {
        self.sources.insert(new, old);
        self.used.insert(old);
    }
}

/// Addresses by identity; `None` for an identity that several have.
fn by_identity<'a>(
    rules: &dyn Rules,
    members: impl Iterator<Item = (&'a String, &'a Member)>,
) -> BTreeMap<String, Option<&'a str>> {
    let mut found = BTreeMap::new();
    for (address, member) in members {
        if let Some(identity) = rules.identity(member) {
            found
                .entry(identity)
                .and_modify(|held| *held = None)
                .or_insert(Some(address.as_str()));
        }
    }
    found
}

/// A member in both versions.
struct Pair<'a> {
    address: &'a str,
    old_address: &'a str,
    old: &'a Member,
    new: &'a Member,
    is_left: bool,
}

impl<'a> Pair<'a> {
    fn compare(&self, rules: &dyn Rules, found: &mut Vec<Difference<'a>>) {
        let is_moved = self.address != self.old_address;
        // What moved was found by its identity.
        let is_same = is_moved || rules.is_same_object(self.old, self.new);
        let attributes = changed_attributes(rules, self.old, self.new);
        let mut tell = |action, attributes| {
            found.push(Difference {
                action,
                address: self.address,
                previous_address: is_moved.then_some(self.old_address),
                before: Some(self.old),
                after: Some(self.new),
                attributes,
                leaves_remainder: self.is_left,
            });
        };
        if !is_same {
            return tell(ChangeAction::Replace, attributes);
        }
        match (is_moved, attributes.is_empty()) {
            (_, false) => tell(ChangeAction::Update, attributes),
            (true, true) => tell(ChangeAction::Move, attributes),
            (false, true) => {}
        }
        match (self.old.is_tainted, self.new.is_tainted) {
            (false, true) => tell(ChangeAction::Taint, Vec::new()),
            (true, false) => tell(ChangeAction::Untaint, Vec::new()),
            _ => {}
        }
    }
}

/// Names of declared attributes that differ, sorted.
///
/// Another version of the schema changes attributes by itself: nothing is concluded then. An
/// attribute that one of the two does not have at all counts only if the other says something in it
/// that no default is.
pub fn changed_attributes<'a>(
    rules: &dyn Rules,
    before: &'a Member,
    after: &'a Member,
) -> Vec<&'a str> {
    if before.schema_version != after.schema_version {
        return Vec::new();
    }
    let defaults = [
        NOTHING,
        fingerprint::of_json("false"),
        fingerprint::of_json("0"),
    ];
    let differs = |one: Option<&u64>, other: Option<&u64>| match (one, other) {
        (Some(one), Some(other)) => one != other,
        (Some(only), None) | (None, Some(only)) => !defaults.contains(only),
        (None, None) => false,
    };
    let names: BTreeSet<&str> = before
        .attributes
        .keys()
        .chain(after.attributes.keys())
        .map(String::as_str)
        .collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.retain(|name| {
        differs(before.attributes.get(*name), after.attributes.get(*name))
            && !rules.is_computed(&after.resource_type, name)
    });
    names
}
