//! What kind of trouble the messages of a failing service tell of.

/// Kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Trouble {
    /// The other end is not reached or does not answer in time.
    Connection,
    /// The caller may not do it.
    Access,
    /// Too much is asked for.
    Throttling,
    /// A name is not found.
    NameResolution,
    /// Memory, disk or another limit is used up.
    Exhaustion,
    /// A certificate or handshake is refused.
    Certificate,
    /// A thing that should be there is not.
    Missing,
    /// The program itself breaks.
    Code,
}

impl Trouble {
    /// The words for it in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Connection => "a lost connection",
            Self::Access => "refused access",
            Self::Throttling => "throttling",
            Self::NameResolution => "failed name resolution",
            Self::Exhaustion => "an exhausted limit",
            Self::Certificate => "a refused certificate",
            Self::Missing => "a missing thing",
            Self::Code => "an error in the program",
        }
    }
}

/// Words that tell of a kind of trouble, in lower case. The more telling kinds come first: a
/// message is of the first kind that it has a word of.
const WORDS: [(Trouble, &[&str]); 8] = [
    (
        Trouble::NameResolution,
        &[
            "name resolution",
            "nxdomain",
            "getaddrinfo",
            "no such host",
            "could not resolve",
            // What Go says of a name server that does not answer.
            "dial tcp: lookup ",
            "dial udp: lookup ",
            "cannot resolve",
            // `ResourceNotFoundException` of AWS holds the word as well.
            " enotfound",
            "'enotfound",
            "\"enotfound",
            "servfail",
            // CoreDNS, of a name that no upstream server answers for: coredns.io/plugins/errors.
            "plugin/errors: ",
            "unknown host",
            "unknownhost",
            "name or service not known",
            "could not translate host name",
            "dns",
        ],
    ),
    (
        Trouble::Certificate,
        &[
            "certificate",
            "x509",
            "tls handshake",
            "ssl handshake",
            "sslhandshake",
            "handshake failure",
            "tls:",
            "sslerror",
        ],
    ),
    (
        Trouble::Access,
        &[
            "access denied",
            "accessdenied",
            "forbidden",
            "unauthorized",
            "not authorized",
            "permission denied",
            "permission_denied",
            "authorizationfailed",
            "authentication failed",
            "failed to authenticate the request",
            "unauthenticated",
            "invalid credentials",
            "does not have permission",
            // cloud.google.com/iam/docs/permission-error-messages (read 2026-11-29)
            "' denied on resource",
            "' denied for resource",
            "access to the google cloud storage",
            "not permitted",
            // learn.microsoft.com/azure/azure-sql/database/firewall-configure,
            // learn.microsoft.com/azure/postgresql/flexible-server/how-to-troubleshoot-common-connection-issues,
            // dev.mysql.com/doc/refman/8.4/en/problems-connecting.html and
            // learn.microsoft.com/azure/cosmos-db/how-to-configure-firewall (read 2026-12-01)
            "is not allowed to access the server",
            "no pg_hba.conf entry for host",
            "is not allowed to connect to this",
            "blocked by your cosmos db account firewall",
            "disallowed by policy",
            "expiredtoken",
            "unrecognizedclient",
        ],
    ),
    (
        Trouble::Throttling,
        &[
            "throttl",
            "rate exceeded",
            "too many requests",
            "resource_exhausted",
            "quota",
            "limit exceeded",
            "limitexceeded",
            "provisionedthroughput",
            "too many connections",
            "rate limit",
            "slowdown",
            "toomanyrequests",
            // What clients of Google say in Go and Python. TensorFlow has an error of this name for
            // memory: grpc.io/docs/guides/status-codes.
            "code = resourceexhausted",
            "exceptions.resourceexhausted",
            "ratelimiterror",
            // learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes and
            // .../azure/cosmos-db/nosql/troubleshoot-request-rate-too-large
            "serverbusy",
            "request rate is large",
            // docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
            "reduce your request rate",
        ],
    ),
    (
        Trouble::Exhaustion,
        &[
            "out of memory",
            "outofmemory",
            "oomkilled",
            "oom-kill",
            "oom ",
            "heap space",
            "memory limit",
            "no space left",
            "disk full",
            "too many open files",
            "exit code 137",
            "evicted",
            "runtime exited with error: signal: killed",
        ],
    ),
    (
        Trouble::Connection,
        &[
            "timed out",
            "timeout",
            "time out",
            "connection refused",
            "unreachable",
            "could not connect",
            "cannot connect",
            "failed to connect",
            "unable to connect",
            "no route to host",
            "connection reset",
            "reset by peer",
            "econnrefused",
            "etimedout",
            "econnreset",
            "ehostunreach",
            "deadline exceeded",
            "deadline_exceeded",
            "lost connection",
            "connection closed",
            "broken pipe",
            "no healthy upstream",
            "connection failed",
            "can't connect",
            "connection error",
            "server has gone away",
            "connection pool",
        ],
    ),
    (
        Trouble::Missing,
        &[
            "nosuchbucket",
            "nosuchkey",
            "nosuchentity",
            "resourcenotfound",
            "does not exist",
            "no such table",
            "unknown table",
            "not found",
            "notfound",
            "relation \"",
            "queuedoesnotexist",
            "missing",
            // Keys and secrets that are there still, and not to be used.
            "disabledexception",
            "marked for deletion",
            "scheduled for deletion",
            "pending deletion",
            "is in disabled state",
            "is in destroyed state",
            "current state is: disabled",
            "current state is: destroyed",
        ],
    ),
    (
        Trouble::Code,
        &[
            "nullpointer",
            "null pointer",
            "undefined",
            "traceback",
            "panic",
            "syntax",
            "importerror",
            "import error",
            "cannot import",
            "modulenotfound",
            // What runtimes say of a package that was not shipped.
            "importmoduleerror",
            "no module named",
            "cannot find module",
            "keyerror",
            "typeerror",
            "valueerror",
            "attributeerror",
            "assertion",
            "segmentation fault",
            "index out of",
            "invalid configuration",
            "unhandled exception",
            "crashloop",
            "exit code 1",
        ],
    ),
];

