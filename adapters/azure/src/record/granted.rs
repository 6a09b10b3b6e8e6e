//! What an audit event of Entra granted or took: a role, a group, a permission of an application.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};

/// Names of modified properties that say what an event is, with those of the extras. They hold no
/// secrets, which others may.
const NAMES: [(&str, &str); 4] = [
    ("Role.DisplayName", "role"),
    ("Role.TemplateId", "role_template"),
    ("Group.DisplayName", "group"),
    ("AppRole.Value", "app_role"),
];

/// Hands out those values of `modifiedProperties`, a JSON array.
pub(crate) fn found(properties: &str, found: &mut dyn FnMut(&str, &str)) {
    for property in elements(properties) {
        let Ok(property) = JsonFields::parse(property) else {
            continue;
        };
        let name = property.text("displayName").unwrap_or_default();
        let word = NAMES
            .iter()
            .find(|(held, _)| held.eq_ignore_ascii_case(name));
        let Some((_, word)) = word else {
            continue;
        };
        // What was taken has only an old value. Both are JSON in text.
        let value = ["newValue", "oldValue"]
            .iter()
            .filter_map(|key| property.text(key))
            .map(unescape)
            .find(|value| !matches!(value.as_ref(), "" | "null" | "[]" | "\"\""));
        if let Some(value) = value {
            found(word, value.trim_matches('"'));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_granted_or_taken_is_told() {
        let text = r#"[{"displayName":"Role.DisplayName","oldValue":null,"newValue":"\"Reader\""},{"displayName":"Group.DisplayName","oldValue":"\"web\"","newValue":"\"\""},{"displayName":"KeyDescription","newValue":"\"secret\""},3]"#;
        let mut told = Vec::new();
        super::found(text, &mut |name, value| {
            told.push(format!("{name}={value}"))
        });
        assert_eq!(told, ["role=Reader", "group=web"]);
    }
}
