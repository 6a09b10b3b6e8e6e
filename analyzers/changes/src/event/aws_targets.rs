//! What a CloudTrail event changes, and what it only names.
//!
//! The id of a created thing stands in `responseElements`, that of any other in
//! `requestParameters`. Which of several ids is the target is told by the operation:
//! `AssociateRouteTable` changes the table and names the subnet, `UpdateFunctionCode` changes the
//! function and names a bucket. Parameters are named as in the API reference of each service
//! (docs.aws.amazon.com/service-authorization/latest/reference, read 2026-11-21).

use nepho_core::key;
use nepho_core::tables::ChangeAction;
use serde_json::Value;

use super::{Subject, words};

/// Deepest object that is searched for an id.
const DEPTH: usize = 8;

/// A parameter that holds the id of a resource.
struct Parameter {
    /// First part of the API's host name: `ec2`.
    service: &'static str,
    /// Name, compared without case.
    name: &'static str,
    /// The resource as operations call it: `SecurityGroup`.
    noun: &'static str,
    /// ARN with `{r}`, `{a}` and `{id}` for region, account and id; empty when the id stands for
    /// itself.
    arn: &'static str,
    /// Type as CloudFormation names it.
    kind: &'static str,
}

macro_rules! parameters {
    ($($service:literal { $($name:literal $noun:literal $arn:literal $kind:literal,)+ })+) => {
        &[$($(Parameter {
            service: $service,
            name: $name,
            noun: $noun,
            arn: $arn,
            kind: $kind,
        },)+)+]
    };
}

