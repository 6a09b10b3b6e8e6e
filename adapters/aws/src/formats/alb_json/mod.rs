//! Access log of an Application Load Balancer as JSON, as it is delivered to CloudWatch Logs and
//! Firehose, as Athena names its fields, and with the same names in camel case, as security lakes
//! store it.

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
        Need::HasAny(&["elb_status_code", "elbStatusCode"]),
        Need::HasAny(&["time", "request_creation_time", "timestamp"]),
        Need::HasAny(&[
            "request_line",
            "request_url",
            "target_group_arn",
            "target_status_code",
            "target_processing_time",
            "trace_id",
            "requestUrl",
            "targetGroupArn",
            "targetStatusCode",
            "targetProcessingTime",
            "traceId",
        ]),
        // Any program has a `timestamp`.
        Need::HasAny(&[
            "time",
            "request_creation_time",
            "target_group_arn",
            "target_status_code",
            "target_processing_time",
            "targetGroupArn",
            "targetStatusCode",
            "targetProcessingTime",
        ]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time", "request_creation_time", "timestamp"]),
        part(
            &["target_group_arn", "targetGroupArn"],
            Column::Account,
            account_of,
        ),
        part(
            &["target_group_arn", "targetGroupArn"],
            Column::Region,
            region_of,
        ),
        resource(&["elb"]),
        resource(&["target_group_arn", "targetGroupArn"]),
        source_address(&["ip_address", "client_ip", "clientIp"]),
        source_port(&["client_port", "clientPort"]),
        peer_address(&["target_ip", "targetIp"]),
        peer_port(&["target_port", "targetPort"]),
        text(&["request_verb", "requestHttpMethod"], Column::Method),
        url(&["request_url", "requestUrl"]),
        request(&["request_line"]),
        text(&["user_agent", "userAgent"], Column::UserAgent),
        keep(&["elb"], BALANCER),
        keep(&["target_group_arn", "targetGroupArn"], GROUP),
        keep(&["elb_status_code", "elbStatusCode"], STATUS),
        keep(&["target_status_code", "targetStatusCode"], TARGET_STATUS),
        keep(
            &["request_processing_time", "requestProcessingTime"],
            REQUEST_TIME,
        ),
        keep(
            &["target_processing_time", "targetProcessingTime"],
            TARGET_TIME,
        ),
        keep(
            &["response_processing_time", "responseProcessingTime"],
            RESPONSE_TIME,
        ),
        keep(&["trace_id", "traceId"], TRACE),
        keep(&["time", "timestamp"], TIME),
        keep(
            &["request_creation_time", "requestCreationTime"],
            CREATION_TIME,
        ),
        keep(&["request_line"], REQUEST_LINE),
        keep(&["chosen_cert_arn", "chosenCertArn"], CERTIFICATE),
    ],
    extras: &[
        ("domain_name", "domain"),
        ("domainName", "domain"),
        ("received_bytes", "bytes_received"),
        ("receivedBytes", "bytes_received"),
        ("sent_bytes", "bytes"),
        ("sentBytes", "bytes"),
        ("target_status_code", "target_status"),
        ("targetStatusCode", "target_status"),
        ("error_reason", "error_reason"),
        ("errorReason", "error_reason"),
        ("lambda_error_reason", "error_reason"),
        ("actions_executed", "actions"),
        ("actionsExecuted", "actions"),
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
