//! What was changed once users had seen failures.

use super::*;

/// Web gives up on checkout after 5 seconds, checkout on its database after a minute: in its own
/// log it fails last. `first` are the failures of web in the first minute, 2 seconds apart.
fn timeouts(domain: &str, first: i64) -> Story {
    let story = shop()
        .calls("web", "checkout")
        .every(domain, "2024-05-01T09:30:00Z", 5, 720, "web INFO GET / 200")
        .every(
            domain,
            "2024-05-01T10:00:06Z",
            2,
            first,
            "web ERROR GET http://checkout/ timed out after 5000 ms",
        );
    let both = "2024-05-01T10:01:01Z";
    let lost = "checkout ERROR query on order-db:5432 cancelled: timeout after 60000 ms";
    let web = "web ERROR GET http://checkout/ timed out after 5000 ms";
    story
        .every(AWS, both, 2, 120, lost)
        .every(domain, "2024-05-01T10:01:02Z", 2, 120, web)
}

fn restart(at: &str) -> Change {
    let mut rule = rule_change();
    rule.time = Some(time(at));
    rule
}

fn check(story: Story, at: &str, verdict: ChangeVerdict, why: &str) {
    let incidents = story.change(restart(at)).incidents();
    let considered = &incidents[0].considered[0];
    assert_eq!(incidents[0].primary.service, "checkout");
    assert_eq!(considered.verdict, verdict, "{}", considered.why);
    assert!(considered.why.contains(why), "{}", considered.why);
    let is_late = |sentence: &String| sentence.ends_with("too late to be the cause.");
    let is_told = incidents[0].checked.iter().any(is_late);
    assert_eq!(is_told, verdict == ChangeVerdict::Cleared);
}

#[test]
fn a_change_after_a_caller_began_to_fail_is_cleared() {
    check(
        timeouts(AWS, 27),
        "2024-05-01T10:00:40Z",
        ChangeVerdict::Cleared,
        "it began at 10:00:40, 34 s after web had begun to fail",
    );
    let before = "2024-05-01T10:00:02Z";
    check(timeouts(AWS, 27), before, ChangeVerdict::Cause, "");
}

#[test]
fn where_clocks_cannot_be_compared_it_is_possible() {
    check(
        timeouts(GCP, 27),
        "2024-05-01T10:00:40Z",
        ChangeVerdict::Possible,
        "34 s after web had begun to fail, as far as their clocks agree",
    );
}

#[test]
fn a_failure_or_two_before_a_change_are_no_beginning() {
    check(
        timeouts(AWS, 1),
        "2024-05-01T10:00:40Z",
        ChangeVerdict::Cause,
        "",
    );
}
