//! Audit log of OpenSearch's security plugin, and of Open Distro's.

use nepho_codec::table::{Event, JsonFormat, Need, Table, To, put_text};
use nepho_codec::table::{keep, outcome_of, part, resource, text, time, url};
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "opensearch.audit",
    summary: "OpenSearch audit log",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const REMOTE: usize = 0;

static TABLE: Table = Table {
    name: "opensearch.audit",
    needs: &[
        Need::Has("audit_category"),
        Need::Has("audit_format_version"),
        Need::HasAny(&["audit_node_id", "audit_node_name", "audit_cluster_name"]),
    ],
    constants: &[(Column::Process, "opensearch")],
    fields: &[
        time(&["@timestamp", "audit_utc_timestamp"]),
        text(&["audit_category"], Column::Action),
        outcome_of(&["audit_category"], OUTCOMES),
        part(
            &["audit_request_effective_user"],
            Column::Actor,
            unless_nobody,
        ),
        keep(&["audit_request_remote_address"], REMOTE),
        text(&["audit_rest_request_method"], Column::Method),
        url(&["audit_rest_request_path"]),
        text(
            &["audit_rest_request_headers.User-Agent[0]"],
            Column::UserAgent,
        ),
        text(&["audit_trace_task_id"], Column::RequestId),
        text(&["audit_cluster_name"], Column::Service),
        text(&["audit_node_name", "audit_node_host_name"], Column::Host),
        resource(&["audit_trace_resolved_indices[]"]),
    ],
    extras: &[
        ("audit_request_layer", "layer"),
        ("audit_request_origin", "origin"),
        ("audit_request_privilege", "permission"),
        ("audit_request_initiating_user", "initiating_user"),
        ("audit_transport_request_type", "request_name"),
        ("audit_compliance_operation", "operation"),
    ],
    finish: Some(finish),
};

const OUTCOMES: &[(&str, Outcome)] = &[
    ("AUTHENTICATED", Outcome::Success),
    ("GRANTED_PRIVILEGES", Outcome::Success),
    ("CLUSTER_SETTINGS_CHANGED", Outcome::Success),
    ("INDEX_SETTINGS_CHANGED", Outcome::Success),
    ("FAILED_LOGIN", Outcome::Failure),
    ("MISSING_PRIVILEGES", Outcome::Failure),
    ("BAD_HEADERS", Outcome::Failure),
    ("SSL_EXCEPTION", Outcome::Failure),
    ("OPENSEARCH_SECURITY_INDEX_ATTEMPT", Outcome::Failure),
    ("OPENDISTRO_SECURITY_INDEX_ATTEMPT", Outcome::Failure),
];

/// Requests without a name are of `<NONE>`.
fn unless_nobody(user: &str) -> &str {
    match user {
        "<NONE>" => "",
        user => user,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(remote) = event.kept(REMOTE) {
        // Java writes addresses as `name/address:port`, of which the name may be missing.
        let address = remote.rsplit('/').next().unwrap_or(&remote);
        put_text(address, To::SourceAddress, row);
    }
    service::fill(row, "opensearch");
}
