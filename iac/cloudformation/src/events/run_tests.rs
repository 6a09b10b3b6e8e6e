//! Runs, root failures and what is left behind, over stories of events.

use nepho_core::tables::ChangeOutcome;

use super::stories::{STACK, read, roots, runs, story, told};

const NESTED: &str = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-Net-1X/9f8e";

#[test]
fn a_run_tells_what_it_was_for_and_how_it_ended() {
    let out = read(include_str!("fixtures/create-and-update.json"));
    assert_eq!(
        runs(&out),
        ["shop apply succeeded []", "shop apply succeeded []"]
    );
    let update = out.runs.last().cloned().unwrap_or_default();
    assert_eq!(
        update.id,
        "Console-UpdateStack-22222222-aaaa-bbbb-cccc-000000000002"
    );
    assert!(update.started.is_some() && update.started < update.ended);
    assert_eq!(update.actor, None);
    let out = read(include_str!("fixtures/failed-update-in-pages.json"));
    assert_eq!(runs(&out), ["pay apply failed []"]);
    let out = read(&story(
        "1 shop UPDATE_IN_PROGRESS
         2 A UPDATE_COMPLETE topic-a
         3 B UPDATE_FAILED topic-b Resource update cancelled
         4 shop UPDATE_ROLLBACK_IN_PROGRESS - User Initiated
         5 A UPDATE_COMPLETE topic-a
         6 shop UPDATE_ROLLBACK_COMPLETE
         7 shop DELETE_IN_PROGRESS
         8 A DELETE_COMPLETE topic-a
         9 B DELETE_FAILED topic-b in use
         9 shop DELETE_FAILED - The following resource(s) failed to delete: [B].
         20 shop DELETE_IN_PROGRESS",
    ));
    assert_eq!(
        runs(&out),
        [
            "shop apply canceled []",
            "shop destroy partial []",
            "shop destroy running []"
        ]
    );
    assert_eq!(roots(&out), ["shop B"]);
}

#[test]
fn what_nobody_deletes_is_an_orphan() {
    // The old one of a replacement could not be deleted, and the stack forgot it.
    let out = read(&story(
        "1 shop UPDATE_IN_PROGRESS
         2 A UPDATE_IN_PROGRESS topic-a1
         3 A UPDATE_COMPLETE topic-a2
         4 shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
         5 A DELETE_FAILED topic-a1 in use
         6 shop UPDATE_COMPLETE",
    ));
    assert_eq!(told(&out), ["shop A replace applied"]);
    assert_eq!(runs(&out), ["shop apply succeeded [A]"]);
    // A failed creation that is not rolled back; one that failed because the name was taken.
    let rows = "1 shop CREATE_IN_PROGRESS
         2 A CREATE_FAILED topic-a Invalid policy
         3 B CREATE_FAILED topic-b topic-b already exists in stack x
         4 shop CREATE_FAILED";
    assert_eq!(runs(&read(&story(rows))), ["shop apply failed [A]"]);
    let deleted = "
         5 shop DELETE_IN_PROGRESS
         6 A DELETE_COMPLETE topic-a
         7 shop DELETE_COMPLETE";
    assert_eq!(
        runs(&read(&story(&format!("{rows}{deleted}")))),
        ["shop apply failed []", "shop destroy succeeded []"]
    );
}

#[test]
fn without_a_failed_resource_the_stack_says_why() {
    let out = read(&story(
        "1 shop CREATE_IN_PROGRESS - User Initiated
         2 shop ROLLBACK_IN_PROGRESS - Transform 111122223333::Macro failed with: no. \
         Rollback requested by user.
         3 shop ROLLBACK_COMPLETE",
    ));
    assert_eq!(told(&out), ["shop shop create failed"]);
    assert_eq!(roots(&out), ["shop shop"]);
    assert_eq!(runs(&out), ["shop apply failed []"]);
}

/// A row of `nested`: stack, logical id, physical id, second, status, reason.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static str,
    &'static str,
);

