//! Levels as jobs of continuous integration print them.
//!
//! Sources: docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands,
//! learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands, as of 2026-11-30.

use nepho_core::severity::Severity;

/// Level and message of `##[error]message`, `##vso[task.logissue type=error;code=1;]message` or
/// `::error file=app.js,line=1::message`.
pub(super) fn level(text: &str) -> Option<(Severity, &str)> {
    let (level, message) = match text.as_bytes() {
        [b'#', b'#', b'[', ..] => text[3..].split_once(']')?,
        [b'#', b'#', b'v', ..] => {
            let (properties, message) =
                text.strip_prefix("##vso[task.logissue ")?.split_once(']')?;
            let mut properties = properties.split(';').map(str::trim);
            let level = properties.find_map(|property| property.strip_prefix("type="));
            (level?, message)
        }
        [b':', b':', ..] => {
            let (command, message) = text[2..].split_once("::")?;
            (command.split(' ').next().unwrap_or(command), message)
        }
        _ => return None,
    };
    let severity = match level {
        "error" => Severity::ERROR,
        "warning" => Severity::WARN,
        "notice" => Severity::INFO,
        "debug" => Severity::DEBUG,
        _ => return None,
    };
    Some((severity, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_mark_their_lines() {
        let check = |text: &str, expected: Option<(Severity, &str)>| {
            assert_eq!(level(text), expected, "{text}");
        };
        check(
            "##[error]exit code 1",
            Some((Severity::ERROR, "exit code 1")),
        );
        check("##[warning]old", Some((Severity::WARN, "old")));
        check("##[group]Run npm ci", None);
        check(
            "##vso[task.logissue type=warning;sourcepath=a.cs;]unused",
            Some((Severity::WARN, "unused")),
        );
        check(
            "::error file=app.js,line=1::Missing semicolon",
            Some((Severity::ERROR, "Missing semicolon")),
        );
        check("::debug::x", Some((Severity::DEBUG, "x")));
        check("::1 - - error", None);
        check("::group::Tests", None);
        check("## error", None);
    }
}
