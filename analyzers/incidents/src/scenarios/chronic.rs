//! Errors that a service has now and then, and what stands out from them.

use nepho_core::time::NANOS;

use super::AWS;
use crate::testing::{Story, time};

/// A row every two seconds for four hours. One in a hundred refuses an order, at times that only
/// look random; so do five within half a minute, or these fail with `message`.
fn night(message: Option<&str>) -> Story {
    let mut story = Story::default();
    let mut state = 17_u32;
    for index in 0..7200_i64 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let is_together = (4200..4212).contains(&index) && index % 5 < 2;
        let body = match (is_together, message) {
            (true, Some(message)) => message.to_owned(),
            (false, _) if !(state >> 16).is_multiple_of(100) => "order placed".to_owned(),
            _ => format!("validation of ord-{} failed: bad sku", state >> 12),
        };
        let level = if body == "order placed" {
            "INFO"
        } else {
            "ERROR"
        };
        let at = time("2024-05-01T00:00:00Z").plus(index * 2 * NANOS);
        story = story.row(AWS, at, "orders", level, &body, None);
    }
    story
}

#[test]
fn usual_errors_that_come_together_are_no_incident() {
    let found = night(None).findings();
    assert!(found.is_empty(), "{found:#?}");
    // The same rows are one with a message that nothing else has.
    let found = night(Some("could not connect to ledger:5432: timed out")).findings();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].start, Some(time("2024-05-01T02:20:00Z")));
}

/// Orders refuses one at half past midnight, and one at `at`; from two o'clock on its caller fails.
fn refused_twice(at: &str) -> Story {
    let refused = "orders ERROR validation of ord-1 failed: bad sku";
    let all_night = |line| (AWS, "2024-05-01T00:00:00Z", 5, 2880, line);
    let mut story = Story::default().calls("storefront", "orders");
    for (domain, start, step, count, line) in [
        all_night("orders INFO placed"),
        all_night("storefront INFO GET /"),
        (AWS, "2024-05-01T00:30:00Z", 5, 1, refused),
        (AWS, at, 5, 1, refused),
    ] {
        story = story.every(domain, start, step, count, line);
    }
    let failing = "storefront ERROR worker pool is full";
    story.every(AWS, "2024-05-01T02:00:00Z", 2, 900, failing)
}

#[test]
fn a_usual_error_of_a_callee_follows_from_nothing() {
    let story = refused_twice("2024-05-01T02:02:00Z");
    assert_eq!(story.verdicts(), ["storefront <  | none"]);
}

#[test]
fn an_error_that_did_no_harm_before_leads_to_nothing() {
    let before = "2024-05-01T01:59:50Z";
    let check = |story: Story, expected: &str| assert_eq!(story.verdicts(), [expected]);
    check(refused_twice(before), "storefront <  | none");
    check(
        refused_twice("2024-05-01T02:00:01Z"),
        "storefront <  | none",
    );
    // It did harm before, or says something else.
    let harmed = "storefront ERROR worker pool is full";
    let story = refused_twice(before).every(AWS, "2024-05-01T00:30:02Z", 5, 1, harmed);
    check(story, "orders < storefront | none");
    let other = "orders ERROR no space left on device";
    let story = refused_twice("2024-05-01T03:30:00Z").every(AWS, before, 5, 1, other);
    check(story, "orders < storefront | none");
}
