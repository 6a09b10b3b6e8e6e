//! Values that an API or a provider refuses and quotes in the text of its error. They may be
//! secrets whatever their name is, so each is hidden; names of fields and what is wrong stay.
//!
//! | who | form |
//! |---|---|
//! | Kubernetes | `path: Invalid value: "x": detail`, `Unsupported value`, `Duplicate value` |
//! | Kubernetes | `path: Forbidden: detail`, `error found in #10 byte of ...\|x\|...` |
//! | AWS | `Value 'x' at 'path' failed to satisfy constraint`, `Value (x) for parameter p` |
//! | Google | `Invalid value for field 'path': 'x'`, `Invalid value at 'path' (TYPE), "x"` |
//! | providers of Terraform | `invalid value for a (detail): "x"`, `expected a to be b, got x` |
//! | providers of Terraform | `"a" (x) must ...`, `"a" must ...: "x"` |
//! | provisioners | `Error running command 'x': exit status 1. Output: x` |
//!
//! Sources, read 2026-11-29: k8s.io/apimachinery/pkg/util/validation/field (`Error`),
//! docs.aws.amazon.com (ValidationException of several services), cloud.google.com/compute/docs
//! (`invalid`), pkg.go.dev/github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation,
//! developer.hashicorp.com/terraform/language/provisioners.

use super::NAMES;

/// Kinds of errors of a field in the words of Kubernetes.
const KINDS: [&str; 9] = [
    "Invalid value",
    "Unsupported value",
    "Duplicate value",
    "Required value",
    "Forbidden",
    "Too long",
    "Too many",
    "Not found",
    "Internal error",
];

/// Kinds behind which a value stands if it is quoted or a number.
const COUNTS: [&str; 3] = ["Too long: ", "Too many: ", "Not found: "];

/// Kinds behind which only words stand.
const WORDS: [&str; 2] = ["Forbidden: ", "Internal error: "];

/// What AWS writes behind the words of an error.
const ENDS: [&str; 6] = [
    " (Service: ",
    " (RequestToken: ",
    " status code: ",
    " StatusCode: ",
    " request id: ",
    " RequestID: ",
];

/// Adds the ranges of refused values in the text of an error.
pub(super) fn find(text: &str, ranges: &mut Vec<(usize, usize)>) {
    values(text, true, ranges);
    fields(text, ranges);
    checks(text, ranges);
    unreadable(text, ranges);
    commands(text, ranges);
    let secrets = text.match_indices("Secret \"").filter_map(|(at, word)| {
        let rest = &text[at + word.len()..];
        let wrong = rest.find("\" is invalid: ")? + "\" is invalid: ".len();
        Some(at + word.len() + wrong)
    });
    ranges.extend(secrets.min().map(|start| (start, text.len())));
    let found = text.find("error found in #");
    let shown = found.and_then(|at| Some(at + text[at..].find(" byte of ")? + " byte of ".len()));
    ranges.extend(shown.map(|start| (start, text.len())));
}

/// Adds the ranges of values in a row of a log where the form tells surely that an API refused
/// them.
pub(super) fn find_sure(text: &str, ranges: &mut Vec<(usize, usize)>) {
    values(text, false, ranges);
}

/// Whether the kind of an error stands at `at`, which is no value of the name before it.
pub(super) fn is_kind(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    KINDS.iter().any(|kind| rest.starts_with(kind))
}

