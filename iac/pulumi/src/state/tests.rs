//! The feed over its fixture and over the shapes that a state may have.

use nepho_core::ErrorKind;
use nepho_core::Timestamp;
use nepho_core::tables::RelationKind;

use super::*;

const EXPORT: &str = include_str!("fixtures/export.json");
const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:order-db";

fn try_read(text: &str) -> Result<FeedOutput> {
    let mut out = FeedOutput::default();
    State.read(
        &Document {
            uri: "stack.json",
            text,
            modified: None,
        },
        &mut out,
    )?;
    Ok(out)
}

fn read(text: &str) -> FeedOutput {
    let out = try_read(text);
    assert!(
        out.is_ok(),
        "{:?}",
        out.err().map(|error| error.to_string())
    );
    out.unwrap_or_default()
}

#[test]
fn what_another_stack_made_is_needed_by_its_arn() {
    let role = "arn:aws:iam::111122223333:role/worker-exec";
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:worker";
    let out = read(&format!(
        r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T10:00:00Z","magic":"x","version":"v3.100.0"}},"resources":[
            {{"urn":"urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod","custom":false,"type":"pulumi:pulumi:Stack"}},
            {{"urn":"urn:pulumi:prod::shop::aws:lambda/function:Function::worker","custom":true,"id":"worker","type":"aws:lambda/function:Function","inputs":{{"role":"{role}","description":"canary"}},"outputs":{{"arn":"{function}","role":"{role}"}}}}]}}}}"#
    ));
    let edges: Vec<_> = out
        .relations
        .iter()
        .filter(|edge| edge.kind == RelationKind::DependsOn)
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    assert_eq!(edges, [(function, role)]);
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn messages_flow_to_the_queue_for_what_nobody_could_take() {
    let queue = |name: &str, more: &str| {
        let urn = "urn:pulumi:prod::mail::aws:sqs/queue:Queue";
        let url = "https://sqs.eu-west-1.amazonaws.com/111122223333";
        format!(
            r#"{{"urn":"{urn}::{name}","custom":true,"id":"{url}/{name}","type":"aws:sqs/queue:Queue"{more}}}"#
        )
    };
    let needs = r#","propertyDependencies":{"redrivePolicy":["urn:pulumi:prod::mail::aws:sqs/queue:Queue::dead"]}"#;
    let out = read(&format!(
        r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T10:00:00Z","magic":"x","version":"v3.100.0"}},"resources":[{},{}]}}}}"#,
        queue("dead", ""),
        queue("mails", needs)
    ));
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.kind, edge.to.as_str()))
        .collect();
    let mails = "arn:aws:sqs:eu-west-1:111122223333:mails";
    let dead = "arn:aws:sqs:eu-west-1:111122223333:dead";
    assert_eq!(edges, [(mails, RelationKind::DataFlow, dead)]);
}

#[test]
fn a_queue_of_another_stack_stands_in_the_text_of_a_policy() {
    let dead = "arn:aws:sqs:eu-west-1:111122223333:dead";
    let policy = format!(r#"{{\"deadLetterTargetArn\":\"{dead}\",\"maxReceiveCount\":5}}"#);
    let out = read(&format!(
        r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T10:00:00Z","magic":"x","version":"v3.100.0"}},"resources":[
        {{"urn":"urn:pulumi:prod::mail::aws:sqs/queue:Queue::mails","custom":true,"id":"https://sqs.eu-west-1.amazonaws.com/111122223333/mails","type":"aws:sqs/queue:Queue","inputs":{{"redrivePolicy":"{policy}"}}}}]}}}}"#
    ));
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.kind, edge.to.as_str()))
        .collect();
    let mails = "arn:aws:sqs:eu-west-1:111122223333:mails";
    assert_eq!(edges, [(mails, RelationKind::DataFlow, dead)]);
}