/// Earlier lines of a service win where the operation does not decide.
const PARAMETERS: &[Parameter] = parameters! {
    "ec2" {
        "groupId" "SecurityGroup" "arn:aws:ec2:{r}:{a}:security-group/{id}" "AWS::EC2::SecurityGroup",
        "routeTableId" "RouteTable" "arn:aws:ec2:{r}:{a}:route-table/{id}" "AWS::EC2::RouteTable",
        "networkAclId" "NetworkAcl" "arn:aws:ec2:{r}:{a}:network-acl/{id}" "AWS::EC2::NetworkAcl",
        "natGatewayId" "NatGateway" "arn:aws:ec2:{r}:{a}:natgateway/{id}" "AWS::EC2::NatGateway",
        "internetGatewayId" "InternetGateway" "arn:aws:ec2:{r}:{a}:internet-gateway/{id}" "AWS::EC2::InternetGateway",
        "vpcEndpointId" "VpcEndpoint" "arn:aws:ec2:{r}:{a}:vpc-endpoint/{id}" "AWS::EC2::VPCEndpoint",
        "vpcPeeringConnectionId" "VpcPeeringConnection" "arn:aws:ec2:{r}:{a}:vpc-peering-connection/{id}" "AWS::EC2::VPCPeeringConnection",
        "transitGatewayRouteTableId" "TransitGatewayRouteTable" "arn:aws:ec2:{r}:{a}:transit-gateway-route-table/{id}" "AWS::EC2::TransitGatewayRouteTable",
        "transitGatewayId" "TransitGateway" "arn:aws:ec2:{r}:{a}:transit-gateway/{id}" "AWS::EC2::TransitGateway",
        "flowLogId" "FlowLogs" "arn:aws:ec2:{r}:{a}:vpc-flow-log/{id}" "AWS::EC2::FlowLog",
        "launchTemplateId" "LaunchTemplate" "arn:aws:ec2:{r}:{a}:launch-template/{id}" "AWS::EC2::LaunchTemplate",
        "volumeId" "Volume" "arn:aws:ec2:{r}:{a}:volume/{id}" "AWS::EC2::Volume",
        "snapshotId" "Snapshot" "arn:aws:ec2:{r}:{a}:snapshot/{id}" "AWS::EC2::Snapshot",
        "instanceId" "Instance" "arn:aws:ec2:{r}:{a}:instance/{id}" "AWS::EC2::Instance",
        "networkInterfaceId" "NetworkInterface" "arn:aws:ec2:{r}:{a}:network-interface/{id}" "AWS::EC2::NetworkInterface",
        "subnetId" "Subnet" "arn:aws:ec2:{r}:{a}:subnet/{id}" "AWS::EC2::Subnet",
        "allocationId" "Address" "arn:aws:ec2:{r}:{a}:elastic-ip/{id}" "AWS::EC2::EIP",
        "imageId" "Image" "arn:aws:ec2:{r}:{a}:image/{id}" "AWS::EC2::Image",
        "vpcId" "Vpc" "arn:aws:ec2:{r}:{a}:vpc/{id}" "AWS::EC2::VPC",
    }
    "rds" {
        "dBInstanceIdentifier" "DBInstance" "arn:aws:rds:{r}:{a}:db:{id}" "AWS::RDS::DBInstance",
        "dBClusterIdentifier" "DBCluster" "arn:aws:rds:{r}:{a}:cluster:{id}" "AWS::RDS::DBCluster",
        "dBParameterGroupName" "DBParameterGroup" "arn:aws:rds:{r}:{a}:pg:{id}" "AWS::RDS::DBParameterGroup",
        "dBClusterParameterGroupName" "DBClusterParameterGroup" "arn:aws:rds:{r}:{a}:cluster-pg:{id}" "AWS::RDS::DBClusterParameterGroup",
        "dBSubnetGroupName" "DBSubnetGroup" "arn:aws:rds:{r}:{a}:subgrp:{id}" "AWS::RDS::DBSubnetGroup",
        "dBSnapshotIdentifier" "DBSnapshot" "arn:aws:rds:{r}:{a}:snapshot:{id}" "AWS::RDS::DBSnapshot",
    }
    "lambda" {
        "functionName" "Function" "arn:aws:lambda:{r}:{a}:function:{id}" "AWS::Lambda::Function",
        "layerName" "Layer" "arn:aws:lambda:{r}:{a}:layer:{id}" "AWS::Lambda::LayerVersion",
    }
    "s3" { "bucketName" "Bucket" "arn:aws:s3:::{id}" "AWS::S3::Bucket", }
    "iam" {
        "roleName" "Role" "arn:aws:iam::{a}:role/{id}" "AWS::IAM::Role",
        "userName" "User" "arn:aws:iam::{a}:user/{id}" "AWS::IAM::User",
        "groupName" "Group" "arn:aws:iam::{a}:group/{id}" "AWS::IAM::Group",
        "instanceProfileName" "InstanceProfile" "arn:aws:iam::{a}:instance-profile/{id}" "AWS::IAM::InstanceProfile",
        "policyArn" "Policy" "" "AWS::IAM::ManagedPolicy",
    }
    "elasticloadbalancing" {
        "ruleArn" "Rule" "" "AWS::ElasticLoadBalancingV2::ListenerRule",
        "listenerArn" "Listener" "" "AWS::ElasticLoadBalancingV2::Listener",
        "targetGroupArn" "TargetGroup" "" "AWS::ElasticLoadBalancingV2::TargetGroup",
        "loadBalancerArn" "LoadBalancer" "" "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "loadBalancerName" "LoadBalancer" "arn:aws:elasticloadbalancing:{r}:{a}:loadbalancer/{id}" "AWS::ElasticLoadBalancing::LoadBalancer",
    }
    "autoscaling" {
        "autoScalingGroupName" "AutoScalingGroup" "" "AWS::AutoScaling::AutoScalingGroup",
        "launchConfigurationName" "LaunchConfiguration" "" "AWS::AutoScaling::LaunchConfiguration",
    }
    "application-autoscaling" { "resourceId" "ScalableTarget" "" "AWS::ApplicationAutoScaling::ScalableTarget", }
    "dynamodb" { "tableName" "Table" "arn:aws:dynamodb:{r}:{a}:table/{id}" "AWS::DynamoDB::Table", }
    "sqs" {
        "queueUrl" "Queue" "" "AWS::SQS::Queue",
        "queueName" "Queue" "arn:aws:sqs:{r}:{a}:{id}" "AWS::SQS::Queue",
    }
    "sns" { "topicArn" "Topic" "" "AWS::SNS::Topic", "subscriptionArn" "Subscription" "" "AWS::SNS::Subscription", }
    "ecs" {
        "serviceArn" "Service" "" "AWS::ECS::Service",
        "service" "Service" "" "AWS::ECS::Service",
        "taskDefinition" "TaskDefinition" "" "AWS::ECS::TaskDefinition",
        "taskDefinitionArn" "TaskDefinition" "" "AWS::ECS::TaskDefinition",
        "cluster" "Cluster" "arn:aws:ecs:{r}:{a}:cluster/{id}" "AWS::ECS::Cluster",
    }
    "eks" {
        "nodegroupName" "Nodegroup" "" "AWS::EKS::Nodegroup",
        "clusterName" "Cluster" "arn:aws:eks:{r}:{a}:cluster/{id}" "AWS::EKS::Cluster",
        "name" "Cluster" "arn:aws:eks:{r}:{a}:cluster/{id}" "AWS::EKS::Cluster",
    }
    "ssm" {
        "documentName" "Document" "arn:aws:ssm:{r}:{a}:document/{id}" "AWS::SSM::Document",
        "name" "Parameter" "arn:aws:ssm:{r}:{a}:parameter/{id}" "AWS::SSM::Parameter",
        "instanceId" "Instance" "arn:aws:ec2:{r}:{a}:instance/{id}" "AWS::EC2::Instance",
    }
    "secretsmanager" {
        "aRN" "Secret" "" "AWS::SecretsManager::Secret",
        "arn" "Secret" "" "AWS::SecretsManager::Secret",
        "secretId" "Secret" "" "AWS::SecretsManager::Secret",
        "name" "Secret" "" "AWS::SecretsManager::Secret",
    }
    "kms" { "keyId" "Key" "arn:aws:kms:{r}:{a}:key/{id}" "AWS::KMS::Key", "aliasName" "Alias" "arn:aws:kms:{r}:{a}:{id}" "AWS::KMS::Alias", }
    "cloudtrail" {
        "trailARN" "Trail" "" "AWS::CloudTrail::Trail",
        "name" "Trail" "arn:aws:cloudtrail:{r}:{a}:trail/{id}" "AWS::CloudTrail::Trail",
        "trailName" "Trail" "arn:aws:cloudtrail:{r}:{a}:trail/{id}" "AWS::CloudTrail::Trail",
    }
    "logs" { "logGroupName" "LogGroup" "arn:aws:logs:{r}:{a}:log-group:{id}" "AWS::Logs::LogGroup", }
    "monitoring" { "alarmName" "Alarm" "arn:aws:cloudwatch:{r}:{a}:alarm:{id}" "AWS::CloudWatch::Alarm", }
    "elasticache" {
        "cacheClusterId" "CacheCluster" "arn:aws:elasticache:{r}:{a}:cluster:{id}" "AWS::ElastiCache::CacheCluster",
        "replicationGroupId" "ReplicationGroup" "arn:aws:elasticache:{r}:{a}:replicationgroup:{id}" "AWS::ElastiCache::ReplicationGroup",
    }
    "route53" { "hostedZoneId" "HostedZone" "arn:aws:route53:::hostedzone/{id}" "AWS::Route53::HostedZone", }
    "apigateway" {
        "restApiId" "RestApi" "arn:aws:apigateway:{r}::/restapis/{id}" "AWS::ApiGateway::RestApi",
        "apiId" "Api" "arn:aws:apigateway:{r}::/apis/{id}" "AWS::ApiGatewayV2::Api",
    }
    "cloudfront" {
        "distributionId" "Distribution" "arn:aws:cloudfront::{a}:distribution/{id}" "AWS::CloudFront::Distribution",
        "id" "Distribution" "arn:aws:cloudfront::{a}:distribution/{id}" "AWS::CloudFront::Distribution",
    }
    "events" { "rule" "Rule" "arn:aws:events:{r}:{a}:rule/{id}" "AWS::Events::Rule", "name" "Rule" "arn:aws:events:{r}:{a}:rule/{id}" "AWS::Events::Rule", }
    "cloudformation" {
        "stackId" "Stack" "" "AWS::CloudFormation::Stack",
        "stackName" "Stack" "arn:aws:cloudformation:{r}:{a}:stack/{id}" "AWS::CloudFormation::Stack",
    }
    "kinesis" { "streamName" "Stream" "arn:aws:kinesis:{r}:{a}:stream/{id}" "AWS::Kinesis::Stream", }
    "states" { "stateMachineArn" "StateMachine" "" "AWS::StepFunctions::StateMachine", }
    "acm" { "certificateArn" "Certificate" "" "AWS::CertificateManager::Certificate", }
    "ecr" { "repositoryName" "Repository" "arn:aws:ecr:{r}:{a}:repository/{id}" "AWS::ECR::Repository", }
    "elasticfilesystem" { "fileSystemId" "FileSystem" "arn:aws:elasticfilesystem:{r}:{a}:file-system/{id}" "AWS::EFS::FileSystem", }
    "es" { "domainName" "Domain" "arn:aws:es:{r}:{a}:domain/{id}" "AWS::OpenSearchService::Domain", }
    "redshift" { "clusterIdentifier" "Cluster" "arn:aws:redshift:{r}:{a}:cluster:{id}" "AWS::Redshift::Cluster", }
    "kafka" { "clusterArn" "Cluster" "" "AWS::MSK::Cluster", }
    "organizations" { "targetId" "Policy" "" "AWS::Organizations::Policy", "policyId" "Policy" "" "AWS::Organizations::Policy", }
};

