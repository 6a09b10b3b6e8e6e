//! AWS Health: the provider itself has a problem, plans work, or tells of an account.

use nepho_codec::table::{Event, Need, Table, keep, outcome_of, resource, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::listed::Listed;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.health",
    summary: "AWS Health events",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["events", "successfulSet"],
    is_mine: None,
};

/// What an event is about.
const CATEGORIES: &[(&str, Severity)] = &[
    ("issue", Severity::ERROR),
    ("investigation", Severity::WARN),
    ("scheduledChange", Severity::NOTICE),
    ("accountNotification", Severity::INFO),
];

/// An operational issue fails for as long as it is open.
const OUTCOMES: &[(&str, Outcome)] = &[("issue", Outcome::Failure)];

const STATUS: usize = 0;
const CODE: usize = 1;
const DESCRIPTION: usize = 2;

static TABLE: Table = Table {
    name: "aws.health",
    needs: &[
        Need::HasAny(&[
            "eventTypeCode",
            "detail.eventTypeCode",
            "event.eventTypeCode",
        ]),
        Need::HasAny(&[
            "eventTypeCategory",
            "detail.eventTypeCategory",
            "event.eventTypeCategory",
        ]),
        Need::HasAny(&["arn", "detail.eventArn", "event.arn"]),
        Need::HasAny(&["service", "detail.service", "event.service"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "health.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "time",
            "lastUpdatedTime",
            "event.lastUpdatedTime",
            "startTime",
            "event.startTime",
        ]),
        text(&["detail.affectedAccount", "account"], Column::Account),
        text(
            &["detail.eventRegion", "region", "event.region"],
            Column::Region,
        ),
        text(&["source"], Column::Service),
        text(
            &["detail-type", "eventTypeCode", "event.eventTypeCode"],
            Column::Action,
        ),
        text(&["detail.eventArn", "arn", "event.arn"], Column::RequestId),
        severity_of(
            &[
                "eventTypeCategory",
                "detail.eventTypeCategory",
                "event.eventTypeCategory",
            ],
            CATEGORIES,
        ),
        outcome_of(
            &[
                "eventTypeCategory",
                "detail.eventTypeCategory",
                "event.eventTypeCategory",
            ],
            OUTCOMES,
        ),
        resource(&["resources[]", "detail.affectedEntities[].entityValue"]),
        keep(
            &["statusCode", "detail.statusCode", "event.statusCode"],
            STATUS,
        ),
        keep(
            &[
                "eventTypeCode",
                "detail.eventTypeCode",
                "event.eventTypeCode",
            ],
            CODE,
        ),
        keep(
            &[
                "detail.eventDescription[0].latestDescription",
                "eventDescription.latestDescription",
            ],
            DESCRIPTION,
        ),
    ],
    extras: &[
        ("service", "affected_service"),
        ("detail.service", "affected_service"),
        ("event.service", "affected_service"),
        ("detail.eventTypeCode", "event_type"),
        ("statusCode", "state"),
        ("detail.statusCode", "state"),
        ("event.statusCode", "state"),
        ("eventTypeCategory", "category"),
        ("detail.eventTypeCategory", "category"),
        ("event.eventTypeCategory", "category"),
        ("detail.startTime", "start"),
        ("detail.endTime", "end"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_over = event.kept(STATUS).is_some_and(|status| status == "closed");
    if is_over && row.has_outcome() {
        row.severity(Severity::INFO).outcome(Outcome::Success);
    }
    let body = event.kept(DESCRIPTION).or_else(|| event.kept(CODE));
    row.text(Column::Body, &body.unwrap_or_default());
}
