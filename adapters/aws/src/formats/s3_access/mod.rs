//! Server access log of Amazon S3.

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, request, source_address, status, text, time,
};
use nepho_core::key::Arn;
use nepho_core::tables::{Column, Row};

use crate::access::put_request_line;
use crate::s3::{is_region, put_outcome, put_resources, region_of_host};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.s3_access",
    summary: "S3 server access log",
    permissions: &["s3:GetObject", "s3:ListBucket"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const BUCKET: usize = 0;
const KEY: usize = 1;
const ERROR: usize = 2;
const HOST: usize = 3;
const ACCESS_POINT: usize = 4;
const REGION: usize = 5;
const REQUEST: usize = 6;

/// The line; `$version` is what the id of a version looks like.
macro_rules! pattern {
    ($version:literal) => {
        concat!(
            "{_:hex} {bucket:word} [{time:time}] {client:word} {requester:word} {request_id:word} ",
            "{operation:name} {key:word} {?\"{request:quoted}\"}{?-} {status:word} {error:word} ",
            "{bytes:word} {size:word} {total_time:word} {turnaround:word} ",
            "{?\"{referer:quoted}\"}{?-} {?\"{user_agent}\"}{?-} {version:",
            $version,
            "}",
            "{? {_:word} {signature:word} {_:word} {_:word} {host:word}",
            "{? {tls:word}{? {access_point:word}{? {acl:word}{? {region:word}{? {_:rest}}}}}}}{?{ }}",
        )
    };
}

static TABLE: Lines = Lines {
    name: "aws.s3_access",
    // The id of a version is of any signs, which a quote within the agent has as well.
    patterns: &[pattern!("name"), pattern!("word")],
    confidence: 92,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        text(&["requester"], Column::Actor),
        text(&["request_id"], Column::RequestId),
        text(&["operation"], Column::Action),
        request(&["request"]),
        status(&["status"]),
        duration(&["total_time"], 1e6),
        text(&["user_agent"], Column::UserAgent),
        keep(&["bucket"], BUCKET),
        keep(&["key"], KEY),
        keep(&["error"], ERROR),
        keep(&["host"], HOST),
        keep(&["access_point"], ACCESS_POINT),
        keep(&["region"], REGION),
        keep(&["request"], REQUEST),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("size", "object_size"),
        ("error", "error_code"),
        ("referer", "referer"),
        ("version", "version"),
        ("tls", "tls_version"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let host = event.kept(HOST).unwrap_or_default();
    let point = event.kept(ACCESS_POINT).unwrap_or_default();
    let source = event.kept(REGION).unwrap_or_default();
    let point = Arn::parse(&point);
    let region = match (region_of_host(&host), &point) {
        ("", _) if is_region(&source) => &source,
        ("", Some(point)) => point.region,
        (region, _) => region,
    };
    row.text(Column::Region, region);
    let bucket = event.kept(BUCKET).unwrap_or_default();
    put_resources(&bucket, event.kept(KEY).as_deref(), region, row);
    if let Some(point) = point {
        row.text(Column::Account, point.account);
    }
    row.resource(&event.kept(ACCESS_POINT).unwrap_or_default());
    if let Some(request) = event.kept(REQUEST) {
        put_request_line(&request, row);
    }
    put_outcome(event.kept(ERROR).as_deref(), row);
}
