//! The level among the first words of a text, and the name of the logger where a widespread layout
//! writes it beside the level.
//!
//! Layouts, by the source code of the loggers (read 2026-11-28): Python `logging.BASIC_FORMAT`
//! (`LEVEL:name:message`), Monolog `LineFormatter` (`channel.LEVEL: message`), .NET
//! `SimpleConsoleFormatter` (`fail: Name[13]`), `NLog` (`LEVEL|name|message`), Celery
//! (`LEVEL/name] message`), logrus (`LEVEL[0000] message`), etcd (`W | package: message`),
//! Telegraf (`E! [name] message`).

use nepho_core::severity::Severity;

use super::{bars, builds, jobs, letters, rare};

/// What stands before a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// The level, where there is one.
    pub severity: Option<Severity>,
    /// The logger or process that is named beside it, or nothing.
    pub process: &'a str,
    /// The message. It is the whole text unless the level was its first word.
    pub body: &'a str,
}

/// Before what log4j tells of itself: `log4j:WARN message` (log4j 1.2, `LogLog`).
const LOG4J: &str = "log4j:";
/// Words that are looked at.
const MAX_WORDS: usize = 5;
/// A bracket around a level is not longer.
const MAX_FRAME: usize = 14;

/// Splits what stands before a message from it. `is_open` says that a bracket is open there:
/// `[2026-05-12 14:00:00 INFO] message`.
pub(super) fn split(text: &str, is_open: bool) -> Head<'_> {
    // Most texts that have a level.
    if let Some((severity, length)) = usual(text.as_bytes()) {
        return env_logger(head(severity, &text[length..]), is_open);
    }
    let whole = Head {
        body: text,
        ..Head::default()
    };
    if let Some(rest) = text.strip_prefix(LOG4J)
        && let Some((severity, length)) = usual(rest.as_bytes())
    {
        return head(severity, &rest[length..]);
    }
    if let Some(severity) = klog(text) {
        return Head {
            severity: Some(severity),
            ..whole
        };
    }
    if let Some((severity, body)) = jobs::level(text) {
        return head(severity, body);
    }
    if let Some(severity) = bars::severity(text) {
        return Head {
            severity: Some(severity),
            ..whole
        };
    }
    if let Some(head) = rare::split(text).or_else(|| letters::split(text)) {
        return head;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    for position in 0..MAX_WORDS {
        let start = at + blanks(&bytes[at..]);
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) else {
            break;
        };
        let found = match position {
            0 => first(rest, is_open).or_else(|| decorated(rest)),
            _ => later(rest),
        };
        match found {
            Some(head) if position == 0 => return head,
            Some(Head { severity, .. }) => return Head { severity, ..whole },
            None => {}
        }
        at = start + word_end(rest.as_bytes());
    }
    Head {
        severity: builds::severity(text),
        ..whole
    }
}

