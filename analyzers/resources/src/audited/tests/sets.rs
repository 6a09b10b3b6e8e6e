//! Calls after which a dependent has what they name and nothing else.

use super::*;

const GROUPS: &str = "ModifyInstanceAttribute";

fn groups(time: &str, id: &'static str) -> (String, Value) {
    let items = json!({"items": [{"groupId": id}]});
    let request = json!({"instanceId": "i-0a1b2c3d", "groupSet": items});
    (time.to_owned(), request)
}

#[test]
fn groups_that_are_set_leave_the_volumes_attached() {
    let volume = json!({"instanceId": "i-0a1b2c3d", "volumeId": "vol-0a1b2c3d"});
    let (_, first) = groups("", "sg-0000000a");
    let (_, second) = groups("", "sg-0000000b");
    let calls = [
        (
            "2024-05-01T09:00:00Z",
            "ec2",
            "AttachVolume",
            volume,
            Value::Null,
        ),
        ("2024-05-01T10:00:00Z", "ec2", GROUPS, first, Value::Null),
        ("2024-05-01T11:00:00Z", "ec2", GROUPS, second, Value::Null),
    ];
    let expected = [
        "i-0a1b2c3d attached sg-0000000a 10:00-11:00",
        "i-0a1b2c3d attached sg-0000000b 11:00-?",
        "i-0a1b2c3d attached vol-0a1b2c3d 09:00-?",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}

const INSTANCE: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1b2c3d";
const OLD: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0000000a";

#[test]
fn what_a_state_declares_ends_where_a_call_sets_it_anew() {
    let row = |key: &str| Resource {
        key: key.to_owned(),
        aliases: vec![key::short_name(key).to_owned()],
        tool: Some("terraform".to_owned()),
        ..Resource::default()
    };
    let attached = |to: &str, seen: &str| Relation {
        from: INSTANCE.to_owned(),
        to: to.to_owned(),
        kind: RelationKind::Attached,
        source: "terraform".to_owned(),
        seen_from: Timestamp::parse_rfc3339(seen),
        ..Relation::default()
    };
    let volume = "arn:aws:ec2:eu-west-1:111122223333:volume/vol-0a1b2c3d";
    let rows = [row(INSTANCE), row(OLD), row(volume)];
    let (_, request) = groups("", "sg-0000000b");
    let calls = [("2024-05-01T11:00:00Z", "ec2", GROUPS, request, Value::Null)];
    let ended = |seen: &str| {
        let declared = [attached(OLD, seen), attached(volume, seen)];
        let out = conclude(&calls, &rows, &declared);
        let audited = out.relations.iter().filter(|row| row.source == SOURCE);
        let ended = audited.filter(|row| row.valid_to.is_some());
        ended.map(|row| row.to.clone()).collect::<Vec<String>>()
    };
    assert_eq!(ended("2024-05-01T10:00:00Z"), [OLD]);
    // A state that was written afterwards knows better.
    assert_eq!(ended("2024-05-01T12:00:00Z"), [""; 0]);
}

#[test]
fn a_record_leads_where_it_was_turned_last() {
    let balancer = |name: &str| {
        let own = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
        let key = format!("{own}:loadbalancer/app/{name}/50dc6c495c0c9188");
        Resource {
            key,
            aliases: vec![format!("{name}-1.eu-west-1.elb.amazonaws.com")],
            ..Resource::default()
        }
    };
    let change = |action: &str, host: &str| {
        let set = json!({"name": "www.shop.example.", "type": "A", "aliasTarget":
            {"dNSName": format!("dualstack.{host}-1.eu-west-1.elb.amazonaws.com."),
             "evaluateTargetHealth": true}});
        let change = json!({"action": action, "resourceRecordSet": set});
        json!({"hostedZoneId": "Z1", "changeBatch": {"changes": [change]}})
    };
    let operation = "ChangeResourceRecordSets";
    let call = |time, action, host| {
        let request = change(action, host);
        (time, "route53", operation, request, Value::Null)
    };
    let calls = [
        call("2024-05-01T10:00:00Z", "CREATE", "blue"),
        call("2024-05-01T11:00:00Z", "UPSERT", "green"),
        call("2024-05-01T12:00:00Z", "DELETE", "green"),
        call("2024-05-01T13:00:00Z", "UPSERT", "unknown"),
    ];
    let out = conclude(&calls, &[balancer("blue"), balancer("green")], &[]);
    let rows = out.relations.iter().filter(|row| row.source == SOURCE);
    let found: Vec<(bool, String, Option<String>)> = rows
        .filter(|row| row.to.starts_with("arn:"))
        .map(|row| {
            assert_eq!(
                row.from,
                "arn:aws:route53:::hostedzone/Z1/A/www.shop.example"
            );
            let end = row.valid_to.map(|time| time.to_string()[11..16].to_owned());
            (
                row.to.contains("/blue/"),
                end.clone().unwrap_or_default(),
                end,
            )
        })
        .collect();
    let ends: Vec<(bool, &str)> = found.iter().map(|one| (one.0, &*one.1)).collect();
    assert_eq!(ends, [(true, "11:00"), (false, "12:00")]);
}

#[test]
fn a_record_of_google_leads_from_one_address_to_the_other() {
    let address = |name: &str, ip: &str| Resource {
        key: format!("//compute.googleapis.com/projects/shop-prod/global/addresses/{name}"),
        aliases: vec![ip.to_owned()],
        ..Resource::default()
    };
    let set = |ip: &str| json!({"name": "www.shop.example.", "type": "A", "rrdata": [ip]});
    let change = json!({"additions": [set("192.0.2.2")], "deletions": [set("192.0.2.1")]});
    let record = json!({"protoPayload": {"request": {"change": change}},
        "resource": {"labels": {"zone_name": "shop", "project_id": "shop-prod"}}});
    let place = record::Place {
        account: "shop-prod",
        region: "",
    };
    let record = record::Record::new(&record, "", place);
    let calls = table::calls("dns.googleapis.com", "dns.changes.create");
    let mut audited = Audited::default();
    let told = Told {
        operation: "dns.changes.create".to_owned(),
        uri: String::new(),
        line: 1,
        id: String::new(),
    };
    for call in calls {
        audited.note(call, call.named(&record), Timestamp(50), &told);
    }
    let rows = vec![address("old", "192.0.2.1"), address("new", "192.0.2.2")];
    let merged = crate::merge::merge(rows);
    let directory = Directory::new(&merged);
    let relations = audited.relations(&directory, &merged, std::iter::empty());
    let told: Vec<_> = relations
        .iter()
        .map(|edge| (edge.to.as_str(), edge.valid_from, edge.valid_to))
        .collect();
    let at = Some(Timestamp(50));
    assert_eq!(told, [("192.0.2.1", None, at), ("192.0.2.2", at, None)]);
    let name = "projects/shop-prod/managedZones/shop/rrsets/www.shop.example./A";
    assert_eq!(relations[0].from, format!("//dns.googleapis.com/{name}"));
}

#[test]
fn an_interface_of_azure_has_what_the_answer_names() {
    let network = "/subscriptions/s/resourcegroups/r/providers/microsoft.network";
    let of = |kind: &str, name: &str| format!("{network}/{kind}/{name}");
    let put = |time, group: &str| {
        let subnet = json!({"id": of("virtualnetworks", "hub/subnets/web")});
        let body = json!({"properties": {
            "networkSecurityGroup": {"id": of("networksecuritygroups", group)},
            "ipConfigurations": [{"properties": {"subnet": subnet}}]}});
        let request = json!({"resourceId": of("networkinterfaces", "web-1"),
            "properties": {"responseBody": body.to_string()}});
        let operation = "Microsoft.Network/networkInterfaces/write";
        (time, "Microsoft.Network", operation, request, json!(time))
    };
    let calls = [
        put("2024-05-01T10:00:00Z", "open"),
        put("2024-05-01T11:00:00Z", "shut"),
    ];
    let expected = [
        "web-1 attached open 10:00-11:00",
        "web-1 attached shut 11:00-?",
        "web-1 contains web 10:00-?",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}

#[test]
fn instances_are_of_the_group_that_started_them() {
    let group =
        "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:0a1b:autoScalingGroupName/web";
    let answer = json!({"instancesSet": {"items": [{"instanceId": "i-0a1b2c3d", "tagSet":
        {"items": [{"key": "Name", "value": "x"},
            {"key": "aws:autoscaling:groupName", "value": "web"}]}}]}});
    let row = Resource {
        key: group.to_owned(),
        aliases: vec!["web".to_owned()],
        resource_type: "aws_autoscaling_group".to_owned(),
        ..Resource::default()
    };
    let calls = [(
        "2024-05-01T10:00:00Z",
        "ec2",
        "RunInstances",
        json!({}),
        answer,
    )];
    let out = conclude(&calls, &[row], &[]);
    let edge = out.relations.iter().find(|edge| edge.from == group);
    let edge = edge.map(|edge| (edge.kind, edge.to.as_str()));
    assert_eq!(edge, Some((RelationKind::Attached, "i-0a1b2c3d")));
}

#[test]
fn a_call_that_leaves_nobody_ends_what_there_was() {
    let put = "PutBucketNotification";
    let notify = |of: Value| json!({"bucketName": "orders", "NotificationConfiguration": of});
    let queue = json!({"QueueConfiguration": {"Queue": "arn:aws:sqs:eu-west-1:111122223333:jobs"}});
    let none = json!({"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/"});
    let policy = |principal: Value| {
        let statement = json!({"Effect": "Allow", "Principal": principal});
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    let partner = || json!({"AWS": "arn:aws:iam::444455556666:role/partner"});
    let service = || json!({"Service": "cloudtrail.amazonaws.com"});
    let bucket = |who: Value| json!({"bucketName": "orders", "bucketPolicy": policy(who)});
    let trust = |who: Value| json!({"roleName": "pay", "policyDocument": policy(who).to_string()});
    let own = json!({"roleName": "deploy", "policyName": "a", "policyDocument":
        json!({"Statement": {"Effect": "Allow", "Resource": "arn:aws:s3:::orders"}}).to_string()});
    let (ten, eleven) = ("2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z");
    let assume = "UpdateAssumeRolePolicy";
    let calls = [
        (ten, "s3", put, notify(queue), Value::Null),
        (eleven, "s3", put, notify(none), Value::Null),
        (ten, "iam", "PutRolePolicy", own, Value::Null),
        (ten, "s3", "PutBucketPolicy", bucket(partner()), Value::Null),
        (
            eleven,
            "s3",
            "PutBucketPolicy",
            bucket(service()),
            Value::Null,
        ),
        (ten, "iam", assume, trust(partner()), Value::Null),
        (eleven, "iam", assume, trust(service()), Value::Null),
    ];
    let expected = [
        "deploy permits_iam orders 10:00-?",
        "orders data_flow jobs 10:00-11:00",
        "partner permits_iam orders 10:00-11:00",
        "partner permits_iam pay 10:00-11:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
    // A call whose policy is not told ends nothing.
    let [_, _, _, first, ..] = calls;
    let untold = json!({"bucketName": "orders"});
    let calls = [
        first,
        (eleven, "s3", "PutBucketPolicy", untold, Value::Null),
    ];
    assert_eq!(told(&calls), ["partner permits_iam orders 10:00-?"]);
}

#[test]
fn a_policy_of_google_without_members_ends_every_role() {
    let call = |time, policy: Value| {
        let name = "projects/shop-prod/locations/europe-west1/services/pay";
        let payload = json!({"resourceName": name, "request": {"policy": policy}});
        let method = "google.cloud.run.v1.Services.SetIamPolicy";
        (time, "run.googleapis.com", method, payload, Value::Null)
    };
    let mailer = "mailer@shop-prod.iam.gserviceaccount.com";
    let binding = |member: &str| json!({"role": "roles/run.invoker", "members": [member]});
    let first = json!({"bindings": [binding(&format!("serviceAccount:{mailer}"))]});
    for empty in [
        json!({"etag": "BwX"}),
        json!({"bindings": []}),
        json!({"bindings": [binding("allUsers")]}),
    ] {
        let calls = [
            call("2024-05-01T10:00:00Z", first.clone()),
            call("2024-05-01T11:00:00Z", empty.clone()),
        ];
        let told = told(&calls);
        let expected = format!("{mailer} permits_iam pay 10:00-11:00");
        assert!(told.contains(&expected), "{empty}: {told:?}");
    }
}

#[test]
fn what_a_state_declares_of_a_bucket_ends_with_an_empty_list() {
    let (bucket, queue) = (
        "arn:aws:s3:::orders",
        "arn:aws:sqs:eu-west-1:111122223333:jobs",
    );
    let row = |key: &str| Resource {
        key: key.to_owned(),
        tool: Some("terraform".to_owned()),
        ..Resource::default()
    };
    let declared = Relation {
        from: bucket.to_owned(),
        to: queue.to_owned(),
        kind: RelationKind::DataFlow,
        source: "terraform".to_owned(),
        seen_from: Timestamp::parse_rfc3339("2024-05-01T10:00:00Z"),
        ..Relation::default()
    };
    let request = json!({"bucketName": "orders", "NotificationConfiguration": {}});
    let time = "2024-05-01T11:00:00Z";
    let calls = [(time, "s3", "PutBucketNotification", request, Value::Null)];
    let out = conclude(&calls, &[row(bucket), row(queue)], &[declared]);
    let mut audited = out.relations.iter().filter(|row| row.source == SOURCE);
    let ended = audited.next().map(|row| (row.to.as_str(), row.valid_to));
    assert_eq!(ended, Some((queue, Timestamp::parse_rfc3339(time))));
}

#[test]
fn an_answer_of_azure_that_names_nothing_leaves_nothing() {
    let group = "/subscriptions/s/resourcegroups/r/providers";
    let call = |time, operation: &'static str, on: &str, properties: Value| {
        let body = json!({"properties": properties}).to_string();
        let request = json!({"resourceId": format!("{group}/{on}"),
            "properties": {"responseBody": body}});
        let api = match operation.starts_with("Microsoft.Web") {
            true => "Microsoft.Web",
            false => "Microsoft.Network",
        };
        (time, api, operation, request, json!(time))
    };
    let id =
        |kind: &str, name: &str| json!({"id": format!("{group}/microsoft.network/{kind}/{name}")});
    let record = "microsoft.network/dnszones/shop.example/a/www";
    let write = "Microsoft.Network/dnsZones/A/write";
    let address = id("publicipaddresses", "ip-1");
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            write,
            record,
            json!({"targetResource": address}),
        ),
        call(
            "2024-05-01T11:00:00Z",
            write,
            record,
            json!({"TTL": 60, "targetResource": {}}),
        ),
    ];
    assert_eq!(told(&calls), ["www routes ip-1 10:00-11:00"]);
    let (site, write) = ("microsoft.web/sites/web", "Microsoft.Web/sites/write");
    let subnet = id("virtualnetworks/hub/subnets", "apps")["id"].clone();
    let plan = format!("{group}/microsoft.web/serverfarms/plan");
    let with = |subnet: Value| json!({"serverFarmId": plan, "virtualNetworkSubnetId": subnet});
    let calls = [
        call("2024-05-01T10:00:00Z", write, site, with(subnet)),
        call("2024-05-01T11:00:00Z", write, site, with(Value::Null)),
    ];
    let expected = [
        "web contains apps 10:00-11:00",
        "web depends_on plan 10:00-?",
    ];
    assert_eq!(sorted(told(&calls)), expected);
    let card = "microsoft.network/networkinterfaces/nic";
    let write = "Microsoft.Network/networkInterfaces/write";
    let with = |security: Value| {
        let inner = json!({"publicIPAddress": id("publicipaddresses", "ip-1")});
        json!({"networkSecurityGroup": security, "ipConfigurations": [{"properties": inner}]})
    };
    let nsg = id("networksecuritygroups", "nsg");
    let calls = [
        call("2024-05-01T10:00:00Z", write, card, with(nsg)),
        call("2024-05-01T11:00:00Z", write, card, with(Value::Null)),
    ];
    let expected = ["nic attached ip-1 10:00-?", "nic attached nsg 10:00-11:00"];
    assert_eq!(sorted(told(&calls)), expected);
}

#[test]
fn a_forwarding_rule_without_a_target_leads_nowhere() {
    let call = |time, method, target: &str| {
        let on = "projects/shop-prod/global/forwardingRules/web";
        let target = match target {
            "" => json!({"@type": "type.googleapis.com/compute.globalForwardingRules.setTarget"}),
            name => {
                json!({"target": format!("https://www.googleapis.com/compute/v1/projects/shop-prod/global/targetHttpProxies/{name}")})
            }
        };
        let payload = json!({"resourceName": on, "request": target});
        (time, "compute.googleapis.com", method, payload, Value::Null)
    };
    let turn = "v1.compute.globalForwardingRules.setTarget";
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            "v1.compute.globalForwardingRules.insert",
            "blue",
        ),
        call("2024-05-01T11:00:00Z", turn, "green"),
        call("2024-05-01T12:00:00Z", turn, ""),
    ];
    let expected = [
        "web routes blue 10:00-11:00",
        "web routes green 11:00-12:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}
