//! When resources began and ended, as changes tell.
//!
//! | change | tells |
//! |---|---|
//! | create | the resource exists since then |
//! | import | it existed before, of which nothing is said |
//! | delete | it exists no more |
//! | drift | of one that the tool found to be gone: it ended no later than that |
//! | move | one that a call renamed goes on by another id |
//! | update by a `/write` of Azure | after an end: it exists again, recovered or made anew |
//! | replace | a name is gone since it began, if told, and back again; for an id see below |
//! | replace that ended after the deletion | it exists no more since that began |
//!
//! Azure puts a resource under its id, so that a write that succeeds finds or makes it. Elsewhere
//! what was deleted answers calls for a while: tags are set on a terminated instance.
//!
//! After a replacement an id that the cloud makes (`sg-0a1b`) is new if a tool has it now, and gone
//! otherwise.
//!
//! But for that, only what was applied counts. Where the time is an interval, the resource is taken
//! to exist throughout.

use nepho_core::Timestamp;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::lifetimes::Lifetimes;
use super::names::NodeId;
use crate::identity::is_short_id;

/// Reason of a drift whose resource the tool found to be gone.
const GONE: &str = "deleted";

/// What one change tells of the life of its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    action: ChangeAction,
    /// When the change began, if that is told.
    begun: Option<Timestamp>,
    /// Before this it was not made.
    earliest: Timestamp,
    /// When it was done, which is when it can be known.
    done: Timestamp,
}

impl Life {
    /// What a change tells; nothing unless it was applied and has a time.
    fn of(change: &Change) -> Option<Self> {
        let action = match change.action {
            ChangeAction::Drift if change.reason.as_deref() == Some(GONE) => ChangeAction::Delete,
            _ if change.is_only_deleted() => ChangeAction::Delete,
            action => action,
        };
        let is_told = matches!(
            action,
            ChangeAction::Create | ChangeAction::Delete | ChangeAction::Replace
        ) || is_put(change);
        let done = match change.is_only_deleted() {
            // The end that is told is that of making it again.
            true => change.started.or(change.time)?,
            false => change.time.or(change.started).or(change.not_before)?,
        };
        let is_done = change.outcome == ChangeOutcome::Applied || change.is_only_deleted();
        (is_told && is_done).then(|| Self {
            action,
            begun: change.started,
            earliest: change.not_before.unwrap_or(done),
            done,
        })
    }

    /// What a change tells, by the ids of the resources that it tells it of.
    pub(crate) fn told(change: &Change) -> Vec<(&str, Self)> {
        let resource = change.resource.as_deref();
        let own = resource.zip(Self::of(change));
        let is_renamed = change.action == ChangeAction::Move && change.id.starts_with("audit:");
        let before = change.previous_address.as_deref();
        let ids = resource.zip(before).filter(|_| is_renamed);
        let halves = ids.map(|(now, before)| {
            let life = |action: ChangeAction| {
                Self::of(&Change {
                    action,
                    ..change.clone()
                })
            };
            let ended = life(ChangeAction::Delete).map(|life| (before, life));
            let begun = life(ChangeAction::Create).map(|life| (now, life));
            [ended, begun]
        });
        own.into_iter()
            .chain(halves.into_iter().flatten().flatten())
            .collect()
    }

    /// Whether the resource was deleted, and with it what lies in it.
    pub(crate) fn is_end(&self) -> bool {
        self.action == ChangeAction::Delete
    }

    /// Adds it to the lifetimes of a node with this id, which a tool may have now.
    pub(crate) fn note(&self, node: NodeId, id: &str, is_managed: bool, lives: &mut Lifetimes) {
        match self.action {
            ChangeAction::Create => lives.begins(node, self.earliest, self.done),
            ChangeAction::Delete => lives.ends(node, self.done, self.done),
            ChangeAction::Update => {
                lives.written(node, self.begun.unwrap_or(self.done), self.done);
            }
            _ => self.replace(node, id, is_managed, lives),
        }
    }

    fn replace(&self, node: NodeId, id: &str, is_managed: bool, lives: &mut Lifetimes) {
        if is_short_id(key::short_name(id)) {
            match is_managed {
                true => lives.begins(node, self.earliest, self.done),
                false => lives.ends(node, self.done, self.done),
            }
        } else if let Some(begun) = self.begun.filter(|begun| *begun < self.done) {
            lives.ends(node, begun, self.done);
            lives.begins(node, self.done, self.done);
        }
    }
}

/// Whether an audit log tells that Azure wrote the resource of this id.
fn is_put(change: &Change) -> bool {
    let operation = change.address.split(' ').next().unwrap_or_default();
    let is_azure = change.resource.as_deref().is_some_and(key::is_azure_id);
    change.action == ChangeAction::Update
        && change.id.starts_with("audit:")
        && is_azure
        && operation.ends_with("/write")
}
