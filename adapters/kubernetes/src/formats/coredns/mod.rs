//! Lines of `CoreDNS`: queries of the plugin `log`, and what plugins report.
//!
//! Source: coredns.io/plugins/log and coredns.io/plugins/errors, as of 2026-11-27.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, severity, source_address, text, time,
};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Queries and errors of CoreDNS",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const NAME: &str = "kubernetes.coredns";

const ERRORS: usize = 0;

static TABLE: Lines = Lines {
    name: NAME,
    patterns: &[
        // Of the root, whose name is the dot alone.
        "{?{time:time} }{?[{level:level}] }{client:address} - {id:int} \
         \"{type:word} {class:word} {question:.|..} {protocol:word} {_:int} {_:word} {_:int}\" \
         {code:word} {flags:word} {bytes:word} {duration:word}{_:rest}",
        "{?{time:time} }{?[{level:level}] }{client:address} - {id:int} \
         \"{type:word} {class:word} {question}. {protocol:word} {_:int} {_:word} {_:int}\" \
         {code:word} {flags:word} {bytes:word} {duration:word}{_:rest}",
        // Up to version 1.1.
        "{?{time:time} }{?[{level:level}] }{client:address} - [{time:time}] \
         \"{type:word} {class:word} {question}. {protocol:word} {_:int} {_:word} {_:int}\" \
         {code:word} {flags:word} {bytes:word} {duration:word}{_:rest}",
        "{?{time:time} }[{level:level}] plugin/errors: {errors:int} {question}. {type:name}: \
         {_:rest}",
        "{?{time:time} }[{level:level}] plugin/{plugin:name}: {_:rest}",
    ],
    confidence: 92,
    constants: &[(Column::Service, "coredns"), (Column::Process, "coredns")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["client"]),
        text(&["type"], Column::Action),
        text(&["protocol"], Column::Method),
        duration(&["duration"], 1e9),
        outcome_of(&["code"], ANSWERS),
        keep(&["errors"], ERRORS),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("code", "dns_response_code"),
        ("id", "dns_id"),
        ("flags", "dns_flags"),
        ("bytes", "bytes"),
        ("plugin", "plugin"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text.trim());
    if event.kept(ERRORS).is_some() {
        row.outcome(Outcome::Failure);
    }
}
