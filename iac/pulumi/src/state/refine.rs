//! What a state tells of the changes between two of them beyond the difference: when exactly, and
//! what the cloud keeps.

use std::collections::HashMap;

use nepho_core::Timestamp;
use nepho_core::feed::{Member, Snapshot};
use nepho_core::tables::{Change, ChangeAction};

use super::history::{CREATED, MODIFIED, RETAINED};

/// Gives each change the time that the state has of the resource, and makes a forget of a delete
/// that the cloud was to ignore (`retainOnDelete`).
///
/// A resource has the time of its last change only: a time outside the interval between the two
/// states is that of another one, and the interval stays.
pub(super) fn refine<'c>(snapshots: &[Snapshot], changes: impl Iterator<Item = &'c mut Change>) {
    let versions: HashMap<(&str, Timestamp), &Snapshot> = snapshots
        .iter()
        .filter(|snapshot| snapshot.tool == "pulumi")
        .filter_map(|snapshot| Some(((snapshot.scope.as_str(), snapshot.time?), snapshot)))
        .collect();
    for change in changes {
        let (Some(from), Some(to)) = (change.not_before, change.time) else {
            continue;
        };
        let member = |time: Timestamp| {
            let snapshot = versions.get(&(change.scope.as_str(), time))?;
            snapshot.members.get(&change.address)
        };
        match change.action {
            ChangeAction::Create | ChangeAction::Replace => {
                let time = member(to).and_then(|after| time(after, CREATED));
                sharpen(change, time, from, to);
            }
            ChangeAction::Update => {
                let time = member(to).and_then(|after| time(after, MODIFIED));
                sharpen(change, time, from, to);
            }
            ChangeAction::Delete => {
                let is_retained =
                    member(from).is_some_and(|before| before.attributes.contains_key(RETAINED));
                if is_retained {
                    forget(change);
                }
            }
            _ => {}
        }
    }
}

fn time(member: &Member, name: &str) -> Option<Timestamp> {
    let nanos = *member.attributes.get(name)?;
    i64::try_from(nanos).ok().map(Timestamp)
}

fn sharpen(change: &mut Change, time: Option<Timestamp>, from: Timestamp, to: Timestamp) {
    if let Some(time) = time.filter(|time| from < *time && *time <= to) {
        change.time = Some(time);
        change.not_before = None;
    }
}

fn forget(change: &mut Change) {
    let delete = ChangeAction::Delete.as_str();
    change.action = ChangeAction::Forget;
    if let Some(start) = change.id.strip_suffix(delete) {
        change.id = format!("{start}{}", change.action.as_str());
    }
}
