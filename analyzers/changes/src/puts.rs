//! Which puts of Azure's deployments made their resource, as the Activity Log tells.
//!
//! A deployment puts what it declares, new or not. Whether the resource was there is told by what
//! was done to it before, by whomever; the status of the answer counts only where nothing else is
//! known, because some providers answer `201 Created` to an update.

use std::collections::BTreeMap;

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome};

use crate::event::Cloud;
use crate::known::Known;
use crate::runs::interval;
use crate::store::Write;

const THERE: &str = "the Activity Log tells that the resource was there";
const DELETED: &str = "the Activity Log tells that the resource was deleted before";
const CREATED: &str = "the Activity Log tells that the resource was created";

/// What a put did, and why that is known.
pub(crate) struct Settled {
    pub id: String,
    pub action: ChangeAction,
    pub reason: &'static str,
}

/// What was done to a resource.
#[derive(Default)]
struct Past {
    /// Times at which it was there.
    there: Vec<Timestamp>,
    /// Times at which it was deleted.
    gone: Vec<Timestamp>,
    /// Times of answers `201 Created`.
    created: Vec<Timestamp>,
    is_planned: bool,
}

/// Puts that the Activity Log tells more of than their documents.
pub(crate) fn settled(
    writes: &[Write],
    changes: &BTreeMap<String, Change>,
    known: &Known,
) -> Vec<Settled> {
    let logged = logged(writes);
    if logged.is_empty() {
        return Vec::new();
    }
    let told = told(changes, known);
    let puts = changes.values().filter(|change| is_put(change));
    puts.filter_map(|put| {
        let (begin, end) = interval(put)?;
        let identity = known.identity(put.resource.as_deref()?);
        let own = logged.get(&*identity);
        let before = |times: Option<&Vec<Timestamp>>| {
            let times = times.into_iter().flatten().copied();
            times.filter(|time| *time < begin).max()
        };
        let there = before(own.map(|past| &past.there));
        // What a resource was in goes with it.
        let wholes = std::iter::successors(Some(&*identity), |id| Some(id.rsplit_once('/')?.0));
        let gone = wholes.filter_map(|id| before(logged.get(id).map(|past| &past.gone)));
        let gone = gone.max();
        let feed = told.get(&*identity);
        let there_by_feed = before(feed.map(|past| &past.there));
        let gone_by_feed = before(feed.map(|past| &past.gone));
        let is_told = there_by_feed.is_some() || gone_by_feed.is_some();
        let (action, reason) = match (there.max(there_by_feed), gone.max(gone_by_feed)) {
            (there, Some(last)) if there.is_none_or(|there| there <= last) => {
                (ChangeAction::Create, DELETED)
            }
            (Some(_), _) => (ChangeAction::Update, THERE),
            _ => {
                // The deployment alone tells of it, within an interval.
                let is_open = put.not_before.is_some()
                    && !is_told
                    && !feed.is_some_and(|past| past.is_planned);
                let mut answers = own.into_iter().flat_map(|past| &past.created);
                let is_created = answers.any(|time| *time >= begin && *time <= end);
                (is_open && is_created).then_some((ChangeAction::Create, CREATED))?
            }
        };
        (put.action != action).then(|| Settled {
            id: put.id.clone(),
            action,
            reason,
        })
    })
    .collect()
}

fn is_put(change: &Change) -> bool {
    matches!(change.tool.as_str(), "arm" | "bicep")
        && change.outcome == ChangeOutcome::Applied
        && matches!(change.action, ChangeAction::Create | ChangeAction::Update)
}

/// What the Activity Log tells, by resource.
fn logged(writes: &[Write]) -> BTreeMap<&str, Past> {
    let mut logged: BTreeMap<&str, Past> = BTreeMap::new();
    let is_told = |write: &&Write| {
        write.event.cloud == Cloud::Azure && write.event.outcome == Some(Outcome::Success)
    };
    for write in writes.iter().filter(is_told) {
        for identity in &write.identities {
            let past = logged.entry(identity).or_default();
            match write.event.subject.action {
                Some(ChangeAction::Delete) => past.gone.push(write.time),
                action => {
                    past.there.push(write.time);
                    if action == Some(ChangeAction::Create) {
                        past.created.push(write.time);
                    }
                }
            }
        }
    }
    logged
}

/// What documents tell, by resource.
fn told(changes: &BTreeMap<String, Change>, known: &Known) -> BTreeMap<String, Past> {
    let mut told: BTreeMap<String, Past> = BTreeMap::new();
    for change in changes.values() {
        let Some(resource) = &change.resource else {
            continue;
        };
        let past = told
            .entry(known.identity(resource).to_string())
            .or_default();
        past.is_planned |= change.outcome == ChangeOutcome::Planned;
        let (ChangeOutcome::Applied, Some(time)) = (change.outcome, change.time) else {
            continue;
        };
        match change.action {
            ChangeAction::Delete => past.gone.push(time),
            ChangeAction::Forget | ChangeAction::Move | ChangeAction::Drift => {}
            _ => past.there.push(time),
        }
    }
    told
}
