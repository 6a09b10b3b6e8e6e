//! What policies of AWS allow and deny, and rules of Kubernetes.
//!
//! docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html (read 2026-11-29).

use serde_json::Value;

/// Actions that one statement speaks of, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    /// Patterns with `*` and `?`.
    pub actions: Vec<String>,
    /// Whether it speaks of all others (`NotAction`).
    pub is_but: bool,
}

impl Statement {
    /// Every action there is.
    pub(super) fn all() -> Self {
        Self {
            actions: vec!["*".to_owned()],
            is_but: false,
        }
    }

    /// Whether it speaks of an action; of one that nobody tells only if it speaks of all.
    pub(super) fn may_have(&self, action: Option<&str>) -> bool {
        match action {
            Some(action) => self.has(action),
            None => *self == Self::all(),
        }
    }

    fn has(&self, action: &str) -> bool {
        let mut patterns = self.actions.iter();
        patterns.any(|pattern| matches(pattern.as_bytes(), action.as_bytes())) != self.is_but
    }

    /// Whether it names the action, and not whatever there is.
    fn names(&self, action: &str) -> bool {
        self.has(action) && !self.is_but && !self.actions.iter().any(|one| one == "*")
    }
}

/// Whether some statements speak of an action.
pub(super) fn have(statements: &[Statement], action: &str) -> bool {
    statements.iter().any(|statement| statement.has(action))
}

/// Whether some statements name an action.
pub(super) fn name(statements: &[Statement], action: &str) -> bool {
    statements.iter().any(|statement| statement.names(action))
}

/// Whether some statements speak of the service of an action, `s3` of `s3:getobject`.
pub(super) fn are_of_service(statements: &[Statement], action: &str) -> bool {
    let service = |name: &str| name.split(':').next().unwrap_or_default().to_owned();
    let own = service(action);
    let is_meant = |pattern: &String| matches(service(pattern).as_bytes(), own.as_bytes());
    let mut statements = statements.iter();
    statements.any(|statement| statement.is_but || statement.actions.iter().any(is_meant))
}

/// What a policy says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    /// What it allows on everything, without a condition.
    pub(super) allows: Vec<Statement>,
    /// What it denies on something.
    pub(super) denies: Vec<Statement>,
    /// All that it speaks of.
    pub(super) says: Vec<Statement>,
}

impl Document {
    /// Policy out of its text, which records hold as it was sent: some with `%` for signs.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let decoded = decoded(text);
        let json: Value = serde_json::from_str(&decoded).ok()?;
        let statements = match &json["Statement"] {
            Value::Array(list) => list.iter().collect(),
            one @ Value::Object(_) => vec![one],
            _ => return None,
        };
        let mut document = Self::default();
        for statement in statements {
            let list = |name: &str| texts(&statement[name]);
            let (actions, others) = (list("Action"), list("NotAction"));
            let is_but = actions.is_empty();
            let found = Statement {
                actions: if is_but { others } else { actions },
                is_but,
            };
            if found.actions.is_empty() {
                continue;
            }
            document.says.push(found.clone());
            let is_for_all = list("Resource").iter().any(|resource| resource == "*");
            match statement["Effect"].as_str()? {
                "Deny" => document.denies.push(found),
                _ if is_for_all && statement["Condition"].is_null() => document.allows.push(found),
                _ => {}
            }
        }
        Some(document)
    }
}

/// A text or the texts of a list, in lower case.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.to_lowercase()],
        Value::Array(list) => {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_lowercase).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a name says that a policy takes rights away: `AWSDenyAll`,
/// `AWSCompromisedKeyQuarantineV3`.
pub(crate) fn is_denial(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("deny") || name.contains("quarantine")
}

/// Text with `%7B` and the like as the signs that they stand for.
fn decoded(text: &str) -> String {
    if !text.trim_start().starts_with('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hex = behind.get(..2).filter(|_| *first == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a pattern with `*` and `?` fits a text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(sign) if *sign == b'?' || Some(sign) == text.get(from) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((place, next)) = star else {
                    return false;
                };
                star = Some((place, next + 1));
                (at, from) = (place + 1, next + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|sign| *sign == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_tells_what_it_denies() {
        let check = |text: &str, action: &str, expected: (bool, bool)| {
            let found = Document::parse(text).unwrap();
            let denies = have(&found.denies, action);
            assert_eq!((denies, have(&found.allows, action)), expected, "{action}");
        };
        let text = r#"{"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Action": ["s3:Delete*", "sqs:Send?essage"], "Resource": "arn:aws:s3:::x"},
            {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "sns:*", "Resource": "*", "Condition": {"Bool": {"a": "b"}}}]}"#;
        check(text, "s3:deletebucket", (true, false));
        check(text, "s3:getobject", (false, false));
        check(text, "sqs:sendmessage", (true, true));
        check(text, "sns:publish", (false, false));
        let but = r#"{"Statement": {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}}"#;
        check(but, "s3:getobject", (true, false));
        check(but, "iam:getrole", (false, false));
        let sent = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
        check(sent, "s3:getobject", (true, false));
        assert_eq!(Document::parse("HIDDEN_DUE_TO_SECURITY_REASONS"), None);
    }

    #[test]
    fn names_of_policies_tell_that_they_deny() {
        assert!(is_denial("AWSDenyAll"));
        assert!(is_denial("AWSCompromisedKeyQuarantineV3"));
        assert!(!is_denial("ReadOnlyAccess"));
    }
}
