//! The run itself, as a row of table `runs`.

use nepho_core::tables::{
    self, Change, ChangeAction, ChangeOutcome, RunOperation, RunStatus, TimePrecision,
};

use super::run::{End, Run};

/// The run with its changes; `None` where no resource tells which stack it was of.
///
/// The log does not say who ran it, nor what for: history and webhooks do.
pub(super) fn run(run: &Run<'_>, changes: &[Change], uri: &str) -> Option<tables::Run> {
    let scope = run.scope.clone()?;
    // It was over when its log was written, which may be a copy.
    let written = run.written.filter(|_| !run.is_preview());
    Some(tables::Run {
        id: format!("{scope}@{}", run.name()),
        tool: "pulumi".to_owned(),
        operation: operation(run),
        status: status(run, changes),
        started: run.started,
        ended: run.latest.filter(|_| run.is_over()).or(written),
        time_precision: match written {
            Some(_) => TimePrecision::StateVersion,
            None => TimePrecision::None,
        },
        uri: uri.to_owned(),
        line: run.line,
        scope,
        ..tables::Run::default()
    })
}

/// What the run was started to do, as far as its steps show it.
fn operation(run: &Run<'_>) -> RunOperation {
    if run.is_preview() {
        return RunOperation::Plan;
    }
    // The stack itself and providers are steps of every run.
    let real = run.steps.iter().filter(|step| {
        !step.metadata.kind.starts_with("pulumi:pulumi:")
            && !step.metadata.kind.starts_with("pulumi:providers:")
    });
    let ops: Vec<(&str, &str)> = real
        .map(|step| (step.begun_as.as_str(), step.metadata.op.as_str()))
        .collect();
    let all = |is: fn(&str, &str) -> bool| {
        !ops.is_empty() && ops.iter().all(|(begun_as, op)| is(begun_as, op))
    };
    if all(|begun_as, _| begun_as == "refresh") {
        RunOperation::Refresh
    } else if all(|_, op| matches!(op, "delete" | "delete-replaced" | "discard")) {
        RunOperation::Destroy
    } else if all(|_, op| matches!(op, "import" | "same")) && ops.iter().any(|op| op.1 == "import")
    {
        RunOperation::Import
    } else {
        RunOperation::Apply
    }
}

fn status(run: &Run<'_>, changes: &[Change]) -> RunStatus {
    let is_done = |change: &Change| {
        change.outcome == ChangeOutcome::Applied && change.action != ChangeAction::Drift
    };
    let told = run
        .summary
        .as_ref()
        .and_then(|summary| summary.result.as_deref());
    let is_corrupt = run
        .summary
        .as_ref()
        .is_some_and(|summary| summary.maybe_corrupt);
    let is_failed = match told {
        Some("succeeded") => false,
        Some("canceled") => return RunStatus::Canceled,
        Some(_) => true,
        None => run.has_errors || is_corrupt,
    };
    let is_open = run
        .steps
        .iter()
        .any(|step| step.end == End::Open && step.is_custom);
    if is_failed {
        return match changes.iter().any(is_done) {
            true => RunStatus::Partial,
            false => RunStatus::Failed,
        };
    }
    match told {
        Some(_) => RunStatus::Succeeded,
        // Logs of old do not tell the result: a step without an end was interrupted.
        None if run.is_over() && !is_open => RunStatus::Succeeded,
        None => RunStatus::Unknown,
    }
}
