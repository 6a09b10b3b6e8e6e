//! Runs of pipelines, of the activities in them, and of what triggers them.

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, Table, keep, text};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::record::extras::Values;
use crate::record::{Family, FamilyFormat, details};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Data Factory and Synapse: runs of pipelines, activities and triggers",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.data_factory";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("pipelineName", "pipeline"),
        ("activityName", "activity"),
        ("activityType", "activity_type"),
        ("triggerName", "trigger"),
        ("triggerType", "trigger_type"),
        ("status", "state"),
        ("activityRunId", "activity_run"),
        ("pipelineRunId", "pipeline_run"),
        ("runId", "pipeline_run"),
        ("triggerId", "trigger_run"),
        ("Error.errorCode", "error_code"),
        ("ErrorCode", "error_code"),
        ("Error.failureType", "failure_type"),
        ("FailureType", "failure_type"),
    ],
    more: Some(codes),
    api: "Microsoft.DataFactory",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 16] = [
    "ActivityRuns",
    "PipelineRuns",
    "TriggerRuns",
    "ADFActivityRun",
    "ADFPipelineRun",
    "ADFTriggerRun",
    "SandboxActivityRuns",
    "SandboxPipelineRuns",
    "ADFSandboxActivityRun",
    "ADFSandboxPipelineRun",
    "SynapseIntegrationActivityRuns",
    "SynapseIntegrationPipelineRuns",
    "SynapseIntegrationTriggerRuns",
    "IntegrationActivityRuns",
    "IntegrationPipelineRuns",
    "IntegrationTriggerRuns",
];

const START: usize = 20;
const END: usize = 21;
const ERROR: usize = 22;

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(&["pipelineName", "triggerName"], Column::Process),
        keep(
            &[
                "correlationId",
                "activityRunId",
                "runId",
                "pipelineRunId",
                "triggerId",
            ],
            details::REQUEST,
        ),
        keep(&["status"], details::RESULT),
        keep(
            &[
                "Error.message",
                "properties.Error.message",
                "ErrorMessage",
                "triggerFailureInfo",
            ],
            details::MESSAGE,
        ),
        keep(&["Error", "properties.Error"], ERROR),
        keep(&["start"], START),
        keep(&["end"], END),
    ],
    extras: &[],
    finish: Some(finish),
};

/// What the error tells where it is the text of an object.
fn codes(values: &Values<'_>, found: &mut dyn FnMut(&str, &str)) {
    let Some(error) = values.text(&["Error", "properties.Error"]) else {
        return;
    };
    if let Ok(error) = JsonFields::parse(&error) {
        for (name, word) in [("errorCode", "error_code"), ("failureType", "failure_type")] {
            if let Some(value) = error.text(name).filter(|value| !value.is_empty()) {
                found(word, &unescape(value));
            }
        }
    }
}

/// A run lasts from its start to its end; an end before the start is none.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    details::request(event, row);
    let time = |number| nepho_codec::time::parse(&event.kept(number)?);
    if let (Some(start), Some(end)) = (time(START), time(END))
        && end.0 > start.0
    {
        row.duration(end.0 - start.0);
    }
    if let Some(error) = event.kept(ERROR)
        && let Ok(error) = JsonFields::parse(&error)
        && let Some(message) = error.text("message")
    {
        row.text(Column::Body, &unescape(message));
    }
    let is_cancelled = event
        .kept(details::RESULT)
        .is_some_and(|state| state.starts_with("Cancel"));
    if is_cancelled {
        row.outcome(Outcome::Failure);
    }
}
