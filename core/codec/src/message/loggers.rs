//! Loggers that are named beside the level, in the layouts that logging libraries have from the
//! start or that their documentation shows first.
//!
//! Sources, as of 2026-11-30: logback (`[%thread] %-5level %logger{36} - %msg`), log4j
//! (`%-5p [%t] %c{2}: %m`), log4net (`[%thread] %-5level %logger [%property{NDC}] - %message`), the
//! logging HOWTO of Python (`%(name)s - %(levelname)s - %(message)s`), Loguru
//! (`{level: <8} | {name}:{function}:{line} - {message}`), gunicorn
//! (`[%(process)d] [%(levelname)s] %(message)s`), oslo.log (`logging_context_format_string`),
//! `conf/logback.xml` of `ZooKeeper`, `config/log4j2.properties` of Logstash, the text log of
//! `ClickHouse`, `OneLineFormatter` of Tomcat, `logcat -v threadtime` of Android, `CBS.log` of
//! Windows.

use nepho_core::severity::Severity;

use super::level::{self, Head};
use crate::bytes::find_near;

/// No name of a thread or of a logger is longer.
const LONGEST: usize = 120;
/// Bytes of a place with the names of several threads.
const LONGEST_PLACE: usize = 240;

/// What stands before the message of a line, of which `rest` is what is behind its time and `head`
/// what was found there, with the logger; `None` if it names none.
pub(super) fn of_line<'a>(line: &str, rest: &'a str, head: Head<'a>) -> Option<Head<'a>> {
    if !head.process.is_empty() {
        return None;
    }
    if head.body.len() == rest.len() {
        return around_level(rest);
    }
    let severity = head.severity?;
    let (process, body) = behind_level(line, head.body)?;
    Some(with_name(severity, process, body))
}

/// Logger and message of what stands behind the level of `line`.
fn behind_level<'a>(line: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    match text.as_bytes() {
        [b'[', ..] => in_brackets(line, text),
        [b'A'..=b'Z', _, .., _] if line.as_bytes().get(19..21) == Some(b", ") => servicing(text),
        [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => dashed(text, true),
        _ => None,
    }
}

/// The same where a thread or something else in brackets stands before the logger.
fn in_brackets<'a>(line: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    if let Some(found) = zookeeper(text) {
        return Some(found);
    }
    let (inner, rest) = bracket(text)?;
    if line.as_bytes().get(2) == Some(&b'-') {
        return tomcat(rest);
    }
    let name = inner.trim_end();
    // The name is padded to 25 bytes, so that this is no word of the message.
    if inner.len() >= 25 && name.contains('.') && level::is_name(name) {
        return Some((name, rest));
    }
    dashed(rest, false).or_else(|| with_colon(rest))
}

/// Level, logger and message where the level is not the first word of a text behind its time.
fn around_level(text: &str) -> Option<Head<'_>> {
    match text.as_bytes().first()? {
        b'[' => behind_brackets(text),
        b'0'..=b'9' => behind_number(text),
        // `shop.cart - ERROR - message`
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let (name, rest) = word(text)?;
            let (severity, rest) = upper(rest.strip_prefix(" - ")?)?;
            let body = rest.trim_start_matches(' ').strip_prefix("- ")?;
            level::is_name(name).then(|| with_name(severity, name, body))
        }
        _ => None,
    }
}

/// Behind a thread or the number of a process in brackets.
fn behind_brackets(text: &str) -> Option<Head<'_>> {
    let (inner, rest) = bracket(text)?;
    match rest.as_bytes().first()? {
        // `[4711] [ERROR] message`, `[cart] [ERROR] message`
        b'[' => {
            let (level, body) = bracket(rest)?;
            let severity = level::of_word(level.trim())?;
            let is_number = inner.bytes().all(|byte| byte.is_ascii_digit());
            let name = if is_number { "" } else { inner };
            (is_number || level::is_name(inner)).then(|| with_name(severity, name, body))
        }
        // `[ 4711 ] {query} <Error> executeQuery: message`
        b'{' => {
            let (_query, rest) = rest.split_once("} <")?;
            let (level, rest) = rest.split_once("> ")?;
            let severity = level::of_word(level)?;
            let (name, body) = rest.split_once(": ")?;
            let is_name = !name.is_empty() && name.len() < LONGEST;
            is_name.then(|| with_name(severity, name, body))
        }
        // `[myid:1] - WARN  [main:QuorumPeer@12] - message`
        b'-' => {
            let (severity, rest) = upper(rest.strip_prefix("- ")?)?;
            let (name, body) = zookeeper(rest.trim_start_matches(' '))?;
            Some(with_name(severity, name, body))
        }
        // `[main] ERROR shop.Cart - message`
        _ => {
            let (severity, rest) = upper(rest)?;
            let rest = rest.trim_start_matches(' ');
            let (name, body) = dashed(rest, false).or_else(|| with_colon(rest))?;
            Some(with_name(severity, name, body))
        }
    }
}

