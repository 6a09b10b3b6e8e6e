//! Where a CloudTrail record keeps its columns, and above all the resources that a call touches.
//!
//! `resources[]` comes first where the service fills it. Then come the targets that the parameters
//! and the answer of a call name, under the keys that the services use: a call that creates answers
//! with the id, one that changes or deletes is given it. What a call mostly mentions in passing (a
//! role, a subnet, a VPC) stands last, so that it is the target only where nothing else is.
//!
//! Sources (read 2026-11-21):
//! docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//! and the request and response shapes of the services' API references.

use nepho_codec::table::{Field, To, keep, part, resource, source_address, text, time};
use nepho_core::tables::Column;

use crate::rules;

use super::{
    CALL, ERROR_CODE, ERROR_MESSAGE, READ_ONLY, REQUEST, RESPONSE, SERVICE, SERVICE_REASON,
    SERVICE_STATE, SIGN_IN_RESULT, SIGNED_IN,
};

/// All fields of the table.
pub(super) static FIELDS: [Field; COUNT] = [
    // The table of Sentinel has names of its own for some.
    time(&["eventTime", "TimeGenerated", "@timestamp"]),
    text(
        &[
            "recipientAccountId",
            "userIdentity.accountId",
            "UserIdentityAccountId",
        ],
        Column::Account,
    ),
    text(&["awsRegion"], Column::Region),
    text(&["eventSource"], Column::Service),
    text(&["eventName"], Column::Action),
    part(
        &[
            "userIdentity.arn",
            "userIdentity.userName",
            "userIdentity.onBehalfOf.userId",
            "userIdentity.principalId",
            "userIdentity.invokedBy",
            "userIdentity.sessionContext.sessionIssuer.arn",
            "userIdentity.sessionContext.sessionIssuer.userName",
            "UserIdentityArn",
            "UserIdentityUserName",
            "UserIdentityPrincipalid",
            "UserIdentityInvokedBy",
            "Username",
            "userIdentity.accountId",
        ],
        Column::Actor,
        shown,
    ),
    part(&["userIdentity"], Column::Actor, identity),
    source_address(&["sourceIPAddress"]),
    text(&["userAgent"], Column::UserAgent),
    text(
        &[
            "requestID",
            "AwsRequestId",
            "AwsRequestId_",
            "eventID",
            "AwsEventId",
        ],
        Column::RequestId,
    ),
    keep(&["errorCode"], ERROR_CODE),
    keep(&["errorMessage"], ERROR_MESSAGE),
    keep(
        &[
            "responseElements.ConsoleLogin",
            "responseElements.SwitchRole",
            "responseElements.ExitRole",
            "responseElements.RenewRole",
            "responseElements.CheckMfa",
            "responseElements.ExternalIdPDirectoryLogin",
            "responseElements.PasswordRecoveryRequested",
            "responseElements.PasswordRecoveryCompleted",
            "responseElements.PasswordUpdated",
            "responseElements.GetSigninToken",
            "serviceEventDetails.UserAuthentication",
            "serviceEventDetails.CredentialVerification",
            "serviceEventDetails.CredentialChallenge",
        ],
        SIGN_IN_RESULT,
    ),
    keep(&["eventSource"], SERVICE),
    keep(&["eventName"], CALL),
    keep(&["requestParameters"], REQUEST),
    keep(&["responseElements"], RESPONSE),
    keep(&["readOnly"], READ_ONLY),
    keep(&["additionalEventData.UserName"], SIGNED_IN),
    keep(
        &[
            "serviceEventDetails.createAccountStatus.state",
            // Jobs of AWS Backup.
            "serviceEventDetails.state",
        ],
        SERVICE_STATE,
    ),
    keep(
        &["serviceEventDetails.createAccountStatus.failureReason"],
        SERVICE_REASON,
    ),
    resource(&["resources[].ARN"]),
    resource(&["resources[].ARNPrefix", "resources[].ResourceName"]),
    // Functions.
    resource(&["responseElements.functionArn"]),
    resource(&[
        "requestParameters.functionName",
        "responseElements.functionName",
    ]),
    // Instances and what they are made of.
    resource(&[
        "responseElements.instancesSet.items[].instanceId",
        "requestParameters.instancesSet.items[].instanceId",
        "requestParameters.instanceId",
        "requestParameters.instanceIds[]",
        "requestParameters.target",
        "responseElements.instanceId",
        "serviceEventDetails.instanceIdSet[]",
    ]),
    // Tags of instances and networks.
    resource(&["requestParameters.resourcesSet.items[].resourceId"]),
    resource(&[
        "requestParameters.launchTemplateId",
        "responseElements.CreateLaunchTemplateResponse.launchTemplate.launchTemplateId",
        "requestParameters.ModifyLaunchTemplateRequest.LaunchTemplateId",
        "requestParameters.CreateLaunchTemplateVersionRequest.LaunchTemplateId",
        "requestParameters.DeleteLaunchTemplateRequest.LaunchTemplateId",
    ]),
    resource(&["responseElements.volumeId", "requestParameters.volumeId"]),
    resource(&[
        "responseElements.snapshotId",
        "requestParameters.snapshotId",
    ]),
    resource(&[
        "responseElements.networkInterface.networkInterfaceId",
        "requestParameters.networkInterfaceId",
    ]),
    resource(&["responseElements.imageId", "requestParameters.imageId"]),
    resource(&["requestParameters.keyName"]),
    // Scaling.
    resource(&["requestParameters.autoScalingGroupName"]),
    resource(&["requestParameters.launchConfigurationName"]),
    resource(&["requestParameters.resourceId"]),
    // Load balancers; the first names a rule of a listener of a balancer.
    resource(&[
        "responseElements.rules[].ruleArn",
        "requestParameters.ruleArn",
    ]),
    resource(&[
        "responseElements.listeners[].listenerArn",
        "requestParameters.listenerArn",
    ]),
    resource(&[
        "responseElements.targetGroups[].targetGroupArn",
        "requestParameters.targetGroupArn",
    ]),
    resource(&[
        "responseElements.loadBalancers[].loadBalancerArn",
        "requestParameters.loadBalancerArn",
    ]),
    resource(&["requestParameters.loadBalancerName"]),
    resource(&[
        "requestParameters.targets[].id",
        "requestParameters.instances[].instanceId",
    ]),
    // Databases and caches.
    resource(&["responseElements.dBInstanceArn"]),
    resource(&[
        "requestParameters.dBInstanceIdentifier",
        "responseElements.dBInstanceIdentifier",
    ]),
    resource(&["responseElements.dBClusterArn"]),
    resource(&[
        "requestParameters.dBClusterIdentifier",
        "responseElements.dBClusterIdentifier",
    ]),
    resource(&[
        "responseElements.dBSnapshotArn",
        "requestParameters.dBSnapshotIdentifier",
    ]),
    resource(&["requestParameters.dBClusterSnapshotIdentifier"]),
    resource(&["requestParameters.dBParameterGroupName"]),
    resource(&["requestParameters.dBClusterParameterGroupName"]),
    resource(&["requestParameters.dBSubnetGroupName"]),
    resource(&["requestParameters.dBSecurityGroupName"]),
    resource(&["responseElements.tableDescription.tableArn"]),
    resource(&["requestParameters.tableName"]),
    resource(&["requestParameters.cacheClusterId"]),
    resource(&["requestParameters.replicationGroupId"]),
    resource(&["requestParameters.clusterIdentifier"]),
    resource(&["requestParameters.domainName"]),
    // Storage, queues, topics and streams.
    resource(&["requestParameters.bucketName"]),
    resource(&[
        "responseElements.fileSystemId",
        "requestParameters.fileSystemId",
    ]),
    resource(&["requestParameters.repositoryName"]),
    resource(&["responseElements.queueUrl", "requestParameters.queueUrl"]),
    resource(&["responseElements.topicArn", "requestParameters.topicArn"]),
    resource(&[
        "requestParameters.streamARN",
        "requestParameters.streamName",
    ]),
    resource(&["requestParameters.deliveryStreamName"]),
    // Secrets and keys; both spell the key `arn` in several ways.
    resource(&["requestParameters.secretId", "responseElements.aRN"]),
    resource(&[
        "responseElements.keyMetadata.arn",
        "requestParameters.keyId",
        "responseElements.keyId",
    ]),
    resource(&["requestParameters.aliasName"]),
    resource(&[
        "requestParameters.certificateArn",
        "responseElements.certificateArn",
        "serviceEventDetails.certificateArn",
    ]),
    // Containers.
    resource(&["responseElements.service.serviceArn"]),
    resource(&["requestParameters.service", "requestParameters.serviceName"]),
    resource(&[
        "responseElements.taskDefinition.taskDefinitionArn",
        "requestParameters.taskDefinition",
    ]),
    resource(&[
        "responseElements.nodegroup.nodegroupArn",
        "requestParameters.nodegroupName",
    ]),
    resource(&[
        "responseElements.cluster.clusterArn",
        "responseElements.cluster.arn",
    ]),
    resource(&[
        "requestParameters.cluster",
        "requestParameters.clusterName",
        "requestParameters.clusterArn",
    ]),
    // Stacks, pipelines, gateways, names, logs and alarms.
    resource(&["responseElements.stackId"]),
    resource(&["requestParameters.stackName", "requestParameters.stackId"]),
    resource(&[
        "requestParameters.stateMachineArn",
        "responseElements.stateMachineArn",
    ]),
    resource(&["requestParameters.pipelineName"]),
    resource(&["requestParameters.projectName"]),
    resource(&[
        "responseElements.restApiId",
        "requestParameters.restApiId",
        "requestParameters.apiId",
    ]),
    resource(&[
        "responseElements.distribution.aRN",
        "requestParameters.distributionId",
    ]),
    resource(&["requestParameters.hostedZoneId"]),
    resource(&["requestParameters.changeBatch.changes[].resourceRecordSet.name"]),
    resource(&["requestParameters.logGroupName"]),
    resource(&[
        "requestParameters.alarmName",
        "requestParameters.alarmNames[]",
    ]),
    resource(&["responseElements.ruleArn", "requestParameters.rule"]),
    resource(&["responseElements.trailARN", "requestParameters.trailName"]),
    resource(&["requestParameters.webACLArn"]),
    // Networks; a rule is a facet of its group, so the group stands before it.
    resource(&[
        "responseElements.groupId",
        "requestParameters.groupId",
        "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
    ]),
    resource(&[
        "responseElements.securityGroupRuleSet.items[].securityGroupRuleId",
        "requestParameters.securityGroupRuleIds.items[].securityGroupRuleId",
        "requestParameters.ModifySecurityGroupRulesRequest.SecurityGroupRule.SecurityGroupRuleId",
    ]),
    resource(&["requestParameters.groupName"]),
    resource(&[
        "responseElements.networkAcl.networkAclId",
        "requestParameters.networkAclId",
    ]),
    resource(&[
        "responseElements.routeTable.routeTableId",
        "requestParameters.routeTableId",
    ]),
    resource(&[
        "responseElements.CreateNatGatewayResponse.natGateway.natGatewayId",
        "requestParameters.DeleteNatGatewayRequest.NatGatewayId",
        "requestParameters.natGatewayId",
    ]),
    resource(&[
        "responseElements.CreateVpcEndpointResponse.vpcEndpoint.vpcEndpointId",
        "requestParameters.ModifyVpcEndpointRequest.VpcEndpointId",
        "requestParameters.DeleteVpcEndpointsRequest.VpcEndpointId.content",
    ]),
    resource(&[
        "responseElements.CreateFlowLogsResponse.flowLogIdSet.item",
        "requestParameters.DeleteFlowLogsRequest.FlowLogId.content",
    ]),
    resource(&[
        "responseElements.CreateTransitGatewayVpcAttachmentResponse.transitGatewayVpcAttachment.transitGatewayAttachmentId",
        "requestParameters.DeleteTransitGatewayVpcAttachmentRequest.TransitGatewayAttachmentId",
        "requestParameters.ModifyTransitGatewayVpcAttachmentRequest.TransitGatewayAttachmentId",
    ]),
    resource(&["requestParameters.transitGatewayId"]),
    resource(&[
        "responseElements.vpcPeeringConnection.vpcPeeringConnectionId",
        "requestParameters.vpcPeeringConnectionId",
    ]),
    resource(&[
        "responseElements.internetGateway.internetGatewayId",
        "requestParameters.internetGatewayId",
    ]),
    resource(&[
        "responseElements.allocationId",
        "requestParameters.allocationId",
    ]),
    // Identities.
    resource(&[
        "responseElements.role.arn",
        "responseElements.user.arn",
        "responseElements.group.arn",
    ]),
    resource(&["responseElements.policy.arn"]),
    resource(&["requestParameters.instanceProfileName"]),
    resource(&["requestParameters.roleName"]),
    Field {
        from: &["requestParameters.userName"],
        to: To::ResourcePart(shown),
    },
    resource(&["requestParameters.policyArn"]),
    resource(&["requestParameters.policyName"]),
    // Models and pools of users.
    resource(&["requestParameters.modelId"]),
    resource(&[
        "requestParameters.userPoolId",
        "additionalEventData.userPoolId",
    ]),
    // Any service.
    resource(&["requestParameters.resourceArn"]),
    resource(&["requestParameters.resourceName"]),
    resource(&["requestParameters.arn", "responseElements.arn"]),
    resource(&["requestParameters.name"]),
    // What is mostly mentioned in passing.
    resource(&["requestParameters.roleArn"]),
    resource(&[
        "responseElements.subnet.subnetId",
        "requestParameters.subnetId",
    ]),
    resource(&["responseElements.vpc.vpcId", "requestParameters.vpcId"]),
];

