//! Stories of what is taken back by hand through calls whose requests differ.

use nepho_core::analyzer::{Analyzer, Output};
use nepho_core::tables::{Change, Outcome, Resource, Table};
use nepho_core::{Timestamp, key, setting};
use serde_json::{Value, json};

use crate::Changes;
use crate::scenarios::{GROUP, TERRAFORM, applied, event, outside, rows, trail};
use crate::scenarios_drift::azure;

const HOME: &str = "eu-west-1:111122223333";

/// For each drift, in the order of time, the hour at which it was closed.
fn closed(logs: &arrow_array::RecordBatch, resource: &str) -> Vec<Option<String>> {
    closed_by(logs, resource, &[])
}

/// The same, with changes of feeds.
fn closed_by(
    logs: &arrow_array::RecordBatch,
    resource: &str,
    changes: &[Change],
) -> Vec<Option<String>> {
    let managed = Resource {
        key: resource.to_owned(),
        tool: Some("terraform".to_owned()),
        address: Some("the.one".to_owned()),
        ..Resource::default()
    };
    // Calls about permissions are about one of these.
    let permission = |name: &str| Resource {
        key: format!("terraform:s:{name}"),
        parent: Some(resource.to_owned()),
        resource_type: "aws_lambda_permission".to_owned(),
        address: Some(format!("aws_lambda_permission.{name}")),
        ..managed.clone()
    };
    let managed = [permission("a"), permission("b"), managed.clone()];
    closed_of(logs, &managed, changes)
}

/// The same, of these resources.
fn closed_of(
    logs: &arrow_array::RecordBatch,
    managed: &[Resource],
    changes: &[Change],
) -> Vec<Option<String>> {
    let mut analyzer = Changes::default();
    analyzer.update(Table::Logs, logs).unwrap();
    let resources = Resource::to_batch(managed).unwrap();
    analyzer.update(Table::Resources, &resources).unwrap();
    let changes = Change::to_batch(changes).unwrap();
    analyzer.update(Table::Changes, &changes).unwrap();
    let mut out = Output::default();
    analyzer.advance(Timestamp::MAX, &mut out).unwrap();
    let drifts = outside(&out).into_iter().flat_map(|group| &group.drift);
    let mut drifts: Vec<_> = drifts.map(|drift| (drift.opened, drift.closed)).collect();
    drifts.sort();
    let hour = |time: Timestamp| time.to_string()[11..13].to_owned();
    drifts
        .into_iter()
        .map(|(_, closed)| closed.map(hour))
        .collect()
}

/// Calls of AWS by hand, one an hour from ten on: operation, request and answer.
fn aws(api: &str, calls: &[(&str, Value, Value)]) -> arrow_array::RecordBatch {
    let records = (10..).zip(calls).map(|(hour, (name, request, response))| {
        let time = format!("2024-05-01T{hour}:00:00Z");
        let (id, agent) = (format!("e-{hour}"), "Mozilla/5.0 (X11)");
        let mut record = event(&id, &time, api, name, "eve", agent, request.clone());
        record["responseElements"] = response.clone();
        record
    });
    trail(&records.collect::<Vec<Value>>())
}

fn at(hour: &str) -> Option<String> {
    Some(hour.to_owned())
}

#[test]
fn a_volume_that_is_detached_again_makes_no_difference() {
    let volume = format!("arn:aws:ec2:{HOME}:volume/vol-0123abcd");
    let both =
        json!({"volumeId": "vol-0123abcd", "instanceId": "i-0123abcd", "device": "/dev/sdf"});
    let answer =
        json!({"volumeId": "vol-0123abcd", "instanceId": "i-0123abcd", "status": "detaching"});
    let attach = ("AttachVolume", both, answer.clone());
    let detach = (
        "DetachVolume",
        json!({"volumeId": "vol-0123abcd", "force": false}),
        answer,
    );
    let other = (
        "DetachVolume",
        json!({"volumeId": "vol-0123abcd", "instanceId": "i-0000beef"}),
        json!(null),
    );
    let told = |calls: &[_]| closed(&aws("ec2.amazonaws.com", calls), &volume);
    assert_eq!(told(&[attach.clone(), detach.clone()]), [at("11")]);
    assert_eq!(told(&[detach, attach.clone()]), [at("11")]);
    assert_eq!(told(&[attach, other]), [None, None]);
}

