//! Clocks that are off.

use super::*;

/// Requests that cross all three clouds, with the clock of Azure 90 seconds ahead.
fn skewed(latency: i64, ahead: i64) -> Story {
    let mut story = Story::default()
        .calls("web", "cart")
        .calls("cart", "checkout");
    for index in 0..400_i64 {
        let at = time("2024-05-01T09:30:00Z").plus(index * 9 * NANOS);
        let fails = at >= time("2024-05-01T10:00:00Z") && at < time("2024-05-01T10:10:00Z");
        let (level, body) = if fails {
            ("ERROR", "failed: internal error")
        } else {
            ("INFO", "done")
        };
        let trace = format!("trace-{index:08}");
        story = story
            .row(GCP, at.plus(2 * latency), "web", level, body, Some(&trace))
            .row(
                AZURE,
                at.plus(latency + ahead),
                "cart",
                level,
                body,
                Some(&trace),
            )
            .row(AWS, at, "checkout", level, body, Some(&trace));
    }
    story
}

#[test]
fn ninety_seconds_of_skew_are_found_and_corrected() {
    let story = skewed(50_000_000, 90 * NANOS);
    let clocks: Vec<_> = story
        .findings()
        .into_iter()
        .filter(|finding| finding.kind == FindingKind::Clock)
        .collect();
    assert_eq!(clocks.len(), 1, "{clocks:?}");
    let Details::Clock(offset) = &clocks[0].details else {
        panic!("no clock")
    };
    assert_eq!((offset.domain.as_str(), offset.applied), (AZURE, true));
    assert!(
        (offset.ahead_nanos - 90 * NANOS).abs() < NANOS,
        "{offset:?}"
    );
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
    let incidents = story.incidents();
    let cart = &incidents[0].secondary[0];
    assert!(cart.onset.since(incidents[0].primary.onset) < NANOS);
    assert!(cart.reason.contains("corrected"), "{}", cart.reason);
}

#[test]
fn the_clock_that_most_share_is_the_true_one() {
    // The source with most rows is the one that is wrong.
    let story = skewed(50_000_000, 90 * NANOS).every(
        AZURE,
        "2024-05-01T09:30:00Z",
        1,
        3_000,
        "cart INFO cache hit",
    );
    let clocks: Vec<_> = story
        .findings()
        .into_iter()
        .filter(|finding| finding.kind == FindingKind::Clock)
        .collect();
    let Details::Clock(offset) = &clocks[0].details else {
        panic!("no clock")
    };
    assert_eq!(
        (clocks.len(), offset.domain.as_str(), offset.applied),
        (1, AZURE, true)
    );
    assert_eq!(
        story.incidents()[0].primary.onset,
        time("2024-05-01T10:00:00Z")
    );
}

#[test]
fn latency_is_not_taken_for_skew() {
    let story = skewed(50_000_000, 0);
    assert!(
        story
            .findings()
            .iter()
            .all(|finding| finding.kind != FindingKind::Clock)
    );
    assert_eq!(story.verdicts(), ["checkout < cart,web | none"]);
}

#[test]
fn skew_that_nothing_tells_of_does_not_turn_the_verdict() {
    let story = shop()
        .every(
            AWS,
            "2024-05-01T10:00:50Z",
            4,
            60,
            "checkout ERROR could not connect to order-db:5432: timed out",
        )
        .every(
            AZURE,
            "2024-05-01T10:00:09Z",
            5,
            50,
            "cart ERROR order failed",
        );
    assert_eq!(story.verdicts(), ["checkout < cart | none"]);
}

#[test]
fn which_source_comes_first_does_not_matter() {
    let mut story = Story::default();
    for index in 0..10_i64 {
        let at = time("2024-05-01T10:00:00Z").plus(index * 60 * NANOS);
        let late = at.plus(90 * NANOS + index * index * 1_000_000);
        let trace = format!("trace-{index:08}");
        story = story
            .row(AWS, at, "checkout", "INFO", "done", Some(&trace))
            .row(GCP, late, "worker", "INFO", "done", Some(&trace));
    }
    let ahead = |story: &Story| match &story.findings()[0].details {
        Details::Clock(offset) => offset.ahead_nanos.abs(),
        _ => panic!("no clock"),
    };
    // Half way between the two in the middle, 16 and 25 ms.
    let middle = 90 * NANOS + 20_500_000;
    assert_eq!(ahead(&story), middle);
    assert_eq!(ahead(&story.reversed()), middle);
}

