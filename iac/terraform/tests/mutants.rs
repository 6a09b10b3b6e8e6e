//! Damaged documents, from a seed: nothing panics, what cannot be read has a place, and no secret
//! is shown.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{feed, try_read};
use nepho_core::feed::FeedOutput;
use nepho_iac_terraform::state::declared_from;

/// Fixtures of all feeds of the crate.
const FIXTURES: [&str; 16] = [
    include_str!("../src/state/fixtures/orders.tfstate"),
    include_str!("../src/state/fixtures/legacy.tfstate"),
    include_str!("../src/state/fixtures/version-1.tfstate"),
    include_str!("../src/state/fixtures/worker-show.json"),
    include_str!("../src/state/fixtures/encrypted.tfstate"),
    include_str!("../src/state/fixtures/shop-7.tfstate"),
    include_str!("../src/state/fixtures/shop-9.tfstate"),
    include_str!("../src/plan/fixtures/orders-plan.json"),
    include_str!("../src/log/fixtures/orders-apply.jsonl"),
    include_str!("../src/log/fixtures/orders-failed.jsonl"),
    include_str!("../src/hcp/fixtures/notification.json"),
    include_str!("../src/hcp/fixtures/runs.json"),
    include_str!("../src/hcp/fixtures/state-versions.json"),
    include_str!("../src/hcp/fixtures/audit-trail.json"),
    include_str!("../src/lock/fixtures/orders.tflock"),
    include_str!("../src/lock/fixtures/locks.json"),
];

/// What stands in place of a value.
const VALUES: [&str; 12] = [
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "[]",
    "[[[]],{}]",
    "{}",
    "{\"a\":{\"a\":null}}",
    "\"2026-13-45T99:99:99Z\"",
];

/// Numbers from a seed (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }
}

/// One to three kinds of damage.
fn mutant(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            2 => {
                let end = (at + random.below(60)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + random.below(200)).min(bytes.len());
                let piece: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => change_type(&mut bytes, at, random),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Puts another value behind the first colon from `at` on.
fn change_type(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(colon) = rest
        .windows(2)
        .position(|pair| pair[0] == b'"' && pair[1] == b':')
    else {
        return;
    };
    let start = at + colon + 2;
    let value = bytes.get(start..).unwrap_or_default();
    let text = String::from_utf8_lossy(value).into_owned();
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
    if let Some(Ok(_)) = values.next() {
        let end = start + values.byte_offset().min(value.len());
        let other = VALUES[random.below(VALUES.len())];
        bytes.splice(start..end, other.bytes());
    }
}

#[test]
fn two_thousand_mutants_are_survived() {
    let mut random = Random(0x6e65_7068_6f01);
    let feeds = common::FEEDS.map(|name| (name, feed(name)));
    let mut snapshots = Vec::new();
    let mut read = 0;
    for number in 0..2_000 {
        let text = mutant(FIXTURES[number % FIXTURES.len()], &mut random);
        let mut bytes = text.as_bytes();
        let mut out = FeedOutput::default();
        let streamed = declared_from(&mut bytes, "x.json", &mut out, &mut |_| {});
        if let Err(error) = streamed {
            assert!(error.origin().is_some_and(|origin| origin.line.is_some()));
        }
        for (name, feed) in &feeds {
            if feed.sniff("x.json", &text).0 == 0 {
                continue;
            }
            let shown = match try_read(name, "x.json", &text) {
                Ok(out) => {
                    read += 1;
                    let shown = format!("{:?} {:?} {:?}", out.rejects, out.changes, out.runs);
                    snapshots.extend(out.snapshots);
                    shown
                }
                Err(error) => {
                    let line = error.origin().and_then(|origin| origin.line);
                    assert!(line.is_some(), "{number}: no place in {error}");
                    error.to_string()
                }
            };
            assert!(!shown.contains("canary-p"), "{number} {name}: {shown}");
        }
    }
    assert!(read > 500, "{read} mutants were read");
    // What was left of the states is compared as well.
    let mut out = FeedOutput::default();
    feed("terraform.state").compare(&snapshots, &[], &mut out);
    assert!(!out.findings.is_empty() && !out.changes.is_empty());
}
