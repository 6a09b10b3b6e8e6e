//! The feed over its fixtures: one change per stack, operation and resource.

use nepho_core::Timestamp;
use nepho_core::tables::{Change, ChangeAction};

use super::stories::{STACK, read, roots, story, told};
use super::*;

fn find<'o>(out: &'o FeedOutput, address: &str, action: ChangeAction) -> &'o Change {
    let mut changes = out.changes.iter();
    let found = changes.find(|change| change.address == address && change.action == action);
    assert!(found.is_some(), "no {action} of {address}");
    found.unwrap_or(&out.changes[0])
}

#[test]
fn a_creation_and_an_update_become_one_change_per_resource() {
    let out = read(include_str!("fixtures/create-and-update.json"));
    assert_eq!(
        told(&out),
        [
            "shop DbSecurityGroup create applied",
            "shop OrderDb create applied",
            "shop OldQueue create applied",
            "shop Archive create applied",
            "shop DbSecurityGroup update applied",
            "shop DbIngress create applied",
            "shop OrderDb replace applied",
            "shop OldQueue delete applied",
            "shop Archive forget applied",
        ]
    );
    let replaced = find(&out, "OrderDb", ChangeAction::Replace);
    assert_eq!(
        replaced.resource.as_deref(),
        Some("arn:aws:rds:eu-west-1:111122223333:db:shop-orderdb-9p8q7r")
    );
    assert_eq!(
        replaced.started,
        Timestamp::parse_rfc3339("2024-05-01T10:00:08Z")
    );
    assert_eq!(
        replaced.time,
        Timestamp::parse_rfc3339("2024-05-01T10:06:00Z")
    );
    assert_eq!(
        replaced.run,
        "Console-UpdateStack-22222222-aaaa-bbbb-cccc-000000000002"
    );
    assert_eq!(replaced.actor, None);
    assert!(replaced.line > 1);
    let rule = find(&out, "DbIngress", ChangeAction::Create);
    let group = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
    assert_eq!(rule.parent.as_deref(), Some(group));
}

#[test]
fn resources_and_their_relations_are_told() {
    let out = read(include_str!("fixtures/create-and-update.json"));
    let alive: Vec<_> = out
        .resources
        .iter()
        .filter(|found| found.valid_to.is_none())
        .collect();
    let names: Vec<_> = alive
        .iter()
        .filter_map(|found| found.address.as_deref())
        .collect();
    assert_eq!(
        names,
        ["Archive", "DbIngress", "DbSecurityGroup", "OrderDb"]
    );
    let tools: Vec<_> = alive.iter().map(|found| found.tool.as_deref()).collect();
    assert_eq!(
        tools,
        [
            None,
            Some("cloudformation"),
            Some("cloudformation"),
            Some("cloudformation")
        ]
    );
    let database = alive.last().copied();
    assert_eq!(
        database.and_then(|found| found.environment.as_deref()),
        Some("production")
    );
    assert_eq!(
        database.and_then(|found| found.valid_from),
        Timestamp::parse_rfc3339("2024-05-01T10:06:00Z")
    );
    let group = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718";
    let mut edges = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.evidence.as_str()));
    assert_eq!(
        edges.next(),
        Some((
            "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/sgr-0f1e2d3c4b5a69788",
            group,
            "property `GroupId` of `DbIngress`"
        ))
    );
    assert_eq!(
        edges.next(),
        Some((
            "arn:aws:rds:eu-west-1:111122223333:db:shop-orderdb-9p8q7r",
            group,
            "property `VPCSecurityGroups` of `OrderDb`"
        ))
    );
    assert_eq!(edges.next(), None);
}

#[test]
fn a_secret_is_neither_a_code_nor_the_id_of_a_request() {
    let told = |reason: &str| {
        let properties = r#"{"MasterUsername":"app","MasterUserPassword":"Lavender42"}"#;
        let event = |status: &str, second: u32, reason: &str| {
            serde_json::json!({
                "StackId": STACK,
                "EventId": format!("e{second}"),
                "StackName": "shop",
                "LogicalResourceId": "OrderDb",
                "PhysicalResourceId": "",
                "ResourceType": "AWS::RDS::DBInstance",
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "ResourceProperties": properties,
                "Timestamp": format!("2024-05-01T10:00:0{second}.000Z"),
            })
        };
        let events = [
            event("CREATE_FAILED", 2, reason),
            event("CREATE_IN_PROGRESS", 1, ""),
        ];
        let out = read(&serde_json::json!({"StackEvents": events}).to_string());
        let change = find(&out, "OrderDb", ChangeAction::Create);
        (change.error_code.clone(), change.request_id.clone())
    };
    let (code, id) = told("api error Lavender42: refused (Request ID: Lavender42)");
    assert_eq!((code, id), (None, None));
    let (code, id) = told("api error Refused: Lavender42 (Request ID: 0a1b2c3d-0042)");
    assert_eq!(code.as_deref(), Some("Refused"));
    assert_eq!(id.as_deref(), Some("0a1b2c3d-0042"));
}

