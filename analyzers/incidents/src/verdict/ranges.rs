//! Ranges of addresses that a change closes, against the addresses of who calls and what is called.

use nepho_core::range::Range;
use nepho_core::tables::{Change, RelationKind};

use crate::blame::scene::{Scene, is_of_client};

/// Networks in which an address is that of the same thing for both ends: those that nobody outside
/// sees (RFC 1918, RFC 4193), and all of IPv6 that is routed (RFC 4291), where nobody translates
/// addresses.
const SHARED: [&str; 5] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
    "2000::/3",
];

fn is_shared(range: Range) -> bool {
    let mut nets = SHARED.iter().filter_map(|net| Range::parse(net));
    nets.any(|net| net.contains(range))
}

/// Whether a change closes only ranges in which neither end of what failed lies. What comes in to a
/// group comes from who calls, and what goes out goes to what is called; lists of access of a
/// network may be at either end, and so may routes, since answers need one as well.
pub(super) fn are_others(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let names = change.attributes.iter();
    let told = names.filter_map(|name| name.strip_prefix(Change::CLOSED_RANGE));
    let closed: Option<Vec<Range>> = told.map(Range::parse).collect();
    let closed = closed.unwrap_or_default();
    if closed.is_empty() || !closed.iter().all(|range| is_shared(*range)) {
        return false;
    }
    // Of each version of the protocol the addresses have to be known.
    let is_apart = |own: &[Range]| {
        closed.iter().all(|closed| {
            let mut own = own.iter().filter(|own| own.is_v6() == closed.is_v6());
            own.clone().next().is_some() && own.all(|own| !closed.meets(*own))
        })
    };
    let call = change.address.split(' ').next().unwrap_or_default();
    let (of_caller, of_called) = match call {
        "RevokeSecurityGroupIngress" => (true, false),
        "RevokeSecurityGroupEgress" => (false, true),
        _ => (true, true),
    };
    (!of_caller || is_apart(&caller(scene, burst)))
        && (!of_called || is_apart(&called(scene, burst)))
}

/// Ranges of what the service of a burst runs on and of the networks that it lies in; none where it
/// runs in a cluster, of which pods may have others, or on something of which no range is known.
fn caller(scene: &Scene<'_>, burst: usize) -> Vec<Range> {
    let service = scene.nodes.get(burst).copied().unwrap_or(u32::MAX);
    let runs_on = scene.graph.forward.of(service).iter();
    let runs_on = runs_on.filter(|edge| edge.kind == RelationKind::RunsOn);
    let mut found = Vec::new();
    for home in runs_on.map(|edge| edge.node) {
        if scene.graph.node(home).key.starts_with("k8s://") {
            return Vec::new();
        }
        let before = found.len();
        found.extend(ranges(scene, home));
        let edges = scene.graph.forward.of(home).iter();
        let nets = edges
            .filter(|edge| matches!(edge.kind, RelationKind::Contains | RelationKind::Attached));
        found.extend(nets.flat_map(|edge| ranges(scene, edge.node)));
        if found.len() == before {
            return Vec::new();
        }
    }
    found
}

/// Addresses of what a burst lost, and those that its messages contain.
fn called(scene: &Scene<'_>, burst: usize) -> Vec<Range> {
    let lost = scene.losses(burst);
    let mut found: Vec<Range> = lost.flat_map(|lost| ranges(scene, lost.node)).collect();
    let messages = scene.voices.get(burst);
    let messages = messages.map_or(&[][..], |voice| &voice.messages).iter();
    found.extend(messages.flat_map(|message| addresses(&message.text)));
    found
}

/// Addresses in a message, in lower case, but for those of who calls.
fn addresses(text: &str) -> Vec<Range> {
    let v4 = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let v4 = v4.map(|word| word.trim_matches('.'));
    let v4 = v4.filter(|word| !is_of_caller(text, word));
    let v6 = text.split(|c: char| !(c.is_ascii_hexdigit() || c == ':' || c == '.'));
    let v6 = v6.map(|word| word.trim_end_matches('.'));
    let v6 = v6.filter(|word| !is_of_caller(text, word));
    let all = v4.filter_map(Range::parse).chain(v6.filter_map(of_v6));
    all.filter(|one| is_shared(*one)).collect()
}

/// An address of IPv6, behind which a port may stand: `2001:db8::9:5432`. Where that may as well be
/// a part of the address, it is the range of both.
fn of_v6(word: &str) -> Option<Range> {
    let (front, last) = word.rsplit_once(':')?;
    let is_port = last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_digit());
    match Range::parse(word.trim_end_matches(':')) {
        Some(whole) if !is_port => Some(whole).filter(|one| one.is_v6()),
        Some(_) => Range::parse(&format!("{word}/96")),
        None => Range::parse(front).filter(|one| one.is_v6() && is_port),
    }
}

/// Whether an address, which is a part of a message, is that of who calls.
fn is_of_caller(text: &str, word: &str) -> bool {
    let start = word.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
    let parts = text.get(..start).zip(text.get(start + word.len()..));
    parts.is_some_and(|(before, behind)| is_of_client(before, behind))
}

fn ranges(scene: &Scene<'_>, node: u32) -> Vec<Range> {
    let names = scene.graph.node(node).names.iter();
    let ranges = names.filter_map(|name| Range::parse(name));
    ranges.filter(|range| is_shared(*range)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shared_where_both_ends_see_the_same() {
        let check = |range: &str, expected: bool| {
            assert_eq!(is_shared(Range::parse(range).unwrap()), expected, "{range}");
        };
        check("172.20.0.0/16", true);
        check("203.0.113.0/24", false);
        check("2001:db8:7::/64", true);
        check("fd12:3456::/32", true);
        check("fe80::1", false);
    }

    #[test]
    fn messages_contain_addresses_of_both_versions() {
        let check = |text: &str, expected: &[&str]| {
            let expected = expected.iter().filter_map(|one| Range::parse(one));
            assert_eq!(addresses(text), expected.collect::<Vec<_>>(), "{text}");
        };
        check("dial tcp 10.0.2.9:5432: i/o timeout", &["10.0.2.9"]);
        check("dial tcp [2001:db8::9]:5432: i/o timeout", &["2001:db8::9"]);
        check("at \"db\" (2001:db8::9), port 5432", &["2001:db8::9"]);
        check("connect etimedout 2001:db8::9:5432", &["2001:db8::/96"]);
        let whole = "2001:db8:1:2:3:4:5:6";
        check(&format!("connect etimedout {whole}:5432"), &[whole]);
        check("at 14:20:10 in std::io of 2001:db8 and face::add", &[]);
        check("client: 2001:db8::7, upstream fd00::9", &["fd00::9"]);
    }
}
