//! Feed `terraform.plan` on our own fixture.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{change, read, recognise, resource, try_read};
use nepho_core::ErrorKind;
use nepho_core::tables::{ChangeAction, ChangeOutcome};

const ORDERS: &str = include_str!("../src/plan/fixtures/orders-plan.json");
const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";

#[test]
fn a_plan_is_recognised_within_the_output_of_a_wrapper() {
    assert_eq!(
        recognise("orders-plan.json", ORDERS),
        Some("terraform.plan")
    );
    assert_eq!(
        recognise("x", r#"{"format_version":"0.1","variables":{"a":"#),
        Some("terraform.plan")
    );
    assert_eq!(
        recognise("x", r#"{"plan_format_version":"1.1","resource_drift":[]}"#),
        Some("terraform.plan")
    );
    assert_eq!(recognise("x", "just {text}"), None);
}

#[test]
fn each_resource_has_one_planned_change() {
    let out = read("terraform.plan", "orders-plan.json", ORDERS);
    let found: Vec<(&str, &str)> = out
        .changes
        .iter()
        .map(|c| (c.address.as_str(), c.action.as_str()))
        .collect();
    let expected = [
        ("aws_security_group.db", "update"),
        ("aws_db_instance.orders", "replace"),
        ("aws_security_group_rule.new", "create"),
        ("aws_lb.moved", "move"),
        ("aws_lb.taken", "import"),
        ("aws_instance.gone", "delete"),
        ("aws_instance.gone (deposed object 1a2b3c4d)", "delete"),
        ("aws_s3_bucket_policy.media", "update"),
        ("aws_ssm_parameter.left", "forget"),
        ("random_string.suffix", "replace"),
    ];
    assert_eq!(found, expected);
    assert!(
        out.changes
            .iter()
            .all(|change| change.outcome == ChangeOutcome::Planned && change.time.is_none())
    );
    assert_eq!(
        out.rejects.len(),
        2,
        "an unknown action and an address that is a number"
    );
}

#[test]
fn names_of_attributes_are_kept_and_no_values() {
    let out = read("terraform.plan", "orders-plan.json", ORDERS);
    assert_eq!(
        change(&out, "aws_security_group.db").attributes,
        ["ingress", "tags"]
    );
    let replaced = change(&out, "aws_db_instance.orders");
    assert_eq!(
        replaced.attributes,
        ["engine_version", "password", "storage"]
    );
    assert_eq!(replaced.replace_paths, ["engine_version", "storage"]);
    assert_eq!(
        change(&out, "aws_s3_bucket_policy.media").attributes,
        ["policy"]
    );
    assert_eq!(change(&out, "random_string.suffix").attributes, ["length"]);
    assert!(change(&out, "aws_instance.gone").attributes.is_empty());
}

#[test]
fn changes_know_their_resource_and_parent() {
    let out = read("terraform.plan", "orders-plan.json", ORDERS);
    assert_eq!(
        change(&out, "aws_security_group.db").resource.as_deref(),
        Some(GROUP)
    );
    let rule = change(&out, "aws_security_group_rule.new");
    assert_eq!(
        (rule.resource.as_deref(), rule.parent.as_deref()),
        (None, Some(GROUP))
    );
    let policy = change(&out, "aws_s3_bucket_policy.media");
    assert_eq!(
        (policy.resource.as_deref(), policy.parent.as_deref()),
        (None, Some("shop-media"))
    );
    assert_eq!(
        change(&out, "random_string.suffix").resource,
        None,
        "its id is the secret itself"
    );
    assert_eq!(resource(&out, "aws_security_group.db").key, GROUP);
}

#[test]
fn reasons_and_run_are_told() {
    let out = read("terraform.plan", "orders-plan.json", ORDERS);
    assert_eq!(
        change(&out, "aws_db_instance.orders").reason.as_deref(),
        Some("replace_because_cannot_update")
    );
    assert_eq!(
        change(&out, "aws_lb.moved").reason.as_deref(),
        Some("moved from aws_lb.old")
    );
    let group = change(&out, "aws_security_group.db");
    assert_eq!(group.run, "2026-03-14T15:09:26Z");
    assert_eq!(
        group.started.map(|time| time.to_string()).as_deref(),
        Some("2026-03-14T15:09:26Z")
    );
    assert_eq!(
        group.id,
        "terraform:orders:2026-03-14T15:09:26Z:aws_security_group.db:update"
    );
    assert_eq!(group.action, ChangeAction::Update);
    assert!(group.uri == "orders-plan.json" && group.line == 2);
}

#[test]
fn plans_of_unknown_versions_and_broken_ones_are_errors() {
    let error = try_read(
        "terraform.plan",
        "p",
        r#"{"format_version":"2.0","resource_changes":[]}"#,
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    for text in [
        "",
        "x",
        "{",
        r#"{"format_version":"1.0","resource_changes":{"a":"hunter2"}}"#,
    ] {
        let error = try_read("terraform.plan", "p", text).unwrap_err();
        assert!(
            error.origin().is_some_and(|origin| origin.line == Some(1)),
            "{error}"
        );
        assert!(!error.to_string().contains("hunter2"));
    }
    assert!(
        read(
            "terraform.plan",
            "p",
            r#"{"format_version":"1.0","prior_state":null,"resource_changes":null}"#
        )
        .changes
        .is_empty()
    );
}
