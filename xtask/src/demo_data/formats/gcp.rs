//! Google Cloud `LogEntry` objects, one a line, as a sink to a bucket writes them.
//!
//! Source: cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry (read 2026-11-21).

use super::{File, gcp_audit};
use crate::demo_data::clock::{MILLI, Micros, SECOND, iso_micros, iso_nanos};
use crate::demo_data::json::{Json, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{GCP_CLOCK, GCP_REGION, INVOICES_UPDATE, PROJECT, SEED, Service};
use crate::demo_data::traffic::{Access, Door, Entry, Ledger, Level};

/// All files of the project: the worker, the invoices, the audit log.
pub(crate) fn files(ledger: &Ledger) -> Vec<File> {
    let mut rng = Rng::for_part(SEED, "gcp");
    let worker: Vec<String> = ledger
        .lines_of(Service::OrderWorker)
        .into_iter()
        .map(|line| worker_entry(line, &mut rng).to_string())
        .collect();
    let mut invoices: Vec<(Micros, Json)> = Vec::new();
    for line in ledger.lines_of(Service::Invoices) {
        invoices.push((line.time, invoices_entry(line, &mut rng)));
    }
    for access in ledger.through(Door::CloudRun) {
        invoices.push((access.end, request_entry(access, &mut rng)));
    }
    invoices.sort_by_key(|(time, _)| *time);
    let invoices: Vec<String> = invoices
        .iter()
        .map(|(_, entry)| entry.to_string())
        .collect();
    vec![
        File::of_lines("gcp/logging/order-worker.ndjson.zst", &worker),
        File::of_lines("gcp/logging/invoices.ndjson.zst", &invoices),
        gcp_audit::file(),
    ]
}

/// A short id without meaning.
pub(super) fn insert_id(rng: &mut Rng) -> String {
    format!("{}k{}", rng.hex(6), rng.hex(5))
}

/// Time at which Cloud Logging got an entry; its clock is the project's.
pub(super) fn received(time: Micros, rng: &mut Rng) -> String {
    iso_nanos(GCP_CLOCK.shows(time) + rng.between(40, 420) * MILLI)
}

fn revision(service: Service, time: Micros) -> Json {
    let revision = match service {
        Service::Invoices if time > INVOICES_UPDATE.1 => "invoices-00043-zul",
        Service::Invoices => "invoices-00042-fip",
        _ => "order-worker-00117-qad",
    };
    object! {
        "type" => "cloud_run_revision",
        "labels" => object! {
            "configuration_name" => service.name(),
            "location" => GCP_REGION,
            "project_id" => PROJECT,
            "revision_name" => revision,
            "service_name" => service.name(),
        },
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Info => "INFO",
        Level::Warn => "WARNING",
        Level::Error => "ERROR",
    }
}

fn trace_name(trace: &str) -> String {
    format!("projects/{PROJECT}/traces/{trace}")
}

fn worker_entry(line: &Entry, rng: &mut Rng) -> Json {
    let (status, took) = line.answer.unwrap_or_default();
    let time = GCP_CLOCK.shows(line.time);
    object! {
        "insertId" => insert_id(rng),
        "jsonPayload" => object! {
            "message" => &line.message,
            "order_id" => line.order.as_deref(),
            "upstream" => line.upstream,
            "url" => format!("https://api.shop.example.com{}", line.path),
            "status" => status,
            "duration_ms" => took / MILLI,
        },
        "resource" => revision(line.service, line.time),
        "timestamp" => iso_micros(time),
        "severity" => severity(line.level),
        "labels" => object! {
            "instanceId" => format!("00f46b92{:056x}", 0xa1c3 + line.host),
            "team" => line.service.team(),
            "env" => "production",
        },
        "logName" => format!("projects/{PROJECT}/logs/run.googleapis.com%2Fstdout"),
        "trace" => line.trace.as_deref().map(trace_name),
        "receiveTimestamp" => received(line.time, rng),
    }
}

fn invoices_entry(line: &Entry, rng: &mut Rng) -> Json {
    object! {
        "textPayload" => &line.message,
        "insertId" => insert_id(rng),
        "resource" => revision(line.service, line.time),
        "timestamp" => iso_micros(GCP_CLOCK.shows(line.time)),
        "severity" => severity(line.level),
        "labels" => object! { "instanceId" => format!("00f46b92{:056x}", 0xb2d4) },
        "logName" => format!("projects/{PROJECT}/logs/run.googleapis.com%2Fstdout"),
        "receiveTimestamp" => received(line.time, rng),
    }
}

fn request_entry(access: &Access, rng: &mut Rng) -> Json {
    let start = access.end - access.took;
    object! {
        "insertId" => insert_id(rng),
        "httpRequest" => object! {
            "requestMethod" => access.method,
            "requestUrl" => format!("https://invoices-4711.{GCP_REGION}.run.app{}", access.path),
            "requestSize" => "812",
            "status" => access.status,
            "responseSize" => "48210",
            "userAgent" => "Google-Cloud-Scheduler",
            "remoteIp" => &access.client,
            "serverIp" => "192.0.2.202",
            "latency" => format!("{}.{:06}s", access.took / SECOND, access.took % SECOND),
            "protocol" => "HTTP/1.1",
        },
        "resource" => revision(access.service, access.end),
        "timestamp" => iso_micros(GCP_CLOCK.shows(start)),
        "severity" => if access.status >= 500 { "ERROR" } else { "INFO" },
        "labels" => object! { "instanceId" => format!("00f46b92{:056x}", 0xb2d4) },
        "logName" => format!("projects/{PROJECT}/logs/run.googleapis.com%2Frequests"),
        "trace" => trace_name(&access.trace),
        "receiveTimestamp" => received(access.end, rng),
        "traceSampled" => true,
    }
}
