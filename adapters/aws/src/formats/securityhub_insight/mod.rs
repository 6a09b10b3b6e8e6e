//! Insights of Security Hub: saved groupings of findings, as `GetInsights` gives them.

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
};

static TABLE: Table = Table {
    name: "aws.securityhub_insight",
    needs: &[
        Need::Has("InsightArn"),
        Need::Has("GroupByAttribute"),
        Need::Has("Filters"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "securityhub.amazonaws.com"),
    ],
    fields: &[
        part(&["InsightArn"], Column::Account, account_of),
        part(&["InsightArn"], Column::Region, region_of),
        text(&["Name"], Column::Body),
        resource(&["InsightArn"]),
    ],
    extras: &[("GroupByAttribute", "group")],
    finish: None,
};
