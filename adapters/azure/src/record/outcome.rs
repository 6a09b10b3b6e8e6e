//! How an operation ended, in the many words that Azure has for it.

use nepho_core::tables::Outcome;

use super::kind::is_one_of;
use super::parts::{is_of_provider, trimmed};

/// Outcome by a result type, status or signature: `Succeeded`, `Failed.Conflict`, `403`, `0`.
///
/// What has only begun (`Started`, `Accepted`) has none. Numbers are an error code (0 is none) or
/// an HTTP status.
pub(crate) fn of_word(word: &str) -> Option<Outcome> {
    let word = trimmed(word);
    let words = word.split(['.', '(']).next().unwrap_or_default();
    let word = words.split(' ').next().unwrap_or_default();
    const SUCCESS: [&str; 14] = [
        "Success",
        "Succeeded",
        "Succeed",
        "Successful",
        "OK",
        "Completed",
        "Passed",
        "Pass",
        "Created",
        "NoContent",
        "true",
        "Allowed",
        "Allow",
        "Delivered",
    ];
    const FAILURE: [&str; 26] = [
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
        "Aborted",
        "Faulted",
        "TimedOut",
        "Timeout",
        "ClientTimeoutError",
        "ServerTimeoutError",
        "ThrottlingError",
        "AuthorizationError",
        "AuthorizationFailure",
        "Bounced",
        "false",
    ];
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return of_number(word);
    }
    if is_one_of(word, &SUCCESS) {
        return Some(Outcome::Success);
    }
    if is_one_of(word, &FAILURE) || is_refusal(words) || is_refusal(word) {
        return Some(Outcome::Failure);
    }
    None
}

/// Whether `text` is the name of a status of HTTP that refuses a request, with blanks or without:
/// `Not Found`, `TooManyRequests`.
///
/// Source: learn.microsoft.com/dotnet/api/system.net.httpstatuscode, as of 2026-11-30.
fn is_refusal(text: &str) -> bool {
    const NAMES: [&str; 27] = [
        "BadRequest",
        "Unauthorized",
        "PaymentRequired",
        "Forbidden",
        "NotFound",
        "MethodNotAllowed",
        "NotAcceptable",
        "ProxyAuthenticationRequired",
        "RequestTimeout",
        "Conflict",
        "Gone",
        "LengthRequired",
        "PreconditionFailed",
        "RequestEntityTooLarge",
        "RequestUriTooLong",
        "UnsupportedMediaType",
        "RequestedRangeNotSatisfiable",
        "ExpectationFailed",
        "UnprocessableEntity",
        "Locked",
        "FailedDependency",
        "TooManyRequests",
        "InternalServerError",
        "NotImplemented",
        "BadGateway",
        "ServiceUnavailable",
        "GatewayTimeout",
    ];
    let is_it = |name: &&str| {
        let letters = text.bytes().filter(|byte| *byte != b' ');
        letters
            .map(|byte| byte.to_ascii_lowercase())
            .eq(name.bytes().map(|byte| byte.to_ascii_lowercase()))
    };
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && NAMES.iter().any(is_it)
}

/// Outcome by the number of an error, or a status of HTTP.
fn of_number(word: &str) -> Option<Outcome> {
    match word.parse::<u32>().ok()? {
        0 | 200..=299 => Some(Outcome::Success),
        100..=199 | 300..=399 => None,
        _ => Some(Outcome::Failure),
    }
}

/// Outcome by a category of Event Grid that is only of what failed, or of what did not; of Bastion
/// by the message, which is all that it tells of a session.
///
/// Source: learn.microsoft.com/azure/azure-monitor/reference/supported-logs/
/// microsoft-eventgrid-topics-logs, microsoft-eventgrid-namespaces-logs, and
/// learn.microsoft.com/azure/bastion/diagnostic-logs, as of 2026-11-30.
pub(crate) fn of_category(category: &str, resource: &str, message: &str) -> Option<Outcome> {
    const FAILED: [&str; 6] = [
        "DeliveryFailures",
        "PublishFailures",
        "FailedMqttConnections",
        "FailedMqttPublishedMessages",
        "FailedMqttSubscriptionOperations",
        "FailedHttpDataPlaneOperations",
    ];
    const SUCCEEDED: [&str; 2] = [
        "SuccessfulMqttConnections",
        "SuccessfulHttpDataPlaneOperations",
    ];
    // Few records are of such a category.
    let is_of_events = || is_of_provider(resource, "Microsoft.EventGrid");
    if is_one_of(category, &FAILED) && is_of_events() {
        return Some(Outcome::Failure);
    }
    let is_connected = message == "Successfully Connected."
        && is_one_of(
            category,
            &["BastionAuditLogs", "MicrosoftAzureBastionAuditLogs"],
        );
    let has_succeeded = is_one_of(category, &SUCCEEDED) && is_of_events();
    (is_connected || has_succeeded).then_some(Outcome::Success)
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
    fn categories_of_failures_tell_the_outcome() {
        let topic = "/SUBSCRIPTIONS/1/RESOURCEGROUPS/A/PROVIDERS/MICROSOFT.EVENTGRID/TOPICS/B";
        let check = |category: &str, expected| {
            assert_eq!(of_category(category, topic, ""), expected);
        };
        check("DeliveryFailures", Some(Outcome::Failure));
        check("publishfailures", Some(Outcome::Failure));
        check("SuccessfulMqttConnections", Some(Outcome::Success));
        check("MqttDisconnections", None);
        check("Failures", None);
        check("DeliveryFailure", None);
        check("", None);
        let told = "Successfully Connected.";
        let bastion = |message| of_category("BastionAuditLogs", "", message);
        assert_eq!(bastion(told), Some(Outcome::Success));
        assert_eq!(bastion("Login Failed"), None);
        assert_eq!(of_category("Connections", "", told), None);
        let other = "/subscriptions/1/resourceGroups/a/providers/Contoso.Mail/queues/b";
        assert_eq!(of_category("DeliveryFailures", other, ""), None);
    }

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
        check("Not Found", Some(Outcome::Failure));
        check("Too Many Requests", Some(Outcome::Failure));
        check("preconditionFailed", Some(Outcome::Failure));
        check("Gateway Timeout", Some(Outcome::Failure));
        check("Aborted", Some(Outcome::Failure));
        check("Faulted", Some(Outcome::Failure));
        check("NotFound.", Some(Outcome::Failure));
        check("Unauthorized access", Some(Outcome::Failure));
        check("Forbidden by policy", Some(Outcome::Failure));
        check("Not started", None);
        check("Skipped", None);
        check("2x", None);
        check("Started.", None);
        check("Accepted", None);
        check("", None);
    }
}
