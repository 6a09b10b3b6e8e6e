//! Failures after a change that ended others.

use super::*;

/// From ten o'clock to four minutes past it checkout cannot reach its database; ten minutes later
/// some orders fail.
fn twice(words: &str) -> Story {
    outage(shop())
        .change(rule_change())
        .every(
            AWS,
            "2024-05-01T10:14:07Z",
            4,
            30,
            &format!("checkout ERROR {words}"),
        )
        .every(
            AZURE,
            "2024-05-01T10:14:09Z",
            5,
            20,
            "cart ERROR 503 from checkout",
        )
}

/// The rule as it is set again after the first failures.
fn rule_change_at(at: &str, id: &str) -> Change {
    let mut rule = change(
        "aws_security_group.db",
        at,
        "aws_security_group",
        &["ingress"],
    );
    rule.id = id.to_owned();
    rule.run = id.to_owned();
    rule.resource = rule_change().resource;
    rule
}

#[test]
fn what_ended_a_failure_is_not_the_cause_of_the_next() {
    let repair = rule_change_at("2024-05-01T10:04:00Z", "repair");
    let story = twice("payment provider sent an unknown code").change(repair);
    let verdicts = story.verdicts();
    assert_eq!(verdicts.len(), 2, "{verdicts:?}");
    assert!(
        verdicts[0].contains("aws_security_group.db"),
        "{verdicts:?}"
    );
    let incidents = story.incidents();
    assert_eq!(incidents[1].cause, None, "{verdicts:?}");
    let repair = incidents[1]
        .considered
        .iter()
        .find(|one| one.id == "repair");
    let repair = repair.expect("it is told of");
    assert_eq!(
        repair.why,
        "it ended the failure of checkout from 10:00:07 by taking back what had caused it"
    );
}

#[test]
fn what_came_later_may_be_the_cause() {
    let repair = rule_change_at("2024-05-01T10:04:00Z", "repair");
    let again = rule_change_at("2024-05-01T10:14:00Z", "again");
    let words = "could not connect to order-db:5432: timed out";
    let incidents = twice(words).change(repair).change(again).incidents();
    assert_eq!(incidents[1].cause.as_deref(), Some("again"));
}