#[test]
fn a_failed_update_in_pages_without_tokens_is_rolled_back() {
    let out = read(include_str!("fixtures/failed-update-in-pages.json"));
    assert_eq!(
        told(&out),
        [
            "pay Charge update rolled_back",
            "pay Ledger create failed",
            "pay Jobs create rolled_back",
            "pay Refund update cancelled",
        ]
    );
    let root = find(&out, "Ledger", ChangeAction::Create);
    let reason = root.reason.as_deref().unwrap_or_default();
    assert!(
        reason.starts_with("Resource handler returned message"),
        "{reason}"
    );
    let request = root.request_id.as_deref();
    assert_eq!(request, Some("01234567-89ab-cdef-0123-456789abcdef"));
    assert_eq!(root.error_code.as_deref(), Some("InvalidRequest"));
    assert_eq!(roots(&out), ["pay Ledger"]);
    let echo = find(&out, "Refund", ChangeAction::Update).reason.as_deref();
    assert_eq!(echo, Some("Resource update cancelled"));
    let rolled_back = find(&out, "Charge", ChangeAction::Update);
    assert!(
        rolled_back
            .reason
            .as_deref()
            .is_some_and(|reason| reason.contains("failed to create: [Ledger]"))
    );
    assert_eq!(
        rolled_back.time,
        Timestamp::parse_rfc3339("2024-05-01T11:00:12Z")
    );
    assert!(
        out.changes
            .iter()
            .all(|change| change.run == rolled_back.run)
    );
}

#[test]
fn operations_are_told_apart_without_tokens() {
    let out = read(&story(
        "1 shop REVIEW_IN_PROGRESS
         2 shop CREATE_IN_PROGRESS
         3 A CREATE_IN_PROGRESS arn:aws:sns:eu-west-1:111122223333:a
         4 A CREATE_COMPLETE arn:aws:sns:eu-west-1:111122223333:a
         5 shop CREATE_COMPLETE
         6 shop DELETE_IN_PROGRESS
         7 A DELETE_IN_PROGRESS arn:aws:sns:eu-west-1:111122223333:a
         8 A DELETE_FAILED arn:aws:sns:eu-west-1:111122223333:a in use
         9 shop DELETE_FAILED
         10 shop DELETE_IN_PROGRESS
         11 A DELETE_IN_PROGRESS arn:aws:sns:eu-west-1:111122223333:a
         12 A DELETE_COMPLETE arn:aws:sns:eu-west-1:111122223333:a",
    ));
    assert_eq!(
        told(&out),
        [
            "shop A create applied",
            "shop A delete failed",
            "shop A delete applied"
        ]
    );
    let runs: Vec<_> = out
        .changes
        .iter()
        .map(|change| change.run.as_str())
        .collect();
    assert_eq!(runs, ["e1", "e5", "e9"]);
}

#[test]
fn a_creation_that_is_taken_back_leaves_what_is_kept() {
    let out = read(&story(
        "1 shop CREATE_IN_PROGRESS
         2 A CREATE_COMPLETE topic-a
         2 Kept CREATE_COMPLETE topic-kept
         2 Stuck CREATE_COMPLETE topic-stuck
         3 B CREATE_FAILED - Invalid parameter
         4 shop ROLLBACK_IN_PROGRESS - The following resource(s) failed to create: [B]. \
         Rollback requested by user.
         5 B DELETE_COMPLETE
         5 A DELETE_COMPLETE topic-a
         5 Kept DELETE_SKIPPED topic-kept
         5 Stuck DELETE_FAILED topic-stuck in use
         6 shop ROLLBACK_FAILED",
    ));
    assert_eq!(
        told(&out),
        [
            "shop A create rolled_back",
            "shop Kept create applied",
            "shop Stuck create failed",
            "shop B create failed"
        ]
    );
}

