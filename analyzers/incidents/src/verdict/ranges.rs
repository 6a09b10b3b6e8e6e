//! Ranges of addresses that a change closes, against the addresses of who calls and what is called.

use nepho_core::tables::{Change, RelationKind};

use crate::blame::scene::{Scene, is_of_client};

/// Networks that nobody outside sees (RFC 1918): only within them an address is that of the same
/// thing for both ends.
const PRIVATE: [Range; 3] = [
    Range::new([10, 0, 0, 0], 8),
    Range::new([172, 16, 0, 0], 12),
    Range::new([192, 168, 0, 0], 16),
];

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first: u32,
    length: u32,
}

impl Range {
    const fn new(address: [u8; 4], length: u32) -> Self {
        Self {
            first: u32::from_be_bytes(address),
            length,
        }
    }

    /// `10.0.1.0/24`, or one address.
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/').unwrap_or((text, "32"));
        let address: std::net::Ipv4Addr = address.parse().ok()?;
        let length = length.parse().ok().filter(|length| *length <= 32)?;
        Some(Self::new(address.octets(), length))
    }

    /// Whether both have an address.
    fn meets(self, other: Self) -> bool {
        let common = self.length.min(other.length);
        let mask = u32::MAX.checked_shl(32 - common).unwrap_or(0);
        self.first & mask == other.first & mask
    }

    fn is_private(self) -> bool {
        let mut nets = PRIVATE.iter();
        nets.any(|net| net.length <= self.length && net.meets(self))
    }
}

/// Whether a change closes only ranges in which neither end of what failed lies. What comes in to a
/// group comes from who calls, and what goes out goes to what is called; lists of access of a
/// network may be at either end, and so may routes, since answers need one as well.
pub(super) fn are_others(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let names = change.attributes.iter();
    let told = names.filter_map(|name| name.strip_prefix(Change::CLOSED_RANGE));
    let closed: Option<Vec<Range>> = told.map(Range::parse).collect();
    let closed = closed.unwrap_or_default();
    if closed.is_empty() || !closed.iter().all(|range| range.is_private()) {
        return false;
    }
    let is_apart = |own: &[Range]| {
        let mut own = own.iter();
        own.len() > 0 && own.all(|own| !closed.iter().any(|closed| closed.meets(*own)))
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
    for message in messages {
        let words = message
            .text
            .split(|c: char| !(c.is_ascii_digit() || c == '.'));
        let words = words.map(|word| word.trim_matches('.'));
        let words = words.filter(|word| !is_of_caller(&message.text, word));
        let ranges = words.filter_map(Range::parse);
        found.extend(ranges.filter(|one| one.is_private()));
    }
    found
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
    ranges.filter(|range| range.is_private()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_meet_where_one_lies_in_the_other() {
        let check = |one: &str, other: &str, expected: bool| {
            let range = |text: &str| Range::parse(text).unwrap();
            assert_eq!(range(one).meets(range(other)), expected, "{one} {other}");
            assert_eq!(range(other).meets(range(one)), expected, "{other} {one}");
        };
        check("10.0.1.0/24", "10.0.0.0/8", true);
        check("10.0.1.0/24", "10.0.2.0/24", false);
        check("10.0.1.7", "10.0.1.0/24", true);
        check("0.0.0.0/0", "192.168.7.0/24", true);
        assert!(!Range::parse("0.0.0.0/0").unwrap().is_private());
        assert!(!Range::parse("203.0.113.0/24").unwrap().is_private());
        assert!(Range::parse("172.20.0.0/16").unwrap().is_private());
        assert_eq!(Range::parse("::/0"), None);
        assert_eq!(Range::parse("10.0.0.0/33"), None);
    }
}
