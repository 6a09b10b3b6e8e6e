//! What functions of AWS Lambda log as JSON, where the runtime or Powertools names the function.
//!
//! Records that have nothing but a level, a message and a `requestId` may be of any program, and
//! are left to the formats that take anything.

use nepho_codec::table::{JsonFormat, Need, Table, part, resource, severity, text, time};
use nepho_core::tables::Column;

use crate::rules::{account_of, last_step, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.lambda_application",
    summary: "Lambda function logs as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "aws.lambda_application",
    needs: &[
        Need::HasAny(&[
            "AWSRequestId",
            "aws_request_id",
            "awsRequestId",
            "function_request_id",
        ]),
        Need::HasAny(&["level", "Level", "log_level"]),
        Need::HasAny(&["message", "Message", "msg", "errorMessage"]),
        Need::HasAny(&["timestamp", "time", "Timestamp"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp", "time"]),
        severity(&["level", "log_level"]),
        part(&["function_arn"], Column::Account, account_of),
        part(&["function_arn"], Column::Region, region_of),
        part(&["function_arn"], Column::Service, last_step),
        text(&["service", "function_name"], Column::Service),
        text(&["message", "msg", "errorMessage"], Column::Body),
        text(&["logger", "location"], Column::Process),
        text(
            &[
                "AWSRequestId",
                "aws_request_id",
                "awsRequestId",
                "function_request_id",
            ],
            Column::RequestId,
        ),
        text(&["xray_trace_id", "traceId"], Column::TraceId),
        resource(&["function_arn"]),
    ],
    extras: &[
        ("cold_start", "cold_start"),
        ("correlation_id", "correlation"),
        ("exception_name", "error_type"),
        ("errorType", "error_type"),
    ],
    finish: None,
};
