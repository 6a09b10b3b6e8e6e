//! Log of Redis, Sentinel, Valkey and KeyDB.

use nepho_codec::table::{
    Event, GuardedLines, Lines, keep, severity_of, source_address, text, time,
};
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "redis.log",
    summary: "Redis, Sentinel and Valkey server log",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, is_mine))),
});

const VERBOSE: usize = 0;
const CLOCK: usize = 1;
const COMMAND: usize = 2;

static LINES: Lines = Lines {
    name: "redis.log",
    patterns: &[
        // From 3.0 on; with a year from 5.0 on.
        "{pid:int}:{role:M|S|C|X} {time:time} {level:.|*|#} {message:rest}",
        "{pid:int}:{role:M|S|C|X} {time:time} {verbose:- |-\t}{message:rest}",
        // KeyDB names the thread as well.
        "{pid:int}:{_:int}:{role:M|S|C|X} {time:time} {level:.|*|#} {message:rest}",
        "{pid:int}:{_:int}:{role:M|S|C|X} {time:time} {verbose:- |-\t}{message:rest}",
        "{pid:int}:signal-handler ({time:int}) {message:rest}",
        // Before 3.0; of 2.0, and of Windows.
        "[{pid:int}] {time:time} {level:.|*|#} {message:rest}",
        "[{pid:int}] {time:time} {verbose:- |-\t}{message:rest}",
        "[{pid:int} | signal handler] ({time:int}) {message:rest}",
        "{_:int} {_:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec} \
         {clock:name}:{_:int}:{_:number} {level:.|*|#} {message:rest}",
        "{_:int} {_:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec} \
         {clock:name}:{_:int}:{_:number} {verbose:- |-\t}{message:rest}",
        // Valkey with `log-format logfmt`.
        "pid={pid:int} role={role} timestamp={?\"}{time:time}{?\"} level={word:name} \
         message=\"{message:quoted}\"",
        // What `MONITOR` shows: when, in which database and from where, and the command.
        "{time:number} [{database:int} {client}] \"{command:quoted}\"{?{ }{_:rest}}",
    ],
    confidence: 85,
    constants: &[(Column::Process, "redis-server")],
    fields: &[
        time(&["time"]),
        severity_of(
            &["level", "word"],
            &[
                (".", Severity::DEBUG),
                ("*", Severity::NOTICE),
                ("#", Severity::WARN),
                ("debug", Severity::DEBUG),
                ("verbose", Severity::DEBUG),
                ("info", Severity::DEBUG),
                ("notice", Severity::NOTICE),
                ("warning", Severity::WARN),
            ],
        ),
        text(&["message"], Column::Body),
        source_address(&["client"]),
        text(&["command"], Column::Action),
        keep(&["command"], COMMAND),
        keep(&["verbose"], VERBOSE),
        keep(&["clock"], CLOCK),
    ],
    extras: &[("pid", "pid"), ("role", "role"), ("database", "database")],
    finish: Some(finish),
};

/// Whether a line is none of Node-RED, which writes times as version 2.0 did, and a level in
/// brackets behind them: `31 Aug 11:39:24 - [info] message`.
fn is_mine(line: &str) -> bool {
    let rest = line
        .get(line.len().min(12)..line.len().min(32))
        .unwrap_or_default();
    !matches!(
        line.as_bytes(),
        [b'0'..=b'9', _, b' ', ..] | [b'0'..=b'9', b' ', ..]
    ) || !rest.contains(" - [")
}

/// Commands with passwords among what follows their names.
const SECRET: [&str; 5] = ["acl", "auth", "config", "hello", "migrate"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept(VERBOSE).is_some() {
        row.severity(Severity::DEBUG);
    }
    if let Some(name) = event.kept(COMMAND)
        && let Some((_, command)) = event.text.split_once("] ")
    {
        let is_secret = SECRET.iter().any(|held| held.eq_ignore_ascii_case(&name));
        row.text(Column::Body, if is_secret { &name } else { command });
    }
    if event.kept(CLOCK).is_some() {
        let reference = row.record().stream.reference();
        if let Some((time, _)) = time::prefix(event.text, reference) {
            row.time(time);
        }
    }
    service::fill(row, "redis");
}

#[cfg(test)]
mod tests {
    use super::is_mine;

    #[test]
    fn a_level_in_brackets_is_none_of_redis() {
        assert!(!is_mine(
            "31 Aug 11:39:24 - [info] Node-RED version: v0.17.2"
        ));
        assert!(!is_mine("1 Aug 11:39:24 - [warn] [rpi-gpio] Info : no"));
        assert!(is_mine("31 Aug 11:39:24 - Accepted 10.0.0.7:1234"));
        assert!(is_mine("31 Aug 11:39:24 * Server started"));
        assert!(is_mine("12:M 12 May 2026 14:04:00.123 # no [room]"));
    }
}
