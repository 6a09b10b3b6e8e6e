//! Payloads of webhooks of GitHub. The name of the event stands in a header of the request, so that
//! only the action is told, and what has none is known by its members.
//!
//! Source: docs.github.com/en/webhooks/webhook-events-and-payloads, as of 2026-12-01.

use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, To, keep, outcome_of, put_text, resource, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "github.webhook",
    summary: "Payloads of webhooks of GitHub",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 3] = [&ACTIONS, &ORGANIZATIONS, &PUSHES];

const ACTION: usize = 0;
const PUSHER: usize = 1;
const PUSHED: usize = 2;

/// Events of a repository that have an action.
static ACTIONS: Table = Table {
    needs: &[
        Need::Has("action"),
        Need::Has("sender.login"),
        Need::Contains("repository.full_name", "/"),
    ],
    ..BASE
};

/// Events of an organization or an enterprise.
static ORGANIZATIONS: Table = Table {
    needs: &[
        Need::Has("action"),
        Need::Has("sender.login"),
        Need::HasAny(&["organization.login", "enterprise.slug"]),
    ],
    ..BASE
};

/// Commits that were pushed, and branches and tags that were made or deleted.
static PUSHES: Table = Table {
    needs: &[
        Need::Has("ref"),
        Need::Has("sender.login"),
        Need::Contains("repository.full_name", "/"),
        Need::HasAny(&["pusher.name", "pusher_type"]),
    ],
    ..BASE
};

const BASE: Table = Table {
    name: "github.webhook",
    needs: &[],
    constants: &[(Column::Provider, "github"), (Column::Service, "github")],
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// How runs and checks ended.
const CONCLUSIONS: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("timed_out", Outcome::Failure),
    ("startup_failure", Outcome::Failure),
    ("error", Outcome::Failure),
];

const FIELDS: &[Field] = &[
    time(&[
        "workflow_job.completed_at",
        "workflow_run.updated_at",
        "check_run.completed_at",
        "check_suite.updated_at",
        "deployment_status.updated_at",
        "deployment.updated_at",
        "comment.updated_at",
        "review.submitted_at",
        "pull_request.updated_at",
        "issue.updated_at",
        "release.published_at",
        "alert.updated_at",
        "alert.created_at",
        "installation.updated_at",
        "hook.updated_at",
    ]),
    text(
        &[
            "organization.login",
            "enterprise.slug",
            "repository.owner.login",
        ],
        Column::Account,
    ),
    text(&["action"], Column::Action),
    text(&["sender.login", "pusher.name"], Column::Actor),
    outcome_of(
        &[
            "workflow_run.conclusion",
            "workflow_job.conclusion",
            "check_run.conclusion",
            "check_suite.conclusion",
            "deployment_status.state",
        ],
        CONCLUSIONS,
    ),
    text(
        &[
            "head_commit.message",
            "pull_request.title",
            "issue.title",
            "workflow_run.name",
            "workflow_job.name",
            "check_run.name",
            "release.name",
        ],
        Column::Body,
    ),
    text(
        &[
            "workflow_run.id",
            "workflow_job.run_id",
            "check_run.id",
            "deployment.id",
            "after",
        ],
        Column::RequestId,
    ),
    resource(&["repository.full_name"]),
    keep(&["action"], ACTION),
    keep(&["pusher.name"], PUSHER),
    keep(&["repository.pushed_at"], PUSHED),
];

const EXTRAS: &[(&str, &str)] = &[
    ("ref", "branch"),
    ("member.login", "target_user"),
    ("team.slug", "team"),
    ("repository.visibility", "visibility"),
    ("workflow_run.conclusion", "conclusion"),
    ("check_run.conclusion", "conclusion"),
    ("pull_request.number", "pull_request"),
    ("issue.number", "issue"),
];

/// A push has no action. When the repository was pushed to last is the time of a push only.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(ACTION).is_some() || event.kept(PUSHER).is_none() {
        return;
    }
    row.constant(Column::Action, "push");
    if let Some(time) = event.kept(PUSHED) {
        put_text(&time, To::Time, row);
    }
}
