//! Insights of Security Hub: saved groupings of findings, as `GetInsights` gives them, and what
//! `GetInsightResults` answers
//! (docs.aws.amazon.com/securityhub/1.0/APIReference/API_InsightResults.html, read 2026-11-30).

use nepho_codec::table::{Need, Table, part, resource, text};
use nepho_core::tables::Column;

use crate::listed::Listed;
use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.securityhub_insight",
    summary: "Security Hub insights",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["Insights"],
    is_mine: None,
};

static TABLE: Table = Table {
    name: "aws.securityhub_insight",
    needs: &[
        Need::HasAny(&["InsightArn", "InsightResults.InsightArn"]),
        Need::HasAny(&["GroupByAttribute", "InsightResults.GroupByAttribute"]),
        Need::HasAny(&["Filters", "InsightResults.ResultValues"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "securityhub.amazonaws.com"),
    ],
    fields: &[
        part(
            &["InsightArn", "InsightResults.InsightArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["InsightArn", "InsightResults.InsightArn"],
            Column::Region,
            region_of,
        ),
        text(&["Name"], Column::Body),
        resource(&["InsightArn", "InsightResults.InsightArn"]),
    ],
    extras: &[
        ("GroupByAttribute", "group"),
        ("InsightResults.GroupByAttribute", "group"),
    ],
    finish: None,
};
