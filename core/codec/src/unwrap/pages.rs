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
//! - Auth0: `{"start":0,"limit":50,"length":1,"logs":[...]}`, what its Management API answers for
//!   `/api/v2/logs?include_totals=true`
//! - 1Password: `{"cursor":...,"has_more":false,"items":[...]}` (Events API specification,
//!   `SignInAttemptResponse`, as of 2026-12-01)
//! - Atlassian organizations: `{"data":[...],"meta":...,"links":...}` with `"type":"events"` in
//!   each (developer.atlassian.com/cloud/admin/organization/rest/api-group-events/, read in part,
//!   2026-12-01)
//! - AWS WAF: `{"SampledRequests":[...],"PopulationSize":1,"TimeWindow":{...}}`
//!   (docs.aws.amazon.com/waf/latest/APIReference/API_GetSampledRequests.html, from memory)
//! - Okta event hooks: `{"eventType":"com.okta.event_hook","data":{"events":[...]}}`
//!   (developer.okta.com/docs/concepts/event-hooks, as of 2026-11-27)
//!
//! An array that is the first member of a whole document is taken apart earlier, by
//! [`crate::frame`].

use nepho_core::format::Record;

use super::{Inner, Opened, envelope};
use crate::json::fields::{JsonFields, elements};

/// A kind of page: a member that it must have, and the path of its events.
const PAGES: [(&str, &str); 6] = [
    ("@odata.context", "value"),
    ("Schema", "Results"),
    ("schema", "results"),
    ("success", "result"),
    ("eventTypeVersion", "data.events"),
    ("TimeWindow", "SampledRequests"),
];

/// Members of an answer of Duo. Records of applications may have the first two among others.
const DUO: [&str; 3] = ["stat", "response", "metadata"];

/// Members of a page of Auth0.
const AUTH0: [&str; 5] = ["start", "limit", "length", "total", "logs"];

/// Members of a page of 1Password.
const ONEPASSWORD: [&str; 3] = ["cursor", "has_more", "items"];

/// Members of a page of Atlassian, as of any JSON:API.
const ATLASSIAN: [&str; 3] = ["data", "meta", "links"];

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let found = PAGES.iter().find_map(|(sign, path)| {
        fields.raw(sign)?;
        fields.raw(path).filter(|raw| raw.starts_with('['))
    });
    let found = found
        .or_else(|| of_duo(fields))
        .or_else(|| of_auth0(fields))
        .or_else(|| of_onepassword(fields))
        .or_else(|| of_atlassian(fields));
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
    let is_answer = fields.text("stat") == Some("OK");
    (is_answer && has_only(fields, &DUO)).then_some(())?;
    let mut places = ["response", "response.authlogs"].into_iter();
    places.find_map(|place| fields.raw(place).filter(|raw| raw.starts_with('[')))
}

/// The events of a page of Auth0.
fn of_auth0<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    (fields.raw("start").is_some() && fields.raw("limit").is_some()).then_some(())?;
    let is_page = has_only(fields, &AUTH0);
    fields
        .raw("logs")
        .filter(|raw| is_page && raw.starts_with('['))
}

/// The events of a page of 1Password.
fn of_onepassword<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    fields.raw("has_more")?;
    let is_page = has_only(fields, &ONEPASSWORD);
    fields
        .raw("items")
        .filter(|raw| is_page && raw.starts_with('['))
}

/// The events of a page of Atlassian.
fn of_atlassian<'a>(fields: &JsonFields<'a>) -> Option<&'a str> {
    fields.raw("links")?;
    let events = fields.raw("data").filter(|raw| raw.starts_with('['))?;
    let is_event = |text: &str| {
        JsonFields::parse(text).is_ok_and(|event| event.text("type") == Some("events"))
    };
    let is_page = has_only(fields, &ATLASSIAN) && elements(events).into_iter().all(is_event);
    is_page.then_some(events)
}

/// Whether there are no other members than these.
fn has_only(fields: &JsonFields<'_>, known: &[&str]) -> bool {
    let mut members = fields.members().iter();
    members.all(|(key, _)| known.contains(key))
}

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn pages_of_events_are_known_by_all_of_their_members() {
        let check = |text: &str, count: usize| {
            assert_eq!(inside(open, text).len(), count, "{text}");
        };
        let page = r#"{"cursor":"c","has_more":false,"items":[{"uuid":"a"},{"uuid":"b"}]}"#;
        check(page, 2);
        check(r#"{"cursor":"c","items":[{"uuid":"a"}]}"#, 0);
        check(
            r#"{"start":0,"limit":50,"length":1,"logs":[{"log_id":"a"}]}"#,
            1,
        );
        check(
            r#"{"start":0,"name":"a","limit":50,"logs":[{"log_id":"a"}]}"#,
            0,
        );
        check(r#"{"has_more":true,"id":1,"items":[{"uuid":"a"}]}"#, 0);
        let page = r#"{"data":[{"id":"a","type":"events"}],"meta":{},"links":{"next":"u"}}"#;
        check(page, 1);
        check(r#"{"data":[{"id":"a","type":"carts"}],"links":{}}"#, 0);
        check(
            r#"{"data":[{"id":"a","type":"events"}],"error":1,"links":{}}"#,
            0,
        );
        check(r#"{"data":[{"id":"a","type":"events"}]}"#, 0);
    }

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
