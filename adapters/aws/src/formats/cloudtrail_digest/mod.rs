//! CloudTrail digest files, which sign the log files of an hour.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, part, text, time};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.cloudtrail_digest",
    summary: "CloudTrail digest files",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const BUCKET: usize = 0;
const OBJECT: usize = 1;

static TABLE: Table = Table {
    name: "aws.cloudtrail_digest",
    needs: &[
        Need::Has("digestS3Object"),
        Need::Has("digestEndTime"),
        Need::Has("digestS3Bucket"),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "cloudtrail.amazonaws.com"),
    ],
    fields: &[
        time(&["digestEndTime"]),
        part(&["digestS3Object"], Column::Account, account),
        text(&["awsAccountId"], Column::Account),
        part(&["digestS3Object"], Column::Region, region),
        keep(&["digestS3Bucket"], BUCKET),
        keep(&["digestS3Object"], OBJECT),
    ],
    extras: &[("previousDigestS3Object", "previous_digest")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let (Some(bucket), Some(object)) = (event.kept(BUCKET), event.kept(OBJECT)) {
        row.resource(&format!("arn:aws:s3:::{bucket}/{object}"));
    }
}

/// Account of the key of the object, for a digest that was cut down.
fn account(key: &str) -> &str {
    let before = key.split_once("/CloudTrail-Digest/");
    let before = before.map(|(before, _)| before).unwrap_or_default();
    before.rsplit('/').next().unwrap_or_default()
}

/// Region of the log files that a digest signs, as the key of its object tells:
/// `AWSLogs/1/CloudTrail-Digest/eu-west-1/2024/05/01/...`; that of an organization has its id
/// before the account.
///
/// Source: docs.aws.amazon.com/awscloudtrail/latest/userguide, "CloudTrail digest file structure",
/// read 2026-11-30.
fn region(key: &str) -> &str {
    let rest = key.split_once("/CloudTrail-Digest/");
    let rest = rest.map(|(_, rest)| rest).unwrap_or_default();
    rest.split('/').next().unwrap_or_default()
}
