//! AWS Config: how a resource is set up, and that it changed.

use nepho_codec::table::{Event, Need, Table, keep, resource, text, time};
use nepho_core::tables::{Column, Row};

use crate::listed::Listed;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.config_item",
    summary: "AWS Config configuration items",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["configurationItems", "baseConfigurationItems"],
    is_mine: None,
};

const KIND: usize = 0;
const NAME: usize = 1;
const CHANGE: usize = 2;

static TABLE: Table = Table {
    name: "aws.config_item",
    needs: &[
        Need::HasAny(&[
            "resourceType",
            "configurationItem.resourceType",
            "configurationItemSummary.resourceType",
            "detail.configurationItem.resourceType",
            "detail.configurationItemSummary.resourceType",
        ]),
        Need::HasAny(&[
            "configurationItemStatus",
            "configurationItem.configurationItemStatus",
            "configurationItemSummary.configurationItemStatus",
            "detail.configurationItem.configurationItemStatus",
            "detail.configurationItemSummary.configurationItemStatus",
            "detail.configurationItem",
            "detail.configurationItemSummary",
        ]),
        Need::HasAny(&[
            "configurationItemCaptureTime",
            "configurationItem.configurationItemCaptureTime",
            "configurationItemSummary.configurationItemCaptureTime",
            "detail.configurationItem.configurationItemCaptureTime",
            "detail.configurationItemSummary.configurationItemCaptureTime",
            "detail.configurationItem",
            "detail.configurationItemSummary",
        ]),
        Need::HasAny(&[
            "resourceId",
            "configurationItem.resourceId",
            "configurationItemSummary.resourceId",
            "detail.configurationItem.resourceId",
            "detail.configurationItemSummary.resourceId",
        ]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "config.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "time",
            "configurationItemCaptureTime",
            "configurationItem.configurationItemCaptureTime",
            "configurationItemSummary.configurationItemCaptureTime",
        ]),
        text(
            &[
                "account",
                "awsAccountId",
                "accountId",
                "configurationItem.awsAccountId",
                "configurationItemSummary.awsAccountId",
            ],
            Column::Account,
        ),
        text(
            &[
                "region",
                "awsRegion",
                "configurationItem.awsRegion",
                "configurationItemSummary.awsRegion",
            ],
            Column::Region,
        ),
        text(&["source"], Column::Service),
        text(
            &[
                "detail-type",
                "configurationItemDiff.changeType",
                "configurationItemSummary.changeType",
                "configurationItemStatus",
                "configurationItem.configurationItemStatus",
                "configurationItemSummary.configurationItemStatus",
            ],
            Column::Action,
        ),
        text(
            &[
                "id",
                "configurationStateId",
                "configurationItem.configurationStateId",
            ],
            Column::RequestId,
        ),
        keep(
            &[
                "resourceType",
                "configurationItem.resourceType",
                "configurationItemSummary.resourceType",
                "detail.configurationItem.resourceType",
                "detail.configurationItemSummary.resourceType",
            ],
            KIND,
        ),
        keep(
            &[
                "resourceName",
                "configurationItem.resourceName",
                "configurationItemSummary.resourceName",
                "detail.configurationItem.resourceName",
                "detail.configurationItemSummary.resourceName",
                "resourceId",
                "configurationItem.resourceId",
                "configurationItemSummary.resourceId",
                "detail.configurationItem.resourceId",
                "detail.configurationItemSummary.resourceId",
            ],
            NAME,
        ),
        keep(
            &[
                "configurationItemDiff.changeType",
                "configurationItemSummary.changeType",
                "detail.configurationItemDiff.changeType",
                "detail.configurationItemSummary.changeType",
                "configurationItemStatus",
                "configurationItem.configurationItemStatus",
                "detail.configurationItem.configurationItemStatus",
            ],
            CHANGE,
        ),
        resource(&[
            "ARN",
            "configurationItem.ARN",
            "configurationItemSummary.ARN",
            "detail.configurationItem.ARN",
            "detail.configurationItemSummary.ARN",
            "resourceId",
            "configurationItem.resourceId",
            "configurationItemSummary.resourceId",
            "detail.configurationItem.resourceId",
            "detail.configurationItemSummary.resourceId",
        ]),
        resource(&[
            "relationships[].resourceId",
            "configurationItem.relationships[].resourceId",
            "detail.configurationItem.relationships[].resourceId",
        ]),
    ],
    extras: &[
        ("resourceType", "resource_type"),
        ("configurationItem.resourceType", "resource_type"),
        ("detail.configurationItem.resourceType", "resource_type"),
        ("configurationItemSummary.resourceType", "resource_type"),
        ("configurationItemStatus", "state"),
        ("configurationItem.configurationItemStatus", "state"),
        ("detail.configurationItem.configurationItemStatus", "state"),
        ("availabilityZone", "zone"),
        ("configurationItem.availabilityZone", "zone"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let [kind, name, change] =
        [KIND, NAME, CHANGE].map(|number| event.kept(number).unwrap_or_default());
    row.text(Column::Body, format!("{change} {kind} {name}").trim());
}
