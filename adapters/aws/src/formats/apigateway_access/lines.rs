//! The shapes of text that the console offers for access logs.

use nepho_codec::table::{
    Event, LineFormat, Lines, http_status, keep, request, source_address, text, time, url,
};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.apigateway_access_text",
    summary: "API Gateway access logs as CLF, XML and CSV",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

/// Parts of an id that is a UUID.
const A: usize = 0;
const B: usize = 1;
const C: usize = 2;
const D: usize = 3;
const E: usize = 4;
/// An id of the other kind.
const SHORT: usize = 5;

static TABLE: Lines = Lines {
    name: "aws.apigateway_access_text",
    patterns: &[
        // The id of a request of a REST API is a UUID, that of the others ends with `=`. The
        // documentation has no blank before the request, and an extended id behind the other one
        // (docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html, as of
        // 2026-11-27).
        r#"{client:ip} {caller:word} {user:word} [{time:time}]{? }"{request:quoted}" {status:int} {bytes:word} {a:hex}-{b:hex}-{c:hex}-{d:hex}-{e:hex}{? {extended:word}}"#,
        r#"{client:ip} - - [{time:time}]{? }"{method:name} {_:name} {path:word} HTTP/{_:number}" {status:int} {bytes:word} {short}="#,
        r#"{client:ip} - - [{time:time}]{? }"{method:name} {route:word} HTTP/{_:number}" {status:int} {bytes:word} {short}="#,
        r#"{client:ip} {caller:word} {user:word} [{time:time}]{? }"{event:name} {route:word} {connection}" {status:int} {a:hex}-{b:hex}-{c:hex}-{d:hex}-{e:hex}"#,
        r#"{client:ip} {caller:word} {user:word} [{time:time}]{? }"{event:name} {route:word} {connection}" {status:int} {short}="#,
        // As the Serverless Framework sets them up: those of WebSockets, those of REST APIs
        // (github.com/serverless/serverless, lib/plugins/aws/package/compile/events, as of
        // 2026-12-01).
        r#"{client:ip} {caller:word} {user:word} [{time:time}] "CONNECT {route:word} {connection}" {short}="#,
        r#"{client:ip} {caller:word} {user:word} [{time:time}] "DISCONNECT {route:word} {connection}" {short}="#,
        r#"{client:ip} {caller:word} {user:word} [{time:time}] "MESSAGE {route:word} {connection}" {short}="#,
        "requestId: {id}, ip: {client:ip}, caller: {caller}, user: {user}, requestTime: {time:time}, httpMethod: {method}, resourcePath: {path}, status: {status:int}, protocol: {protocol}, responseLength: {bytes:word}",
        r#"<request id="{id:quoted}"> {?<extendedRequestId>{extended}</extendedRequestId> }<ip>{client}</ip> <caller>{caller}</caller> <user>{user}</user> <requestTime>{time:time}</requestTime> <httpMethod>{method}</httpMethod> <resourcePath>{path}</resourcePath> <status>{status}</status> <protocol>{protocol}</protocol> <responseLength>{bytes}</responseLength> </request>"#,
        r#"<request id="{id:quoted}"> {?<extendedRequestId>{extended}</extendedRequestId> }<ip>{client}</ip> <requestTime>{time:time}</requestTime> <httpMethod>{method}</httpMethod> <routeKey>{route}</routeKey> <status>{status}</status> <protocol>{protocol}</protocol> <responseLength>{bytes}</responseLength> </request>"#,
        r#"<request id="{id:quoted}"> {?<extendedRequestId>{extended}</extendedRequestId> }<ip>{client}</ip> <caller>{caller}</caller> <user>{user}</user> <requestTime>{time:time}</requestTime> <eventType>{event}</eventType> <routeKey>{route}</routeKey> <status>{status}</status> <connectionId>{connection}</connectionId> </request>"#,
        "{client:ip},{caller},{user},{time:time},{method},{path},HTTP/{protocol},{status:int},{bytes},{id},{extended:word}",
        "{client:ip},{caller},{user},{time:time},{method},{path},HTTP/{protocol},{status:int},{bytes},{id:word}",
        "{client:ip},{time:time},{method},{route},HTTP/{protocol},{status:int},{bytes},{id:word}",
    ],
    confidence: 85,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["route", "event"], Column::Action),
        text(&["caller", "user"], Column::Actor),
        source_address(&["client"]),
        text(&["method"], Column::Method),
        url(&["path"]),
        request(&["request"]),
        http_status(&["status"]),
        text(&["id"], Column::RequestId),
        keep(&["a"], A),
        keep(&["b"], B),
        keep(&["c"], C),
        keep(&["d"], D),
        keep(&["e"], E),
        keep(&["short"], SHORT),
    ],
    extras: &[
        ("bytes", "bytes"),
        ("connection", "connection"),
        ("extended", "extended_request_id"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let parts = [A, B, C, D, E].map(|number| event.kept(number).unwrap_or_default());
    if !parts[0].is_empty() {
        row.text(Column::RequestId, &parts.join("-"));
    } else if let Some(id) = event.kept(SHORT) {
        let id = id.trim_end_matches('=');
        row.text(Column::RequestId, &format!("{id}="));
    }
}
