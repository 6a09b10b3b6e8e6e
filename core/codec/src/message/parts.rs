//! What counts of the values that messages name: parts of them, or nothing where a value is of
//! another kind than its name says.

use nepho_core::tables::{Column, Row};

use super::text::METHODS;
use crate::bytes::{ByteSet, find_near};
use crate::table::put_status;
use crate::time;

/// Stages of a deployment, as programs call them.
const STAGES: [&str; 24] = [
    "prod",
    "production",
    "live",
    "dev",
    "devel",
    "development",
    "test",
    "testing",
    "stage",
    "staging",
    "stg",
    "qa",
    "uat",
    "int",
    "integration",
    "preprod",
    "preview",
    "sandbox",
    "demo",
    "canary",
    "alpha",
    "beta",
    "gamma",
    "local",
];

/// Text that is no object, no list, no length of time (`service=12ms`), and not `--`, which
/// Nextcloud writes for nothing.
pub(super) fn plain(text: &str) -> &str {
    match text.as_bytes() {
        [b'{' | b'[', ..] | b"--" => "",
        [b'0'..=b'9', .., b'm', b's'] if time::duration(text, 1e6).is_some() => "",
        _ => text,
    }
}

/// Who does something. A number with a fraction is nobody: garbage collectors of Java and `time`
/// call what a program took of the processor `user=0.01`.
pub(super) fn person(text: &str) -> &str {
    let is_fraction = text.contains('.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    match is_fraction {
        true => "",
        false => plain(text),
    }
}

/// A method of HTTP in capitals; programs call other things a method as well.
pub(super) fn method(text: &str) -> &str {
    let mut methods = METHODS.iter();
    let known = methods.find(|known| known.eq_ignore_ascii_case(text));
    known.copied().unwrap_or_default()
}

/// A stage of a deployment; what pipelines call a stage is none.
pub(super) fn stage(text: &str) -> &str {
    let is_known = STAGES.iter().any(|known| known.eq_ignore_ascii_case(text));
    if is_known { text } else { "" }
}

/// Id of `projects/shop/traces/65f0`, as logging libraries of Google write it, and of a bare id.
pub(super) fn trace(text: &str) -> &str {
    match text.as_bytes() {
        [b'{' | b'[', ..] => "",
        [b'p', b'r', b'o', b'j', b'e', b'c', b't', b's', b'/', ..] => {
            text.rsplit('/').next().unwrap_or(text)
        }
        _ => text,
    }
}

/// Path of a URL or of a target that begins with `/`, with a method before it or without; an
/// endpoint may be a name as well.
pub(super) fn target(text: &str) -> &str {
    let (_, text) = request_line(text).unwrap_or(("", text));
    match is_target(text) {
        true => super::json::url_path(text),
        false => "",
    }
}

/// Method of the first line of a request: `GET` of `GET /cart?id=1 HTTP/1.1`.
pub(super) fn request_method(text: &str) -> &str {
    request_line(text).map_or("", |(method, _)| method)
}

/// Method and target of the first line of a request.
fn request_line(text: &str) -> Option<(&str, &str)> {
    let (method, rest) = text.split_once(' ')?;
    let target = rest.split(' ').next()?;
    (METHODS.contains(&method) && is_target(target)).then_some((method, target))
}

fn is_target(text: &str) -> bool {
    text.starts_with('/') || text.contains("://")
}

/// What a browser or a program calls itself: it has a version, which a short word has not.
pub(super) fn agent(text: &str) -> &str {
    if text.contains('/') { text } else { "" }
}

/// A user agent where the name may tell any other agent as well: a product with its version,
/// `curl/8.5.0`.
pub(super) fn versioned(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_product = |pair: &[u8]| pair[0] == b'/' && pair[1].is_ascii_digit();
    match bytes.first() {
        Some(b'{' | b'[' | b'/') => "",
        _ if bytes.windows(2).any(is_product) => text,
        _ => "",
    }
}

