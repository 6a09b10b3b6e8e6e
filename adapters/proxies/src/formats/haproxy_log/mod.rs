//! What HAProxy logs besides requests and connections: handshakes that failed, servers that went
//! down, its own starts and stops.

use nepho_codec::table::{
    Event, GuardedLines, Lines, keep, peer_address, peer_port, severity, source_address,
    source_port, text, time,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::enclosed::is_enclosed;
use crate::haproxy::{has_session_time, header, is_common, is_session, put_priority};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "haproxy.log",
    summary: "HAProxy: failed connections, servers up and down, notices",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, may_fit))),
});

const ERROR: usize = 0;
const PRIORITY: usize = 1;
const MESSAGE: usize = 2;
/// The first of four codes of errors, of which 0 is none.
const CODES: usize = 3;

static LINES: Lines = Lines {
    name: "haproxy.log",
    patterns: &[
        header!(
            "{client}:{port:int} [{time:time}] {frontend}/{bind:name}{?:{_:int}}: {error:rest}"
        ),
        header!("{client}:{port:int} [{time:time}] {frontend}/[{bind:ip}]:{_:int}: {error:rest}"),
        // `error-log-format` as the configuration manual has it (2.5 and later, section 8.2.5):
        // connections, codes of the error, whether the session was resumed, name, version and
        // cipher of TLS.
        header!(
            "{client}:{port:int} [{time:time}] {frontend:word} {_:int}/{_:int} \
             {code:int}/{tls_code:hex}/{client_code:int}/{ca_code:int}/{_:int} \
             {_}/{_}/{cipher:word}"
        ),
        header!("Connect from {client}:{port:int} to {to}:{to_port:int} ({frontend}/{mode})"),
        header!("{?Backup }Server {backend}/{server:name} is UP{_:rest}"),
        header!("{?Backup }Server {backend}/{server:name} is DOWN{_:rest}"),
        header!("{?Backup }Server {backend}/{server:name} is going DOWN{_:rest}"),
        header!("backend {backend:name} has no server available!"),
        header!(
            "Health check for {?backup }server {backend}/{server:name} {_:name}, reason: {_:rest}"
        ),
        "{?<{priority:int}>}{?{received:time} {?{host:word} }}haproxy[{pid:int}]: {message:rest}",
        "{?<{priority:int}>}{?{received:time} {?{host:word} }}haproxy: {message:rest}",
        // On standard error: `[WARNING]  (8) : ...`, before 2.4 with day and time of day.
        "[{level:level}]{ }{?{_:int}/{_:int} }({pid:int}) : {message:rest}",
    ],
    confidence: 88,
    constants: &[(Column::Process, "haproxy")],
    fields: &[
        source_address(&["client"]),
        source_port(&["port"]),
        peer_address(&["to"]),
        peer_port(&["to_port"]),
        time(&["time", "received"]),
        severity(&["level"]),
        text(&["backend"], Column::Service),
        text(&["server"], Column::Peer),
        text(&["host"], Column::Host),
        text(&["message", "error"], Column::Body),
        keep(&["error"], ERROR),
        keep(&["priority"], PRIORITY),
        keep(&["message"], MESSAGE),
        keep(&["code"], CODES),
        keep(&["tls_code"], CODES + 1),
        keep(&["client_code"], CODES + 2),
        keep(&["ca_code"], CODES + 3),
    ],
    extras: &[("pid", "pid"), ("frontend", "frontend"), ("bind", "bind")],
    finish: Some(finish),
};

fn may_fit(line: &str) -> bool {
    let starts = [
        "Connect from ",
        "Server ",
        "Backup Server ",
        "backend ",
        "Health check for ",
    ];
    let is_told = starts.iter().any(|start| line.starts_with(start))
        || (line.starts_with('[') && line.contains(") : "))
        || has_session_time(line)
        || line.contains("haproxy");
    is_told && !is_session(line) && !is_common(line) && !is_enclosed(line)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_priority(event, PRIORITY, row);
    let has_code = (CODES..CODES + 4).any(|number| {
        let code = event.kept(number);
        code.is_some_and(|code| code.bytes().any(|digit| digit != b'0'))
    });
    if event.kept(ERROR).is_some() || has_code {
        row.outcome(Outcome::Failure);
    }
    if !row.has(Column::Body) {
        let message = without_header(event.text);
        row.text(Column::Body, message);
        put_outcome(message, row);
    }
    let message = event.kept(MESSAGE).unwrap_or_default();
    if let Some(level) = level(&message).filter(|_| !row.has_severity()) {
        row.severity(level);
    }
}

/// Level that a line of the standard error begins with, behind the header of syslog.
fn level(message: &str) -> Option<Severity> {
    let (word, _) = message.strip_prefix('[')?.split_once(']')?;
    Severity::from_word(word)
}

/// What a message says of the health of a server or of all servers of a backend.
fn put_outcome(message: &str, row: &mut Row<'_>) {
    let has = |words: &str| message.contains(words);
    if has(" is DOWN") || has(" has no server available") || has(" failed, reason: ") {
        row.outcome(Outcome::Failure);
    } else if has(" is UP") || has(" succeeded, reason: ") {
        row.outcome(Outcome::Success);
    }
}

/// The message of a line with or without `haproxy[7]: ` in front.
fn without_header(text: &str) -> &str {
    let named = text.find("haproxy").and_then(|place| text.get(place..));
    let message = named.and_then(|text| text.split_once(": "));
    message.map_or(text, |(_, message)| message)
}

#[cfg(test)]
mod tests {
    use super::without_header;

    #[test]
    fn headers_end_before_the_message() {
        let check = |text: &str, expected: &str| assert_eq!(without_header(text), expected);
        check(
            "May  1 10:00:00 lb haproxy[7]: Proxy a started.",
            "Proxy a started.",
        );
        check(
            "Server a/b is DOWN, reason: x",
            "Server a/b is DOWN, reason: x",
        );
    }
}
