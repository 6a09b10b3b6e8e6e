//! Messages that are fit to be kept: no values, no secrets, of bounded length.

use nepho_iac_common::reason::in_order;
pub(crate) use nepho_iac_common::reason::redact;
use serde_json::Value;

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
            "failed, reason: Secret \"db\" is invalid: data.pw: orange-tree",
            "failed, reason: Secret \"db\" is invalid: ***",
        );
        let hidden = leaves(&serde_json::json!({"a": ["orange-tree"]}));
        assert_eq!(redact("x orange-tree y", &hidden), "x *** y");
    }
}
