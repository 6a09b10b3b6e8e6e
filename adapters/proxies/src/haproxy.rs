//! What the logs of HAProxy share.

use nepho_codec::table::Event;
use nepho_core::severity::Severity;
use nepho_core::tables::{Outcome, Row};

use crate::enclosed::is_enclosed;

/// Header of syslog, which stands in front of a line unless a collector took it off; all of its
/// parts may be absent.
macro_rules! header {
    ($($rest:literal)*) => {
        concat!(
            "{?{?<{priority:int}>}{?{received:time} {?{host:word} }}{process:name}{?[{pid:int}]}: }",
            $($rest,)*
        )
    };
}
pub(crate) use header;

/// Pattern of a session: the header, who was connected to whom, and then `rest`.
macro_rules! session {
    ($($rest:literal)*) => {
        $crate::haproxy::header!(
            "{client}:{port:int} [{time:time}] {frontend:word} {backend}/{server:word} "
            $($rest)*
        )
    };
}
pub(crate) use session;

/// Fields of every session, and then `more`.
macro_rules! session_fields {
    ($($more:expr),* $(,)?) => {
        &[
            source_address(&["client"]),
            source_port(&["port"]),
            time(&["time"]),
            // Where no backend was chosen, the frontend stands in its place.
            part(&["backend"], Column::Service, $crate::haproxy::frontend),
            part(&["server"], Column::Peer, $crate::haproxy::server),
            duration(&["total"], 1e6),
            text(&["host"], Column::Host),
            text(&["process"], Column::Process),
            $($more),*
        ]
    };
}
pub(crate) use session_fields;

/// Extras of every session, and then `more`.
macro_rules! session_extras {
    ($($more:expr),* $(,)?) => {
        &[
            ("bytes", "bytes"),
            ("frontend", "frontend"),
            ("state", "termination_state"),
            ("retries", "retries"),
            ("queue_time", "queue_ms"),
            ("connect_time", "connect_ms"),
            $($more),*
        ]
    };
}
pub(crate) use session_extras;

/// Sets the severity by the priority that a line stands behind, the [`Event::kept`] value `number`.
pub(crate) fn put_priority(event: &Event<'_>, number: usize, row: &mut Row<'_>) {
    let priority = event.kept(number).and_then(|text| text.parse::<u8>().ok());
    if let Some(severity) = priority.and_then(|priority| Severity::from_syslog(priority & 7)) {
        row.severity(severity);
    }
}

/// Whether a line is one of a session, as its time `[01/May/2024:` tells.
pub(crate) fn may_be_session(line: &str) -> bool {
    has_session_time(line) && !is_enclosed(line)
}

/// Whether a line has the time of a session, `[01/May/2024:`.
pub(crate) fn has_session_time(line: &str) -> bool {
    let mut brackets = line.match_indices('[').take(2);
    brackets.any(|(place, _)| {
        let time = line.as_bytes().get(place + 1..).unwrap_or_default();
        matches!(time, [b'0'..=b'9', b'0'..=b'9', b'/', _, _, _, b'/', ..])
    })
}

/// Whether a line tells of a session: times follow its time, frontend, backend and server. Notices
/// stand between such lines in the same file.
pub(crate) fn is_session(line: &str) -> bool {
    let is_times = |word: &str| {
        word.contains('/') && word.bytes().all(|byte| b"0123456789/-+".contains(&byte))
    };
    let Some((_, rest)) = line.split_once("] ").filter(|_| has_session_time(line)) else {
        return false;
    };
    let mut words = rest.split(' ').skip(1);
    // Connections stand where backend and server would in what `error-log-format` is by example.
    !words.next().is_some_and(is_times) && words.take(2).any(is_times)
}

/// Whether a line tells of a request as the common log does: the request follows the time.
pub(crate) fn is_common(line: &str) -> bool {
    let behind_time = line.split_once("] ").filter(|_| has_session_time(line));
    behind_time.is_some_and(|(_, rest)| rest.starts_with('"'))
}

/// Outcome by how a session ended; nothing where the state alone does not tell.
///
/// Source: HAProxy configuration manual 1.5.18, section 8.5, "Session state at disconnection", read
/// 2026-11-27.
pub(crate) fn put_state(state: &str, row: &mut Row<'_>) {
    // The server refused, reset or was too slow; a limit, a rule or a check of HAProxy ended it;
    // resources ran out; HAProxy is at fault; the server was taken for dead; an operator ended it.
    let has_failed = matches!(
        state.bytes().next(),
        Some(b'S' | b's' | b'P' | b'R' | b'I' | b'D' | b'K')
    );
    if has_failed {
        row.outcome(Outcome::Failure);
    }
}

/// Name without the mark of encrypted connections: `https-in~`.
pub(crate) fn frontend(name: &str) -> &str {
    name.trim_end_matches('~')
}

/// Name of a server; empty for `<NOSRV>` and `<STATS>`, where there was none.
pub(crate) fn server(name: &str) -> &str {
    match name.starts_with('<') {
        true => "",
        false => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_times_behind_their_server() {
        let start = "lb haproxy[7]: 10.0.0.1:2 [01/May/2024:10:00:00.655]";
        let check = |rest: &str, expected| {
            assert_eq!(is_session(&format!("{start} {rest}")), expected, "{rest}");
        };
        check("web cart/cart-1 0/0/5007 212 --", true);
        check("web cart/<NOSRV> {x} -1/-1/-1/-1/+6001 408 212", true);
        check("web/1: SSL handshake failure", false);
        check("web/1: 0/0/5007", false);
        check("web~ 81/81 34/0/0/0/0 shop/TLSv1.3/X", false);
    }

    #[test]
    fn sessions_have_a_time_in_brackets() {
        assert!(has_session_time(
            "lb haproxy[7]: 10.0.0.1:2 [01/May/2024:10:00:00.655] a"
        ));
        assert!(!has_session_time("2024-05-01 10:00:00 [main] started"));
    }
}
