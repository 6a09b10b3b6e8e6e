//! Mail that sendmail took, delivered or refused.
//!
//! Source: `logsender`, `logdelivery` and `markstats` in `envelope.c` and `deliver.c` of sendmail
//! 8.18, and the guide `doc/op/op.me` (2.1.1, The system log), from memory.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, part, source_address, text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "sendmail.log",
    summary: "Mail that sendmail took, delivered or refused",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_mail))),
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

/// Whether a line begins with the id of a mail in the queue, and what it tells of a delay is one:
/// programs write of what they send, too.
fn is_mail(line: &str) -> bool {
    let Some((queue, rest)) = line.split_once(": ") else {
        return false;
    };
    let is_queued = queue.bytes().any(|byte| byte.is_ascii_digit());
    if !is_queued || !rest.starts_with("to=") {
        return is_queued;
    }
    let delay = rest.split_once(", delay=");
    let delay = delay.and_then(|(_, rest)| rest.split(',').next());
    delay.is_some_and(is_delay)
}

/// Whether text is the time that a mail took: `00:00:02`, with days before it `1+02:03:04`.
fn is_delay(text: &str) -> bool {
    let (days, clock) = text.split_once('+').unwrap_or(("0", text));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = clock.split(':');
    let is_clock =
        parts.clone().count() == 3 && parts.all(|part| part.len() == 2 && is_number(part));
    is_number(days) && is_clock
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_has_an_id_and_a_delay() {
        let check = |line: &str, expected: bool| assert_eq!(is_mail(line), expected, "{line}");
        check("v4CE40aB004711: to=<a@b>, delay=00:00:02, stat=Sent", true);
        check(
            "v4CE40aB004711: to=<a@b>, delay=1+02:03:04, stat=Sent",
            true,
        );
        check("v4CE40aB004711: from=root, size=312, class=0", true);
        check("order: to=mona, delay=0, stat=shipped", false);
        check("job7: to=archive, delay=5s, stat=ok", false);
        check("error: to=mona, delay=0, stat=500", false);
    }
}
