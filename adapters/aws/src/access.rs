//! What the access logs of all load balancers have in common: fields between blanks, some of them
//! in quotes, addresses with ports, and seconds with decimals.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use nepho_codec::bytes::{each_blank, find_near};
use nepho_codec::message::json::url_path;
use nepho_core::tables::{Column, Outcome, Row};
use nepho_core::time::{NANOS, fraction};

/// More fields than any load balancer writes.
const MAX_FIELDS: usize = 48;

/// The fields of a line, without their quotes.
pub(crate) struct Fields<'a> {
    line: &'a str,
    ranges: [(u32, u32); MAX_FIELDS],
    count: usize,
}

impl<'a> Fields<'a> {
    /// Fields of `line`; those beyond the forty-eighth are left out.
    ///
    /// A quoted field ends at the quote before a blank, so that a quote within it does no harm:
    /// Application Load Balancers write it as `\x22`. Texts stay as they are written.
    pub(crate) fn split(line: &'a str) -> Self {
        let mut fields = Self::none_of(line);
        let bytes = fields.line.as_bytes();
        let mut start = 0;
        each_blank(bytes, |blank| {
            // Blanks within quotes separate nothing.
            if let Some(range) = field(bytes, start, blank) {
                fields.push(range);
                start = blank + 1;
            }
        });
        if start < bytes.len() {
            let range = field(bytes, start, bytes.len());
            fields.push(range.unwrap_or(start + 1..bytes.len()));
        }
        fields
    }

    /// As [`Fields::split`], where a quote behind a backslash ends no field: Classic Load Balancers
    /// write quotes as `\"`.
    pub(crate) fn split_escaped(line: &'a str) -> Self {
        let mut fields = Self::none_of(line);
        let bytes = fields.line.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let rest = bytes.get(start..).unwrap_or_default();
            let (range, next) = match rest {
                [b'"', quoted @ ..] => {
                    let length = until_quote(quoted);
                    (start + 1..start + 1 + length, start + length + 3)
                }
                _ => {
                    let length = find_near(rest, b' ').unwrap_or(rest.len());
                    (start..start + length, start + length + 1)
                }
            };
            fields.push(range);
            start = next;
        }
        fields
    }

    #[inline(always)]
    fn none_of(line: &'a str) -> Self {
        let line = match line.as_bytes() {
            [.., b'!'..=b'~'] => line,
            _ => line.trim_end(),
        };
        Self {
            line,
            ranges: [(0, 0); MAX_FIELDS],
            count: 0,
        }
    }

    #[inline]
    fn push(&mut self, range: Range<usize>) {
        if let Some(place) = self.ranges.get_mut(self.count) {
            // Records are far smaller than that.
            *place = (range.start as u32, range.end as u32);
            self.count += 1;
        }
    }

    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Field at a position from zero; empty beyond the last one.
    #[inline]
    pub(crate) fn get(&self, position: usize) -> &'a str {
        let (start, end) = self.ranges.get(position).copied().unwrap_or_default();
        let range = start as usize..end as usize;
        self.line.get(range).unwrap_or_default()
    }
}

/// The field from `start` to the blank or end at `end`, without its quotes; `None` if it goes on
/// there, as its quotes are not closed.
#[inline]
fn field(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    match bytes.get(start..end) {
        Some([b'"', .., b'"']) => Some(start + 1..end - 1),
        Some([b'"', ..]) => None,
        _ => Some(start..end),
    }
}

/// Length of a text up to the closing quote.
///
/// Where the rest of the line has no quote that is not escaped, the backslash is the last sign of
/// the text, as in `"C:\"`, and the first quote before a blank closes it.
fn until_quote(text: &[u8]) -> usize {
    let end = closing_quote(text, true).or_else(|| closing_quote(text, false));
    end.unwrap_or(text.len())
}

/// Place of the quote before a blank or the end; of an escaped one only if these count.
fn closing_quote(bytes: &[u8], skips_escaped: bool) -> Option<usize> {
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
    let colon = text.as_bytes().iter().rposition(|byte| *byte == b':')?;
    let (address, port) = (text.get(..colon)?, text.get(colon + 1..)?);
    let address = match address.as_bytes() {
        [b'[', .., b']'] => address.get(1..address.len() - 1)?,
        _ => address,
    };
    Some((address, port.parse().ok()?))
}

/// Nanoseconds of a number of seconds with decimals; `None` for `-1`, which stands for a step that
/// was not reached.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    // As most of them are written.
    if let [
        whole @ b'0'..=b'9',
        b'.',
        a @ b'0'..=b'9',
        b @ b'0'..=b'9',
        c @ b'0'..=b'9',
    ] = bytes
    {
        let digits = [whole, a, b, c].map(|digit| i64::from(digit - b'0'));
        let millis = digits.iter().fold(0, |millis, digit| millis * 10 + digit);
        return Some(millis * (NANOS / 1000));
    }
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
    let Some(blank) = find_near(request.as_bytes(), b' ') else {
        return;
    };
    let (method, rest) = request.split_at(blank);
    let rest = &rest[1..];
    // Malformed targets have blanks in them, so the version is what follows the last one.
    let last = rest.as_bytes().iter().rposition(|byte| *byte == b' ');
    let target = &rest[..last.unwrap_or(rest.len())];
    row.text(Column::Method, method);
    if target.bytes().all(|byte| matches!(byte, b'-' | b' ')) {
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
    let slash = |text: &str| find_near(text.as_bytes(), b'/');
    let name = slash(id).and_then(|slash| id.get(slash + 1..));
    name.map_or(id, |name| &name[..slash(name).unwrap_or(name.len())])
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

    /// The fields of a line, found one by one.
    fn plain(line: &str) -> Vec<&str> {
        let (mut fields, mut rest) = (Vec::new(), line.trim_end());
        while !rest.is_empty() && fields.len() < MAX_FIELDS {
            let (field, after) = match rest.strip_prefix('"') {
                Some(text) => match closing_quote(text.as_bytes(), false) {
                    Some(quote) => (&text[..quote], text.get(quote + 2..).unwrap_or_default()),
                    None => (text, ""),
                },
                None => rest.split_once(' ').unwrap_or((rest, "")),
            };
            fields.push(field);
            rest = after;
        }
        fields
    }

    #[test]
    fn fields_are_those_that_are_found_one_by_one() {
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize
        };
        for _ in 0..50_000 {
            let signs = (0..next() % 40).map(|_| [" ", " ", "\"", "a", "\u{fc}"][next() % 5]);
            let line: String = signs.collect();
            let fields = Fields::split(&line);
            let found: Vec<_> = (0..fields.len()).map(|place| fields.get(place)).collect();
            assert_eq!(found, plain(&line), "{line:?}");
        }
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
        assert_eq!(seconds("9.073"), Some(9_073_000_000));
        assert_eq!(seconds("9.07x"), None);
        assert_eq!(seconds("12"), Some(12_000_000_000));
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("99999999999999999999"), None);
        assert_eq!(processing_time(["0.001", "-1", "0.002"]), Some(3_000_000));
        assert_eq!(processing_time(["-1", "-1", "-1"]), None);
    }
}
