//! Runs of canaries of CloudWatch Synthetics, as `aws synthetics get-canary-runs` and
//! `describe-canaries-last-run` answer.
//!
//! Source: docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryRun.html, as of
//! 2026-11-30.

use nepho_codec::table::{Event, Need, Table, keep, outcome_of, resource, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::listed::Listed;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.synthetics_run",
    summary: "Runs of canaries of CloudWatch Synthetics",
    permissions: &[],
    make: Make::Format(|| Box::new(Listed {
        table: &TABLE,
        lists: &["CanaryRuns", "CanariesLastRun"],
        is_mine: None,
    })),
});

const STARTED: usize = 0;
const COMPLETED: usize = 1;

static TABLE: Table = Table {
    name: "aws.synthetics_run",
    needs: &[
        Need::HasAny(&["Status.State", "LastRun.Status.State"]),
        Need::HasAny(&["Timeline.Started", "LastRun.Timeline.Started"]),
        Need::HasAny(&[
            "ArtifactS3Location",
            "LastRun.ArtifactS3Location",
            "CanaryName",
        ]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "synthetics.amazonaws.com"),
        (Column::Action, "CanaryRun"),
    ],
    fields: &[
        time(&[
            "Timeline.Completed",
            "LastRun.Timeline.Completed",
            "Timeline.Started",
            "LastRun.Timeline.Started",
        ]),
        resource(&["CanaryName", "Name"]),
        text(&["Id", "LastRun.Id"], Column::RequestId),
        text(
            &["Status.StateReason", "LastRun.Status.StateReason"],
            Column::Body,
        ),
        outcome_of(
            &["Status.State", "LastRun.Status.State"],
            &[("PASSED", Outcome::Success), ("FAILED", Outcome::Failure)],
        ),
        severity_of(
            &["Status.State", "LastRun.Status.State"],
            &[("PASSED", Severity::INFO), ("FAILED", Severity::ERROR)],
        ),
        keep(&["Timeline.Started", "LastRun.Timeline.Started"], STARTED),
        keep(
            &["Timeline.Completed", "LastRun.Timeline.Completed"],
            COMPLETED,
        ),
    ],
    extras: &[
        ("Status.StateReasonCode", "reason"),
        ("LastRun.Status.StateReasonCode", "reason"),
        ("ArtifactS3Location", "artifacts"),
        ("LastRun.ArtifactS3Location", "artifacts"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let at = |number| nepho_codec::time::parse(&event.kept(number)?);
    if let (Some(started), Some(completed)) = (at(STARTED), at(COMPLETED)) {
        row.duration(completed.0.saturating_sub(started.0).max(0));
    }
}
