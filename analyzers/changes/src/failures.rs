//! What became of the calls of tools that failed: most are tried again until they succeed.

use std::collections::BTreeMap;

use nepho_core::findings::WriteClass;
use nepho_core::tables::Outcome;
use nepho_core::time::NANOS;

use crate::store::Write;

/// A failed call of a tool that succeeds within this time was tried again: 10 minutes.
const RETRY: i64 = 600 * NANOS;

/// Why a failed call of a tool is none, or that it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The same call went through later.
    Retried,
    /// What was to be removed is gone already.
    Missing,
    /// It failed.
    Real,
}

/// First words of operations that remove something.
const REMOVES: [&str; 11] = [
    "Delete",
    "Remove",
    "Detach",
    "Disassociate",
    "Terminate",
    "Release",
    "Revoke",
    "Deregister",
    "Unsubscribe",
    "Untag",
    "Disable",
];

/// Parts of error codes of things that are not there, in lower case.
const GONE: [&str; 7] = [
    "notfound",
    "not_found",
    "nosuch",
    "doesnotexist",
    "nonexistent",
    "resourcenotfound",
    "unknownresource",
];

/// What became of each failed call of an infrastructure tool, by the hash of the write.
pub(crate) fn failures(writes: &[Write]) -> BTreeMap<u64, Failure> {
    let mut successes: BTreeMap<(&str, &str, &str), Vec<&Write>> = BTreeMap::new();
    for write in writes
        .iter()
        .filter(|write| write.event.outcome == Some(Outcome::Success))
    {
        successes.entry(same(write)).or_default().push(write);
    }
    writes
        .iter()
        .filter(|write| write.event.outcome == Some(Outcome::Failure))
        .filter(|write| matches!(write.class, WriteClass::Iac | WriteClass::IacUnregistered))
        .map(|write| {
            let later = successes.get(&same(write)).into_iter().flatten();
            let failure = if later.into_iter().any(|success| is_repair(write, success)) {
                Failure::Retried
            } else if is_gone(write) {
                Failure::Missing
            } else {
                Failure::Real
            };
            (write.hash, failure)
        })
        .collect()
}

fn same(write: &Write) -> (&str, &str, &str) {
    let event = &write.event;
    (&event.actor, &event.api, &event.operation)
}

/// Whether `success` is `write` tried again: soon after, in the same run, of the same target.
fn is_repair(write: &Write, success: &Write) -> bool {
    let runs = (&write.marks.run, &success.marks.run);
    let is_same_run = !matches!(runs, (Some(one), Some(other)) if one != other);
    // A refused creation has no id yet.
    let is_same_target = write.target.is_none() || write.target == success.target;
    (0..=RETRY).contains(&success.time.since(write.time)) && is_same_run && is_same_target
}

fn is_gone(write: &Write) -> bool {
    let event = &write.event;
    let removes = REMOVES.iter().any(|verb| event.operation.starts_with(verb))
        || event.operation.to_lowercase().contains("delete");
    let code = event.error.as_deref().unwrap_or_default().to_lowercase();
    let code = code.replace('.', "");
    removes && GONE.iter().any(|part| code.contains(part))
}
