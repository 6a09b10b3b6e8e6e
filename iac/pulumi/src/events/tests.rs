//! The feed over its fixtures and over small logs.

use nepho_core::Timestamp;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, RunOperation, RunStatus, TimePrecision,
};

use super::*;

const UPDATE: &str = include_str!("fixtures/update.jsonl");
const PREVIEW: &str = include_str!("fixtures/preview.json");
const DIGEST: &str = include_str!("fixtures/digest.json");
const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";

fn read(text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let result = EngineEvents.read(
        &Document {
            uri: "up.jsonl",
            text,
            modified: None,
        },
        &mut out,
    );
    assert!(
        result.is_ok(),
        "{:?}",
        result.err().map(|error| error.to_string())
    );
    out
}

fn told(out: &FeedOutput) -> Vec<String> {
    let name = |change: &Change| {
        change
            .address
            .rsplit("::")
            .next()
            .map(str::to_owned)
            .unwrap_or_default()
    };
    out.changes
        .iter()
        .map(|change| format!("{} {} {}", name(change), change.action, change.outcome))
        .collect()
}

fn find<'o>(out: &'o FeedOutput, name: &str) -> &'o Change {
    let found = out
        .changes
        .iter()
        .find(|change| change.address.ends_with(&format!("::{name}")));
    assert!(found.is_some(), "no change of {name}");
    found.unwrap_or(&out.changes[0])
}

/// One event about resource `name` as the log writes it: event, operation, id before, id after
/// (empty for none).
fn step(second: i64, event: &str, op: &str, name: &str, old: &str, new: &str) -> String {
    let urn = format!("urn:pulumi:dev::shop::aws:sns/topic:Topic::{name}");
    let state = |id: &str| match id {
        "" => serde_json::Value::Null,
        id => {
            serde_json::json!({"urn": urn, "custom": true, "id": id, "type": "aws:sns/topic:Topic", "inputs": {}, "outputs": {}})
        }
    };
    let metadata = serde_json::json!({"op": op, "urn": urn, "type": "aws:sns/topic:Topic", "old": state(old), "new": state(new), "detailedDiff": null});
    serde_json::json!({"sequence": 1, "timestamp": second, event: {"metadata": metadata}})
        .to_string()
}

