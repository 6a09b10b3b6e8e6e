//! What the trouble that messages tell of is about: a host, a call, a limit, an exception.

use super::texture::{self, Trouble};
use crate::callers::Refusal;

/// Words behind which stands the name that was looked up, in lower case: of Go, Node.js, curl,
/// Java, libpq, glibc and CoreDNS (pkg.go.dev/net, nodejs.org/api/dns.html,
/// coredns.io/plugins/errors, read 2026-12-01).
const LOOKED_UP: [&str; 12] = [
    "lookup ",
    "eai_again ",
    "enotfound ",
    "eai_fail ",
    "resolve host: ",
    "unknownhostexception: ",
    "translate host name ",
    "failed to resolve ",
    "cannot resolve ",
    "could not resolve ",
    "plugin/errors: 2 ",
    "query: ",
];
/// Words before the name of a table of DynamoDB that throttled.
const TABLE: [&str; 1] = ["for the table "];
/// Words before the name of an API that throttled: of SDKs of AWS, and of Google Cloud.
const THROTTLED: [&str; 4] = [
    "(Service: ",
    "of service '",
    "quota metric '",
    "when calling the ",
];
/// Limits that messages tell to be used up, each with the words for it.
const LIMITS: [(&str, &str); 16] = [
    ("no space left", "disk"),
    ("disk full", "disk"),
    ("disk quota", "disk"),
    ("too many open files", "open files"),
    ("evicted", "memory or disk of the node"),
    ("heap space", "memory (heap)"),
    ("metaspace", "memory (metaspace)"),
    ("memory", "memory"),
    ("oom", "memory"),
    ("exit code 137", "memory"),
    ("signal: killed", "memory"),
    ("connection pool", "connection pool"),
    ("hikaripool", "connection pool"),
    ("queuepool", "connection pool"),
    ("thread pool", "thread pool"),
    ("worker pool", "worker pool"),
];
/// Words that tell that a pool is used up, in lower case.
const POOLED: [&str; 7] = [
    "pool exhausted",
    "pool is exhausted",
    "exhausted the pool",
    "connection is not available, request timed out",
    "queuepool limit",
    "pool limit of",
    "remaining connection slots are reserved",
];
/// What names of packages and files begin or end with, and names of hosts do not.
const PACKAGES: [&str; 9] = [
    "com.",
    "org.",
    "io.",
    "net.",
    "java.",
    "javax.",
    "sun.",
    "jdk.",
    "software.",
];
const FILES: [&str; 10] = [
    ".java", ".py", ".js", ".ts", ".go", ".rb", ".cs", ".php", ".json", ".log",
];

/// Whether a message in lower case tells of a pool that is used up. One of none in all waits for
/// the other end.
pub(crate) fn is_of_pool(lower: &str) -> bool {
    POOLED.iter().any(|words| lower.contains(words)) && !lower.contains("total=0")
}

/// What one message is about, if it tells of this kind of trouble.
pub(crate) fn of(trouble: Trouble, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    match trouble {
        Trouble::NameResolution => behind(&lower, &LOOKED_UP)
            .and_then(|rest| host_in(rest.split(' ').next().unwrap_or_default()))
            .or_else(|| host(text)),
        Trouble::Certificate => host(text).or_else(|| {
            let name = text.split_once("CN=")?.1;
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '*');
            let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
            Some(name[..end].to_owned()).filter(|name| !name.is_empty())
        }),
        Trouble::Connection => host_with_port(&lower).or_else(|| host(text)),
        Trouble::Access => Refusal::of(&lower).action.or_else(|| {
            let user = texture::refused_user(&lower)?;
            Some(format!("user {user}"))
        }),
        Trouble::Throttling => {
            let name = |words: &[&'static str]| {
                let rest = behind(text, words)?;
                let name = rest.split([',', '\'', ')', ' ']).next()?;
                (!name.is_empty()).then(|| name.to_owned())
            };
            let table = name(&TABLE).map(|name| format!("table {name}"));
            table
                .or_else(|| name(&THROTTLED))
                .or_else(|| exception(text))
        }
        Trouble::Exhaustion => {
            let limit = LIMITS.iter().find(|(words, _)| lower.contains(words));
            limit.map(|(_, limit)| (*limit).to_owned())
        }
        Trouble::Missing => quoted(text),
        Trouble::Code => exception(text),
    }
}

/// The rest of a text behind the first of some words that it has.
fn behind<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| Some(text.split_once(word)?.1))
}

/// The name of a host that a text names: of a URL, or else the first that looks like one.
fn host(text: &str) -> Option<String> {
    let of_url = text.split_once("://").map(|(_, rest)| rest);
    of_url.and_then(host_in).or_else(|| {
        let mut words = text.split(|c: char| c.is_whitespace() || "\"'`(),;[]{}<>=@".contains(c));
        words.find_map(|word| {
            let word = word.trim_end_matches(['.', ':']);
            let is_code = word.chars().any(|c| c.is_ascii_uppercase() || c == '_')
                || word.contains('/')
                || PACKAGES.iter().any(|start| word.starts_with(start))
                || FILES.iter().any(|end| word.ends_with(end));
            host_in(word).filter(|_| !is_code)
        })
    })
}