/// The level that `text` begins with, and what follows it.
fn first(text: &str, is_open: bool) -> Option<Head<'_>> {
    // No level begins with a digit, nor does the name of a logger.
    text.as_bytes()
        .first()
        .filter(|byte| !byte.is_ascii_digit())?;
    if let Some((severity, length)) = usual(text.as_bytes()) {
        return Some(env_logger(head(severity, &text[length..]), is_open));
    }
    if let Some(head) = letter(text) {
        return Some(head);
    }
    if let Some((severity, rest)) = framed(text, true) {
        return Some(head(severity, rest));
    }
    let inner = behind(text, |byte| matches!(byte, b'[' | b'(' | b'<' | b'"'));
    let Some((word, rest)) = word(inner) else {
        // `cc_runcmd.py[WARNING]: message`
        return text.starts_with("cc_").then(|| file(text)).flatten();
    };
    let is_bare = inner.len() == text.len();
    let mark = rest.as_bytes().first().copied();
    if matches!(mark, Some(b'.' | b'_')) && is_bare {
        return channel(text).or_else(|| file(text));
    }
    if is_upper(word) {
        let severity = match mark {
            Some(b':') => of_marked(word)?,
            _ => of_bare(word)?,
        };
        return match mark {
            Some(b':') => Some(python(severity, &rest[1..])),
            Some(b'|') => Some(nlog(severity, &rest[1..])),
            Some(b'/') => celery(severity, &rest[1..]),
            Some(b'[') => logrus(severity, rest),
            Some(b']') if is_open => Some(head(severity, &rest[1..])),
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b']' | b')' | b'>' | b'"' | b',') => {
                // `FATAL ERROR: Reached heap limit` of V8.
                let is_fatal = severity == Severity::FATAL;
                let rest = rest
                    .strip_prefix(" ERROR:")
                    .filter(|_| is_fatal)
                    .unwrap_or(rest);
                Some(env_logger(head(severity, rest), is_open))
            }
            _ => None,
        };
    }
    if !is_bare {
        return None;
    }
    match mark {
        Some(b':') => colon(text, word, &rest[1..]),
        Some(b'|') => of_common(word).map(|severity| nlog(severity, &rest[1..])),
        Some(b']') if is_open => of_common(word).map(|severity| head(severity, &rest[1..])),
        Some(b' ' | b'\t') => prose(text, word, rest),
        _ => None,
    }
}

/// The level among several brackets before a message, as the JVM writes its own log:
/// `[208][info ][safepoint   ] message` (JEP 158, option `-Xlog`, as of 2026-11-29).
fn decorated(text: &str) -> Option<Head<'_>> {
    let mut severity = None;
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix('[') {
        let end = inner.bytes().take(40).position(|byte| byte == b']')?;
        let word = inner[..end].trim();
        severity = severity.or_else(|| of_framed(word));
        rest = &inner[end + 1..];
    }
    rest.starts_with(' ').then_some(Head {
        severity: Some(severity?),
        body: text,
        ..Head::default()
    })
}

/// One of the usual words in capitals before a blank, and its length.
fn usual(text: &[u8]) -> Option<(Severity, usize)> {
    match text {
        [b'I', b'N', b'F', b'O', b' ', ..] => Some((Severity::INFO, 4)),
        [b'W', b'A', b'R', b'N', b' ', ..] => Some((Severity::WARN, 4)),
        [b'E', b'R', b'R', b'O', b'R', b' ', ..] => Some((Severity::ERROR, 5)),
        [b'D', b'E', b'B', b'U', b'G', b' ', ..] => Some((Severity::DEBUG, 5)),
        _ => None,
    }
}

/// The level that a word behind the first one is.
fn later(text: &str) -> Option<Head<'_>> {
    // Of most words, the first letter is enough.
    let inner = match text.as_bytes().first()? {
        b'[' | b'(' | b'<' | b'"' => {
            if let Some((severity, rest)) = framed(text, false) {
                return Some(head(severity, rest));
            }
            behind(text, |byte| matches!(byte, b'[' | b'(' | b'<' | b'"'))
        }
        _ => text,
    };
    if !begins_level(inner) {
        return None;
    }
    let (word, rest) = word(inner)?;
    let severity = match rest.as_bytes().first() {
        Some(b':') if is_upper(word) => of_marked(word),
        None | Some(b' ' | b'\t' | b']' | b')' | b'>' | b'"' | b',' | b'|') if is_upper(word) => {
            of_bare(word)
        }
        Some(b':' | b'|') if inner.len() == text.len() => of_common(word),
        _ => None,
    };
    severity.map(|severity| head(severity, rest))
}

/// `text` behind a level, without what parts them.
fn head(severity: Severity, rest: &str) -> Head<'_> {
    let rest = behind(rest, |byte| {
        matches!(byte, b']' | b')' | b'>' | b'"' | b',')
    });
    let is_between = |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b':' | b'|');
    let rest = behind(rest, is_between);
    Head {
        severity: Some(severity),
        process: "",
        body: rest.strip_prefix("- ").unwrap_or(rest),
    }
}

