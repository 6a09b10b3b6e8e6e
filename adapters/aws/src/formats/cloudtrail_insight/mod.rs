//! CloudTrail Insights: an API was called unusually often, or failed unusually often.
//!
//! Trails tell of it in `insightDetails`, event data stores of CloudTrail Lake in members beside
//! the others
//! (docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-lake.html, as of
//! 2026-12-01).

use nepho_codec::table::{JsonFormat, Need, Table, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudtrail_insight",
    summary: "CloudTrail Insights events",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

static TABLE: Table = Table {
    name: "aws.cloudtrail_insight",
    needs: &[
        Need::HasAny(&["insightDetails.insightType", "insightType"]),
        Need::HasAny(&[
            "insightDetails.eventName",
            "insightDetails.eventSource",
            "insightEventName",
            "insightEventSource",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["eventTime"]),
        text(&["recipientAccountId"], Column::Account),
        text(&["awsRegion"], Column::Region),
        text(
            &["insightDetails.eventSource", "insightEventSource"],
            Column::Service,
        ),
        text(
            &["insightDetails.eventName", "insightEventName"],
            Column::Action,
        ),
        text(&["eventID"], Column::RequestId),
        text(&["insightDetails.insightType", "insightType"], Column::Body),
    ],
    extras: &[
        ("insightDetails.state", "state"),
        ("insightState", "state"),
        ("insightDetails.errorCode", "error_code"),
        ("insightErrorCode", "error_code"),
        (
            "insightDetails.insightContext.statistics.insight.average",
            "average",
        ),
        (
            "insightDetails.insightContext.statistics.baseline.average",
            "baseline",
        ),
        ("insightContext.insightAverage", "average"),
        ("insightContext.baselineAverage", "baseline"),
    ],
    finish: None,
};