fn route(name: &str, gateway: &str) -> (&'static str, Value, Value) {
    let mut request = json!({"routeTableId": "rtb-0123abcd", "destinationCidrBlock": "0.0.0.0/0"});
    if !gateway.is_empty() {
        request["gatewayId"] = json!(gateway);
    }
    let name = match name {
        "create" => "CreateRoute",
        "replace" => "ReplaceRoute",
        _ => "DeleteRoute",
    };
    (name, request, json!({"_return": true}))
}

#[test]
fn a_route_is_as_it_was_with_the_same_target() {
    let table = format!("arn:aws:ec2:{HOME}:route-table/rtb-0123abcd");
    let told = |calls: &[_]| closed(&aws("ec2.amazonaws.com", calls), &table);
    let (a, b) = ("igw-0000000a", "igw-0000000b");
    assert_eq!(told(&[route("create", a), route("delete", "")]), [at("11")]);
    // What it led to before it was deleted is not known.
    assert_eq!(
        told(&[route("delete", ""), route("create", a)]),
        [None, None]
    );
    let calls = [route("create", a), route("replace", b), route("replace", a)];
    assert_eq!(told(&calls), [None, at("12")]);
    let calls = [
        route("replace", a),
        route("replace", b),
        route("delete", ""),
        route("create", a),
    ];
    assert_eq!(told(&calls), [None, at("13"), at("13")]);
    let calls = [route("replace", a), route("delete", ""), route("create", b)];
    assert_eq!(told(&calls), [None, None, None]);
}

#[test]
fn a_permission_of_a_function_is_known_by_its_statement() {
    let function = format!("arn:aws:lambda:{HOME}:function:orders");
    let add = |statement: &str| {
        let request = json!({"functionName": "orders", "statementId": statement, "action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com"});
        ("AddPermission20150331v2", request, json!(null))
    };
    let remove = |statement: &str| {
        let request = json!({"functionName": "orders", "statementId": statement});
        ("RemovePermission20150331v2", request, json!(null))
    };
    let told = |calls: &[_]| closed(&aws("lambda.amazonaws.com", calls), &function);
    assert_eq!(told(&[add("a"), remove("a")]), [at("11")]);
    assert_eq!(told(&[add("a"), remove("b")]), [None, None]);
    assert_eq!(told(&[remove("a"), add("a")]), [None, None]);
}

#[test]
fn policies_of_all_kinds_are_detached_again() {
    let target = "111122223333";
    let request = json!({"policyId": "p-0123abcd", "targetId": target});
    let attach = ("AttachPolicy", request.clone(), json!(null));
    let detach = ("DetachPolicy", request, json!(null));
    let calls = aws("organizations.amazonaws.com", &[attach, detach]);
    assert_eq!(closed(&calls, target), [at("11")]);
    let role = "arn:aws:iam::111122223333:role/orders";
    let put = |document: &str| {
        let request = json!({"roleName": "orders", "policyName": "p", "policyDocument": document});
        ("PutRolePolicy", request, json!(null))
    };
    let delete = || {
        let request = json!({"roleName": "orders", "policyName": "p"});
        ("DeleteRolePolicy", request, json!(null))
    };
    let told = |calls: &[_]| closed(&aws("iam.amazonaws.com", calls), role);
    // What the policy said before the first call is not known.
    assert_eq!(told(&[put("{1}"), delete(), put("{1}")]), [None, at("12")]);
    assert_eq!(told(&[delete(), put("{1}"), delete()]), [None, at("12")]);
}

