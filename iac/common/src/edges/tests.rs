//! References in the words of each tool.

use super::*;

/// Edges of a resource `X` of this type, whose properties name `A`, `B`, ...: `A routes X`.
fn check(resource_type: &str, parent: Option<&str>, named: &[(&str, &str)], expected: &[&str]) {
    let are_whole = !resource_type.contains('/') && !resource_type.contains("-native");
    let naming = Naming {
        key: "X",
        resource_type,
        parent,
        parent_key: parent.map(|_| "P"),
    };
    let keys = ["A", "B", "C"];
    let named: Vec<Named<'_>> = named
        .iter()
        .zip(keys)
        .map(|((path, resource_type), key)| Named {
            path,
            is_whole: are_whole,
            key,
            resource_type,
        })
        .collect();
    let found: Vec<String> = edges(&naming, &named)
        .into_iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.kind, edge.to))
        .collect();
    assert_eq!(found, expected, "{resource_type}");
}

#[test]
fn requests_run_from_the_balancer_to_what_answers() {
    let listener = "AWS::ElasticLoadBalancingV2::Listener";
    let named = [
        ("Properties.LoadBalancerArn", ""),
        ("Properties.DefaultActions.0.TargetGroupArn", ""),
        ("Properties.Certificates.0.CertificateArn", ""),
    ];
    let expected = ["A routes X", "X routes B", "X uses C"];
    check(listener, Some("LoadBalancerArn"), &named, &expected);
    let named = [("loadBalancerArn", ""), ("defaultActions", "")];
    check("aws:lb/listener:Listener", None, &named, &expected[..2]);
    check(
        "aws-native:elasticloadbalancingv2:Listener",
        None,
        &named,
        &expected[..2],
    );
    check(
        "AWS::ECS::Service",
        None,
        &[
            ("Properties.LoadBalancers.0.Fn::If.1.TargetGroupArn", ""),
            ("Properties.Cluster", ""),
            ("DependsOn", ""),
        ],
        &["A routes X", "X contains B", "X depends_on C"],
    );
    check(
        "AWS::AutoScaling::AutoScalingGroup",
        None,
        &[("TargetGroupARNs.0", ""), ("VPCZoneIdentifier.0", "")],
        &["A routes X", "X contains B"],
    );
    let attachment = "aws:lb/targetGroupAttachment:TargetGroupAttachment";
    check(
        attachment,
        Some("targetGroupArn"),
        &[("targetGroupArn", ""), ("targetId", "")],
        &["X depends_on A", "A routes B"],
    );
}

#[test]
fn events_run_to_their_targets_and_readers_need_their_source() {
    let named = [("TopicArn", ""), ("Endpoint", "")];
    let expected = ["X depends_on A", "A data_flow B"];
    check(
        "AWS::SNS::Subscription",
        Some("TopicArn"),
        &named,
        &expected,
    );
    let named = [("topic", ""), ("endpoint", "")];
    let kind = "aws:sns/topicSubscription:TopicSubscription";
    check(kind, Some("topic"), &named, &expected);
    let expected = ["X depends_on A", "A data_flow B"];
    let kind = "aws:lambda/eventSourceMapping:EventSourceMapping";
    let named = [("functionName", ""), ("eventSourceArn", "")];
    check(kind, Some("functionArn"), &named, &expected);
    check(
        "AWS::Events::Rule",
        None,
        &[("Targets.0.Arn", ""), ("Targets.0.RoleArn", "")],
        &["X data_flow A", "X depends_on B"],
    );
    check(
        "AWS::Serverless::Function",
        None,
        &[
            ("Properties.Events.OnOrder.Properties.Topic", ""),
            ("Properties.Events.Jobs.Properties.Queue", ""),
        ],
        &["A data_flow X", "X data_flow B"],
    );
    check(
        "AWS::ApiGateway::Method",
        Some("RestApiId"),
        &[("RestApiId", ""), ("Integration.Uri", "")],
        &["X depends_on A", "A routes B"],
    );
}

