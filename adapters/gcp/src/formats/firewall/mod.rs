//! Firewall rules logging of Google Cloud.

use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry::{self, keep, text};
use crate::formats::vpc_flow::protocol;

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

const OUTCOMES: &[(&str, Outcome)] = &[("ALLOWED", Outcome::Success), ("DENIED", Outcome::Failure)];

static TABLE: Table = Table {
    name: "gcp.firewall_flow",
    needs: &[
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
    constants: &[],
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
        Field {
            from: &["jsonPayload.connection.src_port"],
            to: To::SourcePort,
        },
        Field {
            from: &["jsonPayload.connection.dest_port"],
            to: To::PeerPort,
        },
        Field {
            from: &["jsonPayload.connection.protocol"],
            to: To::Part(Column::Method, protocol),
        },
        Field {
            from: &["jsonPayload.disposition"],
            to: To::OutcomeOf(OUTCOMES),
        },
        text(&["jsonPayload.instance.vm_name"], Column::Host),
        keep(&["jsonPayload.disposition"], DISPOSITION),
        keep(&["jsonPayload.rule_details.reference"], RULE),
        keep(
            &["jsonPayload.vpc.project_id", "resource.labels.project_id"],
            PROJECT,
        ),
        Field {
            from: &["jsonPayload.instance.vm_name"],
            to: To::Resource,
        },
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
    row.constant(Column::Provider, "gcp");
    match event.kept(DISPOSITION).as_deref() {
        Some("ALLOWED") => row.constant(Column::Action, "ACCEPT"),
        Some("DENIED") => row.constant(Column::Action, "REJECT"),
        _ => row,
    };
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
