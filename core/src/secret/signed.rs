//! Names that are words of a sentence as well: a secret follows only where the sign behind them
//! says so.

use super::value::{Sign, value_of};
use super::word::is_password;

/// The names. Compared without case.
pub(super) const SIGNED: [&str; 4] = ["pass", "credential", "session_id", "cookie"];

/// Most digits of a number that tells how many passed.
const COUNT_DIGITS: usize = 5;
/// Most digits of the number of a session, which grants nothing.
const SESSION_DIGITS: usize = 10;

/// Range of the value behind the name at `found..end`, which is one of [`SIGNED`].
pub(super) fn value_behind(text: &str, found: usize, end: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let sign = Sign::behind(bytes, end)?;
    let name = text.get(found..end)?;
    let before = text.get(..found)?;
    let last = before.bytes().next_back().unwrap_or(b' ');
    let is_bent = name.starts_with(|c: char| c.is_ascii_uppercase()) && last.is_ascii_lowercase();
    // `bypass=1`, but `dbPass=x`.
    if last.is_ascii_alphabetic() && !is_bent {
        return None;
    }
    if name.eq_ignore_ascii_case("cookie") {
        return cookies(text, sign);
    }
    let (start, end) = value_of(text, sign, true)?;
    let value = text.get(start..end)?;
    let is_session = name.len() == "session_id".len() && name.contains('_');
    let is_part = matches!(last, b'_' | b'.');
    let most = match (is_session, is_part) {
        (true, _) => SESSION_DIGITS,
        (_, true) => 0,
        _ => COUNT_DIGITS,
    };
    if start == sign.end && is_count(value, most) {
        return None;
    }
    let is_named = is_session || is_part || sign.is_quoted || !sign.is_colon;
    (is_named || is_setting(before, name) && is_password(value)).then_some((start, end))
}

/// Whether a value tells how many, or whether.
fn is_count(value: &str, most: usize) -> bool {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    is_number && value.len() <= most
        || most > 0 && ["true", "false", "null", "none", "yes", "no"].contains(&value)
}

/// Whether a name that a colon follows stands by itself, and not in a sentence or in the words of a
/// test: `pass: hunter2`, `user: app, pass: hunter2`, `openssl -passin pass:hunter2`.
fn is_setting(before: &str, name: &str) -> bool {
    let before = before.trim_end_matches(' ');
    let is_result = name.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_flag = before.ends_with("-passin") || before.ends_with("-passout");
    let is_alone = before.is_empty() || before.ends_with([',', ';', '{', '(', '[', '&', '?', '\n']);
    !is_result && (is_alone || is_flag)
}

/// Cookies, to the end of the line or of what quotes it: `Cookie: session=value; theme=dark`.
fn cookies(text: &str, sign: Sign) -> Option<(usize, usize)> {
    if !sign.is_colon {
        return None;
    }
    let rest = text.get(sign.end..)?;
    let (start, end) = match rest.starts_with(['"', '\'', '\\', '[']) {
        true => value_of(text, sign, true)?,
        false => {
            let length = rest.find(['"', '\'', '\\', '\n', '\r']);
            (sign.end, sign.end + length.unwrap_or(rest.len()))
        }
    };
    let first = text.get(start..end)?.split_whitespace().next()?;
    // A sentence tells of a cookie otherwise.
    first.contains('=').then_some((start, end))
}

#[cfg(test)]
mod tests {
    use crate::secret::{mask, quoted};

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
    }

    #[test]
    fn words_of_a_sentence_name_a_secret_where_a_sign_follows() {
        check("DB_PASS=orange user=x", "DB_PASS=*** user=x");
        check("DB_PASS=12345", "DB_PASS=***");
        check("user=x pass=orange", "user=x pass=***");
        check("dbPass=orange", "dbPass=***");
        check("SMTP_PASS: orange", "SMTP_PASS: ***");
        check("smtp.pass: orange", "smtp.pass: ***");
        check(r#"{"pass":"a b","n":1}"#, r#"{"pass":"***","n":1}"#);
        check("user: app, pass: hunter2", "user: app, pass: ***");
        check("openssl -passin pass:hunter2", "openssl -passin pass:***");
        check("credential=orange&x=1", "credential=***&x=1");
        check(r#"{"credential": "a"}"#, r#"{"credential": "***"}"#);
        check("session_id=a1b2c3", "session_id=***");
        check(r#"{"session_id":"a1b2c3"}"#, r#"{"session_id":"***"}"#);
        for told in [
            "pass: 12 tests",
            "pass=12 fail=3",
            r#"{"pass":12,"fail":3}"#,
            r#"{"pass":true}"#,
            "--- PASS: TestCart2 (0.00s)",
            "first pass: 30ms",
            "bypass=orange compass=north",
            "passed: 3, passing=x",
            "access-key id",
            "no credential: user2 is unknown",
            "invalid credentials: user2",
            "credential: not found",
            "session_id=17",
            "session_id: 1700000000",
            "a new session_id was given",
        ] {
            check(told, told);
        }
    }

    #[test]
    fn cookies_of_rows_are_masked() {
        check("GET / Cookie: session=a1; b=c", "GET / Cookie: ***");
        check(
            "Set-Cookie: sid=a1; Path=/\nHost: x",
            "Set-Cookie: ***\nHost: x",
        );
        check("-H 'Cookie: a=b' x", "-H 'Cookie: ***' x");
        check(
            r#"{"Cookie":"a=b; c=d","n":1}"#,
            r#"{"Cookie":"***","n":1}"#,
        );
        check(r#"{"Cookie":["a=b; c=d"]}"#, r#"{"Cookie":[***]}"#);
        check(
            r#"{"msg":"Cookie: a=b\r\nHost: x"}"#,
            r#"{"msg":"Cookie: ***\r\nHost: x"}"#,
        );
        assert_eq!(quoted("GET / cookie: a=b", 300), "GET / cookie: ***");
        for told in ["no cookie: it is gone", "cookie=1", "cookies: a=b"] {
            check(told, told);
        }
    }
}
