//! Messages of tools that are fit to be kept: no secrets, no values, of bounded length.

use std::ops::RangeInclusive;

use nepho_core::secret::{mask, told};

/// Characters of a message that are kept.
const LENGTH: usize = 300;
/// Characters of a message that are looked at: more than are kept, so that a secret is masked
/// before it is cut, and no half of it stays.
const WINDOW: usize = 4096;
/// Shortest value that is looked for; shorter ones occur by chance.
const SHORTEST: usize = 6;
/// Lengths of ids of requests (S3 has the shortest); anything shorter is a word.
const REQUEST_LENGTHS: RangeInclusive<usize> = 8..=64;

/// Words behind which clouds and providers write the id of a request, in lower case.
const REQUEST_WORDS: [&str; 4] = ["request id", "requestid", "request_id", "request-id"];

/// `message` without these `values` and without what looks like a secret, cut to 300 characters.
pub fn redact(message: &str, values: &[String]) -> String {
    fit(&without(message, values))
}

/// The beginning of `message` with `***` in place of these `values`. [`fit`] makes the rest of
/// [`redact`].
pub fn without(message: &str, values: &[String]) -> String {
    let end = end_of(message, WINDOW);
    let mut hidden: Vec<(usize, usize)> = Vec::new();
    for value in values.iter().filter(|value| value.len() >= SHORTEST) {
        // A value may begin in the window and end behind it.
        let reach = message.floor_char_boundary(end + value.len());
        let found = message.get(..reach).unwrap_or_default();
        let found = found.match_indices(value.as_str());
        hidden.extend(found.map(|(start, _)| (start, start + value.len())));
    }
    hidden.sort_unstable();
    let mut words = String::new();
    let mut told = 0;
    for (start, stop) in hidden.into_iter().filter(|(start, _)| *start < end) {
        // One value may lie in another.
        if start >= told {
            words.push_str(message.get(told..start).unwrap_or_default());
            words.push_str("***");
        }
        told = told.max(stop);
    }
    words.push_str(message.get(told..end).unwrap_or_default());
    words.trim().to_owned()
}

/// `words` on one line, without what looks like a secret and without values that an API or a
/// provider refuses, cut to 300 characters.
pub fn fit(words: &str) -> String {
    told(words, LENGTH)
}

/// `values` as [`without`] needs them: the longest first, each once, none that is too short.
pub fn in_order(mut values: Vec<String>) -> Vec<String> {
    values.retain(|value| value.len() >= SHORTEST);
    values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    values.dedup();
    values
}

/// Id of the request that failed, where a message tells it: `StatusCode: 400, RequestID: 0a1b-...`.
/// The audit log has the same id. A secret is none; where the document has values that nobody may
/// quote, the message is one [`without`] them.
pub fn request_id(message: &str) -> Option<String> {
    let message = told(message, WINDOW);
    // The same length in lower case: only ASCII changes.
    let lower = message.to_ascii_lowercase();
    let found = REQUEST_WORDS.iter().flat_map(|word| {
        let ends = lower.match_indices(word);
        ends.map(move |(at, _)| (at, at + word.len()))
    });
    // The extended id of S3 is another one, and in no audit log.
    let found = found.filter(|(at, _)| {
        let before = lower.get(..*at).unwrap_or_default();
        !before.ends_with("extended ")
    });
    let ids = found.filter_map(|(at, end)| Some((at, request_at(message.get(end..)?)?)));
    ids.min().map(|(_, id)| id.to_owned())
}

/// Words behind which clouds and providers write the code of an error, the surest first.
const CODE_WORDS: [&str; 7] = [
    "api error ",
    "Error Code: ",
    "HandlerErrorCode: ",
    "ErrorCode: ",
    "with error: ",
    "Code=\"",
    "\"code\": \"",
];

/// Longest code of an error.
const LONGEST_CODE: usize = 80;

