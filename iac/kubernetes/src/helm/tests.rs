//! The feed over its fixtures, and records as Helm keeps them.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::object::Object;

const HISTORY: &str = include_str!("fixtures/shop.history.json");
const RELEASES: &str = include_str!("fixtures/releases.jsonl");

fn read(uri: &str, text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let document = Document {
        uri,
        text,
        modified: None,
    };
    let result = Helm.read(&document, &mut out);
    assert!(result.is_ok(), "{:?}", result.err().map(|e| e.to_string()));
    out
}

fn compared(out: &FeedOutput) -> FeedOutput {
    let mut more = FeedOutput::default();
    Helm.compare(&out.snapshots, &out.changes, &mut more);
    more
}

fn told(out: &FeedOutput) -> Vec<(String, ChangeAction, ChangeOutcome)> {
    let changes = out.changes.iter();
    let short = |change: &Change| {
        let (_, revision) = change.run.split_once(":v").unwrap_or_default();
        format!("{revision} {}", change.address)
    };
    changes
        .map(|change| (short(change), change.action, change.outcome))
        .collect()
}

#[test]
fn a_history_is_a_run_for_each_revision() {
    assert_eq!(
        Helm.sniff("shop.history.json", HISTORY),
        Confidence::CERTAIN
    );
    let out = read("x/shop.history.json", HISTORY);
    let runs: Vec<_> = out
        .runs
        .iter()
        .map(|run| (run.id.as_str(), run.status, run.operation, run.serial_to))
        .collect();
    use RunOperation::{Apply, Rollback};
    assert_eq!(
        runs,
        [
            ("helm:shop:v1", RunStatus::Succeeded, Apply, Some(1)),
            ("helm:shop:v2", RunStatus::Failed, Apply, Some(2)),
            ("helm:shop:v3", RunStatus::Succeeded, Rollback, Some(3)),
        ]
    );
    assert_eq!(out.runs[1].revision.as_deref(), Some("shop-1.1.0"));
    let message = "Upgrade \"shop\" failed: password=***";
    assert_eq!(out.runs[1].message.as_deref(), Some(message));
    assert_eq!(out.changes[0].action, ChangeAction::Create);
    assert_eq!(out.changes[1].outcome, ChangeOutcome::Failed);
}

#[test]
fn revisions_beside_each_other_tell_what_changed() {
    assert_eq!(Helm.sniff("r.jsonl", RELEASES), Confidence::CERTAIN);
    let out = read("r.jsonl", RELEASES);
    use ChangeAction::{Create, Delete, Update};
    use ChangeOutcome::{Applied, Failed};
    let name = |text: &str| text.to_owned();
    assert_eq!(
        told(&out),
        [
            (name("1 helm.sh/Release/shop/shop"), Create, Applied),
            (name("1 Secret/shop/web"), Create, Applied),
            (name("1 apps/Deployment/shop/web"), Create, Applied),
            (
                name("1 rbac.authorization.k8s.io/ClusterRole/web-reader"),
                Create,
                Applied
            ),
            (name("2 helm.sh/Release/shop/shop"), Update, Failed),
            (name("3 helm.sh/Release/shop/shop"), Update, Applied),
        ]
    );
    let more = compared(&out);
    assert_eq!(
        told(&more),
        [
            (name("2 Secret/shop/web"), Update, Failed),
            (name("2 Service/shop/web"), Create, Failed),
            (name("2 apps/Deployment/shop/web"), Update, Failed),
            (name("3 Secret/shop/web"), Update, Applied),
            (name("3 Service/shop/web"), Delete, Applied),
            (name("3 apps/Deployment/shop/web"), Update, Applied),
        ]
    );
    let image = "spec.template.spec.containers[web].image";
    assert_eq!(more.changes[2].attributes, [image]);
    assert_eq!(more.changes[0].attributes, ["stringData.password"]);
    let key = "k8s:///apps/deployment/shop/web";
    assert_eq!(more.changes[2].resource.as_deref(), Some(key));
    assert_eq!(
        more.changes[2].time,
        Timestamp::parse_rfc3339("2024-05-01T09:00:00Z")
    );
    assert_eq!(out.resources.len(), 3);
    let message = out.runs[1].message.as_deref();
    assert_eq!(message, Some("Upgrade failed: *** is refused"));
    for out in [&out, &more] {
        assert!(!format!("{out:?}").contains("canary"), "{out:?}");
    }
}

#[test]
fn a_gap_is_an_interval() {
    let mut lines: Vec<&str> = RELEASES.lines().collect();
    lines.remove(0);
    let later = lines[1].replace("\"version\": 3", "\"version\": 9");
    let out = read("r", &format!("{}\n{later}", lines[0]));
    let more = compared(&out);
    assert_eq!(more.changes.len(), 3);
    let since = Timestamp::parse_rfc3339("2024-05-01T09:00:00Z");
    assert!(more.changes.iter().all(|change| change.not_before == since));
}

