//! CodeBuild: what the agent in the container of a build tells of its phases and commands.

use nepho_codec::table::{Event, GuardedLines, Lines, keep, text, time};
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.codebuild",
    summary: "CodeBuild agent lines of a build",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const MESSAGE: usize = 0;
const STATE: usize = 1;

static TABLE: Lines = Lines {
    name: "aws.codebuild",
    patterns: &[
        "[Container] {time:time} Phase complete: {phase:word} State: {state:word}{? }",
        "[Container] {time:time} {message:rest}",
    ],
    confidence: 95,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["phase"], Column::Action),
        keep(&["message"], MESSAGE),
        keep(&["state"], STATE),
    ],
    extras: &[("phase", "phase"), ("state", "state")],
    finish: Some(finish),
};

/// Whether a line begins as the agent's do, with a year behind its name.
fn is_mine(line: &str) -> bool {
    let rest = line.strip_prefix("[Container] ");
    rest.is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9', _, _, _, b'/', ..]))
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let failed = |row: &mut Row<'_>| {
        row.outcome(Outcome::Failure).severity(Severity::ERROR);
    };
    if let Some(state) = event.kept(STATE) {
        let body = event.text.find("Phase complete:").unwrap_or_default();
        row.text(
            Column::Body,
            event.text.get(body..).unwrap_or_default().trim_end(),
        );
        match &*state {
            "SUCCEEDED" => {
                row.outcome(Outcome::Success).severity(Severity::INFO);
            }
            // `FAILED`, `FAULT`, `TIMED_OUT`, `CLIENT_ERROR`.
            _ => failed(row),
        }
        return;
    }
    let message = event.kept(MESSAGE).unwrap_or_default();
    let message = message.trim_end();
    row.text(Column::Body, message);
    // A phase that went well has a context without a code.
    let code = message.strip_prefix("Phase context status code: ");
    let has_code = code.is_some_and(|code| code.starts_with(|c: char| c.is_ascii_uppercase()));
    let has_code = has_code && !code.is_some_and(|code| code.starts_with("Message:"));
    match has_code || message.starts_with("Command did not exit successfully") {
        true => failed(row),
        false => {
            row.severity(Severity::INFO);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_mine;

    #[test]
    fn the_agent_writes_a_date_behind_its_name() {
        assert!(is_mine(
            "[Container] 2024/05/01 10:00:01 Entering phase BUILD"
        ));
        assert!(!is_mine("[Container] started"));
        assert!(!is_mine("[container] 2024/05/01 10:00:01 x"));
    }
}
