//! The tables: attributes by which resources refer to others, and edges that resources draw between
//! others. Attributes and types are those of Terraform; rows that only other tools need stand at
//! the end.
//!
//! Properties of CloudFormation are those of the template reference
//! (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference), those of Azure of its resource
//! reference (learn.microsoft.com/azure/templates), both read 2026-11-29.

use nepho_core::tables::RelationKind;
use nepho_core::tables::RelationKind::{
    Attached, Contains, DependsOn, PermitsIam, PermitsNet, Routes, Scales, Uses,
};

/// An attribute by which a resource refers to one that it needs.
pub struct Reference {
    /// Attribute, without positions in lists.
    pub path: &'static str,
    /// What the reference says.
    pub kind: RelationKind,
    /// Beginning of the type of the other, where the attribute may hold its name; empty if it holds
    /// ids or hosts.
    pub names: &'static str,
}

const fn to(path: &'static str, kind: RelationKind, names: &'static str) -> Reference {
    Reference { path, kind, names }
}

/// Type of what Google Cloud runs things as; attributes hold its address of mail.
pub const SERVICE_ACCOUNT: &str = "google_service_account";
/// Type of secrets of Google Cloud, which attributes hold by id or by name.
pub const SECRET: &str = "google_secret_manager_secret";

/// References of any type, from the resource to the value.
pub const REFERENCES: [Reference; 111] = [
    to("vpc_security_group_ids", Attached, ""),
    to("security_groups", Attached, "aws_security_group"),
    to("security_group_ids", Attached, ""),
    to("security_group_id", Attached, ""),
    to("security_group", Attached, ""),
    to("network_security_group_id", Attached, ""),
    to("source_security_group_id", DependsOn, ""),
    to("referenced_security_group_id", DependsOn, ""),
    to("remote_group_id", DependsOn, ""),
    to("ingress.security_groups", DependsOn, ""),
    to("vpc_config.security_group_ids", Attached, ""),
    to("vpc_config.subnet_ids", Contains, ""),
    to("vpc_options.security_group_ids", Attached, ""),
    to("vpc_options.subnet_ids", Contains, ""),
    to("network_configuration.security_groups", Attached, ""),
    to("network_configuration.subnets", Contains, ""),
    to("broker_node_group_info.client_subnets", Contains, ""),
    to("broker_node_group_info.security_groups", Attached, ""),
    to("network_interfaces.security_groups", Attached, ""),
    to("subnet_id", Contains, ""),
    to("subnet_ids", Contains, ""),
    to("subnets", Contains, ""),
    to("subnet_mapping.subnet_id", Contains, ""),
    to("vpc_zone_identifier", Contains, ""),
    to("vpc_id", Contains, ""),
    to("network", Contains, "google_compute_network"),
    to("subnetwork", Contains, "google_compute_subnetwork"),
    to(
        "network_interface.network",
        Contains,
        "google_compute_network",
    ),
    to(
        "network_interface.subnetwork",
        Contains,
        "google_compute_subnetwork",
    ),
    to(
        "settings.ip_configuration.private_network",
        Contains,
        "google_compute_network",
    ),
    to("vpc_config.cluster_security_group_id", Attached, ""),
    to("delegated_subnet_id", Contains, ""),
    to("vnet_subnet_id", Contains, ""),
    to("default_node_pool.vnet_subnet_id", Contains, ""),
    to(
        "template.vpc_access.connector",
        DependsOn,
        "google_vpc_access_connector",
    ),
    to("vpc_connector", DependsOn, "google_vpc_access_connector"),
    to(
        "service_config.vpc_connector",
        DependsOn,
        "google_vpc_access_connector",
    ),
    to("virtual_network_id", Contains, ""),
    to("virtual_network_subnet_id", Contains, ""),
    to("ip_configuration.subnet_id", Contains, ""),
    to("frontend_ip_configuration.subnet_id", Contains, ""),
    to(
        "frontend_ip_configuration.public_ip_address_id",
        Attached,
        "",
    ),
    to("ip_configuration.public_ip_address_id", Attached, ""),
    to("network_interface_ids", Attached, ""),
    to("cluster", Contains, "aws_ecs_cluster"),
    to("cluster_arn", Contains, ""),
    to("cluster_name", Contains, "aws_eks_cluster"),
    to("db_subnet_group_name", DependsOn, "aws_db_subnet_group"),
    to(
        "subnet_group_name",
        DependsOn,
        "aws_elasticache_subnet_group",
    ),
    to("parameter_group_name", DependsOn, "aws_"),
    to("replicate_source_db", DependsOn, "aws_db_instance"),
    to("service_plan_id", DependsOn, ""),
    to("server_id", Contains, ""),
    to("managed_environment_id", Contains, ""),
    to("container_app_environment_id", Contains, ""),
    to("default_action.target_group_arn", Routes, ""),
    to("default_action.forward.target_group.arn", Routes, ""),
    to("action.target_group_arn", Routes, ""),
    to("action.forward.target_group.arn", Routes, ""),
    to("alias.name", Routes, ""),
    to("records", Routes, ""),
    to("rrdatas", Routes, ""),
    to("target_resource_id", DependsOn, ""),
    to("origin.domain_name", Routes, ""),
    to("integration_uri", Routes, ""),
    to("default_service", Routes, "google_compute_backend_"),
    to("backend_service", Routes, "google_compute_"),
    to("backend.group", Routes, ""),
    to(
        "private_service_connection.private_connection_resource_id",
        Routes,
        "",
    ),
    to("push_config.push_endpoint", Routes, ""),
    to(
        "version.instance_template",
        DependsOn,
        "google_compute_instance_template",
    ),
    to("url_map", Routes, "google_compute_url_map"),
    to("target", Routes, "google_compute_"),
    to("bucket_name", DependsOn, "google_storage_bucket"),
    to("gateway_id", Routes, ""),
    to("nat_gateway_id", Routes, ""),
    to("transit_gateway_id", Routes, ""),
    to("vpc_peering_connection_id", Routes, ""),
    to("launch_template.id", DependsOn, ""),
    to(
        "launch_configuration",
        DependsOn,
        "aws_launch_configuration",
    ),
    to("task_definition", DependsOn, "aws_ecs_task_definition"),
    to("role", DependsOn, "aws_iam_role"),
    to("role_arn", DependsOn, ""),
    to("iam_role_arn", DependsOn, ""),
    to("execution_role_arn", DependsOn, ""),
    to("task_role_arn", DependsOn, ""),
    to(
        "iam_instance_profile",
        DependsOn,
        "aws_iam_instance_profile",
    ),
    to("node_role_arn", DependsOn, ""),
    to("template.service_account", DependsOn, SERVICE_ACCOUNT),
    to(
        "template.template.service_account",
        DependsOn,
        SERVICE_ACCOUNT,
    ),
    to("service_account_email", DependsOn, SERVICE_ACCOUNT),
    to(
        "service_config.service_account_email",
        DependsOn,
        SERVICE_ACCOUNT,
    ),
    to("service_account.email", DependsOn, SERVICE_ACCOUNT),
    to("node_config.service_account", DependsOn, SERVICE_ACCOUNT),
    to("identity.identity_ids", DependsOn, ""),
    to("server_side_encryption.kms_key_arn", DependsOn, ""),
    to(
        "rule.apply_server_side_encryption_by_default.kms_master_key_id",
        DependsOn,
        "",
    ),
    to("encryption_configuration.kms_key", DependsOn, ""),
    to("encryption_config.provider.key_arn", DependsOn, ""),
    to("kms_key_name", DependsOn, "google_kms_crypto_key"),
    to("encryption_key_name", DependsOn, "google_kms_crypto_key"),
    to(
        "encryption.default_kms_key_name",
        DependsOn,
        "google_kms_crypto_key",
    ),
    to("secret_environment_variables.secret", Uses, SECRET),
    to(
        "service_config.secret_environment_variables.secret",
        Uses,
        SECRET,
    ),
    to("kms_key_id", DependsOn, ""),
    to("kms_key_arn", DependsOn, ""),
    to("kms_master_key_id", DependsOn, ""),
    to("certificate_arn", DependsOn, ""),
    to("dead_letter_config.target_arn", DependsOn, ""),
    to("alarm_actions", DependsOn, ""),
    to("instance", Attached, "aws_instance"),
];

