//! Log entries of applications and services on Google Cloud: text, JSON, and HTTP requests.

mod workload;

use nepho_codec::message::json::url_path;
use nepho_codec::message::{Describer, logfmt_like};
use nepho_codec::table::{Event, Field, JsonFormat, Need, Table, TableDecoder, To};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::entry::{self, keep, text};
use workload::Labels;

register!(Component {
    kind: Kind::Format,
    name: "gcp.log",
    summary: "Google Cloud log entries: text, JSON and request payloads of Cloud Run, GKE, App Engine, VMs and services",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(Log)),
});

const TEXT: usize = 0;
const JSON: usize = 1;
const KIND: usize = 2;
const LOG: usize = 3;
const PROJECT: usize = 4;
const LOCATION: usize = 5;
const SERVICE: usize = 6;
const CONTAINER: usize = 7;
const POD: usize = 8;
const APP: usize = 9;
const CLUSTER: usize = 10;
const DATABASE: usize = 11;
const INSTANCE: usize = 12;
const MACHINE: usize = 13;
const REMOTE: usize = 14;
const SERVER: usize = 15;
const BALANCER: usize = 16;

/// The envelope, without the payload.
static TABLE: Table = Table {
    name: "gcp.log",
    needs: &[
        Need::HasAny(&[
            "logName",
            "logname",
            "log_name",
            "insertId",
            "insertid",
            "insert_id",
        ]),
        Need::HasAny(&[
            "resource.type",
            "textPayload",
            "textpayload",
            "text_payload",
            "jsonPayload",
            "jsonpayload",
            "json_payload",
            "httpRequest",
            "httprequest",
            "http_request",
            "protoPayload",
        ]),
        Need::Lacks("protoPayload.methodName"),
        Need::Lacks("protoPayload.authenticationInfo"),
        Need::Lacks("jsonPayload.connection.src_ip"),
    ],
    constants: &[],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::TRACE,
        entry::SPAN,
        entry::LOG_PROJECT,
        entry::PROJECT,
        entry::REGION,
        text(
            &["httpRequest.requestMethod", "http_request.request_method"],
            Column::Method,
        ),
        Field {
            from: &[
                "httpRequest.requestUrl",
                "http_request.request_url",
                "protoPayload.resource",
            ],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &[
                "httpRequest.status",
                "http_request.status",
                "protoPayload.status",
            ],
            to: To::Status,
        },
        text(
            &[
                "httpRequest.userAgent",
                "http_request.user_agent",
                "protoPayload.userAgent",
            ],
            Column::UserAgent,
        ),
        Field {
            from: &[
                "httpRequest.remoteIp",
                "http_request.remote_ip",
                "protoPayload.ip",
            ],
            to: To::Part(Column::SourceIp, entry::address),
        },
        Field {
            from: &["httpRequest.serverIp"],
            to: To::Part(Column::Peer, entry::address),
        },
        Field {
            from: &[
                "httpRequest.latency",
                "http_request.latency",
                "protoPayload.latency",
            ],
            to: To::Duration(1e9),
        },
        text(
            &[
                "labels.env",
                "labels.environment",
                "metadata.userLabels.env",
                "labels.k8s-pod/env",
                "labels.k8s-pod/environment",
            ],
            Column::Environment,
        ),
        text(
            &[
                "labels.team",
                "labels.owner",
                "metadata.userLabels.team",
                "labels.k8s-pod/team",
            ],
            Column::Team,
        ),
        text(
            &[
                "resource.labels.pod_name",
                "labels.compute.googleapis.com/resource_name",
                "labels.instanceId",
                "resource.labels.instance_id",
                "resource.labels.revision_name",
                "resource.labels.version_id",
            ],
            Column::Host,
        ),
        keep(&["textPayload", "text_payload"], TEXT),
        keep(&["jsonPayload", "json_payload"], JSON),
        keep(&["resource.type"], KIND),
        keep(&["logName", "log_name"], LOG),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(
            &[
                "resource.labels.location",
                "resource.labels.region",
                "resource.labels.zone",
            ],
            LOCATION,
        ),
        keep(
            &[
                "resource.labels.service_name",
                "resource.labels.job_name",
                "resource.labels.function_name",
                "resource.labels.module_id",
                "resource.labels.configuration_name",
            ],
            SERVICE,
        ),
        keep(&["resource.labels.container_name"], CONTAINER),
        keep(&["resource.labels.pod_name"], POD),
        keep(
            &[
                "labels.k8s-pod/app_kubernetes_io/name",
                "labels.k8s-pod/app",
                "labels.k8s-pod/k8s-app",
                "labels.service",
                "labels.app",
                "metadata.userLabels.app",
            ],
            APP,
        ),
        keep(&["resource.labels.cluster_name"], CLUSTER),
        keep(&["resource.labels.database_id"], DATABASE),
        keep(&["resource.labels.instance_id"], INSTANCE),
        keep(&["labels.compute.googleapis.com/resource_name"], MACHINE),
        keep(&["httpRequest.remoteIp"], REMOTE),
        keep(&["httpRequest.serverIp"], SERVER),
        keep(
            &[
                "resource.labels.forwarding_rule_name",
                "resource.labels.url_map_name",
                "resource.labels.backend_service_name",
            ],
            BALANCER,
        ),
    ],
    extras: &[
        ("resource.type", "resource_type"),
        ("resource.labels.namespace_name", "namespace"),
        ("resource.labels.container_name", "container"),
        ("resource.labels.cluster_name", "cluster"),
        ("resource.labels.revision_name", "revision"),
        ("httpRequest.responseSize", "bytes"),
        ("httpRequest.requestSize", "received_bytes"),
        ("httpRequest.protocol", "protocol"),
        ("sourceLocation.file", "source_file"),
        ("sourceLocation.line", "source_line"),
        ("sourceLocation.function", "source_function"),
    ],
    finish: None,
};