#[test]
fn disks_of_azure_and_google_are_detached_again() {
    let machine = "/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachines/a";
    let call = |hour: u8, list: &str, disk: &str| {
        let body = json!({list: [{"diskId": disk}]}).to_string();
        let raw = json!({"correlationId": format!("c-{hour}"), "properties": {"requestbody": body},
            "claims": {"appid": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}});
        (format!("2024-05-01T{hour}:00:00Z"), raw)
    };
    let operation = "microsoft.compute/virtualmachines/attachdetachdatadisks/action";
    let told = |disk: &str| {
        let calls = [
            call(10, "dataDisksToAttach", "d-1"),
            call(11, "dataDisksToDetach", disk),
        ];
        let list = calls
            .each_ref()
            .map(|(time, raw)| (time.as_str(), operation, machine, raw.clone()));
        closed(&azure(&list), machine)
    };
    assert_eq!(told("d-1"), [at("11")]);
    assert_eq!(told("d-2"), [None, None]);
    let name = "projects/shop/zones/europe-west1-b/instances/a";
    let instance = key::google_name("compute.googleapis.com", name).unwrap();
    let call = |hour: u8, method: &'static str, request: Value| {
        let raw = json!({"insertId": format!("i-{hour}"), "protoPayload": {"resourceName": name,
            "methodName": method, "request": request}});
        let agent = "Mozilla/5.0 (X11)";
        let columns = [
            "gcp.audit",
            "gcp",
            "compute.googleapis.com",
            method,
            "eve@example.com",
            agent,
            name,
        ];
        (
            ["2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z"][usize::from(hour) - 10],
            columns,
            Some(Outcome::Success),
            raw,
        )
    };
    let told = |device: &str| {
        let disk =
            json!({"deviceName": "data", "source": "projects/shop/zones/europe-west1-b/disks/d"});
        let list = [
            call(10, "v1.compute.instances.attachDisk", disk),
            call(
                11,
                "v1.compute.instances.detachDisk",
                json!({"deviceName": device}),
            ),
        ];
        closed(&rows(&list), &instance)
    };
    assert_eq!(told("data"), [at("11")]);
    assert_eq!(told("other"), [None, None]);
}