/// First words of operations that make a thing.
const CREATES: [&str; 6] = ["Create", "Run", "Allocate", "Request", "Import", "Publish"];
/// First words of operations that end a thing.
const DELETES: [&str; 5] = ["Delete", "Terminate", "Release", "Deregister", "Schedule"];
/// Parameters that say nothing of what changes.
const PLAIN: [&str; 8] = [
    "clientToken",
    "dryRun",
    "filterSet",
    "clientRequestToken",
    "Host",
    "maxResults",
    "force",
    "applyImmediately",
];

/// How clearly the operation names it, where it stands, its line in the table, its depth.
type Rank = (Naming, usize, usize, usize);

/// How an operation names a parameter's noun.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Naming {
    /// `AddRoleToInstanceProfile` changes the profile.
    Receiver,
    /// `AttachRolePolicy` changes the role.
    Named,
    /// Not at all.
    Unnamed,
}

impl Naming {
    fn of(noun: &str, operation: &str) -> Self {
        let Some(start) = operation.find(noun) else {
            return Self::Unnamed;
        };
        let before = &operation[..start];
        if before.ends_with("To") || before.ends_with("From") {
            Self::Receiver
        } else {
            Self::Named
        }
    }
}

/// Target, references, action and attributes of an event.
pub(super) fn subject(
    api: &str,
    operation: &str,
    event: &Value,
    account: &str,
    region: &str,
) -> Subject {
    let service = api.strip_suffix(".amazonaws.com").unwrap_or(api);
    let request = &event["requestParameters"];
    let response = &event["responseElements"];
    let verb = words(operation).first().copied().unwrap_or_default();
    let places = if CREATES.contains(&verb) {
        [response, request]
    } else {
        [request, response]
    };
    let mut found: Vec<(Rank, &Parameter, String)> = Vec::new();
    for (place, value) in places.iter().enumerate() {
        let parameters = PARAMETERS
            .iter()
            .filter(|parameter| parameter.service == service);
        for (line, parameter) in parameters.enumerate() {
            let mut ids = Vec::new();
            collect(value, parameter.name, 0, &mut ids);
            for (depth, id) in ids {
                let naming = Naming::of(parameter.noun, operation);
                found.push((
                    (naming, place, line, depth),
                    parameter,
                    resource_id(parameter, id, account, region),
                ));
            }
        }
    }
    // What the operation names comes first, then where it should stand, the order of the table, the
    // outer one.
    found.sort_by_key(|(rank, _, _)| *rank);
    let mut found = found.into_iter();
    let mut subject = Subject::default();
    if let Some((_, parameter, id)) = found.next() {
        subject.target = Some(id);
        parameter.kind.clone_into(&mut subject.resource_type);
        subject.action = Some(action(operation, verb, Some(parameter.noun)));
        subject.attributes = attributes(operation, parameter, request);
    } else {
        subject.action = Some(action(operation, verb, None));
        subject.resource_type = service.to_owned();
        // Tags have operations that serve all types: `CreateTags`, `TagResource`.
        if operation.contains("Tag") {
            subject.action = Some(ChangeAction::Update);
            subject.attributes = vec!["tags".to_owned()];
        }
    }
    for (_, _, id) in found {
        if subject.target.as_ref() != Some(&id) && !subject.references.contains(&id) {
            subject.references.push(id);
        }
    }
    subject
}

