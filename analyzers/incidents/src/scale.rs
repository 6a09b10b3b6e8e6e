//! A cascade through a large graph is told in time that grows with the graph, not with its square.

use nepho_core::time::NANOS;

use crate::testing::{Story, time};

const AWS: &str = "aws/111122223333";

/// `services` services in a tree of calls with shortcuts; number 0 is the leaf that all need, and
/// fails first.
fn cascade(services: usize, rows: i64) -> Story {
    let mut story = Story::default();
    let mut state = 12_345_u64;
    let start = time("2024-05-01T10:00:00Z");
    for number in 0..services {
        let name = format!("service-{number}");
        let mut depth = 0;
        let mut at = number;
        while at > 0 {
            at /= 4;
            depth += 1;
        }
        if number > 0 {
            story = story.calls(&name, &format!("service-{}", number / 4));
            for _ in 0..3 {
                // Knuth's linear congruential generator: the same graph in every run.
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let other = usize::try_from(state >> 33).unwrap() % number;
                story = story.calls(&name, &format!("service-{other}"));
            }
        }
        for index in 0..rows {
            let at = start.plus((index - rows / 2) * 10 * NANOS + depth * NANOS);
            let (level, body) = if index < rows / 2 {
                ("INFO", "fine")
            } else {
                ("ERROR", "request failed")
            };
            story = story.row(AWS, at, &name, level, body, None);
        }
    }
    story
}

#[test]
fn a_cascade_through_a_thousand_services_is_one_incident() {
    let incidents = cascade(1_000, 12).incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].primary.service, "service-0");
    assert_eq!(incidents[0].secondary.len(), 999);
}

#[test]
fn many_incidents_are_summed_up_and_not_dropped_silently() {
    let mut story = Story::default();
    for number in 0..130 {
        let service = format!("lonely-{number:03}");
        story = story.every(
            AWS,
            "2024-05-01T09:00:00Z",
            60,
            60,
            &format!("{service} INFO fine"),
        );
        story = story.every(
            AWS,
            "2024-05-01T09:30:01Z",
            2,
            20 + number,
            &format!("{service} ERROR unhandled exception"),
        );
    }
    let findings = story.findings();
    assert_eq!(findings.len(), 100);
    assert!(
        findings[99]
            .explanation
            .contains("30 smaller incidents are not told one by one"),
        "{}",
        findings[99].explanation
    );
}

/// Numbers that look random and are the same in every run: Knuth's linear congruential generator.
fn numbers() -> impl FnMut() -> u64 {
    let mut state = 2_024_u64;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    }
}

#[test]
fn random_failures_at_a_constant_rate_are_no_incident() {
    let mut next = numbers();
    let mut story = Story::default();
    let start = time("2024-05-01T09:00:00Z");
    for service in 0..200_u64 {
        // One failure in a thousand to one in six, each second with a row; half of the services
        // call the next.
        let odds = [1_000, 300, 100, 30, 6][usize::try_from(service % 5).unwrap()];
        for second in 0..3_600 {
            let fails = next().is_multiple_of(odds);
            let (level, body) = if fails {
                ("ERROR", "declined")
            } else {
                ("INFO", "fine")
            };
            if fails || second % 20 == 0 {
                story = story.row(
                    AWS,
                    start.plus(second * NANOS),
                    &format!("service-{service}"),
                    level,
                    body,
                    None,
                );
            }
        }
        if service % 2 == 0 {
            story = story.calls(
                &format!("service-{service}"),
                &format!("service-{}", service + 1),
            );
        }
    }
    assert_eq!(story.verdicts(), Vec::<String>::new());
}

#[test]
fn a_partial_outage_shows_above_random_failures() {
    let mut next = numbers();
    let mut story = Story::default();
    let start = time("2024-05-01T09:00:00Z");
    for second in 0..7_200 {
        // One in a hundred fails; for five minutes it is one in five.
        let odds = if (3_600..3_900).contains(&second) {
            5
        } else {
            100
        };
        let (level, body) = if next().is_multiple_of(odds) {
            ("ERROR", "declined")
        } else {
            ("INFO", "fine")
        };
        story = story.row(
            AWS,
            start.plus(second * NANOS),
            "payments",
            level,
            body,
            None,
        );
    }
    let incidents = story.incidents();
    assert_eq!(incidents.len(), 1);
    let failure = &incidents[0].primary;
    let distance = failure.onset.since(time("2024-05-01T10:00:00Z")) / NANOS;
    assert!((-30..30).contains(&distance), "{distance} s");
    let distance = failure.last.since(time("2024-05-01T10:05:00Z")) / NANOS;
    assert!((-30..30).contains(&distance), "{distance} s");
}

#[test]
fn an_outage_shows_in_a_day_of_noise() {
    let mut next = numbers();
    let mut story = Story::default();
    let start = time("2024-05-01T00:00:00Z");
    for step in 0..43_200 {
        let fails = if (20_000..20_400).contains(&step) {
            true
        } else {
            next().is_multiple_of(12)
        };
        let (level, body) = if fails {
            ("ERROR", "declined")
        } else {
            ("INFO", "fine")
        };
        story = story.row(
            AWS,
            start.plus(step * 2 * NANOS),
            "payments",
            level,
            body,
            None,
        );
    }
    let incidents = story.incidents();
    assert_eq!(incidents.len(), 1);
    let distance = incidents[0].primary.onset.since(start.plus(40_000 * NANOS)) / NANOS;
    assert!((-30..30).contains(&distance), "{distance} s");
    assert!(
        incidents[0]
            .primary
            .evidence
            .iter()
            .all(|quote| quote.text == "declined")
    );
}
