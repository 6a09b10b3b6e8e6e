//! Tables `Perf` and `InsightsMetrics` of Log Analytics: performance counters of machines.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, part, resource, text, time, value,
};
use nepho_core::tables::{Column, Row};

use crate::record::parts;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_perf",
    summary: "Performance counters of machines as Azure Monitor has them: tables Perf and InsightsMetrics",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const OBJECT: usize = 0;
const COUNTER: usize = 1;
const INSTANCE: usize = 2;

static TABLES: [&Table; 2] = [&PERF, &INSIGHTS];

/// Metrics of VM insights and Container insights.
static INSIGHTS: Table = Table {
    name: "azure.agent_perf",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("Namespace"),
        Need::Has("Name"),
        Need::Has("Val"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["Computer"], Column::Host),
        value(&["Val"]),
        resource(&["_ResourceId"]),
        keep(&["Namespace"], OBJECT),
        keep(&["Name"], COUNTER),
    ],
    extras: &[("Origin", "origin")],
    finish: Some(finish),
};

static PERF: Table = Table {
    name: "azure.agent_perf",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Has("CounterName"),
        Need::Has("CounterValue"),
        Need::HasAny(&["ObjectName", "Computer"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["Computer"], Column::Host),
        value(&["CounterValue"]),
        resource(&["_ResourceId"]),
        keep(&["ObjectName"], OBJECT),
        keep(&["CounterName"], COUNTER),
        keep(&["InstanceName"], INSTANCE),
    ],
    extras: &[("InstanceName", "instance")],
    finish: Some(finish),
};

/// `Processor/% Processor Time` of all instances together, `LogicalDisk(C:)/% Free Space` of one.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let counter = event.kept(COUNTER).unwrap_or_default();
    let instance = event.kept(INSTANCE).unwrap_or_default();
    match (event.kept(OBJECT), &*instance) {
        (Some(object), "" | "_Total" | "total") => {
            row.text(Column::Metric, &format!("{object}/{counter}"))
        }
        (Some(object), instance) => {
            row.text(Column::Metric, &format!("{object}({instance})/{counter}"))
        }
        (None, _) => row.text(Column::Metric, &counter),
    };
}
