//! Finds the words of a message that may be peers.

use super::context::{self, Before};
use super::words::{self, Word};
use super::{Candidate, Strength};
use crate::hosts;
use nepho_core::key::{self, Arn};

/// Ports from here on are given to clients, not to services.
///
/// RFC 6335 gives 49152; Linux begins at 32768 (`net.ipv4.ip_local_port_range`).
const CLIENT_PORTS: u16 = 32768;
/// Where Google Cloud puts the sockets of Cloud SQL.
///
/// cloud.google.com/sql/docs/postgres/connect-run, read 2026-11-29.
const SOCKETS: &str = "/cloudsql/";
/// Name servers are asked on the way to every peer; they are not the peer.
const NAME_SERVICE: u16 = 53;

/// Gives every word of `text` that may be a peer to `found`.
pub(crate) fn scan<'a>(text: &'a str, found: &mut dyn FnMut(Candidate<'a>)) {
    let mut words: Vec<Word<'a>> = Vec::with_capacity(32);
    words::cut(text, &mut words);
    let tells_ends = tells_both_ends(&words);
    for position in 0..words.len() {
        if let Some(candidate) = of_google(&words, position) {
            found(candidate);
        }
        if let Some(candidate) = candidate(&words, position, tells_ends) {
            found(candidate);
        }
    }
}

/// Whether the message tells client and server by key, as the error log of nginx does: its server
/// and host are then the writer itself.
///
/// nginx.org/en/docs/ngx_core_module.html#error_log, read 2026-11-21.
fn tells_both_ends(words: &[Word<'_>]) -> bool {
    let has = |key: &str| words.iter().any(|word| word.is_key && word.text == key);
    has("client") && has("server")
}

fn candidate<'a>(words: &[Word<'a>], position: usize, tells_ends: bool) -> Option<Candidate<'a>> {
    let word = words.get(position)?;
    let before = context::before(words, position);
    if before == Before::Aside {
        return None;
    }
    if tells_ends && before == Before::Value {
        let key = position.checked_sub(1).and_then(|at| words.get(at))?;
        if key.text == "server" || key.text == "host" {
            return None;
        }
    }
    if word.text.starts_with("arn:") {
        return arn(word.text);
    }
    if word.text.contains(SOCKETS) {
        return None;
    }
    if let Some((scheme, rest)) = word.text.split_once("://") {
        if let Some(queue) = queue(word.text) {
            return Some(queue);
        }
        return url(words, position, scheme, rest, before);
    }
    // `outbound|8080||cart.shop.svc.cluster.local` is how Envoy names a cluster in Istio.
    if let Some(rest) = word.text.strip_prefix("outbound|") {
        let port = rest.split('|').next().and_then(|port| port.parse().ok());
        let host = rest
            .rsplit('|')
            .next()
            .filter(|host| hosts::is_host_name(host))?;
        return Some(Candidate {
            word: host,
            port,
            strength: Strength::Called,
            is_caller: false,
        });
    }
    plain(words, position, before)
}

/// The resource that an ARN names, a peer if it is known: `not authorized to perform: s3:GetObject
/// on resource: arn:aws:s3:::images/1.jpg` is told of the bucket. Who was not authorized is no
/// peer.
fn arn(text: &str) -> Option<Candidate<'_>> {
    let parts = Arn::parse(text)?;
    // Objects and indexes are told apart from their bucket and table by slashes.
    let depth = match parts.service {
        "iam" | "sts" => return None,
        "s3" => 1,
        "dynamodb" => 2,
        _ => usize::MAX,
    };
    let inner = parts
        .resource
        .match_indices('/')
        .nth(depth.saturating_sub(1));
    let surplus = inner.map_or(0, |(at, _)| parts.resource.len() - at);
    Some(Candidate {
        word: text.get(..text.len() - surplus)?,
        port: None,
        strength: Strength::Named,
        is_caller: false,
    })
}

