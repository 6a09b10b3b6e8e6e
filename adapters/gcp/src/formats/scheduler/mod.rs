//! Attempts of Cloud Scheduler to run a job.
//!
//! The vendor's page (cloud.google.com/scheduler/docs/logging) was not found (2026-12-01); entries
//! in public code agree (`debugInfo: "URL_CRAWLED. Original HTTP response code number = 200"`,
//! `status: INTERNAL`, `cloud_scheduler_job` with `job_id`).

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, http_status, keep, part, resource_of, text, url,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.scheduler",
    summary: "Google Cloud Scheduler: attempts to run a job",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const TYPE: usize = 0;
const STATUS: usize = 1;

static TABLE: Table = Table {
    name: "gcp.scheduler",
    needs: &[
        entry::NO_ROW,
        Need::Contains("jsonPayload.@type", "google.cloud.scheduler.logging."),
        Need::Has("jsonPayload.jobName"),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "cloudscheduler.googleapis.com"),
    ],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        part(&["jsonPayload.@type"], Column::Action, kind),
        http_status(&["httpRequest.status"]),
        url(&["jsonPayload.url", "jsonPayload.relativeUrl"]),
        part(
            &[
                "jsonPayload.url",
                "jsonPayload.pubsubTopic",
                "jsonPayload.appEngineService",
            ],
            Column::Peer,
            target,
        ),
        text(
            &["jsonPayload.debugInfo", "jsonPayload.status"],
            Column::Body,
        ),
        resource_of(
            &["jsonPayload.jobName"],
            "//cloudscheduler.googleapis.com/{}",
        ),
        keep(&["jsonPayload.@type"], TYPE),
        keep(&["jsonPayload.status"], STATUS),
    ],
    extras: &[
        ("jsonPayload.status", "state"),
        ("jsonPayload.targetType", "target_type"),
        ("jsonPayload.scheduledTime", "scheduled_time"),
        ("resource.labels.job_id", "job"),
    ],
    finish: Some(finish),
};

/// `AttemptFinished` of `type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished`.
fn kind(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Host of a URL; the name of a topic or service as it is.
fn target(name: &str) -> &str {
    match name.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', ':']).next().unwrap_or(rest),
        None => name,
    }
}

/// An attempt that has ended tells what is wrong in `status`; `OK` and none are well.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_finished = event
        .kept(TYPE)
        .is_some_and(|name| name.ends_with("AttemptFinished"));
    match event.kept(STATUS).as_deref() {
        Some("OK") | None if is_finished && !row.has_outcome() => row.outcome(Outcome::Success),
        Some("OK") | None => row,
        Some(_) => row.outcome(Outcome::Failure),
    };
}
