//! What web apps and the platform below them wrote to the file system of App Service, and what the
//! command line streams of it.
//!
//! Source: learn.microsoft.com/azure/app-service/troubleshoot-diagnostic-logs, "Access log files":
//! `{Date}  PID[{process ID}] {event type/level} {message}`, read 2026-11-28.

use nepho_codec::table::{LineFormat, Lines, severity, text, time};
use nepho_core::register;
use nepho_core::tables::Column;

register!(Component {
    kind: Kind::Format,
    name: "azure.app_service_text",
    summary: "Azure App Service application logs as text, of the file system and streamed",
    permissions: &["Microsoft.Web/sites/publishxml/action"],
    make: Make::Format(|| Box::new(LineFormat::new(&TABLE))),
});

static TABLE: Lines = Lines {
    name: "azure.app_service_text",
    patterns: &["{time:time}{ }PID[{pid:int}]{ }{level:level}{?{ }{message:rest}}"],
    confidence: 92,
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["time"]),
        severity(&["level"]),
        text(&["message"], Column::Body),
    ],
    extras: &[("pid", "pid")],
    finish: None,
};
