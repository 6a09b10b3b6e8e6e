//! What several states tell together, on our own fixtures.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{feed, read};
use nepho_core::Timestamp;
use nepho_core::feed::{Document, FeedOutput, Snapshot};
use nepho_core::findings::{Details, WriteClass};
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, RunStatus};

const BEFORE: &str = include_str!("../src/state/fixtures/shop-7.tfstate");
const AFTER: &str = include_str!("../src/state/fixtures/shop-9.tfstate");
const QUEUES: &str = include_str!("../src/state/fixtures/queues.tfstate");

/// Seconds of the day on which the states were written.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).expect("a time")
}

/// Snapshots of states: file, text and time.
fn snapshots(states: &[(&str, &str, Option<Timestamp>)]) -> Vec<Snapshot> {
    let mut out = FeedOutput::default();
    for (uri, text, modified) in states {
        let document = Document {
            uri,
            text,
            modified: *modified,
        };
        feed("terraform.state")
            .read(&document, &mut out)
            .expect("a state");
    }
    out.snapshots
}

fn compare(states: &[(&str, &str, Option<Timestamp>)], known: &[Change]) -> FeedOutput {
    let mut out = FeedOutput::default();
    feed("terraform.state").compare(&snapshots(states), known, &mut out);
    out
}

/// Both states, the newer one first: the order is that of the serial numbers.
fn both() -> [(&'static str, &'static str, Option<Timestamp>); 2] {
    [
        ("shop/terraform.tfstate", AFTER, Some(at(100))),
        ("shop/terraform.tfstate.backup", BEFORE, Some(at(0))),
    ]
}

fn told(out: &FeedOutput) -> Vec<(&str, &str, &str)> {
    let row = |change: &'_ Change| (change.action.as_str(), change.outcome.as_str());
    out.changes
        .iter()
        .map(|change| (change.address.as_str(), row(change).0, row(change).1))
        .collect()
}

#[test]
fn two_states_of_one_lineage_give_the_changes_between_them() {
    let out = compare(&both(), &[]);
    let expected = [
        ("aws_iam_role.checkout", "replace", "applied"),
        ("aws_instance.web[0]", "taint", "applied"),
        ("aws_instance.web[1]", "replace", "applied"),
        ("aws_lb.front", "create", "failed"),
        ("aws_security_group.db", "update", "applied"),
        ("aws_sns_topic.news", "delete", "applied"),
        ("aws_sqs_queue.orders", "delete", "applied"),
        ("module.keys.aws_kms_key.orders[\"a\"]", "move", "applied"),
    ];
    assert_eq!(told(&out), expected);
    let group = common::change(&out, "aws_security_group.db");
    assert_eq!(group.attributes, ["description", "tags", "tags_all"]);
    assert_eq!((group.not_before, group.time), (Some(at(0)), Some(at(100))));
    assert_eq!(group.class, Some(WriteClass::Iac));
    assert_eq!(
        (group.scope.as_str(), group.uri.as_str()),
        ("shop", "shop/terraform.tfstate")
    );
    let key = common::change(&out, "module.keys.aws_kms_key.orders[\"a\"]");
    assert_eq!(key.previous_address.as_deref(), Some("aws_kms_key.orders"));
    let left = common::change(&out, "aws_instance.web[1]")
        .reason
        .as_deref();
    assert_eq!(left, Some("the old object is still there"));
    let run = out.runs.first().expect("a run");
    assert_eq!((run.serial_from, run.serial_to), (Some(7), Some(9)));
    assert_eq!((run.status, run.ended), (RunStatus::Partial, Some(at(100))));
    assert!(out.changes.iter().all(|change| change.run == run.id) && out.findings.is_empty());
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn what_another_state_has_was_moved_there() {
    let mut states = both().to_vec();
    states.push(("queues/terraform.tfstate", QUEUES, Some(at(50))));
    let out = compare(&states, &[]);
    let queue = common::change(&out, "aws_sqs_queue.orders");
    assert_eq!(
        (queue.action, queue.scope.as_str()),
        (ChangeAction::Forget, "shop")
    );
    assert_eq!(
        queue.reason.as_deref(),
        Some("moved to `aws_sqs_queue.incoming` in the state of `queues`")
    );
    assert_eq!(out.runs.len(), 1);
    // An older version of the other state tells what that did.
    let before = r#"{"version":4,"terraform_version":"1.9.5","serial":1,
        "lineage":"0e5a7d3c-1111-4222-8333-944455556666","outputs":{},"resources":[]}"#;
    states.push(("queues/terraform.tfstate.backup", before, Some(at(10))));
    let out = compare(&states, &[]);
    let queue = common::change(&out, "aws_sqs_queue.incoming");
    assert_eq!(
        (queue.action, queue.scope.as_str()),
        (ChangeAction::Move, "queues")
    );
    assert_eq!(
        queue.previous_address.as_deref(),
        Some("aws_sqs_queue.orders")
    );
    assert_eq!(
        queue.reason.as_deref(),
        Some("moved from the state of `shop`")
    );
    let of_run = |change: &Change| {
        let mut runs = out.runs.iter();
        let run = runs.find(|run| run.id == change.run).expect("a run");
        (run.scope.as_str(), run.ended)
    };
    assert_eq!(of_run(queue), ("queues", Some(at(50))));
    let left = common::change(&out, "aws_sqs_queue.orders");
    assert_eq!(of_run(left), ("shop", Some(at(100))));
}

