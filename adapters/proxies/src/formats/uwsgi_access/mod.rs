//! Requests as uWSGI logs them by default.

use nepho_codec::table::{Event, LineFormat, Lines, http_status, keep, text, time, url};
use nepho_codec::time;
use nepho_core::tables::{Column, Row};

use crate::ends::put_client;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "uwsgi.access",
    summary: "Requests that uWSGI answered",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const CLIENT: usize = 0;
const TOOK: usize = 1;
const UNIT: usize = 2;

static LINES: Lines = Lines {
    name: "uwsgi.access",
    patterns: &[concat!(
        "{?{_:address} - }[pid: {pid:int}|app: {_}|req: {_}] {client:word} ({user}) {_} ",
        "[{time:time}] ",
        "{method:word} {target:word} => generated {bytes:int} bytes in {took:int} ",
        "{unit:msecs|micros} ",
        "({_} {status:int}){_:rest}"
    )],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        keep(&["client"], CLIENT),
        text(&["user"], Column::Actor),
        text(&["method"], Column::Method),
        url(&["target"]),
        keep(&["took"], TOOK),
        keep(&["unit"], UNIT),
        http_status(&["status"]),
    ],
    extras: &[("bytes", "bytes"), ("pid", "pid")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(client) = event.kept(CLIENT) {
        put_client(&client, row);
    }
    let unit = match event.kept(UNIT).as_deref() {
        Some("micros") => 1e3,
        _ => 1e6,
    };
    if let Some(took) = event.kept(TOOK)
        && let Some(nanos) = time::duration(&took, unit)
    {
        row.duration(nanos);
    }
}
