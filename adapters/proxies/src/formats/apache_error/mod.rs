//! Error log of the Apache HTTP server, 2.2 and 2.4.

use std::net::Ipv6Addr;

use nepho_codec::table::{Event, GuardedLines, Lines, address, keep, severity_of, text, time};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use crate::ends::put_client;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "apache.error",
    summary: "Apache error logs",
    permissions: &[],
    make: Make::Format(|| Box::new(ApacheError(GuardedLines::new(&LINES, is_of_apache)))),
});

const MESSAGE: usize = 0;
const LEVEL: usize = 1;
const MODULE: usize = 2;

/// Levels of the directive `LogLevel`.
static LEVELS: &[(&str, Severity)] = &[
    ("emerg", Severity::FATAL),
    ("alert", Severity::ALERT),
    ("crit", Severity::CRITICAL),
    ("error", Severity::ERROR),
    ("warn", Severity::WARN),
    ("notice", Severity::NOTICE),
    ("info", Severity::INFO),
    ("debug", Severity::DEBUG),
    ("trace1", Severity::TRACE),
    ("trace2", Severity::TRACE),
    ("trace3", Severity::TRACE),
    ("trace4", Severity::TRACE),
    ("trace5", Severity::TRACE),
    ("trace6", Severity::TRACE),
    ("trace7", Severity::TRACE),
    ("trace8", Severity::TRACE),
];

static LINES: Lines = Lines {
    name: "apache.error",
    patterns: &[
        "[{time:time}] [{?{module:name}}:{level:name}] [pid {pid:int}{?:tid {thread:int}}] \
         {message:rest}",
        "[{time:time}] [{level:level}] {message:rest}",
        "[{time:time}] [{?{module:name}}:{level:name}] {message:rest}",
        // To syslog (`ErrorLog syslog`), which has the time.
        "[{?{module:name}}:{level:name}] [pid {pid:int}{?:tid {thread:int}}] {message:rest}",
        "[{level:level}] {message:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        severity_of(&["level"], LEVELS),
        text(&["module"], Column::Process),
        keep(&["message"], MESSAGE),
        keep(&["level"], LEVEL),
        keep(&["module"], MODULE),
    ],
    extras: &[("module", "module"), ("pid", "pid"), ("thread", "thread")],
    finish: Some(finish),
};

/// The table, and the process that an envelope names.
struct ApacheError(GuardedLines);

