//! What stands behind the size of an answer: referer and user agent, and whatever operators add.
//!
//! Values with a name (`rt=0.010`, `upstream: 10.0.0.5:80`) are told by it. Others are only taken
//! where their shape leaves no doubt: seconds with three decimals are the time of the request, and
//! behind it that of the upstream; an address with a port is the upstream, addresses without one
//! are `X-Forwarded-For`; 32 hexadecimal digits are the id of the request. Plain numbers are not
//! guessed at.

use nepho_codec::table::address;

use crate::lists::last;

/// Values behind the size of an answer. Empty where there is none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail<'a> {
    pub referer: &'a str,
    pub user_agent: &'a str,
    pub forwarded_for: &'a str,
    pub host: &'a str,
    pub upstream: &'a str,
    pub upstream_status: &'a str,
    pub request_seconds: &'a str,
    pub request_id: &'a str,
    pub trace_id: &'a str,
    pub cache_status: &'a str,
}

impl<'a> Tail<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let mut tail = Self::default();
        let mut quoted = usize::from(has_bare_referer(text));
        let mut name = "";
        for token in Tokens(text) {
            // The name of what went before counts on for the elements of a list.
            let goes_on = token.name.is_empty() && !name.is_empty();
            if !goes_on {
                name = token.name;
            }
            let text = token.text.trim_end_matches(',');
            match (name, token.is_quoted) {
                ("", true) if quoted < 2 => {
                    match quoted {
                        0 => tail.referer = text,
                        _ => tail.user_agent = text,
                    }
                    quoted += 1;
                }
                ("", _) => tail.put(text),
                (name, _) => tail.put_named(name, text),
            }
            let is_awaited = token.text.is_empty() && !token.is_quoted;
            if !token.text.ends_with(',') && !is_awaited {
                name = "";
            }
        }
        tail
    }

    fn put(&mut self, text: &'a str) {
        if is_seconds(text) {
            if self.request_seconds.is_empty() {
                self.request_seconds = text;
            }
        } else if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.request_id = text;
        } else if matches!(address(last(text)), Some((_, Some(_)))) {
            self.upstream = last(text);
        } else if self.forwarded_for.is_empty() && are_addresses(text) {
            self.forwarded_for = text;
        }
    }

    fn put_named(&mut self, name: &str, text: &'a str) {
        if matches!(text, "" | "-") {
            return;
        }
        let place = match name.to_ascii_lowercase().replace('-', "_").as_str() {
            "rt" | "request_time" | "reqtime" | "req_time" => &mut self.request_seconds,
            "upstream" | "upstream_addr" | "ua" | "uaddr" | "up_addr" | "backend" => {
                if matches!(address(last(text)), Some((_, Some(_)))) {
                    self.upstream = last(text);
                }
                return;
            }
            "us" | "upstream_status" | "ustatus" => &mut self.upstream_status,
            "cs" | "cache" | "upstream_cache_status" => &mut self.cache_status,
            "h" | "host" | "vhost" | "http_host" | "server_name" | "sn" => &mut self.host,
            "xff" | "x_forwarded_for" | "http_x_forwarded_for" => &mut self.forwarded_for,
            "request_id" | "req_id" | "rid" | "x_request_id" => &mut self.request_id,
            "trace_id" | "traceid" | "trace" => &mut self.trace_id,
            _ => return,
        };
        *place = text;
    }
}

/// Whether a bare `-` stands for a referer: it comes first, and one text in quotes follows, which
/// is the user agent then.
fn has_bare_referer(text: &str) -> bool {
    let is_free = |token: &Token<'_>| token.is_quoted && token.name.is_empty();
    text.trim_start().starts_with("- ") && Tokens(text).filter(is_free).count() == 1
}

/// Seconds as nginx writes them, with three decimals, or as gevent does, with six.
fn is_seconds(text: &str) -> bool {
    let parts = text.split_once('.');
    parts.is_some_and(|(whole, decimals)| {
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        !whole.is_empty()
            && matches!(decimals.len(), 3 | 6)
            && are_digits(whole)
            && are_digits(decimals)
    })
}

