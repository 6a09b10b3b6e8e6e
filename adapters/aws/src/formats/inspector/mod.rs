//! Findings of Amazon Inspector: vulnerable packages and code, and ports that can be reached.
//!
//! Reports that the console exports as a table have names of their own
//! (docs.aws.amazon.com/inspector/latest/user/findings-managing-exporting-reports.html, as of
//! 2026-11-30).

use nepho_codec::json::fields::{elements, pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{Event, Need, Table, keep, resource, severity_of, text, time};
use nepho_core::severity::RANKS;
use nepho_core::tables::{Column, Row};

use crate::listed::Listed;
use crate::rules::{put_title, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.inspector",
    summary: "Inspector findings",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: Listed = Listed {
    table: &TABLE,
    lists: &["findings"],
    is_mine: None,
};

const TITLE: usize = 0;
const DESCRIPTION: usize = 1;
const RESOURCES: usize = 2;
const FINDING: usize = 3;

static TABLE: Table = Table {
    name: "aws.inspector",
    needs: &[
        Need::HasAny(&["findingArn", "detail.findingArn", "Finding ARN"]),
        Need::HasAny(&[
            "awsAccountId",
            "detail.awsAccountId",
            "inspectorScore",
            "packageVulnerabilityDetails",
            "networkReachabilityDetails",
            "AWS Account Id",
        ]),
        // An event of EventBridge may leave it out.
        Need::HasAny(&[
            "firstObservedAt",
            "detail.firstObservedAt",
            "lastObservedAt",
            "detail-type",
            "First Seen",
        ]),
        Need::HasAny(&[
            "type",
            "detail.type",
            "inspectorScore",
            "remediation",
            "Finding Type",
        ]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "inspector2.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "time",
            "updatedAt",
            "lastObservedAt",
            "firstObservedAt",
            "Last Updated",
            "Last Seen",
            "First Seen",
        ]),
        text(
            &["account", "awsAccountId", "AWS Account Id"],
            Column::Account,
        ),
        text(&["region"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type", "type", "Finding Type"], Column::Action),
        text(
            &["findingArn", "detail.findingArn", "Finding ARN"],
            Column::RequestId,
        ),
        severity_of(&["severity", "detail.severity"], RANKS),
        resource(&["Resource ID"]),
        keep(&["detail.resources", "resources"], RESOURCES),
        keep(&["findingArn", "detail.findingArn", "Finding ARN"], FINDING),
        keep(&["title", "detail.title"], TITLE),
        keep(&["description", "detail.description"], DESCRIPTION),
    ],
    extras: &[
        (
            "packageVulnerabilityDetails.vulnerabilityId",
            "vulnerability",
        ),
        (
            "detail.packageVulnerabilityDetails.vulnerabilityId",
            "vulnerability",
        ),
        (
            "packageVulnerabilityDetails.vulnerablePackages[0].name",
            "package",
        ),
        (
            "detail.packageVulnerabilityDetails.vulnerablePackages[0].name",
            "package",
        ),
        ("inspectorScore", "score"),
        ("detail.inspectorScore", "score"),
        ("status", "state"),
        ("detail.status", "state"),
        ("detail.type", "finding_type"),
        ("Vulnerability Id", "vulnerability"),
        ("Affected Packages", "package"),
        ("Inspector Score", "score"),
        ("Fix Available", "fix_available"),
        ("fixAvailable", "fix_available"),
        ("detail.fixAvailable", "fix_available"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let title = event.kept(TITLE);
    put_title(title.as_deref(), event.kept(DESCRIPTION).as_deref(), row);
    let resources = event.kept_container(RESOURCES).unwrap_or_default();
    for resource in elements(resources) {
        // SDKs write the names with capitals.
        let keys = ["id", "region", "Id", "Region"];
        let Some([id, region, other_id, other_region]) = pick(resource, keys) else {
            continue;
        };
        let [id, region] = [id.or(other_id), region.or(other_region)]
            .map(|raw| raw.and_then(text_of).map(unescape));
        row.resource(&id.unwrap_or_default());
        // Images of containers have none: `N/A`.
        let region = region.filter(|region| region != "N/A");
        if !row.has(Column::Region) {
            row.text(Column::Region, &region.unwrap_or_default());
        }
    }
    if !row.has(Column::Region) {
        let finding = event.kept(FINDING).unwrap_or_default();
        row.text(Column::Region, region_of(&finding));
    }
}
