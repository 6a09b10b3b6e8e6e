//! What the instances of an Application Gateway (v1) were doing.

use nepho_codec::table::{Table, text};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Load of Application Gateway instances, and health of the servers behind them",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.gateway_performance";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("healthyHostCount", "healthy_hosts"),
        ("unHealthyHostCount", "unhealthy_hosts"),
        ("requestCount", "requests"),
        ("failedRequestCount", "failed_requests"),
        ("latency", "latency_milliseconds"),
        ("throughput", "bytes_per_second"),
    ],
    api: "Microsoft.Network",
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 2] = ["ApplicationGatewayPerformanceLog", "AGWPerformanceLogs"];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[text(&["instanceId"], Column::Host)],
    extras: &[],
    finish: None,
};
