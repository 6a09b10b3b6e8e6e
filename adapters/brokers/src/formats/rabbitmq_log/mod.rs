//! Log of RabbitMQ as text, and the report blocks of Erlang that it wrote before version 3.7.

use nepho_codec::table::{Event, LineFormat, Lines, address, keep, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "rabbitmq.log",
    summary: "RabbitMQ server log as text",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "rabbitmq.log",
    patterns: &[
        // From 3.7 on; from 3.9 on the words may be short and in capitals.
        "{time:time} \
         [{level:debug|debu|dbg|info|inf|notice|noti|ntc|warning|warn|wrn|error|erro|err|critical|\
         crit|crt|alert|aler|alt|emergency|emer|emg|none|DEBUG|DEBU|DBG|INFO|INF|NOTICE|NOTI|NTC|\
         WARNING|WARN|WRN|ERROR|ERRO|ERR|CRITICAL|CRIT|CRT|ALERT|ALER|ALT|EMERGENCY|EMER|EMG}]\
         { }<{_:int}.{pid:int}.{_:int}> {message:rest}",
        // Before.
        "{?\n}={level:INFO|WARNING|ERROR|CRASH|SUPERVISOR|PROGRESS|NOTICE|DEBUG|CRITICAL|ALERT|\
         EMERGENCY} REPORT==== {time:time} ===\
         {message:rest}",
    ],
    confidence: 90,
    constants: &[(Column::Process, "rabbitmq")],
    fields: &[
        time(&["time"]),
        severity_of(&["level"], SEVERITIES),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[("pid", "pid"), ("level", "severity_text")],
    finish: Some(finish),
};

/// Levels of both shapes. A crash and what a supervisor reports are errors.
pub(super) const SEVERITIES: &[(&str, Severity)] = &[
    ("debug", Severity::DEBUG),
    ("debu", Severity::DEBUG),
    ("dbg", Severity::DEBUG),
    ("info", Severity::INFO),
    ("inf", Severity::INFO),
    ("notice", Severity::NOTICE),
    ("noti", Severity::NOTICE),
    ("ntc", Severity::NOTICE),
    ("warning", Severity::WARN),
    ("warn", Severity::WARN),
    ("wrn", Severity::WARN),
    ("error", Severity::ERROR),
    ("erro", Severity::ERROR),
    ("err", Severity::ERROR),
    ("critical", Severity::CRITICAL),
    ("crit", Severity::CRITICAL),
    ("crt", Severity::CRITICAL),
    ("alert", Severity::ALERT),
    ("aler", Severity::ALERT),
    ("alt", Severity::ALERT),
    ("emergency", Severity::FATAL),
    ("emer", Severity::FATAL),
    ("emg", Severity::FATAL),
    ("CRASH", Severity::ERROR),
    ("SUPERVISOR", Severity::ERROR),
    ("PROGRESS", Severity::INFO),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(message) = event.kept(MESSAGE) {
        describe(&message, row);
    }
}

/// Sets the body, and what messages on connections tell:
/// `accepting AMQP connection <0.7.0> (10.0.0.7:42304 -> 10.0.0.5:5672)`,
/// `closing AMQP connection <0.7.0> (10.0.0.7:42304 -> 10.0.0.5:5672, vhost: '/', user: 'app')`.
pub(super) fn describe(message: &str, row: &mut Row<'_>) {
    row.text(Column::Body, message.trim());
    if let Some((before, after)) = message.split_once(" -> ") {
        let client = before.rsplit(['(', ' ']).next().and_then(address);
        let server = after.split([')', ' ', ',', '\n']).next().and_then(address);
        if let (Some((client, client_port)), Some((server, server_port))) = (client, server) {
            row.text(Column::SourceIp, client);
            row.text(Column::Peer, server);
            if let Some(port) = client_port {
                row.source_port(port);
            }
            if let Some(port) = server_port {
                row.peer_port(port);
            }
        }
    }
    let named = ["user: '", "user '", "User '"];
    let user = named.iter().find_map(|start| {
        let (_, rest) = message.split_once(start)?;
        rest.split('\'').next()
    });
    if let Some(user) = user {
        row.text(Column::Actor, user);
    }
    if message.contains("authenticated and granted access") {
        row.outcome(Outcome::Success);
    } else if message.contains("login refused") || message.contains("refused for user") {
        row.outcome(Outcome::Failure);
    }
    service::fill(row, Some("rabbitmq"));
}
