//! What tells that a text behind a name is surely a line that a container wrote: any line of prose
//! or of a table may begin with a name.

use nepho_codec::message::logfmt_like;
use nepho_codec::time;
use nepho_core::severity::Severity;
use nepho_core::time::Reference;

/// Whether a text is surely a line of a log: it begins with a time or as klog does, or it is JSON
/// or logfmt as loggers write them. A time alone, or before the bar of a table, is that of
/// something else.
pub(crate) fn is_logged(text: &str) -> bool {
    let text = text.trim_end();
    match text.as_bytes().first() {
        Some(b'{') => is_object(text),
        Some(b'l' | b't') => is_logfmt(text),
        _ => is_klog(text) || is_timed(text),
    }
}

fn is_object(text: &str) -> bool {
    let names = [
        "\"level\":",
        "\"severity\":",
        "\"msg\":",
        "\"message\":",
        "\"ts\":",
        "\"time\":",
        "\"timestamp\":",
        "\"@timestamp\":",
    ];
    text.starts_with("{\"") && text.ends_with('}') && names.iter().any(|name| text.contains(name))
}

fn is_logfmt(text: &str) -> bool {
    let names = ["time=", "ts=", "t=", "timestamp=", "level=", "lvl="];
    names.iter().any(|name| text.starts_with(name)) && logfmt_like(text)
}

/// Whether a text begins with the header of klog: `I0512 14:00:00.678901`.
fn is_klog(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [
            b'I' | b'W' | b'E' | b'F',
            b'0'..=b'1',
            _,
            _,
            _,
            b' ',
            _,
            _,
            b':',
            ..
        ]
    )
}

fn is_timed(text: &str) -> bool {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let Some((_, length)) = time::prefix(inner, Reference::ANY) else {
        return false;
    };
    let behind = inner[length..].trim_start_matches([']', ' ']);
    !behind.is_empty() && !behind.starts_with('|')
}

/// How something ended, states, and words of prose that follow a name.
const WORDS: &str = "trace critical success succeeded ok pass passed fail failed failing fails \
    skip skipped done denied deny allow allowed accept accepted reject rejected drop dropped \
    block blocked up down active inactive yes no true false null none pending running waiting \
    ready unready healthy unhealthy created creating scheduled started starting restarted \
    restarting stopped stopping terminated terminating killed killing evicted deleted removed \
    exited completed finished crashed expired paid mismatch unknown missing lost responded \
    returned timeout a an the is was are were has had have will did does not and or of on in at \
    to for from with by since until before after because got says said instance pod container";

/// Whether a word is a level, how something ended, or a word of prose rather than the name of a
/// container.
pub(crate) fn is_word(name: &str) -> bool {
    Severity::from_word(name).is_some() || WORDS.split_ascii_whitespace().any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_logs_are_told_from_prose_and_tables() {
        let check = |text: &str, expected: bool| assert_eq!(is_logged(text), expected, "{text}");
        check("{\"level\":\"error\",\"msg\":\"boom\"}", true);
        check("{\"amount\":7}", false);
        check("time=\"2026-05-12T14:00:00Z\" level=error msg=x", true);
        check("a=1 b=2", false);
        check("E0512 14:00:00.678901       1 main.go:1] boom", true);
        check("[2026-05-12 14:00:00,123: WARNING/Worker-1] x", true);
        check("2026-05-12 14:00:00 x | y", true);
        check("2026-05-12 14:00:00 | GET /x", false);
        check("2026-05-12 14:00:00", false);
        check("with exit code 137", false);
    }
}
