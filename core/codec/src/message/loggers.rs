//! Loggers that are named beside the level, in the layouts that logging libraries have from the
//! start or that their documentation shows first.
//!
//! Layouts and where they were read (2026-12-01): logback `TTLLLayout`
//! (logback.qos.ch/xref/ch/qos/logback/classic/layout/TTLLLayout.html); log4j
//! `%d{ISO8601} %-5p [%t] %c{2}: %m%n` (settings of Hive and Hadoop); log4net
//! `PatternLayout.DetailConversionPattern` (logging.apache.org/log4net, SDK reference);
//! `loguru/_defaults.py` of Delgan/loguru; `gunicorn/glogging.py` of benoitc/gunicorn (older
//! versions without brackets around the time); `oslo_log/_options.py` of openstack/oslo.log;
//! `conf/logback.xml` of apache/zookeeper; `config/log4j2.properties` of elastic/logstash;
//! `src/Loggers/OwnPatternFormatter.cpp` of `ClickHouse`;
//! `java/org/apache/juli/OneLineFormatter.java` of apache/tomcat; `CBS.log` of Windows and logcat
//! from public lines (logpai/loghub). Not found, so from memory still: the logging HOWTO of Python
//! (`%(name)s - %(levelname)s - %(message)s`), the console log of Jenkins.

use nepho_core::severity::Severity;

use super::level::{self, Head};
use super::systems;
use crate::bytes::find_near;

/// A level of Loguru between INFO and WARNING, behind the bar that parts it from the time.
const SUCCESS: &str = "SUCCESS  | ";
/// No name of a thread or of a logger is longer.
const LONGEST: usize = 120;
/// Bytes of a place with the names of several threads.
const LONGEST_PLACE: usize = 240;

/// What stands before the message of a line, of which `rest` is what is behind its time and `head`
/// what was found there, with the logger; `None` if it names none. Where `rest` is all of the line,
/// no time stands before it.
pub(super) fn of_line<'a>(line: &str, rest: &'a str, head: Head<'a>) -> Option<Head<'a>> {
    if !head.process.is_empty() {
        return None;
    }
    if head.body.len() == rest.len() {
        return around_level(line, rest);
    }
    let severity = head.severity?;
    let (process, body) = behind_level(line, head.body)?;
    Some(with_name(severity, process, body))
}

/// Logger and message of what stands behind the level of `line`.
fn behind_level<'a>(line: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    match text.as_bytes() {
        [b'[', ..] => in_brackets(line, text),
        // `(MainThread) [shop.cart] message`, as Home Assistant has it.
        [b'(', ..] => {
            let (thread, rest) = text.get(1..)?.split_once(") [")?;
            let (name, message) = rest.split_once("] ")?;
            let is_one = ["MainThread", "SyncWorker_", "Thread-", "ImportExecutor_"]
                .iter()
                .any(|start| thread.starts_with(start));
            let is_name = level::is_name(name) && level::of_word(name).is_none();
            (is_one && is_name).then_some((name, message))
        }
        [b'A'..=b'Z', _, .., _] if line.as_bytes().get(19..21) == Some(b", ") => servicing(text),
        [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => {
            if let Some(found) = padded(text) {
                return Some(found);
            }
            let (place, message) = dashed(text)?;
            let name = of_loguru(place).or_else(|| of_source(place));
            let is_one = || is_class(place) || is_of_log4js(line) && level::is_name(place);
            let name = name.or_else(|| is_one().then_some(place))?;
            Some((name, message))
        }
        _ => None,
    }
}

/// Whether a line begins as log4js writes it: `[2026-05-12T14:04:00.123] [ERROR] `, behind which
/// stand a category and a dash (log4js-node.github.io, "Layouts", from memory).
fn is_of_log4js(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.first() == Some(&b'[')
        && bytes.get(11) == Some(&b'T')
        && bytes.get(24..27) == Some(b"] [")
}

/// `org.shop.Cart      [] - message` of Flink, whose loggers are padded and whose contexts are most
/// often empty (`conf/log4j-console.properties`, as of 2026-12-01, not read).
fn padded(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = word(text)?;
    let message = rest.trim_start_matches(' ').strip_prefix("[] - ")?;
    is_class(name).then_some((name, message))
}

