//! The main log of Exim: mail that came, mail that went, and what was refused.
//!
//! Source: exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html, as of 2026-11-30.

use nepho_codec::table::{
    Event, GuardedLines, Lines, keep, part, source_address, source_port, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "exim.log",
    summary: "Mail that Exim took, refused or delivered",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_of_exim))),
});

const REFUSED: usize = 0;
const CHECKED: usize = 1;
const ENDED: usize = 2;

static LINES: Lines = Lines {
    name: "exim.log",
    patterns: &[
        "{?{time:time} }{?[{pid:int}] }{id:name} <= {from:word} {?H={?{_} }}[{client:ip}]{?:{port:int}}\
         {? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} <= {from:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} (= {from:word} {?H={?{_} }}[{client:ip}]{?:{port:int}}\
         {? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} (= {from:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} => {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} -> {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} >> {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} *> {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} ** {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} == {to:word}{? {fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} Completed{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} Frozen{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{id:name} Message is frozen{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{method:name} authenticator failed for {host} \
         [{client:ip}]{?:{port:int}}{? I=[{_:ip}]:{_:int}}{? U={_:name}}: {_} (set_id={account})",
        "{?{time:time} }{?[{pid:int}] }{method:name} authenticator failed for {host} \
         [{client:ip}]{?:{port:int}}{? I=[{_:ip}]:{_:int}}{? U={_:name}}: {reason:rest}",
        "{?{time:time} }{?[{pid:int}] }{?{id:name} }{?F={_:word} }H={?{host} }[{client:ip}]{?:{port:int}}{?{_}} \
         {refused:rejected|temporarily rejected} {fields:rest}",
        "{?{time:time} }{?[{pid:int}] }{?{id:name} }H={?{host} }[{client:ip}]{?:{port:int}}{? I=[{_:ip}]:{_:int}} \
         {checked:sender verify fail|sender verify defer} for {fields:rest}",
        "{?{time:time} }{?[{pid:int}] }SMTP {refused:protocol synchronization error|protocol violation: synchronization error} ({_}): rejected \
         connection from H={?{host} }[{client:ip}]{?:{port:int}}{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }SMTP {refused:protocol synchronization error|protocol violation: synchronization error} ({_}): rejected \
         \"{_:longest}\" H={?{host} }[{client:ip}]{?:{port:int}}{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }SMTP {refused:protocol error|syntax error} in \"{_:longest}\" \
         H={?{host} }[{client:ip}]{?:{port:int}}{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }SMTP call from {?{host} }[{client:ip}]{?:{port:int}}{? I=[{_:ip}]:{_:int}} \
         {refused:dropped: too many nonmail commands|dropped: too many syntax or protocol errors|dropped: too many unrecognized commands}{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{?{id:name} }SMTP connection from {?{host} }[{client:ip}]{?:{port:int}}{? I=[{_:ip}]:{_:int}} \
         {ended:closed by QUIT|closed after SIGTERM|closed by DROP in ACL|lost}{?{fields:rest}}",
        "{?{time:time} }{?[{pid:int}] }{ended:no MAIL in SMTP connection|no MAIL in TFO SMTP connection} from {?{host} }[{client:ip}]{?:{port:int}}{?{fields:rest}}",
    ],
    confidence: 92,
    constants: &[(Column::Process, "exim"), (Column::Service, "exim")],
    fields: &[
        time(&["time"]),
        source_address(&["client"]),
        source_port(&["port"]),
        part(&["from"], Column::Actor, sender),
        text(&["account"], Column::Actor),
        part(&["id"], Column::RequestId, message_id),
        keep(&["refused"], REFUSED),
        keep(&["checked"], CHECKED),
        keep(&["ended"], ENDED),
    ],
    extras: &[
        ("to", "recipient"),
        ("method", "auth_method"),
        ("pid", "pid"),
    ],
    finish: Some(finish),
};

/// Whether a line is of a message, by the shape of its id, or of a sender who was refused: the
/// other words are those of many logs.
fn is_of_exim(text: &str) -> bool {
    let head = text.get(..80).unwrap_or(text);
    head.split(' ')
        .take(5)
        .any(|word| !message_id(word).is_empty())
        || text.contains(" authenticator failed for ")
        || is_of_client(text)
}

/// Whether a line tells of a client without a message.
fn is_of_client(text: &str) -> bool {
    if text.contains("H=") && text.contains('[') {
        // What a client sent too early stands on both sides of its address.
        if text.contains("): rejected \"") && text.matches(" H=").count() > 1 {
            return false;
        }
        return text.contains(" rejected ")
            || text.contains(" sender verify ")
            || text.contains("SMTP protocol ");
    }
    text.contains("SMTP call from ") || text.contains("SMTP connection from ")
}

