//! Pages of the REST APIs and the deliveries of the webhooks of software services, which hold
//! events in an array behind other members.
//!
//! - Microsoft Graph: `{"@odata.context":...,"value":[...]}`
//!   (learn.microsoft.com/graph/query-parameters, as of 2026-11-27)
//! - Advanced hunting of Microsoft Defender: `{"Schema":[...],"Results":[...]}`
//!   (learn.microsoft.com/defender-endpoint/api/run-advanced-query-api, and
//!   learn.microsoft.com/graph/api/security-security-runhuntingquery, read 2026-11-30)
//! - Cloudflare: `{"success":true,"errors":[],"messages":[],"result":[...]}`
//!   (developers.cloudflare.com/fundamentals/api/how-to/make-api-calls, as of 2026-11-27)
//! - Duo: `{"stat":"OK","response":[...]}`, and `authlogs` in `response` of version 2; besides
//!   these there is `metadata` alone (duo.com/docs/adminapi, as of 2026-11-30)
//! - Okta event hooks: `{"eventType":"com.okta.event_hook","data":{"events":[...]}}`
//!   (developer.okta.com/docs/concepts/event-hooks, as of 2026-11-27)
//!
//! An array that is the first member of a whole document is taken apart earlier, by
//! [`crate::frame`].

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};

/// A kind of page: a member that it must have, and the path of its events.
const PAGES: [(&str, &str); 5] = [
    ("@odata.context", "value"),
    ("Schema", "Results"),
    ("schema", "results"),
    ("success", "result"),
    ("eventTypeVersion", "data.events"),
];

/// Members of an answer of Duo. Records of applications may have the first two among others.
const DUO: [&str; 3] = ["stat", "response", "metadata"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let found = PAGES.iter().find_map(|(sign, path)| {
        fields.raw(sign)?;
        fields.raw(path).filter(|raw| raw.starts_with('['))
    });
    let found = found.or_else(|| of_duo(fields));
    let events = found.map(elements).unwrap_or_default();
    // Results of other kinds are text or numbers; a page without events is one of those as well.
    if events.is_empty() || !events.iter().all(|event| event.starts_with('{')) {
        return Opened::No;
    }
    let common = envelope(record);
    let inside = events.into_iter().map(|text| Inner {
        text: text.into(),
        envelope: common.clone(),
    });
    Opened::Inside(inside.collect())
}

/// The events of an answer of Duo.
fn of_duo<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    let mut members = fields.members().iter();
    let is_answer = fields.text("stat") == Some("OK");
    (is_answer && members.all(|(key, _)| DUO.contains(key))).then_some(())?;
    let mut places = ["response", "response.authlogs"].into_iter();
    places.find_map(|place| fields.raw(place).filter(|raw| raw.starts_with('[')))
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn answers_of_duo_have_no_other_members() {
        let check = |text: &str, count: usize| {
            assert_eq!(inside(open, text).len(), count, "{text}");
        };
        check(r#"{"stat":"OK","response":[{"id":1},{"id":2}]}"#, 2);
        check(r#"{"response":{"authlogs":[{"id":1}]},"stat":"OK"}"#, 1);
        check(r#"{"metadata":{},"response":[{"id":1}],"stat":"OK"}"#, 1);
        check(r#"{"stat":"slow","response":[{"id":1},{"id":2}]}"#, 0);
        check(r#"{"message":"late","stat":"OK","response":[{"id":1}]}"#, 0);
        check(r#"{"response":{"authlogs":[{"id":1}]}}"#, 0);
    }
}
