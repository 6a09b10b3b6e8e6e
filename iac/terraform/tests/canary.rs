//! No secret of a fixture reaches what the feeds give.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod common;

use common::read;

#[test]
fn no_canary_is_in_the_output() {
    let fixtures = [
        ("terraform.state", include_str!("../src/state/fixtures/orders.tfstate")),
        ("terraform.state", include_str!("../src/state/fixtures/legacy.tfstate")),
        ("terraform.state", include_str!("../src/state/fixtures/worker-show.json")),
        ("terraform.plan", include_str!("../src/plan/fixtures/orders-plan.json")),
        ("terraform.log", include_str!("../src/log/fixtures/orders-apply.jsonl")),
        ("terraform.log", include_str!("../src/log/fixtures/orders-failed.jsonl")),
    ];
    for (feed, text) in fixtures {
        let out = read(feed, "fixture", text);
        assert!(text.contains("canary"), "the fixture plants canaries");
        assert!(!out.resources.is_empty() || !out.changes.is_empty());
        let shown = format!("{out:?}");
        if let Some(at) = shown.find("canary") {
            panic!("{feed}: {}", &shown[at.saturating_sub(200)..(at + 40).min(shown.len())]);
        }
    }
}
