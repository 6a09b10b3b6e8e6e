//! Peerings, routes, rules of groups, disks, targets of rules.

use super::*;

fn ec2<'a>(time: &'a str, operation: &'a str, request: Value, answer: Value) -> Called<'a> {
    (time, "ec2", operation, request, answer)
}

#[test]
fn a_route_leads_where_the_last_call_says() {
    let range = "0.0.0.0/0";
    let table = "rtb-0a1b2c3d";
    let route = |target: &str, id: &str| {
        let mut route = json!({"routeTableId": table, "destinationCidrBlock": range});
        route[target] = json!(id);
        route
    };
    let other = json!({"routeTableId": "rtb-0a1b2c3d", "destinationCidrBlock": "10.0.0.0/8",
        "natGatewayId": "nat-0a1b2c3d"});
    let nat = || route("natGatewayId", "nat-0a1b2c3d");
    let calls = [
        ec2("2024-05-01T10:00:00Z", "CreateRoute", nat(), Value::Null),
        ec2("2024-05-01T10:30:00Z", "CreateRoute", other, Value::Null),
        ec2(
            "2024-05-01T11:00:00Z",
            "ReplaceRoute",
            route("gatewayId", "igw-0a1b2c3d"),
            Value::Null,
        ),
        ec2(
            "2024-05-01T12:00:00Z",
            "DeleteRoute",
            route("x", "y"),
            Value::Null,
        ),
        ec2("2024-05-01T13:00:00Z", "CreateRoute", nat(), Value::Null),
    ];
    let expected = [
        "rtb-0a1b2c3d routes igw-0a1b2c3d 11:00-12:00",
        // The other range leads there all the time.
        "rtb-0a1b2c3d routes nat-0a1b2c3d 10:00-?",
    ];
    assert_eq!(told(&calls), expected);
}

