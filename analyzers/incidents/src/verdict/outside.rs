//! A host outside of all that the map knows, which messages name: what failed there was not broken
//! by a change of something else here.

use super::candidates::Candidate;
use super::class::{self, Class};
use super::doubt::Doubt;
use super::reach::Reach;
use super::score::named_in_messages;
use crate::blame::scene::Scene;

/// Ends of names that are of a network of one's own: RFC 6762 section 3 and appendix G, RFC 8375,
/// and what clouds and clusters give to their own.
const PRIVATE: [&str; 9] = [
    "arpa",
    "cluster",
    "corp",
    "home",
    "internal",
    "lan",
    "local",
    "localdomain",
    "svc",
];

/// What HTTP says of errors of the server, in lower case: RFC 9110 section 15.6.
const ERRORS: [&str; 5] = [
    "internal server error",
    "bad gateway",
    "service unavailable",
    "gateway timeout",
    "gateway time-out",
];

/// Words before the number of an answer.
const ANSWERS: [&str; 10] = [
    "answered",
    "code",
    "got",
    "http",
    "response",
    "responded",
    "returned",
    "status",
    "statuscode",
    "with",
];

/// Why a change is possible at most where messages name a host outside; `None` where they name
/// none, or the change can have to do with it.
///
/// A host that answers with an error of its own was reached, and broke by itself: whatever was
/// changed here is beside it. Of one that was not reached, or answers otherwise, what lies on the
/// way out may be to blame, and what runs; what is stored here is not, nor what stands before
/// that.
pub(super) fn doubt(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Doubt> {
    let is_own = |node: u32| reach.hops(node).is_some() && !reach.is_side(node);
    let answered = answered(scene, burst)?;
    if candidate.touches(is_own) || named_in_messages(scene, burst, candidate.change) {
        return None;
    }
    if answered {
        return Some(Doubt::Answered);
    }
    let reached = candidate.nodes.iter().map(|(node, _)| *node);
    let mut reached = reached
        .filter(|node| reach.hops(*node).is_some())
        .peekable();
    let is_aside =
        reached.peek().is_some() && reached.all(|node| is_before_store(scene, reach, node));
    let classes = class::of_change(candidate.change);
    let mut of_stored = classes.iter();
    let is_data = !classes.is_empty()
        && of_stored.all(|class| matches!(class, Class::Data | Class::Capacity));
    (is_aside || is_data).then_some(Doubt::Outside)
}

/// Whether a node is a group of rules, or a rule of one, for a database or the like: not for what
/// calls it.
fn is_before_store(scene: &Scene<'_>, reach: &Reach, node: u32) -> bool {
    let kind = |node: u32| {
        let kind = scene.graph.node(node).resource_type.as_str();
        (kind, kind.replace('_', "").to_ascii_lowercase())
    };
    let is_group = |small: &str| small.contains("securitygroup") || small.contains("secgroup");
    let way = reach.way(node).into_iter().map(kind);
    let mut way = way.skip_while(|(_, small)| is_group(small));
    is_group(&kind(node).1) && way.next().is_some_and(|(kind, _)| class::is_store(kind))
}

/// Share of the messages that tell of an error which a host outside answered with, if most do.
pub(super) fn failed(scene: &Scene<'_>, burst: usize) -> Option<f64> {
    let messages = &scene.voices.get(burst)?.messages;
    let told = messages.iter().filter(|message| is_answer(&message.text));
    let share = told.count() as f64 / messages.len().max(1) as f64;
    answered(scene, burst)?.then_some(share)
}

/// Whether a host outside answered with an error of its own, if most messages name one.
fn answered(scene: &Scene<'_>, burst: usize) -> Option<bool> {
    let lost = scene.lost.get(burst).copied().flatten()?;
    if scene.is_of_callers() || !lost.is_named || scene.is_known(lost.node) {
        return None;
    }
    let key = scene.graph.node(lost.node).key.to_lowercase();
    let host = key.split_once("://").map_or(&*key, |(_, rest)| rest);
    let host = host
        .split([':', '/'])
        .next()
        .filter(|host| is_public(host))?;
    let messages = &scene.voices.get(burst)?.messages;
    let naming = messages.iter().filter_map(|message| {
        let (front, behind) = message.text.split_once(host)?;
        Some((message.text.as_str(), front, behind))
    });
    let naming: Vec<(&str, &str, &str)> = naming.collect();
    let failed = |(text, ..): &&(&str, &str, &str)| is_answer(text);
    let count = naming.iter().filter(failed).count();
    let is_web = |(_, front, behind): &(&str, &str, &str)| is_of_web(front, behind);
    let is_meant = naming.len() * 2 > messages.len();
    match count * 2 > naming.len() {
        true => is_meant.then_some(true),
        false => (is_meant && naming.iter().all(is_web)).then_some(false),
    }
}

/// Ends of names that clouds give to what is of their customers, or serve them by.
const OF_CLOUDS: [&str; 11] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".appspot.com",
    ".azure-api.net",
    ".azure.com",
    ".azurewebsites.net",
    ".cloudfront.net",
    ".cloudfunctions.net",
    ".googleapis.com",
    ".run.app",
    ".windows.net",
];

