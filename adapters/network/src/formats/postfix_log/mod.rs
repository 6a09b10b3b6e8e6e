//! Messages of Postfix: who connected, what was refused, and where mail went.
//!
//! Source: `smtpd/smtpd.c`, `global/log_adhoc.c` of github.com/vdukhovni/postfix, as of 2026-11-28.

use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, part, peer_address, peer_port,
    source_address, source_port, text,
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
const REASON: usize = 1;
const STATUS: usize = 2;
const REFUSAL: usize = 3;

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
        "{?warning: }{client:name}[{ip:ip}]{?:{from_port:int}}: SASL {mechanism:name} {kind:authentication failed|authentication aborted}: \
         {reason}, sasl_username={tried:rest}",
        "{?warning: }{client:name}[{ip:ip}]{?:{from_port:int}}: SASL {mechanism:name} {kind:authentication failed|authentication aborted}:{? {reason:rest}}",
        "{kind:connect|disconnect|lost connection|timeout|too many errors|improper command pipelining} {?after {stage:name} }from {client}[{ip:ip}]{?{_:rest}}",
        "{queue:name}: from=<{sender}>, size={size:int}, nrcpt={_:int}{?{_:rest}}",
        "{queue:name}: message-id=<{message_id}>{?{_:rest}}",
        "connect to {server}[{peer:ip}]:{port:int}: \
         {reason:Connection timed out|Connection refused|Connection reset by peer|No route to host|Host is unreachable|Network is unreachable}",
        "{queue:name}: host {server}[{peer:ip}] {refusal:refused to talk to me|said}: {reason:rest}",
        "{queue:hex}: lost connection with {server}[{peer:ip}] while {stage:rest}",
        "{command:PREGREET|HANGUP} {?{_:int} }after {_:word} from [{ip:ip}]:{from_port:int}{?{_:rest}}",
        "{command:COMMAND TIME LIMIT|COMMAND COUNT LIMIT|COMMAND LENGTH LIMIT|COMMAND PIPELINING|NON-SMTP COMMAND|BARE NEWLINE} \
         from [{ip:ip}]:{from_port:int} after {stage:name}{?{_:rest}}",
        "DNSBL rank {_:int} for [{ip:ip}]:{from_port:int}",
        "CONNECT from [{ip:ip}]:{from_port:int} to [{_:ip}]:{_:int}",
        "{command:PASS OLD|PASS NEW|WHITELISTED|ALLOWLISTED|BLACKLISTED|DENYLISTED|DISCONNECT} [{ip:ip}]:{from_port:int}",
        "{_:Anonymous|Trusted|Untrusted|Verified} TLS connection established from {client}[{ip:ip}]{?:{_:int}}: {_:rest}",
        "{_:Anonymous|Trusted|Untrusted|Verified} TLS connection established to {server}[{peer:ip}]:{port:int}: {_:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        source_address(&["ip"]),
        source_port(&["from_port"]),
        peer_address(&["peer"]),
        peer_port(&["port"]),
        text(&["user"], Column::Actor),
        part(&["tried"], Column::Actor, account),
        part(&["relay"], Column::Peer, host),
        outcome_of(&["status"], OUTCOMES),
        duration(&["delay"], 1e9),
        part(&["queue"], Column::RequestId, queued),
        text(&["kind", "status", "command"], Column::Action),
        keep(&["kind"], KIND),
        keep(&["reason"], REASON),
        keep(&["status"], STATUS),
        keep(&["refusal"], REFUSAL),
    ],
    extras: &[
        ("to", "recipient"),
        ("dsn", "dsn"),
        ("stage", "stage"),
        ("client", "client"),
        ("server", "server"),
        ("sender", "sender"),
        ("message_id", "message_id"),
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

/// Account of a sign-in that failed, where the client told one.
fn account(user: &str) -> &str {
    if user == "(unavailable)" { "" } else { user }
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
    // What is told of another server without a state of a delivery is why it was not reached, or
    // a warning with which it answered.
    let is_unreached = event.kept(REASON).is_some()
        && event.kept(STATUS).is_none()
        && event.kept(KIND).is_none()
        && event.kept(REFUSAL).as_deref() != Some("said");
    if is_unreached {
        row.outcome(Outcome::Failure);
    }
}
