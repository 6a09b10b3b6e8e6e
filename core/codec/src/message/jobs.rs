//! Levels as jobs of continuous integration print them.
//!
//! Source: learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands, as of
//! 2026-11-30; the runner of GitHub Actions is made of the same program.

use nepho_core::severity::Severity;

/// Level and message of `##[error]message` or `##vso[task.logissue type=error;code=1;]message`.
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
        _ => return None,
    };
    let severity = match level {
        "error" => Severity::ERROR,
        "warning" => Severity::WARN,
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
        check("## error", None);
    }
}
