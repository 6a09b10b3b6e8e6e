//! Stories of what runs made and lost sight of.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Resource, Run, RunOperation, RunStatus, Table,
};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{TERRAFORM, audited, event, trail};

const LOST: &str = "arn:aws:s3:::orders-lost";

/// A call about a bucket, by Terraform in run 4711.
fn call(name: &str, bucket: &str, time: &str, code: Option<&str>) -> Value {
    let mut record = event(
        &format!("{name} {bucket} {time}"),
        &format!("2024-05-01T{time}Z"),
        "s3.amazonaws.com",
        name,
        "eve",
        &format!("{TERRAFORM} nepho/run/gh-4711"),
        json!({"bucketName": bucket}),
    );
    if let Some(code) = code {
        record["errorCode"] = json!(code);
    }
    record
}

/// The run makes two buckets; a third is refused.
fn calls() -> Vec<Value> {
    vec![
        call("CreateBucket", "orders-kept", "10:00:01", None),
        call("CreateBucket", "orders-lost", "10:00:02", None),
        call("CreateBucket", "orders", "10:00:03", Some("AccessDenied")),
    ]
}

/// What the state has of a bucket.
fn bucket(name: &str) -> Resource {
    Resource {
        key: format!("arn:aws:s3:::{name}"),
        tool: Some("terraform".to_owned()),
        scope: Some("prod".to_owned()),
        address: Some(format!("aws_s3_bucket.{name}")),
        ..Resource::default()
    }
}

fn run(status: RunStatus) -> Run {
    Run {
        id: "gh-4711".to_owned(),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        operation: RunOperation::Apply,
        status,
        started: Timestamp::parse_rfc3339("2024-05-01T10:00:00Z"),
        ended: Timestamp::parse_rfc3339("2024-05-01T10:00:05Z"),
        ..Run::default()
    }
}

fn conclude(records: &[Value], state: &[Resource], changes: &[Change], runs: &[Run]) -> Output {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &trail(records)).unwrap();
    let rows = Resource::to_batch(state).unwrap();
    analyzer.update(Table::Resources, &rows).unwrap();
    let rows = Change::to_batch(changes).unwrap();
    analyzer.update(Table::Changes, &rows).unwrap();
    let rows = Run::to_batch(runs).unwrap();
    analyzer.update(Table::Runs, &rows).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out
}

fn orphans(out: &Output) -> Vec<&str> {
    let all = out.runs.iter().flat_map(|run| &run.orphans);
    all.map(String::as_str).collect()
}

#[test]
fn what_a_failed_run_made_and_no_state_has_is_an_orphan() {
    let state = [bucket("orders-kept")];
    let out = conclude(&calls(), &state, &[], &[run(RunStatus::Partial)]);
    assert_eq!(orphans(&out), [LOST]);
    let told = &out.runs[0];
    let key = (told.tool.as_str(), told.scope.as_str(), told.id.as_str());
    assert_eq!(key, ("terraform", "prod", "gh-4711"));
    // Its creation is a change of the run, as is that of the other bucket.
    let mut made = audited(&out);
    assert_eq!(made.len(), 2);
    made.retain(|change| change.reason.as_deref() == Some(crate::orphans::REASON));
    assert_eq!(made[0].resource.as_deref(), Some(LOST));
    assert_eq!(made[0].class, Some(WriteClass::Iac));
    let key = (made[0].tool.as_str(), made[0].scope.as_str());
    assert_eq!(
        (key, made[0].run.as_str()),
        (("terraform", "prod"), "gh-4711")
    );
}