const COUNT: usize = 118;

/// A name, unless AWS hides it: what people type where a name belongs may be a password, and one
/// word for all of them would join them.
fn shown(name: &str) -> &str {
    match name {
        "HIDDEN_DUE_TO_SECURITY_REASONS" => "",
        name => name,
    }
}

/// Who an identity is that a query of Athena or `CloudTrail` Lake printed:
/// `{type=AssumedRole, principalid=AROA1:ann, arn=arn:aws:sts::1:assumed-role/ops/ann}`.
fn identity(printed: &str) -> &str {
    // Nearly all are JSON.
    if !matches!(printed.as_bytes(), [b'{', b'a'..=b'z', ..]) {
        return "";
    }
    let keys = ["arn", "username", "principalid", "invokedby"];
    let values = keys.map(|key| shown(rules::printed(printed, key)));
    let value = values.iter().find(|value| !value.is_empty());
    value.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn printed_identities_tell_who_it_was() {
        let role = "{type=AssumedRole, principalid=AROA1:ann, arn=arn:aws:sts::1:assumed-role/ops/ann, \
             accountid=1, invokedby=null, sessioncontext={sessionissuer={arn=arn:aws:iam::1:role/ops}}}";
        assert_eq!(identity(role), "arn:aws:sts::1:assumed-role/ops/ann");
        let service = "{type=AWSService, principalid=null, arn=null, invokedby=ec2.amazonaws.com}";
        assert_eq!(identity(service), "ec2.amazonaws.com");
        assert_eq!(identity("{type=Unknown, arn=, username=null}"), "");
        let hidden = "{type=IAMUser, username=HIDDEN_DUE_TO_SECURITY_REASONS, principalid=AIDA1}";
        assert_eq!(identity(hidden), "AIDA1");
        assert_eq!(
            identity("{type=IAMUser, username=HIDDEN_DUE_TO_SECURITY_REASONS}"),
            ""
        );
        assert_eq!(identity("HIDDEN_DUE_TO_SECURITY_REASONS"), "");
        assert_eq!(identity("{\"type\":\"Root\"}"), "");
    }
}
