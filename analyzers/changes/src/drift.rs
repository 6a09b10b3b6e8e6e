//! Managed resources that somebody changed by hand, until infrastructure code sets them again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use nepho_core::findings::{Drift, WriteClass};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome};
use nepho_core::{Timestamp, key};

use crate::emit;
use crate::event::{ANYTHING, Cloud, Keyed, State, words};
use crate::known::Known;
use crate::passing::{self, is_passing};
use crate::runs;
use crate::store::Write;

/// Something that infrastructure code did to a resource.
pub(crate) struct Setting<'a> {
    pub(crate) time: Timestamp,
    pub(crate) id: String,
    /// Canonical id of what was set, where it is known.
    pub(crate) own: Option<Arc<str>>,
    pub(crate) resource_type: &'a str,
    /// What of it was set, in lower case; nothing where that is not told: then all of it was.
    pub(crate) what: Vec<String>,
    /// Calls that set it, where the audit log tells them.
    pub(crate) calls: Vec<&'a Write>,
}

/// What infrastructure code set, by the id of what it touched, by time.
pub(crate) type Settings<'a> = BTreeMap<Arc<str>, Vec<Setting<'a>>>;

/// Drift that each write by hand opened, by the hash of the write.
pub(crate) fn drifts(
    writes: &[Write],
    settings: &Settings<'_>,
    known: &Known,
) -> BTreeMap<u64, Vec<Drift>> {
    let mut drifts: BTreeMap<u64, Vec<Drift>> = BTreeMap::new();
    let renamed = renamed(writes, known);
    let taken_back = taken_back(writes, settings, known);
    let back = renamed_back(writes, &renamed, known);
    let restores = taken_back.values().chain(back.iter().map(|(by, _)| by));
    let restores: BTreeSet<u64> = restores.map(|by| by.hash).collect();
    for write in writes
        .iter()
        .filter(|write| opens(write) && !restores.contains(&write.hash))
    {
        for (place, now) in write.identities.iter().enumerate() {
            let own = declared_as(now, write.time, &renamed);
            for resource in differing(write, own, known) {
                // Code may set it by the new name.
                let names = [&resource, now]
                    .into_iter()
                    .take(1 + usize::from(own != now));
                let set_again = names
                    .filter_map(|name| set_again(write, name, settings))
                    .map(|setting| (setting.time, setting.id.clone()))
                    .min();
                let renamed_back = back
                    .iter()
                    .filter(|_| write.event.renamed.is_some())
                    .find(|(by, of)| **of == resource && by.time > write.time)
                    .map(|(by, _)| (by.time, emit::id(by, 0)));
                let undone = taken_back
                    .get(&write.hash)
                    .map(|by| (by.time, emit::id(by, place)));
                let closing = [set_again, undone, renamed_back];
                let closing = closing.into_iter().flatten().min();
                let opened = known.addresses(&resource).map(|address| Drift {
                    address: address.to_owned(),
                    resource: resource.to_string(),
                    change: emit::id(write, place),
                    opened: write.time,
                    closed: closing.as_ref().map(|(time, _)| *time),
                    closed_by: closing.as_ref().map(|(_, id)| id.clone()),
                    found: None,
                    found_by: Vec::new(),
                });
                drifts.entry(write.hash).or_default().extend(opened);
            }
        }
    }
    drifts.retain(|_, drifts| !drifts.is_empty());
    drifts
}

