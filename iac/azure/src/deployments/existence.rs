//! Which puts made their resource, and which found it there.
//!
//! A deployment puts resources, and the status of the answer is no proof: some providers answer
//! `201 Created` to an update, others `200 OK` to a creation (they create at once, or tell of the
//! end of long work). What is known of the resource before counts more: that it was put or deleted
//! earlier, by whatever tool, or what a what-if said of it.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::compare::is_ours;
use super::deployment::UPSERT;

const EARLIER: &str = "an earlier change tells that the resource was there";
const DELETED: &str = "an earlier change tells that the resource was deleted";
const PLANNED_NEW: &str = "what-if told that the resource would be new";
const PLANNED_THERE: &str = "what-if told that the resource was there";

/// What documents tell of one resource.
#[derive(Default)]
struct History<'a> {
    /// Changes that were made, with their begin, by time.
    made: Vec<(Timestamp, &'a Change)>,
    is_planned_new: bool,
    is_planned_there: bool,
}

/// Puts of which something else is known than their operation or deployment told.
pub(super) fn settled(changes: &BTreeMap<&str, &Change>) -> Vec<Change> {
    let histories = histories(changes);
    let deleted = |resource: &str, by: Timestamp| {
        let wholes = std::iter::successors(Some(resource), |id| Some(id.rsplit_once('/')?.0));
        let of_wholes = wholes.filter_map(|id| histories.get(id));
        let made = of_wholes.flat_map(|history| &history.made);
        made.filter(|(_, change)| change.action == ChangeAction::Delete)
            .filter_map(|(_, change)| change.time)
            .filter(|time| *time <= by)
            .max()
    };
    let mut settled = Vec::new();
    for (resource, history) in &histories {
        let puts = || history.made.iter().filter(|(_, change)| is_put(change));
        let is_only = puts().count() == 1;
        for (place, (begin, put)) in puts().enumerate() {
            let earlier = history.made.iter().filter(|(_, one)| is_there(one.action));
            let there = earlier
                .filter_map(|(_, one)| one.time)
                .filter(|time| time <= begin)
                .max();
            let gone = deleted(resource, *begin);
            let (action, reason) = match (there, gone) {
                (there, Some(gone)) if there.is_none_or(|there| there <= gone) => {
                    (ChangeAction::Create, DELETED)
                }
                (Some(_), _) => (ChangeAction::Update, EARLIER),
                _ if history.is_planned_new && place == 0 => (ChangeAction::Create, PLANNED_NEW),
                _ if history.is_planned_there && !history.is_planned_new && is_only => {
                    (ChangeAction::Update, PLANNED_THERE)
                }
                _ => continue,
            };
            if put.action != action || put.reason.as_deref() == Some(UPSERT) {
                settled.push(Change {
                    action,
                    reason: Some(reason.to_owned()),
                    ..(*put).clone()
                });
            }
        }
    }
    settled
}

fn histories<'a>(changes: &BTreeMap<&'a str, &'a Change>) -> BTreeMap<&'a str, History<'a>> {
    let mut histories: BTreeMap<&str, History<'_>> = BTreeMap::new();
    for change in changes.values().copied() {
        let Some(resource) = change.resource.as_deref() else {
            continue;
        };
        let history = histories.entry(resource).or_default();
        let begin = change.started.or(change.not_before).or(change.time);
        match (change.outcome, begin) {
            (ChangeOutcome::Applied, Some(begin)) => history.made.push((begin, change)),
            (ChangeOutcome::Planned, _) if is_ours(change) => match change.action {
                ChangeAction::Create => history.is_planned_new = true,
                // With a reason it is only deployed: whether it was there is not told.
                ChangeAction::Update if change.reason.is_none() => history.is_planned_there = true,
                _ => {}
            },
            _ => {}
        }
    }
    for history in histories.values_mut() {
        history
            .made
            .sort_by_key(|(begin, change)| (*begin, change.time));
    }
    histories
}

