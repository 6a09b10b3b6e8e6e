//! Error texts that are fit to be kept.

use nepho_iac_common::reason::fit;
pub(super) use nepho_iac_common::reason::{error_code, request_id};

/// The summary of a diagnostic on one line, with secrets and rejected values masked.
///
/// Providers end complaints about a value with `got VALUE` (`expected a, b or c, got hunter2`).
pub(super) fn redact(summary: &str) -> String {
    let told = fit(summary);
    let rejected = [" got: ", " got "].iter().find_map(|word| {
        let (before, _) = told.split_once(word)?;
        Some(format!("{before}{word}***"))
    });
    rejected.unwrap_or(told)
}

/// Words in the errors of what was stopped because of an error elsewhere.
const CONSEQUENCES: [&str; 6] = [
    "context canceled",
    "context cancelled",
    "operation was canceled",
    "operation was cancelled",
    "execution halted",
    "request cancelled",
];

/// Whether an error only follows from the end of the run.
pub(super) fn is_consequence(summary: &str) -> bool {
    let lower = summary.to_ascii_lowercase();
    CONSEQUENCES.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn values_do_not_reach_the_reason() {
        let check = |summary: &str, expected: &str| assert_eq!(redact(summary), expected);
        check(
            "local-exec provisioner error",
            "local-exec provisioner error",
        );
        check(
            "expected engine to be one of [a b],\n got hunter2",
            "expected engine to be one of [a b], got ***",
        );
        check(
            "dial postgres://app:hunter2@db:5432: timeout",
            "dial postgres://app:***@db:5432: timeout",
        );
        check(
            "creating DB: password \"hunter2\" is too short",
            "creating DB: password \"***\" is too short",
        );
        assert_eq!(redact(&"a ".repeat(400)).chars().count(), 303);
    }
}
