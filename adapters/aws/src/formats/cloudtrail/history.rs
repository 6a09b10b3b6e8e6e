//! Rows of the event history that the console saves as a table.
//!
//! Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html,
//! read 2026-11-30; the columns are those of the page.

use nepho_codec::table::{Event, Need, Table, keep, resource, source_address, text, time};
use nepho_core::tables::{Column, Outcome, Row};

const ERROR_CODE: usize = 0;

pub(super) static TABLE: Table = Table {
    name: "aws.cloudtrail",
    needs: &[
        Need::Has("Event name"),
        Need::Has("Event time"),
        Need::Contains("Event source", ".amazonaws.com"),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["Event time"]),
        text(&["AWS region"], Column::Region),
        text(&["Event source"], Column::Service),
        text(&["Event name"], Column::Action),
        text(&["User name"], Column::Actor),
        source_address(&["Source IP address"]),
        text(&["Request ID", "Event ID"], Column::RequestId),
        text(&["Error code"], Column::Body),
        resource(&["Resource name"]),
        keep(&["Error code"], ERROR_CODE),
    ],
    extras: &[
        ("Error code", "error_code"),
        ("Read-only", "read_only"),
        ("AWS access key", "access_key_id"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let has_failed = event.kept(ERROR_CODE).is_some_and(|code| !code.is_empty());
    row.outcome(match has_failed {
        true => Outcome::Failure,
        false => Outcome::Success,
    });
}