/// Values behind the word itself; without `is_error` only where the form leaves no doubt.
fn values(text: &str, is_error: bool, ranges: &mut Vec<(usize, usize)>) {
    let of_kind = |at: usize, kinds: &[&str]| kinds.iter().any(|kind| text[..at].ends_with(kind));
    for (at, word) in text.match_indices("alue") {
        let end = at + word.len();
        let rest = &text[end..];
        // A key of JSON is no code: `"SecretValue": "x"`.
        if !rest.starts_with(['"', '\\']) && is_code(&text[..end]) {
            continue;
        }
        let refused = ["nvalid v", "nsupported v", "uplicate v"];
        if let Some(value) = rest.strip_prefix(": ") {
            let start = text.len() - value.len();
            let is_value = is_error && !of_kind(at, &["equired v"]) || of_kind(at, &refused);
            if is_value && !is_kind(text, start) {
                ranges.push((start, value_end(text, start)));
            }
        } else if rest.starts_with(" '") {
            ranges.extend(constrained(text, end + 2, is_error));
        } else if rest.starts_with(" \"") && is_error {
            ranges.push((end + 1, value_end(text, end + 1)));
        } else if let Some(value) = rest.strip_prefix(" (") {
            let length = value.find(") for parameter ");
            let length = length.or_else(|| value.find(')').filter(|_| is_error));
            ranges.extend(length.map(|length| (end + 2, end + 2 + length)));
        } else if rest.starts_with(" for ") && (is_error || of_kind(at, &refused)) {
            let start = behind_name(text, end + " for ".len());
            ranges.extend(start.map(|start| (start, value_end(text, start))));
        } else if rest.starts_with(" at '") && of_kind(at, &refused) {
            let start = rest.find("), ").map(|found| end + found + "), ".len());
            ranges.extend(start.map(|start| (start, value_end(text, start))));
        } else if rest.starts_with(['"', '\\']) && is_error {
            let colon = rest.trim_start_matches(['"', '\\']);
            let value = colon.strip_prefix(':').map(|value| value.trim_start());
            let start = value.map(|value| text.len() - value.len());
            ranges.extend(start.map(|start| (start, json_end(text, start))));
        }
    }
}

/// Whether a text ends with the code of an error: `InvalidParameterValue: the words`.
fn is_code(text: &str) -> bool {
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    let word = &text[before.len()..];
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word != "Value"
}

/// Value of `Value 'x' at 'path' failed to satisfy constraint`, which may have quotes itself.
fn constrained(text: &str, start: usize, is_error: bool) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let bound = rest.find("' failed to satisfy");
    let length = bound.and_then(|bound| rest.get(..bound)?.rfind("' at '"));
    match length {
        Some(length) => Some((start, start + length)),
        None if is_error => {
            let length = rest.find("' at '");
            let end = length.map_or_else(|| quote_end(text, start - 1), |length| start + length);
            Some((start, end.max(start)))
        }
        None => None,
    }
}

/// Where the value begins in `field 'path': 'x'`, `name (detail): "x"` and `name: x`.
fn behind_name(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let colon = rest.find(": ");
    let detail = rest.find(" (");
    let is_detail = detail.is_some_and(|detail| colon.is_none_or(|colon| detail < colon));
    match is_detail {
        true => Some(start + rest.find("): ")? + "): ".len()),
        false => Some(start + colon? + ": ".len()),
    }
}

/// Where a value that begins at `start` ends: behind its quotes; before `:` and a blank if it is a
/// number or a word of a language of programs; an object as [`object_end`] says; any other with
/// what follows it, as nothing tells where it ends.
fn value_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let inner = rest.trim_start_matches('\\');
    if inner.starts_with(['"', '\'', '`']) {
        return quote_end(text, start);
    }
    // It is hidden already.
    if rest.starts_with(super::MASK) {
        return start + super::MASK.len();
    }
    let next = next_field(text, start).unwrap_or(text.len());
    let own = text.get(start..next).unwrap_or_default();
    let (word, _) = own.split_once(": ").unwrap_or((own, ""));
    let is_number = !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || b"-.".contains(&b));
    if is_number || matches!(word, "true" | "false" | "null" | "<nil>") {
        return start + word.len();
    }
    if word.contains(['{', '[']) {
        return start + object_end(rest);
    }
    let ends = ENDS.iter().filter_map(|end| own.find(end));
    start + ends.min().unwrap_or(own.len())
}

/// Where the text in quotes that begins at `start` ends, the quotes included. Each quote may have
/// backslashes before it, if the whole is a text in another; a quote before a letter is part of the
/// value.
fn quote_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let slashes = rest.len() - rest.trim_start_matches('\\').len();
    let Some(quote) = rest[slashes..].chars().next() else {
        return text.len();
    };
    let inner = start + slashes + 1;
    for (at, _) in text.get(inner..).unwrap_or_default().match_indices(quote) {
        let before = &text[inner..inner + at];
        let escapes = before.len() - before.trim_end_matches('\\').len();
        let behind = &text[inner + at + 1..];
        if escapes == slashes && !behind.starts_with(char::is_alphanumeric) {
            return inner + at + 1;
        }
    }
    text.len()
}

