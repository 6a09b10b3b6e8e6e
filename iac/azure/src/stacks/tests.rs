//! The feed over its fixture.

use super::*;

const STACKS: &str = include_str!("fixtures/stacks.json");

#[test]
fn a_stack_puts_deletes_and_lets_go() {
    assert_eq!(Stacks.sniff("s.json", STACKS), Confidence::CERTAIN);
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "s.json",
        text: STACKS,
        modified: None,
    };
    assert!(Stacks.read(&document, &mut out).is_ok() && out.rejects.is_empty());
    let statuses: Vec<_> = out.runs.iter().map(|run| run.status).collect();
    assert_eq!(statuses, [RunStatus::Running, RunStatus::Partial]);
    assert_eq!(out.runs[0].id, out.runs[1].id);
    assert_eq!(out.runs[1].actor.as_deref(), Some("ben@example.com"));
    assert_eq!(
        out.runs[1].ended,
        Timestamp::parse_rfc3339("2024-05-04T08:00:29Z")
    );
    let told: Vec<_> = out
        .changes
        .iter()
        .map(|one| {
            (
                one.action,
                one.outcome,
                one.reason.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    use ChangeOutcome::{Applied, Failed};
    let gone = "no longer in the template of the stack";
    assert_eq!(
        told,
        [
            (
                ChangeAction::Update,
                Applied,
                "the stack puts the resource, new or not"
            ),
            (ChangeAction::Delete, Applied, gone),
            (ChangeAction::Forget, Applied, gone),
            (
                ChangeAction::Update,
                Failed,
                "RoleAssignmentExists: *** has this role"
            ),
        ]
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn what_is_no_stack_is_refused_with_its_place() {
    let text = "\n{\"id\":\"/subscriptions/s/providers/Microsoft.Resources/locations/l/deploymentStackOperationStatus/x\",\"status\":\"succeeded\"}";
    assert_eq!(Stacks.sniff("s.json", text), Confidence::NO);
    let document = Document {
        uri: "s",
        text,
        modified: None,
    };
    let error = Stacks.read(&document, &mut FeedOutput::default()).err();
    assert_eq!(error.and_then(|error| error.origin()?.line), Some(2));
}
