//! Server access log of Amazon S3 as JSON, as queries over it and other tools write it.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, keep, request, source_address, status, text, time,
};
use nepho_core::tables::{Column, Row};

use crate::access::put_request_line;
use crate::s3::{put_outcome, put_resources, region_of_host};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.s3_access_json",
    summary: "S3 server access log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const BUCKET: usize = 0;
const KEY: usize = 1;
const ERROR: usize = 2;
const HOST: usize = 3;
const REQUEST: usize = 4;

static TABLE: Table = Table {
    name: "aws.s3_access_json",
    needs: &[
        Need::HasAny(&["bucket", "bucket_name"]),
        Need::HasAny(&["requestid", "request_id"]),
        Need::Contains("operation", "."),
        Need::HasAny(&[
            "bucketowner",
            "bucket_owner",
            "bucket_owner_id",
            "requester",
            "remoteip",
            "remote_ip",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&[
            "time",
            "requestdatetime",
            "request_time",
            "timestamp",
            // The table of Sentinel.
            "TimeGenerated",
        ]),
        source_address(&["remoteip", "remote_ip"]),
        text(&["requester"], Column::Actor),
        text(&["requestid", "request_id"], Column::RequestId),
        text(&["operation"], Column::Action),
        request(&["requesturi", "request_uri"]),
        status(&["httpstatus", "http_status"]),
        duration(&["totaltime", "total_time"], 1e6),
        text(&["useragent", "user_agent"], Column::UserAgent),
        keep(&["bucket", "bucket_name"], BUCKET),
        keep(&["key"], KEY),
        keep(&["errorcode", "error_code"], ERROR),
        keep(&["hostheader", "host_header"], HOST),
        keep(&["requesturi", "request_uri"], REQUEST),
    ],
    extras: &[
        ("bytessent", "bytes"),
        ("bytes_sent", "bytes"),
        ("objectsize", "object_size"),
        ("object_size", "object_size"),
        ("errorcode", "error_code"),
        ("error_code", "error_code"),
        ("versionid", "version"),
        ("tlsversion", "tls_version"),
        ("tlsVersion", "tls_version"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let host = event.kept(HOST).unwrap_or_default();
    let region = region_of_host(&host);
    row.text(Column::Region, region);
    if let Some(bucket) = event.kept(BUCKET) {
        put_resources(&bucket, event.kept(KEY).as_deref(), region, row);
    }
    if let Some(request) = event.kept(REQUEST) {
        put_request_line(&request, row);
    }
    put_outcome(event.kept(ERROR).as_deref(), row);
}
