//! Versions that Argo Rollouts rolled out, by its events.
//!
//! utils/conditions of github.com/argoproj/argo-rollouts (reasons and messages), read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::event::Event;
use crate::reason::redact;
use crate::rollout::revision_in;

/// Adds what the events of one rollout tell: a change per revision.
pub(super) fn tell(events: &[Event], out: &mut FeedOutput) {
    let mut changes: Vec<Change> = Vec::new();
    for event in events {
        let named = revision_in(&event.message);
        let outcome = match event.reason.as_str() {
            "RolloutUpdated" => ChangeOutcome::Unknown,
            "RolloutCompleted" => ChangeOutcome::Applied,
            "RolloutAborted" => ChangeOutcome::RolledBack,
            "ProgressDeadlineExceeded" | "RolloutDegraded" | "ReplicaSetCreateError" => {
                ChangeOutcome::Failed
            }
            _ => continue,
        };
        // A message without a revision is about the last one.
        let last = changes.last().and_then(|change| change.revision.clone());
        let Some(revision) = named.or(last) else {
            continue;
        };
        let held = changes
            .iter()
            .position(|change| change.revision.as_deref() == Some(revision.as_str()));
        let at = held.unwrap_or_else(|| {
            changes.push(change(event, &revision));
            changes.len() - 1
        });
        let Some(change) = changes.get_mut(at) else {
            continue;
        };
        if outcome == ChangeOutcome::Unknown {
            change.started = change.started.or(event.time);
            continue;
        }
        // An abort takes back what failed before.
        change.outcome = outcome;
        change.time = event.time;
        if outcome != ChangeOutcome::Applied {
            change.reason = Some(redact(&event.message, &[]));
        }
    }
    out.changes.append(&mut changes);
}

fn change(event: &Event, revision: &str) -> Change {
    let address = event.address();
    let run = format!("revision {revision}");
    Change {
        id: format!("argo-rollouts:{run}:{address}"),
        time: event.time,
        tool: "argo-rollouts".to_owned(),
        scope: event.namespace.clone(),
        run,
        action: match revision {
            "1" => ChangeAction::Create,
            _ => ChangeAction::Update,
        },
        outcome: ChangeOutcome::Unknown,
        address,
        resource: Some(event.key()),
        resource_type: event.kind.clone(),
        revision: Some(revision.to_owned()),
        attributes: vec!["spec.template".to_owned()],
        uri: event.uri.clone(),
        line: event.line,
        ..Change::default()
    }
}