/// The same where a thread or something else in brackets stands before the logger.
fn in_brackets<'a>(line: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    let (inner, rest) = bracket(text)?;
    // `[shard 0:main] init - message` of ScyllaDB and Redpanda (`seastar/src/util/log.cc`).
    if let Some(number) = inner.strip_prefix("shard ") {
        let (name, message) = rest.split_once(" - ")?;
        let is_one = number
            .trim_start_matches(' ')
            .starts_with(|c: char| c.is_ascii_digit());
        return (is_one && level::is_name(name)).then_some((name, message));
    }
    if has_place(inner)
        && let Some(found) = zookeeper(text)
    {
        return Some(found);
    }
    // `12-May-2026`
    if let Some([b'-', b'A'..=b'Z']) = line.as_bytes().get(2..4) {
        return tomcat(rest);
    }
    // The name is padded to 25 bytes or more, so that this is no word of the message.
    if inner.len() >= 25 && inner.ends_with(' ') {
        let name = inner.trim_end();
        let is_one = name.contains('.') && level::is_name(name);
        return is_one.then(|| (name, rest.strip_prefix("- ").unwrap_or(rest)));
    }
    // `[INFO ] [org.shop.Cart] - message` of openHAB.
    if (is_class(inner) || inner.starts_with("openhab."))
        && let Some(message) = rest.strip_prefix("- ")
    {
        return Some((inner, message));
    }
    // A longer name has no blanks; the pipeline stands right behind it.
    let is_longer = inner.len() >= 25 && text.get(inner.len() + 2..)?.starts_with('[');
    if is_longer && inner.contains('.') && level::is_name(inner) {
        return Some((inner, rest));
    }
    is_thread(inner)
        .then(|| behind_thread(inner, rest))
        .flatten()
}

/// Level, logger and message where the level is not the first word of a text behind its time.
fn around_level<'a>(line: &str, text: &'a str) -> Option<Head<'a>> {
    // Where no time stands before it, and no finer one than a second, it is any text.
    let is_fine = || {
        text.len() < line.len()
            && matches!(line.as_bytes().get(19..), Some([b'.', b'0'..=b'9', ..]))
    };
    if let Some(found) = is_fine().then(|| systems::split(text)).flatten() {
        return Some(found);
    }
    match text.as_bytes().first()? {
        b'[' => behind_brackets(line, text),
        b'0'..=b'9' => behind_number(line, text),
        // `{taskinstance.py:1937} ERROR - message` of Airflow.
        b'{' if text.len() < line.len() => {
            let (place, rest) = text.get(1..)?.split_once("} ")?;
            let (name, number) = place.split_once(".py:")?;
            let (severity, rest) = upper(rest)?;
            let body = rest.strip_prefix(" - ")?;
            let is_one = level::is_name(name) && is_number(number);
            is_one.then(|| with_name(severity, name, body))
        }
        b'S' if text.len() < line.len() && text.starts_with(SUCCESS) => {
            let (name, body) = behind_level(line, text.get(SUCCESS.len()..)?)?;
            Some(with_name(Severity::NOTICE, name, body))
        }
        // `shop.cart - ERROR - message`
        b'a'..=b'z' | b'A'..=b'Z' | b'_' if text.len() < line.len() => {
            let (name, rest) = word(text)?;
            let rest = rest.strip_prefix(" - ")?;
            // The number of a line, as Synapse has it, and the request behind the level.
            let numbered = rest
                .split_once(" - ")
                .filter(|(number, _)| is_number(number));
            let (severity, rest) = upper(numbered.map_or(rest, |(_, rest)| rest))?;
            let body = rest.trim_start_matches(' ').strip_prefix("- ")?;
            // `SHOP-123` is a ticket.
            let is_one = level::is_name(name)
                && name.bytes().any(|byte| byte.is_ascii_lowercase())
                && !name.contains(':');
            is_one.then(|| with_name(severity, name, body))
        }
        _ => None,
    }
}

