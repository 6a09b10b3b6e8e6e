//! Folds the rows of one resource in one operation into one change.

use nepho_core::tables::{ChangeAction, ChangeOutcome};

use super::event::StackEvent;
use super::operation::{Operation, Phase};
use crate::status::{Stage, UPDATE_COMPLETE};

/// What an operation did to one resource.
pub(super) struct Folded<'a, 'e> {
    /// What was done.
    pub(super) action: ChangeAction,
    /// How it ended.
    pub(super) outcome: ChangeOutcome,
    /// The row that tells the end of what was asked for.
    pub(super) last: &'e StackEvent<'a>,
    /// The row that tells its beginning.
    pub(super) first: &'e StackEvent<'a>,
    /// Physical id after the change; the last one known for what is gone.
    pub(super) physical: &'e str,
    /// Why, in the words of the service.
    pub(super) reason: Option<&'e str>,
}

type Row<'a, 'e> = (Phase, &'e StackEvent<'a>);

/// What `operation` did to the resource with these rows (in the order of time), or `None` for
/// nothing.
pub(super) fn fold<'a, 'e>(
    operation: &Operation<'a, 'e>,
    rows: &[Row<'a, 'e>],
) -> Option<Folded<'a, 'e>> {
    let of = |wanted: Phase| -> Vec<&'e StackEvent<'a>> {
        let rows = rows
            .iter()
            .filter(|(phase, row)| *phase == wanted && row.hook.is_none());
        rows.map(|(_, row)| *row).collect()
    };
    let (main, cleanup, rollback) = (of(Phase::Main), of(Phase::Cleanup), of(Phase::Rollback));
    if !main.is_empty() {
        let folded = fold_main(operation, &main, &rollback)?;
        return Some(replaced(operation, &cleanup, folded));
    }
    if !cleanup.is_empty() {
        // Without a row before it, the cleanup takes away what the template no longer has.
        return fold_main(operation, &cleanup, &rollback);
    }
    fold_rollback(&rollback)
}

fn fold_main<'a, 'e>(
    operation: &Operation<'a, 'e>,
    main: &[&'e StackEvent<'a>],
    rollback: &[&'e StackEvent<'a>],
) -> Option<Folded<'a, 'e>> {
    let (first, last) = (*main.first()?, *main.last()?);
    let action = action(main)?;
    let (mut action, mut outcome) = match last.status.stage()? {
        Stage::Complete => (action, ChangeOutcome::Applied),
        Stage::Failed if last.is_cancelled() => (action, ChangeOutcome::Cancelled),
        Stage::Failed => (action, ChangeOutcome::Failed),
        Stage::Skipped => (ChangeAction::Forget, ChangeOutcome::Applied),
        _ => (action, ChangeOutcome::Unknown),
    };
    let has_failed = matches!(outcome, ChangeOutcome::Failed | ChangeOutcome::Cancelled);
    let mut reason = match outcome {
        ChangeOutcome::Failed | ChangeOutcome::Cancelled => last.reason.as_deref(),
        _ => replacement_reason(main),
    };
    if !has_failed {
        // An update that is taken back is, also when what it made stays behind.
        let is_restored = |row: &&&StackEvent<'_>| row.status == UPDATE_COMPLETE;
        let restored = rollback.iter().rev().find(is_restored);
        match restored.or(rollback.last()) {
            Some(row) if row.status.is_complete() => outcome = ChangeOutcome::RolledBack,
            Some(row) if row.status.is_failed() => {
                outcome = ChangeOutcome::Failed;
                reason = row.reason.as_deref();
            }
            Some(row) if row.status.stage() == Some(Stage::Skipped) => {}
            _ if operation.is_taken_back => outcome = ChangeOutcome::RolledBack,
            _ => {}
        }
        if outcome == ChangeOutcome::RolledBack {
            reason = operation.rollback_reason.or(reason);
        }
    }
    let known = |row: &&&'e StackEvent<'a>| !row.physical.is_empty();
    let physical = main
        .iter()
        .rev()
        .find(known)
        .map_or("", |row| row.physical.as_str());
    if action == ChangeAction::Update && is_replacement(main) {
        action = ChangeAction::Replace;
    }
    Some(Folded {
        action,
        outcome,
        last,
        first,
        physical,
        reason,
    })
}

/// An update is a replacement too when the resource had another physical id before, or when another
/// one is taken away in the cleanup.
fn replaced<'a, 'e>(
    operation: &Operation<'a, 'e>,
    cleanup: &[&'e StackEvent<'a>],
    mut folded: Folded<'a, 'e>,
) -> Folded<'a, 'e> {
    let before = operation.before.get(folded.last.logical.as_str()).copied();
    let is_other = |id: &str| !id.is_empty() && id != folded.physical;
    let is_replaced = before.is_some_and(is_other)
        || cleanup
            .iter()
            .any(|row| row.verb() == "DELETE" && is_other(&row.physical));
    if folded.action == ChangeAction::Update && !folded.physical.is_empty() && is_replaced {
        folded.action = ChangeAction::Replace;
    }
    folded
}

/// A list that was cut off may hold the rollback only: the change is told by what takes it back.
fn fold_rollback<'a, 'e>(rollback: &[&'e StackEvent<'a>]) -> Option<Folded<'a, 'e>> {
    let (first, last) = (*rollback.first()?, *rollback.last()?);
    let action = match first.verb() {
        "DELETE" => ChangeAction::Create,
        "UPDATE" => ChangeAction::Update,
        "IMPORT" => ChangeAction::Import,
        _ => return None,
    };
    let outcome = match last.status.stage()? {
        Stage::Complete => ChangeOutcome::RolledBack,
        Stage::Failed => ChangeOutcome::Failed,
        Stage::Skipped => ChangeOutcome::Applied,
        _ => ChangeOutcome::Unknown,
    };
    let reason = last
        .reason
        .as_deref()
        .filter(|_| outcome == ChangeOutcome::Failed);
    Some(Folded {
        action,
        outcome,
        last,
        first,
        physical: &last.physical,
        reason,
    })
}

fn action(rows: &[&StackEvent<'_>]) -> Option<ChangeAction> {
    let verbs: Vec<&str> = rows.iter().map(|row| row.verb()).collect();
    let deleted = verbs.iter().position(|verb| *verb == "DELETE");
    let created = verbs.iter().rposition(|verb| *verb == "CREATE");
    if let (Some(deleted), Some(created)) = (deleted, created) {
        // A resource that goes before it comes is another one; one that comes before it goes is
        // gone.
        return Some(if deleted < created {
            ChangeAction::Replace
        } else {
            ChangeAction::Delete
        });
    }
    Some(match *verbs.first()? {
        "CREATE" => ChangeAction::Create,
        "UPDATE" => ChangeAction::Update,
        "DELETE" => ChangeAction::Delete,
        "IMPORT" => ChangeAction::Import,
        _ => return None,
    })
}

fn is_replacement(rows: &[&StackEvent<'_>]) -> bool {
    let mut ids = rows
        .iter()
        .map(|row| row.physical.as_str())
        .filter(|id| !id.is_empty());
    let first = ids.next();
    replacement_reason(rows).is_some() || ids.any(|id| Some(id) != first)
}

fn replacement_reason<'e>(rows: &[&'e StackEvent<'_>]) -> Option<&'e str> {
    let mut reasons = rows.iter().filter_map(|row| row.reason.as_deref());
    reasons.find(|reason| reason.contains("creation of a new physical resource"))
}
