//! CloudTrail files: what changed and who changed it, among the reads of an ordinary afternoon.
//!
//! Source: docs.aws.amazon.com/awscloudtrail/latest/userguide,
//! "CloudTrail record contents" (read 2026-11-21).

use super::cloudtrail_calls;
use super::{File, hours};
use crate::demo_data::clock::{HOUR, Micros, SECOND, at, in_object_name, iso};
use crate::demo_data::json::{Json, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{ACCOUNT, END, REGION, SEED, START};

/// A call of an AWS API.
pub(super) struct Call {
    pub(super) time: Micros,
    pub(super) source: &'static str,
    pub(super) name: &'static str,
    pub(super) caller: Caller,
    pub(super) request: Json,
    pub(super) response: Json,
    pub(super) error: Option<(&'static str, String)>,
    pub(super) read_only: bool,
}

/// Who calls, by what means.
#[derive(Clone, Copy)]
pub(super) struct Caller {
    /// Role and session name; no role when a service of AWS calls.
    pub(super) role: Option<(&'static str, &'static str)>,
    /// Address, or the service of AWS that calls on behalf of the role.
    pub(super) address: &'static str,
    pub(super) agent: &'static str,
    pub(super) console: bool,
}

/// The files, one for each half hour.
pub(crate) fn files() -> Vec<File> {
    let mut rng = Rng::for_part(SEED, "cloudtrail");
    let mut calls = cloudtrail_calls::of_the_story();
    everyday_reads(&mut rng, &mut calls);
    calls.sort_by_key(|call| call.time);
    let halves =
        hours().flat_map(|(start, end)| [(start, start + HOUR / 2), (start + HOUR / 2, end)]);
    halves
        .map(|(start, end)| {
            let records: Vec<Json> = calls
                .iter()
                .filter(|call| (start..end).contains(&call.time))
                .map(|call| record(call, &mut rng))
                .collect();
            let path = format!(
                "aws/AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/05/12/\
                 {ACCOUNT}_CloudTrail_{REGION}_{}_{}.json.gz",
                in_object_name(end),
                rng.hex(16),
            );
            let rows = records.len();
            let text = object! { "Records" => records }.to_string();
            File {
                path,
                bytes: text.into_bytes(),
                rows,
            }
        })
        .collect()
}

const MONITORING: Caller = Caller {
    role: Some(("monitoring", "collector")),
    address: "198.51.100.90",
    agent: "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.2 \
        md/GOOS#linux md/GOARCH#amd64 api/ec2#1.212.0",
    console: false,
};

const CHECKOUT_INSTANCE: Caller = Caller {
    role: Some(("checkout-instance", "i-0c0007e5a1b3c9d40")),
    address: "10.20.17.11",
    agent: "aws-sdk-java/2.31.11 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1 lang/java#21.0.6",
    console: false,
};

/// Operations that monitoring and the services call all day.
const READS: [(&str, &str); 8] = [
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("ec2.amazonaws.com", "DescribeVolumes"),
    ("rds.amazonaws.com", "DescribeDBInstances"),
    ("autoscaling.amazonaws.com", "DescribeAutoScalingGroups"),
    ("elasticloadbalancing.amazonaws.com", "DescribeTargetHealth"),
    ("monitoring.amazonaws.com", "DescribeAlarms"),
    ("logs.amazonaws.com", "DescribeLogGroups"),
    ("ecs.amazonaws.com", "DescribeServices"),
];

fn everyday_reads(rng: &mut Rng, calls: &mut Vec<Call>) {
    let mut time = START + at(0, 0, 3, 0);
    while time < END {
        let (source, name) = *rng.pick(&READS);
        calls.push(read(time, source, name, MONITORING));
        if rng.chance(0.15) {
            calls.push(read(
                time + SECOND,
                "secretsmanager.amazonaws.com",
                "GetSecretValue",
                CHECKOUT_INSTANCE,
            ));
        }
        if rng.chance(0.01) {
            let mut refused = read(
                time + 2 * SECOND,
                "s3.amazonaws.com",
                "GetBucketPolicy",
                MONITORING,
            );
            let message = "User: arn:aws:sts::111122223333:assumed-role/monitoring/collector \
                is not \
                authorized to perform: s3:GetBucketPolicy";
            refused.error = Some(("AccessDenied", message.to_owned()));
            calls.push(refused);
        }
        time += rng.waiting(16.0 * SECOND as f64) as Micros;
    }
}

fn read(time: Micros, source: &'static str, name: &'static str, caller: Caller) -> Call {
    let request = match name {
        "GetSecretValue" => object! { "secretId" => "production/checkout/order-db" },
        "GetBucketPolicy" => object! { "bucketName" => "shop-exports-111122223333" },
        _ => Json::Null,
    };
    let response = Json::Null;
    Call {
        time,
        source,
        name,
        caller,
        request,
        response,
        error: None,
        read_only: true,
    }
}

fn record(call: &Call, rng: &mut Rng) -> Json {
    let request_id = rng.uuid();
    let mut record = object! {
        "eventVersion" => "1.11",
        "userIdentity" => identity(&call.caller),
        "eventTime" => iso(call.time),
        "eventSource" => call.source,
        "eventName" => call.name,
        "awsRegion" => REGION,
        "sourceIPAddress" => call.caller.address,
        "userAgent" => call.caller.agent,
    };
    if let Some((code, message)) = &call.error {
        record = record
            .with("errorCode", *code)
            .with("errorMessage", message);
    }
    let response = match &call.response {
        Json::Map(fields) if call.source == "ec2.amazonaws.com" => {
            let mut all = vec![("requestId".to_owned(), Json::from(&request_id))];
            all.extend(fields.iter().cloned());
            Json::Map(all)
        }
        other => other.clone(),
    };
    record = record
        .with("requestParameters", &call.request)
        .with("responseElements", response)
        .with("requestID", request_id)
        .with("eventID", rng.uuid())
        .with("readOnly", call.read_only)
        .with("eventType", "AwsApiCall")
        .with("managementEvent", true)
        .with("recipientAccountId", ACCOUNT)
        .with("eventCategory", "Management");
    if call.caller.console {
        record = record.with("sessionCredentialFromConsole", "true");
    }
    record
}

fn identity(caller: &Caller) -> Json {
    let Some((role, session)) = caller.role else {
        return object! { "type" => "AWSService", "invokedBy" => caller.address };
    };
    let role_id = format!("AROAEXAMPLE{:0>10}", role.to_uppercase().replace('-', ""));
    let identity = object! {
        "type" => "AssumedRole",
        "principalId" => format!("{role_id}:{session}"),
        "arn" => format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        "accountId" => ACCOUNT,
        "accessKeyId" => format!("ASIAEXAMPLE{:0>9}", role.len() * 1_234_567),
        "sessionContext" => object! {
            "sessionIssuer" => object! {
                "type" => "Role",
                "principalId" => role_id,
                "arn" => format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                "accountId" => ACCOUNT,
                "userName" => role,
            },
            "attributes" => object! {
                "creationDate" => iso(START),
                "mfaAuthenticated" => if caller.console { "true" } else { "false" },
            },
        },
    };
    if caller.address.ends_with(".amazonaws.com") {
        identity.with("invokedBy", caller.address)
    } else {
        identity
    }
}
