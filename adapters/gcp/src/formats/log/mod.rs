//! Log entries of applications and services on Google Cloud: text, JSON, and HTTP requests.

mod inside;
mod kind;
mod log_name;
mod seldom;
mod services;
mod windows;
mod workload;

use std::borrow::Cow;

use nepho_codec::detect::text_shape;
use nepho_codec::json::scan::ValueKind;
use nepho_codec::message::{Describer, json, logfmt_like, sql_server};
use nepho_codec::table::{
    Event, JointDecoder, JsonFormat, Need, Part, Picked, Table, duration, http_status, keep,
    outcome_of, part, peer_address, peer_port, put_status, source_address, source_port, text, url,
};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use super::dns;
use crate::{entry, exported};
use kind::Kind;
use log_name::{LogName, LogNames};
use seldom::{AUDITS, ENVOY_PATHS, HEALTH, TRANSFERS};
use workload::{APP_PATHS, CLUSTER_PATHS, Labels, MACHINE_PATHS, Name, Names};

nepho_core::register!(Component {
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
const BALANCER: usize = 15;
const TYPE: usize = 16;
const QUERY: usize = 17;
const ANSWER: usize = 18;
const ATTACK: usize = 19;
const ATTACKED: usize = 20;
const PRIORITY: usize = 21;
const THREAT: usize = 22;
const STATE: usize = 23;
const FAILURE: usize = 24;
const ATTEMPT: usize = 25;
const TARGET: usize = 26;
const EVENT: usize = 27;
const IDENTIFIER: usize = 28;
const CONNECTION: usize = 29;
const FLOW: usize = 30;
const CALL: usize = 31;
const CALL_ERROR: usize = 32;
const CALL_TYPE: usize = 33;
const NAMESPACE: usize = 34;
const LINE: usize = 35;
const EVENT_ID: usize = 36;
const EVENT_SOURCE: usize = 37;
const KEYWORDS: usize = 38;
const INSERTS: usize = 39;
const CODE: usize = 40;
const OWNER: usize = 41;
const ENVOY: usize = 42;
const ENVOY_STATUS: usize = 43;
const ENVOY_CLIENT: usize = 44;

/// Labels that name a service; those of jobs and functions among them.
const SERVICE_PATHS: &[&str] = &[
    "resource.labels.service_name",
    "resource.labels.job_name",
    "resource.labels.function_name",
    "resource.labels.module_id",
    "resource.labels.configuration_name",
    "labels.dataflow.googleapis.com/job_name",
    "resource.labels.environment_name",
    "resource.labels.queue_id",
    "resource.labels.workflow_id",
    "resource.labels.build_trigger_id",
];
/// Labels that name the machine, pod or instance.
const HOST_PATHS: &[&str] = &[
    "resource.labels.pod_name",
    "labels.compute.googleapis.com/resource_name",
    // Entries of the journal.
    "jsonPayload._HOSTNAME",
    // Those of Windows, and of the agents of machines.
    "jsonPayload.ComputerName",
    "jsonPayload.Computer",
    "labels.instance_name",
    "labels.instanceId",
    "resource.labels.instance_id",
    "resource.labels.node_name",
    "resource.labels.revision_name",
    "resource.labels.version_id",
    "labels.worker_id",
];

/// What flows of networks, firewalls and gateways have beside their connection.
const FLOW_PATHS: &[&str] = &[
    "jsonPayload.reporter",
    "jsonPayload.bytes_sent",
    "jsonPayload.packets_sent",
    "jsonPayload.disposition",
    "jsonPayload.rule_details",
    "jsonPayload.allocation_status",
    "jsonPayload.gateway_identifiers",
];

/// The envelope, without the payload.
static TABLE: Table = Table {
    name: "gcp.log",
    needs: &[
        entry::NO_ROW,
        Need::HasAny(&[
            "logName", "logname",
            // Rows of Log Analytics; entries with these names that lack it are unwrapped.
            "log_id", "insertId", "insertid",
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
        Need::Lacks("protoPayload.requestMetadata"),
        Need::Lacks("protoPayload.resourceName"),
        Need::Lacks("protoPayload.status.code"),
        // The name that a sink to BigQuery gives it.
        Need::Lacks("protopayload_auditlog"),
        // The one that Log Analytics has.
        Need::Lacks("proto_payload.audit_log"),
        // Of formats of their own: network load balancers, App Engine.
        Need::Lacks("jsonPayload.connection.clientIp"),
        Need::Lacks("jsonpayload_type_loadbalancerlogentry.connection.clientIp"),
        Need::Lacks("protoPayload.appId"),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::TRACE,
        entry::SPAN,
        entry::PROJECT,
        entry::REGION,
        text(
            &["httpRequest.requestMethod", "http_request.request_method"],
            Column::Method,
        ),
        url(&[
            "httpRequest.requestUrl",
            "http_request.request_url",
            "protoPayload.resource",
        ]),
        http_status(&[
            "httpRequest.status",
            "http_request.status",
            "protoPayload.status",
            // Cloud Endpoints.
            "jsonPayload.http_response_code",
        ]),
        text(
            &[
                "httpRequest.userAgent",
                "http_request.user_agent",
                "protoPayload.userAgent",
            ],
            Column::UserAgent,
        ),
        source_address(&[
            "httpRequest.remoteIp",
            "http_request.remote_ip",
            "protoPayload.ip",
        ]),
        peer_address(&[
            "httpRequest.serverIp",
            "jsonPayload.healthCheckProbeResult.ipAddress",
            "jsonPayload.connection.dest_ip",
        ]),
        peer_port(&[
            "jsonPayload.healthCheckProbeResult.targetPort",
            "jsonPayload.connection.dest_port",
        ]),
        source_port(&["jsonPayload.connection.src_port"]),
        outcome_of(&["jsonPayload.healthCheckProbeResult.healthState"], HEALTH),
        text(
            &["jsonPayload.healthCheckProbeResult.detailedHealthState"],
            Column::Body,
        ),
        duration(&["jsonPayload.request_latency_in_ms"], 1e6),
        outcome_of(&["jsonPayload.EventType"], AUDITS),
        outcome_of(&["jsonPayload.status.statusCode"], TRANSFERS),
        keep(&["jsonPayload.status.code"], CODE),
        // Errors that Error Reporting found in other entries.
        text(&["jsonPayload.errorEvent.message"], Column::Body),
        text(
            &["jsonPayload.errorEvent.serviceContext.service"],
            Column::Service,
        ),
        // What programs report to Error Reporting, and tries of Cloud Tasks.
        text(&["jsonPayload.serviceContext.service"], Column::Service),
        text(&["jsonPayload.context.user"], Column::Actor),
        text(&["jsonPayload.context.httpRequest.method"], Column::Method),
        url(&["jsonPayload.context.httpRequest.url"]),
        http_status(&[
            "jsonPayload.context.httpRequest.responseStatusCode",
            "jsonPayload.attemptResponseLog.httpStatus",
        ]),
        source_address(&[
            "jsonPayload.context.httpRequest.remoteIp",
            "jsonPayload.connection.src_ip",
            // Access logs that the older agent of machines reads.
            "jsonPayload.remote",
        ]),
        part(&["jsonPayload.agent"], Column::UserAgent, services::agent),
        text(
            &["jsonPayload.context.httpRequest.userAgent"],
            Column::UserAgent,
        ),
        duration(&["jsonPayload.attemptResponseLog.attemptDuration"], 1e9),
        keep(&["jsonPayload.state"], STATE),
        keep(ENVOY_PATHS, ENVOY),
        keep(&["jsonPayload.response_code"], ENVOY_STATUS),
        keep(&["jsonPayload.downstream_remote_address"], ENVOY_CLIENT),
        keep(&["jsonPayload.failure.exception"], FAILURE),
        keep(&["jsonPayload.attemptResponseLog.status"], ATTEMPT),
        keep(&["jsonPayload.attemptResponseLog.targetAddress"], TARGET),
        duration(
            &[
                "httpRequest.latency",
                "http_request.latency",
                "protoPayload.latency",
            ],
            1e9,
        ),
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
        text(HOST_PATHS, Column::Host),
        text(
            &[
                "jsonPayload.SYSLOG_IDENTIFIER",
                "jsonPayload.SourceName",
                "jsonPayload.ProviderName",
            ],
            Column::Process,
        ),
        keep(&["jsonPayload.EventID"], EVENT_ID),
        keep(
            &["jsonPayload.SourceName", "jsonPayload.ProviderName"],
            EVENT_SOURCE,
        ),
        keep(&["jsonPayload.Keywords"], KEYWORDS),
        keep(&["jsonPayload.StringInserts"], INSERTS),
        keep(&["jsonPayload.PRIORITY"], PRIORITY),
        keep(
            &[
                "jsonPayload.MESSAGE",
                "jsonPayload.message",
                "json_payload.MESSAGE",
                "json_payload.message",
            ],
            LINE,
        ),
        keep(
            &["jsonPayload.involvedObject", "json_payload.involvedObject"],
            EVENT,
        ),
        keep(
            &[
                "jsonPayload.SYSLOG_IDENTIFIER",
                "json_payload.SYSLOG_IDENTIFIER",
            ],
            IDENTIFIER,
        ),
        keep(
            &[
                "jsonPayload.threat_id",
                "jsonPayload.alert_severity",
                "jsonPayload.detectionCategory",
                "jsonPayload.detectionPriority",
            ],
            THREAT,
        ),
        keep(&["textPayload", "text_payload"], TEXT),
        keep(&["jsonPayload", "json_payload"], JSON),
        keep(&["resource.type"], KIND),
        keep(&["logName", "log_name"], LOG),
        keep(&["jsonPayload.connection.src_ip"], CONNECTION),
        keep(FLOW_PATHS, FLOW),
        keep(&["jsonPayload.event_subtype"], CALL),
        keep(&["jsonPayload.error"], CALL_ERROR),
        keep(&["jsonPayload.event_type"], CALL_TYPE),
        keep(&["resource.labels.project_id"], PROJECT),
        keep(entry::PROJECT.from, OWNER),
        keep(
            &[
                "resource.labels.location",
                "resource.labels.region",
                "resource.labels.zone",
            ],
            LOCATION,
        ),
        keep(SERVICE_PATHS, SERVICE),
        keep(&["resource.labels.container_name"], CONTAINER),
        keep(&["resource.labels.pod_name"], POD),
        keep(&["resource.labels.namespace_name"], NAMESPACE),
        keep(APP_PATHS, APP),
        keep(CLUSTER_PATHS, CLUSTER),
        keep(&["resource.labels.database_id"], DATABASE),
        keep(&["resource.labels.instance_id"], INSTANCE),
        keep(MACHINE_PATHS, MACHINE),
        keep(&["httpRequest.remoteIp"], REMOTE),
        keep(
            &[
                "resource.labels.forwarding_rule_name",
                "resource.labels.url_map_name",
                "resource.labels.backend_service_name",
                "resource.labels.gateway_name",
            ],
            BALANCER,
        ),
        keep(&["jsonPayload.@type"], TYPE),
        keep(dns::NAMES, QUERY),
        keep(dns::ANSWERS, ANSWER),
        keep(
            &["jsonPayload.mitigationType", "jsonPayload.ruleStatus"],
            ATTACK,
        ),
        keep(
            &["jsonPayload.targetVip", "jsonPayload.backendService"],
            ATTACKED,
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
        ("labels.execution_id", "execution_id"),
        (
            "labels.workflows.googleapis.com/execution_id",
            "execution_id",
        ),
        ("jsonPayload.task", "task"),
        ("jsonPayload.attemptResponseLog.status", "task_status"),
        ("resource.labels.build_id", "build_id"),
        ("labels.build_step", "build_step"),
        // Composer.
        ("labels.workflow", "workflow"),
        ("labels.task-id", "task"),
        ("labels.try-number", "attempt"),
        // Windows.
        ("jsonPayload.EventID", "event_id"),
        ("jsonPayload.Channel", "channel"),
        ("jsonPayload.context.reportLocation.filePath", "source_file"),
        (
            "jsonPayload.context.reportLocation.lineNumber",
            "source_line",
        ),
        (
            "jsonPayload.context.reportLocation.functionName",
            "source_function",
        ),
        ("jsonPayload._PID", "pid"),
        ("jsonPayload._SYSTEMD_UNIT", "unit"),
        ("sourceLocation.file", "source_file"),
        ("sourceLocation.line", "source_line"),
        ("sourceLocation.function", "source_function"),
    ],
    finish: None,
};

/// Reads log entries that no other format of Google Cloud knows.
#[derive(Debug)]
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

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        inside::inside(record)
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        inside::inside_text(record)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(LogDecoder {
            table: JointDecoder::new(&PARTS),
            describer: Describer::default(),
            names: Names::default(),
            logs: LogNames::default(),
            scanned: None,
            shape: 0,
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
        if let Some(name) = raw.split("%2Fstd").nth(1).and_then(|rest| rest.get(..3)) {
            found("stream", if name == "err" { "stderr" } else { "stdout" });
        }
    }
}

/// Parts of an entry.
const PARTS: [Part; 2] = [
    Part {
        object: "",
        table: &TABLE,
    },
    Part {
        object: "jsonPayload",
        table: &json::TABLE,
    },
];
const ENVELOPE: usize = 0;
const OBJECT: usize = 1;

struct LogDecoder {
    /// The envelope and the message that an object of it is, in one pass.
    table: JointDecoder,
    describer: Describer,
    names: Names,
    logs: LogNames,
    /// Address and length of the record that was scanned and is decoded next, and whether it is
    /// an entry.
    scanned: Option<(usize, usize, bool)>,
    /// Shape of the text of the same entry.
    shape: u64,
}

impl LogDecoder {
    /// Whether the table is for the record; its values are found.
    fn scan(&mut self, record: &Record<'_>) -> bool {
        let text = record.text;
        match self.scanned.take() {
            Some((start, length, fits))
                if (start, length) == (text.as_ptr().addr(), text.len()) =>
            {
                fits
            }
            _ => self.table.scan(text),
        }
    }
}

impl Decoder for LogDecoder {
    fn may_hold(&mut self, record: &Record<'_>) -> bool {
        let text = record.text;
        let fits = self.table.scan(text);
        self.scanned = Some((text.as_ptr().addr(), text.len(), fits));
        self.shape = 0;
        let envelope = self.table.picked(ENVELOPE, text).filter(|_| fits);
        let Some(event) = envelope.map(|envelope| envelope.event()) else {
            return false;
        };
        match event.kept_value(TEXT) {
            Some(value) => {
                let line = value.raw(text);
                let is_foreign = inside::looks_foreign(line);
                // What is looked into depends on nothing but the line, unless it has a date that
                // may be another one.
                if is_foreign && value.kind == ValueKind::Text && !inside::is_dated(line) {
                    self.shape = text_shape(line);
                }
                is_foreign
            }
            None => {
                event.kept_value(EVENT).is_some()
                    || event.kept_value(IDENTIFIER).is_some()
                    || event
                        .kept_value(LINE)
                        .is_some_and(|line| inside::looks_foreign(line.raw(text)))
            }
        }
    }

    fn shape_inside(&self) -> u64 {
        self.shape
    }

    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.scan(record) {
            return Verdict::NotMine;
        }
        match self.opened(record.text) {
            Some(text) if self.table.scan(&text) => self.decode_scanned(&text, true, record, out),
            _ => self.decode_scanned(record.text, false, record, out),
        }
    }
}

impl LogDecoder {
    /// The entry that was scanned as the API gives it, where columns of it are text of JSON.
    fn opened(&self, text: &str) -> Option<String> {
        let event = self.table.picked(ENVELOPE, text)?.event();
        let payload = event.kept_value(JSON);
        let is_text = payload.is_some_and(|value| value.kind == ValueKind::Text);
        // Nearly every entry names its project.
        (is_text || event.kept_value(PROJECT).is_none()).then(|| exported::opened_row(text))?
    }

    /// Adds the row of a record of which `text` was scanned: its own, or that in which columns
    /// were opened.
    fn decode_scanned(
        &mut self,
        text: &str,
        is_opened: bool,
        record: &Record<'_>,
        out: &mut LogsBuilder,
    ) -> Verdict {
        let Some(envelope) = self.table.picked(ENVELOPE, text) else {
            return Verdict::NotMine;
        };
        let event = envelope.event();
        let log = self.logs.of(&event.kept(LOG).unwrap_or_default());
        let object = event.kept_container(JSON);
        // Others do not open columns.
        if !is_opened && is_of_another_format(&event, object.is_some(), log) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, "gcp.log");
        match object {
            Some(object) => {
                let picked = match self.table.is_of(OBJECT, object, text) {
                    true => self.table.picked(OBJECT, text),
                    false => None,
                };
                put_object(&event, (object, picked), log, &mut self.describer, &mut row);
            }
            None => put_message(&event, &mut self.describer, &mut row),
        }
        // What the envelope says is surer than what the message says.
        envelope.fill(&mut row);
        finish(&event, &mut self.names, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Whether a format with a payload of its own reads the entry.
fn is_of_another_format(event: &Event<'_>, has_object: bool, log: &LogName) -> bool {
    let is_balancer = event.kept_value(BALANCER).is_some() && event.kept(REMOTE).is_some();
    let is_autoscaler = has_object && log.is_autoscaler;
    let is_query = event.kept_value(QUERY).is_some() && event.kept_value(ANSWER).is_some();
    let is_attack = event.kept_value(ATTACK).is_some() && event.kept_value(ATTACKED).is_some();
    let is_typed = event.kept(TYPE).is_some_and(|kind| {
        kind.contains("TransparencyLog") || kind.contains("google.cloud.scheduler.logging.")
    });
    let is_threat = event.kept_value(THREAT).is_some() && log.is_threat;
    let is_flow = event.kept_value(FLOW).is_some() && event.kept(CONNECTION).is_some();
    is_balancer || is_autoscaler || is_query || is_attack || is_typed || is_threat || is_flow
}

/// Reads the message that is an object, of which the values may be known.
fn put_object(
    event: &Event<'_>,
    (object, picked): (&str, Option<Picked<'_>>),
    log: &LogName,
    describer: &mut Describer,
    row: &mut Row<'_>,
) {
    let names = match log.own_names {
        [] => &[],
        names => {
            // Containers write what their programs do.
            let kind = event.kept(KIND).unwrap_or_default();
            match kind.starts_with("k8s_") || kind.starts_with("cloud_run_") {
                true => &[],
                false => names,
            }
        }
    };
    if names.is_empty()
        && let Some(picked) = picked
    {
        return picked.fill(row);
    }
    let object = services::without(names, object);
    if !describer.json(&object, row) {
        row.text(Column::Body, &object);
    }
}

/// Reads the message. Of text, the body is all of it as it was written.
fn put_message(event: &Event<'_>, describer: &mut Describer, row: &mut Row<'_>) {
    let Some(message) = event.kept(TEXT) else {
        return;
    };
    describer.describe(&message, row);
    let trimmed = message.trim();
    if !trimmed.starts_with('{') && !logfmt_like(trimmed) {
        row.text(Column::Body, message.trim_end());
    }
}

fn finish(event: &Event<'_>, names: &mut Names, row: &mut Row<'_>) {
    let name = event.kept(KIND).unwrap_or_default();
    let kind = Kind::of(&name);
    let label = |number| event.kept(number).unwrap_or_default();
    // Only some kinds are called by these.
    let label_of = |is_used: bool, number| match is_used {
        true => label(number),
        false => Cow::Borrowed(""),
    };
    let is_machine = matches!(kind, Kind::Machine | Kind::MachineGroup);
    let labels = Labels {
        project: &label(PROJECT),
        location: &label(LOCATION),
        service: &label_of(kind != Kind::Pod, SERVICE),
        container: &label_of(kind == Kind::Pod, CONTAINER),
        pod: &label(POD),
        namespace: &label(NAMESPACE),
        app: &label(APP),
        cluster: &label(CLUSTER),
        database: &label(DATABASE),
        instance: &label_of(is_machine, INSTANCE),
        machine: &label_of(is_machine, MACHINE),
    };
    // What a database wrote is of its instance.
    if let Some(service) = labels.workload(kind).or_else(|| labels.database()) {
        row.text(Column::Service, service);
    } else if !row.has(Column::Service)
        && let Some(log) = event.kept(LOG)
    {
        // Of a managed service, not of a workload, or of a program on a machine.
        let program = || services::program(&log).filter(|_| services::is_machine(&name));
        let name = entry::log_api(&log).or_else(program);
        row.text(Column::Service, name.unwrap_or_default());
    }
    seldom::put_owner(event, row);
    let resource = names.of(&labels, kind);
    row.repeated_resource(resource.as_ref().map_or("", |name| name.full()));
    if labels.has_pod(kind) {
        put_pod(&labels, kind, resource, row);
    }
    if kind == Kind::Function
        && let Some(text) = event.kept(TEXT)
    {
        services::execution(&text, row);
    }
    if kind == Kind::Database
        && let Some(text) = event.kept(TEXT)
    {
        sql_server::sign_in(&text, row);
    }
    if let Some(state) = event.kept(STATE)
        && let Some(log) = event.kept(LOG)
        && log.contains("workflows.googleapis.com")
    {
        services::workflow(&state, event.kept(FAILURE).as_deref(), row);
    }
    seldom::put_call(event, row);
    seldom::put_code(event, row);
    seldom::put_envoy(event, row);
    seldom::put_windows(event, row);
    if let Some(status) = event.kept(ATTEMPT) {
        let target = event.kept(TARGET).unwrap_or_default();
        services::attempt(&status, &target, row);
    }
    seldom::put_severity(event, row);
    // A status that the message told.
    if let Some(status) = row.status_so_far()
        && !row.has_outcome()
    {
        put_status(status, row);
    }
}

/// Names the pod that wrote the entry, in the cluster that the user tells or in the one that the
/// entry is of.
fn put_pod(labels: &Labels<'_>, kind: Kind, cluster: Option<&mut Name>, row: &mut Row<'_>) {
    let told = row.record().stream.cluster.as_deref();
    match cluster.filter(|_| told.is_none()) {
        Some(cluster) => row.resource_of(&[cluster.pods(labels), labels.pod]),
        None => row.resource(&labels.pod(kind, told).unwrap_or_default()),
    };
}

#[cfg(test)]
mod tests {
    use nepho_codec::table::MAX_SLOTS;
    use nepho_core::tables::{BlockId, Envelope};

    use super::*;

    #[test]
    fn every_path_has_a_slot() {
        let paths = JointDecoder::new(&PARTS).paths();
        assert!(paths <= MAX_SLOTS, "{paths}");
    }

    #[test]
    fn lines_that_differ_in_digits_have_one_shape() {
        let (stream, envelope) = (Stream::default(), Envelope::default());
        let mut decoder = Log.decoder(&stream);
        let mut shape = |line: &str| {
            let text = format!(r#"{{"insertId":"1","logName":"a","textPayload":"{line}"}}"#);
            let record = Record {
                text: &text,
                block: BlockId::default(),
                offset: 0,
                line: 1,
                bytes: 0,
                envelope: &envelope,
                stream: &stream,
            };
            (decoder.may_hold(&record), decoder.shape_inside())
        };
        let line = "2026-05-12 14:04:00 ERROR [worker-1] order 17 was refused";
        let (may_hold, first) = shape(line);
        assert!(may_hold && first != 0);
        assert_eq!(shape(&line.replace("17", "28")), (true, first));
        assert_ne!(shape(&line.replace("order", "offer")).1, first);
        // An escape may stand for another letter, and a date for another time.
        assert_eq!(shape(&line.replace("order", r"\u006frder")), (true, 0));
        assert_eq!(shape("May 12 14:04:00 vm-1 sshd[12]: bye"), (true, 0));
        assert_eq!(shape("<86>May 12 14:04:00 vm-1 sshd[12]: bye"), (true, 0));
        assert_eq!(shape("order 17 was refused"), (false, 0));
    }
}