impl Format for ApacheError {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        self.0.sniff(sample)
    }

    fn marks(&self) -> Vec<Marks> {
        self.0.marks()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decoder> {
        Box::new(ApacheErrorDecoder(self.0.decoder(stream)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

struct ApacheErrorDecoder(Box<dyn Decoder>);

impl Decoder for ApacheErrorDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let process = record.envelope.get(Column::Process).unwrap_or_default();
        match is_server(process) || !is_of_syslog(record.text) {
            true => self.0.decode(record, out),
            false => Verdict::NotMine,
        }
    }
}

/// Whether a process that syslog names is the server: `httpd`, `apache2`, `/usr/sbin/apache2`,
/// and `httpd/shop` of `ErrorLog syslog:local7:httpd/shop`.
fn is_server(process: &str) -> bool {
    let is_name = |name: &str| name.starts_with("httpd") || name.starts_with("apache");
    process.is_empty() || process.split('/').any(is_name)
}

/// Whether a line begins with a day of the week, or has a module and a process behind another time
/// (`ErrorLogFormat` with `%{cu}t`, or that of access logs):
/// `[2026-05-12 14:00:00.123456] [core:error] [pid 7`, `[12/May/2026:14:00:00 +0000] [core:error]`.
/// Behind a module must stand a level of Apache's: others write `[worker:3]`.
fn is_of_apache(line: &str) -> bool {
    if is_of_syslog(line) {
        return true;
    }
    let (head, rest) = line
        .split_once("] [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .unwrap_or_default();
    let level = head.split_once(':').map(|(_, level)| level);
    if begins_with_weekday(line) {
        return level.is_none_or(is_level);
    }
    let bytes = line.as_bytes();
    let is_dated = bytes.first() == Some(&b'[')
        && (bytes.get(5) == Some(&b'-') || matches!(bytes.get(3..13), Some([b'/', .., b':'])));
    is_dated && head.len() < 40 && level.is_some_and(is_level) && rest.starts_with(" [pid ")
}

/// Whether a word is a level, in the small letters in which the server writes it.
fn is_level(word: &str) -> bool {
    LEVELS.iter().any(|(level, _)| *level == word)
}

/// Whether a line is one without its time, as syslog gets it: `[core:error] [pid 7:tid 8] AH00035:
/// ...`, or of version 2.2 `[error] [client 203.0.113.7] ...` (`server/log.c` of
/// github.com/apache/httpd). Other programs put words in brackets as well, so an address, or the
/// number of a message, must stand behind them.
fn is_of_syslog(line: &str) -> bool {
    // Modules and levels are short, and written small.
    if !matches!(line.as_bytes(), [b'[', b'a'..=b'z' | b':', ..]) {
        return false;
    }
    let end = line.bytes().take(40).position(|byte| byte == b']');
    let parts = end.and_then(|end| Some((line.get(1..end)?, line.get(end..)?.strip_prefix("] ")?)));
    let Some((head, rest)) = parts else {
        return false;
    };
    match head.split_once(':') {
        Some((_, level)) => {
            let message = rest
                .strip_prefix("[pid ")
                .and_then(|rest| Some(rest.split_once("] ")?.1));
            is_level(level) && message.is_some_and(is_of_server)
        }
        None => is_level(head) && names_client(rest),
    }
}

/// Whether a message without time names a client or its own number, or is one of PHP. The error of
/// the system may stand before it: `(13)Permission denied: [client ...`.
fn is_of_server(message: &str) -> bool {
    let error = message.strip_prefix('(').and_then(|rest| {
        let (number, rest) = rest.split_once(')')?;
        number.parse::<u32>().ok()?;
        Some(rest.split_once(": ")?.1)
    });
    let message = error.unwrap_or(message);
    let number = message.strip_prefix("AH").unwrap_or_default();
    number.starts_with(|sign: char| sign.is_ascii_digit())
        || message.starts_with("PHP ")
        || names_client(message)
}

/// Whether a message begins with `[client ` or `[remote ` and an address.
fn names_client(message: &str) -> bool {
    let rest = message.strip_prefix("[client ");
    let rest = rest.or_else(|| message.strip_prefix("[remote "));
    let client = rest.and_then(|rest| Some(rest.split_once("] ")?.0));
    client.is_some_and(|client| address(client).is_some() || split_port(client).is_some())
}

/// Whether a line begins with a day of the week, `[Mon `: without it, the older shape could be of
/// any program.
fn begins_with_weekday(line: &str) -> bool {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = line.strip_prefix('[').and_then(|rest| rest.get(..4));
    day.is_some_and(|day| day.ends_with(' ') && days.contains(&day.trim_end()))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let is_failure = event
        .kept(LEVEL)
        .is_some_and(|level| matches!(&*level, "emerg" | "alert" | "crit" | "error"));
    if is_failure {
        row.outcome(Outcome::Failure);
    }
    let Some(message) = event.kept(MESSAGE) else {
        return;
    };
    let Some((before, client, rest)) = split_client(&message) else {
        row.text(Column::Body, &message);
        return;
    };
    if let Some(user) = refused_user(rest) {
        row.text(Column::Actor, user);
    }
    match split_port(client).filter(|_| event.kept(MODULE).is_some()) {
        Some((address, port)) => {
            row.text(Column::SourceIp, address).source_port(port);
        }
        None => put_client(client, row),
    }
    match before {
        "" => row.text(Column::Body, rest),
        before => row.text(Column::Body, &format!("{before}{rest}")),
    };
}

/// Who could not sign in: `AH01617: user ada: authentication failure for "/": Password Mismatch`,
/// `user ada not found: /` (`modules/aaa/mod_auth_basic.c` of github.com/apache/httpd).
fn refused_user(message: &str) -> Option<&str> {
    let message = match message.split_once(": ") {
        Some((number, rest)) if number.starts_with("AH") => rest,
        _ => message,
    };
    let rest = message.strip_prefix("user ")?;
    let ends = [": authentication failure for ", " not found: "];
    let end = ends.iter().filter_map(|end| rest.find(end)).min()?;
    rest.get(..end).filter(|user| !user.is_empty())
}

/// What stands before `[client 203.0.113.7:1234] `, the client, and what follows. It is `[remote `
/// where there is a connection without a request (`server/log.c` of github.com/apache/httpd).
/// The source file and the error of the system may stand before it: `(13)Permission denied: `.
fn split_client(message: &str) -> Option<(&str, &str, &str)> {
    let named = message.split_once("[client ");
    let (before, rest) = named.or_else(|| message.split_once("[remote "))?;
    if !(before.is_empty() || before.ends_with(": ")) {
        return None;
    }
    let (client, rest) = rest.split_once("] ")?;
    (!client.contains(' ')).then_some((before, client, rest))
}

/// IPv6 address and port of `2001:db8::7:443`: version 2.4 writes a port behind every address, and
/// no brackets around it.
fn split_port(client: &str) -> Option<(&str, u16)> {
    let (address, port) = client.rsplit_once(':')?;
    let is_whole = address.parse::<Ipv6Addr>().is_ok();
    Some((address, port.parse().ok()?)).filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_found() {
        let check = |message: &str, expected| assert_eq!(split_client(message), expected);
        check("[client ::1] x", Some(("", "::1", "x")));
        check(
            "(13)Permission denied: [client 10.0.0.1:5] AH1: y",
            Some(("(13)Permission denied: ", "10.0.0.1:5", "AH1: y")),
        );
        check(
            "[remote 10.0.0.1:5] AH1: y",
            Some(("", "10.0.0.1:5", "AH1: y")),
        );
        check("AH00163: resuming", None);
        check("see [client x] y", None);
    }

    #[test]
    fn ports_stand_behind_addresses() {
        assert_eq!(split_port("2001:db8::7:443"), Some(("2001:db8::7", 443)));
        assert_eq!(split_port("2001:db8::7"), None);
        assert_eq!(split_port("10.0.0.1:443"), None);
    }

    #[test]
    fn lines_begin_with_a_weekday() {
        assert!(begins_with_weekday("[Mon Dec 26 16:22:08 2016] [error] x"));
        assert!(!begins_with_weekday("[2016-12-26 16:22:08] [error] x"));
        assert!(!begins_with_weekday("[Monitor] x"));
        let dated = "[2026-05-12 14:00:00.123456] [core:error] [pid 7:tid 8] x";
        assert!(is_of_apache(dated));
        assert!(!is_of_apache("[2026-05-12 14:00:00] [error] [pid 7] x"));
        assert!(!is_of_apache("[2026-05-12 14:00:00] [a:error] x"));
        assert!(is_of_apache("[:error] [pid 7] [client 10.0.0.1:5] x"));
        assert!(is_of_apache("[core:warn] [pid 7:tid 8] AH00111: x"));
        assert!(is_of_apache(
            "[core:error] [pid 7] (13)Permission denied: [client ::1:5] x"
        ));
        assert!(is_of_apache("[:error] [pid 7] PHP Warning:  x"));
        assert!(!is_of_apache("[core:warn] [pid 7:tid 8] x"));
        assert!(!is_of_apache("[queue:error] [pid 7] job failed"));
        assert!(!is_of_apache("[queue:error] [pid 7] [client pool] lost"));
        assert!(!is_of_apache(
            "[elixir:info] [pid 4] request_id=abc started"
        ));
        assert!(!is_of_apache("[error] [client pool] lost"));
        assert!(!is_of_apache("[info] [client app] started"));
        assert!(is_of_apache("[error] [client 10.0.0.1] x"));
        assert!(!is_of_apache("[error] [worker 3] x"));
        assert!(!is_of_apache("[error] client 10.0.0.1 went away"));
        assert!(!is_of_apache("[app:error] [request 7] x"));
        assert!(!is_of_apache("[shop:main] [pid 7] x"));
        assert!(!is_of_apache("[pid 7] [error] x"));
    }

    #[test]
    fn behind_a_module_stands_a_level() {
        let check = |rest: &str, expected: bool| {
            let line = format!("[Sat May  2 10:00:00 2026] {rest}");
            assert_eq!(is_of_apache(&line), expected, "{rest}");
        };
        check("[core:notice] [pid 7] AH00094: x", true);
        check("[:error] x", true);
        check("[error] [client 10.0.0.1] x", true);
        check("[ERROR:root] broken", false);
        check("[drm:i915_hangcheck_elapsed] *ERROR* Hangcheck", false);
        check("[10.0.0.7:5000] connected", false);
        check("[web-1:8080] GET / 500", false);
        check("[12:30] lunch", false);
        check("[/app/main.py:33] x", false);
        check("[worker:3] x", false);
    }

    #[test]
    fn the_server_has_its_name() {
        assert!(is_server("") && is_server("httpd") && is_server("/usr/sbin/apache2"));
        assert!(is_server("httpd/shop") && is_server("apache2"));
        assert!(!is_server("worker") && !is_server("shop/worker"));
    }

    #[test]
    fn users_who_are_refused_are_named() {
        let check = |message: &str, user| assert_eq!(refused_user(message), user);
        check(
            "AH01617: user ada: authentication failure for \"/\": Password Mismatch",
            Some("ada"),
        );
        check("user ada b not found: /x", Some("ada b"));
        check("AH01630: client denied by server configuration: /x", None);
    }
}
