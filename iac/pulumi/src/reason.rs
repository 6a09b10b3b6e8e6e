//! Messages of the engine that are fit to be kept: no colors, no secrets, of bounded length.

use nepho_iac_common::reason;
pub(crate) use nepho_iac_common::reason::{error_code, in_order, request_id};
use serde_json::Value;
use serde_json::value::RawValue;

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

/// `message` without color marks and without the `sensitive` values: what an id of a request and a
/// code are looked for in.
pub(crate) fn without(message: &str, sensitive: &[String]) -> String {
    reason::without(&without_colors(message), sensitive)
}

/// `message` without color marks, without the `sensitive` values and without what looks like a
/// secret.
pub(crate) fn redact(message: &str, sensitive: &[String]) -> String {
    reason::redact(&without_colors(message), sensitive)
}

/// Names of settings whose values tell a place, which messages name everywhere.
const PLACES: [&str; 5] = ["region", "location", "zone", "project", "profile"];

/// Values of `properties` that must not be quoted, the longest first; `None` where they cannot be
/// read, and nothing may be quoted.
pub(crate) fn sensitive(properties: &RawValue) -> Option<Vec<String>> {
    let is_named = |name: &str| SENSITIVE.iter().any(|word| name.contains(word));
    collected(properties, is_named)
}

/// Values of `properties` that are marked as secrets, the longest first: no message of the same
/// document may quote them, whatever resource it is about. `None` where they cannot be read.
pub(crate) fn secrets(properties: &RawValue) -> Option<Vec<String>> {
    // Most have none, and need not be parsed.
    match properties.get().contains(SIGNATURE) {
        true => collected(properties, |_| false),
        false => Some(Vec::new()),
    }
}

/// Values of the configuration in a `preludeEvent`, which may be secrets that nobody marked; but
/// not those of settings such as `aws:region`. `None` where it cannot be read.
pub(crate) fn configured(prelude: &RawValue) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let prelude = serde_json::from_str::<Value>(prelude.get()).ok()?;
    let config = prelude.get("config").and_then(Value::as_object);
    for (name, value) in config.into_iter().flatten() {
        let name = name.rsplit(':').next().unwrap_or_default();
        if PLACES.contains(&name) {
            continue;
        }
        collect(value, true, |_| true, &mut found);
        if let Value::String(text) = value {
            collect_inner(text, &mut found);
        }
    }
    Some(found)
}

fn collected(properties: &RawValue, is_named: fn(&str) -> bool) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let value = serde_json::from_str::<Value>(properties.get()).ok()?;
    collect(&value, false, is_named, &mut found);
    Some(in_order(found))
}

/// Key of the objects that Pulumi wraps something in; the value tells what. This and the values are
/// those of `sdk/go/common/resource/sig.go` of pulumi/pulumi, read 2026-11-28.
pub(crate) const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
/// It is a secret.
pub(crate) const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
/// It is an asset or an archive, of which the text may be secret, or a reference to a resource.
const OTHERS: [&str; 3] = [
    "c44067f5952c0a294b673a41bacd8c17",
    "0def7320c3a5731c473e5ecbe6d01bc7",
    "5cf8f73096256a8f31e491e813e4eb8e",
];

fn collect(value: &Value, is_sensitive: bool, is_named: fn(&str) -> bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_sensitive => found.push(text.clone()),
        Value::Array(list) => list
            .iter()
            .for_each(|value| collect(value, is_sensitive, is_named, found)),
        Value::Object(map) => {
            let signature = map.get(SIGNATURE).map(|value| value.as_str());
            let is_other = signature.is_some_and(|told| OTHERS.map(Some).contains(&told));
            // What is not known may be a secret: every text in it is one.
            let is_secret = signature.is_some() && !is_other;
            for (name, value) in map {
                let name = name.to_ascii_lowercase().replace(['_', '-'], "");
                let is_text = is_other && name == "text";
                let is_hidden = is_sensitive || is_secret || is_text || is_named(&name);
                collect(value, is_hidden, is_named, found);
                if let (true, "plaintext", Value::String(text)) = (is_secret, name.as_str(), value)
                {
                    collect_inner(text, found);
                }
            }
        }
        _ => {}
    }
}

/// Adds what stands in a text that is itself JSON, mostly of a string.
fn collect_inner(text: &str, found: &mut Vec<String>) {
    if let Ok(inner) = serde_json::from_str::<Value>(text) {
        collect(&inner, true, |_| true, found);
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
        let sensitive = raw.and_then(sensitive).unwrap_or_default();
        let message = "<{%reset%}>creating Bucket: green-hill, orange-tree, blue-sky, password=x refused<{%reset%}>\n";
        assert_eq!(
            redact(message, &sensitive),
            "creating Bucket: green-hill, ***, ***, password=*** refused"
        );
    }

    #[test]
    fn files_and_references_are_told_and_secrets_are_not() {
        let special = |kind: &str, name: &str, text: &str| {
            format!(r#""{text}":{{"{SIGNATURE}":"{kind}","{name}":"{text}"}}"#)
        };
        let [asset, archive, reference] = OTHERS;
        let properties = [
            special(asset, "path", "./handler.zip"),
            special(archive, "path", "./archive.zip"),
            special(reference, "urn", "urn:pulumi:a::b::c::topic"),
            special(asset, "text", "orange-tree"),
            special("of another kind", "value", "green-hill"),
            special(SECRET, "plaintext", "blue-sky"),
        ];
        let properties = format!("{{{}}}", properties.join(","));
        let raw = serde_json::from_str::<&RawValue>(&properties).ok();
        let mut found = raw.and_then(sensitive).unwrap_or_default();
        found.sort();
        for signature in ["of another kind", SECRET] {
            found.retain(|text| text != signature);
        }
        assert_eq!(found, ["blue-sky", "green-hill", "orange-tree"]);
    }

    #[test]
    fn an_open_mark_is_cut() {
        assert_eq!(redact("a <{%fg 1", &[]), "a");
    }
}
