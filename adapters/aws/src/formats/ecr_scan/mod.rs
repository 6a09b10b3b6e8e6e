//! Results of scans of container images, as `DescribeImageScanFindings` gives them, and what
//! `DescribeImages` tells of them beside the images.

use nepho_codec::json::JsonFields;
use nepho_codec::table::{Event, Need, Table, keep, outcome_of, text, time};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Outcome, Row};

use crate::listed::Listed;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.ecr_scan",
    summary: "ECR image scan findings",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["imageDetails"],
    is_mine: None,
};

/// How a scan ended.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("COMPLETE", Outcome::Success),
    ("ACTIVE", Outcome::Success),
    ("FAILED", Outcome::Failure),
    ("UNSUPPORTED_IMAGE", Outcome::Failure),
    ("FINDINGS_UNAVAILABLE", Outcome::Failure),
];

const COUNTS: usize = 0;
const REPOSITORY: usize = 1;
const DIGEST: usize = 2;
const STATUS: usize = 3;
const IMAGE: usize = 4;

static TABLE: Table = Table {
    name: "aws.ecr_scan",
    needs: &[
        Need::Has("imageScanStatus"),
        Need::Has("repositoryName"),
        Need::HasAny(&["imageId", "imageDigest"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "ecr.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "imageScanFindings.imageScanCompletedAt",
            "imageScanSummary.imageScanCompletedAt",
            "imageScanFindingsSummary.imageScanCompletedAt",
        ]),
        text(&["registryId"], Column::Account),
        outcome_of(&["imageScanStatus.status"], OUTCOMES),
        keep(
            &[
                "imageScanFindings.findingSeverityCounts",
                "imageScanSummary.findingSeverityCounts",
                "imageScanFindingsSummary.findingSeverityCounts",
            ],
            COUNTS,
        ),
        keep(&["repositoryName"], REPOSITORY),
        keep(
            &["imageId.imageDigest", "imageId.imageTag", "imageDigest"],
            DIGEST,
        ),
        keep(&["imageId"], IMAGE),
        keep(
            &["imageScanStatus.description", "imageScanStatus.status"],
            STATUS,
        ),
    ],
    extras: &[
        ("imageId.imageTag", "tag"),
        ("imageTags[0]", "tag"),
        ("imageScanStatus.status", "state"),
        ("imageScanFindings.findings[0].name", "vulnerability"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let action = match event.kept_container(IMAGE) {
        Some(_) => "DescribeImageScanFindings",
        None => "DescribeImages",
    };
    row.constant(Column::Action, action);
    let repository = event.kept(REPOSITORY).unwrap_or_default();
    let digest = event.kept(DIGEST).unwrap_or_default();
    let at = if digest.starts_with("sha256:") {
        "@"
    } else {
        ":"
    };
    row.resource(&format!("{repository}{at}{digest}"));
    let counts = event.kept_container(COUNTS).unwrap_or("{}");
    let mut body = event.kept(STATUS).unwrap_or_default().into_owned();
    let Ok(counts) = JsonFields::parse(counts) else {
        return;
    };
    for (severity, count) in counts.members() {
        body.push_str(&format!(" {severity}: {count}"));
    }
    row.text(Column::Body, body.trim());
    // The gravest of the findings is the severity of the scan.
    let found = RANKS.iter().filter(|(label, _)| {
        let mut members = counts.members().iter();
        members.any(|(held, count)| held.eq_ignore_ascii_case(label) && *count != "0")
    });
    if let Some(severity) = found.map(|(_, severity)| *severity).max() {
        row.severity(severity);
    }
}