#[test]
fn two_rules_between_two_groups_are_one_edge_until_both_are_revoked() {
    let rule = |port: u16| {
        let from = json!({"items": [{"groupId": "sg-0000000a"}]});
        json!({"groupId": "sg-0000000b", "ipPermissions": {"items": [
            {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": from}]}})
    };
    let answer = json!({"securityGroupRuleSet": {"items": [{"groupId": "sg-0000000b",
        "securityGroupRuleId": "sgr-0000000c", "isEgress": false, "ipProtocol": "tcp",
        "fromPort": 5432, "toPort": 5432, "referencedGroupInfo": {"groupId": "sg-0000000a"}}]}});
    let by_id = json!({"groupId": "sg-0000000b",
        "securityGroupRuleIds": {"items": ["sgr-0000000c"]}});
    let (allow, revoke) = (
        "AuthorizeSecurityGroupIngress",
        "RevokeSecurityGroupIngress",
    );
    let calls = [
        ec2("2024-05-01T10:00:00Z", allow, rule(5432), answer),
        ec2("2024-05-01T11:00:00Z", allow, rule(443), Value::Null),
        ec2("2024-05-01T12:00:00Z", revoke, by_id, Value::Null),
        ec2("2024-05-01T13:00:00Z", revoke, rule(443), Value::Null),
    ];
    let expected = ["sg-0000000a permits_net sg-0000000b 10:00-13:00"];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_peering_of_azure_joins_both_networks_until_its_id_is_deleted() {
    let network = |name: &str| {
        format!(
            "/subscriptions/s/resourcegroups/r/providers/microsoft.network/virtualnetworks/{name}"
        )
    };
    let kind = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings";
    let (write, delete) = (format!("{kind}/write"), format!("{kind}/delete"));
    let request = |properties: Value| {
        let id = format!("{}/virtualNetworkPeerings/to-spoke", network("hub"));
        json!({"resourceId": id, "properties": properties})
    };
    let body = json!({"properties": {"remoteVirtualNetwork": {"id": network("spoke")}}});
    let body = json!({"responseBody": body.to_string()});
    let api = "Microsoft.Network";
    let calls = [
        (
            "2024-05-01T10:00:00Z",
            api,
            write.as_str(),
            request(body),
            json!("1"),
        ),
        (
            "2024-05-01T11:00:00Z",
            api,
            delete.as_str(),
            request(json!({})),
            json!("2"),
        ),
    ];
    let expected = ["hub peers spoke 10:00-11:00", "spoke peers hub 10:00-11:00"];
    assert_eq!(told(&calls), expected);
}

#[test]
fn a_peering_and_a_disk_of_google_end_by_their_names() {
    let url = "https://www.googleapis.com/compute/v1/projects/shop-prod";
    let call = |time, operation, on: &str, request: Value| {
        let payload =
            json!({"resourceName": format!("projects/shop-prod/{on}"), "request": request});
        (
            time,
            "compute.googleapis.com",
            operation,
            payload,
            Value::Null,
        )
    };
    let network = "global/networks/front";
    let instance = "zones/europe-west1-b/instances/web-1";
    let peer = json!({"networkPeering": {"name": "to-back",
        "network": format!("{url}/global/networks/back"), "exchangeSubnetRoutes": true}});
    let disk = json!({"source": format!("{url}/zones/europe-west1-b/disks/data"),
        "deviceName": "data", "mode": "READ_WRITE"});
    let calls = [
        call(
            "2024-05-01T10:00:00Z",
            "v1.compute.networks.addPeering",
            network,
            peer,
        ),
        call(
            "2024-05-01T11:00:00Z",
            "beta.compute.networks.removePeering",
            network,
            json!({"name": "to-back"}),
        ),
        call(
            "2024-05-01T12:00:00Z",
            "v1.compute.instances.attachDisk",
            instance,
            disk.clone(),
        ),
        call(
            "2024-05-01T13:00:00Z",
            "v1.compute.instances.detachDisk",
            instance,
            json!({"deviceName": "other"}),
        ),
        call(
            "2024-05-01T14:00:00Z",
            "v1.compute.instances.detachDisk",
            instance,
            json!({"deviceName": "data"}),
        ),
        // The name of the device is used again.
        call(
            "2024-05-01T15:00:00Z",
            "v1.compute.instances.attachDisk",
            instance,
            disk,
        ),
    ];
    let expected = [
        "back peers front 10:00-11:00",
        "front peers back 10:00-11:00",
        "web-1 attached data 12:00-14:00",
        "web-1 attached data 15:00-?",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}

#[test]
fn targets_of_a_rule_are_removed_by_their_ids() {
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let put = json!({"rule": "nightly", "eventBusName": "default",
        "targets": [{"id": "1", "arn": queue}]});
    let remove = json!({"rule": "nightly", "ids": ["1"]});
    let calls = [
        (
            "2024-05-01T10:00:00Z",
            "events",
            "PutTargets",
            put,
            Value::Null,
        ),
        (
            "2024-05-01T11:00:00Z",
            "events",
            "RemoveTargets",
            remove,
            Value::Null,
        ),
    ];
    assert_eq!(told(&calls), ["nightly data_flow jobs 10:00-11:00"]);
}

#[test]
fn an_instance_lies_where_it_was_started_and_a_bucket_tells_whom_it_was_told_to() {
    let answer = json!({"instancesSet": {"items": [{"instanceId": "i-0a1b2c3d",
        "subnetId": "subnet-0a1b2c3d", "groupSet": {"items": [{"groupId": "sg-0000000a"}]}}]}});
    let notify = |of: Value| json!({"bucketName": "orders", "NotificationConfiguration": of});
    let jobs = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let own = "cbf21635-380e-4a26-92e9-de9e32f4fe7d";
    let both = json!({"QueueConfiguration": {"Id": own, "Queue": jobs},
        "CloudFunctionConfiguration": {"CloudFunction":
            "arn:aws:lambda:eu-west-1:111122223333:function:resize"}});
    let one = json!({"QueueConfiguration": [{"Id": "a", "Queue": jobs}]});
    let put = "PutBucketNotification";
    let calls = [
        ec2(
            "2024-05-01T09:00:00Z",
            "RunInstances",
            json!({"subnetId": "subnet-0a1b2c3d"}),
            answer,
        ),
        ("2024-05-01T10:00:00Z", "s3", put, notify(both), Value::Null),
        ("2024-05-01T11:00:00Z", "s3", put, notify(one), Value::Null),
    ];
    let expected = [
        "i-0a1b2c3d attached sg-0000000a 09:00-?",
        "i-0a1b2c3d contains subnet-0a1b2c3d 09:00-?",
        "orders data_flow jobs 10:00-?",
        "orders data_flow resize 10:00-11:00",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}

const MACHINE: &str = "projects/shop-prod/zones/europe-west1-b/instances/web-1";

/// A call on the disks of an instance of Google, at an hour.
fn disk_call(hour: u8, operation: &str, request: Value) -> (String, String, Value) {
    let payload = json!({"resourceName": MACHINE, "request": request});
    let operation = format!("v1.compute.instances.{operation}");
    (format!("2024-05-01T{hour:02}:00:00Z"), operation, payload)
}

fn disk(name: &str) -> String {
    format!("//compute.googleapis.com/projects/shop-prod/zones/europe-west1-b/disks/{name}")
}

/// Disks of the instance and when they held, where documents declare some.
fn disks(calls: &[(String, String, Value)], declared: &[&str]) -> Vec<String> {
    let api = "compute.googleapis.com";
    let calls = calls.iter();
    let calls: Vec<Called<'_>> = calls
        .map(|(time, operation, payload)| {
            (
                time.as_str(),
                api,
                operation.as_str(),
                payload.clone(),
                Value::Null,
            )
        })
        .collect();
    let row = |key: String| Resource {
        key,
        tool: Some("terraform".to_owned()),
        ..Resource::default()
    };
    let machine = format!("//compute.googleapis.com/{MACHINE}");
    let rows = declared.iter().map(|name| row(disk(name)));
    let rows: Vec<Resource> = rows.chain([row(machine.clone())]).collect();
    let attached = declared.iter().map(|name| Relation {
        from: machine.clone(),
        to: disk(name),
        kind: RelationKind::Attached,
        source: "terraform".to_owned(),
        ..Relation::default()
    });
    let out = conclude(&calls, &rows, &attached.collect::<Vec<_>>());
    let told = out.relations.iter().filter(|row| row.source == SOURCE);
    let hour = |time: Option<Timestamp>| {
        time.map_or("?".into(), |time| time.to_string()[11..13].to_owned())
    };
    sorted(
        told.map(|row| {
            let (from, to) = (hour(row.valid_from), hour(row.valid_to));
            format!("{} {from}-{to}", key::short_name(&row.to))
        })
        .collect(),
    )
}

#[test]
fn a_disk_is_detached_by_a_device_that_nobody_named() {
    let attach = |hour, name: &str| disk_call(hour, "attachDisk", json!({"source": disk(name)}));
    let named = |hour, name: &str, device: &str| {
        let request = json!({"source": disk(name), "deviceName": device});
        disk_call(hour, "attachDisk", request)
    };
    let detach = |device: &str| disk_call(15, "detachDisk", json!({"deviceName": device}));
    // The only one there is, by call or document.
    let calls = [attach(10, "data"), detach("persistent-disk-1")];
    assert_eq!(disks(&calls, &[]), ["data 10-15"]);
    assert_eq!(
        disks(&[detach("persistent-disk-1")], &["data"]),
        ["data ?-15"]
    );
    // The one of the name of the device.
    let calls = [attach(10, "data"), attach(11, "logs"), detach("logs")];
    assert_eq!(disks(&calls, &[]), ["data 10-?", "logs 11-15"]);
    // The only one whose device is not known.
    let calls = [
        named(10, "data", "d"),
        attach(11, "logs"),
        detach("persistent-disk-2"),
    ];
    assert_eq!(disks(&calls, &[]), ["data 10-?", "logs 11-15"]);
    // One of two, nobody knows which.
    let calls = [attach(10, "data"), detach("persistent-disk-1")];
    assert_eq!(disks(&calls, &["boot"]), ["data 10-?"]);
    // A machine that was made with its disks tells their devices.
    let made =
        json!({"disks": [{"source": disk("boot"), "deviceName": "b"}, {"source": disk("data")}]});
    let calls = [disk_call(9, "insert", made), detach("persistent-disk-1")];
    assert_eq!(disks(&calls, &[]), ["boot 09-?", "data 09-15"]);
}

#[test]
fn what_is_created_lies_and_depends_where_the_call_says() {
    let at = "2024-05-01T10:00:00Z";
    let (group, subnet) = ("sg-0a1b2c3d", "subnet-0a1b2c3d");
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0a1b";
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:mail";
    let calls = [
        (
            at,
            "elasticloadbalancing",
            "CreateLoadBalancer",
            json!({"name": "web", "securityGroups": [group], "subnets": [subnet]}),
            json!({"loadBalancers": [{"loadBalancerArn": balancer}]}),
        ),
        (
            at,
            "lambda",
            "CreateFunction20150331",
            json!({"functionName": "mail", "role": "arn:aws:iam::111122223333:role/mail",
                "vpcConfig": {"subnetIds": [subnet], "securityGroupIds": [group]},
                "layers": ["arn:aws:lambda:eu-west-1:111122223333:layer:tools:3"]}),
            json!({"functionArn": function}),
        ),
        (
            at,
            "rds",
            "CreateDBInstance",
            json!({"dBInstanceIdentifier": "orders", "vpcSecurityGroupIds": [group],
                "dBSubnetGroupName": "inner", "dBClusterIdentifier": "shop"}),
            Value::Null,
        ),
        (
            at,
            "rds",
            "CreateDBCluster",
            json!({"dBClusterIdentifier": "shop", "vpcSecurityGroupIds": [group],
                "dBSubnetGroupName": "inner"}),
            Value::Null,
        ),
    ];
    let mut told = told(&calls);
    told.sort();
    let expected = [
        "0a1b attached sg-0a1b2c3d 10:00-?",
        "0a1b contains subnet-0a1b2c3d 10:00-?",
        "mail attached sg-0a1b2c3d 10:00-?",
        "mail contains subnet-0a1b2c3d 10:00-?",
        "mail depends_on mail 10:00-?",
        "mail uses 3 10:00-?",
        "orders attached sg-0a1b2c3d 10:00-?",
        "orders attached shop 10:00-?",
        "orders depends_on inner 10:00-?",
        "shop attached sg-0a1b2c3d 10:00-?",
        "shop depends_on inner 10:00-?",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_listener_that_is_changed_tells_its_balancer() {
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/0a1b";
    let listener = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0a1b/2c3d";
    let request = json!({"listenerArn": listener,
        "defaultActions": [{"type": "forward", "targetGroupArn": GROUP}]});
    let answer = json!({"listeners": [{"listenerArn": listener, "loadBalancerArn": balancer}]});
    let call = (
        "2024-05-01T10:00:00Z",
        "elasticloadbalancing",
        "ModifyListener",
        request,
        answer,
    );
    let out = conclude(&[call], &[], &[]);
    let edges = out.relations.iter().filter(|row| row.source == SOURCE);
    let edges: Vec<(&str, &str)> = edges.map(|row| (&*row.from, &*row.to)).collect();
    assert_eq!(edges, [(listener, GROUP), (balancer, listener)]);
}

#[test]
fn what_is_sent_to_azure_makes_edges_and_a_patch_of_tags_none() {
    let of = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourcegroups/r/providers/microsoft.{kind}/{name}")
    };
    let request = |id: &str, body: Value| {
        let properties = json!({"requestbody": body.to_string()});
        json!({"resourceId": id, "properties": properties})
    };
    let group = |name: &str| of("network/networksecuritygroups", name);
    let subnet = format!(
        "{}/subnets/front",
        of("network/virtualnetworks", "hub").as_str()
    );
    let (machine, card) = (
        of("compute/virtualmachines", "web"),
        of("network/networkinterfaces", "card"),
    );
    let with = |name: &str| {
        let places = json!([{"properties": {"subnet": {"id": subnet}}}]);
        json!({"properties": {"networkSecurityGroup": {"id": group(name)},
            "ipConfigurations": places}})
    };
    let cards = json!({"properties": {"networkProfile": {"networkInterfaces": [{"id": card}]}}});
    let tags = json!({"tags": {"team": "shop"}});
    let of_card = |time, body, id: &str| {
        let operation = "Microsoft.Network/networkInterfaces/write";
        let request = request(&card, body);
        (time, "Microsoft.Network", operation, request, json!(id))
    };
    let made = "Microsoft.Compute/virtualMachines/write";
    let calls = [
        (
            "2024-05-01T09:00:00Z",
            "Microsoft.Compute",
            made,
            request(&machine, cards),
            json!("1"),
        ),
        of_card("2024-05-01T10:00:00Z", with("one"), "2"),
        of_card("2024-05-01T11:00:00Z", with("two"), "3"),
        of_card("2024-05-01T12:00:00Z", tags, "4"),
    ];
    let expected = [
        "card attached one 10:00-11:00",
        "card attached two 11:00-?",
        "card contains front 10:00-?",
        "web attached card 09:00-?",
    ];
    assert_eq!(sorted(told(&calls)), expected);
}

#[test]
fn nodes_lie_in_the_cluster_that_they_were_made_for() {
    let own = "arn:aws:eks:eu-west-1:111122223333";
    let request = json!({"name": "shop", "nodegroupName": "blue",
        "nodeRole": "arn:aws:iam::111122223333:role/nodes", "subnets": ["subnet-0a1b2c3d"]});
    let answer = json!({"nodegroup": {"nodegroupArn": format!("{own}:nodegroup/shop/blue/1"),
        "nodegroupName": "blue", "clusterName": "shop"}});
    let cluster = "projects/shop-prod/locations/europe-west1/clusters/main";
    let pool = json!({"resourceName": format!("{cluster}/nodePools/green")});
    let calls = [
        (
            "2024-05-01T10:00:00Z",
            "eks",
            "CreateNodegroup",
            request,
            answer,
        ),
        (
            "2024-05-01T11:00:00Z",
            "container.googleapis.com",
            "google.container.v1.ClusterManager.CreateNodePool",
            pool,
            Value::Null,
        ),
    ];
    let out = conclude(&calls, &[], &[]);
    let rows = out.relations.iter().filter(|row| row.source == SOURCE);
    let mut ends: Vec<(&str, &str)> = rows.map(|row| (&*row.from, &*row.to)).collect();
    ends.sort_unstable();
    let google = format!("//container.googleapis.com/{cluster}");
    let green = format!("{google}/nodePools/green");
    let blue = format!("{own}:nodegroup/shop/blue/1");
    let expected = [
        (green.as_str(), google.as_str()),
        (&blue, &format!("{own}:cluster/shop")),
        (&blue, "arn:aws:iam::111122223333:role/nodes"),
        (&blue, "subnet-0a1b2c3d"),
    ];
    assert_eq!(ends, expected);
}