/// When each write was undone, by its hash: taken back by hand, or, of what is declared and can be
/// told from other settings of the same thing, by the end of all differences that it made.
pub(crate) fn undone(
    writes: &[Write],
    settings: &Settings<'_>,
    known: &Known,
    drifts: &BTreeMap<u64, Vec<Drift>>,
) -> BTreeMap<u64, Timestamp> {
    let back = taken_back(writes, settings, known);
    // What only goes on where another call left off was not undone.
    let by_others = back.iter().filter(|(hash, by)| **hash != by.hash);
    let mut undone: BTreeMap<u64, Timestamp> =
        by_others.map(|(hash, by)| (*hash, by.time)).collect();
    let is_told = |write: &&Write| write.reversal.is_some() || write.keyed.is_some();
    // A run that tells nothing of what it set may have set something else.
    let is_sure = |write: &&Write| {
        let own = write.identities.iter();
        let resources = own.flat_map(|own| differing(write, own, known));
        let mut by = resources.filter_map(|resource| set_again(write, &resource, settings));
        by.all(|by| !by.what.is_empty() || told_by_content(by, write) == Some(true))
    };
    for write in writes.iter().filter(is_told).filter(is_sure) {
        let drifts = drifts.get(&write.hash).into_iter().flatten();
        let closed: Option<Vec<Timestamp>> = drifts.map(|drift| drift.closed).collect();
        if let Some(last) = closed.and_then(|closed| closed.into_iter().max()) {
            let held = undone.entry(write.hash).or_insert(last);
            *held = last.min(*held);
        }
    }
    undone
}

/// Things that go by another name since a time: by that name, what they are declared as.
type Renamed = BTreeMap<Arc<str>, (Timestamp, Arc<str>)>;

/// What writes renamed that code manages, where nothing of the new name is declared.
fn renamed(writes: &[Write], known: &Known) -> Renamed {
    let mut renamed = Renamed::new();
    for write in writes {
        let is_done = write.event.outcome == Some(Outcome::Success);
        let name = write.event.renamed.as_deref().filter(|_| is_done);
        let (Some(name), Some(own)) = (name, write.identities.first()) else {
            continue;
        };
        // Of several names in turn all are of what the first was.
        let declared = Arc::clone(declared_as(own, write.time, &renamed));
        let name = known.identity(name);
        if known.is_declared(&declared) && !known.is_declared(&name) {
            renamed.insert(name, (write.time, declared));
        }
    }
    renamed
}

/// Writes that give things the names back that they are declared by, and what these are.
fn renamed_back<'a>(
    writes: &'a [Write],
    renamed: &'a Renamed,
    known: &Known,
) -> Vec<(&'a Write, &'a Arc<str>)> {
    let mut back = Vec::new();
    for write in writes {
        let is_done = write.event.outcome == Some(Outcome::Success);
        // What documents list is a setting.
        let is_told = is_done && write.class != WriteClass::Iac;
        let name = write.event.renamed.as_deref().filter(|_| is_told);
        let (Some(name), Some(own)) = (name, write.identities.first()) else {
            continue;
        };
        let declared = declared_as(own, write.time, renamed);
        if declared != own && known.identity(name) == *declared {
            back.push((write, declared));
        }
    }
    back
}

/// What a resource is declared as, which may have got its name only since.
fn declared_as<'a>(own: &'a Arc<str>, time: Timestamp, renamed: &'a Renamed) -> &'a Arc<str> {
    let declared = renamed.get(own).filter(|(since, _)| *since < time);
    declared.map_or(own, |(_, declared)| declared)
}

/// What a write to `own` makes a difference of, if to anything.
///
/// A call about a part that has a type of its own makes a difference of that, if code manages it;
/// so does a change of a policy of what code gives to a member, or to all members of a role.
/// What is done to a part that nothing else declares is a difference of the whole if that declares
/// it; what is new is a difference of nothing else.
fn differing(write: &Write, own: &Arc<str>, known: &Known) -> Vec<Arc<str>> {
    let granted = &write.event.subject.granted;
    if !granted.is_empty() {
        let parts = granted.iter().flat_map(|one| known.grants(own, one));
        let parts: BTreeSet<Arc<str>> = parts.collect();
        return parts.into_iter().collect();
    }
    if let Some(part) = passing::part(&write.event) {
        // Which of several it is, the call does not tell in words of the tool.
        return match known.parts(own, part).as_slice() {
            [] => Vec::new(),
            [one] => vec![Arc::clone(one)],
            _ => vec![Arc::clone(own)],
        };
    }
    let is_new = write.event.subject.action == Some(ChangeAction::Create);
    let is_managed = known.addresses(own).next().is_some();
    let whole = known
        .parent_of_unknown(own)
        .filter(|_| !is_managed && is_declared_within(own));
    let differs = whole.or_else(|| (!is_new).then(|| Arc::clone(own)));
    differs.into_iter().collect()
}

