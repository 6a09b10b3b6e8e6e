//! How grave an incident is.

use nepho_core::findings::Urgency;

use super::*;

/// Orders loses its database `count` times, in as many of its rows, and `others` of its caller
/// fail.
fn urgency(count: i64, others: i64) -> Vec<Urgency> {
    let lost = "orders ERROR could not connect to ledger:5432: timed out";
    let failing = "shop ERROR 503 from orders";
    let story = Story::default()
        .calls("shop", "orders")
        .every(AWS, "2024-05-01T08:00:00Z", 5, 4000, "shop INFO GET /")
        .every(AWS, "2024-05-01T10:00:00Z", 7, count, lost)
        .every(AWS, "2024-05-01T10:00:03Z", 7, others, failing);
    story.findings().iter().map(|one| one.urgency).collect()
}

#[test]
fn one_or_two_failures_are_not_critical() {
    assert_eq!(urgency(1, 3), [Urgency::Warning]);
    assert_eq!(urgency(2, 3), [Urgency::Warning]);
    assert_eq!(urgency(3, 3), [Urgency::Critical]);
    assert_eq!(urgency(2, 18), [Urgency::Critical]);
}