fn action(operation: &str, verb: &str, noun: Option<&str>) -> ChangeAction {
    let rest = operation.strip_prefix(verb).unwrap_or_default();
    // `DeleteRoute` takes something out of a table; only `DeleteRouteTable` ends it.
    let is_whole = noun.is_none_or(|noun| {
        rest.trim_end_matches(char::is_numeric)
            .trim_end_matches('s')
            == noun.trim_end_matches('s')
    });
    if is_whole && CREATES.contains(&verb) {
        ChangeAction::Create
    } else if is_whole && DELETES.contains(&verb) {
        ChangeAction::Delete
    } else {
        ChangeAction::Update
    }
}

/// Names of what changes: the rest of the operation, and the parameters besides the id.
fn attributes(operation: &str, parameter: &Parameter, request: &Value) -> Vec<String> {
    if operation.contains("Tag") {
        return vec!["tags".to_owned()];
    }
    let rest = operation.replace(parameter.noun, "");
    let mut names: Vec<String> = words(&rest)
        .into_iter()
        .skip(1)
        .map(str::to_lowercase)
        .filter(|word| word.len() > 2)
        .collect();
    if let Some(request) = request.as_object() {
        let others = request.keys().filter(|key| {
            !key.eq_ignore_ascii_case(parameter.name)
                && !PLAIN.contains(&key.as_str())
                && !key.ends_with("Request")
        });
        names.extend(others.cloned());
    }
    names
}

