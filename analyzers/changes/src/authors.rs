//! Who wrote the versions of states: a state names neither a person nor a time, but the log of its
//! bucket does.
//!
//! | asked of a write | why |
//! |---|---|
//! | it is of the object that the file is: the same bucket and key, or, of a copy of the file, a key that its path ends with | of several objects none is meant |
//! | it made the version that the address names | |
//! | or it was made when the version was written, to five seconds | a store and its log name the moment of one write slightly apart |
//! | or, of a copy, it is the last one before the copy and after the version before | a file that was copied tells the time of the copy |
//! | all writes that come into question are by one principal | nobody is guessed |
//!
//! A lock that is held tells the same: whoever holds it wrote what was written since, for as long
//! as a run may take.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, Run, RunOperation, RunStatus};
use nepho_core::time::NANOS;

use crate::event::Cloud;
use crate::objects::{LOCK, Place, Put, decoded, is_state};
use crate::runs::family;

/// A store and its log tell the time of one write this close to each other: 5 seconds.
const CLOSE: i64 = 5 * NANOS;
/// A lock is taken at most this long before a state is written: 6 hours.
const LONGEST_RUN: i64 = 6 * 3600 * NANOS;

/// A version of a state by its file.
#[derive(Default)]
struct Version {
    scope: String,
    tool: String,
    /// When it was written, and the version before it.
    time: Option<Timestamp>,
    before: Option<Timestamp>,
    changes: Vec<String>,
}

/// Where a file lies, as its address tells.
enum Located<'a> {
    /// In a bucket, perhaps with the version.
    Object(Place, Option<&'a str>),
    /// In a copy of it.
    Copy(&'a str),
}

/// Tells the changes of state versions who wrote these, and gives what is learned of their runs.
pub(crate) fn tell(changes: &mut BTreeMap<String, Change>, runs: &[Run], puts: &[Put]) -> Vec<Run> {
    let mut learned = Vec::new();
    for (uri, version) in versions(changes, runs) {
        let found = writer(&uri, &version, puts);
        let holder = match found {
            Some(_) => None,
            None => holder(&version, runs),
        };
        let Some(actor) = found
            .map(|put| put.actor.clone())
            .or_else(|| holder?.actor.clone())
        else {
            continue;
        };
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for id in &version.changes {
            let Some(change) = changes.get_mut(id) else {
                continue;
            };
            change.actor.get_or_insert_with(|| actor.clone());
            if let Some(put) = found {
                tell_time(change, put.time);
            }
        }
        for id in &version.changes {
            let Some(change) = changes.get(id).filter(|one| told.insert(&one.run)) else {
                continue;
            };
            learned.push(Run {
                id: change.run.clone(),
                tool: change.tool.clone(),
                scope: change.scope.clone(),
                actor: Some(actor.clone()),
                started: found.and_then(|put| locked(put, puts)),
                ended: found.map(|put| put.time),
                source_ip: found.and_then(|put| put.source_ip.clone()),
                user_agent: found.and_then(|put| put.user_agent.clone()),
                evidence: vec![match (found, holder) {
                    (Some(put), _) => put.uri.clone(),
                    (None, holder) => holder.map(|run| run.uri.clone()).unwrap_or_default(),
                }],
                uri: uri.clone(),
                ..Run::default()
            });
        }
    }
    learned
}

/// Within the interval in which a change came about, the version was written at its end.
fn tell_time(change: &mut Change, time: Timestamp) {
    let is_within = change.not_before.is_some_and(|start| start < time);
    let is_before = change.time.is_some_and(|end| time <= end.plus(CLOSE));
    if is_within && is_before {
        change.time = Some(time);
    }
}

/// Versions that changes were found by comparing, by their files.
fn versions(changes: &BTreeMap<String, Change>, runs: &[Run]) -> BTreeMap<String, Version> {
    // Runs that were concluded from two versions.
    let compared: BTreeSet<&str> = runs
        .iter()
        .filter(|run| run.serial_from.is_some() && run.serial_to.is_some())
        .map(|run| run.uri.as_str())
        .collect();
    let mut versions: BTreeMap<String, Version> = BTreeMap::new();
    for change in changes.values() {
        let is_version = matches!(family(&change.tool), "terraform" | "pulumi")
            && change.action != ChangeAction::Drift
            && (is_state(&change.uri) || compared.contains(change.uri.as_str()));
        if !is_version {
            continue;
        }
        let version = versions.entry(change.uri.clone()).or_default();
        version.scope.clone_from(&change.scope);
        version.tool.clone_from(&change.tool);
        version.time = version.time.max(change.time);
        version.before = version.before.max(change.not_before);
        version.changes.push(change.id.clone());
    }
    versions
}

/// The write that made a version.
fn writer<'a>(uri: &str, version: &Version, puts: &'a [Put]) -> Option<&'a Put> {
    let located = located(uri)?;
    let mut fitting: Vec<&Put> = puts.iter().filter(|put| fits(&located, put)).collect();
    let places: BTreeSet<&Place> = fitting.iter().map(|put| &put.place).collect();
    if places.len() != 1 {
        return None;
    }
    if let Located::Object(_, Some(named)) = located
        && fitting.iter().any(|put| put.version.is_some())
    {
        return fitting
            .into_iter()
            .find(|put| put.version.as_deref() == Some(named));
    }
    let time = version.time?;
    let near = |put: &&Put| put.time.since(time).abs() <= CLOSE;
    if fitting.iter().any(near) {
        fitting.retain(near);
        let closest = fitting.iter().min_by_key(|put| put.time.since(time).abs());
        return closest.copied().filter(|_| is_by_one(&fitting));
    }
    // A key at the top of a bucket is called as many others are.
    let is_known_copy = match located {
        Located::Copy(_) => places.first().is_some_and(|place| place.key.contains('/')),
        Located::Object(..) => false,
    };
    let before = version.before.filter(|_| is_known_copy)?;
    fitting.retain(|put| put.time > before && put.time <= time);
    fitting.last().copied().filter(|_| is_by_one(&fitting))
}

