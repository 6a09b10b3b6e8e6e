//! Fields that bars part before a message: `8|INFO|load|message`, as formatters of Python and .NET
//! are set up.

use nepho_core::severity::Severity;

use super::level;

/// Bytes of the first field.
const FIRST_BYTES: usize = 40;

/// The level among the first fields, with another field before it and the message behind it.
pub(super) fn severity(text: &str) -> Option<Severity> {
    let end = text
        .bytes()
        .take(FIRST_BYTES)
        .position(|byte| byte == b'|')?;
    let first = text[..end].trim_end();
    if first.is_empty() || first.contains(' ') || level::of_word(first).is_some() {
        return None;
    }
    let behind = text.matches('|').take(3).count();
    let fields = text.split('|').skip(1).take(2).map(str::trim);
    // What is last is the message.
    fields.take(behind - 1).find_map(|field| {
        let is_word = field.len() > 2 && field.bytes().all(|byte| byte.is_ascii_uppercase());
        is_word.then(|| level::of_word(field))?
    })
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
    }
}
