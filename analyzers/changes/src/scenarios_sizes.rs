//! Stories of calls after which more or fewer of something run.

use nepho_core::Timestamp;
use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, Outcome, Table};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{audited, event, rows, trail};

/// What the calls tell of sizes, in the order of time.
fn told(logs: &arrow_array::RecordBatch) -> Vec<String> {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, logs).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let mut changes = audited(&out);
    changes.sort_by_key(|change| change.time);
    let remarks = [Change::TO_FEWER, Change::TO_MORE, Change::TO_NONE];
    let told = changes.into_iter().map(|change| {
        let names = change.attributes.iter();
        let mut found = names.filter(|name| remarks.contains(&name.as_str()));
        found.next().cloned().unwrap_or_default()
    });
    told.collect()
}

/// Calls of AWS, one an hour from ten on.
fn aws(api: &str, calls: &[(&str, Value, Value)]) -> Vec<String> {
    let records = (10..).zip(calls).map(|(hour, (name, request, response))| {
        let (id, time) = (format!("e-{hour}"), format!("2024-05-01T{hour}:00:00Z"));
        let mut record = event(&id, &time, api, name, "eve", "aws-cli/2", request.clone());
        record["responseElements"] = response.clone();
        record
    });
    told(&trail(&records.collect::<Vec<Value>>()))
}

#[test]
fn services_of_ecs_tell_how_many_run_before() {
    let set = |count: u64| json!({"cluster": "shop", "service": "web", "desiredCount": count});
    let runs = |count: u64| json!({"service": {"runningCount": count, "serviceName": "web"}});
    let deploy = json!({"cluster": "shop", "service": "web", "taskDefinition": "web:7"});
    let found = aws(
        "ecs.amazonaws.com",
        &[
            ("UpdateService", set(3), runs(20)),
            ("UpdateService", deploy, runs(3)),
            // What was asked for before counts, and not what runs yet.
            ("UpdateService", set(5), runs(9)),
            ("UpdateService", set(5), runs(5)),
            ("UpdateService", set(0), runs(5)),
            ("UpdateService", set(2), runs(0)),
        ],
    );
    let (fewer, more, none) = (Change::TO_FEWER, Change::TO_MORE, Change::TO_NONE);
    assert_eq!(found, [fewer, "", more, "", none, more]);
}

#[test]
fn groups_tell_no_more_than_they_are_set_to() {
    let set = |count: u64| json!({"autoScalingGroupName": "web", "desiredCapacity": count});
    let found = aws(
        "autoscaling.amazonaws.com",
        &[
            ("SetDesiredCapacity", set(20), Value::Null),
            ("UpdateAutoScalingGroup", set(3), Value::Null),
        ],
    );
    assert_eq!(found, ["", Change::TO_FEWER]);
}

/// A person scales a deployment to 3 at eleven; what it was scaled to before, and by whom.
fn objects(before: Option<(&str, u64)>, answer: &Value) -> Option<String> {
    let scale = |time: &'static str, actor: &str, count: u64, answer: &Value| {
        let columns = [
            "kubernetes.audit",
            "kubernetes",
            "kube-apiserver",
            "patch",
            actor,
            "kubectl/v1.30.0",
            "web",
        ];
        let columns = columns.map(str::to_owned);
        let raw = json!({"auditID": time, "verb": "patch", "stage": "ResponseComplete",
            "objectRef": {"resource": "deployments", "apiGroup": "apps", "namespace": "shop",
                "name": "web", "subresource": "scale"},
            "requestObject": {"spec": {"replicas": count}}, "responseObject": answer});
        (time, columns, raw)
    };
    let first = before.map(|(who, count)| scale("2024-05-01T10:00:00Z", who, count, &Value::Null));
    let last = scale("2024-05-01T11:00:00Z", "mona@shop.example", 3, answer);
    let list: Vec<_> = first.into_iter().chain([last]).collect();
    let list = list.iter().map(|(time, columns, raw)| {
        let columns = columns.each_ref().map(String::as_str);
        (*time, columns, Some(Outcome::Success), raw.clone())
    });
    told(&rows(&list.collect::<Vec<_>>())).pop()
}

#[test]
fn scaled_objects_tell_how_many_pods_there_are() {
    let check = |before: Option<(&str, u64)>, answer: Value, expected: &str| {
        let found = objects(before, &answer);
        assert_eq!(found.as_deref(), Some(expected), "{before:?} {answer}");
    };
    let person = "tom@shop.example";
    check(None, Value::Null, "");
    check(None, json!({"status": {"replicas": 20}}), Change::TO_FEWER);
    check(None, json!({"status": {"replicas": 1}}), Change::TO_MORE);
    check(Some((person, 9)), Value::Null, Change::TO_FEWER);
    check(
        Some((person, 2)),
        json!({"status": {"replicas": 4}}),
        Change::TO_MORE,
    );
    // What an autoscaler did counts as well, though it is no change of somebody.
    let scaler = "system:serviceaccount:kube-system:horizontal-pod-autoscaler";
    check(Some((scaler, 9)), Value::Null, Change::TO_FEWER);
}