/// Behind the number of a process.
fn behind_number(text: &str) -> Option<Head<'_>> {
    let rest = behind_digits(text)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return logcat(rest);
    }
    // `4711 ERROR nova.compute [req-1 user project] message`
    let (severity, rest) = upper(rest)?;
    let (name, rest) = word(rest.strip_prefix(' ')?)?;
    let body = rest.strip_prefix(' ')?;
    let is_name = level::is_name(name) && body.starts_with('[');
    let body = body.strip_prefix("[-] ").unwrap_or(body);
    is_name.then(|| with_name(severity, name, body))
}

/// Request and message of `[req-38101a0b-2096-447d-96ea-a692162415ae user project - - -] message`
/// and of `[None req-...  user project] message`, which oslo.log writes behind the logger.
pub(super) fn of_request(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let inner = inner.strip_prefix("None ").unwrap_or(inner);
    let rest = inner.strip_prefix("req-")?;
    let (_user, body) = rest.get(36..)?.strip_prefix(' ')?.split_once("] ")?;
    Some((inner.get(..40)?, body))
}

/// `2395 E AndroidRuntime: message`, behind the number of the process.
pub(super) fn logcat(text: &str) -> Option<Head<'_>> {
    let rest = behind_digits(text)?;
    let severity = priority(*rest.as_bytes().first()?)?;
    tagged(severity, rest.get(1..)?.strip_prefix(' ')?)
}

/// Level of a priority of Android.
pub(super) fn priority(letter: u8) -> Option<Severity> {
    Some(match letter {
        b'V' => Severity::TRACE,
        b'D' => Severity::DEBUG,
        b'I' => Severity::INFO,
        b'W' => Severity::WARN,
        b'E' => Severity::ERROR,
        b'F' | b'A' => Severity::FATAL,
        _ => return None,
    })
}

/// `AndroidRuntime: message`; tags may be padded.
pub(super) fn tagged(severity: Severity, text: &str) -> Option<Head<'_>> {
    let head = text.as_bytes();
    let end = find_near(head.get(..LONGEST).unwrap_or(head), b':')?;
    let (tag, body) = (text.get(..end)?.trim(), text.get(end + 1..)?);
    let body = body.strip_prefix(' ').unwrap_or(body);
    (!tag.is_empty()).then(|| with_name(severity, tag, body))
}

/// What follows digits and blanks.
fn behind_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let behind = rest.trim_start_matches(' ');
    ((1..=10).contains(&digits) && behind.len() < rest.len()).then_some(behind)
}

/// What stands in the bracket that a text begins with, and behind it.
fn bracket(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..LONGEST).unwrap_or(bytes);
    let end = find_near(head, b']').filter(|_| head.first() == Some(&b'['))?;
    Some((
        text.get(1..end)?,
        text.get(end + 1..)?.trim_start_matches(' '),
    ))
}

/// What stands before the first blank, and from it on.
fn word(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let end = find_near(bytes.get(..LONGEST).unwrap_or(bytes), b' ')?;
    text.split_at_checked(end)
}

/// A level in capitals that a text begins with, and what follows it, which is a blank.
fn upper(text: &str) -> Option<(Severity, &str)> {
    text.as_bytes()
        .first()
        .filter(|byte| byte.is_ascii_uppercase())?;
    let (word, rest) = level::word(text)?;
    let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let severity = level::of_bare(word).filter(|_| is_upper && rest.starts_with(' '))?;
    Some((severity, rest))
}

/// `shop.Cart - message`, `shop.cart:pay:12 - message`, `Shop.Cart [(null)] - message`. A word
/// alone before a dash may be one of the message.
fn dashed(text: &str, is_alone: bool) -> Option<(&str, &str)> {
    let (place, rest) = word(text)?;
    let rest = rest.trim_start_matches(' ');
    // Of most texts, the first byte behind the first word is enough.
    let message = match rest.as_bytes().first()? {
        b'-' => rest,
        b'[' => bracket(rest)?.1,
        _ => return None,
    };
    let message = message.strip_prefix("- ")?;
    let name = place.split(':').next().unwrap_or_default();
    let is_place = name.len() < place.len() || name.contains('.');
    let is_one = (is_place || !is_alone) && level::is_name(name) && level::is_name(place);
    is_one.then_some((name, message))
}

/// `shop.Cart: message`.
fn with_colon(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = word(text)?;
    let name = name.strip_suffix(':')?;
    (name.contains('.') && level::is_name(name)).then_some((name, rest.get(1..)?))
}