fn are_addresses(text: &str) -> bool {
    let mut items = text.split(',');
    items.all(|item| matches!(address(item), Some((_, None))))
}

struct Token<'a> {
    name: &'a str,
    text: &'a str,
    is_quoted: bool,
}

/// `"quoted"`, `bare`, `name=bare`, `name="quoted"`, `name:` before its value.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let text = self.0.trim_start();
        if text.is_empty() {
            return None;
        }
        let end = text.find([' ', '"']).unwrap_or(text.len());
        let (head, rest) = text.split_at(end);
        let (name, value) = match head.split_once('=') {
            Some((name, value)) if is_name(name) => (name, value),
            _ => match head.strip_suffix(':').filter(|name| is_name(name)) {
                Some(name) => (name, ""),
                None => ("", head),
            },
        };
        let Some(quoted) = rest.strip_prefix('"').filter(|_| value.is_empty()) else {
            self.0 = match rest.is_empty() {
                true => rest,
                // A quote within a word is part of nothing; it is stepped over.
                false => rest.get(1..).unwrap_or_default(),
            };
            return Some(Token {
                name,
                text: value,
                is_quoted: false,
            });
        };
        let (text, after) = split_quoted(quoted);
        self.0 = after;
        Some(Token {
            name,
            text,
            is_quoted: true,
        })
    }
}

/// Text up to the quote without a backslash before it, and what follows; all of a line that is cut
/// off.
fn split_quoted(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => {
                let after = text.get(place + 1..).unwrap_or_default();
                return (text.get(..place).unwrap_or_default(), after);
            }
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    (text, "")
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_name_or_shape() {
        let tail = Tail::parse(
            r#""-" "curl/8.0 \"x\"" "203.0.113.7, 10.0.0.9" 0.120 0.118 10.0.0.5:1, 10.0.0.6:8080"#,
        );
        assert_eq!(tail.user_agent, r#"curl/8.0 \"x\""#);
        assert_eq!(tail.forwarded_for, "203.0.113.7, 10.0.0.9");
        assert_eq!(tail.request_seconds, "0.120");
        assert_eq!(tail.upstream, "10.0.0.6:8080");
        let tail = Tail::parse(
            r#""-" "curl/8.0" rt=0.120 uct="0.001" ua="10.0.0.5:8080" us="502" host=a.example.com"#,
        );
        assert_eq!(tail.request_seconds, "0.120");
        assert_eq!(tail.upstream, "10.0.0.5:8080");
        assert_eq!((tail.upstream_status, tail.host), ("502", "a.example.com"));
        let tail = Tail::parse(r#""-" "a" upstream: 10.0.0.5:80, 10.0.0.6:80 request_time: 0.5"#);
        assert_eq!(
            (tail.upstream, tail.request_seconds),
            ("10.0.0.6:80", "0.5")
        );
    }

    #[test]
    fn a_bare_dash_may_stand_for_the_referer() {
        let tail = Tail::parse(r#"- "curl/8.0""#);
        assert_eq!((tail.referer, tail.user_agent), ("", "curl/8.0"));
        let tail = Tail::parse(r#"- "https://a.example.com" "curl/8.0""#);
        assert_eq!(tail.referer, "https://a.example.com");
        assert_eq!(tail.user_agent, "curl/8.0");
    }

    #[test]
    fn a_line_that_is_cut_off_has_what_it_has() {
        assert_eq!(
            Tail::parse(r#""-" "Mozilla/5.0 (X"#).user_agent,
            "Mozilla/5.0 (X"
        );
        assert_eq!(
            Tail::parse(r#"3413 "-" "curl/8.0" X-Forwarded-For="10.0.0.1""#),
            Tail {
                referer: "-",
                user_agent: "curl/8.0",
                forwarded_for: "10.0.0.1",
                ..Tail::default()
            }
        );
    }
}
