//! Events of Keycloak as its own log has them (`org.keycloak.events`).
//!
//! Source: keycloak.org/docs/latest/server_admin ("Auditing user events", "Event listeners"),
//! as of 2026-11-30; `JBossLoggingEventListenerProvider.java` of github.com/keycloak/keycloak at
//! commit 65e40e52 (values bare; details with blanks in single quotes), as of 2026-12-01. The
//! later version with quotes was not read.

use nepho_codec::table::{Event, LineFormat, Lines, To, keep, put_text, severity, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "keycloak.audit_text",
    summary: "Keycloak events of users and administrators in its server log",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

const FIELDS: usize = 0;

/// Signs around values, of which one is set (`quotes`); older versions have the second one around
/// details with blanks, and none around the others.
const QUOTES: [char; 2] = ['"', '\''];

static LINES: Lines = Lines {
    name: "keycloak.audit_text",
    patterns: &[
        "{time:time} {level:level}{ }[org.keycloak.events] ({thread}) type={fields:rest}",
        "{time:time} {level:level}{ }[org.keycloak.events] ({thread}) operationType={fields:rest}",
    ],
    confidence: 93,
    constants: &[(Column::Service, "keycloak")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        keep(&["fields"], FIELDS),
    ],
    extras: &[],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let fields = event.kept(FIELDS).unwrap_or_default();
    // Behind the thread.
    let start = event.text.len() - fields.len();
    let body = event.text.get(..start).and_then(|head| head.rfind(") "));
    let body = body.and_then(|end| event.text.get(end + 2..));
    put_event(body.unwrap_or(event.text), row);
}

/// Puts what an event tells: `type="LOGIN_ERROR", realmId="shop", ...` of a user,
/// `operationType="DELETE", ...` of an administrator.
pub(super) fn put_event(message: &str, row: &mut Row<'_>) {
    let (first, fields) = message.split_once('=').unwrap_or(("", message));
    let kind = fields
        .split(',')
        .next()
        .unwrap_or_default()
        .trim_matches(QUOTES);
    let value = |key: &str| value(fields, key).filter(|value| *value != "null");
    let is_of_user = first == "type";
    match value("resourceType").filter(|_| !is_of_user) {
        Some(resource) => row.text_of(Column::Action, &[kind, "_", resource]),
        None => row.text(Column::Action, kind),
    };
    let actor = value("username").or_else(|| value("userId"));
    row.text(Column::Actor, actor.unwrap_or_default());
    if let Some(address) = value("ipAddress") {
        put_text(address, To::SourceAddress, row);
    }
    if let Some(path) = value("resourcePath") {
        row.resource(path);
    }
    let error = value("error");
    // Of every type there is one for the failure.
    row.outcome(match error.is_some() || kind.ends_with("_ERROR") {
        true => Outcome::Failure,
        false => Outcome::Success,
    });
    row.text(Column::Body, error.unwrap_or(message));
}

/// Value of `, key="value"`, `, key='value'` or `, key=value`.
fn value<'a>(fields: &'a str, key: &str) -> Option<&'a str> {
    for (at, _) in fields.match_indices(key) {
        let is_start = fields.get(..at)?.ends_with(", ");
        let Some(behind) = fields.get(at + key.len()..)?.strip_prefix('=') else {
            continue;
        };
        if is_start {
            let quote = behind.chars().next().filter(|sign| QUOTES.contains(sign));
            return match quote {
                Some(quote) => behind.get(1..)?.split(quote).next(),
                None => behind.split(", ").next(),
            };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_quotes_or_not() {
        let fields = r#""LOGIN", realmId="a, b", userId=null, ipAddress=10.0.0.7, username="mona""#;
        assert_eq!(value(fields, "realmId"), Some("a, b"));
        assert_eq!(value(fields, "ipAddress"), Some("10.0.0.7"));
        assert_eq!(value(fields, "username"), Some("mona"));
        let older = "LOGIN, username='a, b', auth_method=saml";
        assert_eq!(value(older, "username"), Some("a, b"));
        assert_eq!(value(older, "auth_method"), Some("saml"));
        assert_eq!(value(fields, "name"), None);
    }
}
