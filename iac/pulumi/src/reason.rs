//! Messages of the engine that are fit to be kept: no colors, no secrets, of bounded length.

use nepho_core::secret::mask;
use serde_json::Value;
use serde_json::value::RawValue;

/// Characters of a message that are kept.
const LENGTH: usize = 300;

/// Shortest sensitive value that is looked for; shorter ones occur by chance.
const SHORTEST: usize = 6;

/// Characters of the shortest ids of requests; anything shorter is a word.
const SHORTEST_REQUEST: usize = 8;

/// Parts of property names whose values are secret.
const SENSITIVE: [&str; 13] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "accesskey",
    "connectionstring",
    "credential",
    "userdata",
    "authorization",
    "environment",
    "variables",
];

/// `message` without color marks, without the `sensitive` values and without what looks like a
/// secret.
pub(crate) fn redact(message: &str, sensitive: &[String]) -> String {
    // Masked before it is cut, with room to spare, so that no half of a secret stays.
    let window = match message.char_indices().nth(4096) {
        Some((end, _)) => message.get(..end).unwrap_or_default(),
        None => message,
    };
    let mut text = without_colors(window).trim().to_owned();
    for value in sensitive.iter().filter(|value| value.len() >= SHORTEST) {
        text = text.replace(value.as_str(), "***");
    }
    let masked = mask(&text);
    match masked.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", masked.get(..end).unwrap_or_default()),
        None => masked.into_owned(),
    }
}

/// Id of the request that failed, where a message tells it: `StatusCode: 400, RequestID: 0a1b-...`
/// of providers for AWS. The audit log has the same id.
pub(crate) fn request_id(message: &str) -> Option<String> {
    // The same length in lower case: only ASCII changes.
    let lower = message.to_ascii_lowercase();
    let marks = ["request id:", "requestid:", "request-id:"];
    let found = marks.iter().flat_map(|mark| lower.match_indices(mark));
    found.into_iter().find_map(|(at, mark)| {
        let rest = message.get(at + mark.len()..)?.trim_start();
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let id = rest.get(..end.unwrap_or(rest.len()))?;
        let is_id = id.len() >= SHORTEST_REQUEST && id.bytes().any(|byte| byte.is_ascii_digit());
        is_id.then(|| id.to_owned())
    })
}

/// Values of `properties` that must not be quoted, the longest first.
pub(crate) fn sensitive(properties: &RawValue) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str::<Value>(properties.get()) {
        collect(&value, false, &mut found);
    }
    found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    found.dedup();
    found
}

fn collect(value: &Value, is_sensitive: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_sensitive => found.push(text.clone()),
        Value::Array(list) => list
            .iter()
            .for_each(|value| collect(value, is_sensitive, found)),
        Value::Object(map) => {
            // An object with this key wraps a secret: every text in it is one.
            let is_secret = map.contains_key("4dabf18193072939515e22adb298388d");
            for (name, value) in map {
                let name = name.to_ascii_lowercase().replace(['_', '-'], "");
                let is_named = SENSITIVE.iter().any(|word| name.contains(word));
                collect(value, is_sensitive || is_secret || is_named, found);
                if let (true, "plaintext", Value::String(text)) = (is_secret, name.as_str(), value)
                    && let Ok(inner) = serde_json::from_str::<Value>(text)
                {
                    // The text is itself JSON, mostly of a string.
                    collect(&inner, true, found);
                }
            }
        }
        _ => {}
    }
}

/// `text` without marks such as `<{%fg 1%}>`.
fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, mark)) = rest.split_once("<{%") {
        plain.push_str(before);
        rest = mark.split_once("%}>").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_plain_and_holds_no_secret() {
        let properties = r#"{"masterPassword":"orange-tree","tags":{"a":"green-hill"},"key":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"blue-sky\""}}"#;
        let raw = serde_json::from_str::<&RawValue>(properties).ok();
        let sensitive = raw.map(sensitive).unwrap_or_default();
        let message = "<{%reset%}>creating Bucket: green-hill, orange-tree, blue-sky, password=x refused<{%reset%}>\n";
        assert_eq!(
            redact(message, &sensitive),
            "creating Bucket: green-hill, ***, ***, password=*** refused"
        );
    }

    #[test]
    fn the_request_is_found_in_a_message() {
        let check = |message: &str, expected: Option<&str>| {
            assert_eq!(request_id(message).as_deref(), expected, "{message}");
        };
        let id = Some("0a1b2c3d-0000-4000-8000-00000000000f");
        check(
            "api error: https response error StatusCode: 400, RequestID: 0a1b2c3d-0000-4000-8000-00000000000f, InvalidParameter",
            id,
        );
        check(
            "status code: 403, request id: 0a1b2c3d-0000-4000-8000-00000000000f",
            id,
        );
        check("request id: none", None);
        check("no request", None);
    }

    #[test]
    fn an_open_mark_and_a_long_message_are_cut() {
        assert_eq!(redact("a <{%fg 1", &[]), "a");
        assert_eq!(
            redact(&"\u{e4}".repeat(9000), &[]).chars().count(),
            LENGTH + 3
        );
    }
}