fn is_by_one(puts: &[&Put]) -> bool {
    puts.iter()
        .all(|put| puts.first().is_some_and(|first| first.actor == put.actor))
}

/// When the lock was taken under which a version was written.
fn locked(put: &Put, puts: &[Put]) -> Option<Timestamp> {
    let is_lock = |other: &&Put| {
        other.place.bucket == put.place.bucket
            && other.place.key.strip_suffix(LOCK) == Some(&*put.place.key)
            && other.actor == put.actor
            && other.time <= put.time
            && put.time.since(other.time) <= LONGEST_RUN
    };
    let lock = puts.iter().rfind(is_lock)?;
    Some(lock.time)
}

/// The run that holds the lock of a state since before the version was written.
fn holder<'a>(version: &Version, runs: &'a [Run]) -> Option<&'a Run> {
    let time = version.time?;
    // A lock that is older was left behind.
    let is_recent = |start: Timestamp| start <= time && time.since(start) <= LONGEST_RUN;
    let is_held = |run: &&Run| {
        run.status == RunStatus::Running
            && run.operation != RunOperation::Plan
            && run.actor.is_some()
            && family(&run.tool) == family(&version.tool)
            && run.scope == version.scope
            && run.started.is_some_and(is_recent)
    };
    let mut held = runs.iter().filter(is_held);
    let first = held.next()?;
    held.all(|other| other.actor == first.actor)
        .then_some(first)
}

/// Where a file lies; `None` of an address that is no bucket's.
fn located(uri: &str) -> Option<Located<'_>> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Some(Located::Copy(uri));
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let named = query.strip_prefix("versionId=");
    let (first, key) = path.split_once('/')?;
    let place = |cloud, account: Option<&str>, bucket: &str, key: &str| Place {
        cloud,
        account: account.map(str::to_owned),
        bucket: bucket.to_owned(),
        key: decoded(key),
    };
    let host_account = |host: &str| host.split('.').next().map(str::to_owned);
    let place = match scheme {
        "s3" | "s3a" => place(Cloud::Aws, None, first, key),
        "gs" => place(Cloud::Google, None, first, key),
        "az" | "azure" | "adl" => place(Cloud::Azure, None, first, key),
        "abfs" | "abfss" => match first.split_once('@') {
            Some((bucket, host)) => place(Cloud::Azure, host_account(host).as_deref(), bucket, key),
            None => place(Cloud::Azure, None, first, key),
        },
        "https" if first.ends_with(".blob.core.windows.net") => {
            let (bucket, key) = key.split_once('/')?;
            place(Cloud::Azure, host_account(first).as_deref(), bucket, key)
        }
        _ => return None,
    };
    Some(Located::Object(place, named))
}

fn fits(located: &Located<'_>, put: &Put) -> bool {
    match located {
        Located::Object(place, _) => {
            let accounts = place.account.as_ref().zip(put.place.account.as_ref());
            place.cloud == put.place.cloud
                && place.bucket == put.place.bucket
                && place.key == put.place.key
                && accounts.is_none_or(|(one, other)| one == other)
        }
        Located::Copy(path) => {
            let path = path.replace('\\', "/");
            let before = path.strip_suffix(&*put.place.key);
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        }
    }
}
