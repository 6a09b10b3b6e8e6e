//! No secret of a fixture reaches what the feeds give.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{FEEDS, read, try_read};

#[test]
fn no_canary_is_in_the_output() {
    let fixtures = [
        (
            "terraform.state",
            include_str!("../src/state/fixtures/orders.tfstate"),
        ),
        (
            "terraform.state",
            include_str!("../src/state/fixtures/legacy.tfstate"),
        ),
        (
            "terraform.state",
            include_str!("../src/state/fixtures/version-1.tfstate"),
        ),
        (
            "terraform.state",
            include_str!("../src/state/fixtures/shop-9.tfstate"),
        ),
        (
            "terraform.state",
            include_str!("../src/state/fixtures/worker-show.json"),
        ),
        (
            "terraform.plan",
            include_str!("../src/plan/fixtures/orders-plan.json"),
        ),
        (
            "terraform.log",
            include_str!("../src/log/fixtures/orders-apply.jsonl"),
        ),
        (
            "terraform.log",
            include_str!("../src/log/fixtures/orders-failed.jsonl"),
        ),
    ];
    for (feed, text) in fixtures {
        let out = read(feed, "fixture", text);
        assert!(text.contains("canary"), "the fixture plants canaries");
        assert!(!out.resources.is_empty() || !out.changes.is_empty());
        let shown = format!("{out:?}");
        if let Some(at) = shown.find("canary") {
            panic!(
                "{feed}: {}",
                &shown[at.saturating_sub(200)..(at + 40).min(shown.len())]
            );
        }
    }
}

#[test]
fn a_document_cut_anywhere_neither_panics_nor_leaks() {
    let fixtures = [
        include_str!("../src/state/fixtures/orders.tfstate"),
        include_str!("../src/state/fixtures/legacy.tfstate"),
        include_str!("../src/state/fixtures/worker-show.json"),
        include_str!("../src/plan/fixtures/orders-plan.json"),
        include_str!("../src/log/fixtures/orders-apply.jsonl"),
    ];
    for text in fixtures {
        for cut in (0..text.len()).step_by(61) {
            // The end is lost, or a piece of the middle.
            let damaged = [
                text[..cut].to_owned(),
                format!("{}{}", &text[..cut], &text[(cut + 40).min(text.len())..]),
            ];
            for text in damaged {
                for feed in FEEDS {
                    common::feed(feed).sniff("x.tfstate", &text);
                    let shown = match try_read(feed, "x.tfstate", &text) {
                        Ok(out) => format!("{:?} {:?}", out.rejects, out.changes),
                        Err(error) => format!("{error} {error:?}"),
                    };
                    assert!(!shown.contains("canary-p"), "{feed}: {shown}");
                }
            }
        }
    }
}
