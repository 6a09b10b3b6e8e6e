//! Azure platform metrics: one reading of one metric of a resource.

use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::{of_resource, resource_id, subscription};

register!(Component {
    kind: Kind::Format,
    name: "azure.metrics",
    summary: "Azure platform metrics, as diagnostic settings export them",
    permissions: &["Microsoft.Insights/metrics/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESOURCE: usize = 0;

static TABLE: Table = Table {
    name: "azure.metrics",
    needs: &[
        Need::HasAny(&["metricName", "MetricName"]),
        Need::HasAny(&[
            "average", "total", "count", "maximum", "minimum", "Average", "Total", "Count",
            "Maximum", "Minimum",
        ]),
        Need::HasAny(&[
            "resourceId",
            "ResourceId",
            "_ResourceId",
            "timeGrain",
            "TimeGrain",
        ]),
    ],
    constants: &[],
    fields: &[
        Field {
            from: &["time", "timeStamp", "TimeGenerated"],
            to: To::Time,
        },
        Field {
            from: &["metricName"],
            to: To::Text(Column::Metric),
        },
        Field {
            from: &["average", "total", "maximum", "count", "minimum"],
            to: To::Value,
        },
        Field {
            from: &["resourceId", "_ResourceId"],
            to: To::ResourcePart(resource_id),
        },
        Field {
            from: &["resourceId", "_ResourceId"],
            to: To::Part(Column::Account, subscription),
        },
        Field {
            from: &["location", "region"],
            to: To::Text(Column::Region),
        },
        Field {
            from: &["resourceId", "_ResourceId"],
            to: To::Keep(RESOURCE),
        },
    ],
    extras: &[
        ("timeGrain", "time_grain"),
        ("unit", "unit"),
        ("UnitName", "unit"),
        ("TimeGrain", "time_grain"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("count", "count"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.constant(Column::Provider, "azure");
    // Readings of a database or a disk are of a resource, not of a service that speaks for itself.
    if let Some(name) = event.kept(RESOURCE).as_deref().and_then(of_resource) {
        row.text(Column::Service, &name);
    }
}
