//! Mail that sendmail took, delivered or refused.
//!
//! Source, as of 2026-12-01: "Sendmail Installation and Operation Guide", 2.1, The System Log
//! (`contrib/sendmail/doc/op/op.me` of github.com/freebsd/freebsd-src); `logsender` in
//! `envelope.c`, `logdelivery` in `deliver.c` (of the time of 8.10), `rscheck` in `parseaddr.c`
//! and `srvrsmtp.c` (`Milter: ...`) of sendmail.

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

/// Stands for the id where there is no mail yet.
const NO_QUEUE: &str = "NOQUEUE";

const STATE: usize = 0;
const VERDICT: usize = 1;
const EVENT: usize = 2;

static LINES: Lines = Lines {
    name: "sendmail.log",
    patterns: &[
        "{queue:name}: from={sender}, size={size:int}, class={_:word} {?{_}, }nrcpts={_:word} {?{_}, }relay={?{client} }[{?IPv6:}{ip:ip}]{?{_:rest}}",
        "{queue:name}: from={sender}, size={size:int}, class={_:word} {?{_}, }nrcpts={_:word} {?{_}, }relay={client:rest}",
        "{queue:name}: to={to}, {?ctladdr={_}, }delay={_:word} {?xdelay={_:word} }{?mailer={mailer}, }{?pri={_:word} }{?relay={peer}, }{?dsn={dsn}, }{?quarantine={_}, }stat={state:rest}",
        "{?{queue:name}: }ruleset={rule:name}, arg1={_}, relay={?{client} }[{?IPv6:}{ip:ip}]{?{_}}, {verdict:reject=|quarantine=|discard}{_:rest}",
        "{?{queue:name}: }ruleset={rule:name}, arg1={_}, {verdict:reject=|quarantine=|discard}{_:rest}",
        "{queue:name}: Milter: {_}, {verdict:reject=|quarantine=|discard}{_:rest}",
        "{queue:name}: {event:AUTH failure|AUTH warning} ({mechanism:name}): {_}, user={user}, relay={?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)}",
        "{queue:name}: {event:AUTH failure|AUTH warning} ({mechanism:name}): {_}, relay={?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)}",
        "{queue:name}: {?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)}: {event:possible SMTP attack|possible SMTP RCPT flood}{_:rest}",
        "{queue:name}: {?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)}: {_:EXPN|VRFY|ETRN|expn|vrfy|etrn} {_} {event:[rejected]|[rejected by ruleset]}",
        "{queue:name}: {?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)} {event:did not issue MAIL/EXPN/VRFY/ETRN|did not issue MAIL} during connection to {_:rest}",
        "{queue:name}: {event:rejecting commands|timeout waiting for input|lost input channel} from { }{?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)} {_:rest}",
        "{queue:name}: {event:rejecting commands|timeout waiting for input|lost input channel} from {?{client} }[{?IPv6:}{ip:ip}]{? (may be forged)} {_:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        source_address(&["ip"]),
        text(&["user"], Column::Actor),
        part(&["peer"], Column::Peer, host),
        part(&["queue"], Column::RequestId, queued),
        keep(&["state"], STATE),
        keep(&["verdict"], VERDICT),
        keep(&["event"], EVENT),
    ],
    extras: &[
        ("to", "recipient"),
        ("sender", "sender"),
        ("size", "bytes"),
        ("mailer", "mailer"),
        ("dsn", "dsn"),
        ("client", "client"),
        ("rule", "rule"),
        ("mechanism", "auth_method"),
    ],
    finish: Some(finish),
};

/// Whether a line begins with the id of a mail in the queue, and what it tells of a delay is one:
/// programs write of what they send, too. What a rule set refuses may have no id yet.
fn is_mail(line: &str) -> bool {
    if line.starts_with("ruleset=") {
        return true;
    }
    let Some((queue, rest)) = line.split_once(": ") else {
        return false;
    };
    let is_queued = queue == NO_QUEUE || queue.bytes().any(|byte| byte.is_ascii_digit());
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
    let name = name.trim_matches(['.', '[', ']', ',']);
    name.strip_prefix("IPv6:").unwrap_or(name)
}

/// Id of a mail, once it has one.
fn queued(id: &str) -> &str {
    if id == NO_QUEUE { "" } else { id }
}

/// What a client did, of whom no mail is told yet (`srvrsmtp.c`).
fn put_event(event: &str, row: &mut Row<'_>) {
    let action = match event {
        "AUTH failure" | "AUTH warning" => "authenticate",
        "timeout waiting for input" | "lost input channel" => "disconnected",
        "did not issue MAIL/EXPN/VRFY/ETRN" | "did not issue MAIL" => {
            row.constant(Column::Action, "disconnected");
            return;
        }
        "[rejected]" | "[rejected by ruleset]" | "rejecting commands" => "reject",
        _ => "attack",
    };
    row.constant(Column::Action, action)
        .outcome(Outcome::Failure)
        .severity(Severity::WARN);
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.text(Column::Body, event.text);
    match event.kept(VERDICT).as_deref() {
        Some("reject=") => {
            row.outcome(Outcome::Failure)
                .severity(Severity::WARN)
                .constant(Column::Action, "reject");
            return;
        }
        // Mail that was taken, and goes no further.
        Some("quarantine=") => {
            row.constant(Column::Action, "quarantine");
            return;
        }
        Some(_) => {
            row.constant(Column::Action, "discard");
            return;
        }
        None => {}
    }
    if let Some(event) = event.kept(EVENT) {
        put_event(&event, row);
        return;
    }
    let Some(state) = event.kept(STATE) else {
        row.constant(Column::Action, "received");
        return;
    };
    let is_one = |word: &str| state.starts_with(word);
    // What is queued has not been tried, and what is quarantined is held.
    if is_one("Sent") {
        row.outcome(Outcome::Success)
            .constant(Column::Action, "sent");
    } else if is_one("Deferred") {
        row.outcome(Outcome::Failure)
            .constant(Column::Action, "deferred");
    } else if is_one("quarantined") {
        row.constant(Column::Action, "quarantine");
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
        check("NOQUEUE: ruleset=check_relay, arg1=a, reject=550", true);
        check("ruleset=check_relay, arg1=a, reject=550", true);
        check("order: to=mona, delay=0, stat=shipped", false);
        check("job7: to=archive, delay=5s, stat=ok", false);
        check("error: to=mona, delay=0, stat=500", false);
    }
}
