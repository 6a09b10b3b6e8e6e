//! Services that only warn while another one fails.

use super::{AWS, GCP};
use crate::testing::{Call, Story};

/// Checkout fails for 20 minutes from ten o'clock on; web, which calls it, warns from a time on,
/// so many times, every five seconds.
fn warning(from: &str, times: i64) -> Vec<String> {
    let story = Story::default()
        .every(
            AWS,
            "2024-05-01T09:30:00Z",
            5,
            360,
            "checkout INFO order placed",
        )
        .every(GCP, "2024-05-01T09:30:02Z", 5, 600, "web INFO GET / 200")
        .calls("web", "checkout")
        .every(
            AWS,
            "2024-05-01T10:00:07Z",
            5,
            240,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            GCP,
            from,
            5,
            times,
            "web WARN slow response from checkout, trying again",
        );
    let incidents = story.incidents();
    assert_eq!(incidents.len(), 1, "{incidents:#?}");
    assert_eq!(incidents[0].primary.service, "checkout");
    let followers = incidents[0].secondary.iter();
    followers.map(|failure| failure.service.clone()).collect()
}

#[test]
fn a_service_that_warns_while_what_it_calls_fails_follows() {
    assert_eq!(warning("2024-05-01T10:00:09Z", 60), ["web"]);
    assert_eq!(warning("2024-05-01T10:00:09Z", 236), ["web"]);
}

#[test]
fn one_that_always_warns_does_not_follow() {
    assert!(warning("2024-05-01T09:30:04Z", 595).is_empty());
    // Neither does one that began long before.
    assert!(warning("2024-05-01T09:45:00Z", 400).is_empty());
}

#[test]
fn what_is_lost_may_warn_of_what_is_wrong_with_it() {
    let told = |from: &str, times: i64| {
        let story = Story::default()
            .every(AWS, "2024-05-01T09:30:00Z", 5, 360, "pay INFO settled")
            .every(
                AWS,
                "2024-05-01T10:00:07Z",
                5,
                240,
                "pay ERROR connect ECONNREFUSED ledger:8080",
            )
            .every(GCP, "2024-05-01T09:30:02Z", 5, 358, "ledger INFO booked")
            .every(
                GCP,
                from,
                90,
                times,
                "ledger WARN 0/3 nodes are available: 3 Insufficient cpu",
            )
            .calls("pay", "ledger");
        let incidents = story.incidents();
        let primary = incidents[0].primary.clone();
        (primary.reason, incidents[0].trouble.clone().unwrap().text)
    };
    let warning = "warns of `0/3 nodes are available: 3 Insufficient cpu`";
    let (reason, trouble) = told("2024-05-01T10:00:01Z", 4);
    assert!(reason.contains(warning), "{reason}");
    assert!(trouble.ends_with(warning), "{trouble}");
    // What it always warns of tells nothing.
    let (reason, trouble) = told("2024-05-01T09:30:01Z", 24);
    assert!(reason.contains("shows no failure itself"), "{reason}");
    assert!(!trouble.contains("warns"), "{trouble}");
}

#[test]
fn a_cluster_tells_what_is_wrong_with_the_pods_of_what_is_lost() {
    let event = Call {
        format: "kubernetes.events",
        api: "cart",
        action: "Failed".to_owned(),
        ..Call::default()
    };
    let told = |from: &str| {
        let story = Story::default()
            .every(AWS, "2024-05-01T09:30:00Z", 5, 360, "web INFO shown")
            .every(
                AWS,
                "2024-05-01T10:00:07Z",
                5,
                240,
                "web ERROR connect ECONNREFUSED cart:8080",
            )
            .every(GCP, "2024-05-01T09:30:02Z", 5, 358, "cart INFO shown")
            .calls_of(
                GCP,
                from,
                4,
                &event,
                Some("Failed to pull image \"cart:9\""),
            )
            .calls("web", "cart");
        story.incidents()[0].trouble.clone().unwrap().text
    };
    let found = told("2024-05-01T10:00:01Z");
    let expected = "which warns of `Failed to pull image \"cart:9\"`";
    assert!(found.ends_with(expected), "{found}");
    let before = told("2024-05-01T09:40:01Z");
    assert!(!before.contains("warns"), "{before}");
}
