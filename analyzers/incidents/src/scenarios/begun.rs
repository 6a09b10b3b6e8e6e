//! Services that were failing already when their rows begin.

use nepho_core::findings::incident::ServiceFailure;
use nepho_core::time::NANOS;

use super::AWS;
use crate::testing::{Story, time};

/// A row every two seconds until eleven o'clock, half of them failures before half past ten; what
/// is told of the service when the rows begin so many seconds before ten.
fn told(before: i64) -> ServiceFailure {
    let mut story = Story::default();
    for second in (-before..3600).step_by(2) {
        let fails = (0..1800).contains(&second) && second / 2 % 2 == 1;
        let (level, body) = match fails {
            true => ("ERROR", "could not connect to ledger:5432: timed out"),
            false => ("INFO", "order placed"),
        };
        let at = time("2024-05-01T10:00:00Z").plus(second * NANOS);
        story = story.row(AWS, at, "orders", level, body, None);
    }
    story.incidents().remove(0).primary
}

#[test]
fn a_beginning_that_is_not_seen_is_not_known() {
    let told_of_all = told(600);
    assert!(!told_of_all.was_failing);
    let cut = told(0);
    assert!(cut.was_failing, "{}", cut.reason);
    assert!(cut.confidence < told_of_all.confidence);
}
