//! Error log of nginx, of ingress-nginx too.

use nepho_codec::table::{Event, LineFormat, Lines, keep, severity, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::ends::{put_client, put_peer};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "nginx.error",
    summary: "nginx error logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;
const LEVEL: usize = 1;

static LINES: Lines = Lines {
    name: "nginx.error",
    patterns: &[
        "{time:time} [{level:level}] {pid:int}#{thread:int}: {?*{connection:int} }{message:rest}",
        // What stands in the way of a start is told before there is a log.
        "nginx: [{level:level}] {message:rest}",
    ],
    confidence: 92,
    constants: &[(Column::Process, "nginx")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
        keep(&["level"], LEVEL),
    ],
    extras: &[
        ("pid", "pid"),
        ("thread", "thread"),
        ("connection", "connection"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let level = event.kept(LEVEL);
    let severity = level.and_then(|level| Severity::from_word(&level));
    if severity.is_some_and(|severity| severity >= Severity::ERROR) {
        row.outcome(Outcome::Failure);
    }
    let Some(message) = event.kept(MESSAGE) else {
        return;
    };
    if let Some(user) = refused_user(&message) {
        row.text(Column::Actor, user);
    }
    let about = About::parse(&message);
    put_client(about.client, row);
    if let Some((method, rest)) = about.request.split_once(' ') {
        let target = rest.rsplit_once(' ').map_or(rest, |(target, _)| target);
        row.text(Column::Method, method)
            .text(Column::Path, nepho_codec::message::json::url_path(target));
    }
    put_peer(about.upstream, row);
}

/// Who could not sign in: `user "ada": password mismatch, client: ...`, `user "ada" was not found
/// in "..."` (`src/http/modules/ngx_http_auth_basic_module.c` of github.com/nginx/nginx).
fn refused_user(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("user \"")?;
    let ends = ["\": password mismatch", "\" was not found in "];
    let end = ends.iter().filter_map(|end| rest.find(end)).min()?;
    rest.get(..end).filter(|user| !user.is_empty())
}

/// What nginx adds about the request that a message is of. Empty where it does not.
///
/// Source: `ngx_http_log_error` and `ngx_http_log_error_handler` in nginx, `src/http/
/// ngx_http_request.c`, as of 2026-11-27.
#[derive(Debug, Default, PartialEq, Eq)]
struct About<'a> {
    client: &'a str,
    request: &'a str,
    upstream: &'a str,
}

impl<'a> About<'a> {
    fn parse(message: &'a str) -> Self {
        let Some(start) = message.find(", client: ") else {
            return Self::default();
        };
        let text = message.get(start..).unwrap_or_default();
        let after = |name: &str| text.split_once(name).map_or("", |(_, rest)| rest);
        let quoted = |name: &str| {
            let rest = after(name);
            let end = rest.find("\", ").or_else(|| rest.rfind('"'));
            end.and_then(|end| rest.get(..end)).unwrap_or_default()
        };
        let client = after(", client: ");
        Self {
            client: client.split(',').next().unwrap_or(client),
            request: quoted(", request: \""),
            upstream: quoted(", upstream: \""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{About, refused_user};

    #[test]
    fn users_who_are_refused_are_named() {
        let check = |message: &str, user| assert_eq!(refused_user(message), user);
        check(
            "user \"ada\": password mismatch, client: 10.0.0.7",
            Some("ada"),
        );
        check(
            "user \"a b\" was not found in \"/etc/x\", client: y",
            Some("a b"),
        );
        check("user \"ada\" was fast", None);
    }

    #[test]
    fn messages_tell_of_their_requests() {
        let message = "connect() failed (111: Connection refused) while connecting to upstream, \
            client: 203.0.113.7, server: shop.example.com, request: \"GET /a, b HTTP/1.1\", \
            upstream: \"http://10.0.0.5:8080/a\", host: \"shop.example.com\"";
        let expected = About {
            client: "203.0.113.7",
            request: "GET /a, b HTTP/1.1",
            upstream: "http://10.0.0.5:8080/a",
        };
        assert_eq!(About::parse(message), expected);
        assert_eq!(About::parse("signal process started"), About::default());
        assert_eq!(
            About::parse("x, client: unix:, request: \"GET").client,
            "unix:"
        );
    }
}
