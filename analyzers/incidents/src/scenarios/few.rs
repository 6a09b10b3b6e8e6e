//! One or two refused calls right after a change.

use super::*;
use crate::testing::Call;

const HOME: &str = "aws/111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/orders";

fn call(session: &str, action: &str) -> Call {
    Call {
        format: "aws.cloudtrail",
        api: "dynamodb.amazonaws.com",
        action: action.to_owned(),
        actor: format!("arn:aws:sts::111122223333:assumed-role/{session}"),
        resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/orders".to_owned(),
        ..Call::default()
    }
}

fn refused(action: &str) -> String {
    format!(
        "AccessDeniedException: User: x is not authorized to perform: dynamodb:{action} because no \
         identity-based policy allows the dynamodb:{action} action"
    )
}

/// The role of orders writes to a table every ten seconds, all day but for what is said.
fn day() -> Story {
    let put = call("orders/i-1", "PutItem");
    Story::default()
        .calls_of(HOME, "2024-05-01T08:00:00Z", 720, &put, None)
        .calls_of(
            HOME,
            "2024-05-01T10:30:00Z",
            300,
            &call("other/i-2", "PutItem"),
            None,
        )
}

fn detach(story: Story, at: &str, role: &str) -> Story {
    let request =
        format!(r#"{{"roleName": "{role}", "policyArn": "arn:aws:iam::111122223333:policy/p"}}"#);
    let detach = Call {
        api: "iam.amazonaws.com",
        resource: "iam.role".to_owned(),
        raw: format!(r#"{{"requestParameters": {request}}}"#),
        ..call("eve/e", "DetachRolePolicy")
    };
    story.deed(
        HOME,
        at,
        &detach,
        &format!("arn:aws:iam::111122223333:role/{role}"),
    )
}

fn refuse(story: Story, at: &str, count: i64, action: &str) -> Story {
    let call = call("orders/i-1", action);
    story.calls_of(HOME, at, count, &call, Some(&refused(action)))
}

const CHANGED: &str = "2024-05-01T10:00:30Z";
const AFTER: &str = "2024-05-01T10:02:00Z";

#[test]
fn a_call_that_worked_until_the_change_is_evidence() {
    let check = |count: i64| {
        let found = refuse(detach(day(), CHANGED, "orders"), AFTER, count, "PutItem").findings();
        let [finding] = found.as_slice() else {
            panic!("{count} {found:?}");
        };
        assert_eq!(finding.change.as_deref(), Some("audit:DetachRolePolicy"));
        assert!(finding.resources.contains(&ROLE.to_owned()));
        let Details::Incident(details) = &finding.details else {
            panic!("{finding:?}");
        };
        assert_eq!(details.primary.errors, u64::try_from(count).unwrap());
        finding.confidence
    };
    let (one, two, many) = (check(1), check(2), check(30));
    assert!(one < two && two < many, "{one} {two} {many}");
}

#[test]
fn a_call_that_was_refused_before_is_no_evidence() {
    let story = refuse(day(), "2024-05-01T08:30:00Z", 1, "PutItem");
    let story = refuse(detach(story, CHANGED, "orders"), AFTER, 1, "PutItem");
    assert!(story.findings().is_empty());
}

#[test]
fn a_call_that_never_worked_is_no_evidence() {
    let story = refuse(detach(day(), CHANGED, "orders"), AFTER, 2, "Scan");
    assert!(story.findings().is_empty());
}

#[test]
fn a_change_of_somebody_else_or_long_ago_is_no_cause() {
    let story = refuse(detach(day(), CHANGED, "mailer"), AFTER, 1, "PutItem");
    assert!(story.findings().is_empty());
    let early = detach(day(), "2024-05-01T09:30:00Z", "orders");
    assert!(refuse(early, AFTER, 1, "PutItem").findings().is_empty());
}

#[test]
fn a_change_that_took_nothing_is_no_cause() {
    let request =
        r#"{"roleName": "orders", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}"#;
    let attach = Call {
        api: "iam.amazonaws.com",
        raw: format!(r#"{{"requestParameters": {request}}}"#),
        ..call("eve/e", "AttachRolePolicy")
    };
    let story = day().deed(HOME, CHANGED, &attach, ROLE);
    assert!(refuse(story, AFTER, 1, "PutItem").findings().is_empty());
}

#[test]
fn a_message_that_names_nothing_is_too_little() {
    let story = detach(day(), CHANGED, "orders");
    let put = call("orders/i-1", "PutItem");
    let story = story.calls_of(HOME, AFTER, 1, &put, Some("AccessDenied: Access Denied"));
    assert!(story.findings().is_empty());
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let story = || refuse(detach(day(), CHANGED, "orders"), AFTER, 2, "PutItem");
    let told = |story: Story| {
        let found = story.findings().into_iter();
        let told = found.map(|one| (one.title, one.change, one.confidence.to_string()));
        told.collect::<Vec<_>>()
    };
    let forward = told(story());
    assert_eq!(forward.len(), 1);
    assert_eq!(forward, told(story().reversed()));
}
