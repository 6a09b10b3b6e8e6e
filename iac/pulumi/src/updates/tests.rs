//! The feed over its fixtures and over small documents.

use nepho_core::Timestamp;
use nepho_core::findings::FindingKind;
use nepho_core::tables::{RunOperation, Via};

use super::*;

const CLI: &str = include_str!("fixtures/stack-history.json");
const BACKEND: &str = include_str!("fixtures/production-1714557600000000000.history.json");
const API: &str = include_str!("fixtures/api-updates.json");
const WEBHOOKS: &str = include_str!("fixtures/webhooks.jsonl");
const FILE: &str = ".pulumi/history/shop/production/production-1714557600000000000.history.json";

fn read(uri: &str, text: &str) -> FeedOutput {
    let document = Document {
        uri,
        text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    let result = Updates.read(&document, &mut out);
    assert!(result.is_ok(), "{:?}", result.err().map(|e| e.to_string()));
    assert_eq!(Updates.sniff(uri, text), Confidence::CERTAIN, "{text}");
    out
}

fn told(out: &FeedOutput) -> Vec<(&str, RunOperation, RunStatus)> {
    let told = |run: &'_ Run| (run.operation, run.status);
    out.runs
        .iter()
        .map(|run| (run.id.as_str(), told(run).0, told(run).1))
        .collect()
}

#[test]
fn a_stack_that_was_never_updated_has_no_runs() {
    for text in [
        r#"{"updates":[]}"#,
        "{\n  \"updates\": [],\n  \"itemsPerPage\": 0,\n  \"total\": 0\n}",
    ] {
        let out = read("updates.json", text);
        assert_eq!((out.runs.len(), out.rejects.len()), (0, 0), "{text}");
    }
    let other = r#"{"updates":[],"channel":"x"}"#;
    assert_eq!(Updates.sniff("x.json", other), Confidence::NO);
}

#[test]
fn a_history_tells_who_ran_what_from_which_commit() {
    let out = read("history.json", CLI);
    use RunOperation::{Apply, Destroy};
    assert_eq!(
        told(&out),
        [
            (
                "history.json@2024-05-01T10:00:00Z",
                Apply,
                RunStatus::Partial
            ),
            (
                "history.json@2024-04-30T09:00:00Z",
                Destroy,
                RunStatus::Succeeded
            ),
            (
                "history.json@2024-04-30T08:00:00Z",
                Apply,
                RunStatus::Running
            ),
        ]
    );
    let run = &out.runs[0];
    assert_eq!(run.ended, Timestamp::parse_rfc3339("2024-05-01T10:06:43Z"));
    assert_eq!(run.actor.as_deref(), Some("Ada Lovelace"));
    assert_eq!(
        run.revision.as_deref(),
        Some("5f3c1e0a9b8d7c6e5f4a3b2c1d0e9f8a7b6c5d4e")
    );
    assert_eq!(run.repository.as_deref(), Some("github.com/example/shop"));
    assert_eq!(
        run.url.as_deref(),
        Some("https://ci.example.com/builds/901")
    );
    assert_eq!(
        run.message.as_deref(),
        Some("orders: encrypt the database (***)")
    );
    assert_eq!((run.serial_from, run.serial_to), (Some(42), Some(43)));
    assert_eq!((run.line, out.runs[1].line), (2, 29));
    assert_eq!(run.via, Some(Via::Ci));
    let counts = [run.created, run.updated, run.replaced, run.deleted];
    assert_eq!(counts, [0, 1, 1, 2].map(Some));
    assert_eq!(out.runs[1].via, None);
    assert_eq!(out.runs[1].actor.as_deref(), Some("Grace Hopper"));
    assert_eq!(out.runs[1].message, None);
}

#[test]
fn a_pipeline_tells_its_pull_request() {
    let text = CLI.replacen(
        "\"ci.system\"",
        "\"ci.pr.number\": \"47\", \"ci.system\"",
        1,
    );
    let out = read("history.json", &text);
    assert_eq!(out.runs[0].pull_request.as_deref(), Some("47"));
}

#[test]
fn a_file_of_a_backend_tells_the_stack_by_its_place() {
    let out = read(FILE, BACKEND);
    let expected = "shop/production@2024-05-01T10:00:00Z";
    assert_eq!(
        told(&out),
        [(expected, RunOperation::Import, RunStatus::Succeeded)]
    );
    let run = &out.runs[0];
    assert_eq!(
        (run.scope.as_str(), run.tool.as_str()),
        ("shop/production", "pulumi")
    );
    assert_eq!(run.repository.as_deref(), Some("example/shop"));
    assert!(out.findings.is_empty());
}

#[test]
fn an_import_of_a_state_is_an_alarm_and_a_new_name_no_run() {
    let out = read("updates.json", API);
    let run = &out.runs[0];
    assert_eq!((out.runs.len(), run.operation), (1, RunOperation::Import));
    assert_eq!(run.actor.as_deref(), Some("ada"));
    assert_eq!(run.revision.as_deref(), Some("5f3c1e0a9b8d"));
    assert_eq!(run.repository.as_deref(), Some("example/shop"));
    assert_eq!(run.serial_to, Some(44));
    let [finding] = out.findings.as_slice() else {
        unreachable!("one finding: {:?}", out.findings)
    };
    assert_eq!(finding.kind, FindingKind::StateRewritten);
    assert!(finding.explanation.contains("ada replaced its state"));
}

#[test]
fn webhooks_tell_runs_and_previews() {
    let out = read("hooks.jsonl", WEBHOOKS);
    use RunOperation::{Apply, Plan, Refresh};
    assert_eq!(
        told(&out),
        [
            ("shop/production#42", Refresh, RunStatus::Succeeded),
            (
                "shop/production#11bf162b-0000-4000-8000-20dcd0e0b167",
                Plan,
                RunStatus::Partial
            ),
            (
                "shop/production#33bf162b-0000-4000-8000-20dcd0e0b167",
                Refresh,
                RunStatus::Succeeded
            ),
            ("shop/production#129", Apply, RunStatus::Partial),
        ]
    );
    assert!(out.rejects.is_empty(), "{:?}", out.rejects);
    let run = &out.runs[0];
    assert_eq!(run.actor.as_deref(), Some("ada"));
    assert_eq!(run.serial_to, Some(42));
    assert_eq!((run.started, run.line), (None, 2));
}

#[test]
fn a_run_that_is_told_twice_is_one() {
    let running = BACKEND.replace("succeeded", "in-progress");
    for text in [
        format!("{running}\n{BACKEND}"),
        format!("{BACKEND}\n{running}"),
    ] {
        let out = read(FILE, &text);
        let statuses: Vec<_> = out.runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Succeeded]);
    }
}