const OUTER: [Row; 6] = [
    (STACK, "shop", STACK, 1, "CREATE_IN_PROGRESS", ""),
    (STACK, "Net", NESTED, 2, "CREATE_IN_PROGRESS", ""),
    (
        STACK,
        "Net",
        NESTED,
        6,
        "CREATE_FAILED",
        "Embedded stack was not successfully created",
    ),
    (
        STACK,
        "Jobs",
        "",
        6,
        "CREATE_FAILED",
        "Resource creation cancelled",
    ),
    (
        STACK,
        "shop",
        STACK,
        7,
        "ROLLBACK_IN_PROGRESS",
        "The following resource(s) failed: [Net].",
    ),
    (STACK, "shop", STACK, 9, "ROLLBACK_COMPLETE", ""),
];

const INNER: [Row; 4] = [
    (NESTED, "shop-Net-1X", NESTED, 3, "CREATE_IN_PROGRESS", ""),
    (NESTED, "Subnet", "", 4, "CREATE_IN_PROGRESS", ""),
    (
        NESTED,
        "Subnet",
        "",
        5,
        "CREATE_FAILED",
        "The CIDR is invalid (Request ID: 0a1b2c3d-0000)",
    ),
    (
        NESTED,
        "shop-Net-1X",
        NESTED,
        5,
        "CREATE_FAILED",
        "The following resource(s) failed: [Subnet].",
    ),
];

/// Events of a stack `shop` and of the stack `Net` within it, in which `Subnet` fails.
fn nested(with_inner: bool) -> String {
    let mut rows = OUTER.to_vec();
    if with_inner {
        rows.extend(INNER);
    }
    let event = |(stack, logical, physical, second, status, reason): &Row| {
        let kind = match *logical {
            "shop" | "Net" | "shop-Net-1X" => "AWS::CloudFormation::Stack",
            "Subnet" => "AWS::EC2::Subnet",
            _ => "AWS::SNS::Topic",
        };
        serde_json::json!({
            "StackId": stack, "EventId": format!("{logical}-{second}"),
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind,
            "ResourceStatus": status, "ResourceStatusReason": reason,
            "Timestamp": format!("2024-05-01T10:00:{second:02}Z"), "ClientRequestToken": "deploy-7",
        })
    };
    let events: Vec<serde_json::Value> = rows.iter().map(event).collect();
    serde_json::json!({ "StackEvents": events }).to_string()
}

#[test]
fn the_root_failure_is_looked_for_in_the_stack_within() {
    let out = read(&nested(true));
    assert_eq!(roots(&out), ["shop-Net-1X Subnet"]);
    assert_eq!(
        told(&out),
        [
            "shop-Net-1X Subnet create failed",
            "shop Jobs create cancelled"
        ]
    );
    assert_eq!(
        runs(&out),
        ["shop-Net-1X apply failed []", "shop apply failed []"]
    );
    // Without its events the stack within is all that is known.
    let out = read(&nested(false));
    assert_eq!(roots(&out), ["shop Net"]);
    assert_eq!(
        told(&out),
        ["shop Net create failed", "shop Jobs create cancelled"]
    );
}

#[test]
fn events_by_operation_are_read() {
    let out = read(include_str!("fixtures/describe-events.json"));
    assert_eq!(
        told(&out),
        [
            "shop Orders update rolled_back",
            "shop Worker update failed",
        ]
    );
    assert_eq!(roots(&out), ["shop Worker"]);
    assert_eq!(runs(&out), ["shop plan failed []", "shop apply failed []"]);
    let failed = out
        .changes
        .iter()
        .find(|change| change.outcome == ChangeOutcome::Failed);
    let request = failed.and_then(|change| change.request_id.as_deref());
    assert_eq!(request, Some("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"));
    assert!(out.rejects.is_empty());
}

#[test]
fn lists_without_rows_of_the_stack_are_cut_where_a_resource_begins_anew() {
    let out = read(&story(
        "1 A CREATE_IN_PROGRESS topic-a1
         2 A CREATE_COMPLETE topic-a1
         3 A UPDATE_IN_PROGRESS topic-a2
         4 A UPDATE_COMPLETE topic-a2
         5 A DELETE_IN_PROGRESS topic-a1
         6 A DELETE_COMPLETE topic-a1
         7 A DELETE_IN_PROGRESS topic-a2
         8 A DELETE_COMPLETE topic-a2",
    ));
    assert_eq!(
        told(&out),
        [
            "shop A create applied",
            "shop A replace applied",
            "shop A delete applied"
        ]
    );
    assert!(runs(&out).is_empty());
}
