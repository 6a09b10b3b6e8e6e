//! Model invocation logs of Amazon Bedrock: who asked which model, and what it cost in tokens.

use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, duration, keep, resource, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.bedrock_invocation",
    summary: "Bedrock model invocation logs",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const ERROR: usize = 0;
const LATENCY_UNIT: f64 = 1e6;

static TABLES: [&Table; 2] = [&TABLE, &REDUCED];

static TABLE: Table = Table {
    name: "aws.bedrock_invocation",
    needs: &[
        Need::Is("schemaType", "ModelInvocationLog"),
        Need::HasAny(&["modelId", "operation"]),
        Need::HasAny(&["operation", "requestId"]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Records of which tools left out the type, by members that no other has.
static REDUCED: Table = Table {
    name: "aws.bedrock_invocation",
    needs: &[
        Need::Lacks("schemaType"),
        Need::Has("modelId"),
        Need::Has("operation"),
        Need::HasAny(&["accountId", "identity.arn", "requestId"]),
        Need::HasAny(&[
            "input.inputContentType",
            "input.inputBodyJson",
            "input.inputTokenCount",
            "output.outputBodyJson",
            "output.outputTokenCount",
        ]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "aws"),
    (Column::Service, "bedrock.amazonaws.com"),
];

// Questions and answers of people stay out of the columns.
const FIELDS: &[Field] = &[
    time(&["timestamp"]),
    text(&["accountId"], Column::Account),
    text(&["region"], Column::Region),
    text(&["operation"], Column::Action),
    text(&["identity.arn"], Column::Actor),
    text(&["requestId"], Column::RequestId),
    text(&["errorMessage", "errorCode"], Column::Body),
    resource(&["modelId"]),
    duration(
        &[
            "output.outputBodyJson.metrics.latencyMs",
            "output.outputBodyJson.amazon-bedrock-invocationMetrics.invocationLatency",
        ],
        LATENCY_UNIT,
    ),
    keep(&["errorCode"], ERROR),
];

const EXTRAS: &[(&str, &str)] = &[
    ("input.inputTokenCount", "input_tokens"),
    ("output.outputTokenCount", "output_tokens"),
    ("output.outputBodyJson.stopReason", "stop_reason"),
    ("output.outputBodyJson.stop_reason", "stop_reason"),
    ("inferenceRegion", "inference_region"),
    ("errorCode", "error_code"),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.outcome(match event.kept(ERROR) {
        Some(_) => Outcome::Failure,
        None => Outcome::Success,
    });
}
