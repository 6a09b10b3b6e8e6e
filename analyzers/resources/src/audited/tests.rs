//! Calls of one account, in any order.

mod limits;
mod moves;
mod networks;
mod paths;
mod permits;
mod replicas;
mod sets;

use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::format::{Record, Stream};
use nepho_core::key;
use nepho_core::tables::{BlockId, Envelope, LogsBuilder, Resource, Table};
use serde_json::json;

use super::*;
use crate::Resources;

const GROUP: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0a1b2c3d4e5f6071";

/// A call: time, API, operation, request, answer.
type Called<'a> = (&'a str, &'a str, &'a str, Value, Value);

fn conclude(calls: &[Called<'_>], resources: &[Resource], declared: &[Relation]) -> Output {
    let mut builder = LogsBuilder::new(Timestamp(0));
    let stream = Stream::default();
    let envelope = Envelope::default();
    for (line, (time, api, operation, request, answer)) in (1..).zip(calls) {
        let is_azure = api.starts_with("Microsoft.");
        let record = match api.contains('.') {
            true if is_azure => json!({"time": time, "correlationId": answer,
                "properties": request["properties"]}),
            true => json!({"timestamp": time, "protoPayload": request, "operation": answer}),
            false => json!({"eventTime": time, "requestParameters": request,
                "responseElements": answer}),
        };
        let text = record.to_string();
        let one = Record {
            text: &text,
            block: BlockId::default(),
            offset: 0,
            line,
            bytes: 1,
            envelope: &envelope,
            stream: &stream,
        };
        let mut row = builder.row(&one);
        row.text(Column::Format, "aws.cloudtrail");
        if let Some(id) = request["resourceId"].as_str() {
            row.resource(id);
        }
        if let Some(name) = request["resourceName"].as_str() {
            row.resource(&key::google_name(api, name).unwrap());
        }
        let host = match api.contains('.') {
            true => api.to_string(),
            false => format!("{api}.amazonaws.com"),
        };
        row.text(Column::Service, &host);
        row.text(Column::Action, operation.trim_end_matches('!'));
        let account = if api.contains('.') {
            "shop-prod"
        } else {
            "111122223333"
        };
        row.text(Column::Account, account);
        row.text(Column::Region, "eu-west-1");
        row.outcome(match operation.ends_with('!') {
            true => Outcome::Failure,
            false => Outcome::Success,
        });
        row.time(Timestamp::parse_rfc3339(time).unwrap());
        row.commit();
    }
    let mut analyzer = Resources::default();
    analyzer
        .update(Table::Logs, &builder.finish().unwrap())
        .unwrap();
    let batch = Resource::to_batch(resources).unwrap();
    analyzer.update(Table::Resources, &batch).unwrap();
    let batch = Relation::to_batch(declared).unwrap();
    analyzer.update(Table::Relations, &batch).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    out
}

/// Dependent, kind, dependency, and the hours from and to which it held.
fn told(calls: &[Called<'_>]) -> Vec<String> {
    let out = conclude(calls, &[], &[]);
    let hour = |time: Option<Timestamp>| {
        time.map_or("?".to_owned(), |time| time.to_string()[11..16].to_owned())
    };
    let rows = out.relations.iter().filter(|row| row.source == SOURCE);
    rows.map(|row| {
        let (from, to) = (key::short_name(&row.from), key::short_name(&row.to));
        let (start, end) = (hour(row.valid_from), hour(row.valid_to));
        format!("{from} {} {to} {start}-{end}", row.kind.as_str())
    })
    .collect()
}

#[test]
fn a_target_is_one_from_its_registration_until_it_is_taken_out() {
    let targets = |id: &str| json!({"targetGroupArn": GROUP, "targets": [{"id": id, "port": 80}]});
    let elb = "elasticloadbalancing";
    let (one, two) = ("i-0a1b2c3d4e5f60718", "i-0000000000000002a");
    let calls = [
        (
            "2024-05-01T12:00:00Z",
            elb,
            "DeregisterTargets",
            targets(one),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            elb,
            "RegisterTargets",
            targets(one),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            elb,
            "RegisterTargets",
            targets(one),
            Value::Null,
        ),
        (
            "2024-05-01T14:00:00Z",
            elb,
            "RegisterTargets",
            targets(one),
            Value::Null,
        ),
        (
            "2024-05-01T11:00:00Z",
            elb,
            "DeregisterTargets",
            targets(two),
            Value::Null,
        ),
        (
            "2024-05-01T13:00:00Z",
            elb,
            "RegisterTargets!",
            targets(two),
            Value::Null,
        ),
        // The address of nothing that is known.
        (
            "2024-05-01T13:00:00Z",
            elb,
            "RegisterTargets",
            targets("10.0.1.5"),
            Value::Null,
        ),
    ];
    let expected = [
        format!("0a1b2c3d4e5f6071 routes {two} ?-11:00"),
        format!("0a1b2c3d4e5f6071 routes {one} 10:00-12:00"),
        format!("0a1b2c3d4e5f6071 routes {one} 14:00-?"),
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn what_a_key_stands_for_is_broken_with_it() {
    let make =
        json!({"networkInterfaceId": "eni-0a1b2c3d", "instanceId": "i-0a1b2c3d", "deviceIndex": 1});
    let calls = [
        (
            "2024-05-01T12:00:00Z",
            "ec2",
            "DetachNetworkInterface",
            json!({"attachmentId": "eni-attach-1"}),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            "ec2",
            "AttachNetworkInterface",
            make,
            json!({"attachmentId": "eni-attach-1"}),
        ),
        (
            "2024-05-01T12:00:00Z",
            "ec2",
            "DisassociateAddress",
            json!({"associationId": "eipassoc-9"}),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            "ec2",
            "AssociateAddress",
            json!({"allocationId": "eipalloc-0a1b2c3d", "instanceId": "i-0a1b2c3d"}),
            json!({"associationId": "eipassoc-1"}),
        ),
    ];
    let expected = [
        "i-0a1b2c3d attached eipalloc-0a1b2c3d 10:00-?",
        "i-0a1b2c3d attached eni-0a1b2c3d 10:00-12:00",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_list_that_is_set_breaks_what_it_leaves_out() {
    let groups = |ids: &[&str]| {
        let items: Vec<Value> = ids.iter().map(|id| json!({"groupId": id})).collect();
        json!({"instanceId": "i-0a1b2c3d", "groupSet": {"items": items}})
    };
    let set = "ModifyInstanceAttribute";
    let other = json!({"instanceId": "i-0a1b2c3d", "instanceType": {"value": "t3.large"}});
    let calls = [
        (
            "2024-05-01T10:00:00Z",
            "ec2",
            set,
            groups(&["sg-0000000a", "sg-0000000b"]),
            Value::Null,
        ),
        (
            "2024-05-01T11:00:00Z",
            "ec2",
            set,
            groups(&["sg-0000000b", "sg-0000000c"]),
            Value::Null,
        ),
        ("2024-05-01T12:00:00Z", "ec2", set, other, Value::Null),
    ];
    let expected = [
        "i-0a1b2c3d attached sg-0000000a 10:00-11:00",
        "i-0a1b2c3d attached sg-0000000b 10:00-?",
        "i-0a1b2c3d attached sg-0000000c 11:00-?",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn an_end_point_that_is_no_resource_is_not_kept() {
    let topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
    let subscribe =
        |endpoint: &str| json!({"topicArn": topic, "endpoint": endpoint, "protocol": "x"});
    let queue = "arn:aws:sqs:eu-west-1:111122223333:alerts-queue";
    let answer = json!({"subscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:0a1b"});
    let ended = json!({"subscriptionArn": "arn:aws:sns:eu-west-1:111122223333:alerts:0a1b"});
    let hook = "https://hook:s3cr3t-canary@example.com/x";
    let calls = [
        (
            "2024-05-01T10:00:00Z",
            "sns",
            "Subscribe",
            subscribe(hook),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            "sns",
            "Subscribe",
            subscribe("eve@example.com"),
            Value::Null,
        ),
        (
            "2024-05-01T10:00:00Z",
            "sns",
            "Subscribe",
            subscribe(queue),
            answer,
        ),
        (
            "2024-05-01T11:00:00Z",
            "sns",
            "Unsubscribe",
            ended,
            Value::Null,
        ),
    ];
    assert_eq!(told(&calls), ["alerts data_flow alerts-queue 10:00-11:00"]);
}

#[test]
fn events_of_a_storage_account_flow_until_the_subscription_is_deleted() {
    let group = "/subscriptions/s/resourcegroups/r/providers";
    let account = format!("{group}/microsoft.storage/storageaccounts/files");
    let id = format!("{account}/providers/Microsoft.EventGrid/eventSubscriptions/blobs");
    let queue = |name: &str| format!("{group}/microsoft.servicebus/namespaces/pay/queues/{name}");
    let request = |queue: Option<String>| match queue {
        Some(queue) => {
            let destination = json!({"endpointType": "ServiceBusQueue",
                "properties": {"resourceId": queue}});
            let body = json!({"properties": {"destination": destination}});
            json!({"resourceId": id, "properties": {"requestbody": body.to_string()}})
        }
        None => json!({"resourceId": id, "properties": {}}),
    };
    // Rows are of the resource that is extended.
    let api = "Microsoft.Storage";
    let kind = "Microsoft.EventGrid/eventSubscriptions";
    let (write, delete) = (format!("{kind}/write"), format!("{kind}/delete"));
    let call = |time, operation, queue, id: &str| {
        let request = request(queue);
        (time, api, operation, request, json!(id))
    };
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            write.as_str(),
            Some(queue("a")),
            "1",
        ),
        call("2024-05-01T11:00:00Z", &write, Some(queue("b")), "2"),
        // The row with which the operation ends tells no more.
        call("2024-05-01T11:00:10Z", &write, None, "2"),
        call("2024-05-01T12:00:00Z", &delete, None, "3"),
    ];
    let expected = [
        "files data_flow a 10:00-11:00",
        "files data_flow b 11:00-12:00",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn names_stand_for_the_resources_of_the_account() {
    let policy = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    let request = json!({"roleName": "deploy", "policyArn": policy});
    let calls = [(
        "2024-05-01T10:00:00Z",
        "iam",
        "AttachRolePolicy",
        request,
        Value::Null,
    )];
    let out = conclude(&calls, &[], &[]);
    let row = out
        .relations
        .iter()
        .find(|row| row.source == SOURCE)
        .unwrap();
    assert_eq!(row.from, "arn:aws:iam::111122223333:role/deploy");
    assert_eq!(row.to, policy);
    assert_eq!(row.evidence, "`AttachRolePolicy` in the audit log");
    assert_eq!(row.line, 1);
}

#[test]
fn an_instance_is_in_a_group_of_google_until_it_is_removed() {
    let api = "compute.googleapis.com";
    let payload = |list: &str| {
        let instance = "projects/shop-prod/zones/europe-west1-b/instances/web-1";
        json!({"resourceName": format!("projects/shop-prod/{list}"), "request": {"instances":
            [{"instance": format!("https://www.googleapis.com/compute/v1/{instance}")}]}})
    };
    let group = || payload("zones/europe-west1-b/instanceGroups/web");
    let pool = || payload("regions/europe-west1/targetPools/front");
    let call = |time, operation, payload| (time, api, operation, payload, Value::Null);
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            "v1.compute.instanceGroups.addInstances",
            group(),
        ),
        call(
            "2024-05-01T11:00:00Z",
            "v1.compute.instanceGroups.removeInstances!",
            group(),
        ),
        call(
            "2024-05-01T12:00:00Z",
            "v1.compute.instanceGroups.removeInstances",
            group(),
        ),
        call(
            "2024-05-01T13:00:00Z",
            "v1.compute.targetPools.addInstance!",
            pool(),
        ),
        call(
            "2024-05-01T14:00:00Z",
            "v1.compute.targetPools.addInstance",
            pool(),
        ),
    ];
    let expected = [
        "front routes web-1 14:00-?",
        "web attached web-1 10:00-12:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
    let out = conclude(&calls, &[], &[]);
    let is_full = |id: &str| id.starts_with("//compute.googleapis.com/projects/shop-prod/");
    assert!(out.relations.iter().any(|row| row.source == SOURCE));
    for row in out.relations.iter().filter(|row| row.source == SOURCE) {
        assert!(is_full(&row.from) && is_full(&row.to), "{row:?}");
    }
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

#[test]
fn an_operation_that_fails_later_changes_nothing() {
    let (api, add) = (
        "compute.googleapis.com",
        "v1.compute.targetPools.addInstance",
    );
    let instance = "https://www.googleapis.com/compute/v1/projects/shop-prod/zones/z/instances/a";
    let payload = json!({"resourceName": "projects/shop-prod/regions/r/targetPools/front",
        "request": {"instances": [{"instance": instance}]}});
    let begun = |id: &str| json!({"id": id, "first": true});
    let failed = format!("{add}!");
    let end = json!({"id": "operation-1", "last": true});
    let first = (
        "2024-05-01T10:00:00Z",
        api,
        add,
        payload.clone(),
        begun("operation-1"),
    );
    let last = ("2024-05-01T10:01:00Z", api, failed.as_str(), json!({}), end);
    let again = (
        "2024-05-01T11:00:00Z",
        api,
        add,
        payload,
        begun("operation-2"),
    );
    assert_eq!(told(&[first, last, again]), ["front routes a 11:00-?"]);
}
