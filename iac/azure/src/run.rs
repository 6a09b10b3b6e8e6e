//! Runs: one deployment or one update of a stack, known by its correlation id.

use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus};
use serde_json::Value;

use crate::resource::{Place, extended, type_of};
use crate::value::text;

/// Correlation id as logs can be joined by it: 32 hexadecimal digits in lower case.
///
/// Clients choose it, and write it with dashes or as the 32 digits of a W3C trace id. Anything else
/// comes back in lower case.
pub(crate) fn correlation(id: &str) -> String {
    let lower = id.trim().to_ascii_lowercase();
    let digits: String = lower.chars().filter(|c| *c != '-').collect();
    let is_id = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { digits } else { lower }
}

/// Id of the run that `properties` tell of: the correlation id, or the scope where there is none. A
/// validation has the correlation id of the deployment that follows, and an id of its own.
pub(crate) fn run_id(properties: &Value, scope: &str, operation: RunOperation) -> String {
    let id = text(properties, &["correlationId"]).map_or_else(|| scope.to_owned(), correlation);
    match operation {
        RunOperation::Plan => format!("{id}:validation"),
        _ => id,
    }
}

/// What a provisioning state says of a run, `None` for words that are not known.
pub(crate) fn status(state: &str) -> RunStatus {
    match state.to_ascii_lowercase().as_str() {
        "succeeded" | "ready" | "created" | "updated" | "deleted" => RunStatus::Succeeded,
        "failed" => RunStatus::Failed,
        "canceled" | "cancelled" => RunStatus::Canceled,
        "notspecified" | "" => RunStatus::Unknown,
        _ => RunStatus::Running,
    }
}

/// What a provisioning state says of a change.
pub(crate) fn outcome(state: &str) -> ChangeOutcome {
    match status(state) {
        RunStatus::Succeeded => ChangeOutcome::Applied,
        RunStatus::Failed => ChangeOutcome::Failed,
        RunStatus::Canceled => ChangeOutcome::Cancelled,
        _ => ChangeOutcome::Unknown,
    }
}

/// Change of one resource in a run. A run puts a resource once, so the id needs no action; it has
/// no scope either, so that a stack and the deployment that it made tell of one change.
pub(crate) fn change(
    run: &Run,
    id: &str,
    action: ChangeAction,
    outcome: ChangeOutcome,
    place: Place<'_>,
) -> Change {
    let address = key::canonical(id);
    Change {
        id: format!("arm:{}:{address}", run.id),
        time: run.ended,
        started: run.started,
        not_before: run.started,
        tool: run.tool.clone(),
        scope: run.scope.clone(),
        run: run.id.clone(),
        action,
        outcome,
        resource: Some(address.clone()),
        resource_type: type_of(id),
        parent: extended(&address),
        actor: run.actor.clone(),
        revision: run.revision.clone(),
        request_id: Some(run.id.clone()).filter(|id| id.len() == 32),
        uri: place.uri.to_owned(),
        line: place.line,
        address,
        ..Change::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_id_is_32_digits() {
        let digits = "b9ddf6d835f27ca94999eee72f0a6fbc";
        assert_eq!(correlation("B9DDF6D8-35F2-7CA9-4999-EEE72F0A6FBC"), digits);
        assert_eq!(correlation(digits), digits);
        assert_eq!(correlation("Not-One"), "not-one");
    }
}