/// A level within brackets: `[error]`, `[INFO ]`, `<Warning>`, and `(warn)` where it is the first
/// word.
fn framed(text: &str, is_first: bool) -> Option<(Severity, &str)> {
    let (close, is_sure) = match text.as_bytes().first()? {
        b'[' => (b']', true),
        b'<' => (b'>', true),
        b'(' => (b')', is_first),
        _ => return None,
    };
    let bytes = text.as_bytes();
    let head = &bytes[1..bytes.len().min(MAX_FRAME)];
    let end = 1 + memchr::memchr(close, head)?;
    let inner = text.get(1..end)?.trim();
    let is_word = inner.len() >= 3 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let severity = match is_word && (is_sure || is_upper(inner)) {
        true if is_upper(inner) => of_marked(inner),
        true => of_framed(inner),
        false => None,
    }?;
    let rest = &text[end + 1..];
    // `<note>text</note>` is an element of XML.
    let is_element = close == b'>' && !rest.starts_with([' ', '\t', ':']) && !rest.is_empty();
    (!is_element).then_some((severity, rest))
}

/// `W | etcdserver: message`, `E! [inputs.cpu] message`.
fn letter(text: &str) -> Option<Head<'_>> {
    let (letter, rest) = text.split_at_checked(1)?;
    let rest = rest
        .strip_prefix(" | ")
        .or_else(|| rest.strip_prefix("! "))?;
    let severity = match letter {
        "D" => Severity::DEBUG,
        "I" => Severity::INFO,
        "N" => Severity::NOTICE,
        "W" => Severity::WARN,
        "E" => Severity::ERROR,
        "C" => Severity::CRITICAL,
        _ => return None,
    };
    Some(head(severity, rest))
}

/// `app.ERROR: message`.
fn channel(text: &str) -> Option<Head<'_>> {
    let end = text.bytes().take(80).position(|byte| byte == b':')?;
    let (name, level) = text[..end].rsplit_once('.')?;
    let rest = &text[end + 1..];
    let is_one = is_upper(level) && is_name(name) && rest.starts_with([' ', '\t']);
    let severity = of_marked(level).filter(|_| is_one)?;
    Some(Head {
        process: name,
        ..head(severity, rest)
    })
}

/// `util.py[DEBUG]: message` (cloud-init, `cloudinit/log.py`).
fn file(text: &str) -> Option<Head<'_>> {
    let end = text.bytes().take(60).position(|byte| byte == b'[')?;
    let (name, rest) = (&text[..end], &text[end + 1..]);
    let close = rest.bytes().take(MAX_FRAME).position(|byte| byte == b']')?;
    let (level, rest) = (&rest[..close], &rest[close + 1..]);
    let is_one = is_upper(level) && is_name(name) && rest.starts_with(':');
    let severity = of_marked(level).filter(|_| is_one)?;
    Some(Head {
        process: name,
        ..head(severity, rest)
    })
}

/// Behind `LEVEL:`, with or without a name: `name:message`.
fn python(severity: Severity, rest: &str) -> Head<'_> {
    let plain = head(severity, rest);
    let Some(end) = rest.bytes().take(80).position(|byte| byte == b':') else {
        return plain;
    };
    let (name, message) = (&rest[..end], &rest[end + 1..]);
    // `main.c:12: message` is a place in a file.
    // `localhost:8080` and `C:\temp` are no names of loggers either.
    let is_place = message.starts_with(|c: char| c.is_ascii_digit())
        || message.starts_with(['/', '\\'])
        || name.len() == 1;
    match is_name(name) && !is_place {
        true => Head {
            process: name,
            ..head(severity, message)
        },
        false => plain,
    }
}

