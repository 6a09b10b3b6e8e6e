//! Events of EventBridge and of a topic.

use nepho_core::Timestamp;
use nepho_core::tables::RunStatus;

use super::stories::read;
use super::*;

const BRIDGED: &str = include_str!("fixtures/eventbridge.jsonl");
const NOTIFIED: &str = include_str!("fixtures/notifications.jsonl");

fn told(out: &FeedOutput) -> Vec<String> {
    out.changes
        .iter()
        .map(|change| format!("{} {} {}", change.address, change.action, change.outcome))
        .collect()
}

#[test]
fn events_of_eventbridge_are_folded_like_those_of_the_list() {
    assert_eq!(StackEvents.sniff("e.jsonl", BRIDGED), Confidence::CERTAIN);
    let out = read(BRIDGED);
    assert_eq!(
        told(&out),
        ["Jobs create rolled_back", "Mails create failed"]
    );
    let mails = &out.changes[1];
    assert!(mails.is_root_failure);
    assert_eq!(
        mails.request_id.as_deref(),
        Some("0a1b2c3d-0000-4000-8000-00000000000f")
    );
    assert_eq!(mails.time, Timestamp::parse_rfc3339("2024-05-01T10:00:10Z"));
    assert_eq!((mails.scope.as_str(), mails.line), ("shop", 5));
    let runs = out.runs.iter().map(|run| (run.id.as_str(), run.status));
    assert_eq!(
        runs.collect::<Vec<_>>(),
        [("Console-CreateStack-0a1b", RunStatus::Failed)]
    );
    assert!(out.rejects.is_empty() && !format!("{out:?}").contains("canary"));
}

#[test]
fn messages_of_a_topic_are_read_as_notifications_and_as_text() {
    let messages: Vec<String> = NOTIFIED
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|value| value["Message"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(messages.len(), 5);
    for text in [NOTIFIED.to_owned(), messages.concat()] {
        assert_eq!(StackEvents.sniff("m", &text), Confidence::CERTAIN, "{text}");
        let out = read(&text);
        assert_eq!(told(&out), ["Jobs update failed"]);
        let change = &out.changes[0];
        assert_eq!(
            change.time,
            Timestamp::parse_rfc3339("2024-05-01T10:00:07.250Z")
        );
        assert_eq!(change.run, "deploy-7");
        assert_eq!(change.reason.as_deref(), Some("*** was refused"));
        assert_eq!(
            change.resource.as_deref(),
            Some("arn:aws:sqs:eu-west-1:111122223333:jobs")
        );
        assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
    }
}

#[test]
fn events_of_other_services_are_not_passed_over_in_silence() {
    let other = r#"{"id":"1","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","time":"2024-05-01T10:00:00Z","detail":{"state":"running"}}"#;
    let note = r#"{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:111122223333:x","Message":"hello"}"#;
    for text in [other, note] {
        assert_eq!(StackEvents.sniff("e.json", text), Confidence::NO, "{text}");
    }
    let mixed = format!("{BRIDGED}{other}\n{note}");
    assert_eq!(StackEvents.sniff("e.json", &mixed), Confidence::NO);
    let out = read(&mixed);
    assert_eq!((out.changes.len(), out.rejects.len()), (2, 2));
}