/// Whom a database did not let in, as a message in lower case tells it.
///
/// dev.mysql.com/doc/refman/8.4/en/error-access-denied.html,
/// postgresql.org/docs/current/client-authentication-problems.html and
/// learn.microsoft.com/sql/relational-databases/errors-events (MSSQLSERVER_18456; read 2026-11-29).
pub(crate) fn refused_user(lower: &str) -> Option<&str> {
    let words = [
        "access denied for user",
        "password authentication failed for user",
        "login failed for user",
    ];
    let rest = words
        .iter()
        .find_map(|word| Some(lower.split_once(word)?.1));
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    rest?.split(|c| !is_letter(c)).find(|word| !word.is_empty())
}

/// Status of HTTP for too much that was asked for: RFC 6585, section 4.
const TOO_MANY: i32 = 429;
/// Words before a status that a message tells, in lower case.
const STATUS_WORDS: [&str; 6] = ["answered", "code", "error", "http", "status", "1.1"];

/// Kind of trouble of one message, given in lower case.
pub(crate) fn of_message(lower: &str) -> Option<Trouble> {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let told = WORDS.iter().find(|(_, words)| has(words));
    let told = told.map(|(trouble, _)| *trouble);
    told.or_else(|| tells_too_many(lower).then_some(Trouble::Throttling))
}

/// Kind of trouble of a failing row with this status, whose message is given in lower case.
pub(crate) fn of_row(lower: &str, status: Option<i32>) -> Option<Trouble> {
    let by_status = || (status == Some(TOO_MANY)).then_some(Trouble::Throttling);
    of_message(lower).or_else(by_status)
}

/// Whether a message tells of a status of too many requests: `unexpected status 429`.
fn tells_too_many(lower: &str) -> bool {
    let mut places = lower.match_indices("429");
    places.any(|(at, told)| {
        let (front, rest) = (lower.get(..at), lower.get(at + told.len()..));
        let is_whole = rest.is_some_and(|rest| {
            let mut after = rest.chars();
            let next = after.next();
            let is_decimal = next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
            !is_decimal && next.is_none_or(|c| !c.is_alphanumeric())
        });
        let front = front.unwrap_or_default();
        let word = front.trim_end_matches([' ', ':', '=', '(', '"', '\'']);
        is_whole
            && word.len() < front.len()
            && STATUS_WORDS.iter().any(|before| word.ends_with(before))
    })
}