#[test]
fn what_nobody_could_take_flows_to_another_queue() {
    let flows = ["X data_flow A"];
    for (kind, path) in [
        (
            "AWS::SQS::Queue",
            "Properties.RedrivePolicy.deadLetterTargetArn",
        ),
        ("AWS::SQS::Queue", "Properties.RedrivePolicy"),
        ("aws:sqs/queue:Queue", "redrivePolicy"),
        ("aws-native:sqs:Queue", "redrivePolicy"),
        (
            "AWS::SNS::Subscription",
            "RedrivePolicy.deadLetterTargetArn",
        ),
        (
            "aws:sns/topicSubscription:TopicSubscription",
            "redrivePolicy",
        ),
        ("AWS::Lambda::Function", "DeadLetterConfig.TargetArn"),
        ("AWS::Events::Rule", "Targets.0.DeadLetterConfig.Arn"),
        ("AWS::Scheduler::Schedule", "Target.DeadLetterConfig.Arn"),
        ("AWS::Serverless::Function", "DeadLetterQueue.TargetArn"),
        (
            "AWS::Serverless::Function",
            "EventInvokeConfig.DestinationConfig.OnFailure.Destination",
        ),
        (
            "AWS::Serverless::Function",
            "Events.Placed.Properties.RedrivePolicy.deadLetterTargetArn",
        ),
        (
            "AWS::Serverless::StateMachine",
            "Events.Nightly.Properties.DeadLetterConfig.Arn",
        ),
        (
            "AWS::Pipes::Pipe",
            "SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn",
        ),
        ("gcp:pubsub/subscription:Subscription", "deadLetterPolicy"),
    ] {
        check(kind, None, &[(path, "")], &flows);
    }
    for (kind, path) in [
        ("AWS::SQS::Queue", "RedriveAllowPolicy.sourceQueueArns.0"),
        ("aws:sqs/queue:Queue", "redriveAllowPolicy"),
    ] {
        check(kind, None, &[(path, "")], &["A data_flow X"]);
    }
    let named = [("queueUrl", ""), ("redrivePolicy", "")];
    let expected = ["X depends_on A", "A data_flow B"];
    let kind = "aws:sqs/redrivePolicy:RedrivePolicy";
    check(kind, None, &named, &expected);
    let failure = "DestinationConfig.OnFailure.Destination";
    let named = [("FunctionName", ""), (failure, "")];
    let kind = "AWS::Lambda::EventInvokeConfig";
    check(kind, Some("FunctionName"), &named, &expected);
    let named = [("functionName", ""), ("destinationConfig", "")];
    let kind = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
    check(kind, Some("functionName"), &named, &expected);
    // The target of a rule of Google Cloud is no dead letter queue.
    let kind = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
    check(kind, None, &[("target", "")], &["X routes A"]);
}

#[test]
fn private_end_points_lead_to_their_service_in_all_tools() {
    for kind in ["AWS::EC2::VPCEndpoint", "aws:ec2/vpcEndpoint:VpcEndpoint"] {
        check(kind, None, &[("serviceName", "")], &["X routes A"]);
    }
    let kind = "AWS::EC2::VPCEndpoint";
    let named = |name| edges_key(kind, "ServiceName", name);
    let id = "vpce-svc-0a1b2c3d4e5f60718";
    let name = format!("com.amazonaws.vpce.eu-west-1.{id}");
    assert_eq!(named(&name).as_deref(), Some(id));
    assert_eq!(named("com.amazonaws.eu-west-1.s3"), None);
    let kind = "AWS::EC2::VPCEndpointService";
    let named = [("NetworkLoadBalancerArns.0", "")];
    check(kind, None, &named, &["X routes A"]);
}

#[test]
fn targets_take_what_is_handed_on_in_all_tools() {
    let flows = ["X depends_on A", "A data_flow B"];
    let named = [("LogGroupName", ""), ("DestinationArn", "")];
    let kind = "AWS::Logs::SubscriptionFilter";
    check(kind, Some("LogGroupName"), &named, &flows);
    let named = [("logGroup", ""), ("destinationArn", "")];
    let kind = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter";
    check(kind, Some("logGroup"), &named, &flows);
    let named = [("Source", ""), ("Target", ""), ("Enrichment", "")];
    let expected = ["X data_flow A", "X data_flow B", "X routes C"];
    check("AWS::Pipes::Pipe", None, &named, &expected);
    let named = [("source", ""), ("target", ""), ("enrichment", "")];
    check("aws:pipes/pipe:Pipe", None, &named, &expected);
    let kind = "aws:lambda/function:Function";
    check(kind, None, &[("layers", "")], &["X uses A"]);
    check(
        "AWS::CloudFront::Distribution",
        None,
        &[
            ("DistributionConfig.WebACLId", ""),
            ("DistributionConfig.ViewerCertificate.AcmCertificateArn", ""),
        ],
        &["X attached A", "X uses B"],
    );
}

#[test]
fn tunnels_join_gateways() {
    let named = [("VpnGatewayId", ""), ("CustomerGatewayId", "")];
    let expected = ["A routes X", "X peers B"];
    check("AWS::EC2::VPNConnection", None, &named, &expected);
    let named = [("vpnGatewayId", ""), ("customerGatewayId", "")];
    let kind = "aws:ec2/vpnConnection:VpnConnection";
    check(kind, None, &named, &expected);
    let named = [("vpnGateway", ""), ("peerExternalGateway", "")];
    check("gcp:compute/vPNTunnel:VPNTunnel", None, &named, &expected);
}