/// Behind a thread or the number of a process in brackets.
fn behind_brackets<'a>(line: &str, text: &'a str) -> Option<Head<'a>> {
    let (inner, rest) = bracket(text)?;
    match rest.as_bytes().first()? {
        // `[4711] [ERROR] message`, behind a time
        b'[' if text.len() < line.len() => {
            let (level, body) = bracket(rest)?;
            let severity = level::of_word(level.trim())?;
            let is_parted = text.get(inner.len() + 2..)?.starts_with(' ')
                && rest.get(level.len() + 2..)?.starts_with(' ');
            let is_one = is_parted && is_number(inner) && !body.is_empty();
            is_one.then(|| with_name(severity, "", body))
        }
        // `[ 4711 ] {query} <Error> executeQuery: message`
        b'{' if is_number(inner.trim()) => {
            let (query, rest) = rest.get(1..)?.split_once("} <")?;
            let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            query.bytes().all(is_id).then_some(())?;
            let (level, rest) = rest.split_once("> ")?;
            let severity = level::of_word(level)?;
            let (name, body) = rest.split_once(": ")?;
            level::is_name(name).then(|| with_name(severity, name, body))
        }
        // `[id=12]\tWARNING\thudson.model.Run#execute: message`
        b'\t' if inner.starts_with("id=") => {
            let (level, rest) = rest.get(1..)?.split_once('\t')?;
            let severity = level::of_word(level)?;
            let (place, body) = rest.split_once(": ")?;
            let name = place
                .split('#')
                .next()
                .filter(|name| level::is_name(name))?;
            Some(with_name(severity, name, body))
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
            let (name, body) = is_thread(inner).then(|| behind_thread(inner, rest))??;
            Some(with_name(severity, name, body))
        }
    }
}

/// Behind the number of a process.
fn behind_number<'a>(line: &str, text: &'a str) -> Option<Head<'a>> {
    // `13|ERROR|Shop.Cart|message`, as the guide of NLog to ASP.NET Core has it.
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if let Some(rest) = behind.strip_prefix('|') {
        let (level, rest) = rest.split_once('|')?;
        let (name, body) = rest.split_once('|')?;
        let severity = level::of_word(level)?;
        let is_one = text.len() < line.len() && name.contains('.') && level::is_name(name);
        return is_one.then(|| with_name(severity, name, body));
    }
    let rest = behind_digits(text)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        // `2026-05-12 14:04:00.123 `
        let is_milli = matches!(line.as_bytes().get(19..24)?, [b'.', .., b' ']);
        return is_milli.then(|| logcat(rest))?;
    }
    // `4711 ERROR nova.compute [req-1 user project] message`
    let (severity, rest) = upper(rest)?;
    let (name, rest) = word(rest.strip_prefix(' ')?)?;
    let body = rest.strip_prefix(' ')?;
    // `1 ERROR database odoo.sql_db: message`
    if let Some((name, body)) = body.split_once(": ")
        && name.starts_with("odoo.")
        && level::is_name(name)
    {
        return Some(with_name(severity, name, body));
    }
    // Of what was raised there is no request (`logging_exception_prefix`).
    let starts = [
        "[req-",
        "[None req-",
        "[None ",
        "[-] ",
        "Traceback (most recent call last):",
        "  File \"",
    ];
    let is_context = starts.iter().any(|start| body.starts_with(start));
    let is_name = name.contains('.') && level::is_name(name) && is_context;
    let body = body.strip_prefix("[-] ").unwrap_or(body);
    is_name.then(|| with_name(severity, name, body))
}

/// Request and message of `[req-38101a0b-2096-447d-96ea-a692162415ae user project - - -] message`
/// and of `[None req-...  user project] message`, which oslo.log writes behind the logger.
pub(super) fn of_request(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let inner = inner.strip_prefix("None ").unwrap_or(inner);
    let id = inner.strip_prefix("req-")?.get(..36)?;
    let (user, body) = inner.get(40..)?.strip_prefix(' ')?.split_once("] ")?;
    let is_id = id.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (is_id && !user.contains(['=', '['])).then_some((inner.get(..40)?, body))
}

/// `2395 E AndroidRuntime: message`, behind the number of the process.
pub(super) fn logcat(text: &str) -> Option<Head<'_>> {
    let rest = behind_digits(text)?;
    let severity = priority(*rest.as_bytes().first()?)?;
    let rest = rest.get(1..)?.strip_prefix(' ')?;
    let head = rest.as_bytes();
    let end = find_near(head.get(..LONGEST).unwrap_or(head), b':')?;
    let (tag, body) = (rest.get(..end)?.trim_end(), rest.get(end + 1..)?);
    let is_tag = !tag.is_empty() && !tag.contains(' ');
    let body = body
        .strip_prefix(' ')
        .or_else(|| body.is_empty().then_some(body))?;
    is_tag.then(|| with_name(severity, tag, body))
}