#[test]
fn what_no_state_had_for_some_time_was_deleted_and_made_again() {
    let mut states = both().to_vec();
    let before = r#"{"version":4,"terraform_version":"1.9.5","serial":1,
        "lineage":"0e5a7d3c-1111-4222-8333-944455556666","outputs":{},"resources":[]}"#;
    // The state of `shop` lost it until 100, that of `queues` did not have it at 200.
    states.push(("queues/terraform.tfstate", QUEUES, Some(at(900))));
    states.push(("queues/terraform.tfstate.backup", before, Some(at(200))));
    let out = compare(&states, &[]);
    let gone = common::change(&out, "aws_sqs_queue.orders");
    assert_eq!((gone.action, &gone.reason), (ChangeAction::Delete, &None));
    let made = common::change(&out, "aws_sqs_queue.incoming");
    assert_eq!((made.action, &made.reason), (ChangeAction::Create, &None));
}

#[test]
fn what_a_log_told_is_not_told_again_and_what_a_plan_told_is_confirmed() {
    let known = |address: &str, action, outcome, time| Change {
        id: format!("{address} known"),
        tool: "opentofu".to_owned(),
        scope: "shop".to_owned(),
        run: "run-1".to_owned(),
        address: address.to_owned(),
        action,
        outcome,
        time,
        ..Change::default()
    };
    let planned = Change {
        reason: Some("delete_because_no_resource_config".to_owned()),
        ..known(
            "aws_sns_topic.news",
            ChangeAction::Delete,
            ChangeOutcome::Planned,
            None,
        )
    };
    let applied = ChangeOutcome::Applied;
    let changes = [
        known(
            "aws_security_group.db",
            ChangeAction::Update,
            applied,
            Some(at(40)),
        ),
        // Of another run, long before.
        known(
            "aws_iam_role.checkout",
            ChangeAction::Replace,
            applied,
            Some(at(-4000)),
        ),
        known(
            "aws_lb.front",
            ChangeAction::Create,
            ChangeOutcome::Failed,
            None,
        ),
        known("aws_sqs_queue.orders", ChangeAction::Forget, applied, None),
        planned,
    ];
    let out = compare(&both(), &changes);
    let addresses: Vec<&str> = told(&out).iter().map(|(address, ..)| *address).collect();
    for gone in [
        "aws_security_group.db",
        "aws_lb.front",
        "aws_sqs_queue.orders",
    ] {
        assert!(!addresses.contains(&gone), "{gone}");
    }
    assert!(addresses.contains(&"aws_iam_role.checkout"));
    let topic = common::change(&out, "aws_sns_topic.news");
    assert_eq!(
        (topic.id.as_str(), topic.run.as_str()),
        ("aws_sns_topic.news known", "run-1")
    );
    assert_eq!(topic.outcome, ChangeOutcome::Applied);
    assert_eq!(
        topic.reason.as_deref(),
        Some("delete_because_no_resource_config")
    );
}

#[test]
fn times_of_copied_files_tell_nothing() {
    let states = [
        ("a.tfstate", BEFORE, Some(at(9))),
        ("b.tfstate", AFTER, Some(at(9))),
    ];
    let out = compare(&states, &[]);
    assert!(!out.changes.is_empty());
    assert!(
        out.changes
            .iter()
            .all(|change| change.time.is_none() && change.not_before.is_none())
    );
}

