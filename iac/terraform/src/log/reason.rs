//! Error texts that are fit to be kept.

use nepho_core::secret;

/// Longest reason, in characters.
const LONGEST: usize = 300;

/// The summary of a diagnostic on one line, with secrets and rejected values masked.
///
/// Providers end complaints about a value with `got VALUE` (`expected a, b or c, got hunter2`).
pub(super) fn redact(summary: &str) -> String {
    let line = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let masked = secret::mask(&line);
    let rejected = [" got: ", " got "].iter().find_map(|word| {
        let (before, _) = masked.split_once(word)?;
        Some(format!("{before}{word}***"))
    });
    let text = rejected.as_deref().unwrap_or(&masked);
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(end, _)| end);
    let shortened = text.get(..end).unwrap_or(text);
    if shortened.len() < text.len() {
        format!("{shortened}...")
    } else {
        shortened.to_owned()
    }
}

/// Words behind which providers write the id that a cloud gave the request.
const REQUEST_WORDS: [&str; 5] = [
    "request id",
    "requestid",
    "request_id",
    "x-ms-request-id",
    "x-amzn-requestid",
];

/// Id of the request that failed, in the text of an error: `RequestID: 4c6a...`.
pub(super) fn request_id(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let found = REQUEST_WORDS.iter().filter_map(|word| {
        let at = lower.find(word)?;
        let rest = text.get(at.saturating_add(word.len())..)?;
        let rest = rest.trim_start_matches([':', '=', ' ', '"', '\\']);
        let is_of_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let end = rest.find(|letter| !is_of_id(letter)).unwrap_or(rest.len());
        let id = rest.get(..end)?;
        let is_id = (8..=64).contains(&id.len()) && id.bytes().any(|byte| byte.is_ascii_digit());
        is_id.then(|| (at, id.to_owned()))
    });
    found.min().map(|(_, id)| id)
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
    use super::{redact, request_id};

    #[test]
    fn ids_of_requests_are_found() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(request_id(text).as_deref(), expected, "{text}");
        };
        check(
            "operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 0a1b2c3d-1111-2222-3333-444455556666, api error X",
            Some("0a1b2c3d-1111-2222-3333-444455556666"),
        );
        check(
            "\tstatus code: 403, request id: ABCD1234EFGH5678",
            Some("ABCD1234EFGH5678"),
        );
        check("the request identifier is missing", None);
        check("requestid: none", None);
    }

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
        assert_eq!(redact(&"a ".repeat(400)).chars().count(), 303);
    }
}