/// References that only CloudFormation and Azure's own schemas have.
#[rustfmt::skip]
pub(super) const OF_OTHERS: [Reference; 30] = [
    to("vpc_security_groups", Attached, ""),
    to("network_configuration.awsvpc_configuration.security_groups", Attached, ""),
    to("network_configuration.awsvpc_configuration.subnets", Contains, ""),
    to("resources_vpc_config.security_group_ids", Attached, ""),
    to("resources_vpc_config.subnet_ids", Contains, ""),
    to("network_interfaces.group_set", Attached, ""),
    to("network_interfaces.subnet_id", Contains, ""),
    to("launch_template_data.security_group_ids", Attached, ""),
    to("launch_template_data.iam_instance_profile.arn", DependsOn, ""),
    to("default_actions.forward_config.target_groups.target_group_arn", Routes, ""),
    to("actions.forward_config.target_groups.target_group_arn", Routes, ""),
    to("alias_target.dns_name", Routes, ""),
    to("resource_records", Routes, ""),
    to("record_sets.alias_target.dns_name", Routes, ""),
    to("record_sets.resource_records", Routes, ""),
    to("subnet_mappings.allocation_id", Attached, ""),
    to("allocation_id", Attached, ""),
    to("volumes.volume_id", Attached, ""),
    to("distribution_config.origins.domain_name", Routes, ""),
    to("launch_template.launch_template_id", DependsOn, ""),
    to("container_definitions.secrets.value_from", Uses, ""),
    to("container_definitions.repository_credentials.credentials_parameter", Uses, ""),
    to("subnet.id", Contains, ""),
    to("ip_configurations.subnet.id", Contains, ""),
    to("ip_configurations.public_ip_address.id", Attached, ""),
    to("frontend_ip_configurations.public_ip_address.id", Attached, ""),
    to("network_security_group.id", Attached, ""),
    to("network_profile.network_interfaces.id", Attached, ""),
    to("private_link_service_connections.private_link_service_id", Routes, ""),
    to("server_farm_id", DependsOn, ""),
];

