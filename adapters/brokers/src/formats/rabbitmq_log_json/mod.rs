//! Log of RabbitMQ as JSON, from version 3.9 on.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, severity_of, time};
use nepho_core::tables::{Column, Row};

use super::rabbitmq_log::{SEVERITIES, describe};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "rabbitmq.log_json",
    summary: "RabbitMQ server log as JSON",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const MESSAGE: usize = 0;

static TABLE: Table = Table {
    name: "rabbitmq.log_json",
    needs: &[
        Need::Starts("pid", "<"),
        Need::HasAny(&["level", "severity"]),
        Need::HasAny(&["msg", "message"]),
        Need::HasAny(&["domain", "mfa", "file", "line", "node"]),
    ],
    constants: &[(Column::Process, "rabbitmq")],
    fields: &[
        time(&["time", "timestamp", "ts"]),
        severity_of(&["level", "severity"], SEVERITIES),
        keep(&["msg", "message"], MESSAGE),
    ],
    extras: &[
        ("pid", "pid"),
        ("level", "severity_text"),
        ("domain", "component"),
        ("vhost", "vhost"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    describe(&event.kept(MESSAGE).unwrap_or_default(), row);
}
