//! The log of Unbound: queries (`log-queries`), answers (`log-replies`), and what else it says.
//!
//! Source: nlnetlabs.nl/documentation/unbound/unbound.conf (`log-queries`, `log-replies`,
//! `log-tag-queryreply`, `log-time-iso`), `util/log.c` of github.com/NLnetLabs/unbound, as of
//! 2026-11-30.

use nepho_codec::dns::ANSWERS;
use nepho_codec::table::{
    Event, LineFormat, Lines, duration, keep, outcome_of, severity, source_address, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "unbound.log",
    summary: "Queries and answers of Unbound, and its messages",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "unbound.log",
    patterns: &[
        "{?[{time:number}] }{?unbound}[{pid:int}:{_:hex}] {level:info|INFO|query|reply}: \
         {client:ip} {question:word} {type:name} {class:IN|CH|HS|ANY}\
         {? {rcode:name} {took:number} {cached:0|1} {size:int}{?{_:rest}}}",
        "{time:time} unbound[{pid:int}:{_:hex}] {level:info|INFO|query|reply}: \
         {client:ip} {question:word} {type:name} {class:IN|CH|HS|ANY}\
         {? {rcode:name} {took:number} {cached:0|1} {size:int}{?{_:rest}}}",
        "[{time:number}] unbound[{pid:int}:{_:hex}] {?fatal }{level:level}: {message:rest}",
        "{time:time} unbound[{pid:int}:{_:hex}] {?fatal }{level:level}: {message:rest}",
    ],
    confidence: 93,
    constants: &[(Column::Process, "unbound"), (Column::Service, "unbound")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["client"]),
        outcome_of(&["rcode"], ANSWERS),
        duration(&["took"], 1e9),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("rcode", "dns_response_code"),
        ("pid", "pid"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(MESSAGE).is_some() {
        return;
    }
    // A tag stands where other lines have their level.
    row.constant(Column::Action, "query")
        .severity(Severity::INFO);
    let mut levels = ["info: ", "query: ", "reply: "].into_iter();
    let body = levels.find_map(|level| Some(event.text.split_once(level)?.1));
    row.text(Column::Body, body.unwrap_or(event.text));
}
