//! The feed over its fixture.

use super::*;

fn read(text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let document = Document {
        uri: "set.json",
        text,
        modified: None,
    };
    assert!(ChangeSets.read(&document, &mut out).is_ok());
    out
}

#[test]
fn a_change_set_is_what_is_planned() {
    let text = include_str!("fixtures/describe-change-set.json");
    assert_eq!(ChangeSets.sniff("set.json", text), Confidence::CERTAIN);
    let out = read(text);
    let told: Vec<String> = out
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {} {} [{}] {}",
                change.address,
                change.action,
                change.outcome,
                change.attributes.join(" "),
                change.reason.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "Jobs replace planned [QueueName] replacement: True, policy: ReplaceAndDelete",
            "Worker update planned [Environment.Variables.QUEUE_URL Tags] ",
            "Archive forget planned [] policy: Retain",
            "Alarm create planned [] ",
        ]
    );
    let paths: Vec<usize> = out
        .changes
        .iter()
        .map(|change| change.replace_paths.len())
        .collect();
    assert_eq!(paths, [1, 0, 0, 0]);
    assert_eq!(out.changes[0].replace_paths, ["QueueName"]);
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    assert_eq!(
        edges,
        [(
            "arn:aws:lambda:eu-west-1:111122223333:function:shop-worker",
            "arn:aws:sqs:eu-west-1:111122223333:jobs"
        )]
    );
    let run = out.runs.first().cloned().unwrap_or_default();
    assert_eq!(
        (run.operation, run.status),
        (RunOperation::Plan, RunStatus::Succeeded)
    );
    assert!(run.started.is_some());
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
    assert_eq!(out.rejects.len(), 1);
    assert!(out.rejects.iter().all(|reject| reject.line > 1));
}

#[test]
fn a_stack_without_change_sets_is_planned_nothing() {
    let text = r#"{"Summaries": []}"#;
    assert_eq!(
        ChangeSets.sniff("change-sets.json", text),
        Confidence::CERTAIN
    );
    let out = read(text);
    assert_eq!((out.runs.len(), out.rejects.len()), (0, 0));
}

#[test]
fn what_is_none_is_refused_with_its_place() {
    for text in ["", "{}", "{\"Changes\":[", "[1]", "{\"Changes\":[]}"] {
        let document = Document {
            uri: "x",
            text,
            modified: None,
        };
        let error = ChangeSets.read(&document, &mut FeedOutput::default()).err();
        let line = error.and_then(|error| error.origin().and_then(|origin| origin.line));
        assert!(line.is_some(), "{text}");
    }
    let out = read(r#"{"StackName":"shop","Changes":7}"#);
    assert_eq!((out.changes.len(), out.rejects.len()), (0, 1));
}

#[test]
fn a_cause_is_needed_the_way_that_requests_run() {
    let kind = |name: &str| format!("AWS::ElasticLoadBalancingV2::{name}");
    let detail = |property: &str, cause: &str| {
        serde_json::json!({"Target": {"Attribute": "Properties", "Name": property},
            "ChangeSource": "ResourceReference", "CausingEntity": cause})
    };
    let change = |logical: &str, name: &str, details: &[serde_json::Value]| {
        serde_json::json!({"Type": "Resource", "ResourceChange": {"Action": "Modify",
            "LogicalResourceId": logical, "ResourceType": kind(name), "Details": details}})
    };
    let set = serde_json::json!({"ChangeSetName": "s", "StackName": "shop", "Changes": [
        change("Listener", "Listener", &[
            detail("LoadBalancerArn", "Front"), detail("Certificates", "Certificate")]),
        change("Front", "LoadBalancer", &[])]});
    let out = read(&set.to_string());
    let edges: Vec<String> = out
        .relations
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.kind, edge.to))
        .collect();
    assert_eq!(
        edges,
        [
            "cloudformation:shop:Front routes cloudformation:shop:Listener",
            "cloudformation:shop:Listener uses cloudformation:shop:Certificate",
        ]
    );
}
