//! Slow logs of searches and of indexing of Elasticsearch and OpenSearch, as text.

use nepho_codec::table::{Event, LineFormat, Lines, To, keep, put_text, severity, text, time};
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "elasticsearch.slowlog_text",
    summary: "Elasticsearch and OpenSearch slow log as text",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "elasticsearch.slowlog_text",
    patterns: &["[{time:time}][{level:level}{?{ }}]\
         [{component:index.search.slowlog.query|index.search.slowlog.fetch|index.search.slowlog|\
         index.indexing.slowlog.index|index.indexing.slowlog|i.s.s.query|i.s.s.fetch|i.i.s.index}\
         {?{ }}] {?[{node}] }{message:rest}"],
    confidence: 90,
    constants: &[(Column::Process, "elasticsearch")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["node"], Column::Host),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[("component", "component")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    let value = |name: &str| {
        let (_, rest) = message.split_once(name)?;
        rest.split(']').next()
    };
    for name in ["took_millis[", " took["] {
        if let Some(took) = value(name) {
            put_text(took, To::Duration(1e6), row);
        }
    }
    if let Some(kind) = value(" search_type[") {
        row.text(Column::Action, kind);
    }
    service::fill(row, "elasticsearch");
}
