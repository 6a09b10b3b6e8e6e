//! Two states of one stack, compared.

use nepho_core::Timestamp;
use nepho_core::tables::{RunOperation, RunStatus};

use super::*;

const URN: &str = "urn:pulumi:production::shop::aws:sns/topic:Topic::";
const ARN: &str = "arn:aws:sns:eu-west-1:111122223333:";

/// A topic of a state: name in the program, name in the cloud, time of its making, and its inputs.
fn topic(name: &str, id: &str, created: &str, inputs: &str) -> String {
    format!(
        r#"{{"urn":"{URN}{name}","custom":true,"type":"aws:sns/topic:Topic","id":"{ARN}{id}",
        "inputs":{inputs},"outputs":{{"arn":"{ARN}{id}","name":"{id}"}},"created":"2024-05-01T0{created}:00:00Z"}}"#
    )
}

fn export(hour: u64, resources: &[String]) -> String {
    let resources = resources.join(",");
    format!(
        r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T{hour}:00:00Z","magic":"x"}},"resources":[{resources}]}}}}"#
    )
}

fn compare(texts: &[&str]) -> FeedOutput {
    let mut out = FeedOutput::default();
    for (number, text) in texts.iter().enumerate() {
        let uri = format!("{number}.json");
        let document = Document {
            uri: &uri,
            text,
            modified: None,
        };
        assert!(State.read(&document, &mut out).is_ok(), "{text}");
    }
    let (snapshots, known) = (std::mem::take(&mut out.snapshots), Vec::new());
    assert_eq!(snapshots.len(), texts.len());
    let mut told = FeedOutput::default();
    State.compare(&snapshots, &known, &mut told);
    told
}

fn told(out: &FeedOutput) -> Vec<String> {
    let name = |urn: &str| urn.rsplit("::").next().unwrap_or_default().to_owned();
    out.changes
        .iter()
        .map(|change| {
            let before = change.previous_address.as_deref().map(name);
            let before = before
                .map(|before| format!("{before} -> "))
                .unwrap_or_default();
            format!(
                "{before}{} {} {}",
                name(&change.address),
                change.action,
                change.attributes.join(",")
            )
        })
        .collect()
}

