//! What the words of operations on stack sets mean.
//!
//! docs.aws.amazon.com/AWSCloudFormation/latest/APIReference, `API_StackSetOperation`,
//! `API_StackSetOperationResultSummary` and `API_StackInstanceComprehensiveStatus`, read
//! 2026-11-29.

use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RunOperation, RunStatus};

/// What an operation is started to do.
pub(super) fn purpose(action: &str) -> RunOperation {
    match action {
        "DELETE" => RunOperation::Destroy,
        "DETECT_DRIFT" => RunOperation::Refresh,
        _ => RunOperation::Apply,
    }
}

/// What an operation does to each stack: nothing where it looks for drift only.
pub(super) fn action(action: &str, retains_stacks: bool) -> Option<ChangeAction> {
    match action {
        "CREATE" => Some(ChangeAction::Create),
        "UPDATE" => Some(ChangeAction::Update),
        // The stack goes on to be, and no set has it.
        "DELETE" if retains_stacks => Some(ChangeAction::Forget),
        "DELETE" => Some(ChangeAction::Delete),
        _ => None,
    }
}

/// What became of one stack; `None` while the operation has not come to it.
pub(super) fn outcome(status: &str) -> Option<ChangeOutcome> {
    match status {
        "SUCCEEDED" => Some(ChangeOutcome::Applied),
        "FAILED" | "FAILED_IMPORT" | "INOPERABLE" => Some(ChangeOutcome::Failed),
        "CANCELLED" | "SKIPPED_SUSPENDED_ACCOUNT" => Some(ChangeOutcome::Cancelled),
        "RUNNING" => Some(ChangeOutcome::Unknown),
        _ => None,
    }
}

/// How an operation ended: one that failed is partial where some stacks were changed, and so is one
/// that tolerated the failure of `failed` stacks.
pub(super) fn status(status: &str, failed: u64, changes: &[&Change]) -> RunStatus {
    let has = |outcome| changes.iter().any(|change| change.outcome == outcome);
    match status {
        "SUCCEEDED" if failed > 0 || has(ChangeOutcome::Failed) => RunStatus::Partial,
        "SUCCEEDED" => RunStatus::Succeeded,
        "FAILED" if has(ChangeOutcome::Applied) => RunStatus::Partial,
        "FAILED" => RunStatus::Failed,
        "STOPPED" => RunStatus::Canceled,
        "RUNNING" | "STOPPING" | "QUEUED" => RunStatus::Running,
        _ => RunStatus::Unknown,
    }
}

/// Marks the failure that an operation ended with, where it is the only one: results have no times,
/// so that of several none is known to be the first.
pub(super) fn mark_root_failure(changes: &mut [Change]) {
    let is_failed = |change: &&mut Change| change.outcome == ChangeOutcome::Failed;
    let mut failed = changes.iter_mut().filter(is_failed);
    if let (Some(only), None) = (failed.next(), failed.next()) {
        only.is_root_failure = true;
    }
}