#[test]
fn how_many_rows_a_clock_has_does_not_matter() {
    let of = |first: i64, second: i64| {
        let mut story = Story::default()
            .every(
                AWS,
                "2024-05-01T10:00:05Z",
                1,
                first,
                "checkout INFO cache hit",
            )
            .every(
                GCP,
                "2024-05-01T10:00:05Z",
                1,
                second,
                "worker INFO cache hit",
            );
        for index in 0..10_i64 {
            let at = time("2024-05-01T10:00:00Z").plus(index * 60 * NANOS);
            let trace = format!("trace-{index:08}");
            story = story
                .row(AWS, at, "checkout", "INFO", "done", Some(&trace))
                .row(
                    GCP,
                    at.plus(90 * NANOS),
                    "worker",
                    "INFO",
                    "done",
                    Some(&trace),
                );
        }
        let Details::Clock(offset) = &story.findings()[0].details else {
            panic!("no clock")
        };
        (offset.domain.clone(), offset.reference.clone())
    };
    let expected = (GCP.to_owned(), AWS.to_owned());
    assert_eq!(of(200, 190), expected);
    assert_eq!(of(190, 200), expected);
}

#[test]
fn of_clocks_that_all_differ_the_middle_one_is_the_true_one() {
    let mut story = Story::default();
    for index in 0..10_i64 {
        let at = time("2024-05-01T10:00:00Z").plus(index * 60 * NANOS);
        let trace = format!("trace-{index:08}");
        let late = |seconds: i64| at.plus(seconds * NANOS);
        story = story
            .row(AWS, at, "checkout", "INFO", "done", Some(&trace))
            .row(GCP, late(30), "worker", "INFO", "done", Some(&trace))
            .row(AZURE, late(90), "cart", "INFO", "done", Some(&trace));
    }
    let references = story
        .findings()
        .into_iter()
        .map(|found| match found.details {
            Details::Clock(offset) => offset.reference,
            _ => panic!("no clock"),
        });
    assert_eq!(references.collect::<Vec<_>>(), [GCP, GCP]);
}

#[test]
fn a_timeout_is_not_taken_for_skew() {
    // The caller tells the traces of what failed alone, 30 seconds after the callee wrote them.
    let mut story = Story::default().calls("web", "checkout");
    for index in 0..400_i64 {
        let at = time("2024-05-01T09:30:00Z").plus(index * 9 * NANOS);
        let fails = at >= time("2024-05-01T10:00:00Z") && at < time("2024-05-01T10:10:00Z");
        let trace = format!("trace-{index:08}");
        story = match fails {
            true => story
                .row(
                    GCP,
                    at,
                    "checkout",
                    "ERROR",
                    "pool is used up",
                    Some(&trace),
                )
                .row(
                    AWS,
                    at.plus(30 * NANOS),
                    "web",
                    "ERROR",
                    "checkout timed out after 30000 ms",
                    Some(&trace),
                ),
            false => story
                .row(GCP, at, "checkout", "INFO", "done", Some(&trace))
                .row(AWS, at, "web", "INFO", "done", None),
        };
    }
    let mut late = change(
        "google_cloud_run_v2_service.checkout",
        "2024-05-01T10:00:20Z",
        "google_cloud_run_v2_service",
        &["template"],
    );
    late.started = Some(time("2024-05-01T10:00:12Z"));
    let service = "//run.googleapis.com/projects/shop-prod/locations/eu/services/checkout";
    late.resource = Some(service.to_owned());
    let story = story
        .resource(service, "google_cloud_run_v2_service", &[])
        .edge("checkout", RelationKind::RunsOn, service)
        .change(late);
    let findings = story.findings();
    assert!(findings.iter().all(|one| one.kind != FindingKind::Clock));
    assert_eq!(story.verdicts(), ["checkout < web | none"]);
}
