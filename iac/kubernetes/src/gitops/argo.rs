//! Runs of Argo CD by the events of an application.
//!
//! controller/ and util/argo/audit_logger.go of github.com/argoproj/argo-cd, read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus, Via};
use nepho_core::time::NANOS;

use super::event::Event;
use crate::reason::redact;

/// How long after an application was found out of sync a sync still is the answer to a new
/// revision: the interval at which Argo CD looks for one.
const POLL: i64 = 180 * NANOS;

/// Adds what the events of one application tell.
pub(super) fn tell(events: &[Event], out: &mut FeedOutput) {
    let mut open: Option<Run> = None;
    let mut is_drifted = false;
    for (at, event) in events.iter().enumerate() {
        match event.reason.as_str() {
            "OperationStarted" => {
                out.runs.extend(open.take());
                open = Some(started(event));
            }
            "OperationCompleted" => {
                let mut run = open.take().unwrap_or_else(|| started(event));
                completed(event, &mut run);
                out.runs.push(run);
            }
            "ResourceUpdated" if event.message.contains("Synced -> OutOfSync") => {
                let is_answered = events.iter().skip(at).any(|next| {
                    let after = next
                        .time
                        .zip(event.time)
                        .map(|(next, then)| next.since(then));
                    next.reason == "OperationStarted" && after.is_some_and(|after| after <= POLL)
                });
                if !is_answered && open.is_none() {
                    out.changes.push(change(event, ChangeAction::Drift));
                    is_drifted = true;
                }
            }
            "ResourceUpdated" if event.message.contains("OutOfSync -> Synced") && is_drifted => {
                out.changes.push(change(event, ChangeAction::DriftRepaired));
                is_drifted = false;
            }
            "ResourceCreated" => out.changes.push(change(event, ChangeAction::Create)),
            "ResourceDeleted" => out.changes.push(change(event, ChangeAction::Delete)),
            _ => {}
        }
    }
    out.runs.extend(open);
}

fn scope(event: &Event) -> String {
    format!("{}/{}", event.namespace, event.name)
}

/// `Initiated automated sync to 'sha'`, `admin initiated sync to HEAD (sha)`.
fn started(event: &Event) -> Run {
    let scope = scope(event);
    let message = event.message.as_str();
    let lower = message.to_ascii_lowercase();
    let when = event.time.map(|time| time.to_string()).unwrap_or_default();
    let actor = match message.split_once(" initiated ") {
        Some((actor, _)) if !actor.contains(' ') => Some(actor.to_owned()),
        _ if lower.contains("automated") => Some("argocd (automated)".to_owned()),
        _ => None,
    };
    Run {
        id: format!("argocd:{scope}@{when}"),
        tool: "argocd".to_owned(),
        scope,
        operation: match lower.contains("rollback") {
            true => RunOperation::Rollback,
            false => RunOperation::Sync,
        },
        status: RunStatus::Running,
        started: event.time.filter(|_| event.reason == "OperationStarted"),
        via: lower.contains("automated").then_some(Via::Service),
        actor,
        revision: commit(message),
        uri: event.uri.clone(),
        line: event.line,
        ..Run::default()
    }
}

/// `Sync operation to sha succeeded`, `Partial sync operation to sha failed: ...`.
fn completed(event: &Event, run: &mut Run) {
    let has_succeeded = event.message.trim_end().ends_with("succeeded") && !event.is_error;
    run.status = match has_succeeded {
        true => RunStatus::Succeeded,
        false => RunStatus::Failed,
    };
    run.ended = event.time;
    run.revision = run.revision.take().or_else(|| commit(&event.message));
    run.message = Some(redact(&event.message, &[])).filter(|_| !has_succeeded);
}

/// The commit that a message names: at least seven hexadecimal digits.
fn commit(message: &str) -> Option<String> {
    let mut words = message.split([' ', '\'', '"', '(', ')', ',', ':']);
    let is_commit = |word: &str| {
        (7..=64).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    words.find(|word| is_commit(word)).map(str::to_owned)
}

/// Change of the application itself.
fn change(event: &Event, action: ChangeAction) -> Change {
    let scope = scope(event);
    let when = event.time.map(|time| time.to_string()).unwrap_or_default();
    let address = event.address();
    let run = format!("argocd:{scope}@{when}");
    Change {
        id: format!("{run}:{address}:{action}"),
        time: event.time,
        tool: "argocd".to_owned(),
        scope,
        run,
        action,
        outcome: ChangeOutcome::Applied,
        address,
        resource: Some(event.key()),
        resource_type: event.kind.clone(),
        reason: Some(redact(&event.message, &[])),
        uri: event.uri.clone(),
        line: event.line,
        ..Change::default()
    }
}
