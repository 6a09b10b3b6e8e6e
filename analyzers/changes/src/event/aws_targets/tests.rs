//! What calls of AWS change, and what they only name.

use super::*;
use crate::event::json::json;

fn check(api: &str, operation: &str, event: &str, target: &str, references: &[&str]) -> Subject {
    let event = Json::parse(event);
    let subject = subject(
        &mut Nouns::default(),
        api,
        operation,
        &event,
        "111122223333",
        "eu-west-1",
    );
    assert_eq!(subject.target.as_deref(), Some(target));
    assert_eq!(subject.references, references);
    subject
}

#[test]
fn a_rule_is_a_change_of_its_group() {
    let subject = check(
        "ec2.amazonaws.com",
        "RevokeSecurityGroupIngress",
        r#"{"requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"groups":{"items":[{"groupId":"sg-2"}]}}]}}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
        &["arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2"],
    );
    assert_eq!(subject.action, Some(ChangeAction::Update));
    assert_eq!(subject.attributes, ["ingress", "ipPermissions"]);
    assert_eq!(subject.resource_type, "AWS::EC2::SecurityGroup");
}

#[test]
fn settings_are_deployed_to_an_application() {
    check(
        "appconfig.amazonaws.com",
        "StartDeployment",
        r#"{"requestParameters":{"ApplicationId":"abc1234","EnvironmentId":"def5678","ConfigurationProfileId":"aaa0000","ConfigurationVersion":"12"}}"#,
        "arn:aws:appconfig:eu-west-1:111122223333:application/abc1234",
        &[
            "arn:aws:appconfig:eu-west-1:111122223333:application/abc1234/environment/def5678",
            "arn:aws:appconfig:eu-west-1:111122223333:application/abc1234/configurationprofile/aaa0000",
        ],
    );
}

#[test]
fn parameters_in_the_name_of_the_call_are_told() {
    let subject = check(
        "ec2.amazonaws.com",
        "ModifyVpcEndpoint",
        r#"{"requestParameters":{"ModifyVpcEndpointRequest":{"VpcEndpointId":"vpce-0a1b","PolicyDocument":"{}"}}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b",
        &[],
    );
    assert_eq!(subject.attributes, ["policyDocument"]);
}

#[test]
fn a_password_is_that_of_the_user_whom_the_answer_tells() {
    let told = |parameter: &str| {
        let event = format!(
            r#"{{"requestParameters":{{"dBInstanceIdentifier":"orders","{parameter}":"****"}},"responseElements":{{"masterUsername":"app"}}}}"#
        );
        let target = "arn:aws:rds:eu-west-1:111122223333:db:orders";
        let subject = check("rds.amazonaws.com", "ModifyDBInstance", &event, target, &[]);
        subject.attributes.last().cloned().unwrap_or_default()
    };
    assert_eq!(told("masterUserPassword"), "database user app");
    assert_eq!(told("dBInstanceClass"), "dBInstanceClass");
}

#[test]
fn the_first_version_of_a_parameter_is_new() {
    let put = |version: u8| {
        let event = format!(
            r#"{{"requestParameters":{{"name":"/shop/url"}},"responseElements":{{"version":{version},"tier":"Standard"}}}}"#
        );
        let target = "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/url";
        check("ssm.amazonaws.com", "PutParameter", &event, target, &[]).action
    };
    assert_eq!(put(1), Some(ChangeAction::Create));
    assert_eq!(put(2), Some(ChangeAction::Update));
}

