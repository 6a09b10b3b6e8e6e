//! Events of the engine that runs containers, as `docker events` and `podman events` print them,
//! as JSON and as text: a container died, was killed for its memory, is not healthy.
//!
//! Sources, as of 2026-11-30: docs.docker.com/reference/cli/docker/system/events,
//! docs.podman.io/en/latest/markdown/podman-events.1.html, and `cmd/podman/system/events.go` and
//! `libpod/events/events.go` of github.com/containers/podman.

mod lines;

use nepho_codec::table::{
    Event, GuardedLines, JsonFormat, Need, Table, keep, resource, text, time,
};
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
        lines: GuardedLines::new(&lines::TABLE, lines::may_fit),
    })),
});

const ACTION: usize = 0;
const EXIT: usize = 1;
const HEALTH: usize = 2;

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
        Need::HasAny(&["timeNano", "Time"]),
        // A volume has neither id nor image, and a network no name.
        Need::HasAny(&["ID", "Image", "timeNano"]),
        Need::HasAny(&["Name", "network"]),
    ],
    constants: &[],
    fields: &[
        time(&["timeNano", "Time"]),
        text(
            &["Attributes.com.docker.compose.service", "Name", "network"],
            Column::Service,
        ),
        text(&["Name", "network"], Column::Process),
        resource(&["ID"]),
        keep(&["Status"], ACTION),
        keep(&["ContainerExitCode"], EXIT),
        keep(&["health_status"], HEALTH),
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
    let end = End {
        exit: &event.kept(EXIT).unwrap_or_default(),
        health: &event.kept(HEALTH).unwrap_or_default(),
    };
    judge(&action, end, row);
}

/// How a container ended, and how it is; empty if not told.
struct End<'a> {
    exit: &'a str,
    /// Podman tells it beside the action, Docker within (`health_status: unhealthy`).
    health: &'a str,
}

/// Puts action, outcome, severity and body by what happened, and how a container ended.
fn judge(action: &str, end: End<'_>, row: &mut Row<'_>) {
    // Behind the action stands what was run, with the passwords of its arguments.
    let action = match action.split_once(": ") {
        Some((action, _)) if action.starts_with("exec_") => action,
        _ => action,
    };
    row.text(Column::Action, action);
    let has_failed = match action {
        "die" | "died" => !matches!(end.exit, "" | "0"),
        "oom" => true,
        "health_status" => end.health == "unhealthy",
        action => action.ends_with(": unhealthy"),
    };
    if has_failed {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    } else {
        row.severity(Severity::INFO);
    }
    match (action, end.exit, end.health) {
        ("health_status", _, health) if !health.is_empty() => {
            row.text(Column::Body, &format!("{action}: {health}"))
        }
        (_, "", _) => row.text(Column::Body, action),
        (_, exit, _) => row.text(Column::Body, &format!("{action} (exit code {exit})")),
    };
}

/// Objects of either engine, and lines.
struct EngineEvents {
    docker: JsonFormat,
    podman: JsonFormat,
    lines: GuardedLines,
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
            lines::extras(raw, found);
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