/// Where a value of JSON ends.
fn json_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    match rest.starts_with(['"', '\\']) {
        true => quote_end(text, start),
        false if rest.starts_with(['{', '[']) => text.len(),
        false => start + rest.find([',', '}', ']', ' ']).unwrap_or(rest.len()),
    }
}

/// Where an object or list ends that is quoted as JSON or as Go prints it: before the last `:` and
/// a blank behind as many braces as were opened. A text in it may have the same signs, so a message
/// that has braces, brackets or quotes behind that is hidden to its end.
fn object_end(value: &str) -> usize {
    let (mut depth, mut end) = (0_i32, value.len());
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 && value[at + 1..].starts_with(": ") {
                    end = at + 1;
                }
            }
            _ => {}
        }
    }
    let is_told = |rest: &str| !rest.contains(['{', '}', '[', ']', '"', '\'']);
    match value.get(end..).is_some_and(is_told) {
        true => end,
        false => value.len(),
    }
}

/// Where what stands before the next field that is wrong ends: `..., spec.name: Invalid value`.
fn next_field(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let found = KINDS.iter().filter_map(|kind| {
        let mut places = rest.match_indices(kind).map(|(at, _)| at);
        places.find(|at| rest[..*at].ends_with(": "))
    });
    let (before, path) = rest.get(..found.min()?)?.rsplit_once(", ")?;
    (!path.trim_end_matches(": ").contains(' ')).then_some(start + before.len())
}

/// Values and details of fields whose kind has another word.
fn fields(text: &str, ranges: &mut Vec<(usize, usize)>) {
    for kind in COUNTS {
        for (at, word) in text.match_indices(kind) {
            let start = at + word.len();
            let is_quoted = |c: char| c.is_ascii_digit() || matches!(c, '"' | '\\');
            if path_before(text, at).is_some() && text[start..].starts_with(is_quoted) {
                ranges.push((start, value_end(text, start)));
            }
        }
    }
    for kind in WORDS {
        for (at, word) in text.match_indices(kind) {
            let start = at + word.len();
            let Some(path) = path_before(text, at) else {
                continue;
            };
            let end = next_field(text, start).unwrap_or(text.len());
            match is_of_value(path) {
                true => ranges.push((start, end)),
                false => details(text, start, end, ranges),
            }
        }
    }
}

