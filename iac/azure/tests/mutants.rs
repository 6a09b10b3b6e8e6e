//! Damaged documents: no panic, every refusal has a place, and no planted value comes out.

use nepho_conformance::mutate::Mutator;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::registry::{Kind, Make, components};
use nepho_iac_azure as _;

const FIXTURES: [&str; 4] = [
    include_str!("../src/deployments/fixtures/list.json"),
    include_str!("../src/deployments/fixtures/operations.json"),
    include_str!("../src/what_if/fixtures/result.json"),
    include_str!("../src/stacks/fixtures/stacks.json"),
];

fn feeds() -> Vec<Box<dyn ChangeFeed>> {
    let feeds = components()
        .into_iter()
        .filter(|one| one.kind == Kind::Feed);
    feeds
        .filter_map(|one| match one.make {
            Make::Feed(make) => Some(make()),
            _ => None,
        })
        .collect()
}

fn try_all(text: &str) -> Vec<FeedOutput> {
    let mut outs = Vec::new();
    for feed in feeds() {
        feed.sniff("x.json", text);
        let mut out = FeedOutput::default();
        let document = Document {
            uri: "x.json",
            text,
            modified: None,
        };
        if let Err(error) = feed.read(&document, &mut out) {
            assert!(
                error.origin().is_some_and(|origin| origin.line.is_some()),
                "{error}"
            );
        }
        let mut compared = FeedOutput::default();
        feed.compare(&out.snapshots, &out.changes, &mut compared);
        assert!(
            out.rejects
                .iter()
                .all(|reject| reject.start < reject.end && reject.line > 0)
        );
        outs.push(out);
        outs.push(compared);
    }
    outs
}

#[test]
fn two_thousand_mutants_are_survived() {
    let mut mutator = Mutator::new(41);
    let mut read = 0;
    for number in 0..2000 {
        let text = FIXTURES[number % FIXTURES.len()].as_bytes();
        let other = FIXTURES[mutator.below(FIXTURES.len())].as_bytes();
        let mutant = mutator.mutant(text, other);
        let outs = try_all(&String::from_utf8_lossy(&mutant));
        read += outs.iter().filter(|out| !out.runs.is_empty()).count();
    }
    // Most damage leaves something to read.
    assert!(read > 500, "{read}");
}

#[test]
fn no_planted_value_comes_out_of_whole_or_cut_documents() {
    for text in FIXTURES {
        assert!(text.contains("canary"));
        for end in (0..text.len()).step_by(97).chain([text.len()]) {
            if let (Some(head), Some(tail)) = (text.get(..end), text.get(end..)) {
                for part in [head, tail] {
                    let outs = try_all(part);
                    assert!(!format!("{outs:?}").contains("canary"), "{outs:?}");
                }
            }
        }
    }
    assert!(!feeds().is_empty());
    let outs = try_all(&"[".repeat(100_000));
    assert!(outs.iter().all(|out| out.changes.is_empty()));
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    assert!(try_all(&deep).iter().all(|out| out.changes.is_empty()));
}