#[test]
fn an_export_gives_the_resources_of_the_clouds() {
    let out = read(EXPORT);
    let keys: Vec<_> = out
        .resources
        .iter()
        .map(|found| found.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            GROUP,
            "sgr-0f1e2d3c4b5a69788",
            DATABASE,
            "arn:aws:rds:eu-west-1:111122223333:db:old-db",
            "//storage.googleapis.com/shop-media",
            "k8s:///apps/deployment/shop/web",
        ]
    );
    let group = &out.resources[0];
    assert_eq!(group.aliases, ["sg-0a1b2c3d4e5f60718"]);
    assert_eq!(group.team.as_deref(), Some("pay"));
    assert_eq!(group.account.as_deref(), Some("111122223333"));
    assert_eq!(group.region.as_deref(), Some("eu-west-1"));
    assert_eq!(group.scope.as_deref(), Some("shop/production"));
    assert_eq!(
        group.valid_from,
        Timestamp::parse_rfc3339("2024-04-02T08:00:00Z")
    );
    assert_eq!(group.line, 30);
    let database = &out.resources[2];
    let aliases = [
        "db-ABCDEFGHIJ234",
        "order-db",
        "order-db.x1.eu-west-1.rds.amazonaws.com",
    ];
    assert_eq!(database.aliases, aliases);
    assert_eq!(
        (database.service.as_deref(), database.environment.as_deref()),
        (Some("orders"), Some("production"))
    );
    assert_eq!(out.resources[4].tool, None);
    assert_eq!(out.resources[5].service.as_deref(), Some("web"));
}

#[test]
fn a_rule_is_a_facet_of_its_group_and_the_database_needs_the_group() {
    let out = read(EXPORT);
    assert_eq!(out.resources[1].parent.as_deref(), Some(GROUP));
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| {
            (
                edge.from.as_str(),
                edge.kind,
                edge.to.as_str(),
                edge.evidence.as_str(),
            )
        })
        .collect();
    assert_eq!(
        edges,
        [
            (
                "sgr-0f1e2d3c4b5a69788",
                RelationKind::DependsOn,
                GROUP,
                "property `securityGroupId`"
            ),
            (
                DATABASE,
                RelationKind::Attached,
                GROUP,
                "property `vpcSecurityGroupIds`"
            ),
        ]
    );
}

