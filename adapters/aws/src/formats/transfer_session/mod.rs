//! Lines that servers of Transfer Family write of sessions, before their logs were JSON.

use nepho_codec::message::logfmt;
use nepho_codec::table::{Event, GuardedLines, Lines, To, keep, put_text, text};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.transfer_session",
    summary: "Transfer Family session logs, lines",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

/// Digits of the id of a session.
const ID_DIGITS: usize = 16;

const ACTION: usize = 0;
const PAIRS: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.transfer_session",
    patterns: &["{session:name} {action:name}{?{ }{pairs:rest}}"],
    confidence: 85,
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "transfer.amazonaws.com"),
    ],
    fields: &[
        text(&["action"], Column::Action),
        keep(&["action"], ACTION),
        keep(&["pairs"], PAIRS),
    ],
    extras: &[("session", "session")],
    finish: Some(finish),
};

/// Whether a line begins as those of sessions do, `mona.33a8fb495ffb383b OPEN ...`, or as those of
/// sign-ins that failed, `ERRORS AUTH_FAILURE ...`.
fn is_mine(line: &str) -> bool {
    let mut words = line.split(' ');
    let (Some(session), Some(action)) = (words.next(), words.next()) else {
        return false;
    };
    let id = session.rsplit_once('.').map_or("", |(_, id)| id);
    let is_session = id.len() == ID_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_action = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let has_pairs = words.next().is_none_or(|pair| pair.contains('='));
    (is_session || session == "ERRORS")
        && has_pairs
        && action.len() > 2
        && action.trim_end().bytes().all(is_action)
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let action = event.kept(ACTION).unwrap_or_default();
    let pairs = event.kept(PAIRS).unwrap_or_default();
    logfmt::pairs(&pairs, |pair| {
        let value = pairs.get(pair.value.0..pair.value.1).unwrap_or_default();
        let to = match pairs.get(pair.key.0..pair.key.1).unwrap_or_default() {
            "SourceIP" => To::SourceAddress,
            "User" => To::Text(Column::Actor),
            "Client" => To::Text(Column::UserAgent),
            "Message" => To::Text(Column::Body),
            "Path" => To::Text(Column::Path),
            "Role" => To::Resource,
            _ => return,
        };
        put_text(value, to, row);
    });
    match &*action {
        "AUTH_FAILURE" => row.outcome(Outcome::Failure).severity(Severity::WARN),
        "ERROR" => row.outcome(Outcome::Failure).severity(Severity::ERROR),
        _ => row,
    };
}
