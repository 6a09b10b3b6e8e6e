//! Storage Gateway: what users did with files of a share, and what became of objects behind it.
//!
//! Source: docs.aws.amazon.com/filegateway/latest/files3/monitoring-file-gateway.html
//! ("Understanding S3 File Gateway audit logs", "Understanding health logs"), read 2026-11-30.

use nepho_codec::table::{
    Event, JsonFormats, Need, Table, keep, outcome_of, resource, resource_of, severity,
    source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.storage_gateway_audit",
    summary: "Storage Gateway audit logs of file shares, and health logs",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const NAME: usize = 0;
const NEW_NAME: usize = 1;
const KEY: usize = 2;
const KIND: usize = 3;

static TABLES: [&Table; 2] = [&AUDIT, &HEALTH];

static AUDIT: Table = Table {
    name: "aws.storage_gateway_audit",
    needs: &[
        Need::Starts("gateway", "sgw-"),
        Need::Has("operation"),
        Need::Has("objectName"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "storagegateway.amazonaws.com"),
    ],
    fields: &[
        time(&["timestamp"]),
        text(&["operation"], Column::Action),
        text(&["accountName"], Column::Actor),
        source_address(&["sourceAddress"]),
        outcome_of(&["status"], &[("Success", Outcome::Success)]),
        text(&["objectName"], Column::Path),
        resource(&["source", "shareArn", "shareName"]),
        resource_of(&["bucket"], "arn:aws:s3:::{}"),
        keep(&["objectName"], NAME),
        keep(&["newObjectName"], NEW_NAME),
    ],
    extras: &[
        ("accountDomain", "domain"),
        ("fileSizeInBytes", "bytes"),
        ("objectSize", "bytes"),
        ("objectType", "object_type"),
        ("ownerId", "owner"),
        ("newObjectName", "new_path"),
        ("gateway", "gateway"),
    ],
    finish: Some(finish_audit),
};

static HEALTH: Table = Table {
    name: "aws.storage_gateway_audit",
    needs: &[
        Need::Has("gateway"),
        Need::HasAny(&["source", "share"]),
        Need::Has("severity"),
        Need::Has("type"),
        Need::HasAny(&["bucket", "key", "operation", "prefix", "roleArn"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "storagegateway.amazonaws.com"),
    ],
    fields: &[
        time(&["timestamp"]),
        severity(&["severity"]),
        text(&["operation"], Column::Action),
        resource(&["source", "share"]),
        resource_of(&["bucket"], "arn:aws:s3:::{}"),
        text(&["key"], Column::Path),
        keep(&["key", "prefix"], KEY),
        keep(&["type"], KIND),
    ],
    extras: &[
        ("type", "error_code"),
        ("gateway", "gateway"),
        ("roleArn", "role"),
    ],
    finish: Some(finish_health),
};

fn finish_audit(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    let (name, new_name) = (kept(NAME), kept(NEW_NAME));
    match new_name.is_empty() {
        true => row.text(Column::Body, &name),
        false => row.text_of(Column::Body, &[&name, " -> ", &new_name]),
    };
}

fn finish_health(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    row.text_of(Column::Body, &[&kept(KIND), " ", &kept(KEY)]);
}
