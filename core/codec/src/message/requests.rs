//! Lines in which web frameworks tell a request.
//!
//! Layouts, by the source code (read 2026-11-28): Gin `defaultLogFormatter`, Uvicorn
//! `AccessFormatter`, Rails `Rails::Rack::Logger` and `ActionController::LogSubscriber`, Django
//! `WSGIRequestHandler`, Morgan `dev`, Serilog `UseSerilogRequestLogging`.

use nepho_core::tables::{Column, Row};

use super::json::url_path;
use crate::bytes::find_near;
use crate::table::{address, put_status};
use crate::time;

/// Sets what `[GIN] 2026/05/12 - 14:00:00 | 200 | 1.2ms | 10.0.0.5 | GET "/x"` tells; gives whether
/// the text is such a line.
pub(super) fn gin(text: &str, row: &mut Row<'_>) -> bool {
    let Some(rest) = text.strip_prefix("[GIN] ") else {
        return false;
    };
    let mut parts = rest.splitn(5, '|').map(str::trim);
    let (Some(when), Some(status), Some(latency), Some(client), Some(request)) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return false;
    };
    let Ok(status) = status.parse::<i32>() else {
        return false;
    };
    // `2026/05/12 - 14:00:00`
    if let Some((day, clock)) = when.split_once(" - ")
        && let Some((midnight, _)) =
            time::prefix(&format!("{day} {clock}"), row.record().stream.reference())
    {
        row.time(midnight);
    }
    put_status(status, row);
    if let Some(nanos) = time::duration(latency, 1.0) {
        row.duration(nanos);
    }
    put_client(client, row);
    if let Some((method, target)) = request.split_once(' ') {
        put_target(method, target.trim_start(), row);
    }
    row.text(Column::Body, rest);
    true
}

/// Sets what the body of a line tells of a request.
pub(super) fn describe(body: &str, row: &mut Row<'_>) {
    match body.as_bytes().first() {
        Some(b'0'..=b'9' | b'[') if uvicorn(body, row) => {}
        Some(b'0'..=b'9') if fiber(body, row) || php_server(body, row) => {}
        Some(b'[') if serilog(behind_clock(body), row) => {}
        Some(b'S' | b'[') => rails(body, row),
        Some(b'"') => django(body, row),
        Some(b'H') if serilog(body, row) => {}
        Some(b'C') if body.starts_with("Completed ") => rails(body, row),
        Some(b'A'..=b'Z') if is_request(body) => morgan(body, row),
        _ => {}
    }
}

/// `10.0.0.5:43210 - "GET /x?y HTTP/1.1" 200 OK`.
fn uvicorn(body: &str, row: &mut Row<'_>) -> bool {
    let head = body.as_bytes();
    let head = head.get(..60).unwrap_or(head);
    let Some(end) = find_near(head, b' ') else {
        return false;
    };
    let Some(request) = body[end..].strip_prefix(" - \"") else {
        return false;
    };
    let (Some((_, rest)), Some((client, port))) = (request.rsplit_once('"'), address(&body[..end]))
    else {
        return false;
    };
    let status = rest.trim_start().split(' ').next().unwrap_or_default();
    let Some(status) = status
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))
    else {
        return false;
    };
    row.text(Column::SourceIp, client);
    if let Some(port) = port {
        row.source_port(port);
    }
    put_status(status, row);
    true
}

/// `14:00:00 | 500 |  12.3ms |  10.0.0.5 | GET | /x | message`, the default of the logger of Fiber
/// (docs.gofiber.io/api/middleware/logger, as of 2026-12-01, not read).
fn fiber(body: &str, row: &mut Row<'_>) -> bool {
    if body.as_bytes().get(8..11) != Some(b" | ") {
        return false;
    }
    let mut parts = body.splitn(7, '|').map(str::trim).skip(1);
    let mut part = || parts.next().unwrap_or_default();
    let (status, latency, client, method, target) = (part(), part(), part(), part(), part());
    let Some(status) = status_of(status).filter(|_| target.starts_with('/')) else {
        return false;
    };
    put_client(client, row);
    put_target(method, target, row);
    put_status(status, row);
    if let Some(nanos) = time::duration(latency, 1.0) {
        row.duration(nanos);
    }
    true
}

/// `127.0.0.1:51158 [500]: GET /x` of the development server of PHP.
fn php_server(body: &str, row: &mut Row<'_>) -> bool {
    let Some((client, rest)) = body.split_once(" [") else {
        return false;
    };
    let Some((status, request)) = rest.split_once("]: ") else {
        return false;
    };
    let (Some(status), Some((method, target))) = (status_of(status), request.split_once(' '))
    else {
        return false;
    };
    if address(client).is_none() || !target.starts_with('/') {
        return false;
    }
    put_client(client, row);
    put_target(method, target.split(' ').next().unwrap_or(target), row);
    put_status(status, row);
    true
}

/// `"GET /x HTTP/1.1" 500 145`, with which a line ends; a trace may stand below it.
fn django(body: &str, row: &mut Row<'_>) {
    let body = body.split('\n').next().unwrap_or_default();
    if let Some((_, rest)) = body.rsplit_once("\" ")
        && let Some((status, bytes)) = rest.trim_end().split_once(' ')
        && bytes.bytes().all(|byte| byte.is_ascii_digit())
        && let Some(status) = status_of(status)
    {
        put_status(status, row);
    }
}

