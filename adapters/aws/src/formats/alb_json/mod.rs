//! Access log of an Application Load Balancer as JSON, as it is delivered to CloudWatch Logs and
//! Firehose, and as Athena names its fields.

use nepho_codec::table::{
    Event, JsonFormat, Need, Table, To, keep, part, peer_address, peer_port, put_text, request,
    resource, source_address, source_port, text, time, url,
};
use nepho_codec::time as times;
use nepho_core::tables::{Column, Row};

use super::alb::{put_trace, service};
use crate::access;
use crate::rules::{account_of, region_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.alb_json",
    summary: "Application Load Balancer access log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const BALANCER: usize = 0;
const GROUP: usize = 1;
const STATUS: usize = 2;
const TARGET_STATUS: usize = 3;
const REQUEST_TIME: usize = 4;
const TARGET_TIME: usize = 5;
const RESPONSE_TIME: usize = 6;
const TRACE: usize = 7;
const TIME: usize = 8;
const CREATION_TIME: usize = 9;
const REQUEST_LINE: usize = 10;
const CERTIFICATE: usize = 11;

static TABLE: Table = Table {
    name: "aws.alb_json",
    needs: &[
        Need::Has("elb"),
        Need::Has("elb_status_code"),
        Need::HasAny(&["time", "request_creation_time"]),
        Need::HasAny(&[
            "request_line",
            "request_url",
            "target_group_arn",
            "target_status_code",
            "target_processing_time",
            "trace_id",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time", "request_creation_time"]),
        part(&["target_group_arn"], Column::Account, account_of),
        part(&["target_group_arn"], Column::Region, region_of),
        resource(&["elb"]),
        resource(&["target_group_arn"]),
        source_address(&["ip_address", "client_ip"]),
        source_port(&["client_port"]),
        peer_address(&["target_ip"]),
        peer_port(&["target_port"]),
        text(&["request_verb"], Column::Method),
        url(&["request_url"]),
        request(&["request_line"]),
        text(&["user_agent"], Column::UserAgent),
        keep(&["elb"], BALANCER),
        keep(&["target_group_arn"], GROUP),
        keep(&["elb_status_code"], STATUS),
        keep(&["target_status_code"], TARGET_STATUS),
        keep(&["request_processing_time"], REQUEST_TIME),
        keep(&["target_processing_time"], TARGET_TIME),
        keep(&["response_processing_time"], RESPONSE_TIME),
        keep(&["trace_id"], TRACE),
        keep(&["time"], TIME),
        keep(&["request_creation_time"], CREATION_TIME),
        keep(&["request_line"], REQUEST_LINE),
        keep(&["chosen_cert_arn"], CERTIFICATE),
    ],
    extras: &[
        ("domain_name", "domain"),
        ("received_bytes", "bytes_received"),
        ("sent_bytes", "bytes"),
        ("target_status_code", "target_status"),
        ("error_reason", "error_reason"),
        ("lambda_error_reason", "error_reason"),
        ("actions_executed", "actions"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kept = |number| event.kept(number).unwrap_or_default();
    row.text(Column::Service, service(&kept(GROUP), &kept(BALANCER)));
    let status = kept(STATUS);
    if access::put_status(&status, &kept(TARGET_STATUS), row).is_err() {
        put_text(&status, To::Status, row);
    }
    put_trace(&kept(TRACE), row);
    // `session-reused` stands there, too.
    let certificate = kept(CERTIFICATE);
    if certificate.starts_with("arn:") {
        row.resource(&certificate);
    }
    if let Some(line) = event.kept(REQUEST_LINE) {
        access::put_request_line(&line, row);
    }
    let steps = [REQUEST_TIME, TARGET_TIME, RESPONSE_TIME].map(kept);
    let measured = access::processing_time(steps.each_ref().map(|step| &**step));
    // A request that got no answer has no processing times, yet its client waited.
    let waited = || {
        let at = |number| event.kept(number).and_then(|text| times::parse(&text));
        Some(at(TIME)?.since(at(CREATION_TIME)?))
    };
    if let Some(nanos) = measured.or_else(waited).filter(|nanos| *nanos >= 0) {
        row.duration(nanos);
    }
}