#[test]
fn an_interrupted_operation_is_a_change_of_unknown_outcome() {
    let out = read(EXPORT);
    let told: Vec<_> = out
        .changes
        .iter()
        .map(|change| {
            (
                change.action,
                change.outcome,
                change.time,
                change.resource.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [(
            ChangeAction::Update,
            ChangeOutcome::Unknown,
            None,
            Some(GROUP)
        )]
    );
}

#[test]
fn planted_values_are_nowhere_in_the_output() {
    assert!(EXPORT.matches("canary").count() > 15);
    let out = read(EXPORT);
    assert!(!format!("{out:?}").contains("canary"), "{out:?}");
}

#[test]
fn a_checkpoint_of_a_backend_is_a_snapshot_of_its_stack() {
    let text = include_str!("fixtures/checkpoint.json");
    let out = read(text);
    let [snapshot] = out.snapshots.as_slice() else {
        unreachable!("one snapshot: {:?}", out.snapshots)
    };
    assert_eq!(snapshot.scope, "shop/dev");
    assert_eq!(
        snapshot.time,
        Timestamp::parse_rfc3339("2024-05-02T10:00:20.5Z")
    );
    assert_eq!(snapshot.serial, 1_714_644_020_500);
    assert!(snapshot.is_complete);
    let members: Vec<_> = snapshot
        .members
        .values()
        .map(|member| (member.resource_type.as_str(), member.is_tainted))
        .collect();
    let policy = "aws:sqs/queuePolicy:QueuePolicy";
    assert_eq!(members, [("aws:sqs/queue:Queue", true), (policy, false)]);
    let edges = out.relations.iter().map(|edge| edge.evidence.as_str());
    assert_eq!(
        edges.collect::<Vec<_>>(),
        ["property `deletedWith`, `queueUrl`"]
    );
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
}

#[test]
fn every_shape_and_version_gives_the_same() {
    let resource = r#"{"urn":"urn:pulumi:p::shop::aws:sns/topic:Topic::a","custom":true,"type":"aws:sns/topic:Topic","id":"arn:aws:sns:eu-west-1:111122223333:a"}"#;
    let deployment = format!(r#"{{"manifest":{{"magic":""}},"resources":[{resource}]}}"#);
    for text in [
        format!(r#"{{"version":0,"deployment":{deployment}}}"#),
        format!(r#"{{"version":1,"deployment":{deployment}}}"#),
        format!(r#"{{"version":2,"checkpoint":{{"stack":"p","latest":{deployment}}}}}"#),
        format!(r#"{{"version":4,"features":["views"],"deployment":{deployment}}}"#),
        format!(r#"{{"target":"p","latest":{deployment}}}"#),
        format!("\u{feff}{{\"stack\":\"p\",\"latest\":{deployment}}}"),
    ] {
        assert_eq!(State.sniff("p.json", &text), Confidence::CERTAIN, "{text}");
        let out = read(&text);
        let keys: Vec<_> = out
            .resources
            .iter()
            .map(|found| found.key.as_str())
            .collect();
        assert_eq!(keys, ["arn:aws:sns:eu-west-1:111122223333:a"], "{text}");
    }
    assert!(
        read(r#"{"version":3,"checkpoint":{"stack":"p"}}"#)
            .resources
            .is_empty()
    );
    assert!(
        read(r#"{"version":3,"deployment":null}"#)
            .resources
            .is_empty()
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let check = |text: &str, kind: ErrorKind, line: u64| {
        let error = try_read(text).err();
        let told = error
            .as_ref()
            .map(|error| (error.kind(), error.origin().and_then(|origin| origin.line)));
        assert_eq!(
            told,
            Some((kind, Some(line))),
            "{}",
            &text[..text.len().min(60)]
        );
        assert!(!format!("{error:?}").contains("canary"));
    };
    check(
        "{\n\"version\": 4, \"features\": [\"views\", \"other\"], \"deployment\": {}}",
        ErrorKind::Unsupported,
        2,
    );
    check(
        r#"{"version":5,"deployment":{}}"#,
        ErrorKind::Unsupported,
        1,
    );
    check(
        r#"{"version":"x","deployment":{}}"#,
        ErrorKind::Unsupported,
        1,
    );
    check(
        "{\"version\":3,\n\"deployment\":{\"resources\":\n\"canary\"}}",
        ErrorKind::InvalidData,
        3,
    );
    check(
        "{\"version\":3,\n\"deployment\":\"canary\"}",
        ErrorKind::InvalidData,
        2,
    );
    check(
        "{\"version\":3,\n\"deployment\":{\"resources\":[{\"a\":\"canary",
        ErrorKind::InvalidData,
        2,
    );
    check("{}", ErrorKind::InvalidData, 1);
    check("canary", ErrorKind::InvalidData, 1);
    check(&"[".repeat(100_000), ErrorKind::InvalidData, 1);
}

#[test]
fn a_broken_resource_is_rejected_and_the_rest_is_read() {
    let text = "{\"version\":3,\"deployment\":{\"manifest\":{\"magic\":\"\"},\"resources\":[\n{\"urn\":7},\n{\"urn\":\"urn:pulumi:p::shop::aws:sns/topic:Topic::a\",\"custom\":\"canary\"},\n\
        {\"urn\":\"x\"},\n{\"urn\":\"urn:pulumi:p::shop::aws:sns/topic:Topic::a\",\"custom\":true,\"id\":\"arn:aws:sns:eu-west-1:111122223333:a\",\"outputs\":[]}]}}";
    let out = read(text);
    assert_eq!(out.resources.len(), 1);
    assert_eq!(
        out.rejects
            .iter()
            .map(|reject| reject.line)
            .collect::<Vec<_>>(),
        [2, 3, 4]
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn deep_nesting_within_properties_is_skipped() {
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let text = format!(
        r#"{{"version":3,"deployment":{{"resources":[{{"urn":"urn:pulumi:p::shop::aws:sns/topic:Topic::a","custom":true,"id":"arn:aws:sns:eu-west-1:111122223333:a","outputs":{{"x":{deep},"tags":{deep},"arn":{deep}}}}}]}}}}"#
    );
    assert_eq!(read(&text).resources.len(), 1);
}

#[test]
fn documents_of_others_are_not_claimed() {
    for text in [
        r#"{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"x","resources":[]}"#,
        r#"{"sequence":1,"timestamp":1,"resOutputsEvent":{"metadata":{"urn":"urn:pulumi:a::b::c::d","new":{"outputs":{"latest":1}}}}}"#,
        r#"{"Records":[{"eventVersion":"1.08"}]}"#,
        r#"{"deployment":"web","level":"info","message":"\"urn:pulumi:a"}"#,
        r#"{"kind":"Deployment","deployment":{"manifest":{}}}"#,
        "2024-05-01 deployment \"latest\": \"urn:pulumi:a::b::c::d\"",
    ] {
        assert_eq!(State.sniff("x.json", text), Confidence::NO, "{text}");
    }
}

/// Name, type, id, and the properties by whose means it depends on others, with the names of these.
type Row<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);

/// A state of these resources.
fn stack(resources: &[Row<'_>]) -> String {
    let urn = |name: &str| {
        let kind = resources.iter().find(|row| row.0 == name).map(|row| row.1);
        let kind = kind.unwrap_or_default();
        format!("urn:pulumi:prod::shop::{kind}::{name}")
    };
    let rows: Vec<serde_json::Value> = resources
        .iter()
        .map(|(name, kind, id, named)| {
            let mut properties = std::collections::BTreeMap::<&str, Vec<String>>::new();
            for (property, other) in *named {
                properties.entry(property).or_default().push(urn(other));
            }
            let all: Vec<String> = named.iter().map(|(_, other)| urn(other)).collect();
            serde_json::json!({"urn": urn(name), "custom": true, "type": kind, "id": id,
                "dependencies": all, "propertyDependencies": properties})
        })
        .collect();
    let manifest = serde_json::json!({"time": "2024-05-01T10:00:00Z", "magic": "x"});
    serde_json::json!({"version": 3, "deployment": {"manifest": manifest, "resources": rows}})
        .to_string()
}

#[test]
fn edges_run_from_who_depends_whatever_names_whom() {
    let out = read(&stack(&[
        ("vpc", "aws:ec2/subnet:Subnet", "subnet-0a1b2c3d", &[]),
        (
            "front",
            "aws:ec2/securityGroup:SecurityGroup",
            "sg-0a1b2c3d",
            &[],
        ),
        (
            "lb",
            "aws:lb/loadBalancer:LoadBalancer",
            "lb-1",
            &[("securityGroups", "front"), ("subnets", "vpc")],
        ),
        ("group", "aws:lb/targetGroup:TargetGroup", "group-1", &[]),
        (
            "listener",
            "aws:lb/listener:Listener",
            "listener-1",
            &[("loadBalancerArn", "lb"), ("defaultActions", "group")],
        ),
        ("web", "aws:ec2/instance:Instance", "i-0a1b2c3d", &[]),
        (
            "attachment",
            "aws:lb/targetGroupAttachment:TargetGroupAttachment",
            "attachment-1",
            &[("targetGroupArn", "group"), ("targetId", "web")],
        ),
        ("jobs", "aws:sqs/queue:Queue", "jobs-1", &[]),
        (
            "worker",
            "aws:lambda/function:Function",
            "worker-1",
            &[
                ("environment", "jobs"),
                ("vpcConfig", "vpc"),
                ("vpcConfig", "front"),
            ],
        ),
        (
            "mapping",
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            "mapping-1",
            &[("functionName", "worker"), ("eventSourceArn", "jobs")],
        ),
    ]));
    let name = |key: &str| {
        let row = out.resources.iter().find(|row| row.key == key);
        let urn = row.and_then(|row| row.address.clone()).unwrap_or_default();
        urn.rsplit(':').next().unwrap_or_default().to_owned()
    };
    let mut edges: Vec<String> = out
        .relations
        .iter()
        .map(|edge| format!("{} {} {}", name(&edge.from), edge.kind, name(&edge.to)))
        .collect();
    edges.sort();
    assert_eq!(
        edges,
        [
            "attachment depends_on group",
            "group routes web",
            "lb attached front",
            "lb contains vpc",
            "lb routes listener",
            "listener routes group",
            "mapping depends_on worker",
            "worker attached front",
            "worker contains vpc",
            "worker data_flow jobs",
            "worker uses jobs",
        ]
    );
}

/// Edges of a state of these resources, as `FROM KIND TO: EVIDENCE`, without the edge's source.
fn edges_of(resources: &[serde_json::Value]) -> Vec<String> {
    let manifest = serde_json::json!({"time": "2024-05-01T10:00:00Z", "magic": "x"});
    let state = serde_json::json!({"version": 3,
        "deployment": {"manifest": manifest, "resources": resources}});
    let out = read(&state.to_string());
    assert!(!format!("{out:?}").contains("canary"), "{out:?}");
    let line = |edge: &nepho_core::tables::Relation| {
        format!("{} {}: {}", edge.kind, edge.to, edge.evidence)
    };
    out.relations.iter().map(line).collect()
}

#[test]
fn outputs_of_other_stacks_lead_to_their_resources() {
    let reference = "urn:pulumi:prod::shop::pulumi:pulumi:StackReference::network";
    let secret = serde_json::json!({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": "\"sg-0c0c0c0c0c0c0c0c0\""});
    let found = edges_of(&[
        serde_json::json!({"urn": reference, "custom": true, "external": true,
            "type": "pulumi:pulumi:StackReference", "id": "acme/network/prod",
            "inputs": {"name": "acme/network/prod"},
            "outputs": {"name": "acme/network/prod", "secretOutputNames": ["admin"], "outputs": {
                "vpc": {"subnets": ["subnet-0a1b2c3d4e5f60718"]}, "group": secret,
                "token": "canary-1", "admin": "sg-0d0d0d0d0d0d0d0d0",
                "db": "orders.abc.eu-west-1.rds.amazonaws.com"}}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:ecs/service:Service::web",
            "custom": true, "type": "aws:ecs/service:Service", "id": "web-1",
            "dependencies": [reference],
            "propertyDependencies": {"networkConfiguration": [reference], "databaseHost": [reference]},
            "inputs": {"databaseHost": "orders.abc.eu-west-1.rds.amazonaws.com", "networkConfiguration": {
                "subnets": ["subnet-0a1b2c3d4e5f60718"],
                "securityGroups": ["sg-0d0d0d0d0d0d0d0d0", "canary-2"]}}}),
    ]);
    assert_eq!(
        found,
        [
            "depends_on orders.abc.eu-west-1.rds.amazonaws.com: property `databaseHost`, output `db` of `acme/network/prod`",
            "contains subnet-0a1b2c3d4e5f60718: property `networkConfiguration.subnets`, output `vpc` of `acme/network/prod`",
            "attached sg-0d0d0d0d0d0d0d0d0: property `networkConfiguration`",
        ]
    );
}

#[test]
fn ids_of_every_cloud_lead_to_what_another_stack_made() {
    let subnet =
        "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/n/subnets/a";
    let vault =
        "/subscriptions/s/resourcegroups/g/providers/microsoft.keyvault/vaults/canary-vault";
    let site = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/web";
    let secret = serde_json::json!({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": format!("\"{vault}\"")});
    let found = edges_of(&[
        serde_json::json!({"urn": "urn:pulumi:prod::shop::azure-native:web:WebApp::web",
            "custom": true, "type": "azure-native:web:WebApp", "id": site,
            "outputs": {"virtualNetworkSubnetId": subnet, "serverFarmId": secret}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::gcp:container/cluster:Cluster::web",
            "custom": true, "type": "gcp:container/cluster:Cluster",
            "id": "projects/p/locations/europe-west1/clusters/web",
            "inputs": {"network": "projects/p/global/networks/main", "description": "canary"}}),
    ]);
    assert_eq!(
        found,
        [
            format!("contains {subnet}: property `virtualNetworkSubnetId`"),
            "contains //compute.googleapis.com/projects/p/global/networks/main: property `network`"
                .to_owned(),
        ]
    );
}

#[test]
fn variables_lead_to_what_their_values_name() {
    let secret = serde_json::json!({
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "plaintext": "\"s3://canary-1\""});
    let containers = r#"[{"name":"web","environment":[{"name":"MEDIA","value":"s3://media/canary-2"},{"name":"API","value":"https://api.shop.example/canary-3"}]}]"#;
    let database = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    let found = edges_of(&[
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:rds/instance:Instance::orders",
            "custom": true, "type": "aws:rds/instance:Instance", "id": "orders",
            "outputs": {"arn": database, "address": "orders.internal.example.com"}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:lambda/function:Function::pay",
            "custom": true, "type": "aws:lambda/function:Function", "id": "pay-1",
            "outputs": {"environment": {"variables": {
                "DB": "postgres://app:canary-4@orders.internal.example.com/orders",
                "QUEUE": "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
                "ACCOUNT": "111122223333", "KEY": "canary-5", "FILE": secret}}}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:ecs/taskDefinition:TaskDefinition::t",
            "custom": true, "type": "aws:ecs/taskDefinition:TaskDefinition", "id": "t-1",
            "outputs": {"containerDefinitions": containers}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::azure:appservice/linuxWebApp:LinuxWebApp::w",
            "custom": true, "type": "azure:appservice/linuxWebApp:LinuxWebApp", "id": "w-1",
            "additionalSecretOutputs": ["siteConfig"],
            "outputs": {"appSettings": {"VAULT": "https://shop.vault.azure.net/"},
                "siteConfig": {"appSettings": [{"name": "X", "value": "s3://canary-6"}]}}}),
    ]);
    assert_eq!(
        found,
        [
            format!("uses {database}: environment variable `DB`"),
            "uses arn:aws:sqs:eu-west-1:111122223333:jobs: environment variable `QUEUE`".to_owned(),
            "uses arn:aws:s3:::media: environment variable `MEDIA`".to_owned(),
            "uses shop.vault.azure.net: environment variable `VAULT`".to_owned(),
        ]
    );
}

#[test]
fn images_and_keys_are_used_also_of_other_stacks() {
    let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
    let containers = format!(r#"[{{"name":"web","image":"{host}/shop/web:1"}}]"#);
    let found = edges_of(&[
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:ecs/taskDefinition:TaskDefinition::t", "custom": true,
            "type": "aws:ecs/taskDefinition:TaskDefinition", "id": "t", "inputs": {}, "outputs": {"containerDefinitions": containers}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::aws:lambda/function:Function::f", "custom": true,
            "type": "aws:lambda/function:Function", "id": "f", "inputs": {}, "outputs": {"imageUri": format!("{host}/f:1"),
                "kmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/0a1b"}}),
        serde_json::json!({"urn": "urn:pulumi:prod::shop::gcp:cloudrunv2/service:Service::api", "custom": true,
            "type": "gcp:cloudrunv2/service:Service", "id": "projects/shop/locations/l/services/api", "inputs": {},
            "outputs": {"template": {"containers": [{"image": "europe-west1-docker.pkg.dev/shop/images/api:1"}]}}}),
    ]);
    assert_eq!(
        found,
        [
            "uses arn:aws:ecr:eu-west-1:111122223333:repository/shop/web: property `containerDefinitions`",
            "uses arn:aws:ecr:eu-west-1:111122223333:repository/f: property `imageUri`",
            "uses arn:aws:kms:eu-west-1:111122223333:key/0a1b: property `kmsKeyArn`",
            "uses //artifactregistry.googleapis.com/projects/shop/locations/europe-west1/repositories/images: property `template`",
        ]
    );
}

#[test]
fn what_lies_in_one_zone_tells_it() {
    let zone = |kind: &str, id: &str, outputs: &str| {
        let out = read(&format!(
            r#"{{"version":3,"deployment":{{"manifest":{{"time":"2024-05-01T10:00:00Z","magic":"x","version":"v3.100.0"}},"resources":[
            {{"urn":"urn:pulumi:prod::net::{kind}::a","custom":true,"id":"{id}","type":"{kind}","outputs":{{{outputs}}}}}]}}}}"#
        ));
        let row = &out.resources[0];
        (row.region.clone(), row.zone.clone())
    };
    let told = |region: &str, zone: &str| (Some(region.to_owned()), Some(zone.to_owned()));
    assert_eq!(
        zone(
            "aws:ec2/subnet:Subnet",
            "subnet-0a1b2c3d",
            r#""arn":"arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d","availabilityZone":"eu-west-1a""#
        ),
        told("eu-west-1", "eu-west-1a")
    );
    assert_eq!(
        zone(
            "gcp:compute/disk:Disk",
            "projects/p/zones/europe-west1-b/disks/a",
            r#""zone":"europe-west1-b""#
        ),
        told("europe-west1", "europe-west1-b")
    );
    let machine = |zones: &str| {
        zone(
            "azure-native:compute:VirtualMachine",
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/a",
            &format!(r#""location":"westeurope","zones":[{zones}]"#),
        )
    };
    assert_eq!(machine(r#""2""#), told("westeurope", "2"));
    assert_eq!(machine(r#""1","2""#).1, None);
}
