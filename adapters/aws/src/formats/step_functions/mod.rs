//! Execution history of AWS Step Functions, as its log groups hold it, and as `GetExecutionHistory`
//! answers (docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html, as of
//! 2026-11-30), which does not tell the execution.

use nepho_codec::table::{Event, JsonFormats, Need, Table, keep, part, text, time};
use nepho_core::key::Arn;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.step_functions",
    summary: "Step Functions execution history",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 2] = [&TABLE, &ANSWER];

const KIND: usize = 0;
const EXECUTION: usize = 1;
const STATE: usize = 2;
const ERROR: usize = 3;
const CAUSE: usize = 4;

static TABLE: Table = Table {
    name: "aws.step_functions",
    needs: &[
        Need::Contains("execution_arn", ":states:"),
        Need::Has("event_timestamp"),
        Need::Has("type"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["event_timestamp"]),
        part(&["execution_arn"], Column::Account, account_of),
        part(&["execution_arn"], Column::Region, region_of),
        text(&["type"], Column::Action),
        keep(&["type"], KIND),
        keep(&["execution_arn"], EXECUTION),
        keep(&["details.name", "details.resource"], STATE),
        keep(&["details.error"], ERROR),
        keep(&["details.cause"], CAUSE),
    ],
    extras: &[
        ("id", "event"),
        ("previous_event_id", "previous_event"),
        ("details.name", "state"),
        ("details.resourceType", "resource_type"),
        ("details.error", "error_type"),
        ("redrive_count", "redrive_count"),
    ],
    finish: Some(finish),
};