/// Kinds of trouble, each with its share of all, the most frequent first.
pub(crate) fn shares(troubles: impl Iterator<Item = Trouble>) -> Vec<(Trouble, f64)> {
    let mut counts: Vec<(Trouble, usize)> = Vec::new();
    let mut total = 0_usize;
    for trouble in troubles {
        total += 1;
        match counts.iter_mut().find(|(held, _)| *held == trouble) {
            Some((_, count)) => *count += 1,
            None => counts.push((trouble, 1)),
        }
    }
    counts.sort_by_key(|(trouble, count)| (std::cmp::Reverse(*count), *trouble));
    counts
        .into_iter()
        .map(|(trouble, count)| (trouble, count as f64 / total as f64))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_tell_whom_they_did_not_let_in() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(refused_user(text), expected);
        check(
            "fatal: password authentication failed for user \"app\" (sqlstate 28p01)",
            Some("app"),
        );
        check(
            "login failed for user 'shop-app'. reason: x",
            Some("shop-app"),
        );
        check(
            "error 1045 (28000): access denied for user 'app'@'10.0.0.5' (using password: yes)",
            Some("app"),
        );
        check("accessdenied: user: x is not authorized", None);
    }

    #[test]
    fn a_status_tells_where_no_word_does() {
        let check = |text: &str, status: i32, expected: Option<Trouble>| {
            assert_eq!(of_row(text, Some(status)), expected, "{text} {status}");
        };
        check("request finished", 429, Some(Trouble::Throttling));
        check("request finished", 500, None);
        check("certificate has expired", 429, Some(Trouble::Certificate));
    }

    #[test]
    fn messages_tell_their_trouble() {
        let check = |message: &str, expected: Option<Trouble>| {
            assert_eq!(of_message(message), expected, "{message}")
        };
        check(
            "could not connect to order-db:5432: timed out",
            Some(Trouble::Connection),
        );
        check(
            "dial tcp: lookup db.internal: no such host",
            Some(Trouble::NameResolution),
        );
        check(
            "dial tcp: lookup payments.pay.svc.cluster.local: i/o timeout",
            Some(Trouble::NameResolution),
        );
        check(
            "accessdenied: user is not authorized to perform s3:getobject",
            Some(Trouble::Access),
        );
        check(
            "java.lang.outofmemoryerror: java heap space",
            Some(Trouble::Exhaustion),
        );
        check(
            "cannot open server 'shop' requested by the login. client with ip address '1.2.3.4' is \
             not allowed to access the server.",
            Some(Trouble::Access),
        );
        check(
            "permission 'storage.objects.get' denied on resource (or it may not exist).",
            Some(Trouble::Access),
        );
        check("x509: certificate has expired", Some(Trouble::Certificate));
        check(
            "disabledexception: arn:aws:kms:eu-west-1:111122223333:key/0a1b is disabled.",
            Some(Trouble::Missing),
        );
        check(
            "resourcenotfoundexception: secrets manager can't find the specified secret.",
            Some(Trouble::Missing),
        );
        check("querya enotfound db", Some(Trouble::NameResolution));
        check("503 from checkout", None);
        let throttled = [
            "rpc error: code = resourceexhausted desc = too busy",
            "google.api_core.exceptions.resourceexhausted: 429 x",
            "unexpected status 429",
            "request failed with status code: 429",
            "http/1.1 429",
            "(429) rate exceeded",
            "serverbusyexception: the request was terminated",
        ];
        for message in throttled {
            check(message, Some(Trouble::Throttling));
        }
        for message in [
            "order 429 was lost",
            "error 4290: lost",
            "status=429ms",
            "http 429.7 kb sent",
            "took 429 ms",
            "batch with 429 records was lost",
            "the query returned 429 rows",
        ] {
            check(message, None);
        }
        check(
            "resourceexhaustederror: oom when allocating tensor",
            Some(Trouble::Exhaustion),
        );
        check(
            "runtime.importmoduleerror: unable to import module 'app': no module named 'jinja2'",
            Some(Trouble::Code),
        );
    }
}
