//! The run of one operation, and what it left behind.

use std::collections::BTreeSet;

use nepho_core::feed::Document;
use nepho_core::tables::{Change, ChangeOutcome, Run, RunOperation, RunStatus};

use super::event::StackEvent;
use super::is_grouping;
use super::operation::Operation;
use crate::status::{CREATE_FAILED, DELETE_FAILED, DELETE_SKIPPED};

/// Run of `operation`, or `None` when the list tells nothing of it as a whole: no row of the stack,
/// no id. `changes` are those that it made.
pub(super) fn run(
    document: &Document<'_>,
    operation: &Operation<'_, '_>,
    changes: &[Change],
) -> Option<Run> {
    let (_, first) = operation.rows.first()?;
    let own = |event: &&StackEvent<'_>| event.is_stack();
    let mut stack_rows = operation.rows.iter().map(|(_, event)| *event).filter(own);
    let begin = stack_rows.next();
    if begin.is_none() && first.handle().is_none() {
        return None;
    }
    let outcomes: Vec<ChangeOutcome> = changes.iter().map(|change| change.outcome).collect();
    let started = begin.and_then(|row| row.began.or(row.time));
    Some(Run {
        id: operation.run.clone(),
        tool: operation.tool.to_owned(),
        scope: first.stack_name.clone(),
        operation: purpose(operation, begin),
        status: status(operation, &outcomes),
        started: started.or(first.time),
        ended: operation.end.and_then(|row| row.time),
        orphans: orphans(operation),
        uri: document.uri.to_owned(),
        line: begin.map_or(first.line, |row| row.line),
        ..Run::default()
    })
}

fn purpose(operation: &Operation<'_, '_>, begin: Option<&StackEvent<'_>>) -> RunOperation {
    if operation.is_preview {
        return RunOperation::Plan;
    }
    if operation.is_undo {
        return RunOperation::Rollback;
    }
    match begin.map(|row| row.verb()) {
        Some("DELETE") => RunOperation::Destroy,
        Some("IMPORT") => RunOperation::Import,
        _ => RunOperation::Apply,
    }
}

fn status(operation: &Operation<'_, '_>, outcomes: &[ChangeOutcome]) -> RunStatus {
    let Some(end) = operation.end else {
        return match operation.has_begun {
            true => RunStatus::Running,
            false => RunStatus::Unknown,
        };
    };
    let is_complete = end.status.is_complete();
    if is_complete && (operation.is_undo || !operation.is_taken_back) {
        return RunStatus::Succeeded;
    }
    // Somebody stopped an update: nothing failed, and the rollback was asked for.
    let is_stopped = operation.rollback_reason.is_some_and(|reason| {
        reason.starts_with("User Initiated") && !outcomes.contains(&ChangeOutcome::Failed)
    });
    if is_complete && is_stopped {
        return RunStatus::Canceled;
    }
    let is_partial = outcomes.contains(&ChangeOutcome::Applied);
    match is_partial {
        true => RunStatus::Partial,
        false => RunStatus::Failed,
    }
}

/// Logical ids of what the operation made or replaced, and let go of without deleting it.
///
/// That is, by physical id: a deletion that failed while the operation came to its end, one that
/// was left out after the operation had made the resource, and a creation that failed, when nobody
/// deleted it.
fn orphans(operation: &Operation<'_, '_>) -> Vec<String> {
    let Some(end) = operation.end else {
        return Vec::new();
    };
    let rows = || {
        let rows = operation.rows.iter().map(|(_, event)| *event);
        rows.filter(|row| !is_grouping(row) && row.hook.is_none() && !row.physical.is_empty())
    };
    let ids: BTreeSet<(&str, &str)> = rows()
        .map(|row| (row.logical.as_str(), row.physical.as_str()))
        .collect();
    let mut orphans = BTreeSet::new();
    for (logical, physical) in ids {
        if operation.is_deleted_later(physical) {
            continue;
        }
        let own = || rows().filter(|row| row.logical == logical && row.physical == physical);
        let Some(last) = own().next_back() else {
            continue;
        };
        let is_made_here = own().any(|row| row.verb() == "CREATE")
            || (own().next().is_some_and(|row| row.verb() == "UPDATE")
                && rows().any(|row| row.logical == logical && row.physical != physical));
        let is_somebody_elses = own().any(|row| {
            let reason = row.reason.as_deref().unwrap_or_default();
            row.status == CREATE_FAILED && reason.to_ascii_lowercase().contains("already exist")
        });
        let is_left = match last.status.as_str() {
            // A stack that could not be deleted, or rolled back, goes on to have the resource.
            DELETE_FAILED => end.status.is_complete(),
            DELETE_SKIPPED => is_made_here,
            CREATE_FAILED => !is_somebody_elses,
            _ => false,
        };
        if is_left {
            orphans.insert(logical.to_owned());
        }
    }
    orphans.into_iter().collect()
}
