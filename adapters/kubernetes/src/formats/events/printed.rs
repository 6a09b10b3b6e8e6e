//! Events as `kubectl get events` and `kubectl events` print them, a table of which the columns
//! are parted by blanks: `5m  Warning  BackOff  pod/shop-0  Back-off restarting`.
//!
//! How long ago an event was seen (`5m`, `2m (x3 over 6m)`) tells no time, unless somebody has it
//! printed in place of that (`--output custom-columns`).
//!
//! Source: kubernetes.io/docs/reference/kubectl/generated/kubectl_events, and
//! `staging/src/k8s.io/kubectl/pkg/cmd/events/event_printer.go` of
//! github.com/kubernetes/kubernetes, as of 2026-11-30.

use nepho_codec::table::{Event, Lines, keep, outcome_of, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::{KIND, NAME, NAMESPACE, put_service};

/// How the first line begins.
pub(super) const HEADERS: [&str; 2] = ["LAST SEEN ", "NAMESPACE "];

pub(super) static TABLE: Lines = Lines {
    name: "kubernetes.events",
    patterns: &[
        "{time:time}{ }{type:Normal|Warning}{ }{reason:name}{ }{kind}/{object:word}{ }{message:rest}",
        "{age:word}{ }{?(x{count:int} over {_:word}{ }}{type:Normal|Warning}{ }{reason:name}{ }\
         {kind}/{object:word}{ }{message:rest}",
        "{namespace:name}{ }{age:word}{ }{?(x{count:int} over {_:word}{ }}{type:Normal|Warning}{ }\
         {reason:name}{ }{kind}/{object:word}{ }{message:rest}",
    ],
    confidence: 85,
    constants: &[(Column::Provider, "kubernetes")],
    fields: &[
        time(&["time"]),
        severity_of(
            &["type"],
            &[("Normal", Severity::INFO), ("Warning", Severity::WARN)],
        ),
        outcome_of(&["type"], &[("Warning", Outcome::Failure)]),
        text(&["reason"], Column::Action),
        text(&["message"], Column::Body),
        keep(&["kind"], KIND),
        keep(&["object"], NAME),
        keep(&["namespace"], NAMESPACE),
    ],
    extras: &[
        ("namespace", "namespace"),
        ("kind", "resource_kind"),
        ("count", "count"),
        ("age", "age"),
    ],
    finish: Some(finish),
};

/// Whether a line names the columns.
pub(super) fn is_header(text: &str) -> bool {
    HEADERS.iter().any(|start| text.starts_with(start))
        && ["LAST SEEN ", " TYPE ", " REASON ", " OBJECT "]
            .iter()
            .all(|name| text.contains(name))
}

/// Whether a line may be of the table: an age or a time, the type, a reason that is one word, and
/// a kind with a name. Falco writes its priorities where the type would be.
pub(super) fn is_line(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let mut before = words
        .by_ref()
        .take(6)
        .take_while(|word| !matches!(*word, "Normal" | "Warning"));
    let is_seen = before.any(is_age_or_time);
    // Words that the search for the type has not reached.
    let mut words = text.split_ascii_whitespace();
    let Some(_) = words.position(|word| matches!(word, "Normal" | "Warning")) else {
        return false;
    };
    let (reason, object) = (words.next(), words.next());
    let is_reason =
        reason.is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let is_object = object
        .and_then(|word| word.split_once('/'))
        .is_some_and(|(kind, name)| {
            let mut letters = kind.bytes();
            !kind.is_empty() && !name.is_empty() && letters.all(|byte| byte.is_ascii_lowercase())
        });
    is_seen && is_reason && is_object
}

/// Whether a word is `5m`, `2d3h`, `<unknown>`, or begins like a time.
fn is_age_or_time(word: &str) -> bool {
    let is_age = |word: &str| {
        let mut bytes = word.bytes();
        word.starts_with(|first: char| first.is_ascii_digit())
            && word.ends_with(['s', 'm', 'h', 'd', 'y'])
            && bytes.all(|byte| byte.is_ascii_digit() || b"smhdy".contains(&byte))
    };
    word == "<unknown>" || is_age(word) || matches!(word.as_bytes(), [b'0'..=b'9', .., b'Z'])
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let (Some(kind), Some(name)) = (event.kept(KIND), event.kept(NAME)) else {
        return;
    };
    match event.kept(NAMESPACE) {
        Some(namespace) => row.resource(&format!("{namespace}/{name}")),
        None => row.resource(&name),
    };
    put_service(&kind, &name, row);
}

#[cfg(test)]
mod tests {
    use super::is_line;

    #[test]
    fn a_line_tells_age_type_reason_and_object() {
        let check = |text: &str, expected: bool| assert_eq!(is_line(text), expected, "{text}");
        check("5m   Warning   BackOff   pod/shop-0   Back-off", true);
        check("shop  2m (x3 over 6m)  Normal  Pulled  pod/shop-0  x", true);
        check("2026-05-12T14:00:01Z Normal Pulled pod/shop-0 x", true);
        check("<unknown> Normal Pulled pod/shop-0 x", true);
        check(
            "14:00:00.341: Warning Sensitive file opened (file=/etc/shadow)",
            false,
        );
        check("5m Warning BackOff shop-0 x", false);
        check("5m Warning: BackOff pod/shop-0 x", false);
        check("shop Warning BackOff pod/shop-0 x", false);
        check("", false);
    }
}