/// Level of a priority of Android.
pub(super) fn priority(letter: u8) -> Option<Severity> {
    Some(match letter {
        b'V' => Severity::TRACE,
        b'D' => Severity::DEBUG,
        b'I' => Severity::INFO,
        b'W' => Severity::WARN,
        b'E' => Severity::ERROR,
        b'F' => Severity::FATAL,
        _ => return None,
    })
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
    let rest = text.get(end + 1..)?.trim_start_matches(' ');
    Some((text.get(1..end)?, rest))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word in brackets is a thread and no tag of a message: `main`, `7`, `worker-3`,
/// `http-nio-8080-exec-1`. `SHOP-12` is a ticket.
fn is_thread(name: &str) -> bool {
    let bytes = name.as_bytes();
    let digits = bytes
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (front, is_main) = (bytes.get(..bytes.len() - digits), name == "main");
    match front {
        Some([]) => digits > 0,
        Some([front @ .., b'-' | b'#']) if digits > 0 => {
            let (mut is_one, mut has_small) = (true, false);
            for byte in front {
                has_small |= byte.is_ascii_lowercase();
                is_one &= byte.is_ascii_alphanumeric()
                    || matches!(byte, b'.' | b'_' | b'-' | b'#' | b'$' | b'@' | b'/');
            }
            is_one && has_small
        }
        _ => is_main,
    }
}

/// Whether what stands in a bracket may be a thread and a place, of which only ZooKeeper writes
/// one.
fn has_place(inner: &str) -> bool {
    inner.bytes().any(|byte| matches!(byte, b'@' | b'[' | b'('))
}

/// What stands before the first blank, and from it on.
fn word(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let end = find_near(bytes.get(..LONGEST).unwrap_or(bytes), b' ')?;
    text.split_at_checked(end)
}

/// A level in capitals that a text begins with, and what follows it, which is a blank.
fn upper(text: &str) -> Option<(Severity, &str)> {
    let first = text.as_bytes().first();
    first.filter(|byte| byte.is_ascii_uppercase())?;
    let (word, rest) = level::word(text)?;
    let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let severity = level::of_bare(word).filter(|_| is_upper && rest.starts_with(' '))?;
    Some((severity, rest))
}

/// Logger and message behind level and thread: `shop.Cart - message`, `Cart - message`,
/// `s.Cart:12 - message`, `shop.Cart: message`.
fn behind_thread<'a>(thread: &str, text: &'a str) -> Option<(&'a str, &'a str)> {
    let Some((place, message)) = dashed(text) else {
        let (name, rest) = word(text)?;
        let name = name.strip_suffix(':').filter(|name| is_class(name))?;
        return Some((name, rest.get(1..)?));
    };
    let name = match place.rsplit_once(':') {
        Some((name, line)) if is_number(line) => name,
        _ => place,
    };
    let is_one = level::is_name(name) && !name.contains(':') && !name.ends_with(['.', '-']);
    // `[order-12] Error - refund failed`: only behind what is surely a thread is one word a logger.
    let is_sure = || {
        thread == "main"
            || is_number(thread)
            || ["-thread-", "-exec-", "Thread-", "pool-"]
                .iter()
                .any(|part| thread.contains(part))
    };
    (is_one && (name.contains('.') || is_sure())).then_some((name, message))
}

/// The first word, and what stands behind a dash: `shop.Cart - message`, and with the context that
/// log4net has none of: `Shop.Cart [(null)] - message`.
fn dashed(text: &str) -> Option<(&str, &str)> {
    let (place, rest) = word(text)?;
    let rest = rest.trim_start_matches(' ');
    let rest = rest.strip_prefix("[(null)] ").unwrap_or(rest);
    Some((place, behind_dash(rest)?))
}

/// What stands behind `- `, or behind `-- ` of `TTLLLayout` of current versions of logback
/// (`%logger{36} -%kvp- %msg`), with the pairs that an event may have: `-user="mona"- message`.
fn behind_dash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('-')?;
    if let Some(message) = rest.strip_prefix(' ').or_else(|| rest.strip_prefix("- ")) {
        return Some(message);
    }
    let bytes = rest.as_bytes();
    let end = find_near(bytes.get(..LONGEST).unwrap_or(bytes), b'=')?;
    let (key, value) = rest.split_at_checked(end)?;
    let is_pair = level::is_name(key) && value.starts_with("=\"");
    (is_pair && (value.contains("\"- ") || value.contains("\" - "))).then_some(rest)
}

