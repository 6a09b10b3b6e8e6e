//! Error log of MySQL and MariaDB.

use nepho_codec::table::{Event, LineFormat, Lines, keep, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::mysql::describe_user;
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.error",
    summary: "MySQL and MariaDB error log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;
const CRASHED: usize = 1;

static LINES: Lines = Lines {
    name: "mysql.error",
    patterns: &[
        // MySQL from 8.0 on.
        "{time:time}{ }{thread:int} [{level:System|Error|ERROR|Warning|Note}] [{code:name}] \
         [{subsystem}] {message:rest}",
        // MySQL 5.6 and 5.7, MariaDB from 10.1 on.
        "{time:time}{ }{thread:int} [{level:System|Error|ERROR|Warning|Note}] {message:rest}",
        // Before, and what is told before there are threads.
        "{time:time}{ }[{level:Error|ERROR|Warning|Note}] {message:rest}",
        // The script that starts the server.
        "{time:time} {_:mysqld_safe|mariadbd-safe|mysqld_multi} {message:rest}",
        // InnoDB by itself, before it had levels.
        "{time:time}{ }{?{thread:hex}{ }}{subsystem:InnoDB|WSREP}: {message:rest}",
        // The server was ended by a signal.
        "{time:time}{? UTC} - {crashed:mysqld|mariadbd} got {message:rest}",
    ],
    confidence: 90,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time"]),
        severity_of(
            &["level"],
            &[
                ("System", Severity::INFO),
                ("Note", Severity::NOTICE),
                ("Warning", Severity::WARN),
                ("Error", Severity::ERROR),
            ],
        ),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
        keep(&["crashed"], CRASHED),
    ],
    extras: &[
        ("thread", "thread"),
        ("code", "error_code"),
        ("subsystem", "subsystem"),
        ("level", "severity_text"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(message) = event.kept(MESSAGE) {
        describe_user(&message, row);
    }
    if event.kept(CRASHED).is_some() {
        row.severity(Severity::FATAL);
        if let Some((_, message)) = event.text.split_once(" - ") {
            row.text(Column::Body, message);
        }
    }
    service::fill(row, "mysql");
}
