//! Lines of the routers of Heroku, one for each request.
//!
//! Source: devcenter.heroku.com/articles/http-routing ("Heroku router log format") and
//! articles/error-codes, as of 2026-11-28.

use nepho_codec::table::{Event, LineFormat, Lines, duration, http_status, keep, part};
use nepho_codec::table::{severity, text, url};
use nepho_core::tables::{Column, Row};

use crate::ends::{put_client, service_of};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "heroku.router_access",
    summary: "Requests that the routers of Heroku passed on or refused",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const CLIENT: usize = 0;

static LINES: Lines = Lines {
    name: "heroku.router_access",
    patterns: &[
        "{?sock={_:name} }at={level:name} {?code={code:name} desc=\"{desc:quoted}\" }\
         method={method:name} path=\"{path:quoted}\" host={host} {?request_id={id} }fwd={client} \
         dyno={dyno} connect={connect} service={took} status={status:int}\
         {? bytes={bytes:int}}{_:rest}",
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        severity(&["level"]),
        text(&["method"], Column::Method),
        url(&["path"]),
        text(&["id"], Column::RequestId),
        text(&["dyno"], Column::Process),
        part(&["host"], Column::Service, service_of),
        duration(&["took"], 1e6),
        http_status(&["status"]),
        text(&["desc"], Column::Body),
        keep(&["client"], CLIENT),
    ],
    extras: &[
        ("code", "error_code"),
        ("host", "domain"),
        ("bytes", "bytes"),
        ("level", "severity_text"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
}
