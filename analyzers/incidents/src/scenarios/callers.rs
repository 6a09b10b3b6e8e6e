//! Calls of clouds that were refused, as audit logs tell them.

use super::*;
use crate::testing::Call;

const GROUP: &str = "/subscriptions/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab/resourcegroups/shop";
const ORDERS: &str = "0a1b2c3d-1111-2222-3333-444455556666";
const MAILER: &str = "0a1b2c3d-7777-8888-9999-000011112222";
const DENIED: &str = "AuthorizationFailed: The client does not have authorization to perform action \
                      'Microsoft.Storage/storageAccounts/listKeys/action'";

fn assignment(name: &str) -> String {
    format!("{GROUP}/providers/microsoft.authorization/roleassignments/{name}")
}

/// The application of orders is refused the keys of an account shortly after an assignment of a
/// role was deleted.
fn azure(deleted: &str, at: &str) -> Story {
    azure_times(deleted, at, 12)
}

/// The same, with so many refused calls.
fn azure_times(deleted: &str, at: &str, count: i64) -> Story {
    let object = format!(
        r#"{{"identity": {{"claims": {{"http://schemas.microsoft.com/identity/claims/objectidentifier": "{ORDERS}"}}}}}}"#
    );
    let call = Call {
        format: "azure.activity",
        api: "Microsoft.Storage",
        actor: "7c9e6679-7425-40de-944b-e07fc1f90ae7".to_owned(),
        resource: format!("{GROUP}/providers/microsoft.storage/storageaccounts/orders"),
        raw: object,
        ..Call::default()
    };
    let mut change = change(deleted, at, "microsoft.authorization/roleassignments", &[]);
    change.id = format!("audit:{deleted}");
    change.action = nepho_core::tables::ChangeAction::Delete;
    change.resource = Some(assignment(deleted));
    Story::default()
        .calls_of("azure/shop", "2024-05-01T09:00:00Z", 300, &call, None)
        .calls_of(
            "azure/shop",
            "2024-05-01T10:01:00Z",
            count,
            &call,
            Some(DENIED),
        )
        .right(ORDERS, "2024-05-01T10:00:00Z")
        .right(MAILER, "2024-05-01T09:58:00Z")
        .change(change)
}

impl Story {
    /// A right of an identity to the group, until a time.
    fn right(self, identity: &str, until: &str) -> Self {
        let story = self.edge(identity, RelationKind::PermitsIam, GROUP);
        story.for_a_time(None, Some(until))
    }
}

#[test]
fn an_application_that_lost_its_role_is_refused() {
    let found = azure("of-orders", "2024-05-01T10:00:00Z").findings();
    let [finding] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(finding.change.as_deref(), Some("audit:of-orders"));
    let Details::Incident(details) = &finding.details else {
        panic!("{finding:?}");
    };
    let caller = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    assert_eq!(details.primary.principal.as_deref(), Some(caller));
    let path = &details.considered.first().unwrap().path;
    assert_eq!(path.len(), 1, "{path:?}");
    assert!(
        path[0].ends_with("may act as or on shop until then"),
        "{path:?}"
    );
}

#[test]
fn one_refused_call_of_an_application_is_enough() {
    let check = |deleted: &str, at: &str, expected: usize| {
        let found = azure_times(deleted, at, 1).findings();
        assert_eq!(found.len(), expected, "{deleted} {found:?}");
    };
    check("of-orders", "2024-05-01T10:00:00Z", 1);
    check("of-mailer", "2024-05-01T09:58:00Z", 0);
}