/// Values of a parameter anywhere in `value`, each with its depth.
fn collect<'a>(value: &'a Value, name: &str, depth: usize, found: &mut Vec<(usize, &'a str)>) {
    match value {
        Value::Object(fields) if depth < DEPTH => {
            for (key, value) in fields {
                if key.eq_ignore_ascii_case(name) {
                    // The newer EC2 calls write `{"tag": 1, "content": "fl-1"}`.
                    let id = value
                        .as_str()
                        .or_else(|| value.get("content").and_then(Value::as_str));
                    found.extend(id.map(|id| (depth, id)));
                }
                collect(value, name, depth + 1, found);
            }
        }
        Value::Array(items) if depth < DEPTH => {
            items
                .iter()
                .take(50)
                .for_each(|item| collect(item, name, depth + 1, found));
        }
        _ => {}
    }
}

fn resource_id(parameter: &Parameter, id: &str, account: &str, region: &str) -> String {
    if id.starts_with("arn:") {
        return key::canonical(id);
    }
    if parameter.name == "queueUrl" {
        return queue_arn(id).unwrap_or_else(|| id.to_owned());
    }
    if parameter.arn.is_empty() || account.is_empty() && parameter.arn.contains("{a}") {
        return id.to_owned();
    }
    let id = id.trim_start_matches("/hostedzone/");
    let id = if parameter.kind == "AWS::SSM::Parameter" {
        id.trim_start_matches('/')
    } else {
        id
    };
    parameter
        .arn
        .replace("{r}", region)
        .replace("{a}", account)
        .replace("{id}", id)
}

/// ARN of `https://sqs.eu-west-1.amazonaws.com/111122223333/orders`.
fn queue_arn(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://sqs.")?.split_once('/')?;
    let region = host.strip_suffix(".amazonaws.com")?;
    let (account, name) = path.split_once('/')?;
    Some(format!("arn:aws:sqs:{region}:{account}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        api: &str,
        operation: &str,
        event: &str,
        target: &str,
        references: &[&str],
    ) -> Subject {
        let event: Value = serde_json::from_str(event).unwrap();
        let subject = subject(api, operation, &event, "111122223333", "eu-west-1");
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
    fn tags_of_any_type_are_no_more_than_tags() {
        let event = r#"{"requestParameters":{"resourcesSet":{"items":[{"resourceId":"sg-1"}]}}}"#;
        let event = serde_json::from_str(event).unwrap();
        let subject = subject("ec2.amazonaws.com", "CreateTags", &event, "1", "eu-west-1");
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

    #[test]
    fn deep_and_strange_parameters_do_no_harm() {
        let deep = format!(
            "{}{}",
            "{\"a\":".repeat(100),
            "1".to_owned() + &"}".repeat(100)
        );
        let event: Value =
            serde_json::from_str(&format!("{{\"requestParameters\":{deep}}}")).unwrap();
        assert_eq!(
            subject("ec2.amazonaws.com", "CreateVpc", &event, "", "").target,
            None
        );
        assert_eq!(
            subject("ec2.amazonaws.com", "", &Value::Null, "", "").target,
            None
        );
    }
}