#[test]
fn names_stand_behind_what_they_are_names_in() {
    let region = "eu-west-1:111122223333";
    let of = |api: &str, operation: &str, request: &str, expected: &str| {
        let api = format!("{api}.amazonaws.com");
        let event = Json::parse(request);
        let event = Json::Object(vec![("requestParameters".into(), event)]);
        let mut nouns = Nouns::default();
        let told = subject(
            &mut nouns,
            &api,
            operation,
            &event,
            "111122223333",
            "eu-west-1",
        );
        assert_eq!(told.target.as_deref(), Some(expected), "{operation}");
        told
    };
    let rule = format!("arn:aws:events:{region}:rule");
    of(
        "events",
        "DisableRule",
        r#"{"name":"nightly"}"#,
        &format!("{rule}/nightly"),
    );
    let own = r#"{"name":"nightly","eventBusName":"orders"}"#;
    of(
        "events",
        "DisableRule",
        own,
        &format!("{rule}/orders/nightly"),
    );
    let default = r#"{"name":"nightly","eventBusName":"default"}"#;
    of("events", "DisableRule", default, &format!("{rule}/nightly"));
    let service = format!("arn:aws:ecs:{region}:service/default/web");
    of("ecs", "UpdateService", r#"{"service":"web"}"#, &service);
    let schedule = format!("arn:aws:scheduler:{region}:schedule/shop/nightly");
    let request = r#"{"name":"nightly","groupName":"shop"}"#;
    of("scheduler", "UpdateSchedule", request, &schedule);
    let cluster = format!("arn:aws:kafka:{region}:cluster/ev/0a1b-7");
    let encoded = cluster.replace(':', "%3A").replace('/', "%2F");
    let request = format!(r#"{{"clusterArn":"{encoded}"}}"#);
    let ended = of("kafka", "DeleteCluster", &request, &cluster);
    assert_eq!(ended.action, Some(ChangeAction::Delete));
}

#[test]
fn a_part_is_deleted_and_the_whole_is_not() {
    let of = |api: &str, operation: &str, request: &str| {
        let event = Json::Object(vec![("requestParameters".into(), Json::parse(request))]);
        let mut nouns = Nouns::default();
        let api = format!("{api}.amazonaws.com");
        subject(&mut nouns, &api, operation, &event, "1", "eu-west-1").action
    };
    let table = r#"{"resourceArn":"arn:aws:dynamodb:eu-west-1:1:table/t"}"#;
    let (update, delete) = (Some(ChangeAction::Update), Some(ChangeAction::Delete));
    assert_eq!(of("dynamodb", "DeleteResourcePolicy", table), update);
    let list = r#"{"resourceArn":"arn:aws:wafv2:eu-west-1:1:regional/webacl/w/1"}"#;
    assert_eq!(of("wafv2", "DeleteLoggingConfiguration", list), update);
    let version = r#"{"functionName":"f","qualifier":"3"}"#;
    assert_eq!(of("lambda", "DeleteFunction20150331", version), update);
    let whole = r#"{"functionName":"f"}"#;
    assert_eq!(of("lambda", "DeleteFunction20150331", whole), delete);
}

#[test]
fn an_alias_of_a_function_tells_the_versions_that_it_leads_to() {
    let of = |request: &str| {
        let event = Json::Object(vec![("requestParameters".into(), Json::parse(request))]);
        let mut nouns = Nouns::default();
        let api = "lambda.amazonaws.com";
        let call = "UpdateAlias20150331";
        let subject = subject(&mut nouns, api, call, &event, "1", "eu-west-1");
        let told = subject.attributes.into_iter();
        told.filter(|name| !Change::is_setting(name))
            .collect::<Vec<_>>()
    };
    let plain = r#"{"functionName":"f","name":"live","functionVersion":"9"}"#;
    assert_eq!(of(plain), ["function version 9"]);
    let shared = r#"{"functionName":"f","name":"live","functionVersion":"9","routingConfig":{"additionalVersionWeights":{"8":0.1}}}"#;
    assert_eq!(of(shared), ["function version 9", "function version 8"]);
    let named = r#"{"functionName":"f","name":"live","description":"x"}"#;
    assert!(of(named).is_empty());
}

#[test]
fn tags_of_any_type_are_no_more_than_tags() {
    let event = r#"{"requestParameters":{"resourcesSet":{"items":[{"resourceId":"sg-1"}]}}}"#;
    let event = Json::parse(event);
    let subject = subject(
        &mut Nouns::default(),
        "ec2.amazonaws.com",
        "CreateTags",
        &event,
        "1",
        "eu-west-1",
    );
    assert_eq!(subject.attributes, ["tags"]);
    assert_eq!(subject.action, Some(ChangeAction::Update));
}

#[test]
fn what_is_created_stands_in_the_response() {
    let subject = check(
        "ec2.amazonaws.com",
        "CreateNatGateway",
        r#"{"requestParameters":{"CreateNatGatewayRequest":{"SubnetId":"subnet-1"}},
            "responseElements":{"CreateNatGatewayResponse":{"natGateway":{"natGatewayId":"nat-1","vpcId":"vpc-1"}}}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-1",
        &[
            "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
            "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1",
        ],
    );
    assert_eq!(subject.action, Some(ChangeAction::Create));
}

#[test]
fn the_operation_tells_the_target_from_what_it_names() {
    let ec2 = "ec2.amazonaws.com";
    check(
        ec2,
        "AssociateRouteTable",
        r#"{"requestParameters":{"subnetId":"subnet-1","routeTableId":"rtb-1"}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:route-table/rtb-1",
        &["arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"],
    );
    let deleted = check(
        ec2,
        "DeleteFlowLogs",
        r#"{"requestParameters":{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-1"}}}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/fl-1",
        &[],
    );
    assert_eq!(deleted.action, Some(ChangeAction::Delete));
    let role = check(
        "iam.amazonaws.com",
        "AttachRolePolicy",
        r#"{"requestParameters":{"policyArn":"arn:aws:iam::aws:policy/X","roleName":"app"}}"#,
        "arn:aws:iam::111122223333:role/app",
        &["arn:aws:iam::aws:policy/X"],
    );
    assert_eq!(role.action, Some(ChangeAction::Update));
    check(
        "iam.amazonaws.com",
        "AddRoleToInstanceProfile",
        r#"{"requestParameters":{"roleName":"app","instanceProfileName":"web"}}"#,
        "arn:aws:iam::111122223333:instance-profile/web",
        &["arn:aws:iam::111122223333:role/app"],
    );
    check(
        "sqs.amazonaws.com",
        "SetQueueAttributes",
        r#"{"requestParameters":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}}"#,
        "arn:aws:sqs:eu-west-1:111122223333:orders",
        &[],
    );
}

/// Target of an event with this request and response.
#[test]
fn an_alias_is_the_key_that_the_event_lists() {
    let request = r#""requestParameters":{"keyId":"alias/app"}"#;
    let key = "arn:aws:kms:eu-west-1:111122223333:key/0a1b";
    let listed = format!(r#"{{{request},"resources":[{{"ARN":"{key}","type":"AWS::KMS::Key"}}]}}"#);
    check("kms.amazonaws.com", "PutKeyPolicy", &listed, key, &[]);
    let alone = format!("{{{request}}}");
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/app";
    check("kms.amazonaws.com", "PutKeyPolicy", &alone, alias, &[]);
}

fn called(api: &str, operation: &str, request: &str, response: &str, target: &str) -> Subject {
    let event = format!("{{\"requestParameters\":{request},\"responseElements\":{response}}}");
    let event = Json::parse(&event);
    let api = format!("{api}.amazonaws.com");
    let found = subject(
        &mut Nouns::default(),
        &api,
        operation,
        &event,
        "111122223333",
        "eu-west-1",
    );
    assert_eq!(found.target.as_deref(), Some(target), "{operation}");
    found
}

#[test]
fn services_that_people_run_have_their_targets() {
    let lambda = "arn:aws:lambda:eu-west-1:111122223333:function:pay";
    for name in [
        "pay",
        "pay:live",
        "111122223333:function:pay",
        "arn:aws:lambda:eu-west-1:111122223333:function:pay:7",
    ] {
        let request = format!(r#"{{"functionName":"{name}","s3Bucket":"code"}}"#);
        called(
            "lambda",
            "UpdateFunctionCode20150331v2",
            &request,
            "null",
            lambda,
        );
    }
    called(
        "ecs",
        "UpdateService",
        r#"{"cluster":"arn:aws:ecs:eu-west-1:111122223333:cluster/shop","service":"cart"}"#,
        "null",
        "arn:aws:ecs:eu-west-1:111122223333:service/shop/cart",
    );
    let version = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
    called(
        "secretsmanager",
        "PutSecretValue",
        r#"{"secretId":"db"}"#,
        &format!(r#"{{"arn":"{version}"}}"#),
        version,
    );
}

#[test]
fn a_batch_of_records_changes_these_and_not_their_zone() {
    let record = called(
        "route53",
        "ChangeResourceRecordSets",
        r#"{"hostedZoneId":"Z1","changeBatch":{"changes":[{"action":"DELETE","resourceRecordSet":{"name":"db.shop.example.","type":"CNAME"}}]}}"#,
        "null",
        "arn:aws:route53:::hostedzone/Z1/CNAME/db.shop.example",
    );
    assert_eq!(record.action, Some(ChangeAction::Delete));
    assert_eq!(record.references, ["arn:aws:route53:::hostedzone/Z1"]);
    let moved = called(
        "route53",
        "ChangeResourceRecordSets",
        r#"{"hostedZoneId":"Z1","changeBatch":{"changes":[{"action":"DELETE","resourceRecordSet":{"name":"a.shop.example","type":"A"}},{"action":"CREATE","resourceRecordSet":{"name":"b.shop.example","type":"A"}}]}}"#,
        "null",
        "arn:aws:route53:::hostedzone/Z1/A/a.shop.example",
    );
    assert_eq!(moved.action, Some(ChangeAction::Update));
    assert_eq!(
        moved.also,
        ["arn:aws:route53:::hostedzone/Z1/A/b.shop.example"]
    );
}

#[test]
fn a_record_that_is_put_tells_where_it_leads() {
    let check = |change: &str, expected: &[&str]| {
        let record = called(
            "route53",
            "ChangeResourceRecordSets",
            &format!(r#"{{"hostedZoneId":"Z1","changeBatch":{{"changes":[{change}]}}}}"#),
            "null",
            "arn:aws:route53:::hostedzone/Z1/CNAME/db.shop.example",
        );
        assert_eq!(record.attributes, expected, "{change}");
    };
    let put = |action: &str, more: &str| {
        format!(
            r#"{{"action":"{action}","resourceRecordSet":{{"name":"db.shop.example.","type":"CNAME","tTL":60{more},"resourceRecords":[{{"value":"DB-1.shop.example."}}]}}}}"#
        )
    };
    check(
        &put("UPSERT", ""),
        &["records", "leads to db-1.shop.example"],
    );
    check(&put("DELETE", ""), &["records"]);
}

#[test]
fn records_of_one_name_are_told_apart_by_their_set() {
    let blue = called(
        "route53",
        "ChangeResourceRecordSets",
        r#"{"hostedZoneId":"Z1","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"shop.example.","type":"A","setIdentifier":"blue","weight":0}},{"action":"UPSERT","resourceRecordSet":{"name":"shop.example.","type":"A","setIdentifier":"green","weight":100}}]}}"#,
        "null",
        "arn:aws:route53:::hostedzone/Z1/A/blue/shop.example",
    );
    assert_eq!(
        blue.also,
        ["arn:aws:route53:::hostedzone/Z1/A/green/shop.example"]
    );
    assert_eq!(blue.attributes, ["records"]);
}

#[test]
fn what_is_ended_made_anew_or_attached_is_the_target() {
    let key = called(
        "kms",
        "ScheduleKeyDeletion",
        r#"{"keyId":"0a1b"}"#,
        "null",
        "arn:aws:kms:eu-west-1:111122223333:key/0a1b",
    );
    assert_eq!(key.action, Some(ChangeAction::Update));
    assert_eq!(key.attributes, ["deletion"]);
    let restored = called(
        "rds",
        "RestoreDBInstanceFromDBSnapshot",
        r#"{"dBInstanceIdentifier":"orders","dBSnapshotIdentifier":"nightly"}"#,
        "null",
        "arn:aws:rds:eu-west-1:111122223333:db:orders",
    );
    assert_eq!(restored.action, Some(ChangeAction::Create));
    called(
        "wafv2",
        "AssociateWebACL",
        r#"{"webACLArn":"arn:aws:wafv2:eu-west-1:1:regional/webacl/x/1","resourceArn":"arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1"}"#,
        "null",
        "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1",
    );
    called(
        "route53",
        "ChangeResourceRecordSets",
        r#"{"hostedZoneId":"Z1","changeBatch":{"changes":[{"action":"UPSERT"}]}}"#,
        "null",
        "arn:aws:route53:::hostedzone/Z1",
    );
    let alarms = called(
        "monitoring",
        "DeleteAlarms",
        r#"{"alarmNames":["a","b"]}"#,
        "null",
        "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a",
    );
    assert_eq!(
        alarms.also,
        ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:b"]
    );
    let ended = called(
        "ec2",
        "TerminateInstances",
        r#"{"instancesSet":{"items":[{"instanceId":"i-0000000a"},{"instanceId":"i-0000000b"}]}}"#,
        "null",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-0000000a",
    );
    assert_eq!(ended.also.len(), 1);
    let endpoint = called(
        "ec2",
        "CreateVpcEndpoint",
        r#"{"CreateVpcEndpointRequest":{"VpcId":"vpc-1"}}"#,
        r#"{"CreateVpcEndpointResponse":{"vpcEndpoint":{"vpcEndpointId":"vpce-1"}}}"#,
        "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1",
    );
    assert_eq!(
        endpoint.references,
        ["arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"]
    );
}

#[test]
fn a_refused_creation_has_no_target_but_names_things() {
    let event = json!({"requestParameters": {
        "instancesSet": {"items": [{"imageId": "ami-0123abcd"}]}, "subnetId": "subnet-0123abcd"}, "responseElements": null});
    let found = subject(
        &mut Nouns::default(),
        "ec2.amazonaws.com",
        "RunInstances",
        &event,
        "1",
        "eu-west-1",
    );
    assert_eq!(found.target, None);
    assert_eq!(found.resource_type, "AWS::EC2::Instance");
    assert_eq!(found.references.len(), 2, "{found:?}");
}

#[test]
fn what_no_line_fits_is_scanned_for_references_only() {
    let event = json!({"requestParameters": {"profile": {"role": "arn:aws:iam::1:role/app", "network": "vpc-0123abcd"}}});
    let found = subject(
        &mut Nouns::default(),
        "rolesanywhere.amazonaws.com",
        "CreateProfile",
        &event,
        "1",
        "eu-west-1",
    );
    assert_eq!(found.target, None);
    assert_eq!(
        found.references,
        [
            "arn:aws:ec2:eu-west-1:1:vpc/vpc-0123abcd",
            "arn:aws:iam::1:role/app"
        ]
    );
}

#[test]
fn what_is_tagged_is_changed() {
    let event = json!({"requestParameters": {"resourceArn": "arn:aws:kafka:eu-west-1:1:cluster/c/1", "tags": {"a": "b"}}});
    let found = subject(
        &mut Nouns::default(),
        "kafka.amazonaws.com",
        "TagResource",
        &event,
        "1",
        "eu-west-1",
    );
    assert_eq!(
        found.target.as_deref(),
        Some("arn:aws:kafka:eu-west-1:1:cluster/c/1")
    );
    assert_eq!(found.attributes, ["tags"]);
}

#[test]
fn deep_and_strange_parameters_do_no_harm() {
    let deep = format!(
        "{}{}",
        "{\"a\":".repeat(100),
        "1".to_owned() + &"}".repeat(100)
    );
    let event = format!("{{\"requestParameters\":{deep}}}");
    let event = Json::parse(&event);
    assert_eq!(
        subject(
            &mut Nouns::default(),
            "ec2.amazonaws.com",
            "CreateVpc",
            &event,
            "",
            ""
        )
        .target,
        None
    );
    assert_eq!(
        subject(
            &mut Nouns::default(),
            "ec2.amazonaws.com",
            "",
            &Json::Null,
            "",
            ""
        )
        .target,
        None
    );
}

#[test]
fn stages_and_deployments_are_no_changes_of_the_api_itself() {
    let own = "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5";
    let told = |operation: &str, request: &str, answer: &str, target: &str, others: &[&str]| {
        let event = format!(r#"{{"requestParameters":{request},"responseElements":{answer}}}"#);
        check(
            "apigateway.amazonaws.com",
            operation,
            &event,
            target,
            others,
        )
    };
    let stage = format!("{own}/stages/prod");
    let request = r#"{"restApiId":"a1b2c3d4e5","stageName":"prod"}"#;
    let ended = told("DeleteStage", request, "null", &stage, &[own]);
    assert_eq!(ended.action, Some(ChangeAction::Delete));
    assert_eq!(ended.resource_type, "AWS::ApiGateway::Stage");
    let request = r#"{"restApiId":"a1b2c3d4e5","createDeploymentInput":{"description":"v2"}}"#;
    let deployment = format!("{own}/deployments/d1e2f3");
    let made = told(
        "CreateDeployment",
        request,
        r#"{"id":"d1e2f3"}"#,
        &deployment,
        &[own],
    );
    assert_eq!(made.action, Some(ChangeAction::Create));
    let of_http = "arn:aws:apigateway:eu-west-1::/apis/z9y8x7w6v5";
    let request = r#"{"apiId":"z9y8x7w6v5","stageName":"live"}"#;
    let stage = format!("{of_http}/stages/live");
    told("UpdateStage", request, "null", &stage, &[of_http]);
    let patched = told(
        "UpdateRestApi",
        r#"{"restApiId":"a1b2c3d4e5"}"#,
        "null",
        own,
        &[],
    );
    assert_eq!(patched.action, Some(ChangeAction::Update));
}

#[test]
fn an_instance_ends_through_its_group_as_well() {
    let instance = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0";
    let terminated = check(
        "autoscaling.amazonaws.com",
        "TerminateInstanceInAutoScalingGroup",
        r#"{"requestParameters":{"instanceId":"i-0123456789abcdef0","shouldDecrementDesiredCapacity":true},"responseElements":{"activity":{"autoScalingGroupName":"web"}}}"#,
        instance,
        &["web"],
    );
    assert_eq!(terminated.action, Some(ChangeAction::Delete));
    assert_eq!(terminated.resource_type, "AWS::EC2::Instance");
    let detached = check(
        "autoscaling.amazonaws.com",
        "DetachInstances",
        r#"{"requestParameters":{"instanceIds":["i-0123456789abcdef0"],"autoScalingGroupName":"web"}}"#,
        "web",
        &[instance],
    );
    assert_eq!(detached.action, Some(ChangeAction::Update));
}

#[test]
fn a_managed_instance_is_one_of_systems_manager() {
    let told = |operation: &str, request: &str, target: &str| {
        let event = format!(r#"{{"requestParameters":{request}}}"#);
        let subject = check("ssm.amazonaws.com", operation, &event, target, &[]);
        (subject.action, subject.resource_type)
    };
    let managed = "arn:aws:ssm:eu-west-1:111122223333:managed-instance/mi-0123456789abcdef0";
    let kind = "AWS::SSM::ManagedInstance".to_owned();
    let one = r#"{"instanceId":"mi-0123456789abcdef0"}"#;
    let ended = told("DeregisterManagedInstance", one, managed);
    assert_eq!(ended, (Some(ChangeAction::Delete), kind.clone()));
    let list = r#"{"instanceIds":["mi-0123456789abcdef0"]}"#;
    let sent = told("SendCommand", list, managed);
    assert_eq!(sent, (Some(ChangeAction::Update), kind));
    let machine = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0";
    let list = r#"{"instanceIds":["i-0123456789abcdef0"]}"#;
    let sent = told("SendCommand", list, machine);
    let kind = "AWS::EC2::Instance".to_owned();
    assert_eq!(sent, (Some(ChangeAction::Update), kind));
}

#[test]
fn what_is_within_another_has_an_id_of_its_own() {
    let entry = "arn:aws:eks:eu-west-1:111122223333:access-entry/prod/role/111122223333/orders";
    let role = "arn:aws:iam::111122223333:role/orders";
    let check_entry = |operation: &str, action: ChangeAction| {
        let event = format!(r#"{{"requestParameters":{{"name":"prod","principalArn":"{role}"}}}}"#);
        let told = check("eks.amazonaws.com", operation, &event, entry, &[role]);
        assert_eq!(told.action, Some(action), "{operation}");
        assert_eq!(told.resource_type, "AWS::EKS::AccessEntry");
        assert!(!told.attributes.contains(&"name".to_owned()), "{told:?}");
    };
    check_entry("DeleteAccessEntry", ChangeAction::Delete);
    check_entry("UpdateAccessEntry", ChangeAction::Update);
    check_entry("AssociateAccessPolicy", ChangeAction::Update);
    let cluster = check(
        "eks.amazonaws.com",
        "DeleteCluster",
        r#"{"requestParameters":{"name":"prod"}}"#,
        "arn:aws:eks:eu-west-1:111122223333:cluster/prod",
        &[],
    );
    assert_eq!(cluster.action, Some(ChangeAction::Delete));
    let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders";
    let version = format!("{machine}:3");
    let event = format!(r#"{{"requestParameters":{{"stateMachineVersionArn":"{version}"}}}}"#);
    let api = "states.amazonaws.com";
    let told = check(api, "DeleteStateMachineVersion", &event, &version, &[]);
    assert_eq!(told.action, Some(ChangeAction::Delete));
    assert_eq!(
        told.resource_type,
        "AWS::StepFunctions::StateMachineVersion"
    );
    let event = format!(r#"{{"requestParameters":{{"stateMachineArn":"{machine}"}}}}"#);
    let told = check(api, "DeleteStateMachine", &event, machine, &[]);
    assert_eq!(told.resource_type, "AWS::StepFunctions::StateMachine");
}

mod attributes;
mod wholes;
