//! Canonical ids of stack resources from their type and physical id.
//!
//! A physical id is the ARN for some types, a name or a short id for most. For those whose ARN
//! follows from it, the ARN is built, so that the resource is found in logs and in other tools'
//! states. Source: page "Actions, resources, and condition keys for AWS services"
//! (docs.aws.amazon.com/service-authorization/latest/reference) and the return values of `Ref` in
//! the CloudFormation template reference, both read 2026-11-21.

use nepho_core::key::{canonical, short_name};

use crate::stack::Place;

/// What a resource is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Canonical id.
    pub(crate) key: String,
    /// Other words for it.
    pub(crate) aliases: Vec<String>,
}

/// How the ARN is made of the physical id.
enum Shape {
    /// Service and resource part, with region and account.
    Regional(&'static str, &'static str),
    /// The same without a region.
    Global(&'static str, &'static str),
    /// The same with neither region nor account.
    Bare(&'static str, &'static str),
    /// The same with a region only.
    NoAccount(&'static str, &'static str),
}

/// Identity of the resource `logical` of stack `scope`, or `None` while it has no physical id.
pub(crate) fn identify(
    kind: &str,
    physical: &str,
    scope: &str,
    logical: &str,
    place: &Place,
) -> Option<Identity> {
    let physical = physical.trim();
    if physical.is_empty() {
        return None;
    }
    let key = match arn(kind, physical, place) {
        Some(arn) => arn,
        None if is_bare_word(physical) => format!("cloudformation:{scope}:{logical}"),
        None => canonical(physical),
    };
    let mut aliases: Vec<String> = [physical, short_name(physical)]
        .into_iter()
        .filter(|alias| *alias != key && !is_bare_word(alias))
        .map(str::to_owned)
        .collect();
    aliases.dedup();
    Some(Identity { key, aliases })
}

