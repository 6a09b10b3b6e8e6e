//! What Traefik logs about itself.

use nepho_codec::table::{Either, Lines, Need, Table, severity, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "traefik.log",
    summary: "Traefik's own log",
    permissions: &[],
    make: Make::Format(|| Box::new(Either::new(&TABLE, &LINES))),
});

static LINES: Lines = Lines {
    name: "traefik.log",
    patterns: &[
        "{time:time} {level:level} github.com/traefik/{source:name}:{line:int} > {message:rest}",
    ],
    confidence: 92,
    constants: &[(Column::Process, "traefik")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message"], Column::Body),
    ],
    extras: &[("source", "source_file"), ("line", "source_line")],
    finish: None,
};

static TABLE: Table = Table {
    name: "traefik.log",
    needs: &[
        Need::Has("level"),
        Need::Has("time"),
        Need::HasAny(&["msg", "message"]),
        Need::HasAny(&["entryPointName", "middlewareName"]),
        Need::Lacks("DownstreamStatus"),
        Need::Lacks("OriginStatus"),
        Need::Lacks("RequestMethod"),
    ],
    constants: &[(Column::Process, "traefik")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message", "msg"], Column::Body),
    ],
    extras: &[
        ("providerName", "provider_name"),
        ("entryPointName", "entry_point"),
        ("routerName", "router"),
        ("middlewareName", "middleware"),
        ("serviceName", "service_name"),
        ("error", "error"),
    ],
    finish: None,
};