/// The path of the field before the kind of its error.
fn path_before(text: &str, at: usize) -> Option<&str> {
    let path = text.get(..at)?.strip_suffix(": ")?;
    let path = path
        .rsplit([' ', '['])
        .next()
        .filter(|path| !path.is_empty());
    path.filter(|path| !path.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a field of this path holds what may be a secret.
fn is_of_value(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let held = ["value", "data", "args", "command", "env"];
    held.iter().chain(&NAMES).any(|name| lower.contains(name))
}

/// Words of a sentence that are none of a language, and what is an object in it.
fn details(text: &str, start: usize, end: usize, ranges: &mut Vec<(usize, usize)>) {
    let mut at = start;
    for word in text.get(start..end).unwrap_or_default().split(' ') {
        let is_name = |byte: u8| byte.is_ascii_alphabetic() || b"_-.*[]".contains(&byte);
        let bare = word.trim_end_matches([',', '.', ';', ':', ')']);
        let is_plain = bare
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b"'(-/".contains(&b));
        let name = bare.trim_matches(['`', '\'']);
        let is_field = name.len() + 2 == bare.len() && name.bytes().all(is_name);
        if word.contains(['{', '"']) {
            ranges.push((at, end));
            return;
        }
        if !is_plain && !is_field {
            ranges.push((at, at + bare.len()));
        }
        at += word.len() + 1;
    }
}

/// Words of a check of a provider behind which the value stands in quotes.
const CHECKED: [&str; 8] = [
    " must ",
    " cannot ",
    " can only ",
    " allowed in ",
    " comply with ",
    " longer than ",
    " not a valid ",
    " input syntax for ",
];

/// What follows the value in `"name" (x) must ...`.
const VERBS: [&str; 9] = [
    ") must",
    ") is",
    ") can",
    ") should",
    ") contain",
    ") has",
    ") may",
    ") does",
    ") need",
];

/// Whether a text begins with a status of HTTP, which tells what failed.
fn is_status(text: &str) -> bool {
    match text.as_bytes() {
        [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9', rest @ ..] => {
            matches!(rest.first(), None | Some(b' ' | b':' | b',' | b';' | b')'))
        }
        _ => false,
    }
}

/// Values in the messages of readers: of Helm's schemas, of YAML and of numbers in Go.
fn unreadable(text: &str, ranges: &mut Vec<(usize, usize)>) {
    for wrong in ["' does not match pattern '", "' is not valid "] {
        for (at, _) in text.match_indices(wrong) {
            let before = &text[..at];
            let start = before.rfind("': '").map(|found| found + "': ".len());
            let start = start.or_else(|| before.rfind('\''));
            ranges.extend(start.map(|start| (start, at + 1)));
        }
    }
    for (wrong, quote) in [("cannot unmarshal !!", '`'), (": parsing \"", '"')] {
        for (at, _) in text.match_indices(wrong) {
            let start = text[at..].find(quote).map(|found| at + found);
            ranges.extend(start.map(|start| (start, quote_end(text, start))));
        }
    }
}

/// Values that the checks of providers refuse.
fn checks(text: &str, ranges: &mut Vec<(usize, usize)>) {
    let is_expected = |at: &usize| {
        let before = &text[..*at];
        before.ends_with([',', ';']) || before.contains("xpected") || before.contains("equired")
    };
    let got = text
        .match_indices(" got ")
        .filter(|(at, word)| is_expected(at) && !is_status(&text[at + word.len()..]));
    let ends = got.chain(text.match_indices(" got: "));
    let end = ends.map(|(at, word)| at + word.len()).min();
    ranges.extend(end.map(|end| (end, text.len())));
    for (at, word) in text.match_indices("\" (") {
        let start = at + word.len();
        let name = text[..at].rsplit('"').next().unwrap_or_default();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
        let rest = &text[start..];
        let length = VERBS.iter().filter_map(|verb| rest.find(verb)).min();
        if let Some(length) = length.filter(|_| !name.is_empty() && name.bytes().all(is_name)) {
            ranges.push((start, start + length));
        }
    }
    for (at, word) in text.match_indices(": \"") {
        if CHECKED.iter().any(|word| text[..at].contains(word)) {
            let start = at + word.len() - 1;
            ranges.push((start, value_end(text, start)));
        }
    }
}

/// What a program that failed was called with and what it wrote, but not how it ended.
fn commands(text: &str, ranges: &mut Vec<(usize, usize)>) {
    let running = "rror running command '";
    let ended = ["': exit status", "': signal", "': exec", "': fork"];
    for (at, _) in text.match_indices(running) {
        let start = at + running.len();
        let rest = &text[start..];
        let length = ended.iter().filter_map(|end| rest.find(end)).min();
        ranges.push((start, start + length.unwrap_or(rest.len())));
    }
    let is_run = |at: usize| {
        let before = &text[..at];
        let words = ["exit status", "exit code", "exited with", running];
        words.iter().any(|word| before.contains(word))
    };
    for output in ["Output:", "output:", "stdout:", "stderr:"] {
        let found = text.match_indices(output).map(|(at, _)| at);
        let start = found.filter(|at| is_run(*at)).min();
        let written = start.map(|at| text[at + output.len()..].trim_start());
        let written = written.filter(|written| !written.is_empty());
        ranges.extend(written.map(|written| (text.len() - written.len(), text.len())));
    }
    // The words of Pulumi's provider of commands.
    let found = text.find("exit status ").and_then(|at| {
        let running = ": running ";
        Some(at + text[at..].find(running)? + running.len())
    });
    ranges.extend(found.map(|start| (start, text.len())));
}

#[cfg(test)]
mod tests;