fn log(events: &[String]) -> String {
    let mut lines =
        vec![r#"{"sequence":0,"timestamp":100,"preludeEvent":{"config":{}}}"#.to_owned()];
    lines.extend_from_slice(events);
    lines.push(
        r#"{"sequence":9,"timestamp":200,"summaryEvent":{"resourceChanges":{},"isPreview":false}}"#
            .to_owned(),
    );
    lines.push(r#"{"sequence":10,"timestamp":200,"cancelEvent":{}}"#.to_owned());
    lines.join("\n")
}

const PRE: &str = "resourcePreEvent";
const DONE: &str = "resOutputsEvent";
const FAILED: &str = "resOpFailedEvent";

#[test]
fn an_update_becomes_one_change_per_resource() {
    let out = read(UPDATE);
    assert_eq!(
        told(&out),
        [
            "db update applied",
            "db-from-checkout delete applied",
            "order-db replace applied",
            "jobs create failed",
            "old-topic forget applied",
            "mailer update unknown",
        ]
    );
    let group = find(&out, "db");
    assert_eq!(group.resource.as_deref(), Some(GROUP));
    assert_eq!(group.attributes, ["ingress[0].cidrBlocks[0]", "tags.team"]);
    assert_eq!(
        group.started,
        Timestamp::parse_rfc3339("2024-05-01T10:00:03Z")
    );
    assert_eq!(group.time, Timestamp::parse_rfc3339("2024-05-01T10:00:07Z"));
    assert_eq!(
        (group.scope.as_str(), group.tool.as_str()),
        ("shop/production", "pulumi")
    );
    assert_eq!(group.run, "shop/production@2024-05-01T10:00:00Z");
    assert_eq!(group.line, 5);
    assert_eq!(
        find(&out, "db-from-checkout").parent.as_deref(),
        Some(GROUP)
    );
}

#[test]
fn a_replacement_is_told_with_its_new_resource_and_its_cause() {
    let out = read(UPDATE);
    let database = find(&out, "order-db");
    assert_eq!(
        database.resource.as_deref(),
        Some("arn:aws:rds:eu-west-1:111122223333:db:order-db-2")
    );
    assert_eq!(
        database.reason.as_deref(),
        Some("replaced because of storageEncrypted")
    );
    assert_eq!(database.attributes, ["storageEncrypted"]);
    assert_eq!(database.replace_paths, ["storageEncrypted"]);
    assert_eq!(
        database.time,
        Timestamp::parse_rfc3339("2024-05-01T10:06:00Z")
    );
    let row = out
        .resources
        .iter()
        .find(|found| found.address.as_deref() == Some(&database.address));
    assert_eq!(
        row.map(|row| row.key.as_str()),
        database.resource.as_deref()
    );
    assert_eq!(row.and_then(|row| row.valid_from), database.time);
    assert_eq!(row.and_then(|row| row.valid_to), None);
}

#[test]
fn a_failure_is_told_with_its_message_and_without_secrets() {
    let out = read(UPDATE);
    let jobs = find(&out, "jobs");
    let expected =
        "creating SQS Queue (jobs): InvalidAttributeValue: *** is no value for KmsMasterKeyId";
    assert_eq!(jobs.reason.as_deref(), Some(expected));
    assert_eq!(jobs.resource, None);
    let mailer = find(&out, "mailer");
    assert_eq!(
        (mailer.time, mailer.reason.as_deref()),
        (None, Some("the run was interrupted"))
    );
}

#[test]
fn a_message_is_not_told_where_the_values_it_may_quote_cannot_be_read() {
    let reason = |text: &str| find(&read(text), "jobs").reason.clone();
    assert!(reason(UPDATE).is_some());
    let deep = ["[".repeat(200), "]".repeat(200)].concat();
    let config = "{\"config\":{";
    assert!(UPDATE.contains(config));
    let text = UPDATE.replacen(config, &format!("{config}\"a\":{deep},"), 1);
    assert_eq!(reason(&text), None);
    let inputs = "\"inputs\":{";
    assert!(UPDATE.contains(inputs));
    let text = UPDATE.replace(inputs, &format!("{inputs}\"a\":{deep},"));
    assert_eq!(reason(&text), None);
}

#[test]
fn planted_values_are_nowhere_in_the_output() {
    for text in [
        UPDATE,
        PREVIEW,
        DIGEST,
        include_str!("fixtures/refresh.jsonl"),
    ] {
        assert!(text.matches("canary").count() > 3);
        assert!(!format!("{:?}", read(text)).contains("canary"));
    }
}

#[test]
fn a_preview_changes_nothing() {
    assert_eq!(EngineEvents.sniff("p.json", PREVIEW), Confidence::CERTAIN);
    let out = read(PREVIEW);
    let operations: Vec<_> = out.runs.iter().map(|run| run.operation).collect();
    assert_eq!(operations, [RunOperation::Plan]);
    assert!(out.changes.is_empty() && out.resources.is_empty() && out.rejects.is_empty());
}

#[test]
fn the_digest_of_a_preview_is_a_run_that_counts_what_would_change() {
    assert_eq!(EngineEvents.sniff("p.json", DIGEST), Confidence::CERTAIN);
    let out = read(DIGEST);
    assert!(out.changes.is_empty() && out.resources.is_empty() && out.rejects.is_empty());
    let [run] = out.runs.as_slice() else {
        unreachable!("one run: {:?}", out.runs)
    };
    assert_eq!(
        (run.operation, run.status, run.scope.as_str()),
        (RunOperation::Plan, RunStatus::Succeeded, "shop/production")
    );
    assert_eq!(
        run.message.as_deref(),
        Some("would create 1, delete 1, replace 1, update 1")
    );
}

#[test]
fn a_digest_is_read_as_far_as_it_can_be() {
    // What a wrapper prints before, a step that is none, and an error.
    let broken = DIGEST
        .replacen("\"op\": \"update\"", "\"op\": {}", 1)
        .replace("\"severity\": \"warning\"", "\"severity\": \"error\"");
    let out = read(&format!("Previewing update (production):\n{broken}"));
    assert_eq!(out.runs.len(), 1);
    assert_eq!(out.runs[0].status, RunStatus::Failed);
    assert_eq!(
        out.runs[0].message.as_deref(),
        Some("would create 1, delete 1, replace 1")
    );
    let lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [1, 50]);
    let nothing = r#"{"steps":[{"op":"same","urn":"urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev","detailedDiff":null}],"duration":1,"changeSummary":{"same":1}}"#;
    let out = read(nothing);
    assert_eq!(out.runs[0].message.as_deref(), Some("would change nothing"));
    for other in [
        r#"{"steps":[{"op":"create","urn":"urn:x"}]}"#,
        r#"{"duration":1,"steps":[]}"#,
    ] {
        assert_eq!(
            EngineEvents.sniff("x.json", other),
            Confidence::NO,
            "{other}"
        );
    }
}

#[test]
fn the_run_is_told_with_its_first_failure() {
    let out = read(UPDATE);
    let [run] = out.runs.as_slice() else {
        unreachable!("one run: {:?}", out.runs)
    };
    assert_eq!(run.id, "shop/production@2024-05-01T10:00:00Z");
    assert_eq!(
        (run.operation, run.status),
        (RunOperation::Apply, RunStatus::Partial)
    );
    assert_eq!(run.ended, Timestamp::parse_rfc3339("2024-05-01T10:06:43Z"));
    let roots = out.changes.iter().filter(|change| change.is_root_failure);
    assert_eq!(roots.count(), 1);
    assert!(find(&out, "jobs").is_root_failure);
}

#[test]
fn runs_are_told_by_what_they_do() {
    let check = |events: &[String], expected: (RunOperation, RunStatus)| {
        let out = read(&log(events));
        let runs: Vec<_> = out
            .runs
            .iter()
            .map(|run| (run.operation, run.status))
            .collect();
        assert_eq!(runs, [expected]);
    };
    let deleted = step(101, DONE, "delete", "a", "topic-0001", "");
    let failed = step(102, FAILED, "delete", "b", "topic-0002", "topic-0002");
    let open = step(103, PRE, "update", "c", "topic-0003", "topic-0003");
    let created = step(104, DONE, "create", "d", "", "topic-0004");
    let imported = step(105, DONE, "import", "e", "", "topic-0005");
    use RunOperation::{Apply, Destroy, Import};
    use RunStatus::{Failed, Partial, Succeeded, Unknown};
    check(std::slice::from_ref(&deleted), (Destroy, Succeeded));
    check(&[deleted.clone(), failed.clone()], (Destroy, Partial));
    check(&[failed], (Destroy, Failed));
    check(&[deleted, open], (Apply, Unknown));
    check(&[created, imported.clone()], (Apply, Succeeded));
    check(&[imported], (Import, Succeeded));
}

#[test]
fn the_request_that_failed_is_told() {
    let message = serde_json::json!({"sequence":2,"timestamp":102,"diagnosticEvent":{
        "urn":"urn:pulumi:dev::shop::aws:sns/topic:Topic::a","severity":"error",
        "message":"api error, StatusCode: 400, RequestID: 0a1b2c3d-0000-4000-8000-00000000000f, TopicLimitExceededException: refused"}});
    let out = read(&log(&[
        message.to_string(),
        step(102, FAILED, "update", "a", "topic-0001", "topic-0001"),
        step(103, FAILED, "update", "b", "topic-0002", "topic-0002"),
    ]));
    let told: Vec<_> = out
        .changes
        .iter()
        .map(|change| (change.is_root_failure, change.request_id.as_deref()))
        .collect();
    let request = Some("0a1b2c3d-0000-4000-8000-00000000000f");
    assert_eq!(told, [(true, request), (false, None)]);
    let code = Some("TopicLimitExceededException");
    assert_eq!(out.changes[0].error_code.as_deref(), code);
}

#[test]
fn a_secret_is_neither_a_code_nor_the_id_of_a_request() {
    let urn = "urn:pulumi:dev::shop::aws:sns/topic:Topic::a";
    let metadata = serde_json::json!({"op": "update", "urn": urn, "type": "aws:sns/topic:Topic",
        "old": {"urn": urn, "custom": true, "id": "topic-0001", "type": "aws:sns/topic:Topic",
            "inputs": {"kmsPassword": "Lavender42", "signingSecret": "rosemary-0042"}}});
    let failed =
        serde_json::json!({"sequence": 3, "timestamp": 103, FAILED: {"metadata": metadata}});
    let told = |message: &str| {
        let diagnostic = serde_json::json!({"sequence": 2, "timestamp": 102,
            "diagnosticEvent": {"urn": urn, "severity": "error", "message": message}});
        let out = read(&log(&[diagnostic.to_string(), failed.to_string()]));
        let change = &out.changes[0];
        (change.error_code.clone(), change.request_id.clone())
    };
    let (code, id) = told("api error Lavender42: refused, request id: rosemary-0042");
    assert_eq!((code, id), (None, None));
    let (code, id) = told("api error Refused: Lavender42, request id: 0a1b2c3d-0042");
    assert_eq!(code.as_deref(), Some("Refused"));
    assert_eq!(id.as_deref(), Some("0a1b2c3d-0042"));
}

#[test]
fn what_changes_nothing_in_the_cloud_is_no_change() {
    let out = read(&log(&[
        step(101, PRE, "same", "a", "topic-0001", "topic-0001"),
        step(102, DONE, "same", "a", "topic-0001", "topic-0001"),
        step(103, PRE, "read", "b", "", "topic-0002"),
        step(104, DONE, "read", "b", "", "topic-0002"),
        step(105, PRE, "refresh", "c", "topic-0003", "topic-0003"),
        step(106, DONE, "same", "c", "topic-0003", "topic-0003"),
        step(107, PRE, "delete-replaced", "d", "topic-0004", ""),
        step(108, DONE, "delete-replaced", "d", "topic-0004", ""),
        step(109, PRE, "refresh", "e", "topic-0005", "topic-0005"),
        step(110, FAILED, "refresh", "e", "topic-0005", "topic-0005"),
        step(111, PRE, "update", "f", "topic-0006", "topic-0006")
            .replace("aws:sns/topic:Topic", "pulumi:providers:aws"),
        step(112, DONE, "update", "f", "topic-0006", "topic-0006")
            .replace("aws:sns/topic:Topic", "pulumi:providers:aws"),
        step(113, DONE, "update", "g", "topic-0007", "topic-0007")
            .replace("\"custom\":true", "\"custom\":false"),
    ]));
    assert_eq!(told(&out), [""; 0]);
    let owners: Vec<_> = out
        .resources
        .iter()
        .map(|found| (found.key.as_str(), found.tool.as_deref()))
        .collect();
    assert_eq!(
        owners,
        [
            ("topic-0001", Some("pulumi")),
            ("topic-0002", None),
            ("topic-0003", Some("pulumi"))
        ]
    );
}

#[test]
fn a_difference_that_a_refresh_finds_is_drift() {
    let out = read(&log(&[
        step(101, PRE, "refresh", "a", "topic-0001", "topic-0001"),
        step(102, DONE, "update", "a", "topic-0001", "topic-0001"),
        step(103, PRE, "refresh", "b", "topic-0002", "topic-0002"),
        step(104, DONE, "refresh", "b", "topic-0002", ""),
    ]));
    assert_eq!(told(&out), ["a drift applied", "b drift applied"]);
    assert!(
        out.changes
            .iter()
            .all(|change| change.started.is_none() && change.class.is_none())
    );
    let reasons: Vec<_> = out
        .changes
        .iter()
        .map(|change| change.reason.as_deref())
        .collect();
    assert_eq!(reasons, [None, Some("deleted")]);
    assert_eq!(out.runs[0].operation, RunOperation::Refresh);
    assert_eq!(
        out.resources
            .iter()
            .filter(|found| found.valid_to.is_some())
            .count(),
        1
    );
}

#[test]
fn a_refresh_tells_drift_its_failure_and_no_secret() {
    let text = include_str!("fixtures/refresh.jsonl");
    let out = read(text);
    assert_eq!(told(&out), ["jobs drift applied", "mails drift applied"]);
    let jobs = find(&out, "jobs");
    assert_eq!(jobs.attributes, ["delaySeconds"]);
    let key = "arn:aws:sqs:eu-west-1:111122223333:mails";
    assert_eq!(find(&out, "mails").resource.as_deref(), Some(key));
    let runs: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.operation, run.status))
        .collect();
    assert_eq!(runs, [(RunOperation::Refresh, RunStatus::Failed)]);
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
}

