//! Access log of a web server in the shape that NCSA httpd began: common, combined, and what is
//! added in front and behind.

mod line;
mod proxy_manager;
mod tail;

use nepho_codec::message::json::url_path;
use nepho_codec::table::put_status;
use nepho_codec::time;
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Row};

use crate::ends::{client_of, is_public_text, put_client, put_peer, service_of};
use crate::request::put_request;
use line::{Line, parse};
use tail::Tail;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Common and combined access logs of nginx, Apache and their relatives",
    permissions: &[],
    make: Make::Format(|| Box::new(AccessLog)),
});

const NAME: &str = "proxies.access_log";
/// No other log looks like it, but a vendor's own variant knows more.
const CONFIDENCE: Confidence = Confidence(60);

struct AccessLog;

impl Format for AccessLog {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let is_mine = sample.json.is_none() && parse(sample.text).is_some();
        match is_mine {
            true => CONFIDENCE,
            false => Confidence::NO,
        }
    }

    fn marks(&self) -> Vec<Marks> {
        // A host, an address, a list of addresses in quotes, `-`, or `[httpd]`.
        let mut bytes = [false; 256];
        for (byte, may_begin) in (0..=u8::MAX).zip(&mut bytes) {
            *may_begin = byte.is_ascii_alphanumeric() || b"_-:\"*[".contains(&byte);
        }
        vec![Marks::beginning(bytes).with(&["[", "] ", " \"", "\" "])]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AccessLogDecoder)
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(line) = parse(raw) else {
            return;
        };
        let tail = tail_of(&line);
        let named = [
            ("bytes", line.bytes),
            ("referer", tail.referer),
            ("x_forwarded_for", tail.forwarded_for),
            ("upstream_status", tail.upstream_status),
            ("cache_status", tail.cache_status),
        ];
        for (name, value) in named {
            if !matches!(value, "" | "-") {
                found(name, value);
            }
        }
    }
}

struct AccessLogDecoder;

impl Decoder for AccessLogDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Some(line) = parse(record.text) else {
            return Verdict::NotMine;
        };
        let Some(when) = time::parse_near(line.time, record.stream.reference()) else {
            return Verdict::Reject(format!("time: `{}` is not a time", line.time));
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME)
            .time(when)
            // Apache writes the name of nobody as `""`.
            .text(Column::Actor, line.user.trim_matches('"'));
        let (server, client) = match is_behind_proxy(line.server, line.client) {
            true => ("", line.server),
            false => (line.server, line.client),
        };
        put_server(server, &mut row);
        put_client(client, &mut row);
        match line.method {
            "" => put_request(line.request, &mut row),
            method => {
                row.text(Column::Body, &format!("{method} {}", line.request))
                    .text(Column::Method, method)
                    .text(Column::Path, url_path(line.request));
            }
        }
        if !line.peer.is_empty() {
            put_peer(line.peer, &mut row);
        }
        if let Some(status) = line.status {
            put_status(status, &mut row);
        }
        put_tail(&tail_of(&line), &mut row);
        if let Some(severity) = line.severity {
            row.severity(severity);
        }
        row.commit();
        Verdict::Rows
    }
}

/// What stands behind a line.
fn tail_of<'a>(line: &Line<'a>) -> Tail<'a> {
    let mut tail = Tail::parse(line.tail);
    if line.is_agent_first {
        std::mem::swap(&mut tail.referer, &mut tail.user_agent);
    }
    tail
}

/// Whether the first of two addresses is that of the client, and the second that of the proxy
/// which named it: `%{X-Forwarded-For}i %h` of Apache. A public address before a private one is no
/// server, unless it has a port.
fn is_behind_proxy(first: &str, second: &str) -> bool {
    let is_client = matches!(client_of(first), Some((first, None)) if is_public_text(first));
    is_client && client_of(second).is_some_and(|(second, _)| !is_public_text(second))
}

/// The server that was asked, which some formats put first: a name or an address, with or without
/// a port.
fn put_server(server: &str, row: &mut Row<'_>) {
    if client_of(server).is_some() {
        put_peer(server, row);
        return;
    }
    row.text(Column::Service, service_of(server));
    let port = server.rsplit_once(':').map(|(_, port)| port.parse());
    if let Some(Ok(port)) = port {
        row.peer_port(port);
    }
}

fn put_tail(tail: &Tail<'_>, row: &mut Row<'_>) {
    row.text(Column::UserAgent, tail.user_agent)
        .text(Column::RequestId, tail.request_id)
        .text(Column::TraceId, tail.trace_id)
        .text(Column::Service, service_of(tail.host));
    if !tail.upstream.is_empty() {
        put_peer(tail.upstream, row);
    }
    if let Some(nanos) = time::duration(tail.request_seconds, 1e9) {
        row.duration(nanos);
    }
}
