//! Resources without a life of their own: rules, attachments, policies. They join logs through
//! their parent.

use std::collections::HashMap;
use std::sync::OnceLock;

use nepho_core::key::{is_azure_id, types};

use super::properties::Properties;
use super::token;

/// Types (package, module and name; `*` at the end stands for any text) and the property that names
/// the parent. The first row that fits counts. An empty property says that the id of the facet
/// begins with that of its parent.
const FACETS: [(&str, &str); 63] = [
    ("aws:ec2:SecurityGroupRule", "securityGroupId"),
    ("aws:vpc:SecurityGroup*", "securityGroupId"),
    ("aws-native:ec2:SecurityGroupIngress", "groupId"),
    ("aws-native:ec2:SecurityGroupEgress", "groupId"),
    (
        "aws:ec2:NetworkInterfaceSecurityGroupAttachment",
        "networkInterfaceId",
    ),
    ("aws:ec2:RouteTableAssociation", "routeTableId"),
    ("aws:ec2:MainRouteTableAssociation", "routeTableId"),
    ("aws:ec2:Route", "routeTableId"),
    ("aws:ec2:NetworkAclRule", "networkAclId"),
    ("aws:ec2:NetworkAclAssociation", "networkAclId"),
    ("aws:ec2:VolumeAttachment", "instanceId"),
    ("aws:ec2:EipAssociation", "allocationId"),
    ("aws:s3:BucketObject*", "bucket"),
    ("aws:s3:BucketPolicy", "bucket"),
    ("aws:s3:BucketPublicAccessBlock", "bucket"),
    ("aws:s3:BucketNotification", "bucket"),
    ("aws:s3:BucketOwnershipControls", "bucket"),
    ("aws:s3:BucketAcl*", "bucket"),
    ("aws:s3:BucketVersioning*", "bucket"),
    ("aws:s3:BucketLifecycleConfiguration*", "bucket"),
    ("aws:s3:BucketServerSideEncryptionConfiguration*", "bucket"),
    ("aws:s3:BucketCorsConfiguration*", "bucket"),
    ("aws:s3:BucketLogging*", "bucket"),
    ("aws:s3:BucketWebsiteConfiguration*", "bucket"),
    ("aws:iam:RolePolicy*", "role"),
    ("aws:iam:UserPolicy*", "user"),
    ("aws:iam:GroupPolicy*", "group"),
    ("aws:iam:AccessKey", "user"),
    ("aws:route53:Record", "zoneId"),
    ("aws:apigateway:RestApi", "none"),
    ("aws:apigateway:*", "restApi"),
    ("aws:apigatewayv2:Api", "none"),
    ("aws:apigatewayv2:*", "apiId"),
    ("aws:lambda:Permission", "function"),
    ("aws:lambda:Alias", "functionName"),
    ("aws:lambda:EventSourceMapping", "functionArn"),
    ("aws:lambda:FunctionUrl", "functionName"),
    ("aws:lambda:FunctionEventInvokeConfig", "functionName"),
    ("aws:sqs:QueuePolicy", "queueUrl"),
    ("aws:sqs:RedrivePolicy", "queueUrl"),
    ("aws:sns:TopicPolicy", "arn"),
    ("aws:sns:TopicSubscription", "topic"),
    ("aws:ecr:RepositoryPolicy", "repository"),
    ("aws:ecr:LifecyclePolicy", "repository"),
    ("aws:kms:Alias", "targetKeyArn"),
    ("aws:secretsmanager:SecretVersion", "secretId"),
    ("aws:secretsmanager:SecretPolicy", "secretArn"),
    ("aws:autoscaling:Policy", "autoscalingGroupName"),
    ("aws:autoscaling:Schedule", "autoscalingGroupName"),
    ("aws:autoscaling:Attachment", "autoscalingGroupName"),
    ("aws:appautoscaling:*", "resourceId"),
    ("aws:lb:TargetGroupAttachment", "targetGroupArn"),
    ("aws:lb:ListenerRule", "listenerArn"),
    ("aws:cloudwatch:LogSubscriptionFilter", "logGroup"),
    ("aws:cloudwatch:LogMetricFilter", "logGroupName"),
    ("aws:cloudwatch:EventTarget", "rule"),
    ("aws:efs:MountTarget", "fileSystemId"),
    ("gcp:storage:BucketIAM*", "bucket"),
    ("gcp:sql:Database", "instance"),
    ("gcp:sql:User", "instance"),
    ("gcp:dns:RecordSet", "managedZone"),
    ("azure:network:NetworkSecurityRule", ""),
    ("azure-native:network:SecurityRule", ""),
];

/// Whether resources of this type are facets.
pub(super) fn is_facet(kind: &str) -> bool {
    row(kind).is_some()
}

/// Property that names the parent.
pub(super) fn property(kind: &str) -> Option<&'static str> {
    row(kind).filter(|property| !property.is_empty())
}

/// Whether this property is read for parents.
pub(super) fn is_named(property: &str) -> bool {
    FACETS.iter().any(|(_, named)| *named == property)
}

/// Id or name of the parent; `None` if the resource stands alone or its properties do not tell.
pub(super) fn parent(kind: &str, id: &str, properties: &Properties) -> Option<String> {
    match row(kind)? {
        "" => {
            let (parent, _) = id
                .rsplit_once('/')
                .and_then(|(rest, _)| rest.rsplit_once('/'))?;
            is_azure_id(id).then(|| parent.to_owned())
        }
        property => properties.first(property).map(str::to_owned),
    }
}

fn row(kind: &str) -> Option<&'static str> {
    let short = token::short(kind);
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => short.starts_with(start),
        None => short == pattern,
    };
    match FACETS.iter().find(|(pattern, _)| fits(pattern)) {
        Some((_, property)) => Some(*property).filter(|property| *property != "none"),
        None => generated(kind),
    }
}

/// Property that names the parent by the generated tables.
fn generated(kind: &str) -> Option<&'static str> {
    static PROPERTIES: OnceLock<HashMap<&'static str, String>> = OnceLock::new();
    let properties = PROPERTIES.get_or_init(|| {
        types::aws::parent_attributes()
            .map(|parent| (parent.name, token::property(parent.name)))
            .collect()
    });
    let parent = types::aws::parents(kind).next()?;
    properties.get(parent.name).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_are_told_from_what_stands_alone() {
        assert_eq!(
            property("aws:ec2/securityGroupRule:SecurityGroupRule"),
            Some("securityGroupId")
        );
        assert_eq!(
            property("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
            Some("securityGroupId")
        );
        assert_eq!(property("aws:apigateway/stage:Stage"), Some("restApi"));
        assert_eq!(
            property("aws:cognito/userPoolClient:UserPoolClient"),
            Some("userPoolId")
        );
        for kind in [
            "aws:s3/bucket:Bucket",
            "aws:ec2/securityGroup:SecurityGroup",
            "aws:apigateway/restApi:RestApi",
        ] {
            assert!(!is_facet(kind), "{kind}");
        }
        let rule = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n/securityRules/r";
        assert_eq!(
            parent(
                "azure-native:network:SecurityRule",
                rule,
                &Properties::default()
            )
            .as_deref(),
            Some(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n"
            )
        );
        assert_eq!(
            parent(
                "azure-native:network:SecurityRule",
                "r",
                &Properties::default()
            ),
            None
        );
    }
}