#[test]
fn the_parent_stands_in_where_its_property_holds_a_name() {
    let target = "aws:cloudwatch/eventTarget:EventTarget";
    check(target, Some("rule"), &[("arn", "")], &["P data_flow A"]);
    let permission = "aws:lambda/permission:Permission";
    let named = [("sourceArn", "")];
    check(permission, Some("function"), &named, &["A permits_iam P"]);
}

#[test]
fn rules_let_one_group_reach_another() {
    let named = [("GroupId", ""), ("SourceSecurityGroupId", "")];
    let expected = ["X depends_on A", "B permits_net A"];
    let kind = "AWS::EC2::SecurityGroupIngress";
    check(kind, Some("GroupId"), &named, &expected);
    check(
        "AWS::EC2::SecurityGroup",
        None,
        &[
            ("VpcId", ""),
            ("SecurityGroupIngress.0.SourceSecurityGroupId", ""),
        ],
        &["X contains A", "B permits_net X"],
    );
    let named = [("securityGroupId", ""), ("sourceSecurityGroupId", "")];
    let kind = "aws:ec2/securityGroupRule:SecurityGroupRule";
    check(kind, Some("securityGroupId"), &named, &expected);
}

#[test]
fn the_type_of_the_other_tells_where_the_property_does_not() {
    check(
        "aws:lambda/function:Function",
        None,
        &[
            ("vpcConfig", "aws:ec2/subnet:Subnet"),
            ("vpcConfig", "aws:ec2/securityGroup:SecurityGroup"),
            ("environment", "aws:sqs/queue:Queue"),
        ],
        &["X contains A", "X attached B", "X uses C"],
    );
    let named = [("ResourceId", "AWS::ECS::Cluster"), ("ResourceId", "")];
    let kind = "AWS::ApplicationAutoScaling::ScalableTarget";
    check(kind, None, &named, &["X depends_on A", "X scales B"]);
    let kind = "AWS::EC2::SubnetNetworkAclAssociation";
    let named = [("SubnetId", ""), ("NetworkAclId", "")];
    check(kind, None, &named, &["X depends_on A", "A attached B"]);
    check(
        "AWS::EC2::Route",
        None,
        &[("InstanceId", "")],
        &["X routes A"],
    );
    // The same property of another cloud says something else, or nothing.
    check("azure:x/y:Z", None, &[("target", "")], &["X depends_on A"]);
    check("pkg:a:B", None, &[("role", "")], &["X depends_on A"]);
}

#[test]
fn ids_at_known_properties_are_keys_wherever_they_are_read() {
    let check = |kind: &str, path: &str, value: &str, expected: Option<&str>| {
        let found = edges_key(kind, path, value);
        assert_eq!(found.as_deref(), expected, "{path} {value}");
    };
    let subnet =
        "/subscriptions/S/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/a";
    let lower = subnet.to_ascii_lowercase();
    let app = "azure:appservice/linuxWebApp:LinuxWebApp";
    check(app, "virtualNetworkSubnetId", subnet, Some(&lower));
    let card = "azure-native:network:NetworkInterface";
    check(card, "ipConfigurations.subnet.id", subnet, Some(&lower));
    check(card, "tags.owner", subnet, None);
    let cluster = "gcp:container/cluster:Cluster";
    let network = "//compute.googleapis.com/projects/p/global/networks/n";
    let link = "https://www.googleapis.com/compute/v1/projects/p/global/networks/n";
    check(cluster, "network", link, Some(network));
    check(
        cluster,
        "network",
        "projects/p/global/networks/n",
        Some(network),
    );
    check(cluster, "network", "default", None);
    let run = "gcp:cloudrunv2/service:Service";
    let direct = "template.vpcAccess.networkInterfaces.network";
    check(run, direct, "projects/p/global/networks/n", Some(network));
    let instance = "aws:ec2/instance:Instance";
    let group = Some("sg-0a1b2c3d4e5f60718");
    check(
        instance,
        "vpcSecurityGroupIds",
        "sg-0a1b2c3d4e5f60718",
        group,
    );
    check(
        instance,
        "arn",
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
        None,
    );
    let target = "aws:cloudwatch/eventTarget:EventTarget";
    let queue = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    check(target, "arn", queue, Some(queue));
    check(target, "arn", "password=canary", None);
}

