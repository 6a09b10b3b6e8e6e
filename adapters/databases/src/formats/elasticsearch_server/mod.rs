//! Server and deprecation log of Elasticsearch and OpenSearch, as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, severity, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "elasticsearch.server",
    summary: "Elasticsearch and OpenSearch server and deprecation log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const LOGGER: usize = 0;

static TABLE: Table = Table {
    name: "elasticsearch.server",
    needs: &[
        Need::HasAny(&["elasticsearch.node.name", "node.name"]),
        Need::HasAny(&["elasticsearch.cluster.name", "cluster.name"]),
        Need::HasAny(&["log.level", "level"]),
        Need::HasAny(&["log.logger", "component"]),
        Need::HasAny(&["event.dataset", "type"]),
        Need::Has("message"),
        Need::Lacks("took"),
        Need::Lacks("event.action"),
        Need::Lacks("elasticsearch.slowlog.took"),
    ],
    constants: &[],
    fields: &[
        time(&["@timestamp", "timestamp"]),
        severity(&["log.level", "level"]),
        severity_of(&["log.level", "level"], &[("DEPRECATION", Severity::WARN)]),
        text(&["message"], Column::Body),
        text(
            &["elasticsearch.cluster.name", "cluster.name"],
            Column::Service,
        ),
        text(&["elasticsearch.node.name", "node.name"], Column::Host),
        text(&["trace.id"], Column::TraceId),
        text(
            &["elasticsearch.http.request.x_opaque_id", "x-opaque-id"],
            Column::RequestId,
        ),
        keep(&["log.logger", "component"], LOGGER),
    ],
    extras: &[
        ("log.logger", "component"),
        ("component", "component"),
        ("process.thread.name", "thread"),
        ("elasticsearch.event.category", "category"),
        ("error.type", "error_type"),
        ("error.message", "error"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let logger = event.kept(LOGGER).unwrap_or_default();
    let is_opensearch = logger.starts_with("o.o.") || logger.starts_with("org.opensearch.");
    row.constant(
        Column::Process,
        match is_opensearch {
            true => "opensearch",
            false => "elasticsearch",
        },
    );
    service::fill(row, "elasticsearch");
}