/// The first setting of a resource after a write that undoes what this did, or the last of those
/// that undo it one by one.
fn set_again<'a>(
    write: &Write,
    resource: &str,
    settings: &'a Settings<'_>,
) -> Option<&'a Setting<'a>> {
    let mut later = settings
        .get(resource)
        .into_iter()
        .flatten()
        .filter(|setting| setting.time > write.time);
    let done = write.reversal.as_deref();
    let mut left = done.map_or_else(Vec::new, |done| done.parts().to_vec());
    later.find(|setting| {
        let is_part = !left.is_empty();
        let calls = setting.calls.iter();
        for call in calls.filter_map(|call| call.reversal.as_deref()) {
            left.retain(|part| !done.is_some_and(|done| call.undoes_part(done, part)));
        }
        is_part && left.is_empty() || closes(setting, write, resource)
    })
}

/// Writes by hand that others took back by hand, by the hash of the former. Each takes back one:
/// the last before it that infrastructure code did not undo in between.
fn taken_back<'a>(
    writes: &'a [Write],
    settings: &Settings<'_>,
    known: &Known,
) -> BTreeMap<u64, &'a Write> {
    let undone = |write: &Write| {
        let resources = write.identities.iter();
        let resources = resources.flat_map(|own| differing(write, own, known));
        let times = resources.filter_map(|resource| {
            set_again(write, &resource, settings).map(|setting| setting.time)
        });
        times.min().unwrap_or(Timestamp::MAX)
    };
    let mut taken = set_back(writes, undone, known);
    taken.extend(taken_in_parts(writes, undone));
    // With the time at which code set them again.
    let mut open: BTreeMap<Held<'_>, Vec<(&Write, Timestamp)>> = BTreeMap::new();
    for write in writes.iter().filter(|write| opens(write)) {
        let reversal = write.reversal.as_ref();
        let Some(reversal) = reversal.filter(|reversal| !reversal.is_of_processes()) else {
            continue;
        };
        let identities = &*write.identities;
        let mut earlier = open.get_mut(&(identities, reversal.opposite()));
        let place = earlier.as_mut().and_then(|earlier| {
            earlier.retain(|(_, undone)| *undone >= write.time);
            earlier.iter().rposition(|(held, _)| {
                let held = held.reversal.as_ref();
                held.is_some_and(|held| reversal.takes_back(held))
            })
        });
        match earlier.zip(place) {
            Some((earlier, place)) => _ = taken.insert(earlier.remove(place).0.hash, write),
            None => {
                let own = open.entry((identities, reversal.kind())).or_default();
                own.push((write, undone(write)));
            }
        }
    }
    taken
}

/// A write by hand, when code undid it, and what of it nobody took back yet.
type Left<'a> = (&'a Write, Timestamp, Vec<u64>);

