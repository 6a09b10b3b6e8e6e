//! Attacks that Cloud Armor noticed: Adaptive Protection, and mitigations of network attacks.
//!
//! Sources (as of 2026-11-27): docs.cloud.google.com/armor/docs/ddos-visibility,
//! docs.cloud.google.com/armor/docs/adaptive-protection-overview.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, peer_address, text};
use nepho_core::register;
use nepho_core::tables::{Column, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.armor_alert",
    summary: "Google Cloud Armor: attacks noticed and mitigated",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const ACTION: usize = 0;
const TARGET: usize = 1;
const PROJECT: usize = 2;
const POLICY: usize = 3;
const BACKEND: usize = 4;

static TABLE: Table = Table {
    name: "gcp.armor_alert",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&["jsonPayload.mitigationType", "jsonPayload.ruleStatus"]),
        Need::HasAny(&["jsonPayload.targetVip", "jsonPayload.backendService"]),
        Need::HasAny(&["logName", "resource.labels.policy_name"]),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "networksecurity.googleapis.com"),
    ],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(
            &["jsonPayload.mitigationType", "jsonPayload.ruleStatus"],
            Column::Action,
        ),
        peer_address(&["jsonPayload.targetVip"]),
        keep(
            &["jsonPayload.mitigationType", "jsonPayload.ruleStatus"],
            ACTION,
        ),
        keep(
            &["jsonPayload.targetVip", "jsonPayload.backendService"],
            TARGET,
        ),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(&["resource.labels.policy_name"], POLICY),
        keep(
            &[
                "jsonPayload.backendService",
                "resource.labels.backend_service_name",
            ],
            BACKEND,
        ),
    ],
    extras: &[
        ("jsonPayload.alertId", "alert_id"),
        ("jsonPayload.id", "alert_id"),
        ("jsonPayload.confidence", "confidence"),
        ("jsonPayload.attackSize", "attack_size"),
        ("jsonPayload.totalVolume.pps", "packets_per_second"),
        ("jsonPayload.totalVolume.bps", "bits_per_second"),
        ("jsonPayload.ended.attackDurationSeconds", "attack_seconds"),
        ("resource.labels.policy_name", "rule"),
        ("jsonPayload.suggestedRule[0].action", "rule_action"),
        ("jsonPayload.suggestedRule[0].expression", "rule_expression"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(action), Some(target)) = (event.kept(ACTION), event.kept(TARGET)) {
        row.text(Column::Body, &format!("attack on {target}: {action}"));
    }
    let project = event.kept(PROJECT).unwrap_or_default();
    for (number, collection) in [(BACKEND, "backendServices"), (POLICY, "securityPolicies")] {
        if let Some(name) = event.kept(number).filter(|_| !project.is_empty()) {
            row.resource(&format!(
                "//compute.googleapis.com/projects/{project}/global/{collection}/{name}"
            ));
        }
    }
}
