//! Events as `kubectl get events` and `kubectl events` print them, a table of which the columns
//! are parted by blanks: `5m  Warning  BackOff  pod/shop-0  Back-off restarting`.
//!
//! How long ago an event was seen (`5m`, `2m (x3 over 6m)`) tells no time, unless somebody has it
//! printed in place of that (`--output custom-columns`).
//!
//! With `-o wide` more columns stand around the message, of which the last three tell such a line:
//! `spec.containers{app}  kubelet, node-1  Back-off restarting  10m  12  shop-0.17d3`.
//!
//! Source: kubernetes.io/docs/reference/kubectl/generated/kubectl_events, `printEvent` of
//! `pkg/printers/internalversion/printers.go`, and
//! `staging/src/k8s.io/kubectl/pkg/cmd/events/event_printer.go` of
//! github.com/kubernetes/kubernetes, as of 2026-11-30.

use nepho_codec::table::{Event, Lines, keep, outcome_of, severity_of, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

use super::{KIND, MESSAGE, NAME, NAMESPACE, is_built_in, put_service};

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
        keep(&["message"], MESSAGE),
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
    // Of nearly all lines, this is enough.
    let mut capitals = memchr::memchr2_iter(b'N', b'W', text.as_bytes());
    let types = [&b"Normal"[..], b"Warning"];
    let begins = |at: usize| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        types.iter().any(|name| rest.starts_with(name))
    };
    if !capitals.any(begins) {
        return false;
    }
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
    let message = event.kept(MESSAGE).unwrap_or_default();
    let Some(wide) = Wide::of(&message, &name) else {
        row.text(Column::Body, &message);
        return;
    };
    let (component, host) = wide.source.split_once(", ").unwrap_or((wide.source, ""));
    row.text(Column::Body, wide.message)
        .text(Column::Process, component);
    if !host.is_empty() {
        row.text(Column::Host, host);
    }
}

/// What `-o wide` prints behind the object.
#[derive(Debug, PartialEq, Eq)]
struct Wide<'a> {
    /// Component, and the host behind a comma where it has one.
    source: &'a str,
    message: &'a str,
}

impl<'a> Wide<'a> {
    /// Columns behind an object of this name; `None` where there is nothing but a message.
    fn of(text: &'a str, object: &str) -> Option<Self> {
        let (rest, name) = last_column(text)?;
        let is_of_object = name.strip_prefix(object)?.starts_with('.');
        let (rest, count) = last_column(rest)?;
        let (rest, first_seen) = last_column(rest)?;
        let is_count = count.bytes().all(|byte| byte.is_ascii_digit());
        if !is_of_object || !is_count || !is_age(first_seen) {
            return None;
        }
        // The place within the object may be missing, and the source is `kubelet, node-1`.
        let (first, behind) = rest.split_once("  ")?;
        let is_place = first.is_empty() || is_place(first);
        let (source, message) = match is_place {
            true => behind.trim_start().split_once("  ")?,
            false => (first, behind),
        };
        Some(Self {
            source: source.trim_end(),
            message: message.trim(),
        })
    }
}

/// Whether a column is the path of a field within the object, `spec.containers{app}`: names of
/// hosts in a source have full stops as well.
fn is_place(column: &str) -> bool {
    let starts = ["spec.", "metadata.", "status."];
    !column.contains(' ')
        && (column.contains('{') || starts.iter().any(|start| column.starts_with(start)))
}

/// Text before the last column, and the column.
fn last_column(text: &str) -> Option<(&str, &str)> {
    let (rest, column) = text.trim_end().rsplit_once("  ")?;
    Some((rest.trim_end(), column.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::{Wide, is_line};

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

    #[test]
    fn columns_stand_around_the_message_of_wide_lines() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(source, message)| Wide { source, message });
            assert_eq!(Wide::of(text, "shop-0"), expected, "{text}");
        };
        let ends = "10m    12    shop-0.17d3a5";
        check(
            &format!("spec.containers{{app}}   kubelet, node-1   Back-off of it   {ends}"),
            Some(("kubelet, node-1", "Back-off of it")),
        );
        check(
            &format!("deployment-controller   Scaled up   {ends}  "),
            Some(("deployment-controller", "Scaled up")),
        );
        check(
            &format!("kubelet, node-1.example.com   Back-off of it   {ends}"),
            Some(("kubelet, node-1.example.com", "Back-off of it")),
        );
        check("Back-off restarting   10m   12   other.17d3a5", None);
        check("Back-off  restarting  failed  container", None);
        check("", None);
    }
}
