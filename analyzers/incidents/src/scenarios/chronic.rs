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

#[test]
fn a_usual_error_of_a_callee_follows_from_nothing() {
    let refused = "orders ERROR validation of ord-1 failed: bad sku";
    let story = Story::default()
        .calls("storefront", "orders")
        .every(AWS, "2024-05-01T00:00:00Z", 5, 2880, "orders INFO placed")
        .every(AWS, "2024-05-01T00:30:00Z", 5, 1, refused)
        .every(AWS, "2024-05-01T02:02:00Z", 5, 1, refused)
        .every(
            AWS,
            "2024-05-01T00:00:00Z",
            5,
            2880,
            "storefront INFO GET /",
        )
        .every(
            AWS,
            "2024-05-01T02:00:00Z",
            2,
            900,
            "storefront ERROR worker pool is full",
        );
    assert_eq!(story.verdicts(), ["storefront <  | none"]);
}
