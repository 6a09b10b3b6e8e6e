//! Lines of containers as agents ship them: Fluent Bit, Fluentd, Filebeat, Vector, `FireLens`,
//! stern.
//!
//! Sources, as of 2026-11-27: docs.fluentbit.io/manual/pipeline/filters/kubernetes,
//! github.com/fabric8io/fluent-plugin-kubernetes_metadata_filter,
//! elastic.co/docs/reference/beats/filebeat/add-kubernetes-metadata,
//! vector.dev/docs/reference/configuration/sources/kubernetes_logs,
//! docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html;
//! vector.dev/docs/reference/configuration/sources/docker_logs and github.com/stern/stern, read
//! 2026-11-30.

mod outer;

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::{Describer, logfmt_like};
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder};

use crate::message;
use outer::Outer;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines with the metadata that agents add",
    permissions: &[],
    make: Make::Format(|| Box::new(Agent)),
});

const NAME: &str = "kubernetes.agent";

/// Values that have no column, by the paths of the agents.
const EXTRAS: &[(&str, &str)] = &[
    ("stream", "stream"),
    ("source", "stream"),
    ("kubernetes.namespace_name", "namespace"),
    ("kubernetes.pod_namespace", "namespace"),
    ("kubernetes.namespace", "namespace"),
    ("kubernetes.container_name", "container"),
    ("kubernetes.container.name", "container"),
    ("container_name", "container"),
    ("container.name", "container"),
    ("kubernetes.host", "node"),
    ("kubernetes.pod_node_name", "node"),
    ("kubernetes.node.name", "node"),
    ("kubernetes.container_image", "image"),
    ("container.image.name", "image"),
    ("image", "image"),
    ("namespace", "namespace"),
    ("containerName", "container"),
    ("nodeName", "node"),
    ("ecs_task_definition", "task_definition"),
];

/// Reads lines of containers as agents ship them.
#[derive(Debug)]
pub struct Agent;

impl Format for Agent {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json.is_some() && Outer::of(sample.text).is_some() {
            true => Confidence(85),
            false => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        (has_key("log") || has_key("message"))
            && (has_key("kubernetes")
                || has_key("container_name")
                || has_key("container")
                || has_key("podName"))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let outer = Outer::of(record.text)?;
        let text = outer.line();
        let envelope = outer.envelope(record);
        (!text.is_empty()).then_some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        let text = Outer::of(record.text)?.line();
        (!text.is_empty()).then_some(text)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AgentDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (path, name) in EXTRAS {
            if let Some(value) = fields.text(path) {
                found(name, &unescape(value));
            }
        }
    }
}

struct AgentDecoder(Describer);

impl Decoder for AgentDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(outer) = Outer::of(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        let line = outer.line();
        message::describe(&mut self.0, &line, &mut row);
        // A message that is JSON or logfmt itself tells it better.
        let is_plain = !line.trim_start().starts_with('{') && !logfmt_like(line.trim());
        if is_plain && outer.is_merged() && self.0.scan_json(record.text).is_some() {
            self.0.fill_json(record.text, &mut row);
        }
        outer.fill(&mut row);
        row.commit();
        Verdict::Rows
    }
}
