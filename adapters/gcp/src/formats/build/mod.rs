//! Builds of Cloud Build, as its notifications carry them in messages of the topic `cloud-builds`.
//!
//! Source: cloud.google.com/build/docs/api/reference/rest/v1/projects.builds, as of 2026-11-28.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, outcome_of, part, resource_of, text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.build",
    summary: "Google Cloud Build notifications about builds",
    permissions: &["pubsub.subscriptions.consume"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const START: usize = 0;
const END: usize = 1;

/// States that a build ends in.
const STATES: &[(&str, Outcome)] = &[
    ("SUCCESS", Outcome::Success),
    ("FAILURE", Outcome::Failure),
    ("INTERNAL_ERROR", Outcome::Failure),
    ("TIMEOUT", Outcome::Failure),
    ("CANCELLED", Outcome::Failure),
    ("EXPIRED", Outcome::Failure),
];

static TABLE: Table = Table {
    name: "gcp.build",
    needs: &[
        Need::Has("projectId"),
        Need::Has("createTime"),
        Need::HasAny(&["logUrl", "logsBucket", "buildTriggerId"]),
        Need::IsAny(
            "status",
            &[
                "PENDING",
                "QUEUED",
                "WORKING",
                "SUCCESS",
                "FAILURE",
                "INTERNAL_ERROR",
                "TIMEOUT",
                "CANCELLED",
                "EXPIRED",
            ],
        ),
    ],
    constants: &[
        (Column::Provider, "gcp"),
        (Column::Service, "cloudbuild.googleapis.com"),
    ],
    fields: &[
        time(&["finishTime", "startTime", "createTime"]),
        text(&["status"], Column::Action),
        outcome_of(&["status"], STATES),
        text(&["projectId"], Column::Account),
        text(&["id"], Column::RequestId),
        text(&["failureInfo.detail", "statusDetail"], Column::Body),
        part(&["serviceAccount"], Column::Actor, entry::last_segment),
        resource_of(&["name"], "//cloudbuild.googleapis.com/{}"),
        keep(&["startTime"], START),
        keep(&["finishTime"], END),
    ],
    extras: &[
        ("buildTriggerId", "trigger"),
        ("failureInfo.type", "failure_type"),
        ("substitutions.REPO_NAME", "repository"),
        ("substitutions.BRANCH_NAME", "branch"),
        ("substitutions.COMMIT_SHA", "commit"),
        ("images[0]", "image"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    entry::span(event, START, END, row);
}
