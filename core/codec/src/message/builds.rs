//! What compilers and runtimes write of errors: levels behind a place, codes behind a name.
//!
//! Sources, as of 2026-12-01, from memory and lines that users show: "MSBuild and Visual Studio
//! format for diagnostic messages" (learn.microsoft.com), the linker of Visual C++ (`LINK : fatal
//! error LNK1104:`), Kotlin (`e: file:///a.kt:1:2 message`), nodejs.org/api/errors (`error.code`),
//! Chrome (`Uncaught`), .NET Framework and Mono (`Unhandled Exception:`).

use nepho_core::severity::Severity;

use crate::bytes::find_near;
use crate::group::is_exception;

/// Bytes of the place of an error.
const PLACE: usize = 200;

/// Severity of a text without a level among its first words.
pub(super) fn severity(text: &str) -> Option<Severity> {
    match is_death(text) || is_trace(text) {
        true => Some(Severity::ERROR),
        false => told(text),
    }
}

/// Whether a text without a level is what Python, Java, .NET, Rust or a server in Go write of an
/// error that nothing of the program caught, or an error of Oracle.
fn is_death(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'T') => text.starts_with("Traceback (most recent call last)"),
        Some(b'E') => text.starts_with("Exception in thread \""),
        Some(b'U') => text.starts_with("Unhandled exception. "),
        Some(b't') => text.starts_with("thread '") && text.contains("' panicked at "),
        // Go's server catches it and goes on (net/http/server.go, as of 2026-11-29).
        Some(b'h') => text.starts_with("http: panic serving "),
        // `java.lang.OutOfMemoryError: Java heap space`, with the package before the name.
        Some(b'a'..=b'z') => {
            let name = text.split([':', '\n']).next().unwrap_or_default();
            name.contains('.') && name.len() < text.len() && is_exception(text.as_bytes())
        }
        // What Oracle writes into its alert log: `ORA-00060: Deadlock detected`.
        Some(b'O') => {
            let code = text.strip_prefix("ORA-").and_then(|rest| rest.get(..6));
            code.and_then(|code| code.strip_suffix(':'))
                .is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
        }
        _ => false,
    }
}

/// Whether a text without a level has the stack trace of an exception.
fn is_trace(text: &str) -> bool {
    let Some(end) = memchr::memchr(b'\n', text.as_bytes()) else {
        return false;
    };
    let below = &text[end + 1..];
    let is_java = || {
        let call = below.trim_start_matches([' ', '\t']);
        call.len() < below.len() && call.starts_with("at ") && is_exception(text.as_bytes())
    };
    // The version is what Node.js writes last.
    is_java()
        || text.contains("\nTraceback (most recent call last)")
        || text.contains("\nNode.js v") && text.contains("\n    at ")
        || is_ruby(text[..end].trim_end())
}

/// Whether a line is what Ruby writes of an error that nothing caught, above its trace:
/// `/app/a.rb:3:in 'f': no stock (RuntimeError)`.
fn is_ruby(line: &str) -> bool {
    (line.ends_with("Error)") || line.ends_with("Exception)")) && line.contains(".rb:")
}

/// Severity that a place, a code or the name of an error tells.
fn told(text: &str) -> Option<Severity> {
    match text.as_bytes() {
        [b'U', b'n', b'c' | b'h', ..] => {
            let name = text.strip_prefix("Uncaught ").unwrap_or_default();
            let is_one = is_exception(name.as_bytes()) || text.starts_with("Unhandled Exception: ");
            is_one.then_some(Severity::ERROR)
        }
        [b'L', b'I', b'N', b'K', b' ', b':', b' ', ..] => coded(text.get(7..)?),
        [
            b'e' | b'w',
            b':',
            b' ',
            b'f',
            b'i',
            b'l',
            b'e',
            b':',
            b'/',
            ..,
        ] => Some(match text.starts_with('e') {
            true => Severity::ERROR,
            false => Severity::WARN,
        }),
        [b'*', b'*', b'*', b' ', b'T', ..] => {
            let is_one = text.starts_with("*** Terminating app due to uncaught exception ");
            is_one.then_some(Severity::ERROR)
        }
        [b'A'..=b'Z', ..] if is_coded_error(text) => Some(Severity::ERROR),
        _ => behind_place(text),
    }
}

/// `AssertionError [ERR_ASSERTION]: message`: the name of an error of Node.js and its code.
fn is_coded_error(text: &str) -> bool {
    let head = text.as_bytes().get(..60).unwrap_or(text.as_bytes());
    let Some(open) = find_near(head, b'[').filter(|open| head[..*open].ends_with(b"Error ")) else {
        return false;
    };
    let (name, rest) = (&head[..open - 1], text.get(open + 1..).unwrap_or_default());
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let code = rest.bytes().take_while(|byte| is_code(*byte)).count();
    code > 3 && rest[code..].starts_with("]: ") && name.iter().all(u8::is_ascii_alphanumeric)
}

/// `C:\a.cs(12,3): error CS1002: message`, `a.c(12) : warning C4996: message`.
fn behind_place(text: &str) -> Option<Severity> {
    let bytes = text.as_bytes();
    let head = bytes.get(..PLACE).unwrap_or(bytes);
    let open = find_near(head, b'(')?;
    let digits = |at: usize| {
        let rest = head.get(at..).unwrap_or_default();
        at + rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || **byte == b',')
            .count()
    };
    let end = digits(open + 1);
    let is_place = open > 1 && end > open + 1 && !matches!(head.get(open - 1)?, b' ');
    let rest = text.get(end..).filter(|_| is_place)?.strip_prefix(')')?;
    coded(
        rest.strip_prefix(": ")
            .or_else(|| rest.strip_prefix(" : "))?,
    )
}

/// Severity of `error CS1002: message`.
fn coded(text: &str) -> Option<Severity> {
    let text = text.strip_prefix("fatal ").unwrap_or(text);
    let (word, rest) = text.split_once(' ')?;
    let severity = match word {
        "error" => Severity::ERROR,
        "warning" => Severity::WARN,
        _ => return None,
    };
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let behind = rest.get(letters..)?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let is_code = letters > 0 && digits > 0 && behind.get(digits..)?.starts_with(':');
    is_code.then_some(severity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_builds_and_runtimes_are_told_by_their_places_and_codes() {
        let check = |text: &str, expected| assert_eq!(severity(text), expected, "{text}");
        let error = Some(Severity::ERROR);
        check("C:\\y.cs(12,3): error CS1002: ; expected", error);
        check("x.c(12): error C2065: 'x'", error);
        check("a.c(12) : warning C4996: old", Some(Severity::WARN));
        check("LINK : fatal error LNK1104: no file", error);
        check("e: file:///app/a.kt:1:2 no", error);
        check("AssertionError [ERR_ASSERTION]: no", error);
        check("*** Terminating app due to uncaught exception 'A'", error);
        check("*** Terminated", None);
        check("Uncaught TypeError: x", error);
        check("Unhandled Exception: System.Exception: x", error);
        for text in [
            "Uncaught in the rain",
            "Unhandled orders: 3",
            "LINK : to the page",
            "e: files are gone",
            "Error [12]: x",
            "Errors [ERR_A]: x",
            "f(12): errors CS1: x",
            "cart (12): error 7: x",
            "main(12) error C1: x",
            "f(a): error C1: x",
        ] {
            check(text, None);
        }
    }
}
