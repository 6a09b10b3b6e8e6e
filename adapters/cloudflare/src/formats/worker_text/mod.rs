//! Runs of Cloudflare Workers as `wrangler tail` prints them: a line about the run, and below it
//! what the Worker logged and the exceptions that ended it.
//!
//! Source: `packages/wrangler/src/tail/printing.ts` of github.com/cloudflare/workers-sdk, as of
//! 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, keep, outcome_of, text, time, url};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "cloudflare.worker_text",
    summary: "Cloudflare Workers: runs as wrangler tail prints them",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

const LOGGED: usize = 0;

/// The outcome may stand before the time or behind it, by the kind of the event.
static TABLE: Lines = Lines {
    name: "cloudflare.worker_text",
    patterns: &[
        concat!(
            "{method:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS} {url:word} - ",
            "{ending:Ok|Canceled|Exceeded CPU Limit|Exceeded Memory Limit|Exception Thrown|Unknown",
            "|Response Stream Disconnected} @ {time:time}{logged:rest}",
        ),
        concat!(
            "{event:Alarm|Queue |Unknown Event|\"|Email from:}{?{_}}{? - }",
            "{?{ending:Ok|Canceled|Exceeded CPU Limit|Exceeded Memory Limit|Exception Thrown",
            "|Unknown}} @ {time:time}",
            "{? - {ending:Ok|Canceled|Exceeded CPU Limit|Exceeded Memory Limit|Exception Thrown",
            "|Unknown}}{logged:rest}",
        ),
    ],
    confidence: 90,
    constants: &[(Column::Provider, "cloudflare")],
    fields: &[
        time(&["time"]),
        text(&["method"], Column::Method),
        url(&["url"]),
        outcome_of(&["ending"], ENDINGS),
        keep(&["logged"], LOGGED),
    ],
    extras: &[("ending", "result")],
    finish: Some(finish),
};

/// How runs end.
const ENDINGS: &[(&str, Outcome)] = &[
    ("Ok", Outcome::Success),
    ("Exceeded CPU Limit", Outcome::Failure),
    ("Exceeded Memory Limit", Outcome::Failure),
    ("Exception Thrown", Outcome::Failure),
    ("Unknown", Outcome::Failure),
];

/// The message is what was logged, else the line about the run.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let logged = event.kept(LOGGED).unwrap_or_default();
    let lines = || {
        logged
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let body: Vec<&str> = lines().collect();
    match body.is_empty() {
        true => row.text(Column::Body, event.text.trim_end()),
        false => row.text(Column::Body, &body.join("\n")),
    };
    let first = event.text.lines().next().unwrap_or_default();
    let has_failed = first.contains(" - Exception Thrown") || first.contains(" - Exceeded ");
    let has = |level: &str| lines().any(|line| line.starts_with(level));
    if has_failed || has("(error)") {
        row.severity(Severity::ERROR);
    } else if has("(warn") {
        row.severity(Severity::WARN);
    }
}
