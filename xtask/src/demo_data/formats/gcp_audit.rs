//! Cloud Audit Logs of the project: the Pulumi deployment among everyday reads.
//!
//! Source: cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
//! (read 2026-11-21).

use super::File;
use super::gcp::{insert_id, received};
use crate::demo_data::clock::{Micros, SECOND, at, iso_micros};
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{
    GCP_CLOCK, GCP_REGION, INVOICES_UPDATE, PROJECT, PULUMI_ACTOR, SEED,
};

const PULUMI_AGENT: &str =
    "google-cloud-sdk Pulumi/3.0 (https://www.pulumi.com) pulumi-gcp/8.29.0,gzip(gfe)";

/// A call of a Google API.
struct Call<'a> {
    time: Micros,
    service: &'a str,
    method: &'a str,
    resource: String,
    permission: &'a str,
    actor: &'a str,
    agent: &'a str,
    /// Id of the long-running operation and whether this is its first entry.
    operation: Option<(&'a str, bool)>,
    kind: Json,
    writes: bool,
}

/// The audit log of the afternoon.
pub(super) fn file() -> File {
    let mut rng = Rng::for_part(SEED, "gcp audit");
    let mut calls = deployment();
    everyday_reads(&mut rng, &mut calls);
    calls.sort_by_key(|call| call.time);
    let lines: Vec<String> = calls
        .iter()
        .map(|call| entry(call, &mut rng).to_string())
        .collect();
    File::of_lines("gcp/logging/cloudaudit.ndjson.zst", &lines)
}

/// What Pulumi changes: the image of the invoices service and a label of its bucket.
fn deployment() -> Vec<Call<'static>> {
    let (start, end) = INVOICES_UPDATE;
    let update = |time, first| Call {
        time,
        service: "run.googleapis.com",
        method: "google.cloud.run.v2.Services.UpdateService",
        resource: format!("projects/{PROJECT}/locations/{GCP_REGION}/services/invoices"),
        permission: "run.services.update",
        actor: PULUMI_ACTOR,
        agent: PULUMI_AGENT,
        operation: Some((
            "projects/shop-prod-4711/locations/europe-west1/operations/3d0c7a52",
            first,
        )),
        kind: object! {
            "type" => "cloud_run_revision",
            "labels" => object! {
                "project_id" => PROJECT,
                "service_name" => "invoices",
                "location" => GCP_REGION,
                "configuration_name" => "",
                "revision_name" => "",
            },
        },
        writes: true,
    };
    let bucket = Call {
        time: start + 3 * SECOND,
        service: "storage.googleapis.com",
        method: "storage.buckets.update",
        resource: "projects/_/buckets/shop-invoices-archive".to_owned(),
        permission: "storage.buckets.update",
        actor: PULUMI_ACTOR,
        agent: PULUMI_AGENT,
        operation: None,
        kind: bucket_kind(),
        writes: true,
    };
    vec![
        update(start + 4 * SECOND, true),
        bucket,
        update(end - SECOND, false),
    ]
}

fn bucket_kind() -> Json {
    object! {
        "type" => "gcs_bucket",
        "labels" => object! {
            "project_id" => PROJECT,
            "bucket_name" => "shop-invoices-archive",
            "location" => GCP_REGION,
        },
    }
}

fn everyday_reads<'a>(rng: &mut Rng, calls: &mut Vec<Call<'a>>) {
    let mut time = at(13, 0, 9, 0);
    while time < at(15, 59, 0, 0) {
        calls.push(Call {
            time,
            service: "storage.googleapis.com",
            method: "storage.objects.get",
            resource: format!(
                "projects/_/buckets/shop-invoices-archive/objects/2026/05/invoice-{}.pdf",
                52_000 + rng.below(4000)
            ),
            permission: "storage.objects.get",
            actor: "invoices@shop-prod-4711.iam.gserviceaccount.com",
            agent: "gcloud-golang-storage/1.51.0,gzip(gfe)",
            operation: None,
            kind: bucket_kind(),
            writes: false,
        });
        time += rng.waiting(40.0 * SECOND as f64) as Micros;
    }
}

fn entry(call: &Call<'_>, rng: &mut Rng) -> Json {
    let log = if call.writes {
        "activity"
    } else {
        "data_access"
    };
    let time = GCP_CLOCK.shows(call.time);
    let payload = object! {
        "@type" => "type.googleapis.com/google.cloud.audit.AuditLog",
        "status" => object! {},
        "authenticationInfo" => object! {
            "principalEmail" => call.actor,
            "principalSubject" => format!("serviceAccount:{}", call.actor),
        },
        "requestMetadata" => object! {
            "callerIp" => if call.writes { "198.51.100.63" } else { "192.0.2.77" },
            "callerSuppliedUserAgent" => call.agent,
            "requestAttributes" => object! { "time" => iso_micros(time), "auth" => object! {} },
            "destinationAttributes" => object! {},
        },
        "serviceName" => call.service,
        "methodName" => call.method,
        "authorizationInfo" => list![object! {
            "resource" => &call.resource,
            "permission" => call.permission,
            "granted" => true,
            "resourceAttributes" => object! {},
        }],
        "resourceName" => &call.resource,
        "resourceLocation" => object! { "currentLocations" => list![GCP_REGION] },
    };
    let entry = object! {
        "protoPayload" => payload,
        "insertId" => insert_id(rng),
        "resource" => &call.kind,
        "timestamp" => iso_micros(time),
        "severity" => if call.writes { "NOTICE" } else { "INFO" },
        "logName" => format!("projects/{PROJECT}/logs/cloudaudit.googleapis.com%2F{log}"),
        "receiveTimestamp" => received(call.time, rng),
    };
    match call.operation {
        Some((id, first)) => {
            let mark = if first { "first" } else { "last" };
            entry.with(
                "operation",
                object! { "id" => id, "producer" => call.service, mark => true },
            )
        }
        None => entry,
    }
}