/// An edge that a resource draws between two others, or from another to itself.
pub struct Link {
    /// Types of the resources that draw it.
    pub types: &'static [&'static str],
    /// Attribute that names the dependent; empty for the resource itself. `*` is any name.
    pub from: &'static str,
    /// Attribute that names the dependency, alike.
    pub to: &'static str,
    /// What the edge says.
    pub kind: RelationKind,
    /// Beginning of the type of either end, where the attribute may hold its name.
    pub names: &'static str,
}

const fn link(
    types: &'static [&'static str],
    from: &'static str,
    to: &'static str,
    kind: RelationKind,
    names: &'static str,
) -> Link {
    Link {
        types,
        from,
        to,
        kind,
        names,
    }
}

/// Edges that links, attachments and listeners draw.
#[rustfmt::skip]
pub const LINKS: [Link; 46] = [
    link(&["aws_lb_listener", "aws_alb_listener", "AWS::ElasticLoadBalancingV2::Listener"], "load_balancer_arn", "", Routes, ""),
    link(&["aws_lb_listener_rule", "aws_alb_listener_rule", "AWS::ElasticLoadBalancingV2::ListenerRule"], "listener_arn", "", Routes, ""),
    link(&["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"], "target_group_arn", "target_id", Routes, ""),
    link(&["aws_autoscaling_attachment"], "lb_target_group_arn", "autoscaling_group_name", Routes, "aws_autoscaling_group"),
    link(&["aws_autoscaling_group", "AWS::AutoScaling::AutoScalingGroup"], "target_group_arns", "", Routes, ""),
    link(&["aws_ecs_service", "AWS::ECS::Service"], "load_balancer.target_group_arn", "", Routes, ""),
    link(&["aws_autoscaling_policy", "AWS::AutoScaling::ScalingPolicy"], "", "autoscaling_group_name", Scales, "aws_autoscaling_group"),
    link(&["aws_autoscaling_schedule", "AWS::AutoScaling::ScheduledAction"], "", "autoscaling_group_name", Scales, "aws_autoscaling_group"),
    link(&["aws_appautoscaling_target", "AWS::ApplicationAutoScaling::ScalableTarget"], "", "resource_id", Scales, ""),
    link(&["aws_appautoscaling_policy", "AWS::ApplicationAutoScaling::ScalingPolicy"], "", "resource_id", Scales, ""),
    link(&["azurerm_monitor_autoscale_setting"], "", "target_resource_id", Scales, ""),
    link(&["google_compute_autoscaler"], "", "target", Scales, "google_compute_instance_group_manager"),
    link(&["google_compute_region_autoscaler"], "", "target", Scales, "google_compute_region_instance_group_manager"),
    link(&["aws_rds_cluster_instance"], "cluster_identifier", "", DependsOn, "aws_rds_cluster"),
    link(&["aws_docdb_cluster_instance"], "cluster_identifier", "", DependsOn, "aws_docdb_cluster"),
    link(&["aws_route_table_association", "AWS::EC2::SubnetRouteTableAssociation"], "subnet_id", "route_table_id", Attached, ""),
    link(&["aws_network_acl_association", "AWS::EC2::SubnetNetworkAclAssociation"], "subnet_id", "network_acl_id", Attached, ""),
    link(&["aws_network_acl"], "subnet_ids", "", Attached, ""),
    link(&["aws_network_interface_sg_attachment"], "network_interface_id", "security_group_id", Attached, ""),
    link(&["aws_volume_attachment", "AWS::EC2::VolumeAttachment"], "instance_id", "volume_id", Attached, ""),
    link(&["aws_eip_association", "AWS::EC2::EIPAssociation"], "instance_id", "allocation_id", Attached, ""),
    link(&["aws_iam_role_policy_attachment"], "role", "policy_arn", Attached, "aws_iam_role"),
    link(&["aws_iam_instance_profile", "AWS::IAM::InstanceProfile"], "", "role", DependsOn, "aws_iam_role"),
    link(&["aws_lambda_event_source_mapping", "AWS::Lambda::EventSourceMapping"], "function_arn", "event_source_arn", DependsOn, ""),
    link(&["aws_sns_topic_subscription", "AWS::SNS::Subscription"], "topic_arn", "endpoint", Routes, ""),
    link(&["aws_cloudwatch_event_target"], "rule", "arn", Routes, "aws_cloudwatch_event_rule"),
    link(&["aws_api_gateway_integration"], "rest_api_id", "uri", Routes, "aws_api_gateway_rest_api"),
    link(&["aws_apigatewayv2_integration", "AWS::ApiGatewayV2::Integration"], "api_id", "integration_uri", Routes, "aws_apigatewayv2_api"),
    link(&["aws_wafv2_web_acl_association", "AWS::WAFv2::WebACLAssociation"], "resource_arn", "web_acl_arn", Attached, ""),
    link(&["azurerm_subnet_network_security_group_association"], "subnet_id", "network_security_group_id", Attached, ""),
    link(&["azurerm_subnet_route_table_association"], "subnet_id", "route_table_id", Attached, ""),
    link(&["azurerm_subnet_nat_gateway_association"], "subnet_id", "nat_gateway_id", Routes, ""),
    link(&["azurerm_network_interface_security_group_association"], "network_interface_id", "network_security_group_id", Attached, ""),
    link(&["azurerm_network_interface_backend_address_pool_association"], "backend_address_pool_id", "network_interface_id", Routes, ""),
    link(&["azurerm_lb_rule"], "loadbalancer_id", "backend_address_pool_ids", Routes, ""),
    link(&["openstack_lb_listener_v2"], "loadbalancer_id", "", Routes, ""),
    link(&["openstack_lb_pool_v2"], "listener_id", "", Routes, ""),
    link(&["openstack_lb_member_v2"], "pool_id", "", Routes, ""),
    link(&["flexibleengine_lb_listener_v2"], "loadbalancer_id", "", Routes, ""),
    link(&["flexibleengine_lb_pool_v2"], "listener_id", "", Routes, ""),
    link(&["flexibleengine_lb_member_v2"], "pool_id", "", Routes, ""),
    link(&["aws_s3_bucket_notification"], "bucket", "lambda_function.lambda_function_arn", Routes, "aws_s3_bucket"),
    link(&["aws_s3_bucket_notification"], "bucket", "queue.queue_arn", Routes, "aws_s3_bucket"),
    link(&["aws_s3_bucket_notification"], "bucket", "topic.topic_arn", Routes, "aws_s3_bucket"),
    link(&["google_pubsub_subscription"], "topic", "", Routes, "google_pubsub_topic"),
    link(&["google_container_node_pool"], "cluster", "", DependsOn, "google_container_cluster"),
];