#[test]
fn planted_values_are_nowhere_in_the_output() {
    for text in [CLI, BACKEND, API] {
        assert!(text.contains("canary"));
        assert!(!format!("{:?}", read("h.json", text)).contains("canary"));
    }
}

#[test]
fn broken_updates_are_rejected_and_the_rest_is_read() {
    let text = format!(
        "{{\"kind\":\"canary\",\"startTime\":1}}\n{{\"kind\":\"update\",\"startTime\":[\"canary\"]}}\n\
         {{\"kind\":\"update\"}}\n{BACKEND}\n{{\"kind\":"
    );
    let mut out = FeedOutput::default();
    let document = Document {
        uri: FILE,
        text: &text,
        modified: None,
    };
    assert!(Updates.read(&document, &mut out).is_ok());
    let mut lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    lines.sort_unstable();
    assert_eq!((lines, out.runs.len()), (vec![1, 2, 3, 21], 1));
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn what_is_no_history_is_an_error_with_its_place() {
    for text in ["", "{}", "[]", "text", "{\"kind\":\"update\"}"] {
        let document = Document {
            uri: "h.json",
            text,
            modified: None,
        };
        let result = Updates.read(&document, &mut FeedOutput::default());
        let place = result
            .err()
            .and_then(|error| error.origin().and_then(|origin| origin.line));
        assert_eq!(place, Some(1), "{text}");
    }
}

#[test]
fn documents_of_others_are_not_claimed() {
    for text in [
        r#"{"kind":"Deployment","environment":"x","message":"y","config":{},"startTime":1}"#,
        r#"{"kind":"update","message":"started","startTime":1714557600}"#,
        r#"{"stackName":"a","projectName":"b","level":"info"}"#,
        include_str!("../state/fixtures/export.json"),
        include_str!("../events/fixtures/update.jsonl"),
    ] {
        assert_eq!(Updates.sniff("x.json", text), Confidence::NO, "{text}");
    }
}