/// Code of the error in the cloud's words, where a message tells it:
///
/// | message | code |
/// |---|---|
/// | `..., api error AccessDenied: User ...` (SDKs of AWS) | `AccessDenied` |
/// | `..., RequestID: 0a1b, ResourceInUseException: ...` | `ResourceInUseException` |
/// | `InvalidParameterValue: ... status code: 400, request id: 0a1b` | `InvalidParameterValue` |
/// | `(RequestToken: 0a1b, HandlerErrorCode: AlreadyExists)` (CloudFormation) | `AlreadyExists` |
/// | `unexpected status 409 with error: StorageAccountAlreadyTaken: ...` (Azure) | `StorageAccountAlreadyTaken` |
/// | `googleapi: Error 403: ..., forbidden` | `forbidden` |
///
/// A secret is none; where the document has values that nobody may quote, the message is one
/// [`without`] them.
pub fn error_code(message: &str) -> Option<String> {
    let masked = told(message, WINDOW);
    let message: &str = &masked;
    let behind = |word: &&str| {
        let at = message.find(*word)?;
        let rest = message.get(at + word.len()..)?;
        code_at(rest).filter(|code| !code.is_empty())
    };
    let found = CODE_WORDS.iter().find_map(behind);
    let found = found
        .or_else(|| after_request(message))
        .or_else(|| before_status(message))
        .or_else(|| of_google(message));
    // Whatever stands there, a secret is none.
    found.filter(|code| mask(code) == *code).map(str::to_owned)
}

/// Code at the beginning of a text: a word that begins with a letter.
fn code_at(text: &str) -> Option<&str> {
    let is_of_code = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_');
    let end = text
        .find(|letter| !is_of_code(letter))
        .unwrap_or(text.len());
    let code = text.get(..end)?.trim_end_matches('.');
    let is_end = |letter: char| letter.is_whitespace() || ":;,.)\"".contains(letter);
    let is_whole = text.get(code.len()..)?.chars().next().is_none_or(is_end);
    let is_code = is_whole
        && code.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && code.len() <= LONGEST_CODE;
    is_code.then_some(code)
}

/// A word of several: `AccessDenied`, `ResourceInUseException`.
fn is_compound(code: &str) -> bool {
    let capitals = code.bytes().filter(u8::is_ascii_uppercase).count();
    code.starts_with(|letter: char| letter.is_ascii_uppercase()) && capitals > 1
}

/// Errors that have a type of their own stand behind the id of the request.
fn after_request(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("RequestID: ")?;
    let (_, rest) = rest.split_once(", ")?;
    let code = code_at(rest).filter(|code| is_compound(code))?;
    rest.get(code.len()..)?.starts_with(':').then_some(code)
}

/// Older programs: `error creating X: Code: words\n\tstatus code: 400, request id: ...`.
fn before_status(message: &str) -> Option<&str> {
    let (front, _) = message.split_once("status code: ")?;
    // The last part is words.
    let (front, _) = front.rsplit_once(": ")?;
    let mut parts = front.rsplit(": ");
    parts.find(|part| code_at(part) == Some(*part) && is_compound(part))
}

/// `googleapi: Error 403: words, reason`.
fn of_google(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("googleapi: Error ")?;
    let line = rest.lines().next()?;
    let (_, last) = line.rsplit_once(", ")?;
    let is_word = last.len() <= LONGEST_CODE && last.bytes().all(|b| b.is_ascii_alphabetic());
    (is_word && !last.is_empty()).then_some(last)
}

/// Id at the beginning of `rest`, behind what separates it from the word before it.
fn request_at(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches([':', '=', ' ', '\t', '\n', '"', '\\']);
    let is_of_id = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let end = rest.find(|letter| !is_of_id(letter)).unwrap_or(rest.len());
    let id = rest.get(..end)?;
    let is_id = REQUEST_LENGTHS.contains(&id.len()) && id.bytes().any(|b| b.is_ascii_digit());
    is_id.then_some(id)
}

