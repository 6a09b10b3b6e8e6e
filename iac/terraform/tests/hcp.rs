//! Feeds `terraform.hcp` and `terraform.lock` on our own fixtures.
#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{read, recognise, try_read};
use nepho_core::tables::{Run, Via};

const NOTIFICATIONS: &str = include_str!("../src/hcp/fixtures/notification.json");
const RUNS: &str = include_str!("../src/hcp/fixtures/runs.json");
const INCLUDED: &str = include_str!("../src/hcp/fixtures/included.json");
const STATE_VERSIONS: &str = include_str!("../src/hcp/fixtures/state-versions.json");
const AUDIT_TRAIL: &str = include_str!("../src/hcp/fixtures/audit-trail.json");
const RUN_TASKS: &str = include_str!("../src/hcp/fixtures/run-tasks.jsonl");
const LOCK: &str = include_str!("../src/lock/fixtures/orders.tflock");
const LOCKS: &str = include_str!("../src/lock/fixtures/locks.json");

fn row(run: &Run) -> (&str, &str, &str) {
    (run.id.as_str(), run.operation.as_str(), run.status.as_str())
}

#[test]
fn payloads_are_recognised_and_others_are_not() {
    for text in [NOTIFICATIONS, RUN_TASKS, RUNS, STATE_VERSIONS, AUDIT_TRAIL] {
        assert_eq!(recognise("x.json", text), Some("terraform.hcp"));
        assert_eq!(
            recognise("x.json", &text[..text.len() - 9]),
            Some("terraform.hcp"),
            "cut"
        );
    }
    for text in [LOCK, LOCKS] {
        assert_eq!(recognise("x.json", text), Some("terraform.lock"));
    }
    for text in [
        r#"{"data":{"id":"1","type":"workspaces","relationships":{"current-run":{"data":{"type":"runs"}}}}}"#,
        r#"{"data":[{"type":"Resource"}]}"#,
        r#"{"data":"runs","type":"state-versions"}"#,
        r#"{"payload_version":1}"#,
        r#"{"payload_version":1,"stage":"post_plan"}"#,
        r#"{"Items":[{"ID":1}]}"#,
        r#"{"ID":"1","Operation":"x"}"#,
    ] {
        assert_eq!(recognise("x.json", text), None, "{text}");
    }
}

