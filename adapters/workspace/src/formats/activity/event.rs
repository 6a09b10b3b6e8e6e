//! One event of an activity: its name, and its parameters by their names.
//!
//! Names and meaning of parameters differ by application. Source (as of 2026-11-27):
//! developers.google.com/workspace/admin/reports/v1/appendix/activity (pages of all applications).

use std::borrow::Cow;

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::json::url_path;
use nepho_codec::table::address;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

/// Parameters that name what the event is about, the most specific first.
const TARGETS: [&str; 46] = [
    // Drive, Keep, Classroom, Data Studio
    "doc_id",
    "note_name",
    "asset_id",
    "ASSET_ID",
    "course_id",
    // users, groups, domains, devices of the Admin console
    "USER_EMAIL",
    "GROUP_EMAIL",
    "group_email",
    "group_id",
    "member_id",
    "member_email",
    "user_email",
    "affected_email_address",
    "target_user",
    "grantee_email",
    "email_forwarding_destination_address",
    "target",
    "DEVICE_ID",
    "device_id",
    "DEVICE_SERIAL_NUMBER",
    "RESOURCE_ID",
    "resource_id",
    "RESOURCE_IDENTIFIER",
    "RESOURCE_NAME",
    "resource_name",
    "ROLE_ID",
    "ROLE_NAME",
    "SITE_NAME",
    "DOMAIN_NAME",
    "DOMAIN_ALIAS",
    // OAuth and SAML
    "client_id",
    "oauth_client_id",
    "API_CLIENT_NAME",
    "OAUTH2_APP_ID",
    "application_name",
    "APPLICATION_NAME",
    // Calendar, Meet, Chat, Vault, Rules
    "event_id",
    "calendar_id",
    "conference_id",
    "message_id",
    "rfc2822_message_id",
    "room_id",
    "matter_id",
    "rule_resource_name",
    "ORG_UNIT_NAME",
    "SETTING_NAME",
];

/// Parameters with text that tells why or what, for a person.
const MESSAGES: [&str; 12] = [
    "event_description",
    "JUSTIFICATIONS",
    "GMAIL_RESET_REASON",
    "REASON",
    "reason",
    "EVENT_RESULT_DETAILS",
    "login_failure_type",
    "failure_type",
    "rule_name",
    "subject",
    "doc_title",
    "app_name",
];

/// Parameters that tell how it ended.
const RESULTS: [&str; 6] = [
    "EVENT_RESULT",
    "event_result",
    "BULK_UPLOAD_STATUS",
    "login_challenge_status",
    "status",
    "evaluation_result",
];

/// Parameters that are values of their own in no column, and their normalised names.
const EXTRAS: [(&str, &str); 22] = [
    ("NEW_VALUE", "new_value"),
    ("OLD_VALUE", "old_value"),
    ("new_value", "new_value"),
    ("old_value", "old_value"),
    ("SETTING_NAME", "setting"),
    ("ORG_UNIT_NAME", "org_unit"),
    ("orgunit_path", "org_unit"),
    ("APPLICATION_NAME", "application"),
    ("application_name", "application"),
    ("app_name", "application"),
    ("login_type", "login_type"),
    ("login_failure_type", "failure_type"),
    ("failure_type", "failure_type"),
    ("is_suspicious", "is_suspicious"),
    ("doc_type", "doc_type"),
    ("visibility", "visibility"),
    ("owner", "owner"),
    ("num_response_bytes", "bytes"),
    ("scope", "scope"),
    ("CAA_APPLICATION", "application"),
    ("CAA_ACCESS_LEVEL_UNSATISFIED", "rule"),
    ("FAILED_PASSWD_ATTEMPTS", "failures"),
];