/// Behind `LEVEL|`, with or without a name: `name|message`.
fn nlog(severity: Severity, rest: &str) -> Head<'_> {
    let end = rest.bytes().take(120).position(|byte| byte == b'|');
    let Some(end) = end.filter(|end| is_name(&rest[..*end])) else {
        return head(severity, rest);
    };
    let message = rest[end + 1..].trim();
    Head {
        process: &rest[..end],
        // An exception would stand behind the last bar.
        ..head(severity, message.strip_suffix('|').unwrap_or(message))
    }
}

/// Behind `LEVEL/`: `MainProcess] message`.
fn celery(severity: Severity, rest: &str) -> Option<Head<'_>> {
    let end = rest.bytes().take(60).position(|byte| byte == b']')?;
    is_name(&rest[..end]).then(|| Head {
        process: &rest[..end],
        ..head(severity, &rest[end + 1..])
    })
}

/// Behind `LEVEL`: `[0000] message`, `[0000]main.go:12 message`.
fn logrus(severity: Severity, rest: &str) -> Option<Head<'_>> {
    let Some(end) = rest.bytes().take(12).position(|byte| byte == b']') else {
        // `ERROR[com.example.Orders] message`
        return Some(head(severity, rest));
    };
    let is_clock = end > 4 && rest[1..end].bytes().all(|byte| byte.is_ascii_digit());
    let is_other = rest.as_bytes().get(1) == Some(&b'[') || end == 1;
    match (is_clock, is_other) {
        (true, _) => Some(head(severity, &rest[end + 1..])),
        // `ERROR[main] message`
        (false, false) => Some(head(severity, rest)),
        (false, true) => None,
    }
}

