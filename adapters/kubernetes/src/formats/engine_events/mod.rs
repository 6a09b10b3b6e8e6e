//! Events of the engine that runs containers, as `docker events` and `podman events` print them,
//! as JSON and as text: a container died, was killed for its memory, is not healthy.
//!
//! Sources, as of 2026-11-30: docs.docker.com/reference/cli/docker/system/events,
//! docs.podman.io/en/latest/markdown/podman-events.1.html.

mod lines;

use nepho_codec::table::{Event, JsonFormat, LineFormat, Need, Table, keep, resource, text, time};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: "docker.events",
    summary: "Events of Docker and Podman: containers that died, were killed, are not healthy",
    permissions: &[],
    make: Make::Format(|| Box::new(EngineEvents {
        docker: JsonFormat(&DOCKER),
        podman: JsonFormat(&PODMAN),
        lines: LineFormat::new(&lines::TABLE),
    })),
});

const ACTION: usize = 0;
const EXIT: usize = 1;

const KINDS: &[&str] = &[
    "container",
    "image",
    "network",
    "volume",
    "daemon",
    "plugin",
    "node",
    "service",
    "secret",
    "config",
    "pod",
    "system",
    "machine",
];

static DOCKER: Table = Table {
    name: "docker.events",
    needs: &[
        Need::IsAny("Type", KINDS),
        Need::Has("Action"),
        Need::Has("Actor.ID"),
        Need::HasAny(&["timeNano", "time"]),
    ],
    constants: &[],
    fields: &[
        time(&["timeNano", "time"]),
        text(&["Action"], Column::Action),
        text(
            &[
                "Actor.Attributes.com.docker.compose.service",
                "Actor.Attributes.com.docker.swarm.service.name",
                "Actor.Attributes.name",
            ],
            Column::Service,
        ),
        text(&["Actor.Attributes.name"], Column::Process),
        resource(&["Actor.ID"]),
        keep(&["Action"], ACTION),
        keep(&["Actor.Attributes.exitCode"], EXIT),
    ],
    extras: &[
        ("Type", "resource_kind"),
        ("Actor.Attributes.exitCode", "exit_code"),
        ("Actor.Attributes.image", "image"),
        ("Actor.Attributes.signal", "signal"),
    ],
    finish: Some(finish),
};

static PODMAN: Table = Table {
    name: "docker.events",
    needs: &[
        Need::IsAny("Type", KINDS),
        Need::Has("Status"),
        Need::Has("Time"),
        Need::HasAny(&["ID", "Image"]),
        Need::Has("Name"),
    ],
    constants: &[],
    fields: &[
        time(&["Time"]),
        text(&["Status"], Column::Action),
        text(
            &["Attributes.com.docker.compose.service", "Name"],
            Column::Service,
        ),
        text(&["Name"], Column::Process),
        resource(&["ID"]),
        keep(&["Status"], ACTION),
        keep(&["ContainerExitCode"], EXIT),
    ],
    extras: &[
        ("Type", "resource_kind"),
        ("ContainerExitCode", "exit_code"),
        ("Image", "image"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let action = event.kept(ACTION).unwrap_or_default();
    judge(&action, &event.kept(EXIT).unwrap_or_default(), row);
}

/// Puts outcome, severity and body by what happened, and how a container ended.
fn judge(action: &str, exit: &str, row: &mut Row<'_>) {
    let has_failed = match action {
        "die" | "died" => !matches!(exit, "" | "0"),
        "oom" => true,
        action => action.ends_with(": unhealthy"),
    };
    if has_failed {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    } else {
        row.severity(Severity::INFO);
    }
    match exit {
        "" => row.text(Column::Body, action),
        exit => row.text(Column::Body, &format!("{action} (exit code {exit})")),
    };
}

/// Objects of either engine, and lines.
struct EngineEvents {
    docker: JsonFormat,
    podman: JsonFormat,
    lines: LineFormat,
}

impl Format for EngineEvents {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json {
            Some(_) => self.docker.sniff(sample).max(self.podman.sniff(sample)),
            None => self.lines.sniff(sample),
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.docker.may_fit(has_key) || self.podman.may_fit(has_key)
    }

    fn marks(&self) -> Vec<Marks> {
        self.lines.marks()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(EngineDecoder([
            self.docker.decoder(stream),
            self.podman.decoder(stream),
            self.lines.decoder(stream),
        ]))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if !raw.trim_start().starts_with('{') {
            return self.lines.extras(raw, stream, found);
        }
        match raw.contains("\"Actor\"") {
            true => self.docker.extras(raw, stream, found),
            false => self.podman.extras(raw, stream, found),
        }
    }
}

/// Decoders of what Docker and Podman write as JSON, and of lines.
struct EngineDecoder([Box<dyn Decoder>; 3]);

impl Decoder for EngineDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let [docker, podman, lines] = &mut self.0;
        if !record.text.trim_start().starts_with('{') {
            return lines.decode(record, out);
        }
        match docker.decode(record, out) {
            Verdict::NotMine => podman.decode(record, out),
            verdict => verdict,
        }
    }
}