/// Events of an answer.
static ANSWER: Table = Table {
    name: "aws.step_functions",
    needs: &[
        Need::IsAny("type", KINDS),
        Need::Has("timestamp"),
        Need::Has("id"),
        Need::Has("previousEventId"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp"]),
        text(&["type"], Column::Action),
        keep(&["type"], KIND),
        keep(PLACES, STATE),
        keep(ERRORS, ERROR),
        keep(CAUSES, CAUSE),
    ],
    extras: &[("id", "event"), ("previousEventId", "previous_event")],
    finish: Some(finish),
};

/// Where an event of an answer names the state or what was called.
const PLACES: &[&str] = &[
    "stateEnteredEventDetails.name",
    "stateExitedEventDetails.name",
    "taskScheduledEventDetails.resource",
    "taskStartedEventDetails.resource",
    "taskStartFailedEventDetails.resource",
    "taskSubmittedEventDetails.resource",
    "taskSubmitFailedEventDetails.resource",
    "taskFailedEventDetails.resource",
    "taskTimedOutEventDetails.resource",
    "taskSucceededEventDetails.resource",
    "lambdaFunctionScheduledEventDetails.resource",
    "activityScheduledEventDetails.resource",
];

const ERRORS: &[&str] = &[
    "taskFailedEventDetails.error",
    "executionFailedEventDetails.error",
    "lambdaFunctionFailedEventDetails.error",
    "activityFailedEventDetails.error",
    "activityScheduleFailedEventDetails.error",
    "activityTimedOutEventDetails.error",
    "taskTimedOutEventDetails.error",
    "executionTimedOutEventDetails.error",
    "lambdaFunctionTimedOutEventDetails.error",
    "executionAbortedEventDetails.error",
    "taskStartFailedEventDetails.error",
    "taskSubmitFailedEventDetails.error",
    "lambdaFunctionStartFailedEventDetails.error",
    "lambdaFunctionScheduleFailedEventDetails.error",
    "mapRunFailedEventDetails.error",
    "evaluationFailedEventDetails.error",
];

const CAUSES: &[&str] = &[
    "taskFailedEventDetails.cause",
    "executionFailedEventDetails.cause",
    "lambdaFunctionFailedEventDetails.cause",
    "activityFailedEventDetails.cause",
    "activityScheduleFailedEventDetails.cause",
    "activityTimedOutEventDetails.cause",
    "taskTimedOutEventDetails.cause",
    "executionTimedOutEventDetails.cause",
    "lambdaFunctionTimedOutEventDetails.cause",
    "executionAbortedEventDetails.cause",
    "taskStartFailedEventDetails.cause",
    "taskSubmitFailedEventDetails.cause",
    "lambdaFunctionStartFailedEventDetails.cause",
    "lambdaFunctionScheduleFailedEventDetails.cause",
    "mapRunFailedEventDetails.cause",
    "evaluationFailedEventDetails.cause",
];

/// Types of events.
const KINDS: &[&str] = &[
    "ActivityFailed",
    "ActivityScheduled",
    "ActivityScheduleFailed",
    "ActivityStarted",
    "ActivitySucceeded",
    "ActivityTimedOut",
    "ChoiceStateEntered",
    "ChoiceStateExited",
    "EvaluationFailed",
    "ExecutionAborted",
    "ExecutionFailed",
    "ExecutionRedriven",
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionTimedOut",
    "FailStateEntered",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduled",
    "LambdaFunctionScheduleFailed",
    "LambdaFunctionStarted",
    "LambdaFunctionStartFailed",
    "LambdaFunctionSucceeded",
    "LambdaFunctionTimedOut",
    "MapIterationAborted",
    "MapIterationFailed",
    "MapIterationStarted",
    "MapIterationSucceeded",
    "MapRunAborted",
    "MapRunFailed",
    "MapRunRedriven",
    "MapRunStarted",
    "MapRunSucceeded",
    "MapStateAborted",
    "MapStateEntered",
    "MapStateExited",
    "MapStateFailed",
    "MapStateStarted",
    "MapStateSucceeded",
    "ParallelStateAborted",
    "ParallelStateEntered",
    "ParallelStateExited",
    "ParallelStateFailed",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "PassStateEntered",
    "PassStateExited",
    "SucceedStateEntered",
    "SucceedStateExited",
    "TaskFailed",
    "TaskScheduled",
    "TaskStarted",
    "TaskStartFailed",
    "TaskStateAborted",
    "TaskStateEntered",
    "TaskStateExited",
    "TaskSubmitFailed",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskTimedOut",
    "WaitStateAborted",
    "WaitStateEntered",
    "WaitStateExited",
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    match outcome(&kind) {
        Some(Outcome::Failure) => row.outcome(Outcome::Failure).severity(Severity::ERROR),
        Some(Outcome::Success) => row.outcome(Outcome::Success).severity(Severity::INFO),
        None => row.severity(Severity::INFO),
    };
    let mut body = kind.into_owned();
    for (number, before) in [(STATE, " "), (ERROR, ": "), (CAUSE, ": ")] {
        if let Some(value) = event.kept(number) {
            body.push_str(before);
            body.push_str(&value);
        }
    }
    row.text(Column::Body, &body);
    if let Some(execution) = event.kept(EXECUTION) {
        put_execution(&execution, row);
    }
}

/// Outcome by the kind of the event; one that something began or was scheduled has none.
fn outcome(kind: &str) -> Option<Outcome> {
    let ends = |words: &[&str]| words.iter().any(|word| kind.ends_with(word));
    if ends(&["Failed", "TimedOut", "Aborted"]) {
        return Some(Outcome::Failure);
    }
    ends(&["Succeeded"]).then_some(Outcome::Success)
}

/// Puts what the ARN of an execution names: its state machine, and itself.
fn put_execution(execution: &str, row: &mut Row<'_>) {
    let Some(arn) = Arn::parse(execution) else {
        return;
    };
    // `execution:Orders:run-7`, `express:Orders:run-7:uuid`
    let mut parts = arn.resource.split(':').skip(1);
    let (machine, run) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let Arn {
        partition,
        region,
        account,
        ..
    } = arn;
    row.text(Column::Service, machine)
        .text(Column::RequestId, run)
        .resource(&format!(
            "arn:{partition}:states:{region}:{account}:stateMachine:{machine}"
        ))
        .resource(execution);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_event_tells_its_outcome() {
        assert_eq!(outcome("ExecutionSucceeded"), Some(Outcome::Success));
        assert_eq!(outcome("LambdaFunctionTimedOut"), Some(Outcome::Failure));
        assert_eq!(outcome("TaskStateEntered"), None);
    }

    #[test]
    fn what_failed_tells_its_error_and_cause() {
        // Iterations tell their number alone; states and runs that were aborted tell nothing.
        let is_bare = |kind: &str| {
            ["MapIteration", "State", "MapRunAborted"]
                .iter()
                .any(|word| kind.contains(word))
        };
        let failing = KINDS
            .iter()
            .filter(|kind| outcome(kind) == Some(Outcome::Failure) && !is_bare(kind));
        for kind in failing {
            let (first, rest) = kind.split_at(1);
            let details = format!("{}{rest}EventDetails", first.to_ascii_lowercase());
            let (error, cause) = (format!("{details}.error"), format!("{details}.cause"));
            assert!(ERRORS.contains(&&*error), "{error}");
            assert!(CAUSES.contains(&&*cause), "{cause}");
        }
    }
}
