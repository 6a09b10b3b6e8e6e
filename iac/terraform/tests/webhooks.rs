//! Webhooks of services that run Terraform for others.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod common;

use common::{read, recognise};
use nepho_core::Timestamp;
use nepho_core::tables::{Run, RunOperation, RunStatus, Via};

const WEBHOOKS: &str = include_str!("../src/webhooks/fixtures/webhooks.jsonl");

fn runs() -> Vec<Run> {
    let out = read("terraform.webhooks", "x.jsonl", WEBHOOKS);
    assert_eq!(out.rejects, []);
    let all = format!("{out:?}");
    assert!(!all.contains("canary") && !all.contains("s3cr3t"), "{all}");
    out.runs
}

#[test]
fn each_payload_is_recognised_and_others_are_not() {
    for line in WEBHOOKS.lines() {
        assert_eq!(
            recognise("x.json", line),
            Some("terraform.webhooks"),
            "{line}"
        );
        let list = format!("[{line}]");
        assert_eq!(
            recognise("x.json", &list),
            Some("terraform.webhooks"),
            "{line}"
        );
    }
    for other in [
        r#"{"account": "a", "state": "x"}"#,
        r#"{"type": "com.example.deploy.succeeded", "data": {}}"#,
        r#"{"event_name": "push", "run": {}, "workspace": {}}"#,
    ] {
        assert_eq!(recognise("x.json", other), None, "{other}");
    }
}

#[test]
fn each_payload_is_the_run_that_it_tells_of() {
    let told: Vec<_> = runs()
        .iter()
        .map(|run| (run.scope.clone(), run.operation, run.status, run.via))
        .collect();
    use RunOperation::{Apply, Plan, Refresh};
    use RunStatus::{Failed, Running, Succeeded};
    let expected = [
        ("prod", Apply, Succeeded, Some(Via::Ci)),
        ("orders", Apply, Failed, Some(Via::Ci)),
        ("vpc", Refresh, Succeeded, Some(Via::Ci)),
        ("orders-prod", Apply, Succeeded, Some(Via::Ci)),
        ("orders-prod", Plan, Running, None),
        ("orders-prod", Plan, Failed, Some(Via::Ci)),
        ("orders", Apply, Succeeded, None),
        ("orders", Apply, Succeeded, Some(Via::Human)),
        ("orders", Plan, Failed, Some(Via::Ci)),
    ];
    let expected =
        expected.map(|(scope, operation, status, via)| (scope.to_owned(), operation, status, via));
    assert_eq!(told, expected);
}

#[test]
fn a_damaged_payload_loses_itself_alone() {
    let lines: Vec<&str> = WEBHOOKS.lines().collect();
    let damaged = &lines[1][..lines[1].len() / 2];
    let text = [lines[0], damaged, lines[2], "[", "x"].join("\n");
    let out = read("terraform.webhooks", "x.jsonl", &text);
    let scopes: Vec<&str> = out.runs.iter().map(|run| run.scope.as_str()).collect();
    assert_eq!(scopes, ["prod", "vpc"]);
    let rejected: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(rejected, [2, 5]);
}

#[test]
fn who_and_when_and_from_what_is_told() {
    let runs = runs();
    let of = |id: &str| {
        runs.iter()
            .find(|run| run.id.starts_with(id))
            .expect("a run")
    };
    let atlantis = of("atlantis:shop/infra:#47:orders:prod:7fd1");
    assert_eq!(atlantis.actor.as_deref(), Some("maria"));
    assert_eq!(atlantis.pull_request.as_deref(), Some("47"));
    assert_eq!(
        atlantis.repository.as_deref(),
        Some("github.com/shop/infra")
    );
    let spacelift = of("01EF9");
    assert_eq!(spacelift.actor.as_deref(), Some("ana"));
    assert_eq!(
        spacelift.repository.as_deref(),
        Some("https://github.com/shop/infra")
    );
    assert_eq!(
        spacelift.started,
        Timestamp::parse_rfc3339("2026-05-12T14:00:00Z")
    );
    assert_eq!(
        spacelift.ended,
        Timestamp::parse_rfc3339("2026-05-12T14:05:00Z")
    );
    let counts = [spacelift.created, spacelift.updated, spacelift.deleted];
    assert_eq!(counts, [2, 1, 0].map(Some));
    assert_eq!(of("01A").actor.as_deref(), Some("maria@shop.example"));
    let env0 = of("d-3");
    assert_eq!(env0.actor.as_deref(), Some("maria@shop.example"));
    assert_eq!(
        (env0.pull_request.as_deref(), env0.revision.as_deref()),
        (Some("47"), Some("abcdef12345"))
    );
    assert_eq!(env0.ended, Timestamp::parse_rfc3339("2026-05-12T15:04:30Z"));
    let scalr = of("run-t6v0");
    assert_eq!(
        scalr.ended,
        Timestamp::parse_rfc3339("2026-05-12T15:02:30Z")
    );
    assert_eq!(of("run-2").actor.as_deref(), Some("ana"));
}
