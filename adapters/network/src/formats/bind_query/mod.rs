//! Queries that BIND's `named` logged, and those that it refused.
//!
//! Source: bind9.readthedocs.io/en/latest/reference.html, "The query log entry format", as of
//! 2026-11-28.

use nepho_codec::table::{
    Event, LineFormat, Lines, keep, severity, source_address, source_port, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "bind.query",
    summary: "Queries that BIND answered or refused",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const DENIED: usize = 0;
const ASKED: usize = 1;

static LINES: Lines = Lines {
    name: "bind.query",
    patterns: &[
        "{?{time:time} }{?queries: }{?security: }{?{level:info|error|warning|notice}: }client {?@{_:word} }{client:ip}#{port:int}\
         {? ({_})}: {?view {view}: }query: {question:word} {class:word} {type:word} {flags:word}{?{_:rest}}",
        "{?{time:time} }{?queries: }{?security: }{?{level:info|error|warning|notice}: }client {?@{_:word} }{client:ip}#{port:int}\
         {? ({_})}: {?view {view}: }query {?(cache) }'{question}/{type}/{class}' {denied:denied|refused}{?{_:rest}}",
        "{?{time:time} }{?{_:security|update-security|xfer-out|query-errors|update}: }{?{level:info|error|warning|notice}: }client {?@{_:word} }{client:ip}#{port:int}\
         {?/key {_:name}}{? ({_})}: {?view {view}: }query failed ({code:name}) for {question}/{class:IN|CH|HS}/{type:word} at {_:rest}",
        "{?{time:time} }{?{_:security|update-security|xfer-out|query-errors|update}: }{?{level:info|error|warning|notice}: }client {?@{_:word} }{client:ip}#{port:int}\
         {?/key {_:name}}{? ({_})}: {?view {view}: }{asked:zone transfer|update} '{question}/{class}' {denied:denied|refused}{?{_:rest}}",
        "{?{time:time} }{?{_:security|update-security|xfer-out|query-errors|update}: }{?{level:info|error|warning|notice}: }client {?@{_:word} }{client:ip}#{port:int}\
         {?/key {_:name}}{? ({_})}: {?view {view}: }bad {asked:zone transfer|update} request: '{question}/{class}': {denied}",
    ],
    confidence: 92,
    constants: &[(Column::Process, "named")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        source_address(&["client"]),
        source_port(&["port"]),
        text(&["question"], Column::Body),
        keep(&["denied", "code"], DENIED),
        keep(&["asked"], ASKED),
    ],
    extras: &[
        ("question", "dns_question"),
        ("type", "dns_type"),
        ("code", "dns_response_code"),
        ("view", "view"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(ASKED) {
        Some(asked) => row.text(Column::Action, &asked),
        None => row.constant(Column::Action, "query"),
    };
    if event.kept(DENIED).is_some() {
        row.outcome(Outcome::Failure);
    }
    if let Some(message) = event
        .text
        .find("client ")
        .and_then(|at| event.text.get(at..))
    {
        row.text(Column::Body, message);
    }
}