/// Writes on processes of groups that others took back by hand, each whole or in parts: the last
/// of these closes it. One that takes back a part and does nothing else is taken back by itself:
/// it makes no difference of its own.
fn taken_in_parts(writes: &[Write], undone: impl Fn(&Write) -> Timestamp) -> BTreeMap<u64, &Write> {
    let mut taken: BTreeMap<u64, &Write> = BTreeMap::new();
    let mut open: BTreeMap<&[Arc<str>], Vec<Left<'_>>> = BTreeMap::new();
    for write in writes.iter().filter(|write| opens(write)) {
        let Some(reversal) = &write.reversal else {
            continue;
        };
        if !reversal.is_of_processes() {
            continue;
        }
        let earlier = open.entry(&write.identities).or_default();
        let mut is_back = false;
        let mut more = reversal.parts().to_vec();
        earlier.retain_mut(|(held, undone, left)| {
            if *undone < write.time {
                return false;
            }
            let Some(of) = &held.reversal else {
                return false;
            };
            let is_undone = |part: &u64| reversal.undoes_part(of, part);
            more.retain(|part| !(left.contains(part) && is_undone(part)));
            left.retain(|part| !is_undone(part));
            if left.is_empty() {
                taken.insert(held.hash, write);
                is_back = true;
            }
            !left.is_empty()
        });
        if more.is_empty() && !is_back {
            taken.insert(write.hash, write);
        } else if !is_back {
            earlier.push((write, undone(write), reversal.parts().to_vec()));
        }
    }
    taken
}

/// What writes by hand are on, and what they add to it or take from it.
type Held<'a> = (&'a [Arc<str>], (&'a str, bool));

/// Hash of a write, the time at which code set the same again, and how the thing was before.
type Open = (u64, Timestamp, Option<State>);

/// Writes by hand on things of which calls tell how they are, by the hash of the former: whatever
/// was done since a thing was last as it is after a write is taken back by that.
fn set_back<'a>(
    writes: &'a [Write],
    undone: impl Fn(&Write) -> Timestamp,
    known: &Known,
) -> BTreeMap<u64, &'a Write> {
    let mut taken: BTreeMap<u64, &Write> = BTreeMap::new();
    let mut states: BTreeMap<(usize, u64), State> = BTreeMap::new();
    let mut open: BTreeMap<(usize, u64), Vec<Open>> = BTreeMap::new();
    for write in writes {
        let Some((keyed, declared)) = shift(write, known) else {
            continue;
        };
        if write.event.outcome == Some(Outcome::Failure) {
            continue;
        }
        let told = states.insert(keyed.thing, keyed.after);
        if !opens(write) {
            continue;
        }
        let earlier = open.entry(keyed.thing).or_default();
        // What code made of it since, no call tells.
        let is_settled = earlier.iter().all(|(_, undone, _)| *undone >= write.time);
        let before = keyed.before.or(told.filter(|_| is_settled)).or(declared);
        earlier.retain(|(_, undone, _)| *undone >= write.time);
        let mut places = earlier.iter();
        match places.rposition(|(_, _, before)| *before == Some(keyed.after)) {
            Some(place) => {
                let back = earlier.drain(place..);
                taken.extend(back.map(|(hash, _, _)| (hash, write)));
            }
            None => earlier.push((write.hash, undone(write), before)),
        }
    }
    taken
}

