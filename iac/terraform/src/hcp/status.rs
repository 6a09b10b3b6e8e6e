//! What the status of a run of HCP Terraform says.
//!
//! developer.hashicorp.com/terraform/cloud-docs/api-docs/run, "Run States", read 2026-11-21.

use nepho_core::tables::{RunOperation, RunStatus};

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub status: RunStatus,
    /// Whether the cloud was changed, or may have been.
    pub is_applied: bool,
}

/// What a status says. `was_applying` is whether the run is known to have begun to apply: only what
/// was `applied`, or ended otherwise behind `applying`, changed the cloud.
pub(crate) fn reached(status: &str, was_applying: bool) -> Reached {
    let of = |status, is_applied| Reached { status, is_applied };
    match status {
        "applied" => of(RunStatus::Succeeded, true),
        "planned_and_finished" | "planned_and_saved" => of(RunStatus::Succeeded, false),
        // What was done before the error stays done.
        "errored" if was_applying => of(RunStatus::Partial, true),
        "errored" => of(RunStatus::Failed, false),
        "canceled" | "force_canceled" => of(RunStatus::Canceled, was_applying),
        "discarded" => of(RunStatus::Canceled, false),
        "policy_soft_failed" => of(RunStatus::Failed, false),
        _ if is_applying(status) => of(RunStatus::Running, true),
        "" => of(RunStatus::Unknown, false),
        _ => of(RunStatus::Running, was_applying),
    }
}

/// Whether a run with this status has begun to change the cloud and goes on.
pub(crate) fn is_applying(status: &str) -> bool {
    matches!(
        status,
        "applying" | "post_apply_running" | "post_apply_completed"
    )
}

/// What a run was started to do, as far as it came.
pub(crate) fn operation(reached: Reached, is_destroy: bool, is_refresh: bool) -> RunOperation {
    match reached.is_applied {
        false => RunOperation::Plan,
        true if is_destroy => RunOperation::Destroy,
        true if is_refresh => RunOperation::Refresh,
        true => RunOperation::Apply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_applied_changed_the_cloud() {
        let check = |status: &str, was_applying: bool, expected: RunStatus, is_applied: bool| {
            let found = reached(status, was_applying);
            assert_eq!(
                (found.status, found.is_applied),
                (expected, is_applied),
                "{status}"
            );
        };
        check("applied", false, RunStatus::Succeeded, true);
        check("applying", false, RunStatus::Running, true);
        check("errored", true, RunStatus::Partial, true);
        check("errored", false, RunStatus::Failed, false);
        check("canceled", false, RunStatus::Canceled, false);
        check("canceled", true, RunStatus::Canceled, true);
        check("discarded", true, RunStatus::Canceled, false);
        check("planned_and_finished", false, RunStatus::Succeeded, false);
        for status in [
            "pending",
            "planning",
            "cost_estimated",
            "pre_apply_running",
            "apply_queued",
        ] {
            check(status, false, RunStatus::Running, false);
        }
    }
}
