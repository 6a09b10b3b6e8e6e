//! Where the value behind a telling name begins and ends.

/// What stands between a name and its value.
#[derive(Clone, Copy)]
pub(super) struct Sign {
    /// Position behind it and its blanks.
    pub(super) end: usize,
    /// Whether it is no more than a colon, which sentences have as well.
    pub(super) is_colon: bool,
    /// Whether the name stands in quotes, as keys of JSON do.
    pub(super) is_quoted: bool,
    /// Whether each quote is written twice, as in a field of a table.
    is_doubled: bool,
    /// Whether it is written as in an address: `%3D`.
    is_encoded: bool,
}

/// `=` and `&` as they are written in an address within one.
const ENCODED: [&str; 2] = ["%3D", "%26"];

impl Sign {
    /// The sign behind a name that ends at `start`, across quotes and blanks.
    pub(super) fn behind(bytes: &[u8], start: usize) -> Option<Self> {
        let is_sign = |byte: u8| matches!(byte, b'=' | b':');
        let at = start
            + length(bytes, start, |byte| {
                matches!(byte, b'"' | b'\'' | b'\\' | b' ')
            });
        let name = bytes.get(start..at)?;
        let is_encoded = is_at(bytes, at, ENCODED[0]);
        let mut end = match is_encoded {
            true => at + ENCODED[0].len(),
            false => at + length(bytes, at, |byte| is_sign(byte) || byte == b' '),
        };
        let sign = bytes.get(at..end).filter(|sign| !sign.is_empty())?;
        // `password => x` of Ruby, Perl and PHP.
        if sign.ends_with(b"=") && bytes.get(end) == Some(&b'>') {
            end += 1 + length(bytes, end + 1, |byte| byte == b' ');
        }
        Some(Self {
            end,
            is_colon: !is_encoded && !sign.contains(&b'='),
            is_encoded,
            is_quoted: name.iter().any(|byte| matches!(byte, b'"' | b'\'')),
            is_doubled: name.starts_with(b"\"\""),
        })
    }

    /// The blanks behind a name, where no sign is needed.
    fn blanks(bytes: &[u8], start: usize) -> Self {
        Self {
            end: start + length(bytes, start, |byte| byte == b' '),
            is_colon: false,
            is_quoted: true,
            is_doubled: false,
            is_encoded: false,
        }
    }
}

/// Whether a word stands at `at`, in any case.
fn is_at(bytes: &[u8], at: usize, word: &str) -> bool {
    let here = bytes.get(at..at + word.len());
    here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
}

/// Number of bytes from `start` on that are such.
fn length(bytes: &[u8], start: usize, is_such: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default().iter();
    rest.take_while(|byte| is_such(**byte)).count()
}

/// Range of the value that follows a name at `start`, across quotes, blanks and `=` or `:`. No sign
/// is needed before the value of a flag, and before one in single quotes where `is_sql` says so.
pub(super) fn value_after(
    text: &str,
    start: usize,
    is_flag: bool,
    is_sql: bool,
) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let rest = text.get(start..)?;
    let is_quoted = is_sql && rest.trim_start_matches(' ').starts_with('\'');
    let sign = Sign::behind(bytes, start).or_else(|| {
        let is_alone = (is_flag && !is_no_value(rest) || is_quoted) && rest.starts_with(' ');
        is_alone.then(|| Sign::blanks(bytes, start))
    })?;
    // `Unexpected token: [` is of parsers.
    let may_hold = is_sql || sign.is_quoted || !sign.is_colon;
    value_of(text, sign, may_hold)
}

/// Words behind a flag in a sentence that tells of it.
const OF_SENTENCES: [&str; 14] = [
    "and", "argument", "cannot", "flag", "for", "has", "in", "is", "must", "not", "option", "or",
    "to", "was",
];

/// Whether another flag stands behind a flag, or a word of a sentence: `--password is required`.
fn is_no_value(rest: &str) -> bool {
    let word = rest.split_ascii_whitespace().next().unwrap_or_default();
    word.starts_with("--") || OF_SENTENCES.contains(&word)
}

/// Range of the value behind a sign; what is in a list or an object, where `may_hold` says that it
/// may be one.
pub(super) fn value_of(text: &str, sign: Sign, may_hold: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let slashes = length(bytes, sign.end, |byte| byte == b'\\');
    let at = sign.end + slashes;
    match bytes.get(at)? {
        quote @ (b'"' | b'\'') => in_quotes(text, at + 1, *quote, slashes, sign),
        b'[' | b'{' if may_hold => {
            let end = held_end(bytes, at);
            (end > at + 1).then_some((at + 1, end))
        }
        _ => bare(text, at, sign),
    }
}