#[test]
fn what_a_document_calls_a_failure_was_made_all_the_same() {
    let failed = Change {
        id: "terraform:prod:gh-4711:aws_s3_bucket.lost:create".to_owned(),
        time: Timestamp::parse_rfc3339("2024-05-01T10:00:04Z"),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        run: "gh-4711".to_owned(),
        action: ChangeAction::Create,
        outcome: ChangeOutcome::Failed,
        address: "aws_s3_bucket.lost".to_owned(),
        resource: Some(LOST.to_owned()),
        ..Change::default()
    };
    let state = [bucket("orders-kept")];
    let out = conclude(&calls(), &state, std::slice::from_ref(&failed), &[]);
    assert_eq!(orphans(&out), [LOST]);
    let is_lost = |change: &&Change| change.resource.as_deref() == Some(LOST);
    let is_told = audited(&out).into_iter().any(|change| is_lost(&change));
    assert!(!is_told, "the change is told already");
    let applied = Change {
        outcome: ChangeOutcome::Applied,
        ..failed
    };
    let out = conclude(&calls(), &state, &[applied], &[run(RunStatus::Partial)]);
    assert!(orphans(&out).is_empty(), "the tool recorded it");
}

#[test]
fn a_run_without_its_id_is_found_by_tool_and_time() {
    let mut records = calls();
    for record in &mut records {
        record["userAgent"] = json!(TERRAFORM);
    }
    let state = [bucket("orders-kept")];
    let check = |runs: &[Run], expected: &[&str]| {
        assert_eq!(orphans(&conclude(&records, &state, &[], runs)), expected);
    };
    check(&[run(RunStatus::Failed)], &[LOST]);
    // Two runs at the same time: nobody knows whose it is.
    let mut other = run(RunStatus::Failed);
    other.scope = "stage".to_owned();
    check(&[run(RunStatus::Failed), other], &[]);
    // No document tells of the run, but one of its calls really failed.
    let out = conclude(&records, &state, &[], &[]);
    assert_eq!(orphans(&out), [LOST]);
    let run = &out.runs[0].id;
    assert!(audited(&out).iter().all(|change| change.run == *run));
    let succeeded = conclude(&records[..2], &state, &[], &[]);
    assert!(orphans(&succeeded).is_empty());
}

#[test]
fn what_a_run_that_ended_well_made_is_none() {
    let state = [bucket("orders-kept")];
    let out = conclude(&calls()[..2], &state, &[], &[run(RunStatus::Succeeded)]);
    assert!(orphans(&out).is_empty());
}

#[test]
fn what_was_deleted_or_is_in_a_state_is_none() {
    let failed = [run(RunStatus::Failed)];
    let mut records = calls();
    records.push(call("DeleteBucket", "orders-lost", "11:00:00", None));
    let state = [bucket("orders-kept")];
    assert!(orphans(&conclude(&records, &state, &[], &failed)).is_empty());
    // One that was deleted before, and made anew.
    records.pop();
    records.push(call("DeleteBucket", "orders-lost", "09:59:59", None));
    assert_eq!(orphans(&conclude(&records, &state, &[], &failed)), [LOST]);
    let state = [bucket("orders-kept"), bucket("orders-lost")];
    assert!(orphans(&conclude(&calls(), &state, &[], &failed)).is_empty());
}

#[test]
fn a_state_that_knows_nothing_of_the_run_tells_nothing_of_it() {
    let failed = [run(RunStatus::Failed)];
    for state in [vec![], vec![bucket("orders-older")]] {
        assert!(orphans(&conclude(&calls(), &state, &[], &failed)).is_empty());
    }
    // What the workspace made later is in the state, so that the state is as new.
    let later = Change {
        id: "terraform:prod:gh-4712:aws_s3_bucket.later:create".to_owned(),
        time: Timestamp::parse_rfc3339("2024-05-02T10:00:00Z"),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        run: "gh-4712".to_owned(),
        action: ChangeAction::Create,
        outcome: ChangeOutcome::Applied,
        address: "aws_s3_bucket.later".to_owned(),
        resource: Some("arn:aws:s3:::later".to_owned()),
        ..Change::default()
    };
    let lost = conclude(&calls()[1..], &[bucket("later")], &[later], &failed);
    assert_eq!(orphans(&lost), [LOST]);
}
