//! Activities as Workspace exports them to BigQuery: one event a row, its parameters under the
//! name of the application. Here they get back the shape that the API gives them.
//!
//! Source: support.google.com/a/answer/9079364 ("About reporting logs and BigQuery"), read
//! 2026-11-30: the table `activity`, whose `record_type` is the application.

use nepho_codec::json::JsonFields;

/// Whether keys are those of a row of the table `activity`.
pub(super) fn is_one(has: &dyn Fn(&str) -> bool) -> bool {
    has("time_usec") && has("record_type") && has("event_name")
}

/// The activity of a row in the shape of the API; `None` if it is no row.
pub(super) fn activity(record: &str) -> Option<String> {
    let fields = JsonFields::parse(record).ok()?;
    let has = |key: &str| fields.raw(key).is_some();
    is_one(&has).then_some(())?;
    let raw = |key: &str| fields.raw(key).unwrap_or("null");
    let kind = fields.text("record_type")?;
    let parameters = fields.raw(kind).map(JsonFields::parse);
    let mut list = String::new();
    if let Some(Ok(parameters)) = parameters {
        for (name, value) in parameters.members() {
            if *value == "null" {
                continue;
            }
            let comma = if list.is_empty() { "" } else { "," };
            let value_key = if value.starts_with('[') {
                "multiValue"
            } else {
                "value"
            };
            list.push_str(&format!(
                r#"{comma}{{"name":"{name}","{value_key}":{value}}}"#
            ));
        }
    }
    let id = format!(
        r#"{{"time":{},"applicationName":"{kind}","customerId":{},"uniqueQualifier":{}}}"#,
        raw("time_usec"),
        raw("customer_id"),
        raw("unique_identifier"),
    );
    let event = format!(
        r#"{{"name":{},"type":{},"parameters":[{list}]}}"#,
        raw("event_name"),
        raw("event_type"),
    );
    let actor = format!(r#"{{"email":{}}}"#, raw("email"));
    let address = raw("ip_address");
    Some(
        format!(
            r#"{{"kind":"admin#reports#activity","id":{id},"actor":{actor},"ipAddress":{address},"#
        ) + &format!(r#""events":[{event}]}}"#),
    )
}
