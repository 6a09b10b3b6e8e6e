//! Failures that come and go.

use nepho_core::findings::{Details, Finding};
use nepho_core::tables::ChangeAction;
use nepho_core::time::NANOS;

use super::AWS;
use crate::testing::{Story, change, time};

const ORDERS: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";

/// A row every five seconds from 09:40 to 10:40. It is a failure in every second stretch of so many
/// seconds between two times, in seconds from ten o'clock.
fn flapping(stretch: i64, (start, end): (i64, i64)) -> Story {
    let mut story = Story::default()
        .resource(ORDERS, "aws_db_instance", &["orders"])
        .calls("web", ORDERS);
    for second in (-1200..2400).step_by(5) {
        let fails = (start..end).contains(&second) && (second - start) / stretch % 2 == 0;
        let (level, body) = match fails {
            true => ("ERROR", "could not connect to orders:5432: timed out"),
            false => ("INFO", "order placed"),
        };
        let at = time("2024-05-01T10:00:00Z").plus(second * NANOS);
        story = story.row(AWS, at, "web", level, body, None);
    }
    story
}

fn with_change(story: Story) -> Vec<Finding> {
    let mut change = change(ORDERS, "2024-05-01T09:59:30Z", "aws_db_instance", &[]);
    change.action = ChangeAction::Delete;
    change.resource = Some(ORDERS.to_owned());
    story.change(change).findings()
}

#[test]
fn failures_that_come_and_go_are_one_incident() {
    for stretch in [30, 60, 90, 120] {
        let findings = with_change(flapping(stretch, (0, 1800)));
        assert_eq!(findings.len(), 1, "{stretch}");
        assert_eq!(
            findings[0].start,
            Some(time("2024-05-01T10:00:00Z")),
            "{stretch}"
        );
        assert_eq!(findings[0].change, Some(format!("change:{ORDERS}")));
        let Details::Incident(details) = &findings[0].details else {
            panic!("it is an incident");
        };
        let reason = &details.primary.reason;
        assert!(reason.contains("come and go, it failed for 5"), "{reason}");
    }
}

#[test]
fn what_comes_and_goes_all_the_time_is_usual() {
    for stretch in [60, 90] {
        let findings = flapping(stretch, (-1200, 2400)).findings();
        assert!(findings.is_empty(), "{stretch}: {findings:#?}");
    }
}
