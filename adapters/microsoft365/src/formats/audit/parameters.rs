//! Where an Exchange command sends mail to, and whom it lets in: what attackers change first.
//!
//! Source: learn.microsoft.com/powershell/module/exchange/ new-inboxrule, set-mailbox,
//! add-mailboxpermission, as of 2026-11-28.

use std::borrow::Cow;

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;

/// Parameters that hold no secrets, with the names of the extras.
const NAMES: [(&str, &str); 11] = [
    ("ForwardTo", "forward_to"),
    ("ForwardAsAttachmentTo", "forward_to"),
    ("RedirectTo", "forward_to"),
    ("ForwardingSmtpAddress", "forward_to"),
    ("ForwardingAddress", "forward_to"),
    ("DeliverToMailboxAndForward", "deliver_and_forward"),
    ("DeleteMessage", "delete_message"),
    ("MoveToFolder", "move_to_folder"),
    ("AccessRights", "access_rights"),
    ("User", "granted_to"),
    ("Trustee", "granted_to"),
];

/// Hands out these parameters: an array of names and values, which Log Analytics has as text.
pub(super) fn found(raw: &str, found: &mut dyn FnMut(&str, &str)) {
    let Ok(fields) = JsonFields::parse(raw) else {
        return;
    };
    let Some(parameters) = fields.raw("Parameters") else {
        return;
    };
    let parameters: Cow<'_, str> = match parameters.strip_prefix('"') {
        Some(text) => unescape(text.strip_suffix('"').unwrap_or(text)),
        None => parameters.into(),
    };
    for parameter in elements(&parameters) {
        let Ok(parameter) = JsonFields::parse(parameter) else {
            continue;
        };
        let (Some(name), Some(value)) = (parameter.text("Name"), parameter.text("Value")) else {
            continue;
        };
        if let Some((_, word)) = NAMES.iter().find(|(held, _)| *held == name)
            && !value.is_empty()
        {
            found(word, &unescape(value));
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_parameters_without_secrets_are_told() {
        let check = |raw: &str| {
            let mut told = Vec::new();
            super::found(raw, &mut |name, value| told.push(format!("{name}={value}")));
            assert_eq!(told, ["forward_to=x@example.net", "delete_message=True"]);
        };
        let list = r#"[{"Name":"ForwardTo","Value":"x@example.net"},{"Name":"Password","Value":"y"},{"Name":"DeleteMessage","Value":"True"}]"#;
        check(&format!("{{\"Parameters\":{list}}}"));
        let text = list.replace('"', "\\\"");
        check(&format!("{{\"Parameters\":\"{text}\"}}"));
    }
}
