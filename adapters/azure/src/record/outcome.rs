//! How an operation ended, in the many words that Azure has for it.

use nepho_core::tables::Outcome;

use super::kind::is_one_of;
use super::parts::trimmed;

/// Outcome by a result type, status or signature: `Succeeded`, `Failed.Conflict`, `403`, `0`.
///
/// What has only begun (`Started`, `Accepted`) has none. Numbers are an error code (0 is none) or
/// an HTTP status.
pub(crate) fn of_word(word: &str) -> Option<Outcome> {
    let word = trimmed(word);
    let end = word
        .bytes()
        .position(|byte| matches!(byte, b'.' | b'(' | b' '));
    let word = word.get(..end.unwrap_or(word.len())).unwrap_or_default();
    const SUCCESS: [&str; 12] = [
        "Success",
        "Succeeded",
        "Succeed",
        "Successful",
        "OK",
        "Completed",
        "Passed",
        "Created",
        "NoContent",
        "true",
        "Allowed",
        "Allow",
    ];
    const FAILURE: [&str; 30] = [
        "Failure",
        "Failed",
        "Fail",
        "Error",
        "ClientError",
        "ServerError",
        "Denied",
        "Deny",
        "Blocked",
        "Block",
        "Drop",
        "Rejected",
        "Throttled",
        "Canceled",
        "Cancelled",
        "Unauthorized",
        "Forbidden",
        "Conflict",
        "NotFound",
        "BadRequest",
        "TimedOut",
        "Timeout",
        "ClientTimeoutError",
        "ServerTimeoutError",
        "ThrottlingError",
        "AuthorizationError",
        "AuthorizationFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "false",
    ];
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return of_number(word);
    }
    if is_one_of(word, &SUCCESS) {
        return Some(Outcome::Success);
    }
    if is_one_of(word, &FAILURE) {
        return Some(Outcome::Failure);
    }
    None
}

/// Outcome by the number of an error, or a status of HTTP.
fn of_number(word: &str) -> Option<Outcome> {
    match word.parse::<u32>().ok()? {
        0 | 200..=299 => Some(Outcome::Success),
        100..=199 | 300..=399 => None,
        _ => Some(Outcome::Failure),
    }
}

/// Outcome by an HTTP status.
pub(crate) fn of_status(status: i32) -> Option<Outcome> {
    match status {
        100..=399 => Some(Outcome::Success),
        400.. => Some(Outcome::Failure),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_the_outcome() {
        let check =
            |word: &str, expected: Option<Outcome>| assert_eq!(of_word(word), expected, "{word}");
        check("Succeeded", Some(Outcome::Success));
        check("success", Some(Outcome::Success));
        check("Succeeded.OK", Some(Outcome::Success));
        check("Failed.Conflict", Some(Outcome::Failure));
        check("0", Some(Outcome::Success));
        check("50126", Some(Outcome::Failure));
        check("403", Some(Outcome::Failure));
        check("Canceled", Some(Outcome::Failure));
        check("Rejected", Some(Outcome::Failure));
        check("Block", Some(Outcome::Failure));
        check("Allow", Some(Outcome::Success));
        check("2x", None);
        check("Started.", None);
        check("Accepted", None);
        check("", None);
    }
}
