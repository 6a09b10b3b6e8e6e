//! Messages that name more than one thing that was lost.

use nepho_core::findings::{ChangeVerdict, Details, Finding};
use nepho_core::tables::{Change, ChangeAction};

use super::AWS;
use crate::testing::{Story, change};

const ORDERS: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";
const CACHE: &str = "arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:cache";
const OF_ORDERS: &str = "web ERROR could not connect to orders:5432: connection timed out";
const OF_CACHE: &str = "web ERROR redis: dial tcp cache:6379: i/o timeout";
const OF_NONE: &str = "web ERROR order failed";

/// A service that fails from ten o'clock on, with these messages every 12 seconds each.
fn failing(messages: &[&str]) -> Story {
    let quiet = "2024-05-01T09:00:00Z";
    let mut story = Story::default()
        .every(AWS, quiet, 5, 720, "web INFO order placed")
        .resource(ORDERS, "aws_db_instance", &["orders"])
        .resource(CACHE, "aws_elasticache_replication_group", &["cache"])
        .calls("web", ORDERS)
        .calls("web", CACHE);
    for (message, second) in messages.iter().zip(10..) {
        let start = format!("2024-05-01T10:00:{second}Z");
        story = story.every(AWS, &start, 12, 40, message);
    }
    story
}

fn deletion(id: &str, at: &str) -> Change {
    let mut change = change(id, at, "aws_db_instance", &[]);
    change.action = ChangeAction::Delete;
    change.resource = Some(id.to_owned());
    change
}

fn only(story: &Story) -> Finding {
    let mut findings = story.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

#[test]
fn a_change_of_either_of_two_lost_things_is_the_cause() {
    let check = |messages: &[&str], id: &str| {
        let story = failing(messages).change(deletion(id, "2024-05-01T09:59:40Z"));
        let finding = only(&story);
        assert_eq!(finding.change, Some(format!("change:{id}")), "{messages:?}");
    };
    for id in [ORDERS, CACHE] {
        check(&[OF_ORDERS, OF_CACHE], id);
        check(&[OF_ORDERS, OF_CACHE, OF_CACHE], id);
        check(&[OF_ORDERS, OF_CACHE, OF_NONE, OF_NONE, OF_NONE], id);
    }
}

#[test]
fn both_of_two_lost_things_are_on_the_path() {
    let story = failing(&[OF_ORDERS, OF_CACHE])
        .change(deletion(ORDERS, "2024-05-01T09:59:40Z"))
        .change(deletion(CACHE, "2024-05-01T09:59:50Z"));
    let Details::Incident(details) = only(&story).details else {
        panic!("it is an incident");
    };
    let verdicts: Vec<ChangeVerdict> = details.considered.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [ChangeVerdict::Cause, ChangeVerdict::Possible]);
    let why = &details.considered[1].why;
    assert!(why.contains("which web lost as well"), "{why}");
    let reason = details.primary.reason;
    assert!(reason.contains("and others name"), "{reason}");
}

#[test]
fn what_stands_beside_what_was_lost_is_not_lost_as_well() {
    let both = "web ERROR orders:5432: connection timed out, its answer is not in cache";
    let story = failing(&[both, OF_ORDERS]).change(deletion(CACHE, "2024-05-01T09:59:40Z"));
    assert_eq!(only(&story).change, None);
}
