//! Fields that bars part before a message: `8|INFO|load|message`, as formatters of Python and .NET
//! are set up.

use nepho_core::severity::Severity;

use super::level;

/// Bytes of the first field.
const FIRST_BYTES: usize = 40;

/// The level among the first fields, with another field before it and the message behind it. Two
/// levels in a row are names of columns or states.
pub(super) fn severity(text: &str) -> Option<Severity> {
    let end = text
        .bytes()
        .take(FIRST_BYTES)
        .position(|byte| byte == b'|')?;
    let first = text[..end].trim_end();
    if first.is_empty() || first.contains(' ') || level::of_word(first).is_some() {
        return None;
    }
    let mut fields = text[end + 1..].splitn(4, '|').map(str::trim);
    let mut field = fields.next()?;
    // What is last is the message.
    for next in fields.take(2) {
        let is_word = field.len() > 2 && field.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(severity) = level::of_bare(field).filter(|_| is_word) {
            return level::of_word(next).is_none().then_some(severity);
        }
        field = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_stands_between_bars() {
        let check = |text: &str, expected: Option<Severity>| {
            assert_eq!(severity(text), expected, "{text}");
        };
        check("8|INFO|load|x", Some(Severity::INFO));
        check("main | 7 | ERROR | x", Some(Severity::ERROR));
        check("web|WARNING|x", Some(Severity::WARN));
        check("a|b|ERROR", None);
        check("a|ERROR", None);
        check("a|error|x", None);
        check("a b|ERROR|x", None);
        check("INFO|ERROR|x", None);
        check("orders|CONFIG|3", None);
        check("node-1|NORMAL|ok", None);
        check("a|FAILURE|3", None);
        check("name|WARNING|CRITICAL|OK", None);
        check("a|b|c|ERROR|x", None);
    }
}
