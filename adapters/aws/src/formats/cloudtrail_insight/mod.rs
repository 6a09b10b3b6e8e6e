//! CloudTrail Insights: an API was called unusually often, or failed unusually often.

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
        Need::Has("insightDetails.insightType"),
        Need::HasAny(&["insightDetails.eventName", "insightDetails.eventSource"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["eventTime"]),
        text(&["recipientAccountId"], Column::Account),
        text(&["awsRegion"], Column::Region),
        text(&["insightDetails.eventSource"], Column::Service),
        text(&["insightDetails.eventName"], Column::Action),
        text(&["eventID"], Column::RequestId),
        text(&["insightDetails.insightType"], Column::Body),
    ],
    extras: &[
        ("insightDetails.state", "state"),
        ("insightDetails.errorCode", "error_code"),
        (
            "insightDetails.insightContext.statistics.insight.average",
            "average",
        ),
        (
            "insightDetails.insightContext.statistics.baseline.average",
            "baseline",
        ),
    ],
    finish: None,
};