/// `name] message` where the bracket was opened before the time.
fn env_logger(found: Head<'_>, is_open: bool) -> Head<'_> {
    if !is_open {
        return found;
    }
    let end = found.body.bytes().take(80).position(|byte| byte == b']');
    match end.filter(|end| is_name(&found.body[..*end])) {
        Some(end) => Head {
            process: &found.body[..end],
            body: found.body[end + 1..].trim_start_matches([' ', '\t']),
            ..found
        },
        None => found,
    }
}

/// `error: message`, `fail: Name[13] message`.
fn colon<'a>(text: &'a str, word: &str, rest: &'a str) -> Option<Head<'a>> {
    // What Go writes when a program dies; the word is a part of it.
    if word == "panic" {
        return Some(Head {
            severity: Some(Severity::FATAL),
            process: "",
            body: text,
        });
    }
    // The words of .NET, behind which stands a name.
    let is_console = matches!(word, "trce" | "dbug" | "info" | "warn" | "fail" | "crit");
    let severity = match word {
        "trce" | "verbose" | "silly" => Severity::TRACE,
        "dbug" => Severity::DEBUG,
        "fail" => Severity::ERROR,
        "alert" => Severity::ALERT,
        _ => of_common(word)?,
    };
    let found = head(severity, rest);
    Some(match is_console {
        true => console(found),
        false => found,
    })
}

/// `Name[13]` and the message on the same line or on those behind it.
fn console(found: Head<'_>) -> Head<'_> {
    let bytes = found.body.as_bytes();
    let Some(end) = bytes.iter().take(160).position(|byte| *byte == b'[') else {
        return found;
    };
    let digits = bytes[end + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let close = end + 1 + digits;
    let is_one = digits > 0
        && bytes.get(close) == Some(&b']')
        && matches!(bytes.get(close + 1), None | Some(b' ' | b'\n' | b'\r'));
    match is_one && is_name(&found.body[..end]) {
        true => Head {
            process: &found.body[..end],
            body: found.body[close + 1..].trim(),
            ..found
        },
        false => found,
    }
}

/// A level that nothing but its place marks. It may as well be the beginning of a sentence, which
/// stays whole then.
fn prose<'a>(text: &'a str, word: &str, rest: &'a str) -> Option<Head<'a>> {
    let severity = of_common(word)?;
    let is_lower = word.bytes().all(|byte| byte.is_ascii_lowercase());
    // A sentence goes on with a word in small letters.
    let next = rest.trim_start_matches([' ', '\t']);
    let goes_on = next.starts_with(|c: char| c.is_ascii_lowercase());
    let is_column = rest.starts_with('\t') || rest.starts_with("  ") || next.starts_with('[');
    let is_failure = severity >= Severity::WARN;
    // `Emergency contact updated`, `information about it`: words of any text.
    let is_word = ["emergency", "critical", "severe", "alert", "information"]
        .iter()
        .any(|held| held.eq_ignore_ascii_case(word));
    if is_word && goes_on && !is_column {
        return None;
    }
    if is_column || (is_lower && !(is_failure && goes_on)) {
        return Some(head(severity, rest));
    }
    // `Debug mode is on` says nothing of the level; `Error reading config` does.
    (is_failure || !goes_on).then_some(Head {
        severity: Some(severity),
        process: "",
        body: text,
    })
}

/// Severity of a word that stands where a level does, in capitals or not.
pub(super) fn of_word(word: &str) -> Option<Severity> {
    match is_upper(word) {
        _ if !begins_level(word) => None,
        true => of_marked(word),
        false => of_common(word),
    }
}

/// Severity of a word in capitals.
fn of_capitals(word: &str) -> Option<Severity> {
    match word {
        "VRB" => Some(Severity::TRACE),
        "FTL" | "PNC" => Some(Severity::FATAL),
        // The first four letters, as logrus writes them on a terminal.
        "ERRO" => Some(Severity::ERROR),
        "FATA" | "PANI" => Some(Severity::FATAL),
        "TRAC" => Some(Severity::TRACE),
        "LOG" | "DEFAULT" => None,
        word => (word.len() >= 3).then(|| Severity::from_word(word))?,
    }
}

/// Severity of a word in capitals that nothing else marks: `Loading CONFIG` tells no level.
pub(super) fn of_bare(word: &str) -> Option<Severity> {
    (!is_part_name(word)).then(|| of_capitals(word))?
}

/// Severity of a word in capitals that is marked as a level.
fn of_marked(word: &str) -> Option<Severity> {
    match word {
        "FAIL" => Some(Severity::ERROR),
        "DBUG" => Some(Severity::DEBUG),
        "TRCE" => Some(Severity::TRACE),
        word => of_capitals(word),
    }
}

/// Severity of a word in brackets. Those that name a part of a program more often are none.
fn of_framed(word: &str) -> Option<Severity> {
    (!is_part_name(word)).then(|| Severity::from_word(word))?
}

/// Whether a word of some scale of levels names a part of a program, or a state, more often.
fn is_part_name(word: &str) -> bool {
    let parts = ["log", "default", "config", "normal", "statement", "failure"];
    parts.iter().any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a text begins as some word does that is a level by [`of_marked`] or [`of_common`].
fn begins_level(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [
            b'A'
            | b'C'..=b'F'
            | b'I'
            | b'N'
            | b'P'
            | b'S'
            | b'T'
            | b'V'
            | b'W'
            | b'c'..=b'f'
            | b'i'
            | b'n'
            | b's'
            | b't'
            | b'w',
            ..,
        ]
    )
}

/// Severity of a word that is hardly anything but a level: in small letters, or beginning with a
/// capital.
fn of_common(word: &str) -> Option<Severity> {
    let bytes = word.as_bytes();
    let is_lower = bytes.get(1..)?.iter().all(u8::is_ascii_lowercase);
    let is_one = is_lower
        && match bytes.first()? {
            b'c' | b'C' => matches!(&bytes[1..], b"rit" | b"ritical"),
            b'd' | b'D' => matches!(&bytes[1..], b"ebug"),
            b'e' | b'E' => matches!(&bytes[1..], b"rr" | b"rror" | b"mergency"),
            b'f' | b'F' => matches!(&bytes[1..], b"atal"),
            b'i' | b'I' => matches!(&bytes[1..], b"nfo" | b"nformation"),
            b'n' | b'N' => matches!(&bytes[1..], b"otice"),
            b's' | b'S' => matches!(&bytes[1..], b"evere"),
            b't' | b'T' => matches!(&bytes[1..], b"race"),
            b'w' | b'W' => matches!(&bytes[1..], b"arn" | b"arning"),
            _ => false,
        };
    is_one.then(|| Severity::from_word(word))?
}

/// Severity of `E0102 15:04:05.678901       1 file.go:10] message` (klog).
fn klog(text: &str) -> Option<Severity> {
    let bytes = text.as_bytes();
    let is_klog = bytes.get(1..5)?.iter().all(u8::is_ascii_digit)
        && bytes.get(5) == Some(&b' ')
        && bytes.get(8) == Some(&b':');
    match bytes.first()? {
        b'I' if is_klog => Some(Severity::INFO),
        b'W' if is_klog => Some(Severity::WARN),
        b'E' if is_klog => Some(Severity::ERROR),
        b'F' if is_klog => Some(Severity::FATAL),
        _ => None,
    }
}

/// What follows the ASCII bytes that `text` begins with and that are passed over.
#[inline]
pub(super) fn behind(text: &str, is_passed: impl Fn(u8) -> bool) -> &str {
    let length = text.bytes().take_while(|byte| is_passed(*byte)).count();
    text.get(length..).unwrap_or_default()
}

/// The letters and digits that `text` begins with, three or more, and what follows them.
pub(super) fn word(text: &str) -> Option<(&str, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let length = text.bytes().take_while(|byte| is_part(byte)).count();
    (length >= 3).then(|| text.split_at(length))
}

fn is_upper(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    word.bytes().all(is_part)
}

/// Whether a text looks like the name of a logger or of a process.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.bytes().all(is_in_name)
}

/// Whether a byte may stand in a name, as of [`is_name`].
pub(super) fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'$')
}

