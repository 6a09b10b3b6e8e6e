//! Status reasons that are fit to be kept: no secrets, no values, of bounded length.

use std::ops::Range;

use nepho_core::secret::mask;

/// Characters of a reason that are kept.
const LENGTH: usize = 300;

/// Shortest sensitive value that is looked for; shorter ones occur by chance.
const SHORTEST: usize = 6;

/// Characters of the shortest ids of requests (S3); anything shorter is a word.
const SHORTEST_REQUEST: usize = 8;

/// `reason` without the `sensitive` values, without quoted property values and without what looks
/// like a secret.
pub(crate) fn redact(reason: &str, sensitive: &[String]) -> String {
    // Masked before it is cut, with room to spare, so that no half of a secret stays.
    let window = match reason.char_indices().nth(4096) {
        Some((end, _)) => reason.get(..end).unwrap_or_default(),
        None => reason,
    };
    let mut text = window.trim().to_owned();
    for value in sensitive.iter().filter(|value| value.len() >= SHORTEST) {
        text = text.replace(value.as_str(), "***");
    }
    for range in quoted_values(&text).into_iter().rev() {
        text.replace_range(range, "***");
    }
    let masked = mask(&text);
    match masked.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", masked.get(..end).unwrap_or_default()),
        None => masked.into_owned(),
    }
}

/// Id of the request that failed, where a reason tells it: `(Service: Ec2, Status Code: 400,
/// Request ID: 0a1b-...)`. The audit log has the same id.
pub(crate) fn request_id(reason: &str) -> Option<String> {
    // The same length in lower case: only ASCII changes.
    let lower = reason.to_ascii_lowercase();
    ["request id:", "requestid:", "request-id:"]
        .iter()
        .flat_map(|mark| lower.match_indices(mark))
        .filter(|(at, _)| !lower.get(..*at).unwrap_or_default().ends_with("extended "))
        .find_map(|(at, mark)| {
            let rest = reason.get(at + mark.len()..)?.trim_start();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let id = rest.get(..end.unwrap_or(rest.len()))?;
            let is_id =
                id.len() >= SHORTEST_REQUEST && id.bytes().any(|byte| byte.is_ascii_digit());
            is_id.then(|| id.to_owned())
        })
}

/// Ranges of the values in `Value 'x' at 'property' failed to satisfy constraint`, the form in
/// which AWS services quote what was passed to them.
fn quoted_values(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut position = 0;
    while let Some(found) = text.get(position..).and_then(|rest| rest.find("alue '")) {
        let start = position + found + "alue '".len();
        let rest = text.get(start..).unwrap_or_default();
        let length = rest
            .find("' at '")
            .or_else(|| rest.find('\''))
            .unwrap_or(rest.len());
        ranges.push(start..start + length);
        position = start + length;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_stay_in_a_reason() {
        let check = |reason: &str, expected: &str| {
            assert_eq!(redact(reason, &["orange-tree".to_owned()]), expected);
        };
        check("Resource creation cancelled", "Resource creation cancelled");
        check(
            "1 validation error detected: Value 'it's me' at 'masterUserPassword' failed to satisfy constraint",
            "1 validation error detected: Value '***' at 'masterUserPassword' failed to satisfy constraint",
        );
        check(
            "The parameter orange-tree is not valid",
            "The parameter *** is not valid",
        );
        check("Invalid value 'x", "Invalid value '***");
        check(
            "login with password=hunter2 failed",
            "login with password=*** failed",
        );
    }

    #[test]
    fn a_request_is_told_by_its_id() {
        let check = |reason: &str, id: Option<&str>| assert_eq!(request_id(reason).as_deref(), id);
        check(
            "Not valid (Service: Ec2, Status Code: 400, Request ID: 01234567-89ab-cdef-0123-456789abcdef, Extended Request ID: null)",
            Some("01234567-89ab-cdef-0123-456789abcdef"),
        );
        check(
            "x (Service: Amazon S3; Status Code: 409; Error Code: BucketAlreadyExists; Extended Request ID: Q1w2E3r4T5y6/=; Request ID: 0A1B2C3D4E5F6071; Proxy: null)",
            Some("0A1B2C3D4E5F6071"),
        );
        check("x (RequestToken: 01234567-89ab, HandlerErrorCode: y)", None);
        check("Request ID: null", None);
    }

    #[test]
    fn a_long_reason_is_cut() {
        assert_eq!(
            redact(&"\u{e4}".repeat(5000), &[]).chars().count(),
            LENGTH + 3
        );
    }
}
