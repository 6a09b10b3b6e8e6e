//! Events of a cluster, as `kubectl get events -o json`, watches and exporters write them.
//!
//! Source: kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1 and core/v1
//! `Event`, github.com/resmoio/kubernetes-event-exporter and github.com/vmware-archive/eventrouter,
//! as of 2026-11-27.

mod printed;

use nepho_codec::pod;
use nepho_codec::table::{
    Event, JsonFormat, LineFormat, Need, Table, keep, outcome_of, resource, severity_of, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::key;
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::cluster::{CLUSTERS, cluster};

register!(Component {
    kind: Kind::Format,
    name: "kubernetes.events",
    summary: "Events of a Kubernetes cluster",
    permissions: &["events: list"],
    make: Make::Format(|| Box::new(Events {
        objects: JsonFormat(&TABLE),
        lines: LineFormat::new(&printed::TABLE),
    })),
});

const KIND: usize = 0;
const NAME: usize = 1;
const VERSION: usize = 2;
const NAMESPACE: usize = 3;
const CLUSTER: usize = 4;
const MESSAGE: usize = 5;

static TABLE: Table = Table {
    name: "kubernetes.events",
    needs: &[
        Need::HasAny(&[
            "involvedObject.kind",
            "regarding.kind",
            "event.involvedObject.kind",
            "event.regarding.kind",
        ]),
        Need::HasAny(&["reason", "event.reason"]),
        Need::HasAny(&[
            "lastTimestamp",
            "eventTime",
            "deprecatedLastTimestamp",
            "metadata.creationTimestamp",
            "firstTimestamp",
            "type",
            "event.lastTimestamp",
            "event.eventTime",
            "event.metadata.creationTimestamp",
        ]),
    ],
    constants: &[(Column::Provider, "kubernetes")],
    fields: &[
        time(&[
            "series.lastObservedTime",
            "lastTimestamp",
            "deprecatedLastTimestamp",
            "eventTime",
            "firstTimestamp",
            "deprecatedFirstTimestamp",
            "metadata.creationTimestamp",
            "event.series.lastObservedTime",
            "event.lastTimestamp",
            "event.eventTime",
            "event.firstTimestamp",
            "event.metadata.creationTimestamp",
        ]),
        severity_of(
            &["type", "event.type"],
            &[("Normal", Severity::INFO), ("Warning", Severity::WARN)],
        ),
        outcome_of(&["type", "event.type"], &[("Warning", Outcome::Failure)]),
        text(&["reason", "event.reason"], Column::Action),
        text(
            &["message", "note", "event.message", "event.note"],
            Column::Body,
        ),
        text(
            &[
                "source.component",
                "reportingComponent",
                "reportingController",
                "deprecatedSource.component",
                "event.source.component",
                "event.reportingComponent",
            ],
            Column::Process,
        ),
        text(
            &["source.host", "deprecatedSource.host", "event.source.host"],
            Column::Host,
        ),
        text(&["metadata.uid", "event.metadata.uid"], Column::RequestId),
        resource(&[
            "involvedObject.name",
            "regarding.name",
            "event.involvedObject.name",
        ]),
        keep(
            &[
                "involvedObject.kind",
                "regarding.kind",
                "event.involvedObject.kind",
            ],
            KIND,
        ),
        keep(
            &[
                "involvedObject.name",
                "regarding.name",
                "event.involvedObject.name",
            ],
            NAME,
        ),
        keep(
            &[
                "involvedObject.apiVersion",
                "regarding.apiVersion",
                "event.involvedObject.apiVersion",
            ],
            VERSION,
        ),
        keep(
            &[
                "involvedObject.namespace",
                "regarding.namespace",
                "event.involvedObject.namespace",
            ],
            NAMESPACE,
        ),
        keep(CLUSTERS, CLUSTER),
    ],
    extras: &[
        ("involvedObject.namespace", "namespace"),
        ("regarding.namespace", "namespace"),
        ("event.involvedObject.namespace", "namespace"),
        ("involvedObject.kind", "resource_kind"),
        ("regarding.kind", "resource_kind"),
        ("event.involvedObject.kind", "resource_kind"),
        ("involvedObject.fieldPath", "field_path"),
        ("regarding.fieldPath", "field_path"),
        ("count", "count"),
        ("series.count", "count"),
        ("deprecatedCount", "count"),
        ("clusterName", "cluster"),
    ],
    finish: Some(finish),
};

/// Objects, and the lines of the table that `kubectl` prints of them.
struct Events {
    objects: JsonFormat,
    lines: LineFormat,
}

impl Format for Events {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json {
            Some(_) => self.objects.sniff(sample),
            None if printed::is_header(sample.text) => Confidence::CERTAIN,
            None if printed::is_line(sample.text) => self.lines.sniff(sample),
            None => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.objects.may_fit(has_key)
    }

    fn marks(&self) -> Vec<Marks> {
        let mut marks = self.lines.marks();
        marks.extend(printed::HEADERS.map(Marks::of_start));
        marks
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EventsDecoder {
            objects: self.objects.decoder(stream),
            lines: self.lines.decoder(stream),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        match raw.trim_start().starts_with('{') {
            true => self.objects.extras(raw, stream, found),
            false => self.lines.extras(raw, stream, found),
        }
    }
}

struct EventsDecoder {
    objects: Box<dyn Decoder>,
    lines: Box<dyn Decoder>,
}

impl Decoder for EventsDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if record.text.trim_start().starts_with('{') {
            return self.objects.decode(record, out);
        }
        match record.text {
            text if printed::is_header(text) => Verdict::Structure,
            text if printed::is_line(text) => self.lines.decode(record, out),
            _ => Verdict::NotMine,
        }
    }
}

/// Service by the object: the workload of a pod, or the workload itself; the canonical id of the
/// object behind its name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let (Some(kind), Some(name)) = (event.kept(KIND), event.kept(NAME)) else {
        return;
    };
    // Without its version, the group of an object is not known.
    if let (Some(version), false) = (event.kept(VERSION), kind.is_empty() || name.is_empty()) {
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let namespace = event.kept(NAMESPACE).unwrap_or_default();
        let cluster = cluster(event, row, CLUSTER);
        row.resource(&key::kubernetes(&cluster, group, &kind, &namespace, &name));
    }
    put_service(&kind, &name, row);
}

/// Kinds of objects, in lower case, that are named like the service that they are of.
const WORKLOADS: [&str; 8] = [
    "deployment",
    "statefulset",
    "daemonset",
    "job",
    "cronjob",
    "service",
    "ingress",
    "horizontalpodautoscaler",
];

/// Whether objects of this kind, in any case, tell a service or a host.
fn is_built_in(kind: &str) -> bool {
    let mut kinds = ["pod", "replicaset", "node"].iter().chain(&WORKLOADS);
    kinds.any(|built_in| kind.eq_ignore_ascii_case(built_in))
}

/// Puts the service that an object of this kind is of, or the host that it is.
fn put_service(kind: &str, name: &str, row: &mut Row<'_>) {
    match &*kind.to_ascii_lowercase() {
        "pod" => row.text(Column::Service, pod::workload(name)),
        "replicaset" => {
            // The hash of the template follows the name of the deployment.
            let of_deployment = name.rsplit_once('-').filter(|(_, hash)| hash.len() >= 6);
            row.text(
                Column::Service,
                of_deployment.map_or(name, |(name, _)| name),
            )
        }
        "node" if !row.has(Column::Host) => row.text(Column::Host, name),
        kind if WORKLOADS.contains(&kind) => row.text(Column::Service, name),
        _ => row,
    };
}
