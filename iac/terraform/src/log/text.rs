//! The output of `apply` for people, as most pipelines keep it: what it tells of steps becomes the
//! messages that `-json` would have given.
//!
//! `internal/command/views/hook_ui.go`, `views/apply.go` and `command/format/diagnostic.go` of
//! github.com/hashicorp/terraform, read 2026-11-28.

use std::collections::HashMap;

use serde_json::json;

use super::message::Message;
use super::run::Run;
use super::wrapped::behind_stream;
use crate::place::{Places, describe};
use crate::plan::without_colors;
use nepho_core::feed::FeedOutput;

/// What stands behind the address in a line about a step: the words, the type of the message, the
/// action.
const STEPS: [(&str, &str, &str); 9] = [
    (": Creating...", "apply_start", "create"),
    (": Modifying...", "apply_start", "update"),
    (": Destroying...", "apply_start", "delete"),
    (": Creation complete after ", "apply_complete", "create"),
    (
        ": Modifications complete after ",
        "apply_complete",
        "update",
    ),
    (": Destruction complete after ", "apply_complete", "delete"),
    (": Creation errored after ", "apply_errored", "create"),
    (": Modifications errored after ", "apply_errored", "update"),
    (": Destruction errored after ", "apply_errored", "delete"),
];

/// What a line of the plan says that will happen to the resource that it names.
const PLANNED: [(&str, &str); 7] = [
    (" will be created", "create"),
    (" will be updated in-place", "update"),
    (" will be destroyed", "delete"),
    (" must be replaced", "replace"),
    (" will be replaced", "replace"),
    (" will be imported", "import"),
    (" is tainted, so must be replaced", "replace"),
];

/// Whether a text tells of steps of a run: of two, or of one behind a plan.
pub(crate) fn is_apply(text: &str) -> bool {
    if text.trim_start().starts_with('{') || !text.contains(": ") {
        return false;
    }
    let mut steps = text.lines().filter(|line| step(line).is_some());
    steps.next().is_some() && (steps.next().is_some() || crate::plan::is_text_plan(text))
}

/// A line about a step.
#[derive(Debug, PartialEq)]
struct Step<'a> {
    address: &'a str,
    kind: &'static str,
    action: &'static str,
    id: Option<&'a str>,
    seconds: Option<f64>,
}

/// The step that a line without colors and time tells of.
fn plain_step(line: &str) -> Option<Step<'_>> {
    let (words, kind, action) = STEPS.iter().find(|(words, _, _)| line.contains(words))?;
    let (address, rest) = line.split_once(words)?;
    // What is deleted behind the one that replaces it: `aws_instance.web (deposed object
    // 0a1b2c3d)`.
    let address = address.split(" (deposed").next().unwrap_or(address);
    let id = rest
        .split_once("[id=")
        .and_then(|(_, id)| id.trim_end().strip_suffix(']'));
    let length = rest.split(' ').next().unwrap_or_default();
    is_address(address).then(|| Step {
        address,
        kind,
        action,
        id,
        seconds: seconds(length),
    })
}

/// Whether a line, as it stands in the log, tells of a step.
fn step(line: &str) -> Option<()> {
    // Most lines of most logs have neither.
    if !line.contains("ing...") && !line.contains(" after ") {
        return None;
    }
    let (_, line) = split_time(line);
    plain_step(&without_colors(line)).map(|_| ())
}

/// `module.db["eu"].aws_db_instance.this[0]`: names joined by dots, of which the type has an
/// underscore.
fn is_address(text: &str) -> bool {
    let is_of_names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let outside = text.split(['[', ']']).step_by(2);
    text.contains('.')
        && text.contains('_')
        && !text.starts_with('.')
        && outside.flat_map(str::chars).all(is_of_names)
}

