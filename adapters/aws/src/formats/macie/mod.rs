//! Findings of Amazon Macie and what it discovered, as `GetFindings` answers and as it exports
//! them.
//!
//! Sources: docs.aws.amazon.com/macie/latest/APIReference/findings-describe.html and
//! docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html, as of 2026-11-29.

use nepho_codec::table::{Event, Need, Table, keep, resource, severity_of, text, time};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::listed::Listed;
use crate::rules::put_title;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.macie",
    summary: "Macie findings and discovery results",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["findings"],
    is_mine: None,
};

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;

static TABLE: Table = Table {
    name: "aws.macie",
    needs: &[
        Need::Has("accountId"),
        Need::HasAny(&[
            "resourcesAffected.s3Bucket",
            "resourcesAffected.s3Object",
            "resourcesAffected.S3Bucket",
            "resourcesAffected.S3Object",
        ]),
        Need::HasAny(&["category", "classificationDetails", "policyDetails"]),
        Need::HasAny(&["updatedAt", "createdAt"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "macie2.amazonaws.com"),
    ],
    fields: &[
        time(&["updatedAt", "createdAt"]),
        text(&["accountId"], Column::Account),
        text(&["region"], Column::Region),
        text(&["type"], Column::Action),
        text(&["id"], Column::RequestId),
        severity_of(&["severity.description"], RANKS),
        text(
            &[
                "policyDetails.actor.userIdentity.iamUser.arn",
                "policyDetails.actor.userIdentity.assumedRole.arn",
                "policyDetails.actor.userIdentity.iamUser.userName",
                "policyDetails.actor.userIdentity.root.arn",
            ],
            Column::Actor,
        ),
        text(
            &["policyDetails.actor.ipAddressDetails.ipAddressV4"],
            Column::SourceIp,
        ),
        resource(&[
            "resourcesAffected.s3Bucket.arn",
            "resourcesAffected.s3Bucket.name",
        ]),
        keep(&["title"], TITLE),
        keep(&["description"], DESCRIPTION),
    ],
    extras: &[
        ("category", "category"),
        ("classificationDetails.jobId", "job"),
        ("classificationDetails.result.status.code", "state"),
        ("resourcesAffected.s3Object.key", "object"),
        ("archived", "archived"),
        ("count", "count"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let title = event.kept(TITLE);
    put_title(title.as_deref(), event.kept(DESCRIPTION).as_deref(), row);
}