/// Whether an id is a word such as `prod` or `default` that many resources of many types may be
/// called.
fn is_bare_word(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn arn(kind: &str, physical: &str, place: &Place) -> Option<String> {
    if physical.starts_with("arn:") {
        return Some(canonical(physical));
    }
    let partition = &place.partition;
    let region = place.region.as_deref();
    let account = place.account.as_deref();
    if kind == "AWS::SQS::Queue" {
        // The physical id is the URL https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.
        let (_, path) = physical.strip_prefix("https://")?.split_once('/')?;
        let (account, name) = path.split_once('/')?;
        return Some(format!("arn:{partition}:sqs:{}:{account}:{name}", region?));
    }
    let id = physical.trim_start_matches('/').replace('|', "/");
    Some(match shape(kind)? {
        Shape::Regional("logs", prefix) => {
            // Names of log groups keep their leading slash.
            format!(
                "arn:{partition}:logs:{}:{}:{prefix}{physical}",
                region?, account?
            )
        }
        Shape::Regional(service, prefix) => format!(
            "arn:{partition}:{service}:{}:{}:{prefix}{id}",
            region?, account?
        ),
        Shape::Global(service, prefix) => {
            format!("arn:{partition}:{service}::{}:{prefix}{id}", account?)
        }
        Shape::NoAccount(service, prefix) => {
            format!("arn:{partition}:{service}:{}::{prefix}{id}", region?)
        }
        Shape::Bare(service, prefix) => format!("arn:{partition}:{service}:::{prefix}{id}"),
    })
}

fn shape(kind: &str) -> Option<Shape> {
    use Shape::{Bare, Global, NoAccount, Regional};
    Some(match kind {
        "AWS::EC2::SecurityGroup" => Regional("ec2", "security-group/"),
        "AWS::EC2::VPC" => Regional("ec2", "vpc/"),
        "AWS::EC2::Subnet" => Regional("ec2", "subnet/"),
        "AWS::EC2::RouteTable" => Regional("ec2", "route-table/"),
        "AWS::EC2::InternetGateway" => Regional("ec2", "internet-gateway/"),
        "AWS::EC2::NatGateway" => Regional("ec2", "natgateway/"),
        "AWS::EC2::NetworkAcl" => Regional("ec2", "network-acl/"),
        "AWS::EC2::NetworkInterface" => Regional("ec2", "network-interface/"),
        "AWS::EC2::VPCEndpoint" => Regional("ec2", "vpc-endpoint/"),
        "AWS::EC2::TransitGateway" => Regional("ec2", "transit-gateway/"),
        "AWS::EC2::LaunchTemplate" => Regional("ec2", "launch-template/"),
        "AWS::EC2::Instance" => Regional("ec2", "instance/"),
        "AWS::EC2::Volume" => Regional("ec2", "volume/"),
        "AWS::Lambda::Function" => Regional("lambda", "function:"),
        "AWS::DynamoDB::Table" => Regional("dynamodb", "table/"),
        "AWS::RDS::DBInstance" => Regional("rds", "db:"),
        "AWS::RDS::DBCluster" => Regional("rds", "cluster:"),
        "AWS::RDS::DBSubnetGroup" => Regional("rds", "subgrp:"),
        "AWS::RDS::DBParameterGroup" => Regional("rds", "pg:"),
        "AWS::ElastiCache::CacheCluster" => Regional("elasticache", "cluster:"),
        "AWS::ElastiCache::ReplicationGroup" => Regional("elasticache", "replicationgroup:"),
        "AWS::Redshift::Cluster" => Regional("redshift", "cluster:"),
        "AWS::OpenSearchService::Domain" | "AWS::Elasticsearch::Domain" => {
            Regional("es", "domain/")
        }
        "AWS::Logs::LogGroup" => Regional("logs", "log-group:"),
        "AWS::CloudWatch::Alarm" => Regional("cloudwatch", "alarm:"),
        "AWS::Events::Rule" => Regional("events", "rule/"),
        "AWS::Kinesis::Stream" => Regional("kinesis", "stream/"),
        "AWS::KinesisFirehose::DeliveryStream" => Regional("firehose", "deliverystream/"),
        "AWS::KMS::Key" => Regional("kms", "key/"),
        "AWS::SSM::Parameter" => Regional("ssm", "parameter/"),
        "AWS::ECR::Repository" => Regional("ecr", "repository/"),
        "AWS::ECS::Cluster" => Regional("ecs", "cluster/"),
        "AWS::EKS::Cluster" => Regional("eks", "cluster/"),
        "AWS::EFS::FileSystem" => Regional("elasticfilesystem", "file-system/"),
        "AWS::ElasticLoadBalancing::LoadBalancer" => {
            Regional("elasticloadbalancing", "loadbalancer/")
        }
        "AWS::CodeBuild::Project" => Regional("codebuild", "project/"),
        "AWS::Cognito::UserPool" => Regional("cognito-idp", "userpool/"),
        "AWS::IAM::Role" => Global("iam", "role/"),
        "AWS::IAM::User" => Global("iam", "user/"),
        "AWS::IAM::Group" => Global("iam", "group/"),
        "AWS::IAM::InstanceProfile" => Global("iam", "instance-profile/"),
        "AWS::CloudFront::Distribution" => Global("cloudfront", "distribution/"),
        "AWS::ApiGateway::RestApi" => NoAccount("apigateway", "/restapis/"),
        "AWS::ApiGatewayV2::Api" => NoAccount("apigateway", "/apis/"),
        "AWS::S3::Bucket" => Bare("s3", ""),
        "AWS::Route53::HostedZone" => Bare("route53", "hostedzone/"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, physical: &str, key: &str, aliases: &[&str]) {
        let place = Place::of("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b");
        let identity = identify(kind, physical, "shop", "Thing", &place);
        assert_eq!(
            identity.as_ref().map(|identity| identity.key.as_str()),
            Some(key)
        );
        assert_eq!(
            identity
                .map(|identity| identity.aliases)
                .unwrap_or_default(),
            aliases
        );
    }

    #[test]
    fn physical_ids_become_arns_where_they_can() {
        check(
            "AWS::EC2::SecurityGroup",
            "sg-0a1b2c3d4e5f60718",
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d4e5f60718",
            &["sg-0a1b2c3d4e5f60718"],
        );
        check(
            "AWS::S3::Bucket",
            "shop-assets-1x",
            "arn:aws:s3:::shop-assets-1x",
            &["shop-assets-1x"],
        );
        check(
            "AWS::IAM::Role",
            "shop-Role-1X",
            "arn:aws:iam::111122223333:role/shop-Role-1X",
            &["shop-Role-1X"],
        );
        check(
            "AWS::Logs::LogGroup",
            "/aws/lambda/pay",
            "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/pay",
            &["/aws/lambda/pay"],
        );
        check(
            "AWS::SQS::Queue",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs-1",
            "arn:aws:sqs:eu-west-1:111122223333:jobs-1",
            &[
                "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs-1",
                "jobs-1",
            ],
        );
        check(
            "AWS::SNS::Topic",
            "arn:aws:sns:eu-west-1:111122223333:shop-1",
            "arn:aws:sns:eu-west-1:111122223333:shop-1",
            &["shop-1"],
        );
        check(
            "AWS::AutoScaling::AutoScalingGroup",
            "shop-Asg-1X",
            "shop-Asg-1X",
            &[],
        );
        check(
            "AWS::ApiGateway::Stage",
            "prod",
            "cloudformation:shop:Thing",
            &[],
        );
    }

    #[test]
    fn a_resource_that_does_not_exist_yet_has_no_identity() {
        assert_eq!(
            identify("AWS::S3::Bucket", " ", "shop", "Thing", &Place::default()),
            None
        );
    }

    #[test]
    fn without_a_place_the_physical_id_stays() {
        let place = Place::of("shop");
        let identity = identify("AWS::Lambda::Function", "shop-pay-1", "shop", "Pay", &place);
        assert_eq!(
            identity.map(|identity| identity.key),
            Some("shop-pay-1".to_owned())
        );
    }
}
