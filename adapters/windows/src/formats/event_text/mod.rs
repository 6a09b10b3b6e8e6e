//! Events of Windows as the agent of CloudWatch writes them, as text in brackets:
//! `[System] [ERROR] [7031] [Service Control Manager] [web-1] [The service terminated.]`.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
//! CloudWatch-Agent-Configuration-File-Details.html, `event_format`, and `wineventlogrecord.go` and
//! `utils.go` in `plugins/inputs/windows_event_log/wineventlog` of
//! github.com/aws/amazon-cloudwatch-agent, read 2026-11-30.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, severity_of, text};
use nepho_codec::windows::{PROVIDER, Security};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "windows.event_text",
    summary: "Events of Windows as the agent of CloudWatch writes them as text",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, has_channel))),
});

const ID: usize = 0;
const SOURCE: usize = 1;
const MESSAGE: usize = 2;

const LEVELS: &[(&str, Severity)] = &[
    ("CRITICAL", Severity::CRITICAL),
    ("ERROR", Severity::ERROR),
    ("WARNING", Severity::WARN),
    ("INFORMATION", Severity::INFO),
    ("VERBOSE", Severity::TRACE),
];

static LINES: Lines = Lines {
    name: "windows.event_text",
    patterns: &[
        "[{channel}] [{level:CRITICAL|ERROR|WARNING|INFORMATION|VERBOSE|Critical|Error|Warning|\
         Information|Verbose|UNKNOWN}] [{id:int}] [{source}] [{computer:name}] [{message:rest}",
    ],
    confidence: 88,
    constants: &[],
    fields: &[
        severity_of(&["level"], LEVELS),
        text(&["computer"], Column::Host),
        text(&["source"], Column::Process),
        keep(&["message"], MESSAGE),
        keep(&["id"], ID),
        keep(&["source"], SOURCE),
    ],
    extras: &[("channel", "channel"), ("id", "event_id")],
    finish: Some(finish),
};

/// Channels that every Windows has; those of components are named `Component/Operational`.
const CHANNELS: [&str; 5] = [
    "System",
    "Application",
    "Security",
    "Setup",
    "ForwardedEvents",
];

/// Whether a line begins with a channel of Windows: applications write brackets as well.
fn has_channel(text: &str) -> bool {
    let channel = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    channel.is_some_and(|(name, _)| {
        let is_of_component = name.contains('/') || name.starts_with("Microsoft-");
        is_of_component || CHANNELS.iter().any(|held| held.eq_ignore_ascii_case(name))
    })
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    row.text(Column::Body, message.strip_suffix(']').unwrap_or(&message));
    let id = event.kept(ID).unwrap_or_default();
    if event.kept(SOURCE).is_some_and(|source| source == PROVIDER) {
        // The text tells users in words only, and the level of audits is that of information.
        let security = Security {
            id: &id,
            subject: "",
            target: "",
            status: "",
            outcome: None,
        };
        security.fill(row);
    }
}

#[cfg(test)]
mod tests {
    use super::has_channel;

    #[test]
    fn a_line_begins_with_a_channel_of_windows() {
        let check = |channel: &str, expected: bool| {
            let text = format!("[{channel}] [ERROR] [42] [OrderService] [web-1] [order]");
            assert_eq!(has_channel(&text), expected, "{text}");
        };
        check("System", true);
        check("Microsoft-Windows-TaskScheduler/Operational", true);
        check("OpenSSH/Operational", true);
        check("main", false);
        check("", false);
    }
}