#[test]
fn a_rewritten_history_is_an_alarm() {
    let edited = AFTER.replace("ami-1", "ami-2");
    let other = AFTER.replace("5b0c1de4", "6b0c1de4");
    let check = |states: &[(&str, &str, Option<Timestamp>)], count: usize| {
        let out = compare(states, &[]);
        assert_eq!(out.findings.len(), count, "{:?}", out.findings);
        out.findings
            .into_iter()
            .next()
            .map(|finding| finding.details)
    };
    check(&both(), 0);
    check(
        &[("a.tfstate", AFTER, None), ("copy/a.tfstate", AFTER, None)],
        0,
    );
    let details = check(
        &[("a.tfstate", AFTER, None), ("b.tfstate", &edited, None)],
        1,
    );
    let Some(Details::StateRewritten(details)) = details else {
        panic!("{details:?}")
    };
    assert_eq!((details.serial, details.uris.len()), (9, 2));
    let details = check(
        &[
            ("a.tfstate", &other, None),
            ("a.tfstate.backup", BEFORE, None),
        ],
        1,
    );
    let Some(Details::StateRewritten(details)) = details else {
        panic!("{details:?}")
    };
    assert_eq!(details.lineages.len(), 2);
    check(
        &[("a.tfstate", &other, None), ("b.tfstate", BEFORE, None)],
        0,
    );
}

#[test]
fn an_encrypted_state_is_no_empty_one() {
    let sealed = r#"{"serial":9,"lineage":"5b0c1de4-0f3b-4f7e-9d53-1f1b2c3d4e5f","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}"#;
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "shop/terraform.tfstate",
        text: sealed,
        modified: None,
    };
    let error = feed("terraform.state")
        .read(&document, &mut out)
        .expect_err("no key");
    assert!(error.to_string().contains("tofu state pull"), "{error}");
    let mut all = snapshots(&[("shop/terraform.tfstate.backup", BEFORE, None)]);
    all.extend(out.snapshots);
    assert_eq!(all.len(), 2);
    let mut told = FeedOutput::default();
    feed("terraform.state").compare(&all, &[], &mut told);
    assert!(
        told.changes.is_empty(),
        "nothing was deleted: {:?}",
        told.changes
    );
}

#[test]
fn states_of_a_plan_file_are_of_no_history() {
    for uri in ["run.tfplan!/tfstate", "run.tfplan!/tfstate-prev"] {
        assert!(snapshots(&[(uri, BEFORE, None)]).is_empty(), "{uri}");
    }
    let shown = r#"{"format_version":"1.0","values":{"root_module":{}}}"#;
    assert!(
        read("terraform.state", "x.json", shown)
            .snapshots
            .is_empty()
    );
}

/// Changes that logs told a week before the states are said to be written, of these differences.
fn of_last_week(out: &FeedOutput, outcome: ChangeOutcome) -> Vec<Change> {
    let earlier = |change: &Change| Change {
        id: format!("{} known", change.address),
        run: "run-1".to_owned(),
        time: (outcome != ChangeOutcome::Planned).then(|| at(-604_800)),
        started: Some(at(-604_800)),
        not_before: None,
        outcome,
        ..change.clone()
    };
    out.changes.iter().map(earlier).collect()
}

#[test]
fn files_that_were_copied_one_after_the_other_tell_no_times() {
    let all = compare(&both(), &[]);
    let known = of_last_week(&all, ChangeOutcome::Applied);
    let out = compare(&both(), &known);
    assert!(
        out.changes.is_empty() && out.runs.is_empty(),
        "{:?}",
        told(&out)
    );
    // A plan that is older than the state was not applied to it, if the times are right.
    let out = compare(&both(), &of_last_week(&all, ChangeOutcome::Planned));
    assert_eq!(out.changes.len(), known.len());
    assert!(
        out.changes
            .iter()
            .all(|change| change.time.is_none() && change.run == "run-1")
    );
}

#[test]
fn an_old_log_of_a_part_of_it_does_not_make_a_change_one_of_old() {
    let all = compare(&both(), &[]);
    let known = of_last_week(&all, ChangeOutcome::Applied);
    // Half of it, or all of it while a log tells of the time in between.
    let out = compare(&both(), &known[..known.len() / 2]);
    assert_eq!(told(&out), told(&all));
    let mut known = known;
    let topic = known
        .iter()
        .find(|change| change.address == "aws_sns_topic.news");
    let again = Change {
        id: "again".to_owned(),
        time: Some(at(40)),
        ..topic.expect("a topic").clone()
    };
    known.push(again);
    let out = compare(&both(), &known);
    assert_eq!(out.changes.len(), all.changes.len() - 1);
    // Nor do states that were written hours apart.
    let mut states = both();
    states[0].2 = Some(at(7_200));
    let out = compare(&states, &known[..known.len() - 1]);
    assert_eq!(told(&out), told(&all));
}