/// The queue that a URL is of, a peer if it is known: all queues of a region have one host.
fn queue(text: &str) -> Option<Candidate<'_>> {
    let url = text.get(text.find("https://")?..)?;
    let canonical = key::canonical(url);
    (Arn::parse(&canonical)?.service == "sqs").then_some(Candidate {
        word: url,
        port: None,
        strength: Strength::Named,
        is_caller: false,
    })
}

/// The resource of Google Cloud that a URL of its API or the socket of an instance of Cloud SQL
/// names, a peer if it is known: `https://storage.googleapis.com/storage/v1/b/media/o/x`,
/// `/cloudsql/shop:europe-west1:orders/.s.PGSQL.5432`.
fn of_google<'a>(words: &[Word<'a>], position: usize) -> Option<Candidate<'a>> {
    let text = words.get(position)?.text;
    let name = match text.split_once(SOCKETS) {
        Some((_, rest)) => rest.split('/').next()?,
        None => text.get(text.find("https://")?..)?,
    };
    let is_aside = context::before(words, position) == Before::Aside;
    let is_of_google = || key::canonical(name).starts_with("//");
    (!is_aside && is_of_google()).then_some(Candidate {
        word: name,
        port: None,
        strength: Strength::Named,
        is_caller: false,
    })
}

/// The host of a URL: `http://host:port/path`, `jdbc:postgresql://host/db`,
/// `amqp://user:password@host`.
fn url<'a>(
    words: &[Word<'a>],
    position: usize,
    scheme: &str,
    rest: &'a str,
    before: Before,
) -> Option<Candidate<'a>> {
    let scheme = scheme
        .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '.' && c != '-')
        .next()?;
    if scheme.eq_ignore_ascii_case("file") || scheme.is_empty() {
        return None;
    }
    // `dns:///host:port` is how gRPC names a target.
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let (word, port) = hosts::split_port(host);
    if !hosts::is_host_name(word) && !is_address(word) {
        return None;
    }
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_called = !is_web
        || port.is_some()
        || matches!(before, Before::Callee | Before::Answers | Before::Value)
        || context::is_called_url(words, position);
    let strength = if is_called {
        Strength::Called
    } else {
        Strength::Mentioned
    };
    Some(Candidate {
        word,
        port,
        strength,
        is_caller: before == Before::Caller,
    })
}

fn plain<'a>(words: &[Word<'a>], position: usize, before: Before) -> Option<Candidate<'a>> {
    let text = words.get(position)?.text;
    // `order-db/10.0.1.5:5432` is how Java names an address; `db.example.com:5432/orders` has a
    // database behind it.
    let text = text.strip_prefix('/').unwrap_or(text);
    let (text, behind) = text.split_once('/').unwrap_or((text, ""));
    let (word, port) = hosts::split_port(text);
    let port = port.or_else(|| hosts::split_port(behind).1).or_else(|| {
        let port = port_behind(words, position, before)?;
        (!is_word_before_port(words, position, before)).then_some(port)
    });
    let is_address = is_address(word);
    if !is_address && !hosts::is_host_name(word) || port == Some(NAME_SERVICE) {
        return None;
    }
    let is_called = matches!(before, Before::Callee | Before::Answers | Before::Value);
    let is_caller = before == Before::Caller;
    let strength = match port {
        Some(port)
            if port >= CLIENT_PORTS && !matches!(before, Before::Callee | Before::Answers) =>
        {
            let strength = Strength::Named;
            return is_caller.then_some(Candidate {
                word,
                port: None,
                strength,
                is_caller,
            });
        }
        Some(_) if is_called => Strength::Called,
        // `status:443` is no host; `order-db:5432` is one even without a verb.
        Some(port) if hosts::is_service_port(port) && !hosts::is_bare(word) => Strength::Called,
        Some(_) => Strength::Mentioned,
        None if is_address && (is_called || is_caller) => Strength::Named,
        None if is_address => return None,
        None => return name(words, position, word, before),
    };
    let strength = if is_caller {
        strength.min(Strength::Named)
    } else {
        strength
    };
    Some(Candidate {
        word,
        port,
        strength,
        is_caller,
    })
}

