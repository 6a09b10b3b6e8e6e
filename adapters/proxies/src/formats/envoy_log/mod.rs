//! What Envoy logs about itself.

use nepho_codec::table::{LineFormat, Lines, severity, text, time};
use nepho_core::tables::Column;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "envoy.log",
    summary: "Envoy's own log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

static LINES: Lines = Lines {
    name: "envoy.log",
    patterns: &[
        "[{time:time}][{thread:int}][{level:level}][{logger:name}] [{source:name}:{line:int}] \
         {message:rest}",
        // Istio's: time, level, `envoy logger`, source and message between tabs.
        "{time:time}\t{level:level}\tenvoy {logger:name} {source:name}:{line:int}\t{message:rest}",
        "{time:time}\t{level:level}\tenvoy {logger:name}\t{message:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["logger"], Column::Process),
        text(&["message"], Column::Body),
    ],
    extras: &[
        ("thread", "thread"),
        ("source", "source_file"),
        ("line", "source_line"),
    ],
    finish: None,
};
