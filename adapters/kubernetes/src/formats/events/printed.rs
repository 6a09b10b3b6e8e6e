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

use super::{KIND, NAME, NAMESPACE, is_built_in, put_service};

/// How the first line begins.
pub(super) const HEADERS: [&str; 2] = ["LAST SEEN ", "NAMESPACE "];

pub(super) static TABLE: Lines = Lines {
    name: "kubernetes.events",
    patterns: &[
        "{time:time}{ }{type:Normal|Warning}{ }{reason:name}{ }{kind}/{object:word}{ }\
         {message:rest}",
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
///
/// `kubectl get events` writes kinds in lower case, `kubectl events` as they are (`Pod/shop-0`).
/// A time, `Warning` and a path begin lines of any program as well, so that behind a time the kind
/// must be one of Kubernetes, or the columns be padded.
pub(super) fn is_line(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let mut before = words
        .by_ref()
        .take(6)
        .take_while(|word| !matches!(*word, "Normal" | "Warning"));
    let Some(seen) = before.find(|word| is_age(word) || is_time(word)) else {
        return false;
    };
    // Words that the search for the type has not reached.
    let mut words = text.split_ascii_whitespace();
    let Some(_) = words.position(|word| matches!(word, "Normal" | "Warning")) else {
        return false;
    };
    let (reason, object) = (words.next(), words.next());
    let is_reason =
        reason.is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let object = object.and_then(|word| word.split_once('/'));
    object.is_some_and(|(kind, name)| {
        let is_told = is_age(seen) || is_built_in(kind) || is_padded(text);
        is_reason && !name.is_empty() && is_kind(kind) && is_told
    })
}

/// Whether a word may be a kind: `pod`, `Pod`, `EC2NodeClass`.
fn is_kind(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

/// Whether two blanks or more part time, type, reason and object, as `kubectl` pads its columns.
fn is_padded(text: &str) -> bool {
    let columns = text.split("  ").map(str::trim);
    let mut columns = columns.filter(|column| !column.is_empty()).skip(1);
    let is_type = matches!(columns.next(), Some("Normal" | "Warning"));
    let mut reason_and_object = columns.take(2);
    is_type && reason_and_object.all(|column| !column.contains(' '))
}

/// Whether a word is `5m`, `2d3h` or `<unknown>`.
fn is_age(word: &str) -> bool {
    let mut bytes = word.bytes();
    let is_number = word.starts_with(|first: char| first.is_ascii_digit())
        && word.ends_with(['s', 'm', 'h', 'd', 'y'])
        && bytes.all(|byte| byte.is_ascii_digit() || b"smhdy".contains(&byte));
    word == "<unknown>" || is_number
}

/// Whether a word ends like a time.
fn is_time(word: &str) -> bool {
    matches!(word.as_bytes(), [b'0'..=b'9', .., b'Z'])
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

    #[test]
    fn kinds_are_written_in_any_case() {
        let check = |text: &str| assert!(is_line(text), "{text}");
        check("5m   Warning   BackOff   Pod/shop-0   Back-off");
        check("5m   Normal   Ready   EC2NodeClass/default   x");
        check("5m   Normal   Ready   Certificate.example.com/shop   x");
        check("2026-05-12T14:00:01Z   Normal   Ready   EC2NodeClass/default   x");
    }

    #[test]
    fn a_line_of_a_program_with_a_path_is_none() {
        let check = |text: &str| assert!(!is_line(text), "{text}");
        check("2026-05-12T14:00:01Z Warning Missing config/app.yaml, using defaults");
        check("2026-05-12T14:00:01Z Warning Retrying tcp/5432 connection");
        check("2026-05-12T14:00:01Z  Warning  Retrying tcp/5432 connection");
    }
}