/// `[main:QuorumPeer@12] - message`.
fn zookeeper(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..LONGEST_PLACE).unwrap_or(bytes);
    let at = find_near(head, b'@')?;
    let end = at + find_near(head.get(at..)?, b']')?;
    text.get(end..)?.strip_prefix("] - ")?;
    let (place, line) = text.get(1..end)?.rsplit_once('@')?;
    let (_thread, class) = place.rsplit_once(':')?;
    let is_line = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    (is_line && level::is_name(class)).then_some((class, text.get(end + 4..)?))
}

/// `org.apache.catalina.core.StandardContext.startInternal message`.
fn tomcat(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = word(text)?;
    let is_method = name.matches('.').count() > 1 && level::is_name(name);
    is_method.then_some((name, rest.get(1..)?))
}

/// `CBS    message`: the part of the system, padded to seven bytes.
fn servicing(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_at_checked(7)?;
    let name = name.strip_suffix(' ')?.trim_end();
    let is_name = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_name && !rest.starts_with(' ')).then_some((name, rest))
}

fn with_name<'a>(severity: Severity, process: &'a str, body: &'a str) -> Head<'a> {
    Head {
        severity: Some(severity),
        process,
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loggers_stand_behind_the_level() {
        let check = |line: &str, text: &str, expected: Option<(&str, &str)>| {
            assert_eq!(behind_level(line, text), expected, "{text}");
        };
        let plain = |text: &str, expected| check("2026-05-12 14:00:00,123", text, expected);
        plain("[main] Cart - refused", Some(("Cart", "refused")));
        plain("[main] s.Cart:12 - refused", Some(("s.Cart", "refused")));
        plain("[main] s.Cart: refused", Some(("s.Cart", "refused")));
        plain("s.cart:pay:12 - refused", Some(("s.cart", "refused")));
        plain("Cart.java:12 - refused", Some(("Cart.java", "refused")));
        plain("Cart - refused", None);
        plain("[cart] the payment - refused", None);
        plain("[cart] refused: no", None);
        plain("no.dash here", None);
        plain(
            "[peer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - timed out",
            Some(("FastLeaderElection", "timed out")),
        );
        plain(
            "[logstash.runner          ] Starting",
            Some(("logstash.runner", "Starting")),
        );
        plain("[logstash.runner] Starting", None);
        let tomcat = "12-May-2026 14:04:00.123";
        let text = "[main] org.apache.Context.start Error listenerStart";
        let expected = Some(("org.apache.Context.start", "Error listenerStart"));
        check(tomcat, text, expected);
        check(tomcat, "[main] it failed", None);
        let windows = "2026-05-12 14:00:00, Info";
        check(windows, "CBS    Loaded", Some(("CBS", "Loaded")));
        check(windows, "CBS is loaded", None);
        plain("CBS    Loaded", None);
    }

    #[test]
    fn levels_stand_behind_other_words() {
        let check = |text: &str, expected: Option<(Severity, &str, &str)>| {
            let found = around_level(text);
            let found = found.and_then(|head| Some((head.severity?, head.process, head.body)));
            assert_eq!(found, expected, "{text}");
        };
        let error = |process, body| Some((Severity::ERROR, process, body));
        check("[main] ERROR s.Cart - refused", error("s.Cart", "refused"));
        check("[main] ERROR Cart - refused", error("Cart", "refused"));
        check("[7] ERROR S.Cart [(null)] - no", error("S.Cart", "no"));
        check("[main] ERROR s.Cart: refused", error("s.Cart", "refused"));
        check("[main] ERROR refused: no", None);
        check("[main] the ERROR - no", None);
        check("[4711] [ERROR] refused", error("", "refused"));
        check("[cart] [ERROR] refused", error("cart", "refused"));
        check("[a b] [ERROR] refused", None);
        check(
            "[ 4711 ] {a-1} <Error> executeQuery: Code: 62.",
            error("executeQuery", "Code: 62."),
        );
        check(
            "[myid:1] - ERROR  [main(plain=0.0.0.0:2181):QuorumPeer@12] - no",
            error("QuorumPeer", "no"),
        );
        check("shop.cart - ERROR - no", error("shop.cart", "no"));
        check("shop - ERROR no", None);
        check("the ERROR - no", None);
        check(
            "4711 ERROR nova.api [req-1 - -] no",
            error("nova.api", "[req-1 - -] no"),
        );
        check("4711 ERROR nova.api [-] no", error("nova.api", "no"));
        check("4711 ERROR in the cart", None);
        let id = "req-38101a0b-2096-447d-96ea-a692162415ae";
        let text = format!("[None {id} admin admin - -] no [host]");
        assert_eq!(of_request(&text), Some((id, "no [host]")));
        assert_eq!(of_request("[req-1 - -] no"), None);
        check(
            "1702  2395 E Runtime : died: 7",
            error("Runtime", "died: 7"),
        );
        check("1702 2395 apples", None);
        check("3 EUROS", None);
    }
}