fn is_put(change: &Change) -> bool {
    is_ours(change) && matches!(change.action, ChangeAction::Create | ChangeAction::Update)
}

/// Whether the resource is there behind such a change.
pub(super) fn is_there(action: ChangeAction) -> bool {
    matches!(
        action,
        ChangeAction::Create
            | ChangeAction::Update
            | ChangeAction::Replace
            | ChangeAction::Import
            | ChangeAction::DriftRepaired
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/a";

    /// A change of the site (or of `resource`) that took from one minute to the next.
    fn made(id: &str, minute: u8, action: ChangeAction, tool: &str) -> Change {
        let at = |minute: u8| Timestamp::parse_rfc3339(&format!("2024-05-01T10:{minute:02}:00Z"));
        Change {
            id: id.to_owned(),
            tool: tool.to_owned(),
            action,
            outcome: ChangeOutcome::Applied,
            started: at(minute),
            time: at(minute + 1),
            resource: Some(SITE.to_owned()),
            ..Change::default()
        }
    }

    fn planned(action: ChangeAction, reason: Option<&str>) -> Change {
        Change {
            outcome: ChangeOutcome::Planned,
            started: None,
            time: None,
            reason: reason.map(str::to_owned),
            ..made("plan", 0, action, "arm")
        }
    }

    fn check(changes: &[Change], expected: &[(&str, ChangeAction, &str)]) {
        let held = changes.iter().map(|one| (one.id.as_str(), one));
        let found = settled(&held.collect());
        let rows = found.iter().map(|one| {
            let reason = one.reason.as_deref().unwrap_or_default();
            (one.id.as_str(), one.action, reason)
        });
        assert_eq!(rows.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_was_put_before_is_updated_whatever_the_status() {
        use ChangeAction::{Create, Delete, Import, Update};
        let (first, second) = (made("1", 0, Create, "arm"), made("2", 5, Create, "bicep"));
        check(&[first.clone(), second.clone()], &[("2", Update, EARLIER)]);
        // Another tool may have made it.
        let imported = made("0", 0, Import, "terraform");
        check(&[imported, second.clone()], &[("2", Update, EARLIER)]);
        // Of two at the same time none is earlier.
        check(&[first.clone(), made("2", 0, Create, "arm")], &[]);
        let gone = made("gone", 2, Delete, "arm");
        check(&[first.clone(), gone, second.clone()], &[]);
        // A failure proves nothing.
        let failed = Change {
            outcome: ChangeOutcome::Failed,
            ..first
        };
        check(&[failed, second], &[]);
    }

    #[test]
    fn what_was_deleted_before_is_created_whatever_the_status() {
        use ChangeAction::{Create, Delete, Update};
        let puts = [made("1", 0, Create, "arm"), made("3", 5, Update, "arm")];
        let delete = made("2", 2, Delete, "arm");
        let all = |deleted: &Change| [puts.as_slice(), std::slice::from_ref(deleted)].concat();
        check(&all(&delete), &[("3", Create, DELETED)]);
        let group = Change {
            resource: Some("/subscriptions/s/resourcegroups/g".to_owned()),
            ..delete.clone()
        };
        check(&all(&group), &[("3", Create, DELETED)]);
        let other = Change {
            resource: Some(format!("{SITE}b")),
            ..delete
        };
        check(&all(&other), &[]);
    }

    #[test]
    fn a_what_if_tells_more_than_the_status() {
        use ChangeAction::{Create, Update};
        let put = |action| made("1", 0, action, "arm");
        let new = planned(Create, None);
        check(&[put(Update), new.clone()], &[("1", Create, PLANNED_NEW)]);
        check(&[put(Create), new], &[]);
        let there = planned(Update, None);
        check(&[put(Create), there], &[("1", Update, PLANNED_THERE)]);
        let deployed = planned(Update, Some("it is deployed"));
        check(&[put(Create), deployed], &[]);
    }
}
