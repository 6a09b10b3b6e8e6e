//! Slow logs of searches and of indexing of Elasticsearch and OpenSearch, as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table};
use nepho_codec::table::{duration, keep, severity, text, time};
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "elasticsearch.slowlog",
    summary: "Elasticsearch and OpenSearch slow log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const MESSAGE: usize = 0;
const SOURCE: usize = 1;

static TABLE: Table = Table {
    name: "elasticsearch.slowlog",
    needs: &[
        Need::HasAny(&[
            "elasticsearch.node.name",
            "node.name",
            "elasticsearch.cluster.name",
        ]),
        Need::HasAny(&["log.level", "level"]),
        Need::HasAny(&["event.dataset", "type"]),
        Need::HasAny(&["elasticsearch.slowlog.took", "took"]),
        Need::HasAny(&["elasticsearch.slowlog.took_millis", "took_millis"]),
    ],
    constants: &[(Column::Process, "elasticsearch")],
    fields: &[
        time(&["@timestamp", "timestamp"]),
        severity(&["log.level", "level"]),
        text(
            &["elasticsearch.cluster.name", "cluster.name"],
            Column::Service,
        ),
        text(&["elasticsearch.node.name", "node.name"], Column::Host),
        text(&["user.name", "auth.name"], Column::Actor),
        text(
            &["elasticsearch.slowlog.search_type", "search_type"],
            Column::Action,
        ),
        text(&["trace.id"], Column::TraceId),
        text(&["elasticsearch.slowlog.id", "id"], Column::RequestId),
        duration(&["elasticsearch.slowlog.took_millis", "took_millis"], 1e6),
        duration(&["elasticsearch.slowlog.took", "took"], 1e6),
        keep(&["elasticsearch.slowlog.message", "message"], MESSAGE),
        keep(&["elasticsearch.slowlog.source", "source"], SOURCE),
    ],
    extras: &[
        ("elasticsearch.slowlog.total_hits", "total_hits"),
        ("elasticsearch.slowlog.total_shards", "total_shards"),
        ("total_hits", "total_hits"),
        ("total_shards", "total_shards"),
        ("log.logger", "component"),
        ("component", "component"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    match event.kept(SOURCE) {
        Some(source) => row.text(Column::Body, format!("{message} {source}").trim_start()),
        None => row.text(Column::Body, &message),
    };
    service::fill(row, "elasticsearch");
}