/// What stands behind `[14:00:00 INF] `, with which the console of Serilog begins by default
/// (github.com/serilog/serilog-sinks-console, as of 2026-11-30).
fn behind_clock(body: &str) -> &str {
    match body.as_bytes() {
        [
            b'[',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _,
            b' ',
            _,
            _,
            _,
            b']',
            b' ',
            ..,
        ] => body.get(15..).unwrap_or_default(),
        _ => body,
    }
}

/// `HTTP GET /x responded 500 in 12.3456 ms`; gives whether it is one.
fn serilog(body: &str, row: &mut Row<'_>) -> bool {
    let Some(rest) = body.strip_prefix("HTTP ") else {
        return false;
    };
    let Some((request, result)) = rest.split_once(" responded ") else {
        return false;
    };
    let (Some((method, target)), Some((status, latency))) =
        (request.split_once(' '), result.split_once(" in "))
    else {
        return false;
    };
    let latency = latency.lines().next().unwrap_or_default().trim();
    let (Some(status), true) = (status_of(status), latency.ends_with("ms")) else {
        return false;
    };
    put_target(method, target, row);
    put_status(status, row);
    if let Some(nanos) = time::duration(latency, 1e6) {
        row.duration(nanos);
    }
    true
}

/// Whether a text begins with a method, a path and a status.
fn is_request(body: &str) -> bool {
    let head = body.as_bytes();
    let method = head
        .iter()
        .take(9)
        .take_while(|byte| byte.is_ascii_uppercase());
    let length = method.count();
    let Some(path) = head.get(length + 1..).filter(|path| path.starts_with(b"/")) else {
        return false;
    };
    let status = memchr::memchr(b' ', path).and_then(|end| path.get(end + 1..end + 5));
    let is_status = matches!(status, Some([b'1'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ']));
    (3..9).contains(&length) && is_status
}

/// `GET /x?y 200 12.345 ms - 123`, where the answer has come.
fn morgan(body: &str, row: &mut Row<'_>) {
    let mut words = body.trim_end().split(' ');
    let (Some(method), Some(target), Some(status), Some(latency), Some("ms"), Some("-"), Some(_)) = (
        words.next(),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
        words.next(),
    ) else {
        return;
    };
    if let Some(status) = status_of(status).filter(|_| target.starts_with('/'))
        && words.next().is_none()
    {
        put_target(method, target, row);
        put_status(status, row);
        if let Some(nanos) = time::duration(latency, 1e6) {
            row.duration(nanos);
        }
    }
}

fn status_of(text: &str) -> Option<i32> {
    let status = text.parse().ok()?;
    (100..600).contains(&status).then_some(status)
}

/// `Started GET "/x?y=1" for 192.0.2.1 at 2026-05-12 14:00:00 +0200`, `Completed 200 OK in 12ms`;
/// tags may stand before.
fn rails(body: &str, row: &mut Row<'_>) {
    let text = behind_tags(body);
    if let Some(rest) = text.strip_prefix("Started ")
        && let Some((method, rest)) = rest.split_once(" \"")
        && let Some((target, rest)) = rest.split_once("\" for ")
    {
        put_target(method, target, row);
        let (client, when) = rest.split_once(" at ").unwrap_or((rest, ""));
        put_client(client, row);
        if !row.has_time()
            && let Some(time) = time::parse(when)
        {
            row.time(time);
        }
    } else if let Some(rest) = text.strip_prefix("Completed ")
        && let Some((status, rest)) = rest.split_at_checked(3)
        && let Ok(status) = status.parse()
        && (100..600).contains(&status)
        // `OK`, `Internal Server Error`: a sentence goes on with a word in small letters.
        && rest.starts_with(' ')
        && rest[1..].starts_with(|c: char| c.is_ascii_uppercase())
        && let Some((_, latency)) = rest.split_once(" in ")
        && let Some(latency) = latency.split(' ').next()
        && latency.ends_with("ms")
    {
        put_status(status, row);
        if let Some(nanos) = time::duration(latency, 1e6) {
            row.duration(nanos);
        }
    }
}

/// What stands behind `[tag] [other] `.
fn behind_tags(body: &str) -> &str {
    let bytes = body.as_bytes();
    if bytes.first() != Some(&b'[') {
        return body;
    }
    let mut at = 0;
    while let Some(end) = find_near(bytes.get(at..).unwrap_or_default(), b']') {
        at += end + 1;
        if bytes.get(at) == Some(&b' ') {
            return body.get(at + 1..).unwrap_or(body);
        }
    }
    body
}

fn put_client(client: &str, row: &mut Row<'_>) {
    if let Some((client, port)) = address(client) {
        row.text(Column::SourceIp, client);
        if let Some(port) = port {
            row.source_port(port);
        }
    }
}

fn put_target(method: &str, target: &str, row: &mut Row<'_>) {
    let is_method =
        (3..=8).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_method {
        let end = target.find('\n').unwrap_or(target.len());
        row.text(Column::Method, method)
            .text(Column::Path, url_path(target[..end].trim_matches('"')));
    }
}
