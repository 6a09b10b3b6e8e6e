//! Stories of calls near a run of their tool: which are its own, and that none is lost.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::findings::WriteClass;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus, Table,
};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{TERRAFORM, audited, event, revoke, trail};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";

/// The run made a queue between ten o'clock and 31 seconds later.
fn made() -> Change {
    Change {
        id: "terraform:prod:gh-1:aws_sqs_queue.jobs:create".to_owned(),
        time: Timestamp::parse_rfc3339("2024-05-01T10:00:20Z"),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        run: "gh-1".to_owned(),
        action: ChangeAction::Create,
        outcome: ChangeOutcome::Applied,
        address: "aws_sqs_queue.jobs".to_owned(),
        resource: Some(QUEUE.to_owned()),
        resource_type: "aws_sqs_queue".to_owned(),
        ..Change::default()
    }
}

fn run() -> Run {
    Run {
        id: "gh-1".to_owned(),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        operation: RunOperation::Apply,
        status: RunStatus::Succeeded,
        started: Timestamp::parse_rfc3339("2024-05-01T10:00:00Z"),
        ended: Timestamp::parse_rfc3339("2024-05-01T10:00:31Z"),
        ..Run::default()
    }
}

/// The run's own call, by eve.
fn create() -> Value {
    let mut record = event(
        "create",
        "2024-05-01T10:00:19Z",
        "sqs.amazonaws.com",
        "CreateQueue",
        "eve",
        TERRAFORM,
        json!({"queueName": "jobs"}),
    );
    record["responseElements"] =
        json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"});
    record
}

fn conclude(records: &[Value]) -> Output {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &trail(records)).unwrap();
    let rows = Change::to_batch(&[made()]).unwrap();
    analyzer.update(Table::Changes, &rows).unwrap();
    let rows = Run::to_batch(&[run()]).unwrap();
    analyzer.update(Table::Runs, &rows).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out
}

/// Run and class of the only change that the audit log alone tells of.
fn told(records: &[Value]) -> (String, Option<WriteClass>) {
    let out = conclude(records);
    let rows = audited(&out);
    assert_eq!(rows.len(), 1, "each call is told once");
    (rows[0].run.clone(), rows[0].class)
}

#[test]
fn a_call_by_another_or_elsewhere_is_none_of_a_run_at_its_time() {
    let unregistered = Some(WriteClass::IacUnregistered);
    let near = || revoke("e-1", "2024-05-01T10:00:20Z", TERRAFORM);
    let by = |user: &str| {
        let mut record = near();
        record["userIdentity"]["arn"] = json!(format!("arn:aws:iam::111122223333:user/{user}"));
        record
    };
    let (run, class) = told(&[create(), by("carl")]);
    assert_eq!(class, unregistered);
    assert_ne!(run, "gh-1");
    let mut elsewhere = by("eve");
    elsewhere["recipientAccountId"] = json!("999988887777");
    assert_eq!(told(&[create(), elsewhere.clone()]).1, unregistered);
    assert_eq!(told(&[elsewhere]).1, unregistered);
    // The log of the run is complete, and nothing tells that the call is by who made the run.
    assert_eq!(told(&[by("eve")]).1, unregistered);
}

#[test]
fn a_call_that_its_run_does_not_list_stands_in_the_run() {
    let own = revoke("e-1", "2024-05-01T10:00:20Z", TERRAFORM);
    let check = |records: &[Value]| {
        let (run, class) = told(records);
        assert_eq!((run.as_str(), class), ("gh-1", Some(WriteClass::Iac)));
    };
    check(&[create(), own]);
    // By its id, hours later.
    let agent = format!("{TERRAFORM} nepho/run/gh-1");
    check(&[revoke("e-1", "2024-05-01T16:00:00Z", &agent)]);
    let out = conclude(&[create()]);
    assert!(audited(&out).is_empty(), "the run lists it");
}

#[test]
fn calls_of_other_tools_need_the_mark_of_a_known_run() {
    let check = |agent: &str, session: &str, expected: &str, class: WriteClass| {
        let mut record = revoke("e-1", "2024-05-01T16:00:00Z", agent);
        record["userIdentity"] = json!({"type": "AssumedRole",
            "arn": format!("arn:aws:sts::111122223333:assumed-role/deploy/{session}")});
        let (run, found) = told(&[record]);
        assert_eq!(
            (run.as_str(), found),
            (expected, Some(class)),
            "{agent} {session}"
        );
    };
    let boto = "Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/linux lang/python#3.12";
    let marked = format!("{boto} app/nepho-run-gh-1");
    check(&marked, "ci", "gh-1", WriteClass::Iac);
    check("aws-cli/2.13.0", "nepho-run-gh-1", "gh-1", WriteClass::Iac);
    let other = format!("{boto} app/nepho-run-gh-2");
    check(&other, "ci", "gh-2", WriteClass::Script);
    // Somebody may be called like a file; a tool of infrastructure code is not.
    check("aws-cli/2.13.0", "gh-1", "", WriteClass::Script);
    check(TERRAFORM, "gh-1", "gh-1", WriteClass::Iac);
}

#[test]
fn what_a_document_has_no_id_for_is_told_once() {
    let mut nameless = made();
    nameless.resource = None;
    let agent = format!("{TERRAFORM} nepho/run/gh-1");
    let mut record = create();
    record["userAgent"] = json!(agent);
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, &trail(&[record])).unwrap();
    let rows = Change::to_batch(&[nameless]).unwrap();
    analyzer.update(Table::Changes, &rows).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    assert!(audited(&out).is_empty());
}
