//! First lines of requests, broken ones too.

use nepho_codec::message::json::url_path;
use nepho_core::tables::{Column, Row};

/// Puts `GET /cart?id=1 HTTP/1.1` into method, path and body.
///
/// What clients send is logged as it came, so it may be no request at all; then only the body is
/// set. A method that is no token (RFC 9110, section 9.1) is left out.
pub(crate) fn put_request(text: &str, row: &mut Row<'_>) {
    row.text(Column::Body, text);
    if let Some((method, target)) = split_request(text) {
        row.text(Column::Method, method)
            .text(Column::Path, url_path(target));
    }
}

/// Method and target of a first line; the method is empty if it is none.
fn split_request(text: &str) -> Option<(&str, &str)> {
    let (method, rest) = text.split_once(' ')?;
    // Malformed targets have blanks in them, so the version is what follows the last one.
    let (target, has_version) = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => (target, true),
        _ => (rest, false),
    };
    let is_method = !method.is_empty() && method.bytes().all(is_token_byte);
    // Without a version (HTTP/0.9, or a line that was cut off) it may be any text.
    let is_upper = method.bytes().all(|byte| byte.is_ascii_uppercase());
    match (is_method, has_version) {
        (true, true) => Some((method, target.trim())),
        (true, false) if is_upper && target.starts_with(['/', '*']) => Some((method, target)),
        (true, false) if is_upper && target.starts_with("http") => Some((method, target)),
        (false, true) => Some(("", target.trim())),
        _ => None,
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::split_request;

    #[test]
    fn requests_have_a_method_and_a_target() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            assert_eq!(split_request(text), expected, "{text}");
        };
        check("GET /a?b=1 HTTP/1.1", Some(("GET", "/a?b=1")));
        check("get /a b HTTP/2.0", Some(("get", "/a b")));
        check("GET /cut-off", Some(("GET", "/cut-off")));
        check("<b>X</b> / HTTP/1.1", Some(("", "/")));
        check("hello world", None);
        check("HELLO world", None);
        check("hello", None);
        check("", None);
    }
}