#[test]
fn an_empty_list_of_the_api_gives_nothing() {
    let links = r#""links":{"self":"https://app.terraform.io/api/v2/workspaces/ws-1/runs?page%5Bsize%5D=100","next":null}"#;
    let text = format!(r#"{{"data":[],{links},"meta":{{"pagination":{{"current-page":1}}}}}}"#);
    assert_eq!(recognise("runs.json", &text), Some("terraform.hcp"));
    let out = read("terraform.hcp", "runs.json", &text);
    assert_eq!((out.runs.len(), out.rejects.len()), (0, 0));
    for other in [
        r#"{"data":[],"links":{"self":"https://example.com/api/v2/users"}}"#,
        r#"{"data":[]}"#,
    ] {
        assert_eq!(recognise("x.json", other), None, "{other}");
    }
}

#[test]
fn a_run_that_failed_while_it_was_applied_changed_the_cloud() {
    let out = read("terraform.hcp", "hook.json", NOTIFICATIONS);
    let rows: Vec<_> = out.runs.iter().map(row).collect();
    let expected = [
        ("run-2222222222222222", "apply", "partial"),
        ("asmtres-4444444444444444", "refresh", "succeeded"),
        ("asmtres-5555555555555555", "refresh", "succeeded"),
        ("asmtres-6666666666666666", "refresh", "failed"),
    ];
    assert_eq!(rows, expected);
    let run = &out.runs[0];
    assert_eq!(
        (run.actor.as_deref(), run.scope.as_str()),
        (Some("maria"), "orders")
    );
    assert_eq!(
        run.message.as_deref(),
        Some("rotate password=*** for orders")
    );
    assert_eq!(
        run.ended.map(|time| time.to_string()).as_deref(),
        Some("2026-03-14T15:09:00Z")
    );
    assert_eq!(out.runs[1].message.as_deref(), Some("4 resources drifted"));
    assert_eq!(out.runs[1].line, 18);
}

#[test]
fn an_assessment_tells_what_it_found() {
    let out = read("terraform.hcp", "hook.json", NOTIFICATIONS);
    let told: Vec<_> = out.runs[2..].iter().map(|run| &run.message).collect();
    let told: Vec<_> = told.into_iter().flatten().collect();
    assert_eq!(
        told,
        [
            "2 checks failed, 1 check ended with an error",
            "Assessment Failed"
        ]
    );
    let rows: Vec<_> = out
        .changes
        .iter()
        .map(|change| {
            let time = change.time.map(|time| time.to_string());
            let reason = change.reason.as_deref().unwrap_or_default();
            (change.id.as_str(), time.unwrap_or_default(), reason)
        })
        .collect();
    let expected = [
        (
            "terraform:orders:asmtres-4444444444444444:workspace:drift",
            "2026-03-15T05:23:10Z".to_owned(),
            "4 resources drifted",
        ),
        (
            "terraform:orders:asmtres-5555555555555555:workspace:drift_repaired",
            "2026-03-16T05:23:10Z".to_owned(),
            "no resource differs any longer",
        ),
    ];
    assert_eq!(rows, expected);
    assert_eq!(out.changes[0].line, 18);
}

#[test]
fn a_run_task_tells_of_a_run_and_changes_nothing() {
    let out = read("terraform.hcp", "hook.jsonl", RUN_TASKS);
    let rows: Vec<_> = out.runs.iter().map(row).collect();
    let expected = [
        ("run-2222222222222222", "plan", "running"),
        ("run-2222222222222222", "apply", "running"),
        ("run-4444444444444444", "plan", "running"),
    ];
    assert_eq!(
        rows, expected,
        "the payload that tests an address is no run"
    );
    assert!(out.changes.is_empty() && out.rejects.is_empty());
    for (run, host) in out.runs.iter().zip(["github.com", "gitlab.com"]) {
        assert_eq!(run.actor.as_deref(), Some("maria"));
        assert_eq!(run.scope, "orders");
        assert_eq!(run.revision.as_deref(), Some("abcdef12345"));
        let repository = format!("https://{host}/shop/infra");
        assert_eq!(run.repository, Some(repository));
    }
    assert_eq!(out.runs[0].message.as_deref(), Some("rotate password=***"));
    assert_eq!(out.runs[0].line, 2);
}

#[test]
fn runs_of_the_api_say_whether_they_were_applied() {
    let out = read("terraform.hcp", "runs.json", RUNS);
    let rows: Vec<_> = out.runs.iter().map(row).collect();
    let expected = [
        ("run-2222222222222222", "apply", "succeeded"),
        ("run-6666666666666666", "plan", "failed"),
        ("run-8888888888888888", "destroy", "succeeded"),
    ];
    assert_eq!(rows, expected);
    assert_eq!(out.rejects.len(), 1, "the run with an odd status");
    let run = &out.runs[0];
    let times = [run.started, run.ended].map(|time| time.map(|time| time.to_string()));
    let expected =
        ["2026-03-14T15:04:00Z", "2026-03-14T15:06:30Z"].map(|time| Some(time.to_owned()));
    assert_eq!(times, expected);
    assert_eq!(run.actor.as_deref(), Some("user-5555555555555555"));
}

#[test]
fn what_is_included_names_workspace_user_and_commit() {
    let out = read("terraform.hcp", "runs.json", INCLUDED);
    let run = &out.runs[0];
    assert_eq!(run.scope, "orders");
    assert_eq!(run.actor.as_deref(), Some("maria"));
    assert_eq!(run.revision.as_deref(), Some("abcdef12345"));
    let repository = Some("https://github.com/shop/infra");
    assert_eq!(run.repository.as_deref(), repository);
    assert_eq!(
        (run.via, run.pull_request.as_deref()),
        (Some(Via::Ci), Some("47"))
    );
    let run = &out.runs[1];
    assert_eq!((run.via, &run.pull_request), (Some(Via::Human), &None));
    assert_eq!(run.scope, "ws-9999999999999999", "not included");
    assert_eq!(run.repository.as_deref(), Some("shop/infra"), "no address");
    let uri = "terraform://app.terraform.io/acme/shop/runs.json";
    let out = read("terraform.hcp", uri, INCLUDED);
    assert!(out.runs.iter().all(|run| run.scope == "shop"));
    let out = read("terraform.hcp", uri, STATE_VERSIONS);
    assert!(out.runs.iter().all(|run| run.scope == "shop"));
}

#[test]
fn versions_of_states_and_audit_trails_tell_of_runs() {
    let out = read("terraform.hcp", "x.json", STATE_VERSIONS);
    let run = out.runs.first().expect("a run");
    assert_eq!(
        (run.id.as_str(), run.serial_to),
        ("run-2222222222222222", Some(9))
    );
    assert_eq!(run.revision.as_deref(), Some("abcdef12345"));
    assert_eq!(
        run.repository.as_deref(),
        Some("https://gitlab.com/shop/infra")
    );
    let out = read("terraform.hcp", "x.json", AUDIT_TRAIL);
    assert_eq!(out.runs.len(), 1, "a token is no run");
    assert_eq!(out.runs[0].actor.as_deref(), Some("maria"));
}

#[test]
fn a_lock_tells_who_runs_what_since_when() {
    let out = read("terraform.lock", "orders.tflock", LOCK);
    let run = out.runs.first().expect("a run");
    assert_eq!(
        row(run),
        ("4f3a2b1c-0000-4000-8000-00000000000a", "apply", "running")
    );
    assert_eq!(
        (run.actor.as_deref(), run.scope.as_str()),
        (Some("maria@laptop"), "orders")
    );
    assert!(run.started.is_some() && run.message.as_deref() == Some("token=***"));
    let out = read("terraform.lock", "locks.json", LOCKS);
    let rows: Vec<_> = out
        .runs
        .iter()
        .map(|run| (row(run).1, run.scope.as_str()))
        .collect();
    assert_eq!(rows, [("plan", "orders"), ("import", "stage")]);
    assert_eq!(out.rejects.len(), 1, "the row that was cut");
}

#[test]
fn broken_payloads_say_where_and_nothing_secret_is_shown() {
    for (feed, text) in [
        ("terraform.hcp", NOTIFICATIONS),
        ("terraform.hcp", RUN_TASKS),
        ("terraform.hcp", RUNS),
        ("terraform.hcp", INCLUDED),
        ("terraform.hcp", STATE_VERSIONS),
        ("terraform.hcp", AUDIT_TRAIL),
        ("terraform.lock", LOCK),
        ("terraform.lock", LOCKS),
    ] {
        assert!(text.contains("canary"));
        assert!(
            !format!("{:?}", read(feed, "x", text)).contains("canary"),
            "{feed}"
        );
        match try_read(feed, "x", &text[..40]) {
            Ok(out) => assert!(!out.rejects.is_empty()),
            Err(error) => assert!(error.origin().is_some_and(|origin| origin.line.is_some())),
        }
    }
    let out = read(
        "terraform.hcp",
        "x",
        &NOTIFICATIONS[..NOTIFICATIONS.len() - 20],
    );
    assert_eq!((out.runs.len(), out.rejects.len()), (3, 1));
    assert_eq!(out.rejects[0].line, 20);
}

#[test]
fn a_document_of_the_api_names_its_run() {
    let uri = |file: &str| format!("terraform://app.terraform.io/acme/shop/2026.run-1.{file}");
    let plan = include_str!("../src/plan/fixtures/orders-plan.json");
    let log = include_str!("../src/log/fixtures/orders-apply.jsonl");
    let plan = read("terraform.plan", &uri("plan.json"), plan);
    // The API tells the run, and who it was.
    assert_eq!(plan.runs, []);
    let log = read("terraform.log", &uri("apply.log"), log);
    let changes = || plan.changes.iter().chain(&log.changes);
    assert!(plan.changes.len() > 1 && log.changes.len() > 1);
    for change in changes() {
        assert_eq!(
            (change.run.as_str(), change.scope.as_str()),
            ("run-1", "shop")
        );
    }
    assert!(log.runs.iter().all(|run| run.id == "run-1"));
    let ids: std::collections::BTreeSet<_> = changes().map(|change| &change.id).collect();
    assert_eq!(
        ids.len(),
        changes().count(),
        "plan and log tell each their own"
    );
}

#[test]
fn an_apply_of_the_api_that_had_nothing_to_do_is_a_run() {
    let text = "\u{2}Terraform v1.11.4\non linux_amd64\n\n\
                Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n\u{3}";
    let uri = "terraform://app.terraform.io/acme/shop/2026.run-1.apply.log";
    assert_eq!(recognise(uri, text), Some("terraform.log"));
    let out = read("terraform.log", uri, text);
    assert_eq!((out.changes.len(), out.rejects.len()), (0, 0));
    assert_eq!(out.runs.len(), 1);
    assert_eq!(row(&out.runs[0]), ("run-1", "apply", "succeeded"));
}