#[test]
fn the_operations_have_their_actions() {
    let moved = step(103, DONE, "same", "c", "topic-0003", "topic-0003");
    let (new, old) = moved.split_once("\"old\":").unwrap_or_default();
    let moved = format!(
        "{new}\"old\":{}",
        old.replacen("Topic::c", "Topic::before", 1)
    );
    let out = read(&log(&[
        step(101, DONE, "import", "a", "", "topic-0001"),
        step(102, DONE, "discard", "b", "topic-0002", ""),
        moved,
        step(
            104,
            PRE,
            "create-replacement",
            "d",
            "topic-0004",
            "topic-made-up",
        ),
        step(
            105,
            FAILED,
            "create-replacement",
            "d",
            "topic-0004",
            "topic-made-up",
        ),
        step(106, DONE, "delete-replaced", "e", "topic-0005", ""),
        step(
            107,
            PRE,
            "create-replacement",
            "e",
            "topic-0005",
            "topic-made-up",
        ),
    ]));
    assert_eq!(told(&out)[..2], ["a import applied", "b forget applied"],);
    assert_eq!(told(&out)[3..], ["d replace failed", "e replace unknown"]);
    let moved = &out.changes[2];
    assert_eq!(
        (moved.action, moved.outcome),
        (ChangeAction::Move, ChangeOutcome::Applied)
    );
    let before = moved.previous_address.as_deref();
    assert!(before.is_some_and(|before| before.ends_with("Topic::before")));
    assert_eq!(find(&out, "d").resource.as_deref(), Some("topic-0004"));
}