/// Latency in nanoseconds of a value whose name tells no unit: text with a unit.
///
/// A bare number is one of seconds if it has a fraction and is below ten, as Python and zap write
/// it. All others may as well be milliseconds or nanoseconds, so that nothing is said.
pub(crate) fn latency(text: &str) -> Option<i64> {
    let text = time::trimmed(text);
    let number = match text.as_bytes().last() {
        Some(b'0'..=b'9') => text.parse::<f64>().ok(),
        _ => None,
    };
    let Some(number) = number else {
        return time::duration(text, 1e9);
    };
    let is_fraction = text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    let is_told = number == 0.0 || is_fraction && (0.0..10.0).contains(&number);
    is_told.then(|| time::duration(text, 1e9)).flatten()
}

/// Puts the outcome of a request: beside its method a status can only be that of HTTP.
pub(super) fn put_outcome(row: &mut Row<'_>) {
    if let Some(status @ 100..=599) = row.status_so_far()
        && row.has(Column::Method)
        && !row.has_outcome()
    {
        put_status(status, row);
    }
}

/// Bytes that end the path of a URL.
static PATH_ENDS: ByteSet<2> = ByteSet::new(*b"?#");

/// As [`url_path`], of a value that may be nothing as Nextcloud writes it.
pub(super) fn path(url: &str) -> &str {
    if url == "--" { "" } else { url_path(url) }
}

/// Path of a URL or of a request target, without host and query.
pub fn url_path(url: &str) -> &str {
    let bytes = url.as_bytes();
    let scheme = match bytes.first() {
        Some(b'/') => None,
        _ => find_near(bytes, b':'),
    };
    let start = match scheme {
        Some(colon) if bytes.get(colon + 1..colon + 3) == Some(b"//") => {
            match memchr::memchr(b'/', bytes.get(colon + 3..).unwrap_or_default()) {
                Some(slash) => colon + 3 + slash,
                None => return "/",
            }
        }
        _ => 0,
    };
    let end = PATH_ENDS
        .find(&bytes[start..])
        .map_or(bytes.len(), |length| start + length);
    url.get(start..end).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_without_a_unit_count_only_where_seconds_are_meant() {
        let check =
            |text: &str, expected: Option<i64>| assert_eq!(latency(text), expected, "{text}");
        check("0.523", Some(523_000_000));
        check("1.2e-05", Some(12_000));
        check("0", Some(0));
        check("42.5", None);
        check("375", None);
        check("1234567", None);
        check("42.5ms", Some(42_500_000));
        check("375 s", Some(375_000_000_000));
        check("-1.5", None);
        check("inf", None);
        check("fast", None);
    }

    #[test]
    fn first_lines_of_requests_have_a_method_and_a_path() {
        let line = "GET /cart?id=1 HTTP/1.1";
        assert_eq!((request_method(line), target(line)), ("GET", "/cart"));
        let proxied = "POST http://shop.example.com/pay HTTP/1.1";
        assert_eq!((request_method(proxied), target(proxied)), ("POST", "/pay"));
        assert_eq!((request_method("/cart"), target("/cart")), ("", "/cart"));
        assert_eq!((request_method("GET it"), target("GET it")), ("", ""));
        assert_eq!((request_method("{}"), target("{}")), ("", ""));
    }

    #[test]
    fn values_of_another_kind_are_left_out() {
        assert_eq!(person("mona"), "mona");
        assert_eq!(person("1042"), "1042");
        assert_eq!(person("0.01"), "");
        assert_eq!(method("get"), "GET");
        assert_eq!(method("local"), "");
        assert_eq!(stage("Production"), "Production");
        assert_eq!(stage("P1"), "");
        assert_eq!(trace("projects/shop/traces/65f0"), "65f0");
        assert_eq!(trace("65f0"), "65f0");
        assert_eq!(trace("{\"id\":1}"), "");
        assert_eq!(target("projects/1/endpoints/2"), "");
        assert_eq!(target("https://example.com/x?y"), "/x");
        assert_eq!(agent("Mozilla/5.0 (X11)"), "Mozilla/5.0 (X11)");
        assert_eq!(agent("yes"), "");
    }
}