/// Key at a property, if resources of the type refer to others by it.
fn edges_key(kind: &str, path: &str, value: &str) -> Option<String> {
    let property = path.split('.').next().unwrap_or_default();
    assert!(may_refer(property) || !refers(kind, path));
    key_of(path, value).filter(|_| refers(kind, path))
}

#[test]
fn leased_lines_are_said_alike_by_all_tools() {
    let named = [("AssociatedGatewayId", ""), ("DirectConnectGatewayId", "")];
    let expected = ["A routes X", "X routes B"];
    let kind = "AWS::DirectConnect::DirectConnectGatewayAssociation";
    check(kind, None, &named, &expected);
    let named = [("associatedGatewayId", ""), ("dxGatewayId", "")];
    let kind = "aws:directconnect/gatewayAssociation:GatewayAssociation";
    check(kind, None, &named, &expected);
    let named = [
        ("ConnectionId", ""),
        ("DirectConnectGatewayId", ""),
        ("VirtualGatewayId", ""),
    ];
    let expected = ["X routes A", "B routes X", "C routes X"];
    let kind = "AWS::DirectConnect::PrivateVirtualInterface";
    check(kind, None, &named, &expected);
    let named = [
        ("connectionId", ""),
        ("dxGatewayId", ""),
        ("vpnGatewayId", ""),
    ];
    let kind = "aws:directconnect/hostedPrivateVirtualInterface:HostedPrivateVirtualInterface";
    check(kind, None, &named, &expected);
    let named = [("router", ""), ("interconnect", "")];
    let kind = "gcp:compute/interconnectAttachment:InterconnectAttachment";
    check(kind, None, &named, &["A routes X", "X routes B"]);
}

#[test]
fn an_alarm_scales_by_a_policy_and_tells_a_topic() {
    let expected = ["X scales A", "X depends_on B"];
    let named = [
        ("AlarmActions.0", "AWS::AutoScaling::ScalingPolicy"),
        ("AlarmActions.1", "AWS::SNS::Topic"),
    ];
    check("AWS::CloudWatch::Alarm", None, &named, &expected);
    let named = [
        ("alarmActions", "aws:appautoscaling/policy:Policy"),
        ("alarmActions", "aws:sns/topic:Topic"),
    ];
    let kind = "aws:cloudwatch/metricAlarm:MetricAlarm";
    check(kind, None, &named, &expected);
}

#[test]
fn replicas_need_their_source_in_all_tools() {
    let needs = ["X depends_on A"];
    for (kind, path) in [
        ("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier"),
        ("AWS::RDS::DBInstance", "SourceDBClusterIdentifier"),
        ("AWS::RDS::DBCluster", "ReplicationSourceIdentifier"),
        ("aws:rds/instance:Instance", "replicateSourceDb"),
        (
            "gcp:sql/databaseInstance:DatabaseInstance",
            "masterInstanceName",
        ),
    ] {
        check(kind, None, &[(path, "")], &needs);
        assert!(refers(kind, path), "{kind} {path}");
    }
    let source = "arn:aws:rds:us-east-1:111122223333:db:orders";
    let key = key_of("SourceDBInstanceIdentifier", source);
    assert_eq!(key.as_deref(), Some(source));
    for (kind, path, expected) in [
        (
            "AWS::RDS::GlobalCluster",
            "SourceDBClusterIdentifier",
            "A attached X",
        ),
        (
            "AWS::RDS::DBCluster",
            "GlobalClusterIdentifier",
            "X attached A",
        ),
        (
            "AWS::ElastiCache::GlobalReplicationGroup",
            "Members.0.ReplicationGroupId",
            "A attached X",
        ),
        (
            "AWS::ElastiCache::ReplicationGroup",
            "GlobalReplicationGroupId",
            "X attached A",
        ),
    ] {
        check(kind, None, &[(path, "")], &[expected]);
    }
}

#[test]
fn machines_and_pools_call_functions() {
    let machine = "AWS::StepFunctions::StateMachine";
    let substituted = [("DefinitionSubstitutions.FnArn", ""), ("RoleArn", "")];
    check(
        machine,
        None,
        &substituted,
        &["X routes A", "X depends_on B"],
    );
    let stated = [("Definition.States.Charge.Resource", "")];
    check(machine, None, &stated, &["X routes A"]);
    let pool = [("lambdaConfig.preSignUp", "")];
    check("AWS::Cognito::UserPool", None, &pool, &["X routes A"]);
    let authorizer = [("ApiId", ""), ("AuthorizerUri", "")];
    let expected = ["X depends_on A", "A routes B"];
    check(
        "AWS::ApiGatewayV2::Authorizer",
        None,
        &authorizer,
        &expected,
    );
}