/// Sets what an event tells.
pub(super) fn describe(event: &JsonFields<'_>, row: &mut Row<'_>) {
    let name = event.text("name").map(unescape).unwrap_or_default();
    row.text(Column::Action, &name);
    let parameters = Parameters::of(event);
    let values = TARGETS.iter().flat_map(|name| parameters.all(name));
    let mut targets: Vec<Cow<'_, str>> = Vec::new();
    for value in values {
        if !targets.contains(&value) {
            targets.push(value);
        }
    }
    for id in elements(event.raw("resourceIds").unwrap_or_default()) {
        let id = unescape(id.trim_matches('"'));
        if !targets.contains(&id) {
            targets.push(id);
        }
    }
    for detail in elements(event.raw("resourceDetails").unwrap_or_default()) {
        let id = JsonFields::parse(detail)
            .ok()
            .and_then(|detail| detail.text("id"));
        let id = unescape(id.unwrap_or_default());
        if !targets.contains(&id) {
            targets.push(id);
        }
    }
    for target in &targets {
        row.resource(target);
    }
    if let Some(message) = parameters.first(&MESSAGES) {
        row.text(Column::Body, &message);
    }
    if let Some(agent) = parameters.first(&["user_agent", "USER_AGENT", "DEVICE_USER_AGENT"]) {
        row.text(Column::UserAgent, &agent);
    }
    if let Some(path) = parameters.first(&["SITE_LOCATION", "WEB_ADDRESS", "URL", "url"]) {
        row.text(Column::Path, url_path(&path));
    }
    let device = [
        "DEVICE_NAME",
        "device_name",
        "DEVICE_SERIAL_NUMBER",
        "device_model",
    ];
    if let Some(device) = parameters.first(&device) {
        row.text(Column::Host, &device);
    }
    // Meet and Chrome have the address among the parameters.
    if !row.has(Column::SourceIp)
        && let Some(found) =
            parameters.first(&["ip_address", "IP_ADDRESS", "REMOTE_IP", "client_ip"])
        && let Some((address, _)) = address(&found)
    {
        row.text(Column::SourceIp, address);
    }
    if let Some(severity) = parameters
        .first(&["severity", "SEVERITY"])
        .and_then(|word| severity(&word))
    {
        row.severity(severity);
    }
    // Of a call of Meet.
    if let Some(seconds) = parameters.first(&["duration_seconds"])
        && let Some(nanos) = nepho_codec::time::duration(&seconds, 1e9)
    {
        row.duration(nanos);
    }
    if let Some(outcome) = outcome(&name, &parameters) {
        row.outcome(outcome);
    }
}

/// Severity of a rule that was triggered.
fn severity(word: &str) -> Option<Severity> {
    Severity::from_rank(word).or_else(|| Severity::from_word(word))
}

/// Outcome by the name of the event (`login_failure`, `login_success`), or by a parameter.
fn outcome(name: &str, parameters: &Parameters<'_>) -> Option<Outcome> {
    let result = || by_word(&parameters.first(&RESULTS)?);
    // Gmail.
    let success = || match &*parameters.first(&["success"])? {
        "true" => Some(Outcome::Success),
        "false" => Some(Outcome::Failure),
        _ => None,
    };
    by_word(name).or_else(result).or_else(success)
}

fn by_word(text: &str) -> Option<Outcome> {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    // Context-aware access: `ACCESS_DENY_EVENT`. In monitor mode it is told and let through.
    if text.starts_with("monitor_mode_") {
        return None;
    }
    let text = text.strip_suffix("_event").unwrap_or(&text);
    let last = text.rsplit(['_', ' ']).next().unwrap_or_default();
    match last {
        "failure" | "failed" | "fail" | "error" | "blocked" | "denied" | "deny" | "rejected" => {
            Some(Outcome::Failure)
        }
        "success" | "succeeded" | "successful" | "allowed" | "passed" => Some(Outcome::Success),
        _ => None,
    }
}

/// Values of an event that have no column.
pub(super) fn extras(event: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    if let Some(kind) = event.text("type") {
        found("event_type", &unescape(kind));
    }
    let parameters = Parameters::of(event);
    for (parameter, name) in EXTRAS {
        if let Some(value) = parameters.first(&[parameter]) {
            found(name, &value);
        }
    }
}

