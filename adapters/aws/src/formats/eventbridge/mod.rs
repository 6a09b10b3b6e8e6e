//! EventBridge events of any source.
//!
//! Those that carry a CloudTrail record are opened before, as wrappings; auto scaling has a
//! format of its own.

use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, To};
use nepho_core::tables::{Column, Outcome, Row};

use crate::rules::{resource, text, time};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.eventbridge",
    summary: "EventBridge events of any source",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

/// Words that the services end a job, a build, a deployment or a task with.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("SUCCEEDED", Outcome::Success),
    ("SUCCESS", Outcome::Success),
    ("COMPLETED", Outcome::Success),
    ("FAILED", Outcome::Failure),
    ("FAILURE", Outcome::Failure),
    ("FAULT", Outcome::Failure),
    ("ERROR", Outcome::Failure),
    ("TIMED_OUT", Outcome::Failure),
    ("ABORTED", Outcome::Failure),
    // The type of an event of an ECS service.
    ("INFO", Outcome::Success),
];

static TABLE: Table = Table {
    name: "aws.eventbridge",
    needs: &[
        Need::Has("detail-type"),
        Need::Has("source"),
        Need::HasAny(&["detail", "alarmData", "resources"]),
    ],
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["account"], Column::Account),
        text(&["region"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type"], Column::Action),
        text(&["id"], Column::RequestId),
        resource(&["resources[]"]),
        resource(&["detail.instance-id", "detail.instanceId"]),
        resource(&["detail.bucket.name"]),
        resource(&["detail.clusterArn"]),
        text(
            &[
                "detail.state.reason",
                "alarmData.state.reason",
                "detail.stoppedReason",
                "detail.reason",
                "detail.message",
                "detail.Message",
                "detail.description",
                "detail.eventName",
            ],
            Column::Body,
        ),
        Field {
            from: &[
                "detail.build-status",
                "detail.status",
                "detail.state",
                "detail.eventType",
                "detail.jobState",
            ],
            to: To::OutcomeOf(OUTCOMES),
        },
    ],
    extras: &[
        ("detail.state.value", "state"),
        ("detail.state", "state"),
        ("detail.status", "state"),
        ("detail.object.key", "object"),
        ("detail.group", "group"),
    ],
    finish: Some(finish),
};

fn finish(_event: &Event<'_>, row: &mut Row<'_>) {
    row.constant(Column::Provider, "aws");
}