/// Whether a name in lower case is one of somebody else on the internet: `api.payments.example`,
/// and not `orders-db.internal`, `10.0.4.17` or `orders`.
pub(super) fn is_public(host: &str) -> bool {
    let Some((front, end)) = host.trim_end_matches('.').rsplit_once('.') else {
        return false;
    };
    let is_name = end.len() > 1 && end.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_private = front.split('.').skip(1).chain([end]);
    let mut is_private = is_private.filter(|label| PRIVATE.contains(label));
    let mut of_clouds = OF_CLOUDS.iter();
    is_name
        && !front.is_empty()
        && is_private.next().is_none()
        && !of_clouds.any(|end| host.trim_end_matches('.').ends_with(end))
}

/// Whether what stands around the name of a host tells that it is called as a site is: behind
/// `https://`, or before a port of the web.
fn is_of_web(front: &str, behind: &str) -> bool {
    const PORTS: [&str; 4] = ["443", "80", "8443", "8080"];
    let port = behind.strip_prefix(':');
    let port = port.or_else(|| behind.split_once("port").map(|(_, rest)| rest));
    let port = port.map(|rest| rest.trim_start_matches(|c: char| !c.is_ascii_digit()));
    let port = port.map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let is_url = front.ends_with("https://") || front.ends_with("http://");
    match port.flatten().filter(|port| !port.is_empty()) {
        Some(port) => PORTS.contains(&port),
        None => is_url,
    }
}

/// Whether a message in lower case tells of an answer that is an error of the server.
fn is_answer(text: &str) -> bool {
    if ERRORS.iter().any(|words| text.contains(words)) {
        return true;
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(2).any(|pair| match pair {
        [before, number] => {
            let is_error = number.len() == 3 && number.starts_with('5');
            is_error && number.bytes().all(|byte| byte.is_ascii_digit()) && ANSWERS.contains(before)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_internet_are_told_from_those_of_a_network() {
        for host in ["api.payments.example", "shop.example."] {
            assert!(is_public(host), "{host}");
        }
        for host in [
            "orders",
            "orders-db.internal",
            "orders.shop.svc.cluster.local",
            "orders.shop.svc",
            "10.0.4.17",
            "ip-10-0-4-17.eu-west-1.compute.internal",
            "printer.lan",
            "orders-1.eu-west-1.elb.amazonaws.com",
            ".example",
        ] {
            assert!(!is_public(host), "{host}");
        }
    }

    #[test]
    fn answers_of_a_server_that_failed_are_known() {
        for text in [
            "post https://api.payments.example/v1/charges: 503 service unavailable",
            "api.payments.example answered 502",
            "request failed with status code 500",
            "received http 504 from api.payments.example",
        ] {
            assert!(is_answer(text), "{text}");
        }
        for text in [
            "api.payments.example timed out after 500 ms",
            "order 503 failed at api.payments.example",
            "api.payments.example answered 404",
        ] {
            assert!(!is_answer(text), "{text}");
        }
    }

    #[test]
    fn sites_are_told_from_databases() {
        let check = |text: &str, expected: bool| {
            let (front, behind) = text.split_once("api.example").unwrap();
            assert_eq!(is_of_web(front, behind), expected, "{text}");
        };
        check("post \"https://api.example/v1\": eof", true);
        check("connect etimedout api.example:443", true);
        check("httpsconnectionpool(host='api.example', port=443): x", true);
        check("could not connect to api.example:5432: timed out", false);
        check("could not connect to api.example", false);
    }
}
