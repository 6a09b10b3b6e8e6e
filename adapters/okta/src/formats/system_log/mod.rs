//! Okta System Log: sign-ins, policies, and what administrators did.

use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, keep, outcome_of, part, resource, severity_of,
    source_address, text, time, url,
};
use nepho_core::severity::{RANKS, Severity};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "okta.system_log",
    summary: "Okta System Log: API, event hooks, EventBridge log stream",
    permissions: &["okta.logs.read"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 3] = [&TABLE, &REDUCED, &EXPORTED];

const MESSAGE: usize = 0;
const REASON: usize = 1;

static TABLE: Table = Table {
    name: "okta.system_log",
    // Some exporters write the keys at the top in lower case.
    needs: &[
        Need::HasAny(&["eventType", "eventtype"]),
        Need::HasAny(&["severity", "legacyEventType", "legacyeventtype"]),
        Need::HasAny(&["version", "legacyEventType", "legacyeventtype"]),
        Need::HasAny(&[
            "published",
            "legacyEventType",
            "legacyeventtype",
            "securityContext",
            "securitycontext",
        ]),
        Need::HasAny(&[
            "actor.alternateId",
            "actor.displayName",
            "actor.id",
            "target",
            "client.ipAddress",
            "client.userAgent",
            "debugContext.debugData",
            "debugcontext.debugData",
            "transaction.id",
        ]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Events of which tools kept a part: the type, who it was and how it ended.
static REDUCED: Table = Table {
    name: "okta.system_log",
    needs: &[
        Need::Contains("eventType", "."),
        Need::Has("actor.alternateId"),
        Need::Has("outcome.result"),
        Need::HasAny(&["displayMessage", "legacyEventType", "client.ipAddress"]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Rows of the file that the console saves (Reports, System Log, Download CSV), whose columns have
/// names of their own: `event_type`, `actor.alternate_id`, `target0.id`.
static EXPORTED: Table = Table {
    name: "okta.system_log",
    needs: &[
        Need::Contains("event_type", "."),
        Need::Has("timestamp"),
        // Audits of applications have names like these as well.
        Need::Has("uuid"),
        Need::Has("actor.alternate_id"),
        Need::HasAny(&["outcome.result", "display_message"]),
        Need::HasAny(&["client.ip_address", "debug_context.debug_data.request_uri"]),
    ],
    constants: CONSTANTS,
    fields: &[
        time(&["timestamp"]),
        text(&["event_type"], Column::Action),
        part(
            &["actor.alternate_id", "actor.display_name", "actor.id"],
            Column::Actor,
            known,
        ),
        source_address(&["client.ip_address", "request.ip_chain.ip"]),
        text(&["client.user_agent.raw_user_agent"], Column::UserAgent),
        text(&["uuid"], Column::RequestId),
        url(&["debug_context.debug_data.request_uri"]),
        resource(&["target0.id"]),
        resource(&["target1.id"]),
        resource(&["target2.id"]),
        resource(&["target3.id"]),
        severity_of(&["severity"], SEVERITIES),
        outcome_of(&["outcome.result"], OUTCOMES),
        keep(&["display_message"], MESSAGE),
        keep(&["outcome.reason"], REASON),
    ],
    extras: &[
        ("transaction.id", "transaction_id"),
        ("authentication_context.external_session_id", "session_id"),
        ("client.geographical_context.country", "country"),
        ("target0.display_name", "target_name"),
        ("target0.type", "target_kind"),
    ],
    finish: Some(finish),
};

const CONSTANTS: &[(Column, &str)] = &[(Column::Provider, "okta"), (Column::Service, "okta")];

const FIELDS: &[Field] = &[
    time(&["published"]),
    text(&["eventType"], Column::Action),
    part(
        &["actor.alternateId", "actor.displayName", "actor.id"],
        Column::Actor,
        known,
    ),
    source_address(&["client.ipAddress", "request.ipChain[0].ip"]),
    text(&["client.userAgent.rawUserAgent"], Column::UserAgent),
    text(&["uuid"], Column::RequestId),
    url(&["debugContext.debugData.requestUri"]),
    resource(&["target[].id"]),
    severity_of(&["severity"], SEVERITIES),
    // Written by tools that put the severity of an alert in its place.
    severity_of(&["severity"], RANKS),
    outcome_of(&["outcome.result"], OUTCOMES),
    keep(&["displayMessage"], MESSAGE),
    keep(&["outcome.reason"], REASON),
];

const EXTRAS: &[(&str, &str)] = &[
    ("transaction.id", "transaction_id"),
    ("authenticationContext.externalSessionId", "session_id"),
    ("client.geographicalContext.country", "country"),
    ("target[0].displayName", "target_name"),
    ("target[0].type", "target_kind"),
    ("debugContext.debugData.threatSuspected", "threat_suspected"),
    ("debugContext.debugData.risk", "risk"),
];

const SEVERITIES: &[(&str, Severity)] = &[
    ("DEBUG", Severity::DEBUG),
    ("INFO", Severity::INFO),
    ("WARN", Severity::WARN),
    ("ERROR", Severity::ERROR),
];

/// `CHALLENGE`, `SKIPPED`, `DEFERRED` and `UNKNOWN` are neither.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("SUCCESS", Outcome::Success),
    ("ALLOW", Outcome::Success),
    ("FAILURE", Outcome::Failure),
    ("DENY", Outcome::Failure),
    ("RATE_LIMIT", Outcome::Failure),
    ("ABANDONED", Outcome::Failure),
    ("UNANSWERED", Outcome::Failure),
];

/// The name of an actor; Okta writes `unknown` where it has none.
fn known(name: &str) -> &str {
    match name {
        "unknown" => "",
        name => name,
    }
}

/// The message, with the reason that the outcome gives.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match (event.kept(MESSAGE), event.kept(REASON)) {
        (Some(message), Some(reason)) if !message.is_empty() && !reason.is_empty() => {
            row.text_of(Column::Body, &[&message, ": ", &reason]);
        }
        (Some(message), _) if !message.is_empty() => {
            row.text(Column::Body, &message);
        }
        (_, Some(reason)) => {
            row.text(Column::Body, &reason);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use nepho_conformance::told::knows;

    use super::*;

    #[test]
    fn audits_of_applications_are_none() {
        let check = |text: &str, expected: bool| {
            assert_eq!(knows(&JsonFormats(&TABLES), text), expected, "{text}");
        };
        check(
            r#"{"event_type":"order.cancelled","timestamp":"2026-05-12T14:00:00Z","actor":{"id":"u1"},"outcome":{"result":"FAILURE"},"service":"shop","level":"error","message":"payment failed"}"#,
            false,
        );
        check(
            r#"{"event_type":"order.cancelled","uuid":"1","timestamp":"2026-05-12T14:00:00Z","actor":{"id":"u1","alternate_id":"a"},"outcome":{"result":"FAILURE"}}"#,
            false,
        );
        check(
            r#"{"event_type":"user.session.start","uuid":"1","timestamp":"2026-05-12T14:00:00Z","actor.alternate_id":"a","outcome.result":"SUCCESS","client.ip_address":"10.0.0.7"}"#,
            true,
        );
    }
}