#[test]
fn code_undoes_what_it_takes_back_and_no_more() {
    let rule = |port: u16| {
        json!({"groupId": "sg-0123abcd", "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": port,
            "toPort": port, "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}})
    };
    let call = |id: &str, hour: &str, api: &str, name: &str, agent: &str, request: Value| {
        event(
            id,
            &format!("2024-05-01T{hour}:00:00Z"),
            api,
            name,
            "eve",
            agent,
            request,
        )
    };
    let (open, close) = (
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    );
    let group = |id: &str, hour: &str, name: &str, agent: &str, port: u16| {
        call(id, hour, "ec2.amazonaws.com", name, agent, rule(port))
    };
    let rules = [
        group("a", "10", open, "aws-cli/2", 22),
        group("b", "11", open, "aws-cli/2", 443),
        group("c", "12", close, TERRAFORM, 22),
    ];
    let rules = trail(&rules);
    assert_eq!(closed(&rules, GROUP), [at("12"), None]);
    // The same where the log of the run tells of it.
    let mut run = applied("2024-05-01T12:00:01Z");
    run.attributes = vec!["ingress".to_owned()];
    assert_eq!(closed_by(&rules, GROUP, &[run]), [at("12"), None]);
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
    let update = |id: &str, hour: &str, name: &str, agent: &str, request: Value| {
        call(id, hour, "lambda.amazonaws.com", name, agent, request)
    };
    let configure = "UpdateFunctionConfiguration20150331v2";
    let memory = |size: u16| json!({"functionName": "orders", "memorySize": size});
    let by_hand = update("a", "10", configure, "aws-cli/2", memory(128));
    let code = json!({"functionName": "orders", "s3Bucket": "b"});
    let name = "UpdateFunctionCode20150331v2";
    let of_code = update("b", "12", name, TERRAFORM, code);
    let of_memory = update("b", "12", configure, TERRAFORM, memory(512));
    let told = |later: Value| closed(&trail(&[by_hand.clone(), later]), function);
    assert_eq!(told(of_code), [None]);
    assert_eq!(told(of_memory), [at("12")]);
}

#[test]
fn what_waits_is_undone_by_what_sets_the_same_and_not_by_what_waits_too() {
    let check = |set: &str, expected: Option<String>| {
        let call = |time: &str, agent: &str, name: &str| {
            let request = json!({"dBInstanceIdentifier": "orders", name: "x",
                "applyImmediately": false});
            let api = "rds.amazonaws.com";
            event(time, time, api, "ModifyDBInstance", "eve", agent, request)
        };
        let hand = call(
            "2024-05-01T10:00:00Z",
            "Mozilla/5.0 (X11)",
            "dBInstanceClass",
        );
        let tool = call("2024-05-01T11:00:00Z", TERRAFORM, set);
        let found = closed(
            &trail(&[hand, tool]),
            &format!("arn:aws:rds:{HOME}:db:orders"),
        );
        assert_eq!(found, [expected], "{set}");
    };
    check("dBInstanceClass", at("11"));
    check("engineVersion", None);
}

#[test]
fn code_undoes_a_tag_by_its_key_and_rules_by_their_ids() {
    let call = |hour: u8, api: &str, name: &str, request: Value, answer: Value| {
        let agent = if hour == 10 { "aws-cli/2" } else { TERRAFORM };
        let time = format!("2024-05-01T{hour}:00:00Z");
        let mut record = event(&time, &time, api, name, "eve", agent, request);
        record["responseElements"] = answer;
        record
    };
    let tags = |hour: u8, name: &str, keys: &[&str]| {
        let set: Vec<Value> = keys.iter().map(|key| json!({"key": key})).collect();
        let request = json!({"resourcesSet": {"items": [{"resourceId": "sg-0123abcd"}]},
            "tagSet": {"items": set}});
        call(hour, "ec2.amazonaws.com", name, request, json!(null))
    };
    let (add, take) = ("CreateTags", "DeleteTags");
    let told = |records: &[Value]| closed(&trail(records), GROUP);
    assert_eq!(
        told(&[tags(10, add, &["x"]), tags(12, take, &["z"])]),
        [None]
    );
    assert_eq!(
        told(&[tags(10, add, &["x"]), tags(12, take, &["x", "z"])]),
        [at("12")]
    );
    // One by one, and set to what was declared.
    let both = tags(10, add, &["x", "y"]);
    let (one, other) = (tags(12, take, &["x"]), tags(13, add, &["y"]));
    assert_eq!(told(&[both.clone(), one.clone(), other]), [at("13")]);
    assert_eq!(told(&[both, one]), [None]);
    // The service of tags has its own calls.
    let by_arn = json!({"resourceARNList": [GROUP], "tags": {"x": "y"}});
    let by_arn = call(
        10,
        "tagging.amazonaws.com",
        "TagResources",
        by_arn,
        json!(null),
    );
    assert_eq!(told(&[by_arn.clone(), tags(12, take, &["z"])]), [None]);
    assert_eq!(told(&[by_arn, tags(12, take, &["x"])]), [at("12")]);

    let rules = |ids: &[&str]| {
        let ids: Vec<Value> = ids
            .iter()
            .map(|id| json!({"securityGroupRuleId": id}))
            .collect();
        json!({"items": ids})
    };
    let ranges = json!({"items": [{"cidrIp": "192.0.2.0/24"}, {"cidrIp": "198.51.100.0/24"}]});
    let request = json!({"groupId": "sg-0123abcd",
        "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 22, "ipRanges": ranges}]}});
    let (a, b) = ("sgr-0a1b2c3d4e5f60718", "sgr-0a1b2c3d4e5f60719");
    let open = call(
        10,
        "ec2.amazonaws.com",
        "AuthorizeSecurityGroupIngress",
        request,
        json!({"securityGroupRuleSet": rules(&[a, b])}),
    );
    let revoke = |hour: u8, ids: &[&str]| {
        let request = json!({"groupId": "sg-0123abcd", "securityGroupRuleIds": rules(ids)});
        let name = "RevokeSecurityGroupIngress";
        call(hour, "ec2.amazonaws.com", name, request, json!(null))
    };
    assert_eq!(told(&[open.clone(), revoke(12, &[a, b])]), [at("12")]);
    assert_eq!(told(&[open.clone(), revoke(12, &[a])]), [None]);
    let one_by_one = [open, revoke(12, &[a]), revoke(13, &[b])];
    assert_eq!(told(&one_by_one), [at("13")]);
}

#[test]
fn processes_of_a_group_that_are_resumed_go_on_as_before() {
    let group = format!("arn:aws:autoscaling:{HOME}:autoScalingGroup:u:autoScalingGroupName/web");
    let call = |name: &'static str, processes: &[&str]| {
        let mut request = json!({"autoScalingGroupName": group});
        if !processes.is_empty() {
            request["scalingProcesses"] = json!(processes);
        }
        (name, request, json!(null))
    };
    let told = |calls: &[_]| closed(&aws("autoscaling.amazonaws.com", calls), &group);
    let (suspend, resume) = ("SuspendProcesses", "ResumeProcesses");
    // Without a list all are meant.
    assert_eq!(told(&[call(suspend, &[]), call(resume, &[])]), [at("11")]);
    let (launch, both) = (["Launch"], ["Terminate", "Launch"]);
    let calls = [call(suspend, &launch), call(resume, &launch)];
    assert_eq!(told(&calls), [at("11")]);
    let calls = [call(suspend, &both), call(resume, &["Launch", "Terminate"])];
    assert_eq!(told(&calls), [at("11")]);
    assert_eq!(told(&[call(suspend, &[]), call(resume, &launch)]), [None]);
    let terminate = ["Terminate"];
    assert_eq!(
        told(&[call(suspend, &launch), call(resume, &[])]),
        [at("11")]
    );
    let calls = [
        call(suspend, &launch),
        call(suspend, &terminate),
        call(resume, &[]),
    ];
    assert_eq!(told(&calls), [at("12"), at("12")]);
    let calls = [
        call(suspend, &both),
        call(resume, &launch),
        call(resume, &terminate),
    ];
    assert_eq!(told(&calls), [at("12")]);
    assert_eq!(
        told(&[call(suspend, &launch), call(resume, &terminate)]),
        [None, None]
    );
}

/// An instance of a state that tells its plain settings.
fn machine(settings: &[(&str, &str)]) -> Resource {
    let hashes = settings
        .iter()
        .map(|(name, value)| (*name, setting::hash(name, value).unwrap()));
    Resource {
        key: format!("arn:aws:ec2:{HOME}:instance/i-0123abcd"),
        resource_type: "aws_instance".to_owned(),
        tool: Some("terraform".to_owned()),
        address: Some("aws_instance.web".to_owned()),
        settings: setting::text(hashes),
        ..Resource::default()
    }
}

fn resized(value: &str) -> (&'static str, Value, Value) {
    let request = json!({"instanceId": "i-0123abcd", "instanceType": {"value": value}});
    ("ModifyInstanceAttribute", request, json!({"_return": true}))
}

#[test]
fn what_is_as_the_state_says_makes_no_difference() {
    let state = [("instance_type", "t3.micro"), ("ebs_optimized", "true")];
    let told = |calls: &[_]| {
        let logs = aws("ec2.amazonaws.com", calls);
        closed_of(&logs, &[machine(&state)], &[])
    };
    let [large, larger, micro] = ["m5.large", "m5.xlarge", "t3.micro"].map(resized);
    assert_eq!(told(&[large.clone(), micro.clone()]), [at("11")]);
    let thrice = [large.clone(), larger.clone(), micro.clone()];
    assert_eq!(told(&thrice), [at("12"), at("12")]);
    assert_eq!(told(&[large.clone(), larger]), [None, None]);
    // Another setting of the same resource is another thing.
    let request = json!({"instanceId": "i-0123abcd", "ebsOptimized": {"value": true}});
    let other = ("ModifyInstanceAttribute", request, json!({"_return": true}));
    assert_eq!(told(&[large.clone(), other]), [None, None]);
    // Documents of which one says this and one that tell nothing.
    let states = [machine(&state), machine(&[("instance_type", "m5.large")])];
    let logs = aws("ec2.amazonaws.com", &[large, micro]);
    assert_eq!(closed_of(&logs, &states, &[]), [None, None]);
}

#[test]
fn changes_tell_when_they_were_undone() {
    let rule = |port: u16| {
        json!({"groupId": "sg-0123abcd", "ipPermissions": {"items": [
            {"ipProtocol": "tcp", "fromPort": port, "ipRanges": {"items": [{"cidrIp": "10.0.7.0/24"}]}}]}})
    };
    let call = |id: &str, minute: u8, name: &str, port: u16| {
        let time = format!("2024-05-01T10:{minute:02}:00Z");
        let api = "ec2.amazonaws.com";
        event(id, &time, api, name, "eve", "Mozilla/5.0 (X11)", rule(port))
    };
    let told = |records: &[Value]| -> Vec<Option<String>> {
        let mut analyzer = Changes::default();
        analyzer.update(Table::Logs, &trail(records)).unwrap();
        let mut out = Output::default();
        analyzer.advance(Timestamp::MAX, &mut out).unwrap();
        let mut changes: Vec<&Change> = out.changes.iter().collect();
        changes.sort_by_key(|change| change.time);
        let undone = changes.iter().map(|change| change.undone);
        let minute = |time: Timestamp| time.to_string()[11..16].to_owned();
        undone.map(|time| time.map(minute)).collect()
    };
    let revoked = call("e-1", 1, "RevokeSecurityGroupIngress", 5432);
    let back = call("e-2", 3, "AuthorizeSecurityGroupIngress", 5432);
    let other = call("e-2", 3, "AuthorizeSecurityGroupIngress", 443);
    let expected = [Some("10:03".to_owned()), None];
    assert_eq!(told(&[revoked.clone(), back]), expected);
    assert_eq!(told(&[revoked, other]), [None, None]);
}
