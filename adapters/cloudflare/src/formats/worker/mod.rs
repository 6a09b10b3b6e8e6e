//! Runs of Cloudflare Workers (Logpush `workers_trace_events`, tail Workers).

use std::borrow::Cow;

use nepho_codec::json::fields::{JsonFields, elements};
use nepho_codec::json::unescape;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, duration, http_status, keep, outcome_of, source_address, text,
    time, url,
};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.worker",
    summary: "Cloudflare Workers: runs with their messages and exceptions",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const EXCEPTIONS: usize = 0;
const LOGS: usize = 1;
const RESULT: usize = 2;

static TABLE: Table = Table {
    name: "cloudflare.worker",
    // Keys of Logpush are capitals, those of tail Workers begin with small letters.
    needs: &[
        Need::HasAny(&["ScriptName", "scriptName"]),
        Need::HasAny(&["Outcome", "outcome"]),
        Need::HasAny(&["EventTimestampMs", "eventTimestamp"]),
        Need::HasAny(&["Event", "event", "Logs", "logs", "EventType"]),
    ],
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["EventTimestampMs", "eventTimestamp"]),
        text(&["ScriptName"], Column::Service),
        text(&["EventType", "Entrypoint"], Column::Action),
        text(&["Event.Request.Method"], Column::Method),
        url(&["Event.Request.URL"]),
        text(
            &["Event.RayID", "Event.Request.Headers.cf-ray"],
            Column::RequestId,
        ),
        source_address(&[
            "Event.Request.Headers.cf-connecting-ip",
            "Event.Request.Headers.x-real-ip",
        ]),
        text(&["Event.Request.Headers.user-agent"], Column::UserAgent),
        http_status(&["Event.Response.Status"]),
        duration(&["WallTimeMs", "wallTime"], 1e6),
        outcome_of(&["Outcome"], OUTCOMES),
        keep(&["Exceptions"], EXCEPTIONS),
        keep(&["Logs"], LOGS),
        keep(&["Outcome"], RESULT),
    ],
    extras: &[
        ("Outcome", "result"),
        ("CPUTimeMs", "cpu_milliseconds"),
        ("ScriptVersion.ID", "version"),
        ("DispatchNamespace", "namespace"),
    ],
    finish: Some(finish),
};

/// How runs end; the status of a run that was `ok` may still tell of a failure.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("exception", Outcome::Failure),
    ("exceededCpu", Outcome::Failure),
    ("exceededMemory", Outcome::Failure),
    ("scriptNotFound", Outcome::Failure),
    ("loadShed", Outcome::Failure),
    ("unknown", Outcome::Failure),
];

/// The message is the first exception, else the first of what was logged.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let first = |number, path: &str| -> Option<String> {
        let array = event.kept_container(number)?;
        let text = elements(array).into_iter().next()?;
        let fields = JsonFields::parse(text).ok()?;
        let found = [path.to_owned(), path.to_ascii_lowercase()];
        let found = found.iter().find_map(|path| fields.text(path))?;
        Some(unescape(found).into_owned())
    };
    let exception = first(EXCEPTIONS, "Message");
    let has_failed = exception.is_some();
    if let Some(message) = exception.or_else(|| first(LOGS, "Message[0]")) {
        row.text(Column::Body, &message);
    }
    let level = first(LOGS, "Level");
    let result = event.kept(RESULT).unwrap_or(Cow::Borrowed(""));
    if has_failed || row_failed(&result) {
        row.severity(Severity::ERROR);
    } else if let Some(level) = level.and_then(|level| Severity::from_word(&level)) {
        row.severity(level);
    }
    if !row.has_outcome() && result.eq_ignore_ascii_case("ok") {
        row.outcome(Outcome::Success);
    }
}

fn row_failed(result: &str) -> bool {
    OUTCOMES
        .iter()
        .any(|(word, _)| word.eq_ignore_ascii_case(result))
}
