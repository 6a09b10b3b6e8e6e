//! Messages that are fit to be kept: no values, no secrets, of bounded length.

use nepho_iac_common::reason::{fit, in_order, without};
use serde_json::Value;

/// `message` without the `sensitive` values and without what looks like a secret.
pub(crate) fn redact(message: &str, sensitive: &[String]) -> String {
    let message = without(message, sensitive);
    fit(&without_values(without_secret(&message)))
}

/// A message of the API server up to where it says what is wrong with a secret, which may quote it:
/// `Secret "db" is invalid`.
fn without_secret(message: &str) -> &str {
    let places = message.match_indices("Secret \"");
    let ends = places.filter_map(|(at, secret)| {
        let start = at + secret.len();
        let name = message.get(start..)?.split('"').next()?;
        let wrong = "\" is invalid";
        let end = start + name.len();
        message
            .get(end..)?
            .starts_with(wrong)
            .then_some(end + wrong.len())
    });
    ends.min()
        .and_then(|end| message.get(..end))
        .unwrap_or(message)
}

/// A message of the API server without what it quotes of the object: `Invalid value: "x": must be`,
/// `Unsupported value: "x"`.
fn without_values(message: &str) -> String {
    let mut words = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(found) = rest.find("alue: ") {
        let (before, value) = rest.split_at(found + "alue: ".len());
        words.push_str(before);
        words.push_str("***");
        rest = &value[end_of(value)..];
    }
    words.push_str(rest);
    words
}

/// Where a quoted value ends: behind its closing quote, else before `:` and a blank; what has a
/// brace before that is an object or a list, and ends as [`end_of_object`] says.
fn end_of(value: &str) -> usize {
    if let Some(inner) = value.strip_prefix('"') {
        let mut is_escaped = false;
        for (at, c) in inner.char_indices() {
            match c {
                '"' if !is_escaped => return at + 2,
                '\\' => is_escaped = !is_escaped,
                _ => is_escaped = false,
            }
        }
        return value.len();
    }
    match value.split_once(": ") {
        Some((begin, _)) if begin.contains(['{', '[']) => end_of_object(value),
        Some((begin, _)) => begin.len(),
        None => value.len(),
    }
}

/// Where an object or list ends that is quoted as JSON or as Go prints it: before the last `:` and
/// a blank behind as many braces as were opened. A text in it may have the same signs, so a message
/// that has braces, brackets or quotes behind that is hidden to its end.
fn end_of_object(value: &str) -> usize {
    let count = |text: &str, signs: [char; 2]| text.matches(signs).count();
    let found = value.rmatch_indices(": ").find(|(at, _)| {
        let object = value.get(..*at).unwrap_or_default();
        object.ends_with(['}', ']']) && count(object, ['{', '[']) == count(object, ['}', ']'])
    });
    let end = found.map_or(value.len(), |(at, _)| at);
    let is_told = |rest: &str| !rest.contains(['{', '}', '[', ']', '"', '\'']);
    match value.get(end..).is_some_and(is_told) {
        true => end,
        false => value.len(),
    }
}

/// Texts in `value` that must not be quoted, the longest first.
pub(crate) fn leaves(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    in_order(found)
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, found)),
        Value::Object(members) => members.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_quotes_does_not_stay() {
        let check = |message: &str, expected: &str| assert_eq!(redact(message, &[]), expected);
        check(
            "spec.type: Unsupported value: \"Ingress\"",
            "spec.type: Unsupported value: ***",
        );
        check(
            "data: Invalid value: \"a\\\"b\": must be base64",
            "data: Invalid value: ***: must be base64",
        );
        check(
            "port: Invalid value: 99999: must be below 65536",
            "port: Invalid value: ***: must be below 65536",
        );
        for value in [
            r#"{"a":"x: hunter2"}"#,
            r#"{"a":"{}: hunter2","b":[{"c":": "}]}"#,
            r#"["x: hunter2"]"#,
            "map[a:x: hunter2 b:[c]]",
            r#"core.Spec{A:"x: hunter2"}"#,
        ] {
            check(
                &format!("spec: Invalid value: {value}: must be one"),
                "spec: Invalid value: ***: must be one",
            );
            check(
                &format!("spec: Invalid value: {value}"),
                "spec: Invalid value: ***",
            );
        }
        check(
            r#"Invalid value: {"a":"x: hunter2 an"#,
            "Invalid value: ***",
        );
        check(
            r#"Invalid value: {"a":"}: hunter2", "b": 1"#,
            "Invalid value: ***",
        );
        check(
            "failed, reason: Secret \"db\" is invalid: data.pw: orange-tree",
            "failed, reason: Secret \"db\" is invalid",
        );
        check("Secret \"db\" not found", "Secret \"db\" not found");
        assert_eq!(
            redact("x orange-tree y", &["orange-tree".to_owned()]),
            "x *** y"
        );
    }
}