fn record_of(json: &str, rounds: usize) -> String {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    assert!(encoder.write_all(json.as_bytes()).is_ok());
    let mut text = STANDARD.encode(encoder.finish().unwrap_or_default());
    for _ in 1..rounds {
        text = STANDARD.encode(text);
    }
    text
}

#[test]
fn records_of_both_drivers_are_decoded() {
    let json = RELEASES.lines().next().unwrap_or_default();
    let expected = read("r", json);
    for (kind, rounds) in [("Secret", 2), ("ConfigMap", 1)] {
        let value = serde_json::json!({"apiVersion": "v1", "kind": kind, "type": "helm.sh/release.v1",
            "metadata": {"name": "sh.helm.release.v1.shop.v1", "namespace": "shop", "labels": {"owner": "helm"}},
            "data": {"release": record_of(json, rounds)}});
        let place = Place { uri: "r", line: 1 };
        let object = Object::of(&value, place);
        let mut out = FeedOutput::default();
        let result = object.and_then(|object| {
            assert!(is_record(&object));
            record(&object, &mut out)
        });
        assert_eq!(result, Ok(()));
        assert_eq!(
            (&out.changes, &out.snapshots),
            (&expected.changes, &expected.snapshots)
        );
    }
}

#[test]
fn a_record_that_is_damaged_still_tells_its_revision() {
    let value = serde_json::json!({"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": "sh.helm.release.v1.shop.v7", "namespace": "shop", "creationTimestamp": "2024-05-01T08:00:00Z",
            "labels": {"owner": "helm", "name": "shop", "version": "7", "status": "deployed"}},
        "data": {"release": "SDRzSUFBQUFB"}});
    let mut out = FeedOutput::default();
    let result = Object::of(&value, Place { uri: "r", line: 1 })
        .and_then(|object| record(&object, &mut out));
    assert!(result.is_err());
    assert_eq!(
        out.runs.first().map(|run| run.id.as_str()),
        Some("helm:shop/shop:v7")
    );
}

#[test]
fn an_uninstalled_release_deletes_what_it_declared() {
    let json = RELEASES.lines().next().unwrap_or_default();
    let json = json
        .replace("superseded", "uninstalled")
        .replace("\"deleted\": \"\"", "\"deleted\": \"2024-05-03T08:00:00Z\"");
    let out = read("r", &json);
    let deleted = out
        .changes
        .iter()
        .filter(|change| change.action == ChangeAction::Delete);
    let times: Vec<_> = deleted.map(|change| change.time).collect();
    let time = Timestamp::parse_rfc3339("2024-05-03T08:00:00Z");
    assert_eq!(times, [time; 4]);
    assert_eq!(out.runs[0].operation, RunOperation::Destroy);
}

#[test]
fn lists_are_read_and_damage_is_refused() {
    let list = r#"[{"name":"web","namespace":"shop","revision":"3","updated":"2024-05-01 10:00:00.5 +0200 CEST","status":"deployed","chart":"web-1.0.0","app_version":"1"}]"#;
    assert_eq!(Helm.sniff("l.json", list), Confidence::CERTAIN);
    let out = read("l.json", list);
    assert_eq!(out.runs[0].id, "helm:shop/web:v3");
    assert_eq!(
        out.runs[0].ended,
        Timestamp::parse_rfc3339("2024-05-01T08:00:00.5Z")
    );
    let cut = read("h.json", &HISTORY[..HISTORY.len() / 2]);
    assert_eq!((cut.runs.len(), cut.rejects.len()), (1, 1));
    let document = Document {
        uri: "x",
        text: "\n[{\"revision\":\"canary\"}]",
        modified: None,
    };
    let error = Helm.read(&document, &mut FeedOutput::default()).err();
    assert_eq!(
        error.as_ref().and_then(|error| error.origin()?.line),
        Some(2)
    );
    assert!(!format!("{error:?}").contains("canary"));
    // The error tells the first, the others stay.
    let document = Document {
        text: "[{\"revision\":\"x\"},{\"revision\":\"y\"},{\"revision\":\"1\"}]",
        ..document
    };
    let mut out = FeedOutput::default();
    assert!(Helm.read(&document, &mut out).is_err());
    let starts: Vec<u64> = out.rejects.iter().map(|reject| reject.start).collect();
    assert_eq!(starts, [18, 35]);
}

#[test]
fn a_table_is_refused_with_what_to_run() {
    let text = "REVISION\tUPDATED                 \tSTATUS  \tCHART     \tAPP VERSION\tDESCRIPTION\n1       \tMon May  6 10:00:00 2024\tdeployed\tshop-1.2.3\t7          \tInstall complete\n";
    assert_eq!(Helm.sniff("shop.txt", text), Confidence::LIKELY);
    let document = Document {
        uri: "shop.txt",
        text,
        modified: None,
    };
    let mut out = FeedOutput::default();
    let error = Helm.read(&document, &mut out).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.to_string().contains("helm history RELEASE -o json"),
        "{error}"
    );
    assert!(out.runs.is_empty() && out.changes.is_empty());
}
