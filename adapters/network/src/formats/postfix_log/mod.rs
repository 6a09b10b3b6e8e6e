//! Messages of Postfix: who connected, what was refused, and where mail went.
//!
//! Source: `smtpd/smtpd.c`, `global/log_adhoc.c` of github.com/vdukhovni/postfix, as of 2026-11-28.

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, part, source_address, text,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "postfix.log",
    summary: "Mail that Postfix took, refused or delivered",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const KIND: usize = 0;

/// States of a delivery. What is deferred is tried again.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("sent", Outcome::Success),
    ("deliverable", Outcome::Success),
    ("deferred", Outcome::Failure),
    ("bounced", Outcome::Failure),
    ("expired", Outcome::Failure),
    ("undeliverable", Outcome::Failure),
];

static LINES: Lines = Lines {
    name: "postfix.log",
    patterns: &[
        "{queue:name}: to=<{to}>,{? orig_to=<{_}>,} relay={relay}, {?conn_use={_:int}, }delay={delay:number}, \
         {?delays={_:word} }dsn={dsn:name}, status={status:name} {reason}",
        "{queue:name}: {kind:reject|reject_warning|milter-reject}: {stage:name} from {client}[{ip:ip}]{?:{_:int}}: {reason}",
        "{queue:name}: client={client}[{ip:ip}]{?, sasl_method={_:name}}{?, sasl_username={user}}",
        "{?warning: }{client:name}[{ip:ip}]: SASL {mechanism:name} {kind:authentication failed|authentication aborted}: {?{reason:rest}}",
        "{kind:connect|disconnect|lost connection} {?after {stage:name} }from {client}[{ip:ip}]{?{_:rest}}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        source_address(&["ip"]),
        text(&["user"], Column::Actor),
        part(&["relay"], Column::Peer, host),
        outcome_of(&["status"], OUTCOMES),
        duration(&["delay"], 1e9),
        part(&["queue"], Column::RequestId, queued),
        text(&["kind", "status"], Column::Action),
        keep(&["kind"], KIND),
    ],
    extras: &[
        ("to", "recipient"),
        ("dsn", "dsn"),
        ("stage", "stage"),
        ("client", "client"),
        ("mechanism", "auth_method"),
    ],
    finish: Some(finish),
};

/// Name of the machine of `mx.example.com[198.51.100.7]:25`.
fn host(relay: &str) -> &str {
    match relay.split('[').next() {
        Some("none") | None => "",
        Some(host) => host,
    }
}

/// Id of a message, once it has one.
fn queued(id: &str) -> &str {
    if id == "NOQUEUE" { "" } else { id }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text);
    if let Some("reject" | "milter-reject" | "authentication failed" | "authentication aborted") =
        event.kept(KIND).as_deref()
    {
        row.outcome(Outcome::Failure).severity(Severity::WARN);
    }
}