/// The name of a host at the beginning of a text: labels with dots between them, the last of
/// letters.
fn host_in(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['"', '\'', '`']);
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let end = text.find(|c| !is_of_host(c)).unwrap_or(text.len());
    let name = text[..end].trim_end_matches('.');
    let mut labels = name.rsplit('.');
    let last = labels.next().unwrap_or_default();
    let is_name = last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && name.split('.').all(|label| label.len() > 1);
    (is_name && labels.next().is_some()).then(|| name.to_ascii_lowercase())
}

/// `order-db:5432`, `10.0.0.4:6379`: the first of them that is not of who asked.
fn host_with_port(lower: &str) -> Option<String> {
    let mut start = 0;
    for word in lower.split(|c: char| c.is_whitespace() || "\"'`(),;[]{}<>=@/".contains(c)) {
        let at = start;
        start += word.len() + 1;
        let word = word.rsplit("->").next().unwrap_or(word);
        let mut parts = word.trim_end_matches([':', '.']).split(':');
        let (Some(name), Some(port), None) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let is_port = (2..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
        let is_name = name.len() > 2
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
            && (name.contains('.') || name.bytes().any(|b| b.is_ascii_alphabetic()))
            && !FILES.iter().any(|end| name.ends_with(end));
        let before = lower.get(..at).unwrap_or_default();
        if is_port && is_name && !super::scene::is_of_client(before, "") {
            return Some(format!("{name}:{port}"));
        }
    }
    None
}

/// The exception that a text names last: what led to the others.
fn exception(text: &str) -> Option<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$');
    let words = text.split(|c| !is_of_name(c));
    let mut named = words.filter_map(|word| {
        let name = word.trim_end_matches('.').rsplit(['.', '$']).next()?;
        let is_one = ["Exception", "Error"].iter().any(|end| {
            let front = name.strip_suffix(end);
            front.is_some_and(|front| front.len() > 1)
        });
        (is_one && name.starts_with(|c: char| c.is_ascii_uppercase())).then(|| name.to_owned())
    });
    named.next_back()
}

/// The first short text in quotes.
fn quoted(text: &str) -> Option<String> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    let mut parts = text.split(is_quote).skip(1).step_by(2);
    let is_name =
        |part: &&str| (2..=80).contains(&part.len()) && !part.contains(char::is_whitespace);
    parts.find(is_name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_tell_what_their_trouble_is_about() {
        let check = |trouble: Trouble, text: &str, expected: Option<&str>| {
            assert_eq!(of(trouble, text).as_deref(), expected, "{text}");
        };
        use Trouble::*;
        let names = Some("ledger.shop.example");
        let go = "Post \"https://pay.shop.example/v1\": dial tcp: lookup ledger.shop.example on \
                  10.2.0.10:53: server misbehaving";
        check(NameResolution, go, names);
        check(
            NameResolution,
            "getaddrinfo EAI_AGAIN ledger.shop.example",
            names,
        );
        check(
            NameResolution,
            "java.net.UnknownHostException: ledger.shop.example",
            names,
        );
        let core = "[ERROR] plugin/errors: 2 ledger.shop.example. A: read udp 10.2.0.10:41233->\
                    168.63.129.16:53: i/o timeout";
        check(NameResolution, core, names);
        let pkix = "c.s.orders.PaymentClient: I/O error on POST request for \
                    \"https://pay.shop.example/charge\": PKIX path validation failed";
        check(Certificate, pkix, Some("pay.shop.example"));
        check(
            Certificate,
            "certificate CN=pay.shop.example has expired",
            Some("pay.shop.example"),
        );
        check(
            Connection,
            "could not connect to order-db:5432: timed out",
            Some("order-db:5432"),
        );
        check(Connection, "at 10:00:07 upstream timed out", None);
        check(
            Connection,
            "read tcp 10.2.0.9:51234->10.1.0.4:6379: timeout",
            Some("10.1.0.4:6379"),
        );
        let lambda = "TooManyRequestsException: Rate Exceeded. (Service: Lambda, Status Code: 429)";
        check(Throttling, lambda, Some("Lambda"));
        let quota = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' \
                     of service 'maps.googleapis.com'";
        check(Throttling, quota, Some("maps.googleapis.com"));
        let table = "ProvisionedThroughputExceededException: throughput for the table orders was \
                     exceeded";
        check(Throttling, table, Some("table orders"));
        check(
            Exhaustion,
            "java.lang.OutOfMemoryError: Java heap space",
            Some("memory (heap)"),
        );
        check(
            Exhaustion,
            "write /data: no space left on device",
            Some("disk"),
        );
        check(
            Missing,
            "relation \"orders\" does not exist",
            Some("orders"),
        );
        check(
            Code,
            "failed: java.lang.NullPointerException: x",
            Some("NullPointerException"),
        );
        check(Code, "org.example.Broken.run(Broken.java:7)", None);
    }
}