/// Keys of a parameter that may hold its value.
const VALUES: [&str; 6] = [
    "value",
    "multiValue",
    "intValue",
    "multiIntValue",
    "boolValue",
    "stringValue",
];
/// Messages within messages are looked into to this depth; mail events have two.
const MAX_DEPTH: usize = 4;

/// Parameters of an event, by name.
struct Parameters<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parameters<'a> {
    /// Parameters as the API writes them, `[{"name","value"}]`, or as an object of names and
    /// values.
    fn of(event: &JsonFields<'a>) -> Self {
        let raw = event.raw("parameters").unwrap_or_default();
        if raw.starts_with('{') {
            let fields = JsonFields::parse(raw);
            let members = fields.map(|fields| fields.members().to_vec());
            return Self(members.unwrap_or_default());
        }
        let mut found = Vec::new();
        collect(raw, MAX_DEPTH, &mut found);
        Self(found)
    }

    /// Values of one parameter: several if it is a list.
    fn all(&self, name: &str) -> Vec<Cow<'a, str>> {
        let raw = self.0.iter().find(|(held, _)| *held == name);
        let Some((_, raw)) = raw else {
            return Vec::new();
        };
        let texts = match raw.starts_with('[') {
            true => elements(raw),
            false => vec![*raw],
        };
        let texts = texts
            .into_iter()
            .filter(|text| *text != "null" && !text.starts_with('{'));
        texts.map(|text| unescape(unquoted(text))).collect()
    }

    /// The first value of the first of these parameters that there is.
    fn first(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names
            .iter()
            .find_map(|name| self.all(name).into_iter().find(|value| !value.is_empty()))
    }
}

/// Adds the parameters of a list, and those within them: parameters may be messages, with
/// parameters of their own.
fn collect<'a>(list: &'a str, depth: usize, found: &mut Vec<(&'a str, &'a str)>) {
    for element in elements(list) {
        let Ok(fields) = JsonFields::parse(element) else {
            continue;
        };
        let value = VALUES.iter().find_map(|key| fields.raw(key));
        if let (Some(name), Some(value)) = (fields.text("name"), value) {
            found.push((name, value));
        }
        if depth == 0 {
            continue;
        }
        if let Some(list) = fields.raw("messageValue.parameter") {
            collect(list, depth - 1, found);
        }
        for message in elements(fields.raw("multiMessageValue").unwrap_or_default()) {
            let message = JsonFields::parse(message);
            let list = message.ok().and_then(|message| message.raw("parameter"));
            collect(list.unwrap_or_default(), depth - 1, found);
        }
    }
}

fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_or_a_result_tells_the_outcome() {
        let check = |name: &str, parameters: &str, expected: Option<Outcome>| {
            let event = format!(r#"{{"parameters":{parameters}}}"#);
            let event = JsonFields::parse(&event).expect("an object");
            assert_eq!(outcome(name, &Parameters::of(&event)), expected, "{name}");
        };
        check("login_failure", "[]", Some(Outcome::Failure));
        check("login_success", "[]", Some(Outcome::Success));
        check("suspicious_login", "[]", None);
        check("CREATE_USER", "{}", None);
        let result = r#"[{"name":"EVENT_RESULT","value":"BLOCKED"}]"#;
        check("CONTENT_TRANSFER", result, Some(Outcome::Failure));
    }

    #[test]
    fn parameters_have_values_of_many_kinds() {
        let event = r#"{"parameters":[{"name":"a","multiValue":["x","y"]},{"name":"b","intValue":"7"},
            {"name":"c","boolValue":true},{"name":"d"}]}"#;
        let event = JsonFields::parse(event).expect("an object");
        let parameters = Parameters::of(&event);
        assert_eq!(parameters.all("a"), ["x", "y"]);
        assert_eq!(parameters.first(&["d", "b"]).as_deref(), Some("7"));
        assert_eq!(parameters.first(&["c"]).as_deref(), Some("true"));
    }
}