#[test]
fn what_was_made_and_did_not_come_up_is_there() {
    let failed = |status: i64, op: &str, new: &str| {
        let text = step(102, FAILED, op, "a", "", new);
        text.replace(
            r#"{"metadata""#,
            &format!(r#"{{"status":{status},"steps":1,"metadata""#),
        )
    };
    let check = |status: i64, expected: Option<&str>| {
        let out = read(&log(&[
            step(101, PRE, "create", "a", "", "topic-made-up"),
            failed(status, "create", "topic-0001"),
        ]));
        assert_eq!(told(&out), ["a create failed"]);
        assert_eq!(out.changes[0].resource.as_deref(), expected);
        let left: Vec<_> = out.resources.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(left, expected.into_iter().collect::<Vec<_>>());
    };
    check(1, Some("topic-0001"));
    // Of status 2 the provider does not know, and of 0 nothing was made.
    check(2, None);
    check(0, None);
    let kept = failed(1, "delete", "").replace(
        r#""old":null"#,
        r#""old":{"custom":true,"id":"topic-0002"}"#,
    );
    assert!(read(&log(&[kept])).resources.is_empty());
}

#[test]
fn a_replacement_that_leaves_the_old_resource_names_the_new_one() {
    let make = |end: &str| {
        step(
            102,
            end,
            "create-replacement",
            "a",
            "topic-0001",
            "topic-0002",
        )
    };
    let removed = step(104, FAILED, "delete-replaced", "a", "topic-0001", "");
    let check = |events: &[String], expected: &str| {
        let out = read(&log(events));
        assert_eq!(told(&out), ["a replace failed"]);
        assert_eq!(out.changes[0].resource.as_deref(), Some(expected));
        assert!(out.changes[0].is_root_failure);
    };
    let decided = step(103, DONE, "replace", "a", "topic-0001", "topic-0002");
    check(&[make(DONE), decided.clone(), removed], "topic-0002");
    check(&[decided, make(FAILED)], "topic-0001");
}

#[test]
fn a_replacement_that_fails_after_the_deletion_leaves_nothing() {
    let deleted = step(101, DONE, "delete-replaced", "a", "topic-0001", "");
    let make = |event: &str| {
        let (old, new) = ("topic-0001", "topic-0002");
        step(102, event, "create-replacement", "a", old, new)
    };
    let check = |events: &[String], expected: bool| {
        let out = read(&log(events));
        assert_eq!(out.changes.len(), 1);
        assert_eq!(out.changes[0].is_only_deleted(), expected, "{events:?}");
        out
    };
    let out = check(&[deleted.clone(), make(FAILED)], true);
    assert_eq!(told(&out), ["a replace failed"]);
    assert_eq!(out.changes[0].resource.as_deref(), Some("topic-0001"));
    check(&[deleted.clone(), make("resourcePreEvent")], true);
    check(&[deleted, make(DONE)], false);
    check(&[make(FAILED)], false);
}

#[test]
fn runs_in_one_file_are_told_apart_and_the_same_run_counts_once() {
    let first = log(&[step(101, DONE, "create", "a", "", "topic-0001")]);
    let second = log(&[step(301, DONE, "update", "a", "topic-0001", "topic-0001")])
        .replace(":100,", ":300,");
    let out = read(&format!("{first}\n{second}\n{first}"));
    let runs: Vec<_> = out
        .changes
        .iter()
        .map(|change| change.run.as_str())
        .collect();
    assert_eq!(
        runs,
        [
            "shop/dev@1970-01-01T00:01:40Z",
            "shop/dev@1970-01-01T00:05:00Z"
        ]
    );
    let without_times = log(&[step(0, DONE, "create", "a", "", "topic-0001")])
        .replace(":100,", ":0,")
        .replace(":200,", ":0,");
    let out = read(&without_times);
    assert_eq!(
        out.changes
            .iter()
            .map(|change| (change.time, change.run.as_str()))
            .collect::<Vec<_>>(),
        [(None, "shop/dev@up.jsonl:1")]
    );
}

#[test]
fn outputs_that_are_told_twice_are_one_change() {
    let out = read(&log(&[
        step(101, PRE, "create", "a", "", "topic-made-up"),
        step(102, DONE, "create", "a", "", "topic-0001"),
        step(103, DONE, "create", "a", "", "topic-0001"),
    ]));
    assert_eq!(told(&out), ["a create applied"]);
}

#[test]
fn broken_lines_are_rejected_and_the_rest_is_read() {
    let done = step(101, DONE, "create", "a", "", "topic-0001");
    let text = format!(
        "Updating (dev):\n{done}\n{{\"sequence\":2,\"timestamp\":\"canary\"}}\n{{\"sequence\":3,\"resOutputsEvent\":{{\"metadata\":\"canary"
    );
    assert_eq!(EngineEvents.sniff("up.log", &text), Confidence::LIKELY);
    let out = read(&text);
    assert_eq!(told(&out), ["a create applied"]);
    assert_eq!(
        out.rejects
            .iter()
            .map(|reject| reject.line)
            .collect::<Vec<_>>(),
        [1, 4, 3]
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn hostile_numbers_and_names_are_survived() {
    let done = step(i64::MAX, DONE, "create", "a", "", "topic-0001");
    assert_eq!(
        read(&done).changes.first().map(|change| change.time),
        Some(None)
    );
    let done = step(-5, DONE, "create", "a", "", "topic-0001").replace("urn:pulumi:dev::shop", "x");
    assert!(read(&done).changes.is_empty());
}

#[test]
fn what_is_no_log_is_an_error_with_its_place() {
    for text in [
        "",
        "plain text",
        "{}",
        "[]",
        "{\"a\":",
        &"[".repeat(100_000),
        "{\"Records\":[]}",
    ] {
        let mut out = FeedOutput::default();
        let result = EngineEvents.read(
            &Document {
                uri: "e.json",
                text,
                modified: None,
            },
            &mut out,
        );
        let place = result
            .err()
            .and_then(|error| error.origin().and_then(|origin| origin.line));
        assert_eq!(place, Some(1), "{}", &text[..text.len().min(40)]);
    }
}

#[test]
fn documents_of_others_are_not_claimed() {
    assert_eq!(EngineEvents.sniff("up.jsonl", UPDATE), Confidence::CERTAIN);
    for text in [
        include_str!("../state/fixtures/export.json"),
        r#"{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"x","resources":[]}"#,
        r#"{"@level":"info","@message":"apply","type":"apply_complete","sequence":1}"#,
        r#"{"Records":[{"eventVersion":"1.08","eventSource":"sns.amazonaws.com"}]}"#,
        r#"{"timestamp":1,"sequence":2,"message":"{\"resOutputsEvent\":{}}"}"#,
        "2024-05-01 INFO \"summaryEvent\": none, \"timestamp\": 1, \"sequence\": 2",
    ] {
        assert_eq!(EngineEvents.sniff("x.json", text), Confidence::NO, "{text}");
    }
}

#[test]
fn logs_without_times_are_two_runs_that_were_over_when_they_were_written() {
    let untimed: String = UPDATE
        .lines()
        .map(|line| {
            let (before, rest) = line.split_once("\"timestamp\":").expect("a time");
            let (_, rest) = rest.split_once(',').expect("an event");
            format!("{before}\"timestamp\":0,{rest}\n")
        })
        .collect();
    let read = |uri: &str, second: i64| {
        let mut out = FeedOutput::default();
        let document = Document {
            uri,
            text: &untimed,
            modified: Timestamp::from_seconds(second),
        };
        assert!(EngineEvents.read(&document, &mut out).is_ok());
        out
    };
    let (one, other) = (
        read("1/up.jsonl", 1_714_557_700),
        read("2/up.jsonl", 1_714_561_300),
    );
    let runs = [&one, &other].map(|out| {
        let run = out.runs.first().expect("a run");
        assert_eq!(run.time_precision, TimePrecision::StateVersion);
        (run.id.as_str(), run.started, run.ended)
    });
    let ended = Timestamp::from_seconds;
    assert_eq!(
        runs,
        [
            ("shop/production@1/up.jsonl:1", None, ended(1_714_557_700)),
            ("shop/production@2/up.jsonl:1", None, ended(1_714_561_300)),
        ]
    );
    let ids = |out: &FeedOutput| -> BTreeSet<String> {
        out.changes.iter().map(|change| change.id.clone()).collect()
    };
    assert!(!one.changes.is_empty() && ids(&one).is_disjoint(&ids(&other)));
}

#[test]
fn no_message_quotes_a_secret_of_the_log() {
    let secret = |text: &str| serde_json::json!({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": text});
    let urn = |name: &str| format!("urn:pulumi:dev::shop::aws:rds/instance:Instance::{name}");
    let begun = |name: &str, inputs: serde_json::Value| {
        let state =
            serde_json::json!({"urn": urn(name), "custom": true, "id": "", "inputs": inputs});
        let metadata = serde_json::json!({"op": "create", "urn": urn(name), "type": "aws:rds/instance:Instance", "new": state});
        serde_json::json!({"sequence": 2, "timestamp": 101, "resourcePreEvent": {"metadata": metadata}})
    };
    // The end of a failed creation tells no state.
    let failed = serde_json::json!({"sequence": 4, "timestamp": 102, "resOpFailedEvent": {"metadata": {"op": "create", "urn": urn("db"), "type": "aws:rds/instance:Instance", "new": null, "old": null}}});
    let message = "orange-tree, green-hill, blue-sky-1, red-door and yellow-sun in eu-west-1";
    let note = serde_json::json!({"sequence": 3, "timestamp": 102, "diagnosticEvent": {"urn": urn("db"), "severity": "error", "message": message}});
    let config = serde_json::json!({"aws:region": "eu-west-1", "shop:pw": "blue-sky-1", "shop:all": "{\"pw\":\"red-door\"}"});
    let prelude =
        serde_json::json!({"sequence": 1, "timestamp": 100, "preludeEvent": {"config": config}});
    let other =
        serde_json::json!({"name": secret("\"orange-tree\""), "environment": {"R": "eu-west-1"}});
    let own = serde_json::json!({"name": secret("green-hill"), "masterPassword": "yellow-sun"});
    let events = [
        prelude,
        begun("other", other),
        begun("db", own),
        note,
        failed,
    ];
    let lines: Vec<String> = events.iter().map(serde_json::Value::to_string).collect();
    let out = read(&lines.join("\n"));
    assert_eq!(
        find(&out, "db").reason.as_deref(),
        Some("***, ***, ***, *** and *** in eu-west-1")
    );
}
