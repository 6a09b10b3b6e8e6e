//! Mail that sendmail took, delivered or refused.
//!
//! Source: `logsender`, `logdelivery` and `markstats` in `envelope.c` and `deliver.c` of sendmail
//! 8.18, and the guide `doc/op/op.me` (2.1.1, The system log), as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, part, source_address, text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "sendmail.log",
    summary: "Mail that sendmail took, delivered or refused",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const STATE: usize = 0;
const REFUSAL: usize = 1;

static LINES: Lines = Lines {
    name: "sendmail.log",
    patterns: &[
        "{queue:name}: from={sender}, size={size:int}, class={_:word} {?{_}, }nrcpts={_:word} {?{_}, }relay={?{client} }[{ip:ip}]{?{_:rest}}",
        "{queue:name}: from={sender}, size={size:int}, class={_:word} {?{_}, }nrcpts={_:word} {?{_}, }relay={client:rest}",
        "{queue:name}: to={to}, {?ctladdr={_}, }delay={_:word} {?xdelay={_:word} }{?mailer={mailer}, }{?pri={_:word} }{?relay={peer}, }{?dsn={dsn}, }stat={state:rest}",
        "{queue:name}: ruleset={rule:name}, arg1={_}, relay={?{client} }[{ip:ip}]{?{_}}, reject={refusal:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        source_address(&["ip"]),
        part(&["peer"], Column::Peer, host),
        text(&["queue"], Column::RequestId),
        keep(&["state"], STATE),
        keep(&["refusal"], REFUSAL),
    ],
    extras: &[
        ("to", "recipient"),
        ("sender", "sender"),
        ("size", "bytes"),
        ("mailer", "mailer"),
        ("dsn", "dsn"),
        ("client", "client"),
        ("rule", "rule"),
    ],
    finish: Some(finish),
};

/// Name of the machine of `mx.example. [198.51.100.7]`.
fn host(relay: &str) -> &str {
    let name = relay.split(' ').next().unwrap_or_default();
    name.trim_matches(['.', '[', ']', ','])
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text);
    if event.kept(REFUSAL).is_some() {
        row.outcome(Outcome::Failure)
            .severity(Severity::WARN)
            .constant(Column::Action, "reject");
        return;
    }
    let Some(state) = event.kept(STATE) else {
        row.constant(Column::Action, "received");
        return;
    };
    let is_one = |word: &str| state.starts_with(word);
    // What is queued has not been tried.
    if is_one("Sent") {
        row.outcome(Outcome::Success)
            .constant(Column::Action, "sent");
    } else if is_one("Deferred") {
        row.outcome(Outcome::Failure)
            .constant(Column::Action, "deferred");
    } else if is_one("queued") {
        row.constant(Column::Action, "queued");
    } else {
        row.outcome(Outcome::Failure)
            .constant(Column::Action, "failed");
    }
}
