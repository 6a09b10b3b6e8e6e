//! Canonical ids of stack resources from their type and physical id.
//!
//! A physical id is the ARN for some types, a name or a short id for most. For those whose ARN
//! follows from it, the ARN is built, so that the resource is found in logs and in other tools'
//! states. How it is built stands in the tables of `nepho_core::key::types`.

use nepho_core::key::types::aws::{IdForm, Schema};
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

/// Identity of the resource `logical` of stack `scope`, or `None` while it has no physical id.
pub(crate) fn identify(
    kind: &str,
    physical: &str,
    scope: &str,
    logical: &str,
    place: &Place,
) -> Option<Identity> {
    let physical = without_signature(physical.trim());
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

/// A physical id without its query, if it is an address: that of a wait condition handle is signed,
/// and whoever has the signature may signal the stack.
fn without_signature(physical: &str) -> &str {
    match physical.split_once('?') {
        Some((address, _)) if address.contains("://") => address,
        _ => physical,
    }
}

/// Whether an id is a word such as `prod` or `default` that many resources of many types may be
/// called.
fn is_bare_word(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn arn(kind: &str, physical: &str, place: &Place) -> Option<String> {
    let key = canonical(physical);
    // The physical id of a queue is its URL.
    if key.starts_with("arn:") {
        return Some(key);
    }
    if let Some(key) = of_cluster(kind, physical, place) {
        return Some(key);
    }
    let schema = Schema::of(kind).filter(|schema| schema.form() != IdForm::Arn)?;
    if schema
        .primary_identifier()
        .any(|name| name.ends_with("Url"))
    {
        return None;
    }
    let region = place.region.as_deref().unwrap_or_default();
    let account = place.account.as_deref().unwrap_or_default();
    let pattern = schema.pattern()?;
    pattern.arn(physical, &place.partition, region, account)
}

/// ARN of a part of a cluster of EKS without the UUID at its end, as calls name it: a node group is
/// `CLUSTER/NAME`, the others are `CLUSTER|NAME`.
///
/// docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-nodegroup.html
/// and the schemas of the other types (`primaryIdentifier`), read 2026-11-29.
fn of_cluster(kind: &str, physical: &str, place: &Place) -> Option<String> {
    let part = match kind {
        "AWS::EKS::Nodegroup" => "nodegroup",
        "AWS::EKS::Addon" => "addon",
        "AWS::EKS::FargateProfile" => "fargateprofile",
        _ => return None,
    };
    let (cluster, name) = physical.split_once(['/', '|'])?;
    let (region, account) = (place.region.as_deref()?, place.account.as_deref()?);
    let partition = &place.partition;
    Some(format!(
        "arn:{partition}:eks:{region}:{account}:{part}/{cluster}/{name}"
    ))
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
            "AWS::EKS::Nodegroup",
            "shop/blue",
            "arn:aws:eks:eu-west-1:111122223333:nodegroup/shop/blue",
            &["shop/blue"],
        );
        check(
            "AWS::EKS::Addon",
            "shop|vpc-cni",
            "arn:aws:eks:eu-west-1:111122223333:addon/shop/vpc-cni",
            &["shop|vpc-cni"],
        );
        check(
            "AWS::ApiGateway::Stage",
            "prod",
            "cloudformation:shop:Thing",
            &[],
        );
    }

    /// Type, service, and what stands before the id in an ARN
    /// (docs.aws.amazon.com/service-authorization/latest/reference, read 2026-11-21).
    const COMMON: &str = "\
EC2::VPC ec2 vpc/
EC2::Subnet ec2 subnet/
EC2::RouteTable ec2 route-table/
EC2::InternetGateway ec2 internet-gateway/
EC2::NatGateway ec2 natgateway/
EC2::NetworkAcl ec2 network-acl/
EC2::NetworkInterface ec2 network-interface/
EC2::VPCEndpoint ec2 vpc-endpoint/
EC2::TransitGateway ec2 transit-gateway/
EC2::LaunchTemplate ec2 launch-template/
EC2::Instance ec2 instance/
EC2::Volume ec2 volume/
Lambda::Function lambda function:
DynamoDB::Table dynamodb table/
RDS::DBInstance rds db:
RDS::DBCluster rds cluster:
RDS::DBSubnetGroup rds subgrp:
RDS::DBParameterGroup rds pg:
ElastiCache::CacheCluster elasticache cluster:
ElastiCache::ReplicationGroup elasticache replicationgroup:
Redshift::Cluster redshift cluster:
OpenSearchService::Domain es domain/
Elasticsearch::Domain es domain/
CloudWatch::Alarm cloudwatch alarm:
Events::Rule events rule/
Kinesis::Stream kinesis stream/
KinesisFirehose::DeliveryStream firehose deliverystream/
KMS::Key kms key/
ECR::Repository ecr repository/
ECS::Cluster ecs cluster/
EKS::Cluster eks cluster/
EFS::FileSystem elasticfilesystem file-system/
ElasticLoadBalancing::LoadBalancer elasticloadbalancing loadbalancer/
CodeBuild::Project codebuild project/
Cognito::UserPool cognito-idp userpool/";

    #[test]
    fn common_types_have_the_arns_of_the_service_authorization_reference() {
        for row in COMMON.lines() {
            let mut words = row.split(' ');
            let mut next = || words.next().unwrap_or_default();
            let (kind, service, before) = (next(), next(), next());
            let arn = format!("arn:aws:{service}:eu-west-1:111122223333:{before}shop-1");
            check(&format!("AWS::{kind}"), "shop-1", &arn, &["shop-1"]);
        }
    }

    #[test]
    fn arns_without_region_or_account_and_names_with_slashes_are_made_too() {
        for (kind, arn) in [
            ("AWS::IAM::User", "iam::111122223333:user/"),
            ("AWS::IAM::Group", "iam::111122223333:group/"),
            (
                "AWS::IAM::InstanceProfile",
                "iam::111122223333:instance-profile/",
            ),
            (
                "AWS::CloudFront::Distribution",
                "cloudfront::111122223333:distribution/",
            ),
            (
                "AWS::ApiGateway::RestApi",
                "apigateway:eu-west-1::/restapis/",
            ),
            ("AWS::ApiGatewayV2::Api", "apigateway:eu-west-1::/apis/"),
            ("AWS::Route53::HostedZone", "route53:::hostedzone/"),
        ] {
            check(kind, "shop-1", &format!("arn:aws:{arn}shop-1"), &["shop-1"]);
        }
        check(
            "AWS::SSM::Parameter",
            "/shop/limit-1",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/limit-1",
            &["/shop/limit-1", "limit-1"],
        );
        check(
            "AWS::Events::Rule",
            "shop-bus|nightly-1",
            "arn:aws:events:eu-west-1:111122223333:rule/shop-bus/nightly-1",
            &["shop-bus|nightly-1"],
        );
        check("AWS::IAM::Policy", "shop-Poli-1X", "shop-Poli-1X", &[]);
    }

    #[test]
    fn the_signature_of_a_handle_is_no_part_of_its_identity() {
        let handle = "https://cloudformation-waitcondition-eu-west-1.s3-eu-west-1.amazonaws.com/\
             arn%3Aaws%3Acloudformation%3Aeu-west-1%3A111122223333%3Astack/shop/0a1b/Thing";
        let place = Place::of("arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/0a1b");
        let kind = "AWS::CloudFormation::WaitConditionHandle";
        let signed = format!("{handle}?AWSAccessKeyId=AKIDEXAMPLE&Expires=1&Signature=canary");
        let plain = identify(kind, handle, "shop", "Thing", &place);
        assert!(plain.is_some());
        assert_eq!(identify(kind, &signed, "shop", "Thing", &place), plain);
        let told = format!("{plain:?}");
        assert!(!told.contains('?') && told.contains("Thing"), "{told}");
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