/// Edges that only CloudFormation has, and those of Terraform's types that its reader draws by
/// other means.
#[rustfmt::skip]
pub(super) const OTHER_LINKS: [Link; 53] = [
    link(&["AWS::ElasticLoadBalancingV2::TargetGroup"], "", "targets.id", Routes, ""),
    link(&["AWS::ElasticLoadBalancing::LoadBalancer"], "", "instances", Routes, ""),
    link(&["AWS::ECS::Service"], "load_balancers.load_balancer_name", "", Routes, ""),
    link(&["AWS::AutoScaling::AutoScalingGroup"], "load_balancer_names", "", Routes, ""),
    link(&["AWS::ApplicationAutoScaling::ScalingPolicy"], "", "scaling_target_id", Scales, ""),
    link(&["AWS::RDS::DBInstance"], "db_cluster_identifier", "", DependsOn, ""),
    link(&["AWS::DocDB::DBInstance"], "db_cluster_identifier", "", DependsOn, ""),
    link(&["AWS::Neptune::DBInstance"], "db_cluster_identifier", "", DependsOn, ""),
    link(&["AWS::EC2::EIPAssociation"], "instance_id", "eip", Attached, ""),
    link(&["AWS::EC2::EIP"], "instance_id", "", Attached, ""),
    link(&["AWS::EC2::VPCGatewayAttachment"], "vpc_id", "internet_gateway_id", Attached, ""),
    link(&["AWS::EC2::VPCDHCPOptionsAssociation"], "vpc_id", "dhcp_options_id", Attached, ""),
    link(&["AWS::EC2::Route", "aws_route"], "", "instance_id", Routes, ""),
    link(&["AWS::EC2::Route", "aws_route"], "", "network_interface_id", Routes, ""),
    link(&["AWS::EC2::Route", "aws_route"], "", "vpc_endpoint_id", Routes, ""),
    link(&["AWS::EC2::SecurityGroupIngress"], "source_security_group_id", "group_id", PermitsNet, ""),
    link(&["AWS::EC2::SecurityGroupEgress"], "group_id", "destination_security_group_id", PermitsNet, ""),
    link(&["AWS::EC2::SecurityGroup"], "security_group_ingress.source_security_group_id", "", PermitsNet, ""),
    link(&["AWS::EC2::SecurityGroup"], "", "security_group_egress.destination_security_group_id", PermitsNet, ""),
    link(&["AWS::IAM::Policy"], "roles", "", Attached, ""),
    link(&["AWS::IAM::ManagedPolicy"], "roles", "", Attached, ""),
    link(&["AWS::IAM::Role"], "", "managed_policy_arns", Attached, ""),
    link(&["AWS::Lambda::Permission"], "source_arn", "function_name", PermitsIam, ""),
    link(&["AWS::Lambda::EventInvokeConfig"], "function_name", "destination_config.on_failure.destination", Routes, ""),
    link(&["AWS::Lambda::EventInvokeConfig"], "function_name", "destination_config.on_success.destination", Routes, ""),
    link(&["AWS::SNS::Topic"], "", "subscription.endpoint", Routes, ""),
    link(&["AWS::Events::Rule"], "", "targets.arn", Routes, ""),
    link(&["AWS::Scheduler::Schedule"], "", "target.arn", Routes, ""),
    link(&["AWS::Pipes::Pipe"], "", "target", Routes, ""),
    link(&["AWS::ApiGateway::Method"], "rest_api_id", "integration.uri", Routes, ""),
    link(&["AWS::AppSync::DataSource"], "api_id", "lambda_config.lambda_function_arn", Routes, ""),
    link(&["AWS::AppSync::DataSource"], "api_id", "dynamo_db_config.table_name", Routes, ""),
    link(&["AWS::S3::Bucket"], "", "notification_configuration.lambda_configurations.function", Routes, ""),
    link(&["AWS::S3::Bucket"], "", "notification_configuration.queue_configurations.queue", Routes, ""),
    link(&["AWS::S3::Bucket"], "", "notification_configuration.topic_configurations.topic", Routes, ""),
    link(&["AWS::Serverless::Function"], "events.*.topic", "", Routes, ""),
    link(&["AWS::Serverless::Function"], "events.*.bucket", "", Routes, ""),
    link(&["AWS::Serverless::Function"], "events.*.rest_api_id", "", Routes, ""),
    link(&["AWS::Serverless::Function"], "events.*.api_id", "", Routes, ""),
    link(&["AWS::ApiGateway::VpcLink"], "", "target_arns", Routes, ""),
    link(&["AWS::KinesisFirehose::DeliveryStream"], "", "s3_destination_configuration.bucket_arn", Routes, ""),
    link(&["AWS::KinesisFirehose::DeliveryStream"], "", "extended_s3_destination_configuration.bucket_arn", Routes, ""),
    link(&["AWS::RDS::DBProxyTargetGroup"], "db_proxy_name", "db_instance_identifiers", Routes, ""),
    link(&["AWS::RDS::DBProxyTargetGroup"], "db_proxy_name", "db_cluster_identifiers", Routes, ""),
    link(&["AWS::GlobalAccelerator::Listener"], "accelerator_arn", "", Routes, ""),
    link(&["AWS::GlobalAccelerator::EndpointGroup"], "listener_arn", "", Routes, ""),
    link(&["AWS::GlobalAccelerator::EndpointGroup"], "", "endpoint_configurations.endpoint_id", Routes, ""),
    link(&["AWS::Logs::SubscriptionFilter"], "log_group_name", "destination_arn", Routes, ""),
    link(&["aws_cloudwatch_log_subscription_filter"], "log_group", "destination_arn", Routes, ""),
    link(&["aws_lambda_permission"], "source_arn", "function", PermitsIam, ""),
    link(&["aws_security_group_rule"], "source_security_group_id", "security_group_id", PermitsNet, ""),
    link(&["aws_vpc_security_group_ingress_rule"], "referenced_security_group_id", "security_group_id", PermitsNet, ""),
    link(&["aws_vpc_security_group_egress_rule"], "security_group_id", "referenced_security_group_id", PermitsNet, ""),
];