/// Where what a list or an object holds ends: before its bracket.
fn held_end(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0_usize, start);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'"' => {
                let before = bytes.get(start..at).unwrap_or_default().iter().rev();
                let slashes = before.take_while(|byte| **byte == b'\\').count();
                at = double_end(bytes, at + 1, slashes).1 - 1;
            }
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Range of a value without quotes.
fn bare(text: &str, start: usize, sign: Sign) -> Option<(usize, usize)> {
    let start = behind_scheme(text, start);
    let is_value = |byte: u8| {
        !matches!(
            byte,
            b'"' | b'\'' | b' ' | b',' | b';' | b'&' | b'}' | b'\\' | b'\n' | b')'
        )
    };
    let mut end = start + length(text.as_bytes(), start, is_value);
    if sign.is_encoded {
        let value = text.get(start..end).unwrap_or_default();
        end = start + value.find(ENCODED[1]).unwrap_or(value.len());
    }
    (end > start).then_some((start, end))
}

/// Schemes of authorization, which stand before the secret.
const SCHEMES: [&str; 6] = [
    "bearer ",
    "basic ",
    "token ",
    "ssws ",
    "apikey ",
    "geniekey ",
];

/// Position behind the scheme of authorization at `start`, if there is one.
fn behind_scheme(text: &str, start: usize) -> usize {
    let mut at = start;
    for scheme in SCHEMES {
        let word = text.get(at..at + scheme.len());
        if word.is_some_and(|word| word.eq_ignore_ascii_case(scheme)) {
            at += scheme.len();
        }
    }
    at
}

/// Range of the value that begins at `start`, behind a quote that has so many backslashes before
/// it because the whole is a text in another.
fn in_quotes(
    text: &str,
    start: usize,
    quote: u8,
    slashes: usize,
    sign: Sign,
) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let rest = bytes.get(start..)?;
    if !sign.is_quoted && is_closing(rest, sign.is_colon) {
        return None;
    }
    if slashes == 0 && rest.first() == Some(&quote) {
        let value = start + 1;
        let is_delimiter = |byte: &u8| byte.is_ascii_whitespace() || b",;:&)}]\"'".contains(byte);
        if !sign.is_doubled && bytes.get(value).is_none_or(is_delimiter) && quote == b'"' {
            return None;
        }
        if sign.is_doubled || bytes.get(value).is_some_and(|byte| !is_delimiter(byte)) {
            let doubled = [quote, quote];
            let length = pair_at(bytes.get(value..)?, doubled);
            return (length > 0).then_some((value, value + length));
        }
    }
    let start = behind_scheme(text, start);
    let end = match quote {
        b'\'' => single_end(bytes, start),
        _ => double_end(bytes, start, slashes).0,
    };
    (end > start).then_some((start, end))
}

/// Position of these two bytes, or the end.
fn pair_at(bytes: &[u8], pair: [u8; 2]) -> usize {
    let found = bytes.windows(2).position(|two| two == pair);
    found.unwrap_or(bytes.len())
}

/// Whether the quote before `rest` ends the text that the name stands in, and opens none:
/// `{"msg":"enter password: ","n":1}`, `msg="wrong password:" user=amit`.
fn is_closing(rest: &[u8], is_colon: bool) -> bool {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let blanks = length(rest, 0, is_blank);
    let (first, behind) = match rest.get(blanks..) {
        Some([first, behind @ ..]) => (*first, behind),
        _ => return true,
    };
    match first {
        b'\n' | b'\r' => true,
        b'"' | b'\'' => blanks > 0,
        b',' => {
            let blanks = length(behind, 0, |byte| is_blank(byte) || byte == b'\\');
            matches!(behind.get(blanks), Some(b'"' | b'\'' | b'{' | b'['))
        }
        b'}' | b']' | b')' => matches!(
            behind.first(),
            None | Some(b',' | b';' | b'}' | b']' | b')' | b'\n' | b'\r')
        ),
        _ => {
            let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
            let name = length(behind, 0, is_of_name);
            blanks > 0 && is_colon && is_of_name(first) && behind.get(name) == Some(&b'=')
        }
    }
}

/// Where a value in single quotes ends; a quote within it is doubled.
fn single_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    loop {
        end += length(bytes, end, |byte| byte != b'\'');
        match bytes.get(end + 1) {
            Some(b'\'') => end += 2,
            _ => return end.min(bytes.len()),
        }
    }
}

