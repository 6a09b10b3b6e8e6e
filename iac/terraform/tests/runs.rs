//! Runs and what they found, from short logs and plans.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{change, read, recognise, try_read};
use nepho_core::ErrorKind;
use nepho_core::feed::FeedOutput;
use nepho_core::findings::WriteClass;
use nepho_core::tables::{ChangeAction, ChangeOutcome, RunOperation, RunStatus};

/// A message of a type, at a second of the run, with one more field.
fn message(kind: &str, second: u32, field: &str) -> String {
    format!(
        r#"{{"@level":"info","@message":"m","@module":"terraform.ui","@timestamp":"2026-03-14T15:09:{second:02}Z","type":"{kind}",{field}}}"#
    )
}

fn hook(kind: &str, second: u32, address: &str, action: &str) -> String {
    let resource = format!(r#""resource":{{"addr":"{address}"}}"#);
    message(
        kind,
        second,
        &format!(r#""hook":{{{resource},"action":"{action}"}}"#),
    )
}

fn planned(second: u32, address: &str, action: &str, more: &str) -> String {
    let change =
        format!(r#""change":{{"resource":{{"addr":"{address}"}},"action":"{action}"{more}}}"#);
    message("planned_change", second, &change)
}

fn failed(second: u32, address: &str, summary: &str, detail: &str) -> String {
    let field = format!(
        r#""diagnostic":{{"severity":"error","summary":"{summary}","detail":"{detail}","address":"{address}"}}"#
    );
    message("diagnostic", second, &field)
}

fn summary(second: u32, operation: &str) -> String {
    message(
        "change_summary",
        second,
        &format!(r#""changes":{{"add":1,"operation":"{operation}"}}"#),
    )
}

fn log(lines: &[String]) -> FeedOutput {
    read("terraform.log", "shop/apply.jsonl", &lines.join("\n"))
}

fn check_run(lines: &[String], operation: RunOperation, status: RunStatus) -> FeedOutput {
    let out = log(lines);
    let found: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.operation, run.status))
        .collect();
    assert_eq!(found, [(operation, status)], "{lines:#?}");
    out
}

const REFUSED: &str = "creating RDS DB Instance (x): operation error RDS: CreateDBInstance, https response error StatusCode: 400, RequestID: 0a1b2c3d-1111-2222-3333-444455556666, api error QuotaExceeded: no more";

#[test]
fn a_replacement_that_fails_after_the_deletion_leaves_nothing() {
    let group = "aws_security_group.db";
    let begun = message(
        "apply_start",
        1,
        &format!(
            r#""hook":{{"resource":{{"addr":"{group}"}},"action":"delete","id_key":"id","id_value":"sg-0a1b2c3d4e5f60718"}}"#
        ),
    );
    let lines = [
        planned(0, group, "replace", ""),
        begun,
        hook("apply_complete", 2, group, "delete"),
        hook("apply_start", 3, group, "create"),
        hook("apply_errored", 4, group, "create"),
        failed(5, group, "creating Security Group: denied", ""),
    ];
    let told = |lines: &[String]| -> Vec<_> {
        let changes = log(lines).changes.into_iter();
        changes
            .map(|change| (change.action, change.outcome, change.resource))
            .collect()
    };
    let id = Some("sg-0a1b2c3d4e5f60718".to_owned());
    let whole = (ChangeAction::Replace, ChangeOutcome::Failed, id.clone());
    let half = (ChangeAction::Delete, ChangeOutcome::Applied, id);
    assert_eq!(told(&lines), [whole.clone(), half]);
    // Of the deletion nothing came about.
    let refused = [
        lines[0].clone(),
        lines[1].clone(),
        hook("apply_errored", 2, group, "delete"),
        failed(5, group, "deleting Security Group: denied", ""),
    ];
    assert_eq!(told(&refused), [whole]);
}

#[test]
fn the_first_failure_that_follows_from_no_other_is_the_root() {
    let out = check_run(
        &[
            planned(0, "aws_lb.later", "create", ""),
            hook("apply_start", 1, "aws_vpc.main", "create"),
            hook("apply_start", 1, "aws_instance.slow", "create"),
            hook("apply_start", 1, "aws_db_instance.x", "create"),
            hook("apply_complete", 2, "aws_vpc.main", "create"),
            hook("apply_errored", 3, "aws_instance.slow", "create"),
            hook("apply_errored", 4, "aws_db_instance.x", "create"),
            hook("apply_start", 4, "aws_kms_key.k", "create"),
            hook("apply_errored", 5, "aws_kms_key.k", "create"),
            failed(
                6,
                "aws_instance.slow",
                "waiting for EC2 Instance: context canceled",
                "",
            ),
            failed(
                6,
                "aws_kms_key.k",
                "creating KMS Key: denied",
                "Request ID: 99998888-1111-2222-3333-444455556666 s3cr3t",
            ),
            failed(6, "aws_db_instance.x", REFUSED, ""),
        ],
        RunOperation::Apply,
        RunStatus::Partial,
    );
    let roots: Vec<&str> = out
        .changes
        .iter()
        .filter(|change| change.is_root_failure)
        .map(|change| change.address.as_str())
        .collect();
    assert_eq!(roots, ["aws_db_instance.x"]);
    let database = change(&out, "aws_db_instance.x");
    assert_eq!(
        database.request_id.as_deref(),
        Some("0a1b2c3d-1111-2222-3333-444455556666")
    );
    assert_eq!(database.error_code.as_deref(), Some("QuotaExceeded"));
    let key = change(&out, "aws_kms_key.k");
    assert_eq!(key.error_code, None);
    assert_eq!(
        key.request_id.as_deref(),
        Some("99998888-1111-2222-3333-444455556666")
    );
    assert!(
        !format!("{out:?}").contains("s3cr3t"),
        "the detail is not kept"
    );
    assert_eq!(
        change(&out, "aws_lb.later").outcome,
        ChangeOutcome::Cancelled
    );
    let run = &out.runs[0];
    assert_eq!(
        run.started.map(|time| time.to_string()).as_deref(),
        Some("2026-03-14T15:09:00Z")
    );
    assert_eq!(
        run.ended.map(|time| time.to_string()).as_deref(),
        Some("2026-03-14T15:09:06Z")
    );
    assert!(out.changes.iter().all(|change| change.run == run.id));
}

#[test]
fn what_a_provisioner_failed_on_exists() {
    let provision = |kind: &str| {
        message(
            kind,
            2,
            r#""hook":{"resource":{"addr":"aws_instance.web"},"provisioner":"local-exec"}"#,
        )
    };
    let out = check_run(
        &[
            hook("apply_start", 1, "aws_instance.web", "create"),
            provision("provision_start"),
            provision("provision_errored"),
            hook("apply_errored", 3, "aws_instance.web", "create"),
            failed(4, "aws_instance.web", "local-exec provisioner error", ""),
        ],
        RunOperation::Apply,
        RunStatus::Partial,
    );
    let web = change(&out, "aws_instance.web");
    assert_eq!(
        (web.action, web.outcome),
        (ChangeAction::Create, ChangeOutcome::Failed)
    );
    assert!(web.is_root_failure && web.class == Some(WriteClass::Iac));
}

#[test]
fn runs_end_as_their_logs_say() {
    let create = || hook("apply_start", 1, "aws_vpc.main", "create");
    let refused = || hook("apply_errored", 2, "aws_vpc.main", "create");
    let error = || failed(3, "aws_vpc.main", "no", "");
    let stop = message("log", 2, r#""@message":"Interrupt received.""#).replacen(
        r#""@message":"m","#,
        "",
        1,
    );
    let refresh = message(
        "refresh_complete",
        1,
        r#""hook":{"resource":{"addr":"aws_vpc.main"},"id_value":"vpc-1"}"#,
    );
    check_run(
        &[create(), refused(), error()],
        RunOperation::Apply,
        RunStatus::Failed,
    );
    check_run(&[create()], RunOperation::Apply, RunStatus::Unknown);
    check_run(&[create(), stop], RunOperation::Apply, RunStatus::Canceled);
    check_run(
        &[planned(0, "a.b", "create", ""), error()],
        RunOperation::Plan,
        RunStatus::Failed,
    );
    check_run(
        &[planned(0, "a.b", "create", ""), summary(1, "plan")],
        RunOperation::Plan,
        RunStatus::Succeeded,
    );
    check_run(
        &[summary(1, "apply")],
        RunOperation::Apply,
        RunStatus::Succeeded,
    );
    check_run(
        &[summary(1, "destroy")],
        RunOperation::Destroy,
        RunStatus::Succeeded,
    );
    check_run(&[refresh], RunOperation::Refresh, RunStatus::Succeeded);
    assert!(log(&[]).runs.is_empty());
}

#[test]
fn moves_imports_and_removals_are_done_when_the_run_is() {
    let previous = r#","previous_resource":{"addr":"aws_lb.old"}"#;
    let out = log(&[
        planned(0, "aws_lb.new", "move", previous),
        planned(
            0,
            "aws_s3_bucket.taken",
            "import",
            r#","importing":{"id":"shop-media"}"#,
        ),
        planned(0, "aws_kms_key.left", "remove", ""),
        planned(
            0,
            "aws_sqs_queue.renamed",
            "update",
            &previous.replace("aws_lb", "aws_sqs_queue"),
        ),
        hook("apply_start", 1, "aws_sqs_queue.renamed", "update"),
        hook("apply_complete", 2, "aws_sqs_queue.renamed", "update"),
        summary(3, "apply"),
    ]);
    let rows: Vec<_> = out
        .changes
        .iter()
        .map(|change| {
            (
                change.action,
                change.outcome,
                change.previous_address.as_deref(),
            )
        })
        .collect();
    let applied = ChangeOutcome::Applied;
    let expected = [
        (ChangeAction::Move, applied, Some("aws_lb.old")),
        (ChangeAction::Import, applied, None),
        (ChangeAction::Forget, applied, None),
        (ChangeAction::Update, applied, Some("aws_sqs_queue.old")),
    ];
    assert_eq!(rows, expected);
    let imported = out
        .changes
        .get(1)
        .and_then(|change| change.resource.as_deref());
    assert_eq!(imported, Some("arn:aws:s3:::shop-media"));
}

#[test]
fn drift_in_a_log_is_a_change_of_nobody() {
    let drift = |address: &str, action: &str| {
        let change =
            format!(r#""change":{{"resource":{{"addr":"{address}"}},"action":"{action}"}}"#);
        message("resource_drift", 1, &change)
    };
    let out = log(&[
        drift("aws_security_group.db", "update"),
        drift("aws_instance.web", "delete"),
        drift("aws_lb.moved", "move"),
        drift("data.aws_ami.a", "update"),
        summary(2, "plan"),
    ]);
    let rows: Vec<_> = out
        .changes
        .iter()
        .map(|change| {
            (
                change.address.as_str(),
                change.action,
                change.class,
                change.reason.as_deref(),
            )
        })
        .collect();
    let expected = [
        ("aws_security_group.db", ChangeAction::Drift, None, None),
        (
            "aws_instance.web",
            ChangeAction::Drift,
            None,
            Some("deleted"),
        ),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn logs_that_hcp_terraform_keeps_are_read() {
    let lines = [
        "\u{2}Terraform v1.11.4\non linux_amd64\nInitializing plugins and modules...".to_owned(),
        hook("apply_start", 1, "aws_vpc.main", "create"),
        String::new(),
        hook("apply_complete", 2, "aws_vpc.main", "create"),
        summary(3, "apply"),
        "\u{3}".to_owned(),
    ];
    let text = lines.join("\n");
    assert_eq!(recognise("apply.log", &text), Some("terraform.log"));
    let out = read("terraform.log", "apply.log", &text);
    assert!(out.rejects.is_empty(), "{:?}", out.rejects);
    assert_eq!(
        (out.changes.len(), out.runs[0].status),
        (1, RunStatus::Succeeded)
    );
}

/// A plan with drift, a move by `count`, a change that is put off, and lines of a wrapper.
fn plan_of_a_wrapper() -> String {
    let change = |address: &str, more: &str, change: &str| {
        format!(
            r#"{{"address":"{address}","mode":"managed","type":"aws_security_group"{more},"change":{{{change}}}}}"#
        )
    };
    let update = r#""actions":["update"],"before":{"id":"sg-0a1b2c3d","tags":{}},"after":{"id":"sg-0a1b2c3d","tags":{"a":"canary"}}"#;
    let drifted = change("aws_security_group.db", "", update);
    let gone = change(
        "aws_security_group.gone",
        "",
        r#""actions":["delete"],"before":{"id":"sg-11112222"},"after":null"#,
    );
    let moved = change(
        "aws_security_group.b",
        r#","previous_address":"aws_security_group.a""#,
        r#""actions":["no-op"]"#,
    );
    let counted = change(
        "aws_security_group.c[0]",
        r#","previous_address":"aws_security_group.c""#,
        r#""actions":["no-op"]"#,
    );
    let later = change("aws_security_group.later", "", r#""actions":["create"]"#);
    format!(
        r#"[command]terraform show -json plan
{{"format_version":"1.2","timestamp":"2026-03-14T15:09:26Z","errored":true,"variables":{{"token":{{"value":"canary"}}}},
"resource_drift":[{drifted},{gone},{moved}],
"resource_changes":[{counted}],
"deferred_changes":[{{"reason":"provider_config_unknown","resource_change":{later}}},5]}}%0A
::set-output name=exitcode::0"#
    )
}

#[test]
fn a_plan_tells_drift_and_what_is_put_off() {
    let plan = plan_of_a_wrapper();
    assert_eq!(recognise("plan.json", &plan), Some("terraform.plan"));
    let out = read("terraform.plan", "shop/plan.json", &plan);
    let rows: Vec<_> = out
        .changes
        .iter()
        .map(|change| (change.address.as_str(), change.action, change.outcome))
        .collect();
    let expected = [
        (
            "aws_security_group.db",
            ChangeAction::Drift,
            ChangeOutcome::Applied,
        ),
        (
            "aws_security_group.gone",
            ChangeAction::Drift,
            ChangeOutcome::Applied,
        ),
        (
            "aws_security_group.c[0]",
            ChangeAction::Move,
            ChangeOutcome::Planned,
        ),
        (
            "aws_security_group.later",
            ChangeAction::Create,
            ChangeOutcome::Planned,
        ),
    ];
    assert_eq!(rows, expected);
    let drift = change(&out, "aws_security_group.db");
    assert_eq!(
        (drift.attributes.as_slice(), drift.class),
        (["tags".to_owned()].as_slice(), None)
    );
    assert_eq!(drift.resource.as_deref(), Some("sg-0a1b2c3d"));
    let counted = change(&out, "aws_security_group.c[0]");
    assert_eq!(
        counted.previous_address.as_deref(),
        Some("aws_security_group.c")
    );
    let later = change(&out, "aws_security_group.later");
    assert_eq!(
        later.reason.as_deref(),
        Some("deferred: provider_config_unknown")
    );
    assert_eq!(
        (out.rejects.len(), out.runs[0].status),
        (1, RunStatus::Failed)
    );
    assert_eq!(out.runs[0].operation, RunOperation::Plan);
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn plans_that_are_no_json_are_refused_with_advice() {
    let text = "\nTerraform will perform the following actions:\n\n  # aws_vpc.main will be created\n  + resource \"aws_vpc\" \"main\" {\n";
    let binary = "\u{8}\u{3}\u{12}\u{6}1.11.4 canary";
    for (uri, plan) in [("plan.txt", text), ("run.tfplan!/tfplan", binary)] {
        let name = uri.rsplit('/').next().expect("a name");
        assert_eq!(recognise(name, plan), Some("terraform.plan"), "{uri}");
        let error = try_read("terraform.plan", uri, plan).expect_err("no JSON");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(
            error.to_string().contains("terraform show -json"),
            "{error}"
        );
        assert!(!error.to_string().contains("canary"));
    }
}