#[test]
fn an_operation_that_is_under_way_is_not_applied() {
    let out = read(&story(
        "1 shop UPDATE_IN_PROGRESS
         2 A UPDATE_IN_PROGRESS topic-a",
    ));
    assert_eq!(told(&out), ["shop A update unknown"]);
    assert_eq!(out.changes.first().and_then(|change| change.time), None);
}

#[test]
fn a_rollback_that_is_asked_for_later_is_an_operation_of_its_own() {
    let out = read(&story(
        "1 shop UPDATE_IN_PROGRESS
         2 A UPDATE_COMPLETE topic-a
         3 shop UPDATE_FAILED
         4 shop UPDATE_ROLLBACK_IN_PROGRESS - User Initiated
         5 A UPDATE_COMPLETE topic-a
         6 shop UPDATE_ROLLBACK_COMPLETE",
    ));
    assert_eq!(
        told(&out),
        ["shop A update applied", "shop A update applied"]
    );
}

#[test]
fn an_import_is_one_and_a_list_that_begins_in_a_rollback_is_understood() {
    let out = read(&story(
        "1 shop IMPORT_IN_PROGRESS
         2 A IMPORT_IN_PROGRESS topic-a
         3 A IMPORT_COMPLETE topic-a
         4 shop IMPORT_COMPLETE",
    ));
    assert_eq!(told(&out), ["shop A import applied"]);
    let out = read(&story(
        "1 shop UPDATE_ROLLBACK_IN_PROGRESS - stopped
         2 A UPDATE_COMPLETE topic-a
         3 B DELETE_COMPLETE topic-b",
    ));
    assert_eq!(
        told(&out),
        [
            "shop shop update failed",
            "shop A update rolled_back",
            "shop B create rolled_back"
        ]
    );
}

#[test]
fn a_failed_hook_explains_the_failure() {
    let text = format!(
        r#"[{{"StackId":"{STACK}","EventId":"3","LogicalResourceId":"A","ResourceType":"AWS::S3::Bucket","ResourceStatus":"CREATE_FAILED","ResourceStatusReason":"The following hook(s) failed: [Example::Policy::Hook]","Timestamp":"2024-05-01T10:00:03Z"}},
        {{"StackId":"{STACK}","EventId":"2","LogicalResourceId":"A","ResourceType":"AWS::S3::Bucket","ResourceStatus":"CREATE_IN_PROGRESS","HookType":"Example::Policy::Hook","HookStatus":"HOOK_COMPLETE_FAILED","HookStatusReason":"encryption is missing","Timestamp":"2024-05-01T10:00:02Z"}},
        {{"StackId":"{STACK}","EventId":"1","LogicalResourceId":"A","ResourceType":"AWS::S3::Bucket","ResourceStatus":"CREATE_IN_PROGRESS","Timestamp":"2024-05-01T10:00:01Z"}}]"#
    );
    let out = read(&text);
    assert_eq!(
        find(&out, "A", ChangeAction::Create).reason.as_deref(),
        Some(
            "The following hook(s) failed: [Example::Policy::Hook]; Example::Policy::Hook: encryption is missing"
        )
    );
}

#[test]
fn the_same_events_twice_are_the_same_changes() {
    let text = include_str!("fixtures/create-and-update.json");
    let once = read(text);
    let twice = read(&format!("{text}\n{text}"));
    assert_eq!(told(&once), told(&twice));
}

#[test]
fn the_cdk_is_named_and_its_notes_are_no_change() {
    let text = format!(
        r#"{{"StackEvents":[{{"StackId":"{STACK}","EventId":"2","LogicalResourceId":"CDKMetadata","PhysicalResourceId":"m-1","ResourceType":"AWS::CDK::Metadata","ResourceStatus":"UPDATE_COMPLETE","Timestamp":"2024-05-01T10:00:02Z"}},
        {{"StackId":"{STACK}","EventId":"1","LogicalResourceId":"Jobs9A","PhysicalResourceId":"topic-1","ResourceType":"AWS::SNS::Topic","ResourceStatus":"UPDATE_COMPLETE","Timestamp":"2024-05-01T10:00:01Z"}}]}}"#
    );
    let out = read(&text);
    let tools: Vec<_> = out
        .changes
        .iter()
        .map(|change| (change.tool.as_str(), change.address.as_str()))
        .collect();
    assert_eq!(tools, [("cdk", "Jobs9A")]);
}

