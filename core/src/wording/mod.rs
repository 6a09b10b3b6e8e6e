//! Whether a message tells of a failure, for rows that tell it in no other way.

mod table;
mod taken_back;
mod words;

use table::{Kind, TABLE};
use taken_back::{Found, is_told_class};
use words::Words;

/// Lines of a message that are looked at for a stack trace.
const LINES: usize = 8;

/// Whether a message tells of a failure by the words of `failures.txt`, of its first 4 KiB.
pub fn tells_failure(message: &str) -> bool {
    if is_statement(message) {
        return false;
    }
    let words = Words::of(message);
    let mut at = 0;
    while at < words.len() {
        if is_told_class(&words, at) {
            return true;
        }
        let found = TABLE.failures.find(&words, at);
        let found = found.map(|(kind, length)| Found {
            kind,
            at,
            end: at + length,
        });
        match found.filter(|found| found.is_told(&words)) {
            Some(found) if found.holds(&words) => return true,
            // What was taken back as a whole is not found again by its tail.
            Some(found) => at = found.end,
            None => at += 1,
        }
    }
    false
}

/// Whether a message is a stack trace: what a program writes of an error that nobody expected.
///
/// A dump of all threads is none, it is asked for.
pub fn is_stack_trace(message: &str) -> bool {
    if !message.contains('\n') {
        return false;
    }
    // `    at shop.Cart.add(Cart.java:41)` of Java, .NET and JavaScript.
    let is_frame = |line: &str| {
        line.starts_with([' ', '\t']) && line.trim_start().starts_with("at ") && line.contains('.')
    };
    // `goroutine 1 [running]:` of Go.
    let is_routine = |line: &str| line.starts_with("goroutine ") && line.ends_with("]:");
    let mut has_error = false;
    let mut has_crash = false;
    for line in message.lines().take(LINES) {
        if has_error && is_frame(line) || has_crash && is_routine(line) {
            return true;
        }
        let words = Words::of(line);
        for at in 0..words.len() {
            has_error |= words.is_class(at);
            match TABLE.failures.find(&words, at) {
                Some((Kind::Trace, _)) => return true,
                Some((Kind::Crash | Kind::Told, _)) => has_crash = true,
                _ => {}
            }
        }
    }
    false
}

