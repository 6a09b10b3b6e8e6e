//! What a stack trace says led to it, which stands far below its first line.

use nepho_core::secret;

/// What a line of Java begins with that tells what led to the exception before it, in the words of
/// `Throwable.printStackTrace`
/// (docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Throwable.html, read
/// 2026-12-01).
const CAUSED: &str = "Caused by: ";
/// What .NET puts before the inner exception
/// (learn.microsoft.com/dotnet/api/system.exception.tostring, read 2026-12-01).
const INNER: &str = "---> ";
/// What a trace of Python begins with, whose last line tells the exception
/// (docs.python.org/3/library/traceback.html, read 2026-12-01).
const TRACEBACK: &str = "Traceback (most recent call last)";
/// Bytes of a message that are looked through.
const LOOKED: usize = 16 * 1024;
/// Characters that are kept.
const KEPT: usize = 200;

/// The line of a message that tells what led to it, of several the last, with secrets masked.
pub(crate) fn of(message: &str) -> Option<String> {
    let message = message.get(..message.floor_char_boundary(LOOKED))?;
    let line = |(at, words): (usize, &str)| {
        let rest = message.get(at + words.len()..)?;
        rest.lines().next()
    };
    let caused = message.rmatch_indices(CAUSED).next();
    let caused = caused.or_else(|| message.rmatch_indices(INNER).next());
    let found = caused.and_then(line).or_else(|| {
        let (_, trace) = message.rsplit_once(TRACEBACK)?;
        let lines = trace.lines().skip(1);
        // Lines of the trace are indented.
        let mut said = lines.filter(|line| !line.starts_with([' ', '\t']) && !line.is_empty());
        said.next()
    })?;
    let found = found.trim();
    (!found.is_empty()).then(|| secret::quoted(found, KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cause_of_a_trace_is_told() {
        let check = |message: &str, expected: Option<&str>| {
            assert_eq!(of(message).as_deref(), expected, "{message}");
        };
        check(
            "charge failed\njavax.net.ssl.SSLHandshakeException: PKIX\n\tat a.B(C.java:1)\n\
             Caused by: java.lang.X: one\n\t... 3 more\nCaused by: java.lang.Y: two\n\tat d.E",
            Some("java.lang.Y: two"),
        );
        check(
            "System.Exception: outer\n ---> System.TimeoutException: inner\n   at A.B()",
            Some("System.TimeoutException: inner"),
        );
        check(
            "failed\nTraceback (most recent call last):\n  File \"a.py\", line 1\n    x()\n\
             ValueError: bad\n",
            Some("ValueError: bad"),
        );
        check("order failed: no stock", None);
        check("Caused by: ", None);
    }
}