/// Whether a name is that of a class: `shop.Cart`. Hosts and files end in small letters, and an
/// exception is what the message tells.
pub(super) fn is_class(name: &str) -> bool {
    let bytes = name.as_bytes();
    let dot = bytes.iter().rposition(|byte| *byte == b'.');
    let last = dot.and_then(|dot| bytes.get(dot + 1..));
    let ends = |end: &&[u8]| bytes.ends_with(end);
    matches!(last, Some([b'A'..=b'Z', ..]))
        && level::is_name(name)
        && !bytes.contains(&b':')
        && ![&b"Exception"[..], b"Error", b"Timeout", b"Failure"]
            .iter()
            .any(ends)
}

/// Name of `shop.cart:pay:12`, as Loguru writes it.
fn of_loguru(place: &str) -> Option<&str> {
    let mut parts = place.splitn(3, ':');
    let (name, function, line) = (parts.next()?, parts.next()?, parts.next()?);
    // `host:db:5432` is an address.
    let is_module = name.contains('.') || name == "__main__" || function == "<module>";
    let is_function =
        function.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '<');
    (is_module && is_function && is_number(line) && level::is_name(name)).then_some(name)
}

/// `Cart.java:12`, which layouts of the JVM have of the caller (`%F:%L`).
fn of_source(place: &str) -> Option<&str> {
    let (file, line) = place.split_once(':')?;
    let is_file = [".java", ".kt", ".scala"]
        .iter()
        .any(|end| file.ends_with(end));
    (is_file && is_number(line) && level::is_name(file)).then_some(place)
}

/// `[main:QuorumPeer@12] - message`.
fn zookeeper(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let head = bytes.get(..LONGEST_PLACE).unwrap_or(bytes);
    let at = find_near(head, b'@')?;
    let end = at + find_near(head.get(at..)?, b']')?;
    let message = text.get(end..)?.strip_prefix("] - ")?;
    let (place, line) = text.get(1..end)?.rsplit_once('@')?;
    let (_thread, class) = place.rsplit_once(':')?;
    (is_number(line) && level::is_name(class)).then_some((class, message))
}

/// `org.apache.catalina.core.StandardContext.startInternal message`.
fn tomcat(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = word(text)?;
    let (class, _method) = name.rsplit_once('.')?;
    let is_method = is_class(class) && level::is_name(name);
    is_method.then_some((name, rest.get(1..)?))
}