/// Where a value in double quotes ends, and the position behind the quote. With `slashes`
/// backslashes a quote opens and closes; a quote of the text around it, which has fewer, closes as
/// well.
fn double_end(bytes: &[u8], start: usize, slashes: usize) -> (usize, usize) {
    let mut at = start;
    loop {
        let quote = at + length(bytes, at, |byte| byte != b'"');
        let before = bytes.get(at..quote).unwrap_or_default().iter().rev();
        let escapes = before.take_while(|byte| **byte == b'\\').count() % (2 * (slashes + 1));
        if quote >= bytes.len() {
            return (bytes.len(), bytes.len());
        }
        if escapes <= slashes {
            return (quote - escapes, quote + 1);
        }
        at = quote + 1;
    }
}

#[cfg(test)]
mod tests {
    use crate::secret::mask;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
    }

    #[test]
    fn a_value_in_double_quotes_reaches_to_the_quote_that_ends_it() {
        for sign in [" ", ",", ";", "&", ")", "}", "'", "\\\"", "\\\\", ", \\\""] {
            let value = format!("aB{sign}S3cr3tPw0rd");
            check(
                &format!(r#"{{"password":"{value}","n":1}}"#),
                r#"{"password":"***","n":1}"#,
            );
            check(
                &format!(r#"{{"token" : "{value}"}}"#),
                r#"{"token" : "***"}"#,
            );
            check(&format!(r#"PASSWORD="{value}" x"#), r#"PASSWORD="***" x"#);
            check(
                &format!(r#"--password "{value}" x"#),
                r#"--password "***" x"#,
            );
            // Within a text of JSON.
            let inner = value.replace('\\', r"\\").replace('"', r#"\""#);
            check(
                &format!(r#"{{"msg":"{{\"password\":\"{inner}\",\"n\":1}}"}}"#),
                r#"{"msg":"{\"password\":\"***\",\"n\":1}"}"#,
            );
        }
        // At the beginning of the value as well.
        check(r#"{"password":",\"x"}"#, r#"{"password":"***"}"#);
        check(r#"{"password":"}","n":1}"#, r#"{"password":"***","n":1}"#);
        check(r#"{"password":"a\\","n":1}"#, r#"{"password":"***","n":1}"#);
        check(r#"{"password":"cut off"#, r#"{"password":"***"#);
        check(
            r#"{"m":"\"password\":\"cut","n":1}"#,
            r#"{"m":"\"password\":\"***","n":1}"#,
        );
        check(
            r#""{""password"":""a, b"",""n"":1}""#,
            r#""{""password"":""***"",""n"":1}""#,
        );
        check("PASSWORD ''a b''", "PASSWORD ''***''");
        check(
            r#"{"Authorization":"Bearer a b"}"#,
            r#"{"Authorization":"Bearer ***"}"#,
        );
    }

    #[test]
    fn a_value_is_found_behind_signs_and_in_brackets() {
        check("password => orange, x", "password => ***, x");
        check("'password'=>'a b', x", "'password'=>'***', x");
        check("{:password=>\"a b\", :n=>1}", "{:password=>\"***\", :n=>1}");
        check("{:pass => \"orange\"}", "{:pass => \"***\"}");
        check(
            "/?next=%2F%3Fclient_secret%3Dorange%26x%3D1&y=2",
            "/?next=%2F%3Fclient_secret%3D***%26x%3D1&y=2",
        );
        check(
            r#"{"password": ["x", "a]b"],"n":1}"#,
            r#"{"password": [***],"n":1}"#,
        );
        check(
            r#"{"secret": {"value":"x","a":{"b":["}"]}},"n":1}"#,
            r#"{"secret": {***},"n":1}"#,
        );
        check(
            r#"{"m":"{\"secret\":{\"a\":\"}\"},\"n\":1}"}"#,
            r#"{"m":"{\"secret\":{***},\"n\":1}"}"#,
        );
        check("password: [orange] x", "password: [***] x");
        for told in [
            r#"{"password": [],"secret": {}}"#,
            "Unexpected token > in JSON",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders",
            "/?a=secret%20garden",
        ] {
            check(told, told);
        }
    }

    #[test]
    fn a_quote_behind_which_nothing_stands_opens_no_value() {
        for told in [
            r#"{"password":"","user":"x"}"#,
            r#"{"password":"" , "user":"x"}"#,
            r#"{"m":"{\"password\":\"\",\"user\":\"x\"}"}"#,
            r#"""{""password"":"""",""user"":""x""}"""#,
            r#"password="" user="x""#,
            r#"{"msg":"enter password: ","user":"x"}"#,
            r#"{"msg":"enter password: "}"#,
            r#"{"msg":"{\"a\":\"enter password:\",\"user\":\"x\"}"}"#,
            r#"msg="wrong password:" user="x""#,
            r#""GET / password:" "agent""#,
            "msg='wrong password:' user='x'",
        ] {
            check(told, told);
        }
    }
}
