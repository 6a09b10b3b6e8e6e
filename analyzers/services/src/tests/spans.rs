//! Who calls whom by the rows of one trace.

use super::*;

#[test]
fn nested_spans_tell_who_calls_whom_and_siblings_stay_apart() {
    let mut events = Vec::new();
    for id in 0..20 {
        let start = i64::from(id) * 1_000;
        events.push(info(start, "web", "GET /").trace(id).lasting(200));
        events.push(info(start + 10, "cart", "get").trace(id).lasting(80));
        events.push(info(start + 20, "prices", "get").trace(id).lasting(20));
        events.push(info(start + 100, "search", "find").trace(id).lasting(50));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace", "web>search:trace"]);
}

#[test]
fn rows_written_at_the_end_of_what_they_time_are_understood() {
    let mut events = Vec::new();
    for id in 0..20 {
        let end = i64::from(id) * 1_000 + 500;
        events.push(info(end, "web", "done").trace(id).lasting(200));
        events.push(info(end - 20, "cart", "done").trace(id).lasting(100));
        events.push(info(end - 50, "prices", "done").trace(id).lasting(30));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace"]);
}

#[test]
fn the_order_of_rows_is_weak_evidence_and_gives_way() {
    let mut events = Vec::new();
    for id in 0..10 {
        let start = i64::from(id) * 1_000;
        events.push(info(start, "web", "received").trace(id));
        events.push(info(start + 5, "cart", "received").trace(id));
        events.push(info(start + 9, "prices", "received").trace(id));
    }
    let world = World::of(&events);
    world.check(&["cart>prices:trace", "web>cart:trace"]);
    assert!(world.confidence("web", "cart") < 0.5);
    events.push(error(99_000, "web", "503 from prices"));
    World::of(&events).check(&["web>cart:trace", "web>prices:message"]);
}

#[test]
fn siblings_whose_order_varies_are_no_callers_of_each_other() {
    let mut events = Vec::new();
    for id in 0..20 {
        let start = i64::from(id) * 1_000;
        let (first, second) = if id % 2 == 0 {
            ("cart", "search")
        } else {
            ("search", "cart")
        };
        events.push(info(start, "web", "received").trace(id));
        events.push(info(start + 5, first, "received").trace(id));
        events.push(info(start + 9, second, "received").trace(id));
    }
    World::of(&events).check(&["web>cart:trace", "web>search:trace"]);
}

#[test]
fn failures_of_a_trace_travel_back() {
    let mut events = Vec::new();
    for id in 0..5 {
        let start = i64::from(id) * 1_000;
        events.push(error(start, "prices", "boom").trace(id));
        events.push(error(start + 4, "cart", "boom").trace(id));
        events.push(error(start + 8, "web", "boom").trace(id));
    }
    World::of(&events).check(&["cart>prices:trace", "web>cart:trace"]);
}