/// `CBS    message`: the part of the system, padded to seven bytes.
fn servicing(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_at_checked(7)?;
    let name = name.strip_suffix("  ")?.trim_end();
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
        plain("[worker-3] s.Cart:12 - no", Some(("s.Cart", "no")));
        plain("[main] s.Cart: refused", Some(("s.Cart", "refused")));
        plain("s.cart:pay:12 - refused", Some(("s.cart", "refused")));
        plain("Cart.java:12 - no", Some(("Cart.java:12", "no")));
        plain("shop.Cart - refused", Some(("shop.Cart", "refused")));
        plain(
            "[peer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - timed out",
            Some(("FastLeaderElection", "timed out")),
        );
        plain("[main] s.Cart -- refused", Some(("s.Cart", "refused")));
        plain(
            "[main] s.Cart -user=\"max\"- no",
            Some(("s.Cart", "user=\"max\"- no")),
        );
        plain(
            "[logstash.outputs.elasticsearch][main][a] no",
            Some(("logstash.outputs.elasticsearch", "[main][a] no")),
        );
        plain(
            "[logstash.runner          ] Starting",
            Some(("logstash.runner", "Starting")),
        );
        let tomcat = "12-May-2026 14:04:00.123";
        let text = "[main] org.apache.Context.start Error listenerStart";
        let expected = Some(("org.apache.Context.start", "Error listenerStart"));
        check(tomcat, text, expected);
        check(tomcat, "[main] db.prod.internal is down", None);
        let windows = "2026-05-12 14:00:00, Info";
        check(windows, "CBS    Loaded", Some(("CBS", "Loaded")));
        check(windows, "SERVER is down", None);
        plain("CBS    Loaded", None);
    }

    #[test]
    fn words_of_a_message_are_no_loggers() {
        let texts = [
            "Cart - refused",
            "[api] Timeout - retrying in 5 s",
            "[billing] SHOP-123 - fixed",
            "[SHOP-12] Cart - refused",
            "[10.0.0.7] admin - login ok",
            "[user=max status=500] Login - refused",
            "[main] Retry [3 of 5] - upstream 502",
            "[main] java.lang.NullPointerException: cart is null",
            "[main] shop.example.com: refused",
            "[cart] refused: no",
            "localhost:8080 - refused",
            "host:db:5432 - refused",
            "[order-12] Error - refund failed",
            "[http-8080] GET - /cart 500 12ms",
            "user:4711 - locked out",
            "cart:4711:item:3 - out of stock",
            "fe80::1 - neighbour up",
            "org.shop:cart:jar:1.0 - added",
            "Done. - 5 files written",
            "items.0.price - expected number",
            "a.length - b.length is 3",
            "style.css:12 - unexpected",
            "[logstash.runner] Starting",
            "[customer-service.prod.example.com] timeout",
            "[customer-service.prod.example.com] [eu] timeout",
            "[main] s.Cart -5 - no",
            "[main] s.Cart -user=\"max\" no",
            "no.dash here",
        ];
        for text in texts {
            assert_eq!(
                behind_level("2026-05-12 14:00:00,123", text),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn levels_stand_behind_other_words() {
        let line = |text: &str| format!("2026-05-12 14:00:00.123 {text}");
        let check = |text: &str, expected: Option<(Severity, &str, &str)>| {
            let found = around_level(&line(text), text);
            let found = found.and_then(|head| Some((head.severity?, head.process, head.body)));
            assert_eq!(found, expected, "{text}");
        };
        let error = |process, body| Some((Severity::ERROR, process, body));
        check("[main] ERROR s.Cart - refused", error("s.Cart", "refused"));
        check("[main] ERROR Cart - refused", error("Cart", "refused"));
        check("[7] ERROR S.Cart [(null)] - no", error("S.Cart", "no"));
        check("[main] ERROR s.Cart: refused", error("s.Cart", "refused"));
        check("[4711] [ERROR] refused", error("", "refused"));
        check(
            "[ 4711 ] {a-1} <Error> executeQuery: Code: 62.",
            error("executeQuery", "Code: 62."),
        );
        check(
            "[myid:1] - ERROR  [main(plain=0.0.0.0:2181):QuorumPeer@12] - no",
            error("QuorumPeer", "no"),
        );
        check("shop.cart - ERROR - no", error("shop.cart", "no"));
        check(
            "[id=12]\tERROR\thudson.model.Run#execute: no",
            error("hudson.model.Run", "no"),
        );
        check(
            "4711 ERROR nova.api [req-1 - -] no",
            error("nova.api", "[req-1 - -] no"),
        );
        check("4711 ERROR nova.api [-] no", error("nova.api", "no"));
        check(
            "SUCCESS  | s.cart:pay:12 - paid",
            Some((Severity::NOTICE, "s.cart", "paid")),
        );
        check(
            "4711 ERROR nova.api Traceback (most recent call last):",
            error("nova.api", "Traceback (most recent call last):"),
        );
        check(
            "1702  2395 E Runtime : died: 7",
            error("Runtime", "died: 7"),
        );
        let others = [
            "[main] ERROR refused: no",
            "[main] the ERROR - no",
            "[cart] [ERROR] refused",
            "[208][info ][safepoint] x",
            "[docs][debug]",
            "[x] CRITICAL Bug - fixed",
            "[ 12 ] {\"user\":\"max\"} <Error> x: y",
            "[user=max] ERROR Login - refused",
            "[web] {\"a\":1} <error> the payment failed: no money",
            "shop - ERROR no",
            "SHOP-123 - ERROR - fixed",
            "the ERROR - no",
            "4711 ERROR in the cart",
            "404 ERROR page [/x] not found",
            "404 ERROR cart.html Traceback",
            "SUCCESS  | paid - all",
            "12 70 F the kitchen: ok",
            "1702 2395 apples",
            "3 EUROS",
        ];
        for text in others {
            assert!(around_level(&line(text), text).is_none(), "{text}");
        }
        for text in [
            "4711 2 D nfsd: waiting",
            "shop - ERROR - no",
            "[7] [ERROR] no",
        ] {
            assert!(around_level(text, text).is_none(), "{text}");
        }
    }

    #[test]
    fn requests_have_the_form_of_an_id() {
        let id = "req-38101a0b-2096-447d-96ea-a692162415ae";
        let text = format!("[None {id} admin admin - -] no [host]");
        assert_eq!(of_request(&text), Some((id, "no [host]")));
        for text in [
            "[req-1 - -] no",
            "[req-38101a0b-2096-447d-96ea-a692162415ae user=max] paid",
            "[req-38101a0b-2096-447d-96ea-a692162415ae max [cart] ok",
        ] {
            assert_eq!(of_request(text), None, "{text}");
        }
    }
}
