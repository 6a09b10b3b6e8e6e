//! For tests: stories of events, and what the feed tells of them, a line each.

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::tables::{Change, Run};

use super::StackEvents;

pub(super) const STACK: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b";

pub(super) fn read(text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "events.json",
        text,
        modified: None,
    };
    let result = StackEvents.read(&document, &mut out);
    assert!(
        result.is_ok(),
        "{:?}",
        result.err().map(|error| error.to_string())
    );
    out
}

pub(super) fn told(out: &FeedOutput) -> Vec<String> {
    let line = |change: &Change| {
        format!(
            "{} {} {} {}",
            change.scope, change.address, change.action, change.outcome
        )
    };
    out.changes.iter().map(line).collect()
}

/// Root failures: stack and address.
pub(super) fn roots(out: &FeedOutput) -> Vec<String> {
    let changes = out.changes.iter().filter(|change| change.is_root_failure);
    changes
        .map(|change| format!("{} {}", change.scope, change.address))
        .collect()
}

/// Runs: scope, operation, status, orphans.
pub(super) fn runs(out: &FeedOutput) -> Vec<String> {
    let line = |run: &Run| {
        format!(
            "{} {} {} [{}]",
            run.scope,
            run.operation,
            run.status,
            run.orphans.join(" ")
        )
    };
    out.runs.iter().map(line).collect()
}

/// Events of the stack `shop`, one a line in the order of time: second, logical id, status, and
/// where there are any, physical id (`-` for none) and reason.
pub(super) fn story(rows: &str) -> String {
    let mut events = Vec::new();
    for (number, row) in rows
        .lines()
        .filter(|row| !row.trim().is_empty())
        .enumerate()
    {
        let mut words = row.trim().splitn(5, ' ');
        let mut next = || words.next().unwrap_or_default();
        let (second, logical, status) = (next(), next(), next());
        let (physical, reason) = (next().trim_start_matches('-'), next());
        let (kind, physical) = match logical {
            "shop" => ("AWS::CloudFormation::Stack", STACK),
            _ => ("AWS::SNS::Topic", physical),
        };
        events.push(serde_json::json!({
            "StackId": STACK,
            "EventId": format!("e{number}"),
            "StackName": "shop",
            "LogicalResourceId": logical,
            "PhysicalResourceId": physical,
            "ResourceType": kind,
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
            "Timestamp": format!("2024-05-01T10:00:{second:0>2}.000Z"),
        }));
    }
    // The service lists the latest first.
    events.reverse();
    serde_json::json!({ "StackEvents": events }).to_string()
}