/// The id of a message: three numbers in base 62, of 6, 6 and 2 digits, since 4.97 of 6, 11 and 4.
fn message_id(word: &str) -> &str {
    let lengths = word.split('-').map(str::len);
    let is_shape = lengths.clone().eq([6, 6, 2]) || lengths.eq([6, 11, 4]);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match is_shape && word.bytes().all(is_digit) {
        true => word,
        false => "",
    }
}

/// Who sent a message; a bounce has no sender.
fn sender(from: &str) -> &str {
    match from {
        "<>" => "",
        from => from,
    }
}

/// What a flag tells. Of `(=` the sender was told that the message was refused, but it was taken.
fn meaning(flag: &str) -> Option<(&'static str, Option<Outcome>)> {
    Some(match flag {
        "<=" | "(=" => ("received", Some(Outcome::Success)),
        "=>" | "->" | ">>" | "*>" => ("delivered", Some(Outcome::Success)),
        "**" => ("bounced", Some(Outcome::Failure)),
        "==" => ("deferred", Some(Outcome::Failure)),
        "Completed" => ("completed", None),
        "Frozen" | "Message" => ("frozen", Some(Outcome::Failure)),
        _ => return None,
    })
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let body = body(event.text);
    // Behind the id of the message.
    let flag = body.split(' ').nth(1).unwrap_or_default();
    row.text(Column::Body, body);
    if let Some((action, outcome)) = meaning(flag) {
        row.text(Column::Action, action);
        if let Some(outcome) = outcome {
            row.outcome(outcome);
        }
    }
    let host = |text: &str| {
        let (_, behind) = text.split_once(" [")?;
        behind
            .split_once(']')
            .map(|(address, _)| address.to_owned())
    };
    if matches!(flag, "=>" | "->" | ">>" | "*>" | "**" | "==")
        && let Some((_, behind)) = body.split_once(" H=")
        && let Some(address) = host(behind)
    {
        row.text(Column::Peer, &address);
    }
    // A client that leaves says nothing of a message.
    if let Some(end) = event.kept(ENDED) {
        match &*end {
            "closed by DROP in ACL" => row
                .constant(Column::Action, "rejected")
                .outcome(Outcome::Failure)
                .severity(Severity::WARN),
            _ => row.constant(Column::Action, "disconnected"),
        };
        return;
    }
    if event.kept(CHECKED).is_some() {
        row.constant(Column::Action, "verify");
        row.outcome(Outcome::Failure).severity(Severity::WARN);
        return;
    }
    let refused = match event.kept(REFUSED) {
        Some(_) => "rejected",
        None if body.contains(" authenticator failed for ") => "authenticate",
        None => return put_severity(flag, row),
    };
    row.constant(Column::Action, refused);
    row.outcome(Outcome::Failure).severity(Severity::WARN);
}

/// A line tells no severity: what did not arrive is worth a warning.
fn put_severity(flag: &str, row: &mut Row<'_>) {
    if matches!(flag, "**" | "==" | "Frozen" | "Message") {
        row.severity(Severity::WARN);
    }
}

/// A line without its time, which may have a zone behind it.
fn body(line: &str) -> &str {
    let mut rest = line;
    while let Some((word, behind)) = rest.split_once(' ')
        && !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.+[]".contains(&byte))
    {
        rest = behind;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_message_tell_of_a_client() {
        let check = |line: &str, expected: bool| assert_eq!(is_of_client(line), expected, "{line}");
        check("H=a [203.0.113.7] sender verify fail for <b@c>: x", true);
        check("SMTP call from [203.0.113.7] dropped: x", true);
        check("SMTP protocol error in \"AUTH\" H=a [203.0.113.7] x", true);
        let early =
            "SMTP protocol synchronization error (x): rejected \"EHLO a\" H=a [203.0.113.7]";
        check(early, true);
        check(
            &format!("{early} next input=\" H=b [198.51.100.9]\""),
            false,
        );
        check("INFO H=7 [main] started", false);
        check("GET /a?H=1 [x] 200", false);
        check("sender verify failed", false);
        check("SMTP protocol error", false);
        check("order 7 rejected", false);
    }

    #[test]
    fn ids_of_messages_have_a_shape() {
        let check = |word: &str, expected: bool| {
            assert_eq!(!message_id(word).is_empty(), expected, "{word}");
        };
        check("1sABCD-000123-4E", true);
        check("1sABCD-00000001234-1aBC", true);
        check("2026-05-12", false);
        check("worker-000123-4E7", false);
        check("", false);
    }
}
