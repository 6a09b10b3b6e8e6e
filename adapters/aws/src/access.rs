//! What the access logs of all load balancers have in common: fields between blanks, some of them
//! in quotes, addresses with ports, and seconds with decimals.

use memchr::{memchr, memchr_iter};
use nepho_codec::message::json::url_path;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::time::{NANOS, fraction};

/// More fields than any load balancer writes.
const MAX_FIELDS: usize = 48;

/// The fields of a line, without their quotes.
pub(crate) struct Fields<'a> {
    texts: [&'a str; MAX_FIELDS],
    count: usize,
}

impl<'a> Fields<'a> {
    /// Fields of `line`; those beyond the forty-eighth are left out.
    ///
    /// A quoted field ends at the quote before a blank, so that a quote within it does no harm:
    /// Application Load Balancers write it as `\x22`. Texts stay as they are written.
    pub(crate) fn split(line: &'a str) -> Self {
        Self::split_with(line, false)
    }

    /// As [`Fields::split`], where a quote behind a backslash ends no field: Classic Load Balancers
    /// write quotes as `\"`.
    pub(crate) fn split_escaped(line: &'a str) -> Self {
        Self::split_with(line, true)
    }

    fn split_with(line: &'a str, has_escapes: bool) -> Self {
        let mut fields = Self {
            texts: [""; MAX_FIELDS],
            count: 0,
        };
        let mut rest = line.trim_end();
        while !rest.is_empty() {
            let Some(place) = fields.texts.get_mut(fields.count) else {
                break;
            };
            let (field, after) = match rest.strip_prefix('"') {
                Some(quoted) => until_quote(quoted, has_escapes),
                None => match memchr(b' ', rest.as_bytes()) {
                    Some(blank) => (&rest[..blank], &rest[blank + 1..]),
                    None => (rest, ""),
                },
            };
            *place = field;
            fields.count += 1;
            rest = after;
        }
        fields
    }

    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Field at a position from zero; empty beyond the last one.
    #[inline]
    pub(crate) fn get(&self, position: usize) -> &'a str {
        self.texts.get(position).copied().unwrap_or_default()
    }
}

/// Text up to the closing quote, and what follows the blank behind it.
///
/// Where the rest of the line has no quote that is not escaped, the backslash is the last sign of
/// the text, as in `"C:\"`, and the first quote before a blank closes it.
fn until_quote(text: &str, has_escapes: bool) -> (&str, &str) {
    let unescaped = has_escapes.then(|| closing_quote(text, true)).flatten();
    let end = unescaped.or_else(|| closing_quote(text, false));
    match end {
        Some(quote) => (&text[..quote], text.get(quote + 2..).unwrap_or_default()),
        None => (text, ""),
    }
}

/// Place of the quote before a blank or the end; of an escaped one only if these count.
fn closing_quote(text: &str, skips_escaped: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr_iter(b'"', bytes).find(|quote| {
        matches!(bytes.get(quote + 1), None | Some(b' '))
            && !(skips_escaped && is_escaped(&bytes[..*quote]))
    })
}

/// Whether a sign behind `before` is escaped: an odd number of backslashes stands before it.
fn is_escaped(before: &[u8]) -> bool {
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\');
    backslashes.count() % 2 == 1
}

/// Address and port of `10.0.0.1:443` or `[2001:db8::1]:443`.
pub(crate) fn address_and_port(text: &str) -> Option<(&str, u16)> {
    let (address, port) = text.rsplit_once(':')?;
    let address = address
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(address);
    Some((address, port.parse().ok()?))
}

/// Nanoseconds of a number of seconds with decimals; `None` for `-1`, which stands for a step that
/// was not reached.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let whole = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (nanos, end) = fraction(bytes, whole);
    if whole == 0 || end != bytes.len() {
        return None;
    }
    text.get(..whole)?
        .parse::<i64>()
        .ok()?
        .checked_mul(NANOS)?
        .checked_add(i64::from(nanos))
}

/// Sum of the processing times that were measured, or `None` if the request reached no target.
pub(crate) fn processing_time(steps: [&str; 3]) -> Option<i64> {
    steps
        .into_iter()
        .filter_map(seconds)
        .reduce(i64::saturating_add)
}