#[test]
fn two_states_tell_what_was_done_between_them() {
    let before = [
        topic("gone", "gone", "1", "{}"),
        topic("named", "named", "1", r#"{"name":"named"}"#),
        topic("old-urn", "moved", "1", "{}"),
        topic(
            "same",
            "same",
            "1",
            r#"{"tags":{"a":"1"},"__defaults":["x"]}"#,
        ),
        topic("tags", "tags", "1", r#"{"tags":{"a":"1"}}"#),
    ];
    let after = [
        topic("made", "made", "8", "{}"),
        topic("named", "named", "8", r#"{"name":"named"}"#),
        topic("new-urn", "moved", "1", "{}"),
        topic(
            "same",
            "same",
            "1",
            r#"{"tags" : {"a":"1"},"__defaults":[]}"#,
        ),
        topic("tags", "tags", "1", r#"{"tags":{"a":"canary"}}"#),
    ];
    let (before, after) = (export(10, &before), export(11, &after));
    let out = compare(&[&after, &before]);
    assert_eq!(
        told(&out),
        [
            "gone delete ",
            "made create ",
            "named replace ",
            "old-urn -> new-urn move ",
            "tags update tags",
        ]
    );
    let change = &out.changes[1];
    assert_eq!(
        change.not_before,
        Timestamp::parse_rfc3339("2024-05-01T10:00:00Z")
    );
    assert_eq!(
        change.time,
        Timestamp::parse_rfc3339("2024-05-01T11:00:00Z")
    );
    assert_eq!(change.resource, Some(format!("{ARN}made")));
    assert_eq!(change.scope, "shop/production");
    let runs = out.runs.iter().map(|run| (run.operation, run.status));
    assert_eq!(
        runs.collect::<Vec<_>>(),
        [(RunOperation::Apply, RunStatus::Succeeded)]
    );
    assert!(out.findings.is_empty() && !format!("{out:?}").contains("canary"));
}

#[test]
fn a_secret_that_is_encrypted_anew_is_no_change() {
    let state = |hour, inside: &str| {
        let secret = format!(
            r#"{{"displayName":{{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270",{inside}}}}}"#
        );
        export(hour, &[topic("a", "a", "1", &secret)])
    };
    let encrypted = |hour, text: &str| state(hour, &format!(r#""ciphertext":"{text}""#));
    let plain = |hour, text: &str| state(hour, &format!(r#""plaintext":"\"{text}\"""#));
    let check = |before: &str, after: &str, expected: &[&str]| {
        assert_eq!(told(&compare(&[before, after])), expected);
    };
    check(&encrypted(10, "v1:a"), &encrypted(11, "v1:b"), &[]);
    check(&plain(10, "a"), &plain(11, "b"), &["a update displayName"]);
}

#[test]
fn a_version_in_two_spellings_is_no_alarm_and_another_content_is() {
    let one = export(10, &[topic("a", "a", "1", r#"{"x":1}"#)]);
    let spelled = one.replace("\"deployment\":", "\"checkpoint\":{\"latest\": ") + "}";
    let edited = one.replace(r#"{"x":1}"#, r#"{"x":2}"#);
    assert!(compare(&[&one, &spelled]).findings.is_empty());
    assert_eq!(compare(&[&one, &edited]).findings.len(), 1);
}

#[test]
fn of_a_state_that_is_broken_nothing_is_concluded_from_what_is_missing() {
    let before = export(
        10,
        &[topic("a", "a", "1", "{}"), topic("b", "b", "1", "{}")],
    );
    let after = export(11, &[topic("a", "a", "1", "{}")]);
    let broken = after.replace(
        r#""resources":["#,
        r#""metadata":{"integrity_error":{"version":"3.1","command":"up","error":"x"}},"resources":["#,
    );
    assert_eq!(told(&compare(&[&before, &after])), ["b delete "]);
    assert_eq!(told(&compare(&[&before, &broken])), [""; 0]);
    let rejected = after.replace(r#""resources":["#, r#""resources":[{"urn":7},"#);
    assert_eq!(told(&compare(&[&before, &rejected])), [""; 0]);
}

#[test]
fn what_is_marked_for_replacement_is_tainted() {
    let before = export(10, &[topic("a", "a", "1", "{}")]);
    let after = export(11, &[topic("a", "a", "1", "{}")]);
    let after = after.replace(r#""custom":true"#, r#""custom":true,"taint":true"#);
    assert_eq!(told(&compare(&[&before, &after])), ["a taint "]);
}

#[test]
fn states_without_a_time_are_of_no_history() {
    let one = export(10, &[topic("a", "a", "1", r#"{"x":1}"#)]);
    let without = one.replace("2024-05-01T10:00:00Z", "0001-01-01T00:00:00Z");
    let other = without.replace(r#"{"x":1}"#, r#"{"x":2}"#);
    let out = compare(&[&without, &other]);
    assert!(out.changes.is_empty() && out.findings.is_empty());
}

#[test]
fn what_an_engine_log_told_is_not_told_again() {
    let before = export(10, &[topic("tags", "tags", "1", r#"{"tags":{"a":"1"}}"#)]);
    let after = export(11, &[topic("tags", "tags", "1", r#"{"tags":{"a":"2"}}"#)]);
    let mut out = FeedOutput::default();
    for text in [&before, &after] {
        let document = Document {
            uri: "s.json",
            text,
            modified: None,
        };
        assert!(State.read(&document, &mut out).is_ok());
    }
    let known = Change {
        tool: "pulumi".to_owned(),
        scope: "shop/production".to_owned(),
        address: format!("{URN}tags"),
        action: ChangeAction::Update,
        outcome: ChangeOutcome::Applied,
        time: Timestamp::parse_rfc3339("2024-05-01T10:30:00Z"),
        ..Change::default()
    };
    let mut told = FeedOutput::default();
    State.compare(&out.snapshots, &[known], &mut told);
    assert!(told.changes.is_empty() && told.runs.is_empty());
}

#[test]
fn a_change_has_the_time_that_the_state_has_of_its_resource() {
    let before = export(10, &[topic("same", "same", "1", r#"{"tags":{"a":"1"}}"#)]);
    let after = |created: &str, modified: &str| {
        let changed = topic("same", "same", "1", r#"{"tags":{"a":"2"}}"#).replace(
            r#""created""#,
            &format!(r#""modified":"{modified}","created""#),
        );
        let made = topic("made", "made", "1", "{}").replace("2024-05-01T01:00:00Z", created);
        export(11, &[made, changed])
    };
    let check = |after: &str, expected: [(Option<&str>, &str); 2]| {
        let told: Vec<_> = compare(&[&before, after])
            .changes
            .iter()
            .map(|change| (change.not_before, change.time))
            .collect();
        let parse = |text: &str| Timestamp::parse_rfc3339(text);
        let expected = expected.map(|(not_before, time)| (not_before.and_then(parse), parse(time)));
        assert_eq!(told, expected);
    };
    check(
        &after("2024-05-01T10:20:00.25Z", "2024-05-01T10:30:00Z"),
        [
            (None, "2024-05-01T10:20:00.25Z"),
            (None, "2024-05-01T10:30:00Z"),
        ],
    );
    // Times from outside of the interval are those of other changes.
    let interval = (Some("2024-05-01T10:00:00Z"), "2024-05-01T11:00:00Z");
    check(
        &after("2024-05-01T09:00:00Z", "2024-05-01T11:30:00Z"),
        [interval, interval],
    );
    check(&after("canary", ""), [interval, interval]);
}

#[test]
fn what_the_cloud_keeps_is_forgotten() {
    let kept = topic("kept", "kept", "1", "{}")
        .replace(r#""custom":true"#, r#""custom":true,"retainOnDelete":true"#);
    let before = export(10, &[kept, topic("gone", "gone", "1", "{}")]);
    let out = compare(&[&before, &export(11, &[topic("b", "b", "1", "{}")])]);
    assert_eq!(told(&out), ["b create ", "gone delete ", "kept forget "]);
    assert!(out.changes[2].id.ends_with("::kept:forget"));
}

#[test]
fn what_the_engine_alone_writes_is_no_change() {
    let one = topic("a", "a", "1", "{}");
    let retained = one.replace(
        r#""custom":true"#,
        r#""custom":true,"retainOnDelete":true,"protect":true,"modified":"2024-05-01T10:30:00Z""#,
    );
    assert_eq!(
        told(&compare(&[&export(10, &[one]), &export(11, &[retained])])),
        [""; 0]
    );
}