#[test]
fn broken_parts_are_rejected_with_their_place_and_the_rest_is_read() {
    let good = format!(
        r#"{{"StackId":"{STACK}","EventId":"1","LogicalResourceId":"A","PhysicalResourceId":"topic-1","ResourceType":"AWS::SNS::Topic","ResourceStatus":"UPDATE_COMPLETE","Timestamp":"2024-05-01T10:00:01Z"}}"#
    );
    let out = read(&format!(
        "{{\"StackEvents\":[{good},\n{{\"EventId\":\"2\",\"LogicalResourceId\":\"B\"}}]}}\n{{\"StackEv"
    ));
    assert_eq!(told(&out), ["shop A update applied"]);
    let places: Vec<_> = out
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.reason.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (2, "the event has no `StackId`"),
            (3, "not JSON from here on; the rest of the file is not read")
        ]
    );
}

#[test]
fn what_is_no_list_of_events_is_an_error_with_its_place() {
    for text in [
        "",
        "plain text",
        "{}",
        "[]",
        "{\"StackEvents\":[{\"EventId\":",
        "{\"Records\":[{\"EventId\"",
        &"[".repeat(100_000),
    ] {
        let mut out = FeedOutput::default();
        let result = StackEvents.read(
            &Document {
                uri: "e.json",
                text,
                modified: None,
            },
            &mut out,
        );
        let place = result
            .err()
            .and_then(|error| error.origin().and_then(|origin| origin.line));
        assert!(place.is_some(), "{}", &text[..text.len().min(40)]);
    }
    assert!(read(r#"{"StackEvents": []}"#).changes.is_empty());
}

#[test]
fn documents_of_others_are_not_claimed() {
    let sniff = |text: &str| StackEvents.sniff("x.json", text);
    assert_eq!(
        sniff(include_str!("fixtures/create-and-update.json")),
        Confidence::CERTAIN
    );
    assert!(sniff(&story("1 A CREATE_COMPLETE a")) > Confidence::LIKELY);
    for text in [
        include_str!("../resources/fixtures/describe-stack-resources.json"),
        r#"{"Records":[{"eventVersion":"1.08","eventSource":"cloudformation.amazonaws.com","requestParameters":{"StackEvents":1}}]}"#,
        r#"{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"x","resources":[]}"#,
        r#"{"version":3,"deployment":{"manifest":{},"resources":[]}}"#,
        r#"{"level":"error","message":"{\"StackEvents\":[]}"}"#,
        "2024-05-01 ERROR \"StackEvents\": none",
        r#"{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}"#,
    ] {
        assert_eq!(sniff(text), Confidence::NO, "{text}");
    }
}

#[test]
fn edges_run_from_who_depends_whatever_names_whom() {
    let event = |logical: &str, kind: &str, physical: &str, properties: &str| {
        let id = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b";
        serde_json::json!({
            "EventId": logical, "StackId": id, "StackName": "shop", "LogicalResourceId": logical,
            "PhysicalResourceId": physical, "ResourceType": kind,
            "Timestamp": "2024-05-01T10:00:00Z", "ResourceStatus": "CREATE_COMPLETE",
            "ResourceProperties": properties})
    };
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
    let (balancer, listener, group) = (
        format!("{arn}loadbalancer/app/web/0a1b2c3d4e5f6071"),
        format!("{arn}listener/app/web/0a1b2c3d4e5f6071/1a2b3c4d5e6f7081"),
        format!("{arn}targetgroup/web/2a3b4c5d6e7f8091"),
    );
    let properties = serde_json::json!({
        "LoadBalancerArn": balancer,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": group}]});
    let kind = |name: &str| format!("AWS::ElasticLoadBalancingV2::{name}");
    let events = serde_json::json!({"StackEvents": [
        event("Listener", &kind("Listener"), &listener, &properties.to_string()),
        event("Group", &kind("TargetGroup"), &group, "{}"),
        event("Balancer", &kind("LoadBalancer"), &balancer, "{}")]});
    let out = read(&events.to_string());
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| (edge.from.as_str(), edge.kind, edge.to.as_str()))
        .collect();
    let routes = nepho_core::tables::RelationKind::Routes;
    assert_eq!(
        edges,
        [
            (listener.as_str(), routes, group.as_str()),
            (balancer.as_str(), routes, listener.as_str()),
        ]
    );
}

#[test]
fn nested_stacks_hold_resources_and_variables_name_others() {
    let id =
        |name: &str| format!("arn:aws:cloudformation:eu-west-1:111122223333:stack/{name}/0a1b2c3d");
    let event = |stack: &str, logical: &str, kind: &str, physical: &str, properties: &str| {
        serde_json::json!({
            "EventId": format!("{stack}-{logical}"), "StackId": id(stack), "StackName": stack,
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind,
            "Timestamp": "2024-05-01T10:00:00Z", "ResourceStatus": "CREATE_COMPLETE",
            "ResourceProperties": properties})
    };
    let variables = r#"{"Environment":{"Variables":{"DB":"orders.abc.eu-west-1.rds.amazonaws.com","KEY":"canary"}}}"#;
    let child = id("shop-Jobs-1X");
    let events = serde_json::json!({"StackEvents": [
        event("shop", "Jobs", "AWS::CloudFormation::Stack", &child, "{}"),
        event("shop-Jobs-1X", "Worker", "AWS::Lambda::Function", "shop-worker-1x", variables)]});
    let out = read(&events.to_string());
    assert!(out.changes.iter().all(|change| change.address == "Worker"));
    let nested = out.resources.iter().find(|row| row.key == child);
    let address = nested.and_then(|row| row.address.as_deref());
    assert_eq!(address, Some("Jobs"));
    let edges: Vec<String> = out
        .relations
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.kind, edge.to))
        .collect();
    let worker = "arn:aws:lambda:eu-west-1:111122223333:function:shop-worker-1x";
    assert_eq!(
        edges,
        [
            format!("{worker} uses orders.abc.eu-west-1.rds.amazonaws.com"),
            format!("{worker} managed_by {child}"),
        ]
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn rules_let_members_of_groups_reach_each_other() {
    let event = |logical: &str, kind: &str, physical: &str, properties: &str| {
        let id = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b";
        serde_json::json!({
            "EventId": logical, "StackId": id, "StackName": "shop", "LogicalResourceId": logical,
            "PhysicalResourceId": physical, "ResourceType": kind,
            "Timestamp": "2024-05-01T10:00:00Z", "ResourceStatus": "CREATE_COMPLETE",
            "ResourceProperties": properties})
    };
    let (web, data) = ("sg-0a1b2c3d4e5f60711", "sg-0a1b2c3d4e5f60712");
    let group = "AWS::EC2::SecurityGroup";
    let rule = format!(r#"{{"GroupId":"{data}","SourceSecurityGroupId":"{web}"}}"#);
    let of = |property: &str, group: &str| format!(r#"{{"{property}":["{group}"]}}"#);
    let events = serde_json::json!({"StackEvents": [
        event("Web", group, web, "{}"),
        event("Data", group, data, r#"{"SecurityGroupIngress":[{"CidrIp":"10.0.0.0/16"}]}"#),
        event("Rule", "AWS::EC2::SecurityGroupIngress", "sgr-0a1b2c3d4e5f60711", &rule),
        event("Net", "AWS::EC2::Subnet", "subnet-0a1b2c3d4e5f60711", r#"{"CidrBlock":"10.0.1.0/24"}"#),
        event("Server", "AWS::EC2::Instance", "i-0a1b2c3d4e5f60711", &of("SecurityGroupIds", web)),
        event("Orders", "AWS::RDS::DBInstance", "shop-orders-1", &of("VPCSecurityGroups", data))]});
    let out = read(&events.to_string());
    let permits = nepho_core::tables::RelationKind::PermitsNet;
    let edges = out.relations.iter().filter(|edge| edge.kind == permits);
    let edges: Vec<&str> = edges.map(|edge| edge.evidence.as_str()).collect();
    assert_eq!(
        edges,
        [
            "Rule lets Server reach Orders",
            "Data lets Net reach Orders"
        ]
    );
}

#[test]
fn a_subnet_tells_its_zone() {
    let stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/net/0a1b";
    let text = serde_json::json!({"StackEvents": [{
        "StackId": stack, "EventId": "Subnet-CREATE_COMPLETE-1", "StackName": "net",
        "LogicalResourceId": "Subnet", "PhysicalResourceId": "subnet-0a1b2c3d4e5f60718",
        "ResourceType": "AWS::EC2::Subnet", "Timestamp": "2024-05-01T10:00:00Z",
        "ResourceStatus": "CREATE_COMPLETE",
        "ResourceProperties": "{\"AvailabilityZone\":\"eu-west-1a\",\"CidrBlock\":\"10.0.0.0/24\"}"}]});
    let out = read(&text.to_string());
    let zones: Vec<_> = out
        .resources
        .iter()
        .map(|row| row.zone.as_deref())
        .collect();
    assert_eq!(zones, [Some("eu-west-1a")]);
}
