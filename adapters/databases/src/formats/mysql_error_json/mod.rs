//! Error log of MySQL from 8.0 on, as JSON.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::mysql::describe_user;
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.error_json",
    summary: "MySQL error log as JSON (component_log_sink_json)",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const MESSAGE: usize = 0;

static TABLE: Table = Table {
    name: "mysql.error_json",
    needs: &[
        Need::Has("prio"),
        Need::Has("err_code"),
        Need::Has("msg"),
        Need::IsAny("label", &["System", "Error", "Warning", "Note"]),
    ],
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time", "ts"]),
        severity_of(
            &["label"],
            &[
                ("System", Severity::INFO),
                ("Note", Severity::NOTICE),
                ("Warning", Severity::WARN),
                ("Error", Severity::ERROR),
            ],
        ),
        text(&["msg"], Column::Body),
        keep(&["msg"], MESSAGE),
    ],
    extras: &[
        ("thread", "thread"),
        ("err_code", "error_code"),
        ("err_symbol", "error_symbol"),
        ("SQL_state", "sql_state"),
        ("subsystem", "subsystem"),
        ("label", "severity_text"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(message) = event.kept(MESSAGE) {
        describe_user(&message, row);
    }
    service::fill(row, "mysql");
}