/// A name without a port.
fn name<'a>(
    words: &[Word<'a>],
    position: usize,
    word: &'a str,
    before: Before,
) -> Option<Candidate<'a>> {
    let held = words.get(position)?;
    let is_caller = before == Before::Caller;
    let is_bare = hosts::is_bare(word);
    let strength = match before {
        _ if context::is_looked_up(words, position) => Strength::Called,
        _ if is_bare && !held.cues.is_none() || is_of_sentence(word) => return None,
        Before::Callee if hosts::stands_alone(word) => Strength::Called,
        Before::Callee | Before::Answers | Before::Value | Before::Caller => Strength::Named,
        _ if context::is_answering(words, position) => Strength::Named,
        _ if is_bare || hosts::is_random(word) || word.len() < 3 => return None,
        _ => Strength::Mentioned,
    };
    Some(Candidate {
        word,
        port: None,
        strength,
        is_caller,
    })
}

/// Words between a host and where it follows by name: `host "db" (10.0.4.17) and accepting TCP/IP
/// connections on port 5432`.
const WORDS_TO_PORT: usize = 7;

/// The port that follows by name: `host=order-db port=5432`, `"order-db" (10.0.1.5), port 5432`.
fn port_behind(words: &[Word<'_>], position: usize, before: Before) -> Option<u16> {
    if !matches!(before, Before::Callee | Before::Value) {
        return None;
    }
    let most = match context::is_asked_for(words, position) {
        true => WORDS_TO_PORT,
        false => 1,
    };
    let is_port = |word: &&Word<'_>| word.text.eq_ignore_ascii_case("port");
    let at = (position + 1..=position + 1 + most)
        .find(|at| words.get(*at).as_ref().is_some_and(is_port))?;
    words
        .get(at + 1)?
        .text
        .parse()
        .ok()
        .filter(|port| *port > 0)
}

/// Words that stand between what is called and its port, and name nothing: `failed to connect to
/// the database using port 5432`.
const OF_SENTENCES: [&str; 16] = [
    "on",
    "at",
    "via",
    "using",
    "over",
    "through",
    "with",
    "for",
    "in",
    "by",
    "from",
    "of",
    "and",
    "or",
    "is",
    "listening",
];

fn is_of_sentence(word: &str) -> bool {
    OF_SENTENCES
        .iter()
        .any(|held| word.eq_ignore_ascii_case(held))
}

/// Whether a word before `port 5432` is one of the sentence: `connection to server on port 5432`.
/// `"db" (10.0.1.5), port 5432` and `at "db", port 5432` name a host by such a word.
fn is_word_before_port(words: &[Word<'_>], position: usize, before: Before) -> bool {
    let Some(word) = words.get(position).filter(|_| before != Before::Value) else {
        return false;
    };
    if is_of_sentence(word.text) {
        return true;
    }
    let last = position.checked_sub(1).and_then(|at| words.get(at));
    let is_at = last.is_some_and(|last| last.text.eq_ignore_ascii_case("at"));
    let next = words.get(position + 1);
    let is_told = is_at
        || next.is_some_and(|next| is_address(next.text))
        || context::is_asked_for(words, position);
    hosts::is_bare(word.text) && !word.cues.is_none() && !is_told
}

fn is_address(word: &str) -> bool {
    word.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Callees as `host:port!` when called, `host` when named; mentioned ones are left out.
    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        scan(text, &mut |candidate| {
            let port = candidate
                .port
                .map(|port| format!(":{port}"))
                .unwrap_or_default();
            let mark = match candidate.strength {
                Strength::Called => "!",
                Strength::Named => "",
                Strength::Mentioned => return,
            };
            let caller = if candidate.is_caller { "<" } else { "" };
            found.push(format!("{caller}{}{port}{mark}", candidate.word));
        });
        found
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(found(text), expected, "{text}");
    }

    #[test]
    fn what_a_caller_asks_or_sends_makes_it_no_callee() {
        check("error handling GET /api/orders from web", &[]);
        check("error reading from web: connection reset", &[]);
        check("error reading data from web", &[]);
        check("cannot read frame from web", &[]);
        check("cannot get order 12 from checkout", &["checkout"]);
        check("cannot read order 12 from checkout", &["checkout"]);
    }

    #[test]
    fn callees_are_found_in_the_words_of_many_clients() {
        check(
            "could not connect to order-db:5432: timed out",
            &["order-db:5432!"],
        );
        check("could not connect to db:5432: timed out", &["db:5432!"]);
        check("503 from checkout", &["checkout"]);
        check("slow response from cart, 2.1 s", &["cart"]);
        check(
            "dial tcp 10.0.1.5:5432: connect: connection refused",
            &["10.0.1.5:5432!"],
        );
        check("calling payments: deadline exceeded", &["payments"]);
        check(
            "lookup order-db on 10.0.0.2:53: no such host",
            &["order-db!"],
        );
        check(
            "connection to server at \"order-db\" (10.0.1.5), port 5432 failed: timeout expired",
            &["order-db:5432!"],
        );
        check(
            "could not translate host name \"order-db\" to address: Name or service not known",
            &["order-db!"],
        );
        check("Error: getaddrinfo ENOTFOUND order-db", &["order-db!"]);
        check(
            "Error: connect ECONNREFUSED 10.0.1.5:6379",
            &["10.0.1.5:6379!"],
        );
        check("host=order-db port=5432 refused", &["order-db:5432!"]);
        check(
            "Connection to node 1 (kafka-1.shop/10.0.2.4:9092) could not be established",
            &["kafka-1.shop:9092!"],
        );
        check(
            "write tcp 10.0.0.1:43210->10.0.1.5:5432: broken pipe",
            &["10.0.1.5:5432!"],
        );
        check(
            "transport: Error while dialing dial tcp [fd00::1]:50051: i/o timeout",
            &["fd00::1:50051!"],
        );
        check(
            "HTTPConnectionPool(host='cart', port=8080): Max retries exceeded",
            &["cart:8080!"],
        );
        check(
            "cluster outbound|8080||cart.shop.svc.cluster.local is down",
            &["cart.shop.svc.cluster.local:8080!"],
        );
        check("payments returned 503", &["payments"]);
        check(
            "invoke of inventory failed after 3 attempts: TooManyRequestsException: Rate Exceeded.",
            &["inventory"],
        );
        check("failed to invoke function inventory", &["inventory"]);
        check("copy of inventory failed", &[]);
        check("lost connection to order-db", &["order-db!"]);
        check("failed to send message to order-queue", &["order-queue!"]);
        check("inventory is unavailable", &["inventory"]);
        check(
            "Can't connect to MySQL server on 'order-db' (110)",
            &["order-db!"],
        );
    }

    #[test]
    fn words_of_a_sentence_before_a_port_are_no_hosts() {
        for text in [
            "connection to server on port 5432 failed: Connection timed out",
            "Unable to connect to server port 5432: timed out",
            "failed to connect to the database using port 5432",
            "failed to connect to server through port 5432",
        ] {
            check(text, &[]);
        }
        check(
            "Failed to connect to checkout port 8080 after 0 ms",
            &["checkout:8080!"],
        );
        check(
            "connection to server at \"db\" (10.0.1.5), port 5432 failed: timeout expired",
            &["db:5432!", "10.0.1.5:5432!"],
        );
        check(
            "HTTPConnectionPool(host='api', port=8080): Max retries exceeded",
            &["api:8080!"],
        );
    }

    #[test]
    fn hosts_are_found_where_the_sentence_has_a_place_for_them() {
        check(
            "dial tcp: lookup redis on 10.0.0.2:53: no such host",
            &["redis!"],
        );
        check("Error: getaddrinfo ENOTFOUND redis", &["redis!"]);
        check(
            "could not connect to server: Connection timed out\n\tIs the server running on host \"db1\" (10.0.4.17) and accepting\n\t\
             TCP/IP connections on port 5432?",
            &["db1:5432!"],
        );
        check("the job is running on host worker-1", &[]);
    }

    #[test]
    fn urls_tell_their_host() {
        check(
            "Get \"http://checkout.shop.svc.cluster.local/pay\": EOF",
            &["checkout.shop.svc.cluster.local!"],
        );
        check(
            "connect jdbc:postgresql://order-db:5432/orders refused",
            &["order-db:5432!"],
        );
        check("url=postgres://app:secret@order-db/orders", &["order-db!"]);
        check(
            "failed mongodb://a-1:27017,a-2:27017/shop",
            &["a-1:27017!", "a-2:27017!"],
        );
        check("target dns:///cart:50051 unreachable", &["cart:50051!"]);
        check("see https://docs.example.com/errors/17", &[]);
        check("schema http://www.w3.org/2001/XMLSchema not valid", &[]);
        check("cannot open file:///etc/passwd", &[]);
    }

    #[test]
    fn arns_tell_their_resource() {
        check(
            "User: arn:aws:sts::111122223333:assumed-role/resizer/i-1 is not authorized to perform: s3:GetObject on resource: \
             \"arn:aws:s3:::images/originals/1.jpg\" because no policy allows it",
            &["arn:aws:s3:::images"],
        );
        check(
            "throttled on arn:aws:dynamodb:eu-west-1:111122223333:table/stock/index/by-shop.",
            &["arn:aws:dynamodb:eu-west-1:111122223333:table/stock"],
        );
        check("arn:aws", &[]);
    }

    #[test]
    fn google_names_buckets_and_instances_by_their_addresses() {
        let url = "https://storage.googleapis.com/storage/v1/b/media/o/x?projection=noAcl";
        check(
            &format!("404 GET {url}: The specified bucket does not exist."),
            &[url, "storage.googleapis.com!"],
        );
        let instance = "shop:europe-west1:orders";
        check(
            &format!(
                "connection to server on socket \"/cloudsql/{instance}/.s.PGSQL.5432\" failed"
            ),
            &[instance],
        );
        check(
            &format!("failed to connect to `host=/cloudsql/{instance} user=app`: dial error"),
            &[instance],
        );
        check("see https://storage.googleapis.com/storage/v1/b/docs", &[]);
        check("socket /cloudsql/orders/.s.PGSQL.5432", &[]);
    }

    #[test]
    fn the_error_log_of_a_proxy_names_upstream_and_client() {
        check(
            "connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.9, server: shop.example.com, \
             request: \"GET /cart HTTP/1.1\", upstream: \"http://10.0.0.5:8080/cart\", host: \"shop.example.com\", referrer: \"https://shop.example.com/\"",
            &["<10.0.0.9", "10.0.0.5:8080!"],
        );
    }

    #[test]
    fn who_asks_is_a_caller() {
        check(
            "rejected request from web-frontend: rate limit",
            &["<web-frontend"],
        );
        check("connection from 10.0.0.7:51234 closed", &["<10.0.0.7"]);
        check("quota exceeded, called by web-frontend", &["<web-frontend"]);
    }

    #[test]
    fn other_words_are_left_alone() {
        check(
            "main.go:42 panic at 12:34:56 in Foo.java:123 status:500 attempt 3",
            &[],
        );
        check("failed to remove item from cart", &[]);
        check("retry-after:30 code:443 localhost", &[]);
        check("order 2024-12-08 not found", &[]);
        check(
            "terminating connection due to idle-in-transaction timeout",
            &[],
        );
        check("connection received: host=10.0.0.9 port=42304", &[]);
        check(
            "connection reset by peer, session opened for root by user",
            &[],
        );
        check("", &[]);
        check(":::: ==== [[ ]] ->", &[]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in r#"([a-z0-9.:/@\[\]|=>"' -]|to |from |host=|://|->|\PC){0,60}"#) {
            scan(&text, &mut |candidate| assert!(candidate.word.len() <= text.len()));
        }
    }
}
