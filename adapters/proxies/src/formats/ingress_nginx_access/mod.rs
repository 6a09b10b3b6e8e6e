//! Access log of ingress-nginx, the ingress controller of the Kubernetes project.

use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, http_status, keep, part, text, time,
};
use nepho_core::tables::{Column, Row};

use crate::enclosed::is_enclosed;
use crate::ends::{put_client, put_peer};
use crate::lists;
use crate::request::put_request;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "ingress_nginx.access",
    summary: "Access logs of the ingress-nginx controller",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, |line| !is_enclosed(line)))),
});

const CLIENT: usize = 0;
const REQUEST: usize = 1;
const UPSTREAM: usize = 2;

static LINES: Lines = Lines {
    name: "ingress_nginx.access",
    patterns: &[concat!(
        // Versions before 0.25 have the address twice.
        r#"{client} - {?[{_}] - }{user} [{time:time}] "{request}" {status:int} {bytes:int} "#,
        r#""{referer:quoted}" "{agent:quoted}" {length:int} {seconds:number} [{service}] "#,
        "{upstream:rest}",
    )],
    confidence: 93,
    constants: &[(Column::Provider, "kubernetes")],
    fields: &[
        keep(&["client"], CLIENT),
        text(&["user"], Column::Actor),
        time(&["time"]),
        keep(&["request"], REQUEST),
        http_status(&["status"]),
        text(&["agent"], Column::UserAgent),
        duration(&["seconds"], 1e9),
        part(&["service"], Column::Service, lists::upstream_name),
        keep(&["upstream"], UPSTREAM),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("length", "bytes_received"),
        ("referer", "referer"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
    if let Some(request) = event.kept(REQUEST) {
        put_request(&request, row);
    }
    let Some(upstream) = event.kept(UPSTREAM) else {
        return;
    };
    // Newer versions put the other upstream, that of a canary, before the addresses.
    let upstream = upstream.trim_end();
    let lists = match upstream
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        Some((_, lists)) if is_name(upstream) => lists,
        _ => upstream,
    };
    let lists = lists::split(lists);
    if let [address, _bytes, _seconds, _status, more @ ..] = lists.as_slice() {
        put_peer(lists::last(address), row);
        row.text(Column::RequestId, request_id(more));
    }
}

/// Id of a request: the last word, or where operators add more behind it, what looks like one of
/// nginx, of 32 hexadecimal digits (`$request_id`).
fn request_id<'a>(words: &[&'a str]) -> &'a str {
    let is_id = |word: &&str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut words = words.iter().copied();
    let last = words.clone().next_back().unwrap_or_default();
    match is_id(&last) {
        true => last,
        false => words.find(is_id).unwrap_or(last),
    }
}

/// Whether brackets hold the name of an upstream, not an IPv6 address: `[shop-canary-80] `.
fn is_name(upstream: &str) -> bool {
    let inside = upstream
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next());
    inside.is_some_and(|inside| !inside.contains(':'))
}
