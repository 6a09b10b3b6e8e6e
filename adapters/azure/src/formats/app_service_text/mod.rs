//! What web apps and the platform below them wrote to the file system of App Service, and what the
//! command line streams of it.
//!
//! Source: learn.microsoft.com/azure/app-service/troubleshoot-diagnostic-logs, "Access log files":
//! `{Date}  PID[{process ID}] {event type/level} {message}`, read 2026-11-28; for the host of
//! functions github.com/Azure/azure-functions-host, `FunctionExecutor` and `FileWriter`, and
//! github.com/Azure/azure-functions-core-tools, `ColoredConsoleLogger`, as of 2026-11-30.

use nepho_codec::table::{Event, LineFormat, Lines, duration, outcome_of, severity, text, time};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: "azure.app_service_text",
    summary: "Azure App Service application logs as text, of the file system and streamed",
    permissions: &["Microsoft.Web/sites/publishxml/action"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "azure.app_service_text",
    patterns: &[
        "{time:time}{ }PID[{pid:int}]{ }{level:level}{?{ }{message:rest}}",
        concat!(
            "{time:time} [{level:level}] Execut{_:ing|ed} '{function}' (",
            "{?{ending:Succeeded|Failed}, }",
            "{?Reason='{reason}', }Id={id:name}{?, Duration={took:int}ms})",
        ),
        concat!(
            "[{time:time}] Execut{_:ing|ed} '{function}' ({?{ending:Succeeded|Failed}, }",
            "{?Reason='{reason}', }Id={id:name}{?, Duration={took:int}ms})",
        ),
    ],
    confidence: 92,
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message"], Column::Body),
        text(&["function"], Column::Process),
        text(&["id"], Column::RequestId),
        outcome_of(&["ending"], ENDINGS),
        duration(&["took"], 1e6),
    ],
    extras: &[("pid", "pid"), ("reason", "reason")],
    finish: Some(finish),
};

/// How functions end.
const ENDINGS: &[(&str, Outcome)] = &[
    ("Succeeded", Outcome::Success),
    ("Failed", Outcome::Failure),
];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(at) = event.text.find("Execut").filter(|_| !row.has(Column::Body)) else {
        return;
    };
    let line = event.text.trim_end();
    row.text(Column::Body, line.get(at..).unwrap_or(line));
    // The console tells no level.
    if event.text.starts_with('[') && line.contains("' (Failed, ") {
        row.severity(Severity::ERROR);
    }
}
