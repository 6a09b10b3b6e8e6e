//! Answers of the API and events of EventBridge.

use nepho_core::key::canonical;
use nepho_core::tables::{Run, RunStatus};

use super::*;
use crate::events::StackEvents;

const REPLIES: &str = include_str!("fixtures/replies.json");
const BRIDGED: &str = include_str!("fixtures/eventbridge.jsonl");

fn read(feed: &dyn ChangeFeed, text: &str) -> Result<FeedOutput> {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "s.json",
        text,
        modified: None,
    };
    feed.read(&document, &mut out)?;
    Ok(out)
}

fn changes(out: &FeedOutput) -> Vec<String> {
    let rows = out.changes.iter().map(|change| {
        let stack = change.resource.as_deref().unwrap_or_default();
        let stack = stack.split("stack/StackSet-").nth(1).unwrap_or_default();
        let stack = stack.split('/').next().unwrap_or_default();
        let run = change.run.chars().last().unwrap_or_default();
        let (address, action) = (&change.address, change.action);
        format!("{run} {address} {action} {} {stack}", change.outcome)
    });
    rows.collect()
}

fn runs(out: &FeedOutput) -> Vec<String> {
    let row = |run: &Run| {
        let id = run.id.chars().last().unwrap_or_default();
        let is_over = run.ended.is_some();
        format!(
            "{id} {} {} {} {is_over}",
            run.scope, run.operation, run.status
        )
    };
    out.runs.iter().map(row).collect()
}

#[test]
fn an_operation_is_a_run_with_a_change_per_stack() {
    assert_eq!(StackSets.sniff("s.json", REPLIES), Confidence::CERTAIN);
    let out = read(&StackSets, REPLIES).unwrap_or_default();
    assert_eq!(
        runs(&out),
        [
            "1 guardrails apply partial true",
            "2 guardrails apply succeeded true",
            "3 guardrails refresh running false",
        ]
    );
    assert_eq!(
        changes(&out),
        [
            "1 222233334444/eu-west-1 update applied guardrails-0a",
            "1 333344445555/eu-west-1 update failed guardrails-0b",
            "1 333344445555/us-east-1 update cancelled ",
            "2 555566667777/us-east-1 create applied guardrails-0c",
        ]
    );
    let failed = &out.changes[1];
    assert!(failed.is_root_failure && !out.changes[2].is_root_failure);
    let request = Some("0a1b2c3d-0000-4000-8000-00000000000f");
    assert_eq!(failed.request_id.as_deref(), request);
    assert_eq!(
        failed.time,
        Timestamp::parse_rfc3339("2024-05-01T10:04:00Z")
    );
    assert_eq!(out.rejects.len(), 1, "the operation whose id is a number");
    let stacks = out
        .resources
        .iter()
        .filter(|row| row.resource_type == STACK);
    assert_eq!((stacks.count(), out.relations.len()), (3, 3));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn stacks_that_are_retained_are_forgotten_and_not_deleted() {
    for (retains, expected) in [("true", "forget"), ("false", "delete")] {
        let text = format!(
            r#"{{"StackSetOperation":{{"OperationId":"1","StackSetId":"a:b","Action":"DELETE",
            "Status":"SUCCEEDED","RetainStacks":{retains}}}}}
            {{"Summaries":[{{"Account":"2","Region":"r","Status":"SUCCEEDED"}}]}}"#
        );
        let out = read(&StackSets, &text).unwrap_or_default();
        assert_eq!(changes(&out), [format!("1 2/r {expected} applied ")]);
        assert_eq!(runs(&out), ["1 a destroy succeeded false"]);
    }
}

#[test]
fn results_without_their_operation_are_refused() {
    let text = r#"{"Summaries":[{"Account":"2","Region":"r","Status":"SUCCEEDED"}]}"#;
    assert_eq!(StackSets.sniff("s.json", text), Confidence(80));
    let out = read(&StackSets, text).unwrap_or_default();
    assert_eq!((out.changes.len(), out.rejects.len()), (0, 1));
    for text in ["", "{}", "{\"Summaries\": [", "{\"StackEvents\":[]}"] {
        let line = read(&StackSets, text).err();
        let line = line.and_then(|error| error.origin().and_then(|origin| origin.line));
        assert!(line.is_some(), "{text}");
    }
}

#[test]
fn events_of_eventbridge_tell_of_operations_and_their_stacks() {
    assert_eq!(StackEvents.sniff("e.jsonl", BRIDGED), Confidence::CERTAIN);
    assert_eq!(StackSets.sniff("e.jsonl", BRIDGED), Confidence::NO);
    let out = read(&StackEvents, BRIDGED).unwrap_or_default();
    assert_eq!(
        changes(&out),
        [
            "1 222233334444/eu-west-1 delete applied guardrails-0a",
            "1 333344445555/eu-west-1 delete failed guardrails-0b",
            "c old delete applied ",
        ]
    );
    assert_eq!(runs(&out), ["1 guardrails destroy partial true"]);
    let run = &out.runs[0];
    let times = [run.started, run.ended];
    let expected = ["2024-05-01T10:00:00Z", "2024-05-01T10:02:00Z"];
    assert_eq!(times, expected.map(Timestamp::parse_rfc3339));
    assert_eq!(run.status, RunStatus::Partial);
    let gone: Vec<&str> = out
        .resources
        .iter()
        .filter(|row| row.valid_to.is_some())
        .filter_map(|row| row.name.as_deref())
        .collect();
    assert_eq!(gone, ["StackSet-guardrails-0a", "old"]);
    let set = "arn:aws:cloudformation:eu-west-1:111122223333:stackset/guardrails:0a1b2c3d-0000-4000-8000-0000000000aa";
    assert!(out.relations.iter().all(|edge| edge.to == canonical(set)));
    assert_eq!(out.rejects.len(), 1, "the operation without an id");
    assert!(!format!("{out:?}").contains("canary"));
}
