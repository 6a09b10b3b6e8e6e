//! Completion reports of S3 Batch Operations: a line for each object, without a header.
//!
//! Source: docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html, read
//! 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, outcome_of, resource_of, text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.s3_batch_report",
    summary: "S3 Batch Operations completion reports",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const STATUS: usize = 0;
const CODES: [usize; 2] = [1, 2];
const MESSAGE: usize = 3;

static LINES: Lines = Lines {
    name: "aws.s3_batch_report",
    patterns: &[
        "{bucket:name},{key},{version},{status:succeeded|failed},{first},{second},{message:rest}",
    ],
    confidence: 70,
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "s3.amazonaws.com"),
    ],
    fields: &[
        resource_of(&["bucket"], "arn:aws:s3:::{}"),
        text(&["key"], Column::Path),
        outcome_of(
            &["status"],
            &[
                ("succeeded", Outcome::Success),
                ("failed", Outcome::Failure),
            ],
        ),
        keep(&["status"], STATUS),
        keep(&["first"], CODES[0]),
        keep(&["second"], CODES[1]),
        keep(&["message"], MESSAGE),
    ],
    extras: &[("version", "version")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // The status of HTTP and the code of the error, which reports have in either order.
    let codes = CODES.map(|number| event.kept(number).unwrap_or_default());
    let is_number =
        |code: &&str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    let mut codes = codes.iter().map(|code| code.trim_matches('"'));
    let (mut status, mut error) = (None, "");
    for code in codes.by_ref() {
        match is_number(&code) {
            true => status = code.parse().ok(),
            false if !code.is_empty() => error = code,
            false => {}
        }
    }
    if let Some(status) = status {
        row.status(status);
    }
    if event.kept(STATUS).as_deref() == Some("failed") {
        row.severity(Severity::ERROR);
    }
    let message = event.kept(MESSAGE).unwrap_or_default();
    let message = message.trim().trim_matches('"').replace("\"\"", "\"");
    match error {
        "" => row.text(Column::Body, &message),
        error => row.text_of(Column::Body, &[error, ": ", &message]),
    };
}