/// The thing that a write is on, how that is before and after it, and how documents say that it is.
/// Of plain settings the thing is all of them that the call gives a resource.
fn shift<'a>(write: &'a Write, known: &Known) -> Option<(Cow<'a, Keyed>, Option<State>)> {
    if let Some(keyed) = &write.keyed {
        return Some((Cow::Borrowed(keyed), None));
    }
    let [own] = &*write.identities else {
        return None;
    };
    if write.given.is_empty() {
        return None;
    }
    let given = write.given.iter();
    let names: Vec<&str> = given.clone().map(|(name, _)| *name).collect();
    let declared = given.map(|(name, _)| Some((*name, known.setting(own, name)?)));
    let declared: Option<Vec<(&str, u64)>> = declared.collect();
    let keyed = Keyed {
        thing: (usize::MAX, hash(&(own, names))),
        before: None,
        after: State::There(hash(&*write.given)),
    };
    let declared = declared.map(|all| State::There(hash(all.as_slice())));
    Some((Cow::Owned(keyed), declared))
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Whether a write may make a difference to what is declared.
fn opens(write: &Write) -> bool {
    let event = &write.event;
    matches!(write.class, WriteClass::Console | WriteClass::Script)
        && event.outcome != Some(Outcome::Failure)
        && !is_passing(event)
}

/// Last parts of the types of Azure that the whole declares itself: rules of a group, the settings
/// of a site, of which documents tell nothing of their own.
const DECLARED_WITHIN: [&str; 7] = [
    "accesspolicies",
    "blobservices",
    "config",
    "fileservices",
    "queueservices",
    "routes",
    "securityrules",
];

/// Whether a part of this id is something that the whole declares itself.
fn is_declared_within(id: &str) -> bool {
    let kind = key::azure_type(id).unwrap_or_default();
    let last = kind.rsplit('/').next();
    last.is_some_and(|last| DECLARED_WITHIN.contains(&last))
}

/// What infrastructure code set: changes of feeds, and writes that nothing else tells of.
pub(crate) fn settings<'a>(
    writes: &'a [Write],
    changes: &'a BTreeMap<String, Change>,
    known: &Known,
) -> Settings<'a> {
    let mut settings = Settings::new();
    let mut by_tools: BTreeMap<&str, Vec<&Write>> = BTreeMap::new();
    for write in writes.iter().filter(|write| {
        write.class == WriteClass::Iac && write.event.outcome == Some(Outcome::Success)
    }) {
        for own in &write.identities {
            by_tools.entry(own).or_default().push(write);
        }
    }
    for change in changes.values() {
        let Some(time) = change.time.filter(|_| change.action.sets()) else {
            continue;
        };
        if change.outcome != ChangeOutcome::Applied {
            continue;
        }
        for touched in known.touched(change) {
            settings
                .entry(Arc::clone(&touched))
                .or_default()
                .push(Setting {
                    time,
                    id: change.id.clone(),
                    own: {
                        let own = change.resource.as_deref();
                        let own = own.map(|id| known.identity_in(change, id));
                        own.or_else(|| known.at_address(change))
                    },
                    resource_type: &change.resource_type,
                    what: set_by(change),
                    calls: calls_of(change, &touched, &by_tools),
                });
        }
    }
    let unregistered = writes.iter().filter(|write| {
        write.class == WriteClass::IacUnregistered && write.event.outcome == Some(Outcome::Success)
    });
    for write in unregistered {
        for (place, own) in write.identities.iter().enumerate() {
            settings.entry(Arc::clone(own)).or_default().push(Setting {
                time: write.time,
                id: emit::id(write, place),
                own: Some(Arc::clone(own)),
                resource_type: &write.event.subject.resource_type,
                what: told_by(write),
                calls: vec![write],
            });
        }
    }
    for list in settings.values_mut() {
        list.sort_by(|a, b| (a.time, &a.id).cmp(&(b.time, &b.id)));
    }
    settings
}

/// The calls on a resource that a change of it consisted of.
fn calls_of<'a>(
    change: &Change,
    resource: &str,
    by_tools: &BTreeMap<&str, Vec<&'a Write>>,
) -> Vec<&'a Write> {
    let calls = by_tools.get(resource).into_iter().flatten().copied();
    calls.filter(|write| runs::is_near(write, change)).collect()
}

/// What a call names of its resource, by its operation and by its parameters.
fn told_by(write: &Write) -> Vec<String> {
    let attributes = write.event.subject.attributes.iter();
    let attributes = attributes
        .filter(|name| Change::is_setting(name))
        .map(|name| plain(name));
    named(write).into_iter().chain(attributes).collect()
}