#[test]
fn the_assignment_of_another_application_is_not_to_blame() {
    let found = azure("of-mailer", "2024-05-01T09:58:00Z").findings();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_a_caller_ended_itself_is_not_missing() {
    let check = |who: &str, expected: usize| {
        let queue = "arn:aws:sqs:eu-west-1:111122223333:orders";
        let call = Call {
            format: "aws.cloudtrail",
            api: "sqs.amazonaws.com",
            actor: "arn:aws:iam::111122223333:user/worker".to_owned(),
            resource: queue.to_owned(),
            ..Call::default()
        };
        let mut change = change(
            "DeleteQueue orders",
            "2024-05-01T10:00:00Z",
            "sqs.queue",
            &[],
        );
        change.id = "audit:1".to_owned();
        change.action = nepho_core::tables::ChangeAction::Delete;
        change.resource = Some(queue.to_owned());
        change.actor = Some(format!("arn:aws:iam::111122223333:user/{who}"));
        let gone = "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.";
        let found = Story::default()
            .calls_of("aws/111122223333", "2024-05-01T09:00:00Z", 300, &call, None)
            .calls_of(
                "aws/111122223333",
                "2024-05-01T10:00:10Z",
                12,
                &call,
                Some(gone),
            )
            .change(change)
            .findings();
        assert_eq!(found.len(), expected, "{who} {found:?}");
    };
    check("amit", 1);
    check("worker", 0);
}

/// Calls of principals of AWS on a queue, one each.
fn visitors(actors: impl Iterator<Item = String>) -> Story {
    actors.fold(Story::default(), |story, actor| {
        let call = Call {
            format: "aws.cloudtrail",
            api: "sqs.amazonaws.com",
            actor,
            resource: "arn:aws:sqs:eu-west-1:111122223333:orders".to_owned(),
            ..Call::default()
        };
        story.calls_of("aws/111122223333", "2024-05-01T08:00:00Z", 1, &call, None)
    })
}

#[test]
fn sessions_leave_room_for_principals() {
    let session = |number| format!("arn:aws:sts::111122223333:assumed-role/batch/job-{number}");
    let mut story = azure("of-orders", "2024-05-01T10:00:00Z");
    let mut visitors = visitors((0..40_001).map(session));
    visitors.rows.append(&mut story.rows);
    story.rows = visitors.rows;
    assert_eq!(story.findings().len(), 1);
}

#[test]
fn calls_of_principals_beyond_the_limit_are_told() {
    let user = |number| format!("arn:aws:iam::111122223333:user/u{number}");
    let mut story = outage(shop());
    story.rows.append(&mut visitors((0..40_003).map(user)).rows);
    let told = "3 calls by principals beyond the first 40000 were not looked at.";
    let incidents = story.incidents();
    assert!(incidents[0].checked.iter().any(|line| line == told));
}

#[test]
fn calls_on_rights_whose_records_are_too_long_are_told() {
    let call = Call {
        format: "aws.cloudtrail",
        api: "iam.amazonaws.com",
        action: "PutRolePolicy".to_owned(),
        actor: "arn:aws:iam::111122223333:user/eve".to_owned(),
        raw: format!(r#"{{"requestParameters": "{}"}}"#, "x".repeat(1 << 20)),
        ..Call::default()
    };
    let home = "aws/111122223333";
    let story = outage(shop()).calls_of(home, "2024-05-01T08:00:00Z", 2, &call, None);
    let told = "Of 2 calls on rights it was not looked up what they say: their records are too \
                long, or they are beyond the first 20000.";
    let incidents = story.incidents();
    let checked = &incidents[0].checked;
    assert!(checked.iter().any(|line| line == told), "{checked:?}");
}

#[test]
fn a_bare_name_of_what_is_called_is_no_identity_and_of_no_other_account() {
    let check = |changed: &str, kind: &str, expected: usize| {
        let call = Call {
            format: "aws.cloudtrail",
            api: "dynamodb.amazonaws.com",
            action: "PutItem".to_owned(),
            actor: "arn:aws:sts::111122223333:assumed-role/worker/task".to_owned(),
            resource: "orders".to_owned(),
            ..Call::default()
        };
        let mut change = change("orders", "2024-05-01T10:00:00Z", kind, &["policy"]);
        change.id = "audit:1".to_owned();
        change.resource = Some(changed.to_owned());
        let denied = "AccessDenied: User: arn:aws:sts::111122223333:assumed-role/worker/task is \
                      not authorized to perform: dynamodb:PutItem";
        let domain = "aws/111122223333";
        let found = Story::default()
            .resource(changed, kind, &["orders"])
            .calls_of(domain, "2024-05-01T09:00:00Z", 300, &call, None)
            .calls_of(domain, "2024-05-01T10:00:10Z", 40, &call, Some(denied))
            .change(change)
            .findings();
        let caused = found.iter().filter(|one| one.change.is_some()).count();
        assert_eq!(caused, expected, "{changed} {found:?}");
    };
    let table = |account: &str| format!("arn:aws:dynamodb:eu-west-1:{account}:table/orders");
    check(&table("111122223333"), "dynamodb.table", 1);
    check(&table("444455556666"), "dynamodb.table", 0);
    check("arn:aws:iam::444455556666:role/orders", "iam.role", 0);
    check("arn:aws:iam::111122223333:role/orders", "iam.role", 0);
}
