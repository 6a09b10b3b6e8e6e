//! Errors of deployments in words that are fit to be kept: no values, no secrets, of bounded
//! length.

use nepho_iac_common::reason;
use serde_json::Value;

use crate::value::{at, list, text};

/// Errors within errors that are followed.
const DEEPEST: usize = 16;
/// Longest code of an error.
const LONGEST_CODE: usize = 80;
/// Codes that only say that something inside failed.
const OUTER: [&str; 5] = [
    "DeploymentFailed",
    "ResourceDeploymentFailure",
    "InvalidTemplateDeployment",
    "DeploymentStackDeploymentFailed",
    "MultipleErrorsOccurred",
];

/// An error as Azure tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Code: `StorageAccountAlreadyTaken`.
    pub(crate) code: String,
    /// Code and message, masked.
    pub(crate) reason: String,
    /// Id of the resource that it is about, where it is told.
    pub(crate) target: Option<String>,
}

impl Failure {
    /// The code, where there is one that is a word.
    pub(crate) fn code(&self) -> Option<String> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let is_code = !self.code.is_empty()
            && self.code.len() <= LONGEST_CODE
            && self.code.bytes().all(is_word)
            // A value that nobody may quote is masked there.
            && self.reason.starts_with(&self.code);
        is_code.then(|| self.code.clone())
    }

    /// Whether the resource was not begun because something else failed.
    pub(crate) fn is_consequence(&self) -> bool {
        let lower = self.reason.to_ascii_lowercase();
        self.code.eq_ignore_ascii_case("Canceled")
            || lower.contains("was canceled because")
            || lower.contains("dependency failed")
    }
}

/// The innermost errors of `error`, which is an object with `code`, `message` and `details`, or
/// text.
pub(crate) fn failures(error: &Value, values: &Values) -> Vec<Failure> {
    let mut found = Vec::new();
    collect(error, values, 0, &mut found);
    found
}

fn collect(error: &Value, values: &Values, depth: usize, found: &mut Vec<Failure>) {
    let error = at(error, &["error"])
        .filter(|inner| inner.is_object())
        .unwrap_or(error);
    if let Some(message) = error.as_str() {
        // The message of one service is often the JSON of the error of the next one.
        match serde_json::from_str::<Value>(message) {
            Ok(inner) if inner.is_object() && depth < DEEPEST => {
                collect(&inner, values, depth + 1, found);
            }
            _ => found.push(failure("", message, None, values)),
        }
        return;
    }
    let details = list(error, &["details"]);
    let code = text(error, &["code"]).unwrap_or_default();
    let before = found.len();
    if depth < DEEPEST {
        for detail in details {
            collect(detail, values, depth + 1, found);
        }
    }
    let is_outer = OUTER.iter().any(|outer| outer.eq_ignore_ascii_case(code));
    if found.len() > before && (is_outer || before == 0) {
        return;
    }
    let message = text(error, &["message"]).unwrap_or_default();
    if code.is_empty() && message.is_empty() {
        return;
    }
    if let Ok(inner) = serde_json::from_str::<Value>(message)
        && inner.is_object()
        && depth < DEEPEST
    {
        return collect(&inner, values, depth + 1, found);
    }
    found.push(failure(code, message, text(error, &["target"]), values));
}

fn failure(code: &str, message: &str, target: Option<&str>, values: &Values) -> Failure {
    let words = match (code, message) {
        ("", message) => message.to_owned(),
        (code, "") => code.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    Failure {
        code: code.to_owned(),
        reason: values.redact(&words),
        target: target
            .filter(|target| nepho_core::key::is_azure_id(target))
            .map(str::to_owned),
    }
}

/// Values of a document that must not be quoted: those of parameters and outputs.
#[derive(Default)]
pub(crate) struct Values(Vec<String>);

impl Values {
    /// Values of the parameters and outputs in `properties`, but those that are parts of `ids`:
    /// names of resources are no secrets.
    pub(crate) fn of(properties: &Value, ids: &[&str]) -> Self {
        let mut values = Vec::new();
        for name in ["parameters", "outputs", "parametersLink", "externalInputs"] {
            if let Some(value) = at(properties, &[name]) {
                leaves(value, &mut values);
            }
        }
        values.retain(|value| !ids.iter().any(|id| id.contains(value.as_str())));
        Self(reason::in_order(values))
    }

    /// `message` without these values and without what looks like a secret.
    pub(crate) fn redact(&self, message: &str) -> String {
        reason::redact(message, &self.0)
    }
}

fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|value| leaves(value, found)),
        Value::Object(members) => members
            .iter()
            // The type of a parameter is a word such as `SecureString`.
            .filter(|(name, _)| *name != "type")
            .for_each(|(_, value)| leaves(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_errors_are_told_without_values() {
        let properties = serde_json::json!({
            "parameters": {"adminPassword": {"type": "SecureString", "value": "orange-tree"}},
        });
        let values = Values::of(&properties, &[]);
        let error = serde_json::json!({"code": "DeploymentFailed", "message": "see details", "details": [
            {"code": "Conflict", "message": "{\"error\":{\"code\":\"AccountTaken\",\"message\":\"orange-tree is taken\"}}",
             "target": "/subscriptions/s/resourceGroups/g"},
        ]});
        let told = failures(&error, &values);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].reason, "AccountTaken: *** is taken");
        assert_eq!(told[0].code().as_deref(), Some("AccountTaken"));
        let error = serde_json::json!({"code": "orange-tree", "message": "refused"});
        assert_eq!(failures(&error, &values)[0].code(), None);
    }
}
