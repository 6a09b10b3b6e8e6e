//! The order of events that tell no time.

use std::collections::HashMap;

use super::event::StackEvent;

/// Whether `events` without times stand in the order in which they happened.
///
/// The API lists the newest first, scripts often turn that around. What begins comes before what
/// ends, and what is created before what is updated or deleted. Where nothing tells, it is as the
/// API does it.
pub(super) fn is_forward(events: &[StackEvent<'_>]) -> bool {
    let mut latest: HashMap<&str, &StackEvent<'_>> = HashMap::new();
    let mut balance = 0_i64;
    for event in events {
        if let Some(before) = latest.insert(&event.logical, event) {
            balance += i64::from(follows(before, event)) - i64::from(follows(event, before));
        }
    }
    balance > 0
}

fn follows(before: &StackEvent<'_>, after: &StackEvent<'_>) -> bool {
    let is_end = |event: &StackEvent<'_>| !event.status.is_in_progress();
    if before.verb() == after.verb() {
        return !is_end(before) && is_end(after);
    }
    before.verb() == "CREATE" && matches!(after.verb(), "UPDATE" | "DELETE")
}
