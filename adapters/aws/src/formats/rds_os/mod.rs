//! Enhanced Monitoring of RDS: what the operating system under a database measures.
//!
//! Source:
//! docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring-Available-OS-Metrics.html, as of
//! 2026-11-29.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, resource, text, time};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.rds_os",
    summary: "RDS Enhanced Monitoring (RDSOSMetrics)",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const CPU: usize = 0;

static TABLE: Table = Table {
    name: "aws.rds_os",
    needs: &[
        Need::Has("engine"),
        Need::Has("instanceID"),
        Need::Has("instanceResourceID"),
        Need::Has("cpuUtilization"),
        Need::Has("timestamp"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["timestamp"]),
        text(&["instanceID"], Column::Service),
        resource(&["instanceID"]),
        keep(&["cpuUtilization.total"], CPU),
    ],
    extras: &[
        ("engine", "engine"),
        ("instanceResourceID", "resource_id"),
        ("uptime", "uptime"),
        ("numVCPUs", "cpus"),
        ("cpuUtilization.wait", "cpu_wait"),
        ("cpuUtilization.steal", "cpu_steal"),
        ("loadAverageMinute.one", "load"),
        ("memory.free", "memory_free"),
        ("memory.total", "memory_total"),
        ("swap.free", "swap_free"),
        ("tasks.blocked", "tasks_blocked"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // SQL Server has no total.
    let cpu = event.kept(CPU).and_then(|cpu| cpu.parse::<f64>().ok());
    if let Some(cpu) = cpu.filter(|cpu| cpu.is_finite()) {
        row.constant(Column::Metric, "cpuUtilization.total")
            .value(cpu);
    }
}