/// Whether a message is a statement of SQL, whose words are those of its data.
fn is_statement(message: &str) -> bool {
    let verbs = [
        ("SELECT ", " FROM "),
        ("UPDATE ", " SET "),
        ("INSERT INTO ", " "),
        ("REPLACE INTO ", " "),
        ("DELETE FROM ", " "),
        ("CREATE TABLE ", " "),
        ("ALTER TABLE ", " "),
    ];
    let message = message.trim_start();
    let rest = |verb: &str| message.strip_prefix(verb);
    let mut verbs = verbs.iter();
    verbs.any(|(verb, then)| rest(verb).is_some_and(|rest| rest.contains(then)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_of_failures() {
        for message in [
            "could not connect to order-db:5432: timed out",
            "dial tcp 10.0.3.7:5432: connect: connection refused",
            "Connection_Refused by peer",
            "Can't reach database server",
            "503 from checkout: POST /api/orders",
            "upstream answered 502",
            "panic: runtime error: index out of range [3] with length 3",
            "Traceback (most recent call last):",
            "container checkout OOMKilled, exit code 137",
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
            "giving up: java.net.ConnectException: no answer",
            "checkout.service: Main process exited, code=exited, status=1/FAILURE",
            "process exited: exit code -1",
            "worker killed by signal 9",
            "timeout of 30000ms exceeded",
        ] {
            assert!(tells_failure(message), "{message}");
        }
    }

    #[test]
    fn messages_that_only_speak_of_failures_tell_none() {
        for message in [
            "order placed",
            "retry after connection refused succeeded",
            "reconnected after connection lost",
            "handler for NotFoundException registered",
            "non-fatal error ignored",
            "no connection timed out",
            "retry if connection timed out",
            "status changed from failed to running",
            "failed.rs compiled, src/errors/failed compiled",
            "GET /help/connection-refused",
            "panic_threshold=50",
            "Don't panic.",
            "cache key user:12 does not exist, loading",
            "user not connected yet, waiting",
            "cannot find user 12 in cache, loading from db",
            "acl cannot be empty",
            "SELECT id FROM jobs WHERE state = 'failed' LIMIT 10",
            "UPDATE jobs SET state = 'failed' WHERE id = 3",
            "dnsmasq reply failed.example.com is NXDOMAIN",
            "validation error in epoch 3",
            "",
        ] {
            assert!(!tells_failure(message), "{message}");
        }
    }

    #[test]
    fn a_value_takes_a_phrase_back_and_other_words_do_not() {
        let check = |message: &str, expected: bool| {
            assert_eq!(tells_failure(message), expected, "{message}");
        };
        check("error: null", false);
        check("checked: failed=0 timeout=30s", false);
        check("failed jobs: 0", false);
        check("failed_count=0 ok_count=12", false);
        check("{\"failed\":0,\"done\":3}", false);
        check("timed out: none", false);
        check("LastError: none", false);
        check("MeanAbsoluteError: 0.12", false);
        check("request timed out: no response from db", true);
        check("login failed: no such user", true);
        check("checkout failed: null pointer", true);
        check("failed jobs: 3", true);
        check("HttpError: 503", true);
        check("NullPointerException: null", true);
        check("Error: oops", true);
        check("Uncaught Error: oops", true);
    }

    #[test]
    fn a_count_of_none_takes_a_phrase_back_and_a_number_of_a_name_does_not() {
        let check = |message: &str, expected: bool| {
            assert_eq!(tells_failure(message), expected, "{message}");
        };
        check("0 failed, 12 passed", false);
        check("no failed jobs", false);
        check("no jobs failed", false);
        check("nothing failed", false);
        check("0 of 12 failed", false);
        check("0 rows failed, 500 written", false);
        check("0 requests timed out", false);
        check("redis-0: connection refused", true);
        check("attempt 0: failed to connect", true);
        check("worker 0 panic: index out of range", true);
        check("[shard-0] timed out", true);
        check("10 of 12 failed", true);
    }

    #[test]
    fn what_works_again_is_told_behind_the_failure() {
        let check = |message: &str, expected: bool| {
            assert_eq!(tells_failure(message), expected, "{message}");
        };
        check("connection lost, reconnected to db", false);
        check("could not reach db, retried successfully", false);
        check("batch done: 0 succeeded, 12 failed", true);
        check("12 failed, 0 succeeded", true);
        check("customer created successfully, but charge failed", true);
        check("db recovered after failover; order 7 failed to save", true);
        check(
            "operation did not complete successfully: connection refused",
            true,
        );
        check("failed to complete successfully", true);
        check("[Recovery] 2024/05/01 - 10:00:00 panic recovered:", true);
    }

    #[test]
    fn a_status_is_no_count_and_a_setting_no_timeout() {
        let check = |message: &str, expected: bool| {
            assert_eq!(tells_failure(message), expected, "{message}");
        };
        for healthy in [
            "returned 500 rows in 12 ms",
            "got 512 bytes from cache",
            "answered 503 queries",
            "answered 200 in 503 ms",
            "response: 503 bytes",
            "fetched 500 from orders-topic",
            "zip code 501 accepted",
            "read 500 rows from orders",
            "loaded config: request_timeout=30s",
            "request.timeout.ms = 30000",
            "connecting with a timeout of 5000 ms",
            "session will timeout after 30 minutes",
            "process exited with code 0",
            "web-1 exited with code 143",
            "exit status 130",
            "terminated by signal 15",
        ] {
            check(healthy, false);
        }
        check("payments returned 500", true);
        check("got 502 from checkout", true);
        check("responded with 503 (Service Unavailable)", true);
        check("response code 503", true);
    }

    #[test]
    fn a_stack_trace_is_known_by_its_frames() {
        let check = |message: &str, expected: bool| {
            assert_eq!(is_stack_trace(message), expected, "{message}");
        };
        check(
            "order lost\nshop.CartException: gone\n\tat shop.Cart.add(Cart.java:41)",
            true,
        );
        check("Error: gone\n    at add (/app/cart.js:41:7)", true);
        check("panic: gone\n\ngoroutine 1 [running]:\nmain.main()", true);
        check(
            "Traceback (most recent call last):\n  File \"a.py\", line 3",
            true,
        );
        check(
            "order lost\nTraceback (most recent call last):\n  File \"a.py\"",
            true,
        );
        check(
            "Full thread dump OpenJDK:\n\"main\" #1\n\tat shop.Cart.add(Cart.java:41)",
            false,
        );
        check("menu:\n  at noon soup.", false);
        check("connection refused\nnext line", false);
        check("at shop.Cart.add(Cart.java:41)", false);
    }
}