fn blanks(bytes: &[u8]) -> usize {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    bytes.iter().take_while(is_blank).count()
}

fn word_end(bytes: &[u8]) -> usize {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    bytes.iter().position(is_blank).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, severity: Option<Severity>, process: &str, body: &str) {
        let expected = Head {
            severity,
            process,
            body,
        };
        assert_eq!(split(text, false), expected, "{text}");
    }

    #[test]
    fn levels_stand_before_messages() {
        check("ERROR it failed", Some(Severity::ERROR), "", "it failed");
        check("[INFO ] up", Some(Severity::INFO), "", "up");
        check("[warn]: slow", Some(Severity::WARN), "", "slow");
        check("info main: up", Some(Severity::INFO), "", "main: up");
        check("error: no disk", Some(Severity::ERROR), "", "no disk");
        check("WARN - slow", Some(Severity::WARN), "", "slow");
        check(
            "[main] ERROR Foo - x",
            Some(Severity::ERROR),
            "",
            "[main] ERROR Foo - x",
        );
        check(
            "main: warning: x",
            Some(Severity::WARN),
            "",
            "main: warning: x",
        );
        check("INF up port=1", Some(Severity::INFO), "", "up port=1");
        check("[Note] up", Some(Severity::NOTICE), "", "up");
        check("log4j:WARN no file", Some(Severity::WARN), "", "no file");
        check(
            "E0102 15:04:05 x",
            Some(Severity::ERROR),
            "",
            "E0102 15:04:05 x",
        );
    }

    #[test]
    fn levels_may_stand_behind_the_name_of_a_file() {
        check("util.py[DEBUG]: x", Some(Severity::DEBUG), "util.py", "x");
        let warn = Some(Severity::WARN);
        check("cc_a_b.py[WARNING]: x", warn, "cc_a_b.py", "x");
        check("web.1[12]: x", None, "", "web.1[12]: x");
        check("list.a[INFO] = x", None, "", "list.a[INFO] = x");
    }

    #[test]
    fn words_of_a_sentence_stay_in_it() {
        let failure = Some(Severity::ERROR);
        check(
            "Loading CONFIG from disk",
            None,
            "",
            "Loading CONFIG from disk",
        );
        check(
            "ERROR[com.example.Orders] lost",
            failure,
            "",
            "[com.example.Orders] lost",
        );
        check("Error reading config", failure, "", "Error reading config");
        check("error reading config", failure, "", "error reading config");
        check(
            "fatal error: no memory",
            Some(Severity::FATAL),
            "",
            "fatal error: no memory",
        );
        check(
            "panic: runtime error",
            Some(Severity::FATAL),
            "",
            "panic: runtime error",
        );
        for text in [
            "config file loaded",
            "Normal shutdown complete",
            "Note that x",
            "Alert rule fired",
            "Failure to connect",
            "Trace route started",
            "Debug mode is on",
            "Statement executed",
            "starting up (failure mode off)",
            "Pause Young (Normal) 1M",
            "[GC (Allocation Failure) 1M]",
            "LOG of a day",
            "[config] reading",
            "an error was found",
            "thread 'main' started",
            "\"main\" #1 prio=5\n\tat a.B.c(B.java:1)",
        ] {
            check(text, None, "", text);
        }
    }

    #[test]
    fn errors_that_nothing_caught_are_errors() {
        for text in [
            "Traceback (most recent call last):\n  File \"a.py\", line 1",
            "Exception in thread \"main\" a.B: x",
            "Unhandled exception. System.Exception: x",
            "thread 'main' panicked at src/main.rs:4:5:\nno disk",
            "a.b.GoneException: x\n\tat a.B.c(B.java:1)",
            "Internal trouble: /cart\nTraceback (most recent call last):",
            "http: panic serving 10.0.0.1:5: boom",
            "ORA-00060: Deadlock detected",
        ] {
            check(text, Some(Severity::ERROR), "", text);
        }
    }

    #[test]
    fn names_stand_beside_levels() {
        let error = Some(Severity::ERROR);
        check(
            "ERROR:root:connection lost",
            error,
            "root",
            "connection lost",
        );
        check("ERROR:root:lost", error, "root", "lost");
        check("ERROR:a.b:x (1): c:443", error, "a.b", "x (1): c:443");
        check("ERROR: main.c:12: x", error, "", "main.c:12: x");
        check("ERROR:main.c:12: x", error, "", "main.c:12: x");
        check("ERROR:single", error, "", "single");
        check("app.ERROR: boom {} []", error, "app", "boom {} []");
        check("example.com: boom", None, "", "example.com: boom");
        check("ERROR|App.Main|Hello|", error, "App.Main", "Hello");
        check("ERROR|not a name|x", error, "", "not a name|x");
        check("ERROR/MainProcess] x", error, "MainProcess", "x");
        check("ERROR[0012] x y=1", error, "", "x y=1");
        check(
            "W | etcdserver: x",
            Some(Severity::WARN),
            "",
            "etcdserver: x",
        );
        check("E! [cpu] x", error, "", "[cpu] x");
        check(
            "fail: Shop.Web[13]\n      no disk",
            error,
            "Shop.Web",
            "no disk",
        );
        check("dbug: Shop[1] ok", Some(Severity::DEBUG), "Shop", "ok");
        check("fail of a disk", None, "", "fail of a disk");
        let open = split("INFO  my_app] up", true);
        assert_eq!((open.process, open.body), ("my_app", "up"));
        let open = split("INFO] up", true);
        assert_eq!((open.severity, open.body), (Some(Severity::INFO), "up"));
    }
}
