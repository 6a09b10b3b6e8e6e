//! Table `Perf` of Log Analytics: performance counters of machines.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, resource, text, time, value};
use nepho_core::tables::{Column, Row};

use crate::record::parts;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.agent_perf",
    summary: "Performance counters of machines as Azure Monitor has them: table Perf",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const OBJECT: usize = 0;
const COUNTER: usize = 1;

static TABLE: Table = Table {
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
    ],
    extras: &[("InstanceName", "instance")],
    finish: Some(finish),
};

/// `Processor/% Processor Time`, of whichever instance.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let counter = event.kept(COUNTER).unwrap_or_default();
    match event.kept(OBJECT) {
        Some(object) => row.text(Column::Metric, &format!("{object}/{counter}")),
        None => row.text(Column::Metric, &counter),
    };
}
