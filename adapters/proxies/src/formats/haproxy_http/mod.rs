//! HAProxy's log of HTTP requests: `option httplog`, `option httplog clf` and `option httpslog`.

use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, keep, part, put_status, source_address, source_port,
    text, time,
};
use nepho_core::tables::{Column, Row};

use crate::haproxy::{
    header, may_be_session, put_priority, put_state, session, session_extras, session_fields,
};
use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "haproxy.http_access",
    summary: "HAProxy logs of HTTP requests",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, may_be_session))),
});

const STATUS: usize = 0;
const STATE: usize = 1;
const REST: usize = 2;
const PRIORITY: usize = 3;
const REQUEST: usize = 4;

static LINES: Lines = Lines {
    name: "haproxy.http_access",
    patterns: &[
        session!(
            "{?{_:name} }"
            "{_:int}/{queue_time:int}/{connect_time:int}/{response_time:int}/{?+}{total:int} "
            "{status:int} {?+}{bytes:int} {_:word} {_:word} {state:word} "
            "{_:int}/{_:int}/{_:int}/{_:int}/{?+}{retries:int} {_:int}/{_:int} {rest:rest}"
        ),
        // `clf`: a common log, and behind it, a value a word, what the other log has.
        header!(
            "{client} - - [{time:time}] \"{request}\" {status:int} {?+}{bytes:int} \"\" \"\" "
            "{port:int} {_:int} \"{frontend}\" \"{backend}\" \"{server}\" "
            "{_:int} {queue_time:int} {connect_time:int} {response_time:int} {?+}{total:int} "
            "{?\"}{state:name}{?\"} {_:int} {_:int} {_:int} {_:int} {?+}{retries:int}{_:rest}"
        ),
    ],
    confidence: 92,
    constants: &[(Column::Process, "haproxy")],
    fields: session_fields![
        keep(&["status"], STATUS),
        keep(&["state"], STATE),
        keep(&["rest"], REST),
        keep(&["priority"], PRIORITY),
        keep(&["request"], REQUEST),
    ],
    extras: session_extras![("response_time", "response_ms"),],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    put_priority(event, PRIORITY, row);
    // A session without an answer has status -1.
    let status = event.kept(STATUS).and_then(|status| status.parse().ok());
    if let Some(status) = status.filter(|status| *status > 0) {
        put_status(status, row);
    }
    if let Some(state) = event.kept(STATE) {
        put_state(&state, row);
    }
    if let Some(rest) = event.kept(REST) {
        put_request(request_of(&rest), row);
    }
    if let Some(request) = event.kept(REQUEST) {
        put_request(&request, row);
    }
}

/// Request of `{captured|headers} {of the answer} "GET / HTTP/1.1" ...`; HAProxy writes a quote in
/// it as `#22`. Captured headers are passed over, as they may be secrets.
fn request_of(mut rest: &str) -> &str {
    while let Some(captured) = rest.strip_prefix('{') {
        let Some((_, after)) = captured.split_once("} ") else {
            return "";
        };
        rest = after;
    }
    let request = rest.strip_prefix('"').unwrap_or_default();
    request.split('"').next().unwrap_or(request)
}

#[cfg(test)]
mod tests {
    use super::request_of;

    #[test]
    fn requests_stand_behind_captured_headers() {
        assert_eq!(
            request_of("{a|\"b\"} {} \"GET / HTTP/1.1\" 0/0"),
            "GET / HTTP/1.1"
        );
        assert_eq!(request_of("\"<BADREQ>\""), "<BADREQ>");
        assert_eq!(request_of("\"GET /cut"), "GET /cut");
        assert_eq!(request_of("{cut"), "");
    }
}
