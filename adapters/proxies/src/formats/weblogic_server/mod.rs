//! Server and domain logs of `WebLogic`, and what it writes to standard output.
//!
//! Source:
//! docs.oracle.com/en/middleware/standalone/weblogic-server/14.1.1.0/wllog/logging_services.html
//! ("Message Format", "Message Attributes", "Message Severity"), as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, part, severity, text, time};
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "weblogic.server",
    summary: "WebLogic server and domain logs",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "weblogic.server",
    patterns: &[
        // The time as a number, and since 12.2 attributes.
        "####<{_}> <{level:level}> <{subsystem}> <{machine}> <{server}> <{thread}> <{?<}{user}>{?>} \
         <{transaction}> <{context}> <{raw:int}> {?<[{attributes}] > }<{id:name}> <{message:rest}",
        "####<{time}> <{level:level}> <{subsystem}> <{machine}> <{server}> <{thread}> <{?<}{user}>{?>} \
         <{transaction}> {?<{context}> }<{id:name}> <{message:rest}",
        // On standard output.
        "<{time:time}> <{level:Trace|Debug|Info|Notice|Warning|Error|Critical|Alert|Emergency}> <{subsystem}> \
         <{id:name}> <{message:rest}",
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["raw", "time"]),
        severity(&["level"]),
        text(&["machine"], Column::Host),
        text(&["server"], Column::Service),
        text(&["subsystem"], Column::Process),
        part(&["user"], Column::Actor, person),
        part(&["context"], Column::RequestId, context),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("id", "message_id"),
        ("thread", "thread"),
        ("transaction", "transaction"),
    ],
    finish: Some(finish),
};

/// A user who is one: `WLS Kernel` is the server itself.
fn person(user: &str) -> &str {
    match user {
        "WLS Kernel" | "anonymous" => "",
        user => user,
    }
}

/// A diagnostic context that there is: without one, some versions write `null`.
fn context(id: &str) -> &str {
    match id {
        "null" => "",
        id => id,
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    let message = message.trim_end();
    let message = message.strip_suffix('>').unwrap_or(message);
    row.text(Column::Body, message.trim_end());
}
