//! Violations that Gatekeeper found in its audits and at admission.
//!
//! Source: open-policy-agent.github.io/gatekeeper/website/docs/audit (Audit Logs) and
//! `pkg/logging` and `pkg/webhook/policy.go` of github.com/open-policy-agent/gatekeeper, read
//! 2026-11-30.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, severity, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "gatekeeper.audit",
    summary: "Violations that Gatekeeper found, audited and at admission",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const PROCESS: usize = 0;
const ENFORCEMENT: usize = 1;
const NAMESPACE: usize = 2;
const NAME: usize = 3;
const CONSTRAINT_KIND: usize = 4;
const CONSTRAINT: usize = 5;

static TABLE: Table = Table {
    name: "gatekeeper.audit",
    needs: &[
        Need::Has("constraint_kind"),
        Need::Has("constraint_name"),
        Need::IsAny("event_type", &["violation", "violation_audited"]),
        // Databases have constraints with a kind and a name as well.
        Need::IsAny("process", &["audit", "admission"]),
        Need::HasAny(&["constraint_group", "constraint_action"]),
        Need::HasAny(&["resource_kind", "resource_name"]),
    ],
    constants: &[
        (Column::Provider, "kubernetes"),
        (Column::Service, "gatekeeper"),
    ],
    fields: &[
        time(&["ts", "time", "timestamp"]),
        severity(&["level"]),
        text(&["msg"], Column::Body),
        text(&["event_type"], Column::Action),
        text(&["request_username"], Column::Actor),
        text(&["audit_id"], Column::RequestId),
        text(&["process"], Column::Process),
        keep(&["process"], PROCESS),
        keep(&["constraint_action"], ENFORCEMENT),
        keep(&["resource_namespace"], NAMESPACE),
        keep(&["resource_name"], NAME),
        keep(&["constraint_kind"], CONSTRAINT_KIND),
        keep(&["constraint_name"], CONSTRAINT),
    ],
    extras: &[
        ("constraint_kind", "rule_kind"),
        ("constraint_name", "rule"),
        ("constraint_action", "enforcement"),
        ("resource_kind", "resource_kind"),
        ("resource_namespace", "namespace"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match (event.kept(NAMESPACE), event.kept(NAME)) {
        (Some(namespace), Some(name)) if !namespace.is_empty() => {
            row.resource(&format!("{namespace}/{name}"));
        }
        (_, Some(name)) if !name.is_empty() => {
            row.resource(&name);
        }
        _ => {}
    }
    if let (Some(kind), Some(name)) = (event.kept(CONSTRAINT_KIND), event.kept(CONSTRAINT)) {
        row.resource(&format!("{kind}/{name}"));
    }
    // What an audit found is there already; at admission it was kept out or let in.
    if event.kept(PROCESS).as_deref() == Some("admission") {
        match event.kept(ENFORCEMENT).as_deref() {
            Some("deny") => row.outcome(Outcome::Failure),
            Some("warn" | "dryrun") => row.outcome(Outcome::Success),
            _ => row,
        };
    }
}

#[cfg(test)]
mod tests {
    use nepho_conformance::told::knows;

    use super::*;

    #[test]
    fn violations_in_databases_are_none() {
        let check = |text: &str, expected: bool| {
            assert_eq!(knows(&JsonFormat(&TABLE), text), expected, "{text}");
        };
        check(
            r#"{"event_type":"violation","constraint_kind":"foreign_key","constraint_name":"orders_fk","resource_name":"orders","service":"db"}"#,
            false,
        );
        check(
            r#"{"event_type":"violation","process":"admission","constraint_kind":"K8sA","constraint_name":"a","constraint_action":"deny","resource_name":"b"}"#,
            true,
        );
    }
}
