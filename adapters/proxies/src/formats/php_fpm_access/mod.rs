//! Access log of PHP-FPM, in its own format and in the one that its configuration suggests.

use nepho_codec::table::{Event, LineFormat, Lines, http_status, keep, text, time, url};
use nepho_codec::time;
use nepho_core::tables::{Column, Row};

use crate::ends::put_client;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "php_fpm.access",
    summary: "PHP-FPM access logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const CLIENT: usize = 0;
const MILLIS: usize = 1;

static LINES: Lines = Lines {
    name: "php_fpm.access",
    patterns: &[
        // The user of nobody is empty.
        concat!(
            r#"{client:word} -{ }{time:time} "{method:word} {target:quoted}" {status:int}"#,
            "{? {script:word} {millis:number} {kilobytes:int} {cpu:number}%}"
        ),
        concat!(
            r#"{client:word} - {user:word} {time:time} "{method:word} {target:quoted}" "#,
            "{status:int}",
            "{? {script:word} {millis:number} {kilobytes:int} {cpu:number}%}"
        ),
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        keep(&["client"], CLIENT),
        text(&["user"], Column::Actor),
        text(&["method"], Column::Method),
        url(&["target"]),
        text(&["script"], Column::Process),
        keep(&["millis"], MILLIS),
        http_status(&["status"]),
    ],
    extras: &[("kilobytes", "memory_kilobytes"), ("cpu", "cpu_percent")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
    if let Some(millis) = event.kept(MILLIS)
        && let Some(nanos) = time::duration(&millis, 1e6)
    {
        row.duration(nanos);
    }
}