/// Seconds of `1s`, `1m30s`, `2h3m4s`.
fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut number = String::new();
    for c in text.chars() {
        let unit = match c {
            'h' => 3600.0,
            'm' => 60.0,
            's' => 1.0,
            digit if digit.is_ascii_digit() => {
                number.push(digit);
                continue;
            }
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    (!text.is_empty() && number.is_empty()).then_some(total)
}

/// The time that a runner wrote before a line, and the line without the name of its stream.
fn split_time(line: &str) -> (Option<&str>, &str) {
    if !line.starts_with(|first: char| first.is_ascii_digit()) {
        return (None, line);
    }
    match line.split_once(' ') {
        Some((time, rest)) if time.ends_with('Z') && time.contains('T') => {
            (Some(time), behind_stream(rest).0)
        }
        _ => (None, line),
    }
}

/// Reads the output for people.
pub(crate) fn read(text: &str, places: &Places<'_>, run: &mut Run<'_>, out: &mut FeedOutput) {
    let mut error: Option<(String, &str, Option<&str>)> = None;
    // Actions that have begun and not ended, by address.
    let mut open: HashMap<String, &'static str> = HashMap::new();
    for whole in text.lines() {
        let (time, rest) = split_time(whole);
        let plain = without_colors(rest);
        let line = plain.trim_end();
        if let Some(summary) = boxed(line).strip_prefix("Error: ") {
            tell_error(error.take(), places, run, out);
            error = Some((summary.to_owned(), whole, time));
            continue;
        }
        if let Some((summary, place, at)) = error.take() {
            // `\u{2502}   with aws_db_instance.orders,` names what the error is of.
            let named = boxed(line).trim_start().strip_prefix("with ");
            match named.and_then(|named| named.strip_suffix(',')) {
                Some(address) => {
                    // For people it is only the error that tells how a step ended.
                    if let Some(action) = open.remove(address) {
                        let hook = json!({"resource": {"addr": address}, "action": action});
                        let errored = json!({"type": "apply_errored", "hook": hook});
                        tell(errored, at, place, places, run, out);
                    }
                    let diagnostic =
                        json!({"severity": "error", "summary": summary, "address": address});
                    let message = json!({"type": "diagnostic", "diagnostic": diagnostic});
                    tell(message, at, place, places, run, out);
                    continue;
                }
                None if line.starts_with('\u{2575}') || plain_step(line).is_some() => {
                    tell_error(Some((summary, place, at)), places, run, out);
                }
                None => error = Some((summary, place, at)),
            }
        }
        if let Some(step) = plain_step(line) {
            match step.kind {
                "apply_start" => open.insert(step.address.to_owned(), step.action),
                _ => open.remove(step.address),
            };
        }
        if let Some(message) = message_of(line) {
            tell(message, time, whole, places, run, out);
        }
    }
    tell_error(error, places, run, out);
}

/// A line without the border of the box that errors stand in.
fn boxed(line: &str) -> &str {
    line.strip_prefix('\u{2502}').map_or(line, str::trim_start)
}

/// The message that a line stands for.
fn message_of(line: &str) -> Option<serde_json::Value> {
    if let Some(step) = plain_step(line) {
        return Some(json!({"type": step.kind, "hook": {
            "resource": {"addr": step.address}, "action": step.action,
            "id_value": step.id, "elapsed_seconds": step.seconds,
        }}));
    }
    if let Some(planned) = line.trim_start().strip_prefix("# ") {
        let found = PLANNED.iter().find_map(|(words, action)| {
            let address = planned.split_once(words)?.0;
            is_address(address).then_some((address, action))
        });
        return found.map(|(address, action)| {
            json!({"type": "planned_change", "change": {"resource": {"addr": address}, "action": action}})
        });
    }
    for (words, operation) in [
        ("Apply complete! Resources:", "apply"),
        ("Destroy complete! Resources:", "destroy"),
    ] {
        if line.starts_with(words) {
            return Some(json!({"type": "change_summary", "changes": {"operation": operation}}));
        }
    }
    let is_stopped =
        line.starts_with("Interrupt received") || line.starts_with("Stopping operation");
    is_stopped.then(|| json!({"type": "log", "@message": line}))
}

fn tell_error(
    error: Option<(String, &str, Option<&str>)>,
    places: &Places<'_>,
    run: &mut Run<'_>,
    out: &mut FeedOutput,
) {
    if let Some((summary, place, time)) = error {
        let diagnostic = json!({"severity": "error", "summary": summary});
        let message = json!({"type": "diagnostic", "diagnostic": diagnostic});
        tell(message, time, place, places, run, out);
    }
}

fn tell(
    mut message: serde_json::Value,
    time: Option<&str>,
    line: &str,
    places: &Places<'_>,
    run: &mut Run<'_>,
    out: &mut FeedOutput,
) {
    message["@timestamp"] = json!(time);
    let text = message.to_string();
    let read = Message::read(&text).map_err(|error| describe(&error));
    if let Err(reason) = read.and_then(|message| run.take(&message, places.line(line), out)) {
        out.rejects
            .push(places.reject(line, format!("line of a run: {reason}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_steps_are_told_from_others() {
        let check = |line: &str, expected: Option<(&str, &str, Option<&str>)>| {
            let found = plain_step(line);
            let found = found.map(|step| (step.address, step.action, step.id));
            assert_eq!(found, expected, "{line}");
        };
        check(
            "aws_security_group.web: Modifications complete after 1s [id=sg-0f1e]",
            Some(("aws_security_group.web", "update", Some("sg-0f1e"))),
        );
        check(
            r#"module.db["a b"].aws_db_instance.this[0]: Creating..."#,
            Some((
                r#"module.db["a b"].aws_db_instance.this[0]"#,
                "create",
                None,
            )),
        );
        check(
            "aws_instance.web (deposed object 0a1b2c3d): Destroying... [id=i-1]",
            Some(("aws_instance.web", "delete", Some("i-1"))),
        );
        check("cart.service: Creating... a basket", None);
        check("the aws_instance.web: Creating...", None);
        check("aws_instance.web: Still creating... [10s elapsed]", None);
        assert_eq!(seconds("1m30s"), Some(90.0));
        assert_eq!(seconds("soon"), None);
    }
}
