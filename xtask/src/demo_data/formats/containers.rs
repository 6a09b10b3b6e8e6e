//! Files that container runtimes write on a node: docker's JSON lines and the CRI format.
//!
//! Sources: docs.docker.com/engine/logging/drivers/json-file and
//! github.com/kubernetes/design-proposals-archive node/kubelet-cri-logging.md (read 2026-11-21).

use super::File;
use crate::demo_data::clock::{MILLI, SECOND, iso_millis, iso_nanos};
use crate::demo_data::json::object;
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{GCP_CLOCK, SEED, Service};
use crate::demo_data::traffic::{Entry, Ledger, Level};

/// Docker's file for the pricing service, which runs on a machine of AWS.
pub(crate) fn docker(ledger: &Ledger) -> File {
    let mut rng = Rng::for_part(SEED, "docker");
    let lines: Vec<String> = ledger
        .lines_of(Service::Pricing)
        .into_iter()
        .map(|line| {
            let (status, took) = line.answer.unwrap_or_default();
            let inner = object! {
                "time" => iso_millis(line.time),
                "level" => line.level.lower(),
                "service" => line.service.name(),
                "msg" => &line.message,
                "method" => line.method,
                "path" => &line.path,
                "status" => status,
                "duration_ms" => took as f64 / MILLI as f64,
                "trace_id" => line.trace.as_deref(),
            };
            let stream = if line.level == Level::Error {
                "stderr"
            } else {
                "stdout"
            };
            object! {
                "log" => format!("{inner}\n"),
                "stream" => stream,
                "time" => iso_nanos(line.time + 400),
            }
            .to_string()
        })
        .collect();
    let id = rng.hex(64);
    File::of_lines(
        format!("hosts/docker/containers/{id}/{id}-json.log.zst"),
        &lines,
    )
}

/// The file of the mailer's pod on a node of Google Kubernetes Engine.
pub(crate) fn mailer_pod(ledger: &Ledger) -> File {
    let mut rng = Rng::for_part(SEED, "cri");
    let mut lines = Vec::new();
    for line in ledger.lines_of(Service::Mailer) {
        cri_lines(line, &mut lines);
    }
    let path = format!(
        "gcp/gke/var/log/containers/mailer-6d9f7c5b48-x2vqp_shop_mailer-{}.log.zst",
        rng.hex(64)
    );
    let mut file = File::of_lines(path, &lines);
    // Both parts of a line that was cut are one event.
    file.rows = lines.iter().filter(|line| !line.contains(" P {")).count();
    file
}

fn cri_lines(line: &Entry, lines: &mut Vec<String>) {
    let time = GCP_CLOCK.shows(line.time);
    let (status, took) = line.answer.unwrap_or_default();
    let inner = object! {
        "time" => iso_millis(time),
        "severity" => line.level.upper(),
        "service" => line.service.name(),
        "team" => line.service.team(),
        "env" => "production",
        "message" => &line.message,
        "smtp_code" => status,
        "duration_ms" => took / MILLI,
    }
    .to_string();
    let stream = if line.level == Level::Error {
        "stderr"
    } else {
        "stdout"
    };
    // Every so often the runtime cuts a line in two; `P` says that more follows.
    if (line.time / SECOND).is_multiple_of(97) {
        let (first, second) = inner.split_at(inner.len() / 2);
        lines.push(format!("{} {stream} P {first}", iso_nanos(time + 90)));
        lines.push(format!("{} {stream} F {second}", iso_nanos(time + 90)));
    } else {
        lines.push(format!("{} {stream} F {inner}", iso_nanos(time + 90)));
    }
}