/// Byte behind the first `count` characters of `text`.
fn end_of(text: &str, count: usize) -> usize {
    let mut characters = text.char_indices();
    characters.nth(count).map_or(text.len(), |(end, _)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_secrets_do_not_stay() {
        let values = in_order(vec![
            "orange".to_owned(),
            "orange-tree".to_owned(),
            "a".to_owned(),
        ]);
        assert_eq!(values, ["orange-tree", "orange"]);
        let message = " a orange-tree, password=x refused\n";
        assert_eq!(redact(message, &values), "a ***, password=*** refused");
    }

    #[test]
    fn a_value_that_goes_on_behind_what_is_looked_at_does_not_stay() {
        let first = "0123456789".repeat(400);
        let second = "abcdefghij".repeat(20);
        let message = format!("{first} {second}");
        let expected = "*** ***";
        assert_eq!(redact(&message, &[first, second]), expected);
        let values = ["orange-tree".to_owned(), "tree-house".to_owned()];
        assert_eq!(redact("an orange-tree-house", &values), "an ***");
    }

    #[test]
    fn a_long_message_is_cut() {
        let long = redact(&"\u{e4}".repeat(9000), &[]);
        assert_eq!(long.chars().count(), LENGTH + 3);
    }

    #[test]
    fn values_that_providers_refuse_do_not_stay() {
        let check = |text: &str, expected: &str| assert_eq!(fit(text), expected);
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
        check(
            "expected a number, got: orange",
            "expected a number, got: ***",
        );
        check(
            "expected length of pin to be 8, got orange-tree; b: wrong type, got: number",
            "expected length of pin to be 8, got ***",
        );
        check(
            "a: wrong type, got: orange-tree; b: wrong type, got number",
            "a: wrong type, got: ***",
        );
        assert_eq!(fit(&"a ".repeat(400)).chars().count(), 303);
    }

    #[test]
    fn a_request_is_told_by_its_id() {
        let check = |message: &str, expected: Option<&str>| {
            assert_eq!(request_id(message).as_deref(), expected, "{message}");
        };
        let id = Some("0a1b2c3d-0000-4000-8000-00000000000f");
        check(
            "api error: https response error StatusCode: 400, RequestID: 0a1b2c3d-0000-4000-8000-00000000000f, InvalidParameter",
            id,
        );
        check(
            "status code: 403, request id: 0a1b2c3d-0000-4000-8000-00000000000f",
            id,
        );
        check(
            "Not valid (Service: Ec2, Status Code: 400, Request ID: 0a1b2c3d-0000-4000-8000-00000000000f, Extended Request ID: null)",
            id,
        );
        check(
            "x (Service: Amazon S3; Status Code: 409; Extended Request ID: Q1w2E3r4T5y6/=; Request ID: 0A1B2C3D4E5F6071; Proxy: null)",
            Some("0A1B2C3D4E5F6071"),
        );
        check(
            "{\\\"x-ms-request-id\\\": \\\"0a1b2c3d-0000-4000-8000-00000000000f\\\"}",
            id,
        );
        check("x (RequestToken: 01234567-89ab, HandlerErrorCode: y)", None);
        check("the request identifier is missing", None);
        check("Request ID: null", None);
        check("Request ID: AKIAIOSFODNN7EXAMPLE, refused", None);
    }

    #[test]
    fn an_error_is_told_by_its_code() {
        let check = |message: &str, expected: Option<&str>| {
            assert_eq!(error_code(message).as_deref(), expected, "{message}");
        };
        check(
            "operation error EC2: RunInstances, https response error StatusCode: 403, RequestID: 0a1b-2c, api error UnauthorizedOperation: You are not",
            Some("UnauthorizedOperation"),
        );
        check(
            "operation error EC2: A, api error InvalidPermission.Duplicate: the rule",
            Some("InvalidPermission.Duplicate"),
        );
        check(
            "operation error Lambda: A, https response error StatusCode: 409, RequestID: 0a1b-2c, ResourceConflictException: Function already exist",
            Some("ResourceConflictException"),
        );
        check(
            "creating DB: InvalidParameterValue: The name is wrong.\n\tstatus code: 400, request id: 0a1b2c3d",
            Some("InvalidParameterValue"),
        );
        check(
            "x already exists (RequestToken: 0a1b, HandlerErrorCode: AlreadyExists)",
            Some("AlreadyExists"),
        );
        check(
            "no (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue; Request ID: 0a1b)",
            Some("InvalidParameterValue"),
        );
        check(
            "creating Account: unexpected status 409 (409 Conflict) with error: StorageAccountAlreadyTaken: The name",
            Some("StorageAccountAlreadyTaken"),
        );
        check(
            "Code=\"SkuNotAvailable\" Message=\"x\"",
            Some("SkuNotAvailable"),
        );
        check(
            "Error creating Network: googleapi: Error 409: The resource 'x' already exists, alreadyExists",
            Some("alreadyExists"),
        );
        check("timeout while waiting for state to become 'ready'", None);
        check("Error: status code: 400", None);
        check("api error AKIAIOSFODNN7EXAMPLE: refused", None);
    }
}