/// Puts `"GET https://shop.example.com:443/cart?id=1 HTTP/1.1"` into method, path and body.
///
/// A listener that does not speak HTTP writes `- - - `, a request that could not be read
/// `- http://host:80- -`.
pub(crate) fn put_request(request: &str, row: &mut Row<'_>) {
    let Some((method, rest)) = request.split_once(' ') else {
        return;
    };
    // Malformed targets have blanks in them, so the version is what follows the last one.
    let target = rest.rsplit_once(' ').map_or(rest, |(target, _)| target);
    row.text(Column::Method, method);
    if target.trim_matches(['-', ' ']).is_empty() {
        return;
    }
    row.text(Column::Path, url_path(target));
    put_request_line(request, row);
}

/// Puts a request line into the body, up to the query: that of a presigned URL is a credential.
pub(crate) fn put_request_line(request: &str, row: &mut Row<'_>) {
    let end = memchr(b'?', request.as_bytes()).unwrap_or(request.len());
    row.text(Column::Body, &request[..end]);
}

/// Reads the status that the balancer gave, and says how the request ended; `target` is the status
/// that the balancer was given.
///
/// A status of 500 and above is a failure. One from 400 is a failure where no target gave it (the
/// balancer refused the request or the client went away: 460, 463, 464); where a target gave it, it
/// may be as intended, and the outcome stays unknown.
///
/// # Errors
/// The reason, if the status is no number.
pub(crate) fn put_status(balancer: &str, target: &str, row: &mut Row<'_>) -> Result<(), String> {
    if balancer == "-" {
        return Ok(());
    }
    let status: u16 = balancer
        .parse()
        .map_err(|_| broken("elb_status_code", balancer, "a status"))?;
    row.status(i32::from(status));
    // Classic Load Balancers write `0` where no target was asked.
    let is_own = matches!(target, "" | "-" | "0");
    match status {
        0..400 => row.outcome(Outcome::Success),
        400..500 if !is_own => row,
        _ => row.outcome(Outcome::Failure),
    };
    Ok(())
}

/// Reason for refusing a line: the field, its value and what it should be.
pub(crate) fn broken(field: &str, value: &str, expected: &str) -> String {
    format!(
        "`{field}`: `{}` is not {expected}",
        nepho_core::error::excerpt(value)
    )
}

/// Name of a load balancer: `shop` of `app/shop/0123456789abcdef`; of a target group likewise.
pub(crate) fn balancer_name(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_hold_blanks_and_quotes() {
        let fields = Fields::split(r#"a "b c" "d"e f" - "" "open"#);
        let texts: Vec<_> = (0..fields.len()).map(|place| fields.get(place)).collect();
        assert_eq!(texts, ["a", "b c", "d\"e f", "-", "", "open"]);
        assert_eq!(fields.get(99), "");
        let check = |line: &str, expected: &[&str]| {
            let fields = Fields::split_escaped(line);
            let texts: Vec<_> = (0..fields.len()).map(|place| fields.get(place)).collect();
            assert_eq!(texts, expected, "{line}");
        };
        check(r#""\"a b\"" x"#, &[r#"\"a b\""#, "x"]);
        check(r#""a \"b\" c" "d" -"#, &[r#"a \"b\" c"#, "d", "-"]);
        check(r#""\" \" \"" x"#, &[r#"\" \" \""#, "x"]);
        check(r#""a\\" "b""#, &[r"a\\", "b"]);
        check(r#""C:\" - -"#, &[r"C:\", "-", "-"]);
        check(r#""a\""#, &[r"a\"]);
        let fields = Fields::split(r#""x\" - "y""#);
        assert_eq!(
            [fields.get(0), fields.get(1), fields.get(2)],
            [r"x\", "-", "y"]
        );
        assert_eq!(Fields::split(&"x ".repeat(100)).len(), MAX_FIELDS);
    }

    #[test]
    fn addresses_and_times_are_read() {
        assert_eq!(address_and_port("10.0.0.1:443"), Some(("10.0.0.1", 443)));
        assert_eq!(
            address_and_port("[2001:db8::1]:443"),
            Some(("2001:db8::1", 443))
        );
        assert_eq!(address_and_port("-"), None);
        assert_eq!(address_and_port("10.0.0.1:70000"), None);
        assert_eq!(seconds("0.001048"), Some(1_048_000));
        assert_eq!(seconds("12"), Some(12_000_000_000));
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("99999999999999999999"), None);
        assert_eq!(processing_time(["0.001", "-1", "0.002"]), Some(3_000_000));
        assert_eq!(processing_time(["-1", "-1", "-1"]), None);
    }
}
