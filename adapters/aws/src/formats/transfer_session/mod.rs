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
    let Some((session, rest)) = line.split_once(' ') else {
        return false;
    };
    // Of nearly all lines, this is enough.
    if !is_session(session) && session != "ERRORS" {
        return false;
    }
    let mut words = rest.split(' ');
    let action = words.next().unwrap_or_default();
    let is_action = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let has_pairs = words.next().is_none_or(|pair| pair.contains('='));
    has_pairs && action.len() > 2 && action.trim_end().bytes().all(is_action)
}

/// Whether a word is a name and the id of a session: `mona.33a8fb495ffb383b`.
fn is_session(word: &str) -> bool {
    let id = word.len().checked_sub(ID_DIGITS + 1);
    let id = id.and_then(|start| word.as_bytes().get(start..));
    matches!(id, Some([b'.', id @ ..]) if id.iter().all(u8::is_ascii_hexdigit))
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
