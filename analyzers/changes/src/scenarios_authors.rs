//! Stories of who wrote the versions of a state.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, Run, RunStatus, Table};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{TERRAFORM, applied, event, trail};

fn put(id: &str, time: &str, user: &str, key: &str, version: &str) -> Value {
    let request = json!({"bucketName": "states", "key": key});
    let api = "s3.amazonaws.com";
    let mut put = event(id, time, api, "PutObject", user, TERRAFORM, request);
    put["managementEvent"] = false.into();
    put["responseElements"] = json!({"x-amz-version-id": version});
    put["resources"] = json!([{"ARN": format!("arn:aws:s3:::states/{key}")}]);
    put
}

/// The change between a version of 14:00 and one of 15:00 in this file.
fn change(uri: &str) -> Change {
    Change {
        not_before: Timestamp::parse_rfc3339("2026-05-12T14:00:00Z"),
        uri: uri.to_owned(),
        ..applied("2026-05-12T15:00:00Z")
    }
}

fn conclude(records: &[Value], change: Change, runs: &[Run]) -> Output {
    let mut analyzer = Changes::default();
    let compared = Run {
        id: change.run.clone(),
        tool: change.tool.clone(),
        scope: change.scope.clone(),
        serial_from: Some(3),
        serial_to: Some(4),
        uri: change.uri.clone(),
        ..Run::default()
    };
    let runs = [&[compared], runs].concat();
    let batches = [
        (Table::Logs, trail(records)),
        (Table::Changes, Change::to_batch(&[change]).unwrap()),
        (Table::Runs, Run::to_batch(&runs).unwrap()),
    ];
    for (table, batch) in batches {
        analyzer.update(table, &batch).unwrap();
    }
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out
}

/// Who is told to have made the change, and when.
fn check(records: &[Value], uri: &str, expected: Option<(&str, &str)>) {
    let out = conclude(records, change(uri), &[]);
    let change = &out.changes[0];
    let name = |actor: &String| actor.rsplit('/').next().unwrap_or_default().to_owned();
    let found = change.actor.as_ref().map(name);
    assert_eq!(found.as_deref(), expected.map(|(user, _)| user), "{uri}");
    let time = expected.map_or("2026-05-12T15:00:00Z", |(_, time)| time);
    assert_eq!(change.time, Timestamp::parse_rfc3339(time), "{uri}");
    assert_eq!(out.runs.len(), usize::from(expected.is_some()), "{uri}");
}

#[test]
fn the_log_of_the_bucket_tells_who_wrote_a_version() {
    let key = "shop/orders.tfstate";
    let records = [
        put("1", "2026-05-12T14:00:00Z", "eve", key, "v1"),
        put("2", "2026-05-12T14:59:58Z", "maria", key, "v2"),
        put("3", "2026-05-12T16:00:00Z", "eve", key, "v3"),
        put("4", "2026-05-12T15:00:00Z", "eve", "other.tfstate", "w1"),
    ];
    let maria = Some(("maria", "2026-05-12T14:59:58Z"));
    check(&records, "s3://states/shop/orders.tfstate", maria);
    check(
        &records,
        "s3://states/shop/orders.tfstate?versionId=v2",
        maria,
    );
    // Another version, bucket, key.
    let eve = Some(("eve", "2026-05-12T15:00:00Z"));
    check(
        &records,
        "s3://states/shop/orders.tfstate?versionId=v3",
        eve,
    );
    check(
        &records,
        "s3://states/shop/orders.tfstate?versionId=v9",
        None,
    );
    check(&records, "s3://copies/shop/orders.tfstate", None);
    check(&records, "gs://states/shop/orders.tfstate", None);
    check(&records, "s3://states/orders.tfstate", None);
    // Copies of the file.
    check(&records, "backup/states/shop/orders.tfstate", maria);
    check(&records, "shop/orders.tfstate", maria);
    check(&records, "bookshop/orders.tfstate", None);
}

#[test]
fn what_is_learned_of_the_run_is_told() {
    let key = "shop/orders.tfstate";
    let mut records = [
        put(
            "1",
            "2026-05-12T14:58:00Z",
            "maria",
            "shop/orders.tfstate.tflock",
            "l",
        ),
        put("2", "2026-05-12T15:00:00Z", "maria", key, "v2"),
    ];
    records[1]["sourceIPAddress"] = "203.0.113.7".into();
    let out = conclude(&records, change("s3://states/shop/orders.tfstate"), &[]);
    let run = &out.runs[0];
    assert_eq!((run.id.as_str(), run.scope.as_str()), ("1", "prod"));
    assert_eq!(run.user_agent.as_deref(), Some(TERRAFORM));
    assert_eq!(run.evidence, ["trail.json"]);
    assert_eq!(
        run.started,
        Timestamp::parse_rfc3339("2026-05-12T14:58:00Z")
    );
}

#[test]
fn nobody_is_guessed() {
    let key = "shop/orders.tfstate";
    // Two people within the interval, none at the time of the file.
    let two = [
        put("1", "2026-05-12T14:20:00Z", "eve", key, "v2"),
        put("2", "2026-05-12T14:40:00Z", "maria", key, "v3"),
    ];
    check(&two, "copies/shop/orders.tfstate", None);
    let one = Some(("maria", "2026-05-12T14:40:00Z"));
    check(&two[1..], "copies/shop/orders.tfstate", one);
    // The store tells the time, so that another time is another version.
    check(&two[1..], "s3://states/shop/orders.tfstate", None);
    // A refused write wrote nothing.
    let mut refused = put("1", "2026-05-12T15:00:00Z", "eve", key, "v2");
    refused["errorCode"] = "AccessDenied".into();
    check(&[refused], "s3://states/shop/orders.tfstate", None);
    // Two buckets with this key, or a key that many have.
    let mut elsewhere = put("3", "2026-05-12T15:00:00Z", "eve", key, "v2");
    elsewhere["resources"] = json!([{"ARN": format!("arn:aws:s3:::copies/{key}")}]);
    let own = put("4", "2026-05-12T15:00:00Z", "maria", key, "v2");
    check(&[elsewhere, own], "x/shop/orders.tfstate", None);
    let top = put(
        "5",
        "2026-05-12T14:40:00Z",
        "eve",
        "terraform.tfstate",
        "v2",
    );
    check(&[top], "x/terraform.tfstate", None);
}

#[test]
fn whoever_holds_the_lock_wrote_what_was_written_since() {
    let lock = |started: &str| Run {
        id: "0a1b".to_owned(),
        tool: "terraform".to_owned(),
        scope: "prod".to_owned(),
        status: RunStatus::Running,
        started: Timestamp::parse_rfc3339(started),
        actor: Some("maria@laptop".to_owned()),
        uri: "orders.tflock".to_owned(),
        ..Run::default()
    };
    let told = |started: &str| {
        let out = conclude(&[], change("orders.tfstate"), &[lock(started)]);
        let actor = out.changes[0].actor.clone();
        (actor, out.runs.first().map(|run| run.evidence.clone()))
    };
    let maria = Some("maria@laptop".to_owned());
    let evidence = Some(vec!["orders.tflock".to_owned()]);
    assert_eq!(told("2026-05-12T14:58:00Z"), (maria, evidence));
    assert_eq!(told("2026-05-12T15:10:00Z"), (None, None));
    // Nobody writes for so long: this lock was left behind.
    assert_eq!(told("2026-05-12T08:58:00Z"), (None, None));
}
