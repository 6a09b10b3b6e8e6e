//! Text log of MongoDB before version 4.4.

use nepho_codec::table::{Event, LineFormat, Lines, keep, severity_of, text, time};
use nepho_core::tables::{Column, Outcome, Row};

use crate::mongodb::{SEVERITIES, client};
use crate::service;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "mongodb.log_text",
    summary: "MongoDB server log as text, before version 4.4",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const MESSAGE: usize = 0;

static LINES: Lines = Lines {
    name: "mongodb.log_text",
    patterns: &[
        "{time:time} {severity:F|E|W|I|D|D1|D2|D3|D4|D5}{ }\
         {component:ACCESS|ASIO|BRIDGE|COMMAND|CONNPOOL|CONTROL|ELECTION|EXECUTOR|FTDC|GEO|\
         HEARTBEATS|INDEX|INITSYNC|JOURNAL|NETWORK|QUERY|RECOVERY|REPL|REPL_HB|ROLLBACK|SHARDING|\
         SHARDING_REFR|SHARDING_CATALOG_REFRESH|SH_REFR|STORAGE|TOTAL|TRACKING|TXN|WRITE|WT|TEST|\
         DEFAULT|-}{ }\
         {?[{context}] }{message:rest}",
        // Before version 3.0 there are neither severities nor components.
        "{time:time} [conn{connection:int}] {message:rest}",
        "{time:time} [{context:initandlisten|mongosMain|rsStart|rsSync|rsMgr|rsHealthPoll|TTLMonitor|\
         FileAllocator|DataFileSync|PeriodicTask::Runner|signalProcessingThread|clientcursormon|\
         LockPinger|repl writer worker 1}] {message:rest}",
    ],
    confidence: 95,
    constants: &[(Column::Process, "mongod")],
    fields: &[
        time(&["time"]),
        severity_of(&["severity"], SEVERITIES),
        text(&["message"], Column::Body),
        keep(&["message"], MESSAGE),
    ],
    extras: &[
        ("component", "component"),
        ("context", "context"),
        ("severity", "severity_text"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    service::fill(row, "mongodb");
    let message = event.kept(MESSAGE).unwrap_or_default();
    let message = message.trim();
    row.text(Column::Body, message);
    let from = [
        "connection accepted from ",
        "end connection ",
        "received client metadata from ",
    ];
    if let Some(rest) = from.iter().find_map(|start| message.strip_prefix(start)) {
        client(rest.split(' ').next().unwrap_or_default(), row);
    }
    authentication(message, row);
    if let Some(nanos) = operation_time(message) {
        row.duration(nanos);
    }
}

/// `Successfully authenticated as principal app on shop from client 10.0.0.7:55404`,
/// `SCRAM-SHA-1 authentication failed for app on shop from client 10.0.0.7:55404 ; ...`.
fn authentication(message: &str, row: &mut Row<'_>) {
    let starts = [
        ("uccessfully authenticated as principal ", Outcome::Success),
        (" authentication failed for ", Outcome::Failure),
    ];
    for (start, outcome) in starts {
        if let Some((_, rest)) = message.split_once(start) {
            row.outcome(outcome);
            row.text(Column::Actor, rest.split(' ').next().unwrap_or_default());
            if let Some((_, rest)) = rest.split_once(" from client ") {
                client(rest.split(' ').next().unwrap_or_default(), row);
            }
        }
    }
}

/// Time of an operation that was slow: the last word is `123ms`.
fn operation_time(message: &str) -> Option<i64> {
    let is_operation = message.starts_with("command ")
        || message.starts_with("query ")
        || message.starts_with("getmore ")
        || message.starts_with("update ")
        || message.starts_with("remove ")
        || message.starts_with("insert ");
    let (_, last) = message.rsplit_once(' ').filter(|_| is_operation)?;
    let millis: i64 = last.strip_suffix("ms")?.parse().ok()?;
    millis.checked_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_operations_end_with_their_time() {
        let check = |message: &str, expected| assert_eq!(operation_time(message), expected);
        check(
            "command shop.cart command: find { find: \"cart\" } 102ms",
            Some(102_000_000),
        );
        check("waited 102ms", None);
        check("command shop.cart", None);
    }
}
