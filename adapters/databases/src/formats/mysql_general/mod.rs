//! General query log of MySQL and MariaDB.

use nepho_codec::table::{Event, LineFormat, Lines, address, keep, text, time};
use nepho_core::tables::{Column, Row};

use crate::mysql::describe_user;
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mysql.general",
    summary: "MySQL and MariaDB general query log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const COMMAND: usize = 0;
const ARGUMENT: usize = 1;

static LINES: Lines = Lines {
    name: "mysql.general",
    patterns: &["{time:time}{ }{thread:int} \
         {command:Query|Connect|Connect Out|Quit|Init DB|Prepare|Execute|Close stmt|Reset stmt|\
         Long Data|Fetch|Field List|Create DB|Drop DB|Refresh|Shutdown|Statistics|Processlist|Kill|\
         Debug|Ping|Time|Delayed insert|Change user|Binlog Dump|Binlog Dump GTID|Table Dump|\
         Register Slave|Set option|Daemon|Reset Connection|clone|Error|Sleep}\t{argument:rest}"],
    confidence: 90,
    constants: &[(Column::Process, "mysqld")],
    fields: &[
        time(&["time"]),
        text(&["command"], Column::Action),
        text(&["argument", "command"], Column::Body),
        keep(&["command"], COMMAND),
        keep(&["argument"], ARGUMENT),
    ],
    extras: &[("thread", "thread")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    service::fill(row, "mysql");
    let command = event.kept(COMMAND).unwrap_or_default();
    let Some(argument) = event.kept(ARGUMENT).filter(|_| command == "Connect") else {
        return;
    };
    describe_user(&argument, row);
    // `app@10.0.0.7 on shop using TCP/IP`.
    let client = argument.split(' ').next().unwrap_or_default();
    if let Some((user, host)) = client.rsplit_once('@') {
        row.text(Column::Actor, user);
        if let Some((host, _)) = address(host) {
            row.text(Column::SourceIp, host);
        }
    }
}
