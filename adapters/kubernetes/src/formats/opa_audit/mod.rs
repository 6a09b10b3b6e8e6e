//! Decision logs of the Open Policy Agent: what was asked, and what the policy answered.
//!
//! Source: openpolicyagent.org/docs/management-decision-logs, and the inputs and results of
//! openpolicyagent.org/docs/envoy and of its Kubernetes admission control, read 2026-11-30.

use nepho_codec::json::JsonFields;
use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, keep, source_address, source_port, text, time, url,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "opa.audit",
    summary: "Decision logs of the Open Policy Agent",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const RESULT: usize = 0;
const ERROR: usize = 1;
const MESSAGE: usize = 2;
const PATH: usize = 3;

static TABLE: Table = Table {
    name: "opa.audit",
    needs: &[
        Need::Has("decision_id"),
        Need::HasAny(&["path", "query"]),
        Need::HasAny(&["timestamp", "time"]),
        // Services that decide have ids of what they decided, and paths, as well.
        Need::Has("labels.id"),
        Need::HasAny(&["labels.version", "result", "error", "requested_by"]),
    ],
    constants: &[],
    fields: &[
        time(&["timestamp", "time"]),
        text(&["decision_id"], Column::RequestId),
        text(&["path", "query"], Column::Action),
        text(&["labels.app", "labels.service"], Column::Service),
        text(
            &[
                "input.request.userInfo.username",
                "input.user.name",
                "input.user.id",
                "input.user",
                "input.attributes.source.principal",
                "input.subject",
            ],
            Column::Actor,
        ),
        source_address(&[
            "input.attributes.source.address.socketAddress.address",
            "requested_by",
        ]),
        source_port(&["input.attributes.source.address.socketAddress.portValue"]),
        text(
            &["input.attributes.request.http.method", "input.method"],
            Column::Method,
        ),
        url(&["input.attributes.request.http.path"]),
        keep(&["input.path"], PATH),
        text(
            &["input.attributes.request.http.headers.user-agent"],
            Column::UserAgent,
        ),
        text(&["trace_id"], Column::TraceId),
        text(&["span_id"], Column::SpanId),
        keep(&["result"], RESULT),
        keep(&["error.message", "error.code", "error"], ERROR),
        keep(&["msg"], MESSAGE),
    ],
    extras: &[
        ("labels.id", "instance"),
        ("req_id", "request_number"),
        ("revision", "revision"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    // Policies of services are asked with the parts of the path.
    if let Some(parts) = event
        .kept_container(PATH)
        .filter(|raw| raw.starts_with('['))
    {
        let parts = elements(parts).into_iter().filter_map(text_of);
        let path: String = parts.map(|part| format!("/{}", unescape(part))).collect();
        row.text(Column::Path, path.split('?').next().unwrap_or_default());
    } else if let Some(path) = event.kept(PATH).filter(|path| path.starts_with('/')) {
        row.text(Column::Path, path.split('?').next().unwrap_or_default());
    }
    if let Some(error) = event.kept(ERROR) {
        row.severity(Severity::ERROR)
            .outcome(Outcome::Failure)
            .text(Column::Body, &error);
        return;
    }
    row.severity(Severity::INFO);
    let answer = match event.kept_container(RESULT) {
        Some(result) => JsonFields::parse(result).ok().map_or(
            Answer {
                is_allowed: None,
                reason: None,
            },
            |fields| Answer::of(&fields),
        ),
        None => Answer {
            is_allowed: match event.kept(RESULT).as_deref() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            reason: None,
        },
    };
    match answer.is_allowed {
        Some(true) => row.outcome(Outcome::Success),
        Some(false) => row.outcome(Outcome::Failure),
        None => row,
    };
    if let Some(reason) = answer.reason {
        row.text(Column::Body, &reason);
    } else if let Some(message) = event.kept(MESSAGE) {
        row.text(Column::Body, &message);
    }
}

/// What a policy answered.
struct Answer {
    is_allowed: Option<bool>,
    reason: Option<String>,
}

impl Answer {
    /// The answer in an object, as policies for Envoy and admission webhooks give it.
    fn of(result: &JsonFields<'_>) -> Self {
        let allowed = ["allow", "allowed", "response.allowed", "result.allow"];
        let reasons = [
            "reason",
            "reasons",
            "message",
            "response.status.message",
            "response.status.reason",
            "status.reason",
            "deny",
            "violation",
        ];
        let found = allowed.iter().find_map(|path| match result.raw(path)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        });
        // A set of denials is that, if it is not empty.
        let denials = result.raw("deny").filter(|raw| raw.starts_with('['));
        let denied = denials.map(|raw| elements(raw).is_empty());
        let reason = reasons
            .iter()
            .find_map(|path| first_text(result.raw(path)?));
        Self {
            is_allowed: found.or(denied),
            reason,
        }
    }
}

/// A text, the first of a list, or the message of an object in it.
fn first_text(raw: &str) -> Option<String> {
    let first = match raw.as_bytes().first()? {
        b'[' => elements(raw).into_iter().next()?,
        _ => raw,
    };
    let text = match first.as_bytes().first()? {
        b'"' => text_of(first)?,
        b'{' => {
            let fields = JsonFields::parse(first).ok()?;
            let message = fields.text("msg").or(fields.text("message"))?;
            return Some(unescape(message).into_owned());
        }
        _ => return None,
    };
    let text = unescape(text);
    (!text.is_empty()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use nepho_conformance::told::knows;

    use super::*;

    #[test]
    fn decisions_of_services_are_none() {
        let check = |text: &str, expected: bool| {
            assert_eq!(knows(&JsonFormat(&TABLE), text), expected, "{text}");
        };
        check(
            r#"{"timestamp":"2026-05-12T14:00:00Z","level":"error","decision_id":"d7","path":"/v1/credit","type":"credit","message":"scoring failed","status":500}"#,
            false,
        );
        check(
            r#"{"timestamp":"2026-05-12T14:00:00Z","decision_id":"d7","path":"/v1/credit","labels":{"version":"2"}}"#,
            false,
        );
        check(
            r#"{"timestamp":"2026-05-12T14:00:00Z","decision_id":"d7","path":"a/allow","labels":{"id":"i"},"result":true}"#,
            true,
        );
    }
}
