//! Lines of Docker's `json-file` driver: `{"log":"...\n","stream":"stdout","time":"..."}`.
//!
//! Source: docs.docker.com/engine/logging/drivers/json-file, read 2026-11-21.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::Describer;
use nepho_codec::table::{Field, Need, Table, TableDecoder, To};
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Inside, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, Envelope, LogsBuilder};

use crate::message;
use crate::place::{Around, Place};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Container log lines of Docker's json-file driver",
    permissions: &["pods/log: get"],
    make: Make::Format(|| Box::new(Docker::default())),
});

const NAME: &str = "kubernetes.docker";
const LOG: usize = 0;

static TABLE: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("log"),
        Need::HasAny(&["stream", "attrs"]),
        Need::Has("time"),
        Need::Lacks("kubernetes"),
    ],
    constants: &[],
    fields: &[
        // Labels that `--log-opt labels=...` lets through.
        Field {
            from: &[
                "attrs.com.docker.compose.service",
                "attrs.com.docker.swarm.service.name",
                "attrs.io.kubernetes.container.name",
                "attrs.service",
                "attrs.tag",
            ],
            to: To::Text(Column::Service),
        },
        Field {
            from: &["attrs.io.kubernetes.pod.name"],
            to: To::Text(Column::Host),
        },
        Field {
            from: &["attrs.env", "attrs.environment"],
            to: To::Text(Column::Environment),
        },
        Field {
            from: &["attrs.team"],
            to: To::Text(Column::Team),
        },
        Field {
            from: &["time"],
            to: To::Time,
        },
        Field {
            from: &["log"],
            to: To::Keep(LOG),
        },
    ],
    extras: &[
        ("stream", "stream"),
        ("attrs.io.kubernetes.pod.namespace", "namespace"),
    ],
    finish: None,
};

/// Reads lines of Docker's `json-file` driver.
#[derive(Debug, Default)]
pub struct Docker {
    around: Around,
}

impl Format for Docker {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let Some(fields) = sample.json else {
            return Confidence::NO;
        };
        let has = |path: &str| fields.get(path).is_some();
        let is_stream = matches!(fields.get("stream"), Some("stdout" | "stderr"));
        let fits = has("log") && has("time") && (is_stream || has("attrs")) && !has("kubernetes");
        if fits {
            Confidence::CERTAIN
        } else {
            Confidence::NO
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        has_key("log") && has_key("time")
    }

    /// What the container wrote, which may be of any format.
    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let outer = Outer::of(record)?;
        let mut envelope = self.around.envelope(record);
        if let Some(time) = time::parse(outer.time) {
            envelope.time = Some(time);
            envelope.is_clock = true;
        }
        if let Some(attrs) = outer.attrs {
            envelope = with_labels(envelope, attrs);
        }
        let text = unescape(outer.line);
        Some(Inside { text, envelope })
    }

    fn inside_text<'a>(&self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        Some(unescape(Outer::of(record)?.line))
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(DockerDecoder {
            place: Place::of(stream),
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if let Some(place) = Place::of(stream) {
            place.extras(found);
        }
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (path, name) in TABLE.extras {
            if let Some(value) = fields.text(path) {
                found(name, &unescape(value));
            }
        }
        // The driver splits lines of more than 16 KB; only the last part ends with a line end.
        if fields.text("log").is_some_and(|log| !log.ends_with("\\n")) {
            found("partial", "true");
        }
    }
}

/// An envelope with what the labels of the container tell.
fn with_labels(envelope: Envelope, attrs: &str) -> Envelope {
    let Some(labels) = pick(
        attrs,
        [
            "com.docker.compose.service",
            "com.docker.swarm.service.name",
            "io.kubernetes.container.name",
            "service",
            "tag",
        ],
    ) else {
        return envelope;
    };
    match labels.into_iter().flatten().find_map(text_of) {
        Some(service) if envelope.get(Column::Service).is_none_or(str::is_empty) => {
            envelope.with(Column::Service, service)
        }
        _ => envelope,
    }
}

/// What stands around a whole line.
struct Outer<'a> {
    line: &'a str,
    time: &'a str,
    attrs: Option<&'a str>,
}

impl<'a> Outer<'a> {
    fn of(record: &Record<'a>) -> Option<Self> {
        let [log, time, stream, attrs, kubernetes] = pick(
            record.text.trim(),
            ["log", "time", "stream", "attrs", "kubernetes"],
        )?;
        let log = text_of(log?)?;
        let time = text_of(time?)?;
        if kubernetes.is_some() || (stream.is_none() && attrs.is_none()) {
            return None;
        }
        // Only the last part of a long line ends with a line end.
        let line = log
            .strip_suffix("\\n")
            .filter(|line| (line.len() - line.trim_end_matches('\\').len()) % 2 == 0)?;
        let line = line.strip_suffix("\\r").unwrap_or(line).trim();
        (!line.is_empty()).then_some(Self { line, time, attrs })
    }
}

struct DockerDecoder {
    place: Option<Place>,
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for DockerDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.table.scan(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        if let Some(log) = self.table.event(record.text).kept(LOG) {
            message::describe(&mut self.describer, &log, &mut row);
        }
        self.table.fill(record.text, &mut row);
        if let Some(place) = &self.place {
            row.constant(Column::Provider, "kubernetes");
            place.fill(&mut row);
        }
        row.commit();
        Verdict::Rows
    }
}
