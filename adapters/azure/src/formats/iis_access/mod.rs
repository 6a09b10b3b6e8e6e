//! Table `W3CIISLog` of Log Analytics: requests to the web servers of machines.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/reference/tables/w3ciislog, as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, part, peer_address, peer_port,
    resource, source_address, time, url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::record::parts;

register!(Component {
    kind: Kind::Format,
    name: "azure.iis_access",
    summary: "Requests to IIS as Azure Monitor has them: table W3CIISLog",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const AGENT: usize = 0;

static TABLE: Table = Table {
    name: "azure.iis_access",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Is("Type", "W3CIISLog"),
        Need::HasAny(&["csMethod", "csUriStem", "scStatus"]),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        part(&["sSiteName"], Column::Service, told),
        part(&["Computer", "sComputerName"], Column::Host, told),
        source_address(&["cIP"]),
        peer_address(&["sIP"]),
        peer_port(&["sPort"]),
        part(&["csUserName"], Column::Actor, told),
        part(&["csMethod"], Column::Method, told),
        url(&["csUriStem"]),
        http_status(&["scStatus"]),
        duration(&["TimeTaken"], 1e6),
        resource(&["_ResourceId"]),
        keep(&["csUserAgent"], AGENT),
    ],
    extras: &[
        ("csHost", "request_host"),
        ("csReferer", "referer"),
        ("scBytes", "bytes"),
        ("csBytes", "received_bytes"),
        ("scSubStatus", "sub_status"),
        ("scWin32Status", "win32_status"),
        ("csVersion", "protocol"),
    ],
    finish: Some(finish),
};

/// `-` says that there is none.
fn told(text: &str) -> &str {
    if text == "-" { "" } else { text }
}

/// Names of programs have `+` for blanks, as IIS writes them.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(agent) = event.kept(AGENT).filter(|agent| *agent != "-") {
        row.text(Column::UserAgent, &agent.replace('+', " "));
    }
}
