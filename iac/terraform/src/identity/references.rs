//! Attributes that refer to other resources, and what the reference means.
//!
//! The direction of a relation is always dependent to dependency: a load balancer routes to its
//! target group, so when a target group attachment names both, the edge runs between the two.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::tables::RelationKind;
use nepho_core::tables::RelationKind::{
    Attached, Contains, DataFlow, DependsOn, Peers, Routes, Scales, Uses,
};

use super::attributes;

/// An attribute by which a resource refers to one that it needs.
pub(crate) struct Reference {
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
pub(crate) const SERVICE_ACCOUNT: &str = "google_service_account";
/// Type of secrets of Google Cloud, which attributes hold by id or by name.
pub(crate) const SECRET: &str = "google_secret_manager_secret";

/// References of any type, from the resource to the value.
pub(crate) const REFERENCES: [Reference; 124] = [
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
    to("record", Routes, ""),
    to("record.exchange", Routes, ""),
    to("record.target", Routes, ""),
    to("rrdatas", Routes, ""),
    to("routing_policy.wrr.rrdatas", Routes, ""),
    to("routing_policy.geo.rrdatas", Routes, ""),
    to(
        "routing_policy.primary_backup.backup_geo.rrdatas",
        Routes,
        "",
    ),
    to(
        "routing_policy.wrr.health_checked_targets.external_endpoints",
        Routes,
        "",
    ),
    to(
        "routing_policy.geo.health_checked_targets.external_endpoints",
        Routes,
        "",
    ),
    to(
        "routing_policy.primary_backup.primary.external_endpoints",
        Routes,
        "",
    ),
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
    to("managed_policy_arns", Attached, ""),
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
    to("dead_letter_config.target_arn", DataFlow, ""),
    to("redrive_policy.deadLetterTargetArn", DataFlow, ""),
    to(
        "dead_letter_policy.dead_letter_topic",
        DataFlow,
        "google_pubsub_topic",
    ),
    to("target.dead_letter_config.arn", DataFlow, ""),
    to("alarm_actions", DependsOn, ""),
    to("instance", Attached, "aws_instance"),
];

/// An edge that a resource draws between two others, or from another to itself.
pub(crate) struct Link {
    /// Type of the resource that draws it.
    pub resource_type: &'static str,
    /// Attribute that names the dependent.
    pub from: &'static str,
    /// Attribute that names the dependency; empty for the resource itself.
    pub to: &'static str,
    /// What the edge says.
    pub kind: RelationKind,
    /// Beginning of the type of either end, where the attribute may hold its name.
    pub names: &'static str,
}

const fn link(
    resource_type: &'static str,
    from: &'static str,
    to: &'static str,
    kind: RelationKind,
    names: &'static str,
) -> Link {
    Link {
        resource_type,
        from,
        to,
        kind,
        names,
    }
}

/// Edges that links, attachments and listeners draw.
#[rustfmt::skip]
pub(crate) const LINKS: [Link; 89] = [
    link("aws_lb_listener", "load_balancer_arn", "", Routes, ""),
    link("aws_alb_listener", "load_balancer_arn", "", Routes, ""),
    link("aws_lb_listener_rule", "listener_arn", "", Routes, ""),
    link("aws_alb_listener_rule", "listener_arn", "", Routes, ""),
    link("aws_lb_target_group_attachment", "target_group_arn", "target_id", Routes, ""),
    link("aws_alb_target_group_attachment", "target_group_arn", "target_id", Routes, ""),
    link("aws_autoscaling_attachment", "lb_target_group_arn", "autoscaling_group_name", Routes, "aws_autoscaling_group"),
    link("aws_autoscaling_group", "target_group_arns", "", Routes, ""),
    link("aws_ecs_service", "load_balancer.target_group_arn", "", Routes, ""),
    link("aws_autoscaling_policy", "", "autoscaling_group_name", Scales, "aws_autoscaling_group"),
    link("aws_autoscaling_schedule", "", "autoscaling_group_name", Scales, "aws_autoscaling_group"),
    link("aws_appautoscaling_target", "", "resource_id", Scales, ""),
    link("aws_appautoscaling_policy", "", "resource_id", Scales, ""),
    link("azurerm_monitor_autoscale_setting", "", "target_resource_id", Scales, ""),
    link("google_compute_autoscaler", "", "target", Scales, "google_compute_instance_group_manager"),
    link("google_compute_region_autoscaler", "", "target", Scales, "google_compute_region_instance_group_manager"),
    link("aws_rds_cluster_instance", "cluster_identifier", "", DependsOn, "aws_rds_cluster"),
    link("aws_docdb_cluster_instance", "cluster_identifier", "", DependsOn, "aws_docdb_cluster"),
    link("aws_route_table_association", "subnet_id", "route_table_id", Attached, ""),
    link("aws_network_acl_association", "subnet_id", "network_acl_id", Attached, ""),
    link("aws_network_acl", "subnet_ids", "", Attached, ""),
    link("aws_network_interface_sg_attachment", "network_interface_id", "security_group_id", Attached, ""),
    link("aws_volume_attachment", "instance_id", "volume_id", Attached, ""),
    link("aws_eip_association", "instance_id", "allocation_id", Attached, ""),
    link("aws_iam_role_policy_attachment", "role", "policy_arn", Attached, "aws_iam_role"),
    link("aws_iam_user_policy_attachment", "user", "policy_arn", Attached, "aws_iam_user"),
    link("aws_iam_group_policy_attachment", "group", "policy_arn", Attached, "aws_iam_group"),
    link("aws_iam_policy_attachment", "roles", "policy_arn", Attached, "aws_iam_role"),
    link("aws_iam_policy_attachment", "users", "policy_arn", Attached, "aws_iam_user"),
    link("aws_iam_policy_attachment", "groups", "policy_arn", Attached, "aws_iam_group"),
    link("aws_iam_instance_profile", "", "role", DependsOn, "aws_iam_role"),
    link("aws_lambda_event_source_mapping", "function_arn", "event_source_arn", DependsOn, ""),
    link("aws_sns_topic_subscription", "topic_arn", "endpoint", Routes, ""),
    link("aws_cloudwatch_event_target", "rule", "arn", Routes, "aws_cloudwatch_event_rule"),
    link("aws_api_gateway_integration", "rest_api_id", "uri", Routes, "aws_api_gateway_rest_api"),
    link("aws_apigatewayv2_integration", "api_id", "integration_uri", Routes, "aws_apigatewayv2_api"),
    link("aws_wafv2_web_acl_association", "resource_arn", "web_acl_arn", Attached, ""),
    link("azurerm_subnet_network_security_group_association", "subnet_id", "network_security_group_id", Attached, ""),
    link("azurerm_subnet_route_table_association", "subnet_id", "route_table_id", Attached, ""),
    link("azurerm_subnet_nat_gateway_association", "subnet_id", "nat_gateway_id", Routes, ""),
    link("azurerm_network_interface_security_group_association", "network_interface_id", "network_security_group_id", Attached, ""),
    link("azurerm_network_interface_backend_address_pool_association", "backend_address_pool_id", "network_interface_id", Routes, ""),
    link("azurerm_lb_rule", "loadbalancer_id", "backend_address_pool_ids", Routes, ""),
    link("openstack_lb_listener_v2", "loadbalancer_id", "", Routes, ""),
    link("openstack_lb_pool_v2", "listener_id", "", Routes, ""),
    link("openstack_lb_member_v2", "pool_id", "", Routes, ""),
    link("flexibleengine_lb_listener_v2", "loadbalancer_id", "", Routes, ""),
    link("flexibleengine_lb_pool_v2", "listener_id", "", Routes, ""),
    link("flexibleengine_lb_member_v2", "pool_id", "", Routes, ""),
    link("aws_s3_bucket_notification", "bucket", "lambda_function.lambda_function_arn", Routes, "aws_s3_bucket"),
    link("aws_s3_bucket_notification", "bucket", "queue.queue_arn", Routes, "aws_s3_bucket"),
    link("aws_s3_bucket_notification", "bucket", "topic.topic_arn", Routes, "aws_s3_bucket"),
    link("aws_sqs_queue_redrive_policy", "queue_url", "redrive_policy.deadLetterTargetArn", DataFlow, ""),
    link("aws_sqs_queue_redrive_allow_policy", "redrive_allow_policy.sourceQueueArns", "queue_url", DataFlow, ""),
    link("aws_sqs_queue", "redrive_allow_policy.sourceQueueArns", "", DataFlow, ""),
    link("aws_lambda_function_event_invoke_config", "function_name", "destination_config.on_failure.destination", DataFlow, "aws_lambda_function"),
    link("aws_lambda_function_event_invoke_config", "function_name", "destination_config.on_success.destination", DataFlow, "aws_lambda_function"),
    link("aws_lambda_event_source_mapping", "function_arn", "destination_config.on_failure.destination_arn", DataFlow, ""),
    link("aws_cloudwatch_event_target", "rule", "dead_letter_config.arn", DataFlow, "aws_cloudwatch_event_rule"),
    link("azurerm_dns_a_record", "", "target_resource_id", Routes, ""),
    link("azurerm_dns_aaaa_record", "", "target_resource_id", Routes, ""),
    link("azurerm_dns_cname_record", "", "target_resource_id", Routes, ""),
    link("azurerm_traffic_manager_azure_endpoint", "profile_id", "target_resource_id", Routes, ""),
    link("google_dns_record_set", "", "routing_policy.wrr.health_checked_targets.internal_load_balancers.ip_address", Routes, ""),
    link("google_dns_record_set", "", "routing_policy.geo.health_checked_targets.internal_load_balancers.ip_address", Routes, ""),
    link("google_dns_record_set", "", "routing_policy.primary_backup.primary.internal_load_balancers.ip_address", Routes, ""),
    // Ends of tunnels: the gateway here, the tunnel, and what stands here for the gateway there.
    link("aws_vpn_connection", "vpn_gateway_id", "", Routes, ""),
    link("aws_vpn_connection", "transit_gateway_id", "", Routes, ""),
    link("aws_vpn_connection", "", "customer_gateway_id", Peers, ""),
    link("aws_customer_gateway", "", "ip_address", Peers, ""),
    link("azurerm_virtual_network_gateway_connection", "virtual_network_gateway_id", "", Routes, ""),
    link("azurerm_virtual_network_gateway_connection", "", "local_network_gateway_id", Peers, ""),
    link("azurerm_virtual_network_gateway_connection", "", "peer_virtual_network_gateway_id", Peers, ""),
    link("azurerm_virtual_network_gateway_connection", "", "express_route_circuit_id", Routes, ""),
    link("azurerm_local_network_gateway", "", "gateway_address", Peers, ""),
    link("azurerm_local_network_gateway", "", "gateway_fqdn", Peers, ""),
    link("azurerm_vpn_gateway_connection", "vpn_gateway_id", "", Routes, ""),
    link("azurerm_vpn_gateway_connection", "", "remote_vpn_site_id", Peers, ""),
    link("azurerm_vpn_site", "", "link.ip_address", Peers, ""),
    link("azurerm_vpn_site", "", "link.fqdn", Peers, ""),
    link("google_compute_vpn_tunnel", "vpn_gateway", "", Routes, ""),
    link("google_compute_vpn_tunnel", "target_vpn_gateway", "", Routes, ""),
    link("google_compute_vpn_tunnel", "", "peer_external_gateway", Peers, ""),
    link("google_compute_vpn_tunnel", "", "peer_gcp_gateway", Peers, ""),
    link("google_compute_vpn_tunnel", "", "peer_ip", Peers, ""),
    link("google_compute_external_vpn_gateway", "", "interface.ip_address", Peers, ""),
    link("google_compute_external_vpn_gateway", "", "interface.ipv6_address", Peers, ""),
    link("google_pubsub_subscription", "topic", "", Routes, "google_pubsub_topic"),
    link("google_container_node_pool", "cluster", "", DependsOn, "google_container_cluster"),
];

/// Paths that are read for references.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let ends = LINKS.iter().flat_map(|link| [link.from, link.to]);
    REFERENCES
        .iter()
        .map(|reference| reference.path)
        .chain(ends)
        .filter(|path| !path.is_empty())
}

/// Places in the table of references of what the path of an attribute, by its number, refers to.
pub(crate) fn at(path: u16) -> &'static [u16] {
    static PLACES: LazyLock<HashMap<u16, Vec<u16>>> = LazyLock::new(|| {
        let mut places: HashMap<u16, Vec<u16>> = HashMap::new();
        for (place, reference) in (0..).zip(&REFERENCES) {
            let path = attributes::number(reference.path);
            places.entry(path).or_default().push(place);
        }
        places
    });
    PLACES.get(&path).map_or(&[], Vec::as_slice)
}

/// Links that resources of this type draw.
pub(crate) fn links(resource_type: &str) -> impl Iterator<Item = &'static Link> {
    LINKS
        .iter()
        .filter(move |link| link.resource_type == resource_type)
}