/// What a change set of its resource, as far as it tells. What makes the resource anew sets all of
/// it.
fn set_by(change: &Change) -> Vec<String> {
    match change.action {
        ChangeAction::Update | ChangeAction::DriftRepaired => {
            change.attributes.iter().map(|name| plain(name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether setting a resource, or a part of it, undoes what a write did to the resource.
///
/// A tool that sets the resource itself and does not tell what of it sets all of it; else what it
/// tells must be what the operation names. Of the parts only that one counts which the operation
/// names: a new rule of a group does not undo a change of its tags.
pub(crate) fn closes(setting: &Setting<'_>, write: &Write, resource: &str) -> bool {
    if let Some(told) = told_by_content(setting, write) {
        return told;
    }
    let is_own = setting.own.as_deref() == Some(resource);
    let is_of_part = passing::part(&write.event).is_some();
    if is_own && (is_of_part || !write.event.subject.granted.is_empty()) {
        return true;
    }
    let named: BTreeSet<String> = named(write).iter().flat_map(|word| alike(word)).collect();
    if is_own {
        // Calls of one service name the same thing by the same word.
        if named.is_empty() && is_one_api(setting, write) {
            let own: BTreeSet<String> = told_by(write).into_iter().collect();
            let mut set = setting.what.iter();
            return own.is_empty() || setting.what.is_empty() || set.any(|what| own.contains(what));
        }
        let is_same = |what: &String| named.iter().any(|word| what.contains(word.as_str()));
        return named.is_empty() || setting.what.is_empty() || setting.what.iter().any(is_same);
    }
    let part = plain(setting.resource_type);
    let operation = write.event.operation.to_lowercase();
    let rules = alike("rule");
    if part.contains("rule") && rules.iter().any(|word| operation.contains(word.as_str())) {
        return true;
    }
    named.iter().any(|word| part.contains(word.as_str()))
}

/// Whether the calls of a setting undo a write, where their contents tell.
fn told_by_content(setting: &Setting<'_>, write: &Write) -> Option<bool> {
    if let Some(keyed) = &write.keyed {
        // Each line of the table is about things of one kind.
        let (kind, _) = keyed.thing;
        let calls = setting.calls.iter().filter_map(|call| call.keyed.as_ref());
        let mut calls = calls.filter(|call| call.thing.0 == kind).peekable();
        calls.peek()?;
        return Some(calls.any(|call| call.thing == keyed.thing));
    }
    let done = write.reversal.as_ref()?;
    let calls = setting
        .calls
        .iter()
        .filter_map(|call| call.reversal.as_ref());
    let mut calls = calls.filter(|call| call.is_comparable(done)).peekable();
    calls.peek()?;
    Some(calls.any(|call| call.undoes(done)))
}

/// Whether a setting is nothing but a call of the service that a write called.
fn is_one_api(setting: &Setting<'_>, write: &Write) -> bool {
    match setting.calls.as_slice() {
        [call] => {
            call.class == WriteClass::IacUnregistered
                && call.event.cloud == Cloud::Aws
                && call.event.api == write.event.api
        }
        _ => false,
    }
}

/// What of the resource the operation of a write names, in lower case: `ingress` of
/// `AuthorizeSecurityGroupIngress`. Nothing where it names the resource alone.
pub(crate) fn named(write: &Write) -> Vec<String> {
    let whole = plain(&write.event.subject.resource_type);
    words(key::short_name(&write.event.operation))
        .into_iter()
        .skip(1)
        .map(str::to_lowercase)
        .filter(|word| word.len() > 3 && !whole.contains(word.as_str()))
        .filter(|word| !ANYTHING.contains(&word.as_str()))
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .collect()
}

/// Words by which attributes and parts call what an operation calls `word`.
fn alike(word: &str) -> Vec<String> {
    let more: &[&str] = match word {
        "ingress" | "egress" => &["rule", "permission"],
        "rule" | "rules" | "permission" | "permissions" => {
            &["rule", "permission", "ingress", "egress"]
        }
        "code" => &["image", "package", "filename", "s3"],
        _ => &[],
    };
    // One thing of a kind is among the things of it: `tags` of `TagResource`.
    let single = word.strip_suffix('s').unwrap_or(word);
    let own = [single.to_owned()];
    own.into_iter()
        .chain(more.iter().map(|word| (*word).to_owned()))
        .collect()
}

pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
