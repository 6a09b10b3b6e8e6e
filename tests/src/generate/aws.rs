//! Shapes of AWS.

use std::fmt::Write;

use super::{Random, SERVICES, fill, time};

/// Header of a VPC flow log file, version 2.
pub(super) const VPC_HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n";

const CALLS: [(&str, &str, bool); 8] = [
    ("ec2.amazonaws.com", "DescribeInstances", true),
    ("s3.amazonaws.com", "GetObject", true),
    ("sts.amazonaws.com", "AssumeRole", true),
    ("kms.amazonaws.com", "Decrypt", true),
    ("iam.amazonaws.com", "GetRole", true),
    ("dynamodb.amazonaws.com", "UpdateItem", false),
    ("lambda.amazonaws.com", "Invoke", false),
    (
        "autoscaling.amazonaws.com",
        "DescribeAutoScalingGroups",
        true,
    ),
];

pub(super) fn cloudtrail(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let (source, name, read_only) = random.pick(&CALLS);
    let role = random.pick(&SERVICES);
    let request = random.uuid();
    let event = random.uuid();
    let session = random.hex(17);
    let key = random.hex(16).to_uppercase();
    let time = time(number);
    let error = if random.below(40) == 0 {
        r#""errorCode":"AccessDenied","errorMessage":"User is not authorized to perform this action on the resource","#
    } else {
        ""
    };
    // Records of many services stand side by side in a trail; most are of a few kinds.
    let template = match random.below(10) {
        0..4 => include_str!("templates/cloudtrail.json"),
        4..6 => include_str!("templates/cloudtrail_describe.json"),
        6..8 => include_str!("templates/cloudtrail_assume.json"),
        8 => include_str!("templates/cloudtrail_decrypt.json"),
        _ => include_str!("templates/cloudtrail_run.json"),
    };
    fill(
        template,
        &[
            ("key", &key),
            ("session", &session),
            ("role", &role),
            ("time", &time),
            ("source", &source),
            ("name", &name),
            ("a", &(number % 250)),
            ("b", &(number % 199)),
            ("error", &error),
            ("number", &number),
            ("request", &request),
            ("event", &event),
            ("read_only", &read_only),
        ],
        text,
    );
    1
}

pub(super) fn cloudtrail_file(number: u64, random: &mut Random, text: &mut String) -> u64 {
    text.push_str("{\"Records\":[");
    for position in 0..500 {
        if position > 0 {
            text.push(',');
        }
        cloudtrail(number + position, random, text);
    }
    text.push_str("]}");
    500
}

pub(super) fn subscription(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let service = random.pick(&SERVICES);
    let stream = random.hex(12);
    let _ = write!(
        text,
        r#"{{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/ecs/shop/{service}","logStream":"{service}/{stream}","subscriptionFilters":["to-firehose"],"logEvents":["#
    );
    let events = 20;
    for position in 0..events {
        if position > 0 {
            text.push(',');
        }
        let millis = 1_778_590_800_000 + (number + position) / 10;
        let id = 37_000_000_000_000_000_u64 + number + position;
        let trace = random.hex(32);
        let status = if random.below(50) == 0 { 500 } else { 200 };
        let message = if position % 2 == 0 {
            format!(
                r#"{{\"time\":\"{}\",\"level\":\"info\",\"service\":\"{service}\",\"msg\":\"request done\",\"http\":{{\"method\":\"POST\",\"path\":\"/api/orders/{position}\",\"status_code\":{status}}},\"duration_ms\":{}.5,\"trace_id\":\"{trace}\",\"env\":\"production\",\"team\":\"payments\"}}"#,
                time(number + position),
                random.below(400),
            )
        } else {
            format!(
                r"{} INFO  [worker-{position}] request_id={trace} status={status} order accepted for shipment\tlatency={}ms",
                time(number + position),
                random.below(400),
            )
        };
        let _ = write!(
            text,
            r#"{{"id":"{id}","timestamp":{millis},"message":"{message}"}}"#
        );
    }
    text.push_str("]}");
    events
}

pub(super) fn vpc_flow(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let start = 1_778_590_800 + number / 10_000;
    // As many interfaces as a large account has.
    let interface = format!("0a1b2c3d4e{:07x}", random.below(2000));
    let action = if random.below(30) == 0 {
        "REJECT"
    } else {
        "ACCEPT"
    };
    let _ = write!(
        text,
        "2 111122223333 eni-{interface} 10.0.{}.{} 10.0.{}.{} {} {} 6 {} {} {start} {} {action} OK",
        random.below(255),
        random.below(255),
        random.below(255),
        random.below(255),
        30_000 + random.below(30_000),
        random.pick(&[443_u16, 5432, 8080, 6379]),
        random.below(100),
        random.below(100_000),
        start + 60,
    );
    1
}

pub(super) fn load_balancer(number: u64, random: &mut Random, text: &mut String) -> u64 {
    let service = random.pick(&SERVICES);
    let time = time(number);
    let status = if random.below(60) == 0 { 502 } else { 200 };
    let root = random.hex(24);
    fill(
        include_str!("templates/alb.log"),
        &[
            ("time", &time),
            ("a", &(random.below(250))),
            ("port", &(1024 + random.below(60_000))),
            ("b", &(random.below(99))),
            ("status", &status),
            ("service", &service),
            ("root", &root),
        ],
        text,
    );
    1
}
