//! Firewall rules logging of Google Cloud.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, peer_port, source_port, text,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.firewall_flow",
    summary: "Google Cloud firewall rules logging: connections that a rule allowed or denied",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const DISPOSITION: usize = 0;
const RULE: usize = 1;
const PROJECT: usize = 2;
/// Project, zone and name.
const MACHINE: [usize; 3] = [3, 4, 5];

const OUTCOMES: &[(&str, Outcome)] = &[("ALLOWED", Outcome::Success), ("DENIED", Outcome::Failure)];

static TABLE: Table = Table {
    name: "gcp.firewall_flow",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&[
            "jsonPayload.connection.src_ip",
            "jsonpayload.connection.src_ip",
        ]),
        Need::HasAny(&[
            "jsonPayload.disposition",
            "jsonPayload.rule_details",
            "jsonpayload.disposition",
        ]),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        text(&["jsonPayload.instance.project_id"], Column::Account),
        entry::REGION,
        text(&["jsonPayload.instance.region"], Column::Region),
        text(&["jsonPayload.connection.src_ip"], Column::SourceIp),
        text(&["jsonPayload.connection.dest_ip"], Column::Peer),
        source_port(&["jsonPayload.connection.src_port"]),
        peer_port(&["jsonPayload.connection.dest_port"]),
        part(
            &["jsonPayload.connection.protocol"],
            Column::Method,
            entry::protocol,
        ),
        outcome_of(&["jsonPayload.disposition"], OUTCOMES),
        text(&["jsonPayload.instance.vm_name"], Column::Host),
        keep(&["jsonPayload.disposition"], DISPOSITION),
        keep(&["jsonPayload.rule_details.reference"], RULE),
        keep(
            &["jsonPayload.vpc.project_id", "resource.labels.project_id"],
            PROJECT,
        ),
        keep(&["jsonPayload.instance.project_id"], MACHINE[0]),
        keep(&["jsonPayload.instance.zone"], MACHINE[1]),
        keep(&["jsonPayload.instance.vm_name"], MACHINE[2]),
    ],
    extras: &[
        ("jsonPayload.rule_details.reference", "rule"),
        ("jsonPayload.rule_details.direction", "direction"),
        ("jsonPayload.connection.protocol", "protocol"),
        ("jsonPayload.connection.dest_ip", "dst_ip"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(DISPOSITION).as_deref() {
        Some("ALLOWED") => row.constant(Column::Action, "ACCEPT"),
        Some("DENIED") => row.constant(Column::Action, "REJECT"),
        _ => row,
    };
    if let Some(machine) = entry::machine(event, MACHINE) {
        row.resource(&machine);
    }
    // `network:default/firewall:allow-https`; rules of a policy (`...firewallPolicy:123`) have no
    // resource of their own.
    let rule = event.kept(RULE);
    let name = rule
        .as_deref()
        .and_then(|rule| rule.split_once("/firewall:"))
        .map(|(_, name)| name);
    if let (Some(name), Some(project)) = (name, event.kept(PROJECT)) {
        row.resource(&format!(
            "//compute.googleapis.com/projects/{project}/global/firewalls/{name}"
        ));
    }
}
