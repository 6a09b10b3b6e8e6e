//! Entries of Cloud Logging as some of its clients print them: members are called as in Protocol
//! Buffers, `log_name`, `json_payload`. They get the names that the API has.
//!
//! Rows of Log Analytics are called so too; these have a `log_id` besides, and stay as they are.
//!
//! Source: github.com/googleapis/googleapis, `google/logging/v2/log_entry.proto` and
//! `google/logging/type/http_request.proto`, as of 2026-12-01.

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::{JsonFields, unescape};

/// What the name of a log begins with.
const PARENTS: [&str; 4] = [
    "projects/",
    "organizations/",
    "folders/",
    "billingAccounts/",
];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let is_name = |name: &str| {
        let name = unescape(name);
        name.contains("/logs/") && PARENTS.iter().any(|parent| name.starts_with(parent))
    };
    let has_payload = ["json_payload", "text_payload", "http_request"]
        .iter()
        .any(|key| fields.raw(key).is_some());
    let is_entry = fields.text("log_name").is_some_and(is_name)
        && has_payload
        && fields.raw("log_id").is_none();
    if !is_entry {
        return Opened::No;
    }
    Opened::Inside(vec![Inner {
        text: renamed(fields, true).into(),
        envelope: envelope(record),
    }])
}

/// The object with names of the API; so is the request that it holds. Names within payloads and
/// labels are of whoever wrote them.
fn renamed(fields: &JsonFields<'_>, is_entry: bool) -> String {
    let mut text = String::from("{");
    for (key, value) in fields.members() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push('"');
        push_name(key, &mut text);
        text.push_str("\":");
        let request = (is_entry && *key == "http_request").then(|| JsonFields::parse(value).ok());
        match request.flatten() {
            Some(request) => text.push_str(&renamed(&request, false)),
            None => text.push_str(value),
        }
    }
    text.push('}');
    text
}

/// `requestMethod` of `request_method`.
fn push_name(key: &str, text: &mut String) {
    let mut parts = key.split('_');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut letters = part.chars();
        text.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn names_are_those_of_the_api() {
        let check = |text: &str, expected: Option<&str>| {
            let found = inside(open, text);
            let found = found.first().map(|inner| inner.text.as_ref());
            assert_eq!(found, expected, "{text}");
        };
        check(
            r#"{"log_name":"projects/p/logs/x","json_payload":{"src_ip":"a"},"http_request":{"request_url":"/","cache_hit":true},"insert_id":"1","labels":{"a_b":"c"}}"#,
            Some(
                r#"{"logName":"projects/p/logs/x","jsonPayload":{"src_ip":"a"},"httpRequest":{"requestUrl":"/","cacheHit":true},"insertId":"1","labels":{"a_b":"c"}}"#,
            ),
        );
        for text in [
            r#"{"log_name":"projects/p/logs/x","log_id":"x","json_payload":{"a":1}}"#,
            r#"{"log_name":"projects/p/logs/x","severity":"INFO"}"#,
            r#"{"log_name":"x","json_payload":{"a":1}}"#,
            r#"{"log_name":"app.log","message":"x"}"#,
            r#"{"log_name":"/var/logs/web.log","http_request":{"status":500},"level":"error"}"#,
            r#"{"logName":"x","jsonPayload":{}}"#,
            r#"{"json_payload":{"a":1},"http_request":{}}"#,
        ] {
            check(text, None);
        }
    }
}