/// Reads log entries that no other format of Google Cloud knows.
pub struct Log;

impl Format for Log {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match JsonFormat(&TABLE).sniff(sample) {
            // Formats that ask for a certain payload go first.
            confidence if confidence > Confidence::NO => Confidence::LIKELY,
            no => no,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LogDecoder {
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
        if let Some(name) = raw.split("%2Fstd").nth(1).and_then(|rest| rest.get(..3)) {
            found("stream", if name == "err" { "stderr" } else { "stdout" });
        }
    }
}

struct LogDecoder {
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for LogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.table.scan(record.text) {
            return Verdict::NotMine;
        }
        let event = self.table.event(record.text);
        if is_of_another_format(&event) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "gcp.log")
            .constant(Column::Provider, "gcp");
        payload(&event, &mut self.describer, &mut row);
        // What the envelope says is surer than what the message says.
        self.table.fill(record.text, &mut row);
        finish(&event, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Whether a format with a payload of its own reads the entry.
fn is_of_another_format(event: &Event<'_>) -> bool {
    let has_request = event.kept(REMOTE).is_some();
    let is_balancer = has_request && event.kept_value(BALANCER).is_some();
    let is_autoscaler = event
        .kept(LOG)
        .is_some_and(|name| name.contains("autoscaler"))
        && event.kept_container(JSON).is_some();
    is_balancer || is_autoscaler
}

/// Reads the message. Of text, the body is all of it as it was written.
fn payload(event: &Event<'_>, describer: &mut Describer, row: &mut Row<'_>) {
    if let Some(object) = event.kept_container(JSON) {
        if !describer.json(object, row) {
            row.text(Column::Body, object);
        }
        return;
    }
    let Some(message) = event.kept(TEXT) else {
        return;
    };
    describer.describe(&message, row);
    let trimmed = message.trim();
    if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
        row.text(Column::Body, message.trim_end());
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let kind = event.kept(KIND);
    let values = [
        PROJECT, LOCATION, SERVICE, CONTAINER, POD, APP, CLUSTER, DATABASE, INSTANCE, MACHINE,
    ]
    .map(|number| event.kept(number));
    let [
        project,
        location,
        service,
        container,
        pod,
        app,
        cluster,
        database,
        instance,
        machine,
    ] = values
        .each_ref()
        .map(|value| value.as_deref().unwrap_or_default());
    let labels = Labels {
        project,
        location,
        service,
        container,
        pod,
        app,
        cluster,
        database,
        instance,
        machine,
    };
    let kind = kind.as_deref().unwrap_or_default();
    if let Some(service) = labels.workload(kind) {
        row.text(Column::Service, service);
    } else if !row.has(Column::Service)
        && let Some(api) = event.kept(LOG).as_deref().and_then(entry::log_api)
    {
        // Of a managed service, not of a workload.
        row.text(Column::Service, api);
    }
    if let Some(resource) = labels.resource(kind) {
        row.resource(&resource);
    }
    if let Some(port) = event.kept(REMOTE).as_deref().and_then(entry::port) {
        row.source_port(port);
    }
    if let Some(port) = event.kept(SERVER).as_deref().and_then(entry::port) {
        row.peer_port(port);
    }
    // A 4xx is most often the fault of the client.
    match row.status_so_far() {
        Some(100..=399) if !row.has_outcome() => row.outcome(Outcome::Success),
        Some(500..=599) if !row.has_outcome() => row.outcome(Outcome::Failure),
        _ => row,
    };
}
