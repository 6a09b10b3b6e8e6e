//! What sensitive data discovery jobs of Amazon Macie log: that they began, ended, and what they
//! could not read.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, resource, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.macie_job",
    summary: "Logs of sensitive data discovery jobs of Macie",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const KIND: usize = 0;

static TABLE: Table = Table {
    name: "aws.macie_job",
    needs: &[
        Need::Has("adminAccountId"),
        Need::Has("jobId"),
        Need::Has("eventType"),
        Need::Has("occurredAt"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "macie2.amazonaws.com"),
    ],
    fields: &[
        time(&["occurredAt"]),
        text(&["affectedAccount", "adminAccountId"], Column::Account),
        text(&["eventType"], Column::Action),
        text(&["description"], Column::Body),
        text(&["jobId"], Column::RequestId),
        resource(&["affectedResource.value"]),
        keep(&["eventType"], KIND),
    ],
    extras: &[
        ("jobName", "job"),
        ("operation", "operation"),
        ("adminAccountId", "admin_account"),
        ("affectedResource.type", "resource_type"),
    ],
    finish: Some(finish),
};

/// Events of a job are named for what became of it; all others tell of what it could not do.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND).unwrap_or_default();
    if kind == "JOB_COMPLETED" || kind == "SCHEDULED_RUN_COMPLETED" {
        row.outcome(Outcome::Success);
    } else if !is_of_job(&kind) {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    }
}

/// Whether an event tells that a job was made, runs, waits or was ended.
fn is_of_job(kind: &str) -> bool {
    ["JOB_", "ONE_TIME_JOB_", "SCHEDULED_RUN_"]
        .iter()
        .any(|start| kind.starts_with(start))
}
